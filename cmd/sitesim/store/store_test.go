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

// TestNobodyKnowsOfAPalletBeforeTheyStandBeforeIt: who wants what lies behind it walks
// up to it and gives that up there; whoever wants to come through turns and goes around.
func TestNobodyKnowsOfAPalletBeforeTheyStandBeforeIt(t *testing.T) {
	const blocked = 2
	for _, row := range []struct {
		what    string
		errands []string
		givenUp int
		to      string // fixture that is reached all the same
	}{
		{"what lies behind it", []string{"gondola-6", "produce-1"}, 1, "produce-1"},
		{"twice what lies behind it", []string{"gondola-6", "gondola-7", "produce-1"}, 2, "produce-1"},
		{"the way through", []string{"gondola-5", "gondola-8"}, 0, "gondola-8"},
	} {
		c := NewCrowd(1)
		c.Traffic = 0
		c.arrive(c.Lot)
		c.Blocked = blocked
		s := &c.Shoppers[0]
		s.Errands, s.Goal = row.errands, c.ways.stops[row.errands[0]]
		now, came, stood := time.Date(2026, 6, 3, 11, 0, 0, 0, time.UTC), false, false
		for range 1200 {
			now = now.Add(time.Second)
			c.Step(now, 1, [4]bool{true})
			if len(c.Shoppers) == 0 {
				break
			}
			s = &c.Shoppers[0]
			if pallet(blocked).Holds(s.X, s.Y) {
				t.Fatalf("%s: they stand on the pallet, at %.1f, %.1f", row.what, s.X, s.Y)
			}
			if c.GivenUp > 0 && s.Knows == 0 {
				t.Fatalf("%s: given up before they know", row.what)
			}
			if s.Knows == blocked && !came && !InAisle(blocked, s.X, s.Y) {
				t.Fatalf("%s: they know of it at %.1f, %.1f", row.what, s.X, s.Y)
			}
			came = came || s.Knows == blocked
			stood = stood || s.At == c.ways.stops[row.to]
		}
		if !came || !stood || c.GivenUp != row.givenUp {
			t.Errorf("%s: came upon it %v, reached %s %v, %d given up, want %d", row.what, came, row.to, stood, c.GivenUp, row.givenUp)
		}
	}
}
