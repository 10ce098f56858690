package store

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestLotsAreEvenAndApart: neighbouring numbers, names and seeds have nothing in
// common.
func TestLotsAreEvenAndApart(t *testing.T) {
	const n = 200000
	for _, row := range []struct {
		what string
		lot  func(i int64) Lot
	}{
		{"numbers", NewLot(7, "x").Of},
		{"seeds", func(i int64) Lot { return NewLot(uint64(i), "x") }},
		{"names", func(i int64) Lot { return NewLot(3, "x").Of(i).Named("speed") }},
	} {
		sum, square, product, last := 0.0, 0.0, 0.0, 0.5
		var tenth [10]float64
		for i := range int64(n) {
			x := row.lot(i).Even()
			if x < 0 || x >= 1 {
				t.Fatalf("%s: %g is not from 0 up to 1", row.what, x)
			}
			sum, square, product, last = sum+x, square+x*x, product+(x-0.5)*(last-0.5), x
			tenth[int(10*x)]++
		}
		chi := 0.0
		for _, k := range tenth {
			chi += (k - n/10) * (k - n/10) / (n / 10)
		}
		// five standard deviations of each figure; of chi², one in a million
		if math.Abs(sum/n-0.5) > 5*0.2887/math.Sqrt(n) || math.Abs(square/n-1./3) > 5*0.298/math.Sqrt(n) ||
			math.Abs(product/n) > 5/12./math.Sqrt(n) || chi > 45 {
			t.Errorf("%s: mean %g, mean square %g, of neighbours %g, chi² %g", row.what, sum/n, square/n, product/n, chi)
		}
	}
}

// comings are when people come in, and who.
func comings(c *Crowd, hours float64, stride time.Duration, open func(time.Time) [4]bool) (all []string) {
	now := time.Date(2026, 6, 3, 11, 0, 0, 0, time.UTC)
	seen := map[Lot]bool{}
	for end := now.Add(time.Duration(hours * float64(time.Hour))); now.Before(end); {
		now = now.Add(stride)
		c.Step(now, stride.Seconds(), open(now))
		for _, s := range c.Shoppers {
			if !seen[s.Lot] {
				seen[s.Lot] = true
				all = append(all, fmt.Sprint(now.Format(time.TimeOnly), " ", s.Lot, s.Speed))
			}
		}
	}
	return all
}

// TestWhoComesDependsOnTheSeedAlone, as long as the shop is not full.
func TestWhoComesDependsOnTheSeedAlone(t *testing.T) {
	shop := NewCrowd(1)
	shop.Traffic = 0.6
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		few := func(time.Time) [4]bool { return [4]bool{true, true} }
		tills := [4]bool{true, rapid.Bool().Draw(t, "second"), rapid.Bool().Draw(t, "third"), true}
		play := func(stride time.Duration, open func(time.Time) [4]bool) []string {
			c := shop.Fork()
			c.Lot = NewLot(seed, "crowd")
			return comings(c, 1, stride, open)
		}
		usual := play(5*time.Second, few)
		if len(usual) == 0 {
			t.Fatal("nobody came")
		}
		if other := play(5*time.Second, func(time.Time) [4]bool { return tills }); !slices.Equal(usual, other) {
			t.Fatalf("with tills %v others come:\n%v\n%v", tills, usual, other)
		}
		if hasty := play(10*time.Second, few); len(hasty) != len(usual) {
			t.Fatalf("%d come, %d in longer strides", len(usual), len(hasty))
		}
	})
}
