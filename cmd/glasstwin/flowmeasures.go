package main

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// lineRow is who crossed a line: a door, or, where none is known, the middle of the floor.
type lineRow struct {
	Line   string       `json:"line"`
	People int          `json:"people"`
	Times  int          `json:"times"`
	Left   *int         `json:"left"`   // of these, to the left of the line as it runs; null: withheld
	Flow   float64      `json:"flow_s"` // persons per second, from the first to the last
	NT     [][2]float64 `json:"n_t"`    // seconds, and how many had crossed by then
}

// stateRow is one level of service of the fundamental diagram: what density, speed and
// flow were in the mean of the moments of zones that were at that level.
type stateRow struct {
	Service string  `json:"level_of_service"`
	Moments int     `json:"moments"`
	Density float64 `json:"density_m2"` // by Voronoi cells
	Speed   float64 `json:"speed_m_s"`
	Flow    float64 `json:"flow_m_s"` // persons per metre and second
	people  int
}

// tillRow is the queue before a till.
type tillRow struct {
	Till       string  `json:"till"`
	People     int     `json:"people"`
	WaitS      float64 `json:"wait_mean_s"` // in the queue and at the till
	LengthMean float64 `json:"length_mean"`
	LengthMax  int     `json:"length_max"`
}

// sightRow is what can be seen from a zone, in the mean of its squares.
type sightRow struct {
	Zone        string  `json:"sight"`
	Isovist     float64 `json:"isovist_m2"`
	Integration float64 `json:"integration"`
}

const (
	momentsMost = 2000 // that a recording is looked at for density, speed and queues
	stateEvery  = 2.0  // s, at least
	queueAside  = 0.7  // m to either side of a queue's line that belongs to it
	queueStop   = 2.0  // s for which somebody stands there who pays
	queueSlow   = 0.25 // m/s below which one stands
	standNear   = 0.9  // m from where one pays
	sightPlaces = 300  // squares of a floor that see each other
	sightLooks  = 12   // of a zone's squares from which it is measured how much is seen
)

// figures are the measures that need more than zones: N-t diagrams, the fundamental
// diagram, queues and who bought, and what the plan lets see.
func figures(ctx context.Context, people []twin.Trajectory, g *ground.Ground, timed bool, metrics map[string]float64) ([]any, error) {
	rows := crossings(people, g, timed)
	if timed {
		first, last := math.Inf(1), math.Inf(-1)
		for _, p := range people {
			first, last = min(first, p.Fixes[0].T), max(last, p.Fixes[len(p.Fixes)-1].T)
		}
		step := max(stateEvery, (last-first)/momentsMost)
		rows = append(rows, states(people, g, step)...)
		rows = append(rows, tills(people, g, last-first, metrics)...)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return append(rows, sights(g)...), nil
}

func crossings(people []twin.Trajectory, g *ground.Ground, timed bool) (rows []any) {
	add := func(name string, a, b geom.Vec2) {
		list := measure.Crossings(people, a, b)
		left := 0
		r := lineRow{Line: name, Times: len(list), Left: &left}
		who := map[string]bool{}
		for i, c := range list {
			who[measure.Whose(c.Person)] = true
			if c.Left {
				left++
			}
			if timed {
				r.NT = append(r.NT, [2]float64{c.T, float64(i + 1)})
			}
		}
		if r.People = len(who); timed {
			r.Flow = measure.Flow(list)
		}
		rows = append(rows, r)
	}
	for _, d := range g.Doors {
		half := d.Along.Mul(d.Width / 2)
		add(d.Name, d.Middle.Sub(half), d.Middle.Add(half))
	}
	if len(g.Doors) == 0 {
		lo, hi := g.Floor.Box()
		mid := lo.Add(hi).Mul(0.5)
		if hi[0]-lo[0] > hi[1]-lo[1] {
			add("middle", geom.Vec2{mid[0], lo[1]}, geom.Vec2{mid[0], hi[1]})
		} else {
			add("middle", geom.Vec2{lo[0], mid[1]}, geom.Vec2{hi[0], mid[1]})
		}
	}
	return rows
}

// states is the fundamental diagram of all convex zones, by Fruin's levels of service.
func states(people []twin.Trajectory, g *ground.Ground, step float64) (rows []any) {
	lo, hi := g.Floor.Box()
	box := []geom.Vec2{lo, {hi[0], lo[1]}, hi, {lo[0], hi[1]}}
	var areas [][]geom.Vec2
	for _, z := range g.Zones {
		if convex(z.Outline) {
			areas = append(areas, z.Outline)
		}
	}
	by := map[measure.Service]*stateRow{}
	who := map[measure.Service]map[string]bool{}
	for _, list := range measure.States(people, box, areas, step) {
		for _, s := range list {
			level := measure.ServiceOf(s.Density)
			r := by[level]
			if r == nil {
				r = &stateRow{Service: level.String()}
				by[level], who[level] = r, map[string]bool{}
			}
			r.Moments++
			r.Density, r.Speed, r.Flow = r.Density+s.Density, r.Speed+s.Speed, r.Flow+s.Flow
			for _, i := range s.Of {
				who[level][measure.Whose(people[i].Person)] = true
			}
		}
	}
	for level := measure.Service('A'); level <= 'F'; level++ {
		if r := by[level]; r != nil {
			n := float64(r.Moments)
			r.Density, r.Speed, r.Flow, r.people = r.Density/n, r.Speed/n, r.Flow/n, len(who[level])
			rows = append(rows, *r)
		}
	}
	return rows
}

func convex(loop []geom.Vec2) bool {
	sign := 0.0
	for i, p := range loop {
		a, b := loop[(i+1)%len(loop)].Sub(p), loop[(i+2)%len(loop)].Sub(loop[(i+1)%len(loop)])
		turn := a[0]*b[1] - a[1]*b[0]
		if math.Abs(turn) < 1e-9 {
			continue
		}
		if sign != 0 && (turn > 0) != (sign > 0) {
			return false
		}
		sign = turn
	}
	return true
}

// tills are the queues, from who pays to the last place to wait: of those who come to stand
// where one pays, as long as they are in the strip. Their share of all is the conversion rate.
func tills(people []twin.Trajectory, g *ground.Ground, span float64, metrics map[string]float64) (rows []any) {
	bought, ways := map[string]bool{}, map[string]twin.Trajectory{}
	for _, p := range people {
		ways[p.Person] = p
	}
	for _, t := range g.Tills {
		end := t.Stand
		if n := len(t.Queue); n > 0 {
			end = t.Queue[n-1]
		}
		r, who, waits := tillRow{Till: string(t.Asset)}, map[string]bool{}, 0.0
		type change struct {
			t  float64
			by int
		}
		var changes []change
		for _, v := range measure.Visits(people, []measure.Zone{{Outline: along(t.Stand, end, queueAside)}}) {
			if stood(ways[v.Person], v.From, v.To, t.Stand) < queueStop {
				continue // goes by, or looks at a shelf beside
			}
			who[measure.Whose(v.Person)], bought[measure.Whose(v.Person)] = true, true
			r.WaitS += v.To - v.From
			waits++
			changes = append(changes, change{v.From, 1}, change{v.To, -1})
		}
		slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.t, b.t), cmp.Compare(a.by, b.by)) })
		length := 0
		for _, c := range changes {
			length += c.by
			r.LengthMax = max(r.LengthMax, length)
		}
		if r.People = len(who); waits > 0 {
			r.LengthMean = r.WaitS / max(span, 1)
			r.WaitS /= waits
		}
		rows = append(rows, r)
	}
	if n := persons(people); len(g.Tills) > 0 && n > 0 {
		metrics["conversion_rate"] = float64(len(bought)) / float64(n)
	}
	return rows
}

// stood is for how long somebody stood at a place in a stretch of time, s.
func stood(p twin.Trajectory, from, to float64, at geom.Vec2) (seconds float64) {
	for i := range p.Fixes[min(1, len(p.Fixes)):] {
		a, b := p.Fixes[i], p.Fixes[i+1]
		dt := b.T - a.T
		if a.T < from || b.T > to || math.Hypot(b.X-at[0], b.Z-at[1]) > standNear {
			continue
		}
		if math.Hypot(b.X-a.X, b.Z-a.Z) < queueSlow*dt {
			seconds += dt
		}
	}
	return seconds
}

// along is a strip about a line, as far beyond its ends as to its sides.
func along(a, b geom.Vec2, aside float64) []geom.Vec2 {
	d := b.Sub(a)
	if l := d.Len(); l > 1e-6 {
		d = d.Mul(aside / l)
	} else {
		d = geom.Vec2{aside, 0}
	}
	n := geom.Vec2{-d[1], d[0]}
	a, b = a.Sub(d), b.Add(d)
	return []geom.Vec2{a.Sub(n), b.Sub(n), b.Add(n), a.Add(n)}
}

// sights are of a floor on which something stands: on an empty one all is seen.
func sights(g *ground.Ground) (rows []any) {
	if len(g.Floor.Obstacles) == 0 {
		return nil
	}
	area := 0.0
	for _, o := range g.Floor.Outlines {
		area += math.Abs(geom.Area(o))
	}
	walls := g.Floor.Walls()
	places := measure.Visibility(g.Floor, math.Sqrt(max(area, 1)/sightPlaces))
	for _, z := range g.Zones {
		var inside []measure.Place
		for _, p := range places {
			if plan.Inside(z.Outline, p.At) && !math.IsInf(p.Integration, 0) {
				inside = append(inside, p)
			}
		}
		r, looks := sightRow{Zone: z.ID}, 0.0
		for i, p := range inside {
			r.Integration += p.Integration / float64(len(inside))
			if i%max(1, len(inside)/sightLooks) != 0 {
				continue
			}
			if seen := measure.Isovist(p.At, walls); !math.IsInf(seen, 0) {
				r.Isovist, looks = r.Isovist+seen, looks+1
			}
		}
		if looks > 0 {
			r.Isovist /= looks
			rows = append(rows, r)
		}
	}
	return rows
}

// every leaves of an N-t diagram each k-th crossing: no step of it is of fewer.
func every(nt [][2]float64, k int) (kept [][2]float64) {
	for i := k - 1; i < len(nt); i += k {
		kept = append(kept, nt[i])
	}
	return kept
}
