package offscreen

import (
	"image"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/scene"
)

// Renew puts another renderer in the place of this one's, lit as that or not.
func (r *Renderer) Renew(sc *scene.Scene, lit bool) (err error) {
	r.do(func() {
		var next *gl.Renderer
		if next, err = gl.New(sc, gl.Options{}); err != nil {
			return
		}
		if lit {
			next.LitAs(r.picture)
		}
		r.picture.Close()
		r.picture = next
	})
	return err
}

// First draws a frame that waits for nothing.
func (r *Renderer) First(f render.Frame) (img *image.RGBA, stats render.Stats, err error) {
	r.do(func() {
		if stats, err = r.draw(f); err == nil {
			img = r.read()
		}
	})
	return img, stats, err
}
