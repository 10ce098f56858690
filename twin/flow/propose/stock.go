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

// stock is what can be moved, and how.
type stock struct {
	units  []cause.Unit      // rows, and things that stand alone
	blocks []cause.Unit      // rows that lie side by side
	things []cause.Unit      // each that may be moved, alone: one may be taken out of a row
	bars   []float64         // of things: how much more often one is tried to be set down elsewhere, for it stands in people's way
	twins  [][2]twin.AssetID // of one size, that may change places
	goods  [][2]twin.AssetID // of one kind, that may exchange what lies on them
	alone  []twin.AssetID    // that may turn
	lo, hi geom.Vec2         // of the rooms: where things may be set down
	middle map[twin.AssetID]geom.Vec2
	sort   map[twin.AssetID]string // things of one sort are the same to people
}

const (
	sameSize  = 0.02 // m
	shiftUnit = 0.1  // m: what staff can place a fixture to
	shiftMost = 8    // units
	stepsMost = 4    // of a layout: what can be moved in a night
)

// stockOf lists what may move; fixed tells what must stay. Two things that are the
// same to people, in size, kind of front and what they draw, do not exchange
// places: nothing would change.
func stockOf(site *twin.Site, g *ground.Ground, role func(string) ground.Role, fixed func(twin.Asset) bool, draw map[string]float64) stock {
	s := stock{middle: map[twin.AssetID]geom.Vec2{}, sort: map[twin.AssetID]string{}}
	stays := func(id twin.AssetID) bool {
		a, ok := site.Asset(id)
		return !ok || fixed != nil && fixed(a)
	}
	fronts := map[twin.AssetID]bool{}
	for _, f := range g.Fronts {
		fronts[f.Asset] = true
	}
	shopped := roomsShopped(g)
	away := func(u cause.Unit) bool {
		return !slices.ContainsFunc(u.Assets, func(id twin.AssetID) bool {
			a, _ := site.Asset(id)
			return slices.ContainsFunc(shopped, func(z measure.Zone) bool {
				return plan.Inside(z.Outline, geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]})
			})
		})
	}
	var list []twin.Asset
	for _, u := range cause.Units(site, g, role) {
		if away(u) {
			continue
		}
		if slices.ContainsFunc(u.Assets, stays) {
			for _, id := range u.Assets {
				if a, ok := site.Asset(id); ok && !stays(id) {
					list = append(list, a)
				}
			}
			continue
		}
		s.units = append(s.units, u)
		for _, id := range u.Assets {
			if a, ok := site.Asset(id); ok {
				list = append(list, a)
				if len(u.Assets) == 1 {
					s.alone = append(s.alone, id)
				}
			}
		}
	}
	drawn := func(a twin.Asset) float64 {
		if d, ok := draw[string(a.ID)]; ok {
			return d
		}
		return 1
	}
	for _, a := range list {
		sin, cos := math.Sincos(a.Pose.Yaw)
		s.things = append(s.things, cause.Unit{Assets: []twin.AssetID{a.ID}, Across: geom.Vec2{sin, cos}})
	}
	for i, a := range list {
		s.middle[a.ID] = geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		s.sort[a.ID] = fmt.Sprintf("%.2f %v %.4g", a.Size, role(a.Class), drawn(a))
		for _, b := range list[:i] {
			unlike := math.Abs(drawn(a)-drawn(b)) > 1e-9
			if math.Abs(a.Size[0]-b.Size[0]) < sameSize && math.Abs(a.Size[2]-b.Size[2]) < sameSize && a.Zone+b.Zone != "" && s.sort[a.ID] != s.sort[b.ID] {
				s.twins = append(s.twins, [2]twin.AssetID{b.ID, a.ID})
			}
			if a.Class == b.Class && unlike && fronts[a.ID] && fronts[b.ID] && !(slices.Equal(a.Products, b.Products) && slices.Equal(a.Facings, b.Facings) && a.Bare == b.Bare) {
				s.goods = append(s.goods, [2]twin.AssetID{b.ID, a.ID})
			}
		}
	}
	s.blocks = blocksOf(site, s.units)
	for i, r := range shopped {
		for _, p := range r.Outline {
			for k := range 2 {
				if i == 0 && p == shopped[0].Outline[0] {
					s.lo[k], s.hi[k] = p[k], p[k]
				}
				s.lo[k], s.hi[k] = min(s.lo[k], p[k]), max(s.hi[k], p[k])
			}
		}
	}
	return s
}

// roomsShopped are the rooms that people shop in: those with a till or a door to the
// outside, or all where no room has one.
func roomsShopped(g *ground.Ground) []measure.Zone {
	var out []measure.Zone
	for _, z := range g.Rooms {
		in := func(p geom.Vec2) bool { return plan.Inside(z.Outline, p) }
		if slices.ContainsFunc(g.Tills, func(t ground.Till) bool { return in(t.Stand) }) ||
			slices.ContainsFunc(g.Doors, func(d ground.Door) bool { return d.Outside && in(d.Middle.Sub(d.Out)) }) {
			out = append(out, z)
		}
	}
	if len(out) == 0 {
		return g.Rooms
	}
	return out
}

// asideMost is how far apart rows of one block are at most, m from middle to middle.
const asideMost = 4.0

// blocksOf joins neighbouring rows, or things, that lie alike: two of them, three,
// and so on to all.
func blocksOf(site *twin.Site, units []cause.Unit) []cause.Unit {
	type placed struct {
		cause.Unit
		at geom.Vec2
	}
	kind := func(u cause.Unit) string {
		a, _ := site.Asset(u.Assets[0])
		return a.Class
	}
	var out []cause.Unit
	used := make([]bool, len(units))
	for i, u := range units {
		if used[i] {
			continue
		}
		var family []placed
		for j, v := range units {
			if !used[j] && kind(v) == kind(u) && len(v.Assets) == len(u.Assets) && math.Abs(u.Across.Dot(v.Across)) > 0.99 {
				used[j] = true
				var list []*twin.Asset
				for _, id := range v.Assets {
					if a, ok := site.Asset(id); ok {
						list = append(list, &a)
					}
				}
				family = append(family, placed{v, amid(list)})
			}
		}
		// Along the direction in which they follow each other.
		for _, along := range [2]geom.Vec2{u.Across, {-u.Across[1], u.Across[0]}} {
			slices.SortStableFunc(family, func(a, b placed) int {
				switch d := a.at.Sub(b.at).Dot(along); {
				case d < 0:
					return -1
				case d > 0:
					return 1
				}
				return 0
			})
			for from := range family {
				b := cause.Unit{Assets: slices.Clone(family[from].Assets), Across: u.Across}
				for to := from + 1; to < len(family); to++ {
					d := family[to].at.Sub(family[to-1].at)
					if math.Abs(d.Dot(geom.Vec2{-along[1], along[0]})) > 0.5 || d.Len() > asideMost {
						break
					}
					b.Assets = append(b.Assets, family[to].Assets...)
					out = append(out, cause.Unit{Assets: slices.Clone(b.Assets), Across: u.Across})
				}
			}
		}
	}
	return out
}

// weighted draws a place of a list by its weights; 0 where there are none.
func weighted(d *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := d.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return 0
}

// alike tells whether two rows are the same to people, thing by thing.
func (s *stock) alike(a, b cause.Unit) bool {
	if len(a.Assets) != len(b.Assets) {
		return false
	}
	for i, id := range a.Assets {
		if s.sort[id] != s.sort[b.Assets[i]] {
			return false
		}
	}
	return true
}

func pick[T any](d *rand.Rand, list []T) (x T, ok bool) {
	if len(list) == 0 {
		return x, false
	}
	return list[d.IntN(len(list))], true
}

// draw draws a step; false when nothing can be moved.
func (s *stock) draw(d *rand.Rand) (Step, bool) {
	for range 8 {
		switch k := d.IntN(20); {
		case k < 5:
			if p, ok := pick(d, s.twins); ok {
				return Step{Verb: Swap, Assets: p[:]}, true
			}
		case k < 8:
			if p, ok := pick(d, s.goods); ok {
				return Step{Verb: Goods, Assets: p[:]}, true
			}
		case k < 11:
			if u, ok := pick(d, s.units); ok {
				return s.shift(d, u), true
			}
		case k < 14:
			if u, ok := pick(d, s.blocks); ok {
				return s.shift(d, u), true
			}
		case k < 17:
			if x, ok := s.place(d); ok {
				return x, true
			}
		case k < 18:
			if len(s.units) > 1 {
				a, b := s.units[d.IntN(len(s.units))], s.units[d.IntN(len(s.units))]
				if a.Assets[0] != b.Assets[0] && !s.alike(a, b) {
					return Step{Verb: Trade, Assets: a.Assets, With: b.Assets, Angle: quarter(a.Across, b.Across)}, true
				}
			}
		case k < 19:
			list := s.blocks
			if len(list) == 0 || d.IntN(2) == 0 {
				list = s.units
			}
			if u, ok := pick(d, list); ok && len(u.Assets) > 1 {
				by := u.Across
				if d.IntN(2) == 0 {
					by = geom.Vec2{-by[1], by[0]}
				}
				return Step{Verb: Mirror, Assets: u.Assets, By: by}, true
			}
		default:
			if id, ok := pick(d, s.alone); ok {
				return Step{Verb: Turn, Assets: []twin.AssetID{id}, Angle: float64(1+d.IntN(3)) * math.Pi / 2}, true
			}
		}
	}
	return Step{}, false
}

// quarter is the turn, by right angles, that takes one direction to another.
func quarter(from, to geom.Vec2) float64 {
	a := math.Atan2(to[0], to[1]) - math.Atan2(from[0], from[1])
	return math.Remainder(math.Round(a/(math.Pi/2))*math.Pi/2, 2*math.Pi)
}

func (s *stock) shift(d *rand.Rand, u cause.Unit) Step {
	by := u.Across
	if d.IntN(2) == 0 {
		by = geom.Vec2{-by[1], by[0]}
	}
	n := float64(1 + d.IntN(shiftMost))
	if d.IntN(2) == 0 {
		n = -n
	}
	return Step{Verb: Shift, Assets: u.Assets, By: onGrid(by.Mul(n * shiftUnit))}
}

// onGrid rounds a way to what staff can place a fixture to.
func onGrid(by geom.Vec2) geom.Vec2 {
	for i := range by {
		by[i] = math.Round(math.Round(by[i]/shiftUnit)*shiftUnit*1e3) / 1e3
	}
	return by
}

// place sets something down anywhere in the rooms: half of the time beside where
// something else stands, where there is the same air around things as elsewhere.
func (s *stock) place(d *rand.Rand) (Step, bool) {
	list := s.units
	switch k := d.IntN(8); {
	case k == 0 && len(s.blocks) > 0:
		list = s.blocks
	case k > 2:
		list = s.things
	}
	u, ok := pick(d, list)
	if !ok {
		return Step{}, false
	}
	if len(s.bars) > 0 && d.IntN(2) == 0 {
		u = s.things[weighted(d, s.bars)]
	}
	to := geom.Vec2{s.lo[0] + d.Float64()*(s.hi[0]-s.lo[0]), s.lo[1] + d.Float64()*(s.hi[1]-s.lo[1])}
	at := s.middle[u.Assets[0]]
	if other, ok := pick(d, s.units); ok && d.IntN(2) == 0 { // in line with it
		m := s.middle[other.Assets[0]]
		k := d.IntN(2)
		to[k] = m[k]
	}
	angle := 0.0
	if d.IntN(3) == 0 {
		angle = float64(1+d.IntN(3)) * math.Pi / 2
	}
	return Step{Verb: Place, Assets: u.Assets, By: onGrid(to.Sub(at)), Angle: math.Remainder(angle, 2*math.Pi)}, true
}
