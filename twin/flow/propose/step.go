package propose

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// Verb is what a step does.
type Verb string

const (
	Swap  Verb = "swap"  // two things of one size exchange their places
	Shift Verb = "shift" // what stands together moves aside
	Turn  Verb = "turn"  // a thing turns where it stands
)

// Step is one change of a layout.
type Step struct {
	Verb   Verb
	Assets []twin.AssetID // two of a Swap; all that a Shift moves; one of a Turn
	By     geom.Vec2      // m, of a Shift
	Angle  float64        // rad, of a Turn
}

// String says it.
func (s Step) String() string {
	switch s.Verb {
	case Swap:
		return fmt.Sprintf("%s and %s change places", s.Assets[0], s.Assets[1])
	case Turn:
		return fmt.Sprintf("%s is turned by %.0f°", s.Assets[0], s.Angle*180/math.Pi)
	}
	what := string(s.Assets[0])
	if n := len(s.Assets); n > 1 {
		what = fmt.Sprintf("the row of %s (%d things)", what, n)
	}
	return fmt.Sprintf("%s moves by %.2f m (%+.2f, %+.2f)", what, s.By.Len(), s.By[0]+0, s.By[1]+0)
}

// tidied is the same change in fewer words: shifts of the same things are one, and
// what is undone is left out.
func tidied(steps []Step) []Step {
	var out []Step
	for _, s := range steps {
		i := -1
		if n := len(out) - 1; n >= 0 && out[n].Verb == s.Verb && slices.Equal(out[n].Assets, s.Assets) {
			i = n
		}
		switch {
		case i < 0:
			out = append(out, s)
		case s.Verb == Shift:
			out[i].By = out[i].By.Add(s.By)
			if out[i].By.Len() < shiftUnit/2 {
				out = out[:i]
			}
		case s.Verb == Turn:
			out[i].Angle = math.Remainder(out[i].Angle+s.Angle, 2*math.Pi)
			if math.Abs(out[i].Angle) < 1e-6 {
				out = out[:i]
			}
		default:
			out = out[:i]
		}
	}
	return out
}

// Apply makes the site that some steps lead to.
func Apply(site *twin.Site, steps []Step) *twin.Site {
	s := *site
	s.Assets = slices.Clone(site.Assets)
	at := func(id twin.AssetID) *twin.Asset {
		for i := range s.Assets {
			if s.Assets[i].ID == id {
				return &s.Assets[i]
			}
		}
		return &twin.Asset{}
	}
	for _, x := range steps {
		switch x.Verb {
		case Swap:
			a, b := at(x.Assets[0]), at(x.Assets[1])
			a.Pose, b.Pose = b.Pose, a.Pose
		case Shift:
			for _, id := range x.Assets {
				a := at(id)
				a.Pose.Position[0] += x.By[0]
				a.Pose.Position[2] += x.By[1]
			}
		case Turn:
			a := at(x.Assets[0])
			a.Pose.Yaw = math.Remainder(a.Pose.Yaw+x.Angle, 2*math.Pi)
		}
	}
	return &s
}

// Moved lists what stands otherwise in b than in a.
func Moved(a, b *twin.Site) []cause.Move {
	var out []cause.Move
	for _, x := range b.Assets {
		was, ok := a.Asset(x.ID)
		if ok && (was.Pose.Position.Sub(x.Pose.Position).Len() > 1e-6 || math.Abs(math.Remainder(was.Pose.Yaw-x.Pose.Yaw, 2*math.Pi)) > 1e-6) {
			out = append(out, cause.Move{Asset: x.ID, From: was.Pose, To: x.Pose})
		}
	}
	return out
}

// stock is what can be moved, and how.
type stock struct {
	units []cause.Unit
	twins [][2]twin.AssetID // of one size, that may change places
	alone []twin.AssetID    // that may turn
}

const (
	sameSize  = 0.02 // m
	shiftUnit = 0.1  // m: what staff can place a fixture to
	shiftMost = 8    // units
	stepsMost = 4    // of a layout: what can be moved in a night
)

// stockOf lists what may move; fixed tells what must stay.
func stockOf(site *twin.Site, g *ground.Ground, role func(string) ground.Role, fixed func(twin.Asset) bool) stock {
	var s stock
	stays := func(id twin.AssetID) bool {
		a, ok := site.Asset(id)
		return !ok || fixed != nil && fixed(a)
	}
	var list []twin.Asset
	for _, u := range cause.Units(site, g, role) {
		if !slices.ContainsFunc(u.Assets, stays) {
			s.units = append(s.units, u)
		}
		for _, id := range u.Assets {
			if a, ok := site.Asset(id); ok && !stays(id) {
				list = append(list, a)
				if len(u.Assets) == 1 {
					s.alone = append(s.alone, id)
				}
			}
		}
	}
	for i, a := range list {
		for _, b := range list[:i] {
			if math.Abs(a.Size[0]-b.Size[0]) < sameSize && math.Abs(a.Size[2]-b.Size[2]) < sameSize && a.Zone+b.Zone != "" {
				s.twins = append(s.twins, [2]twin.AssetID{b.ID, a.ID})
			}
		}
	}
	return s
}

// draw draws a step; false when nothing can be moved.
func (s *stock) draw(d *rand.Rand) (Step, bool) {
	for range 8 {
		switch k := d.IntN(10); {
		case k < 5 && len(s.twins) > 0:
			p := s.twins[d.IntN(len(s.twins))]
			return Step{Verb: Swap, Assets: p[:]}, true
		case k < 9 && len(s.units) > 0:
			u := s.units[d.IntN(len(s.units))]
			by := u.Across
			if d.IntN(3) == 0 {
				by = geom.Vec2{-by[1], by[0]}
			}
			n := float64(1 + d.IntN(shiftMost))
			if d.IntN(2) == 0 {
				n = -n
			}
			by = by.Mul(n * shiftUnit)
			for i := range by {
				by[i] = math.Round(by[i]/shiftUnit*1e3) / 1e3 * shiftUnit
			}
			return Step{Verb: Shift, Assets: u.Assets, By: by}, true
		case len(s.alone) > 0:
			return Step{Verb: Turn, Assets: []twin.AssetID{s.alone[d.IntN(len(s.alone))]}, Angle: float64(1+d.IntN(3)) * math.Pi / 2}, true
		}
	}
	return Step{}, false
}

// possible is the quick look before the rules': nothing that moved stands in
// another thing that stands, or out of the rooms.
func possible(before, after *twin.Site, g *ground.Ground, role func(string) ground.Role) bool {
	moved := map[twin.AssetID]bool{}
	for _, m := range Moved(before, after) {
		moved[m.Asset] = true
	}
	inRoom := func(p geom.Vec2) bool {
		return slices.ContainsFunc(g.Rooms, func(z measure.Zone) bool { return plan.Inside(z.Outline, p) })
	}
	for _, a := range after.Assets {
		if !moved[a.ID] {
			continue
		}
		p := ground.Footprint(a)
		for _, c := range shrunk(p) {
			if !inRoom(c) {
				return false
			}
		}
		for _, b := range after.Assets {
			r := role(b.Class)
			if b.ID == a.ID || !r.Stands && !r.Door || math.Abs(b.Pose.Position[1]-a.Pose.Position[1]) > 0.5 {
				continue
			}
			if overlap(shrunk(p), shrunk(ground.Footprint(b))) {
				return false
			}
		}
	}
	return true
}

// shrunk is a footprint a centimetre smaller all round: things may touch.
func shrunk(p []geom.Vec2) []geom.Vec2 {
	m := p[0].Add(p[2]).Mul(0.5)
	out := make([]geom.Vec2, len(p))
	for i, c := range p {
		d := c.Sub(m)
		out[i] = m.Add(d.Mul(max(0, 1-0.01/max(0.01, d.Len()))))
	}
	return out
}

// overlap tells whether two convex outlines share a point, by axes that part them.
func overlap(a, b []geom.Vec2) bool {
	for _, loop := range [2][]geom.Vec2{a, b} {
		for i := range loop {
			e := loop[(i+1)%len(loop)].Sub(loop[i])
			n := geom.Vec2{-e[1], e[0]}
			lo, hi := math.Inf(1), math.Inf(-1)
			for _, p := range a {
				lo, hi = min(lo, p.Dot(n)), max(hi, p.Dot(n))
			}
			lo2, hi2 := math.Inf(1), math.Inf(-1)
			for _, p := range b {
				lo2, hi2 = min(lo2, p.Dot(n)), max(hi2, p.Dot(n))
			}
			if hi <= lo2 || hi2 <= lo {
				return false
			}
		}
	}
	return true
}
