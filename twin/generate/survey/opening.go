package survey

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Sizes of openings, metres unless named otherwise.
const (
	doorWidthLeast   = 0.55
	doorWidthMost    = 3.2
	doorHeadLeast    = 1.8
	doorHeadMost     = 2.75
	doorFoot         = 0.2 // above the floor, where skirting and clutter hide the gap
	windowWidthLeast = 0.35
	windowWidthMost  = 6.5
	windowSillLeast  = 0.25
	windowHighLeast  = 0.35
	windowHighMost   = 3.0
	openingPixel     = 0.05
	facePixels       = 4_000_000
	recessLeast      = 0.018 // of a leaf behind the face of its wall
	openingLeast     = 0.5   // confidence
)

// elevation is what was seen of a wall, in pixels along it and up.
type elevation struct {
	w, h   int
	size   float64
	wall   []bool // on the face, or on the other one
	beyond []bool // behind the face: a leaf, a reveal, what lies outside
	leaf   []bool // within the wall, along it: what closes an opening
	front  []bool // in front of it, where it hides the wall
	sill   []bool // along: floor within the wall
}

func (e *elevation) at(i, j int) int { return j*e.w + i }

// openings finds the doors and windows of every wall.
func (s *Survey) openings(pts []point) {
	index := newPlanIndex(pts, 0.5)
	for w := range s.Walls {
		wall := &s.Walls[w]
		if wall.NotSeen || len(wall.faces) == 0 {
			continue
		}
		e := s.elevate(wall, pts, index)
		if e == nil {
			continue
		}
		for _, o := range append(e.doors(wall), e.windows(wall)...) {
			if o.Confidence >= openingLeast {
				o.Wall = w
				s.Openings = append(s.Openings, o)
			}
		}
	}
}

// planIndex finds points by place in plan.
type planIndex struct {
	size  float64
	cells map[[2]int32][]int32
}

func newPlanIndex(pts []point, size float64) *planIndex {
	x := &planIndex{size: size, cells: map[[2]int32][]int32{}}
	for i := range pts {
		k := [2]int32{int32(math.Floor(float64(pts[i].P[0]) / size)), int32(math.Floor(float64(pts[i].P[2]) / size))}
		x.cells[k] = append(x.cells[k], int32(i))
	}
	return x
}

// along calls f for all points within reach of a segment, and some more.
func (x *planIndex) along(a, b geom.Vec2, reach float64, f func(i int32)) {
	lo, hi := bounds([]geom.Vec2{a, b})
	dir := b.Sub(a)
	long := math.Max(dir.Len(), 1e-9)
	n := geom.Vec2{-dir[1] / long, dir[0] / long}
	for cx := int32(math.Floor((lo[0] - reach) / x.size)); cx <= int32(math.Floor((hi[0]+reach)/x.size)); cx++ {
		for cz := int32(math.Floor((lo[1] - reach) / x.size)); cz <= int32(math.Floor((hi[1]+reach)/x.size)); cz++ {
			m := geom.Vec2{(float64(cx) + 0.5) * x.size, (float64(cz) + 0.5) * x.size}
			if math.Abs(n.Dot(m.Sub(a))) > reach+x.size {
				continue
			}
			for _, i := range x.cells[[2]int32{cx, cz}] {
				f(i)
			}
		}
	}
}

// elevate looks at a wall from its first room.
func (s *Survey) elevate(w *Wall, pts []point, index *planIndex) *elevation {
	f := w.faces[0]
	dir := f.b.Sub(f.a)
	long := dir.Len()
	if long < doorWidthLeast {
		return nil
	}
	dir = dir.Mul(1 / long)
	size := math.Max(openingPixel, 1.5*s.Points.spacing)
	e := &elevation{w: int(math.Ceil(long / size)), h: int(math.Ceil(w.Height / size)), size: size}
	if e.w < 3 || e.h < 3 || e.w*e.h > facePixels {
		return nil
	}
	e.wall, e.beyond, e.front, e.leaf = make([]bool, e.w*e.h), make([]bool, e.w*e.h), make([]bool, e.w*e.h), make([]bool, e.w*e.h)
	e.sill = make([]bool, e.w)
	deep := w.Thickness
	type depth struct{ sum, n float32 } // of what lies near each face
	depths := [2][]depth{make([]depth, e.w*e.h), make([]depth, e.w*e.h)}
	index.along(f.a, f.b, 3, func(i int32) {
		p := &pts[i]
		x, z, y := float64(p.P[0])-f.a[0], float64(p.P[2])-f.a[1], float64(p.P[1])-f.floor
		t, o := dir[0]*x+dir[1]*z, f.out[0]*x+f.out[1]*z
		if t < 0 || t >= long || y < -0.1 || y >= w.Height {
			return
		}
		facing := math.Abs(float64(p.N[0])*f.out[0] + float64(p.N[2])*f.out[1])
		noNormal := p.N == [3]float32{}
		col := min(e.w-1, int(t/size))
		if y < 0.1 && math.Abs(float64(p.N[1])) > cosLevel && o > 0.03 && (!w.BothSeen || o < deep-0.03) && o < 0.6 {
			e.sill[col] = true
		}
		if y < 0 {
			return
		}
		at := e.at(col, min(e.h-1, int(y/size)))
		straight := facing > 0.5 || noNormal
		near := false
		for k, d := range [2]float64{o, deep - o} { // behind the face is positive
			if (k == 0 || w.BothSeen) && straight && d > -0.04 && d < math.Min(0.06, 0.6*deep) {
				depths[k][at].sum += float32(d)
				depths[k][at].n++
				near = true
			}
		}
		switch {
		case near:
		case o >= 0.04 && o < 2.5:
			e.beyond[at] = true
			e.leaf[at] = e.leaf[at] || facing > 0.8 && o < deep
		case o > -1.0 && o < -0.07 && y > 0.1:
			e.front[at] = true
		}
	})
	for at := range e.wall { // a leaf lies behind the face by less than its thickness
		for k := range depths {
			d := depths[k][at]
			switch {
			case d.n == 0:
			case d.sum/d.n < recessLeast:
				e.wall[at] = true
			default:
				e.beyond[at], e.leaf[at] = true, true
			}
		}
	}
	return e
}

// doors finds gaps that reach from the floor to a head.
func (e *elevation) doors(w *Wall) []Opening {
	foot := int(math.Ceil(doorFoot / e.size))
	heads := make([]int, e.w) // of the gap in each column, in pixels; 0: none
	for i := range e.w {
		bad := 0
		for j := foot; j < e.h; j++ {
			if e.wall[e.at(i, j)] {
				if bad++; bad > 1 && float64(bad) > 0.08*float64(j-foot) {
					break
				}
				continue
			}
			heads[i] = j + 1
		}
		if h := float64(heads[i]) * e.size; h < doorHeadLeast-e.size {
			heads[i] = 0
		}
	}
	var out []Opening
	for i := 0; i < e.w; {
		if heads[i] == 0 {
			i++
			continue
		}
		j, miss := i, 0
		for k := i; k < e.w && miss <= 1; k++ {
			if heads[k] == 0 {
				miss++
			} else {
				miss, j = 0, k+1
			}
		}
		if o, ok := e.door(w, heads, i, j); ok {
			out = append(out, o)
		}
		i = j + 1
	}
	return out
}

// door judges the gap between columns a and b.
func (e *elevation) door(w *Wall, heads []int, a, b int) (Opening, bool) {
	hs := slices.Clone(heads[a:b])
	hs = slices.DeleteFunc(hs, func(h int) bool { return h == 0 })
	slices.Sort(hs)
	head := hs[len(hs)/2]
	width, high := float64(b-a)*e.size, float64(head)*e.size
	full := high > w.Height-0.12
	if width < doorWidthLeast || width > doorWidthMost || !full && high > doorHeadMost {
		return Opening{}, false
	}
	jambA, okA := e.cover(a-3, a, 4, head-2)
	jambB, okB := e.cover(b, b+3, 4, head-2)
	lintel, okL := e.cover(a, b, head+1, head+5)
	if full && (width > 1.7 || w.Height > doorHeadMost+0.3 || !okA || !okB || jambA < 0.5 || jambB < 0.5) {
		return Opening{}, false // the wall was not seen, rather than open
	}
	side := func(v float64, ok bool) float64 {
		if !ok { // the wall ends here
			return 0.6
		}
		return v
	}
	var n, behind, front, level, leaf float64
	for i := a; i < b; i++ {
		if e.sill[i] {
			level++
		}
		for j := 2; j < head; j++ {
			n++
			if e.beyond[e.at(i, j)] {
				behind++
			}
			if e.leaf[e.at(i, j)] {
				leaf++
			}
			if e.front[e.at(i, j)] {
				front++
			}
		}
	}
	behind, front, level = behind/n, front/n, level/float64(b-a)
	o := Opening{Kind: Door, From: float64(a) * e.size, To: float64(b) * e.size, Head: math.Min(high, w.Height-0.02), Leaf: leaf > 0.5*n, Through: behind > 0.08 || level > 0.4}
	through := math.Max(math.Min(1, 2.5*behind), math.Min(1, 1.5*level))
	z := -3.6 + 1.6*side(jambA, okA) + 1.6*side(jambB, okB) + 3.2*through - 3.0*math.Max(0, front-0.15)
	if okL && !full {
		z += 1.6 * lintel
	}
	if width > 2.5 {
		z -= 0.8
	}
	if width < 0.65 {
		z -= 1
	}
	o.Confidence = 1 / (1 + math.Exp(-z))
	e.trim(&o, w)
	return o, true
}

// cover is the share of wall within a range of pixels; false where there are
// none.
func (e *elevation) cover(a, b, low, high int) (float64, bool) {
	a, b, low, high = max(0, a), min(e.w, b), max(0, low), min(e.h, high)
	n, k := 0, 0
	for i := a; i < b; i++ {
		for j := low; j < high; j++ {
			n++
			if e.wall[e.at(i, j)] {
				k++
			}
		}
	}
	if n == 0 {
		return 0, false
	}
	return float64(k) / float64(n), true
}

// trim keeps an opening clear of the wall's ends.
func (e *elevation) trim(o *Opening, w *Wall) {
	long := w.B.Sub(w.A).Len()
	o.From, o.To = math.Max(o.From, 0.03), math.Min(o.To, long-0.03)
	o.Head = math.Min(o.Head, w.Height-0.03)
}

// windows finds gaps with wall on all sides.
func (e *elevation) windows(w *Wall) []Opening {
	gap := make([]bool, len(e.wall))
	for i := range e.w {
		for j := range e.h {
			gap[e.at(i, j)] = !e.wall[e.at(i, j)]
		}
	}
	for at := range gap { // a lone pixel in a gap is noise
		i, j := at%e.w, at/e.w
		if gap[at] || i == 0 || j == 0 || i == e.w-1 || j == e.h-1 {
			continue
		}
		if !e.wall[at-1] && !e.wall[at+1] && !e.wall[at-e.w] && !e.wall[at+e.w] {
			gap[at] = true
		}
	}
	// Gaps are opened by a square of two pixels, so that a thin crack does not
	// join a window to a shadow on the floor.
	core := make([]bool, len(gap))
	for i := 0; i+1 < e.w; i++ {
		for j := 0; j+1 < e.h; j++ {
			if gap[e.at(i, j)] && gap[e.at(i+1, j)] && gap[e.at(i, j+1)] && gap[e.at(i+1, j+1)] {
				core[e.at(i, j)], core[e.at(i+1, j)], core[e.at(i, j+1)], core[e.at(i+1, j+1)] = true, true, true, true
			}
		}
	}
	done := make([]bool, len(gap))
	var out []Opening
	for at := range core {
		if !core[at] || done[at] {
			continue
		}
		stack := []int{at}
		done[at] = true
		var cols, rows []int
		for len(stack) > 0 {
			k := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			i, j := k%e.w, k/e.w
			cols, rows = append(cols, i), append(rows, j)
			for _, d := range [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				if x, y := i+d[0], j+d[1]; x >= 0 && y >= 0 && x < e.w && y < e.h && core[e.at(x, y)] && !done[e.at(x, y)] {
					done[e.at(x, y)] = true
					stack = append(stack, e.at(x, y))
				}
			}
		}
		if o, ok := e.window(w, cols, rows); ok {
			out = append(out, o)
		}
	}
	return out
}

// window judges a gap by its pixels.
func (e *elevation) window(w *Wall, cols, rows []int) (Opening, bool) {
	area := float64(len(cols))
	slices.Sort(cols)
	slices.Sort(rows)
	k := len(cols) / 100
	a, b := cols[k], cols[len(cols)-1-k]+1
	low, high := rows[k], rows[len(rows)-1-k]+1
	width, tall, sill := float64(b-a)*e.size, float64(high-low)*e.size, float64(low)*e.size
	if width < windowWidthLeast || width > windowWidthMost || tall < windowHighLeast || tall > windowHighMost || sill < windowSillLeast {
		return Opening{}, false
	}
	if float64(high)*e.size > w.Height-0.05 {
		return Opening{}, false
	}
	fill := area / float64((b-a)*(high-low))
	ring, sides := 0.0, 0.0
	for _, r := range [4][4]int{{a - 2, a, low, high}, {b, b + 2, low, high}, {a, b, low - 2, low}, {a, b, high, high + 2}} {
		v, ok := e.cover(r[0], r[1], r[2], r[3])
		if !ok {
			v = 0.3
		}
		ring += v / 4
		sides++
	}
	var n, behind, front float64
	for i := a; i < b; i++ {
		for j := low; j < high; j++ {
			n++
			if e.beyond[e.at(i, j)] {
				behind++
			}
			if e.front[e.at(i, j)] {
				front++
			}
		}
	}
	behind, front = behind/n, front/n
	z := -7.2 + 5*ring + 4*fill + 1.6*math.Min(1, 4*behind) - 4*math.Max(0, front-0.1)
	if width*tall < 0.25 {
		z--
	}
	o := Opening{Kind: Window, From: float64(a) * e.size, To: float64(b) * e.size, Sill: sill, Head: float64(high) * e.size,
		Confidence: 1 / (1 + math.Exp(-z)), Leaf: true, Through: behind > 0.08}
	e.trim(&o, w)
	return o, true
}
