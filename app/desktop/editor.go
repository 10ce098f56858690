package desktop

import (
	"context"
	"fmt"
	"math"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// editor is a draft of the layout in hand, beside the running twin: what is
// selected, what is dragged, and what it breaks. It belongs to the interface's
// thread; the rules are checked and scenes drawn away from it.
type editor struct {
	w       *window
	planner *Planner
	site    *twin.Site // that is planned for, as it stood when the planner was opened
	base    layout.Layout
	draft   *layout.Draft
	check   *layout.Checker // holds the draft as it is, without what is dragged
	panel   *editPanel
	plan    *planView

	selected []twin.AssetID
	tool     tool
	adding   *Kind
	addYaw   float64
	addAt    *geom.Vec2 // where it would be put down
	drag     *dragging
	measured [2]geom.Vec2
	snaps    bool

	broken, baseBroken []layout.Breach

	rules   chan layout.Layout // the newest to be checked
	cancel  context.CancelFunc
	drawing bool // a scene is being drawn
	stale   bool // and is of an older draft already
	drawn   map[twin.AssetID]twin.Pose
}

type tool uint8

const (
	toolSelect tool = iota
	toolMeasure
	toolAdd
)

// dragging is a drag in hand, in plan.
type dragging struct {
	kind   dragKind
	ids    []twin.AssetID
	from   geom.Vec2
	to     geom.Vec2
	by     geom.Vec2
	turn   float64
	middle geom.Vec2 // that is turned about
	guides []layout.Guide
	held   *layout.Blocked
}

type dragKind uint8

const (
	dragMove dragKind = iota
	dragTurn
	dragFrame
	dragMeasure
)

// Figures of working by hand.
const (
	snapPixels = 10
	snapMost   = 0.3  // metres
	gridStep   = 0.05 // metres
	turnReach  = 0.09 // radians, 5°
	turnStep   = math.Pi / 12
	handleAway = 0.55 // metres before the front
	sayMost    = 4    // sentences on the floor
)

func newEditor(w *window, p *Planner) *editor {
	site := w.twin.Site()
	base := layout.Of(site)
	e := &editor{w: w, planner: p, site: site, base: base, draft: layout.NewDraft(base), check: p.Plan.Checker(base), snaps: true, rules: make(chan layout.Layout, 1), drawn: map[twin.AssetID]twin.Pose{}}
	for _, a := range base.Assets {
		e.drawn[a.ID] = a.Pose
	}
	e.baseBroken = e.check.Breaches()
	e.broken = e.baseBroken
	if _, ok := base.Asset(w.asset); ok {
		e.selected = []twin.AssetID{w.asset}
	}
	return e
}

// begin starts the checking of rules.
func (e *editor) begin() {
	ctx, cancel := context.WithCancel(e.w.feed.ctx)
	e.cancel = cancel
	base := e.base
	e.w.feed.jobs.Add(1)
	go func() {
		defer e.w.feed.jobs.Done()
		c, at := e.planner.Plan.Checker(base), base
		for {
			select {
			case <-ctx.Done():
				return
			case next := <-e.rules:
				c.Set(layout.Compare(at, next).Edit().Changes)
				at = next
				broken := c.Breaches()
				e.w.feed.post(func() {
					if e.w.edit == e {
						e.broken = broken
						e.told()
					}
				})
			}
		}
	}()
	e.w.view.hand = e
	e.changed()
}

func (e *editor) end() {
	if e.cancel != nil {
		e.cancel()
	}
}

// now is the draft with what is dragged.
func (e *editor) now() layout.Layout {
	l := e.draft.Now()
	if e.drag == nil {
		return l
	}
	if edit, err := e.dragged(); err == nil {
		if next, err := l.Do(edit); err == nil {
			return next
		}
	}
	return l
}

// dragged is the edit that the drag in hand would make.
func (e *editor) dragged() (layout.Edit, error) {
	switch d := e.drag; d.kind {
	case dragMove:
		return e.draft.Now().Move(d.ids, d.by)
	case dragTurn:
		return e.draft.Now().Turn(d.ids, d.turn)
	}
	return layout.Edit{Verb: layout.Move}, nil
}

// recheck has the rules looked at for the draft as it is under the hand.
func (e *editor) recheck() {
	l := e.now()
	for {
		select {
		case e.rules <- l:
			return
		default:
		}
		select { // an older one that was not looked at yet
		case <-e.rules:
		default:
		}
	}
}

// do does an edit if things can stand so, and says why when they cannot.
func (e *editor) do(edit layout.Edit, err error) bool {
	if err != nil {
		e.w.fail("act.layout", err)
		return false
	}
	if len(edit.Changes) == 0 {
		return false
	}
	e.check.Set(edit.Changes)
	if ids := edit.IDs(); len(ids) > 0 {
		if err := e.check.Allowed(ids...); err != nil {
			e.check.Set(edit.Inverse().Changes)
			e.refuse(err)
			return false
		}
	}
	if err := e.draft.Do(edit); err != nil {
		e.check.Set(edit.Inverse().Changes)
		e.w.fail("act.layout", err)
		return false
	}
	e.changed()
	return true
}

func (e *editor) refuse(err error) {
	if b, ok := err.(*layout.Blocked); ok {
		e.w.tell(e.w.speak.Breach(b.Breach, e.name))
		return
	}
	e.w.fail("act.layout", err)
}

func (e *editor) undo() {
	if edit, ok := e.draft.Undo(); ok {
		e.check.Set(edit.Inverse().Changes)
		e.changed()
	}
}

func (e *editor) redo() {
	if edit, ok := e.draft.Redo(); ok {
		e.check.Set(edit.Changes)
		e.changed()
	}
}

// changed shows the draft as it is after an edit.
func (e *editor) changed() {
	l := e.draft.Now()
	e.selected = slices.DeleteFunc(e.selected, func(id twin.AssetID) bool { _, ok := l.Asset(id); return !ok })
	e.recheck()
	e.redraw()
	e.told()
	if e.panel != nil {
		e.panel.update()
	}
}

// told shows what is selected, dragged and broken.
func (e *editor) told() {
	if e.plan != nil {
		e.plan.raster.Refresh()
	}
	if e.panel != nil {
		e.panel.rules()
	}
	e.frame()
	e.w.probe()
}

// redraw has the scene of the draft drawn, the newest only.
func (e *editor) redraw() {
	if e.planner.Draw == nil {
		return
	}
	if e.drawing {
		e.stale = true
		return
	}
	l := e.draft.Now()
	if l.Equal(e.base) && e.w.base == e.w.twin.Scene() {
		return
	}
	e.drawing, e.stale = true, false
	site := l.Site(e.site)
	var fit app.Fit
	e.w.feed.do("act.draw", func(ctx context.Context) (err error) {
		fit, err = e.planner.Draw(ctx, site)
		if err != nil {
			e.w.feed.post(func() { e.drawing = false })
		}
		return err
	}, func() {
		e.drawing = false
		if e.w.edit != e {
			return
		}
		e.drawn = map[twin.AssetID]twin.Pose{}
		for _, a := range site.Assets {
			e.drawn[a.ID] = a.Pose
		}
		e.w.show(fit.Scene, fit.Cutaway)
		e.frame()
		if e.stale {
			e.redraw()
		}
	})
}

// name is what a thing, or a part of the building, is called.
func (e *editor) name(id twin.AssetID) string {
	if a, ok := e.now().Asset(id); ok {
		return e.w.speak.AssetName(a)
	}
	return string(id)
}

// at finds the thing that stands at a plan point: what stands on the floor before
// what hangs, the smaller before the larger.
func (e *editor) at(p geom.Vec2) (twin.Asset, bool) {
	var best twin.Asset
	found := false
	rank := func(a twin.Asset) float64 {
		r := a.Size[0] * a.Size[2]
		if !e.planner.Facts(a).Stands {
			r += 1e6
		}
		return r
	}
	for _, a := range e.draft.Now().Assets {
		c := cornersOf(a)
		if !insideQuad(c, p) || e.overhead(a) && a.Size[0]*a.Size[2] > 6 {
			continue
		}
		if !found || rank(a) < rank(best) {
			best, found = a, true
		}
	}
	return best, found
}

func (e *editor) overhead(a twin.Asset) bool { return a.Pose.Position[1] > 1.9 }

func cornersOf(a twin.Asset) [4]geom.Vec2 {
	s, c := math.Sincos(a.Pose.Yaw)
	u, v := geom.Vec2{c, -s}.Mul(a.Size[0]/2), geom.Vec2{s, c}.Mul(a.Size[2]/2)
	m := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
	return [4]geom.Vec2{m.Sub(u).Sub(v), m.Add(u).Sub(v), m.Add(u).Add(v), m.Sub(u).Add(v)}
}

func insideQuad(c [4]geom.Vec2, p geom.Vec2) bool {
	sign := 0.0
	for i := range c {
		a, b := c[i], c[(i+1)%4]
		x := (b[0]-a[0])*(p[1]-a[1]) - (b[1]-a[1])*(p[0]-a[0])
		if x*sign < 0 {
			return false
		}
		if x != 0 {
			sign = x
		}
	}
	return true
}

// pick selects one thing, or with more adds it to those selected, or takes it out.
func (e *editor) pick(id twin.AssetID, more bool) {
	switch {
	case more && slices.Contains(e.selected, id):
		e.selected = slices.DeleteFunc(e.selected, func(x twin.AssetID) bool { return x == id })
	case more && id != "":
		e.selected = append(e.selected, id)
	case id == "":
		e.selected = nil
	default:
		e.selected = []twin.AssetID{id}
	}
	e.told()
	if e.panel != nil {
		e.panel.update()
	}
}

// movable are the selected things that an edit may move.
func (e *editor) movable() []twin.AssetID {
	var out []twin.AssetID
	for _, id := range e.selected {
		if a, ok := e.draft.Now().Asset(id); ok && !e.planner.Facts(a).Fixed {
			out = append(out, id)
		}
	}
	return out
}

// handle is where the selection is turned by; false when nothing is selected.
func (e *editor) handle() (at, middle geom.Vec2, ok bool) {
	ids := e.movable()
	if len(ids) == 0 {
		return at, middle, false
	}
	l := e.now()
	a, _ := l.Asset(ids[0])
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, id := range ids {
		x, _ := l.Asset(id)
		for _, c := range cornersOf(x) {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], c[k]), max(hi[k], c[k])
			}
		}
	}
	middle = lo.Add(hi).Mul(0.5)
	s, c := math.Sincos(a.Pose.Yaw)
	front := geom.Vec2{s, c}
	return middle.Add(front.Mul(hi.Sub(lo).Len()/2 + handleAway)), middle, true
}

// grab begins a drag at a plan point; reach is what counts as there, metres.
func (e *editor) grab(p geom.Vec2, more bool, reach float64) {
	switch e.tool {
	case toolMeasure:
		p = e.corner(p, reach)
		e.drag = &dragging{kind: dragMeasure, from: p, to: p}
		return
	case toolAdd:
		return // put down by a click
	}
	if at, middle, ok := e.handle(); ok && at.Sub(p).Len() < 1.5*reach {
		e.drag = &dragging{kind: dragTurn, ids: e.movable(), from: p, to: p, middle: middle}
		return
	}
	a, ok := e.at(p)
	if !ok {
		e.drag = &dragging{kind: dragFrame, from: p, to: p}
		return
	}
	if !slices.Contains(e.selected, a.ID) {
		e.pick(a.ID, more)
	}
	if ids := e.movable(); len(ids) > 0 {
		e.drag = &dragging{kind: dragMove, ids: ids, from: p, to: p}
	}
}

// pull takes the drag to a plan point.
func (e *editor) pull(p geom.Vec2, reach float64) {
	d := e.drag
	if d == nil {
		return
	}
	d.to = p
	switch d.kind {
	case dragMove:
		s := layout.Snapping{Last: d.by}
		if e.snaps {
			s.Reach, s.Grid = min(snapMost, reach), gridStep
		}
		got := e.check.Snap(d.ids, p.Sub(d.from), s)
		d.by, d.guides, d.held = got.By, got.Guides, got.Held
		e.recheck()
	case dragTurn:
		a, b := d.from.Sub(d.middle), p.Sub(d.middle)
		turn := math.Atan2(b[0], b[1]) - math.Atan2(a[0], a[1])
		d.turn = math.Remainder(turn, 2*math.Pi)
		if e.snaps {
			d.turn = e.check.SnapTurn(d.ids, d.turn, turnReach, turnStep)
		}
		e.recheck()
	case dragMeasure:
		d.to = e.corner(p, reach)
		e.measured = [2]geom.Vec2{d.from, d.to}
	}
	e.told()
}

// drop ends the drag and does what it was for.
func (e *editor) drop(more bool) {
	d := e.drag
	if d == nil {
		return
	}
	edit, err := e.dragged()
	e.drag = nil
	switch d.kind {
	case dragMove, dragTurn:
		if !e.do(edit, err) {
			e.recheck()
			e.told()
		}
	case dragFrame:
		e.frameSelect(d.from, d.to, more)
	default:
		e.told()
	}
}

// frameSelect selects what lies in a frame that was drawn.
func (e *editor) frameSelect(a, b geom.Vec2, more bool) {
	if !more {
		e.selected = nil
	}
	lo, hi := geom.Vec2{min(a[0], b[0]), min(a[1], b[1])}, geom.Vec2{max(a[0], b[0]), max(a[1], b[1])}
	for _, x := range e.draft.Now().Assets {
		p := x.Pose.Position
		if p[0] > lo[0] && p[0] < hi[0] && p[2] > lo[1] && p[2] < hi[1] && !e.overhead(x) && !slices.Contains(e.selected, x.ID) && !e.planner.Facts(x).Fixed {
			e.selected = append(e.selected, x.ID)
		}
	}
	e.told()
	e.panel.update()
}

// corner is the corner of a thing or a room that is near a point, else the point.
func (e *editor) corner(p geom.Vec2, reach float64) geom.Vec2 {
	best, least := p, reach
	look := func(q geom.Vec2) {
		if d := q.Sub(p).Len(); d < least {
			best, least = q, d
		}
	}
	for _, a := range e.draft.Now().Assets {
		for _, c := range cornersOf(a) {
			look(c)
		}
	}
	for _, z := range e.site.Zones {
		for _, c := range z.Outline {
			look(c)
		}
	}
	return best
}

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
		if z.Kind == "room" && containsPoint(z.Outline, p) {
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
		if z.Kind == "room" && containsPoint(z.Outline, p) {
			return z.FloorY
		}
	}
	return e.w.floor()
}

func containsPoint(loop []geom.Vec2, p geom.Vec2) bool {
	in := false
	for i, a := range loop {
		b := loop[(i+1)%len(loop)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1]) {
			in = !in
		}
	}
	return in
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
	case fyne.KeyR:
		e.rotate()
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
