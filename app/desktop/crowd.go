package desktop

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	draft "github.com/glasstwin/glasstwin/twin/layout"
)

// crowd is why people crowd in a zone of a draft, and which of its causes is told
// of.
type crowd struct {
	*cause.Finding
	of     draft.Layout
	floorY float64
	on     int // of Causes; -1: none
}

// nearZone is how far from a zone a thing still is of it, metres: people stand
// before it.
const nearZone = 1.5

// zoneHere is the department or aisle of what is selected; "": nothing is, or it
// stands in none, so that the most crowded is asked about.
func (e *editor) zoneHere() string {
	if len(e.selected) == 0 {
		return ""
	}
	a, ok := e.draft.Now().Asset(e.selected[0])
	if !ok {
		return ""
	}
	at, best, least := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}, "", nearZone
	for _, z := range e.site.Zones {
		if z.Kind == "room" || len(z.Outline) < 3 {
			continue
		}
		far := 0.0
		if !plan.Inside(z.Outline, at) {
			far = math.Inf(1)
			for i := range z.Outline {
				far = min(far, plan.Nearest([2]geom.Vec2{z.Outline[i], z.Outline[(i+1)%len(z.Outline)]}, at).Sub(at).Len())
			}
		}
		if far < least {
			best, least = string(z.ID), far
		}
	}
	return best
}

// whyButton asks why people crowd.
func (p *editPanel) whyButton(button func(key, place string, act func()) *widget.Button) fyne.CanvasObject {
	b := button("plan.why", "edit-why", p.whyHere)
	enable(b, p.e.planner.Explain != nil)
	return b
}

// whyHere asks why people crowd where something is selected, or where they crowd
// most.
func (p *editPanel) whyHere() {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	at, zone := e.draft.Now(), e.zoneHere()
	first := say("crowd.first.most")
	if zone != "" {
		first = say("crowd.first", "zone", e.zoneName(zone))
	}
	var f *cause.Finding
	w.wait(waiting{
		Act: "act.crowd", Title: say("crowd.title"), First: first, Mark: "crowd-busy",
		Steps: func(ctx context.Context, done func(float64)) (err error) {
			f, err = e.planner.Explain(ctx, at, zone, done)
			return err
		},
		Then: func(stopped bool, err error) {
			switch {
			case w.edit != e:
			case stopped && err != nil:
				w.tell(say("crowd.cancelled"))
			case errors.Is(err, cause.ErrNobody), errors.Is(err, cause.ErrNoCause):
				w.tell(say("crowd.nobody"))
			case err != nil:
				w.letter(say("crowd.failed"), "crowd-failed", w.speak.Told(err.Error()))
			default:
				e.crowd = &crowd{Finding: f, of: at, floorY: w.floor(), on: -1}
				p.tabs.SelectIndex(ideasAt)
				p.showIdeas()
				e.told()
				e.lookAtCrowd()
			}
		},
	})
}

// lookAtCrowd turns the camera to where people crowd and to what causes it.
func (e *editor) lookAtCrowd() {
	c := e.crowd
	box := geom.EmptyBox()
	add := func(at geom.Vec2) {
		box = box.Add(geom.Vec3{at[0] - besides, c.floorY, at[1] - besides}).Add(geom.Vec3{at[0] + besides, c.floorY + besides, at[1] + besides})
	}
	for _, q := range c.Zone.Outline {
		add(q)
	}
	for _, a := range c.sharing() {
		add(a.At)
	}
	if !box.Empty() {
		e.w.view.steer(func(c render.Camera) render.Camera {
			c.Pitch = max(c.Pitch, 0.7) // from above: what stands before it hides nothing
			return c.Fit(box, e.w.view.aspect())
		})
	}
}

func (e *editor) zoneName(id string) string {
	for _, z := range e.site.Zones {
		if string(z.ID) != id {
			continue
		}
		if z.Name != "" {
			return z.Name
		}
		if !strings.ContainsFunc(id, unicode.IsLetter) { // a number says nothing: what stands there does
			if near := e.nearest(z.Outline); near != "" {
				return e.w.speak.Say("crowd.beside", "asset", near)
			}
		}
	}
	return id
}

// nearest is the name of what stands nearest to the middle of an outline.
func (e *editor) nearest(outline []geom.Vec2) (name string) {
	var middle geom.Vec2
	for _, p := range outline {
		middle = middle.Add(p.Mul(1 / float64(len(outline))))
	}
	least := math.Inf(1)
	for _, a := range e.now().Assets {
		at := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		if d := at.Sub(middle).Len(); d < least && a.Name != "" {
			least, name = d, e.name(a.ID)
		}
	}
	return name
}

// sharing are the causes among which the crowd was shared.
func (c *crowd) sharing() []cause.Ablation {
	return slices.DeleteFunc(slices.Clone(c.Causes), func(a cause.Ablation) bool { return a.Half == 0 && a.Share == 0 })
}

// crowdCard tells the causes, each with its figure; a click shows its arrow.
func (p *editPanel) crowdCard() fyne.CanvasObject {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	c := e.crowd
	box := container.NewVBox(prose(say("crowd.here", "zone", e.zoneName(c.Zone.ID)), theme.ColorNameForeground, true),
		small(w.speak.CrowdFigures(c.Finding)))
	for i, a := range c.sharing() {
		ink := colorFor
		if a.Share < 0 {
			ink = colorAgainst
		}
		stripe := canvas.NewRectangle(paint(ink))
		stripe.SetMinSize(fyne.NewSize(float32(2+6*c.strength(a)), 0))
		row := newTapped(container.NewBorder(nil, nil, stripe, nil, prose(w.speak.CrowdCause(a, e.name), theme.ColorNameForeground, i == c.on)), func() {
			e.causeOn(i)
			if len(a.Assets) > 0 {
				e.pick(a.Assets[0], false)
			}
		})
		w.mark("cause-"+a.ID, row)
		box.Add(row)
	}
	switch b := c.Best; {
	case b != nil:
		box.Add(prose(w.speak.CrowdRelief(b), theme.ColorNameSuccess, false))
	default:
		box.Add(small(say("crowd.norelief")))
	}
	box.Add(small(say("crowd.note")))
	hide := widget.NewButton(say("crowd.hide"), func() {
		e.crowd = nil
		p.showIdeas()
		e.told()
	})
	hide.Importance = widget.LowImportance
	box.Add(hide)
	w.mark("crowd-hide", hide)
	ground := canvas.NewRectangle(paint(theme.ColorNameHeaderBackground))
	ground.CornerRadius = 6
	return container.NewStack(ground, container.NewPadded(box))
}

// strength is a share as a part of the greatest.
func (c *crowd) strength(a cause.Ablation) float64 {
	most := 0.0
	for _, x := range c.Causes {
		most = max(most, math.Abs(x.Share))
	}
	if most == 0 {
		return 0
	}
	return math.Abs(a.Share) / most
}

// causeOn tells of one cause beside its arrow; -1: of none.
func (e *editor) causeOn(i int) {
	if e.crowd == nil || e.crowd.on == i {
		return
	}
	e.crowd.on = i
	e.panel.showIdeas()
	e.told()
}

// shortest is the least length of an arrow, metres: how people are in the zone
// itself is told in the panel only.
const shortest = 0.4

// floorWide is how much wider an arrow across a floor is than one between parts of
// a thing, which is looked at from nearer.
const floorWide = 3.5

// causeArrows lead from what causes a crowd to where it is. Their width is how
// strong it is, their colour whether it adds to the crowd or takes from it; what
// chance may have made is faint.
func (e *editor) causeArrows() []overlay.Arrow {
	c := e.crowd
	if c == nil {
		return nil
	}
	to := geom.Vec2{}
	for _, q := range c.Zone.Outline {
		to = to.Add(q.Mul(1 / float64(len(c.Zone.Outline))))
	}
	var out []overlay.Arrow
	for i, a := range c.sharing() {
		color := overlay.RGBA{0.58, 0.08, 0.01, 1}
		if a.Share < 0 {
			color = overlay.RGBA{0.02, 0.19, 0.46, 1}
		}
		if math.Abs(a.Share) <= a.Half {
			color[3] = 0.4
		}
		from, high := a.At, 0.2
		if len(a.Assets) > 0 {
			if x, ok := c.of.Asset(a.Assets[0]); ok {
				high = x.Size[1]
			}
		}
		if to.Sub(from).Len() < shortest {
			continue
		}
		out = append(out, overlay.Arrow{From: geom.Vec3{from[0], c.floorY + high, from[1]}, To: geom.Vec3{to[0], c.floorY + 0.05, to[1]},
			Strength: max(0.15, c.strength(a)), Wide: floorWide, Color: color, Order: i, Says: e.w.speak.CrowdCause(a, e.name)})
	}
	return out
}

// crowdPlan draws the arrows on the plan.
func (e *editor) crowdPlan(p *floorplan.Picture) {
	c := e.crowd
	if c == nil {
		return
	}
	p.Areas = append(p.Areas, floorplan.Area{Corners: c.Zone.Outline, Fill: faded(inkAdds, 0x18), Edge: faded(inkAdds, 0xB0)})
	for _, a := range e.causeArrows() {
		ink := inkAdds
		if a.Color[2] > a.Color[0] {
			ink = inkTakes
		}
		if a.Color[3] < 1 {
			ink = faded(ink, 0x70)
		}
		from, to := geom.Vec2{a.From[0], a.From[2]}, geom.Vec2{a.To[0], a.To[2]}
		p.Lines = append(p.Lines, floorplan.Line{A: from, B: to, Color: ink, Wide: 2 + 7*a.Strength, Head: true})
		if a.Order == c.on {
			p.Texts = append(p.Texts, floorplan.Text{At: from.Add(to).Mul(0.5), Text: a.Says, Ink: white, Ground: faded(ink, 0xFF)})
		}
	}
}

// crowdPicture draws them in 3D.
func (e *editor) crowdPicture(set *overlay.Set) {
	for _, a := range e.causeArrows() {
		set.Arrows = append(set.Arrows, a)
		if a.Order == e.crowd.on {
			set.Labels = append(set.Labels, overlay.Label{Anchor: a.Middle(), Title: a.Says, Accent: a.Color, Priority: 9})
		}
	}
}

// hoverPlan tells of the arrow that is near a plan point.
func (e *editor) hoverPlan(p geom.Vec2, reach float64) {
	on := -1
	for _, a := range e.causeArrows() {
		line := [2]geom.Vec2{{a.From[0], a.From[2]}, {a.To[0], a.To[2]}}
		if d := plan.Nearest(line, p).Sub(p).Len(); d < reach {
			on, reach = a.Order, d
		}
	}
	if on >= 0 {
		e.causeOn(on)
	}
}

// hover tells of the arrow that a ray of the picture meets, if any.
func (e *editor) hover(at ray) bool {
	if !e.workable(at) {
		return false
	}
	const slack = 0.01 // radians
	on, least := -1, math.Inf(1)
	for _, a := range e.causeArrows() {
		if d, ok := a.Meets(at.from, at.along, slack); ok && d < least {
			on, least = a.Order, d
		}
	}
	if on >= 0 {
		e.causeOn(on)
	}
	return on >= 0
}

// dropCrowd drops an explanation whose layout is not that of the draft any more.
func (e *editor) dropCrowd() {
	if e.crowd != nil && !e.crowd.of.Equal(e.draft.Now()) {
		e.crowd = nil
		if e.panel != nil {
			e.panel.showIdeas()
		}
	}
}
