package casefile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/casefile"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// journal is a chain of events in memory.
type journal struct {
	chain  twin.Chain
	events []twin.Event
}

func (j *journal) Events(_ context.Context, from uint64, fn func(twin.Event) error) error {
	for _, e := range j.events {
		if e.Seq >= from {
			if err := fn(e); err != nil {
				return err
			}
		}
	}
	return nil
}

var onset = time.Date(2026, 6, 3, 10, 20, 0, 0, time.UTC)

func (j *journal) add(t *testing.T, id twin.CaseID, kind twin.EventKind, after time.Duration, body any) {
	t.Helper()
	e, err := twin.NewEvent(kind, onset.Add(after), body)
	if err != nil {
		t.Fatal(err)
	}
	e.Case, e.Asset = id, "freezer-2"
	j.events = append(j.events, j.chain.Seal(e, onset.Add(after)))
}

// story is a door that was left ajar and shut again, and what came later.
func story(t *testing.T) *journal {
	t.Helper()
	j := &journal{}
	const id = "freezer-2@1"
	air := twin.SignalID("freezer-2/air-temperature")
	p := twin.Proposal{ID: "p1", Case: id, Class: "close-door", Asset: "freezer-2", Because: "door-ajar", Made: onset.Add(5 * time.Minute), Risk: 0.05, Benefit: 0.9,
		Predicted: twin.Effect{Signal: air, Low: -24, High: -16, Within: 20 * time.Minute},
		Ranking: []twin.Candidate{{Class: "close-door"}, {Why: "the goods would be lost"},
			{Class: "boost-capacity", Score: -3, Why: "it costs energy and does not shut the door"}}}
	j.add(t, "", twin.LinkUp, -20*time.Minute, twin.LinkNote{Plant: "p"})
	j.add(t, id, twin.SituationRaised, 5*time.Minute, twin.Situation{Case: id, Asset: "freezer-2", Onset: onset, Detected: onset.Add(5 * time.Minute), Evidence: []twin.SignalID{air}})
	j.add(t, id, twin.DiagnosisMade, 5*time.Minute, twin.Diagnosis{Case: id, Model: "cabinet-faults", Version: "abc", Causes: []twin.Cause{{Class: "door-ajar", Part: "door", Probability: 0.97}}})
	j.add(t, id, twin.Explained, 5*time.Minute, xai.Explanation{Claim: "door-ajar", Confidence: 0.97, Additive: true,
		Alternatives: []xai.Alternative{{Class: "sensor-bias", Probability: 0.02}, {Class: "none", Probability: 0.01}},
		Attributions: []xai.Attribution{{Feature: "door open share", Value: 40, Typical: 0.5, Unit: "%", Share: 6}, {Feature: "air above goods", Value: 3, Typical: math.NaN(), Unit: "K", Share: -1}},
		Faithfulness: []xai.Figure{{Name: "deletion_gain", Value: 0.4}}})
	j.add(t, id, twin.ProposalMade, 5*time.Minute, p)
	j.add(t, id, twin.GuardsChecked, 5*time.Minute, []twin.GuardResult{{Guard: "rate", Passed: true}})
	j.add(t, id, twin.DecisionMade, 8*time.Minute, twin.Decision{Proposal: "p1", Case: id, Approved: true, By: "김미나", At: onset.Add(8 * time.Minute)})
	j.add(t, id, twin.ActionWritten, 8*time.Minute, p)
	j.add(t, id, twin.OutcomeRecorded, 20*time.Minute, twin.Outcome{Proposal: "p1", Case: id, Result: twin.Verified, Observed: -18.2, After: 12 * time.Minute})
	j.add(t, "chest-1@2", twin.SituationRaised, time.Hour, twin.Situation{Case: "chest-1@2", Asset: "chest-1", Onset: onset.Add(time.Hour), Detected: onset.Add(time.Hour)})
	return j
}

func TestFindTellsACaseUpToItsLastEvent(t *testing.T) {
	j := story(t)
	r, err := casefile.Find(t.Context(), j, "freezer-2@1")
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome == nil || r.Outcome.Result != twin.Verified || len(r.Steps) != 8 || r.Events != 9 || r.Hash != j.events[8].Hash {
		t.Errorf("outcome %v, %d steps, %d events, hash %s", r.Outcome, len(r.Steps), r.Events, r.Hash)
	}
	if !r.Shown.Equal(onset.Add(5*time.Minute)) || !r.Until.Equal(onset.Add(20*time.Minute)) {
		t.Errorf("shown at %s, until %s", r.Shown, r.Until)
	}
	newest, err := casefile.Find(t.Context(), j, "")
	if err != nil || newest.Situation.Case != "chest-1@2" {
		t.Errorf("the newest is %v (%v)", newest, err)
	}
	if _, err := casefile.Find(t.Context(), j, "nobody's"); !errors.Is(err, casefile.ErrNone) {
		t.Errorf("a case that is not there: %v", err)
	}
	if _, err := casefile.Find(t.Context(), &journal{}, ""); !errors.Is(err, casefile.ErrNone) {
		t.Errorf("an empty journal: %v", err)
	}
}

func TestAChangedJournalMakesNoFile(t *testing.T) {
	j := story(t)
	j.events[6].Body = bytes.Replace(j.events[6].Body, []byte("true"), []byte("false"), 1)
	if _, err := casefile.Find(t.Context(), j, "freezer-2@1"); err == nil || !strings.Contains(err.Error(), "event 7") {
		t.Errorf("a forged decision: %v", err)
	}
}

func TestTheSameJournalGivesTheSameBytes(t *testing.T) {
	site := &twin.Site{ID: "s", Name: "Märkt 가게", TimeZone: "Asia/Seoul", Assets: []twin.Asset{{ID: "freezer-2", Class: "upright-freezer"}},
		Signals: []twin.Signal{{ID: "freezer-2/air-temperature", Asset: "freezer-2", Name: "air-temperature", Unit: "°C"}}}
	img := image.NewRGBA(image.Rect(0, 0, 64, 28))
	for i := range img.Pix {
		img.Pix[i] = byte(i)
	}
	img.Set(3, 3, color.White)
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, img, nil); err != nil {
		t.Fatal(err)
	}
	set := func(l phrase.Language, picture []byte) (pdf, told []byte) {
		t.Helper()
		r, err := casefile.Find(t.Context(), story(t), "freezer-2@1")
		if err != nil {
			t.Fatal(err)
		}
		for i := range 60 {
			at := onset.Add(time.Duration(i-20) * time.Minute)
			v := -20 + 5*math.Sin(float64(i)/9)
			if len(r.Evidence) == 0 {
				high := -16.0
				r.Evidence = []app.Curve{{Signal: "freezer-2/air-temperature", Unit: "°C", Limit: &high}}
			}
			c := &r.Evidence[0]
			c.Points = append(c.Points, twin.Point{At: at, Value: v})
			c.Forecast = append(c.Forecast, twin.Point{At: at, Value: v - 1, Low: v - 2, High: v})
		}
		speak, err := phrase.New(l)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := casefile.PDF(&out, casefile.Page{Record: r, Site: site, Speak: speak, Picture: picture}); err != nil {
			t.Fatal(err)
		}
		if told, err = json.Marshal(r); err != nil {
			t.Fatal(err)
		}
		return out.Bytes(), told
	}
	seen := map[string]bool{}
	for _, l := range phrase.Languages {
		pdf, told := set(l, picture.Bytes())
		again, toldAgain := set(l, picture.Bytes())
		if !bytes.Equal(pdf, again) || !bytes.Equal(told, toldAgain) {
			t.Errorf("%s: made twice, it differs", l)
		}
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 20_000 || len(pdf) > 400_000 {
			t.Errorf("%s: %d bytes that begin %q", l, len(pdf), pdf[:8])
		}
		if seen[string(pdf)] {
			t.Errorf("%s is told in another language", l)
		}
		seen[string(pdf)] = true
		for _, family := range []string{"utf8go", "utf8nanumsquare"} {
			if !bytes.Contains(pdf, []byte(family)) {
				t.Errorf("%s: the font %s is not embedded", l, family)
			}
		}
		bare, _ := set(l, nil)
		if len(bare) >= len(pdf) {
			t.Errorf("%s: without a picture it is no smaller", l)
		}
	}
	r, err := casefile.Find(t.Context(), story(t), "")
	if err != nil {
		t.Fatal(err)
	}
	speak, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	if err := casefile.PDF(&bytes.Buffer{}, casefile.Page{Record: r, Site: site, Speak: speak, Picture: []byte("no picture")}); err == nil {
		t.Error("what is no picture was set as one")
	}
}
