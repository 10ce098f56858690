package gl

import (
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Limits of clouds. How many are drawn is what software GL bears.
const (
	cloudsMost      = 4
	cloudPointsMost = 4_000_000
	pointsStill     = 600_000 // drawn of each cloud
	pointsDraft     = 150_000
	splatLeast      = 2.2 // pixels
	splatMost       = 20
)

// clouds draws points: round, smaller with distance, hidden by what stands
// before them.
type clouds struct {
	program    program
	array      uint32
	flags      []uint8 // by entity, 1: hidden
	flagTexels stream
	flagView   uint32
	held       []heldPoints
	turn       int
}

// heldPoints is a cloud in the graphics memory. Of its colours, those that were
// wanted last are kept.
type heldPoints struct {
	points             *overlay.Points
	positions, nearest uint32
	paints             [2]heldPaint
}

type heldPaint struct {
	measured bool
	scale    overlay.Scale
	plain    overlay.RGBA
	colors   uint32
	used     int
}

func (c *clouds) prepare(l *loader) (err error) {
	if c.program, err = l.link("points.vert", "points.frag", "", "splat"); err != nil {
		return err
	}
	gl41.GenVertexArrays(1, &c.array)
	gl41.GenTextures(1, &c.flagView)
	return nil
}

// cloudWhole tells whether a cloud can be drawn.
func cloudWhole(c *overlay.Cloud) bool {
	return c.Points != nil && c.Points.Len() > 0 && c.Points.Len() <= cloudPointsMost && (!c.Measured || c.Scale.High > c.Scale.Low)
}

// draw draws the clouds of a frame over the surfaces, in a picture of a height.
func (c *clouds) draw(f *render.Frame, height int, stats *render.Stats) {
	if len(f.Overlays.Clouds) == 0 {
		c.drop(nil)
		return
	}
	c.turn++
	gl41.UseProgram(c.program.id)
	gl41.BindVertexArray(c.array)
	gl41.DepthMask(true)
	gl41.Enable(gl41.PROGRAM_POINT_SIZE)
	most := pointsStill
	if f.Draft {
		most = pointsDraft
	}
	for i := range f.Overlays.Clouds {
		cloud := &f.Overlays.Clouds[i]
		if i >= cloudsMost || !cloudWhole(cloud) {
			continue
		}
		held := c.hold(cloud.Points)
		if held == nil {
			continue
		}
		n := min(most, cloud.Points.Len())
		c.describe(held, held.paint(cloud, c.turn))
		c.flag(cloud.Points.Entities, f.Hidden)
		perMetre := float64(height) / (2 * math.Tan(f.Camera.Field()/2)) // at 1 m ahead
		gl41.Uniform4f(c.program.uniforms["splat"], float32(cloud.Points.Diameter(n)*perMetre), float32(cloud.Reach), splatLeast, splatMost)
		gl41.DrawArrays(gl41.POINTS, 0, int32(n))
		stats.Draws++
		stats.Points += n
	}
	gl41.Disable(gl41.PROGRAM_POINT_SIZE)
	c.drop(f.Overlays.Clouds)
}

// pickPoint finds the point of a frame's clouds that is seen first along a line of
// sight, of unit direction, no farther than what lies before it: its place and
// what it lies on.
func pickPoint(f *render.Frame, from, along geom.Vec3, limit float64) (at geom.Vec3, entity string, ok bool) {
	for i := range f.Overlays.Clouds {
		c := &f.Overlays.Clouds[i]
		if i >= cloudsMost || !cloudWhole(c) || !c.Points.Whole() {
			continue
		}
		p := c.Points
		n := min(pointsStill, p.Len())
		radius := p.Diameter(n) / 2
		hidden := make([]bool, len(p.Entities)+1)
		for k, e := range p.Entities {
			hidden[k+1] = f.Hidden[e]
		}
		for k := range n {
			d := geom.Vec3{float64(p.Positions[3*k]), float64(p.Positions[3*k+1]), float64(p.Positions[3*k+2])}.Sub(from)
			t := d.Dot(along)
			if t <= 0 || t-c.Reach >= limit || d.LenSqr()-t*t > radius*radius {
				continue
			}
			on := uint16(0)
			if len(p.Nearest) > 0 {
				on = p.Nearest[k]
			}
			if hidden[on] {
				continue
			}
			limit, at, entity, ok = t-c.Reach, from.Add(d), "", true
			if on > 0 {
				entity = p.Entities[on-1]
			}
		}
	}
	return at, entity, ok
}

// hold finds a cloud in the graphics memory, or puts it there; nil when its
// lists do not fit each other.
func (c *clouds) hold(p *overlay.Points) *heldPoints {
	for i := range c.held {
		if c.held[i].points == p {
			return &c.held[i]
		}
	}
	if !p.Whole() {
		return nil
	}
	nearest := p.Nearest
	if len(nearest) == 0 {
		nearest = make([]uint16, p.Len())
	}
	c.held = append(c.held, heldPoints{points: p, positions: fill(gl41.ARRAY_BUFFER, p.Positions), nearest: fill(gl41.ARRAY_BUFFER, nearest)})
	return &c.held[len(c.held)-1]
}

// paint is the buffer of a cloud's colours.
func (h *heldPoints) paint(c *overlay.Cloud, turn int) uint32 {
	want := heldPaint{measured: c.Measured, scale: overlay.Scale{Low: c.Scale.Low, High: c.Scale.High, Palette: c.Scale.Palette}, plain: c.Plain, used: turn}
	oldest := &h.paints[0]
	for i := range h.paints {
		p := &h.paints[i]
		if p.colors != 0 && p.measured == want.measured && p.scale == want.scale && p.plain == want.plain {
			p.used = turn
			return p.colors
		}
		if p.used < oldest.used {
			oldest = p
		}
	}
	if oldest.colors != 0 {
		gl41.DeleteBuffers(1, &oldest.colors)
	}
	*oldest = want
	oldest.colors = fill(gl41.ARRAY_BUFFER, c.Paint())
	return oldest.colors
}

func (c *clouds) describe(h *heldPoints, colors uint32) {
	for i := range uint32(3) {
		gl41.EnableVertexAttribArray(i)
	}
	gl41.BindBuffer(gl41.ARRAY_BUFFER, h.positions)
	gl41.VertexAttribPointerWithOffset(0, 3, gl41.FLOAT, false, 12, 0)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, colors)
	gl41.VertexAttribPointerWithOffset(1, 3, gl41.UNSIGNED_BYTE, true, 3, 0)
	gl41.BindBuffer(gl41.ARRAY_BUFFER, h.nearest)
	gl41.VertexAttribIPointerWithOffset(2, 1, gl41.UNSIGNED_SHORT, 2, 0)
}

// flag tells the shader which entities are hidden.
func (c *clouds) flag(entities []string, hidden map[string]bool) {
	c.flags = append(c.flags[:0], 0)
	for _, e := range entities {
		flag := uint8(0)
		if hidden[e] {
			flag = 1
		}
		c.flags = append(c.flags, flag)
	}
	c.flagTexels.put(gl41.TEXTURE_BUFFER, data(c.flags), len(c.flags))
	gl41.ActiveTexture(gl41.TEXTURE0 + unitHidden)
	gl41.BindTexture(gl41.TEXTURE_BUFFER, c.flagView)
	gl41.TexBuffer(gl41.TEXTURE_BUFFER, gl41.R8UI, c.flagTexels.id)
}

// drop frees what no cloud of a frame shows any more.
func (c *clouds) drop(shown []overlay.Cloud) {
	kept := c.held[:0]
	for i := range c.held {
		used := false
		for k := range shown {
			used = used || shown[k].Points == c.held[i].points
		}
		if used {
			kept = append(kept, c.held[i])
			continue
		}
		c.held[i].free()
	}
	clear(c.held[len(kept):])
	c.held = kept
}

func (h *heldPoints) free() {
	gl41.DeleteBuffers(1, &h.positions)
	gl41.DeleteBuffers(1, &h.nearest)
	for i := range h.paints {
		gl41.DeleteBuffers(1, &h.paints[i].colors)
	}
}

func (c *clouds) free() {
	c.drop(nil)
	gl41.DeleteVertexArrays(1, &c.array)
	gl41.DeleteTextures(1, &c.flagView)
	c.flagTexels.free()
}
