package neural

import (
	"fmt"
	"sync"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// building is held while a graph is built: Gorgonia counts its groups of nodes in
// a variable that all graphs share.
var building sync.Mutex

// net is the network over one batch of fixed size. It is rebuilt for each batch
// size and each goroutine: machines that share weight tensors race, even when they
// only read.
type net struct {
	shape   Shape
	batch   int
	graph   *G.ExprGraph
	x       *G.Node   // batch × (signals + 1) × 1 × steps; the last channel is all ones and stands for a bias
	weights []*G.Node // in the order of weightShapes
	outputs *G.Node   // batch × classes
}

// weightShapes are those of the two convolutions, of the dense layer and its bias.
func (s Shape) weightShapes() []tensor.Shape {
	return []tensor.Shape{
		{s.Filters, len(s.Signals) + 1, 1, s.Kernel},
		{s.Filters, s.Filters, 1, s.Kernel},
		{s.Filters * halved(halved(s.Steps)), len(s.Classes)},
		{1, len(s.Classes)},
	}
}

// halved is the length of what a convolution of stride 2 with "same" padding and
// an odd kernel makes of n steps.
func halved(n int) int { return (n-1)/2 + 1 }

func newNet(s Shape, batch int, weights [][]float64) (*net, error) {
	n := &net{shape: s, batch: batch, graph: G.NewGraph()}
	n.x = n.node("x", tensor.Shape{batch, len(s.Signals) + 1, 1, s.Steps}, nil)
	for i, shape := range s.weightShapes() {
		n.weights = append(n.weights, n.node(fmt.Sprintf("weights %d", i), shape, weights[i]))
	}
	h := n.x
	for _, w := range n.weights[:2] {
		c, err := G.Conv1d(h, w, s.Kernel, s.Kernel/2, 2, 1)
		if err != nil {
			return nil, fmt.Errorf("convolution: %w", err)
		}
		if h, err = G.Rectify(c); err != nil {
			return nil, fmt.Errorf("rectifier: %w", err)
		}
	}
	flat, err := G.Reshape(h, tensor.Shape{batch, s.Filters * halved(halved(s.Steps))})
	if err != nil {
		return nil, fmt.Errorf("flatten: %w", err)
	}
	dense, err := G.Mul(flat, n.weights[2])
	if err != nil {
		return nil, fmt.Errorf("dense layer: %w", err)
	}
	if n.outputs, err = G.BroadcastAdd(dense, n.weights[3], nil, []byte{0}); err != nil {
		return nil, fmt.Errorf("bias: %w", err)
	}
	return n, nil
}

// node holds a copy of the values; nil: zeros. Nodes carry values and are no
// constants, which Conv and Broadcast cannot take.
func (n *net) node(name string, shape tensor.Shape, values []float64) *G.Node {
	own := make([]float64, shape.TotalSize())
	copy(own, values)
	t := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(own))
	return G.NewTensor(n.graph, tensor.Float64, shape.Dims(), G.WithShape(shape...), G.WithName(name), G.WithValue(t))
}

// data is the memory of a node's value.
func data(n *G.Node) []float64 { return n.Value().Data().([]float64) }

// feed sets row i of the batch. A flat row holds its signals step by step.
func (n *net) feed(i int, z []float64) {
	signals, steps := len(n.shape.Signals), n.shape.Steps
	to := data(n.x)[i*(signals+1)*steps:]
	for t := range steps {
		for c := range signals {
			to[c*steps+t] = z[t*signals+c]
		}
		to[signals*steps+t] = 1
	}
}

// unfeed is the way back, of what has the shape of x.
func (n *net) unfeed(from []float64, i int) []float64 {
	signals, steps := len(n.shape.Signals), n.shape.Steps
	from = from[i*(signals+1)*steps:]
	out := make([]float64, signals*steps)
	for t := range steps {
		for c := range signals {
			out[t*signals+c] = from[c*steps+t]
		}
	}
	return out
}
