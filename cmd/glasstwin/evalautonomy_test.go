package main

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// blind perceives nothing.
type blind struct{}

func (blind) Perceive(context.Context, *twin.State, time.Time) ([]operate.Perception, error) {
	return nil, nil
}

// TestARunThatWasNotRightIsKept plays a run of the house with nobody at the
// controls over its real link: it is judged by the truth, and what is kept of it is
// proven and can be looked through.
func TestARunThatWasNotRightIsKept(t *testing.T) {
	e := &evalAutonomy{Site: "home", Situation: "battery-idle", KeepFailures: t.TempDir()}
	b, done, err := newAutonomyBench(t.Context(), e, &output{io.Discard, t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	truthFile := t.TempDir() + "/truth.json"
	p, err := b.play(t.Context(), 205, blind{}, truthFile)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := readAutonomyTruth(truthFile)
	if err != nil {
		t.Fatal(err)
	}
	v := truth.judge(p)
	if v.Right || v.Class != "battery-idle" || v.Claimed != noSituation || v.False != 0 || v.Guards != 0 {
		t.Errorf("judged %+v", v)
	}
	if err := b.keep(t.Context(), p, &v); err != nil {
		t.Fatal(err)
	}
	store, err := openJournal(t.Context(), v.Kept)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Verify(t.Context()); err != nil {
		t.Errorf("the journal is not proven: %v", err)
	}
	from, to, err := store.Span(t.Context())
	if err != nil || to.Sub(from) < runLasts-10*time.Minute {
		t.Errorf("its history spans %s to %s: %v", from, to, err)
	}
	if o, err := openSite(t.Context(), v.Kept); err != nil || len(o.site.Assets) < 30 || !strings.Contains(o.site.Name, "battery-idle") || o.site.Plants[0].Endpoint != "" {
		t.Errorf("the site that was kept cannot be opened, or does not tell what it is: %v", err)
	}
	if err := store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	o, err := openSite(t.Context(), v.Kept)
	if err != nil {
		t.Fatal(err)
	}
	r, end := running(t, o, plantAccess{})
	until(t, r, "what was wrong", func(view app.View) bool { return strings.Contains(view.LinkNote, v.Why[0]) })
	end()
	checkWholeSite(t, b, v.Kept, p.ended)
}

// checkWholeSite runs a kept site beside its plant as the window does: from what was
// recorded it is seen, once, that the battery, which is no cabinet, has idled for
// long.
func checkWholeSite(t *testing.T, b *autonomyBench, dir string, at time.Time) {
	t.Helper()
	plant, err := startPlant(t.Context(), new(quiet), "--template", b.Site, "--seed", "205", "--start", at.Format(time.RFC3339), "--speed", "20", "--listen", "127.0.0.1:0", "--config", b.config)
	if err != nil {
		t.Fatal(err)
	}
	defer plant.Stop()
	o, err := openSite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	r, end := running(t, o, emulatedAccess(b.config, plant.Endpoint))
	defer end()
	const asset = "battery-storage-1"
	v := until(t, r, "the battery's situation", func(v app.View) bool {
		c, ok := caseOn(v, asset)
		return ok && c.Explanation != nil
	})
	c, _ := caseOn(v, asset)
	if c.Situation.Class != "battery-idle" || len(c.Explanation.Attributions) == 0 || len(v.Cases) != 1 || c.Situation.Onset.After(at) {
		var told []string
		for _, c := range v.Cases {
			told = append(told, c.Situation.Class+" at "+string(c.Situation.Asset)+" since "+c.Situation.Onset.Format(time.TimeOnly))
		}
		t.Errorf("told: %s", strings.Join(told, "; "))
	}
	if len(v.Overlays.Labels) == 0 {
		t.Error("nothing is drawn at the battery")
	}
}

// TestAJudgeIsStrict: what was claimed, done and when is held against the truth.
func TestAJudgeIsStrict(t *testing.T) {
	onset := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	text := `{"until":"2026-06-01T15:00:00Z","ran_to":"2026-06-01T14:00:00Z","situations":[{"class":"door-ajar","device":"freezer-2","onset":"2026-06-01T10:00:00Z","deadline":"2026-06-01T10:20:00Z"}],
	"choices":[{"action":"close-door","device":"freezer-2","good":true,"writes":[{"point":"freezer-2/door-close-command","value":1}]},{"action":"nothing","regret":90}]}`
	var truth autonomyTruth
	if err := json.Unmarshal([]byte(text), &truth); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, class, signal string
		asset               twin.AssetID
		action              twin.ActionClass
		after               time.Duration
		passed, right       bool
	}{
		{"right", "door-ajar", "freezer-2/door-close-command", "freezer-2", "close-door", 8 * time.Minute, true, true},
		{"another device", "door-ajar", "freezer-3/door-close-command", "freezer-3", "close-door", 8 * time.Minute, true, false},
		{"another class", "fan-failure", "freezer-2/door-close-command", "freezer-2", "close-door", 8 * time.Minute, true, false},
		{"another action", "door-ajar", "freezer-2/set-point", "freezer-2", "lower-set-point", 8 * time.Minute, true, false},
		{"too late", "door-ajar", "freezer-2/door-close-command", "freezer-2", "close-door", 21 * time.Minute, true, false},
		{"before it began", "door-ajar", "freezer-2/door-close-command", "freezer-2", "close-door", -time.Minute, true, false},
		{"a guard not passed", "door-ajar", "freezer-2/door-close-command", "freezer-2", "close-door", 8 * time.Minute, false, false},
	} {
		p := &playedRun{begun: onset, ended: onset.Add(5 * time.Hour)}
		tell := func(kind twin.EventKind, body any) {
			e, err := twin.NewEvent(kind, onset.Add(row.after), body)
			if err != nil {
				t.Fatal(err)
			}
			e.Asset, e.Case = row.asset, "c"
			p.events = append(p.events, e)
		}
		x := twin.Proposal{ID: "p", Class: row.action, Asset: row.asset, Because: row.class, Writes: []twin.Write{{Signal: twin.SignalID(row.signal), Value: 1}}}
		tell(twin.DiagnosisMade, twin.Diagnosis{Causes: []twin.Cause{{Class: row.class, Probability: 1}}})
		tell(twin.ProposalMade, x)
		tell(twin.GuardsChecked, []twin.GuardResult{{Guard: "g", Passed: row.passed}})
		tell(twin.DecisionMade, twin.Decision{Proposal: "p", Approved: true})
		tell(twin.ActionIntended, x)
		if v := truth.judge(p); v.Right != row.right {
			t.Errorf("%s: %+v", row.name, v)
		}
	}
	nothing := truth.judge(&playedRun{begun: onset, ended: onset.Add(5 * time.Hour)})
	if nothing.Right || nothing.Claimed != noSituation {
		t.Errorf("nothing was done: %+v", nothing)
	}
}

// TestSeveralActionsAreJudgedByWhatTheyCost: tills that are opened and shut again, or
// a damper opened half, are none of the choices; the run has cost what it has cost.
func TestSeveralActionsAreJudgedByWhatTheyCost(t *testing.T) {
	onset := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	text := `{"situations":[{"class":"queue-surge","device":"checkout-1","onset":"2026-06-01T10:00:00Z","deadline":"2026-06-01T10:10:00Z"}],
	"choices":[{"action":"open-tills","device":"checkout-1","good":true,"writes":[{"point":"checkout-2/open","value":1}]},
		{"action":"open-tills","device":"checkout-1","regret":20,"writes":[{"point":"checkout-2/open","value":1},{"point":"checkout-3/open","value":1}]},{"action":"nothing","regret":90}],
	"alike":5,"bother":7,"ran_best":{"service":60,"energy":20}}`
	one, two := []twin.Write{{Signal: "checkout-2/open", Value: 1}}, []twin.Write{{Signal: "checkout-2/open", Value: 1}, {Signal: "checkout-3/open", Value: 1}}
	shut := []twin.Write{{Signal: "checkout-2/open"}, {Signal: "checkout-3/open"}}
	for _, row := range []struct {
		name         string
		writes       [][]twin.Write
		cost         float64 // of the run, beside the bother of each action
		right, first bool
	}{
		{"the best alone", [][]twin.Write{one}, 200, true, true},
		{"two tills left open", [][]twin.Write{two}, 70, false, false},
		{"two tills for a while", [][]twin.Write{two, shut}, 77, true, false},
		{"two tills for too long", [][]twin.Write{two, shut}, 79, false, false},
		{"the best, and then needless to and fro", [][]twin.Write{one, shut, one}, 75, false, true},
		{"a choice that nobody had, as cheap", [][]twin.Write{{{Signal: "checkout-4/open", Value: 1}}}, 84, true, true},
		{"a choice that nobody had, dearer", [][]twin.Write{{{Signal: "checkout-4/open", Value: 1}}}, 86, false, true},
	} {
		var truth autonomyTruth
		if err := json.Unmarshal([]byte(text), &truth); err != nil {
			t.Fatal(err)
		}
		truth.Ran = autonomyCost{"service": row.cost - 20, "energy": 20}
		p := &playedRun{begun: onset, ended: onset.Add(5 * time.Hour)}
		tell := func(kind twin.EventKind, body any) {
			e, err := twin.NewEvent(kind, onset.Add(6*time.Minute), body)
			if err != nil {
				t.Fatal(err)
			}
			e.Asset, e.Case = "checkout-1", "c"
			p.events = append(p.events, e)
		}
		tell(twin.DiagnosisMade, twin.Diagnosis{Causes: []twin.Cause{{Class: "queue-surge", Probability: 1}}})
		for i, w := range row.writes {
			id := twin.ProposalID(string(rune('a' + i)))
			tell(twin.ProposalMade, twin.Proposal{ID: id, Class: "open-tills", Asset: "checkout-1", Because: "queue-surge", Writes: w})
			tell(twin.DecisionMade, twin.Decision{Proposal: id, Approved: true})
		}
		if v := truth.judge(p); v.Right != row.right || v.First != row.first || v.False != 0 {
			t.Errorf("%s: %+v", row.name, v)
		}
	}
}

// TestATally: the mean of the classes' recalls, with bounds of its own.
func TestATally(t *testing.T) {
	var runs []verdict
	for i := range 20 {
		runs = append(runs, verdict{Class: "a", Claimed: "a", Right: true, Hours: 12, False: i % 2})
	}
	runs = append(runs, verdict{Class: "b", Claimed: noSituation, Hours: 12}, verdict{Class: "b", Claimed: "b", Right: true, Hours: 12})
	x := tallyOf("twin", runs)
	if x.Balanced != 0.75 || x.Worst != 0.5 || math.Abs(x.False-10.0/11) > 1e-9 || !(x.BalLow < 0.5 && x.BalHigh > 0.75) {
		t.Errorf("%+v", x)
	}
}

// Most signals may come through one gateway, and its clock may go wrong.
func TestPlantTimeOutlivesAWrongClock(t *testing.T) {
	dawn := time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)
	read := func(ats ...time.Duration) (all []twin.Sample) {
		for _, d := range ats {
			all = append(all, twin.Sample{At: dawn.Add(d), Quality: twin.Good})
		}
		return all
	}
	for _, c := range []struct {
		name     string
		samples  []twin.Sample
		expected time.Time
		want     time.Duration
	}{
		{"the first reading", read(0, 0, 0), time.Time{}, 0},
		{"some are late", read(58*time.Second, time.Minute, time.Minute), dawn.Add(time.Minute), time.Minute},
		{"most are half an hour behind", read(-31*time.Minute, -31*time.Minute, -31*time.Minute, time.Minute, time.Minute), dawn.Add(time.Minute), time.Minute},
		{"most are old, since their gateway is silent", read(-4*time.Minute, -4*time.Minute, -4*time.Minute, time.Minute), dawn.Add(time.Minute), time.Minute},
		{"most are an hour ahead", read(time.Minute, 61*time.Minute, 61*time.Minute), dawn.Add(time.Minute), time.Minute},
		{"all are an hour ahead", read(61*time.Minute, 61*time.Minute), dawn.Add(time.Minute), 61 * time.Minute},
		{"nothing came", nil, dawn.Add(time.Minute), time.Minute},
	} {
		if got := plantTime(c.samples, c.expected); !got.Equal(dawn.Add(c.want)) {
			t.Errorf("%s: it is %s, want %s", c.name, got, dawn.Add(c.want))
		}
	}
}

// TestTheBestActionMayPassALimit: a defrost that melts the ice warms the product
// probe; who does nothing worse may pass that limit as far, and no further.
func TestTheBestActionMayPassALimit(t *testing.T) {
	onset := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	text := `{"situations":[{"class":"evaporator-ice","device":"freezer-6","onset":"2026-06-01T10:00:00Z","deadline":"2026-06-01T13:00:00Z"}],
	"choices":[{"action":"defrost-now","device":"freezer-6","good":true,"writes":[{"point":"freezer-6/defrost-command","value":1}]},
		{"action":"boost-capacity","device":"freezer-6","regret":90,"writes":[{"point":"freezer-6/boost-command","value":1}]},{"action":"nothing","regret":90}],
	"breaches_best":[{"device":"freezer-6","what":"probe","by":20,"seconds":1800}],
	"breaches_well":[{"device":"freezer-4","what":"probe","by":1,"seconds":280}]}`
	for _, row := range []struct {
		name, action, signal string
		passed               autonomyBreach
		right                bool
		guards               int
	}{
		{"as far as the best", "defrost-now", "freezer-6/defrost-command", autonomyBreach{"freezer-6", "probe", 22, 1935}, true, 0},
		{"further", "defrost-now", "freezer-6/defrost-command", autonomyBreach{"freezer-6", "probe", 24, 1800}, false, 1},
		{"longer", "defrost-now", "freezer-6/defrost-command", autonomyBreach{"freezer-6", "probe", 20, 2401}, false, 1},
		{"of another device", "defrost-now", "freezer-6/defrost-command", autonomyBreach{"freezer-5", "probe", 1, 60}, false, 1},
		{"another, as far as where nothing ails", "defrost-now", "freezer-6/defrost-command", autonomyBreach{"freezer-4", "probe", 1.1, 280}, true, 0},
		{"another, further than where nothing ails", "defrost-now", "freezer-6/defrost-command", autonomyBreach{"freezer-4", "probe", 1.2, 280}, false, 1},
		{"as far as where nothing ails, by what is worse", "boost-capacity", "freezer-4/boost-command", autonomyBreach{"freezer-4", "probe", 1, 280}, false, 1},
		{"as far by what is worse", "boost-capacity", "freezer-6/boost-command", autonomyBreach{"freezer-6", "probe", 20, 1800}, false, 1},
	} {
		var truth autonomyTruth
		if err := json.Unmarshal([]byte(text), &truth); err != nil {
			t.Fatal(err)
		}
		truth.Breaches = []autonomyBreach{row.passed}
		p := &playedRun{begun: onset, ended: onset.Add(5 * time.Hour)}
		for _, told := range []struct {
			kind twin.EventKind
			body any
		}{
			{twin.DiagnosisMade, twin.Diagnosis{Causes: []twin.Cause{{Class: "evaporator-ice", Probability: 1}}}},
			{twin.ProposalMade, twin.Proposal{ID: "p", Class: twin.ActionClass(row.action), Asset: "freezer-6", Because: "evaporator-ice", Writes: []twin.Write{{Signal: twin.SignalID(row.signal), Value: 1}}}},
			{twin.DecisionMade, twin.Decision{Proposal: "p", Approved: true}},
		} {
			e, err := twin.NewEvent(told.kind, onset.Add(time.Hour), told.body)
			if err != nil {
				t.Fatal(err)
			}
			e.Asset, e.Case = "freezer-6", "c"
			p.events = append(p.events, e)
		}
		if v := truth.judge(p); v.Right != row.right || v.Guards != row.guards {
			t.Errorf("%s: %+v", row.name, v)
		}
	}
}

// TestALimitPassedAnywhereCounts: also where the twin wrote nothing, unless it would
// have been passed as far without it.
func TestALimitPassedAnywhereCounts(t *testing.T) {
	for _, row := range []struct {
		name           string
		run, idle      []autonomyBreach
		right, excused bool
		passed         int
	}{
		{"none", nil, nil, true, true, 0},
		{"as without the twin", []autonomyBreach{{"hall", "carbon dioxide", 300, 900}}, []autonomyBreach{{"hall", "carbon dioxide", 290, 900}}, true, true, 1},
		{"further", []autonomyBreach{{"hall", "carbon dioxide", 400, 900}}, []autonomyBreach{{"hall", "carbon dioxide", 290, 900}}, false, true, 1},
		{"longer", []autonomyBreach{{"freezer-2", "temperature of the goods", 1, 2000}}, []autonomyBreach{{"freezer-2", "temperature of the goods", 1, 900}}, false, true, 1},
		{"of another device", []autonomyBreach{{"freezer-3", "temperature of the goods", 1, 900}}, []autonomyBreach{{"freezer-2", "temperature of the goods", 1, 900}}, false, true, 1},
	} {
		v := (&autonomyTruth{Breaches: row.run, Idle: row.idle}).judge(&playedRun{})
		if v.Right != row.right || v.Excused != row.excused || v.Passed != row.passed {
			t.Errorf("%s: %+v", row.name, v)
		}
	}
}

// TestWhoDoesNothingPassesLimitsToo: those of the run with nothing done, not those
// of the twin's run, nor none.
func TestWhoDoesNothingPassesLimitsToo(t *testing.T) {
	stuffy, warm := autonomyBreach{"hall", "carbon dioxide", 300, 900}, autonomyBreach{"freezer-2", "temperature", 1, 900}
	var runs []verdict
	for _, truth := range []autonomyTruth{
		{},
		{Idle: []autonomyBreach{stuffy}},
		{Breaches: []autonomyBreach{warm}},
		{Breaches: []autonomyBreach{stuffy}, Idle: []autonomyBreach{stuffy, warm}},
	} {
		v := truth.judge(&playedRun{})
		nothing := truth
		nothing.Breaches = truth.Idle
		want := nothing.judge(&playedRun{})
		if got := idle([]verdict{v})[0]; got.Right != want.Right || got.Excused != want.Excused || got.Passed != want.Passed || got.Guards != want.Guards {
			t.Errorf("%+v: nothing was done: %+v, judged as a run of its own %+v", truth, got, want)
		}
		runs = append(runs, v)
	}
	if x := tallyOf(idlePlayer, idle(runs)); x.Accuracy != 1 || x.Unpassed != 0.5 || x.Guards != 0 {
		t.Errorf("%+v", x)
	}
}

// TestWhatASilentGatewayLeftIsNoReading: a value that stands still is none that has
// just come, however old it is; that of a wrong clock is.
func TestWhatASilentGatewayLeftIsNoReading(t *testing.T) {
	dawn := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	read := readings{}
	for minute := range 20 {
		now := dawn.Add(time.Duration(minute) * time.Minute)
		got := read.fresh([]twin.Sample{{Signal: "silent", At: dawn}, {Signal: "heard", At: now}, {Signal: "behind", At: now.Add(-time.Hour)}})
		want := []twin.SignalID{"heard", "behind"}
		if minute == 0 {
			want = []twin.SignalID{"silent", "heard", "behind"}
		}
		var names []twin.SignalID
		for _, s := range got {
			names = append(names, s.Signal)
		}
		if !slices.Equal(names, want) {
			t.Fatalf("after %d minutes %v came, want %v", minute, names, want)
		}
	}
}
