package desktop

import (
	"context"
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Dropped is a site that is being made of what was dropped on the window.
type Dropped interface {
	// Make makes it, telling what is being done. answers are those to the
	// questions of the result before, by source and id.
	Make(ctx context.Context, answers map[string]map[string]string, tell func(string)) (Made, error)
	// Open opens it in a window of its own.
	Open(ctx context.Context) error
	// Discard removes what was made.
	Discard() error
}

// Made is what a user is told of a generated site.
type Made struct {
	Name      string
	Summary   []string // what was understood, one line each
	Conflicts []string // where sources differ
	Notes     []string // what was inferred or left out
	Questions []Question
}

// Question is a guess to confirm or correct.
type Question struct {
	Source, ID, Text, Guess string
	Confidence              float64  // 0..1
	Choices                 []string // empty: free text
	Preview                 [][]geom.Vec2
}

// drop is one site on its way into the window, from the files to the report.
type drop struct {
	w       *window
	site    Dropped
	answers map[string]map[string]string
	last    *Made
}

// dropped is called when files are dropped on the window.
func (w *window) dropped(paths []string) {
	if w.edit != nil && w.edit.planner.Look != nil && areDrawn(paths) {
		w.edit.panel.importThings(paths) // into the catalogue that is planned with
		return
	}
	if w.opt.Dropped == nil || len(paths) == 0 {
		return
	}
	d := &drop{w: w, site: w.opt.Dropped(paths), answers: map[string]map[string]string{}}
	d.make()
}

// make makes the site away from the interface's thread, and shows what of it is
// being done. It can be cancelled.
func (d *drop) make() {
	w := d.w
	var made Made
	w.wait(waiting{
		Act: "act.generate", Title: w.speak.Say("drop.title"), First: w.speak.Say("drop.reading"), Mark: "drop-cancel",
		Work: func(ctx context.Context, tell func(string)) (err error) {
			made, err = d.site.Make(ctx, d.answers, tell)
			return err
		},
		Then: func(stopped bool, err error) {
			switch {
			case stopped:
				w.tell(w.speak.Say("drop.cancelled"))
			case err != nil:
				d.failed(err)
			default:
				d.last = &made
				d.report()
			}
		},
	})
}

func (d *drop) failed(err error) {
	text := widget.NewLabel(err.Error())
	text.Wrapping = fyne.TextWrapWord
	show := dialog.NewCustom(d.w.speak.Say("drop.failed"), d.w.speak.Say("help.close"), container.NewVScroll(text), d.w.win)
	show.Resize(fyne.NewSize(560, 320))
	show.Show()
}

// report tells what was understood, inferred and left out, and lets the user
// answer what was guessed.
func (d *drop) report() {
	w := d.w
	tabs := container.NewAppTabs()
	list := func(key string, lines []string) {
		if len(lines) == 0 {
			return
		}
		tabs.Append(container.NewTabItem(fmt.Sprintf("%s (%d)", w.speak.Say(key), len(lines)), lineList(lines)))
	}
	list("drop.understood", d.last.Summary)
	var again *widget.Button
	if len(d.last.Questions) > 0 {
		tabs.Append(container.NewTabItem(fmt.Sprintf("%s (%d)", w.speak.Say("drop.guessed"), len(d.last.Questions)), d.questions(func() { again.Enable() })))
		tabs.SelectIndex(len(tabs.Items) - 1)
	}
	list("drop.conflicts", d.last.Conflicts)
	list("drop.notes", d.last.Notes)

	var show dialog.Dialog
	open := widget.NewButtonWithIcon(w.speak.Say("drop.open"), theme.ConfirmIcon(), func() {
		show.Hide()
		w.feed.do("act.open", d.site.Open, nil)
	})
	open.Importance = widget.HighImportance
	again = widget.NewButton(w.speak.Say("drop.again"), func() { show.Hide(); d.make() })
	again.Disable()
	discard := widget.NewButton(w.speak.Say("drop.discard"), func() {
		show.Hide()
		w.feed.do("act.discard", func(context.Context) error { return d.site.Discard() }, nil)
	})
	show = dialog.NewCustomWithoutButtons(w.speak.Say("drop.made", "name", d.last.Name), container.NewBorder(nil,
		container.NewGridWithColumns(3, discard, again, open), nil, nil, tabs), w.win)
	size := w.win.Canvas().Size()
	show.Resize(fyne.NewSize(min(820, size.Width-80), min(600, size.Height-80)))
	show.Show()
	w.mark("drop-open", open)
	w.mark("drop-discard", discard)
}

// lineList shows lines that a user may scroll through: there can be hundreds.
func lineList(lines []string) fyne.CanvasObject {
	l := widget.NewList(func() int { return len(lines) }, func() fyne.CanvasObject {
		t := widget.NewLabel("")
		t.Wrapping = fyne.TextWrapWord
		return t
	}, nil)
	l.UpdateItem = func(i widget.ListItemID, o fyne.CanvasObject) {
		t := o.(*widget.Label)
		t.SetText(lines[i])
		l.SetItemHeight(i, t.MinSize().Height)
	}
	return l
}

// questions shows each guess with what it is about; changed is called when an
// answer differs from the guess.
func (d *drop) questions(changed func()) fyne.CanvasObject {
	w := d.w
	rows := container.NewVBox()
	for _, q := range d.last.Questions {
		answer := func(text string) {
			if d.answers[q.Source] == nil {
				d.answers[q.Source] = map[string]string{}
			}
			if text = strings.TrimSpace(text); text != "" && text != q.Guess {
				d.answers[q.Source][q.ID] = text
				changed()
			}
		}
		text := widget.NewLabel(q.Text)
		text.Wrapping = fyne.TextWrapWord
		sure := canvas.NewText(w.speak.Say("drop.sure", "share", fmt.Sprintf("%.0f", 100*q.Confidence)), paint(colorMuted))
		var field fyne.CanvasObject
		if len(q.Choices) > 0 {
			choice := widget.NewSelect(q.Choices, nil)
			choice.Selected = q.Guess
			choice.OnChanged = answer
			field = choice
		} else {
			entry := widget.NewEntry()
			entry.SetText(q.Guess)
			entry.OnChanged = answer
			field = entry
		}
		right := container.NewVBox(field, sure)
		rows.Add(container.NewBorder(nil, widget.NewSeparator(), newSketch(q.Preview), wide(150, right), text))
	}
	return container.NewVScroll(rows)
}

// Size of a sketch, and the lines that still show in it.
const (
	sketchWide  = 92
	sketchHigh  = 64
	sketchLines = 400
)

// newSketch draws what a question is about, as seen from above.
func newSketch(lines [][]geom.Vec2) fyne.CanvasObject {
	ground := canvas.NewRectangle(paint(colorPanel))
	ground.SetMinSize(fyne.NewSize(sketchWide, sketchHigh))
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, l := range lines {
		for _, p := range l {
			for k := range 2 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
	}
	free := container.NewWithoutLayout()
	if lo[0] <= hi[0] {
		scale := min((sketchWide-8)/max(hi[0]-lo[0], 0.1), (sketchHigh-8)/max(hi[1]-lo[1], 0.1))
		at := func(p geom.Vec2) fyne.Position {
			return fyne.NewPos(float32(4+(p[0]-lo[0])*scale), float32(4+(p[1]-lo[1])*scale))
		}
		drawn := 0
		for _, l := range lines {
			for i := 0; i+1 < len(l) && drawn < sketchLines; i++ {
				stroke := canvas.NewLine(paint(theme.ColorNameForeground))
				stroke.StrokeWidth = 1
				stroke.Position1, stroke.Position2 = at(l[i]), at(l[i+1])
				free.Add(stroke)
				drawn++
			}
		}
	}
	return container.NewStack(ground, free)
}
