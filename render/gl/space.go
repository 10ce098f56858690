package gl

import (
	"math"
	"unsafe"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
)

// Limits of what is drawn over a scene: far above what anyone can read, low
// enough that a slip of the caller cannot exhaust the memory.
const (
	heatCellsMost  = 1 << 20
	heatmapsMost   = 8
	volumesMost    = 2
	arrowsMost     = 256
	figuresMost    = 4096
	ghostsMost     = 64
	trailVertsMost = 1 << 20
	flowVertsMost  = trailVertsMost + 1<<19
)

// space is what lies in the scene to explain it: heat on the floor, trails,
// the shade under people, arrows.
type space struct {
	heat, paint program
	array       uint32 // vertex array of painted triangles
	vertices    stream
	list        []overlay.Vertex
	flat        int   // vertices that lie on the floor
	arrows      []int // end of each arrow in list

	maps   []heatTexture
	slices []overlay.Heatmap // of volumes
	ramps  [2]uint32         // palettes as textures
	values [][4]float32
}

// heatTexture holds the values of the heatmap of one place in the list.
type heatTexture struct {
	id  uint32
	key uint64
}

func (s *space) prepare(l *loader) (err error) {
	if s.heat, err = l.link("heat.vert", "heat.frag", "", "area", "scale"); err != nil {
		return err
	}
	if s.paint, err = l.link("paint.vert", "paint.frag", "", "mode"); err != nil {
		return err
	}
	gl41.GenVertexArrays(1, &s.array)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitPalette)
	gl41.GenTextures(2, &s.ramps[0])
	for i, p := range []overlay.Palette{overlay.Sequential, overlay.Diverging} {
		gl41.BindTexture(gl41.TEXTURE_2D, s.ramps[i])
		gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.RGBA16F, 256, 1, 0, gl41.RGBA, gl41.FLOAT, data(p.Table(256)))
		clampLinear()
	}
	return nil
}

func clampLinear() {
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MIN_FILTER, gl41.LINEAR)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_MAG_FILTER, gl41.LINEAR)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_WRAP_S, gl41.CLAMP_TO_EDGE)
	gl41.TexParameteri(gl41.TEXTURE_2D, gl41.TEXTURE_WRAP_T, gl41.CLAMP_TO_EDGE)
}

// heatWhole tells whether a heatmap's numbers fit each other.
func heatWhole(h *overlay.Heatmap) bool {
	n := len(h.Values)
	return h.Columns > 0 && n > 0 && n <= heatCellsMost && n%h.Columns == 0 &&
		h.Max[0] > h.Min[0] && h.Max[1] > h.Min[1] && h.High > h.Low
}

// gather builds the frame's triangles.
func (s *space) gather(o *overlay.Set) {
	s.list, s.arrows = s.list[:0], s.arrows[:0]
	for i := range o.Figures {
		if i < figuresMost {
			s.list = shade(s.list, o.Figures[i])
		}
	}
	for i := range o.Trails {
		if len(s.list)+6*len(o.Trails[i].Points) < trailVertsMost {
			s.list = o.Trails[i].Ribbon(s.list)
		}
	}
	for i := range o.Flows {
		s.list = o.Flows[i].Ribbons(s.list, flowVertsMost)
	}
	s.flat = len(s.list)
	for i := range o.Arrows {
		if i < arrowsMost {
			s.list = o.Arrows[i].Tube(s.list)
			s.arrows = append(s.arrows, len(s.list))
		}
	}
	if len(s.list) > 0 {
		s.vertices.put(gl41.ARRAY_BUFFER, data(s.list), bytes(s.list))
	}
}

// shade is the soft dark patch on which a person stands.
func shade(into []overlay.Vertex, f overlay.Figure) []overlay.Vertex {
	const sides, radius = 14, 0.36
	at := func(k int) [3]float32 {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / sides)
		return [3]float32{float32(f.Position[0] + radius*cos), float32(f.Position[1] + 0.012), float32(f.Position[2] + radius*sin)}
	}
	middle := overlay.Vertex{Position: [3]float32{float32(f.Position[0]), float32(f.Position[1] + 0.012), float32(f.Position[2])}, Color: overlay.RGBA{0, 0, 0, 0.5}}
	for k := range sides {
		into = append(into, middle, overlay.Vertex{Position: at(k)}, overlay.Vertex{Position: at(k + 1)})
	}
	return into
}

// floor draws heatmaps, shades and trails over what was drawn, and slices of
// volumes over these, as an eye at a height sees them.
func (s *space) floor(o *overlay.Set, eyeY float64, stats *render.Stats) {
	if len(o.Heatmaps) == 0 && len(o.Volumes) == 0 && s.flat == 0 {
		return
	}
	gl41.Enable(gl41.BLEND)
	gl41.BlendFunc(gl41.ONE, gl41.ONE_MINUS_SRC_ALPHA)
	gl41.DepthMask(false)
	gl41.Disable(gl41.CULL_FACE)
	gl41.Enable(gl41.POLYGON_OFFSET_FILL)
	gl41.PolygonOffset(-1, -2)
	for i := range o.Heatmaps {
		if i < heatmapsMost && heatWhole(&o.Heatmaps[i]) {
			s.drawHeat(i, &o.Heatmaps[i])
			stats.Draws++
			stats.Triangles += 2
		}
	}
	if s.flat > 0 {
		s.describe()
		gl41.Uniform4f(s.paint.uniforms["mode"], 0, 1, 0, 0)
		gl41.DrawArrays(gl41.TRIANGLES, 0, int32(s.flat))
		stats.Draws++
		stats.Triangles += s.flat / 3
	}
	gl41.Disable(gl41.POLYGON_OFFSET_FILL)
	s.slices = s.slices[:0]
	for i := range o.Volumes {
		if i < volumesMost {
			s.slices = o.Volumes[i].Cut(s.slices, eyeY)
		}
	}
	for i := range s.slices {
		s.drawHeat(heatmapsMost+i, &s.slices[i])
		stats.Draws++
		stats.Triangles += 2
	}
	gl41.Disable(gl41.BLEND)
	gl41.DepthMask(true)
}

func (s *space) drawHeat(i int, h *overlay.Heatmap) {
	for len(s.maps) <= i {
		s.maps = append(s.maps, heatTexture{})
	}
	gl41.ActiveTexture(gl41.TEXTURE0 + unitImage)
	s.upload(&s.maps[i], h)
	gl41.BindTexture(gl41.TEXTURE_2D, s.maps[i].id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitPalette)
	ramp := 0
	if h.Palette == overlay.Diverging {
		ramp = 1
	}
	gl41.BindTexture(gl41.TEXTURE_2D, s.ramps[ramp])
	gl41.UseProgram(s.heat.id)
	gl41.BindVertexArray(s.array)
	gl41.Uniform4f(s.heat.uniforms["area"], float32(h.Min[0]), float32(h.Min[1]), float32(h.Max[0]), float32(h.Max[1]))
	gl41.Uniform4f(s.heat.uniforms["scale"], float32(h.Y), h.Opacity, 0, 0)
	gl41.DrawArrays(gl41.TRIANGLE_STRIP, 0, 4)
}

// upload puts values into a texture as the place on the palette, that there is a
// value (0 where there is none, so that borders fade), and how much it covers; the
// first and the last times the second.
func (s *space) upload(t *heatTexture, h *overlay.Heatmap) {
	key := uint64(14695981039346656037)
	mix := func(x float64) { key = (key ^ math.Float64bits(x)) * 1099511628211 }
	mix(h.Low)
	mix(h.High)
	mix(float64(h.Columns))
	for _, v := range h.Values {
		mix(v)
	}
	for _, w := range h.Weights {
		mix(float64(w))
	}
	if t.id != 0 && t.key == key {
		return
	}
	if t.id == 0 {
		gl41.GenTextures(1, &t.id)
	}
	t.key = key
	s.values = s.values[:0]
	for i, v := range h.Values {
		if math.IsNaN(v) {
			s.values = append(s.values, [4]float32{})
			continue
		}
		s.values = append(s.values, [4]float32{float32(clamp01((v - h.Low) / (h.High - h.Low))), 1, h.Weight(i)})
	}
	gl41.BindTexture(gl41.TEXTURE_2D, t.id)
	gl41.TexImage2D(gl41.TEXTURE_2D, 0, gl41.RGBA32F, int32(h.Columns), int32(len(h.Values)/h.Columns), 0, gl41.RGBA, gl41.FLOAT, data(s.values))
	clampLinear()
}

// describe binds the painted triangles.
func (s *space) describe() {
	gl41.UseProgram(s.paint.id)
	gl41.BindVertexArray(s.array)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, s.vertices.id)
	const stride = int32(unsafe.Sizeof(overlay.Vertex{}))
	for i, n := range [...]int32{3, 3, 4, 1} {
		gl41.EnableVertexAttribArray(uint32(i))
		gl41.VertexAttribPointerWithOffset(uint32(i), n, gl41.FLOAT, false, stride, [...]uintptr{0, 12, 24, 40}[i])
	}
}

// drawArrows draws arrows over glass: faintly what stands behind things, fully
// what does not.
func (s *space) drawArrows(o *overlay.Set, stats *render.Stats) {
	if len(s.arrows) == 0 {
		return
	}
	s.describe()
	gl41.Enable(gl41.CULL_FACE)
	gl41.Enable(gl41.BLEND)
	gl41.BlendFunc(gl41.ONE, gl41.ONE_MINUS_SRC_ALPHA)
	for _, pass := range [2]struct {
		depth  uint32
		strong float32
	}{{gl41.GREATER, 0.38}, {gl41.LEQUAL, 1}} {
		gl41.DepthFunc(pass.depth)
		gl41.DepthMask(pass.strong == 1)
		first := s.flat
		for i, end := range s.arrows {
			gl41.Uniform4f(s.paint.uniforms["mode"], float32(o.Arrows[i].Phase), pass.strong, 1, 0)
			gl41.DrawArrays(gl41.TRIANGLES, int32(first), int32(end-first))
			stats.Draws++
			stats.Triangles += (end - first) / 3
			first = end
		}
	}
	gl41.DepthFunc(gl41.LEQUAL)
	gl41.DepthMask(true)
	gl41.Disable(gl41.BLEND)
}

func (s *space) free() {
	for i := range s.maps {
		gl41.DeleteTextures(1, &s.maps[i].id)
	}
	gl41.DeleteTextures(2, &s.ramps[0])
	gl41.DeleteVertexArrays(1, &s.array)
	s.vertices.free()
}
