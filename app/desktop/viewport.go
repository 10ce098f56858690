package desktop

import (
	"image"
	"maps"
	"math"
	"reflect"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// viewport is the widget that shows pictures of the scene and turns the mouse
// into camera moves. Drawing happens in its painter; here is only what the next
// frame should be.
type viewport struct {
	widget.BaseWidget
	raster *canvas.Raster
	screen fyne.Canvas
	paint  *painter // nil: no pictures (tests, no renderer)

	picked  func(render.Hit)               // on the interface's thread; the zero hit is nothing
	covered func() bool                    // whether anything stands before the picture; nil: nothing does
	cutaway func(ahead geom.Vec3) []string // what hides the rooms; nil: nothing
	hand    hand                           // works on the scene by dragging; nil: a drag moves the camera
	holds   bool                           // the hand holds something
	walks   bool                           // drag looks around, W A S D walk
	button  desktop.MouseButton
	shift   bool
	last    fyne.Position

	mu    sync.Mutex
	frame render.Frame
	scene *scene.Scene // that the frame is of
	all   []string     // entities of the scene
	only  string       // entity that is shown alone; "": all are shown

	foreseen   []map[string]bool // what is hidden when the camera turns; nil: not worked out
	foreseenAt float64           // pitch, radians

	aside  *aside        // what is shown in the left half, set on the interface's thread; nil: there is one picture
	onLeft bool          // the button went down in that half
	before *render.Frame // what is shown left of the line; nil: there is none
	wipe   float64       // where the line is, of the width
	wiping bool          // the line is dragged
	moved  time.Time     // when the camera last moved: pictures are drafts until it rests
	pause  time.Duration // between its last moves of one gesture, smoothed
	turns  int           // how often anything of the frame was changed
}

func newViewport(screen fyne.Canvas) *viewport {
	v := &viewport{screen: screen, picked: func(render.Hit) {}}
	v.raster = canvas.NewRaster(v.generate)
	v.raster.ScaleMode = canvas.ImageScaleFastest
	v.ExtendBaseWidget(v)
	return v
}

// CreateRenderer implements fyne.Widget.
func (v *viewport) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(v.raster) }

// MinSize leaves room for the panels in the smallest window.
func (v *viewport) MinSize() fyne.Size { return fyne.NewSize(160, 120) }

var nothing = image.NewRGBA(image.Rect(0, 0, 1, 1))

// generate is called by Fyne while it paints, with its GL context current.
func (v *viewport) generate(width, height int) image.Image {
	if v.paint == nil || width < 1 || height < 1 {
		return nothing
	}
	return v.paint.present(v, width, height)
}

// change alters what the next frame shows, and asks for it. What alter sets must
// be its own: it is compared with what was there, so that a picture of what
// stays the same grows finer instead of beginning anew.
func (v *viewport) change(alter func(*render.Frame)) {
	v.mu.Lock()
	was := v.frame
	alter(&v.frame)
	same := reflect.DeepEqual(was, v.frame)
	if !same {
		v.turns++
	}
	v.mu.Unlock()
	if !same {
		v.ask()
	}
}

// refit shows another scene from then on, with what is hidden of it; the camera
// stays.
func (v *viewport) refit(sc *scene.Scene, cutaway func(ahead geom.Vec3) []string) {
	v.mu.Lock()
	v.scene, v.cutaway, v.before, v.foreseen = sc, cutaway, nil, nil
	v.all = entitiesOf(sc)
	v.frame.Joints, v.frame.Emissive = nil, nil // those of the scene before; take sets its own
	v.frame.Hidden = v.hides(v.frame.Camera)
	v.turns++
	v.mu.Unlock()
	v.ask()
}

// shown are the scenes to draw.
func (v *viewport) shown() stages {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.stages()
}

// stages is shown, with the viewport locked.
func (v *viewport) stages() stages {
	if v.aside != nil {
		return stages{v.aside.scene, v.scene}
	}
	return stages{right: v.scene}
}

// steer moves the camera.
func (v *viewport) steer(move func(render.Camera) render.Camera) {
	v.mu.Lock()
	v.frame.Camera = move(v.frame.Camera)
	v.frame.Hidden = v.hides(v.frame.Camera)
	if a := v.aside; a != nil {
		a.hidden = v.hidesOf(v.frame.Camera, a.all, a.cutaway)
	}
	now := time.Now()
	if gap := now.Sub(v.moved); gap < restMost { // else another gesture begins
		v.pause += (gap - v.pause) / 4
	}
	v.moved = now
	v.turns++
	v.mu.Unlock()
	v.ask()
}

// around is in how many directions it is looked for what a turning camera will
// not be kept from looking in by.
const around = 16

// likely is what is hidden when the camera turns about what it looks at, each once,
// with the viewport locked.
func (v *viewport) likely() []map[string]bool {
	c := v.frame.Camera
	if v.only != "" || v.cutaway == nil || c.Distance == 0 {
		return nil
	}
	if v.foreseen != nil && v.foreseenAt == c.Pitch {
		return v.foreseen
	}
	v.foreseen, v.foreseenAt = []map[string]bool{}, c.Pitch
	for i := range around {
		c.Yaw = 2 * math.Pi * (float64(i) + 0.5) / around
		hidden := v.hides(c)
		if !slices.ContainsFunc(v.foreseen, func(h map[string]bool) bool { return maps.Equal(h, hidden) }) {
			v.foreseen = append(v.foreseen, hidden)
		}
	}
	return v.foreseen
}

// hides is what a camera outside must not be kept from looking in by; a person
// who walks sees everything.
func (v *viewport) hides(c render.Camera) map[string]bool { return v.hidesOf(c, v.all, v.cutaway) }

// hidesOf is hides, of a scene.
func (v *viewport) hidesOf(c render.Camera, all []string, cutaway func(ahead geom.Vec3) []string) map[string]bool {
	if v.only != "" {
		hidden := map[string]bool{}
		for _, e := range all {
			hidden[e] = e != v.only
		}
		return hidden
	}
	if cutaway == nil || c.Distance == 0 {
		return nil
	}
	hidden := map[string]bool{}
	for _, e := range cutaway(c.Ahead()) {
		hidden[e] = true
	}
	return hidden
}

// entitiesOf lists the entities of a scene, each once.
func entitiesOf(sc *scene.Scene) []string {
	if sc == nil {
		return nil
	}
	list := slices.Clone(sc.Entities())
	slices.Sort(list)
	list = slices.Compact(list)
	return slices.DeleteFunc(list, func(e string) bool { return e == "" })
}

// aspect is the picture's width over its height, of two that of either; before it
// is laid out that of the usual window. It is asked for on the interface's thread,
// with the viewport locked or not.
func (v *viewport) aspect() float64 {
	two := v.aside != nil
	if s := v.Size(); s.Width >= 2 && s.Height >= 1 {
		if two {
			s.Width *= middle
		}
		return float64(s.Width / s.Height)
	}
	return 1.2
}

func (v *viewport) ask() {
	if v.paint != nil {
		v.paint.wake()
	}
}

// How long the camera must stand still before a full picture is drawn: three
// times as long as it did between its last moves, for on a busy machine those
// come seldom.
const (
	restLeast = 50 * time.Millisecond // of the 300 in which it must be refined
	restMost  = 400 * time.Millisecond
)

// rest is how long the camera must stand still yet before a full picture is
// drawn; 0: it rests.
func (v *viewport) rest() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.resting()
}

// resting is rest, with the viewport locked.
func (v *viewport) resting() time.Duration {
	return max(0, min(restMost, max(restLeast, 3*v.pause))-time.Since(v.moved))
}

// rested is how long the camera stands still.
func (v *viewport) rested() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return time.Since(v.moved)
}

// turned tells whether the camera is another.
func (v *viewport) turned(from render.Camera) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.frame.Camera != from
}

// upcoming is the frame to draw now, the scenes that it is of, and how often
// either was changed.
func (v *viewport) upcoming(width, height int) (f render.Frame, on stages, turn int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f, on = v.frame, v.stages()
	f.Width, f.Height = width, height
	f.Draft = v.resting() > 0
	f.Scale = float64(v.screen.Scale())
	if !f.Draft && v.aside == nil {
		f.Likely = v.likely()
	}
	switch a := v.aside; {
	case a != nil:
		left := f
		left.Joints, left.Emissive = nil, nil // those of the other scene
		left.Hidden, left.Overlays, left.Selected = a.hidden, a.overlays, a.selected
		f = f.Left(&left, middle)
	case v.before != nil:
		f = f.Left(v.before, v.wipe)
	}
	return f, on, v.turns
}

// MouseDown implements desktop.Mouseable.
func (v *viewport) MouseDown(e *desktop.MouseEvent) {
	v.screen.Unfocus() // keys belong to the scene again
	v.button, v.last = e.Button, e.Position
	v.shift = e.Modifier&fyne.KeyModifierShift != 0
	v.onLeft = v.lies(e.Position)
	if v.hand != nil && v.button == desktop.MouseButtonPrimary && !v.shift {
		v.holds = v.hand.press(v.ray(e.Position), e.Modifier&fyne.KeyModifierShortcutDefault != 0)
	}
	const reach = 9 // of the line, in the pointer's units
	v.wiping = v.before != nil && math.Abs(float64(e.Position.X)-v.wipe*float64(v.Size().Width)) < reach
}

// MouseUp implements desktop.Mouseable.
func (v *viewport) MouseUp(e *desktop.MouseEvent) {
	v.button = 0
	if v.holds {
		v.holds = false
		v.hand.drop(e.Modifier&fyne.KeyModifierShortcutDefault != 0)
	}
}

// MouseIn implements desktop.Hoverable.
func (v *viewport) MouseIn(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (v *viewport) MouseOut() {}

// MouseMoved implements desktop.Hoverable; Fyne sends drags of the middle
// button here only.
func (v *viewport) MouseMoved(e *desktop.MouseEvent) {
	if v.button == desktop.MouseButtonTertiary || v.button == desktop.MouseButtonSecondary {
		v.pan(e.Position.X-v.last.X, e.Position.Y-v.last.Y)
	}
	v.last = e.Position
	if v.hand != nil && v.button == 0 {
		v.hand.hover(v.ray(e.Position))
	}
}

// Dragged implements fyne.Draggable.
func (v *viewport) Dragged(e *fyne.DragEvent) {
	if v.wiping {
		v.mu.Lock()
		v.wipe = min(1, max(0, float64(e.Position.X/v.Size().Width)))
		v.turns++
		v.mu.Unlock()
		v.ask()
		return
	}
	if v.holds {
		v.hand.move(v.rayIn(e.Position, v.onLeft))
		return
	}
	if v.shift {
		v.pan(e.Dragged.DX, e.Dragged.DY)
		return
	}
	v.steer(func(c render.Camera) render.Camera { return orbit(c, float64(e.Dragged.DX), float64(e.Dragged.DY)) })
}

// DragEnd implements fyne.Draggable.
func (v *viewport) DragEnd() { v.MouseUp(&desktop.MouseEvent{}) }

func (v *viewport) pan(dx, dy float32) {
	height := float64(v.Size().Height)
	v.steer(func(c render.Camera) render.Camera { return pan(c, float64(dx), float64(dy), height) })
}

// Scrolled implements fyne.Scrollable.
func (v *viewport) Scrolled(e *fyne.ScrollEvent) {
	const notch = 10 // Fyne's units of one notch of a wheel
	v.steer(func(c render.Camera) render.Camera { return zoom(c, float64(e.Scrolled.DY)/notch) })
}

// Tapped implements fyne.Tappable: a click picks.
func (v *viewport) Tapped(e *fyne.PointEvent) {
	if v.hand != nil {
		v.hand.tap(v.ray(e.Position), false)
		return
	}
	if v.paint == nil {
		return
	}
	x, y := v.screen.PixelCoordinateForPosition(e.Position)
	v.paint.pick(x, y, v.picked)
}

// stop joins the renderer. Nothing is drawn afterwards.
func (v *viewport) stop() {
	if v.paint != nil {
		v.paint.stop()
	}
}

func (v *viewport) failure() error {
	if v.paint == nil {
		return nil
	}
	return v.paint.failure()
}
