package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

// The reason why nothing is proposed belongs to a case that lasts and waits for
// nothing: beside a proposal, or after the end, it would be stale.
func TestWhyNothingIsProposed(t *testing.T) {
	for name, x := range map[string]struct {
		events []twin.EventKind
		want   string
	}{
		"diagnosed": {[]twin.EventKind{twin.SituationRaised, twin.DiagnosisMade}, "no remedy is known for rust"},
		"proposed":  {[]twin.EventKind{twin.SituationRaised, twin.DiagnosisMade, twin.ProposalMade}, ""},
		"ended":     {[]twin.EventKind{twin.SituationRaised, twin.DiagnosisMade, twin.SituationEnded}, ""},
	} {
		disk, err := bus.Open(t.Context(), bus.Options{Dir: t.TempDir(), Site: "s"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = disk.Close(context.Background()) })
		recorder, err := app.NewRecorder(t.Context(), disk)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range story(t) {
			if slices.Contains(x.events, e.Kind) {
				if _, err := recorder.Append(t.Context(), e); err != nil {
					t.Fatal(err)
				}
			}
		}
		s := app.NewSession(app.Parts{Site: shopSite(), Scene: &scene.Scene{}, Store: disk, Recorder: recorder,
			Unproposed: func() map[twin.CaseID]string {
				return map[twin.CaseID]string{"case-1": "no remedy is known for rust"}
			}})
		v, err := s.View(t.Context(), time.Time{})
		if err != nil || len(v.Cases) != 1 {
			t.Fatalf("%s: %d cases, %v", name, len(v.Cases), err)
		}
		if got := v.Cases[0].Unproposed; got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
