package whatif

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/energy"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// Figure names a number of a day.
type Figure struct {
	Measure string
	Of      string // zone or asset; "": the whole shop
}

// Measures of the shop, of zones and of fixtures.
const (
	Items     = "items"
	Impulses  = "impulses"
	Wait      = "wait, s"
	Stay      = "stay, s"
	Walked    = "walked by each, m"
	Visits    = "visits"
	Density   = "density, 1/m²"    // heads over the zone's floor, in the mean of the time
	Crowding  = "crowding, 1"      // others within ArmsLength of somebody who is there, in the mean
	Close     = "close, s"         // person-seconds within ArmsLength of a stranger
	Seen      = "seen, s"          // a fixture was in somebody's view
	Taken     = "taken, items"     // from a fixture
	Capture   = "taken a minute"   // items for each minute that a fixture was seen
	Sales     = "sales, items"     // by the elasticity of exposure
	StaffWalk = "staff way, m"     // for each item, there and back
	Opened    = "door energy, kWh" // electric, of cabinets that are opened
	Moving    = "moving energy, kWh"
	Warmth    = "people's heat, kWh"
)

// ArmsLength is how near strangers come before they mind, metres: the far phase of
// personal distance begins (Hall 1966).
const ArmsLength = 1.2

// Day is what a day came to.
type Day struct {
	Figures map[Figure]float64
	Sold    map[twin.AssetID]float64
	Seen    map[twin.AssetID]float64
	Floor   *Heat
}

// Heat is a floor by squares.
type Heat struct {
	Lo      geom.Vec2
	FloorY  float64 // metres, as Side
	Side    float64
	NX, NZ  int
	Density []float64 // heads per m², in the mean of the time
	Dwell   []float64 // s that somebody stays who comes through
	Seconds float64
}

// heatSide is the square of a floor's heat, metres: about a person's reach.
const heatSide = 0.5

// HeatOf spreads people over a floor.
func HeatOf(people []twin.Trajectory, lo, hi geom.Vec2, seconds float64) *Heat {
	g := measure.Paths(people, lo, hi, heatSide)
	h := &Heat{Lo: lo, Side: heatSide, NX: g.NX, NZ: g.NZ, Density: make([]float64, len(g.Seconds)), Dwell: make([]float64, len(g.Seconds)), Seconds: seconds}
	for i, s := range g.Seconds {
		h.Density[i] = s / max(1, seconds) / (heatSide * heatSide)
		if g.People[i] > 0 {
			h.Dwell[i] = s / g.People[i]
		}
	}
	return h
}

// figuresOf are those of a day in a scenario.
func (s *Study) figuresOf(r *shop.Result, x *Scenario) Day {
	g := x.Ground
	d := Day{Figures: map[Figure]float64{}, Sold: map[twin.AssetID]float64{}, Seen: map[twin.AssetID]float64{}}
	set := func(measure, of string, v float64) { d.Figures[Figure{measure, of}] = v }
	set(Items, "", float64(r.Items))
	set(Impulses, "", float64(r.Impulses))
	set(Wait, "", mean(r.Waits))
	set(Stay, "", mean(r.Stays))
	walked := 0.0
	for _, p := range r.People {
		walked += p.Length()
	}
	set(Walked, "", walked/max(1, float64(len(r.People))))
	seconds := max(1, r.Seconds)
	visits := measure.Dwell(measure.Visits(r.People, g.Zones), len(g.Zones))
	area := x.areas()
	near := Nearness(r.People, r.Parties, g.Zones)
	for i, z := range g.Zones {
		v := visits[i]
		set(Visits, z.ID, float64(v.Visits))
		set(Density, z.ID, v.Seconds/seconds/area[i])
		set(Close, z.ID, near.Close[i])
		crowding := 0.0
		if near.There[i] > 0 {
			crowding = near.Others[i] / near.There[i]
		}
		set(Crowding, z.ID, crowding)
	}
	set(Close, "", near.All)
	for i, f := range r.Fronts {
		d.Sold[x.goods(f.Asset)] += float64(r.ItemsAt[i])
	}
	exposure, _ := x.Sight().Seen(r.People)
	for i, seen := range exposure {
		d.Seen[x.goods(g.Fronts[i].Asset)] += seen
	}
	for id, seen := range d.Seen {
		set(Seen, string(id), seen)
		set(Taken, string(id), d.Sold[id])
		if seen > 0 {
			set(Capture, string(id), 60*d.Sold[id]/seen)
		}
	}
	opened := 0.0
	for id, c := range x.Cabinets {
		opened += d.Sold[x.goods(id)] * c.Work(s.Room, s.Humidity)
	}
	set(Opened, "", opened/3.6e6)
	stays := 0.0
	for _, t := range r.Stays {
		stays += t
	}
	set(Warmth, "", stays*(energy.PersonSensible+energy.PersonLatent)/3.6e6)
	lo, hi := g.Floor.Box()
	d.Floor = HeatOf(r.People, lo, hi, seconds)
	d.Floor.FloorY = g.FloorY
	return d
}

// Open is how much of a zone is floor that one can walk on, m², by squares of a
// quarter of a metre; at least one of them.
func Open(g *ground.Ground, z measure.Zone) float64 {
	const side = 0.25
	lo, hi := z.Outline[0], z.Outline[0]
	for _, p := range z.Outline {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
		}
	}
	n := 0
	for x := lo[0] + side/2; x < hi[0]; x += side {
		for y := lo[1] + side/2; y < hi[1]; y += side {
			p := geom.Vec2{x, y}
			if inside(z.Outline, p) && g.Floor.Contains(p) {
				n++
			}
		}
	}
	return max(1, float64(n)) * side * side
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	if len(list) == 0 {
		return 0
	}
	return sum / float64(len(list))
}

// moving is what cabinets take once that were moved: they stood warm, and run
// without a pause until they are cold again.
func (x *Scenario) moving() float64 {
	const pullDown = 12 * 3600.0 // s, of a full cabinet; an assumption of ours
	sum := 0.0
	for _, id := range x.Moved {
		if c, ok := x.Cabinets[id]; ok {
			sum += c.Rated * (1 - math.Min(1, c.Duty)) * pullDown
		}
	}
	return sum / 3.6e6
}

// SeenIn is how long each fixture was seen over some days, seconds.
func SeenIn(days []Day) map[twin.AssetID]float64 {
	out := map[twin.AssetID]float64{}
	for _, d := range days {
		for id, s := range d.Seen {
			out[id] += s
		}
	}
	return out
}
