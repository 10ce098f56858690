package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// lived is a site whose journal holds days of the emulated plant: telemetry as it
// was recorded, and for each fault of a run the case of which somebody approved the
// answer and whose effect was verified, as an operator journals it.
func lived(t *testing.T, days int) (dir string, site *twin.Site, store *bus.Store) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "corner-market")
	result, err := siteFromDemo(t.Context(), dir, nil, false)
	if err != nil {
		t.Fatal(err)
	}
	site = result.Site
	if store, err = bus.Open(t.Context(), bus.Options{Dir: journalDir(dir), Site: site.ID}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close(context.Background()) })
	for d := range days {
		rec, faults := recorded(t, uint64(400+d), time.Date(2026, 6, 3+d, 9, 0, 0, 0, time.UTC))
		for batch := range slices.Chunk(rec.Samples, 20_000) {
			if err := store.Record(batch); err != nil {
				t.Fatal(err)
			}
		}
		for i, f := range faults {
			journalMended(t, store, f, fmt.Sprintf("%s@%d-%d", f.Device, d, i), rec.To)
		}
	}
	return dir, site, store
}

// recorded is a run of the emulated plant from a moment on.
func recorded(t *testing.T, seed uint64, start time.Time) (*recording.Recording, []recording.Episode) {
	t.Helper()
	path, err := findProgram("sitesim")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data, truth := filepath.Join(dir, "run.csv.gz"), filepath.Join(dir, "run.json")
	if text, err := exec.Command(path, "record", "--seed", fmt.Sprint(seed), "--start", start.Format(time.RFC3339), "--duration", "3h", "--step", "30s",
		"--faults", "random", "--out", data, "--truth", truth).CombinedOutput(); err != nil {
		t.Fatalf("record: %v: %s", err, text)
	}
	raw, err := os.ReadFile(data)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := recording.Read(data, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadFile(truth)
	if err != nil {
		t.Fatal(err)
	}
	faults, err := recording.ReadTruth(truth, bytes.NewReader(list))
	if err != nil {
		t.Fatal(err)
	}
	return rec, faults
}

func journalMended(t *testing.T, store *bus.Store, f recording.Episode, id string, end time.Time) {
	t.Helper()
	c, p := twin.CaseID(id), twin.ProposalID(id+"/1")
	mended := f.End
	if mended.After(end) {
		mended = end
	}
	for _, step := range []struct {
		kind twin.EventKind
		at   time.Time
		body any
	}{
		{twin.SituationRaised, f.Onset.Add(5 * time.Minute), twin.Situation{Case: c, Asset: f.Device, Onset: f.Onset, Detected: f.Onset.Add(5 * time.Minute)}},
		{twin.ProposalMade, f.Onset.Add(6 * time.Minute), twin.Proposal{ID: p, Case: c, Because: f.Fault}},
		{twin.DecisionMade, mended, twin.Decision{Proposal: p, Case: c, Approved: true, By: "mina"}},
		{twin.ActionWritten, mended, twin.Proposal{ID: p, Case: c, Because: f.Fault}},
		{twin.OutcomeRecorded, mended, twin.Outcome{Proposal: p, Case: c, Result: twin.Verified}},
		{twin.SituationEnded, mended, twin.Situation{Case: c, Asset: f.Device}},
	} {
		e, err := twin.NewEvent(step.kind, step.at, step.body)
		if err != nil {
			t.Fatal(err)
		}
		e.Case, e.Asset = c, f.Device
		if _, err := store.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAModelIsTrainedOnTheJournal: a site's model that never saw a door left ajar
// learns it from the days that the journal tells of, takes the old one's place, and
// can be taken back.
func TestAModelIsTrainedOnTheJournal(t *testing.T) {
	dir, site, store := lived(t, 7)
	poor(t, dir, "door-ajar")
	l := &learner{dir: dir, site: site, book: store, by: "mina", note: t.Logf}
	before := usedVersion(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := l.Train(ctx, 1, func(ebm.Progress) { cancel() }); !errors.Is(err, context.Canceled) || usedVersion(t, dir) != before {
		t.Fatalf("cancelled: %v, and version %s is in use, not %s", err, usedVersion(t, dir), before)
	}
	n, err := l.Train(t.Context(), 1, func(ebm.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", n)
	if !n.Better || n.From != before || n.Low <= 0 || n.Gain < 0.05 || n.Days < 3 || n.Cases < 15 || usedVersion(t, dir) != n.To {
		t.Fatalf("the new model did not take the old one's place")
	}
	back, err := l.Back(t.Context())
	if err != nil || back.To != before || usedVersion(t, dir) != before {
		t.Fatalf("taken back: %+v, %v", back, err)
	}
	again, err := l.Back(t.Context())
	if err != nil || again.To != n.To || usedVersion(t, dir) != n.To {
		t.Fatalf("taken back once more: %+v, %v", again, err)
	}
	var kinds []string
	if err := store.Events(t.Context(), 1, func(e twin.Event) error {
		if e.Kind == twin.ModelJudged || e.Kind == twin.ModelReplaced {
			kinds = append(kinds, string(e.Kind)+" by "+e.Actor)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(kinds, ", "); got != "model.judged by mina, model.replaced by mina, model.replaced by mina, model.replaced by mina" {
		t.Errorf("the journal tells: %s", got)
	}
	if _, err := store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	kept, err := keptDir(dir, before)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(kept, diagnose.ModelName+".json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Back(t.Context()); err == nil || !strings.Contains(err.Error(), "changed since") {
		t.Errorf("a forged model was taken back: %v", err)
	}
}

func usedVersion(t *testing.T, dir string) string {
	t.Helper()
	d, err := loadDiagnoser(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d.Model().Version
}

// poor gives a site a model of its own that was never shown a fault.
func poor(t *testing.T, dir, fault string) {
	t.Helper()
	rows, err := readRows(assets.Models())
	if err != nil {
		t.Fatal(err)
	}
	k := slices.Index(diagnose.Classes, fault)
	var some []int
	for i, label := range rows.Train.Labels {
		if label != k {
			some = append(some, i)
		}
	}
	few := &diagnose.Rows{Train: diagnose.Thin(rows.Train.Subset(some), 150, 1), Held: rows.Held}
	some = nil
	for i, label := range rows.Held.Labels {
		if label != k {
			some = append(some, i)
		}
	}
	few.Held = rows.Held.Subset(some)
	m, err := diagnose.Train(t.Context(), few.Train, few.Held, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	files, err := encodeModel(m, few)
	if err != nil {
		t.Fatal(err)
	}
	if err := (&learner{dir: dir}).put(files); err != nil {
		t.Fatal(err)
	}
}

func TestAJournalThatTellsTooLittleTrainsNothing(t *testing.T) {
	dir, site, store := lived(t, 1)
	l := &learner{dir: dir, site: site, book: store, by: "mina", note: t.Logf}
	n, err := l.Train(t.Context(), 1, nil)
	if err != nil || n.To != "" || n.Better || !strings.Contains(n.Why, "days") {
		t.Errorf("%+v, %v", n, err)
	}
	if _, err := l.Back(t.Context()); err == nil {
		t.Error("a model was taken back that never was replaced")
	}
	if _, err := os.Stat(filepath.Join(modelsDir(dir), "kept")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a model was kept for nothing: %v", err)
	}
}
