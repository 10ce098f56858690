package desktop

import (
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// Colours of planning: blue is the plan, red what it breaks, grey how it is.
var (
	inkPlan   = color.NRGBA{0x0B, 0x6B, 0xB8, 0xFF}
	inkBroken = color.NRGBA{0xC0, 0x3A, 0x12, 0xFF}
	inkGuide  = color.NRGBA{0xB0, 0x2A, 0x8F, 0xFF}
	inkAdds   = color.NRGBA{0xC9, 0x50, 0x1C, 0xFF} // what adds to a crowd
	inkTakes  = color.NRGBA{0x2B, 0x78, 0xB5, 0xFF} // what takes from it
	white     = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
	inkMuted  = color.NRGBA{0x7A, 0x86, 0x93, 0xFF}
)

func faded(c color.NRGBA, a uint8) color.NRGBA { c.A = a; return c }

// picture is the floor plan of the draft with what is dragged, in the window's
// look.
func (e *editor) picture(v floorplan.View, look floorplan.Look) *image.RGBA {
	p := e.paper(look)
	if e.recorded != nil {
		e.recorded.lay(&p)
	}
	return floorplan.Draw(p, v, look)
}

// paper is what the plan of the draft shows.
func (e *editor) paper(look floorplan.Look) floorplan.Picture {
	var p floorplan.Picture
	for _, z := range e.site.Zones {
		if z.Kind == "room" {
			p.Rooms = append(p.Rooms, z.Outline)
		}
	}
	l := e.now()
	if f := e.floored(); f.heat() != nil {
		h := f.heat()
		p.Heat = floorplan.Heat{Lo: h.Min, Hi: h.Max, Columns: h.Columns, Colors: f.colors}
	}
	moved := e.ghosts(l, &p)
	var above []floorplan.Thing
	for _, a := range l.Assets {
		facts := e.planner.Facts(a)
		t := floorplan.Thing{Corners: cornersOf(a), Name: e.w.speak.AssetName(a), Front: facts.Front || facts.Till}
		picked := slices.Contains(e.selected, a.ID)
		switch {
		case picked:
			t.Fill, t.Edge, t.Wide = faded(inkPlan, 0x60), inkPlan, 2.5
		case moved[a.ID]:
			t.Fill, t.Edge, t.Wide = faded(inkPlan, 0x30), inkPlan, 1.5
		case facts.Fixed:
			t.Fill, t.Edge, t.Name = faded(inkMuted, 0x50), inkMuted, ""
		case e.overhead(a):
			t.Edge, t.Dashed, t.Name = faded(inkMuted, 0x70), true, ""
		default:
			t.Fill, t.Edge = faded(inkMuted, 0x40), inkMuted
		}
		if c, ok := e.regard.fill(a.ID); ok {
			t.Fill = c
		}
		if picked {
			above = append(above, t)
			continue
		}
		p.Things = append(p.Things, t)
	}
	p.Things = append(p.Things, above...)
	e.ideaPlan(&p)
	e.crowdPlan(&p)
	e.marks(&p, look)
	e.lines(l, &p, look)
	if p.Legend == nil {
		p.Legend = e.regardLegend()
	}
	return p
}

// ghosts draws where things stand on the site that the draft moved or took away,
// and tells which it moved or added.
func (e *editor) ghosts(l layout.Layout, p *floorplan.Picture) map[twin.AssetID]bool {
	out := map[twin.AssetID]bool{}
	d := layout.Compare(e.base, l)
	ghost := func(a twin.Asset) {
		p.Things = append(p.Things, floorplan.Thing{Corners: cornersOf(a), Edge: inkMuted, Dashed: true})
	}
	for _, m := range d.Moved {
		out[m.ID] = true
		a, _ := e.base.Asset(m.ID)
		ghost(a)
	}
	for _, a := range d.Went {
		ghost(a)
	}
	for _, a := range d.Came {
		out[a.ID] = true
	}
	for _, c := range d.Changed {
		out[c.ID()] = true
	}
	return out
}

// shownBreaches are those that are drawn: while something is dragged or selected
// those of it, else those that the site as it stands does not have.
func (e *editor) shownBreaches() []layout.Breach {
	worse := layout.Worse(e.baseBroken, e.broken)
	var first, rest []layout.Breach
	for _, b := range worse {
		if e.inHand(b) {
			first = append(first, b)
		} else {
			rest = append(rest, b)
		}
	}
	return append(first, rest...)
}

// inHand tells whether what is dragged or selected breaks a rule. Only then its
// sentence is written on the floor, where all of them would cover it; the list of
// rules tells the others.
func (e *editor) inHand(b layout.Breach) bool {
	ids := e.selected
	if e.drag != nil && len(e.drag.ids) > 0 {
		ids = e.drag.ids
	}
	return slices.ContainsFunc(b.Assets, func(id twin.AssetID) bool { return slices.Contains(ids, id) })
}

func (e *editor) marks(p *floorplan.Picture, look floorplan.Look) {
	for i, b := range e.shownBreaches() {
		mid := geom.Vec2{}
		for _, m := range b.Mark {
			mid = mid.Add(m.Mul(1 / float64(len(b.Mark))))
		}
		switch len(b.Mark) {
		case 0:
			continue
		case 1:
			p.Dots = append(p.Dots, floorplan.Dot{At: mid, Radius: 6, Fill: inkBroken})
		case 2:
			p.Lines = append(p.Lines, floorplan.Line{A: b.Mark[0], B: b.Mark[1], Color: inkBroken, Wide: 2, Dashed: true})
		default:
			p.Areas = append(p.Areas, floorplan.Area{Corners: b.Mark, Fill: faded(inkBroken, 0x48), Edge: inkBroken})
		}
		if i < sayMost && e.inHand(b) {
			p.Texts = append(p.Texts, floorplan.Text{At: mid.Add(geom.Vec2{0, 0.35 * float64(i%2)}), Text: e.w.speak.Breach(b, e.name), Ink: color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}, Ground: inkBroken})
		}
	}
}

// lines are guides, distances, the handle to turn by, and what is measured.
func (e *editor) lines(l layout.Layout, p *floorplan.Picture, look floorplan.Look) {
	if d := e.drag; d != nil {
		for _, g := range d.guides {
			p.Lines = append(p.Lines, floorplan.Line{A: g.A, B: g.B, Color: inkGuide, Wide: 1.5})
		}
		if d.kind == dragFrame {
			lo, hi := d.from, d.to
			p.Areas = append(p.Areas, floorplan.Area{Corners: []geom.Vec2{lo, {hi[0], lo[1]}, hi, {lo[0], hi[1]}}, Fill: faded(inkPlan, 0x20), Edge: inkPlan})
		}
		if d.held != nil {
			at := d.to
			p.Texts = append(p.Texts, floorplan.Text{At: at, Text: e.w.speak.Breach(d.held.Breach, e.name), Ink: color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}, Ground: inkBroken})
		}
	}
	if ids := e.movable(); len(ids) == 1 && e.tool == toolSelect {
		for _, g := range e.gaps(l, ids[0]) {
			p.Lines = append(p.Lines, floorplan.Line{A: g.A, B: g.B, Color: inkPlan, Ticks: true, Text: e.w.speak.Metres(g.Wide)})
		}
	}
	if at, middle, ok := e.handle(); ok && e.tool == toolSelect {
		p.Lines = append(p.Lines, floorplan.Line{A: middle, B: at, Color: faded(inkPlan, 0x90)})
		p.Dots = append(p.Dots, floorplan.Dot{At: at, Radius: 6, Fill: inkPlan})
	}
	if m := e.measured; m[0] != m[1] {
		p.Lines = append(p.Lines, floorplan.Line{A: m[0], B: m[1], Color: look.Ink, Wide: 1.5, Ticks: true, Text: e.w.speak.Metres(m[1].Sub(m[0]).Len())})
	}
	if e.tool == toolAdd && e.adding != nil && e.addAt != nil {
		a := twin.Asset{Size: e.adding.Size, Pose: twin.Pose{Position: geom.Vec3{e.addAt[0], 0, e.addAt[1]}, Yaw: e.addYaw}}
		p.Areas = append(p.Areas, floorplan.Area{Corners: sliceOf(cornersOf(a)), Fill: faded(inkPlan, 0x50), Edge: inkPlan})
	}
}

func sliceOf(c [4]geom.Vec2) []geom.Vec2 { return c[:] }

// gaps are the distances around a thing where it is under the hand.
func (e *editor) gaps(l layout.Layout, id twin.AssetID) []layout.Gap {
	a, ok := l.Asset(id)
	before, was := e.draft.Now().Asset(id)
	if !ok || !was {
		return nil
	}
	c := []layout.Change{{Before: &before, After: &a}}
	e.check.Set(c)
	out := e.check.Gaps(id)
	e.check.Set([]layout.Change{{Before: &a, After: &before}})
	return out
}

// frame has the 3D picture show the draft: what is under the hand as a ghost, how
// the site stands beside it, guides and what is broken on the floor.
func (e *editor) frame() {
	selected := ""
	if len(e.selected) > 0 {
		selected = string(e.selected[0])
	}
	var set overlay.Set
	if x, ok := e.ideaBeside(); ok {
		set = e.ideaRight(x)
	} else {
		set = e.ofDraft()
	}
	if e.beside != nil {
		e.tellBeside(&set, selected)
	}
	sun := e.w.sun()
	e.w.view.change(func(f *render.Frame) {
		f.Joints, f.Emissive, f.Overlays, f.Sun, f.Selected = nil, nil, set, sun, selected
	})
}

// ofDraft is what is shown of the draft; beside the site how that stands need not be.
func (e *editor) ofDraft() (set overlay.Set) {
	l := e.now()
	blue, grey := overlay.RGBA{0.05, 0.4, 0.75, 0.75}, overlay.RGBA{0.45, 0.5, 0.55, 0.35}
	for _, a := range l.Assets {
		at, ok := e.drawn[a.ID]
		if ok && at != a.Pose {
			set.Ghosts = append(set.Ghosts, overlay.Ghost{Entity: string(a.ID), Pose: matrixOf(a.Pose), Color: blue})
		} else if b, known := e.base.Asset(a.ID); e.beside == nil && ok && known && b.Pose != a.Pose {
			set.Ghosts = append(set.Ghosts, overlay.Ghost{Entity: string(a.ID), Pose: matrixOf(b.Pose), Color: grey})
		}
	}
	if e.beside == nil {
		e.ideaGhosts(&set)
	}
	e.crowdPicture(&set)
	e.regard.tint(&set)
	lift := 0.03
	line := func(c overlay.RGBA, y float64, pts ...geom.Vec2) {
		t := overlay.Trail{Color: c}
		for _, q := range pts {
			t.Points = append(t.Points, geom.Vec3{q[0], y + lift, q[1]})
		}
		set.Trails = append(set.Trails, t)
	}
	red := overlay.RGBA{0.75, 0.08, 0.02, 1}
	for i, b := range e.shownBreaches() {
		if len(b.Mark) >= 3 {
			for k, q := range b.Mark {
				line(red, b.FloorY, q, b.Mark[(k+1)%len(b.Mark)])
			}
		} else if len(b.Mark) == 2 {
			line(red, b.FloorY, b.Mark...)
		}
		if i < sayMost && len(b.Mark) > 0 && e.inHand(b) {
			mid := geom.Vec2{}
			for _, m := range b.Mark {
				mid = mid.Add(m.Mul(1 / float64(len(b.Mark))))
			}
			set.Labels = append(set.Labels, overlay.Label{Anchor: geom.Vec3{mid[0], b.FloorY + 0.1, mid[1]}, Title: e.w.speak.Breach(b, e.name), Accent: red, Priority: 5 - float64(i)})
		}
	}
	if d := e.drag; d != nil {
		for _, g := range d.guides {
			line(overlay.RGBA{0.5, 0.05, 0.4, 1}, e.w.floor(), g.A, g.B)
		}
	}
	if m := e.measured; m[0] != m[1] {
		line(overlay.RGBA{0.1, 0.1, 0.1, 1}, e.w.floor(), m[0], m[1])
		mid := m[0].Add(m[1]).Mul(0.5)
		set.Labels = append(set.Labels, overlay.Label{Anchor: geom.Vec3{mid[0], e.w.floor() + 0.1, mid[1]}, Title: e.w.speak.Metres(m[1].Sub(m[0]).Len()), Priority: 6})
	}
	if e.recorded != nil {
		e.recorded.trail(&set)
	}
	if h := e.floored().heat(); h != nil {
		set.Heatmaps = []overlay.Heatmap{*h}
	}
	return e.w.scanned(set)
}

func matrixOf(p twin.Pose) geom.Mat4 {
	return mgl64.Translate3D(p.Position[0], p.Position[1], p.Position[2]).Mul4(mgl64.HomogRotate3DY(p.Yaw))
}

// The hand of the viewport: rays meet the things' own boxes, then the floor, so
// that nothing waits for a picture.

// press is where a ray meets what can be taken hold of; false: the camera moves.
func (e *editor) press(at ray, more bool) bool {
	if !e.workable(at) {
		return false
	}
	p, _, ok := e.meets(at)
	if !ok {
		return false
	}
	if _, there := e.at(p); !there && e.tool == toolSelect {
		if at, _, ok := e.handle(); !ok || at.Sub(p).Len() > 0.4 {
			return false // the floor: the camera orbits
		}
	}
	if e.tool == toolAdd {
		return false
	}
	e.grab(p, more, 0.2)
	if q, ok := e.onFloor(at); ok && e.drag != nil {
		e.drag.from, e.drag.to = q, q // the floor under the pointer follows it
	}
	return e.drag != nil
}

func (e *editor) move(at ray) {
	if q, ok := e.onFloor(at); ok && e.drag != nil {
		e.pull(q, 0.2)
	}
}

func (e *editor) tap(at ray, more bool) {
	if !e.workable(at) {
		e.pickBeside(at)
		return
	}
	if e.tool == toolSelect && e.hover(at) {
		return
	}
	if p, _, ok := e.meets(at); ok {
		e.click(p, more)
	}
}

func (e *editor) onFloor(at ray) (geom.Vec2, bool) {
	y := e.w.floor()
	if math.Abs(at.along[1]) < 1e-6 {
		return geom.Vec2{}, false
	}
	t := (y - at.from[1]) / at.along[1]
	if t <= 0 || t > 500 {
		return geom.Vec2{}, false
	}
	p := at.from.Add(at.along.Mul(t))
	return geom.Vec2{p[0], p[2]}, true
}

// meets is the plan point of the thing that a ray meets first, or of the floor.
func (e *editor) meets(at ray) (geom.Vec2, float64, bool) {
	p, ok := e.onFloor(at)
	best := math.Inf(1)
	if ok {
		best = (e.w.floor() - at.from[1]) / at.along[1]
	}
	if e.tool != toolSelect {
		return p, best, ok
	}
	if a, t, hit := e.first(e.draft.Now(), at); hit && t < best {
		q := a.Pose.Position
		best, p, ok = t, geom.Vec2{q[0], q[2]}, true
	}
	return p, best, ok
}

// first is the thing of a layout that a ray meets first, of those that stand on the
// floor and can be moved.
func (e *editor) first(l layout.Layout, at ray) (found twin.Asset, away float64, ok bool) {
	away = math.Inf(1)
	for _, a := range l.Assets {
		if e.overhead(a) || e.planner.Facts(a).Fixed {
			continue
		}
		if t, hit := rayBox(a, at.from, at.along); hit && t < away {
			found, away, ok = a, t, true
		}
	}
	return found, away, ok
}

// rayBox is where a ray enters the box of a thing.
func rayBox(a twin.Asset, from, along geom.Vec3) (float64, bool) {
	inv := matrixOf(a.Pose).Inv()
	o := mgl64.TransformCoordinate(from, inv)
	d := mgl64.TransformCoordinate(from.Add(along), inv).Sub(o)
	lo, hi := geom.Vec3{-a.Size[0] / 2, 0, -a.Size[2] / 2}, geom.Vec3{a.Size[0] / 2, a.Size[1], a.Size[2] / 2}
	near, far := 0.0, math.Inf(1)
	for k := range 3 {
		if math.Abs(d[k]) < 1e-12 {
			if o[k] < lo[k] || o[k] > hi[k] {
				return 0, false
			}
			continue
		}
		t0, t1 := (lo[k]-o[k])/d[k], (hi[k]-o[k])/d[k]
		if t0 > t1 {
			t0, t1 = t1, t0
		}
		near, far = max(near, t0), min(far, t1)
	}
	return near, near <= far
}
