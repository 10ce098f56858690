package calibrate_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/xai/calibrate"
)

func TestCounts(t *testing.T) {
	c := calibrate.Count([]bool{true, true, false, false, true}, []int{1, 0, 2, 0, 1})
	if c != (calibrate.Counts{Hits: 2, False: 1, Missed: 1, Rest: 1}) || c.F1() != 4.0/6 || c.FalseRate() != 0.5 || c.MissRate() != 1.0/3 {
		t.Errorf("%+v F1 %g, false %g, missed %g", c, c.F1(), c.FalseRate(), c.MissRate())
	}
	if c.Plus(c).Hits != 4 || (calibrate.Counts{}).F1() != 0 {
		t.Error("counts do not add up")
	}
}
