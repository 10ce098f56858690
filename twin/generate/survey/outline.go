package survey

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// side is an edge of a room's outline while it is traced.
type side struct {
	a, b geom.Vec2
	line int
}

// chain joins directed sides to loops. Where loops touch in a point the
// sharpest turn towards the inside is taken, so that they stay apart.
func chain(sides []side) [][]side {
	key := func(p geom.Vec2) [2]int64 {
		return [2]int64{int64(math.Round(p[0] * 1e4)), int64(math.Round(p[1] * 1e4))}
	}
	from := map[[2]int64][]int{}
	for i, sd := range sides {
		k := key(sd.a)
		from[k] = append(from[k], i)
	}
	lookup := func(p geom.Vec2) []int {
		k := key(p)
		for dx := int64(-1); dx <= 1; dx++ {
			for dz := int64(-1); dz <= 1; dz++ {
				if l := from[[2]int64{k[0] + dx, k[1] + dz}]; len(l) > 0 {
					return l
				}
			}
		}
		return nil
	}
	used := make([]bool, len(sides))
	var loops [][]side
	for i := range sides {
		if used[i] {
			continue
		}
		var loop []side
		for at := i; at >= 0 && !used[at]; {
			used[at] = true
			loop = append(loop, sides[at])
			next, best := -1, math.Inf(-1)
			in := sides[at].b.Sub(sides[at].a)
			for _, j := range lookup(sides[at].b) {
				if used[j] {
					continue
				}
				out := sides[j].b.Sub(sides[j].a)
				turn := math.Atan2(in[0]*out[1]-in[1]*out[0], in.Dot(out))
				if turn > best {
					next, best = j, turn
				}
			}
			at = next
		}
		if loop[0].a.Sub(loop[len(loop)-1].b).Len() < 1e-3 {
			loops = append(loops, loop)
		}
	}
	return loops
}

// straighten joins sides that follow each other on one line.
func straighten(loop []side) []side {
	var out []side
	for _, sd := range loop {
		if k := len(out); k > 0 && out[k-1].line == sd.line {
			out[k-1].b = sd.b
			continue
		}
		out = append(out, sd)
	}
	if k := len(out); k > 1 && out[0].line == out[k-1].line {
		out[0].a = out[k-1].a
		out = out[:k-1]
	}
	return out
}

// refit moves every side onto the points near it and answers the corners
// between them.
func refit(loop []side, ls []line, walls [2][]upright2) []geom.Vec2 {
	n := len(loop)
	normals, offsets := make([]geom.Vec2, n), make([]float64, n)
	for i, sd := range loop {
		along := sd.b.Sub(sd.a).Normalize()
		normals[i] = geom.Vec2{-along[1], along[0]}
		offsets[i] = normals[i].Dot(sd.a)
		if sd.line < 0 || ls[sd.line].made {
			continue
		}
		// High up nothing stands before a wall and no leaf closes an opening.
		f, ok := fitSide(sd.a, sd.b, walls[0])
		if !ok {
			f, ok = fitSide(sd.a, sd.b, walls[1])
		}
		if !ok {
			continue
		}
		normals[i], offsets[i] = f.n, f.d
	}
	out := make([]geom.Vec2, 0, n)
	for i := range n {
		j := (i + n - 1) % n // the corner between side j and side i
		p, ok := meet(normals[j], offsets[j], normals[i], offsets[i])
		if !ok || p.Sub(loop[i].a).Len() > 0.25 {
			p = loop[i].a
		}
		out = append(out, p)
	}
	return out
}

// distinct leaves out corners that coincide with the one before.
func distinct(loop []geom.Vec2) []geom.Vec2 {
	const least = 1e-3 // metres
	var out []geom.Vec2
	for _, p := range loop {
		if n := len(out); n == 0 || p.Sub(out[n-1]).Len() > least {
			out = append(out, p)
		}
	}
	for len(out) > 1 && out[0].Sub(out[len(out)-1]).Len() <= least {
		out = out[:len(out)-1]
	}
	return out
}

// simple tells whether no two sides of a loop touch but neighbours in their
// corner.
func simple(loop []geom.Vec2) bool {
	n := len(loop)
	turn := func(a, b, c geom.Vec2) float64 { return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0]) }
	for i := range n {
		a, b := loop[i], loop[(i+1)%n]
		for j := i + 2; j < n; j++ {
			if i == 0 && j == n-1 {
				continue
			}
			c, d := loop[j], loop[(j+1)%n]
			if turn(a, b, c)*turn(a, b, d) <= 0 && turn(c, d, a)*turn(c, d, b) <= 0 &&
				math.Max(a[0], b[0]) >= math.Min(c[0], d[0]) && math.Max(c[0], d[0]) >= math.Min(a[0], b[0]) &&
				math.Max(a[1], b[1]) >= math.Min(c[1], d[1]) && math.Max(c[1], d[1]) >= math.Min(a[1], b[1]) {
				return false
			}
		}
	}
	return n >= 3
}

// meet is where two lines n·p = d cross, unless they are nearly parallel.
func meet(n geom.Vec2, d float64, m geom.Vec2, e float64) (geom.Vec2, bool) {
	det := n[0]*m[1] - n[1]*m[0]
	if math.Abs(det) < 0.12 {
		return geom.Vec2{}, false
	}
	return geom.Vec2{(d*m[1] - e*n[1]) / det, (n[0]*e - m[0]*d) / det}, true
}

// fitted is a line fitted to upright points.
type fitted struct {
	n   geom.Vec2
	d   float64
	rms float64
	k   int
}

// fitSide fits a line to the points along a side: least squares, with the
// points far from the fit left out in the next round.
func fitSide(a, b geom.Vec2, walls []upright2) (fitted, bool) {
	const ends = 0.08 // metres near the corners, where other walls bend the normals
	dir := b.Sub(a)
	long := dir.Len()
	if long < 0.15 {
		return fitted{}, false
	}
	dir = dir.Mul(1 / long)
	f := fitted{n: geom.Vec2{-dir[1], dir[0]}}
	f.d = f.n.Dot(a)
	trim := math.Min(ends, long/4)
	var near []int32
	for i := range walls {
		w := &walls[i]
		x, z := w.x-a[0], w.z-a[1]
		t := dir[0]*x + dir[1]*z
		if o := f.n[0]*x + f.n[1]*z; t < trim || t > long-trim || math.Abs(o) > 0.08 || math.Abs(w.nx*f.n[0]+w.nz*f.n[1]) < 0.95 {
			continue
		}
		near = append(near, int32(i))
	}
	mid := a.Add(b).Mul(0.5)
	for round, reach := range []float64{0.045, 0.035, 0.03, 0.03} {
		var st, so, stt, sto, soo, k float64
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, i := range near {
			w := &walls[i]
			o := f.n[0]*w.x + f.n[1]*w.z - f.d
			if math.Abs(o) > reach {
				continue
			}
			t := dir[0]*(w.x-mid[0]) + dir[1]*(w.z-mid[1])
			lo, hi = math.Min(lo, t), math.Max(hi, t)
			st, so, stt, sto, soo, k = st+t, so+o, stt+t*t, sto+t*o, soo+o*o, k+1
		}
		if k < 12 {
			return fitted{}, false
		}
		slope := 0.0
		if v := stt - st*st/k; hi-lo > 0.8 && v > 0 && round > 0 {
			slope = (sto - st*so/k) / v
		}
		if math.Abs(slope) > 0.05 {
			slope = 0
		}
		mean, centre := so/k, st/k
		f.rms = math.Sqrt(math.Max(0, soo/k-mean*mean))
		f.k = int(k)
		// turned about the middle of its points
		p := mid.Add(dir.Mul(centre)).Add(f.n.Mul(f.d + mean - f.n.Dot(mid.Add(dir.Mul(centre)))))
		dir = dir.Add(f.n.Mul(slope)).Normalize()
		f.n = geom.Vec2{-dir[1], dir[0]}
		f.d = f.n.Dot(p)
	}
	return f, true
}
