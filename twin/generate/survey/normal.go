package survey

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// What counts as a neighbourhood.
const (
	reachUsual    = 3  // voxels: less than a thin wall, whose faces are not one surface
	reachMost     = 12 // voxels
	neighboursFew = 14 // median below which the reach grows
	sparseShare   = 0.2
	reachAgain    = 0.6  // of the reach, where two surfaces lie within it
	roughMost     = 0.12 // least over sum of eigenvalues: above it is no surface
)

// near finds the points around a place: points sorted by cell, and where each
// cell begins.
type near struct {
	pts   []point
	size  float64
	min   [3]float64
	table map3
}

// map3 is a table from cell keys to ranges of points.
type map3 struct {
	keys   []uint64
	lo, hi []int32
}

func (m *map3) find(key uint64) (lo, hi int32) {
	mask := uint64(len(m.keys) - 1)
	for i := hash(key) & mask; m.keys[i] != 0; i = (i + 1) & mask {
		if m.keys[i] == key+1 {
			return m.lo[i], m.hi[i]
		}
	}
	return 0, 0
}

func (m *map3) put(key uint64, lo, hi int32) {
	mask := uint64(len(m.keys) - 1)
	i := hash(key) & mask
	for m.keys[i] != 0 {
		i = (i + 1) & mask
	}
	m.keys[i], m.lo[i], m.hi[i] = key+1, lo, hi
}

// newNear sorts pts by cells of the given size, metres, in place.
func newNear(pts []point, size float64) *near {
	g := &near{pts: pts, size: size, min: [3]float64{math.Inf(1), math.Inf(1), math.Inf(1)}}
	for i := range pts {
		for axis := range 3 {
			g.min[axis] = math.Min(g.min[axis], float64(pts[i].P[axis]))
		}
	}
	for axis := range 3 {
		g.min[axis] -= 2 * size
	}
	type keyed struct {
		key uint64
		p   point
	}
	all := make([]keyed, len(pts))
	for i := range pts {
		all[i] = keyed{g.key(pts[i].P, 0, 0, 0), pts[i]}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	cells := 0
	for i := range all {
		pts[i] = all[i].p
		if i == 0 || all[i].key != all[i-1].key {
			cells++
		}
	}
	slots := 16
	for slots < 2*cells {
		slots *= 2
	}
	g.table = map3{make([]uint64, slots), make([]int32, slots), make([]int32, slots)}
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].key == all[i].key {
			j++
		}
		g.table.put(all[i].key, int32(i), int32(j))
		i = j
	}
	return g
}

func (g *near) key(p [3]float32, dx, dy, dz int) uint64 {
	x := int64((float64(p[0])-g.min[0])/g.size) + int64(dx)
	y := int64((float64(p[1])-g.min[1])/g.size) + int64(dy)
	z := int64((float64(p[2])-g.min[2])/g.size) + int64(dz)
	const most = 1<<cellBits - 1
	return uint64(min(x, most))<<(2*cellBits) | uint64(min(y, most))<<cellBits | uint64(min(z, most))
}

// moments sums the neighbours of p within a reach of up to the cell size.
func (g *near) moments(p [3]float32, reach float64) (n int, cov [6]float64) {
	var sum [3]float64
	r2 := float32(reach * reach)
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			for dz := -1; dz <= 1; dz++ {
				lo, hi := g.table.find(g.key(p, dx, dy, dz))
				for i := lo; i < hi; i++ {
					q := &g.pts[i].P
					x, y, z := q[0]-p[0], q[1]-p[1], q[2]-p[2]
					if x*x+y*y+z*z > r2 {
						continue
					}
					n++
					fx, fy, fz := float64(x), float64(y), float64(z)
					sum[0] += fx
					sum[1] += fy
					sum[2] += fz
					cov[0] += fx * fx
					cov[1] += fx * fy
					cov[2] += fx * fz
					cov[3] += fy * fy
					cov[4] += fy * fz
					cov[5] += fz * fz
				}
			}
		}
	}
	k := 1 / float64(n)
	cov[0] = cov[0]*k - sum[0]*sum[0]*k*k
	cov[1] = cov[1]*k - sum[0]*sum[1]*k*k
	cov[2] = cov[2]*k - sum[0]*sum[2]*k*k
	cov[3] = cov[3]*k - sum[1]*sum[1]*k*k
	cov[4] = cov[4]*k - sum[1]*sum[2]*k*k
	cov[5] = cov[5]*k - sum[2]*sum[2]*k*k
	return n, cov
}

// surfaces drops the points that stand alone and gives the others a normal. It
// answers how far apart neighbours are, metres.
func surfaces(ctx context.Context, pts []point, voxel float64) (kept []point, spacing float64, err error) {
	var g *near
	median := 0
	reach := float64(reachUsual)
	for ; ; reach *= 1.4 {
		g = newNear(pts, reach*voxel)
		var counts []int
		for i := 0; i < len(pts); i += max(1, len(pts)/2000) {
			n, _ := g.moments(pts[i].P, g.size)
			counts = append(counts, n)
		}
		slices.Sort(counts)
		if median = counts[len(counts)/2]; median >= neighboursFew || reach*1.4 > reachMost {
			break
		}
	}
	few := max(4, int(sparseShare*float64(median)))
	keep := make([]bool, len(pts))
	normals := make([][3]float32, len(pts))
	err = inParts(ctx, len(pts), func(i int) {
		n, cov := g.moments(pts[i].P, g.size)
		if n < few {
			return
		}
		keep[i] = true
		v, least, total := flattest(cov)
		if total > 0 && least < roughMost*total {
			normals[i] = v
			return
		}
		if n, cov = g.moments(pts[i].P, reachAgain*g.size); n >= 6 {
			if v, least, total = flattest(cov); total > 0 && least < roughMost*total {
				normals[i] = v
			}
		}
	})
	if err != nil {
		return nil, 0, err
	}
	kept = pts[:0]
	for i := range pts {
		if keep[i] {
			p := pts[i]
			p.N = normals[i]
			kept = append(kept, p)
		}
	}
	// A disc of this radius holds the median's points.
	spacing = math.Max(voxel, reach*voxel*math.Sqrt(math.Pi/float64(max(1, median))))
	return kept, spacing, nil
}

// inParts calls f for 0..n-1 on all cores and waits.
func inParts(ctx context.Context, n int, f func(i int)) error {
	return inRanges(ctx, n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			f(i)
		}
	})
}

// inRanges parts 0..n-1 among all cores, range by range, and waits.
func inRanges(ctx context.Context, n int, f func(lo, hi int)) error {
	const long = 4096
	var next atomic.Int64
	var wait sync.WaitGroup
	for range max(1, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for ctx.Err() == nil {
				hi := int(next.Add(long))
				if hi-long >= n {
					return
				}
				f(hi-long, min(n, hi))
			}
		})
	}
	wait.Wait()
	return ctx.Err()
}

// flattest is the eigenvector of the least eigenvalue of a symmetric matrix
// (xx, xy, xz, yy, yz, zz), that eigenvalue, and the sum of all three.
func flattest(m [6]float64) (v [3]float32, least, total float64) {
	total = m[0] + m[3] + m[5]
	q := total / 3
	a, d, f := m[0]-q, m[3]-q, m[5]-q
	p := math.Sqrt((a*a + d*d + f*f + 2*(m[1]*m[1]+m[2]*m[2]+m[4]*m[4])) / 6)
	if p == 0 || p != p {
		return v, 0, 0
	}
	det := a*(d*f-m[4]*m[4]) - m[1]*(m[1]*f-m[4]*m[2]) + m[2]*(m[1]*m[4]-d*m[2])
	r := math.Max(-1, math.Min(1, det/(2*p*p*p)))
	least = q + 2*p*math.Cos(math.Acos(r)/3+2*math.Pi/3)
	rows := [3][3]float64{{m[0] - least, m[1], m[2]}, {m[1], m[3] - least, m[4]}, {m[2], m[4], m[5] - least}}
	best := 0.0
	for i := range 3 {
		a, b := rows[i], rows[(i+1)%3]
		c := [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
		if l := c[0]*c[0] + c[1]*c[1] + c[2]*c[2]; l > best {
			best = l
			k := 1 / math.Sqrt(l)
			v = [3]float32{float32(c[0] * k), float32(c[1] * k), float32(c[2] * k)}
		}
	}
	if best == 0 {
		return v, 0, 0
	}
	return v, math.Max(0, least), total
}
