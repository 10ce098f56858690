package desktop

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

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
		if !plan.Inside(c[:], p) || e.overhead(a) && a.Size[0]*a.Size[2] > 6 {
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

// pick selects one thing, or with more adds it to those selected, or takes it out.
func (e *editor) pick(id twin.AssetID, more bool) {
	if e.beside != nil {
		e.beside.gone = ""
	}
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
