package measure

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
)

// Zone is an area that is told apart.
type Zone struct {
	ID      string
	Outline []geom.Vec2
}

// Visit is a stay of somebody in a zone.
type Visit struct {
	Person   string
	Zone     int
	From, To float64 // s
}

// briefest is the shortest stay that counts, seconds, when times are known: who
// walks along an edge does not come and go at each step.
const briefest = 0.5

// Visits lists the stays of everybody, person by person, in order of time. A
// place belongs to the smallest zone that holds it. Times are between the fixes
// before and after the edge.
func Visits(people []twin.Trajectory, zones []Zone) []Visit {
	var out []Visit
	areas := make([]float64, len(zones))
	for i, z := range zones {
		areas[i] = math.Abs(geom.Area(z.Outline))
	}
	for _, p := range people {
		at, since := -1, 0.0
		first := len(out)
		end := func(t float64) {
			if at >= 0 && t-since >= briefest {
				if n := len(out); n > first && out[n-1].Zone == at && since-out[n-1].To < briefest {
					out[n-1].To = t // it was left for a moment only
				} else {
					out = append(out, Visit{p.Person, at, since, t})
				}
			}
		}
		for i, f := range p.Fixes {
			zone := zoneOf(zones, areas, geom.Vec2{f.X, f.Z})
			if zone == at {
				continue
			}
			t := f.T
			if i > 0 {
				t = (p.Fixes[i-1].T + f.T) / 2
			}
			end(t)
			at, since = zone, t
		}
		if n := len(p.Fixes); n > 0 {
			end(p.Fixes[n-1].T)
		}
	}
	return out
}

func zoneOf(zones []Zone, areas []float64, p geom.Vec2) int {
	found := -1
	for i, z := range zones {
		if (found < 0 || areas[i] < areas[found]) && plan.Inside(z.Outline, p) {
			found = i
		}
	}
	return found
}

// Dwelling is what was seen of one zone.
type Dwelling struct {
	Visitors int     // different people
	Visits   int     // stays
	Seconds  float64 // of all
	Mean     float64 // s a stay
}

// Dwell sums up the stays by zone.
func Dwell(visits []Visit, zones int) []Dwelling {
	out := make([]Dwelling, zones)
	seen := make([]map[string]bool, zones)
	for _, v := range visits {
		d := &out[v.Zone]
		d.Visits++
		d.Seconds += v.To - v.From
		if seen[v.Zone] == nil {
			seen[v.Zone] = map[string]bool{}
		}
		seen[v.Zone][Whose(v.Person)] = true
	}
	for i := range out {
		out[i].Visitors = len(seen[i])
		if out[i].Visits > 0 {
			out[i].Mean = out[i].Seconds / float64(out[i].Visits)
		}
	}
	return out
}

// OriginDestination counts from which zone's visit people went to which zone's
// next: row is from, column is to.
func OriginDestination(visits []Visit, zones int) [][]int {
	out := make([][]int, zones)
	for i := range out {
		out[i] = make([]int, zones)
	}
	for i := range visits[min(1, len(visits)):] {
		if a, b := visits[i], visits[i+1]; a.Person == b.Person {
			out[a.Zone][b.Zone]++
		}
	}
	return out
}

// Entropy tells how evenly visits spread over zones, bits (Shannon 1948): 0, all
// in one; log2 of their number, evenly.
func Entropy(list []Dwelling) float64 {
	total := 0
	for _, d := range list {
		total += d.Visits
	}
	h := 0.0
	for _, d := range list {
		if d.Visits > 0 {
			share := float64(d.Visits) / float64(total)
			h -= share * math.Log2(share)
		}
	}
	return h
}

// Capture is what became of those who came near something.
type Capture struct {
	Passed  int // came near
	Stopped int // of them, stood near it
	Rate    float64
}

// Figures of a stop.
const (
	stopSpeed = 0.25 // m/s
	stopTime  = 2.0  // s
)

// CaptureOf counts who comes into a zone and who of them stands in it, slower
// than 0.25 m/s for two seconds on end (the capture rate of retail analytics:
// stops over passers-by; Underhill, "Why We Buy", 1999).
func CaptureOf(people []twin.Trajectory, zone []geom.Vec2) Capture {
	var c Capture
	near, stood := map[string]bool{}, map[string]bool{}
	for _, p := range people {
		passed, stopped := false, false
		still := 0.0
		for i := range p.Fixes[min(1, len(p.Fixes)):] {
			f, g := p.Fixes[i], p.Fixes[i+1]
			in := plan.Inside(zone, geom.Vec2{g.X, g.Z})
			passed = passed || in
			dt := g.T - f.T
			if in && math.Hypot(g.X-f.X, g.Z-f.Z) < stopSpeed*dt {
				still += dt
				stopped = stopped || still >= stopTime
			} else {
				still = 0
			}
		}
		if passed {
			near[Whose(p.Person)] = true
		}
		if stopped {
			stood[Whose(p.Person)] = true
		}
	}
	c.Passed, c.Stopped = len(near), len(stood)
	if c.Passed > 0 {
		c.Rate = float64(c.Stopped) / float64(c.Passed)
	}
	return c
}

// Queue is a queue over time.
type Queue struct {
	T      []float64
	Length []int     // heads that wait in the zone
	Waits  []float64 // s of each stay
	Mean   float64   // s
}

// QueueOf looks at a queue's zone every step seconds. A wait is a stay in it.
func QueueOf(people []twin.Trajectory, zone []geom.Vec2, step float64) Queue {
	var q Queue
	lo, hi := span(people)
	for t := lo; t <= hi; t += step {
		n := 0
		for _, at := range Present(people, t) {
			if plan.Inside(zone, at) {
				n++
			}
		}
		q.T, q.Length = append(q.T, t), append(q.Length, n)
	}
	for _, v := range Visits(people, []Zone{{Outline: zone}}) {
		q.Waits = append(q.Waits, v.To-v.From)
		q.Mean += v.To - v.From
	}
	if len(q.Waits) > 0 {
		q.Mean /= float64(len(q.Waits))
	}
	return q
}

// Grid counts by squares.
type Grid struct {
	Lo      geom.Vec2
	Side    float64 // metres
	NX, NZ  int
	People  []float64 // different people that were in a square
	Seconds []float64 // of all of them
}

// Paths counts, for each square of a floor's box, who went through it and for how
// long. Between fixes people go straight.
func Paths(people []twin.Trajectory, lo, hi geom.Vec2, side float64) Grid {
	g := Grid{Lo: lo, Side: side, NX: 1 + int((hi[0]-lo[0])/side), NZ: 1 + int((hi[1]-lo[1])/side)}
	g.People, g.Seconds = make([]float64, g.NX*g.NZ), make([]float64, g.NX*g.NZ)
	for _, p := range people {
		been := map[int]bool{}
		for i := range p.Fixes[min(1, len(p.Fixes)):] {
			a, b := p.Fixes[i], p.Fixes[i+1]
			n := 1 + int(2*math.Hypot(b.X-a.X, b.Z-a.Z)/side)
			for k := range n {
				share := (float64(k) + 0.5) / float64(n)
				x, z := (a.X+(b.X-a.X)*share-lo[0])/side, (a.Z+(b.Z-a.Z)*share-lo[1])/side
				if x < 0 || z < 0 || int(x) >= g.NX || int(z) >= g.NZ {
					continue
				}
				c := int(z)*g.NX + int(x)
				g.Seconds[c] += (b.T - a.T) / float64(n)
				if !been[c] {
					been[c] = true
					g.People[c]++
				}
			}
		}
	}
	return g
}
