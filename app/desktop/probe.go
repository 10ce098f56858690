package desktop

import (
	"encoding/json"
	"os"

	"fyne.io/fyne/v2"
)

// place is a named widget that a test with a real mouse may want to find.
type place struct {
	name   string
	object fyne.CanvasObject
	wrote  placeRect
}

// placeRect is where it is, in pixels of the window, from the top left.
type placeRect struct{ X, Y, Width, Height int }

// mark names a widget; a name marked before moves to the new one.
func (w *window) mark(name string, o fyne.CanvasObject) {
	w.forget(name)
	w.places = append(w.places, place{name: name, object: o})
}

func (w *window) forget(name string) {
	for i := range w.places {
		if w.places[i].name == name {
			w.places = append(w.places[:i:i], w.places[i+1:]...)
			return
		}
	}
}

// probe writes where the named widgets are, whenever that has changed. A file
// is replaced whole, so that a reader never sees half of it.
func (w *window) probe() {
	if w.opt.Probe == "" {
		return
	}
	screen, driver := w.win.Canvas(), w.app.Driver()
	rects, changed := map[string]placeRect{}, false
	for i := range w.places {
		p := &w.places[i]
		if !p.object.Visible() || driver.CanvasForObject(p.object) == nil {
			continue
		}
		at, size := driver.AbsolutePositionForObject(p.object), p.object.Size()
		x, y := screen.PixelCoordinateForPosition(at)
		right, bottom := screen.PixelCoordinateForPosition(at.AddXY(size.Width, size.Height))
		r := placeRect{x, y, right - x, bottom - y}
		changed = changed || r != p.wrote
		p.wrote, rects[p.name] = r, r
	}
	if !changed && len(rects) == w.probed {
		return
	}
	w.probed = len(rects)
	text, err := json.MarshalIndent(rects, "", "\t")
	if err == nil {
		err = os.WriteFile(w.opt.Probe+".part", append(text, '\n'), 0o600)
	}
	if err == nil {
		err = os.Rename(w.opt.Probe+".part", w.opt.Probe)
	}
	if err != nil {
		w.fail("act.draw", err)
	}
}
