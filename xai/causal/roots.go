package causal

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

const (
	exactMax     = 12   // players: 4,096 sets
	permutations = 4000 // beyond
)

// Root is a node in which an anomaly may have begun.
type Root struct {
	Node        int
	Share       float64 // of Surprise, in nats
	Moved       float64 // by how much its disturbance moved the target, in spreads
	Disturbance float64 // the largest of it in the window, in its own spreads
}

// Anomaly is what a window says of its last step.
type Anomaly struct {
	Target   int
	Value    float64 // in spreads from the mean
	Surprise float64 // −log of the chance to be so far out, on this side
	Roots    []Root  // all nodes, the largest share first; shares add up to Surprise
	Arrows   []xai.Cause
}

// Roots tells in which nodes the deviation of target at the last row began. The
// rows must reach back to before it did, by more than the model's lags.
func (m *Model) Roots(rows [][]float64, target int, seed uint64) (*Anomaly, error) {
	if target < 0 || target >= len(m.Nodes) || len(rows) <= m.Lags {
		return nil, fmt.Errorf("find the roots: node %d of %d, %d rows, of which %d are needed before the anomaly", target, len(m.Nodes), len(rows), m.Lags+1)
	}
	for i, row := range rows {
		if len(row) != len(m.Nodes) {
			return nil, fmt.Errorf("find the roots: row %d has %d values for %d nodes", i+1, len(row), len(m.Nodes))
		}
	}
	order, err := m.order()
	if err != nil {
		return nil, fmt.Errorf("find the roots: %w", err)
	}
	z := m.standard(rows)
	noise := m.noise(z)
	n, last := len(m.Nodes), len(z)-1
	a := &Anomaly{Target: target, Value: z[last][target]}
	moved, variance, most := make([]float64, n), make([]float64, n), make([]float64, n)
	sum := 0.0
	for i := range n {
		reply := m.reply(i, target, len(z), order)
		for t := m.Lags; t <= last; t++ {
			h := reply[last-t]
			moved[i] += h * noise[t][i]
			variance[i] += h * h * m.Disturbance[i] * m.Disturbance[i]
			if d := noise[t][i] / m.Disturbance[i]; math.Abs(d) > math.Abs(most[i]) {
				most[i] = d
			}
		}
		sum += moved[i]
	}
	g := game{value: math.Abs(a.Value), moved: moved, variance: variance}
	if a.Value < 0 {
		g.sign = -1
	} else {
		g.sign = 1
	}
	g.before = g.sign * (a.Value - sum) // what rows before the window left behind
	shares := g.shapley(rand.New(rand.NewPCG(seed, 0x5a)))
	for i := range n {
		a.Surprise += shares[i]
		a.Roots = append(a.Roots, Root{i, shares[i], moved[i], most[i]})
	}
	slices.SortStableFunc(a.Roots, func(x, y Root) int {
		return cmp.Or(cmp.Compare(y.Share, x.Share), cmp.Compare(math.Abs(y.Disturbance), math.Abs(x.Disturbance)))
	})
	a.Arrows = m.Way(a.Roots[0].Node, target)
	return a, nil
}

// noise is what the parents do not explain of each node at each step.
func (m *Model) noise(z [][]float64) [][]float64 {
	out := make([][]float64, len(z))
	for t := m.Lags; t < len(z); t++ {
		out[t] = slices.Clone(z[t])
		for _, l := range m.Links {
			out[t][l.To] -= l.Strength * z[t-l.Lag][l.From]
		}
	}
	return out
}

// order puts every node behind those that act on it without delay.
func (m *Model) order() ([]int, error) {
	waits := make([]int, len(m.Nodes))
	for _, l := range m.Links {
		if l.Lag == 0 {
			waits[l.To]++
		}
	}
	var out []int
	for i, w := range waits {
		if w == 0 {
			out = append(out, i)
		}
	}
	for k := 0; k < len(out); k++ {
		for _, l := range m.Links {
			if l.Lag == 0 && l.From == out[k] {
				if waits[l.To]--; waits[l.To] == 0 {
					out = append(out, l.To)
				}
			}
		}
	}
	if len(out) < len(waits) {
		return nil, fmt.Errorf("nodes act on each other in a circle without delay: allow one direction only")
	}
	return out, nil
}

// reply is the course of target after a unit disturbance of a node.
func (m *Model) reply(node, target, steps int, order []int) []float64 {
	course := make([][]float64, steps)
	out := make([]float64, steps)
	into := make([][]Link, len(m.Nodes))
	for _, l := range m.Links {
		into[l.To] = append(into[l.To], l)
	}
	for t := range course {
		course[t] = make([]float64, len(m.Nodes))
		if t == 0 {
			course[0][node] = 1
		}
		for _, j := range order {
			for _, l := range into[j] {
				if t >= l.Lag {
					course[t][j] += l.Strength * course[t-l.Lag][l.From]
				}
			}
		}
		out[t] = course[t][target]
	}
	return out
}

// game is how surprising a value is when some disturbances are known and the others
// are what they usually are: normal, so that it is known in closed form.
type game struct {
	value, sign, before float64
	moved, variance     []float64
}

// surprise is −log P(value or beyond).
func (g *game) surprise(mean, variance float64) float64 {
	if variance < 1e-12 {
		return 0 // all is known, and so is the value
	}
	return -logTail((g.value - mean) / math.Sqrt(variance))
}

// logTail is the logarithm of the upper tail of the normal distribution.
func logTail(x float64) float64 {
	if x < 30 {
		return math.Log(0.5 * math.Erfc(x/math.Sqrt2))
	}
	return -x*x/2 - math.Log(x) - 0.5*math.Log(2*math.Pi) // Abramowitz, Stegun 26.2.12
}

// shapley deals out the surprise with nothing known, less that with all known.
// Players who cannot reach the target get nothing.
func (g *game) shapley(rng *rand.Rand) []float64 {
	out := make([]float64, len(g.moved))
	var players []int
	for i, v := range g.variance {
		if v > 0 {
			players = append(players, i)
		}
	}
	n := len(players)
	if n > exactMax {
		for range permutations {
			rng.Shuffle(n, func(a, b int) { players[a], players[b] = players[b], players[a] })
			mean, rest := g.before, 0.0
			for _, p := range players {
				rest += g.variance[p]
			}
			was := g.surprise(mean, rest)
			for k, p := range players {
				mean, rest = mean+g.sign*g.moved[p], rest-g.variance[p]
				if k == n-1 {
					rest = 0
				}
				now := g.surprise(mean, rest)
				out[p] += (was - now) / permutations
				was = now
			}
		}
		return out
	}
	value := make([]float64, 1<<n)
	for set := range value {
		mean, rest := g.before, 0.0
		for k, p := range players {
			if set>>k&1 == 1 {
				mean += g.sign * g.moved[p]
			} else {
				rest += g.variance[p]
			}
		}
		value[set] = g.surprise(mean, rest)
	}
	weight := make([]float64, n+1) // of a set of so many others
	for s := range n {
		weight[s] = math.Exp(lgamma(s+1) + lgamma(n-s) - lgamma(n+1))
	}
	for set := range value {
		w := weight[bits.OnesCount(uint(set))]
		for k, p := range players {
			if set>>k&1 == 0 {
				out[p] += w * (value[set] - value[set|1<<k])
			}
		}
	}
	return out
}

func lgamma(n int) float64 {
	v, _ := math.Lgamma(float64(n))
	return v
}

// Disturbances are what no parent explains of each node at each row, in spreads of the
// node; the first rows, whose parents are not known, have none.
func (m *Model) Disturbances(rows [][]float64) [][]float64 {
	out := m.noise(m.standard(rows))
	for t := range out {
		if out[t] == nil {
			out[t] = make([]float64, len(m.Nodes))
		}
	}
	return out
}

// Way is the chain of arrows from a node to another that carries most; none when no
// link leads there.
func (m *Model) Way(root, target int) []xai.Cause {
	best := make([]float64, len(m.Nodes))
	via := make([]int, len(m.Nodes))
	best[root] = 1
	for range m.Nodes {
		for k, l := range m.Links {
			if v := best[l.From] * min(1, math.Abs(l.Strength)); l.From != l.To && l.To != root && v > best[l.To] {
				best[l.To], via[l.To] = v, k
			}
		}
	}
	var out []xai.Cause
	for at := target; at != root && best[at] > 0 && len(out) < len(m.Nodes); {
		l := m.Links[via[at]]
		out = append(out, m.arrow(l))
		at = l.From
	}
	slices.Reverse(out)
	return out
}
