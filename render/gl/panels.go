package gl

import (
	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Panels that light a room are mirrored by what is smooth, also where they hang
// above the picture: a mirrored ray that meets nothing in the picture is tried
// against the rectangles of the nearest ones. Only full pictures do so.

// panelsMost is of how many panels a picture may be mirrored; panelsNear how far
// before the eye the nearest to which are chosen, metres.
const (
	panelsMost = 8
	panelsNear = 5
)

// panel is where a panel hangs and how it lies.
type panel struct {
	radiance float32    // of its material
	across   [4]float32 // its axes seen from above, x and z, each over its squared half length
}

// panelOf is the rectangle of a flat mesh with a transform to the site's frame.
func panelOf(box geom.Box, w geom.Mat4, radiance float64) panel {
	axis := func(k int) (x, z float32) {
		half := box.Size()[k] / 2
		u := geom.Vec2{w[4*k], w[4*k+2]}.Mul(half)
		n := max(u.Dot(u), 1e-9)
		return float32(u[0] / n), float32(u[1] / n)
	}
	p := panel{radiance: float32(radiance)}
	p.across[0], p.across[1] = axis(0)
	p.across[2], p.across[3] = axis(2)
	return p
}

// mirrored hands the panels about what the camera sees to a program, which is in
// use: for each two of panel, its middle and radiance, and its axes.
func (l *luminaires) mirrored(c render.Camera, shine float32, p program) {
	var nearest [panelsMost]int
	var distance [panelsMost]float64
	n := 0
	about := c.Eye().Add(c.Ahead().Mul(panelsNear))
	if c.Distance > panelsNear {
		about = c.Target
	}
	for i := range l.list {
		s := &l.list[i]
		if !s.down || l.levels[i] < 0.004 {
			continue
		}
		d := s.at.Sub(about).Len()
		k := n
		if n < panelsMost {
			n++
		} else if k = n - 1; d >= distance[k] {
			continue
		}
		for ; k > 0 && distance[k-1] > d; k-- {
			nearest[k], distance[k] = nearest[k-1], distance[k-1]
		}
		nearest[k], distance[k] = i, d
	}
	told := &l.told
	for k, i := range nearest[:n] {
		s := &l.list[i]
		told[2*k], told[2*k+1] = point(s.at, s.panel.radiance*l.levels[i]*shine), s.panel.across
	}
	gl41.Uniform1i(p.uniforms["panels"], int32(n))
	gl41.Uniform4fv(p.uniforms["panel"], 2*panelsMost, &told[0][0])
}
