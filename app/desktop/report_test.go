package desktop

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// overlaid is the text of the topmost dialog, "" when there is none.
func (d desk) overlaid() string {
	top := d.win.Canvas().Overlays().Top()
	if top == nil {
		return ""
	}
	var out []string
	for _, o := range test.LaidOutObjects(top) {
		if t, ok := o.(*canvas.Text); ok {
			out = append(out, t.Text)
		}
	}
	return strings.Join(out, " ")
}

// The button saves the case that is selected, and it is told where; what fails is
// told in a dialog, and a cancel saves nothing and says so.
func TestTheSelectedCaseIsSavedAndToldWhere(t *testing.T) {
	for _, x := range []struct {
		name  string
		write func(context.Context, twin.CaseID) ([]string, error)
		want  []string
	}{
		{"saved", func(_ context.Context, id twin.CaseID) ([]string, error) {
			return []string{"/shop/reports/" + string(id) + ".pdf", "/shop/reports/" + string(id) + ".json"}, nil
		}, []string{"The case is saved", "In the folder /shop/reports:", "c1.pdf", "c1.json"}},
		{"failed", func(context.Context, twin.CaseID) ([]string, error) { return nil, errors.New("the disk is full") },
			[]string{"could not be saved", "the disk is full"}},
	} {
		w := opened(t, newScripted(), phrase.English)
		w.opt.Report = x.write
		w.selectAsset("gondola-3")
		if !w.why.file.Hidden {
			t.Errorf("%s: a thing without a case offers to save one", x.name)
		}
		w.selectAsset("freezer-2")
		if w.why.file.Hidden {
			t.Fatalf("%s: nothing offers to save the case", x.name)
		}
		w.win.Resize(fyne.NewSize(1320, 720))
		test.Tap(w.why.file)
		has(t, w.overlaid(), "Saving the case")
		w.settle()
		has(t, w.overlaid(), x.want...)
	}
}

func TestACancelledSaveSaysSo(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.opt.Report = func(ctx context.Context, _ twin.CaseID) ([]string, error) { <-ctx.Done(); return nil, ctx.Err() }
	w.selectAsset("freezer-2")
	test.Tap(w.why.file)
	cancelled := false
	for _, o := range test.LaidOutObjects(w.win.Canvas().Overlays().Top()) {
		if b, ok := o.(*widget.Button); ok && b.Text == "Cancel" {
			test.Tap(b)
			cancelled = true
		}
	}
	w.settle()
	if !cancelled || w.notice.said != "Nothing was saved: you cancelled it." || w.overlaid() != "" {
		t.Errorf("cancelled %v, told %q, dialog %q", cancelled, w.notice.said, w.overlaid())
	}
}

// Retraining tells its verdict in a sentence, in both languages, before its
// figures.
func TestRetrainingTellsItsVerdict(t *testing.T) {
	better := twin.ModelNote{From: "0a1b", To: "2c3d", Better: true, Why: "it does better on the held-out days", Days: 4,
		FromRight: .912, ToRight: .958, Gain: .046, Low: .012, High: .081, FromKept: .97, ToKept: .97}
	stays := better
	stays.Better, stays.Why = false, "it does better on the held-out days, but chance alone could tell as much"
	untrained := twin.ModelNote{From: "0a1b", Why: "the journal tells of 2 days; at least 7 are needed, so that 3 can be held out"}
	for _, x := range []struct {
		note twin.ModelNote
		lang phrase.Language
		want []string
	}{
		{better, phrase.English, []string{"takes the old one's place.", "On 4 held-out days: 96 % right with the new one, 91 % with the old one (+4.6 points; 95 % interval +1.2 to +8.1).", "next start"}},
		{stays, phrase.English, []string{"the old one stays.", "Both models stand in the journal."}},
		{untrained, phrase.English, []string{"Nothing was trained: the journal tells of too few days (2); at least 7 are needed"}},
		{untrained, phrase.Korean, []string{"학습하지 않았습니다: 기록이 2일치뿐입니다."}},
		{better, phrase.Korean, []string{"이전 모델을 대신합니다.", "남겨 둔 4일에서"}},
	} {
		w := opened(t, newScripted(), x.lang)
		said := strings.ReplaceAll(strings.Join(w.verdict(x.note), "\n"), "\u202f", " ")
		has(t, said, x.want...)
	}
	w := opened(t, newScripted(), phrase.English)
	w.opt.Retrain = func(_ context.Context, tell func(string)) (twin.ModelNote, error) {
		tell("8 cases with a confirmed truth, 2 without, in 900 windows")
		return stays, nil
	}
	w.showAutonomy()
	w.settle()
	at := slices.IndexFunc(w.places, func(p place) bool { return p.name == "retrain" })
	if at < 0 {
		t.Fatal("the table of autonomy offers no retraining")
	}
	test.Tap(w.places[at].object.(fyne.Tappable))
	w.settle()
	has(t, strings.ReplaceAll(w.overlaid(), "\u202f", " "), "the old one stays")
}
