package operate

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// deaf is a plant that takes nothing.
type deaf struct{ hall }

func (*deaf) Write(context.Context, Warrant) error { return errors.New("it does not answer") }

// A plan's steps leave the trail of any action, each write under a warrant of its own;
// what a guard forbids is not written, and what the plant did not take is told so.
func TestAStewardLeavesTheTrailOfAnAction(t *testing.T) {
	fine, bad := []twin.GuardResult{{Guard: "limits", Passed: true}}, []twin.GuardResult{{Guard: "limits"}}
	whole := []twin.EventKind{twin.ProposalMade, twin.GuardsChecked, twin.DecisionMade, twin.ActionIntended, twin.ActionWritten, twin.OutcomeRecorded}
	for _, c := range []struct {
		name   string
		plant  Plant
		guards []twin.GuardResult
		now    time.Duration // of this machine between warrant and write
		wants  []twin.EventKind
		result twin.Result
	}{
		{"taken", &hall{values: map[twin.SignalID]float64{}}, fine, 0, whole, twin.Verified},
		{"forbidden", &hall{values: map[twin.SignalID]float64{}}, bad, 0, []twin.EventKind{twin.ProposalMade, twin.GuardsChecked, twin.OutcomeRecorded}, twin.Refused},
		{"not taken", &deaf{}, fine, 0, slices.Delete(slices.Clone(whole), 4, 5), twin.Failed},
		{"by a warrant that ended", &hall{values: map[twin.SignalID]float64{}}, fine, -time.Hour, slices.Delete(slices.Clone(whole), 4, 5), twin.Failed},
	} {
		journal := &diary{}
		s := NewSteward(c.plant, journal, "set-by-plan", func() time.Time { return time.Now().Add(c.now) })
		for i := range 2 {
			out, err := s.Take(t.Context(), Stride{Asset: "zone-1", At: dawn.Add(time.Duration(i) * time.Hour), Why: "cheap hours begin",
				Writes: []twin.Write{{Signal: "zone-1/set-point", Value: 21, Before: 20, Hold: true}}, Guards: c.guards})
			if err != nil || out.Result != c.result {
				t.Errorf("%s: %+v, %v", c.name, out, err)
			}
		}
		var kinds []twin.EventKind
		var check twin.Chain
		ids := map[twin.ProposalID]bool{}
		for _, e := range journal.events {
			if err := check.Check(e); err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, e.Kind)
			if e.Kind == twin.ProposalMade {
				ids[bodyAs[twin.Proposal](t, e).ID] = true
			}
		}
		if !slices.Equal(kinds, slices.Concat(c.wants, c.wants)) || len(ids) != 2 {
			t.Errorf("%s: %v", c.name, kinds)
		}
		if h, ok := c.plant.(*hall); ok && (len(h.wrote) == 2) != (c.result == twin.Verified) {
			t.Errorf("%s: written %+v", c.name, h.wrote)
		}
	}
	if _, err := NewSteward(&deaf{}, &diary{}, "set-by-plan", nil).Take(t.Context(), Stride{Writes: []twin.Write{{Signal: "zone-1/set-point"}}}); !errors.Is(err, ErrUnguarded) {
		t.Errorf("without guards: %v", err)
	}
}
