package gl

import (
	gl41 "github.com/go-gl/gl/v4.1-core/gl"
)

// bloom is the light that a lens spreads round what is bright: the picture made
// smaller again and again, and added up on the way back (Jimenez 2014).
type bloom struct {
	levels [bloomLevels]surface
	sizes  [bloomLevels][2]int32
	down   program
	up     program
}

// bloomLevels halvings of a half spread light over a thirtieth of a picture's
// height.
const bloomLevels = 4

func (b *bloom) prepare(l *loader) (err error) {
	if b.down, err = l.link("screen.vert", "shrink.frag", ""); err != nil {
		return err
	}
	b.up, err = l.link("screen.vert", "widen.frag", "", "texel")
	return err
}

// fit is told the size of the half.
func (b *bloom) fit(width, height int) error {
	for i := range b.levels {
		width, height = max(1, (width+1)/2), max(1, (height+1)/2)
		b.sizes[i] = [2]int32{int32(width), int32(height)}
		if err := b.levels[i].fit(width, height, gl41.R11F_G11F_B10F, gl41.RGB, gl41.HALF_FLOAT, 0); err != nil {
			return err
		}
	}
	return nil
}

// spread fills the first level with what half a picture spreads. It is called
// without a depth test.
func (b *bloom) spread(r *Renderer, from uint32) {
	gl41.UseProgram(b.down.id)
	for i := range b.levels {
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, b.levels[i].fbo)
		gl41.Viewport(0, 0, b.sizes[i][0], b.sizes[i][1])
		r.develop(b.down, from, 0)
		from = b.levels[i].texture
	}
	gl41.UseProgram(b.up.id)
	gl41.Enable(gl41.BLEND)
	gl41.BlendFunc(gl41.ONE, gl41.ONE)
	for i := bloomLevels - 1; i > 0; i-- {
		gl41.BindFramebuffer(gl41.FRAMEBUFFER, b.levels[i-1].fbo)
		gl41.Viewport(0, 0, b.sizes[i-1][0], b.sizes[i-1][1])
		gl41.Uniform2f(b.up.uniforms["texel"], 1/float32(b.sizes[i][0]), 1/float32(b.sizes[i][1]))
		r.develop(b.up, b.levels[i].texture, 0)
	}
	gl41.Disable(gl41.BLEND)
}

func (b *bloom) free() {
	for i := range b.levels {
		b.levels[i].free()
	}
}
