package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// seenSite is a site whose sensor told where somebody was, each eleven hours from
// one age to another, before anything was deleted.
func seenSite(t *testing.T, keeps, from, to time.Duration) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "corner-market")
	if _, err := siteFromDemo(t.Context(), dir, nil, false); err != nil {
		t.Fatal(err)
	}
	var sensor twin.Signal
	site, err := sitefolder.Revise(dir, func(site *twin.Site) (*twin.Site, error) {
		sensor = twin.Signal{ID: twin.SignalID(site.Assets[0].ID) + "/people", Asset: site.Assets[0].ID, Name: "people", Kind: twin.Positions}
		site.Signals = append(site.Signals, sensor)
		site.People = &twin.People{Retention: keeps}
		return site, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	store, err := bus.Open(t.Context(), bus.Options{Dir: journalDir(dir), Site: site.ID})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for age := from; age >= to; age -= 11 * time.Hour {
		if err := store.Record([]twin.Sample{{Signal: sensor.ID, At: now.Add(-age), Value: 1, Vector: []float64{age.Hours(), 2}, Quality: twin.Good}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func forget(t *testing.T, args journalForget) (text string, told report) {
	t.Helper()
	var out bytes.Buffer
	if err := args.Run(t.Context(), &output{out: &out, progress: &out}); err != nil {
		t.Fatal(err)
	}
	if args.JSON {
		if err := json.Unmarshal(out.Bytes(), &told); err != nil {
			t.Fatal(err)
		}
	}
	return out.String(), told
}

func TestOldPositionsAreForgotten(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	dir := seenSite(t, 14*day, 20*day, 0)
	text, _ := forget(t, journalForget{Site: dir})
	for _, want := range []string{"13 samples of where people were, from ", "of 1 sensors: ", "/people\n", "keeps positions for 14d: from "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told:\n%s", want, text)
		}
	}
	text, _ = forget(t, journalForget{Site: dir})
	if !strings.Contains(text, "nothing was old enough") {
		t.Errorf("the second time:\n%s", text)
	}
	var shown bytes.Buffer
	if err := (&journalShow{Site: dir}).Run(t.Context(), &output{out: &shown}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(shown.String(), string(twin.PositionsDeleted)); n != 1 {
		t.Errorf("the journal tells of %d deletions:\n%s", n, shown.String())
	}
	if err := (&journalVerify{Site: dir}).Run(t.Context(), &output{out: &shown}); err != nil {
		t.Error(err)
	}
}

// A site that lay closed is not emptied because this machine's clock says so, but on
// request.
func TestAnUnconfirmedClockIsTrustedOnRequest(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	dir := seenSite(t, 30*day, 100*day, 60*day)
	text, told := forget(t, journalForget{Site: dir, JSON: true})
	if n := told.Metrics["samples_deleted"]; n != 22 || !strings.Contains(text, "1443h0m0s ahead") {
		t.Errorf("%v were deleted:\n%s", n, text)
	}
	if _, told = forget(t, journalForget{Site: dir, JSON: true, TrustClock: true}); told.Metrics["samples_deleted"] != 66 || told.Metrics["doubted_s"] != 0 {
		t.Errorf("with the clock trusted: %v", told.Metrics)
	}
	dir = seenSite(t, twin.Forever, 100*day, 90*day)
	if text, told = forget(t, journalForget{Site: dir, JSON: true, TrustClock: true}); told.Metrics["samples_deleted"] != 0 || !strings.Contains(text, "forever") {
		t.Errorf("kept forever: %s", text)
	}
}
