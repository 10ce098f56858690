package shop_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// Futures begin where the day is and differ from one another; the day goes on as if
// nobody had looked ahead.
func TestFuturesLeaveTheDayAlone(t *testing.T) {
	o := shop.Options{Hours: 1, Arrivals: []float64{90}, Seed: 5}
	plain, err := shop.Run(t.Context(), corner(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all []shop.Futures
	day, err := shop.Live(t.Context(), corner(), o, []float64{900, 1800}, 3, 300, func(f shop.Futures) { all = append(all, f) })
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 2 || len(all[1].Ways) != 3 || day.Seconds < 2100 {
		t.Fatalf("%d moments, the day lasted %g s", len(all), day.Seconds)
	}
	for i, p := range day.People {
		for k, x := range p.Fixes {
			if q := plain.People[i].Fixes[k]; q != x {
				t.Fatalf("person %d is at %v, and at %v where nobody looked ahead", i, x, q)
			}
		}
	}
	for _, f := range all {
		ends := map[float64]bool{}
		for _, ways := range f.Ways {
			sum := 0.0
			for _, p := range ways {
				first, last := p.Fixes[0], p.Fixes[len(p.Fixes)-1]
				if first.T < f.At || last.T > f.At+301 {
					t.Errorf("after %g s somebody is seen from %g to %g s", f.At, first.T, last.T)
				}
				sum += last.X + last.Z
			}
			ends[sum] = true
			// Who is there when it begins is where the day has them.
			for _, p := range ways {
				i := -1
				for k := range day.People {
					if day.People[k].Person == p.Person {
						i = k
					}
				}
				if p.Fixes[0].T > f.At+1 || i < 0 {
					continue
				}
				for _, x := range day.People[i].Fixes {
					if x.T == p.Fixes[0].T && (x.X-p.Fixes[0].X)*(x.X-p.Fixes[0].X)+(x.Z-p.Fixes[0].Z)*(x.Z-p.Fixes[0].Z) > 1 {
						t.Errorf("%s is at %v in a future that begins, and at %v", p.Person, p.Fixes[0], x)
					}
				}
			}
		}
		if len(ends) != len(f.Ways) {
			t.Errorf("of %d futures %d differ", len(f.Ways), len(ends))
		}
	}
}
