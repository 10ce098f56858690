package survey_test

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// score compares a survey with what was authored.
type score struct {
	tilt         float64 // degrees between the survey's up and the true one
	rooms        int     // authored
	roomsFound   int     // with IoU over one half
	roomsExtra   int
	iou          []float64 // of every authored room with its best match
	areaError    []float64 // percent, of the rooms found
	heightError  []float64 // mm, of the rooms found
	wallError    []float64 // mm
	opening      [2]tally  // by kind
	closed       tally     // doors that stood closed
	objects      tally
	classRight   int
	classNamed   int
	confidences  []float64 // of the named objects that match one
	right        []bool
	openingScore []float64
	openingTrue  []bool
}

type tally struct{ truth, found, extra int }

func (t tally) recall() float64 { return ratio(t.found, t.truth) }
func (t tally) precision() float64 {
	return ratio(t.found, t.found+t.extra)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// compare maps a survey back into the home's frame, through the frame that the
// survey itself reports.
func (h *home) compare(s *survey.Survey, to geom.Mat4) score {
	var sc score
	back := to.Inv().Mul4(s.Frame.ToTwin.Inv())
	at := func(x, y, z float64) geom.Vec3 { return mgl64.TransformCoordinate(geom.Vec3{x, y, z}, back) }
	up := mgl64.TransformNormal(geom.Vec3{0, 1, 0}, back)
	sc.tilt = math.Acos(math.Min(1, up[1])) * 180 / math.Pi

	outlines := make([][]geom.Vec2, len(s.Rooms))
	floors := make([]float64, len(s.Rooms))
	for i, r := range s.Rooms {
		for _, p := range r.Outline {
			q := at(p[0], r.FloorY, p[1])
			outlines[i] = append(outlines[i], geom.Vec2{q[0], q[2]})
			floors[i] = q[1]
		}
	}
	sc.rooms = len(h.rooms)
	match := map[int]int{}
	for i, r := range h.rooms {
		best, which := 0.0, -1
		for j := range outlines {
			if math.Abs(floors[j]-r.floor) > 0.5 {
				continue
			}
			if v := overlap(r, outlines[j]); v > best {
				best, which = v, j
			}
		}
		sc.iou = append(sc.iou, best)
		if best > 0.5 {
			sc.roomsFound++
			match[which] = i
			truth := (r.hi[0] - r.lo[0]) * (r.hi[1] - r.lo[1])
			sc.areaError = append(sc.areaError, 100*math.Abs(s.Rooms[which].Area-truth)/truth)
			sc.heightError = append(sc.heightError, 1000*math.Abs(s.Rooms[which].Height-(r.top-r.floor)))
		}
	}
	sc.roomsExtra = len(s.Rooms) - len(match)
	for j, i := range match { // the middle of every side against the nearest true face
		r := h.rooms[i]
		for k, a := range outlines[j] {
			b := outlines[j][(k+1)%len(outlines[j])]
			if b.Sub(a).Len() < 0.6 {
				continue
			}
			m := a.Add(b).Mul(0.5)
			d := math.Abs(b[0] - a[0])
			e := math.Abs(b[1] - a[1])
			off := math.Min(math.Abs(m[0]-r.lo[0]), math.Abs(m[0]-r.hi[0]))
			if d > e {
				off = math.Min(math.Abs(m[1]-r.lo[1]), math.Abs(m[1]-r.hi[1]))
			}
			sc.wallError = append(sc.wallError, 1000*off)
		}
	}
	h.compareOpenings(s, at, &sc)
	h.compareObjects(s, at, &sc)
	return sc
}

// overlap is the intersection over union of a room and an outline, by pixels.
func overlap(r truthRoom, outline []geom.Vec2) float64 {
	const px = 0.05
	lo, hi := r.lo, r.hi
	for _, p := range outline {
		for k := range 2 {
			lo[k], hi[k] = math.Min(lo[k], p[k]), math.Max(hi[k], p[k])
		}
	}
	both, any := 0, 0
	for x := lo[0] + px/2; x < hi[0]; x += px {
		for z := lo[1] + px/2; z < hi[1]; z += px {
			a := x > r.lo[0] && x < r.hi[0] && z > r.lo[1] && z < r.hi[1]
			b := within(outline, geom.Vec2{x, z})
			if a && b {
				both++
			}
			if a || b {
				any++
			}
		}
	}
	return ratio(both, any)
}

func within(loop []geom.Vec2, p geom.Vec2) bool {
	in := false
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
			in = !in
		}
	}
	return in
}

func (h *home) compareOpenings(s *survey.Survey, at func(x, y, z float64) geom.Vec3, sc *score) {
	used := make([]bool, len(s.Openings))
	for _, t := range h.openings {
		sc.opening[t.kind].truth++
		if t.closed {
			sc.closed.truth++
		}
		best, which := 0.35, -1
		for j, o := range s.Openings {
			if used[j] || o.Kind != t.kind {
				continue
			}
			w := s.Walls[o.Wall]
			dir := w.B.Sub(w.A).Normalize()
			m := w.A.Add(dir.Mul((o.From + o.To) / 2))
			c := at(m[0], w.FloorY+(o.Sill+o.Head)/2, m[1])
			if math.Abs(o.To-o.From-t.wide) > 0.3 || math.Abs(o.Head-o.Sill-t.high) > 0.4 {
				continue
			}
			if d := c.Sub(t.centre).Len(); d < best {
				best, which = d, j
			}
		}
		if which >= 0 {
			used[which] = true
			sc.opening[t.kind].found++
			if t.closed {
				sc.closed.found++
			}
		}
	}
	for j, o := range s.Openings {
		sc.openingScore = append(sc.openingScore, o.Confidence)
		sc.openingTrue = append(sc.openingTrue, used[j])
		if !used[j] {
			sc.opening[o.Kind].extra++
		}
	}
}

func (h *home) compareObjects(s *survey.Survey, at func(x, y, z float64) geom.Vec3, sc *score) {
	used := make([]bool, len(s.Objects))
	sc.objects.truth = len(h.objects)
	for _, t := range h.objects {
		best, which := 0.3, -1
		for j, o := range s.Objects {
			if used[j] {
				continue
			}
			c := at(o.Position[0], o.Position[1]+o.Size[1]/2, o.Position[2])
			if d := c.Sub(t.box.Center()).Len(); d < best {
				best, which = d, j
			}
		}
		if which < 0 {
			continue
		}
		used[which] = true
		sc.objects.found++
		if o := s.Objects[which]; o.Class != "" {
			sc.classNamed++
			if o.Class == t.class {
				sc.classRight++
			}
		}
		if o := s.Objects[which]; o.Guess != "" {
			sc.confidences = append(sc.confidences, o.Confidence)
			sc.right = append(sc.right, o.Guess == t.class)
		}
	}
	for j, o := range s.Objects {
		if !used[j] && o.Class != "" {
			sc.objects.extra++
			sc.confidences = append(sc.confidences, o.Confidence)
			sc.right = append(sc.right, false)
		}
	}
}

// join adds up the scores of several homes.
func join(all []score) score {
	var t score
	for _, s := range all {
		t.tilt = math.Max(t.tilt, s.tilt)
		t.rooms += s.rooms
		t.roomsFound += s.roomsFound
		t.roomsExtra += s.roomsExtra
		t.iou = append(t.iou, s.iou...)
		t.areaError = append(t.areaError, s.areaError...)
		t.heightError = append(t.heightError, s.heightError...)
		t.wallError = append(t.wallError, s.wallError...)
		for k := range t.opening {
			t.opening[k] = t.opening[k].plus(s.opening[k])
		}
		t.closed = t.closed.plus(s.closed)
		t.objects = t.objects.plus(s.objects)
		t.classRight += s.classRight
		t.classNamed += s.classNamed
		t.confidences = append(t.confidences, s.confidences...)
		t.right = append(t.right, s.right...)
		t.openingScore = append(t.openingScore, s.openingScore...)
		t.openingTrue = append(t.openingTrue, s.openingTrue...)
	}
	return t
}

func (t tally) plus(o tally) tally {
	return tally{t.truth + o.truth, t.found + o.found, t.extra + o.extra}
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / math.Max(1, float64(len(v)))
}

func quantile(v []float64, q float64) float64 {
	if len(v) == 0 {
		return 0
	}
	v = slices.Clone(v)
	slices.Sort(v)
	return v[min(len(v)-1, int(q*float64(len(v))))]
}
