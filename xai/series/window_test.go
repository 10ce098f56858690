package series_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/glasstwin/glasstwin/xai/series"
)

func TestCut(t *testing.T) {
	s := &series.Series{Name: "a", Columns: []string{"x", "y"}, Rows: [][]float64{{1, 5}, {3, 5}, {5, 5}, {7, 6}}, Labels: []int{0, 0, 1, 1}}
	w := series.Windows{Steps: 2, Every: 2, Labels: []string{"fine", "fault"}}
	got, at, err := series.Cut([]*series.Series{s}, w)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]float64{{1, 5, 3, 5}, {5, 5, 7, 6}}, got.Rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{1, 3}, at); diff != "" || got.Labels[0] != 0 || got.Labels[1] != 1 || got.Groups[1] != "a" || got.Columns[3].Source != "y" {
		t.Errorf("%s %+v", diff, got)
	}
	w.Usual = 2 // x: mean 2, spread 1; y never varied
	if got, _, err = series.Cut([]*series.Series{s}, w); err != nil || math.Abs(got.Rows[1][2]-5) > 1e-12 || got.Rows[1][3] != 1 {
		t.Errorf("%v, %v", got.Rows, err)
	}
	if _, _, err := series.Cut([]*series.Series{s}, series.Windows{Steps: 2, Every: 1, Labels: []string{"fine"}}); err == nil {
		t.Error("a label without a name was taken")
	}
}
