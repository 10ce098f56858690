package account_test

import (
	"math"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/xai"
)

func speakers(t testing.TB) []*phrase.Speaker {
	t.Helper()
	var out []*phrase.Speaker
	for _, l := range phrase.Languages {
		s, err := phrase.New(l)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

var market = &twin.Site{ID: "corner-market", Name: "Corner Market", TimeZone: "Asia/Seoul", Assets: []twin.Asset{
	{ID: "freezer-2", Class: "upright-freezer", Name: "Freezer 2"}, {ID: "freezer-5", Class: "upright-freezer", Name: "Freezer 5"}}}

// rawID is how the twin itself names things; never how a person does.
var rawID = regexp.MustCompile(`[a-z]+[-_][a-z]+[-_/]|\b[a-z]+-\d+/|NaN|Inf|%!|\{[a-z]+\}`)

// Whatever an explanation holds, what is said of it holds no raw id, no number
// that is none, and no place that was not filled.
func TestNoSentenceHoldsAnIDOrNaN(t *testing.T) {
	all := speakers(t)
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e-300, 1e300}))
	columns := diagnose.Columns()
	rapid.Check(t, func(t *rapid.T) {
		x := &xai.Explanation{Claim: rapid.SampledFrom(diagnose.Classes).Draw(t, "claim"), Confidence: number.Draw(t, "p"), Method: "additive shape functions",
			Model: "m", Version: "v", Score: number.Draw(t, "score"), Base: number.Draw(t, "base"), Additive: rapid.Bool().Draw(t, "additive")}
		attributed := func() xai.Attribution {
			col := rapid.SampledFrom(columns).Draw(t, "column")
			a := xai.Attribution{Feature: col.Name, Source: "freezer-2/" + col.Source, Unit: col.Unit,
				Value: number.Draw(t, "value"), Typical: number.Draw(t, "typical"), Share: number.Draw(t, "share")}
			if rapid.Bool().Draw(t, "pair") {
				a.Feature += " × " + rapid.SampledFrom(columns).Draw(t, "other").Name
			}
			return a
		}
		for range rapid.IntRange(0, 6).Draw(t, "attributions") {
			x.Attributions = append(x.Attributions, attributed())
		}
		for _, class := range diagnose.Classes {
			x.Alternatives = append(x.Alternatives, xai.Alternative{Class: class, Probability: number.Draw(t, "q")})
			c := xai.Contrast{Class: class}
			for range rapid.IntRange(0, 3).Draw(t, "tellings") {
				a := attributed()
				s := xai.Telling{Feature: a.Feature, Source: a.Source, Unit: a.Unit, Share: a.Share}
				if rapid.Bool().Draw(t, "turns") {
					s.Turns = &a.Typical
				}
				c.Tellings = append(c.Tellings, s)
			}
			x.Against = append(x.Against, c)
		}
		for _, name := range []string{"deletion_gain", "insertion_gain", "faithfulness_rows", "faithfulness_correlation", "calibration_error", "never_heard_of"} {
			x.Faithfulness = append(x.Faithfulness, xai.Figure{Name: name, Value: number.Draw(t, name)})
		}
		x.Counterfactual = &xai.Counterfactual{Claim: "none", Confidence: number.Draw(t, "cf"), Changes: []xai.Change{{Feature: columns[0].Name, Unit: "K", From: number.Draw(t, "from"), To: number.Draw(t, "to")}}}
		c := app.Case{Situation: twin.Situation{Case: "freezer-2@20260603T102525Z", Asset: "freezer-2", Onset: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "onset"), 0)}, Explanation: x,
			Evidence: []app.Curve{{Signal: "freezer-2/air-temperature", Unit: "°C", Points: []twin.Point{{Value: number.Draw(t, "point")}, {At: time.Unix(5e9, 0), Value: number.Draw(t, "point")}}}}}
		past := c
		past.Situation.Case, past.Situation.Onset = "before", c.Situation.Onset.Add(-time.Hour)
		for _, s := range all {
			a := account.Of(s, market, c)
			a.Similar = account.Alike(s, market, c, []app.Case{past})
			w := account.WhyNot(s, c, rapid.SampledFrom(diagnose.Classes).Draw(t, "whynot"))
			text := a.Text(s, market, true) + strings.Join([]string{w.Odds, w.Against, w.For, w.Apart, w.Check}, "\n")
			if found := rawID.FindString(text); found != "" {
				t.Fatalf("%q stands in:\n%s", found, text)
			}
		}
	})
}

// Among cases of the same claim those with the same reasons come first, the case
// itself, later ones and those of another claim never.
func TestAlikeFindsTheSameReasons(t *testing.T) {
	s := speakers(t)[0]
	at := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	made := func(id string, onset time.Time, claim string, values, shares []float64) app.Case {
		x := &xai.Explanation{Claim: claim}
		for i := range values {
			x.Attributions = append(x.Attributions, xai.Attribution{Feature: diagnose.Columns()[i].Name, Value: values[i], Typical: 0, Share: shares[i]})
		}
		return app.Case{Situation: twin.Situation{Case: twin.CaseID(id), Asset: "freezer-2", Onset: onset}, Explanation: x}
	}
	now := made("now", at, "door-ajar", []float64{5, 1, 2}, []float64{3, 1, -0.5})
	past := []app.Case{
		now,
		made("later", at.Add(time.Hour), "door-ajar", []float64{5, 1, 2}, []float64{3, 1, -0.5}),
		made("same", at.Add(-3*time.Hour), "door-ajar", []float64{9, 9, 9}, []float64{3.05, 1, -0.5}),
		made("near", at.Add(-2*time.Hour), "door-ajar", []float64{5.1, 1, 2}, []float64{3, 1, 2}),
		made("far", at.Add(-1*time.Hour), "door-ajar", []float64{50, 10, 2}, []float64{-3, -1, 2}),
		made("other", at.Add(-1*time.Hour), "fan-failure", []float64{5, 1, 2}, []float64{3, 1, -0.5}),
	}
	var got []twin.CaseID
	for _, x := range account.Alike(s, market, now, past) {
		got = append(got, x.Case)
	}
	if want := []twin.CaseID{"same", "near"}; !reflect.DeepEqual(got, want) {
		t.Errorf("found %v, want %v", got, want)
	}
	if got := account.Alike(s, market, app.Case{}, past); got != nil {
		t.Errorf("a case without explanation is like %v", got)
	}
}

// TestWhatIsWithheldIsNotCalledFaithful: an explanation that is withheld for what was
// measured of it has no green badge, however much it gains by the other figures.
func TestWhatIsWithheldIsNotCalledFaithful(t *testing.T) {
	s, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	x := &xai.Explanation{Claim: "communication-loss", Confidence: 1, Faithfulness: []xai.Figure{{Name: "deletion_gain", Value: 0.4}, {Name: "insertion_gain", Value: 0.4}, {Name: "parameter_randomisation", Value: 0.1}}}
	site := &twin.Site{}
	c := app.Case{Explanation: x}
	if b := account.Of(s, site, c).Badge; b.Grade != account.Faithful {
		t.Errorf("%+v", b)
	}
	x.Faithfulness[2].Value = 0.59
	if b := account.Of(s, site, c).Badge; b.Grade != account.Unfaithful || b.Text != "The bars stay much the same when the model is scrambled (left of it in a scrambled model 0.59)." {
		t.Errorf("%+v", b)
	}
}
