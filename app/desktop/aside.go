package desktop

import (
	"reflect"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// ray is what lies under a place of the picture.
type ray struct {
	from, along geom.Vec3
	left        bool // it is in the scene of the left half
}

// aside is a scene that is shown in the left half, from the camera of the other.
type aside struct {
	scene    *scene.Scene
	cutaway  func(ahead geom.Vec3) []string
	all      []string // entities of the scene
	hidden   map[string]bool
	overlays overlay.Set
	selected string
}

// ray is what lies under a place of the widget.
func (v *viewport) ray(p fyne.Position) ray { return v.rayIn(p, v.lies(p)) }

// lies tells whether a place of the widget is in the left half.
func (v *viewport) lies(p fyne.Position) (left bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.aside != nil && int(p.X) < int(v.Size().Width)/2
}

// rayIn is what lies under a place of the widget as the camera of a half sees it,
// beyond its edge too: a drag goes on there.
func (v *viewport) rayIn(p fyne.Position, left bool) ray {
	v.mu.Lock()
	f := v.frame
	two := v.aside != nil
	v.mu.Unlock()
	size := v.Size()
	f.Width, f.Height = max(1, int(size.Width)), max(1, int(size.Height))
	x := float64(p.X)
	if two {
		f.Beside, f.Wipe = &render.Frame{}, middle
		l, r := f.Halves()
		if f = l; !left {
			f, x = r, x-float64(l.Width)
		}
	}
	r := ray{left: left}
	r.from, r.along = f.Ray(x, float64(p.Y))
	return r
}

// middle is where the left half ends, of the width.
const middle = 0.5

// flank shows another scene in the left half, or the one alone again; the camera
// stays.
func (v *viewport) flank(a *aside) {
	v.mu.Lock()
	if v.aside = a; a != nil {
		a.all, v.before = entitiesOf(a.scene), nil
		a.hidden = v.hidesOf(v.frame.Camera, a.all, a.cutaway)
	}
	v.turns++
	v.mu.Unlock()
	v.ask()
}

// tellAside shows what is told of the scene in the left half.
func (v *viewport) tellAside(over overlay.Set, selected string) {
	v.mu.Lock()
	a := v.aside
	other := a != nil && (a.selected != selected || !reflect.DeepEqual(a.overlays, over))
	if other {
		a.overlays, a.selected = over, selected
		v.turns++
	}
	v.mu.Unlock()
	if other {
		v.ask()
	}
}

// hand takes drags and clicks of the picture, as rays from the camera.
type hand interface {
	press(at ray, more bool) bool // false: nothing was taken hold of
	move(at ray)
	drop(more bool)
	tap(at ray, more bool)
	hover(at ray) bool // true: something there tells of itself
}
