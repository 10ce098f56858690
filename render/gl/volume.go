package gl

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Two coarse volumes over the scene stand for the light that bounces. The fine
// one says how full space is: a surface that faces fullness lies in a corner and
// is darker there, which is ambient occlusion without a pass of its own, steady
// under motion. The coarse one says the same over a longer reach, and how much
// light the luminaires send to a place (luminaire.go).

// Limits of the occlusion volume: cells of about a decimetre, 16 MB at most.
const (
	occlusionCell = 0.125 // metres
	occlusionMost = 256   // cells along x and z
	occlusionTall = 64    // cells along y
)

// voxels is how full each cell of a box is.
type voxels struct {
	box        geom.Box
	nx, ny, nz int
	full       []uint8
}

// around is the box of the volumes over what stands within bounds.
func around(bounds geom.Box) geom.Box {
	pad := geom.Vec3{1, 0.5, 1}
	return geom.Box{Min: bounds.Min.Sub(pad), Max: bounds.Max.Add(pad)}
}

// newVoxels marks the cells that the scene's solid surfaces pass through, as
// they stood at a moment, without what is hidden.
func newVoxels(sc *scene.Scene, s *pose) voxels {
	v := voxels{box: around(s.bounds)}
	size := v.box.Size()
	count := func(length float64, most int) int {
		n := 8 // a multiple of the coarsest level
		for n < most && float64(n)*occlusionCell < length {
			n += 8
		}
		return n
	}
	v.nx, v.ny, v.nz = count(size[0], occlusionMost), count(size[1], occlusionTall), count(size[2], occlusionMost)
	v.full = make([]uint8, v.nx*v.ny*v.nz)
	v.fillFrom(sc, s)
	return v
}

// mark fills the cell of a point in units of cells.
func (v *voxels) mark(x, y, z float64) {
	cx, cy, cz := int(x), int(y), int(z)
	if x >= 0 && y >= 0 && z >= 0 && cx < v.nx && cy < v.ny && cz < v.nz {
		v.full[(cz*v.ny+cy)*v.nx+cx] = 255
	}
}

// toCells is the transform from the site's frame to units of cells.
func (v *voxels) toCells() geom.Mat4 {
	size := v.box.Size()
	return mgl64.Scale3D(float64(v.nx)/size[0], float64(v.ny)/size[1], float64(v.nz)/size[2]).
		Mul4(mgl64.Translate3D(-v.box.Min[0], -v.box.Min[1], -v.box.Min[2]))
}

// sampleStep is less than a cell, so that no triangle's inside is stepped over.
const sampleStep = 0.8

// Where several things share a mesh, its surface is sampled once, and of the
// samples in each half of a cell one is kept.
const (
	sampledMost = 3 // things that are sampled each by itself
	specksEdge  = 2 // to a cell
)

// fillFrom marks the solid surfaces of everything drawn, on all cores.
func (v *voxels) fillFrom(sc *scene.Scene, s *pose) {
	cells := v.toCells()
	var begin []int // of the things of each slot
	for i := range s.things {
		if i == 0 || s.things[i].slot != s.things[i-1].slot {
			begin = append(begin, i)
		}
	}
	begin = append(begin, len(s.things))
	workers := min(runtime.GOMAXPROCS(0), fillersMost)
	parts := make([]voxels, workers)
	var next atomic.Int64
	var all sync.WaitGroup
	for k := range parts {
		parts[k] = *v
		if k > 0 {
			parts[k].full = make([]uint8, len(v.full))
		}
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i+1 < len(begin); i = int(next.Add(1)) - 1 {
				parts[k].fillSlot(sc, s.things[begin[i]:begin[i+1]], cells)
			}
		})
	}
	all.Wait()
	for k := 1; k < workers; k++ {
		for i, x := range parts[k].full {
			v.full[i] |= x
		}
	}
}

// fillersMost bounds the copies of the volume, one for each core: 16 MB.
const fillersMost = 4

// fillSlot marks the surfaces of things of one mesh.
func (v *voxels) fillSlot(sc *scene.Scene, things []posed, cells geom.Mat4) {
	mesh := sc.Meshes[things[0].mesh]
	if len(things) <= sampledMost {
		for i := range things {
			if !things[i].hidden {
				probe(sc, mesh, cells.Mul4(things[i].world), v.mark)
			}
		}
		return
	}
	long := 0.0
	for i := range things {
		long = math.Max(long, things[i].long)
	}
	scale := long * math.Max(cells[0], math.Max(cells[5], cells[10])) // cells of a metre of the mesh
	var specks []geom.Vec3
	known := map[[3]int32]bool{}
	probe(sc, mesh, mgl64.Scale3D(scale, scale, scale), func(x, y, z float64) {
		key := [3]int32{int32(math.Floor(x * specksEdge)), int32(math.Floor(y * specksEdge)), int32(math.Floor(z * specksEdge))}
		if !known[key] {
			known[key] = true
			specks = append(specks, geom.Vec3{x / scale, y / scale, z / scale})
		}
	})
	for i := range things {
		if things[i].hidden {
			continue
		}
		w := cells.Mul4(things[i].world)
		for _, p := range specks {
			v.mark(w[0]*p[0]+w[4]*p[1]+w[8]*p[2]+w[12], w[1]*p[0]+w[5]*p[1]+w[9]*p[2]+w[13], w[2]*p[0]+w[6]*p[1]+w[10]*p[2]+w[14])
		}
	}
}

// probe visits points of a mesh's solid surfaces, transformed to units of
// cells.
func probe(sc *scene.Scene, mesh scene.Mesh, w geom.Mat4, visit func(x, y, z float64)) {
	for _, p := range mesh.Primitives {
		if sc.Materials[p.Material].Clear() {
			continue
		}
		at := func(i uint32) geom.Vec3 {
			x, y, z := float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])
			return geom.Vec3{w[0]*x + w[4]*y + w[8]*z + w[12], w[1]*x + w[5]*y + w[9]*z + w[13], w[2]*x + w[6]*y + w[10]*z + w[14]}
		}
		for i := 0; i+2 < len(p.Indices); i += 3 {
			a, b, c := at(p.Indices[i]), at(p.Indices[i+1]), at(p.Indices[i+2])
			ab, ac := b.Sub(a), c.Sub(a)
			n := int(math.Min(400, math.Ceil(ab.Len()/sampleStep)))
			m := int(math.Min(400, math.Ceil(ac.Len()/sampleStep)))
			if n <= 1 && m <= 1 {
				visit((a[0]+b[0]+c[0])/3, (a[1]+b[1]+c[1])/3, (a[2]+b[2]+c[2])/3)
				continue
			}
			for j := range n + 1 {
				u := float64(j) / float64(n)
				row := int(math.Ceil(float64(m) * (1 - u)))
				for k := range row + 1 {
					q := math.Min(float64(k)/float64(m), 1-u)
					visit(a[0]+u*ab[0]+q*ac[0], a[1]+u*ab[1]+q*ac[1], a[2]+u*ab[2]+q*ac[2])
				}
			}
		}
	}
}

// halved is the next coarser level.
func (v voxels) halved() voxels {
	h := voxels{box: v.box, nx: max(1, v.nx/2), ny: max(1, v.ny/2), nz: max(1, v.nz/2)}
	h.full = make([]uint8, h.nx*h.ny*h.nz)
	for z := range h.nz {
		for y := range h.ny {
			for x := range h.nx {
				sum := 0
				for k := range 8 {
					sum += int(v.full[((2*z+k>>2)*v.ny+2*y+k>>1&1)*v.nx+2*x+k&1])
				}
				h.full[(z*h.ny+y)*h.nx+x] = uint8(sum / 8)
			}
		}
	}
	return h
}

// newOcclusion makes the texture that is looked up for what is close by.
func newOcclusion(v voxels) (id uint32) {
	gl41.GenTextures(1, &id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitOcclusion)
	gl41.BindTexture(gl41.TEXTURE_3D, id)
	gl41.PixelStorei(gl41.UNPACK_ALIGNMENT, 1)
	gl41.TexImage3D(gl41.TEXTURE_3D, 0, gl41.R8, int32(v.nx), int32(v.ny), int32(v.nz), 0, gl41.RED, gl41.UNSIGNED_BYTE, data(v.full))
	gl41.PixelStorei(gl41.UNPACK_ALIGNMENT, 4)
	smoothVolume()
	return id
}

func smoothVolume() {
	gl41.TexParameteri(gl41.TEXTURE_3D, gl41.TEXTURE_MAX_LEVEL, 0)
	gl41.TexParameteri(gl41.TEXTURE_3D, gl41.TEXTURE_MIN_FILTER, gl41.LINEAR)
	gl41.TexParameteri(gl41.TEXTURE_3D, gl41.TEXTURE_MAG_FILTER, gl41.LINEAR)
	for _, axis := range []uint32{gl41.TEXTURE_WRAP_S, gl41.TEXTURE_WRAP_T, gl41.TEXTURE_WRAP_R} {
		gl41.TexParameteri(gl41.TEXTURE_3D, axis, gl41.CLAMP_TO_EDGE)
	}
}

// openness is, for each cell of the next coarser grid, how much of the light
// from around reaches it: 1 in the open.
func (v voxels) openness() (nx, ny, nz int, open []float32) {
	near := v.halved()
	far := near.halved()
	open = make([]float32, len(near.full))
	for z := range near.nz {
		for y := range near.ny {
			for x := range near.nx {
				i := (z*near.ny+y)*near.nx + x
				a := float64(near.full[i]) / 255
				b := far.smooth(x, y, z)
				open[i] = float32((1 - math.Min(0.6, 0.8*a)) * (1 - math.Min(0.6, 1.1*b)))
			}
		}
	}
	return near.nx, near.ny, near.nz, open
}

// smooth is the fullness, 0..1, at the middle of a cell of the next finer grid.
func (v voxels) smooth(x, y, z int) float64 {
	sum := 0.0
	for k := range 8 {
		// Of the two nearest cells along each axis, the own one weighs 3/4.
		w, at := 1.0, [3]int{}
		for axis, p := range [3]int{x, y, z} {
			own := p / 2
			if k>>axis&1 == 0 {
				at[axis] = own
				w *= 0.75
				continue
			}
			at[axis] = own - 1 + p%2*2
			w *= 0.25
		}
		at[0], at[1], at[2] = max(0, min(v.nx-1, at[0])), max(0, min(v.ny-1, at[1])), max(0, min(v.nz-1, at[2]))
		sum += w * float64(v.full[(at[2]*v.ny+at[1])*v.nx+at[0]]) / 255
	}
	return sum
}
