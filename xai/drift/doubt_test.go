package drift_test

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/drift"
)

func claim() xai.Explanation {
	return xai.Explanation{Claim: "door-ajar", Confidence: 0.9, Alternatives: []xai.Alternative{{Class: "none", Probability: 0.1}},
		Attributions: []xai.Attribution{{Feature: "door", Share: 3}, {Feature: "air", Share: -1}}}
}

func TestConfidenceFallsWithWhatTheClaimRestsOn(t *testing.T) {
	after := func(f ...drift.Finding) float64 {
		e := claim()
		drift.Doubt(&e, f, 0.6)
		if len(e.Limits) != len(f) {
			t.Errorf("%d findings, limits %q", len(f), e.Limits)
		}
		return e.Confidence
	}
	door, air := drift.Finding{Kind: drift.Missing, Columns: []string{"door"}}, drift.Finding{Kind: drift.OutOfRange, Columns: []string{"air"}}
	other := drift.Finding{Kind: drift.Dead, Columns: []string{"sun"}}
	near, far := drift.Finding{Kind: drift.NewRegime, Columns: []string{"air"}, Value: 1.05}, drift.Finding{Kind: drift.NewRegime, Columns: []string{"air"}, Value: 4}
	for _, c := range []struct {
		name string
		got  float64
		want float64
	}{
		{"nothing", after(), 0.9}, {"three quarters of it", after(door), 0.5 + 0.4*0.25}, {"a quarter", after(air), 0.5 + 0.4*0.75},
		{"nothing of it", after(other), 0.5 + 0.4*0.9}, {"a little out", after(near), 0.5 + 0.4*0.9}, {"far out", after(far), 0.5 + 0.4*0.25},
		{"two", after(door, air), 0.5 + 0.4*0.25*0.75},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s: confidence %g, want %g", c.name, c.got, c.want)
		}
	}
}

func TestBelowTheLeastItAbstainsAndSaysWhy(t *testing.T) {
	e := claim()
	drift.Doubt(&e, []drift.Finding{{Kind: drift.Dead, Columns: []string{"door"}}, {Kind: drift.NewRegime, Columns: []string{"air"}, Value: 9}}, 0.6)
	if !e.Abstained || !strings.Contains(e.Why, "door: dead") || !strings.Contains(e.Why, "never seen, by air") {
		t.Errorf("%+v", e)
	}
	e = claim()
	drift.Doubt(&e, []drift.Finding{{Kind: drift.Dead, Columns: []string{"air"}}}, 0.6)
	if e.Abstained {
		t.Errorf("it abstains at %g: %s", e.Confidence, e.Why)
	}
}

func TestDoubtNeverMakesSurer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := claim()
		e.Confidence = rapid.Float64Range(0, 1).Draw(t, "confidence")
		before := e.Confidence
		var found []drift.Finding
		for range rapid.IntRange(0, 4).Draw(t, "findings") {
			found = append(found, drift.Finding{Kind: rapid.SampledFrom([]drift.Kind{drift.Missing, drift.Dead, drift.OutOfRange, drift.NewRegime}).Draw(t, "kind"),
				Columns: []string{rapid.SampledFrom([]string{"door", "air", "sun"}).Draw(t, "column")}, Value: rapid.Float64Range(0, 50).Draw(t, "value")})
		}
		drift.Doubt(&e, found, 0.6)
		if e.Confidence > before || math.IsNaN(e.Confidence) || len(found) > 0 && before > 0.5 && e.Confidence < 0.5 {
			t.Fatalf("%g became %g", before, e.Confidence)
		}
	})
}

// Why a verdict is withheld fits into a sentence, however many readings are odd;
// the limits have them all.
func TestADoubtIsShortAndItsLimitsWhole(t *testing.T) {
	e := xai.Explanation{Confidence: 0.9, Limits: []string{"a mean is above the highest seen", "a trend is above the highest seen"}}
	found := []drift.Finding{{Kind: drift.Dead, Columns: []string{"door"}}, {Kind: drift.Dead, Columns: []string{"air"}}, {Kind: drift.Dead, Columns: []string{"coil"}}}
	drift.Doubt(&e, found, 0.6)
	if !e.Abstained || strings.Count(e.Why, ";") != 1 || strings.Contains(e.Why, "highest seen") || !strings.Contains(e.Why, "air") {
		t.Errorf("it abstains (%v): %q", e.Abstained, e.Why)
	}
	if len(e.Limits) != 5 {
		t.Errorf("limits %q, want all five", e.Limits)
	}
}
