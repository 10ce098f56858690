package whatif_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/energy"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// kiosk is a shop of 9 by 8 m: two shelves with an aisle between, two at the wall,
// a till. The aisle is as wide as told.
func kiosk(aisle float64) *ground.Ground {
	site := &twin.Site{ID: "kiosk", Zones: []twin.Zone{
		{ID: "floor", Kind: "room", Outline: []geom.Vec2{{0, 0}, {9, 0}, {9, -8}, {0, -8}}, Height: 3},
		{ID: "aisle", Kind: "aisle", Outline: []geom.Vec2{{4 - aisle/2, -3}, {4 + aisle/2, -3}, {4 + aisle/2, -6}, {4 - aisle/2, -6}}, Height: 3}}}
	add := func(id, class, name string, x, z, w, d, yaw float64) {
		site.Assets = append(site.Assets, twin.Asset{ID: twin.AssetID(id), Class: class, Name: name,
			Pose: twin.Pose{Position: geom.Vec3{x, 0, z}, Yaw: yaw * math.Pi / 180}, Size: geom.Vec3{w, 1.6, d}})
	}
	add("left", "shelf", "", 4-aisle/2-0.4, -4.5, 3, 0.8, 90)
	add("right", "shelf", "", 4+aisle/2+0.4, -4.5, 3, 0.8, -90)
	add("back-1", "shelf", "", 2.5, -7.6, 2, 0.7, 0)
	add("back-2", "shelf", "", 5.5, -7.6, 2, 0.7, 0)
	add("till", "till", "", 7.6, -2.2, 1.5, 0.8, 90)
	add("door-1", "door", "Entrance", 2, 0.1, 1.6, 0.2, 0)
	add("door-2", "door", "Exit", 6.5, 0.1, 1.6, 0.2, 0)
	g, err := ground.Of(site, 0, func(class string) ground.Role {
		return map[string]ground.Role{"shelf": {Stands: true, Sells: true}, "till": {Stands: true, Till: true}, "door": {Door: true}}[class]
	})
	if err != nil {
		panic(err)
	}
	return g
}

func ExampleCompare() {
	wide, narrow := &whatif.Scenario{Ground: kiosk(2.4)}, &whatif.Scenario{Ground: kiosk(1.5)}
	c, err := whatif.Compare(context.Background(), whatif.Study{Days: 6, Hours: 0.3, Shoppers: 120}, wide, narrow, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range c.Rows {
		if r.Figure == (whatif.Figure{Measure: whatif.Close, Of: "aisle"}) {
			fmt.Println("people come closer in the narrow aisle:", r.Diff > 0)
		}
	}
	// Output: people come closer in the narrow aisle: true
}

func find(t *testing.T, rows []whatif.Difference, measure, of string) whatif.Difference {
	t.Helper()
	for _, r := range rows {
		if r.Measure == measure && r.Of == of {
			return r
		}
	}
	t.Fatalf("no %q of %q", measure, of)
	return whatif.Difference{}
}

// The same days on one core and on two, and a layout against itself.
func TestTheSameSeedComparesTheSame(t *testing.T) {
	s := whatif.Study{Days: 3, Hours: 0.15, Shoppers: 90, Workers: 1}
	one, err := whatif.Compare(context.Background(), s, &whatif.Scenario{Ground: kiosk(2)}, &whatif.Scenario{Ground: kiosk(1.3)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Workers = 2
	two, err := whatif.Compare(context.Background(), s, &whatif.Scenario{Ground: kiosk(2)}, &whatif.Scenario{Ground: kiosk(1.3)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range one.Rows {
		if one.Rows[i] != two.Rows[i] {
			t.Errorf("%v on one core, %v on two", one.Rows[i], two.Rows[i])
		}
	}
	alike, err := whatif.Compare(context.Background(), s, &whatif.Scenario{Ground: kiosk(2)}, &whatif.Scenario{Ground: kiosk(2)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range alike.Rows {
		if r.Diff != 0 || r.Sure {
			t.Errorf("a layout against itself: %+v", r)
		}
	}
}

// What is sold follows what is seen, and its interval has that of the elasticity.
func TestSalesFollowExposure(t *testing.T) {
	compare := func(e whatif.Elasticity) *whatif.Comparison {
		s := whatif.Study{Days: 4, Hours: 0.2, Shoppers: 60, Elasticity: e}
		c, err := whatif.Compare(context.Background(), s, &whatif.Scenario{Ground: kiosk(2.6)}, &whatif.Scenario{Ground: kiosk(1.4)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	known, unsure := compare(whatif.Elasticity{Mean: 0.17, SD: 1e-9}), compare(whatif.Elasticity{Mean: 0.17, SD: 0.1})
	for _, of := range []string{"left", "right", "back-1", "back-2"} {
		seen, sold := find(t, known.Rows, whatif.Seen, of), find(t, known.Rows, whatif.Sales, of)
		if seen.Diff*sold.Diff < 0 {
			t.Errorf("%s: seen %+.0f s, sold %+.2f", of, seen.Diff, sold.Diff)
		}
		ratio := (seen.B + 5) / (seen.A + 5)
		if want := sold.A * (math.Pow(ratio, 0.17) - 1); math.Abs(want-sold.Diff) > 1e-6 && ratio > 0.25 && ratio < 4 {
			t.Errorf("%s: %+.4f items, by hand %+.4f", of, sold.Diff, want)
		}
		if wide := find(t, unsure.Rows, whatif.Sales, of); wide.Half <= sold.Half {
			t.Errorf("%s: ± %.3f where the elasticity is known, ± %.3f where it is not", of, sold.Half, wide.Half)
		}
	}
}

// Sales that were made with a known elasticity tell it.
func TestAnElasticityIsCalibrated(t *testing.T) {
	sold, seen := map[twin.AssetID]float64{}, map[twin.AssetID]float64{}
	for i := range 40 {
		id := twin.AssetID(fmt.Sprint(i))
		seen[id] = 20 * math.Exp(float64(i)/8)
		sold[id] = 3 * math.Pow(seen[id], 0.4) * math.Exp(0.2*math.Sin(float64(7*i)))
	}
	e, err := whatif.Calibrate(whatif.Eisend, sold, seen)
	if err != nil || math.Abs(e.Mean-0.4) > 0.06 || e.SD >= whatif.Eisend.SD {
		t.Errorf("%+v, %v: sales were made with 0.4", e, err)
	}
	few := map[twin.AssetID]float64{"0": 1, "1": 2}
	if _, err := whatif.Calibrate(whatif.Eisend, few, seen); err == nil || !strings.Contains(err.Error(), "5 are needed") {
		t.Errorf("two fixtures: %v", err)
	}
}

// A cabinet's doors take energy as often as something is taken out, and one that
// is moved takes more, once.
func TestEnergyFollowsPeople(t *testing.T) {
	cabinet := map[twin.AssetID]whatif.Cabinet{"back-1": {Opening: energy.Opening{Width: 0.7, Height: 1.6, Inside: -20, Seconds: 12}, Rated: 1000, Duty: 0.5}}
	a := &whatif.Scenario{Ground: kiosk(2), Cabinets: cabinet}
	b := &whatif.Scenario{Ground: kiosk(2), Cabinets: cabinet, Moved: []twin.AssetID{"back-1"}, Draw: map[string]float64{"back-1": 5}}
	c, err := whatif.Compare(context.Background(), whatif.Study{Days: 3, Hours: 0.3, Shoppers: 120}, a, b, nil)
	if err != nil {
		t.Fatal(err)
	}
	taken, opened := find(t, c.Rows, whatif.Taken, "back-1"), find(t, c.Rows, whatif.Opened, "")
	each := cabinet["back-1"].Work(21, 0.5) / 3.6e6
	if taken.Diff <= 0 || math.Abs(opened.Diff-taken.Diff*each) > 1e-9 {
		t.Errorf("%+.1f items and %+.4f kWh, %.4f each", taken.Diff, opened.Diff, each)
	}
	if m := find(t, c.Rows, whatif.Moving, ""); m.A != 0 || math.Abs(m.B-6) > 1e-9 {
		t.Errorf("moving takes %.2f and %.2f kWh; 1 kW for half of 12 h is 6", m.A, m.B)
	}
}

// Intervals cover what is true: of a layout against itself with other dice, and of
// two layouts whose difference many days have told.
func TestIntervalsCoverTheTruth(t *testing.T) {
	days, runs, long := 6, 14, 84
	if os.Getenv("GLASSTWIN_LONG") != "" {
		days, runs, long = 6, 120, 1000
	}
	wide, narrow := &whatif.Scenario{Ground: kiosk(2.4)}, &whatif.Scenario{Ground: kiosk(1.5)}
	live := func(x *whatif.Scenario, n int, seed uint64) []whatif.Day {
		out, err := whatif.Live(context.Background(), whatif.Study{Days: n, Hours: 0.08, Shoppers: 130, Seed: seed}, x, nil)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	total := long
	if need := days * runs; need > total {
		total = need
	}
	a, b, other := live(wide, total, 1), live(narrow, total, 1), live(wide, days*runs, 500_000)
	figures := []whatif.Figure{{whatif.Density, "aisle"}, {whatif.Close, "aisle"}, {whatif.Crowding, "aisle"}, {whatif.Stay, ""}, {whatif.Walked, ""}, {whatif.Seen, "left"}, {whatif.Seen, "back-1"}, {whatif.Visits, "aisle"}}
	series := func(list []whatif.Day, f whatif.Figure) []float64 {
		out := make([]float64, len(list))
		for i, d := range list {
			out[i] = d.Figures[f]
		}
		return out
	}
	covered := map[string]int{}
	trials := 0
	for _, f := range figures {
		truth := whatif.Paired(f, series(a, f), series(b, f))
		for r := range runs {
			from, to := r*days, (r+1)*days
			same := whatif.Paired(f, series(a[from:to], f), series(other[from:to], f))
			diff := whatif.Paired(f, series(a[from:to], f), series(b[from:to], f))
			trials++
			for name, in := range map[string]bool{
				"A/A": math.Abs(same.Diff) <= same.Half, "A/A per cent": math.Abs(same.Percent) <= same.PercentFor,
				"A/B": math.Abs(diff.Diff-truth.Diff) <= diff.Half, "A/B per cent": math.Abs(diff.Percent-truth.Percent) <= diff.PercentFor,
			} {
				if in {
					covered[name]++
				}
			}
		}
	}
	for name, n := range covered {
		share := float64(n) / float64(trials)
		t.Logf("%s: %.1f %% of %d intervals of %d days cover the truth", name, 100*share, trials, days)
		if share < 0.9 {
			t.Errorf("%s: %.3f of the intervals cover the truth, 0.9 are required", name, share)
		}
	}
}

func TestAStudyThatIsLeftEnds(t *testing.T) {
	ctx, leave := context.WithCancel(context.Background())
	begun := 0.0
	_, err := whatif.Compare(ctx, whatif.Study{Days: 500, Hours: 0.2}, &whatif.Scenario{Ground: kiosk(2)}, &whatif.Scenario{Ground: kiosk(1.6)}, func(done float64) { begun = done; leave() })
	if !errors.Is(err, context.Canceled) || begun > 0.05 {
		t.Errorf("%v after %.0f %%", err, 100*begun)
	}
	for _, s := range []whatif.Study{{Days: 1}, {Days: 5000}, {Hours: -1}, {Shoppers: math.NaN()}} {
		if _, err := whatif.Compare(context.Background(), s, &whatif.Scenario{Ground: kiosk(2)}, &whatif.Scenario{Ground: kiosk(1)}, nil); err == nil {
			t.Errorf("%+v was taken", s)
		}
	}
	blocked := kiosk(2)
	blocked.Fronts = nil
	if _, err := whatif.Compare(context.Background(), whatif.Study{Days: 2}, &whatif.Scenario{Ground: kiosk(2)}, &whatif.Scenario{Ground: blocked}, nil); !errors.Is(err, shop.ErrNoGoods) {
		t.Errorf("a layout without goods: %v", err)
	}
}

// What is paired does not depend on the order of days, and grows with its unit.
func TestPairedIsAMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "days")
		a, b := make([]float64, n), make([]float64, n)
		for i := range n {
			a[i], b[i] = rapid.Float64Range(1, 100).Draw(t, "a"), rapid.Float64Range(1, 100).Draw(t, "b")
		}
		d := whatif.Paired(whatif.Figure{}, a, b)
		a2, b2 := make([]float64, n), make([]float64, n)
		for i := range n {
			a2[i], b2[i] = 3*a[n-1-i], 3*b[n-1-i]
		}
		e := whatif.Paired(whatif.Figure{}, a2, b2)
		if math.Abs(e.Diff-3*d.Diff) > 1e-9 || math.Abs(e.Half-3*d.Half) > 1e-9*max(1, d.Half) || math.Abs(e.Percent-d.Percent) > 1e-7 {
			t.Fatalf("%+v and three times it %+v", d, e)
		}
	})
}

// The points of tables of Student's t.
func TestStudent(t *testing.T) {
	for n, want := range map[int]float64{1: 12.706, 4: 2.776, 10: 2.228, 11: 2.201, 20: 2.086, 60: 2.000} {
		if got := whatif.Student(n); math.Abs(got-want) > 0.002 {
			t.Errorf("%d degrees: %.4f, want %.3f", n, got, want)
		}
	}
}
