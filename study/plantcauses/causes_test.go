package plantcauses

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

func TestALeakOfTheRackIsItsOwnAndReachesTheMultidecks(t *testing.T) {
	base := filepath.Join(t.TempDir(), "store-refrigerant-leak-1002")
	_, err := record.Drawn(t.Context(), record.RunOptions{Draw: scenario.Options{Template: "store", Seed: 1002, Situation: "refrigerant-leak"}, Step: time.Minute, Out: base + ".run", Truth: base + ".json"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := runs.Open(base + ".run")
	if err != nil {
		t.Fatal(err)
	}
	trial, ok := store().look(r)
	if !ok || trial.device != "rack-1" {
		t.Fatalf("%+v", trial)
	}
	leak := r.Truth.Situations[0]
	if _, err := Explain(inProgram(t), r, r.At[20]); err == nil || !strings.Contains(err.Error(), "at least") {
		t.Errorf("twenty readings are enough: %v", err)
	}
	e, err := Explain(inProgram(t), r, leak.Onset.Add(leak.Deadline.Sub(leak.Onset)*6/10))
	if err != nil {
		t.Fatal(err)
	}
	if e.Model != name || e.From.IsZero() || !e.To.After(leak.Onset) {
		t.Errorf("%s of %s, %v to %v", e.Model, e.Version, e.From, e.To)
	}
	if e.Claim != "rack-1" || len(e.Alternatives) != 3 || len(e.Ranked) != 4 || e.Ranked[0].Device != "rack-1" || !(e.Ranked[0].By > 3) {
		t.Fatalf("claim %s, ranked %+v", e.Claim, e.Ranked)
	}
	if e, err = Explain(inProgram(t), r, r.At[len(r.At)-1]); err != nil || e.Claim != "rack-1" || len(e.Causes) == 0 {
		t.Fatalf("at the run's end: claim %s, causes %+v, %v", e.Claim, e.Causes, err)
	}
	if first, last := e.Causes[0], e.Causes[len(e.Causes)-1]; !strings.HasPrefix(first.From, "rack-1/") || strings.HasPrefix(last.To, "rack-1/") {
		t.Errorf("the arrows go from %s to %s", first.From, last.To)
	}
	sum := e.Base
	for _, a := range e.Attributions {
		sum += a.Share
	}
	if math.Abs(sum-e.Score) > 1e-6*(1+math.Abs(e.Score)) {
		t.Errorf("shares make up %g of a surprise of %g", sum, e.Score)
	}
}

func TestTheTopologyHasNoCircleWithoutDelay(t *testing.T) {
	top := store()
	waits := make([]int, len(top.nodes))
	for _, e := range top.edges {
		if e.Least == 0 {
			waits[e.To]++
		}
	}
	var free []int
	for i, w := range waits {
		if w == 0 {
			free = append(free, i)
		}
	}
	for k := 0; k < len(free); k++ {
		for _, e := range top.edges {
			if e.Least == 0 && e.From == free[k] {
				if waits[e.To]--; waits[e.To] == 0 {
					free = append(free, e.To)
				}
			}
		}
	}
	if len(free) != len(top.nodes) {
		t.Errorf("%d of %d signals wait for each other", len(top.nodes)-len(free), len(top.nodes))
	}
	if slices.Contains(top.names(), "") || len(top.index) != len(top.nodes) {
		t.Error("a signal is there twice, or has no name")
	}
}

func TestPlacesAreCountedToTheFifth(t *testing.T) {
	var p places
	for _, at := range []int{0, 0, 1, 4, 5, -1} {
		p.add(at)
	}
	if want := (1 + 1 + 0.8 + 0.2) / 6; p.first != 2 || math.Abs(p.mean()-want) > 1e-12 || p.missed != 2 {
		t.Errorf("%+v, mean %g, want %g", p, p.mean(), want)
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
