package operate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// ajarAt lets the door of the first cabinet stand open after a healthy time.
func ajar(t testing.TB, mode twin.Mode) *world {
	w := newWorld(t, mode, "freezer-1")
	w.warmUp()
	w.cabinets[0].ajar = true
	return w
}

func worn(t testing.TB, mode twin.Mode) *world {
	w := newWorld(t, mode, "freezer-1")
	w.warmUp()
	w.cabinets[0].worn = true
	return w
}

const shift = 4 * time.Hour

func TestTheWholeStory(t *testing.T) {
	w := ajar(t, twin.Approve)
	began := w.now
	w.run(shift)
	want := "situation.raised diagnosis.made explanation.made proposal.made guards.checked decision.made=true by kim " +
		"action.intended action.written outcome.recorded=verified"
	if got := w.kinds(); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "situation.ended") {
		t.Errorf("got  %s\nwant %s … situation.ended", got, want)
	}
	w.settled()
	c := w.cases()[0]
	if c.Stage != Closed || c.Ended.IsZero() || c.Situation.Onset.Sub(began).Abs() > 5*time.Minute {
		t.Errorf("the case is %s, ended %v, and its onset is dated %s, %s after the door opened", c.Stage, c.Ended, c.Situation.Onset, c.Situation.Onset.Sub(began))
	}
	p := c.Proposal
	if p.Because != "door-ajar" || p.Writes[0] != (twin.Write{Signal: "freezer-1/door-close-command", Value: 1}) || p.Benefit <= 0.5 {
		t.Errorf("proposal %+v", p)
	}
	if e := p.Predicted; !(e.Low <= -20 && -20 <= e.High && e.High < e.Worse) {
		t.Errorf("the predicted range %v to %v, worse beyond %v, does not hold the set point", e.Low, e.High, e.Worse)
	}
	if len(w.wrote) != 1 || w.wrote[0].by != "kim" || w.cabinets[0].ajar {
		t.Errorf("written: %+v", w.wrote)
	}
	if got := c.Outcome; got.RolledBack || got.Observed > p.Predicted.High || got.After <= 0 || got.After > p.Predicted.Within {
		t.Errorf("outcome %+v", got)
	}
}

func TestModes(t *testing.T) {
	for mode, want := range map[twin.Mode]string{
		twin.Shadow:  "decision.made=false by auto",
		twin.Advise:  "outcome.recorded=expired",
		twin.Approve: "decision.made=true by kim",
		twin.Auto:    "decision.made=true by auto",
	} {
		w := ajar(t, mode)
		if mode == twin.Auto {
			w.user = nil
		}
		if mode == twin.Advise || mode == twin.Shadow {
			w.user = nil
			w.run(16 * time.Minute)
			w.run(30 * time.Minute)
			if c := w.cases()[0]; c.Proposal == nil {
				t.Fatalf("%s: nothing was proposed: %s", mode, c.Why)
			} else if err := w.operator.Approve(context.Background(), c.Proposal.ID, "kim"); err == nil {
				t.Errorf("%s: it could be approved", mode)
			}
		}
		w.run(2 * time.Hour)
		if got := w.kinds(); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s in it", mode, got, want)
		}
		if acts := mode == twin.Approve || mode == twin.Auto; acts != (len(w.wrote) > 0) {
			t.Errorf("%s: written %+v", mode, w.wrote)
		}
		w.settled()
	}
}

func TestDenying(t *testing.T) {
	ctx := context.Background()
	w := ajar(t, twin.Approve)
	w.user = nil
	w.run(30 * time.Minute)
	id := w.cases()[0].Proposal.ID
	for name, err := range map[string]error{
		"nameless": w.operator.Deny(ctx, id, " ", ""), "as auto": w.operator.Deny(ctx, id, Auto, ""),
		"nameless approval": w.operator.Approve(ctx, id, ""), "nameless mode": w.operator.SetMode(ctx, "close-door", twin.Auto, ""),
		"nameless halt": w.operator.Stop(ctx, " "),
	} {
		if !errors.Is(err, ErrNameless) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.operator.Approve(ctx, "nobody/1", "kim"); !errors.Is(err, ErrUnknown) {
		t.Errorf("an unknown proposal: %v", err)
	}
	if err := w.operator.Deny(ctx, id, "kim", "we defrost by hand"); err != nil {
		t.Fatal(err)
	}
	for _, again := range []error{w.operator.Deny(ctx, id, "lee", ""), w.operator.Approve(ctx, id, "lee")} {
		if !errors.Is(again, ErrDecided) {
			t.Errorf("a second decision: %v", again)
		}
	}
	w.run(shift)
	if n := strings.Count(w.kinds(), string(twin.ProposalMade)); n != 1 || len(w.wrote) != 0 {
		t.Errorf("denied, and proposed %d times, written %v", n, w.wrote)
	}
	if c := w.cases()[0]; c.Stage != Abandoned || !strings.Contains(c.Why, "answered in this case already") {
		t.Errorf("the case is %s: %q", c.Stage, c.Why)
	}
	w.settled()
}

func TestNobodyDecides(t *testing.T) {
	ctx := context.Background()
	w := ajar(t, twin.Approve)
	w.user = nil
	w.run(30 * time.Minute)
	first := w.cases()[0].Proposal
	w.run(proposalLife)
	if err := w.operator.Approve(ctx, first.ID, "kim"); err == nil {
		t.Error("an expired proposal was approved")
	}
	if got := w.results(); len(got) == 0 || got[0] != twin.Expired {
		t.Errorf("outcomes %v", got)
	}
	w.run(10 * time.Hour)
	if n := strings.Count(w.kinds(), string(twin.ProposalMade)); n != spentMax/spentSoft {
		t.Errorf("proposed %d times, want %d", n, spentMax/spentSoft)
	}
	w.settled()
}

func TestASituationThatGoesByItself(t *testing.T) {
	w := ajar(t, twin.Approve)
	w.user = nil
	w.run(20 * time.Minute)
	w.cabinets[0].ajar = false // a customer shut it
	w.run(90 * time.Minute)
	if got := w.kinds(); !strings.HasSuffix(got, "outcome.recorded=expired situation.ended") {
		t.Errorf("got %s", got)
	}
	if len(w.wrote) != 0 {
		t.Errorf("written %v", w.wrote)
	}
	w.settled()
}

func TestHalt(t *testing.T) {
	ctx := context.Background()
	w := ajar(t, twin.Approve)
	w.user = func(w *world, c CaseRecord) {
		approveAs("kim")(w, c)
		if err := w.operator.Stop(ctx, "lee"); err != nil {
			t.Fatal(err)
		}
	}
	w.run(shift)
	if len(w.wrote) != 0 {
		t.Errorf("written after the halt: %v", w.wrote)
	}
	if got := w.results(); len(got) == 0 || got[0] != twin.Refused {
		t.Errorf("outcomes %v", got)
	}
	for class, mode := range w.operator.Modes() {
		if mode != twin.Advise {
			t.Errorf("%s is %s after the halt", class, mode)
		}
	}
	before := w.operator.Modes()
	w.boot()
	if after := w.operator.Modes(); !reflect.DeepEqual(before, after) {
		t.Errorf("a restart forgot the halt: %v", after)
	}
	w.settled()
}

// A mode that is lowered between decision and write holds.
func TestAModeLoweredAfterTheDecision(t *testing.T) {
	ctx := context.Background()
	w := ajar(t, twin.Approve)
	w.user = func(w *world, c CaseRecord) {
		approveAs("kim")(w, c)
		if err := w.operator.SetMode(ctx, "close-door", twin.Shadow, "lee"); err != nil {
			t.Fatal(err)
		}
	}
	w.run(time.Hour)
	if got := w.results(); !w.cabinets[0].ajar || len(got) == 0 || got[0] != twin.Refused {
		t.Errorf("written %v, outcomes %v", w.wrote, got)
	}
	for _, c := range []struct {
		class twin.ActionClass
		mode  twin.Mode
	}{{"fly", twin.Auto}, {"close-door", "sometimes"}} {
		if err := w.operator.SetMode(ctx, c.class, c.mode, "lee"); err == nil {
			t.Errorf("%s was set to %s", c.class, c.mode)
		}
	}
}

func TestNoEffectAndWorse(t *testing.T) {
	t.Run("a command without effect", func(t *testing.T) {
		w := ajar(t, twin.Approve)
		w.cabinets[0].stuck = true
		w.run(shift)
		got := w.results()
		if len(got) != 2 || got[0] != twin.NoEffect || len(w.wrote) != 3 {
			t.Fatalf("outcomes %v, written %v", got, w.wrote)
		}
		if first := w.outcomes()[w.wrote[0].proposal][0]; first.RolledBack || !strings.Contains(first.Detail, "nothing to restore") {
			t.Errorf("%+v", first)
		}
		// The next best is tried, which only eases what the door does, and taken back.
		if x := w.wrote[1:]; x[0].writes[0].Signal != "freezer-1/capacity-boost" || !x[1].rollback || w.cabinets[0].boost != 0 {
			t.Errorf("written %+v", x)
		}
		w.settled()
	})
	t.Run("a set point without effect", func(t *testing.T) {
		w := worn(t, twin.Approve)
		w.cabinets[0].stuck = true
		w.user = func(w *world, c CaseRecord) {
			approveAs("kim")(w, c)
			w.cabinets[0].worn = false // what is wrong is another thing, of the same size
			w.cabinets[0].ajar = true
		}
		w.run(2 * time.Hour)
		if got := w.results(); len(got) == 0 || got[0] != twin.NoEffect {
			t.Fatalf("outcomes %v: %s", got, w.kinds())
		}
		if w.cabinets[0].boost != 0 || !strings.Contains(w.kinds(), "action.rolledback outcome.recorded=no-effect") {
			t.Errorf("boost %v: %s", w.cabinets[0].boost, w.kinds())
		}
		w.laws()
	})
	t.Run("worse", func(t *testing.T) {
		w := worn(t, twin.Approve)
		w.cabinets[0].worsened = true
		w.run(2 * time.Hour)
		if got := w.results(); len(got) == 0 || got[0] != twin.Worse || w.cabinets[0].boost != 0 {
			t.Errorf("outcomes %v, boost %v", got, w.cabinets[0].boost)
		}
		out := w.outcomes()[w.wrote[0].proposal][0]
		if !out.RolledBack || out.After > 30*time.Minute {
			t.Errorf("it took %s to roll back: %+v", out.After, out)
		}
		if n := len(w.wrote); n != 2 || !w.wrote[1].rollback {
			t.Errorf("written %+v", w.wrote)
		}
		w.settled()
	})
	t.Run("the plant does not answer to the rollback at first", func(t *testing.T) {
		w := worn(t, twin.Approve)
		w.cabinets[0].worsened = true
		tries := 0
		w.refuse = func(x Warrant) error {
			if tries++; x.Rollback() && tries < 6 {
				return errors.New("busy")
			}
			return nil
		}
		w.run(2 * time.Hour)
		if got := w.results(); len(got) == 0 || got[0] != twin.Worse || w.cabinets[0].boost != 0 {
			t.Errorf("outcomes %v, boost %v", got, w.cabinets[0].boost)
		}
		if out := w.outcomes()[w.wrote[0].proposal][0]; !strings.Contains(out.Detail, "worse than doing nothing") {
			t.Errorf("the reason was lost: %q", out.Detail)
		}
		w.settled()
	})
}

func TestWritesThatFail(t *testing.T) {
	no := errors.New("BadUserAccessDenied")
	t.Run("refused", func(t *testing.T) {
		w := worn(t, twin.Approve)
		w.refuse = func(Warrant) error { return no }
		w.run(time.Hour)
		got := w.results()
		if len(w.wrote) != 0 || len(got) != spentMax/spentSoft || got[0] != twin.Failed {
			t.Errorf("written %v, outcomes %v", w.wrote, got)
		}
		w.settled()
	})
	t.Run("an error, but it stands", func(t *testing.T) {
		w := worn(t, twin.Approve)
		w.refuse, w.takes = func(x Warrant) error { return no }, true
		w.run(shift)
		if got := w.results(); len(got) != 1 || got[0] != twin.Verified || len(w.wrote) != 1 {
			t.Errorf("outcomes %v, written %v", got, w.wrote)
		}
		w.settled()
	})
	t.Run("an error, and no answer at first whether it stands", func(t *testing.T) {
		w := worn(t, twin.Approve)
		asked := 0
		w.refuse, w.takes = func(x Warrant) error { return no }, true
		w.mumbles = func() error {
			if asked++; asked <= 3 {
				return errors.New("timeout")
			}
			return nil
		}
		w.run(shift)
		if got := w.results(); asked < 4 || len(got) != 1 || got[0] != twin.Verified || len(w.wrote) != 1 {
			t.Errorf("asked %d times, outcomes %v, written %v", asked, got, w.wrote)
		}
		w.settled()
	})
	t.Run("a command is not repeated", func(t *testing.T) {
		w := ajar(t, twin.Approve)
		w.cabinets[0].stuck = true
		w.refuse, w.takes = func(x Warrant) error { return no }, true
		w.run(shift)
		w.settled() // at most one write of each proposal
		if got := w.results(); len(got) == 0 || got[0] != twin.Failed {
			t.Errorf("outcomes %v", got)
		}
	})
	t.Run("a command that may have come is not given twice", func(t *testing.T) {
		w := ajar(t, twin.Auto)
		w.user = nil
		w.cabinets[0].stuck = true
		w.refuse, w.takes = func(Warrant) error { return fmt.Errorf("cut: %w", ErrUnsure) }, true
		w.run(shift)
		w.settled()
		if got := w.results(); len(w.wrote) != 1 || len(got) < 2 || got[0] != twin.Interrupted || got[1] != twin.NoEffect {
			t.Errorf("written %v, outcomes %v", w.wrote, got)
		}
	})
}

func TestGuardsForbid(t *testing.T) {
	for expression, forbids := range map[string]bool{
		`value == 1 && before == 0 && class == "close-door" && asset == "freezer-1"`: false,
		`signal == "freezer-1/door-close-command"`:                                   false,
		`hour >= 18`: false, // 8:00 UTC is 17:00 in Seoul; the door stands open at half past six
		`hour < 12`:  true,
		`rate < 1`:   false,
		`latest(asset + "/air-temperature") > -10`:    false,
		`latest("freezer-1/air-temperature") < -15`:   true,
		`latest("nobody/air-temperature") < 0`:        true, // what is not known forbids
		`true || latest("nobody/x") < 0`:              false,
		`[value][3] == 1`:                             true, // what cannot be computed forbids
		`len(trim(class)) / (value - 1) > 0 && false`: true,
	} {
		w := newWorld(t, twin.Approve, "freezer-1")
		w.site.Guards = []twin.Guard{
			{ID: "other", Applies: []twin.ActionClass{"boost-capacity"}, Expr: "false"},
			{ID: "elsewhere", Signal: "set-point", Expr: "false"},
			{ID: "mine", Applies: []twin.ActionClass{"close-door"}, Signal: "door-close-command", Expr: expression, Message: "not now"},
		}
		w.warmUp()
		w.cabinets[0].ajar = true
		w.run(40 * time.Minute)
		c := w.cases()[0]
		if c.Proposal == nil {
			t.Fatalf("nothing proposed: %s", c.Why)
		}
		if forbidden := len(w.wrote) == 0; forbidden != forbids {
			t.Errorf("%s: forbidden %v, want %v; %+v", expression, forbidden, forbids, c.Guards)
		}
		if forbids {
			last := c.Guards[len(c.Guards)-1]
			if last.Guard != "mine" || last.Passed || !strings.HasPrefix(last.Detail, "not now") {
				t.Errorf("%s: %+v", expression, c.Guards)
			}
		}
		w.laws()
	}
}

// A guard that forbids at first and is passed later lets auto mode act then.
func TestAutoWaitsForItsGuards(t *testing.T) {
	w := newWorld(t, twin.Auto, "freezer-1")
	w.site.Guards = []twin.Guard{{ID: "late", Expr: "hour >= 19"}}
	w.user = nil
	w.warmUp()
	w.cabinets[0].ajar = true
	w.run(shift)
	if len(w.wrote) != 1 || w.wrote[0].at.Hour() != 10 {
		t.Errorf("written %+v, want once from 19 o'clock in Seoul on", w.wrote)
	}
	if n := strings.Count(w.kinds(), string(twin.GuardsChecked)); n != 2 {
		t.Errorf("the verdict of the guards was journaled %d times, want once for each change", n)
	}
	w.settled()
}

func TestTheRateOfWritesIsLimited(t *testing.T) {
	w := newWorld(t, twin.Auto, "freezer-1")
	w.site.Guards = []twin.Guard{{ID: "often", Expr: "rate < 1"}}
	w.user = nil
	w.refuse = func(Warrant) error { return errors.New("busy") } // it fails, and would be tried again at once
	w.warmUp()
	w.cabinets[0].ajar = true
	w.run(50 * time.Minute)
	tries := 0
	for _, e := range w.events {
		if e.Kind == twin.ActionIntended && bodyAs[twin.Proposal](t, e).Class == "close-door" {
			tries++
		}
	}
	if tries != 1 {
		t.Errorf("%d tries within the hour, want 1", tries)
	}
}

func TestStaleEvidenceIsRefused(t *testing.T) {
	ctx := context.Background()
	w := ajar(t, twin.Approve)
	w.user = nil
	w.run(30 * time.Minute)
	id := w.cases()[0].Proposal.ID
	mute := func(s []twin.Sample) []twin.Sample { // the sensor is silent, the rest goes on
		var out []twin.Sample
		for _, x := range s {
			if !strings.HasSuffix(string(x.Signal), "/air-temperature") {
				out = append(out, x)
			}
		}
		return out
	}
	w.garble = mute
	w.run(3 * time.Minute)
	if err := w.operator.Approve(ctx, id, "kim"); !errors.Is(err, ErrGuarded) || !strings.Contains(err.Error(), "stale") {
		t.Errorf("approved on stale evidence: %v", err)
	}
	w.garble = nil
	w.run(time.Minute)
	if err := w.operator.Approve(ctx, id, "kim"); err != nil {
		t.Errorf("the sensor is back: %v", err)
	}
	w.garble = mute // and silent again, before the write
	w.now = w.now.Add(2 * time.Minute)
	w.run(10 * time.Minute)
	if got := w.results(); len(w.wrote) != 0 || len(got) != 1 || got[0] != twin.Refused {
		t.Errorf("written %v, outcomes %v", w.wrote, got)
	}
	w.settled()
}

func TestLinkLoss(t *testing.T) {
	t.Run("between decision and write", func(t *testing.T) {
		w := ajar(t, twin.Approve)
		w.user = func(w *world, c CaseRecord) {
			approveAs("kim")(w, c)
			w.dark = true
		}
		w.run(40 * time.Minute)
		if len(w.wrote) != 0 || len(w.results()) != 0 {
			t.Fatalf("in the dark: written %v, outcomes %v", w.wrote, w.results())
		}
		w.dark, w.user = false, approveAs("kim")
		w.run(2 * time.Hour)
		// What was agreed to then is not done now: it is proposed anew.
		if got := w.results(); len(w.wrote) != 1 || !reflect.DeepEqual(got, []twin.Result{twin.Expired, twin.Verified}) {
			t.Errorf("after it: written %v, outcomes %v", w.wrote, got)
		}
		w.settled()
	})
	t.Run("for longer than the proposal is valid", func(t *testing.T) {
		w := ajar(t, twin.Approve)
		w.user = func(w *world, c CaseRecord) {
			approveAs("kim")(w, c)
			w.dark = true
		}
		w.run(2 * time.Hour)
		w.dark, w.user = false, nil
		w.run(5 * time.Minute)
		if got := w.results(); len(w.wrote) != 0 || len(got) != 1 || got[0] != twin.Expired {
			t.Errorf("written %v, outcomes %v", w.wrote, got)
		}
	})
	t.Run("while the effect is watched", func(t *testing.T) {
		w := worn(t, twin.Approve)
		for len(w.wrote) == 0 {
			w.run(sampleEvery)
		}
		w.run(2 * time.Minute)
		w.dark = true
		w.run(3 * time.Hour)
		if len(w.results()) != 0 {
			t.Fatalf("judged in the dark: %v", w.results())
		}
		w.dark = false
		w.run(2 * time.Hour)
		if got := w.results(); len(got) != 1 || got[0] != twin.Verified {
			t.Errorf("outcomes %v", got)
		}
		w.settled()
	})
	t.Run("nothing is raised in the dark", func(t *testing.T) {
		w := newWorld(t, twin.Auto, "freezer-1")
		w.warmUp()
		w.dark = true
		w.cabinets[0].ajar = true
		w.run(2 * time.Hour)
		if len(w.events) != 0 {
			t.Errorf("got %s", w.kinds())
		}
	})
}

func TestTwoCasesAtOnce(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1", "freezer-2", "freezer-3")
	w.warmUp()
	w.cabinets[0].ajar, w.cabinets[2].worn = true, true
	w.run(shift)
	w.settled()
	if len(w.cases()) != 2 || len(w.wrote) != 2 || w.cabinets[0].ajar || w.cabinets[2].boost != 1 || w.cabinets[1].boost != 0 {
		t.Errorf("%d cases, written %+v", len(w.cases()), w.wrote)
	}
	for _, c := range w.cases() {
		if c.Outcome == nil || c.Outcome.Result != twin.Verified || c.Ended.IsZero() {
			t.Errorf("%s: %+v", c.Situation.Asset, c.Outcome)
		}
	}
}

// After a remedy that worked, the same fault anew is a case of its own.
func TestARelapseIsANewCase(t *testing.T) {
	w := ajar(t, twin.Approve)
	for len(w.results()) == 0 {
		w.run(sampleEvery)
	}
	w.cabinets[0].ajar = true // at once, before the situation has ended
	w.run(shift)
	w.settled()
	if len(w.cases()) != 2 || w.cabinets[0].ajar {
		t.Errorf("%d cases, ajar %v: %s", len(w.cases()), w.cabinets[0].ajar, w.kinds())
	}
}

// Whatever is delivered twice, late or not as a number changes no event.
func TestDuplicatedAndLateSamplesChangeNothing(t *testing.T) {
	tell := func(garble func([]twin.Sample) []twin.Sample) string {
		w := newWorld(t, twin.Approve, "freezer-1")
		w.garble = garble
		w.warmUp()
		w.cabinets[0].ajar = true
		w.run(shift)
		w.settled()
		out := ""
		for _, e := range w.events {
			out += e.Hash + "\n"
		}
		return out
	}
	var old []twin.Sample
	plain := tell(nil)
	if got := tell(func(s []twin.Sample) []twin.Sample {
		out := append(append([]twin.Sample(nil), s...), s...)
		out = append(out, old...)
		out = append(out, twin.Sample{Signal: "nobody/temperature", At: s[0].At.Add(time.Hour), Value: 1, Quality: twin.Good})
		for _, x := range s {
			out = append(out, twin.Sample{Signal: x.Signal, At: x.At.Add(-time.Second), Value: math.NaN(), Quality: twin.Good})
		}
		old = s
		return out
	}); got != plain {
		t.Errorf("the journals differ:\n%s\n%s", plain, got)
	}
}

// Two cases of one asset, as a journal of another version may hold them: the
// second action waits for none and is refused.
func TestTwoActionsOnOneSignal(t *testing.T) {
	w := ajar(t, twin.Approve)
	w.user = nil
	w.run(30 * time.Minute)
	first := w.cases()[0]
	var chain []twin.Event
	for _, e := range w.events {
		if e.Case != first.Situation.Case {
			continue
		}
		e.Case = "copy"
		e.Body = []byte(strings.ReplaceAll(string(e.Body), string(first.Situation.Case), "copy"))
		chain = append(chain, e)
	}
	for _, e := range chain {
		sealed := w.chain.Seal(e, w.now)
		w.events = append(w.events, sealed)
	}
	w.boot()
	ctx := context.Background()
	for _, c := range w.cases() {
		if err := w.operator.Approve(ctx, c.Proposal.ID, "kim"); err != nil {
			t.Fatal(err)
		}
	}
	w.run(10 * time.Minute)
	if got := w.results(); len(w.wrote) != 1 || len(got) != 1 || got[0] != twin.Refused {
		t.Errorf("written %+v, outcomes %v", w.wrote, got)
	}
	w.run(shift)
	w.laws()
}

func TestNewNamesWhatCannotBeUsed(t *testing.T) {
	for _, c := range []struct {
		guard twin.Guard
		says  []string
	}{
		{twin.Guard{Expr: "true"}, []string{"guard 1", "no id"}},
		{twin.Guard{ID: "a", Expr: "value >"}, []string{`guard "a"`, "line 1", "column"}},
		{twin.Guard{ID: "a", Expr: "true &&\n valu > 3"}, []string{"line 2, column 2", "valu"}},
		{twin.Guard{ID: "a", Expr: "value + 1"}, []string{`guard "a"`, "bool"}},
		{twin.Guard{ID: "a", Expr: ""}, []string{`guard "a"`}},
		{twin.Guard{ID: "a", Expr: `latest(3) > 2`}, []string{"line 1, column", "latest"}},
		{twin.Guard{ID: "a", Expr: `true && all(1..9, # > 0)`}, []string{"line 1, column 19", "may not loop"}},
		{twin.Guard{ID: "a", Expr: `now().Hour() > 3`}, []string{"now"}},
		{twin.Guard{ID: "a", Expr: strings.Repeat("(", 100_000)}, []string{"at most 2000"}},
		{twin.Guard{ID: "a", Expr: strings.Repeat("!", 600) + "true"}, []string{`guard "a"`}},
		{twin.Guard{ID: "a", Expr: "true", Applies: []twin.ActionClass{"close-dor"}}, []string{`"close-dor"`, "close-door"}},
	} {
		site := freezers("freezer-1")
		site.Guards = []twin.Guard{c.guard}
		_, err := New(Config{Site: site, Plant: port{}, Journal: port{}, Diagnoser: port{}})
		if err == nil {
			t.Errorf("%+v was taken", c.guard)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("got %q, want %q in it", err, s)
			}
		}
	}
	site := freezers("freezer-1")
	site.TimeZone = "Mars/Base"
	if _, err := New(Config{Site: site, Plant: port{}, Journal: port{}, Diagnoser: port{}}); err == nil || !strings.Contains(err.Error(), "Mars/Base") {
		t.Errorf("got %v", err)
	}
	if _, err := New(Config{Site: site}); err == nil {
		t.Error("an operator without a plant")
	}
}

func TestAForgedWarrantIsNone(t *testing.T) {
	if err := (Warrant{}).Check(dawn); !errors.Is(err, ErrNoWarrant) {
		t.Errorf("the zero warrant: %v", err)
	}
	w := Warrant{proposal: "p", by: "kim", writes: []twin.Write{{Signal: "a/b"}}, until: dawn}
	if err := w.Check(dawn); err == nil || !strings.Contains(err.Error(), "propose again") {
		t.Errorf("an ended warrant: %v", err)
	}
	if err := w.Check(dawn.Add(-time.Second)); err != nil {
		t.Error(err)
	}
	w.Writes()[0].Value = 7
	if w.writes[0].Value != 0 {
		t.Error("a warrant can be changed from outside")
	}
}
