package cause

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// option is a remedy that may be tried.
type option struct {
	Remedy
	scenario *whatif.Scenario
}

// optionsMost bounds how many changes are tried.
const optionsMost = 10

// relieve finds the single change that relieves the zone most: every one that can
// be is tried on the days of the study, the best three on days of other dice.
func (e *explainer) relieve(ctx context.Context, f *Finding) error {
	var list []option
	for _, c := range f.Causes {
		if !(c.Share > 0) {
			continue
		}
		more, err := e.remedies(c)
		if err != nil {
			return err
		}
		list = append(list, more...)
	}
	list = list[:min(len(list), optionsMost)]
	f.Tried = len(list)
	if len(list) == 0 {
		return nil
	}
	var scenarios []*whatif.Scenario
	for _, x := range list {
		scenarios = append(scenarios, x.scenario)
	}
	got, err := e.crowds(ctx, e.o.Study, scenarios, "what would relieve it")
	if err != nil {
		return err
	}
	sum := func(days []float64) (s float64) {
		for _, v := range days {
			s += v
		}
		return s
	}
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := sum(got[a]), sum(got[b]); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	order = order[:min(3, len(order))]
	study := e.o.Study
	study.Days, study.Seed = max(e.o.Verify, f.Days), study.Seed+1_000_003
	try := []*whatif.Scenario{e.Scenario}
	for _, i := range order {
		try = append(try, scenarios[i])
	}
	if got, err = e.crowds(ctx, study, try, "the best, on other days"); err != nil {
		return err
	}
	for k, i := range order {
		d := whatif.Paired(whatif.Figure{Measure: whatif.Close, Of: e.zone.ID}, got[0], got[k+1])
		if d.Sure && d.Diff < 0 && (f.Best == nil || d.Diff < f.Best.Change.Diff) {
			r := list[i].Remedy
			r.Change = d
			f.Best = &r
		}
	}
	return nil
}

// remedies are the changes that answer a cause.
func (e *explainer) remedies(c Ablation) ([]option, error) {
	var out []option
	switch {
	case c.Kind == Attraction:
		return e.exchanges(c)
	case c.ID == "flow/queues":
		n := e.o.Study.Options.Tills
		if n == 0 || n >= len(e.Scenario.Ground.Tills) {
			return nil, nil
		}
		return []option{{Remedy{Tills: n + 1, Why: "one more till is opened"}, e.with(nil, func(o *shop.Options) { o.Tills = n + 1 })}}, nil
	case c.Kind != Fixture:
		return nil, nil
	case c.Back != geom.Vec2{}:
		for _, share := range [2]float64{1, 0.6} {
			by := c.Back.Mul(share)
			o, ok, err := e.moved(c.Assets, by, fmt.Sprintf("the row of %s is set back by %.2f m", c.ID, by.Len()))
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, o)
			}
		}
	default: // it goes to the nearest places outside of the zone
		found := 0
		for r := 0.75; r <= 6 && found < 3; r += 0.75 {
			for k := range 8 {
				s, cos := math.Sincos(float64(k) * math.Pi / 4)
				by := geom.Vec2{r * cos, r * s}
				if near(e.zone.Outline, c.At.Add(by)) < 0.4 {
					continue
				}
				o, ok, err := e.moved(c.Assets, by, fmt.Sprintf("%s goes elsewhere, %.2f m away", c.ID, r))
				if err != nil {
					return nil, err
				}
				if ok {
					out = append(out, o)
					if found++; found == 3 {
						break
					}
				}
			}
		}
	}
	return out, nil
}

// moved is a change of place, if the rules allow it.
func (e *explainer) moved(ids []twin.AssetID, by geom.Vec2, why string) (option, bool, error) {
	s := *e.Site
	s.Assets = slices.Clone(e.Site.Assets)
	r := Remedy{Why: why}
	for i := range s.Assets {
		a := &s.Assets[i]
		if !slices.Contains(ids, a.ID) {
			continue
		}
		m := Move{Asset: a.ID, From: a.Pose}
		a.Pose.Position[0] += by[0]
		a.Pose.Position[2] += by[1]
		m.To = a.Pose
		r.Moves = append(r.Moves, m)
	}
	if e.Feasible != nil && e.Feasible(&s) != nil {
		return option{}, false, nil
	}
	x, err := e.Build(&s)
	if err != nil {
		return option{}, false, nil // nobody can shop there
	}
	return option{r, x}, true, nil
}

// exchanges put the goods of an attraction where people have room, and those that
// lie there in its place: the three fronts farthest from the zone.
func (e *explainer) exchanges(c Ablation) ([]option, error) {
	g := e.Scenario.Ground
	of := func(id twin.AssetID) float64 { return drawOf(e.o.Study.Options, id) }
	class := func(id twin.AssetID) string { a, _ := e.Site.Asset(id); return a.Class }
	type place struct {
		id  twin.AssetID
		far float64
	}
	var list []place
	for _, f := range g.Fronts {
		if f.Asset == c.Assets[0] || class(f.Asset) != class(c.Assets[0]) || of(f.Asset) >= of(c.Assets[0]) ||
			near(e.zone.Outline, f.Stand) < 1 || slices.ContainsFunc(list, func(p place) bool { return p.id == f.Asset }) {
			continue
		}
		list = append(list, place{f.Asset, f.Stand.Sub(middle(e.zone.Outline)).Len()})
	}
	slices.SortStableFunc(list, func(a, b place) int {
		switch {
		case a.far > b.far:
			return -1
		case a.far < b.far:
			return 1
		}
		return 0
	})
	var out []option
	for _, p := range list[:min(3, len(list))] {
		a, b := of(c.Assets[0]), of(p.id)
		out = append(out, option{Remedy{Exchange: [2]twin.AssetID{c.Assets[0], p.id}, Why: fmt.Sprintf("the goods of %s and %s are exchanged", c.ID, p.id)},
			e.with(map[string]float64{c.ID: b / a, string(p.id): a / max(1e-9, b)}, nil)})
	}
	return out, nil
}

// with is the scenario as it is, drawn to or lived in otherwise.
func (e *explainer) with(draw map[string]float64, change func(*shop.Options)) *whatif.Scenario {
	return &whatif.Scenario{Ground: e.Scenario.Ground, Cabinets: e.Scenario.Cabinets, Draw: draw, Change: change}
}
