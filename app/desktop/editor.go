package desktop

import (
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/scene"
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
	scene   *scene.Scene                   // of base
	cutaway func(ahead geom.Vec3) []string // likewise
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
	found              ideas
	crowd              *crowd    // that is explained; nil: none is
	beside             *beside   // the site and the draft are looked at side by side; nil: they are not
	regard             *regarded // how people regard the fixtures; nil: it is not shown
	recorded           *placing  // ways that lie over the plan; nil: none do
	compared           *compared // with the site as it stands; nil: nothing was, or the draft is another since

	rules   chan layout.Layout // the newest to be checked
	cancel  context.CancelFunc
	drawing bool // a scene is being drawn
	stale   bool // and is of an older draft already
	drawn   map[twin.AssetID]twin.Pose

	pictureOf *layout.Layout // that was drawn last; nil: the site as it stands
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
	e := &editor{w: w, planner: p, site: site, base: base, scene: w.twin.Scene(), cutaway: w.twin.Cutaway, draft: layout.NewDraft(base), check: p.Plan.Checker(base), snaps: true, rules: make(chan layout.Layout, 1), drawn: map[twin.AssetID]twin.Pose{}}
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
	e.dropCrowd()
	if e.compared != nil && !e.compared.to.Equal(l) {
		e.compared = nil
	}
	if e.beside != nil && e.beside.idea != 0 {
		e.beside.idea = 0 // what is worked on is looked at
	}
	e.selected = slices.DeleteFunc(e.selected, func(id twin.AssetID) bool { _, ok := l.Asset(id); return !ok })
	e.recheck()
	e.redraw()
	e.told()
	if e.panel != nil {
		e.panel.update()
		e.panel.arrange()
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
	l := e.pictured()
	if l.Equal(e.base) && e.w.base == e.w.twin.Scene() || e.pictureOf != nil && l.Equal(*e.pictureOf) {
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
		e.pictureOf = &l
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
