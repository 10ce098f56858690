package desktop

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// scripted is a twin that tells one prepared story, for looking at the window
// and for its tests: the session it stands in for is app.Session.
type scripted struct {
	site    *twin.Site
	changed chan struct{}
	lost    bool
	quiet   bool
	end     twin.Result // of the door's case, "" while it waits for a decision
	unsure  bool        // nothing is proposed
	asked   []twin.SiteChange
	refuse  error // of every decision
	stop    *twin.StopNote
	records []twin.Record
	before  bool          // a door was left ajar an hour and a half ago, too
	hold    chan struct{} // what is asked of the twin waits for it; nil: it answers at once

	mu    sync.Mutex
	did   []string
	done  *twin.Decision
	modes map[twin.ActionClass]twin.Mode
}

var scriptNow = time.Date(2026, 11, 24, 9, 42, 0, 0, time.UTC)

func newScripted() *scripted {
	s := &scripted{changed: make(chan struct{}, 1), modes: map[twin.ActionClass]twin.Mode{"close-door": twin.Approve}}
	site := &twin.Site{ID: "corner-market", Name: "Corner Market", TimeZone: "Asia/Seoul", Plants: []twin.Plant{{Name: "plant"}}, Zones: []twin.Zone{
		{ID: "sales", Name: "Sales floor"}, {ID: "machines", Name: "기계실"}}}
	add := func(id, class, name string, zone twin.ZoneID, x, z float64, signals ...twin.Signal) {
		a := twin.Asset{ID: twin.AssetID(id), Class: class, Name: name, Zone: zone,
			Pose: twin.Pose{Position: geom.Vec3{x, 0, z}}, Size: geom.Vec3{1.6, 2, 0.85}}
		site.Assets = append(site.Assets, a)
		for _, g := range signals {
			g.Asset, g.ID = a.ID, twin.SignalOf(a.ID, g.Name)
			site.Signals = append(site.Signals, g)
		}
	}
	cold := []twin.Signal{{Name: "air-temperature", Kind: twin.Analog, Unit: "°C"}, {Name: "product-temperature", Kind: twin.Analog, Unit: "°C"},
		{Name: "compressor-power", Kind: twin.Analog, Unit: "W"}, {Name: "door-open", Kind: twin.Boolean}}
	for i := range 6 {
		add(fmt.Sprintf("freezer-%d", i+1), "upright-freezer", fmt.Sprintf("Freezer %d", i+1), "sales", 24, -7.2-float64(i)*1.9, cold...)
	}
	for i := range 16 {
		add(fmt.Sprintf("gondola-%d", i+1), "gondola-shelf", fmt.Sprintf("Gondola %d", i+1), "sales", 10+float64(i%4)*2.6, -7.6-float64(i/4)*2)
	}
	add("meter-1", "energy-meter", "전력량계 1", "machines", 12, -21, twin.Signal{Name: "power", Kind: twin.Analog, Unit: "W"})
	s.site = site
	return s
}

func (s *scripted) Site() *twin.Site           { return s.site }
func (s *scripted) Scene() *scene.Scene        { return &scene.Scene{} }
func (s *scripted) Cutaway(geom.Vec3) []string { return nil }
func (s *scripted) Changed() <-chan struct{}   { return s.changed }

func (s *scripted) View(_ context.Context, at time.Time) (app.View, error) {
	live := at.IsZero()
	if live {
		at = scriptNow
	}
	v := app.View{Asked: s.asked, Stopped: s.stop, At: at, Live: live, Linked: !s.lost, From: scriptNow.Add(-90 * time.Minute), To: scriptNow, Samples: map[twin.SignalID]twin.Sample{}}
	if s.lost {
		v.LinkNote, v.LostFor = "opc.tcp://127.0.0.1:48400 does not answer", 4*time.Second
	}
	for i, g := range s.site.Signals {
		x := twin.Sample{Signal: g.ID, At: at, Quality: twin.Good, Value: map[string]float64{"air-temperature": -18.2, "product-temperature": -17.6, "compressor-power": 431, "power": 12840}[g.Name]}
		if g.Asset == "freezer-2" && g.Name == "air-temperature" {
			x.Value = -11.3
		}
		if s.lost {
			x.Quality = twin.Stale
		} else if i == 5 {
			x.Quality = twin.Uncertain
		}
		v.Samples[g.ID] = x
	}
	onset := scriptNow.Add(-22 * time.Minute)
	v.Marks = []twinMark{{At: onset, Kind: twin.SituationRaised}, {At: scriptNow.Add(-15 * time.Minute), Kind: twin.ProposalMade}, {At: scriptNow.Add(-70 * time.Minute), Kind: twin.OutcomeRecorded}}
	if !s.quiet && at.After(onset) {
		v.Cases = []app.Case{s.doorCase(onset), {Situation: twin.Situation{Case: "c0", Asset: "freezer-5", Onset: scriptNow.Add(-80 * time.Minute), Severity: 0.4},
			Stage: app.Closed, Diagnosis: &twin.Diagnosis{Causes: []twin.Cause{{Class: "fan-failure", Probability: 0.93}}},
			Proposal: &twin.Proposal{ID: "p0", Class: "backup-fan", Predicted: twin.Effect{Signal: "freezer-5/air-temperature", Low: -19, High: -16}},
			Outcome:  &twin.Outcome{Result: twin.Verified, Observed: -17.9, After: 9 * time.Minute}, EndedAt: scriptNow.Add(-70 * time.Minute)}}
	}
	if s.before && len(v.Cases) > 0 {
		x := *v.Cases[0].Explanation
		onset := scriptNow.Add(-85 * time.Minute)
		x.To = onset.Add(5 * time.Minute)
		v.Cases = append(v.Cases, app.Case{Situation: twin.Situation{Case: "c-1", Asset: "freezer-4", Onset: onset, Detected: onset.Add(4 * time.Minute)}, Stage: app.Closed,
			Explanation: &x, Proposal: &twin.Proposal{ID: "p-1", Class: "close-door"}, Outcome: &twin.Outcome{Result: twin.Verified}, ActedAt: onset.Add(7 * time.Minute), EndedAt: onset.Add(20 * time.Minute)})
	}
	return v, nil
}

// wait holds an answer back.
func (s *scripted) wait() {
	if s.hold != nil {
		<-s.hold
	}
}

type twinMark = app.Mark

func (s *scripted) doorCase(onset time.Time) app.Case {
	curve := app.Curve{Signal: "freezer-2/air-temperature", Unit: "°C", Limit: ptr(-12.0)}
	for i := range 120 {
		at := scriptNow.Add(time.Duration(i-120) * 30 * time.Second)
		base := -18.2 + 0.5*math.Sin(float64(i)/4)
		rise := max(0, at.Sub(onset).Minutes()) * 0.31
		curve.Points = append(curve.Points, twin.Point{At: at, Value: base + rise})
		curve.Counterfactual = append(curve.Counterfactual, twin.Point{At: at, Value: base, Low: -18.8, High: -17.6})
	}
	for i := range 40 {
		curve.Nothing = append(curve.Nothing, twin.Point{At: scriptNow.Add(time.Duration(i) * 30 * time.Second), Value: -11.3 + float64(i)*0.1, Low: -12.5 + float64(i)*0.05, High: -10 + float64(i)*0.2})
		v := -18 + 6.7*math.Exp(-float64(i)/12)
		curve.Forecast = append(curve.Forecast, twin.Point{At: scriptNow.Add(time.Duration(i) * 30 * time.Second), Value: v, Low: v - 0.8, High: v + 0.8})
	}
	c := app.Case{
		Situation: twin.Situation{Case: "c1", Class: "cabinet-abnormal", Asset: "freezer-2", Onset: onset, Severity: 0.8},
		Stage:     app.Proposed, Mode: twin.Approve, Evidence: []app.Curve{curve},
		Diagnosis: &twin.Diagnosis{Case: "c1", Causes: []twin.Cause{{Class: "door-ajar", Part: "door", Probability: 0.96}}},
		Explanation: &xai.Explanation{Claim: "door-ajar", Confidence: 0.96, Additive: true,
			Alternatives: []xai.Alternative{{Class: "compressor-degradation", Probability: 0.03}},
			Attributions: []xai.Attribution{{Feature: "door open without a break", Source: "freezer-2/door-angle", Value: 6.3, Typical: 0, Unit: "min", Share: 2.4},
				{Feature: "compressor power per lift, for each kelvin of air above coil", Value: 3.12, Typical: 1.04, Unit: "W/K²", Share: 1.6},
				{Feature: "warming at rest beyond cooling while running", Value: -29, Typical: -28, Unit: "K/h", Share: -0.5},
				{Feature: "air above coil while running, against own past × warming at rest beyond cooling while running", Value: math.NaN(), Typical: math.NaN(), Share: 0.3}},
			Faithfulness: []xai.Figure{{Name: "deletion_gain", Value: 0.43}, {Name: "insertion_gain", Value: 0.45}, {Name: "faithfulness_rows", Value: 400}},
			Limits:       []string{"door open share is 91 %, above the highest seen in training (80)"},
			Against: []xai.Contrast{{Class: "compressor-degradation", Lead: 3.5, Tellings: []xai.Telling{
				{Feature: "door open without a break", Source: "freezer-2/door-angle", Unit: "min", Share: 3, Turns: ptr(0.4)},
				{Feature: "compressor power per lift, for each kelvin of air above coil", Source: "freezer-2/compressor-power", Unit: "W/K²", Share: -0.8}}}},
			Counterfactual: &xai.Counterfactual{Claim: "none", Confidence: 0.91, Changes: []xai.Change{{Feature: "door open without a break", Unit: "min", From: 6.3, To: 0.5}}}},
		Proposal: &twin.Proposal{ID: "p1", Case: "c1", Class: "close-door", Asset: "freezer-2", Risk: 0.05, Benefit: 0.9,
			Predicted: twin.Effect{Signal: "freezer-2/air-temperature", Low: -19, High: -16, Within: 20 * time.Minute}},
		Guards: []twin.GuardResult{{Guard: "link-up", Passed: true}, {Guard: "evidence-fresh", Passed: true}, {Guard: "writable-in-range", Passed: true}},
	}
	if s.unsure {
		c.Proposal, c.Guards, c.Stage = nil, nil, app.Diagnosed
		c.Unproposed = "close-door is not proposed: the fault does not show in any signal yet by which its effect could be verified"
	}
	if s.end != "" {
		c.Stage, c.ActedAt, c.Decision = app.Closed, scriptNow.Add(-14*time.Minute), &twin.Decision{Approved: true, By: "mina"}
		c.Outcome = &twin.Outcome{Result: s.end, Observed: -17.2, After: 12 * time.Minute,
			Detail: "freezer-2/air-temperature did not come to -19 to -16 within 20m0s; close-door is a momentary command: there is nothing to restore"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.done != nil {
		c.Decision, c.Stage = s.done, app.Acting
	}
	return c
}

func ptr(x float64) *float64 { return &x }

func (s *scripted) note(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	s.did = append(s.did, text)
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return nil
}

func (s *scripted) Approve(_ context.Context, id twin.ProposalID, by string) error {
	if id == "" {
		return errors.New("no proposal")
	}
	err := s.note(fmt.Sprintf("approve %s by %s", id, by))
	if err == nil {
		s.mu.Lock()
		s.done = &twin.Decision{Approved: true, By: by}
		s.mu.Unlock()
	}
	return err
}

func (s *scripted) Deny(_ context.Context, id twin.ProposalID, by, reason string) error {
	return s.note(fmt.Sprintf("deny %s by %s: %s", id, by, reason))
}

func (s *scripted) SetMode(_ context.Context, class twin.ActionClass, mode twin.Mode, by string) error {
	return s.note(fmt.Sprintf("mode %s %s by %s", class, mode, by))
}

func (s *scripted) Modes() map[twin.ActionClass]twin.Mode {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.modes
}

func (s *scripted) Settle(_ context.Context, asset twin.AssetID, follow bool, by string) error {
	return s.note(fmt.Sprintf("settle %s %t by %s", asset, follow, by))
}

func (s *scripted) Stop(_ context.Context, by string) error { return s.note("stop by " + by) }
func (s *scripted) Release(_ context.Context, by string) error {
	return s.note("release by " + by)
}
func (s *scripted) Watched(_ context.Context, at time.Time) ([]twin.Watched, error) {
	s.wait()
	over := -3.2
	looked := scriptNow.Add(-40 * time.Second)
	if !at.IsZero() {
		looked = at
	}
	w := twin.Watched{Asset: "freezer-1", Looked: looked, Every: time.Minute, Fault: "fan-failure", Sure: 0.03, Needs: 0.8, LooksOf: 3, Answers: []twin.ActionClass{"backup-fan"},
		Temperature: "freezer-1/air-temperature", Over: &over, Bound: 4, OverNeeds: 15 * time.Minute}
	ill := w
	ill.Asset, ill.Case, ill.Fault, ill.Sure, ill.Looks = "freezer-2", "c1", "door-ajar", 0.96, 3
	return []twin.Watched{w, ill}, nil
}

// Shape is a step, or a map for a pair.
func (s *scripted) Shape(x *xai.Explanation, feature string) (xai.Shape, error) {
	if feature == x.Attributions[1].Feature {
		return xai.Shape{Features: []string{"a", "b"}, Units: []string{"K", "K"}, Edges: [][]float64{{0, 1, 2}, {0, 1}}, Shares: [][]float64{{1}, {-1}}, Value: []float64{1.5, 0.5}, Typical: []float64{math.NaN(), math.NaN()}, Exact: true}, nil
	}
	return xai.Shape{Features: []string{feature}, Units: []string{"min"}, Edges: [][]float64{{0, 2.5, 30}}, Shares: [][]float64{{-1}, {6}}, Value: []float64{14}, Typical: []float64{0}}, nil
}

// Second is what a network and a graph say of the door.
func (s *scripted) Second(_ context.Context, c app.Case, at time.Time) (app.Second, error) {
	s.wait()
	x := app.Second{At: app.SecondAt(c, scriptNow), Deep: &app.Deep{Fault: true, Signals: []string{"door open", "defrost"}, Step: 3 * time.Minute, Agree: 0.8,
		Explanation: xai.Explanation{Claim: "fault", Confidence: 0.98, Base: -1, Score: 3, From: scriptNow.Add(-90 * time.Minute), To: scriptNow,
			Attributions: []xai.Attribution{{Feature: "door open", Share: 5}, {Feature: "defrost", Share: -1}},
			Faithfulness: []xai.Figure{{Name: "deletion_gain", Value: 0.49}, {Name: "insertion_gain", Value: 0.29}}}}}
	for i := range 30 {
		row := []float64{0, -1. / 30}
		if i >= 25 {
			row[0] = 1
		}
		x.Deep.Heat, x.Deep.Smooth = append(x.Deep.Heat, row), append(x.Deep.Smooth, row)
	}
	x.Began = &app.Began{Explanation: xai.Explanation{Claim: "freezer-2", Alternatives: []xai.Alternative{{Class: "freezer-1"}}}, Ranked: []app.Disturbed{{Asset: "freezer-2", Node: "freezer-2/left-open", By: 9}, {Asset: "freezer-1", Node: "freezer-1/air-temperature", By: 2}}, Machines: []app.Dealt{{Asset: "freezer-2", Share: 0.9}, {Asset: "freezer-1", Share: 0.1}},
		Arrows: []app.Led{{From: "freezer-2", To: "freezer-1", Node: [2]string{"freezer-2/left-open", "freezer-1/air-temperature"}, Strength: 0.4, Delay: 5 * time.Minute}}}
	return x, nil
}

// Series are of a door that opens three minutes before the air warms.
func (s *scripted) Series(_ context.Context, signals []twin.SignalID, onset, _ time.Time) ([]app.Curve, error) {
	s.wait()
	var out []app.Curve
	for i, id := range signals {
		curve := app.Curve{Signal: id, Unit: [...]string{"°", "°C"}[i%2]}
		for k := range 120 {
			at := scriptNow.Add(time.Duration(k-120) * 30 * time.Second)
			v := 0.0
			if late := at.Sub(onset.Add(time.Duration(3*i-3) * time.Minute)); late >= 0 {
				v = 25
			}
			curve.Points = append(curve.Points, twin.Point{At: at, Value: v})
		}
		out = append(out, curve)
	}
	return out, nil
}

func (s *scripted) Records() []twin.Record { return s.records }

// askedOf are two freezers that went from the plant while nobody looked.
func askedOf() []twin.SiteChange {
	return []twin.SiteChange{
		{Kind: twin.AssetUnbound, Asset: "freezer-3", Name: "Freezer 3", Class: "upright-freezer"},
		{Kind: twin.AssetRemoved, Asset: "freezer-5", Name: "Freezer 5", Class: "upright-freezer"},
	}
}
