package desktop

import (
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// sight is how the user looks through the site: what is seen through, what is
// left out and what is cut away. Nothing of it is kept.
type sight struct {
	xray  bool // all but what is told of is a veil
	alone bool // only the selected is shown
	cut   cutting
	at    float64 // where the cut is, metres along its normal
	apart bool    // storeys are lifted off each other
}

// cutting is how the site is cut.
type cutting uint8

const (
	cutNone    cutting = iota
	cutFlat            // as a plan
	cutUpright         // as a section, across the way that one looks
	cuttings
)

const (
	planHeight = 1.2 // metres over the floor, where architects cut plans
	cutStep    = 0.1 // metres, of a key
)

func (w *window) toggleXray() {
	w.sight.xray, w.sight.alone = !w.sight.xray, false
	w.look("sight.xray", w.sight.xray)
}

// isolate shows the selected thing alone.
func (w *window) isolate() {
	if w.marked() == "" && !w.sight.alone {
		w.tell(w.speak.Say("sight.select"))
		return
	}
	w.sight.alone, w.sight.xray = !w.sight.alone, false
	w.look("sight.alone", w.sight.alone)
}

// nextCut goes from no cut to a plan, to a section, and back.
func (w *window) nextCut() { w.setCut((w.sight.cut + 1) % cuttings) }

func (w *window) setCut(to cutting) {
	w.sight.cut = to
	switch to {
	case cutFlat:
		w.sight.at = w.floor() + planHeight
	case cutUpright:
		w.view.mu.Lock()
		c := w.view.frame.Camera
		w.view.mu.Unlock()
		w.across = upright(c)
		w.sight.at = c.Target.Dot(w.across)
	}
	w.look("sight.cut", to != cutNone)
}

// moveCut moves the cut along its normal.
func (w *window) moveCut(by float64) {
	if w.sight.cut == cutNone {
		return
	}
	w.sight.at += by
	w.applySight()
}

// upright is the level axis that looks most towards the camera.
func upright(c render.Camera) geom.Vec3 {
	a := c.Ahead()
	if math.Abs(a[0]) > math.Abs(a[2]) {
		return geom.Vec3{-math.Copysign(1, a[0]), 0, 0}
	}
	return geom.Vec3{0, 0, -math.Copysign(1, a[2])}
}

// toggleApart lifts the storeys off each other, or lets them down.
func (w *window) toggleApart() {
	w.sight.apart = !w.sight.apart
	w.show(w.base, w.view.cutaway)
	if e := w.edit; e != nil && e.beside != nil {
		e.stand(e.beside.idea)
	}
	w.take(w.now)
	w.overview()
	w.look("sight.apart", w.sight.apart)
}

// storeys are those of the site that is shown.
func (w *window) storeys() render.Storeys { return app.StoreysOf(w.shown()) }

// show has a scene drawn, taken apart if the user wants that.
func (w *window) show(sc *scene.Scene, cutaway func(ahead geom.Vec3) []string) {
	w.base = sc
	w.view.refit(w.lifted(sc), cutaway)
}

// lifted is a scene of the site, taken apart if the user wants that.
func (w *window) lifted(sc *scene.Scene) *scene.Scene {
	if s := w.storeys(); w.sight.apart && sc != nil {
		return s.Apart(sc, s.Span())
	}
	return sc
}

// compare keeps the picture of now as that of before, beside what follows, or
// leaves it.
func (w *window) compare() {
	w.view.mu.Lock()
	if w.view.before != nil {
		w.view.before = nil
	} else {
		f := w.view.frame
		w.view.before, w.view.wipe = &f, 0.5
	}
	on := w.view.before != nil
	w.view.turns++
	w.view.mu.Unlock()
	w.view.ask()
	w.look("sight.compare", on)
}

// floor is the floor that the selected thing stands on, or the lowest.
func (w *window) floor() float64 {
	low := math.Inf(1)
	zone := ""
	if a, ok := w.shown().Asset(w.asset); ok {
		zone = string(a.Zone)
	}
	for _, z := range w.shown().Zones {
		if string(z.ID) == zone {
			return z.FloorY
		}
		low = math.Min(low, z.FloorY)
	}
	if math.IsInf(low, 0) {
		return 0
	}
	return low
}

// look applies a choice and says how to undo it.
func (w *window) look(key string, on bool) {
	w.applySight()
	if on {
		w.tell(w.speak.Say(key))
		return
	}
	w.notice.say("")
}

// applySight has the next frames drawn as the user looks.
func (w *window) applySight() {
	s := w.sight
	selected := w.marked()
	told := toldOf(w.now.Overlays)
	told[selected] = true
	w.view.mu.Lock()
	all, only := w.view.all, ""
	if a := w.view.aside; a != nil {
		all = slices.Concat(all, a.all)
	}
	if s.alone {
		only = selected
	}
	w.view.only = only
	w.view.mu.Unlock()
	var veiled map[string]bool
	if s.xray {
		veiled = map[string]bool{}
		for _, e := range all {
			if !told[e] {
				veiled[e] = true
			}
		}
	}
	var cut render.Cut
	switch s.cut {
	case cutFlat:
		cut = render.Cut{Away: geom.Vec3{0, 1, 0}, Offset: s.at}
	case cutUpright:
		cut = render.Cut{Away: w.across, Offset: s.at}
	}
	w.view.change(func(f *render.Frame) {
		f.Veiled, f.Cut = veiled, cut
		f.Hidden = w.view.hides(f.Camera)
	})
}

// toldOf are the entities that overlays say something of.
func toldOf(set overlay.Set) map[string]bool {
	out := map[string]bool{}
	for i := range set.Tints {
		if !set.Tints[i].Grey {
			out[set.Tints[i].Entity] = true
		}
	}
	for i := range set.Labels {
		out[set.Labels[i].Entity] = true
	}
	return out
}

// sightMenu offers the ways to look, with their keys.
func (w *window) sightMenu() fyne.CanvasObject {
	var b *widget.Button
	b = widget.NewButton(w.speak.Say("tool.sight"), func() {
		item := func(key string, on bool, act func()) *fyne.MenuItem {
			i := fyne.NewMenuItem(w.speak.Say(key), act)
			i.Checked = on
			return i
		}
		besides := item("sight.menu.compare", w.view.before != nil, w.compare)
		if e := w.edit; e != nil {
			besides = item("beside.menu", e.beside != nil, e.toggleBeside)
		}
		menu := fyne.NewMenu("",
			item("sight.menu.xray", w.sight.xray, w.toggleXray),
			item("sight.menu.alone", w.sight.alone, w.isolate),
			item("sight.menu.apart", w.sight.apart, w.toggleApart),
			besides,
			fyne.NewMenuItemSeparator(),
			item("sight.menu.whole", w.sight.cut == cutNone, func() { w.setCut(cutNone) }),
			item("sight.menu.flat", w.sight.cut == cutFlat, func() { w.setCut(cutFlat) }),
			item("sight.menu.upright", w.sight.cut == cutUpright, func() { w.setCut(cutUpright) }),
		)
		at := w.app.Driver().AbsolutePositionForObject(b)
		widget.ShowPopUpMenuAtPosition(menu, w.win.Canvas(), at.AddXY(0, b.Size().Height))
	})
	b.Importance = widget.LowImportance
	w.mark("sight", b)
	return b
}
