package generate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Registration finds how the frame of one source lies in that of another from
// what both show from above: names that stand once in both, corners of rooms,
// doors, fixtures, and the faces of walls.

// Bounds of the search, metres.
const (
	wallStep     = 0.2  // between points on the faces of walls
	voteCell     = 0.25 // of the histogram of moves
	nearFirst    = 0.6  // reach of the first refinement
	nearLast     = 0.12 // and of the last: what fits is nearer than this
	cornersMost  = 400
	pointsMost   = 20_000
	movesTried   = 40 // per turn
	refined      = 20
	pointsRough  = 400 // on the moved walls, while many places are tried
	pointsFine   = 3000
	shareLeast   = 0.45 // of the moved source's walls or fixtures that must fit
	shareNear    = 0.93 // of the best: a second place as good as this makes it doubtful
	sameMove     = 1.0
	sameTurn     = 0.35 // radians
	levelStep    = 1.5  // between marks of one level
	namesResidue = 0.5  // metres, root mean square, of named pairs
)

// features is what a finding shows from above.
type features struct {
	walls   []wallPoint
	corners []geom.Vec2            // of rooms, and where walls meet
	marks   map[string][]geom.Vec2 // doors and windows of each level, and fixtures by class
	names   map[string]geom.Vec2   // of rooms and things; those that stand once
	floor   float64
}

// wallPoint lies on the face of a wall; angle is that of its normal, modulo π.
type wallPoint struct {
	at    geom.Vec2
	angle float64
}

func featuresOf(f *finding) features {
	out := features{marks: map[string][]geom.Vec2{}, names: map[string]geom.Vec2{}, floor: math.Inf(1)}
	seen := map[string]int{}
	name := func(s string, at geom.Vec2) {
		s = key(s)
		if s == "" {
			return
		}
		if seen[s]++; seen[s] > 1 {
			delete(out.names, s)
			return
		}
		out.names[s] = at
	}
	if b := f.building; b != nil {
		out.walls = wallPoints(b)
		lowest := math.Inf(1)
		for _, e := range b.Elements {
			if is(e.Type, "wall", "door") && !e.Box.Empty() {
				lowest = min(lowest, e.Box.Min[1])
			}
		}
		for _, e := range b.Elements {
			mid := e.Box.Center()
			switch kind := kindOfElement(e.Type); kind {
			case "door", "window", "column", "stair":
				if !e.Box.Empty() {
					kind = fmt.Sprintf("%s %d", kind, int(math.Round((e.Box.Min[1]-lowest)/levelStep)))
					out.marks[kind] = append(out.marks[kind], geom.Vec2{mid[0], mid[2]})
				}
			}
		}
		for _, s := range b.Spaces {
			out.corners = append(out.corners, s.Outline...)
			out.floor = min(out.floor, s.FloorY)
			if len(s.Outline) > 2 {
				name(s.Name, middle(s.Outline))
			}
		}
		if math.IsInf(out.floor, 1) {
			for _, e := range b.Elements {
				if is(e.Type, "wall") && !e.Box.Empty() {
					out.floor = min(out.floor, e.Box.Min[1])
				}
			}
		}
	}
	for _, a := range f.assets {
		at := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		out.marks[a.Class] = append(out.marks[a.Class], at)
		name(string(a.ID), at)
		out.floor = min(out.floor, a.Pose.Position[1])
	}
	if math.IsInf(out.floor, 1) {
		out.floor = 0
	}
	if len(out.corners) > cornersMost {
		out.corners = out.corners[:cornersMost]
	}
	return out
}

func middle(outline []geom.Vec2) geom.Vec2 {
	var sum geom.Vec2
	for _, p := range outline {
		sum = sum.Add(p)
	}
	return sum.Mul(1 / float64(len(outline)))
}

// wallPoints walks along the upright faces of a building's walls.
func wallPoints(b *Building) []wallPoint {
	wall := map[string]bool{}
	for _, e := range b.Elements {
		if is(e.Type, "wall") {
			wall[e.Entity] = true
		}
	}
	entities := b.Scene.Entities()
	type spot struct{ x, z, turn int }
	seen := map[spot]bool{}
	var out []wallPoint
	for i, world := range b.Scene.World(nil, nil) {
		n := b.Scene.Nodes[i]
		if n.Mesh == scene.None || n.Hidden || !wall[entities[i]] {
			continue
		}
		for _, p := range b.Scene.Meshes[n.Mesh].Primitives {
			at := func(k uint32) geom.Vec3 {
				return mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}, world)
			}
			for k := 0; k+2 < len(p.Indices) && len(out) < pointsMost; k += 3 {
				c := [3]geom.Vec3{at(p.Indices[k]), at(p.Indices[k+1]), at(p.Indices[k+2])}
				normal := c[1].Sub(c[0]).Cross(c[2].Sub(c[0]))
				if normal.Len() < 1e-6 || math.Abs(normal[1]) > 0.2*normal.Len() {
					continue
				}
				angle := math.Mod(math.Atan2(normal[2], normal[0])+2*math.Pi, math.Pi)
				for e := range 3 {
					from, to := c[e], c[(e+1)%3]
					steps := int(math.Hypot(to[0]-from[0], to[2]-from[2])/wallStep) + 1
					for s := range min(steps, 500) {
						q := from.Add(to.Sub(from).Mul((float64(s) + 0.5) / float64(steps)))
						where := spot{int(math.Round(q[0] / (wallStep / 2))), int(math.Round(q[2] / (wallStep / 2))), int(math.Round(angle*8/math.Pi)) % 8}
						if !seen[where] {
							seen[where] = true
							out = append(out, wallPoint{geom.Vec2{q[0], q[2]}, angle})
						}
					}
				}
			}
		}
	}
	return out
}

// registration is how well a motion lays one source on another.
type registration struct {
	motion
	share    float64 // of the moved source's walls or fixtures that meet the other's
	by       string  // "3 names", "walls and corners"
	doubtful bool    // another place fits about as well
}

func (r registration) String() string {
	return fmt.Sprintf("turned by %.1f° and moved by %.2f, %.2f m; %.0f %% of it fits, found by %s",
		r.yaw*180/math.Pi, r.move[0], r.move[2], 100*r.share, r.by)
}

// register finds the motion that lays moving on base; false when nothing fits.
func register(base, moving features) (registration, bool) {
	score := newScorer(base, moving)
	if m, n := byNames(base, moving); n >= 2 {
		return registration{motion: m, share: score.share(m, 2*nearLast, pointsFine), by: fmt.Sprintf("%d names", n)}, true
	}
	var found []registration
	for _, yaw := range turns(base, moving) {
		for _, m := range votes(base, moving, yaw) {
			m = score.refine(m, nearFirst, pointsRough)
			found = append(found, registration{motion: m, share: score.share(m, nearFirst/2, pointsRough), by: "walls, corners and doors"})
		}
	}
	best := func() {
		slices.SortStableFunc(found, func(a, b registration) int { return cmp.Compare(b.share, a.share) })
	}
	best()
	found = found[:min(len(found), refined)]
	for i := range found {
		for _, reach := range []float64{nearFirst, nearFirst / 2, nearLast, nearLast} {
			found[i].motion = score.refine(found[i].motion, reach, pointsFine)
		}
		found[i].share = score.share(found[i].motion, nearLast, pointsFine)
	}
	best()
	if len(found) == 0 || found[0].share < shareLeast {
		return registration{}, false
	}
	first := found[0]
	first.move[1] = base.floor - moving.floor
	for _, other := range found[1:] {
		turn := math.Abs(math.Remainder(other.yaw-first.yaw, 2*math.Pi))
		away := score.moved(other.motion).Sub(score.moved(first.motion)).Len()
		if other.share > shareNear*first.share && (turn > sameTurn || away > sameMove) {
			first.doubtful = true
		}
	}
	return first, true
}

// byNames fits what bears the same name in both, and counts the pairs.
func byNames(base, moving features) (motion, int) {
	var from, to []geom.Vec2
	for name, p := range moving.names {
		if q, ok := base.names[name]; ok {
			from, to = append(from, p), append(to, q)
		}
	}
	if len(from) < 2 {
		return motion{}, 0
	}
	m := fitPairs(from, to)
	sum := 0.0
	for i := range from {
		d := m.plan(from[i]).Sub(to[i])
		sum += d.Dot(d)
	}
	if math.Sqrt(sum/float64(len(from))) > namesResidue {
		return motion{}, 0
	}
	m.move[1] = base.floor - moving.floor
	return m, len(from)
}

// fitPairs is the rigid motion in plan of least squares (Kabsch in 2D).
func fitPairs(from, to []geom.Vec2) motion {
	cf, ct := middle(from), middle(to)
	var s, c float64
	for i := range from {
		a, b := from[i].Sub(cf), to[i].Sub(ct)
		c += a.Dot(b)
		s += a[0]*b[1] - a[1]*b[0]
	}
	m := motion{yaw: -math.Atan2(s, c)} // x towards z turns against +Y
	at := m.plan(cf)
	m.move = geom.Vec3{ct[0] - at[0], 0, ct[1] - at[1]}
	return m
}

// turns are the yaws worth trying: those that lay the main direction of the
// moving walls, or fixtures, on that of the base, and its three quarter turns.
func turns(base, moving features) []float64 {
	a, okA := mainAngle(base)
	b, okB := mainAngle(moving)
	if !okA || !okB {
		a, b = 0, 0
	}
	out := []float64{0}
	if d := math.Remainder(b-a, math.Pi/2); math.Abs(d) > 0.02 {
		out = nil
	}
	for quarter := range 4 {
		yaw := math.Remainder(b-a+float64(quarter)*math.Pi/2, 2*math.Pi)
		if len(out) == 0 || math.Abs(math.Remainder(yaw-out[0], 2*math.Pi)) > 1e-9 {
			out = append(out, yaw)
		}
	}
	return out
}

// mainAngle is the direction, modulo a quarter turn, that most wall faces have.
func mainAngle(f features) (float64, bool) {
	const bins = 180
	var count, sum [bins]float64
	for _, w := range f.walls {
		a := math.Mod(w.angle, math.Pi/2)
		k := int(a/(math.Pi/2)*bins) % bins
		count[k]++
		sum[k] += a
	}
	best, most := -1, 0.0
	for k := range bins {
		if n := count[(k+bins-1)%bins] + count[k] + count[(k+1)%bins]; n > most {
			best, most = k, n
		}
	}
	if best < 0 {
		return 0, false
	}
	var s, c float64
	for d := -1; d <= 1; d++ {
		k := (best + d + bins) % bins
		if count[k] > 0 {
			sin, cos := math.Sincos(4 * sum[k] / count[k])
			s, c = s+sin*count[k], c+cos*count[k]
		}
	}
	return math.Atan2(s, c) / 4, true
}

// votes are the moves that bring most corners on corners and marks on marks.
func votes(base, moving features, yaw float64) []motion {
	turn := motion{yaw: yaw}
	type cell struct{ x, z int }
	weight := map[cell]float64{}
	vote := func(from, to []geom.Vec2, w float64) {
		for _, p := range from[:min(len(from), cornersMost)] {
			q := turn.plan(p)
			for _, r := range to[:min(len(to), cornersMost)] {
				d := r.Sub(q)
				x, z := d[0]/voteCell, d[1]/voteCell
				weight[cell{int(math.Floor(x)), int(math.Floor(z))}] += w
				weight[cell{int(math.Floor(x + 0.5)), int(math.Floor(z + 0.5))}] += w // half a cell on, so that none is cut
			}
		}
	}
	vote(moving.corners, base.corners, 1)
	for class, list := range moving.marks {
		vote(list, base.marks[class], 2)
	}
	cells := make([]cell, 0, len(weight))
	for c := range weight {
		cells = append(cells, c)
	}
	slices.SortFunc(cells, func(a, b cell) int {
		return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(a.x, b.x), cmp.Compare(a.z, b.z))
	})
	out := []motion{turn} // perhaps they lie on each other already
	for _, c := range cells[:min(len(cells), movesTried)] {
		out = append(out, motion{yaw, geom.Vec3{(float64(c.x) + 0.5) * voteCell, 0, (float64(c.z) + 0.5) * voteCell}})
	}
	return out
}

// scorer measures motions by what meets what.
type scorer struct {
	moving features
	walls  map[[2]int][]wallPoint
	marks  map[string][]geom.Vec2
	mid    geom.Vec2 // of the moving
}

const scoreCell = nearFirst

func newScorer(base, moving features) *scorer {
	s := &scorer{moving: moving, walls: map[[2]int][]wallPoint{}, marks: base.marks}
	for _, w := range base.walls {
		c := [2]int{int(math.Floor(w.at[0] / scoreCell)), int(math.Floor(w.at[1] / scoreCell))}
		s.walls[c] = append(s.walls[c], w)
	}
	n := 0
	add := func(p geom.Vec2) { s.mid = s.mid.Add(p); n++ }
	for _, w := range moving.walls {
		add(w.at)
	}
	for _, list := range moving.marks {
		for _, p := range list {
			add(p)
		}
	}
	if n > 0 {
		s.mid = s.mid.Mul(1 / float64(n))
	}
	return s
}

func (s *scorer) moved(m motion) geom.Vec2 { return m.plan(s.mid) }

// nearest is the base's wall point of like direction nearest to p; false when
// none is within reach.
func (s *scorer) nearest(p geom.Vec2, angle, reach float64) (wallPoint, bool) {
	best, least := wallPoint{}, reach
	x, z := int(math.Floor(p[0]/scoreCell)), int(math.Floor(p[1]/scoreCell))
	for dx := -1; dx <= 1; dx++ {
		for dz := -1; dz <= 1; dz++ {
			for _, w := range s.walls[[2]int{x + dx, z + dz}] {
				if math.Abs(math.Remainder(w.angle-angle, math.Pi)) > 0.3 {
					continue
				}
				if d := w.at.Sub(p).Len(); d < least {
					best, least = w, d
				}
			}
		}
	}
	return best, least < reach
}

// share is how much of the moving walls and marks meets the base. Walls weigh
// more, but in a house of two like halves only doors and windows tell which is
// which.
func (s *scorer) share(m motion, reach float64, most int) float64 {
	const wallsWeigh = 0.6
	walls, marks := s.wallShare(m, reach, most), s.markShare(m, 3*reach)
	switch {
	case walls < 0 && marks < 0:
		return 0
	case walls < 0:
		return marks
	case marks < 0:
		return walls
	}
	return wallsWeigh*walls + (1-wallsWeigh)*marks
}

// wallShare is -1 when one of the two has no walls.
func (s *scorer) wallShare(m motion, reach float64, most int) float64 {
	if len(s.walls) == 0 || len(s.moving.walls) == 0 {
		return -1
	}
	met, all := 0.0, 0.0
	step := 1 + len(s.moving.walls)/most
	for i := 0; i < len(s.moving.walls); i += step {
		w := s.moving.walls[i]
		all++
		p := m.plan(w.at)
		if to, ok := s.nearest(p, turned(w.angle, m.yaw), max(reach, wallStep)); ok {
			sin, cos := math.Sincos(to.angle)
			gap := math.Abs((to.at[0]-p[0])*cos + (to.at[1]-p[1])*sin)
			met += 1 - gapWeighs*min(1, gap/reach)
		}
	}
	return met / all
}

// gapWeighs is what a wall that just so meets another loses against one that
// lies on it.
const gapWeighs = 0.3

// markShare is -1 when the two have no marks of one kind.
func (s *scorer) markShare(m motion, reach float64) float64 {
	met, all := 0.0, 0.0
	for kind, list := range s.moving.marks {
		if len(s.marks[kind]) == 0 {
			continue
		}
		for _, p := range list {
			all++
			q := m.plan(p)
			if slices.ContainsFunc(s.marks[kind], func(r geom.Vec2) bool { return r.Sub(q).Len() < reach }) {
				met++
			}
		}
	}
	if all == 0 {
		return -1
	}
	return met / all
}

// turned is the angle of a normal after a yaw: x towards z turns against +Y.
func turned(angle, yaw float64) float64 { return angle - yaw }

// refine lays wall points on the nearest faces by one step of least squares,
// along their normals only (point to line).
func (s *scorer) refine(m motion, reach float64, most int) motion {
	var a [3][3]float64
	var b [3]float64
	pairs := 0
	c := s.moved(m)
	step := 1 + len(s.moving.walls)/most
	for i := 0; i < len(s.moving.walls); i += step {
		w := s.moving.walls[i]
		p := m.plan(w.at)
		to, ok := s.nearest(p, turned(w.angle, m.yaw), reach)
		if !ok {
			continue
		}
		pairs++
		sin, cos := math.Sincos(to.angle)
		gap := (to.at[0]-p[0])*cos + (to.at[1]-p[1])*sin
		// Turning by a small yaw moves (x, z) by (z, -x) about the middle.
		row := [3]float64{cos, sin, (p[1]-c[1])*cos - (p[0]-c[0])*sin}
		for i := range 3 {
			for k := range 3 {
				a[i][k] += row[i] * row[k]
			}
			b[i] += row[i] * gap
		}
	}
	if pairs < 12 {
		return m
	}
	for i := range 3 {
		a[i][i] += 1e-6 * float64(pairs) // walls of one direction leave a slide open
	}
	system := mgl64.Mat3{a[0][0], a[1][0], a[2][0], a[0][1], a[1][1], a[2][1], a[0][2], a[1][2], a[2][2]}
	by := system.Inv().Mul3x1(mgl64.Vec3{b[0], b[1], b[2]})
	if math.Abs(by[2]) > 0.2 || math.IsNaN(by[0]+by[1]+by[2]) {
		return m
	}
	out := motion{yaw: m.yaw + by[2]}
	at := out.plan(s.mid)
	out.move = geom.Vec3{c[0] + by[0] - at[0], m.move[1], c[1] + by[1] - at[1]}
	return out
}

// kindOfElement is the word that an element's type is compared by.
func kindOfElement(kind string) string {
	for _, word := range []string{"wall", "door", "window", "slab", "roof", "ceiling", "covering", "column", "beam", "stair", "railing", "space"} {
		if is(kind, word) {
			return word
		}
	}
	return strings.ToLower(kind)
}
