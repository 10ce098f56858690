package desktop

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// said is all text of the panel that can be seen, in one line.
func (d desk) said() string {
	d.win.Resize(fyne.NewSize(1320, 2400)) // nothing is scrolled out of sight
	test.LaidOutObjects(d.why.content)     // lays them out
	var out []string
	var walk func(fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		if !o.Visible() {
			return
		}
		switch o := o.(type) {
		case *canvas.Text:
			out = append(out, o.Text)
		case *fyne.Container:
			for _, x := range o.Objects {
				walk(x)
			}
		case fyne.Widget:
			for _, x := range test.WidgetRenderer(o).Objects() {
				walk(x)
			}
		}
	}
	walk(d.why.content)
	return strings.ReplaceAll(strings.Join(out, " "), "\u202f", " ")
}

func has(t *testing.T, said string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in:\n%s", want, said)
		}
	}
}

func lacks(t *testing.T, said string, unwanted ...string) {
	t.Helper()
	for _, no := range unwanted {
		if strings.Contains(said, no) {
			t.Errorf("%q is in:\n%s", no, said)
		}
	}
}

// A manager sees the sentence, three bars and what to do; an expert all of it,
// opened. What was chosen is told to whoever remembers it.
func TestThePanelTellsAManagerTheGistAndAnExpertAll(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	w.settle()
	said := w.said()
	has(t, said, "Freezer 2 is warming because its door has been ajar since 18:20.", "Confidence 96 %", "Faithful", "1 smaller reasons together +0.30",
		"onset 18:20", "had nothing happened", "if nothing is done", "▸  What else it could be", "▸  Why did nothing happen?", "Close the door")
	lacks(t, said, "Calibrated", "would speak for")
	if n := len(w.why.shown.list); n != 3 {
		t.Errorf("a manager sees %d bars", n)
	}
	w.why.badge.Tapped(nil)
	has(t, w.said(), "Calibrated: of 100", "0 is chance.")
	w.why.badge.Tapped(nil)
	lacks(t, w.said(), "Calibrated: of 100")
	var told []bool
	w.opt.Levelled = func(expert bool) error { told = append(told, expert); return nil }
	w.switchLevel()
	w.settle()
	said = w.said()
	has(t, said, "Calibrated: of 100 verdicts this sure, about 96 should be right.", "Gain by taking away: 0.43. Taking away what the bars name first",
		"A weak compressor", "3 %", "below 0.40 min it would speak for a weak compressor", "To check: Look whether the door is shut.",
		"If time that the door has stood open went from 6.3 min to 0.50 min", "Nothing like this stands in the journal yet.")
	if n := len(w.why.shown.list); n != 4 || len(told) != 1 || !told[0] {
		t.Errorf("an expert sees %d bars, and it was told %v", n, told)
	}
	has(t, said, "Manager's view")
}

func TestWhyNotAnotherClass(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	w.why.folds.heads["explain.alternatives"].Tapped(nil)
	w.why.picks.SetSelected("A weak compressor")
	has(t, w.said(), "32 times as likely as a weak compressor", "Against a weak compressor: time that the door has stood open is 6.3 min",
		"For it: compressor power per lift and air over coil is 3.1 W/K²")
}

// Of a healthy thing it is told what was looked at, when, how far each was from
// raising a situation, and who would decide; of a quiet site, what is nearest.
func TestWhyDidNothingHappen(t *testing.T) {
	for lang, want := range map[phrase.Language][]string{
		phrase.English: {"Freezer 1: nothing was raised", "3.2 K below its bound", "A failed evaporator fan: 3 %; 80 % is needed, 3 times running",
			"Last looked at 40 s ago, at 18:41:20; it is looked at every 1 min.", "“start the backup fan”, which is set to “Ask me”"},
		phrase.Korean: {"Freezer 1: 살피는 값이 모두 한계 안에", "증발기 팬 고장: 3 %", "18:41:20에 살펴봄"},
	} {
		s := newScripted()
		s.quiet = lang == phrase.Korean
		w := opened(t, s, lang)
		w.settle()
		if lang == phrase.English {
			has(t, w.said(), "the nearest to a situation first", "Freezer 1: Temperature: 3.2 K below its bound")
		}
		w.selectAsset("freezer-1")
		w.settle()
		has(t, w.said(), want...)
		w.selectAsset("gondola-3")
		has(t, w.said(), "Gondola 3")
		lacks(t, w.said(), "3 %")
		w.selectAsset("freezer-1")
		w.time.look(scriptNow.Add(-40 * time.Minute))
		see(t, w, w.time.looking)
		w.settle()
		if lang == phrase.English {
			has(t, w.said(), "Looked at anew as of 18:02:00")
		}
	}
}

// An earlier case like this one is found later, in place, and a click shows the
// time at which it was known.
func TestSimilarCasesComeLaterAndShowTheirTime(t *testing.T) {
	s := newScripted()
	s.before = true
	w := opened(t, s, phrase.English)
	w.selectAsset("freezer-2")
	w.why.folds.heads["similar.title"].Tapped(nil)
	has(t, w.said(), "Looking through the journal")
	w.settle()
	has(t, w.said(), "2026-11-24 17:17: a door left ajar, Freezer 4", "Mended: close the door", "100 % of the reasons are the same")
	for _, p := range w.places {
		if p.name == "similar" {
			p.object.(*tapped).Tapped(nil)
			break
		}
	}
	if want := scriptNow.Add(-78 * time.Minute); !w.time.looking.Equal(want) || w.chose != "c-1" {
		t.Errorf("it looks at %s, case %s; want %s", w.time.looking, w.chose, want)
	}
}

// An expert sees how the verdict depends on a reading, and on a pair.
func TestHowTheVerdictDependsOnAReading(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	if w.why.folds.heads["shape.title"] != nil {
		t.Error("a manager is shown shapes")
	}
	w.switchLevel()
	has(t, w.said(), w.speak.Say("shape.depends"))
	w.why.shape.SetSelectedIndex(1)
	has(t, w.said(), w.speak.Say("shape.exact"))
}

// A deep network and a causal graph are asked when their part is opened; the map is of
// time and signal, and an expert sees it by the other method too.
func TestASecondOpinionComesWhenItIsOpened(t *testing.T) {
	for _, language := range phrase.Languages {
		w := opened(t, newScripted(), language)
		w.selectAsset("freezer-2")
		if w.why.second.told != nil {
			t.Fatal("it was asked before anybody wanted to know")
		}
		w.why.folds.heads["deep.title"].Tapped(nil)
		has(t, w.said(), w.speak.Say("deep.waiting"))
		w.settle()
		has(t, w.said(), "98 %", w.speak.Say("deep.legend"))
		w.why.folds.heads["began.title"].Tapped(nil)
		has(t, w.said(), "Freezer 2 → Freezer 1", "0.40", "9.0")
		w.switchLevel()
		w.settle()
		has(t, w.said(), w.speak.Say("deep.smooth"), "0.80")
	}
}

// A click on a causal arrow shows the series of cause and effect, with the lag.
func TestAnArrowShowsItsSeriesAndTheirLag(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	w.selectAsset("freezer-2")
	w.view.picked(render.Hit{Kind: render.HitArrow, Entity: "freezer-2", Part: "door", Label: "Because of a door left ajar: air", Of: [2]string{"freezer-2/door-angle", "freezer-2/air-temperature"}})
	has(t, w.said(), "From cause to effect", "Reading the series")
	w.settle()
	has(t, w.said(), "Air temperature followed Door angle after 3 min.", "Because of a door left ajar: air", "Door angle  °")
	w.selectAsset("freezer-5")
	lacks(t, w.said(), "From cause to effect")
}

// Whatever is asked of the twin takes its time; the interface's thread does not
// wait for it.
func TestThePanelNeverWaits(t *testing.T) {
	s := newScripted()
	s.before = true
	w := opened(t, s, phrase.English)
	w.expert = true
	s.hold = make(chan struct{})
	w.why.quiet.asked = time.Time{} // it asks anew
	began := time.Now()
	w.selectAsset("freezer-2")
	w.view.picked(render.Hit{Kind: render.HitArrow, Entity: "freezer-2", Part: "door", Of: [2]string{"freezer-2/door-angle", "freezer-2/air-temperature"}})
	w.selectAsset("freezer-1")
	w.selectAsset("freezer-2")
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	has(t, w.said(), "is warming because", "Reading the series", "Looking through the journal")
	close(s.hold)
	w.settle()
	has(t, w.said(), "100 % of the reasons are the same")
}

// Odd explanations do not hurt the panel, at either level, in any language.
func TestOddExplanationsDoNotPanic(t *testing.T) {
	nan := 0.0
	nan /= nan
	for _, lang := range phrase.Languages {
		w := opened(t, newScripted(), lang)
		for _, x := range []*xai.Explanation{{}, {Abstained: true, Why: "x"}, {Claim: "none", Confidence: nan, Attributions: []xai.Attribution{{Share: nan, Value: nan}}, Alternatives: []xai.Alternative{{Class: "melted", Probability: nan}},
			Against: []xai.Contrast{{Class: "melted", Tellings: []xai.Telling{{Feature: "x", Turns: &nan, Share: nan}}}}, Faithfulness: []xai.Figure{{Name: "deletion_gain", Value: nan}}}} {
			for range 2 {
				w.take(app.View{At: scriptNow, Live: true, Linked: true, Cases: []app.Case{{Situation: twin.Situation{Case: "x", Asset: "freezer-9"}, Explanation: x}}})
				w.selectCase(w.now.Cases[0])
				w.switchLevel()
				w.settle()
				lacks(t, w.said(), "NaN")
			}
		}
	}
}

// Who denied a proposal had to say why; whoever reads the case later is told it.
func TestADenialIsShownWithItsReason(t *testing.T) {
	s := newScripted()
	s.done = &twin.Decision{By: "mina", Reason: "the ice cream is being filled in"}
	w := opened(t, s, phrase.English)
	w.selectAsset("freezer-2")
	has(t, w.said(), "Denied by mina", "“the ice cream is being filled in”")
}
