package desktop

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"
)

// waiting is long work that a dialog tells of while it goes on.
type waiting struct {
	Act          string // key of what is done, for the feed
	Title, First string // of the dialog, and what it says before work tells anything
	Mark         string // name of its bar
	Work         func(ctx context.Context, tell func(string)) error
	Steps        func(ctx context.Context, done func(share float64)) error // in Work's stead, where the share that is done is known
	Then         func(stopped bool, err error)                             // on the interface's thread; stopped: the user cancelled it
}

// wait does work away from the interface's thread, with a dialog that tells what
// is being done and can cancel it.
func (w *window) wait(x waiting) {
	ctx, cancel := context.WithCancel(w.feed.ctx)
	doing := widget.NewLabel(x.First)
	doing.Wrapping = fyne.TextWrapWord
	var busy fyne.CanvasObject = widget.NewProgressBarInfinite()
	if x.Steps != nil {
		bar := widget.NewProgressBar()
		busy = bar
		x.Work = func(ctx context.Context, _ func(string)) error {
			return x.Steps(ctx, func(share float64) { w.feed.post(func() { bar.SetValue(share) }) })
		}
	}
	shown := dialog.NewCustom(x.Title, w.speak.Say("drop.cancel"), container.NewVBox(doing, busy), w.win)
	shown.SetOnClosed(cancel)
	shown.Resize(fyne.NewSize(460, 160))
	shown.Show()
	w.mark(x.Mark, busy)
	var err error
	w.feed.do(x.Act, func(context.Context) error {
		err = x.Work(ctx, func(text string) { w.feed.post(func() { doing.SetText(w.speak.Told(text)) }) })
		return nil // told by Then, and never as a notice
	}, func() {
		stopped := ctx.Err() != nil || errors.Is(err, context.Canceled)
		shown.SetOnClosed(func() {})
		shown.Hide()
		cancel()
		w.forget(x.Mark)
		x.Then(stopped, err)
	})
}

// letter shows paragraphs that are read and put away.
func (w *window) letter(title, mark string, paragraphs ...string) {
	box := container.NewVBox()
	for _, text := range paragraphs {
		p := widget.NewLabel(text)
		p.Wrapping = fyne.TextWrapWord
		p.Selectable = true // a path is copied from here
		box.Add(p)
	}
	show := dialog.NewCustom(title, w.speak.Say("help.close"), container.NewVScroll(box), w.win)
	show.Resize(fyne.NewSize(560, 260))
	show.Show()
	w.mark(mark, box)
}
