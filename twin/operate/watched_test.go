package operate

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Of a cabinet on which nothing is wrong it is told when it was looked at and how
// far it is from a situation; of one whose door stands open, that it is near and
// then that it belongs to a case.
func TestWatchedTellsHowNearASituationIs(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1", "freezer-2")
	w.warmUp()
	of := func(id twin.AssetID) twin.Watched {
		t.Helper()
		for _, x := range w.operator.Watched() {
			if x.Asset == id {
				return x
			}
		}
		t.Fatalf("%s is not watched", id)
		return twin.Watched{}
	}
	now := w.operator.state.Now()
	quiet := of("freezer-1")
	if quiet.Looked.IsZero() || now.Sub(quiet.Looked) > 2*quiet.Every {
		t.Errorf("looked at %s, it is %s", quiet.Looked, now)
	}
	if quiet.Over == nil || *quiet.Over > -3 || *quiet.Over < -5 {
		t.Errorf("a cabinet at its set point is %v beyond the bound of %g K", quiet.Over, quiet.Bound)
	}
	if quiet.Looks != 0 || quiet.Case != "" || quiet.Sure >= quiet.Needs || quiet.OverFor != 0 {
		t.Errorf("nothing is wrong, and it is %+v", quiet)
	}
	w.cabinets[0].ajar = true
	w.run(2 * time.Minute)
	if near := of(w.cabinets[0].id); near.Fault != "door-ajar" || near.Looks == 0 && near.Case == "" || len(near.Answers) == 0 {
		t.Errorf("with its door open for 2 min it is %+v", near)
	}
	w.run(20 * time.Minute)
	if open := of(w.cabinets[0].id); open.Case == "" || len(w.cases()) == 0 || open.Case != w.cases()[0].Situation.Case {
		t.Errorf("it belongs to a case, and it is %+v", open)
	}
	// Looked at anew, from the same measurements, the same is told.
	again, err := Look(t.Context(), port{w, w.gate}, w.operator.state, nil, w.operator.state.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range again {
		if now := of(x.Asset); x.Fault != now.Fault || x.Over == nil != (now.Over == nil) || x.Over != nil && *x.Over != *now.Over {
			t.Errorf("looked at anew %+v, the operator has %+v", x, now)
		}
	}
}
