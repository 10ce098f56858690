package whatif_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// Holm's own way: 0.01 and 0.012 stand among four at 5 %, 0.03 does not (its limit
// is 0.025), and so neither does what comes after it.
func TestDifferencesStandAmongMany(t *testing.T) {
	row := func(chance float64) whatif.Difference { return whatif.Difference{Chance: chance, Sure: chance < 0.05} }
	got := whatif.Standing([]whatif.Difference{row(0.03), row(0.01), row(0.04), row(0.012)})
	if !slices.Equal(got, []bool{false, true, false, true}) {
		t.Errorf("%v stand", got)
	}
	if got := whatif.Standing(nil); len(got) != 0 {
		t.Errorf("of nothing, %v stand", got)
	}
}

// Of many figures in which nothing but chance differs, one stands in at most about
// one of twenty comparisons, though in nearly all of them some look sure.
func TestChanceSeldomStands(t *testing.T) {
	dice := uint64(7)
	normal := func() float64 { // sum of twelve (Box and Muller are not needed here)
		sum := -6.0
		for range 12 {
			dice = dice*6364136223846793005 + 1442695040888963407
			sum += float64(dice>>11) / (1 << 53)
		}
		return sum
	}
	const runs, figures, days = 300, 100, 8
	stood, looked := 0, 0
	for range runs {
		rows := make([]whatif.Difference, figures)
		sure := false
		for i := range rows {
			a, b := make([]float64, days), make([]float64, days)
			for d := range days {
				a[d], b[d] = 20+normal(), 20+normal()
			}
			rows[i] = whatif.Paired(whatif.Figure{}, a, b)
			sure = sure || rows[i].Sure
		}
		if sure {
			looked++
		}
		if slices.Contains(whatif.Standing(rows), true) {
			stood++
		}
	}
	t.Logf("of %d comparisons of %d figures by chance, something looks sure in %d and stands in %d", runs, figures, looked, stood)
	if stood > runs*8/100 || looked < runs*9/10 {
		t.Errorf("something stands in %d, looks sure in %d", stood, looked)
	}
}

// How often chance makes a difference agrees with its interval of 95 %.
func TestChanceAgreesWithTheInterval(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "days")
		a, b := make([]float64, n), make([]float64, n)
		for i := range n {
			a[i], b[i] = rapid.Float64Range(1, 100).Draw(t, "a"), rapid.Float64Range(1, 100).Draw(t, "b")
		}
		d := whatif.Paired(whatif.Figure{}, a, b)
		if !(d.Chance >= 0 && d.Chance <= 1) || d.Sure && d.Chance > 0.0502 || !d.Sure && d.Chance < 0.0498 {
			t.Fatalf("%+v", d)
		}
	})
}

// The floor tells where the people went, square by square, as the mean days of both
// layouts do; other floors are refused.
func TestTheFloorShifts(t *testing.T) {
	c, err := whatif.Compare(context.Background(), whatif.Study{Days: 4, Hours: 0.1, Shoppers: 120}, &whatif.Scenario{Ground: kiosk(2.4)}, &whatif.Scenario{Ground: kiosk(1.2)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Shift()
	if err != nil {
		t.Fatal(err)
	}
	walked, sure := s.Count()
	if walked < 30 || sure < 3 || sure == walked {
		t.Errorf("%d squares were walked on, %d differ for sure", walked, sure)
	}
	for i, d := range s.Diff {
		want := c.B.Density[i] - c.A.Density[i]
		if math.IsNaN(d) && (c.A.Density[i] != 0 || c.B.Density[i] != 0) || !math.IsNaN(d) && math.Abs(d-want) > 1e-12 || math.IsNaN(d) && s.Sure[i] {
			t.Errorf("square %d: %g, of both layouts' means %g", i, d, want)
		}
	}
	for k, mean := range [2]*whatif.Heat{c.A, c.B} {
		over := 0
		for i, heads := range s.Heads[k] {
			if math.IsNaN(heads) != math.IsNaN(s.Diff[i]) || !math.IsNaN(heads) && math.Abs(heads-mean.Density[i]) > 1e-12 {
				t.Errorf("layout %d, square %d: %g heads, of its mean %g", k, i, heads, mean.Density[i])
			}
			if heads > s.HeadsHigh() {
				over++
			}
		}
		if over*25 > walked { // of both floors, one in fifty
			t.Errorf("layout %d: %d of %d squares go beyond the scale of %g", k, over, walked, s.HeadsHigh())
		}
	}
	beyond := 0
	for i, d := range s.Diff {
		if s.Sure[i] && math.Abs(d) > s.High() {
			beyond++
		}
	}
	if beyond*50 > sure {
		t.Errorf("%d of %d squares go beyond the scale of %g", beyond, sure, s.High())
	}
	c.Days[1][2].Floor = whatif.HeatOf([]twin.Trajectory{}, geom.Vec2{1, 1}, geom.Vec2{3, 3}, 60)
	if _, err := c.Shift(); !errors.Is(err, whatif.ErrFloors) {
		t.Errorf("another floor: %v", err)
	}
	if _, err := (&whatif.Comparison{}).Shift(); err == nil {
		t.Error("nothing was compared, and yet there is a shift")
	}
}
