package plantfaults

import (
	"bytes"
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

// recorded makes runs of a house in a folder.
func recorded(t *testing.T, situation string, seeds ...uint64) string {
	t.Helper()
	dir := t.TempDir()
	for _, seed := range seeds {
		base := filepath.Join(dir, "home-"+situation+"-"+string(rune('0'+seed%10)))
		_, err := record.Drawn(t.Context(), record.RunOptions{Draw: scenario.Options{Template: "home", Seed: seed, Situation: situation}, Step: time.Minute, Out: base + ".run", Truth: base + ".json"})
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

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

func TestAnOpenWindowIsFoundAndBlamed(t *testing.T) {
	f := inProgram(t)
	room := slices.IndexFunc(families, func(f family) bool { return f.name == "room" })
	d, err := part(f, &families[room], "room")
	if err != nil {
		t.Fatal(err)
	}
	r, err := runs.Open(filepath.Join(recorded(t, "window-open-while-heating", 1003), "home-window-open-while-heating-3.run"))
	if err != nil {
		t.Fatal(err)
	}
	all := families[room].look(r, 10, 30)
	var v = verdicts{byRun: map[string]*counts{}, recall: map[string]*[2]int{}}
	v.see(d, all)
	c := v.byRun[r.Name]
	if c.faults < 3 || c.found < c.faults || c.left < 0.9*c.fine {
		t.Errorf("%g of %g faulty windows found, %g of %g fine ones left", c.found, c.faults, c.left, c.fine)
	}
	for k, row := range v.claims {
		whole := d.attribute([][]float64{row}, []int{1})[0]
		sum := whole.Base
		for _, s := range whole.Of {
			sum += s
		}
		if score := d.score([][]float64{row})[0][1]; math.Abs(sum-score) > 0.01*math.Abs(score-whole.Base) {
			t.Errorf("shares make up %g, the log-odds are %g", sum, score)
		}
		of := bySignal(whole, len(d.family.channels)).Of
		larger := 0
		for _, s := range of {
			if s > of[v.seen[k][0]] {
				larger++
			}
		}
		if larger > 2 || of[v.seen[k][0]] <= 0 {
			t.Errorf("the open window has share %g, %d others have more", of[v.seen[k][0]], larger)
		}
	}
}

func TestAClaimIsExplainedAsAHeatmap(t *testing.T) {
	r, err := runs.Open(filepath.Join(recorded(t, "window-open-while-heating", 1003), "home-window-open-while-heating-3.run"))
	if err != nil {
		t.Fatal(err)
	}
	s := r.Truth.Situations[0]
	ill := "thermostat-" + runs.Number(string(s.Device))
	h, err := Explain(inProgram(t), r, ill, s.Deadline)
	if err != nil {
		t.Fatal(err)
	}
	sum := h.Base
	for _, row := range h.Shares {
		for _, v := range row {
			sum += v
		}
	}
	if h.Claim != "fault" || h.Confidence < 0.5 || len(h.Shares) != steps || len(h.Shares[0]) != len(h.Signals) || math.Abs(sum-h.Score) > 0.01*math.Abs(h.Score-h.Base) {
		t.Errorf("%s by %.2f, %d steps, shares make up %g of %g", h.Claim, h.Confidence, len(h.Shares), sum, h.Score)
	}
	for _, wrong := range []struct {
		device string
		at     time.Time
		says   string
	}{{"dragon-1", s.Deadline, "have learnt no such machine"}, {ill, r.At[10], "a window takes 90"}} {
		if _, err := Explain(inProgram(t), r, wrong.device, wrong.at); err == nil || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("%s at %v: %v", wrong.device, wrong.at, err)
		}
	}
}

func TestADeviceIsFaultyFromWhenItMustBeDecided(t *testing.T) {
	room := &families[slices.IndexFunc(families, func(f family) bool { return f.name == "room" })]
	r, err := runs.Open(filepath.Join(recorded(t, "stuck-valve", 1004), "home-stuck-valve-4.run"))
	if err != nil {
		t.Fatal(err)
	}
	s := r.Truth.Situations[0]
	ill := "thermostat-" + runs.Number(string(s.Device))
	faulty := 0
	for _, w := range room.look(r, 5, 5) {
		age := w.at.Sub(s.Onset)
		switch {
		case w.fault == "" && w.device == ill && age >= 0:
			t.Errorf("%s is called fine %v after its valve stuck", w.device, age)
		case w.fault != "" && (w.device != ill || age < 90*time.Minute):
			t.Errorf("%s is called faulty %v after %s", w.device, age, s.Device)
		case w.fault != "":
			faulty++
		}
		if len(w.row) != steps*len(room.channels) {
			t.Fatalf("a window of %d values", len(w.row))
		}
	}
	if faulty == 0 {
		t.Error("no window shows the stuck valve")
	}
}

func TestTheThresholdIsWhereBalanceIsBest(t *testing.T) {
	p := [][]float64{{0.9, 0.1}, {0.7, 0.3}, {0.65, 0.35}, {0.2, 0.8}, {0.1, 0.9}}
	all := []window{{}, {}, {}, {fault: "x"}, {fault: "x"}}
	if at := threshold(p, all); at <= 0.35 || at >= 0.8 {
		t.Errorf("threshold %g, anything between 0.35 and 0.8 tells all apart", at)
	}
}

func TestAFileThatIsNoneIsRefused(t *testing.T) {
	for what, spoil := range map[string]func(*study.File){
		"no part": func(f *study.File) { f.Parts = f.Parts[1:] },
		"signals": func(f *study.File) { f.Parts[0].Data = f.Parts[len(f.Parts)-1].Data },
		"number": func(f *study.File) {
			f.Parts[0].Data = bytes.Replace(f.Parts[0].Data, []byte(`"steps":30`), []byte(`"steps":31`), 1)
		},
		"text": func(f *study.File) { f.Parts[0].Data = []byte(`[]`) },
	} {
		f := inProgram(t)
		spoil(f)
		if _, err := load(f); err == nil || !strings.Contains(err.Error(), "train it again") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWhatWasLearntFromIsNotJudged(t *testing.T) {
	if _, err := Study(runs.Seeds{First: 900, Last: 1100}).Judge(t.Context(), inProgram(t), t.TempDir()); err == nil || !strings.Contains(err.Error(), "were learnt from") {
		t.Errorf("%v", err)
	}
	if _, err := Study(runs.Seeds{First: 1001, Last: 1100}).Judge(t.Context(), inProgram(t), t.TempDir()); err == nil || !strings.Contains(err.Error(), "sitesim record") {
		t.Errorf("an empty folder: %v", err)
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
