package desktop

import (
	"context"
	"fmt"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// retrainOffer says what retraining does, with the button that begins it; nil
// where there is no model to retrain.
func (w *window) retrainOffer() fyne.CanvasObject {
	if w.opt.Retrain == nil {
		return nil
	}
	b := widget.NewButtonWithIcon(w.speak.Say("retrain.button"), theme.ViewRefreshIcon(), w.retrain)
	w.mark("retrain", b)
	return container.NewVBox(small(w.speak.Say("retrain.why")), container.NewHBox(b))
}

// retrain trains the model of faults on the journal, and tells what came of it.
func (w *window) retrain() {
	var n twin.ModelNote
	w.wait(waiting{
		Act: "act.retrain", Title: w.speak.Say("retrain.title"), First: w.speak.Say("retrain.first"), Mark: "retrain-busy",
		Work: func(ctx context.Context, tell func(string)) (err error) {
			n, err = w.opt.Retrain(ctx, tell)
			return err
		},
		Then: func(stopped bool, err error) {
			switch {
			case stopped && err != nil:
				w.tell(w.speak.Say("retrain.cancelled"))
			case err != nil:
				w.letter(w.speak.Say("retrain.failed"), "retrain-failed", w.speak.Told(err.Error()))
			default:
				w.letter(w.speak.Say("retrain.title"), "retrain-told", w.verdict(n)...)
			}
		},
	})
}

// verdict tells in sentences what came of retraining: the outcome first, then
// the figures that it rests on, then what follows.
func (w *window) verdict(n twin.ModelNote) []string {
	say := w.speak.Say
	why := w.speak.Told(n.Why)
	if n.To == "" { // nothing was trained
		return []string{say("retrain.none", "why", why)}
	}
	points := func(x float64) string { return fmt.Sprintf("%+.1f", 100*x) }
	lines := []string{
		w.speak.Upper(why) + ".",
		say("retrain.figures", "days", strconv.Itoa(n.Days), "new", phrase.Percent(n.ToRight), "old", phrase.Percent(n.FromRight),
			"gain", points(n.Gain), "low", points(n.Low), "high", points(n.High)),
		say("retrain.kept", "new", phrase.Percent(n.ToKept), "old", phrase.Percent(n.FromKept)),
	}
	if n.Better {
		return append(lines, say("retrain.next"))
	}
	return append(lines, say("retrain.both"))
}
