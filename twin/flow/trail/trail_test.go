package trail

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

var nine = time.Date(2026, 6, 3, 9, 0, 0, 0, time.UTC)

// Two who meet in an aisle and pass each other keep their ways, whatever the order
// in which the sensor lists them.
func TestPeopleWhoPassEachOtherAreKeptApart(t *testing.T) {
	f := New(nine, nil)
	for i := range 21 {
		s := float64(i)
		list := []float64{s, 0, 20 - s, 0.7}
		if i%2 == 1 {
			list = []float64{20 - s, 0.7, s, 0}
		}
		f.Take(twin.Sample{At: nine.Add(time.Duration(i) * time.Second), Quality: twin.Good, Vector: list})
	}
	ways := f.Ways()
	if len(ways) != 2 || f.Fixes != 42 {
		t.Fatalf("%d ways of %d places", len(ways), f.Fixes)
	}
	for _, w := range ways {
		for _, p := range w.Fixes {
			if p.Z != w.Fixes[0].Z {
				t.Fatalf("the two were exchanged at %g s", p.T)
			}
		}
		if math.Abs(w.Length()-20) > 1e-9 {
			t.Errorf("a way of %g m", w.Length())
		}
	}
}

// Over a silence, and over midnight of the site, nobody is followed: the same place
// has another name.
func TestNobodyIsFollowedOverMidnight(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 6, 3, 23, 59, 57, 0, seoul)
	f := New(from, seoul)
	for i := range 6 {
		f.Take(twin.Sample{At: from.Add(time.Duration(i) * time.Second), Quality: twin.Good, Vector: []float64{1, 1}})
	}
	f.Take(twin.Sample{At: from.Add(20 * time.Second), Quality: twin.Good, Vector: []float64{1, 1}})
	f.Take(twin.Sample{At: from.Add(20 * time.Second), Quality: twin.Good, Vector: []float64{3, 3}}) // told twice
	f.Take(twin.Sample{At: from.Add(21 * time.Second), Quality: twin.Bad, Vector: []float64{1, 1}})
	ways := f.Ways()
	if len(ways) != 3 || len(ways[0].Fixes) != 3 || len(ways[1].Fixes) != 3 || len(ways[2].Fixes) != 1 {
		t.Fatalf("%+v", ways)
	}
	if ways[0].Person == ways[1].Person || ways[1].Person == ways[2].Person {
		t.Errorf("one name on two days, or of two: %+v", ways)
	}
}

// Of forty who wander about a floor of 500 m², seen each second, at least 97 % of
// the steps are the same person's.
func TestAFullFloorIsFollowed(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	const people, seconds = 40, 600
	var x, z, heading [people]float64
	for i := range people {
		x[i], z[i], heading[i] = 25*dice.Float64(), 20*dice.Float64(), 2*math.Pi*dice.Float64()
	}
	f := New(nine, nil)
	type spot struct{ t, x, z float64 }
	who := map[spot]int{}
	for s := range seconds {
		list := make([]float64, 0, 2*people)
		for _, i := range dice.Perm(people) {
			list = append(list, x[i], z[i])
			who[spot{float64(s), x[i], z[i]}] = i
		}
		f.Take(twin.Sample{At: nine.Add(time.Duration(s) * time.Second), Quality: twin.Good, Vector: list})
		for i := range people {
			heading[i] += 0.3 * dice.NormFloat64()
			x[i], z[i] = x[i]+0.9*math.Cos(heading[i]), z[i]+0.9*math.Sin(heading[i])
			if x[i] < 0 || x[i] > 25 || z[i] < 0 || z[i] > 20 {
				x[i], z[i], heading[i] = min(25, max(0, x[i])), min(20, max(0, z[i])), heading[i]+math.Pi
			}
		}
	}
	same, all := 0, 0
	for _, w := range f.Ways() {
		for i := 1; i < len(w.Fixes); i++ {
			a, b := w.Fixes[i-1], w.Fixes[i]
			all++
			if who[spot{a.T, a.X, a.Z}] == who[spot{b.T, b.X, b.Z}] {
				same++
			}
		}
	}
	right := float64(same) / float64(all)
	t.Logf("%.2f %% of %d steps, %d ways of %d people", 100*right, all, len(f.Ways()), people)
	if right < 0.97 {
		t.Errorf("%.2f %% of the steps are the same person's", 100*right)
	}
}
