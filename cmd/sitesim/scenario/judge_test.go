package scenario

import (
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// What was done at one moment warms a cabinet further, at another longer: a run that did
// either has done nothing worse than the two.
func TestEachLimitIsAsFarAndAsLongAsTheWorse(t *testing.T) {
	far := []trial.Breach{{Device: "freezer-5", What: "t", By: 23.6, Seconds: 2190}, {Device: "freezer-2", What: "t", By: 1, Seconds: 60}}
	long := []trial.Breach{{Device: "freezer-5", What: "t", By: 20.1, Seconds: 3330}, {Device: "hall", What: "t", By: 0.2, Seconds: 90}}
	want := []trial.Breach{{Device: "freezer-5", What: "t", By: 23.6, Seconds: 3330}, {Device: "freezer-2", What: "t", By: 1, Seconds: 60}, {Device: "hall", What: "t", By: 0.2, Seconds: 90}}
	if got := furthest(far, long); !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if far[0].Seconds != 2190 {
		t.Error("the list that it was made of has changed")
	}
}
