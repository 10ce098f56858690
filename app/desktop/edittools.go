package desktop

import (
	"fmt"
	"math"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// click is a tap on the floor that was no drag.
func (e *editor) click(p geom.Vec2, more bool) {
	if e.tool == toolAdd && e.adding != nil {
		e.put(p)
		return
	}
	if e.tool == toolMeasure {
		return
	}
	a, ok := e.at(p)
	if !ok {
		e.pick("", more)
		return
	}
	if more && slices.Contains(e.selected, a.ID) && e.drag != nil {
		return // the press selected it
	}
	e.pick(a.ID, false)
}

// put adds a thing of the kind in hand, brought into line with its neighbours.
func (e *editor) put(p geom.Vec2) {
	k := e.adding
	level := e.floor(p)
	a := twin.Asset{Class: k.Class, Size: k.Size, Pose: twin.Pose{Position: geom.Vec3{p[0], level + k.Lift, p[1]}, Yaw: e.addYaw}}
	for _, z := range e.site.Zones {
		if z.Kind == "room" && plan.Inside(z.Outline, p) {
			a.Zone = z.ID
		}
	}
	l := e.draft.Now()
	edit, err := l.Add(a)
	if err != nil {
		e.w.fail("act.layout", err)
		return
	}
	id := edit.Changes[0].After.ID
	e.check.Set(edit.Changes)
	s := layout.Snapping{Grid: gridStep, Reach: snapMost}
	if !e.snaps {
		s = layout.Snapping{}
	}
	got := e.check.Snap([]twin.AssetID{id}, geom.Vec2{}, s)
	e.check.Set(edit.Inverse().Changes)
	after := *edit.Changes[0].After
	after.Pose.Position[0] += got.By[0]
	after.Pose.Position[2] += got.By[1]
	after.Name = e.w.speak.Say("plan.name.new", "title", k.title(string(e.w.speak.Language())), "id", string(id))
	if e.do(l.Add(after)) {
		e.selected = []twin.AssetID{id}
		e.changed()
	}
}

func (e *editor) floor(p geom.Vec2) float64 {
	for _, z := range e.site.Zones {
		if z.Kind == "room" && plan.Inside(z.Outline, p) {
			return z.FloorY
		}
	}
	return e.w.floor()
}

func (k *Kind) title(lang string) string {
	if t := k.Title[lang]; t != "" {
		return t
	}
	if t := k.Title["en"]; t != "" {
		return t
	}
	return k.Class
}

// rotate turns the selection, or what is about to be put down.
func (e *editor) rotate() {
	if e.tool == toolAdd {
		e.addYaw = math.Remainder(e.addYaw+math.Pi/2, 2*math.Pi)
		e.told()
		return
	}
	if ids := e.movable(); len(ids) > 0 {
		e.do(e.draft.Now().Turn(ids, math.Pi/2))
	}
}

// duplicate puts copies at the first side where they can stand.
func (e *editor) duplicate() {
	ids := e.movable()
	if len(ids) == 0 {
		return
	}
	l := e.draft.Now()
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, id := range ids {
		a, _ := l.Asset(id)
		for _, c := range cornersOf(a) {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], c[k]), max(hi[k], c[k])
			}
		}
	}
	size := hi.Sub(lo)
	var last error
	for n := 1.0; n <= 3; n++ {
		for _, way := range [4]geom.Vec2{{size[0], 0}, {-size[0], 0}, {0, size[1]}, {0, -size[1]}} {
			edit, err := l.Duplicate(ids, way.Mul(n))
			if err != nil {
				e.w.fail("act.layout", err)
				return
			}
			e.check.Set(edit.Changes)
			last = e.check.Allowed(edit.IDs()...)
			e.check.Set(edit.Inverse().Changes)
			if last == nil {
				if e.do(edit, nil) {
					e.selected = edit.IDs()
					e.changed()
				}
				return
			}
		}
	}
	e.refuse(last)
}

func (e *editor) remove() {
	if ids := e.movable(); len(ids) > 0 {
		e.do(e.draft.Now().Delete(ids))
	}
}

func (e *editor) use(t tool) {
	e.tool, e.adding, e.measured = t, nil, [2]geom.Vec2{}
	switch t {
	case toolMeasure:
		e.w.tell(e.w.speak.Say("plan.measure.how"))
	}
	e.told()
}

// lookAtSelected looks at what is selected, at everything where nothing is.
func (e *editor) lookAtSelected() {
	box, yaw := geom.EmptyBox(), 0.0
	for _, id := range e.selected {
		if a, ok := e.draft.Now().Asset(id); ok {
			lo, hi := extent(a)
			box, yaw = box.Add(lo).Add(hi), a.Pose.Yaw
		}
	}
	if box.Min[0] > box.Max[0] {
		e.w.overview()
		return
	}
	e.w.view.steer(func(c render.Camera) render.Camera {
		c.Yaw = yaw + 0.45 // its front, seen a little from the side
		return framing(c, box.Min, box.Max, e.w.view.aspect())
	})
}

// typed does what a key is for; false when it is for the rest of the window.
func (e *editor) typed(key *fyne.KeyEvent) bool {
	step := gridStep
	nudge := func(x, z float64) {
		if ids := e.movable(); len(ids) > 0 {
			e.do(e.draft.Now().Move(ids, geom.Vec2{x * step, z * step}))
		}
	}
	switch key.Name {
	case fyne.KeyEscape:
		switch {
		case e.drag != nil:
			e.drag = nil
			e.recheck()
			e.told()
		case e.tool != toolSelect:
			e.use(toolSelect)
		default:
			e.pick("", false)
		}
	case fyne.KeyDelete, fyne.KeyBackspace:
		e.remove()
	case fyne.KeyF:
		e.lookAtSelected()
	case fyne.KeyR:
		e.rotate()
	case fyne.KeyB:
		e.toggleBeside()
	case fyne.KeyM:
		e.use(toolMeasure)
	case fyne.KeyLeft:
		nudge(-1, 0)
	case fyne.KeyRight:
		nudge(1, 0)
	case fyne.KeyUp:
		nudge(0, -1)
	case fyne.KeyDown:
		nudge(0, 1)
	case fyne.KeyHome, fyne.Key1, fyne.Key2, fyne.Key3, fyne.KeyF3, fyne.KeyL, fyne.KeyV, fyne.KeyX, fyne.KeyC, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyS:
		return false // ways to look
	}
	return true
}

// steps tells how the draft is, for the strip above.
func (e *editor) steps() string {
	undo, _ := e.draft.Steps()
	name := e.draft.Now().Name
	if name == "" {
		name = "–"
	}
	return e.w.speak.Say("plan.draft", "name", name, "steps", fmt.Sprint(undo))
}
