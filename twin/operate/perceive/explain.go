package perceive

import (
	"context"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/counterfactual"
	"github.com/glasstwin/glasstwin/xai/explain"
)

// explainer is made when the first thing of a family is explained.
type explainer = explain.Trees

// explain tells why a thing's row is claimed to be of a class; of none, of the likeliest.
func (g *group) explain(ctx context.Context, site *twin.Site, thing, class int) (xai.Explanation, error) {
	if err := g.explainable(); err != nil {
		return xai.Explanation{}, err
	}
	p := g.traces[thing][len(g.traces[thing])-1]
	claim := class
	if claim == 0 {
		claim = slices.Index(p, slices.Max(p))
	}
	x, err := g.expl.About(g.rows[thing], claim, p)
	if err != nil {
		return x, err
	}
	x.Model = ModelName
	if class > 0 && len(g.part.background) > 0 {
		if x.Counterfactual, err = g.counterfactual(ctx, g.rows[thing]); err != nil {
			return x, err
		}
	}
	for i := range x.Attributions {
		x.Attributions[i].Source = string(source(site, g.things[thing], x.Attributions[i].Source))
	}
	for _, c := range x.Against {
		for i := range c.Tellings {
			c.Tellings[i].Source = string(source(site, g.things[thing], c.Tellings[i].Source))
		}
	}
	if c := x.Counterfactual; c != nil {
		for i := range c.Changes {
			c.Changes[i].Source = string(source(site, g.things[thing], c.Changes[i].Source))
		}
	}
	return x, nil
}

// counterfactual is the least change, of what can be mended or set, after which
// the model would claim nothing; nil when there is none.
func (g *group) counterfactual(ctx context.Context, row []float64) (*xai.Counterfactual, error) {
	m := g.part.trees
	if m.Predict(row) == 0 {
		return nil, nil
	}
	act := g.actionable()
	for i := range act {
		act[i].Values, act[i].Scale = m.Thresholds(act[i].Column), m.Columns[act[i].Column].Scale
	}
	if len(act) == 0 {
		return nil, nil
	}
	a, err := counterfactual.Find(ctx, counterfactual.Question{Probability: m.Probabilities, Row: row, Background: g.part.background, Actionable: act, To: 0, Changes: 4})
	if a == nil || err != nil {
		return nil, err
	}
	out := &xai.Counterfactual{Claim: m.Classes[a.Claim], Confidence: a.Probability}
	for _, c := range a.Changes {
		col := m.Columns[c.Column]
		out.Changes = append(out.Changes, xai.Change{Feature: col.Name, Source: col.Source, Unit: col.Unit, From: c.From, To: c.To})
	}
	return out, nil
}

const sharesBackground = 100

// source is the id of the signal that a feature was seen in: of the thing itself,
// or of what it says before the slash.
func source(site *twin.Site, t *thing, name string) twin.SignalID {
	asset, signal := t.asset, name
	if other, rest, ok := strings.Cut(name, "/"); ok {
		signal = rest
		if asset = t.near[other]; asset == "" {
			asset = first(site, classOf(other)...)
		}
	} else if !has(site, asset, name) {
		for _, a := range site.Assets {
			if has(site, a.ID, name) {
				asset = a.ID
				break
			}
		}
	}
	if signal == "door-angle" && !has(site, asset, signal) {
		signal = "lid-position"
	}
	return twin.SignalOf(asset, signal)
}

func has(site *twin.Site, a twin.AssetID, signal string) bool {
	_, ok := site.Signal(twin.SignalOf(a, signal))
	return ok
}

// classOf are the classes of assets that a source's first word stands for.
func classOf(word string) []string {
	switch word {
	case "climate":
		return []string{"climate-sensor"}
	case "hvac":
		return []string{"hvac-unit"}
	case "weather":
		return []string{"weather-sensor"}
	case "air":
		return []string{"co2-sensor"}
	case "window":
		return []string{"door-contact"}
	case "counter":
		return []string{"people-counter"}
	case "rack":
		return []string{"condensing-unit"}
	case "grid":
		return []string{"grid-signal"}
	case "meter":
		return []string{"energy-meter"}
	case "pv":
		return []string{"pv-inverter"}
	case "pump":
		return []string{"heat-pump"}
	case "room":
		return []string{"thermostat"}
	}
	return []string{word}
}
