package tree

import (
	"math"
	"slices"
)

// Scorer is a model laid out so that scoring a row touches as little memory as it can: the
// nodes of all trees behind each other, a quarter of their size, each tree's left branch
// right behind its parent. It scores like the model that it was made of, to the last bit,
// and is safe for concurrent use.
type Scorer struct {
	model *Model
	nodes []packed
	roots []int32
}

// packed is a split, or a leaf.
type packed struct {
	value   float64 // threshold of a split, what a leaf adds
	feature int32   // leafHere: a leaf
	right   int32   // below 0: its complement, and what is missing goes left
}

const leafHere = -1

// Scorer lays the model out. Later changes of the model do not reach it.
func (m *Model) Scorer() *Scorer {
	s := &Scorer{model: m, roots: make([]int32, len(m.Trees))}
	for i := range m.Trees {
		s.roots[i] = int32(len(s.nodes))
		s.pack(m.Trees[i].Nodes, 0)
	}
	return s
}

func (s *Scorer) pack(nodes []Node, at int) {
	n, here := &nodes[at], len(s.nodes)
	if n.Leaf() {
		s.nodes = append(s.nodes, packed{value: n.Value, feature: leafHere})
		return
	}
	s.nodes = append(s.nodes, packed{value: n.Threshold, feature: int32(n.Feature)})
	s.pack(nodes, n.Left)
	right := int32(len(s.nodes))
	if n.MissingLeft {
		right = ^right
	}
	s.nodes[here].right = right
	s.pack(nodes, n.Right)
}

// Probabilities returns the calibrated probability of each class of a row; of a
// regression, its number.
func (s *Scorer) Probabilities(row []float64) []float64 {
	m := s.model
	out := slices.Clone(m.Base)
	for i, at := range s.roots {
		out[i%len(out)] += s.leaf(at, row)
	}
	if m.Task == Binary {
		out = []float64{-out[0], out[0]}
	}
	return m.probability(out)
}

func (s *Scorer) leaf(at int32, row []float64) float64 {
	for {
		n := &s.nodes[at]
		if n.feature == leafHere {
			return n.value
		}
		v, right := row[n.feature], n.right
		missingLeft := right < 0
		if missingLeft {
			right = ^right
		}
		if v < n.value || missingLeft && math.IsNaN(v) {
			at++
		} else {
			at = right
		}
	}
}
