package desktop

import (
	"context"
	"fmt"
	"image/color"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	draft "github.com/glasstwin/glasstwin/twin/layout"
)

// ideas are the layouts that were proposed for a site as it stands, those that
// nobody decided on yet. They outlive the widgets that show them.
type ideas struct {
	goals  []propose.Goal // that are ticked
	result *propose.Result
	open   []idea
	chose  int // its number; 0: none
	floors []ideaFloor
}

// ideaFloor is where people are in a proposal, and where they are now.
type ideaFloor struct {
	number int
	*compared
}

// floor is that of one proposal; nil: it was not looked at.
func (d *ideas) floor(number int) *compared {
	for _, f := range d.floors {
		if f.number == number {
			return f.compared
		}
	}
	return nil
}

// idea is a proposed layout with its number in what was found.
type idea struct {
	propose.Proposal
	number int
}

func (d *ideas) chosen() (idea, bool) {
	i := slices.IndexFunc(d.open, func(x idea) bool { return x.number == d.chose })
	if i < 0 {
		return idea{}, false
	}
	return d.open[i], true
}

// ideasAt is the place of its tab.
const ideasAt = 4

// ideasTab is where layouts are searched and proposed.
func (p *editPanel) ideasTab() fyne.CanvasObject {
	p.ideas = container.NewVBox()
	p.showIdeas()
	scroll := container.NewVScroll(clearOfBar(p.ideas))
	p.e.w.mark("proposals", scroll)
	return scroll
}

// showIdeas draws the cards anew.
func (p *editPanel) showIdeas() {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	box := p.ideas
	box.Objects = nil
	defer box.Refresh()
	if e.crowd != nil {
		box.Add(p.crowdCard())
		box.Add(widget.NewSeparator())
	}
	if e.regard != nil {
		box.Add(p.regardCard())
		box.Add(widget.NewSeparator())
	}
	if e.planner.Propose == nil {
		box.Add(small(say("propose.cannot")))
		return
	}
	if e.found.goals == nil {
		e.found.goals = slices.Clone(propose.Usual)
	}
	box.Add(small(say("propose.what")))
	ticks := container.NewGridWithColumns(2)
	var search *widget.Button
	for _, g := range propose.Goals {
		tick := widget.NewCheck(w.speak.GoalName(g), nil)
		tick.Checked = slices.Contains(e.found.goals, g)
		tick.OnChanged = func(on bool) {
			goals := []propose.Goal{}
			for _, x := range propose.Goals {
				if x == g && on || x != g && slices.Contains(e.found.goals, x) {
					goals = append(goals, x)
				}
			}
			e.found.goals = goals
			enable(search, len(goals) > 0)
			w.win.Canvas().Unfocus()
		}
		w.mark("goal-"+string(g), tick)
		ticks.Add(tick)
	}
	box.Add(ticks)
	search = widget.NewButtonWithIcon(say("propose.search"), theme.SearchIcon(), p.search)
	search.Importance = widget.HighImportance
	enable(search, len(e.found.goals) > 0)
	w.mark("propose-search", search)
	box.Add(search)
	r := e.found.result
	if r == nil {
		return
	}
	box.Add(small(say("propose.found", "n", fmt.Sprint(len(r.Proposals)), "looked", fmt.Sprint(r.Looked), "tried", fmt.Sprint(r.Simulated), "forbidden", fmt.Sprint(r.Forbidden))))
	if len(r.Proposals) == 0 {
		box.Add(prose(say("propose.none"), theme.ColorNameForeground, true))
		for _, b := range r.Best { // what came nearest, and why it is not proposed
			if len(b.Steps) == 0 {
				continue
			}
			var steps []string
			for _, s := range b.Steps {
				steps = append(steps, w.speak.LayoutStep(s, e.name))
			}
			box.Add(small(say("propose.near", "effect", w.speak.Change(b.Difference, w.speak.GoalName(b.Goal)), "why", w.speak.NotProposed(b.Why()), "steps", strings.Join(steps, "; "))))
		}
	}
	for _, x := range e.found.open {
		card := p.ideaCard(x, r.Goals)
		w.mark(fmt.Sprintf("proposal-%d", x.number), card)
		box.Add(card)
	}
}

// search looks for layouts that are better than the site as it stands.
func (p *editPanel) search() {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	goals := slices.Clone(e.found.goals)
	var r *propose.Result
	w.wait(waiting{
		Act: "act.propose", Title: say("propose.title"), First: say("propose.first"), Mark: "propose-busy",
		Steps: func(ctx context.Context, done func(float64)) (err error) {
			r, err = e.planner.Propose(ctx, e.base, goals, done)
			return err
		},
		Then: func(stopped bool, err error) {
			switch {
			case w.edit != e:
			case stopped && err != nil:
				w.tell(say("propose.cancelled"))
			case err != nil:
				w.letter(say("propose.failed"), "propose-failed", w.speak.Told(err.Error()))
			default:
				e.found.result, e.found.open, e.found.chose, e.found.floors = r, nil, 0, nil
				for i, x := range r.Proposals {
					e.found.open = append(e.found.open, idea{x, i + 1})
				}
				e.choose(1)
			}
		},
	})
}

// choose shows a proposal in the plan and in the picture; 0: none.
func (e *editor) choose(number int) {
	e.found.chose = number
	if e.beside != nil && e.beside.idea != number {
		e.stand(number)
	}
	if x, ok := e.found.chosen(); ok {
		e.lookAt(x)
	}
	e.panel.showIdeas()
	e.told()
}

// besides is the air around what a proposal moves when it is looked at, metres.
const besides = 1.5

// lookAt turns the camera to what a proposal moves.
func (e *editor) lookAt(x idea) {
	box := geom.EmptyBox()
	for _, m := range x.Moves {
		a, _ := e.base.Asset(m.Asset)
		for _, at := range [2]geom.Vec3{m.From.Position, m.To.Position} {
			a.Pose.Position = at
			lo, hi := extent(a)
			box = box.Add(lo.Sub(geom.Vec3{besides, 0, besides})).Add(hi.Add(geom.Vec3{besides, 0, besides}))
		}
	}
	if !box.Empty() {
		e.w.view.steer(func(c render.Camera) render.Camera {
			c.Pitch = max(c.Pitch, 0.7) // from above: what stands before it hides nothing
			return c.Fit(box, e.w.view.aspect())
		})
	}
}

// ideaCard is one proposed layout; that of the chosen one tells all of it.
func (p *editPanel) ideaCard(x idea, goals []propose.Goal) fyne.CanvasObject {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	chosen := x.number == e.found.chose
	name := canvas.NewText(say("propose.number", "n", fmt.Sprint(x.number)), paint(theme.ColorNameForeground))
	name.TextStyle.Bold = true
	stage := canvas.NewText(say("propose.open"), paint(theme.ColorNameWarning))
	stage.TextSize, stage.TextStyle.Bold = theme.Size(theme.SizeNameCaptionText), true
	text := container.NewVBox(container.NewHBox(name, layout.NewSpacer(), stage))
	for _, s := range x.Steps {
		text.Add(prose(w.speak.LayoutStep(s, e.name), theme.ColorNameForeground, false))
	}
	for i, g := range goals {
		ink := colorMuted
		switch {
		case slices.Contains(x.Better, g):
			ink = theme.ColorNameSuccess
		case slices.Contains(x.Worse, g):
			ink = theme.ColorNameError
		}
		text.Add(prose(w.speak.Difference(x.Goals[i], w.speak.GoalName(g)), ink, false))
	}
	if chosen {
		p.ideaWhy(text, x, goals)
	}
	stripe := canvas.NewRectangle(ideaInk)
	stripe.SetMinSize(fyne.NewSize(4, 0))
	ground := canvas.NewRectangle(paint(theme.ColorNameHeaderBackground))
	ground.CornerRadius = 6
	if chosen {
		ground.StrokeColor, ground.StrokeWidth = paint(theme.ColorNamePrimary), 2
	}
	return newTapped(container.NewStack(ground, container.NewBorder(nil, nil, stripe, nil, container.NewPadded(text))), func() {
		if !chosen {
			e.choose(x.number)
		}
	})
}

// ideaWhy adds what each step does, and the buttons.
func (p *editPanel) ideaWhy(text *fyne.Container, x idea, goals []propose.Goal) {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	if len(x.Because) > 1 {
		text.Add(section(say("propose.because")))
		for _, b := range x.Because {
			var parts []string
			for i, g := range goals {
				parts = append(parts, w.speak.Change(b.Goals[i], w.speak.GoalName(g)))
			}
			text.Add(small(w.speak.LayoutStep(b.Step, e.name) + ": " + strings.Join(parts, ", ")))
		}
	}
	text.Add(small(say("propose.simulated")))
	var deny, approve *keyButton
	approve = newKeyButton(say("decide.approve"), theme.ConfirmIcon(), func() {
		p.approveIdea(x, func(on bool) { enable(&approve.Button, on); enable(&deny.Button, on) })
	})
	approve.Importance, approve.stop = widget.HighImportance, w.halt
	deny = newKeyButton(say("decide.deny"), theme.CancelIcon(), func() { p.declineIdea(x) })
	deny.stop = w.halt
	try := widget.NewButton(say("propose.try"), func() {
		e.do(draft.Compare(e.draft.Now(), draft.Of(x.Site)).Edit(), nil)
		w.win.Canvas().Unfocus()
	})
	try.Importance = widget.LowImportance
	text.Add(container.NewGridWithColumns(2, deny, approve))
	both := p.besideButton("proposal-beside", func() {
		e.stand(x.number)
		w.win.Canvas().Unfocus()
	})
	both.Importance = widget.LowImportance
	text.Add(container.NewGridWithColumns(2, both, try))
	w.mark("proposal-approve", approve)
	w.mark("proposal-deny", deny)
	w.mark("proposal-try", try)
}

// ideaInk is the colour of what is proposed: neither the plan's nor a broken
// rule's.
var ideaInk = color.NRGBA{0x0A, 0x7F, 0x5A, 0xFF}

// ideaPlan draws where the chosen proposal puts things.
func (e *editor) ideaPlan(p *floorplan.Picture) {
	x, ok := e.found.chosen()
	if !ok {
		return
	}
	for _, m := range x.Moves {
		a, _ := e.base.Asset(m.Asset)
		a.Pose = m.To
		p.Areas = append(p.Areas, floorplan.Area{Corners: sliceOf(cornersOf(a)), Fill: faded(ideaInk, 0x38), Edge: ideaInk})
		from, to := geom.Vec2{m.From.Position[0], m.From.Position[2]}, geom.Vec2{m.To.Position[0], m.To.Position[2]}
		if to.Sub(from).Len() > 0.05 {
			p.Lines = append(p.Lines, floorplan.Line{A: from, B: to, Color: ideaInk, Wide: 2, Head: true})
		}
	}
}

// ideaGhosts are the things that the chosen proposal moves, where it puts them.
func (e *editor) ideaGhosts(set *overlay.Set) {
	x, ok := e.found.chosen()
	if !ok {
		return
	}
	green := overlay.RGBA{0.02, 0.45, 0.25, 0.75}
	for _, m := range x.Moves {
		set.Ghosts = append(set.Ghosts, overlay.Ghost{Entity: string(m.Asset), Pose: matrixOf(m.To), Color: green})
		from, to := m.From.Position, m.To.Position
		if to.Sub(from).Len() > 0.3 {
			lift := geom.Vec3{0, 0.08, 0}
			set.Trails = append(set.Trails, overlay.Trail{Points: []geom.Vec3{from.Add(lift), to.Add(lift)}, Color: green})
		}
	}
}
