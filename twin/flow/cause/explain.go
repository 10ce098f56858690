package cause

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/xai"
)

// Subject is what is asked about.
type Subject struct {
	Site     *twin.Site
	Scenario *whatif.Scenario // as it is
	Zone     string           // "": the one with most people close to each other on each square metre
	Role     func(class string) ground.Role
	Build    func(*twin.Site) (*whatif.Scenario, error) // of a changed site
	Feasible func(*twin.Site) error                     // why it cannot be; nil: everything can
}

// Options steer it. The zero value is for a screen.
type Options struct {
	Study   whatif.Study // Days are those of a set of players, at first; 0: 4
	Most    int          // days to which these are doubled until the greatest share is parted from the others; 0: four times as many
	Players int          // that share the crowd at most; 0: 4
	Verify  int          // days on which the best change is tried at least, of other dice; 0: 12
}

// Ablation is what one player alone being taken back does to the crowd.
type Ablation struct {
	Player
	Change whatif.Difference
	Share  float64 // of Shapley; 0 when it was not among those that share
	Half   float64 // of its interval of 95 %
}

// Remedy is a change, tried by simulation.
type Remedy struct {
	Moves    []Move
	Exchange [2]twin.AssetID // goods of one go where the other's are; empty: none do
	Tills    int             // that are open; 0: as before
	Why      string
	Change   whatif.Difference // of the crowd of the zone, on days that chose nothing
}

// Move is where a thing goes.
type Move struct {
	Asset    twin.AssetID
	From, To twin.Pose
}

// Finding is why a zone is crowded.
type Finding struct {
	Zone        measure.Zone
	Crowd       float64 // person-seconds an hour within whatif.ArmsLength of a stranger
	Usual       float64 // the same with all players taken back
	Causes      []Ablation
	Days        int               // that every set of players was lived on
	Lead        whatif.Difference // of the greatest share before the next one; zero where one cause alone shares
	Parted      bool              // chance does not make the greatest share the greatest
	Best        *Remedy           // nil: no change was found that relieves it for sure
	Tried       int               // changes that were simulated
	Explanation xai.Explanation
}

// Causes of having nothing to tell.
var (
	ErrNoZone  = errors.New("there is no such zone")
	ErrNobody  = errors.New("nobody comes close to anybody there")
	ErrNoCause = errors.New("nothing there draws anybody")
)

func (o *Options) settle() {
	set := func(v *int, usual int) {
		if *v <= 0 {
			*v = usual
		}
	}
	set(&o.Study.Days, 4)
	set(&o.Players, 4)
	set(&o.Verify, 12)
	if o.Study.Hours == 0 {
		o.Study.Hours = 0.5
	}
	o.Study.Days = max(2, o.Study.Days)
	set(&o.Most, 4*o.Study.Days)
	o.Players = min(o.Players, 8) // 256 sets
}

// Explain tells why a zone is crowded.
func Explain(ctx context.Context, s Subject, o Options, progress func(step string, done float64)) (*Finding, error) {
	o.settle()
	if progress == nil {
		progress = func(string, float64) {}
	}
	zone, err := s.zone(ctx, o, progress)
	if err != nil {
		return nil, err
	}
	e := &explainer{Subject: s, o: o, zone: zone, known: map[uint64][]float64{}, without: map[uint64]*whatif.Scenario{}, progress: progress}
	e.players = playersOf(s.Site, s.Scenario.Ground, zone, s.Role, o.Study.Options)
	if len(e.players) == 0 {
		e.absent, e.players = true, presentOf(s.Scenario.Ground, zone, o.Study.Options)
	}
	if err := e.screen(ctx); err != nil {
		return nil, err
	}
	f, err := e.share(ctx)
	if err != nil {
		return nil, err
	}
	if err := e.relieve(ctx, f); err != nil {
		return nil, err
	}
	e.tell(f)
	return f, nil
}

// zone is the one that is asked about.
func (s *Subject) zone(ctx context.Context, o Options, progress func(string, float64)) (measure.Zone, error) {
	zones := s.Scenario.Ground.Zones
	if s.Zone != "" {
		i := slices.IndexFunc(zones, func(z measure.Zone) bool { return z.ID == s.Zone })
		if i < 0 {
			return measure.Zone{}, fmt.Errorf("zone %q: %w", s.Zone, ErrNoZone)
		}
		return zones[i], nil
	}
	sum := make([]float64, len(zones))
	each := make([][]float64, o.Study.Days)
	err := whatif.Run(ctx, o.Study, []*whatif.Scenario{s.Scenario}, func(_, day int, r *shop.Result) error {
		each[day] = whatif.Nearness(r.People, r.Parties, zones).Close
		return nil
	}, func(done float64) { progress("where it is crowded", done) })
	if err != nil {
		return measure.Zone{}, err
	}
	best := -1
	for i, z := range zones {
		for _, d := range each {
			sum[i] += d[i]
		}
		sum[i] /= whatif.Open(s.Scenario.Ground, z)
		if best < 0 || sum[i] > sum[best] {
			best = i
		}
	}
	if best < 0 || sum[best] == 0 {
		return measure.Zone{}, ErrNobody
	}
	return zones[best], nil
}

// explainer is a question in hand.
type explainer struct {
	Subject
	o        Options
	zone     measure.Zone
	players  []Player
	known    map[uint64][]float64 // crowd of each day, by the set of players that are there
	without  map[uint64]*whatif.Scenario
	progress func(string, float64)
	all      []Ablation
	absent   bool // players are told against their absence, for nothing is other than usual
}

// crowds is the crowd of the zone on each day of some scenarios, person-seconds an
// hour.
func (e *explainer) crowds(ctx context.Context, study whatif.Study, list []*whatif.Scenario, step string) ([][]float64, error) {
	out := make([][]float64, len(list))
	for i := range out {
		out[i] = make([]float64, study.Days)
	}
	err := whatif.Run(ctx, study, list, func(k, day int, r *shop.Result) error {
		out[k][day] = whatif.Nearness(r.People, r.Parties, []measure.Zone{e.zone}).Close[0] / max(1.0/60, study.Hours)
		return nil
	}, func(done float64) { e.progress(step, done) })
	return out, err
}

// sets fills known for sets of players, each up to so many days.
func (e *explainer) sets(ctx context.Context, want []uint64, days int, step string) error {
	for len(want) > 0 {
		var list []*whatif.Scenario
		var keys, rest []uint64
		study := e.o.Study
		study.From = -1
		for _, set := range want {
			from := len(e.known[set])
			if study.From < 0 && from < days {
				study.From = from
			}
			if from != study.From {
				if from < days {
					rest = append(rest, set) // other days of it are known
				}
				continue
			}
			x, err := e.scenario(set)
			if err != nil {
				return err
			}
			list, keys = append(list, x), append(keys, set)
		}
		if len(keys) == 0 {
			return nil
		}
		study.Days = days - study.From
		got, err := e.crowds(ctx, study, list, step)
		if err != nil {
			return err
		}
		for i, set := range keys {
			e.known[set] = append(e.known[set], got[i]...)
		}
		want = rest
	}
	return nil
}

// scenario is the one in which a set of players is there.
func (e *explainer) scenario(set uint64) (*whatif.Scenario, error) {
	if set == e.full() {
		return e.Scenario, nil
	}
	if x, ok := e.without[set]; ok {
		return x, nil
	}
	x, err := takeBack(e.Site, e.players, func(i int) bool { return set>>i&1 == 0 }, e.Build)
	if err == nil {
		e.without[set] = x
	}
	return x, err
}

func (e *explainer) full() uint64 { return 1<<len(e.players) - 1 }

const playersMost = 40 // bits of a set, with room

// screen takes each player back alone and keeps those that matter most.
func (e *explainer) screen(ctx context.Context) error {
	if len(e.players) == 0 {
		return fmt.Errorf("zone %s: %w", e.zone.ID, ErrNoCause)
	}
	e.players = e.players[:min(len(e.players), playersMost)]
	want := []uint64{e.full()}
	for i := range e.players {
		want = append(want, e.full()&^(1<<i))
	}
	if err := e.sets(ctx, want, e.o.Study.Days, "each cause alone"); err != nil {
		return err
	}
	now := e.known[e.full()]
	for i, p := range e.players {
		d := whatif.Paired(whatif.Figure{Measure: whatif.Close, Of: e.zone.ID}, now, e.known[e.full()&^(1<<i)])
		e.all = append(e.all, Ablation{Player: p, Change: d})
	}
	slices.SortStableFunc(e.all, func(a, b Ablation) int {
		switch {
		case a.Change.Diff < b.Change.Diff:
			return -1
		case a.Change.Diff > b.Change.Diff:
			return 1
		}
		return 0
	})
	kept := e.all[:min(len(e.all), e.o.Players)]
	e.players = nil
	for _, a := range kept {
		e.players = append(e.players, a.Player)
	}
	e.known, e.without = map[uint64][]float64{e.full(): now}, map[uint64]*whatif.Scenario{}
	return nil
}

// tell puts a finding into the words of package xai.
func (e *explainer) tell(f *Finding) {
	x := xai.Explanation{Claim: "crowded", Score: f.Crowd, Base: f.Usual, Additive: true, Model: "simulated shoppers",
		Method: fmt.Sprintf("Shapley values, exact over %d causes, %d days with common random numbers", len(e.players), f.Days)}
	sum, top, topHalf := f.Usual, 0.0, 0.0
	for _, c := range f.Causes {
		if c.Share == 0 {
			continue
		}
		x.Attributions = append(x.Attributions, xai.Attribution{Feature: string(c.Kind) + " " + c.ID, Source: c.ID, Value: 1, Unit: "s/h", Share: c.Share})
		x.Causes = append(x.Causes, xai.Cause{From: c.ID, To: f.Zone.ID, Strength: c.Share})
		sum += c.Share
		if math.Abs(c.Share) > math.Abs(top) {
			top, topHalf = c.Share, c.Half
		}
	}
	slices.SortStableFunc(x.Attributions, func(a, b xai.Attribution) int {
		switch d := math.Abs(b.Share) - math.Abs(a.Share); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
	x.Faithfulness = []xai.Figure{{Name: "sum less score, s/h", Value: sum - f.Crowd}}
	if top != 0 {
		x.Faithfulness = append(x.Faithfulness, xai.Figure{Name: "interval of the greatest share, of it", Value: topHalf / math.Abs(top)})
	}
	x.Limits = []string{"simulated people, not recorded ones", "causes are told against what is usual in this store"}
	if e.absent {
		x.Limits[1] = "nothing there is other than usual in this store: causes are told against their absence"
	}
	if f.Lead.Half > 0 && !f.Parted {
		x.Limits = append(x.Limits, fmt.Sprintf("the greatest share is not parted from the next for sure: it is %.0f ± %.0f s/h more, on %d days", f.Lead.Diff, f.Lead.Half, f.Days))
	}
	if topHalf >= math.Abs(top) {
		x.Abstained, x.Why = true, "no cause stands out from chance: simulate more days"
	}
	if b := f.Best; b != nil {
		c := &xai.Counterfactual{Claim: "less crowded", Confidence: 0.95}
		for _, m := range b.Moves {
			for k, name := range [3]string{"x", "y", "z"} {
				if from, to := m.From.Position[k], m.To.Position[k]; math.Abs(from-to) > 1e-6 {
					c.Changes = append(c.Changes, xai.Change{Feature: string(m.Asset) + " " + name, Source: string(m.Asset), Unit: "m", From: from, To: to})
				}
			}
		}
		if b.Exchange[0] != "" {
			c.Changes = append(c.Changes, xai.Change{Feature: "goods of " + string(b.Exchange[0]) + " at " + string(b.Exchange[1]), Source: string(b.Exchange[0]), To: 1})
		}
		if b.Tills > 0 {
			c.Changes = append(c.Changes, xai.Change{Feature: "tills open", From: float64(b.Tills - 1), To: float64(b.Tills)})
		}
		x.Counterfactual = c
	}
	f.Explanation = x
}

// middle of an area.
func middle(loop []geom.Vec2) geom.Vec2 {
	m := geom.Vec2{}
	for _, p := range loop {
		m = m.Add(p.Mul(1 / float64(len(loop))))
	}
	return m
}
