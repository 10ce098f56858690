package survey

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
)

// Bounds of what is worked with.
const (
	voxelUsual     = 0.025
	pointsUsual    = 3_000_000
	pointsLeast    = 500
	extentInMetres = 1500 // of a building; more is taken for millimetres
	cellBits       = 21   // of a voxel's index along each axis
)

// point is a thinned point of the scan.
type point struct {
	P, N [3]float32 // N is zero where no surface was found; its sign means nothing
	C    [3]uint8   // sRGB
}

// errFull says that a voxel is too small for the points allowed.
var errFull = errors.New("more voxels than allowed")

// voxels sums points by voxel, in a table with open addressing.
type voxels struct {
	keys []uint64 // plus one; zero is free
	sums []voxelSum
	used int
}

type voxelSum struct {
	x, y, z float32 // metres from the voxel's corner
	r, g, b uint32
	n       uint32
}

func newVoxels(capacity int) *voxels {
	size := 1 << 16
	for size < capacity {
		size *= 2
	}
	return &voxels{keys: make([]uint64, size), sums: make([]voxelSum, size)}
}

func hash(key uint64) uint64 {
	key ^= key >> 31
	key *= 0x9e3779b97f4a7c15
	return key ^ key>>29
}

// at returns the sum of a voxel.
func (v *voxels) at(key uint64) *voxelSum {
	if 4*v.used > 3*len(v.keys) {
		v.grow()
	}
	mask := uint64(len(v.keys) - 1)
	for i := hash(key) >> 8 & mask; ; i = (i + 1) & mask {
		if v.keys[i] == key+1 {
			return &v.sums[i]
		}
		if v.keys[i] == 0 {
			v.keys[i] = key + 1
			v.used++
			return &v.sums[i]
		}
	}
}

func (v *voxels) grow() {
	old := *v
	*v = *newVoxels(2 * len(old.keys))
	for i, k := range old.keys {
		if k != 0 {
			*v.at(k - 1) = old.sums[i]
		}
	}
}

// lattice maps positions to voxel keys.
type lattice struct {
	origin [3]float64
	size   float64
}

func (l lattice) index(axis int, v float32) uint64 {
	i := math.Floor((float64(v) - l.origin[axis]) / l.size)
	return uint64(math.Max(0, math.Min(1<<cellBits-1, i)))
}

// thin averages the points of each voxel. Shards of the table are filled by as
// many goroutines as there are cores, each of which reads all points. It
// answers errFull when more voxels than allowed are met.
func thin(ctx context.Context, cloud *Cloud, grid lattice, scale float32, most int) ([]point, error) {
	n := len(cloud.Positions) / 3
	workers := max(1, min(8, runtime.GOMAXPROCS(0)))
	coloured := len(cloud.Colors) == 3*n
	tables := make([]*voxels, workers)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			table := newVoxels(min(n, most) / workers / 2)
			tables[w] = table
			for i := range n {
				if i&0xffff == 0 && ctx.Err() != nil {
					errs[w] = ctx.Err()
					return
				}
				x, y, z := cloud.Positions[3*i]*scale, cloud.Positions[3*i+1]*scale, cloud.Positions[3*i+2]*scale
				if x-x != 0 || y-y != 0 || z-z != 0 { // not finite
					continue
				}
				ix, iy, iz := grid.index(0, x), grid.index(1, y), grid.index(2, z)
				key := ix<<(2*cellBits) | iy<<cellBits | iz
				if int(hash(key)&0xff)%workers != w {
					continue
				}
				v := table.at(key)
				if table.used > most/workers+most/64 {
					errs[w] = errFull
					return
				}
				v.x += x - float32(grid.origin[0]+float64(ix)*grid.size)
				v.y += y - float32(grid.origin[1]+float64(iy)*grid.size)
				v.z += z - float32(grid.origin[2]+float64(iz)*grid.size)
				v.n++
				if coloured {
					v.r += uint32(cloud.Colors[3*i])
					v.g += uint32(cloud.Colors[3*i+1])
					v.b += uint32(cloud.Colors[3*i+2])
				}
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	total := 0
	for _, t := range tables {
		total += t.used
	}
	type keyed struct {
		key uint64
		p   point
	}
	all := make([]keyed, 0, total)
	for _, t := range tables {
		for i, k := range t.keys {
			if k == 0 {
				continue
			}
			k--
			s := t.sums[i]
			n := float32(s.n)
			at := func(axis int, sum float32) float32 {
				corner := grid.origin[axis] + float64(k>>((2-axis)*cellBits)&(1<<cellBits-1))*grid.size
				return float32(corner) + sum/n
			}
			all = append(all, keyed{k, point{
				P: [3]float32{at(0, s.x), at(1, s.y), at(2, s.z)},
				C: [3]uint8{uint8(s.r / s.n), uint8(s.g / s.n), uint8(s.b / s.n)},
			}})
		}
	}
	slices.SortFunc(all, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	pts := make([]point, len(all))
	for i := range all {
		pts[i] = all[i].p
	}
	return pts, nil
}

// prepare thins the cloud, drops outliers and finds the normals.
func (s *Survey) prepare(ctx context.Context, cloud *Cloud, opts Options) ([]point, error) {
	n := len(cloud.Positions) / 3
	s.Points.Read = n
	if n < pointsLeast {
		return nil, fmt.Errorf("%d points, %d are the least: %w", n, pointsLeast, ErrTooSparse)
	}
	lo, hi := spread(cloud.Positions)
	s.Frame.Scale = 1
	if e := max(hi[0]-lo[0], hi[1]-lo[1], hi[2]-lo[2]); e > extentInMetres {
		s.Frame.Scale = 0.001
		s.note("the scan is %.0f units wide: taken for millimetres", e)
	}
	scale := s.Frame.Scale
	voxel, most := opts.Voxel, opts.PointsMax
	if voxel <= 0 {
		voxel = voxelUsual
	}
	if most <= 0 {
		most = pointsUsual
	}
	for {
		grid := lattice{size: voxel}
		for axis := range 3 { // what strays far beyond the building ends in the outermost voxels
			grid.origin[axis] = lo[axis]*scale - (hi[axis]-lo[axis])*scale*0.5 - 1
		}
		pts, err := thin(ctx, cloud, grid, float32(scale), most)
		if errors.Is(err, errFull) {
			voxel *= 1.3
			continue
		}
		if err != nil {
			return nil, err
		}
		s.Points.Voxel, s.Points.Thinned = voxel, len(pts)
		if len(pts) < pointsLeast {
			return nil, fmt.Errorf("%d points remain after thinning to %.0f mm: %w", len(pts), 1000*voxel, ErrTooSparse)
		}
		kept, spacing, err := surfaces(ctx, pts, voxel)
		if err != nil {
			return nil, err
		}
		s.Points.spacing = spacing
		s.Points.Outlier = len(pts) - len(kept)
		if len(kept) < pointsLeast {
			return nil, fmt.Errorf("%d points remain of %d without the noise: %w", len(kept), len(pts), ErrTooSparse)
		}
		if voxel > 1.01*max(opts.Voxel, voxelUsual) {
			s.note("thinned to %.0f mm to stay within %d points", 1000*voxel, most)
		}
		return kept, nil
	}
}

// spread is the box of the points without the outermost thousandth on each side.
func spread(positions []float32) (lo, hi [3]float64) {
	n := len(positions) / 3
	stride := max(1, n/100_000)
	for axis := range 3 {
		var v []float32
		for i := 0; i < n; i += stride {
			if x := positions[3*i+axis]; x-x == 0 {
				v = append(v, x)
			}
		}
		slices.Sort(v)
		if len(v) > 0 {
			lo[axis], hi[axis] = float64(v[len(v)/1000]), float64(v[len(v)-1-len(v)/1000])
		}
	}
	return lo, hi
}
