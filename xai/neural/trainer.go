package neural

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// trainer lowers the loss on one batch after another.
type trainer struct {
	net    *net
	wanted *G.Node // batch × classes: the row's weight at its class, else 0
	loss   G.Value
	vm     G.VM
	solver G.Solver
}

func newTrainer(s Shape, batch int, weights [][]float64, opt Options) (*trainer, error) {
	building.Lock()
	defer building.Unlock()
	n, err := newNet(s, batch, weights)
	if err != nil {
		return nil, err
	}
	t := &trainer{net: n, wanted: n.node("wanted", tensor.Shape{batch, len(s.Classes)}, nil)}
	logs, err := G.LogSoftMax(n.outputs, 1)
	if err != nil {
		return nil, fmt.Errorf("softmax: %w", err)
	}
	product, err := G.HadamardProd(t.wanted, logs)
	if err != nil {
		return nil, fmt.Errorf("loss: %w", err)
	}
	mean, err := G.Sum(product)
	if err != nil {
		return nil, fmt.Errorf("loss: %w", err)
	}
	loss, err := G.Neg(mean)
	if err != nil {
		return nil, fmt.Errorf("loss: %w", err)
	}
	G.Read(loss, &t.loss)
	if _, err := G.Grad(loss, n.weights...); err != nil {
		return nil, fmt.Errorf("gradients: %w", err)
	}
	t.vm = G.NewTapeMachine(n.graph, G.BindDualValues(n.weights...))
	t.solver = G.NewAdamSolver(G.WithLearnRate(opt.LearningRate), G.WithL2Reg(opt.Decay))
	return t, nil
}

// run computes loss and gradients of the batch that was fed.
func (t *trainer) run() (float64, error) {
	t.vm.Reset()
	if err := t.vm.RunAll(); err != nil {
		return 0, err
	}
	return t.loss.Data().(float64), nil
}

// step runs, and moves the weights.
func (t *trainer) step() (float64, error) {
	loss, err := t.run()
	if err != nil {
		return 0, err
	}
	return loss, t.solver.Step(G.NodesToValueGrads(t.net.weights))
}

// slower sets the learning rate, keeping what the solver knows.
func (t *trainer) slower(rate float64) { G.WithLearnRate(rate)(t.solver) }

func (t *trainer) weights() [][]float64 {
	out := make([][]float64, len(t.net.weights))
	for i, w := range t.net.weights {
		out[i] = append([]float64(nil), data(w)...)
	}
	return out
}

func (t *trainer) close() error { return t.vm.Close() }
