package main

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	draw2 "image/draw"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/likeness"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/xai"
)

// demoSite starts the emulated plant as a process of its own, with what a demo
// starts it with, and generates a site from it.
func demoSite(t *testing.T, args ...string) (*openedSite, plantAccess) {
	t.Helper()
	plant, at := demoPlant(t, "127.0.0.1:0", args...)
	t.Cleanup(plant.Stop)
	return siteOf(t, at), at
}

// demoPlant starts the emulated plant.
func demoPlant(t *testing.T, address string, args ...string) (*plantProcess, plantAccess) {
	t.Helper()
	config, err := configFolder()
	if err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(config, "plant")
	plant, err := startPlant(t.Context(), t.Output(), append([]string{"--config", config, "--listen", address, "--seed", "2"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	return plant, emulatedAccess(config, plant.Endpoint)
}

// mortalSite is a site whose plant can be killed as by a power cut, and started
// again at the same address, where it left off.
func mortalSite(t *testing.T, state string) (o *openedSite, at plantAccess, kill, again func()) {
	t.Helper()
	plant, at := demoPlant(t, "127.0.0.1:0", "--state", state, "--speed", "10")
	t.Cleanup(func() { plant.Stop() })
	kill = func() {
		plant.cmd.Process.Kill()
		<-plant.done
		plant.done <- nil // for Stop
	}
	again = func() {
		plant, _ = demoPlant(t, strings.TrimPrefix(at.endpoint, "opc.tcp://"), "--state", state, "--speed", "10")
	}
	return siteOf(t, at), at, kill, again
}

// siteOf generates the demo store's site folder from a plant, and opens it.
func siteOf(t *testing.T, at plantAccess) *openedSite {
	t.Helper()
	nodes, err := at.browse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "corner-market")
	result, err := siteFromDemo(t.Context(), dir, &generate.Plant{Name: at.name, Endpoint: at.endpoint, User: at.user, Nodes: nodes}, false)
	if err != nil {
		t.Fatal(err)
	}
	if result.Report.Bound != result.Report.Signals || result.Report.Signals < 300 {
		t.Errorf("%d of %d signals are bound, want all of about 300", result.Report.Bound, result.Report.Signals)
	}
	o, err := openSite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// running starts a site; end closes it, at the latest when the test ends.
func running(t *testing.T, o *openedSite, at plantAccess) (r *runningSite, end func()) {
	t.Helper()
	speak, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = runSite(t.Context(), o, at, speak, t.Logf); err != nil {
		t.Fatal(err)
	}
	end = sync.OnceFunc(func() {
		if err := r.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(end)
	return r, end
}

// patience is how long a busy machine may take for what takes seconds.
const patience = 5 * time.Minute

// until looks at the session until the view shows something.
func until(t *testing.T, r *runningSite, what string, shows func(app.View) bool) app.View {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		v, err := r.session.View(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		if shows(v) {
			return v
		}
		if time.Now().After(end) {
			t.Fatalf("%s did not happen within %s; trouble: %v; linked %v (%s), plant's time %s, cases %+v",
				what, patience, r.session.Trouble(), v.Linked, v.LinkNote, v.At, v.Cases)
		}
	}
}

// caseOn returns the newest case of an asset.
func caseOn(v app.View, asset twin.AssetID) (app.Case, bool) {
	for _, c := range v.Cases {
		if c.Situation.Asset == asset {
			return c, true
		}
	}
	return app.Case{}, false
}

// TestTheStoryIsToldFromTheFaultToTheProof runs the demo's story without a
// window: every step must stand in the journal, in its order.
func TestTheStoryIsToldFromTheFaultToTheProof(t *testing.T) {
	o, at := demoSite(t, "--speed", "90", "--fault", faultLater)
	r, end := running(t, o, at)
	const asset = "freezer-2"
	v := until(t, r, "a proposal for "+asset, func(v app.View) bool {
		c, ok := caseOn(v, asset)
		return ok && c.Stage == app.Proposed
	})
	c, _ := caseOn(v, asset)
	if c.Diagnosis == nil || c.Diagnosis.Causes[0].Class != "door-ajar" {
		t.Fatalf("diagnosed %+v, want door-ajar", c.Diagnosis)
	}
	if len(v.Overlays.Tints) == 0 || len(v.Overlays.Labels) == 0 {
		t.Errorf("nothing is drawn on the freezer: %d tints, %d labels", len(v.Overlays.Tints), len(v.Overlays.Labels))
	}
	if err := r.session.Approve(t.Context(), c.Proposal.ID, "mina"); err != nil {
		t.Fatal(err)
	}
	until(t, r, "the outcome", func(v app.View) bool { c, ok := caseOn(v, asset); return ok && c.Outcome != nil })
	until(t, r, "the end of the situation", func(v app.View) bool { c, ok := caseOn(v, asset); return ok && !c.EndedAt.IsZero() })
	t.Setenv("GLASSTWIN_UNDER_TEST", "1") // the picture is drawn by the program, which a test is not
	saved, err := r.saveCase(t.Context(), c.Situation.Case)
	if err != nil {
		t.Fatalf("save the case while the site runs: %v", err)
	}
	end()
	checkSaved(t, o, c.Situation.Case, saved)
	checkStory(t, o, c.Situation.Case)

	picture := filepath.Join(t.TempDir(), "past.png")
	text, err := program(t, "render", o.dir, "-o", picture, "--view", asset, "--size", "320x180", "--overlay", "attribution",
		"--time", c.Situation.Detected.Add(time.Minute).Format(time.RFC3339), "--json").Output()
	if err != nil {
		t.Fatalf("draw the past: %v", err)
	}
	var drawn report
	if err := json.Unmarshal(text, &drawn); err != nil || drawn.Metrics["triangles"] == 0 {
		t.Errorf("drawing the past told %s (%v)", text, err)
	}
	checkBefore(t, o, asset, picture, c.Situation.Detected)
	text, err = program(t, "explain", o.dir, "--case", string(c.Situation.Case), "--language", "ko").CombinedOutput()
	if err != nil || !strings.Contains(string(text), string(c.Situation.Case)) {
		t.Errorf("explain: %v: %s", err, text)
	}
	checkFile(t, o, c.Situation.Case)
}

// checkSaved makes again, from the journal alone, what was saved while the site
// ran: the same bytes.
func checkSaved(t *testing.T, o *openedSite, id twin.CaseID, saved []string) {
	t.Helper()
	again := filepath.Join(t.TempDir(), "again.pdf")
	told, err := program(t, "explain", o.dir, "--case", string(id), "--pdf", again, "--json", "--language", "en").Output()
	if err != nil {
		t.Fatalf("explain --pdf: %v", err)
	}
	pdf, err := os.ReadFile(again)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]byte{pdf, told} {
		got, err := os.ReadFile(saved[i])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s has %d bytes that the journal does not give again (%d)", filepath.Base(saved[i]), len(got), len(want))
		}
	}
}

// checkFile makes the case's file twice, from the journal alone: the same bytes,
// with its picture.
func checkFile(t *testing.T, o *openedSite, id twin.CaseID) {
	t.Helper()
	dir := t.TempDir()
	create := func(name string) (pdf, told []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		cmd := program(t, "explain", o.dir, "--case", string(id), "--pdf", path, "--json", "--language", "ko")
		var notes strings.Builder
		cmd.Stderr = &notes
		told, err := cmd.Output()
		if err != nil || strings.Contains(notes.String(), "no picture") {
			t.Fatalf("explain --pdf: %v: %s", err, notes.String())
		}
		if pdf, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		return pdf, told
	}
	pdf, told := create("a.pdf")
	again, toldAgain := create("b.pdf")
	if !bytes.Equal(pdf, again) || !bytes.Equal(told, toldAgain) {
		t.Errorf("made twice of the same journal, the file differs (%d and %d bytes), or what is told does (%d and %d)", len(pdf), len(again), len(told), len(toldAgain))
	}
	if len(pdf) < 100_000 {
		t.Errorf("a file of %d bytes has no picture", len(pdf))
	}
	var r struct {
		Rows []struct {
			app.Case
			Steps []struct{ Hash string }
			Hash  string
		}
	}
	if err := json.Unmarshal(told, &r); err != nil || len(r.Rows) != 1 {
		t.Fatalf("%v: %s", err, told)
	}
	x := r.Rows[0]
	if x.Outcome == nil || len(x.Evidence) == 0 || len(x.Steps) < 9 || x.Steps[len(x.Steps)-1].Hash != x.Hash {
		t.Errorf("told: outcome %v, %d curves, %d steps", x.Outcome, len(x.Evidence), len(x.Steps))
	}
}

// checkBefore draws the freezer as it was before beside as it was then: left of
// the line it looks as before, right of it as in the picture of then; and it plays
// what was between as numbered pictures.
func checkBefore(t *testing.T, o *openedSite, asset, then string, detected time.Time) {
	t.Helper()
	dir := t.TempDir()
	draw := func(more ...string) {
		t.Helper()
		args := append([]string{"render", o.dir, "--view", asset, "--size", "320x180", "--overlay", "attribution"}, more...)
		if text, err := program(t, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v: %s", more, err, text)
		}
	}
	early, late := detected.Add(-20*time.Minute).Format(time.RFC3339), detected.Add(time.Minute).Format(time.RFC3339)
	was, both := filepath.Join(dir, "was.png"), filepath.Join(dir, "both.png")
	draw("-o", was, "--time", early)
	draw("-o", both, "--time", late, "--before", early)
	load := func(path string) *image.RGBA {
		img, err := likeness.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	half := func(img *image.RGBA, right bool) *image.RGBA {
		out := image.NewRGBA(image.Rect(0, 0, 150, 180))
		x := 0
		if right {
			x = 170
		}
		draw2.Draw(out, out.Rect, img, image.Pt(x, 0), draw2.Src)
		return out
	}
	pair, before, after := load(both), load(was), load(then)
	if d := unlike(t, half(pair, false), half(before, false)); d > 9 {
		t.Errorf("left of the line it does not look as before: %.1f", d)
	}
	if d := unlike(t, half(pair, true), half(after, true)); d > 9 {
		t.Errorf("right of the line it does not look as then: %.1f", d)
	}
	if d := unlike(t, half(pair, true), half(before, true)); d < 9 {
		t.Errorf("right of the line it looks as before: %.1f", d)
	}
	film := filepath.Join(dir, "film")
	draw("--video", film, "--from", early, "--until", late, "--seconds", "0.5", "--rate", "6")
	first, last := load(filepath.Join(film, "00001.png")), load(filepath.Join(film, "00003.png"))
	if d := unlike(t, first, last); d < 9 {
		t.Errorf("nothing happens in the video: %.1f", d)
	}
}

// checkStory reads the journal as `glasstwin journal` does.
func checkStory(t *testing.T, o *openedSite, id twin.CaseID) {
	t.Helper()
	store, err := openJournal(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(context.Background())
	if _, err := store.Verify(t.Context()); err != nil {
		t.Errorf("the journal is not proven: %v", err)
	}
	var kinds []twin.EventKind
	if err := store.Events(t.Context(), 1, func(e twin.Event) error {
		if e.Case != id {
			return nil
		}
		kinds = append(kinds, e.Kind)
		switch e.Kind {
		case twin.Explained:
			checkExplanation(t, e)
		case twin.DecisionMade:
			if e.Actor != "mina" {
				t.Errorf("the decision is journaled as that of %q", e.Actor)
			}
		case twin.OutcomeRecorded:
			var out twin.Outcome
			if err := json.Unmarshal(e.Body, &out); err != nil || out.Result != twin.Verified {
				t.Errorf("the outcome is %q (%s)", out.Result, out.Detail)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	t.Log(kinds)
	at := -1
	for _, want := range []twin.EventKind{twin.SituationRaised, twin.DiagnosisMade, twin.Explained, twin.ProposalMade, twin.GuardsChecked,
		twin.DecisionMade, twin.ActionIntended, twin.ActionWritten, twin.OutcomeRecorded} {
		i := slices.Index(kinds[at+1:], want)
		if i < 0 {
			t.Fatalf("%s is missing, or not in its order: %v", want, kinds)
		}
		at += 1 + i
	}
	for _, once := range []twin.EventKind{twin.SituationRaised, twin.ActionIntended, twin.ActionWritten, twin.OutcomeRecorded, twin.SituationEnded} {
		n := 0
		for _, k := range kinds {
			if k == once {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s stands %d times in the journal", once, n)
		}
	}
}

// checkExplanation: the bars that the user sees add up to the model's score.
func checkExplanation(t *testing.T, e twin.Event) {
	t.Helper()
	var x xai.Explanation
	if err := json.Unmarshal(e.Body, &x); err != nil {
		t.Error(err)
		return
	}
	if x.Abstained {
		return
	}
	sum := x.Base
	for _, a := range x.Attributions {
		sum += a.Share
	}
	if d := sum - x.Score; d > 1e-9 || d < -1e-9 {
		t.Errorf("the attributions of event %d add up to %g, the score is %g", e.Seq, sum, x.Score)
	}
	if len(x.Faithfulness) == 0 {
		t.Errorf("the explanation of event %d says nothing of its faithfulness", e.Seq)
	}
}
