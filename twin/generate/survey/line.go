package survey

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Bounds of lines of walls in plan, metres unless named otherwise.
const (
	alongBin     = 0.1   // of what is covered along a line
	acrossBin    = 0.01  // of the histogram of offsets
	lineReach    = 0.035 // of a wall's points across its line
	lineApart    = 0.045 // nearer lines of one direction are one
	lineLeast    = 0.45  // covered length along the main directions
	lineOther    = 0.8   // and along others
	linesMost    = 160   // of one storey: the cells grow with their square
	normalWithin = 0.21  // radians between a point's normal and its line's
	gapFilled    = 1.15  // of a line's cover, where a door without lintel or a shadow is likelier than a passage
	runBeside    = 0.4   // least cover on both sides of a filled gap
)

// upright2 is a point of an upright surface, in plan.
type upright2 struct {
	x, z, nx, nz float64
	y            float64
	used         bool
}

// line is a wall's face or several in one line: n·p = d.
type line struct {
	n       geom.Vec2
	d       float64
	length  float64 // covered
	from    int     // index of the first bin of cover
	cover   []bool  // along, in bins
	filled  []bool  // cover with likely gaps closed
	support int
	made    bool // by us, to part the plan: no wall stands on it
}

func (l *line) along(x, z float64) float64 { return -l.n[1]*x + l.n[0]*z }

func (l *line) offset(x, z float64) float64 { return l.n[0]*x + l.n[1]*z - l.d }

// at is the point of the line at a distance along it.
func (l *line) at(t float64) geom.Vec2 {
	return geom.Vec2{l.n[0]*l.d - l.n[1]*t, l.n[1]*l.d + l.n[0]*t}
}

// share tells how much of the line between two distances along it is covered.
func share(cover []bool, from int, a, b float64) float64 {
	if a > b {
		a, b = b, a
	}
	lo, hi := int(math.Floor(a/alongBin+0.25)), int(math.Ceil(b/alongBin-0.25))
	if hi <= lo {
		lo = int(math.Floor((a + b) / 2 / alongBin))
		hi = lo + 1
	}
	n := 0
	for i := lo; i < hi; i++ {
		if j := i - from; j >= 0 && j < len(cover) && cover[j] {
			n++
		}
	}
	return float64(n) / float64(hi-lo)
}

// uprights are the points of upright surfaces between two heights.
func uprights(pts []point, low, high float64) []upright2 {
	var out []upright2
	for i := range pts {
		p, n := &pts[i].P, &pts[i].N
		if y := float64(p[1]); y < low || y > high || *n == [3]float32{} || math.Abs(float64(n[1])) > sinUpright*1.3 {
			continue
		}
		l := math.Hypot(float64(n[0]), float64(n[2]))
		out = append(out, upright2{x: float64(p[0]), z: float64(p[2]), y: float64(p[1]), nx: float64(n[0]) / l, nz: float64(n[2]) / l})
	}
	return out
}

// lines finds the lines that upright points lie on, those of the main
// directions first.
func lines(pts []upright2, aligned bool) []line {
	var out []line
	directions := func(angle, least float64) int {
		found := linesAlong(pts, angle, least, out)
		out = append(out, found...)
		return len(found)
	}
	if aligned {
		directions(0, lineLeast)
		directions(math.Pi/2, lineLeast)
	}
	const bins = 90 // two degrees each
	dead := [bins]bool{}
	for range 24 {
		var hist [bins]float64
		left := 0
		for i := range pts {
			if p := &pts[i]; !p.used {
				hist[int(math.Mod(math.Atan2(p.nz, p.nx)+2*math.Pi, math.Pi)/math.Pi*bins)%bins]++
				left++
			}
		}
		best, top := -1, 0.0
		for b := range bins {
			v := hist[b] + 0.7*(hist[(b+1)%bins]+hist[(b+bins-1)%bins])
			if !dead[b] && v > top {
				best, top = b, v
			}
		}
		if best < 0 || top < 60 || top < 0.01*float64(len(pts)) {
			break
		}
		angle, n := 0.0, 0.0
		at := (float64(best) + 0.5) / bins * math.Pi
		for i := range pts {
			if p := &pts[i]; !p.used {
				if d := math.Remainder(math.Atan2(p.nz, p.nx)-at, math.Pi); math.Abs(d) < 0.06 {
					angle, n = angle+d, n+1
				}
			}
		}
		if n > 0 {
			at += angle / n
		}
		if directions(at, lineOther) == 0 {
			dead[best] = true
		}
	}
	slices.SortStableFunc(out, func(a, b line) int { return cmp.Compare(b.length, a.length) })
	return out[:min(len(out), linesMost)]
}

// linesAlong finds the lines whose normal has an angle and marks their points
// used. A line near one of have, over the same stretch, is dropped.
func linesAlong(pts []upright2, angle, least float64, have []line) []line {
	n := geom.Vec2{math.Cos(angle), math.Sin(angle)}
	var mine []int32
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range pts {
		p := &pts[i]
		if p.used || math.Abs(p.nx*n[0]+p.nz*n[1]) < math.Cos(normalWithin) {
			continue
		}
		mine = append(mine, int32(i))
		d := n[0]*p.x + n[1]*p.z
		lo, hi = math.Min(lo, d), math.Max(hi, d)
	}
	if len(mine) == 0 || hi-lo > 5000 {
		return nil
	}
	bins := int((hi-lo)/acrossBin) + 1
	byBin := make([][]int32, bins)
	hist := make([]float64, bins)
	seen := map[[2]int32]struct{}{}
	for _, i := range mine {
		p := &pts[i]
		b := int((n[0]*p.x + n[1]*p.z - lo) / acrossBin)
		byBin[b] = append(byBin[b], i)
		k := [2]int32{int32(b), int32(math.Floor((-n[1]*p.x + n[0]*p.z) / alongBin))}
		if _, ok := seen[k]; !ok {
			seen[k] = struct{}{}
			hist[b]++
		}
	}
	smooth := func(b int) float64 {
		t := 0.0
		for d := -2; d <= 2; d++ {
			if j := b + d; j >= 0 && j < bins {
				t += hist[j] * [...]float64{1, 0.9, 0.5}[max(d, -d)]
			}
		}
		return t
	}
	order := make([]int, 0, bins)
	values := make([]float64, bins)
	for b := range bins {
		values[b] = smooth(b)
		if values[b] >= least/alongBin*0.8 {
			order = append(order, b)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
	var out []line
	for _, b := range order {
		l, ok := lineAt(pts, byBin, lo, n, lo+(float64(b)+0.5)*acrossBin)
		if !ok || l.length < least || nearAny(&l, have) || nearAny(&l, out) {
			continue
		}
		for j := max(0, b-8); j <= min(bins-1, b+8); j++ {
			for _, i := range byBin[j] {
				if math.Abs(l.offset(pts[i].x, pts[i].z)) < lineReach {
					pts[i].used = true
				}
			}
		}
		out = append(out, l)
	}
	return out
}

// lineAt fits a line near an offset.
func lineAt(pts []upright2, byBin [][]int32, lo float64, n geom.Vec2, d float64) (line, bool) {
	l := line{n: n, d: d}
	var inliers []int32
	for range 3 {
		inliers = inliers[:0]
		mean := 0.0
		b := int((l.d - lo) / acrossBin)
		for j := max(0, b-5); j <= min(len(byBin)-1, b+5); j++ {
			for _, i := range byBin[j] {
				if o := l.offset(pts[i].x, pts[i].z); !pts[i].used && math.Abs(o) < lineReach {
					inliers = append(inliers, i)
					mean += o
				}
			}
		}
		if len(inliers) < 6 {
			return l, false
		}
		l.d += mean / float64(len(inliers))
	}
	l.support = len(inliers)
	l.mark(pts, inliers)
	return l, true
}

// mark sets the line's cover from its points.
func (l *line) mark(pts []upright2, inliers []int32) {
	lo, hi := math.MaxInt, math.MinInt
	for _, i := range inliers {
		b := int(math.Floor(l.along(pts[i].x, pts[i].z) / alongBin))
		lo, hi = min(lo, b), max(hi, b)
	}
	counts := make([]int, hi-lo+1)
	for _, i := range inliers {
		counts[int(math.Floor(l.along(pts[i].x, pts[i].z)/alongBin))-lo]++
	}
	l.from, l.cover, l.length = lo, make([]bool, len(counts)), 0
	for i, c := range counts {
		l.cover[i] = c >= 2
	}
	for i := 0; i < len(l.cover); { // short runs are clutter
		j := i
		for j < len(l.cover) && l.cover[j] {
			j++
		}
		if j-i >= 2 {
			l.length += float64(j-i) * alongBin
		}
		i = max(i+1, j)
	}
	l.fill()
}

// fill closes the gaps that are short against the cover on both sides.
func (l *line) fill() {
	l.filled = slices.Clone(l.cover)
	type run struct{ a, b int }
	var runs []run
	for i := 0; i < len(l.cover); {
		j := i
		for j < len(l.cover) && l.cover[j] {
			j++
		}
		if j > i {
			if k := len(runs); k > 0 && i-runs[k-1].b <= 2 {
				runs[k-1].b = j
			} else {
				runs = append(runs, run{i, j})
			}
		}
		i = max(i+1, j)
	}
	for k := range runs {
		for i := runs[k].a; i < runs[k].b; i++ {
			l.filled[i] = true
		}
		if k == 0 {
			continue
		}
		a, b := runs[k-1], runs[k]
		beside := float64(min(a.b-a.a, b.b-b.a)) * alongBin
		if gap := float64(b.a-a.b) * alongBin; gap <= gapFilled && beside >= runBeside {
			for i := a.b; i < b.a; i++ {
				l.filled[i] = true
			}
		}
	}
}

// nearAny tells whether a line of have runs beside l so near that both are one
// face.
func nearAny(l *line, have []line) bool {
	for i := range have {
		h := &have[i]
		c := h.n.Dot(l.n)
		if math.Abs(c) < math.Cos(0.08) {
			continue
		}
		both, apart := 0, 0.0
		for k, on := range l.cover {
			if !on {
				continue
			}
			p := l.at((float64(l.from+k) + 0.5) * alongBin)
			if o := math.Abs(h.offset(p[0], p[1])); o < lineApart {
				both++
				apart += o
			}
		}
		if float64(both)*alongBin > 0.6*l.length {
			return true
		}
	}
	return false
}
