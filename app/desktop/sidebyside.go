package desktop

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	draft "github.com/glasstwin/glasstwin/twin/layout"
)

// beside is the site as it stands, in the left half of the picture, and what it is
// compared with, in the right.
type beside struct {
	idea   int          // number of the proposal on the right; 0: the draft stands there
	change bool         // both floors show the difference, not each its own people
	plan   bool         // the floor plan stays beside them
	gone   twin.AssetID // selected on the left, where alone it stands
}

// toggleBeside shows the site and the draft, or the chosen proposal, side by side,
// or the draft alone again.
func (e *editor) toggleBeside() {
	if e.beside != nil {
		e.part()
		return
	}
	x, chosen := e.found.chosen()
	same := e.draft.Now().Equal(e.base)
	switch {
	case chosen && (same || e.panel.tabs.SelectedIndex() == ideasAt):
		e.stand(x.number)
	case same:
		e.w.tell(e.w.speak.Say("beside.same"))
	default:
		e.stand(0)
	}
}

// stand shows the site as it stands beside a proposal; 0: beside the draft.
func (e *editor) stand(number int) {
	if e.beside == nil {
		e.beside = &beside{plan: true}
	}
	e.beside.idea = number
	if x, ok := e.ideaBeside(); ok && e.found.floor(x.number) == nil && x.Floor != nil {
		e.found.floors = append(e.found.floors, ideaFloor{x.number, &compared{to: draft.Of(x.Site), shift: x.Floor}})
		e.beside.change = true // what is asked of a proposal is what it changes
		e.panel.colour(true)
	}
	e.w.view.flank(&aside{scene: e.w.lifted(e.scene), cutaway: e.cutaway})
	e.redraw()
	e.panel.arrange()
	e.told()
	e.w.tell(e.w.speak.Say("beside.how"))
}

// part shows the draft alone again; the camera stays.
func (e *editor) part() {
	e.beside = nil
	e.w.view.flank(nil)
	e.redraw()
	e.panel.arrange()
	e.told()
}

// ideaBeside is the proposal on the right; false when none is.
func (e *editor) ideaBeside() (idea, bool) {
	if e.beside == nil || e.beside.idea == 0 {
		return idea{}, false
	}
	for _, x := range e.found.open {
		if x.number == e.beside.idea {
			return x, true
		}
	}
	return idea{}, false
}

// pictured is the layout that the picture is of, on the right where there are two.
func (e *editor) pictured() draft.Layout {
	if x, ok := e.ideaBeside(); ok {
		return draft.Of(x.Site)
	}
	return e.draft.Now()
}

// workable tells whether what lies there is of the draft, which alone is worked on.
func (e *editor) workable(at ray) bool {
	return e.beside == nil || !at.left && e.beside.idea == 0
}

// pickBeside selects what a click meets in a half that is only looked at.
func (e *editor) pickBeside(at ray) {
	l := e.pictured()
	if at.left {
		l = e.base
	}
	a, _, ok := e.first(l, at)
	if !ok {
		e.pick("", false)
		return
	}
	if _, there := e.draft.Now().Asset(a.ID); there {
		e.pick(a.ID, false)
		return
	}
	e.pick("", false)
	e.beside.gone = a.ID
	e.told()
	e.w.tell(e.w.speak.Say("beside.gone", "name", e.w.speak.AssetName(a)))
}

// tintIdea colours what differs in a proposal, as its ghosts are.
var tintIdea = overlay.RGBA{0.02, 0.45, 0.25, 0.45}

// tellBeside shows the site in the left half, and colours what differs in both.
func (e *editor) tellBeside(right *overlay.Set, selected string) {
	ink := app.PlanInk
	if _, ok := e.ideaBeside(); ok {
		ink = tintIdea
	}
	var left overlay.Set
	var tints []overlay.Tint
	left.Tints, tints = app.Differing(draft.Compare(e.base, e.pictured()), ink)
	right.Tints = append(right.Tints, tints...)
	a, b := e.floored().heats(e.beside)
	if a != nil {
		left.Heatmaps, right.Heatmaps = []overlay.Heatmap{*a}, []overlay.Heatmap{*b}
	}
	if e.beside.gone != "" {
		selected = string(e.beside.gone)
	}
	e.w.view.tellAside(left, selected)
}

// ideaRight is what is shown of the proposal on the right: the ways that things go.
func (e *editor) ideaRight(x idea) (set overlay.Set) {
	for _, m := range x.Moves {
		from, to := m.From.Position, m.To.Position
		if lift := (geom.Vec3{0, 0.08, 0}); to.Sub(from).Len() > 0.3 {
			set.Trails = append(set.Trails, overlay.Trail{Points: []geom.Vec3{from.Add(lift), to.Add(lift)}, Color: overlay.RGBA{0.02, 0.45, 0.25, 0.75}})
		}
	}
	return set
}

// floored is what is known of the people on the floors that are looked at: of the
// proposal on the right, or of the draft; nil: nothing.
func (e *editor) floored() *compared {
	if x, ok := e.ideaBeside(); ok {
		return e.found.floor(x.number)
	}
	return e.compared
}

// rightName is what stands in the right half.
func (e *editor) rightName() string {
	say := e.w.speak.Say
	if x, ok := e.ideaBeside(); ok {
		return say("propose.number", "n", fmt.Sprint(x.number))
	}
	if name := e.draft.Now().Name; name != "" {
		return say("beside.draft.named", "name", name)
	}
	return say("beside.draft")
}

// planShare is how much of the width the floor plan takes beside two pictures.
const planShare = 0.28

// arrange gives the picture the room of the catalogue while two stand in it, with
// their names above, and that of the plan unless it is to stay.
func (p *editPanel) arrange() {
	e := p.e
	if e.beside == nil {
		p.side.Show()
		p.centre.Objects = []fyne.CanvasObject{p.both}
		p.both.Refresh() // its part of the picture was elsewhere
	} else {
		p.side.Hide()
		ink := inkPlan
		if _, ok := e.ideaBeside(); ok {
			ink = ideaInk
		}
		left, right := plate(e.w.speak.Say("beside.now"), inkNow), plate(e.rightName(), ink)
		e.w.mark("beside-left", left)
		e.w.mark("beside-right", right)
		two := container.NewBorder(container.New(halved{}, left, right), nil, nil, nil, p.picture)
		p.centre.Objects = []fyne.CanvasObject{two}
		if e.beside.plan {
			split := container.NewHSplit(e.plan, two)
			split.Offset = planShare
			p.centre.Objects = []fyne.CanvasObject{split}
		}
	}
	p.centre.Refresh()
	p.sides.Refresh()
	p.look()
}

// inkNow is the ground of what the site is called as it stands.
var inkNow = color.NRGBA{0x3A, 0x44, 0x50, 0xFF}

// plateText is as long as a name may be in the smallest window.
const plateText = 280

// plate is a name on a ground, above a half of the picture. It covers nothing of
// it, which would have the whole window painted for each picture.
func plate(text string, ink color.NRGBA) fyne.CanvasObject {
	said := canvas.NewText("", white)
	said.TextStyle.Bold, said.Alignment = true, fyne.TextAlignCenter
	said.Text = shortened(text, said.TextSize, said.TextStyle, plateText)
	return container.NewStack(canvas.NewRectangle(ink), container.New(layout.NewCustomPaddedLayout(3, 3, 12, 12), said))
}

// halved lays two things side by side as the halves of the picture are.
type halved struct{}

// Layout implements fyne.Layout.
func (halved) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left := float32(int(size.Width * middle))
	objects[0].Resize(fyne.NewSize(left, size.Height))
	objects[1].Move(fyne.NewPos(left, 0))
	objects[1].Resize(fyne.NewSize(size.Width-left, size.Height))
}

// MinSize implements fyne.Layout: a long name is cut, and pushes nothing aside.
func (halved) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, max(objects[0].MinSize().Height, objects[1].MinSize().Height))
}

// besideLooks offers how two are looked at.
func (p *editPanel) besideLooks() {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	both := widget.NewCheck(say("beside.check"), nil)
	both.Checked = e.beside != nil
	both.OnChanged = func(bool) {
		e.toggleBeside()
		w.win.Canvas().Unfocus()
	}
	w.mark("beside", both)
	p.looks.Add(both)
	if e.beside == nil {
		return
	}
	plan := widget.NewCheck(say("beside.floorplan"), nil)
	plan.Checked = e.beside.plan
	plan.OnChanged = func(on bool) {
		e.beside.plan = on
		p.arrange()
		w.win.Canvas().Unfocus()
	}
	w.mark("beside-floorplan", plan)
	p.looks.Add(plan)
	if a, _ := e.floored().heats(e.beside); a != nil && e.planner.Heads != nil {
		of := widget.NewSelect([]string{say("beside.people"), say("beside.change")}, nil)
		of.SetSelectedIndex(0)
		if e.beside.change {
			of.SetSelectedIndex(1)
		}
		of.OnChanged = func(string) {
			e.beside.change = of.SelectedIndex() == 1
			e.told()
			w.win.Canvas().Unfocus()
		}
		w.mark("beside-floor", of)
		p.looks.Add(fixedWidth(180, of))
	}
	for _, v := range [...]struct {
		key, place string
		name       fyne.KeyName
	}{{"beside.plan", "beside-plan", fyne.Key1}, {"beside.corner", "beside-corner", fyne.Key3}} {
		b := widget.NewButton(say(v.key), func() {
			w.standard(v.name)
			w.win.Canvas().Unfocus()
		})
		b.Importance = widget.LowImportance
		w.mark(v.place, b)
		p.looks.Add(b)
	}
}

// besideButton leads to the draft, or a proposal, beside the site.
func (p *editPanel) besideButton(place string, act func()) *widget.Button {
	b := widget.NewButtonWithIcon(p.e.w.speak.Say("beside.button"), theme.GridIcon(), act)
	p.e.w.mark(place, b)
	return b
}
