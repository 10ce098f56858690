package account_test

import (
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/twin"
)

// withheld is a recorded case of whose model the explanations are not true to it.
func withheld(t testing.TB) app.Case {
	c := recorded(t, "door-ajar")
	x := *c.Explanation
	x.Abstained, x.Why = true, "the shares stay when the model is scrambled (parameter_randomisation 0.59)"
	c.Explanation = &x
	d := *c.Diagnosis
	d.Abstained, d.Why = true, x.Why
	c.Diagnosis = &d
	return c
}

// Where the model gives no verdict, nothing is told that would pass for its reasons:
// no shares, no confidence, nothing that would change it; and it is said why.
func TestWithoutAVerdictNoReasonsAreTold(t *testing.T) {
	told := recorded(t, "door-ajar")
	for _, s := range speakers(t) {
		before, a := account.Of(s, market, told), account.Of(s, market, withheld(t))
		if len(before.Why.Bars) == 0 || before.Change == "" {
			t.Fatal("the case shows nothing that could be withheld")
		}
		if len(a.Why.Bars) != 0 || a.Change != "" || a.Sure.Probability == a.Sure.Probability {
			t.Errorf("%s: without a verdict it tells %d shares, %q and a confidence of %g", s.Language(), len(a.Why.Bars), a.Change, a.Sure.Probability)
		}
		text := a.Text(s, market, true)
		for _, want := range []string{s.Say("explain.withheld"), s.Say("explain.noverdict"), "0.59"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not in:\n%s", s.Language(), want, text)
			}
		}
		for _, no := range []string{before.Sure.Text, before.Why.Bars[0].Note, before.Change} {
			if strings.Contains(text, no) {
				t.Errorf("%s: %q is in:\n%s", s.Language(), no, text)
			}
		}
		if len(a.Else) == 0 {
			t.Errorf("%s: what it could be is not told", s.Language())
		}
		for _, o := range a.Else {
			if o.Apart != "" {
				t.Errorf("%s: %s is told apart by %q", s.Language(), o.Class, o.Apart)
			}
		}
		if w := account.WhyNot(s, withheld(t), "fan-failure"); w.Against != s.Say("explain.withheld") || len(w.Bars) > 0 || w.For != "" {
			t.Errorf("%s: why not is answered by %+v", s.Language(), w)
		}
		if a.Badge.Grade != before.Badge.Grade || twin.Healthy(told.Explanation.Claim) {
			t.Errorf("%s: the badge %q is not what was measured", s.Language(), a.Badge.Grade)
		}
	}
}
