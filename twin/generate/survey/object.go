package survey

import (
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Bounds of objects, metres unless named otherwise.
const (
	objectCell    = 0.06 // of the grid in which points are joined
	objectClear   = 0.05 // from floor, ceiling and walls
	objectLeast   = 0.15 // longest side
	objectPoints  = 25
	objectsMost   = 5000
	reachesFloor  = 0.25 // above the floor: what ends lower stands on it
	reachesWall   = 0.15
	shellMost     = 0.15 // depth of what can be the front of a deeper thing
	shellGap      = 0.8  // between such a front and the wall behind the thing
	leafMost      = 0.1
	partLong      = 1.5 // of what may be several things in one box
	partCell      = 0.1
	partFill      = 0.25 // of the box in plan that one thing fills at least
	reachesTop    = 0.2
	confidentName = 0.6
	sizeSpread    = 0.12 // share of a size by which scans of it stray, one deviation
	unknownWeight = 0.03 // likelihood of a thing of no class, against a perfect fit
)

// objects joins what is left of the points in the rooms to things.
func (s *Survey) objects(ctx context.Context, pts []point, opts Options) error {
	label := s.remaining(pts)
	type key [3]int32
	cells := map[key][]int32{}
	size := math.Max(objectCell, 1.6*s.Points.spacing)
	for i := range pts {
		if label[i] < 0 {
			continue
		}
		p := &pts[i].P
		k := key{int32(math.Floor(float64(p[0]) / size)), int32(math.Floor(float64(p[1]) / size)), int32(math.Floor(float64(p[2]) / size))}
		cells[k] = append(cells[k], int32(i))
	}
	keys := make([]key, 0, len(cells))
	for k := range cells {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return slices.Compare(a[:], b[:]) })
	done := map[key]bool{}
	for n, start := range keys {
		if n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if done[start] {
			continue
		}
		done[start] = true
		room := label[cells[start][0]]
		var members []int32
		for stack := []key{start}; len(stack) > 0; {
			k := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			members = append(members, cells[k]...)
			for dx := int32(-1); dx <= 1; dx++ {
				for dy := int32(-1); dy <= 1; dy++ {
					for dz := int32(-1); dz <= 1; dz++ {
						next := key{k[0] + dx, k[1] + dy, k[2] + dz}
						if c := cells[next]; len(c) > 0 && !done[next] && label[c[0]] == room {
							done[next] = true
							stack = append(stack, next)
						}
					}
				}
			}
		}
		if len(members) < objectPoints || len(s.Objects) >= objectsMost {
			continue
		}
		slices.Sort(members)
		if st, ok := s.stair(pts, members, int(room)); ok {
			s.Stairs = append(s.Stairs, st)
			continue
		}
		for _, part := range s.parts(pts, members, 0) {
			if o, ok := s.object(pts, part, int(room), opts); ok && !s.leaf(&o) {
				s.Objects = append(s.Objects, o)
			}
		}
	}
	return nil
}

// parts halves what is long and fills little of its box in plan, as a railing
// round a void, until the boxes fit.
func (s *Survey) parts(pts []point, members []int32, deep int) [][]int32 {
	if len(members) < objectPoints {
		return nil
	}
	flat := make([]geom.Vec2, len(members))
	for k, i := range members {
		flat[k] = geom.Vec2{float64(pts[i].P[0]), float64(pts[i].P[2])}
	}
	yaw, lo, hi := orient(flat, s.Frame.manhattanAligned)
	w, d := hi[0]-lo[0], hi[1]-lo[1]
	if deep > 4 || max(w, d) < partLong || min(w, d) < 3*partCell {
		return [][]int32{members}
	}
	c, sn := math.Cos(yaw), math.Sin(yaw)
	seen := map[[2]int]struct{}{}
	along := make([]float64, len(flat))
	for k, p := range flat {
		u, v := c*p[0]+sn*p[1], -sn*p[0]+c*p[1]
		seen[[2]int{int(math.Floor(u / partCell)), int(math.Floor(v / partCell))}] = struct{}{}
		if along[k] = u; d > w {
			along[k] = v
		}
	}
	if float64(len(seen))*partCell*partCell > partFill*w*d {
		return [][]int32{members}
	}
	middle := (lo[0] + hi[0]) / 2
	if d > w {
		middle = (lo[1] + hi[1]) / 2
	}
	var halves [2][]int32
	for k, i := range members {
		if along[k] < middle {
			halves[0] = append(halves[0], i)
		} else {
			halves[1] = append(halves[1], i)
		}
	}
	return append(s.parts(pts, halves[0], deep+1), s.parts(pts, halves[1], deep+1)...)
}

// remaining tells for every point in which room it lies that is not a part of
// the room itself; -1: none.
func (s *Survey) remaining(pts []point) []int32 {
	label := make([]int32, len(pts))
	type bound struct{ lo, hi geom.Vec2 }
	boxes := make([]bound, len(s.Rooms))
	for r := range s.Rooms {
		boxes[r].lo, boxes[r].hi = bounds(s.Rooms[r].Outline)
	}
	clear := math.Max(objectClear, s.Points.Voxel)
	for i := range pts {
		label[i] = -1
		x, y, z := float64(pts[i].P[0]), float64(pts[i].P[1]), float64(pts[i].P[2])
		for r := range s.Rooms {
			room := &s.Rooms[r]
			if b := &boxes[r]; x < b.lo[0] || z < b.lo[1] || x > b.hi[0] || z > b.hi[1] || y < room.FloorY+clear || y > room.FloorY+room.Height-clear {
				continue
			}
			p := geom.Vec2{x, z}
			if !contains(room.Outline, p) || nearLoop(room.Outline, p, clear) {
				continue
			}
			inHole := false
			for _, h := range room.Holes {
				inHole = inHole || contains(h, p) || nearLoop(h, p, clear)
			}
			if !inHole {
				label[i] = int32(r)
				break
			}
		}
	}
	return label
}

func thinAxis(lo, hi [2]float64) int {
	if hi[1]-lo[1] < hi[0]-lo[0] {
		return 1
	}
	return 0
}

// leaf tells whether an object is the open leaf of a door, which it then
// belongs to.
func (s *Survey) leaf(o *Object) bool {
	long, thick := o.Size[0], o.Size[2]
	c, sn := math.Cos(o.Yaw), math.Sin(o.Yaw)
	half := geom.Vec2{c, -sn}.Mul(long / 2)
	if thick > long {
		long, thick = thick, long
		half = geom.Vec2{sn, c}.Mul(long / 2)
	}
	if thick > leafMost || o.Size[1] < 1.6 {
		return false
	}
	at := geom.Vec2{o.Position[0], o.Position[2]}
	ends := [2]geom.Vec2{at.Sub(half), at.Add(half)}
	for i := range s.Openings {
		d := &s.Openings[i]
		w := &s.Walls[d.Wall]
		wide := d.To - d.From
		if d.Kind != Door || math.Abs(o.Size[1]-d.Head) > 0.25 || long > wide+0.15 || long < 0.35*wide {
			continue
		}
		dir := w.B.Sub(w.A).Normalize()
		out := geom.Vec2{-dir[1], dir[0]}
		for _, t := range [2]float64{d.From, d.To} {
			for _, deep := range [2]float64{0, w.Thickness} {
				jamb := w.A.Add(dir.Mul(t)).Add(out.Mul(deep))
				for k, end := range ends {
					if end.Sub(jamb).Len() < 0.2 {
						along := ends[1-k].Sub(end).Normalize()
						closed := dir
						if t == d.To {
							closed = dir.Mul(-1)
						}
						d.Leaf, d.Ajar = true, math.Acos(math.Max(-1, math.Min(1, along.Dot(closed))))
						return true
					}
				}
			}
		}
	}
	return false
}

func nearLoop(loop []geom.Vec2, p geom.Vec2, reach float64) bool {
	for i, a := range loop {
		d := loop[(i+1)%len(loop)].Sub(a)
		l := d.Len()
		if l == 0 {
			continue
		}
		d = d.Mul(1 / l)
		x, z := p[0]-a[0], p[1]-a[1]
		if t := d[0]*x + d[1]*z; t > -reach && t < l+reach && math.Abs(d[0]*z-d[1]*x) < reach {
			return true
		}
	}
	return false
}

// object fits a box to points and a class to the box.
func (s *Survey) object(pts []point, members []int32, r int, opts Options) (Object, bool) {
	room := &s.Rooms[r]
	var ys []float64
	var c palette
	flat := make([]geom.Vec2, len(members))
	for k, i := range members {
		p := &pts[i]
		ys = append(ys, float64(p.P[1]))
		flat[k] = geom.Vec2{float64(p.P[0]), float64(p.P[2])}
		c.add(p.C)
	}
	slices.Sort(ys)
	trim := len(ys) / 200
	low, high := ys[trim], ys[len(ys)-1-trim]
	yaw, lo, hi := orient(flat, s.Frame.manhattanAligned)
	o := Object{Room: r, Points: len(members), Mount: OnFloor}
	o.Colour, o.Coloured = c.median()
	switch { // what touches a surface was cut off from it by objectClear
	case low < room.FloorY+reachesFloor:
		low = room.FloorY
	case high > room.FloorY+room.Height-reachesTop:
		o.Mount = OnCeiling
		high = room.FloorY + room.Height
	default:
		o.Mount = OnWall
	}
	dir := geom.Vec2{math.Cos(yaw), math.Sin(yaw)} // in x, z
	across := geom.Vec2{-dir[1], dir[0]}
	// The side that stands at a wall is the back; it was cut off too.
	back := -1
	nearest := math.Inf(1)
	sides := [4]struct {
		n geom.Vec2
		d *float64
		s float64
	}{{dir, &hi[0], 1}, {dir, &lo[0], -1}, {across, &hi[1], 1}, {across, &lo[1], -1}}
	for k, sd := range sides {
		mid := dir.Mul((lo[0] + hi[0]) / 2).Add(across.Mul((lo[1] + hi[1]) / 2))
		axis := k / 2
		p := mid.Add(sd.n.Mul(*sd.d - [2]float64{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2}[axis]))
		if gap := s.gapToWall(room, p, sd.n.Mul(sd.s)); gap < reachesWall {
			*sd.d += sd.s * gap
			if gap < nearest {
				nearest, back = gap, k
			}
		}
	}
	// A tall thing at a wall shows its front only.
	if axis := thinAxis(lo, hi); back < 0 && hi[axis]-lo[axis] < shellMost && hi[1-axis]-lo[1-axis] > 0.4 && high-low > 0.6 && o.Mount == OnFloor {
		for k := 2 * axis; k < 2*axis+2; k++ {
			sd := sides[k]
			mid := dir.Mul((lo[0] + hi[0]) / 2).Add(across.Mul((lo[1] + hi[1]) / 2))
			p := mid.Add(sd.n.Mul(*sd.d - [2]float64{(lo[0] + hi[0]) / 2, (lo[1] + hi[1]) / 2}[axis]))
			if gap := s.gapToWall(room, p, sd.n.Mul(sd.s)); gap < shellGap && gap < nearest {
				nearest, back = gap, k
			}
		}
		if back >= 0 {
			*sides[back].d += sides[back].s * nearest
		}
	}
	width, depth := hi[0]-lo[0], hi[1]-lo[1]
	mid := dir.Mul((lo[0] + hi[0]) / 2).Add(across.Mul((lo[1] + hi[1]) / 2))
	turn := -yaw // about +Y: the angle of x towards -z
	swap := depth > width
	if back >= 0 {
		swap = back < 2 // the back is across dir
	}
	if swap {
		width, depth = depth, width
		turn -= math.Pi / 2
	}
	o.Size = geom.Vec3{width, high - low, depth}
	if max(width, high-low, depth) < objectLeast {
		return o, false
	}
	o.Position = geom.Vec3{mid[0], low, mid[1]}
	if o.Mount == OnWall && back < 0 && width*depth > 0.05 {
		o.Mount = OnFloor // its foot was hidden
		o.Size[1] = high - room.FloorY
		o.Position[1] = room.FloorY
	}
	if back >= 0 { // the front, +z of the thing, looks away from the wall
		front := sides[back].n.Mul(-sides[back].s)
		turn = math.Atan2(front[0], front[1])
	}
	o.Yaw = math.Remainder(turn, 2*math.Pi)
	fit(&o, opts)
	return o, true
}

// gapToWall is how far the room's outline lies from p along a direction.
func (s *Survey) gapToWall(room *Room, p, along geom.Vec2) float64 {
	best := math.Inf(1)
	for i, a := range room.Outline {
		b := room.Outline[(i+1)%len(room.Outline)]
		d := b.Sub(a)
		det := along[0]*d[1] - along[1]*d[0]
		if math.Abs(det) < 0.9*d.Len() { // only walls that face it squarely
			continue
		}
		q := a.Sub(p)
		t, u := (q[0]*d[1]-q[1]*d[0])/det, (q[0]*along[1]-q[1]*along[0])/det
		if u >= 0 && u <= 1 && t > -0.1 {
			best = math.Min(best, math.Max(0, t))
		}
	}
	return best
}

// orient is the angle of the smallest box around points in plan, and its
// extent along that angle and across it. Within 5° of the building's axes it
// is along them.
func orient(flat []geom.Vec2, aligned bool) (yaw float64, lo, hi [2]float64) {
	extent := func(a float64) (lo, hi [2]float64) {
		c, sn := math.Cos(a), math.Sin(a)
		us, vs := make([]float64, len(flat)), make([]float64, len(flat))
		for i, p := range flat {
			us[i], vs[i] = c*p[0]+sn*p[1], -sn*p[0]+c*p[1]
		}
		slices.Sort(us)
		slices.Sort(vs)
		t := len(flat) / 200
		return [2]float64{us[t], vs[t]}, [2]float64{us[len(us)-1-t], vs[len(vs)-1-t]}
	}
	if len(flat) > 4000 {
		thinned := make([]geom.Vec2, 0, 4000)
		for i := 0; i < len(flat); i += 1 + len(flat)/4000 {
			thinned = append(thinned, flat[i])
		}
		flat = thinned
	}
	best := math.Inf(1)
	const steps = 30
	for k := range steps {
		a := float64(k) / steps * math.Pi / 2
		l, h := extent(a)
		area := (h[0] - l[0] + 0.02) * (h[1] - l[1] + 0.02)
		if aligned && k == 0 {
			area *= 0.85 // most things stand along the walls
		}
		if area < best {
			best, yaw, lo, hi = area, a, l, h
		}
	}
	return yaw, lo, hi
}
