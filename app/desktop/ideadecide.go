package desktop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	draft "github.com/glasstwin/glasstwin/twin/layout"
)

// why is what a proposal is kept and told with.
func (p *editPanel) why(x idea) Why {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	day := time.Now().Format("2006-01-02")
	y := Why{Name: say("propose.version", "n", fmt.Sprint(x.number), "day", day)}
	y.Before, y.Title = say("propose.before", "name", y.Name), say("propose.order", "name", y.Name)
	for _, s := range x.Steps {
		y.Steps = append(y.Steps, s.String())
		y.Lines = append(y.Lines, w.speak.LayoutStep(s, e.name))
	}
	y.Note = strings.Join(y.Lines, "; ")
	for i, g := range e.found.result.Goals {
		d := x.Goals[i]
		y.Figures = append(y.Figures, fmt.Sprintf("%s: %+.1f %% ± %.1f, simulated", g, d.Percent, d.PercentFor))
		y.Lines = append(y.Lines, w.speak.Difference(d, w.speak.GoalName(g)))
	}
	y.Lines = append(y.Lines, say("propose.simulated"))
	return y
}

// approveIdea makes a proposal the plan, with its work order; decidable lets its
// buttons be pressed or not.
func (p *editPanel) approveIdea(x idea, decidable func(bool)) {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	take := func() {
		decidable(false) // a double click must not approve twice
		why, to := p.why(x), draft.Of(x.Site)
		to.Note = why.Note
		var got Taken
		w.wait(waiting{
			Act: "act.layout", Title: say("propose.taking"), First: say("propose.taking.first"), Mark: "propose-taking",
			Work: func(ctx context.Context, _ func(string)) (err error) {
				got, err = e.planner.Take(ctx, e.base, to, why)
				return err
			},
			Then: func(stopped bool, err error) {
				if err != nil {
					decidable(true)
					if !stopped {
						w.letter(say("propose.untaken"), "propose-untaken", w.speak.Told(err.Error()))
					}
					return
				}
				if w.edit == e {
					w.closePlanner()
				}
				p.taken(got, to)
			},
		})
	}
	proven := func() { w.inName(func(string) { take() }) }
	if undo, _ := e.draft.Steps(); undo == 0 || !e.draft.Unsaved() {
		proven()
		return
	}
	dialog.ShowConfirm(say("decide.approve"), say("propose.unsaved"), func(yes bool) {
		if yes {
			proven()
		}
	}, w.win)
}

// taken tells where the plan and its work order are, and lets it be taken back.
func (p *editPanel) taken(got Taken, to draft.Layout) {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	box := container.NewVBox(prose(say("propose.taken", "name", got.Version, "before", got.Before), theme.ColorNameForeground, false))
	for _, path := range got.Files {
		l := widget.NewLabel(path)
		l.Wrapping, l.Selectable = fyne.TextWrapBreak, true // a path is copied from here
		box.Add(l)
	}
	var show *dialog.CustomDialog
	var back *widget.Button
	back = widget.NewButtonWithIcon(say("propose.back"), theme.ContentUndoIcon(), func() {
		back.Disable()
		w.feed.do("act.layout", func(ctx context.Context) error { return e.planner.Adopt(ctx, to, e.base) }, func() {
			show.Hide()
			w.tell(say("propose.taken.back"))
		})
	})
	box.Add(container.NewHBox(back))
	show = dialog.NewCustom(say("propose.taken.title"), say("help.close"), container.NewVScroll(box), w.win)
	show.Resize(fyne.NewSize(600, 300))
	show.Show()
	w.mark("proposal-taken", box)
	w.mark("proposal-back", back)
}

// declineIdea asks why a proposal is not to be.
func (p *editPanel) declineIdea(x idea) {
	w, say := p.e.w, p.e.w.speak.Say
	reason := newReasonEntry(w)
	reason.SetMinRowsVisible(3)
	reason.SetPlaceHolder(say("deny.reason"))
	d := dialog.NewCustomConfirm(say("deny.title"), say("deny.ok"), say("deny.cancel"), reason, func(yes bool) {
		if yes {
			w.inName(func(string) { p.declined(x, reason.Text) })
		}
	}, w.win)
	d.Resize(fyne.NewSize(420, 220))
	d.Show()
	w.win.Canvas().Focus(reason)
}

// declined notes that a proposal is not to be, and takes it away.
func (p *editPanel) declined(x idea, reason string) {
	e, w, why := p.e, p.e.w, p.why(x)
	var moved []twin.AssetID
	for _, m := range x.Moves {
		moved = append(moved, m.Asset)
	}
	for _, s := range x.Steps {
		if s.Verb == propose.Goods { // nothing moves, and it is of them all the same
			moved = append(moved, s.Assets...)
		}
	}
	w.feed.do("act.deny", func(ctx context.Context) error { return e.planner.Decline(ctx, moved, why, reason) }, func() {
		if w.edit != e {
			return
		}
		e.found.open = slices.DeleteFunc(e.found.open, func(y idea) bool { return y.number == x.number })
		next := 0
		if len(e.found.open) > 0 {
			next = e.found.open[0].number
		}
		e.choose(next)
		w.tell(w.speak.Say("propose.declined", "n", fmt.Sprint(x.number)))
	})
}
