package desktop

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/render"
)

// bindKeys ties keys to the scene. Fyne sends them here only while no widget
// has the focus, so typing in the search never decides anything.
func (w *window) bindKeys() {
	screen := w.win.Canvas()
	screen.SetOnTypedKey(w.typed)
	for _, s := range w.shortcuts() {
		screen.AddShortcut(s.shortcut, func(fyne.Shortcut) { s.act() })
	}
	w.bindEdits(screen)
	if keys, ok := screen.(desktop.Canvas); ok {
		keys.SetOnKeyDown(func(e *fyne.KeyEvent) { w.held[e.Name] = true })
		keys.SetOnKeyUp(func(e *fyne.KeyEvent) { delete(w.held, e.Name) })
	}
}

type boundShortcut struct {
	shortcut *desktop.CustomShortcut
	act      func()
}

func (w *window) shortcuts() []boundShortcut {
	control := fyne.KeyModifierShortcutDefault
	return []boundShortcut{
		{&desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: control}, func() { w.win.Canvas().Focus(w.site.search) }},
		{&desktop.CustomShortcut{KeyName: fyne.KeyPeriod, Modifier: control}, w.halt},
	}
}

// stopKey stops the site with one stroke wherever keys go to the scene or to a
// field of ours; the shortcut above does so whatever has the focus.
const stopKey = fyne.KeyF12

// lookStep is how far an arrow key moves along the time line, of plant time.
const lookStep = time.Minute

func (w *window) typed(e *fyne.KeyEvent) {
	if e.Name == stopKey {
		w.halt()
		return
	}
	if w.win.Canvas().Overlays().Top() != nil {
		return // what lies over the window has the keys: nothing behind it is deleted or moved
	}
	if w.edit != nil && w.edit.typed(e) {
		return
	}
	if w.view.walks && walkKeys[e.Name] != [2]float64{} {
		w.stride() // the system repeats the key while it is down
		return
	}
	switch e.Name {
	case fyne.KeyF:
		w.frameSelected()
	case fyne.KeyHome:
		w.overview()
	case fyne.Key1, fyne.Key2, fyne.Key3:
		w.standard(e.Name)
	case fyne.KeyV:
		w.toggleWalk()
	case fyne.KeyEscape:
		w.picked(render.Hit{})
	case fyne.KeySpace:
		w.time.toggle()
	case fyne.KeyLeft:
		w.time.step(-lookStep)
	case fyne.KeyRight:
		w.time.step(lookStep)
	case fyne.KeyA:
		w.aim(w.why.approve)
	case fyne.KeyD:
		w.aim(w.why.deny)
	case fyne.KeyE:
		w.toggleLayer(&w.layers.why)
	case fyne.KeyT:
		w.toggleLayer(&w.layers.warmth)
	case fyne.KeyP:
		w.toggleLayer(&w.layers.people)
	case fyne.KeyY:
		w.toggleLayer(&w.layers.flow)
	case fyne.KeyS:
		w.nextScan()
	case fyne.KeyX:
		w.toggleXray()
	case fyne.KeyI:
		w.isolate()
	case fyne.KeyC:
		w.nextCut()
	case fyne.KeyO:
		w.toggleApart()
	case fyne.KeyB:
		w.compare()
	case fyne.KeyPageUp:
		w.moveCut(cutStep)
	case fyne.KeyPageDown:
		w.moveCut(-cutStep)
	case fyne.KeyL:
		w.switchLight()
	case fyne.KeyF1:
		w.help()
	case fyne.KeyF3:
		if w.meter.Visible() {
			w.meter.Hide()
		} else {
			w.meter.Show()
		}
		w.view.ask()
	}
}

// aim moves the focus to a button and says how to go through with it.
func (w *window) aim(b *keyButton) {
	if b == nil || b.Disabled() {
		return
	}
	w.win.Canvas().Focus(b)
	w.tell(w.speak.Say("decide.confirm"))
}

func (w *window) standard(key fyne.KeyName) {
	w.whole(func(c render.Camera) render.Camera {
		c.FovY = 0.6
		switch key {
		case fyne.Key1: // plan
			c.Yaw, c.Pitch = 0, 1.5
		case fyne.Key2: // along the street front
			c.Yaw, c.Pitch = 0, 0.35
		default: // from the corner
			c.Yaw, c.Pitch = -0.7, 0.6
		}
		return c
	})
}

func (w *window) toggleWalk() {
	w.view.walks = !w.view.walks
	if !w.view.walks {
		w.overview()
		return
	}
	w.view.steer(standing)
	w.tell(w.speak.Say("view.walk"))
}

// walkKeys are strides ahead and to the right, in metres.
var walkKeys = map[fyne.KeyName][2]float64{
	fyne.KeyW: {0.35, 0}, fyne.KeyS: {-0.35, 0}, fyne.KeyA: {0, -0.35}, fyne.KeyD: {0, 0.35},
}

// stride takes a step for every walking key that is down, so that two together
// go diagonally.
func (w *window) stride() {
	if !w.view.walks || w.win.Canvas().Focused() != nil {
		return
	}
	for key := range w.held {
		if s := walkKeys[key]; s != [2]float64{} {
			w.view.steer(func(c render.Camera) render.Camera { return walk(c, s[0], s[1]) })
		}
	}
}

func (w *window) help() {
	dialog.ShowCustom(w.speak.Say("help.title"), w.speak.Say("help.close"), widget.NewLabel(w.speak.Say("help.text")), w.win)
}

// searchEntry is the search field; the window's shortcuts work in it too, and
// Esc hands the keys back to the scene.
type searchEntry struct {
	widget.Entry
	w *window
}

func newSearchEntry(w *window) *searchEntry {
	e := &searchEntry{w: w}
	e.ExtendBaseWidget(e)
	return e
}

// TypedShortcut implements fyne.Shortcutable.
func (e *searchEntry) TypedShortcut(s fyne.Shortcut) {
	if !e.w.shortcut(s) {
		e.Entry.TypedShortcut(s)
	}
}

// shortcut does what a shortcut of the window is for; false when it is none.
func (w *window) shortcut(s fyne.Shortcut) bool {
	for _, b := range w.shortcuts() {
		if b.shortcut.ShortcutName() == s.ShortcutName() {
			b.act()
			return true
		}
	}
	return false
}

// reasonEntry is a field of several lines in which the window's shortcuts, the
// emergency stop among them, work too.
type reasonEntry struct {
	widget.Entry
	w *window
}

func newReasonEntry(w *window) *reasonEntry {
	e := &reasonEntry{w: w}
	e.MultiLine, e.Wrapping = true, fyne.TextWrapWord
	e.ExtendBaseWidget(e)
	return e
}

// TypedShortcut implements fyne.Shortcutable.
func (e *reasonEntry) TypedShortcut(s fyne.Shortcut) {
	if !e.w.shortcut(s) {
		e.Entry.TypedShortcut(s)
	}
}

// TypedKey implements fyne.Focusable.
func (e *reasonEntry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == stopKey {
		e.w.halt()
		return
	}
	e.Entry.TypedKey(k)
}

// TypedKey implements fyne.Focusable.
func (e *searchEntry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == stopKey {
		e.w.halt()
		return
	}
	if k.Name == fyne.KeyEscape {
		e.SetText("")
		e.w.win.Canvas().Unfocus()
		return
	}
	e.Entry.TypedKey(k)
}
