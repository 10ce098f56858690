package desktop

import (
	"context"
	"fmt"
	"math"
	"slices"

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
		screen := w.win.Canvas().Size()
		d.Resize(fyne.NewSize(min(980, screen.Width-40), min(640, screen.Height-80)))
		d.Show()
	})
}

func (w *window) autonomyTable(records []twin.Record) fyne.CanvasObject {
	say := w.speak.Say
	titles := []string{"autonomy.class", "autonomy.mode", "autonomy.record", "autonomy.bound", "autonomy.ended", "autonomy.people", "autonomy.brier"}
	head, rows := container.New(autonomyColumns), container.NewVBox()
	for i, key := range titles {
		title := heading(say(key))
		if i > 0 {
			title.Alignment = fyne.TextAlignCenter
		}
		head.Add(title)
	}
	notes := container.NewVBox()
	for _, r := range usedFirst(records) {
		action := w.speak.Action(r.Class)
		name := canvas.NewText(action, paint(theme.ColorNameForeground))
		name.Text = shortened(action, name.TextSize, name.TextStyle, autonomyName)
		grid := container.New(autonomyColumns)
		rows.Add(grid)
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
			value := canvas.NewText(text, paint(theme.ColorNameForeground))
			value.Alignment = fyne.TextAlignCenter
			grid.Add(value)
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
	if len(notes.Objects) > 0 {
		notes.Add(widget.NewSeparator())
	}
	return container.NewBorder(container.NewVBox(notes, clearOfBar(head), widget.NewSeparator()), foot, nil, nil, container.NewVScroll(clearOfBar(rows)))
}

// usedFirst puts the classes of which something is known before the others, which
// wait for their first case, each in the order of their names.
func usedFirst(records []twin.Record) []twin.Record {
	out := slices.Clone(records)
	unused := func(r twin.Record) int {
		if r.Proposals+r.Shadowed+r.Trials > 0 || r.Offered != "" || r.Lowered != "" {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(out, func(a, b twin.Record) int { return unused(a) - unused(b) })
	return out
}

// shares lays objects side by side, each as wide as its share.
type shares []float32

// autonomyName is the room of an action's name in its column.
const autonomyName = 270

var autonomyColumns = shares{3.6, 1.4, 1.3, 1, 2.2, 2.2, 0.8}

// Layout implements fyne.Layout.
func (s shares) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	all, x := float32(0), float32(0)
	for _, share := range s {
		all += share
	}
	for i, o := range objects {
		wide := size.Width * s[i] / all
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(wide, size.Height))
		x += wide
	}
}

// MinSize implements fyne.Layout.
func (s shares) MinSize(objects []fyne.CanvasObject) fyne.Size {
	high := float32(0)
	for _, o := range objects {
		high = max(high, o.MinSize().Height)
	}
	return fyne.NewSize(0, high+6)
}

// offer is a promotion that was earned, with the button that takes it.
func (w *window) offer(r twin.Record, action string) fyne.CanvasObject {
	mode := w.speak.ModeName(r.Offered)
	accept := widget.NewButton(w.speak.Say("autonomy.accept", "mode", mode), nil)
	accept.OnTapped = func() {
		w.inName(func(by string) {
			accept.Disable()
			w.feed.do("act.mode", func(ctx context.Context) error {
				return w.twin.SetMode(ctx, r.Class, r.Offered, by)
			}, func() {
				w.readModes()
				w.autonomy.Hide()
			})
		})
	}
	w.mark("accept", accept)
	text := canvas.NewText(action+" – "+w.speak.Say("autonomy.offered", "mode", mode), paint(theme.ColorNameSuccess))
	text.TextStyle.Bold = true
	return container.NewHBox(text, layout.NewSpacer(), accept)
}
