package causal

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/xai"
)

// Limits of a model.
const (
	nodesMax     = 256
	lagsMax      = 64
	variablesMax = 4096 // 128 MB of covariances
)

// Edge says that one node may act on another, by their indices, after Least steps
// or more: 1 where the other acts back within the same step.
type Edge struct{ From, To, Least int }

// Options steer Fit. The zero Options asks for the defaults.
type Options struct {
	Lags    int           // longest delay of an effect, in steps; default 2
	Strict  float64       // standard deviations from none before a link is held to be there; default 4
	Weakest float64       // partial correlation below which a link is none, whatever its significance; default 0.05
	Step    time.Duration // between rows, for telling delays; 0: not told
	// Forgetful: no node acts on itself. What lasts in a node is then a disturbance that
	// lasts, not one that was long ago. Rows that are near copies make links look surer
	// than they are: be stricter.
	Forgetful bool
	Together  int // most parents that are conditioned on while candidates are sorted out; default 4
}

func (o Options) filled() Options {
	if o.Lags == 0 {
		o.Lags = 2
	}
	if o.Strict == 0 {
		o.Strict = 4
	}
	if o.Weakest == 0 {
		o.Weakest = 0.05
	}
	if o.Together == 0 {
		o.Together = 4
	}
	return o
}

// Link is an arrow that data bears out.
type Link struct {
	From, To  int
	Lag       int     // steps
	Strength  float64 // change of To, in its spreads, for one spread of From; all else equal
	Low, High float64 // 95 % interval
}

// Model is a graph with what each node does on its own. It is read only and safe
// for concurrent use.
type Model struct {
	Nodes        []string
	Mean, Spread []float64 // of each node
	Lags         int
	Step         time.Duration // between rows; 0: not told
	Links        []Link        // those of a node to itself among them
	Disturbance  []float64     // spread of what no parent explains, in spreads of the node
}

// Fit learns from series (each rows × nodes, in the order of time, with nothing
// wrong in most of them) which of the allowed edges are there. A node may always
// act on itself later; without delay, edges must form no circle.
func Fit(ctx context.Context, nodes []string, series [][][]float64, allowed []Edge, opt Options) (*Model, error) {
	opt = opt.filled()
	if err := check(nodes, series, allowed, opt); err != nil {
		return nil, fmt.Errorf("fit causes: %w", err)
	}
	m := &Model{Nodes: nodes, Lags: opt.Lags, Step: opt.Step, Disturbance: make([]float64, len(nodes))}
	m.Mean, m.Spread = spreads(series, len(nodes))
	standard := make([][][]float64, len(series))
	for i, s := range series {
		standard[i] = m.standard(s)
	}
	mo, err := momentsOf(standard, len(nodes), 2*opt.Lags)
	if err != nil {
		return nil, fmt.Errorf("fit causes: %w", err)
	}
	mayAct := make([][]Edge, len(nodes))
	for _, e := range allowed {
		mayAct[e.To] = append(mayAct[e.To], e)
	}
	candidates := make([][]variable, len(nodes))
	for j := range nodes {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("fit causes: node %q: %w", nodes[j], err)
		}
		candidates[j] = sortOut(mo, j, mayAct[j], opt)
	}
	for j := range nodes {
		if err := m.link(mo, j, candidates, opt); err != nil {
			return nil, fmt.Errorf("fit causes: %w", err)
		}
	}
	return m, nil
}

func check(nodes []string, series [][][]float64, allowed []Edge, opt Options) error {
	switch {
	case len(nodes) == 0 || len(nodes) > nodesMax || opt.Lags < 1 || opt.Lags > lagsMax || len(nodes)*(2*opt.Lags+1) > variablesMax:
		return fmt.Errorf("%d nodes, %d lags: 1 to %d nodes, 1 to %d lags and nodes × (2 lags + 1) up to %d are allowed", len(nodes), opt.Lags, nodesMax, lagsMax, variablesMax)
	case !(opt.Strict > 0) || !(opt.Weakest >= 0 && opt.Weakest < 1) || opt.Together < 1:
		return fmt.Errorf("strict %g, weakest %g, together %d: they must be above 0, weakest below 1", opt.Strict, opt.Weakest, opt.Together)
	}
	for i, s := range series {
		for k, row := range s {
			if len(row) != len(nodes) {
				return fmt.Errorf("series %d, row %d has %d values for %d nodes", i+1, k+1, len(row), len(nodes))
			}
			for j, v := range row {
				if math.IsInf(v, 0) {
					return fmt.Errorf("series %d, row %d: %q is infinite: a missing value is NaN", i+1, k+1, nodes[j])
				}
			}
		}
	}
	for _, e := range allowed {
		if e.From < 0 || e.To < 0 || e.From >= len(nodes) || e.To >= len(nodes) || e.From == e.To || e.Least < 0 {
			return fmt.Errorf("edge %d to %d after %d: it must join two of the %d nodes, after 0 steps or more", e.From, e.To, e.Least, len(nodes))
		}
	}
	return nil
}

// sortOut removes candidates that are independent of node j given the strongest of
// the others, more of them in each round (PC of Spirtes, Glymour 1991, in the order
// of Runge et al. 2019).
func sortOut(mo *moments, j int, parents []Edge, opt Options) []variable {
	now := variable{j, 0}
	var left []variable
	for lag := range opt.Lags + 1 {
		for _, e := range parents {
			if lag >= e.Least {
				left = append(left, variable{e.From, lag})
			}
		}
		if lag > 0 && !opt.Forgetful {
			left = append(left, variable{j, lag})
		}
	}
	strength := map[variable]float64{}
	for _, v := range left {
		r, _ := mo.depend(v, now, nil)
		strength[v] = math.Abs(r)
	}
	for given := 0; given <= opt.Together && given < len(left); given++ {
		slices.SortStableFunc(left, func(a, b variable) int { return cmp.Compare(strength[b], strength[a]) })
		kept := make([]variable, 0, len(left))
		for _, v := range left {
			others := make([]variable, 0, given)
			for _, o := range left {
				if o != v && len(others) < given {
					others = append(others, o)
				}
			}
			r, z := mo.depend(v, now, others)
			strength[v] = min(strength[v], math.Abs(r))
			if math.Abs(z) >= opt.Strict {
				kept = append(kept, v)
			}
		}
		left = kept
	}
	return left
}

// link keeps the candidates that depend on node j given the parents of both, and
// measures their effects.
func (m *Model) link(mo *moments, j int, candidates [][]variable, opt Options) error {
	now := variable{j, 0}
	var parents []variable
	for _, v := range candidates[j] {
		given := slices.Clone(candidates[j])
		for _, p := range candidates[v.node] {
			if at := p.lag + v.lag; at <= mo.lags {
				given = append(given, variable{p.node, at})
			}
		}
		given = slices.DeleteFunc(given, func(g variable) bool { return g == v || g == now })
		slices.SortFunc(given, func(a, b variable) int { return cmp.Or(cmp.Compare(a.lag, b.lag), cmp.Compare(a.node, b.node)) })
		if r, z := mo.depend(v, now, slices.Compact(given)); math.Abs(z) >= opt.Strict && math.Abs(r) >= opt.Weakest {
			parents = append(parents, v)
		}
	}
	effects, rest, err := mo.regress(now, parents)
	if err != nil {
		return err
	}
	m.Disturbance[j] = math.Sqrt(rest)
	for i, p := range parents {
		e := effects[i]
		m.Links = append(m.Links, Link{p.node, j, p.lag, e.strength, e.strength - 1.96*e.deviation, e.strength + 1.96*e.deviation})
	}
	return nil
}

func spreads(series [][][]float64, nodes int) (mean, spread []float64) {
	mean, spread = make([]float64, nodes), make([]float64, nodes)
	for j := range nodes {
		var n, m2 float64
		for _, s := range series {
			for _, row := range s {
				if v := row[j]; !math.IsNaN(v) { // Welford 1962
					n++
					d := v - mean[j]
					mean[j] += d / n
					m2 += d * (v - mean[j])
				}
			}
		}
		if spread[j] = math.Sqrt(m2 / max(1, n)); spread[j] <= 1e-9*math.Abs(mean[j]) {
			spread[j] = 1
		}
	}
	return mean, spread
}

// standard tells rows in spreads from the mean; what is missing stands at the mean.
func (m *Model) standard(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		out[i] = make([]float64, len(row))
		for j, v := range row {
			if !math.IsNaN(v) {
				out[i][j] = (v - m.Mean[j]) / m.Spread[j]
			}
		}
	}
	return out
}

// arrow is a link as it is drawn.
func (m *Model) arrow(l Link) xai.Cause {
	return xai.Cause{From: m.Nodes[l.From], To: m.Nodes[l.To], Strength: l.Strength, Delay: time.Duration(l.Lag) * m.Step}
}

// Causes returns the links between different nodes as arrows, the strongest of each
// pair, for drawing.
func (m *Model) Causes() []xai.Cause {
	var out []xai.Cause
	for _, l := range m.Links {
		if l.From == l.To {
			continue
		}
		c := m.arrow(l)
		at := slices.IndexFunc(out, func(o xai.Cause) bool { return o.From == c.From && o.To == c.To })
		switch {
		case at < 0:
			out = append(out, c)
		case math.Abs(out[at].Strength) < math.Abs(c.Strength):
			out[at] = c
		}
	}
	return out
}
