package plantdrift

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/drift"
)

func inProgram(t *testing.T) *study.File {
	t.Helper()
	f, err := assets.Models().Open(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := study.Decode(f, name)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestALostLinkIsSeenAndLowersConfidence(t *testing.T) {
	base := filepath.Join(t.TempDir(), "home-communication-loss-1001")
	var r *runs.Run
	for seed := uint64(1001); ; seed++ { // until it is the rooms' link
		_, err := record.Drawn(t.Context(), record.RunOptions{Draw: scenario.Options{Template: "home", Seed: seed, Situation: "communication-loss"}, Step: time.Minute, Out: base + ".run", Truth: base + ".json"})
		if err != nil {
			t.Fatal(err)
		}
		if r, err = runs.Open(base + ".run"); err != nil {
			t.Fatal(err)
		}
		if r.Truth.Situations[0].Device == "gateway-1" {
			break
		}
	}
	all, err := load(inProgram(t))
	if err != nil {
		t.Fatal(err)
	}
	room := slices.IndexFunc(families, func(f family) bool { return f.name == "room" })
	found, err := watch(all[room], families[room].rows(r, "thermostat-2"))
	if err != nil {
		t.Fatal(err)
	}
	lost := r.Reading(r.Truth.Situations[0].Onset) / every
	missing := func(f drift.Finding) bool { return f.Kind == drift.Missing && f.Columns[0] == "temperature" }
	if anyOf(found, 0, lost-1, missing) || !anyOf(found, lost, lost+soon/every, missing) {
		t.Errorf("the link is lost at row %d", lost)
	}
	e := xai.Explanation{Confidence: 0.9, Alternatives: []xai.Alternative{{}}, Attributions: []xai.Attribution{{Feature: "temperature", Share: 2}, {Feature: "radiator valve", Share: 1}}}
	drift.Doubt(&e, found[lost+soon/every], 0.7)
	if e.Confidence > 0.65 || !e.Abstained || !strings.Contains(e.Why, "temperature: missing") {
		t.Errorf("%+v", e)
	}
}

func TestWhatIsPutInIsSeen(t *testing.T) {
	f := &families[0]
	all, err := load(inProgram(t))
	if err != nil {
		t.Fatal(err)
	}
	m := all[0]
	rows := make([][]float64, putAt+60)
	for i := range rows {
		rows[i] = make([]float64, len(m.Columns))
		for j := range rows[i] { // it moves a little about its mean
			rows[i][j] = m.Regime.Mean[j] + 0.02*m.Regime.Spread[j]*math.Sin(float64(i)+float64(j))
		}
	}
	var v verdict
	if err := v.put(f, m, rows); err != nil {
		t.Fatal(err)
	}
	if v.still.seen != 1 || v.kelvin.seen != 1 || v.unit.of != 1 {
		t.Errorf("stands still %+v, kelvin %+v, Fahrenheit %+v", v.still, v.kelvin, v.unit)
	}
}

func TestWhatWasLearntFromIsNotJudged(t *testing.T) {
	if _, err := Study(runs.Seeds{First: 900, Last: 1100}).Judge(t.Context(), inProgram(t), t.TempDir()); err == nil || !strings.Contains(err.Error(), "were learnt from") {
		t.Errorf("%v", err)
	}
	f := inProgram(t)
	f.Parts = f.Parts[1:]
	if _, err := load(f); err == nil || !strings.Contains(err.Error(), "train it again") {
		t.Errorf("%v", err)
	}
}

func TestTheCardIsThatOfTheFile(t *testing.T) {
	text, err := Study(runs.Seeds{First: 1001, Last: 1400}).Markdown(inProgram(t))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.ReadFile("../../assets/models/" + name + ".md")
	if err != nil || string(ours) != text {
		t.Errorf("the card in assets/models is another (%v)", err)
	}
}
