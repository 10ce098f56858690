package propose

import (
	"fmt"
	"testing"

	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// TestWhatIsTooLittleIsNotProposed, however sure it is, nor what may be chance; and
// what is worse is told when it alone leaves zero out.
func TestWhatIsTooLittleIsNotProposed(t *testing.T) {
	goals := []Goal{Exposure, Congestion, Staff}
	for _, c := range []struct {
		diffs         [3]float64 // of 100
		stands        [3]bool
		better, worse []Goal
	}{
		{[3]float64{5, -5, -5}, [3]bool{true, true, true}, goals, nil},
		{[3]float64{0.9, -0.9, -0.5}, [3]bool{true, true, true}, nil, nil},
		{[3]float64{5, -5, -5}, [3]bool{false, false, true}, []Goal{Staff}, nil},
		{[3]float64{-5, 0.5, -5}, [3]bool{false, true, true}, []Goal{Staff}, []Goal{Exposure, Congestion}},
	} {
		var diffs []whatif.Difference
		for _, d := range c.diffs {
			diffs = append(diffs, whatif.Difference{A: 100, B: 100 + d, Diff: d, Sure: true})
		}
		better, worse := weighed(goals, diffs, c.stands[:])
		if fmt.Sprint(better) != fmt.Sprint(c.better) || fmt.Sprint(worse) != fmt.Sprint(c.worse) {
			t.Errorf("%v: better %v, worse %v", c, better, worse)
		}
	}
}
