package baseline

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// stored are the residuals in the program of a kind of site.
func stored(t *testing.T, site string) *Residuals {
	t.Helper()
	f, err := assets.Models().Open(NearestName + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := ReadFile(NearestName+".json", f)
	if err != nil {
		t.Fatal(err)
	}
	if file.Sites[site] == nil {
		t.Fatalf("it holds nothing of a %s", site)
	}
	return file.Sites[site]
}

// usualOne is a signal that is at mean all day, give or take one.
func usualOne(mean float64) *Usual {
	u := &Usual{Spread: [measures]float64{1, 1, 0.1}}
	for h := range u.Level {
		u.Level[h] = mean
	}
	return u
}

// TestNearest: the situation whose signature is nearest is claimed at the asset that
// shows it, once that is far enough from its normal day for long enough.
func TestNearest(t *testing.T) {
	dawn := time.Date(2026, 5, 12, 8, 0, 0, 0, time.UTC)
	site := &twin.Site{ID: "shop"}
	of := &Residuals{Threshold: 1, Usual: map[twin.SignalID]*Usual{}, Reach: map[string]float64{"freezer": 1.2}, Signatures: []Signature{
		{Class: "warm", Part: "door", At: "freezer", Mean: pattern{"air": {6}, "fan": {0}}},
		{Class: "weak", Part: "fan", At: "freezer", Mean: pattern{"air": {2}, "fan": {-6}}},
		{Class: "elsewhere", Part: "lamp", At: "light", Mean: pattern{"air": {4}, "fan": {-4}}},
	}}
	for _, id := range []twin.AssetID{"f-1", "f-2", "unknown"} {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: "freezer"})
		for name, mean := range map[string]float64{"air": -20, "fan": 60} {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name})
			if id != "unknown" {
				of.Usual[twin.SignalOf(id, name)] = usualOne(mean)
			}
		}
	}
	const starts, lasts = 60, 120
	for _, row := range []struct {
		name   string
		change map[twin.SignalID]float64 // added from the sixtieth minute on
		until  int
		want   key
	}{
		{"a normal day", nil, lasts, key{}},
		{"warm", map[twin.SignalID]float64{"f-2/air": 5}, lasts, key{"warm", "f-2"}},
		{"a weak fan", map[twin.SignalID]float64{"f-1/air": 1, "f-1/fan": -7}, lasts, key{"weak", "f-1"}},
		{"the farther of two", map[twin.SignalID]float64{"f-1/air": 4, "f-2/fan": -8}, lasts, key{"weak", "f-2"}},
		{"too little", map[twin.SignalID]float64{"f-1/air": 1}, lasts, key{}},
		{"what was not there when it was learnt", map[twin.SignalID]float64{"unknown/air": 50}, lasts, key{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			st, n := twin.NewState(site), NewNearest(site, of)
			told := map[key]bool{}
			for m := range lasts {
				now := dawn.Add(time.Duration(m) * time.Minute)
				for _, g := range site.Signals {
					x := map[string]float64{"air": -20, "fan": 60}[g.Name]
					if m >= starts && m < row.until {
						x += row.change[g.ID]
					}
					st.Apply(twin.Sample{Signal: g.ID, At: now, Value: x, Quality: twin.Good})
				}
				list, err := n.Perceive(t.Context(), st, now)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range list {
					told[key{p.Situation.Class, p.Situation.Asset}] = true
					if p.Situation.Onset.Before(dawn.Add(starts*time.Minute)) || p.Diagnosis.Causes[0].Class != p.Situation.Class {
						t.Errorf("minute %d: %+v", m, p)
					}
				}
			}
			if row.want.class == "" && len(told) != 0 || row.want.class != "" && (len(told) != 1 || !told[row.want]) {
				t.Errorf("told %v, want %v", told, row.want)
			}
		})
	}
}

// TestStanding: what is beyond the threshold for five minutes is claimed, and stands
// until it is not.
func TestStanding(t *testing.T) {
	dawn := time.Date(2026, 5, 12, 8, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name      string
		from, to  int // minutes beyond the threshold
		told, end int // minutes in which it stands, end not among them
	}{
		{"long enough", 30, 40, 35, 40},
		{"too short", 30, 34, 0, 0},
		{"while little was seen", 2, 40, 25, 40},
	} {
		s := standing{threshold: 2}
		for m := range 60 {
			seen := []sighting{{Signature: &Signature{Class: "warm"}, asset: "f-1", ratio: 1}, {Signature: &Signature{Class: "weak"}, asset: "f-2", ratio: 1.9}}
			if m >= row.from && m < row.to {
				seen[0].ratio = 2.5
			}
			c, ok := s.step(seen, dawn.Add(time.Duration(m)*time.Minute))
			if want := m >= row.told && m < row.end; ok != want || ok && (c.asset != "f-1" || c.Class != "warm") {
				t.Errorf("%s: minute %d: %v %v", row.name, m, c, ok)
			}
		}
	}
}

// TestStored: what is stored in the program tells two situations of runs that it
// was not learnt of.
func TestStored(t *testing.T) {
	of := stored(t, "home")
	stored(t, "store")
	for class, seed := range map[string]uint64{"battery-idle": 5201, "car-charging-at-peak": 5203} {
		t.Run(class, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "home")
			o := record.RunOptions{Draw: scenario.Options{Template: "home", Seed: seed, Situation: class}, Step: time.Minute, Out: file + ".run", Truth: file + ".json"}
			if _, err := record.Drawn(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			run, truth, err := recording.OpenRun(file + ".run")
			if err != nil {
				t.Fatal(err)
			}
			n, x := NewNearest(run.Site, of), truth.Situations[0]
			var first *operate.Perception
			err = (&lesson{run: run, truth: truth}).play(t.Context(), time.Minute, func(st *twin.State, now time.Time) bool {
				list, err := n.Perceive(t.Context(), st, now)
				if err != nil {
					t.Error(err)
				}
				if len(list) > 0 {
					first = &list[0]
				}
				return first == nil && now.Before(x.Deadline)
			})
			if err != nil {
				t.Fatal(err)
			}
			if first == nil || first.Situation.Class != x.Class || first.Situation.Asset != x.Device || first.Situation.Detected.Before(x.Onset) {
				t.Errorf("it told %+v of %+v", first, x)
			}
		})
	}
}

// TestReadFileRefuses: what cannot be read is named with the mend.
func TestReadFileRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":     "residuals",
		"no byte":     "",
		"cut":         `{"format":1,"sites":{"sto`,
		"wrong type":  `{"format":1,"sites":[1]}`,
		"no site":     `{"format":1,"store":{}}`,
		"format":      `{"format":9}`,
		"empty":       `{"format":1,"sites":{"store":{}}}`,
		"no spread":   `{"format":1,"sites":{"store":{"threshold":1,"usual":{"a/b":{}},"reach":{"x":1},"signatures":[{"class":"c","at":"x","mean":{"b":[1,0,0]}}]}}}`,
		"too far":     `{"format":1,"sites":{"store":{"threshold":1,"usual":{"a/b":{"spread":[1,1,1]}},"reach":{"x":1},"signatures":[{"class":"c","at":"x","mean":{"b":[99,0,0]}}]}}}`,
		"no reach":    `{"format":1,"sites":{"store":{"threshold":1,"usual":{"a/b":{"spread":[1,1,1]}},"signatures":[{"class":"c","at":"x","mean":{"b":[1,0,0]}}]}}}`,
		"nothing set": `{"format":1,"sites":{"store":null}}`,
		"too long":    strings.Repeat(" ", fileMax+1),
	} {
		if _, err := ReadFile("a.json", strings.NewReader(text)); err == nil || !strings.HasPrefix(err.Error(), "a.json: ") || !strings.Contains(err.Error(), "glasstwin train") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadFile: whatever is read is refused, or is written and read again.
func FuzzReadFile(f *testing.F) {
	f.Add([]byte(`{"format":1,"sites":{"store":{"threshold":1,"usual":{"a/b":{"spread":[1,1,1]}},"reach":{"x":1},"signatures":[{"class":"c","at":"x","mean":{"b":[1,0,0]}}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := ReadFile("a.json", bytes.NewReader(data))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := file.Encode(&again); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile("a.json", &again); err != nil {
			t.Error(err)
		}
	})
}
