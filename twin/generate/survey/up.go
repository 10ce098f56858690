package survey

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// plumb is the small turn that levels the largest floors and ceilings: planes
// fitted to metres of surface tell up better than the normals of its patches.
func plumb(sample []point, turn geom.Mat4) geom.Mat4 {
	fix := geom.Identity()
	for range 3 {
		pts := slices.Clone(sample)
		apply(pts, fix.Mul4(turn))
		list, _ := levels(pts)
		var ax, az, weight float64
		for _, l := range list {
			var m [5]float64 // of x, z and height about their means
			var mx, mz, my, n float64
			for pass := range 2 {
				for i := range pts {
					p := &pts[i]
					x, y, z := float64(p.P[0]), float64(p.P[1])-l.y, float64(p.P[2])
					if math.Abs(y) > levelReach || math.Abs(float64(p.N[1])) < cosLevel {
						continue
					}
					if pass == 0 {
						mx, my, mz, n = mx+x, my+y, mz+z, n+1
						continue
					}
					x, y, z = x-mx, y-my, z-mz
					m[0] += x * x
					m[1] += x * z
					m[2] += z * z
					m[3] += x * y
					m[4] += z * y
				}
				if pass == 0 {
					mx, my, mz = mx/n, my/n, mz/n
				}
			}
			det := m[0]*m[2] - m[1]*m[1]
			if n < 100 || det < 0.01*m[0]*m[2] || m[0] < n || m[2] < n { // less than a metre about its middle tells little
				continue
			}
			w := math.Min(m[0], m[2])
			ax += w * (m[3]*m[2] - m[4]*m[1]) / det
			az += w * (m[4]*m[0] - m[3]*m[1]) / det
			weight += w
		}
		if weight == 0 {
			break
		}
		up := geom.Vec3{-ax / weight, 1, -az / weight}.Normalize()
		if up[1] < math.Cos(0.02) {
			break
		}
		fix = mgl64.QuatBetweenVectors(up, geom.Vec3{0, 1, 0}).Mat4().Mul4(fix)
	}
	return fix
}

// findUp is the direction that most of a building agrees on: floors and
// ceilings are large, at few heights, and everything else stands upright on
// them. It answers a unit vector in the cloud's frame and how far the best
// direction leads the next, 0..1.
func findUp(pts []point, stated geom.Vec3) (geom.Vec3, float64) {
	var starts []geom.Vec3
	if stated.Len() > 0 {
		starts = append(starts, stated)
	}
	starts = append(starts, geom.Vec3{0, 1, 0}, geom.Vec3{0, 0, 1}, geom.Vec3{1, 0, 0})
	starts = append(starts, clusters(pts, 6)...)
	type option struct {
		up    geom.Vec3
		score float64
	}
	var options []option
	for _, u := range starts {
		for range 2 {
			u = settle(pts, u, 0.35)
		}
		u = facing(u, stated)
		same := slices.ContainsFunc(options, func(o option) bool { return o.up.Dot(u) > 0.98 })
		if !same {
			options = append(options, option{u, upScore(pts, u, stated)})
		}
	}
	slices.SortStableFunc(options, func(a, b option) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	best := options[0]
	confidence := 1.0
	if len(options) > 1 && best.score > 0 {
		confidence = 1 - 0.5*math.Min(1, options[1].score/best.score)
	}
	for _, cone := range []float64{0.2, 0.12, 0.07, 0.05, 0.05} {
		best.up = facing(settle(pts, best.up, cone), stated)
	}
	return best.up, confidence
}

// facing turns u towards the stated up axis, or towards the positive end of
// its longest axis: files are seldom upside down.
func facing(u, stated geom.Vec3) geom.Vec3 {
	if stated.Len() > 0 && math.Abs(u.Dot(stated)) > 0.3 {
		if u.Dot(stated) < 0 {
			return u.Mul(-1)
		}
		return u
	}
	longest := 0
	for axis := range 3 {
		if math.Abs(u[axis]) > math.Abs(u[longest]) {
			longest = axis
		}
	}
	if u[longest] < 0 {
		return u.Mul(-1)
	}
	return u
}

// settle refines an up axis: the normals within the cone about it should be
// along it, those within the cone about level across it. The axis is the
// eigenvector of the least eigenvalue of what is across minus what is along.
func settle(pts []point, u geom.Vec3, cone float64) geom.Vec3 {
	along, across := math.Cos(cone), math.Sin(cone)
	var m [6]float64
	for i := range pts {
		n := &pts[i].N
		x, y, z := float64(n[0]), float64(n[1]), float64(n[2])
		d := math.Abs(x*u[0] + y*u[1] + z*u[2])
		var w float64
		switch {
		case d > along:
			w = -1
		case d < across:
			w = 1
		default:
			continue
		}
		m[0] += w * x * x
		m[1] += w * x * y
		m[2] += w * x * z
		m[3] += w * y * y
		m[4] += w * y * z
		m[5] += w * z * z
	}
	v, _, _ := flattest(m)
	out := geom.Vec3{float64(v[0]), float64(v[1]), float64(v[2])}
	if out.Len() < 0.5 || math.Abs(out.Dot(u)) < math.Cos(math.Max(cone, 0.1)*1.5) {
		return u
	}
	out = out.Normalize()
	if out.Dot(u) < 0 {
		out = out.Mul(-1)
	}
	return out
}

// upScore tells how well u would do as the up axis.
func upScore(pts []point, u, stated geom.Vec3) float64 {
	var level, upright float64
	heights := map[int]float64{}
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range pts {
		n, p := &pts[i].N, &pts[i].P
		d := math.Abs(float64(n[0])*u[0] + float64(n[1])*u[1] + float64(n[2])*u[2])
		h := float64(p[0])*u[0] + float64(p[1])*u[1] + float64(p[2])*u[2]
		lo, hi = math.Min(lo, h), math.Max(hi, h)
		switch {
		case d > 0.97:
			level++
			heights[int(math.Floor(h/0.05))]++
		case d < 0.15:
			upright++
		}
	}
	if level == 0 {
		return 0
	}
	var peaks []float64
	for _, v := range heights {
		peaks = append(peaks, v)
	}
	slices.SortFunc(peaks, func(a, b float64) int { return int(math.Copysign(1, b-a)) })
	top := 0.0
	for _, v := range peaks[:min(4, len(peaks))] {
		top += v
	}
	n := float64(len(pts))
	explained := (level + upright) / n
	score := explained * explained * (0.1 + top/n) * (0.3 + top/level)
	switch { // hardly any file has x up
	case stated.Len() > 0 && u.Dot(stated) > 0.9:
		score *= 4
	case math.Abs(u[1]) > 0.94 || math.Abs(u[2]) > 0.94:
		score *= 2
	}
	return score
}

// clusters are the directions that the most normals have.
func clusters(pts []point, most int) []geom.Vec3 {
	const bins = 600
	dirs := make([]geom.Vec3, bins)
	golden := math.Pi * (3 - math.Sqrt(5))
	for i := range dirs { // half a sphere, evenly
		y := (float64(i) + 0.5) / bins
		r := math.Sqrt(1 - y*y)
		dirs[i] = geom.Vec3{r * math.Cos(golden*float64(i)), y, r * math.Sin(golden*float64(i))}
	}
	counts := make([]int, bins)
	for i := 0; i < len(pts); i += 1 + len(pts)/10_000 {
		n := geom.Vec3{float64(pts[i].N[0]), float64(pts[i].N[1]), float64(pts[i].N[2])}
		best, at := 0.0, 0
		for b, d := range dirs {
			if c := math.Abs(d.Dot(n)); c > best {
				best, at = c, b
			}
		}
		counts[at]++
	}
	var out []geom.Vec3
	for len(out) < most {
		best := -1
		for b := range dirs {
			apart := !slices.ContainsFunc(out, func(o geom.Vec3) bool { return math.Abs(o.Dot(dirs[b])) > 0.93 })
			if apart && (best < 0 || counts[b] > counts[best]) {
				best = b
			}
		}
		if best < 0 || counts[best] == 0 {
			break
		}
		out = append(out, dirs[best])
	}
	return out
}
