package propose

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// tours are shoppers with their lists and their whims, the same in every layout:
// where they would go is worked out from where things stand, without a step of
// anybody. It costs a twentieth of a simulation and has none of its chance, but
// knows no jam, no detour around others and no temptation: it says what is worth
// being simulated, never what is told.
type tours struct {
	lists   [][]want
	perHour float64 // shoppers
	pace    float64 // m/s
	stop    float64 // s before a shelf
	pay     float64 // s at a till
	hours   float64
	sold    map[twin.AssetID]float64
	elastic whatif.Elasticity
}

// want is one thing on a list.
type want struct {
	asset twin.AssetID
	side  int       // of its fronts
	whim  []float64 // how much it is liked at each choice (Gumbel): the best is as likely as the shares say
}

const (
	toursDrawn = 90
	listMost   = 40
	farness    = 3.5 // m that make the next shelf half as likely, as shoppers have it
	strolling  = 1.0 // m/s
	leg        = 0.7 // m between two looks on a way
	cellSide   = 0.3 // m, of the squares in which people are counted
)

func newTours(g *ground.Ground, s whatif.Study) *tours {
	o := s.Options
	usual := func(v, u float64) float64 {
		if v == 0 {
			return u
		}
		return max(0, v)
	}
	items := usual(o.Items, 7)
	t := &tours{perHour: s.Shoppers, hours: s.Hours, pace: strolling * usual(o.Pace, 0.8) / 0.8, stop: usual(o.Stop, 18), sold: map[twin.AssetID]float64{}, elastic: s.Elasticity}
	t.pay = 25 + usual(o.Service, 4)*items
	if t.perHour == 0 {
		t.perHour = 90
	}
	if t.elastic == (whatif.Elasticity{}) {
		t.elastic = whatif.Eisend
	}
	sides := map[twin.AssetID]int{}
	type shelf struct {
		want
		draw float64
	}
	var shelves []shelf
	sum := 0.0
	for _, f := range g.Fronts {
		draw, ok := o.Draw[string(f.Asset)]
		if !ok {
			draw = 1
		}
		draw *= max(0.5, f.Width)
		shelves = append(shelves, shelf{want{asset: f.Asset, side: sides[f.Asset]}, draw})
		sides[f.Asset]++
		sum += draw
	}
	for _, s := range shelves {
		t.sold[s.asset] += s.draw / sum
	}
	for n := range toursDrawn {
		d := rand.New(rand.NewPCG(0x70e5, uint64(n))) // the same lists whatever the seed: they are a sample, not dice
		var list []want
		// Stratified: list lengths are spread evenly over their distribution.
		long := -math.Log(1-(float64(n)+0.5)/toursDrawn) * max(0, items-1)
		for range min(1+int(long+0.5), listMost) {
			x := d.Float64() * sum
			w := shelves[len(shelves)-1].want
			for _, s := range shelves {
				if x -= s.draw; x < 0 {
					w = s.want
					break
				}
			}
			list = append(list, w)
		}
		for i := range list {
			list[i].whim = make([]float64, len(list))
			for k := range list[i].whim {
				list[i].whim[k] = -math.Log(-math.Log(max(1e-12, d.Float64())))
			}
		}
		t.lists = append(t.lists, list)
	}
	return t
}

// forecast is what is expected of a layout.
type forecast struct {
	walked float64 // m, by each
	close  float64 // s near a stranger, in the hours that are simulated
	staff  float64 // m, for each thing that is sold
	seen   map[twin.AssetID]float64
	lost   int // things that were wanted and cannot be come to
}

// nodes are the places of a layout that ways lead between.
type nodes struct {
	at    []geom.Vec2
	front map[twin.AssetID][]int // by side
	ins   []int
	outs  []int
	tills []int
}

// nodesOf are the places of a layout; fronts are called by the fixture that held
// their goods first.
func nodesOf(x *whatif.Scenario) nodes {
	g := x.Ground
	n := nodes{front: map[twin.AssetID][]int{}}
	add := func(p geom.Vec2) int {
		n.at = append(n.at, p)
		return len(n.at) - 1
	}
	for _, f := range g.Fronts {
		id := heldFirst(x, f.Asset)
		n.front[id] = append(n.front[id], add(f.Stand))
	}
	in, out := g.Entrances()
	for _, d := range in {
		n.ins = append(n.ins, add(d.Middle))
	}
	for _, d := range out {
		n.outs = append(n.outs, add(d.Middle))
	}
	for _, t := range g.Tills {
		n.tills = append(n.tills, add(t.Stand))
	}
	return n
}

// heldFirst is the fixture that held first what lies on one.
func heldFirst(x *whatif.Scenario, id twin.AssetID) twin.AssetID {
	if of, ok := x.Holds[id]; ok {
		return of
	}
	return id
}

// of works out what is expected of a layout.
func (t *tours) of(ctx context.Context, x *whatif.Scenario) (forecast, error) {
	out := forecast{seen: map[twin.AssetID]float64{}}
	mesh, err := x.Filling(ctx)
	if err != nil {
		return out, err
	}
	n := nodesOf(x)
	legs := map[[2]int]float64{} // how often each is gone
	stops := map[int]float64{}   // seconds at each node
	share := 1 / float64(len(t.lists))
	nearest := func(list []int, p geom.Vec2) int {
		best := -1
		for _, i := range list {
			if best < 0 || n.at[i].Sub(p).Len() < n.at[best].Sub(p).Len() {
				best = i
			}
		}
		return best
	}
	for k, list := range t.lists {
		if len(n.ins) == 0 {
			break
		}
		at := n.ins[k%len(n.ins)]
		left := make([]int, 0, len(list))
		whims := make([][]float64, 0, len(list))
		for _, w := range list {
			fronts := n.front[w.asset]
			if len(fronts) == 0 {
				out.lost++
				continue
			}
			left, whims = append(left, fronts[min(w.side, len(fronts)-1)]), append(whims, w.whim)
		}
		for step := 0; len(left) > 0; step++ {
			pick, liked := 0, math.Inf(-1)
			for i, f := range left {
				if v := whims[i][step] - math.Ln2/farness*n.at[f].Sub(n.at[at]).Len(); v > liked {
					pick, liked = i, v
				}
			}
			legs[[2]int{at, left[pick]}] += share
			at = left[pick]
			stops[at] += share * t.stop
			left, whims = slices.Delete(left, pick, pick+1), slices.Delete(whims, pick, pick+1)
		}
		if len(n.tills) > 0 {
			// The nearest, or, where that is busy, another: by turns of four.
			till := nearest(n.tills, n.at[at])
			if k%4 == 3 {
				till = n.tills[(k/4)%len(n.tills)]
			}
			legs[[2]int{at, till}] += share
			at = till
			stops[at] += share * t.pay
		}
		if end := nearest(n.outs, n.at[at]); end >= 0 {
			legs[[2]int{at, end}] += share
		}
	}
	t.follow(x, mesh, n, legs, stops, &out)
	out.close += t.queued(len(n.tills))
	t.fill(x, mesh, &out)
	return out, nil
}

// follow goes the ways, and counts who is where and what they see.
func (t *tours) follow(x *whatif.Scenario, mesh *plan.Mesh, n nodes, legs map[[2]int]float64, stops map[int]float64, out *forecast) {
	g := x.Ground
	faces := make([]measure.Face, len(g.Fronts))
	for i, f := range g.Fronts {
		faces[i] = f.Face
	}
	sight := x.Sight()
	seen := make([]float64, len(faces))
	c := countOn(g)
	// In one order, whatever the map's: sums of floats depend on it.
	var order [][2]int
	for l := range legs {
		order = append(order, l)
	}
	slices.SortFunc(order, func(a, b [2]int) int {
		if a[0] != b[0] {
			return a[0] - b[0]
		}
		return a[1] - b[1]
	})
	people := t.perHour * t.hours
	arrive := map[int]geom.Vec2{} // the heading with which a place was come to last
	for _, l := range order {
		times := legs[l]
		from, okA := mesh.Locate(n.at[l[0]], 1)
		to, okB := mesh.Locate(n.at[l[1]], 1)
		if !okA || !okB {
			out.lost++
			continue
		}
		corners, length, ok := mesh.Way(from, to)
		if !ok {
			out.lost++
			continue
		}
		out.walked += times * length
		at := n.at[l[0]]
		for _, next := range corners {
			d := next.Sub(at)
			long := d.Len()
			if long < 1e-9 {
				continue
			}
			heading := d.Mul(1 / long)
			looks := max(1, int(long/leg+0.5))
			seconds := times * long / float64(looks) / t.pace
			for k := range looks {
				p := at.Add(d.Mul((float64(k) + 0.5) / float64(looks)))
				c.add(p, people*seconds)
				for i := range sight.From(p, heading, true) {
					seen[i] += people * seconds
				}
			}
			at, arrive[l[1]] = next, heading
		}
	}
	width := make([]float64, len(n.at))
	along := make([]geom.Vec2, len(n.at))
	for i, f := range g.Fronts { // the first nodes are the fronts
		width[i], along[i] = max(0, f.Width-0.6), geom.Vec2{-f.Front[1], f.Front[0]}
	}
	for i := range n.at {
		s := people * stops[i]
		if s == 0 {
			continue
		}
		for _, off := range [3]float64{-1. / 3, 0, 1. / 3} {
			p := n.at[i].Add(along[i].Mul(off * width[i]))
			c.add(p, s/3)
			if i < len(faces) {
				for k := range sight.From(p, faces[i].Front.Mul(-1), false) {
					seen[k] += s / 3
				}
			}
		}
	}
	for i, f := range faces {
		out.seen[heldFirst(x, twin.AssetID(f.ID))] += seen[i]
	}
	out.close = c.close(t.hours * 3600)
}

// fill is the way of who fills the shelves.
func (t *tours) fill(x *whatif.Scenario, mesh *plan.Mesh, out *forecast) {
	g, sold := x.Ground, map[twin.AssetID]float64{}
	for id := range t.sold {
		sold[id] = t.sold[heldFirst(x, id)]
	}
	best := math.Inf(1)
	for _, outside := range [2]bool{false, true} {
		for _, d := range g.Doors {
			if d.Outside != outside {
				continue
			}
			if way, ok := whatif.FillFrom(mesh, d.Middle, g.Fronts, sold); ok {
				best = min(best, way)
			}
		}
		if !math.IsInf(best, 1) {
			out.staff = best
			return
		}
	}
}

// cost is a goal's change against another layout's forecast, in its parts; less is
// better.
func (t *tours) cost(g Goal, base, l forecast) float64 {
	parts := func(a, b float64) float64 {
		if a <= 0 {
			return 0
		}
		return b/a - 1
	}
	switch g {
	case Exposure:
		sum := 0.0
		ids := make([]twin.AssetID, 0, len(t.sold))
		for id := range t.sold {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			sum += t.sold[id] * t.elastic.Factor(base.seen[id], l.seen[id])
		}
		return 1 - sum
	case Congestion:
		return parts(base.close, l.close)
	case Walking:
		return parts(base.walked, l.walked)
	case Staff:
		return parts(base.staff, l.staff)
	}
	return 0
}

// count is who is where: person-seconds on squares.
type count struct {
	lo     geom.Vec2
	nx, nz int
	s      []float64
}

func countOn(g *ground.Ground) *count {
	lo, hi := g.Floor.Box()
	c := &count{lo: lo, nx: 1 + int((hi[0]-lo[0])/cellSide), nz: 1 + int((hi[1]-lo[1])/cellSide)}
	c.s = make([]float64, c.nx*c.nz)
	return c
}

func (c *count) add(p geom.Vec2, seconds float64) {
	i, k := int((p[0]-c.lo[0])/cellSide), int((p[1]-c.lo[1])/cellSide)
	if i >= 0 && k >= 0 && i < c.nx && k < c.nz {
		c.s[k*c.nx+i] += seconds
	}
}

// close is the person-seconds with somebody within arm's length, of people who come
// and go independently over so many seconds.
func (c *count) close(over float64) float64 {
	const reach = whatif.ArmsLength / cellSide
	var disc [][2]int
	for i := -int(reach); i <= int(reach); i++ {
		for k := -int(reach); k <= int(reach); k++ {
			if float64(i*i+k*k) <= reach*reach {
				disc = append(disc, [2]int{i, k})
			}
		}
	}
	sum := 0.0
	for z := range c.nz {
		for x := range c.nx {
			here := c.s[z*c.nx+x]
			if here == 0 {
				continue
			}
			around := 0.0
			for _, d := range disc {
				if i, k := x+d[0], z+d[1]; i >= 0 && k >= 0 && i < c.nx && k < c.nz {
					around += c.s[k*c.nx+i]
				}
			}
			sum += here * (1 - math.Exp(-around/over))
		}
	}
	return sum
}
