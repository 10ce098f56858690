package operate

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"pgregory.net/rapid"
)

// stories are what may happen to a cabinet, and how it must stand in the end
// however often the program ended on the way.
var stories = map[string]struct {
	fault func(*cabinet)
	ends  func(*cabinet) bool
	acts  bool
}{
	"a door ajar": {
		fault: func(c *cabinet) { c.ajar = true },
		ends:  func(c *cabinet) bool { return !c.ajar && c.boost == 0 },
		acts:  true,
	},
	"a worn compressor": {
		fault: func(c *cabinet) { c.worn = true },
		ends:  func(c *cabinet) bool { return c.boost == 1 },
		acts:  true,
	},
	"a remedy that makes it worse": {
		fault: func(c *cabinet) { c.worn, c.worsened = true, true },
		ends:  func(c *cabinet) bool { return c.boost == 0 },
		acts:  true,
	},
	"a door that stays open": {
		fault: func(c *cabinet) { c.ajar, c.stuck = true, true },
		ends:  func(c *cabinet) bool { return c.ajar },
		acts:  true,
	},
}

// The program ends at each single step of each story: before a call to journal
// or plant, and after one whose answer it never saw.
func TestTheProgramEndsAtEveryStep(t *testing.T) {
	for name, story := range stories {
		for _, mode := range []twin.Mode{twin.Approve, twin.Auto} {
			for _, after := range []bool{false, true} {
				steps := 0
				for killed := true; killed; {
					steps++
					w := newWorld(t, mode, "freezer-1")
					w.newGate = func() *gate {
						if w.boots == 1 {
							return &gate{killAt: steps, after: after}
						}
						return &gate{}
					}
					w.warmUp()
					story.fault(w.cabinets[0])
					w.run(6 * time.Hour)
					killed = w.boots > 1
					w.settled()
					if !story.ends(w.cabinets[0]) {
						t.Errorf("%s, %s, ended at call %d (after it: %v): the cabinet is left as %+v by %s",
							name, mode, steps, after, *w.cabinets[0], w.kinds())
					}
					if t.Failed() {
						t.Fatalf("%s, %s, ended at call %d (after it: %v): %s", name, mode, steps, after, w.kinds())
					}
				}
				if steps < 8 {
					t.Errorf("%s: %d steps only", name, steps)
				}
			}
		}
	}
}

// What a program that ends right after the write finds on its return.
func TestReturningAfterTheWrite(t *testing.T) {
	find := func(fault func(*cabinet), after bool) *world {
		w := newWorld(t, twin.Approve, "freezer-1")
		kill := 0
		w.newGate = func() *gate { return &gate{} }
		w.warmUp()
		fault(w.cabinets[0])
		for !strings.Contains(w.kinds(), string(twin.DecisionMade)) {
			w.run(sampleEvery)
		}
		kill = w.gate.calls + 2 // the intention, then the write
		w.gate.killAt, w.gate.after = kill, after
		w.user = nil
		w.run(3 * time.Hour)
		w.settled()
		return w
	}
	for name, c := range map[string]struct {
		fault func(*cabinet)
		after bool
		want  []twin.Result
	}{
		"a command that arrived":     {func(c *cabinet) { c.ajar = true }, true, []twin.Result{twin.Interrupted, twin.Verified}},
		"a command that did not":     {func(c *cabinet) { c.ajar = true }, false, []twin.Result{twin.Interrupted, twin.NoEffect}},
		"a set point that arrived":   {func(c *cabinet) { c.worn = true }, true, []twin.Result{twin.Verified}},
		"a set point that did not":   {func(c *cabinet) { c.worn = true }, false, []twin.Result{twin.Interrupted}},
		"one that arrived, and hurt": {func(c *cabinet) { c.worn, c.worsened = true, true }, true, []twin.Result{twin.Worse}},
	} {
		w := find(c.fault, c.after)
		got := w.results()
		if len(got) < len(c.want) {
			t.Errorf("%s: outcomes %v, want %v: %s", name, got, c.want, w.kinds())
			continue
		}
		for i := range c.want {
			if got[i] != c.want[i] {
				t.Errorf("%s: outcomes %v, want %v", name, got, c.want)
			}
		}
		writes := 0
		for _, d := range w.wrote {
			if !d.rollback {
				writes++
			}
		}
		if arrived := writes == 1; arrived != c.after {
			t.Errorf("%s: written %+v", name, w.wrote)
		}
	}
}

// After an interruption a person decides, also where auto was set.
func TestAfterAnInterruptionAPersonDecides(t *testing.T) {
	w := newWorld(t, twin.Auto, "freezer-1")
	w.user = nil
	w.newGate = func() *gate { return &gate{} }
	w.warmUp()
	w.cabinets[0].worn = true
	for !strings.Contains(w.kinds(), string(twin.DecisionMade)) {
		w.run(sampleEvery)
	}
	w.gate.killAt = w.gate.calls + 2
	w.run(50 * time.Minute)
	if len(w.wrote) != 0 || w.cases()[0].Stage != Proposed {
		t.Errorf("written %+v, the case is %s", w.wrote, w.cases()[0].Stage)
	}
	w.user = approveAs("kim")
	w.run(shift)
	if len(w.wrote) != 1 || w.wrote[0].by != "kim" {
		t.Errorf("written %+v", w.wrote)
	}
	w.settled()
}

// Any mixture of ends of the program, failing calls, writes whose answer is
// lost, lost links and samples in disorder keeps the laws; when the trouble is
// over everything comes to its end.
func TestTroubleOfAllKinds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		rng := rand.New(rand.NewPCG(seed, 7))
		mode := rapid.SampledFrom([]twin.Mode{twin.Approve, twin.Auto}).Draw(rt, "mode")
		w := newWorld(t, mode, "freezer-1", "freezer-2")
		trouble := true
		w.newGate = func() *gate {
			g := &gate{after: rng.IntN(2) == 0, fails: func() bool { return trouble && rng.IntN(6) == 0 }}
			if trouble && w.boots < 20 {
				g.killAt = 1 + rng.IntN(25)
			}
			return g
		}
		w.takes = true
		w.refuse = func(Warrant) error {
			if trouble && rng.IntN(4) == 0 {
				return errFlaky // it has been taken
			}
			return nil
		}
		w.garble = func(s []twin.Sample) []twin.Sample {
			if !trouble {
				return s
			}
			rng.Shuffle(len(s), func(i, k int) { s[i], s[k] = s[k], s[i] })
			return append(s, s[:rng.IntN(len(s))]...)
		}
		w.warmUp()
		for _, c := range w.cabinets {
			switch rng.IntN(4) {
			case 0:
				c.ajar = true
			case 1:
				c.worn = true
			case 2:
				c.worn, c.worsened = true, true
			}
		}
		for range 30 {
			w.dark = rng.IntN(5) == 0
			w.run(time.Duration(1+rng.IntN(20)) * time.Minute)
		}
		trouble, w.dark = false, false
		if w.gate.killAt > 0 {
			w.gate.killAt = 0
		}
		w.run(5 * time.Hour)
		w.settled()
		for _, c := range w.cabinets {
			if c.worsened && c.boost != 0 {
				t.Errorf("%s is left worse than it was", c.id)
			}
		}
		for _, c := range w.cases() {
			if c.Stage == Acting {
				t.Errorf("%s is still %s: %+v", c.Situation.Case, c.Stage, c.Outcome)
			}
		}
		if t.Failed() {
			rt.Fatalf("seed %d: %s\nwritten %+v", seed, w.kinds(), w.wrote)
		}
	})
}
