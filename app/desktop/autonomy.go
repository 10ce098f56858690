package desktop

import (
	"context"
	"fmt"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// showAutonomy tells what every class of actions has earned: how it is set, how
// often it was right, and what that proves.
func (w *window) showAutonomy() {
	var records []twin.Record
	w.feed.do("act.look", func(context.Context) error { records = w.twin.Records(); return nil }, func() {
		d := dialog.NewCustom(w.speak.Say("autonomy.title"), w.speak.Say("autonomy.close"), w.autonomyTable(records), w.win)
		w.autonomy = d
		d.Resize(fyne.NewSize(min(860, w.win.Canvas().Size().Width-40), 420))
		d.Show()
	})
}

func (w *window) autonomyTable(records []twin.Record) fyne.CanvasObject {
	say := w.speak.Say
	titles := []string{"autonomy.class", "autonomy.mode", "autonomy.record", "autonomy.bound", "autonomy.ended", "autonomy.people", "autonomy.brier"}
	grid := container.New(layout.NewGridLayoutWithColumns(len(titles)))
	for _, key := range titles {
		grid.Add(heading(say(key)))
	}
	notes := container.NewVBox()
	for _, r := range records {
		action := w.speak.Action(r.Class)
		name := widget.NewLabel(action)
		name.Wrapping = fyne.TextWrapWord
		bound, brier := say("autonomy.none"), say("autonomy.none")
		if r.Trials > 0 {
			bound = phrase.Percent(r.Low)
		}
		if !math.IsNaN(r.Brier) {
			brier = fmt.Sprintf("%.2f", r.Brier)
		}
		grid.Add(name)
		for _, text := range []string{
			w.speak.ModeName(r.Mode), fmt.Sprintf("%d / %d", r.Right, r.Trials), bound,
			fmt.Sprintf("%d · %d · %d", r.Verified, r.NoEffect, r.Worse), fmt.Sprintf("%d · %d", r.Approved, r.Denied), brier,
		} {
			grid.Add(container.NewCenter(canvas.NewText(text, paint(theme.ColorNameForeground))))
		}
		if r.Offered != "" {
			notes.Add(w.offer(r, action))
		}
		if r.Lowered != "" {
			notes.Add(small(action + " – " + say("autonomy.lowered", "why", w.speak.Told(r.Lowered))))
		}
	}
	rule := small(say("autonomy.threshold", "threshold", phrase.Percent(w.shown().Earns().Threshold)))
	foot := container.NewVBox(rule)
	if offer := w.retrainOffer(); offer != nil {
		foot.Add(offer)
	}
	return container.NewBorder(nil, foot, nil, nil, container.NewVScroll(container.NewVBox(grid, widget.NewSeparator(), notes)))
}

// offer is a promotion that was earned, with the button that takes it.
func (w *window) offer(r twin.Record, action string) fyne.CanvasObject {
	mode := w.speak.ModeName(r.Offered)
	accept := widget.NewButton(w.speak.Say("autonomy.accept", "mode", mode), nil)
	accept.OnTapped = func() {
		accept.Disable()
		w.feed.do("act.mode", func(ctx context.Context) error {
			return w.twin.SetMode(ctx, r.Class, r.Offered, w.opt.User)
		}, func() {
			w.readModes()
			w.autonomy.Hide()
		})
	}
	w.mark("accept", accept)
	text := canvas.NewText(action+" – "+w.speak.Say("autonomy.offered", "mode", mode), paint(theme.ColorNameSuccess))
	text.TextStyle.Bold = true
	return container.NewHBox(text, layout.NewSpacer(), accept)
}
