package store

import (
	"testing"
	"time"
)

func TestNobodyStandsInAFixture(t *testing.T) {
	fixtures := Fixtures()
	for _, seed := range []uint64{1, 2, 3} {
		c := NewCrowd(seed)
		open := [4]bool{true, true, true, true}
		most := 0
		now := time.Date(2026, 6, 3, 7, 0, 0, 0, time.UTC)
		for range 16 * 3600 {
			now = now.Add(time.Second)
			c.Step(now, 1, open)
			most = max(most, len(c.Shoppers))
			for _, s := range c.Shoppers {
				for _, f := range fixtures {
					if f.Rect.Holds(s.X, s.Y) {
						t.Fatalf("seed %d at %s: somebody stands at %.2f, %.2f inside %s", seed, now, s.X, s.Y, f.ID)
					}
				}
				if s.X < 0.3 || s.X > Width-0.3 || s.Y > SalesDepth {
					t.Fatalf("seed %d at %s: somebody stands at %.2f, %.2f in a wall", seed, now, s.X, s.Y)
				}
			}
		}
		if most < 5 || c.In < 100 {
			t.Errorf("seed %d: %d came in, at most %d at once: no ordinary day", seed, c.In, most)
		}
		if len(c.Shoppers) != 0 || c.In != c.Out {
			t.Errorf("seed %d: %d came in, %d went out, %d are still inside at night", seed, c.In, c.Out, len(c.Shoppers))
		}
	}
}

func TestEveryFixtureCanBeReached(t *testing.T) {
	fixtures := Fixtures()
	w := NewWalkways(fixtures)
	for _, f := range fixtures {
		at := w.points[w.stops[f.ID]]
		if d := (at[0]-f.StopX)*(at[0]-f.StopX) + (at[1]-f.StopY)*(at[1]-f.StopY); d > 0.01 {
			t.Errorf("%s: nobody can stand at its front", f.ID)
		}
		if w.step(w.entry, w.stops[f.ID], 0) < 0 || w.step(w.stops[f.ID], w.exit, 0) < 0 {
			t.Errorf("%s: no way from the entrance or to the exit", f.ID)
		}
	}
}

func TestFixturesDoNotOverlap(t *testing.T) {
	all := Fixtures()
	for i, a := range all {
		for _, b := range all[i+1:] {
			const touch = 1e-6
			if a.Rect.X0 < b.Rect.X1-touch && b.Rect.X0 < a.Rect.X1-touch && a.Rect.Y0 < b.Rect.Y1-touch && b.Rect.Y0 < a.Rect.Y1-touch {
				t.Errorf("%s stands in %s", a.ID, b.ID)
			}
		}
	}
}

func TestDiceResume(t *testing.T) {
	a := NewDice(7, 1)
	a.Float64()
	text, err := a.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var b Dice
	if err := b.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if x, y := a.Float64(), b.Float64(); x != y {
			t.Fatalf("resumed dice gave %g, want %g", y, x)
		}
	}
	if err := b.UnmarshalText([]byte("no dice")); err == nil {
		t.Error("nonsense was read as dice")
	}
}
