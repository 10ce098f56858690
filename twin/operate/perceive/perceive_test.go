package perceive

import (
	"bytes"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

var (
	_ operate.Perceiver = (*Perceiver)(nil)
	_ operate.Diagnoser = (*Perceiver)(nil)
)

// storedForTest is the model in the program.
func storedForTest(t testing.TB) *Model {
	t.Helper()
	f, err := assets.Models().Open(ModelName + ".json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	m, err := Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// recorded records a run of a development seed.
func recorded(t testing.TB, site, class string, seed uint64) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), site+"-"+class+"-0001")
	o := record.RunOptions{Draw: scenario.Options{Template: site, Seed: seed, Situation: class}, Step: time.Minute, Between: 5 * time.Second, Out: file + ".run", Truth: file + ".json"}
	if _, err := record.Drawn(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return file + ".run"
}

func TestWhatBefallsASiteIsTold(t *testing.T) {
	m := storedForTest(t)
	for _, row := range []struct {
		site, class string
		seed        uint64
		effects     bool
	}{
		{"store", "door-ajar", 5, false}, {"store", "refrigerant-leak", 97, true}, {"store", "communication-loss", 895, true}, {"store", "normal", 3, false},
		{"home", "stuck-valve", 537, false}, {"home", "car-charging-at-peak", 269, false}, {"home", "normal", 2, false},
	} {
		t.Run(row.site+" "+row.class, func(t *testing.T) {
			s, err := open(recorded(t, row.site, row.class, row.seed))
			if err != nil {
				t.Fatal(err)
			}
			if row.class == "refrigerant-leak" {
				s.run.Site.Hangs = nil // it is plain what hangs on the only rack
			}
			p := New(s.run.Site, m)
			var first *operate.Perception
			err = s.play(t.Context(), func(_ int, st *twin.State, now time.Time) error {
				told, err := p.Perceive(t.Context(), st, now)
				if err != nil {
					return err
				}
				again, err := p.Perceive(t.Context(), st, now.Add(20*time.Second))
				if err != nil || len(again) != len(told) {
					t.Errorf("within a minute it tells %d situations, then %d (%v)", len(told), len(again), err)
				}
				if len(told) > 0 && first == nil {
					first = &told[0]
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if row.class == "normal" {
				if first != nil {
					t.Errorf("on a normal day it tells %s of %s", first.Situation.Class, first.Situation.Asset)
				}
				return
			}
			truth := s.truth.Situations[0]
			if first == nil {
				t.Fatalf("nothing is told of %s at %s", truth.Class, truth.Device)
			}
			x := first.Situation
			if x.Class != truth.Class || x.Asset != truth.Device || x.Detected.Before(truth.Onset) || x.Detected.After(truth.Deadline) || x.Onset.After(x.Detected) {
				t.Errorf("%s at %s from %s is told as %s at %s at %s", truth.Class, truth.Device, truth.Onset, x.Class, x.Asset, x.Detected)
			}
			if c := first.Diagnosis.Causes; len(c) < 2 || c[0].Class != truth.Class || c[0].Part != truth.Part {
				t.Errorf("the diagnosis is %+v", c)
			}
			if (len(first.Effects) > 0) != row.effects || slices.Contains(first.Effects, x.Asset) {
				t.Errorf("its effects are %v", first.Effects)
			}
			checkExplanation(t, s.run.Site, first.Explanation)
		})
	}
}

func checkExplanation(t *testing.T, site *twin.Site, x xai.Explanation) {
	t.Helper()
	sum := x.Base
	for _, a := range x.Attributions {
		sum += a.Share
	}
	if !x.Additive || math.Abs(sum-x.Score) > 1e-6 {
		t.Errorf("base and shares add up to %g, the score is %g", sum, x.Score)
	}
	for _, a := range x.Attributions[:3] {
		if _, ok := site.Signal(twin.SignalID(a.Source)); !ok {
			t.Errorf("%q was seen in %q, which is no signal of the site", a.Feature, a.Source)
		}
	}
	if c := x.Counterfactual; c != nil && c.Claim != None {
		t.Errorf("the counterfactual claims %s", c.Claim)
	}
	if len(x.Faithfulness) == 0 {
		t.Error("how faithful it is was not measured")
	}
}

func TestDiagnoseSaysWhatStands(t *testing.T) {
	m := storedForTest(t)
	s, err := open(recorded(t, "store", "fan-failure", 236))
	if err != nil {
		t.Fatal(err)
	}
	root, deadline := s.truth.Situations[0].Device, s.truth.Situations[0].Deadline
	p := New(s.run.Site, m)
	err = s.play(t.Context(), func(_ int, st *twin.State, now time.Time) error {
		d, x, err := p.Diagnose(t.Context(), st, root, now)
		if err != nil || !now.Equal(deadline) {
			return err
		}
		if d.Abstained || d.Causes[0].Class != "fan-failure" || x.Claim != "fan-failure" {
			t.Errorf("of %s it says %+v, %s", root, d.Causes, x.Claim)
		}
		for _, other := range []twin.AssetID{"chest-1", "rack-1", "hvac-1"} {
			if d, _, err := p.Diagnose(t.Context(), st, other, now); err != nil || d.Causes[0].Class != None {
				t.Errorf("of %s it says %+v (%v)", other, d.Causes[0], err)
			}
		}
		if d, x, err := p.Diagnose(t.Context(), st, "gondola-1", now); err != nil || !d.Abstained || !x.Abstained || d.Why == "" {
			t.Errorf("of shelves it says %+v (%v)", d, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheStoredModelIsFaithful(t *testing.T) {
	m := storedForTest(t)
	for _, site := range []string{"store", "home"} {
		figures := m.Faithfulness(site)
		if len(figures) < 8 {
			t.Errorf("a %s has %d families", site, len(figures))
		}
		for family, list := range figures {
			if why := faith.Verdict(list); why != "" {
				t.Errorf("explanations of %s abstain: %s", family, why)
			}
		}
		if m.Judgement == nil || m.Judgement.Sites[site] == nil || m.Judgement.Sites[site].Runs < 100 {
			t.Errorf("the model was not judged on runs of a %s", site)
		}
	}
	card := Card(m)
	for _, want := range []string{m.Version, "door-ajar", "stuck-valve", "Faithfulness", "lower 95 % bound"} {
		if !strings.Contains(card, want) {
			t.Errorf("the card tells nothing of %q", want)
		}
	}
}

func TestATrainingIsReproducible(t *testing.T) {
	var files []string
	for seed := uint64(1); seed <= 8; seed++ {
		for _, class := range []string{"hot-water-too-cold", "normal"} {
			from := recorded(t, "home", class, seed)
			to := filepath.Join(t.TempDir(), "home-"+class+"-000"+string(rune('0'+seed)))
			for _, ext := range []string{".run", ".json"} {
				copyFile(t, strings.TrimSuffix(from, ".run")+ext, to+ext)
			}
			files = append(files, to+".run")
		}
	}
	train := func() []byte {
		m, err := Train(t.Context(), Training{Files: files, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.Encode(&b); err != nil {
			t.Fatal(err)
		}
		if len(m.parts) != 1 || m.parts["hot-water"] == nil {
			t.Errorf("of runs with one class it learnt %d families", len(m.parts))
		}
		j, err := Evaluate(t.Context(), m, files, nil)
		if err != nil || j.Sites["home"].Right != len(files) {
			t.Errorf("it is right about %+v (%v)", j.Sites["home"], err)
		}
		trained := slices.Clone(m.parts["hot-water"].trees.Faithfulness)
		m.parts["hot-water"].trees.Faithfulness = nil
		if err := Measure(t.Context(), m, Training{Files: files, Seed: 1, Families: []string{"hot-water"}}); err != nil {
			t.Fatal(err)
		}
		if now := m.parts["hot-water"].trees.Faithfulness; len(now) == 0 || !slices.Equal(now, trained) {
			t.Errorf("measured anew its explanations have %v, at the training %v", now, trained)
		}
		return b.Bytes()
	}
	if !bytes.Equal(train(), train()) {
		t.Error("two trainings of one seed differ")
	}
}

// A program that did not run for a while heard nothing: when a site is opened again,
// no gateway is told lost nor a sensor dead of that time.
func TestWhileNobodyListenedNothingFellSilent(t *testing.T) {
	m := storedForTest(t)
	s, err := open(recorded(t, "store", "normal", 3))
	if err != nil {
		t.Fatal(err)
	}
	for _, shut := range []time.Duration{20 * time.Minute, 2 * time.Hour} {
		t.Run(shut.String(), func(t *testing.T) {
			const opened = time.Hour
			st := twin.NewState(s.run.Site)
			r := operate.NewRecalling(func(site *twin.Site) operate.Perceiver { return New(site, m) })
			looked := 0
			for k, now := range s.run.At {
				since := now.Sub(s.run.At[0])
				samples := s.run.Came(k)
				if since >= opened && since < opened+shut {
					continue
				}
				st.Advance(now)
				for _, x := range samples {
					st.Apply(twin.Restamp(x, now))
				}
				if since < opened || since%time.Minute != 0 {
					continue
				}
				told, err := r.Perceive(t.Context(), st, now)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range told {
					t.Fatalf("after %s: %s at %s", since-opened-shut, x.Situation.Class, x.Situation.Asset)
				}
				looked++
			}
			if looked < 60 {
				t.Errorf("the run is too short: %d looks", looked)
			}
		})
	}
}

// Where the explanations of a family are not true to its model, it gives no verdict: what
// stands is told, with why nothing is claimed of its cause.
func TestOfWhatMayNotBeExplainedThereIsNoVerdict(t *testing.T) {
	m := storedForTest(t)
	m.parts["hot-water"].trees.Faithfulness = append(slices.Clone(m.parts["hot-water"].trees.Faithfulness), xai.Figure{Name: faith.ParameterRandomisation, Value: 0.9})
	s, err := open(recorded(t, "home", "hot-water-too-cold", 1))
	if err != nil {
		t.Fatal(err)
	}
	p, seen := New(s.run.Site, m), false
	err = s.play(t.Context(), func(_ int, st *twin.State, now time.Time) error {
		told, err := p.Perceive(t.Context(), st, now)
		for _, x := range told {
			if x.Situation.Class == "hot-water-too-cold" {
				seen = true
				if !x.Diagnosis.Abstained || !x.Explanation.Abstained || !strings.Contains(x.Diagnosis.Why, "0.90") {
					t.Fatalf("the diagnosis abstains: %v (%q), the explanation: %v", x.Diagnosis.Abstained, x.Diagnosis.Why, x.Explanation.Abstained)
				}
			}
		}
		return err
	})
	if err != nil || !seen {
		t.Errorf("it was told: %v (%v)", seen, err)
	}
}

// That all gateways fall silent at once is the line to the plant or a busy machine, and
// no gateway is lost; that of one is told as before (see the runs of a lost gateway).
func TestGatewaysThatFallSilentTogetherAreNotLost(t *testing.T) {
	m := storedForTest(t)
	s, err := open(recorded(t, "store", "normal", 3))
	if err != nil {
		t.Fatal(err)
	}
	st := twin.NewState(s.run.Site)
	p := New(s.run.Site, m)
	minute := 0
	for k, now := range s.run.At {
		st.Advance(now)
		whole := now.Sub(s.run.At[0])%time.Minute == 0
		for _, x := range s.run.Came(k) {
			if minute >= 40 && minute < 46 && !strings.HasPrefix(string(x.Signal), "weather-1/") {
				continue
			}
			st.Apply(twin.Restamp(x, now))
		}
		if !whole {
			continue
		}
		minute++
		told, err := p.Perceive(t.Context(), st, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range told {
			t.Fatalf("in minute %d: %s at %s", minute, x.Situation.Class, x.Situation.Asset)
		}
		if minute > 70 {
			return
		}
	}
	t.Errorf("the run has %d minutes", minute)
}
