package propose

import (
	"fmt"
	"math"
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
	Swap   Verb = "swap"   // two things of one size exchange their places
	Shift  Verb = "shift"  // what stands together moves aside
	Turn   Verb = "turn"   // a thing turns where it stands
	Place  Verb = "place"  // what stands together is set down elsewhere, turned or not
	Trade  Verb = "trade"  // two rows, or a row and a thing, take each other's places
	Mirror Verb = "mirror" // a block stands the other way round
	Goods  Verb = "goods"  // two fixtures of one kind exchange what lies on them
)

// Step is one change of a layout.
type Step struct {
	Verb   Verb
	Assets []twin.AssetID // two of a Swap or Goods; all that moves of the others, one of a Turn
	With   []twin.AssetID // of a Trade: the other side
	By     geom.Vec2      // m, of a Shift and a Place; unit, across the line that a block is mirrored in
	Angle  float64        // rad, of a Turn, a Place and a Trade
}

// String says it.
func (s Step) String() string {
	switch s.Verb {
	case Swap:
		return fmt.Sprintf("%s and %s change places", s.Assets[0], s.Assets[1])
	case Turn:
		return fmt.Sprintf("%s is turned by %.0f°", s.Assets[0], s.Angle*180/math.Pi)
	case Trade:
		return fmt.Sprintf("%s and %s change places", together(s.Assets), together(s.With))
	case Goods:
		return fmt.Sprintf("%s and %s exchange their goods", s.Assets[0], s.Assets[1])
	case Mirror:
		return together(s.Assets) + " stand mirrored"
	case Place:
		turned := ""
		if math.Abs(s.Angle) > 1e-6 {
			turned = fmt.Sprintf(", turned by %.0f°", s.Angle*180/math.Pi)
		}
		return fmt.Sprintf("%s is set down %.2f m away (%+.2f, %+.2f)%s", together(s.Assets), s.By.Len(), s.By[0]+0, s.By[1]+0, turned)
	}
	return fmt.Sprintf("%s moves by %.2f m (%+.2f, %+.2f)", together(s.Assets), s.By.Len(), s.By[0]+0, s.By[1]+0)
}

func together(list []twin.AssetID) string {
	if n := len(list); n > 1 {
		return fmt.Sprintf("the row of %s (%d things)", list[0], n)
	}
	return string(list[0])
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
		case s.Verb == Place:
			out[i].By, out[i].Angle = out[i].By.Add(s.By), math.Remainder(out[i].Angle+s.Angle, 2*math.Pi)
		case s.Verb == Trade && !slices.Equal(out[i].With, s.With) || s.Verb == Mirror && out[i].By != s.By:
			out = append(out, s)
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
	things := func(ids []twin.AssetID) (list []*twin.Asset) {
		for _, id := range ids {
			list = append(list, at(id))
		}
		return list
	}
	for _, x := range steps {
		switch x.Verb {
		case Swap:
			a, b := at(x.Assets[0]), at(x.Assets[1])
			a.Pose, b.Pose = b.Pose, a.Pose
		case Shift:
			carry(things(x.Assets), x.By, 0)
		case Turn:
			a := at(x.Assets[0])
			a.Pose.Yaw = math.Remainder(a.Pose.Yaw+x.Angle, 2*math.Pi)
		case Place:
			carry(things(x.Assets), x.By, x.Angle)
		case Trade:
			a, b := things(x.Assets), things(x.With)
			way := amid(b).Sub(amid(a))
			carry(a, way, x.Angle)
			carry(b, way.Mul(-1), -x.Angle)
		case Mirror:
			mirror(things(x.Assets), x.By)
		case Goods:
			a, b := at(x.Assets[0]), at(x.Assets[1])
			a.Products, b.Products = b.Products, a.Products
			a.Facings, b.Facings = b.Facings, a.Facings
			a.Bare, b.Bare = b.Bare, a.Bare
		}
	}
	return &s
}

// amid is the middle of what stands together.
func amid(list []*twin.Asset) geom.Vec2 {
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, a := range list {
		for _, p := range ground.Footprint(*a) {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
	}
	return lo.Add(hi).Mul(0.5)
}

// fine is what places are rounded to, m, so that turning to and fro comes back.
const fine = 1e-6

// carry moves what stands together, and turns it about its middle.
func carry(list []*twin.Asset, by geom.Vec2, angle float64) {
	if len(list) == 0 {
		return
	}
	turn := math.Abs(angle) > 1e-9
	m := geom.Vec2{}
	if turn {
		m = amid(list)
	}
	s, c := math.Sincos(angle)
	for _, a := range list {
		p := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		if turn {
			// As yaw turns: the front (sin, cos) goes from z towards x.
			d := p.Sub(m)
			p = m.Add(geom.Vec2{c*d[0] + s*d[1], c*d[1] - s*d[0]})
			a.Pose.Yaw = math.Remainder(a.Pose.Yaw+angle, 2*math.Pi)
		}
		p = p.Add(by)
		if turn {
			p = geom.Vec2{math.Round(p[0]/fine) * fine, math.Round(p[1]/fine) * fine}
		}
		a.Pose.Position[0], a.Pose.Position[2] = p[0], p[1]
	}
}

// mirror lets what stands together stand the other way round, in a line through its
// middle; normal is the unit across the line.
func mirror(list []*twin.Asset, normal geom.Vec2) {
	if len(list) == 0 {
		return
	}
	m := amid(list)
	for _, a := range list {
		p := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		p = p.Sub(normal.Mul(2 * p.Sub(m).Dot(normal)))
		s, c := math.Sincos(a.Pose.Yaw)
		front := geom.Vec2{s, c}
		front = front.Sub(normal.Mul(2 * front.Dot(normal)))
		a.Pose.Yaw = math.Atan2(front[0], front[1])
		a.Pose.Position[0], a.Pose.Position[2] = math.Round(p[0]/fine)*fine, math.Round(p[1]/fine)*fine
	}
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
