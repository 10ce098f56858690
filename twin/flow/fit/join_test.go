package fit

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

// Behind every draw and every hour that is kept, alone or as one of a group with the
// same, stand k people; what more than k told alone is kept as it was, but for the
// least that a group needs; and the sum stays.
func TestWhatIsKeptIsToldByMany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(2, 9).Draw(t, "k")
		s := Shoppers{Draw: map[string]float64{}}
		l := Looks{Stopped: map[twin.AssetID]int{}}
		all, sum := 0, 0.0
		for i := range rapid.IntRange(2, 12).Draw(t, "shelves") {
			id := string(rune('a' + i))
			n := rapid.IntRange(0, 12).Draw(t, id)
			l.Stopped[twin.AssetID(id)], s.Draw[id] = n, 1+float64(i)
			all, sum = all+n, sum+s.Draw[id]
		}
		hours := rapid.IntRange(1, 6).Draw(t, "hours")
		for range hours {
			n := float64(rapid.IntRange(0, 12).Draw(t, "came"))
			l.ByHour, s.Arrivals = append(l.ByHour, n), append(s.Arrivals, n)
		}
		joined, _ := s.join(l, k)
		behind, after := map[float64]int{}, 0.0
		for id, d := range s.Draw {
			behind[d] += l.Stopped[twin.AssetID(id)]
			after += d
		}
		for d, n := range behind {
			if n < k && all >= k {
				t.Fatalf("%d people stand behind a draw of %g of %v", n, d, l.Stopped)
			}
		}
		if diff := after - sum; diff > 0.01 || diff < -0.01 {
			t.Fatalf("the draws summed up to %g, now to %g", sum, after)
		}
		fewest := 0
		for _, n := range l.Stopped {
			if n < k {
				fewest++
			}
		}
		if fewest == 0 && len(joined) > 0 {
			t.Fatalf("%v were joined, and all have enough", joined)
		}
		came := map[float64]float64{}
		total := 0.0
		for i, a := range s.Arrivals {
			came[a] += l.ByHour[i]
			total += l.ByHour[i]
		}
		for a, n := range came {
			if n < float64(k) && total >= float64(k) {
				t.Fatalf("%g people stand behind %g an hour of %v", n, a, l.ByHour)
			}
		}
	})
}
