package diagnose

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/drift"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// Diagnoser says what is the matter with a cabinet. Safe for concurrent use.
type Diagnoser struct {
	model      *ebm.Model
	changeable map[string][]ebm.Changeable // by part that they were seen in; "": all
	monitor    *drift.Monitor              // of its input; nil: only its own range is known
}

// Load reads a trained model.
func Load(model io.Reader) (*Diagnoser, error) {
	m, err := ebm.Decode(model)
	if err != nil {
		return nil, fmt.Errorf("load the model of cabinet faults: %w", err)
	}
	return New(m)
}

// New returns a diagnoser that asks m, which must have the columns and classes
// of this package.
func New(m *ebm.Model) (*Diagnoser, error) {
	if !slices.Equal(m.Classes, Classes) {
		return nil, fmt.Errorf("the model tells classes %q, this program needs %q: train it again", m.Classes, Classes)
	}
	if len(m.Columns) != len(features) {
		return nil, fmt.Errorf("the model takes %d features, this program computes %d: train it again", len(m.Columns), len(features))
	}
	d := &Diagnoser{model: m, changeable: make(map[string][]ebm.Changeable)}
	for i, f := range features {
		if m.Columns[i].Name != f.name {
			return nil, fmt.Errorf("feature %d of the model is %q, this program computes %q: train it again", i+1, m.Columns[i].Name, f.name)
		}
		if f.signal != "blind-position" { // a counterfactual tells what a healthy cabinet would show, not what else staff might do
			c := ebm.Changeable{Column: f.name}
			d.changeable[f.part], d.changeable[""] = append(d.changeable[f.part], c), append(d.changeable[""], c)
		}
	}
	return d, nil
}

// Model is what the diagnoser asks.
func (d *Diagnoser) Model() *ebm.Model { return d.model }

// Diagnose ranks what may be wrong with the asset, by the evidence in st up to
// now, and explains it. It abstains, and says why, when a key signal is missing
// or stale, the link is lost, or the model is not sure enough.
func (d *Diagnoser) Diagnose(ctx context.Context, st *twin.State, asset twin.AssetID, now time.Time) (twin.Diagnosis, xai.Explanation, error) {
	if err := ctx.Err(); err != nil {
		return twin.Diagnosis{}, xai.Explanation{}, fmt.Errorf("diagnose %s: %w", asset, err)
	}
	row, why := Row(st, asset, now)
	if !st.Linked() {
		why = "the link to the plant is lost: nothing here is live"
	}
	x, err := d.model.Explain(row)
	if err != nil {
		return twin.Diagnosis{}, xai.Explanation{}, fmt.Errorf("diagnose %s: %w", asset, err)
	}
	x.From, x.To = now.Add(-Window), now
	odd, err := d.strange(st, asset, now, row)
	if err != nil {
		return twin.Diagnosis{}, xai.Explanation{}, fmt.Errorf("diagnose %s: %w", asset, err)
	}
	p := d.model.Proba(row)
	odd.temper(&x, p, d.model.MinConfidence)
	if why != "" {
		x.Abstained, x.Why = true, why
	}
	if x.Claim != None && !x.Abstained {
		if x.Counterfactual, err = d.counterfactual(row, x.Claim); err != nil {
			return twin.Diagnosis{}, xai.Explanation{}, fmt.Errorf("diagnose %s: %w", asset, err)
		}
	}
	for i := range x.Attributions {
		x.Attributions[i].Source = d.source(st, asset, x.Attributions[i].Source)
	}
	for _, c := range x.Against {
		for i := range c.Tellings {
			c.Tellings[i].Source = d.source(st, asset, c.Tellings[i].Source)
		}
	}
	if c := x.Counterfactual; c != nil {
		for i := range c.Changes {
			c.Changes[i].Source = d.source(st, asset, c.Changes[i].Source)
		}
	}
	out := twin.Diagnosis{Abstained: x.Abstained, Why: x.Why, Model: d.model.Name, Version: d.model.Version}
	if st.Linked() {
		out.Drift, out.Beyond = odd.drifted(why), odd.over
	}
	for k := range p {
		out.Causes = append(out.Causes, twin.Cause{Class: Classes[k], Part: PartOf(Classes[k]), Probability: p[k]})
	}
	sort.SliceStable(out.Causes, func(a, b int) bool { return out.Causes[a].Probability > out.Causes[b].Probability })
	for _, c := range out.Causes {
		if part := PartOf(c.Class); part != "" && c.Class == x.Claim && !x.Abstained {
			x.Causes = []xai.Cause{{From: string(asset) + "/" + part, To: string(twin.SignalOf(asset, "air-temperature")), Strength: x.Confidence}}
		}
	}
	return out, x, nil
}

// counterfactual is what would have to be otherwise for the model to find
// nothing: at the part that it blames, or else anywhere.
func (d *Diagnoser) counterfactual(row []float64, claim string) (*xai.Counterfactual, error) {
	for _, part := range [...]string{PartOf(claim), ""} {
		if c, err := d.model.Counterfactual(row, d.usualward(row, d.changeable[part]), None); c != nil || err != nil {
			return c, err
		}
	}
	return d.model.Counterfactual(row, d.changeable[""], None)
}

// usualward bounds changes to the side on which healthy cabinets lie. A model of
// steps may find nothing, too, a little farther out, between two cases that it
// learnt from; told of a door, that would read as if longer open were better.
func (d *Diagnoser) usualward(row []float64, changeable []ebm.Changeable) []ebm.Changeable {
	var out []ebm.Changeable
	for _, c := range changeable {
		j := d.model.Column(c.Column)
		col, now := d.model.Columns[j], row[j]
		switch {
		case now > col.Typical && now > col.Min:
			c.Low, c.High = col.Min, now
		case now < col.Typical && now < col.Max:
			c.Low, c.High = now, col.Max
		default: // as usual, or nobody knows what is
			continue
		}
		out = append(out, c)
	}
	return out
}

// source is the asset's own signal of that name; a lid has a position where a
// door has an angle.
func (d *Diagnoser) source(st *twin.State, asset twin.AssetID, name string) string {
	id := twin.SignalOf(asset, name)
	if name == "door-angle" {
		if lid := twin.SignalOf(asset, "lid-position"); !math.IsNaN(st.Latest(lid).Value) {
			id = lid
		}
	}
	return string(id)
}
