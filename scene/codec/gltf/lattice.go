package gltf

import (
	"encoding/binary"
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Grid is the cells that a mesh's positions are written in: a corner at Step
// times its cell plus Origin, in the mesh's frame. A zero Step writes floats.
type Grid struct {
	Origin geom.Vec3
	Step   geom.Vec3 // metres of a cell
}

// cellsMost is the largest cell of 16 bits.
const cellsMost = 65535

// GridOf lays a grid of a step, the same along all axes, under a mesh. Its
// origin is a multiple of the step, so that what two meshes share stays shared.
// A mesh too large for 16 bits gets the finest grid that fits.
func GridOf(m scene.Mesh, step float64) Grid {
	box := m.Box()
	if box.Empty() || step <= 0 {
		return Grid{}
	}
	size := box.Size()
	most := max(size[0], size[1], size[2])
	for most/step > cellsMost-1 {
		step *= 2
	}
	g := Grid{Step: geom.Vec3{step, step, step}}
	for k := range 3 {
		g.Origin[k] = math.Floor(box.Min[k]/step) * step
	}
	return g
}

// unitStep is the step with ones where a mesh has no extent.
func (g Grid) unitStep() geom.Vec3 {
	for k := range 3 {
		if g.Step[k] <= 0 {
			g.Step[k] = 1
		}
	}
	return g.Step
}

func (g Grid) set() bool { return g.Step[0] > 0 || g.Step[1] > 0 || g.Step[2] > 0 }

// matrix takes cells to metres.
func (g Grid) matrix() geom.Mat4 {
	s := g.unitStep()
	return mgl64.Translate3D(g.Origin[0], g.Origin[1], g.Origin[2]).Mul4(mgl64.Scale3D(s[0], s[1], s[2]))
}

// positions writes the corners of a primitive as cells of 8 or 16 bits, and
// returns their type and bounds.
func (g Grid) positions(p scene.Primitive, wide bool) (data []byte, lo, hi [3]float64) {
	step := g.unitStep()
	size := 4
	if wide {
		size = 8
	}
	n := len(p.Positions) / 3
	data = make([]byte, n*size)
	lo, hi = [3]float64{cellsMost, cellsMost, cellsMost}, [3]float64{}
	for i := range n {
		for k := range 3 {
			cell := math.Round((float64(p.Positions[3*i+k]) - g.Origin[k]) / step[k])
			cell = math.Max(0, math.Min(cellsMost, cell))
			lo[k], hi[k] = math.Min(lo[k], cell), math.Max(hi[k], cell)
			if wide {
				binary.LittleEndian.PutUint16(data[i*size+2*k:], uint16(cell))
			} else {
				data[i*size+k] = byte(cell)
			}
		}
	}
	return data, lo, hi
}

// wide tells whether cells of a mesh need 16 bits.
func (g Grid) wide(m scene.Mesh) bool {
	box, step := m.Box(), g.unitStep()
	for k := range 3 {
		if math.Round((box.Max[k]-g.Origin[k])/step[k]) > 255 {
			return true
		}
	}
	return false
}

// normals writes unit normals with the bits asked for, folded. A grid that
// stretches the mesh stretches them too, so that the stretch of the node takes
// them back.
func (w *writer) normals(p scene.Primitive, g Grid) int {
	list := p.Normals
	if w.opt.NormalWithin > 0 && w.opt.Meshopt {
		step := geom.Vec3{1, 1, 1}
		if g.set() {
			step = g.unitStep()
		}
		data, stride := meshopt.FoldWithin(list, step, w.opt.NormalWithin)
		kind := gltf.ComponentByte
		if stride == 8 {
			kind = gltf.ComponentShort
		}
		return w.accessor(streamKey{meshopt.Attributes, meshopt.Octahedral, stride, "normal"}, data, kind, gltf.AccessorVec3, true, len(list)/3)
	}
	if step := g.unitStep(); g.set() && (step[0] != step[1] || step[1] != step[2]) {
		list = append([]float32(nil), list...)
		for i := range list {
			list[i] *= float32(step[i%3] / step[0])
		}
		unitise(list)
	}
	if w.opt.NormalBits == 0 {
		return w.accessor(streamKey{meshopt.Attributes, meshopt.None, 12, "normal"}, floatBytes(list), gltf.ComponentFloat, gltf.AccessorVec3, false, len(list)/3)
	}
	kind := gltf.ComponentByte
	data, stride := meshopt.FoldNormals(list, w.opt.NormalBits)
	if stride == 8 {
		kind = gltf.ComponentShort
	}
	filter := meshopt.Octahedral
	if !w.opt.Meshopt { // without the packing there is no filter either
		filter = meshopt.None
		data = plainNormals(list, stride)
	}
	return w.accessor(streamKey{meshopt.Attributes, filter, stride, "normal"}, data, kind, gltf.AccessorVec3, true, len(list)/3)
}

// plainNormals writes normals as normalised integers.
func plainNormals(list []float32, stride int) []byte {
	out := make([]byte, len(list)/3*stride)
	for i := range len(list) / 3 {
		for k := range 3 {
			v := float64(list[3*i+k])
			if stride == 4 {
				out[4*i+k] = byte(int8(math.Round(v * 127)))
			} else {
				binary.LittleEndian.PutUint16(out[8*i+2*k:], uint16(int16(math.Round(v*32767))))
			}
		}
	}
	return out
}

// tangents writes unit tangents: a byte for each number where normals have few
// bits, too. A grid that stretches the mesh stretches them back.
func (w *writer) tangents(p scene.Primitive, g Grid) int {
	list, n := p.Tangents, len(p.Tangents)/4
	if step := g.unitStep(); g.set() && (step[0] != step[1] || step[1] != step[2]) {
		list = append([]float32(nil), list...)
		for i := range list {
			if i%4 < 3 {
				list[i] *= float32(step[0] / step[i%4])
			}
		}
		unitiseTangents(list)
	}
	if w.opt.NormalBits == 0 {
		return w.accessor(streamKey{meshopt.Attributes, meshopt.None, 16, "tangent"}, floatBytes(list), gltf.ComponentFloat, gltf.AccessorVec4, false, n)
	}
	w.require(extQuantized)
	data := make([]byte, 4*n)
	for i, v := range list {
		data[i] = byte(int8(math.Round(float64(v) * 127)))
	}
	return w.accessor(streamKey{meshopt.Attributes, meshopt.None, 4, "tangent"}, data, gltf.ComponentByte, gltf.AccessorVec4, true, n)
}

// unitiseTangents makes tangents of unit length again, and their handedness one
// or minus one.
func unitiseTangents(list []float32) {
	for i := 0; i+3 < len(list); i += 4 {
		unitise(list[i : i+3])
		hand := float32(1)
		if list[i+3] < 0 {
			hand = -1
		}
		list[i+3] = hand
	}
}
