package plantcauses

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/causal"
)

// spans are the rows over which disturbances are added up: what has just failed shows
// in few, what fails slowly in many.
var spans = []int{3, 6, 12}

// disturbedMin is the disturbance of each row, in spreads of the node, that counts as
// one usual deviation at least: what never moved in training is not told by its noise.
const disturbedMin = 0.02

// reader tells the roots of anomalies.
type reader struct {
	top   *topology
	graph *causal.Model
	usual [][]float64 // of each span, of each node: root mean square of the summed disturbances
}

// tail is the part of summed disturbances that are larger than what is usual is told
// from, and tailAt how many usual deviations that is, as of a normal distribution.
const (
	tail   = 0.99
	tailAt = 2.6
)

// learnUsual measures how large summed disturbances are while all is well. What comes
// in bursts (a shopper who holds a door, a defrost) has a long tail: where that is
// farther out than the mean square says, it counts.
func (c *reader) learnUsual(fit [][][]float64) {
	c.usual = nil
	for _, k := range spans {
		sums := make([][]float64, len(c.top.nodes))
		for _, rows := range fit {
			noise := c.disturbances(rows)
			for end := k + c.graph.Lags + 8; end <= len(noise); end += k {
				for j := range sums {
					sums[j] = append(sums[j], math.Abs(summed(noise, j, end, k)))
				}
			}
		}
		usual := make([]float64, len(sums))
		for j, v := range sums {
			usual[j] = disturbedMin * float64(k)
			if len(v) == 0 {
				continue
			}
			square := 0.0
			for _, x := range v {
				square += x * x / float64(len(v))
			}
			slices.Sort(v)
			usual[j] = max(usual[j], math.Sqrt(square), v[int(tail*float64(len(v)-1))]/tailAt)
		}
		c.usual = append(c.usual, usual)
	}
}

// disturbances are those of the graph. The weather has no cause in it: all of what it
// is above usual is its own, not only what came since the last row.
func (c *reader) disturbances(rows [][]float64) [][]float64 {
	out := c.graph.Disturbances(rows)
	for j, n := range c.top.nodes {
		if n.device != outdoors || strings.HasSuffix(n.name, "/irradiance") {
			continue
		}
		for t := c.graph.Lags; t < len(out); t++ {
			if out[t][j] = (rows[t][j] - c.graph.Mean[j]) / c.graph.Spread[j]; math.IsNaN(out[t][j]) {
				out[t][j] = 0
			}
		}
	}
	return out
}

// ordinary tells of signals that are never a root, since they do what they do every
// day: the sun, shoppers' doors, defrosts; and the air, in which effects meet.
func (n node) ordinary() bool {
	return n.device == "hall" || strings.HasSuffix(n.name, "/irradiance") || strings.HasSuffix(n.name, "/door-open") || strings.HasSuffix(n.name, "/defrost-active")
}

func summed(noise [][]float64, node, end, span int) float64 {
	s := 0.0
	for t := max(0, end-span); t < end; t++ {
		s += noise[t][node]
	}
	return s
}

// root is a device in which an anomaly may have begun.
type root struct {
	device    string
	node      int     // of it, the one whose own disturbance is farthest from usual
	disturbed float64 // usual deviations
}

// roots ranks the devices by how far the disturbance of one of their signals is from
// usual: by what neither the device's other signals nor any other machine explains.
func (c *reader) roots(rows [][]float64) []root {
	noise := c.disturbances(rows)
	best := map[string]root{}
	for j, n := range c.top.nodes {
		if n.ordinary() {
			continue
		}
		far := 0.0
		for i, k := range spans {
			far = max(far, math.Abs(summed(noise, j, len(noise), k))/c.usual[i][j])
		}
		if b, ok := best[n.device]; !ok || far > b.disturbed {
			best[n.device] = root{n.device, j, far}
		}
	}
	out := make([]root, 0, len(best))
	for _, r := range best {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b root) int {
		return cmp.Or(cmp.Compare(b.disturbed, a.disturbed), cmp.Compare(a.device, b.device))
	})
	return out
}

// symptom is the signal, of another device than the root's, that is farthest from its
// mean at the last row; −1 when nothing is disturbed.
func (c *reader) symptom(rows [][]float64, of root) int {
	if all := c.symptoms(rows, of, 0); len(all) > 0 {
		return all[0]
	}
	return -1
}

// symptoms are the signals that are farthest from their mean at the last row, by more
// than so many spreads, one of each device that the root's signal acts on; the farthest
// first.
func (c *reader) symptoms(rows [][]float64, of root, least float64) []int {
	last := rows[len(rows)-1]
	far := func(j int) float64 { return math.Abs(last[j]-c.graph.Mean[j]) / c.graph.Spread[j] }
	most := map[string]int{}
	for j, n := range c.top.nodes {
		if n.device == of.device || !(far(j) > least) || len(c.graph.Way(of.node, j)) == 0 {
			continue
		}
		if k, ok := most[n.device]; !ok || far(j) > far(k) {
			most[n.device] = j
		}
	}
	out := slices.Collect(maps.Values(most))
	slices.SortFunc(out, func(a, b int) int { return cmp.Or(cmp.Compare(far(b), far(a)), cmp.Compare(a, b)) })
	return out
}

// Effects are told from so many spreads on, of so many devices at most, where the root
// has such a part in them at least.
const (
	effectLeast = 1.0
	effectsMost = 6
	effectPart  = 0.1
)

// Told is where what a run shows began.
type Told struct {
	xai.Explanation          // the claim is a device; shares and arrows are of what it explains elsewhere
	Ranked          []Ranked // devices, the likeliest first; few
}

// Ranked is a device in which it may have begun.
type Ranked struct {
	Device, Node string
	By           float64 // usual deviations of the node from what anything else explains
}

const rankedMost = 4

// explain tells the root, how what it does elsewhere is dealt out among the machines,
// and the arrows from the one to the others. Where it does nothing elsewhere, it is its
// own disturbance that is dealt out.
func (c *reader) explain(rows [][]float64) (Told, error) {
	ranked := c.roots(rows)
	var e Told
	for _, r := range ranked[:min(rankedMost, len(ranked))] {
		e.Ranked = append(e.Ranked, Ranked{r.device, c.top.nodes[r.node].name, r.disturbed})
	}
	most, best := 0.0, (*causal.Anomaly)(nil)
	var arrows []xai.Cause
	effects := c.symptoms(rows, ranked[0], effectLeast)
	for _, j := range effects[:min(effectsMost, len(effects))] {
		a, err := c.graph.Roots(rows, j, 1)
		if err != nil {
			return e, err
		}
		own := 0.0
		for _, r := range a.Roots {
			if c.top.nodes[r.Node].device == ranked[0].device {
				own += r.Share
			}
		}
		if own < effectPart*a.Surprise {
			continue
		}
		if own > most {
			most, best = own, a
		}
		for _, arrow := range c.graph.Way(ranked[0].node, j) {
			if !slices.ContainsFunc(arrows, func(x xai.Cause) bool { return x.From == arrow.From && x.To == arrow.To }) {
				arrows = append(arrows, arrow)
			}
		}
	}
	if best == nil {
		var err error
		if best, err = c.graph.Roots(rows, ranked[0].node, 1); err != nil {
			return e, err
		}
	}
	e.Explanation = c.graph.Explain(best)
	e.Claim, e.Causes = ranked[0].device, arrows
	for _, r := range e.Ranked[1:] {
		e.Alternatives = append(e.Alternatives, xai.Alternative{Class: r.Device})
	}
	for i := range e.Attributions {
		e.Attributions[i].Source = Signal(e.Attributions[i].Feature)
	}
	return e, nil
}
