package tidy_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
	"github.com/glasstwin/glasstwin/twin/flow/tidy"
)

// line walks along x at 1 m/s from a moment to another, ten fixes a second.
func line(id string, from, to, z float64) twin.Trajectory {
	t := twin.Trajectory{Person: id}
	for k := 0; from+float64(k)/10 <= to; k++ {
		s := from + float64(k)/10
		t.Fixes = append(t.Fixes, twin.Fix{T: s, X: s, Z: z})
	}
	return t
}

func Example() {
	broken := []twin.Trajectory{line("a", 0, 5, 0), line("b", 5.5, 10, 0)} // one person, two ids
	people, report := tidy.Clean(broken, tidy.Options{})
	fmt.Println(len(people), "person,", report.Joins, "joined")
	// Output: 1 person, 1 joined
}

func TestWhatIsMended(t *testing.T) {
	outlier := line("a", 0, 10, 0)
	outlier.Fixes[50].Z = 8
	jump := line("a", 0, 10, 0)
	for i := range jump.Fixes[50:] {
		jump.Fixes[50+i].Z = 8
	}
	gap := line("a", 0, 10, 0)
	gap.Fixes = append(gap.Fixes[:40:40], gap.Fixes[55:]...)
	silence := line("a", 0, 20, 0)
	silence.Fixes = append(silence.Fixes[:40:40], silence.Fixes[140:]...)
	for name, c := range map[string]struct {
		in   []twin.Trajectory
		want tidy.Report
	}{
		"nothing":        {[]twin.Trajectory{line("a", 0, 10, 0)}, tidy.Report{People: 1, Kept: 1}},
		"a place off":    {[]twin.Trajectory{outlier}, tidy.Report{People: 1, Kept: 1, Outliers: 1}},
		"a swapped id":   {[]twin.Trajectory{jump}, tidy.Report{People: 1, Kept: 2, Teleports: 1}},
		"a gap":          {[]twin.Trajectory{gap}, tidy.Report{People: 1, Kept: 1, Gaps: 1}},
		"a long silence": {[]twin.Trajectory{silence}, tidy.Report{People: 1, Kept: 2, Splits: 1}},
		"two who part":   {[]twin.Trajectory{line("a", 0, 5, 0), line("b", 5.4, 10, 0.1), line("c", 5.4, 10, -0.1)}, tidy.Report{People: 3, Kept: 3}},
		"jitter is no run": {[]twin.Trajectory{
			{Person: "a", Fixes: []twin.Fix{{T: 1}, {T: 1.01, X: 0.25}, {T: 1.02, X: 0.5}}}, // as of 25 m/s
			{Person: "b", Fixes: []twin.Fix{{T: 1.12, X: 3}, {T: 1.5, X: 3.4}, {T: 2, X: 4}}},
		}, tidy.Report{People: 2, Kept: 1, Short: 1}},
		"a blink": {[]twin.Trajectory{line("a", 0, 0.2, 0)}, tidy.Report{People: 1, Short: 1}},
	} {
		_, got := tidy.Clean(c.in, tidy.Options{})
		if got.Window, got.Moved = 0, 0; got != c.want { // how far places move is TestSmoothing's
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Who walks evenly is not changed by it, and noise shrinks.
func TestSmoothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		clean, noisy := line("a", 0, 12, 0), line("a", 0, 12, 0)
		for i := range noisy.Fixes {
			noisy.Fixes[i].X += 0.05 * d.NormFloat64()
			noisy.Fixes[i].Z += 0.05 * d.NormFloat64()
		}
		same, _ := tidy.Clean([]twin.Trajectory{clean}, tidy.Options{})
		calm, told := tidy.Clean([]twin.Trajectory{noisy}, tidy.Options{})
		if told.Window != 0.6 || !(told.Moved > 0.005 && told.Moved < 0.15) {
			rt.Fatalf("it is told that %s", told)
		}
		off := func(p []twin.Trajectory) (sum float64) {
			for _, f := range p[0].Fixes {
				sum += math.Hypot(f.X-f.T, f.Z) // it walks along x at 1 m/s
			}
			return sum / float64(len(p[0].Fixes))
		}
		if off(same) > 1e-9 {
			rt.Fatalf("an even walk moved by %g m", off(same))
		}
		if off(calm) > 0.75*off([]twin.Trajectory{noisy}) {
			rt.Fatalf("noise of %.3f m became %.3f m", off([]twin.Trajectory{noisy}), off(calm))
		}
	})
}

// Whatever comes in, times ascend, nobody is faster than allowed for long, and
// ids differ.
func TestWhateverComesIn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var in []twin.Trajectory
		for p := range rapid.IntRange(0, 5).Draw(rt, "people") {
			tr := twin.Trajectory{Person: fmt.Sprint(p)}
			s := rapid.Float64Range(0, 20).Draw(rt, "start")
			for range rapid.IntRange(1, 40).Draw(rt, "fixes") {
				s += rapid.Float64Range(0.01, 3).Draw(rt, "dt")
				tr.Fixes = append(tr.Fixes, twin.Fix{T: s, X: rapid.Float64Range(-20, 20).Draw(rt, "x"), Z: rapid.Float64Range(-20, 20).Draw(rt, "z")})
			}
			in = append(in, tr)
		}
		out, r := tidy.Clean(in, tidy.Options{Smooth: -1})
		if r.Kept != len(out) || r.People != len(in) {
			rt.Fatalf("%v for %d and %d", r, len(in), len(out))
		}
		seen := map[string]bool{}
		for _, p := range out {
			if seen[p.Person] {
				rt.Fatalf("two are called %s", p.Person)
			}
			seen[p.Person] = true
			for i := range p.Fixes[1:] {
				a, b := p.Fixes[i], p.Fixes[i+1]
				if b.T <= a.T {
					rt.Fatalf("time goes back in %s", p.Person)
				}
				if d := math.Hypot(b.X-a.X, b.Z-a.Z); d > 3.5*(b.T-a.T)+0.75 {
					rt.Fatalf("%s goes %.1f m in %.2f s", p.Person, d, b.T-a.T)
				}
			}
		}
	})
}

func TestARealHall(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", "tracks", "edinburgh-01Jul.txt"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no recordings beside the checkout: %v", err)
	}
	defer f.Close()
	rec, err := tracks.Read("edinburgh-01Jul.txt", f, tracks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	people, r := tidy.Clean(rec.People, tidy.Options{})
	t.Log(r)
	if r.Kept < 1000 || len(people) != r.Kept {
		t.Errorf("%v", r)
	}
}
