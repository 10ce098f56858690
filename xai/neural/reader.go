package neural

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// reader runs a trained network: outputs, and with a gradient also the slope of
// one output of each row with respect to the row.
type reader struct {
	net     *net
	asked   *G.Node // batch × classes: 1 at the output that is asked about; nil: no gradient
	outputs G.Value
	vm      G.VM
}

func newReader(s Shape, batch int, weights [][]float64, gradient bool) (*reader, error) {
	building.Lock()
	defer building.Unlock()
	n, err := newNet(s, batch, weights)
	if err != nil {
		return nil, err
	}
	r := &reader{net: n}
	G.Read(n.outputs, &r.outputs)
	if !gradient {
		r.vm = G.NewTapeMachine(n.graph)
		return r, nil
	}
	r.asked = n.node("asked", tensor.Shape{batch, len(s.Classes)}, nil)
	product, err := G.HadamardProd(n.outputs, r.asked)
	if err != nil {
		return nil, fmt.Errorf("what is asked: %w", err)
	}
	sum, err := G.Sum(product)
	if err != nil {
		return nil, fmt.Errorf("what is asked: %w", err)
	}
	if _, err := G.Grad(sum, n.x); err != nil {
		return nil, fmt.Errorf("gradients: %w", err)
	}
	r.vm = G.NewTapeMachine(n.graph, G.BindDualValues(n.x))
	return r, nil
}

// run computes what was fed, and adds up no gradient of an earlier run.
func (r *reader) run() error {
	if r.asked != nil {
		if g, err := r.net.x.Grad(); err == nil && g != nil { // the first run has none yet
			clear(g.Data().([]float64))
		}
	}
	r.vm.Reset()
	return r.vm.RunAll()
}

func (r *reader) slope() ([]float64, error) {
	g, err := r.net.x.Grad()
	if err != nil {
		return nil, err
	}
	return g.Data().([]float64), nil
}
