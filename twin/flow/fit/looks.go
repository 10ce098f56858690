package fit

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// Looks is what ways show, recorded and simulated ones by the same rules.
type Looks struct {
	Pace    float64   // m/s while walking, median
	Stops   float64   // before shelves, of one person, mean
	Stop    float64   // s of one of them, mean
	Till    float64   // s at a till, of who stood at one, mean
	Share   []float64 // of all stops, by front
	ByHour  []float64 // who came, in each hour from the first way on
	Dwell   []float64 // s in the shop, by person
	Walked  []float64 // m, by person
	Visited []float64 // zones entered, by person
	Zones   []float64 // share of all visits, by zone
	Flow    []float64 // heads that come, in each five minutes
	Hours   float64
	Stopped map[twin.AssetID]int // different people that stopped before a fixture
}

// Figures of looking.
const (
	standing  = 0.25 // m/s below which somebody stands (as in measure.CaptureOf)
	walking   = 0.4  // m/s above which somebody walks
	stopLeast = 3.0  // s
	armReach  = 1.3  // m from where one stands before a front
	tillReach = 1.0  // m
	flowEvery = 300  // s
)

// Look looks at ways on a ground; from and to are the seconds of the recording
// that count: a way belongs to when it begins.
func Look(people []twin.Trajectory, g *ground.Ground, from, to float64) Looks {
	l := Looks{Share: make([]float64, len(g.Fronts)), Zones: make([]float64, len(g.Zones)), Hours: (to - from) / 3600,
		ByHour: make([]float64, int(math.Ceil((to-from)/3600))), Flow: make([]float64, int(math.Ceil((to-from)/flowEvery)))}
	l.Stopped = map[twin.AssetID]int{}
	var paces, stops, tills []float64
	stood := map[twin.AssetID]map[string]bool{}
	var counted []twin.Trajectory
	for _, p := range people {
		if len(p.Fixes) < 2 || p.Fixes[0].T < from || p.Fixes[0].T >= to {
			continue
		}
		counted = append(counted, p)
		at := p.Fixes[0].T - from
		l.ByHour[int(at/3600)]++
		l.Flow[int(at/flowEvery)]++
		l.Dwell, l.Walked = append(l.Dwell, p.Duration()), append(l.Walked, p.Length())
		rests(p, func(f twin.Fix, seconds float64) {
			here := geom.Vec2{f.X, f.Z}
			if t := nearestTill(g, here); t >= 0 {
				tills = append(tills, seconds)
			} else if k := nearestFront(g, here); k >= 0 {
				stops = append(stops, seconds)
				l.Share[k]++
				id := g.Fronts[k].Asset
				if stood[id] == nil {
					stood[id] = map[string]bool{}
				}
				stood[id][measure.Whose(p.Person)] = true
			}
		})
		for i := range p.Fixes[1:] {
			a, b := p.Fixes[i], p.Fixes[i+1]
			if v := math.Hypot(b.X-a.X, b.Z-a.Z) / max(1e-6, b.T-a.T); v > walking {
				paces = append(paces, v)
			}
		}
	}
	for id, who := range stood {
		l.Stopped[id] = len(who)
	}
	l.Pace, l.Stop, l.Till = median(paces), mean(stops), mean(tills)
	l.Stops = float64(len(stops)) / max(1, float64(len(counted)))
	normalise(l.Share)
	visits := measure.Visits(counted, g.Zones)
	each := map[string]map[int]bool{}
	for _, v := range visits {
		l.Zones[v.Zone]++
		if each[v.Person] == nil {
			each[v.Person] = map[int]bool{}
		}
		each[v.Person][v.Zone] = true
	}
	for _, p := range counted {
		l.Visited = append(l.Visited, float64(len(each[p.Person])))
	}
	normalise(l.Zones)
	return l
}

// rests calls fn for each time that somebody stands: the place in its middle.
func rests(p twin.Trajectory, fn func(at twin.Fix, seconds float64)) {
	const span = 1.0 // s over which a speed is taken: sensors shiver
	since := -1
	end := func(i int) {
		if since >= 0 {
			if s := p.Fixes[i].T - p.Fixes[since].T; s >= stopLeast {
				fn(p.Fixes[(since+i)/2], s)
			}
		}
		since = -1
	}
	k := 0
	for i, f := range p.Fixes {
		for p.Fixes[k].T < f.T-span {
			k++
		}
		a := p.Fixes[max(0, k-1)]
		if i > 0 && math.Hypot(f.X-a.X, f.Z-a.Z) < standing*max(1e-6, f.T-a.T) {
			if since < 0 {
				since = max(0, k-1)
			}
			continue
		}
		end(max(0, i-1))
	}
	end(len(p.Fixes) - 1)
}

func nearestTill(g *ground.Ground, at geom.Vec2) int {
	for i, t := range g.Tills {
		if t.Stand.Sub(at).Len() < tillReach {
			return i
		}
	}
	return -1
}

// nearestFront is the front before which a place is, -1 for none.
func nearestFront(g *ground.Ground, at geom.Vec2) int {
	best, found := armReach, -1
	for i, f := range g.Fronts {
		d := at.Sub(f.At)
		if d.Dot(f.Front) < -0.1 {
			continue // behind it
		}
		along := geom.Vec2{-f.Front[1], f.Front[0]}
		beside := max(0, math.Abs(d.Dot(along))-f.Width/2)
		if l := math.Hypot(beside, d.Dot(f.Front)); l < best {
			best, found = l, i
		}
	}
	return found
}

func normalise(list []float64) {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	if sum > 0 {
		for i := range list {
			list[i] /= sum
		}
	}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / max(1, float64(len(list)))
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
