package plantforecast

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai/shap"
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

func TestAHousesNextHoursAreTold(t *testing.T) {
	base := filepath.Join(t.TempDir(), "home-normal-1001")
	_, err := record.Drawn(t.Context(), record.RunOptions{Draw: scenario.Options{Template: "home", Seed: 1001, Situation: situation}, Step: time.Minute, Lasts: 36 * time.Hour,
		Out: base + ".run", Truth: base + ".json"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := runs.Open(base + ".run")
	if err != nil {
		t.Fatal(err)
	}
	all, err := load(inProgram(t))
	if err != nil {
		t.Fatal(err)
	}
	f := all[1]
	samples := f.task.samples(r)
	if len(samples) < 20 {
		t.Fatalf("%d forecasts in half a day", len(samples))
	}
	off, season, held := 0.0, 0.0, 0
	e := shap.PathDependent(f.value)
	for i := range samples {
		s := &samples[i]
		v, low, high := f.forecast(s)
		off, season = off+math.Abs(v-s.truth), season+math.Abs(s.season-s.truth)
		if low <= s.truth && s.truth <= high {
			held++
		}
		if !(low < v && v < high) {
			t.Errorf("%g is not within %g to %g", v, low, high)
		}
		shares := e.Shares([][]float64{s.row}, []int{0})[0]
		sum := shares.Base
		for _, x := range shares.Of {
			sum += x
		}
		if math.Abs(s.base+s.scale*sum-v) > 1e-9*(1+math.Abs(v)) {
			t.Errorf("the shares make up %g of %g", s.base+s.scale*sum, v)
		}
	}
	if off > 1.3*season || held < len(samples)/2 {
		t.Errorf("errors %g, of the day before %g; %d of %d held", off, season, held, len(samples))
	}
}

func TestDefrostsAreCounted(t *testing.T) {
	active := make([]float64, 400)
	for _, from := range []int{20, 140, 260} {
		for i := range 15 {
			active[from+i] = 1
		}
	}
	starts, long := defrosts(active)
	if len(starts) != 3 || starts[1] != 140 || long[1] != 15 {
		t.Fatalf("%v %v", starts, long)
	}
	since, gap, length := toDefrost(starts, long, 290)
	if since != 30 || gap != 120 || length != 15 {
		t.Errorf("%g min ago, every %g, %g long", since, gap, length)
	}
	if _, gap, _ := toDefrost(starts, long, 30); !math.IsNaN(gap) {
		t.Errorf("after one defrost the next is thought to be known: %g", gap)
	}
	if on, off, at := cycle([]float64{0, 0, 1, 1, 1, 0, 0}, 6); on != 3 || off != 2 || at != 1 {
		t.Errorf("ran %g, rested %g, %g ago", on, off, at)
	}
}

func TestAMeanOfTooLittleIsNone(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		v    []float64
		want float64
	}{{[]float64{1, 3}, 4}, {[]float64{1, nan}, 2}, {[]float64{nan, nan, 1}, nan}} {
		if got := sum(c.v, 0, len(c.v)); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("sum of %v is %g, want %g", c.v, got, c.want)
		}
	}
	if !math.IsNaN(mean([]float64{1}, -1, 1)) {
		t.Error("a mean of before the record began is told")
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
