package desktop

import (
	"testing"

	"github.com/glasstwin/glasstwin/app/phrase"
)

// Where the model gives no verdict the panel shows neither shares nor a confidence,
// at either level: it says that they are withheld, and why.
func TestAPanelWithoutAVerdictWithholdsItsReasons(t *testing.T) {
	for _, lang := range phrase.Languages {
		w := opened(t, newScripted(), lang)
		w.selectAsset("freezer-2")
		w.settle()
		told, ok := w.chosen()
		if !ok || told.Explanation == nil || w.why.shown == nil {
			t.Fatal("the case shows no reasons that could be withheld")
		}
		x := *told.Explanation
		x.Abstained, x.Why = true, "the shares stay when the model is scrambled (parameter_randomisation 0.59)"
		v, i := w.now, 0
		for v.Cases[i].Situation.Case != told.Situation.Case {
			i++
		}
		v.Cases = append(v.Cases[:0:0], v.Cases...)
		v.Cases[i].Explanation, v.Cases[i].Proposal, v.Cases[i].Decision = &x, nil, nil
		for range 2 {
			w.take(v)
			w.selectCase(v.Cases[i])
			w.settle()
			said := w.said()
			has(t, said, w.speak.Say("explain.withheld"), w.speak.Say("explain.noverdict"), "0.59")
			lacks(t, said, w.speak.Say("explain.confidence", "p", phrase.Percent(x.Confidence)), w.speak.Say("explain.legend"))
			if w.why.shown != nil {
				t.Errorf("%s: %d bars are shown", lang, len(w.why.shown.list))
			}
			w.switchLevel()
		}
	}
}
