package app_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// shop is a freezer whose door the close command shuts, a light, and a sign that
// tells its value only when it changes; they live on a clock of their own.
type shop struct {
	now   time.Time
	air   float64
	ajar  bool
	dark  bool // the link is down
	signs int
}

func shopSite() *twin.Site {
	s := &twin.Site{ID: "shop", Modes: map[twin.ActionClass]twin.Mode{"close-door": twin.Approve}}
	for _, a := range []twin.AssetID{"freezer-1", "light-1", "sign-1", "shelf-1"} {
		s.Assets = append(s.Assets, twin.Asset{ID: a, Name: string(a), Class: string(a)})
	}
	for id, expected := range map[twin.SignalID]time.Duration{
		"freezer-1/air-temperature": 2 * time.Minute, "freezer-1/set-point": 2 * time.Minute, "freezer-1/door-close-command": 2 * time.Minute,
		"light-1/level": 2 * time.Minute, "sign-1/text": 0,
	} {
		asset, name, _ := strings.Cut(string(id), "/")
		s.Signals = append(s.Signals, twin.Signal{
			ID: id, Asset: twin.AssetID(asset), Name: name, Kind: twin.Analog, Expected: expected, Writable: name == "door-close-command",
			Unit: map[string]string{"level": "%"}[name],
		})
	}
	slices.SortFunc(s.Signals, func(a, b twin.Signal) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return s
}

const shopStep = 30 * time.Second

func (p *shop) step() []twin.Sample {
	p.now = p.now.Add(shopStep)
	end := -20.0
	if p.ajar {
		end = -8
	}
	p.air += (end - p.air) * (1 - math.Exp(-shopStep.Seconds()/360))
	var out []twin.Sample
	for id, v := range map[twin.SignalID]float64{
		"freezer-1/air-temperature": p.air + 0.05*math.Sin(float64(p.now.Unix())), "freezer-1/set-point": -20,
		"freezer-1/door-close-command": 0, "light-1/level": 80,
	} {
		out = append(out, twin.Sample{Signal: id, At: p.now, Value: v, Quality: twin.Good})
	}
	if p.signs%200 == 0 {
		out = append(out, twin.Sample{Signal: "sign-1/text", At: p.now, Value: float64(p.signs), Quality: twin.Good})
	}
	p.signs++
	return out
}

func (p *shop) Write(_ context.Context, w operate.Warrant) error {
	if p.dark {
		return errors.New("no link")
	}
	if err := w.Check(p.now); err != nil {
		return err
	}
	p.ajar = false
	return nil
}

func (p *shop) Read(context.Context, []twin.SignalID) ([]twin.Sample, error) {
	return nil, errors.New("no need")
}

func (p *shop) Diagnose(_ context.Context, st *twin.State, asset twin.AssetID, _ time.Time) (twin.Diagnosis, xai.Explanation, error) {
	cause := twin.Cause{Class: "normal", Probability: 0.9}
	if x := st.Latest(twin.SignalOf(asset, "air-temperature")); x.Value > -18 {
		cause = twin.Cause{Class: "door-ajar", Part: "door", Probability: 0.95}
	}
	return twin.Diagnosis{Causes: []twin.Cause{cause}, Model: "test", Version: "1"}, xai.Explanation{Claim: cause.Class, Confidence: cause.Probability}, nil
}

// run is one run of the program on a site's folder.
type run struct {
	t     testing.TB
	plant *shop
	store *bus.Store
	*app.Session
}

var ctx = context.Background()

func start(t testing.TB, dir string, plant *shop) *run {
	t.Helper()
	return startOn(t, dir, plant, shopSite(), nil)
}

// startOn is start on another site of the shop; draw is as of app.Parts.
func startOn(t testing.TB, dir string, plant *shop, site *twin.Site, draw func(context.Context, *twin.Site) (app.Fit, error)) *run {
	t.Helper()
	store, err := bus.Open(ctx, bus.Options{Dir: filepath.Join(dir, "journal"), Now: func() time.Time { return plant.now }})
	if err != nil {
		t.Fatal(err)
	}
	recorder, err := app.NewRecorder(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	operator, err := operate.New(operate.Config{
		Site: site, Plant: plant, Journal: recorder, Diagnoser: plant, Now: func() time.Time { return plant.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	sc := shopScene()
	d := depict.New(site, sc, partOf)
	s := app.NewSession(app.Parts{
		Site: site, Scene: sc, Store: store, Recorder: recorder, Operator: operator, Draw: draw, Watched: operator.Watched,
		Look: func(ctx context.Context, st *twin.State, at time.Time) ([]twin.Watched, error) {
			return operate.Look(ctx, plant, st, nil, at)
		},
		Now:    func() time.Time { return plant.now },
		Depict: func(v app.View) overlay.Set { return d.Depict(v, plainWords{}, depict.Everything) },
	})
	return &run{t: t, plant: plant, store: store, Session: s}
}

// shopScene draws every asset as a triangle, the freezer with a door that a
// signal turns.
func shopScene() *scene.Scene {
	var sc scene.Scene
	mesh := sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{{
		Positions: []float32{0, 0, 0, 1, 0, 0, 0, 1, 1}, Normals: make([]float32, 9), Indices: []uint32{0, 1, 2},
		Material: sc.AddMaterial(scene.Material{Name: "steel"}),
	}}})
	hinge := sc.AddJoint(scene.Joint{Kind: scene.Revolute, Axis: geom.Vec3{0, 1, 0}, Min: 0, Max: 2, Drive: "light-1/level"})
	for _, entity := range []string{"freezer-1", "light-1", "sign-1", "shelf-1"} {
		root := sc.AddNode(scene.Node{Parent: scene.None, Mesh: mesh, Joint: scene.None, Entity: entity, Local: geom.Identity()})
		if entity == "freezer-1" {
			sc.AddNode(scene.Node{Parent: root, Mesh: mesh, Joint: hinge, Part: "door", Local: geom.Identity()})
		}
	}
	return &sc
}

func (r *run) link(up bool, reason string) {
	r.t.Helper()
	r.plant.dark = !up
	if err := r.LinkChanged(ctx, "sim", up, reason); err != nil {
		r.t.Fatal(err)
	}
}

// lasts lets the plant and the program go on, and calls each for every view.
func (r *run) lasts(d time.Duration, each func(app.View)) {
	r.t.Helper()
	for end := r.plant.now.Add(d); r.plant.now.Before(end); {
		samples := r.plant.step()
		if !r.plant.dark {
			if err := r.Receive(samples); err != nil {
				r.t.Fatal(err)
			}
		}
		r.Turn(ctx)
		if err := r.Trouble(); err != nil {
			r.t.Fatal(err)
		}
		if each != nil {
			each(r.now())
		}
	}
}

func (r *run) now() app.View {
	r.t.Helper()
	v, err := r.View(ctx, time.Time{})
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func (r *run) back(at time.Time) app.View {
	r.t.Helper()
	v, err := r.View(ctx, at)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func (r *run) recall() {
	r.t.Helper()
	if err := r.Recall(ctx); err != nil {
		r.t.Fatal(err)
	}
}

func (r *run) end() {
	r.t.Helper()
	if err := r.store.Close(ctx); err != nil {
		r.t.Fatal(err)
	}
}

func grey(v app.View) map[string]bool {
	out := map[string]bool{}
	for _, x := range v.Overlays.Tints {
		if x.Grey {
			out[x.Entity] = true
		}
	}
	return out
}

func TestALostLinkShowsAtOnce(t *testing.T) {
	r := start(t, t.TempDir(), &shop{now: noon, air: -20})
	defer r.end()
	r.recall()
	if v := r.now(); v.Linked || v.LinkNote == "" || !grey(v)["freezer-1"] || grey(v)["shelf-1"] {
		t.Errorf("before the first link: %v, %q, grey %v", v.Linked, v.LinkNote, grey(v))
	}
	r.link(true, "")
	r.lasts(5*time.Minute, nil)
	if v := r.now(); !v.Linked || len(grey(v)) != 0 || !v.Samples["freezer-1/air-temperature"].Live() {
		t.Errorf("linked: %v, grey %v, %+v", v.Linked, grey(v), v.Samples["freezer-1/air-temperature"])
	}
	before := r.now()
	r.link(false, "cable")
	v := r.now()
	if v.Linked || v.LinkNote != "cable" || !grey(v)["freezer-1"] || !grey(v)["sign-1"] || grey(v)["shelf-1"] {
		t.Errorf("lost: %v, %q, grey %v", v.Linked, v.LinkNote, grey(v))
	}
	for id, x := range v.Samples {
		if x.Live() || x.Quality != twin.Stale || x.Value != before.Samples[id].Value {
			t.Errorf("%s is dressed as live: %+v", id, x)
		}
	}
	r.lasts(10*time.Minute, nil)
	if v := r.now(); v.LostFor != 10*time.Minute {
		t.Errorf("lost for %s", v.LostFor)
	}
	r.link(true, "")
	r.lasts(shopStep, nil)
	if v := r.now(); !v.Linked || len(grey(v)) != 0 {
		t.Errorf("back: %v, grey %v", v.Linked, grey(v))
	}
	in := r.back(before.At.Add(5 * time.Minute)) // in the gap nothing is live
	if in.Linked || in.LinkNote != "cable" || !grey(in)["freezer-1"] || in.LostFor.Round(time.Second) != 5*time.Minute {
		t.Errorf("looking back into the gap: %v, %q, grey %v, lost for %s", in.Linked, in.LinkNote, grey(in), in.LostFor)
	}
	if out := r.back(before.At); !out.Linked || len(grey(out)) != 0 {
		t.Errorf("looking back before it: %v, grey %v", out.Linked, grey(out))
	}
}

// told is what two views of the same moment must agree on: continuous joints
// turn with the screen's time, and the time line is always of the present.
func told(v app.View) app.View {
	v.Live, v.From, v.To, v.Marks, v.LostFor = false, time.Time{}, time.Time{}, nil, 0
	return v
}

// Looking back shows what was seen live at that moment, in the same run and
// after a restart, through a whole case with a lost link in it.
func TestLookingBackShowsWhatWasSeen(t *testing.T) {
	dir := t.TempDir()
	plant := &shop{now: noon, air: -20}
	r := start(t, dir, plant)
	r.recall()
	r.link(true, "")
	var live []app.View
	keep := func(v app.View) {
		// An event of this turn is dated like its samples: the last view of a
		// moment is the one that stands.
		if n := len(live); n > 0 && live[n-1].At.Equal(v.At) {
			live[n-1] = v
			return
		}
		live = append(live, v)
		for _, c := range v.Cases {
			if c.Stage == app.Proposed && c.Decision == nil && c.Mode == twin.Approve {
				if err := r.Approve(ctx, c.Proposal.ID, "kim"); err != nil {
					t.Fatal(err)
				}
				live[len(live)-1] = r.now()
			}
		}
	}
	r.lasts(80*time.Minute, keep)
	plant.ajar = true
	r.lasts(20*time.Minute, keep)
	r.link(false, "cable")
	r.lasts(7*time.Minute, nil)
	r.link(true, "")
	r.lasts(50*time.Minute, keep)
	last := live[len(live)-1]
	if len(last.Cases) != 1 || last.Cases[0].Outcome == nil || last.Cases[0].Outcome.Result != twin.Verified || plant.ajar {
		t.Fatalf("the story went otherwise: %+v", last.Cases)
	}
	agree := func(rt *rapid.T) {
		want := live[rapid.IntRange(0, len(live)-1).Draw(rt, "view")]
		got := r.back(want.At)
		if diff := cmp.Diff(told(want), told(got), cmpopts.EquateNaNs(), cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("at %s (-seen live +looking back):\n%.3000s", want.At.Format(time.TimeOnly), diff)
		}
	}
	rapid.Check(t, agree)
	r.end()
	r = start(t, dir, plant)
	defer func() { r.end() }()
	r.recall()
	rapid.Check(t, agree)

	v := r.now() // the restart knows the state, and that it is not live
	if v.Linked || !grey(v)["freezer-1"] || v.Samples["freezer-1/air-temperature"].Value != last.Samples["freezer-1/air-temperature"].Value {
		t.Errorf("after the restart: linked %v, grey %v, %+v", v.Linked, grey(v), v.Samples["freezer-1/air-temperature"])
	}
	if !reflect.DeepEqual(stages(v), stages(last)) || !v.At.Equal(last.At) {
		t.Errorf("cases %v at %s, were %v at %s", stages(v), v.At, stages(last), last.At)
	}
	plant.now = plant.now.Add(30 * time.Minute)
	r.link(true, "")
	r.lasts(time.Minute, nil)
	if in := r.back(last.At.Add(10 * time.Minute)); in.Linked || in.LinkNote != "the program ended" || !grey(in)["freezer-1"] {
		t.Errorf("while no program ran: linked %v, %q, grey %v", in.Linked, in.LinkNote, grey(in))
	}
	if verdict, err := r.store.Verify(ctx); err != nil || verdict.Events == 0 {
		t.Errorf("%+v %v", verdict, err)
	}
}

// Why nothing happened is told of now as the operator has it, and of the past
// from the readings of then; so are the series at the ends of an arrow.
func TestAPastMomentIsLookedAtAnew(t *testing.T) {
	plant := &shop{now: noon, air: -20}
	r := start(t, t.TempDir(), plant)
	defer func() { r.end() }()
	r.recall()
	r.link(true, "")
	var seen []app.View
	keep := func(v app.View) { seen = append(seen, v) }
	r.lasts(40*time.Minute, keep)
	quiet := seen[len(seen)-1].At
	plant.ajar = true
	r.lasts(10*time.Minute, keep)
	of := func(at time.Time) twin.Watched {
		t.Helper()
		list, err := r.Watched(ctx, at)
		if err != nil || len(list) != 1 || list[0].Asset != "freezer-1" {
			t.Fatalf("at %s: %+v, %v", at, list, err)
		}
		return list[0]
	}
	now, then := of(time.Time{}), of(quiet)
	if now.Case == "" || now.Looked.Before(quiet) {
		t.Errorf("the door stands open, and it is %+v", now)
	}
	if then.Case != "" || then.Over == nil || *then.Over > 0 || !then.Looked.Equal(quiet) {
		t.Errorf("before, it was %+v", then)
	}
	onset := quiet.Add(time.Minute)
	for _, at := range []time.Time{{}, seen[len(seen)-1].At} {
		series, err := r.Series(ctx, []twin.SignalID{"freezer-1/air-temperature"}, onset, at)
		if err != nil || len(series) != 1 || len(series[0].Points) < 20 {
			t.Fatalf("at %s: %d series, %v", at, len(series), err)
		}
		began, ok := app.Departed(series[0].Points, onset)
		if !ok || began.Before(quiet) || began.After(quiet.Add(5*time.Minute)) {
			t.Errorf("at %s: the air left its course at %s (%v), the door opened at %s", at, began, ok, quiet)
		}
	}
	// Hours later it is still told what came of the door: not what the air is now.
	r.lasts(4*time.Hour, keep)
	for _, at := range []time.Time{{}, seen[len(seen)-1].At} {
		series, err := r.Series(ctx, []twin.SignalID{"freezer-1/air-temperature"}, onset, at)
		if err != nil || len(series) != 1 || len(series[0].Points) < 20 {
			t.Fatalf("hours later, at %s: %d series, %v", at, len(series), err)
		}
		if began, ok := app.Departed(series[0].Points, onset); !ok || began.Before(quiet) || began.After(quiet.Add(5*time.Minute)) {
			t.Errorf("hours later, at %s: the air left its course at %s (%v), the door opened at %s", at, began, ok, quiet)
		}
	}
}

func stages(v app.View) []app.Stage {
	var out []app.Stage
	for _, c := range v.Cases {
		out = append(out, c.Stage)
	}
	return out
}

// Run ends with its context and leaves no goroutine, and neither does the store.
func TestRunEnds(t *testing.T) {
	idle := runtime.NumGoroutine()
	plant := &shop{now: noon, air: -20}
	r := start(t, t.TempDir(), plant)
	ending, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- r.Run(ending) }()
	r.link(true, "")
	if err := r.Receive(plant.step()); err != nil {
		t.Fatal(err)
	}
	<-r.Changed()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
	r.end()
	for range 500 { // what the store's server left behind is on its way out
		if runtime.NumGoroutine() <= idle {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("%d goroutines, there were %d:\n%s", runtime.NumGoroutine(), idle, stacks[:runtime.Stack(stacks, true)])
}

// slowStore tells its history only when it is let.
type slowStore struct {
	*bus.Store
	let chan struct{}
}

func (s slowStore) History(ctx context.Context, signals []twin.SignalID, from, to time.Time, fn func(twin.Sample) error) error {
	<-s.let
	return s.Store.History(ctx, signals, from, to, fn)
}

// A link that waits for Recalled cannot bring the present before the past is told,
// after which the past would be dropped.
func TestLinksWaitForThePast(t *testing.T) {
	dir, plant := t.TempDir(), &shop{now: noon, air: -20}
	r := start(t, dir, plant)
	r.recall()
	r.link(true, "")
	r.lasts(20*time.Minute, nil)
	r.end()

	store, err := bus.Open(ctx, bus.Options{Dir: filepath.Join(dir, "journal"), Now: func() time.Time { return plant.now }})
	if err != nil {
		t.Fatal(err)
	}
	recorder, err := app.NewRecorder(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	slow := slowStore{store, make(chan struct{})}
	s := app.NewSession(app.Parts{Site: shopSite(), Scene: shopScene(), Store: slow, Recorder: recorder, Depict: func(app.View) overlay.Set { return overlay.Set{} }})
	ending, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- s.Run(ending) }()
	select {
	case <-s.Recalled():
		t.Fatal("the past is known before the store told it")
	case <-time.After(50 * time.Millisecond):
	}
	close(slow.let)
	<-s.Recalled()
	if v, err := s.View(ctx, time.Time{}); err != nil || !v.At.Equal(plant.now) {
		t.Errorf("once the past is recalled it is %s, want %s: %v", v.At, plant.now, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := store.Close(ctx); err != nil {
		t.Error(err)
	}
}

// What is not news is neither recorded nor shown.
func TestReceiveTakesNewsOnly(t *testing.T) {
	plant := &shop{now: noon, air: -20}
	r := start(t, t.TempDir(), plant)
	defer r.end()
	r.recall()
	r.link(true, "")
	first, second := plant.step(), plant.step()
	for _, batch := range [][]twin.Sample{second, first, second, {{Signal: "nobody/x", At: plant.now.Add(time.Hour), Quality: twin.Good}}} {
		if err := r.Receive(batch); err != nil {
			t.Fatal(err)
		}
	}
	at := plant.now.Add(time.Second)
	if err := r.Receive([]twin.Sample{{Signal: "light-1/level", At: at, Value: math.NaN(), Quality: twin.Good}}); err != nil {
		t.Fatal(err)
	}
	if x := r.now().Samples["light-1/level"]; x.Quality != twin.Bad {
		t.Errorf("not a number: %+v", x)
	}
	n := 0
	err := r.store.History(ctx, []twin.SignalID{"light-1/level", "nobody/x"}, time.Time{}, at.Add(24*time.Hour), func(twin.Sample) error { n++; return nil })
	if err != nil || n != 2 {
		t.Errorf("%d samples in the history, want 2: %v", n, err)
	}
}

type plainWords struct{}

func (plainWords) LedArrow(*twin.Site, app.Led) string             { return "" }
func (plainWords) AssetName(a twin.Asset) string                   { return a.Name }
func (plainWords) CaseName(a twin.Asset, _ app.Case) string        { return a.Name }
func (plainWords) CaseSentence(c app.Case) string                  { return c.Situation.Class }
func (plainWords) Stands(twin.Signal, twin.Sample) string          { return "" }
func (plainWords) FloorTemperature() string                        { return "Floor" }
func (plainWords) NotLive() string                                 { return "not live" }
func (plainWords) AirVolume() (string, string)                     { return "Air", "interpolated" }
func (plainWords) PeopleFlow() (string, string)                    { return "Ways", "of late" }
func (plainWords) Person(float64) string                           { return "person" }
func (plainWords) PersonWay(time.Duration, float64) string         { return "way" }
func (plainWords) CauseArrow(_, _ string, _ float64, _ int) string { return "cause" }

func partOf(string) string { return "door" }

func TestASessionWithoutAnOperatorIsOnlyLookedAt(t *testing.T) {
	site := &twin.Site{ID: "s", Signals: []twin.Signal{{ID: "a/t", Asset: "a", Name: "t", Kind: twin.Analog}}}
	store, err := bus.Open(t.Context(), bus.Options{Dir: t.TempDir(), Site: "s"})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(context.Background())
	at := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	if err := store.Record([]twin.Sample{{Signal: "a/t", At: at, Value: 4, Quality: twin.Good}}); err != nil {
		t.Fatal(err)
	}
	recorder, err := app.NewRecorder(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	s := app.NewSession(app.Parts{Site: site, Scene: &scene.Scene{}, Store: store, Recorder: recorder})
	v, err := s.View(t.Context(), at.Add(time.Second))
	if err != nil || v.Live || v.Samples["a/t"].Value != 4 {
		t.Errorf("a look back gave %+v, %v", v, err)
	}
	if err := s.Approve(t.Context(), "p", "mina"); !errors.Is(err, app.ErrOnlyLooking) {
		t.Errorf("approved without an operator: %v", err)
	}
}
