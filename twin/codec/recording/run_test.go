package recording

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/twin"
)

// recorded is a short house, read in quarters of an hour, and its truth.
func recorded(t testing.TB) (file string, bytes []byte) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "home")
	o := record.RunOptions{Draw: scenario.Options{Template: "home", Seed: 3, Situation: "hot-water-too-cold"}, Step: 15 * time.Minute, Out: file + ".run", Truth: file + ".json"}
	if _, err := record.Drawn(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(file + ".run")
	if err != nil {
		t.Fatal(err)
	}
	return file + ".run", bytes
}

func TestARunIsRead(t *testing.T) {
	file, _ := recorded(t)
	r, truth, err := OpenRun(file)
	if err != nil {
		t.Fatal(err)
	}
	if r.Template != "home" || r.Seed != 3 || len(r.At) < 20 || r.At[1].Sub(r.At[0]) != 15*time.Minute || !r.At[0].Equal(truth.Start) {
		t.Errorf("read %s of seed %d, %d readings from %s", r.Template, r.Seed, len(r.At), r.At[0])
	}
	if s := truth.Situations; len(s) != 1 || s[0].Class != "hot-water-too-cold" || s[0].Device != "hot-water-1" || s[0].Part != "controller" {
		t.Errorf("the truth is %+v", s)
	}
	st := twin.NewState(r.Site)
	for k := range r.At {
		for _, s := range r.Came(k) {
			st.Apply(s)
		}
	}
	if a, ok := r.Site.Asset("hot-water-1"); !ok || a.Class != "hot-water-tank" {
		t.Errorf("the site has %+v", a)
	}
	if s := st.Latest("hot-water-1/temperature"); s.Quality != twin.Good || s.Value < 20 || s.Value > 70 {
		t.Errorf("the tank has %+v", s)
	}
}

func TestWhatIsNoRunIsSaid(t *testing.T) {
	file, whole := recorded(t)
	for name, bad := range map[string][]byte{
		"is no run":   []byte("time,signal,value\n"),
		"a.run":       whole[:len(whole)/2],
		"head":        append([]byte(runMagic), whole[:20]...),
		"its first":   nil,
		"its head is": whole[:len(runMagic)+12],
	} {
		_, err := ReadRun("a.run", bytes.NewReader(bad))
		if err == nil || !strings.Contains(err.Error(), "a.run: ") || !strings.Contains(err.Error(), name) {
			t.Errorf("%q gave %v", name, err)
		}
	}
	if err := os.Remove(strings.TrimSuffix(file, ".run") + ".json"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := OpenRun(file); err == nil || !strings.Contains(err.Error(), "truth") {
		t.Errorf("without its truth it gave %v", err)
	}
	for _, bad := range []string{"", "[]", "{}", `{"template":"home","start":"2026-01-01T00:00:00Z","until":"2026-01-01T02:00:00Z","situations":[{"class":"x"}]}`} {
		if _, err := ReadRunTruth("a.json", strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "a.json: ") {
			t.Errorf("%q gave %v", bad, err)
		}
	}
}

func FuzzReadRun(f *testing.F) {
	_, whole := recorded(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte(runMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadRun("a.run", bytes.NewReader(data))
		if err != nil {
			return
		}
		st := twin.NewState(r.Site)
		for k := range r.At {
			for _, s := range r.Came(k) {
				st.Apply(s)
			}
		}
	})
}

func BenchmarkReadRun(b *testing.B) {
	_, whole := recorded(b)
	for b.Loop() {
		if _, err := ReadRun("a.run", bytes.NewReader(whole)); err != nil {
			b.Fatal(err)
		}
	}
}
