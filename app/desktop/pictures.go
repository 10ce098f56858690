package desktop

import (
	"fmt"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/scene"
)

// stages are the scenes that a viewport shows: the one that it always does, and
// that which stands left of it, nil when nothing does.
type stages struct{ left, right *scene.Scene }

// pictures draw what a viewport shows, one scene or two side by side. They belong
// to the renderer's thread.
type pictures struct {
	open  func(*scene.Scene) (Picture, error)
	shown [2]onStage // left, right
	pair  gl.Pair
}

// onStage is a picture with the scene that it is of; the zero one is none.
type onStage struct {
	of      *scene.Scene
	picture Picture
}

// follow opens what is shown from now on and closes what is not any more; a scene
// that is shown already keeps its picture, on whichever side it is. What was shown
// stays until the other is there. anew tells that something changed.
func (p *pictures) follow(s stages) (anew bool, err error) {
	was, want := p.shown, [2]*scene.Scene{s.left, s.right}
	if was[1].picture != nil && was[0].of == s.left && was[1].of == s.right {
		return false, nil
	}
	var next [2]onStage
	var fresh []Picture
	for _, i := range [2]int{1, 0} { // what is always shown first
		if i == 0 && want[i] == nil {
			continue
		}
		if k := kept(&was, want[i], i); k >= 0 {
			next[i], was[k] = was[k], onStage{}
			continue
		}
		picture, err := p.open(want[i])
		if err != nil {
			for _, f := range fresh {
				f.Close()
			}
			return false, fmt.Errorf("prepare the scene for drawing: %w", err)
		}
		lend(picture, p.shown[i].picture, p.shown[1].picture)
		fresh = append(fresh, picture)
		next[i] = onStage{want[i], picture}
	}
	for _, o := range was {
		if o.picture != nil {
			o.picture.Close()
		}
	}
	p.shown = next
	p.pair.Left, p.pair.Right = next[0].picture, next[1].picture
	return true, nil
}

// lend has a picture begin in the light of the first of some that has any, so that
// a change of one thing does not darken all others until light is worked out anew.
func lend(to Picture, from ...Picture) {
	fresh, ok := to.(*gl.Renderer)
	if !ok {
		return
	}
	for _, p := range from {
		if lit, ok := p.(*gl.Renderer); ok {
			fresh.LitAs(lit)
			return
		}
	}
}

// kept is where a picture of a scene is open, best on the side that it is wanted
// on; -1: nowhere.
func kept(open *[2]onStage, of *scene.Scene, side int) int {
	for _, k := range [2]int{side, 1 - side} {
		if open[k].picture != nil && open[k].of == of {
			return k
		}
	}
	return -1
}

// of tells what is open.
func (p *pictures) of() stages { return stages{p.shown[0].of, p.shown[1].of} }

// Draw implements Picture.
func (p *pictures) Draw(framebuffer uint32, f render.Frame) (render.Stats, error) {
	if p.shown[0].picture != nil {
		return p.pair.Draw(framebuffer, f)
	}
	return p.shown[1].picture.Draw(framebuffer, f)
}

// Pick implements Picture.
func (p *pictures) Pick(f render.Frame, x, y int) (render.Hit, bool) {
	if p.shown[0].picture != nil {
		return p.pair.Pick(f, x, y)
	}
	return p.shown[1].picture.Pick(f, x, y)
}

// Close implements Picture.
func (p *pictures) Close() {
	p.pair.Close()
	for _, o := range p.shown {
		if o.picture != nil {
			o.picture.Close()
		}
	}
	p.shown = [2]onStage{}
}
