package twin

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)

func cabinet() *Site {
	return &Site{
		Assets: []Asset{{ID: "freezer-2"}},
		Signals: []Signal{
			{ID: "freezer-2/air", Asset: "freezer-2", Name: "air", Expected: time.Minute},
			{ID: "freezer-2/mode", Asset: "freezer-2", Name: "mode"},
		},
	}
}

// model is a State without any cleverness: every sample that counts, in a list.
type model []Sample

func (m *model) apply(s Sample) bool {
	if s.Signal != "freezer-2/air" && s.Signal != "freezer-2/mode" {
		return false
	}
	for _, x := range *m {
		if x.Signal == s.Signal && !s.At.After(x.At) {
			return false
		}
	}
	if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
		s.Quality = Bad
	}
	*m = append(*m, s)
	return true
}

func (m model) window(id SignalID, from, to time.Time) []Sample {
	var out []Sample
	for _, x := range m {
		if x.Signal == id && x.At.After(from) && !x.At.After(to) {
			out = append(out, x)
		}
	}
	return out
}

func sampleGen(t *rapid.T) Sample {
	return Sample{
		Signal:  rapid.SampledFrom([]SignalID{"freezer-2/air", "freezer-2/air", "freezer-2/mode", "nobody/x"}).Draw(t, "signal"),
		At:      noon.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "at")) * time.Second),
		Value:   rapid.SampledFrom([]float64{-20, 0, 4.5, math.NaN(), math.Inf(1)}).Draw(t, "value"),
		Quality: rapid.SampledFrom([]Quality{Good, Uncertain, Bad}).Draw(t, "quality"),
	}
}

func equal(a, b []Sample) bool {
	return fmt.Sprint(a) == fmt.Sprint(b) // NaN equals NaN here
}

// A state is what the list of its samples says, whatever comes in whatever
// order, within what it keeps.
func TestStateEqualsTheListOfItsSamples(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st, m := NewState(cabinet()), model{}
		for range rapid.IntRange(0, 80).Draw(t, "samples") {
			s := sampleGen(t)
			if got, want := st.Apply(s), m.apply(s); got != want {
				t.Fatalf("%+v: taken %v, want %v", s, got, want)
			}
		}
		var now time.Time
		for _, x := range m {
			if x.At.After(now) {
				now = x.At
			}
		}
		if !st.Now().Equal(now) {
			t.Fatalf("now %s, want %s", st.Now(), now)
		}
		for range 5 {
			from := noon.Add(time.Duration(rapid.IntRange(-10, 5010).Draw(t, "from")) * time.Second)
			to := noon.Add(time.Duration(rapid.IntRange(-10, 5010).Draw(t, "to")) * time.Second)
			for _, id := range []SignalID{"freezer-2/air", "freezer-2/mode", "nobody/x"} {
				if got, want := st.Window(id, from, to), m.window(id, from, to); !equal(got, want) {
					t.Fatalf("%s from %s to %s: got %v, want %v", id, from, to, got, want)
				}
			}
		}
	})
}

// Duplicates and late samples change nothing: applied again, in any order, all
// samples leave the state as it was.
func TestApplyingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []Sample
		st := NewState(cabinet())
		for range rapid.IntRange(1, 60).Draw(t, "samples") {
			s := sampleGen(t)
			all = append(all, s)
			st.Apply(s)
		}
		before := fmt.Sprint(st.Now(), st.Latest("freezer-2/air"), st.Latest("freezer-2/mode"), st.Window("freezer-2/air", time.Time{}, st.Now()))
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rng.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		for _, s := range all {
			if s.At.After(st.Now()) {
				continue // it was refused as unknown
			}
			if st.Latest(s.Signal).Quality != Missing && !s.At.After(st.Latest(s.Signal).At) && st.Apply(s) {
				t.Fatalf("%+v was taken again", s)
			}
		}
		if after := fmt.Sprint(st.Now(), st.Latest("freezer-2/air"), st.Latest("freezer-2/mode"), st.Window("freezer-2/air", time.Time{}, st.Now())); after != before {
			t.Fatalf("before %s\nafter  %s", before, after)
		}
	})
}

func TestAbsenceIsVisible(t *testing.T) {
	st := NewState(cabinet())
	if s := st.Latest("freezer-2/air"); s.Quality != Missing || s.Live() || !math.IsNaN(s.Value) {
		t.Errorf("before the first sample: %+v", s)
	}
	if _, ok := st.Age("freezer-2/air"); ok {
		t.Error("what was never seen has an age")
	}
	st.Apply(Sample{Signal: "freezer-2/air", At: noon, Value: -20, Quality: Good})
	for after, want := range map[time.Duration]Quality{0: Good, time.Minute: Good, time.Minute + 1: Stale, time.Hour: Stale} {
		st := NewState(cabinet())
		st.Apply(Sample{Signal: "freezer-2/air", At: noon, Value: -20, Quality: Good})
		st.Apply(Sample{Signal: "freezer-2/mode", At: noon.Add(after), Value: 1, Quality: Good})
		if got := st.Latest("freezer-2/air"); got.Quality != want || got.Value != -20 {
			t.Errorf("%s later: %+v, want %s", after, got, want)
		}
		if age, ok := st.Age("freezer-2/air"); !ok || age != after {
			t.Errorf("%s later the age is %s", after, age)
		}
		if got := st.Latest("freezer-2/mode"); got.Quality != Good {
			t.Errorf("a signal without an expected pace: %+v", got)
		}
	}
	st.Advance(noon.Add(-time.Hour))
	if got := st.Latest("freezer-2/air"); got.Quality != Good || !st.Now().Equal(noon) {
		t.Errorf("time went back: %+v at %s", got, st.Now())
	}
	later := NewState(cabinet())
	later.Apply(Sample{Signal: "freezer-2/air", At: noon, Value: -20, Quality: Good})
	later.Advance(noon.Add(time.Hour))
	if got := later.Latest("freezer-2/air"); got.Quality != Stale {
		t.Errorf("an hour without news: %+v", got)
	}
	st.SetLinked(false)
	if got := st.Latest("freezer-2/air"); got.Quality != Stale || st.Linked() {
		t.Errorf("with the link lost: %+v", got)
	}
	st.SetLinked(true)
	if got := st.Latest("freezer-2/air"); got.Quality != Good {
		t.Errorf("with the link back: %+v", got)
	}
	st.Apply(Sample{Signal: "freezer-2/air", At: noon.Add(time.Second), Value: math.NaN(), Quality: Good})
	st.SetLinked(false)
	if got := st.Latest("freezer-2/air"); got.Quality != Bad {
		t.Errorf("what the plant calls bad stays bad: %+v", got)
	}
}

// A state forgets what is older than it keeps, and nothing else.
func TestStateKeepsWhatItPromises(t *testing.T) {
	st := NewState(cabinet())
	for i := range 20_000 {
		st.Apply(Sample{Signal: "freezer-2/air", At: noon.Add(time.Duration(i) * time.Second), Value: float64(i), Quality: Good})
	}
	kept := st.Window("freezer-2/air", st.Now().Add(-HistoryKept), st.Now())
	if want := int(HistoryKept / time.Second); len(kept) != want {
		t.Errorf("%d samples of the last %s, want %d", len(kept), HistoryKept, want)
	}
	if all := st.Window("freezer-2/air", time.Time{}, st.Now()); len(all) > len(kept)+64 {
		t.Errorf("%d samples are held where %d are promised", len(all), len(kept))
	}
}

func TestSiteFindsItsOwn(t *testing.T) {
	s := cabinet()
	if a, ok := s.Asset("freezer-2"); !ok || a.ID != "freezer-2" {
		t.Error("the asset was not found")
	}
	if g, ok := s.Signal(SignalOf("freezer-2", "air")); !ok || g.Name != "air" {
		t.Error("the signal was not found")
	}
	if _, ok := s.Asset("nobody"); ok {
		t.Error("an asset that is none")
	}
	if _, ok := s.Signal("nobody/x"); ok {
		t.Error("a signal that is none")
	}
	if st := NewState(s); !reflect.DeepEqual(st.Site(), s) {
		t.Error("a state of another site")
	}
}

func ExampleState() {
	site := &Site{Signals: []Signal{
		{ID: "freezer-2/temperature", Expected: time.Minute},
		{ID: "freezer-2/power", Expected: time.Minute},
	}}
	st := NewState(site)
	at := time.Date(2026, 5, 12, 12, 0, 0, 0, time.UTC)
	st.Apply(Sample{Signal: "freezer-2/temperature", At: at, Value: -20.5, Quality: Good})
	st.Apply(Sample{Signal: "freezer-2/power", At: at.Add(5 * time.Minute), Value: 310, Quality: Good})
	fmt.Println(st.Latest("freezer-2/power").Quality, st.Latest("freezer-2/temperature").Quality, st.Latest("freezer-2/door").Quality)
	// Output: good stale missing
}

func BenchmarkApply(b *testing.B) {
	st := NewState(cabinet())
	for i := range b.N {
		st.Apply(Sample{Signal: "freezer-2/air", At: noon.Add(time.Duration(i) * time.Second), Value: 1, Quality: Good})
	}
}

func TestARefittedStateKeepsWhatStays(t *testing.T) {
	at := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	before := &Site{Signals: []Signal{{ID: "a/x", Unit: "°C"}, {ID: "a/y", Unit: "°C"}, {ID: "b/x"}}}
	st := NewState(before)
	for _, g := range before.Signals {
		st.Apply(Sample{Signal: g.ID, At: at, Value: 4, Quality: Good})
	}
	after := &Site{Signals: []Signal{{ID: "a/x", Unit: "°C"}, {ID: "a/y", Unit: "W"}, {ID: "c/x"}}}
	st.Refit(after)
	if x := st.Latest("a/x"); x.Value != 4 || !x.Live() || st.Site() != after || !st.Now().Equal(at) {
		t.Errorf("what stays reads %+v", x)
	}
	for _, id := range []SignalID{"a/y", "b/x", "c/x"} { // another unit, gone, new
		if x := st.Latest(id); x.Quality != Missing {
			t.Errorf("%s reads %+v", id, x)
		}
	}
	if !st.Apply(Sample{Signal: "c/x", At: at, Value: 1, Quality: Good}) || st.Apply(Sample{Signal: "b/x", At: at.Add(time.Second), Value: 1, Quality: Good}) {
		t.Error("a new signal is not taken, or one that is gone is")
	}
}
