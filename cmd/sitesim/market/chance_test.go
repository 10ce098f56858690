package market

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// met is what chance brings to a shop: who comes in, which doors shoppers and
// staff open, what is delivered, the sky, and the noise of untouched instruments.
func met(m *Market, lasts time.Duration, apart string) (all []string) {
	seen := map[string]bool{}
	for _, s := range m.Crowd.Shoppers {
		seen[fmt.Sprint(s.Lot)] = true
	}
	for end := m.Now.Add(lasts); m.Now.Before(end); {
		m.Step()
		for _, s := range m.Crowd.Shoppers {
			if id := fmt.Sprint(s.Lot); !seen[id] {
				seen[id] = true
				all = append(all, fmt.Sprintf("%s comes %s for %v", m.Now.Format(time.TimeOnly), id, s.Errands))
			}
		}
		for _, c := range m.Cabinets {
			if c.ID != apart && (c.Opening > 0 || c.Restocking > 0) {
				all = append(all, fmt.Sprintf("%s %s open %.3f loaded %.0f", m.Now.Format(time.TimeOnly), c.ID, c.Opening, c.Restocking))
			}
		}
	}
	return append(all, fmt.Sprintf("%+v, noise %v", m.Air.Outdoor, m.Noise.Fork().Float64()), noise(m, apart))
}

// noise is the next of each untouched cabinet's instruments.
func noise(m *Market, apart string) string {
	var b strings.Builder
	for _, c := range m.Cabinets {
		if c.ID != apart {
			fmt.Fprintln(&b, c.ID, c.Dice.Fork().NormFloat64())
		}
	}
	return b.String()
}

// TestChanceDoesNotDependOnWhatIsWritten plays a run twice, the second time with
// something written. Nothing else may meet with other chance.
func TestChanceDoesNotDependOnWhatIsWritten(t *testing.T) {
	base := New(Options{Seed: 11, Start: noon(100)})
	if err := base.Inject("freezer-2", "door-ajar", 0.6); err != nil {
		t.Fatal(err)
	}
	if err := base.Inject("checkout-1", "queue-surge", 0); err != nil {
		t.Fatal(err)
	}
	base.Crowd.Shoppers = base.Crowd.Shoppers[:0] // room for the coach, so that nobody is turned away
	base.Crowd.Traffic = 0.55
	base.TillOpen = [4]bool{true}
	base.Delivery[1] = base.hour()
	run(base, 5*time.Minute)
	usual := met(base.Fork().(*Market), 100*time.Minute, "freezer-2")
	if len(usual) < 100 {
		t.Fatalf("only %d things happened: this proves little", len(usual))
	}
	served := func(a trial.Action) int {
		m := base.Fork().(*Market)
		if err := m.Do(a); err != nil {
			t.Fatal(err)
		}
		run(m, 25*time.Minute)
		return m.Crowd.Served
	}
	done := 0
	for _, a := range base.Actions("freezer-2", "checkout-1", "gateway-2", "light-zone-1", "hvac-1", "grid-1") {
		m := base.Fork().(*Market)
		if err := m.Do(a); err != nil {
			t.Fatal(err)
		}
		done++
		if a.Class == "open-tills" && served(a) <= served(trial.Action{Class: trial.Nothing}) {
			t.Errorf("with %v no more are served: this proves nothing", a.Writes)
		}
		got := met(m, 100*time.Minute, "freezer-2")
		if i := slices.IndexFunc(got, func(s string) bool { return !slices.Contains(usual, s) }); i >= 0 {
			t.Errorf("after %s at %s, for the first time otherwise: %s", a.Class, a.Device, got[i])
		} else if len(got) != len(usual) {
			t.Errorf("after %s at %s %d things happen, else %d", a.Class, a.Device, len(got), len(usual))
		}
	}
	if done < 15 {
		t.Errorf("%d actions were tried", done)
	}
}

// TestLongerStridesMeetTheSame: who looks ahead meets the deliveries that come.
func TestLongerStridesMeetTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lot := store.NewLot(rapid.Uint64().Draw(t, "seed"), "x")
		m := Market{Now: noon(10)}
		h := m
		for range 200 {
			m.Now = m.Now.Add(stride)
			first := m.happens(lot, 0.02, 5)
			m.Now, h.Now = m.Now.Add(stride), h.Now.Add(hastened)
			if one := first || m.happens(lot, 0.02, 5); one != h.happens(lot, 0.02, 10) {
				t.Fatalf("at %s it happens: %t, but not so in longer strides", m.Now, one)
			}
		}
	})
}
