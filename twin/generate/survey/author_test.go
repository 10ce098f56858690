package survey_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// home is an authored building, of which everything is known. Its frame has +Y
// up and its walls along x and z.
type home struct {
	boxes    []solidBox
	rooms    []truthRoom
	openings []truthOpening
	objects  []truthObject
	stations []geom.Vec3
	height   float64
	storeys  []float64 // heights of floors
	bounds   geom.Box
}

type solidBox struct {
	box    geom.Box
	colour [3]uint8
}

type truthRoom struct {
	storey     int
	lo, hi     geom.Vec2
	floor, top float64
}

type truthOpening struct {
	kind   survey.Kind
	centre geom.Vec3
	wide   float64
	high   float64
	outer  bool
	closed bool
	alongX bool
}

type truthObject struct {
	class string
	box   geom.Box
}

// furniture is what rooms are filled with: width, height, depth.
var furniture = []survey.ClassSize{
	{Name: "bed", Size: geom.Vec3{1.6, 0.5, 2.05}},
	{Name: "wardrobe", Size: geom.Vec3{1.4, 2.0, 0.6}},
	{Name: "sofa", Size: geom.Vec3{2.0, 0.8, 0.9}},
	{Name: "table", Size: geom.Vec3{1.5, 0.75, 0.85}},
	{Name: "refrigerator", Size: geom.Vec3{0.6, 1.8, 0.65}},
	{Name: "bookcase", Size: geom.Vec3{0.9, 1.75, 0.32}},
	{Name: "chest", Size: geom.Vec3{0.9, 0.95, 0.45}},
	{Name: "washer", Size: geom.Vec3{0.6, 0.85, 0.6}},
}

// author draws up a home: a rectangle parted into rooms, a corner of which may
// be missing, with doors that join all rooms, windows, and furniture.
func author(seed uint64, storeys int) *home {
	rng := rand.New(rand.NewPCG(seed, 77))
	between := func(lo, hi float64) float64 { return lo + rng.Float64()*(hi-lo) }
	h := &home{height: between(2.4, 3.1), bounds: geom.EmptyBox()}
	w, d := between(7, 14), between(6, 11)
	outer, inner := between(0.2, 0.38), between(0.09, 0.16)
	for k := range storeys {
		floor := float64(k) * (h.height + 0.3)
		h.storeys = append(h.storeys, floor)
		h.storey(rng, k, floor, w, d, outer, inner)
	}
	for _, b := range h.boxes {
		h.bounds = h.bounds.Union(b.box)
	}
	// The ground outside, and something to see on it.
	g := between(0, 0.4)
	h.add(geom.Vec3{-12, -g - 0.5, -12}, geom.Vec3{w + 12, -g - 0.01, d + 12}, [3]uint8{90, 100, 80})
	for range 4 {
		x, z := between(-8, w+8), -between(3, 7)
		if rng.IntN(2) == 0 {
			z = d + between(3, 7)
		}
		h.add(geom.Vec3{x, -g, z}, geom.Vec3{x + 1.5, between(0.5, 3), z + 1.5}, [3]uint8{60, 90, 50})
	}
	return h
}

func (h *home) add(lo, hi geom.Vec3, c [3]uint8) {
	if lo[0] < hi[0] && lo[1] < hi[1] && lo[2] < hi[2] {
		h.boxes = append(h.boxes, solidBox{geom.Box{Min: lo, Max: hi}, c})
	}
}

// wallGap is a hole in a wall while it is built.
type wallGap struct{ from, to, sill, head float64 }

func (h *home) storey(rng *rand.Rand, storey int, floor, w, d, outer, inner float64) {
	between := func(lo, hi float64) float64 { return lo + rng.Float64()*(hi-lo) }
	top := floor + h.height
	type rect struct{ x0, z0, x1, z1 float64 }
	rooms := []rect{{0, 0, w, d}}
	for range 3 + rng.IntN(4) {
		big := 0
		for i, r := range rooms {
			if b := rooms[big]; (r.x1-r.x0)*(r.z1-r.z0) > (b.x1-b.x0)*(b.z1-b.z0) {
				big = i
			}
		}
		r := rooms[big]
		a, b := r, r
		t := between(0.38, 0.62)
		if r.x1-r.x0 > r.z1-r.z0 {
			if r.x1-r.x0 < 4.4 {
				break
			}
			m := r.x0 + t*(r.x1-r.x0)
			a.x1, b.x0 = m-inner/2, m+inner/2
		} else {
			if r.z1-r.z0 < 4.4 {
				break
			}
			m := r.z0 + t*(r.z1-r.z0)
			a.z1, b.z0 = m-inner/2, m+inner/2
		}
		rooms[big] = a
		rooms = append(rooms, b)
	}
	missing := -1
	if len(rooms) >= 4 && storey == 0 && len(h.storeys) == 1 && rng.IntN(3) == 0 { // an L
		for i, r := range rooms {
			corner := (r.x0 == 0 || r.x1 == w) && (r.z0 == 0 || r.z1 == d)
			if corner {
				missing = i
				break
			}
		}
	}
	if missing >= 0 {
		rooms = append(rooms[:missing], rooms[missing+1:]...)
	}
	first := len(h.rooms)
	wallColour := [3]uint8{uint8(180 + rng.IntN(60)), uint8(180 + rng.IntN(60)), uint8(170 + rng.IntN(60))}
	floorColour := [3]uint8{uint8(100 + rng.IntN(60)), uint8(80 + rng.IntN(50)), uint8(50 + rng.IntN(50))}
	for _, r := range rooms {
		h.rooms = append(h.rooms, truthRoom{storey, geom.Vec2{r.x0, r.z0}, geom.Vec2{r.x1, r.z1}, floor, top})
	}
	// Slabs lie under and over rooms and walls alike.
	for _, r := range rooms {
		h.add(geom.Vec3{r.x0 - outer, floor - 0.15, r.z0 - outer}, geom.Vec3{r.x1 + outer, floor, r.z1 + outer}, floorColour)
		h.add(geom.Vec3{r.x0 - outer, top, r.z0 - outer}, geom.Vec3{r.x1 + outer, top + 0.15, r.z1 + outer}, [3]uint8{235, 235, 235})
	}
	// Every side of a room has the stretches where another room lies behind;
	// the rest is the outside.
	gaps := map[[2]int][]wallGap{}
	type side struct {
		alongX   bool
		at       float64 // of the face
		out      float64 // direction
		from, to float64
	}
	sideOf := func(r rect, k int) side {
		return [4]side{{true, r.z0, -1, r.x0, r.x1}, {true, r.z1, 1, r.x0, r.x1}, {false, r.x0, -1, r.z0, r.z1}, {false, r.x1, 1, r.z0, r.z1}}[k]
	}
	open := func(kind survey.Kind, s side, thick, from, to, sill, head float64, outside bool) {
		mid := s.at + s.out*thick/2
		c := geom.Vec3{(from + to) / 2, floor + (sill+head)/2, mid}
		if !s.alongX {
			c = geom.Vec3{mid, floor + (sill+head)/2, (from + to) / 2}
		}
		closed := kind == survey.Door && rng.IntN(4) == 0
		h.openings = append(h.openings, truthOpening{kind: kind, centre: c, wide: to - from, high: head - sill, outer: outside, alongX: s.alongX, closed: closed})
		place := func(f, t, lo, hi, a, b float64, colour [3]uint8) { // along, up, across
			a, b = math.Min(a, b), math.Max(a, b)
			if s.alongX {
				h.add(geom.Vec3{f, floor + lo, a}, geom.Vec3{t, floor + hi, b}, colour)
			} else {
				h.add(geom.Vec3{a, floor + lo, f}, geom.Vec3{b, floor + hi, t}, colour)
			}
		}
		wood := [3]uint8{120, 85, 60}
		switch {
		case kind == survey.Window: // a frame in the middle of the wall; the pane lets light through
			for _, f := range [][4]float64{{from, from + 0.05, sill, head}, {to - 0.05, to, sill, head}, {from, to, sill, sill + 0.05}, {from, to, head - 0.05, head}} {
				place(f[0], f[1], f[2], f[3], mid-0.025, mid+0.025, [3]uint8{240, 240, 240})
			}
		case closed:
			place(from, to, 0.005, head, mid-0.02, mid+0.02, wood)
		case rng.IntN(3) > 0: // a leaf that stands open into the room
			a := s.at - s.out*0.01
			place(from, from+0.04, 0.01, head-0.01, a, a-s.out*(to-from-0.04), wood)
		}
	}
	linked := map[int]int{}
	root := func(i int) int {
		for linked[i] != i {
			i = linked[i]
		}
		return i
	}
	for i := range rooms {
		linked[i] = i
	}
	covered := map[[2]int][][2]float64{}
	for i, r := range rooms {
		for k := range 4 {
			s := sideOf(r, k)
			for j, q := range rooms {
				if j == i {
					continue
				}
				o := sideOf(q, k^1)
				if math.Abs(o.at-s.at-s.out*inner) > 1e-6 {
					continue
				}
				from, to := math.Max(s.from, o.from), math.Min(s.to, o.to)
				if to-from < -2*inner {
					continue
				}
				covered[[2]int{i, k}] = append(covered[[2]int{i, k}], [2]float64{from, to})
				if j < i || to-from < 1.3 || root(i) == root(j) && rng.IntN(3) > 0 {
					continue
				}
				linked[root(i)] = root(j)
				wide, head := between(0.75, 1.0), between(1.98, 2.12)
				at := between(from+0.15, to-0.15-wide)
				gap := wallGap{at, at + wide, 0, head}
				gaps[[2]int{i, k}] = append(gaps[[2]int{i, k}], gap)
				gaps[[2]int{j, k ^ 1}] = append(gaps[[2]int{j, k ^ 1}], gap)
				open(survey.Door, s, inner, at, at+wide, 0, head, false)
			}
		}
	}
	entrance := storey == 0
	for i, r := range rooms {
		for k := range 4 {
			s := sideOf(r, k)
			if len(covered[[2]int{i, k}]) > 0 {
				continue
			}
			at := s.from + between(0.3, 0.8)
			if entrance && s.to-at > 1.5 {
				wide := between(0.85, 1.05)
				gaps[[2]int{i, k}] = append(gaps[[2]int{i, k}], wallGap{at, at + wide, 0, 2.1})
				open(survey.Door, s, outer, at, at+wide, 0, 2.1, true)
				at += wide + between(0.4, 1)
				entrance = false
			}
			for s.to-at > 1.4 && rng.IntN(4) > 0 {
				wide, sill, head := math.Min(between(0.7, 1.9), s.to-at-0.3), between(0.7, 1.0), between(2.0, 2.2)
				gaps[[2]int{i, k}] = append(gaps[[2]int{i, k}], wallGap{at, at + wide, sill, head})
				open(survey.Window, s, outer, at, at+wide, sill, head, true)
				at += wide + between(0.5, 2)
			}
		}
	}
	// A side's wall goes half way to the room behind, or out; it reaches round
	// the corners by as much.
	for i, r := range rooms {
		for k := range 4 {
			s := sideOf(r, k)
			cuts := covered[[2]int{i, k}]
			behind := func(t float64) float64 {
				for _, c := range cuts {
					if t > c[0]-inner && t < c[1]+inner {
						return inner / 2
					}
				}
				return outer
			}
			// stretches of equal thickness
			const grain = 0.01
			begin, end := s.from-inner/2, s.to+inner/2
			if s.from == 0 {
				begin = -outer
			}
			if s.alongX && s.to == w || !s.alongX && s.to == d {
				end = s.to + outer
			}
			for t := begin; t < end; {
				thick := behind(t + grain/2)
				e := t
				for e < end && behind(e+grain/2) == thick {
					e += grain
				}
				h.wall(s.alongX, s.at, s.out*thick, t, math.Min(e, end), floor, top, gaps[[2]int{i, k}], wallColour)
				t = e
			}
		}
	}
	h.furnish(rng, first)
	for i := first; i < len(h.rooms); i++ {
		r := h.rooms[i]
		n := 1
		if (r.hi[0]-r.lo[0])*(r.hi[1]-r.lo[1]) > 14 {
			n = 2
		}
		for range n {
			for range 50 {
				p := geom.Vec3{between(r.lo[0]+0.5, r.hi[0]-0.5), floor + between(1.4, 1.6), between(r.lo[1]+0.5, r.hi[1]-0.5)}
				if h.free(p, 0.25) {
					h.stations = append(h.stations, p)
					break
				}
			}
		}
	}
}

// wall builds a stretch of a wall around its gaps.
func (h *home) wall(alongX bool, at, thick, from, to, floor, top float64, gaps []wallGap, c [3]uint8) {
	a, b := math.Min(at, at+thick), math.Max(at, at+thick)
	put := func(f, t, lo, hi float64) {
		if alongX {
			h.add(geom.Vec3{f, lo, a}, geom.Vec3{t, hi, b}, c)
		} else {
			h.add(geom.Vec3{a, lo, f}, geom.Vec3{b, hi, t}, c)
		}
	}
	t := from
	for {
		var next *wallGap
		for i := range gaps {
			if g := &gaps[i]; g.to > t+1e-9 && g.from < to && (next == nil || g.from < next.from) {
				next = g
			}
		}
		if next == nil {
			break
		}
		put(t, math.Max(t, next.from), floor, top)
		f, e := math.Max(t, next.from), math.Min(to, next.to)
		put(f, e, floor, floor+next.sill)
		put(f, e, floor+next.head, top)
		t = e
	}
	put(t, to, floor, top)
}

// free tells whether a ball touches nothing.
func (h *home) free(p geom.Vec3, r float64) bool {
	for _, b := range h.boxes {
		if boxDistance(b.box, p) < r {
			return false
		}
	}
	return true
}

func boxDistance(b geom.Box, p geom.Vec3) float64 {
	sum := 0.0
	for k := range 3 {
		d := math.Max(0, math.Max(b.Min[k]-p[k], p[k]-b.Max[k]))
		sum += d * d
	}
	return math.Sqrt(sum)
}

// furnish stands furniture along the walls of the rooms from index first, and
// some in the middle, clear of doors and of each other.
func (h *home) furnish(rng *rand.Rand, first int) {
	between := func(lo, hi float64) float64 { return lo + rng.Float64()*(hi-lo) }
	for i := first; i < len(h.rooms); i++ {
		r := h.rooms[i]
		var placed []geom.Box
		for range 2 + rng.IntN(4) {
			c := furniture[rng.IntN(len(furniture))]
			size := c.Size
			for k := range size {
				size[k] *= between(0.93, 1.07)
			}
			var lo geom.Vec3
			w, d := size[0], size[2]
			side := rng.IntN(4)
			if side >= 2 {
				w, d = d, w
			}
			if r.hi[0]-r.lo[0] < w+0.8 || r.hi[1]-r.lo[1] < d+0.8 {
				continue
			}
			x, z := between(r.lo[0]+0.1, r.hi[0]-w-0.1), between(r.lo[1]+0.1, r.hi[1]-d-0.1)
			gap := between(0.005, 0.04)
			middle := c.Name == "table" && rng.IntN(2) == 0
			switch {
			case middle:
			case side == 0:
				z = r.lo[1] + gap
			case side == 1:
				z = r.hi[1] - d - gap
			case side == 2:
				x = r.lo[0] + gap
			default:
				x = r.hi[0] - w - gap
			}
			lo = geom.Vec3{x, r.floor, z}
			box := geom.Box{Min: lo, Max: geom.Vec3{x + w, r.floor + size[1], z + d}}
			bad := false
			for _, o := range placed {
				if boxesNear(o, box, 0.25) {
					bad = true
				}
			}
			for _, o := range h.openings {
				clear := 0.25
				if o.kind == survey.Door {
					clear = o.wide/2 + 0.45
				} else if box.Max[1] < o.centre[1]-o.high/2 {
					continue
				}
				foot := geom.Vec3{o.centre[0], r.floor + 0.3, o.centre[2]}
				half := geom.Vec3{0, 0, o.wide / 2}
				if o.alongX {
					half = geom.Vec3{o.wide / 2, 0, 0}
				}
				if boxesNear(geom.Box{Min: foot.Sub(half), Max: foot.Add(half)}, box, clear) {
					bad = true
				}
			}
			if bad {
				continue
			}
			placed = append(placed, box)
			h.objects = append(h.objects, truthObject{c.Name, box})
			h.build(c.Name, box, [3]uint8{uint8(40 + rng.IntN(180)), uint8(40 + rng.IntN(180)), uint8(40 + rng.IntN(180))})
		}
	}
}

func boxesNear(a, b geom.Box, gap float64) bool {
	for k := range 3 {
		if a.Min[k] > b.Max[k]+gap || b.Min[k] > a.Max[k]+gap {
			return false
		}
	}
	return true
}

// build makes a thing of boxes.
func (h *home) build(class string, b geom.Box, c [3]uint8) {
	s := b.Size()
	switch class {
	case "table":
		h.add(geom.Vec3{b.Min[0], b.Max[1] - 0.04, b.Min[2]}, b.Max, c)
		for _, x := range []float64{b.Min[0], b.Max[0] - 0.07} {
			for _, z := range []float64{b.Min[2], b.Max[2] - 0.07} {
				h.add(geom.Vec3{x, b.Min[1], z}, geom.Vec3{x + 0.07, b.Max[1], z + 0.07}, c)
			}
		}
	case "sofa": // the back is one of the long sides
		h.add(b.Min, geom.Vec3{b.Max[0], b.Min[1] + 0.45, b.Max[2]}, c)
		if s[0] > s[2] {
			h.add(b.Min, geom.Vec3{b.Max[0], b.Max[1], b.Min[2] + 0.2}, c)
		} else {
			h.add(b.Min, geom.Vec3{b.Min[0] + 0.2, b.Max[1], b.Max[2]}, c)
		}
	default:
		h.add(b.Min, b.Max, c)
	}
}

func (h *home) String() string {
	return fmt.Sprintf("%d rooms, %d openings, %d objects, %d boxes, %d stations", len(h.rooms), len(h.openings), len(h.objects), len(h.boxes), len(h.stations))
}
