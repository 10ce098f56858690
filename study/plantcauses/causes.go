// Package plantcauses tells in which machine of an emulated store an anomaly began
// that shows in several: a causal graph whose links may only be those that the plant's
// topology allows (the rack feeds the multidecks, outdoors and customers act on
// almost all), whose strengths and delays are learnt from runs without fault, and in
// which an anomaly is dealt out to the nodes that began it. Drawn runs with one fault
// each are the interventions that judge it: sister machines are decoys, outdoors and
// opening hours confound.
//
// Flow: the topology and what its nodes are (graph.go) → train → rank (rank.go) → judge.
// It knows the plant by its signals' names alone. Start reading at Study.
package plantcauses

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai/causal"
)

const (
	name    = "plant-causes"
	decided = 0.6 // of the time that a situation leaves: when somebody attentive decides
)

// befalls are the situations with a device as their root whose effects are seen at
// others, or at several signals of it.
var befalls = []string{"compressor-degradation", "refrigerant-leak", "blocked-condenser", "heat-wave", "stuck-damper", "night-mode", "simultaneous-heating-cooling",
	"co2-crowding", "door-ajar", "evaporator-ice", "fan-failure", "lights-left-on"}

// outside are situations that are no machine's: what follows of them is learnt too.
var outside = []string{"heat-wave", "co2-crowding", "queue-surge", "demand-response", "aisle-blocked"}

// Study is the task, judged on runs of those seeds.
func Study(seeds runs.Seeds) study.Study {
	return study.Study{
		Name: name, Task: "root cause", Strategy: "causal graph", Folder: "plant", Pattern: runs.Pattern,
		Credit:   "Data of the emulated plant (cmd/sitesim), which shares no formula with this program.",
		Recorded: []study.Recorded{{Template: "store"}},
		Train: func(ctx context.Context, o study.Order) (*study.File, error) {
			f, err := train(ctx, o, seeds)
			if err != nil {
				return nil, fmt.Errorf("train %s: %w", name, err)
			}
			return f, nil
		},
		Judge: func(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
			j, err := judge(ctx, f, dir, seeds)
			if err != nil {
				return j, fmt.Errorf("judge %s: %w", name, err)
			}
			return j, nil
		},
		Card: card,
	}
}

// train learns the graph from what runs show before anything befalls them, and from
// runs that nothing befalls.
func train(ctx context.Context, o study.Order, judged runs.Seeds) (*study.File, error) {
	t := store()
	var fit, quiet [][][]float64
	err := runs.Each(ctx, o.Dir, "store", runs.Learned(), func(r *runs.Run) error {
		end, still := len(r.At), true
		if len(r.Truth.Situations) > 0 {
			if still = !slices.Contains(outside, r.Truth.Situations[0].Class); still {
				end = r.Reading(r.Truth.Situations[0].Onset)
			}
		}
		rows := t.rows(r, 0, end)
		if fit = append(fit, rows); still {
			quiet = append(quiet, rows)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	o.Progress("fitting %d nodes on %d runs", len(t.nodes), len(fit))
	m, err := causal.Fit(ctx, t.names(), fit, t.edges, causal.Options{Step: stepLong * time.Minute})
	if err != nil {
		return nil, err
	}
	c := &reader{top: t, graph: m}
	c.learnUsual(quiet)
	f := &study.File{Study: name,
		Data: fmt.Sprintf("What %d drawn runs of the emulated store of seeds up to %d show before a machine fails, in means of %d minutes.", len(fit), runs.TrainedMax, stepLong),
		Split: fmt.Sprintf("By seed: judged on seeds %s, one fault in each, at the time when somebody attentive decides (60 %% of the time that the situation leaves). "+
			"The first 55 minutes of a run say what is usual in it.", judged)}
	if err := c.add(f); err != nil {
		return nil, err
	}
	f.Judgement, err = judge(ctx, f, o.Dir, judged)
	return f, err
}

// add stores graph and what is usual.
func (c *reader) add(f *study.File) error {
	if err := f.Add("graph", nil, nil, c.graph.Encode); err != nil {
		return err
	}
	short := make([][]float64, len(c.usual))
	for i, u := range c.usual {
		for _, v := range u {
			short[i] = append(short[i], math.Round(v*1e4)/1e4)
		}
	}
	return f.Add("usual", nil, nil, func(w io.Writer) error { return json.NewEncoder(w).Encode(short) })
}

// load reads what add stored.
func load(f *study.File) (*reader, error) {
	c := &reader{top: store()}
	for _, p := range f.Parts {
		var err error
		switch p.Name {
		case "graph":
			c.graph, err = causal.Decode(bytes.NewReader(p.Data))
		case "usual":
			err = json.Unmarshal(p.Data, &c.usual)
		}
		if err != nil {
			return nil, fmt.Errorf("part %q: %w", p.Name, err)
		}
	}
	if c.graph == nil || !slices.Equal(c.graph.Nodes, c.top.names()) || len(c.usual) != len(spans) {
		return nil, fmt.Errorf("the file holds no graph of the %d signals that the program looks at: train it again", len(c.top.nodes))
	}
	for _, u := range c.usual {
		if len(u) != len(c.top.nodes) || slices.ContainsFunc(u, func(v float64) bool { return !(v > 0) || math.IsInf(v, 0) }) {
			return nil, fmt.Errorf("what is usual of the signals is not told of all of them: train it again")
		}
	}
	return c, nil
}

// lookedLeast are the readings after those that say what is usual, in which an anomaly
// is looked for, at least.
const lookedLeast = 3 * stepLong

// unseenMax is the part of the nodes that a site may lack: beyond it, it is no site
// that the graph was learnt from.
const unseenMax = 0.25

// ErrEarly says that too little time has passed since all was well.
var ErrEarly = fmt.Errorf("fewer than %d minutes have passed since what says what is usual", lookedLeast)

// ErrUnknown says that the graph is of another kind of site.
var ErrUnknown = errors.New("the causal graph is of another kind of site")

// Explain tells in which machine what a run shows at a time began: the claim, what its
// strongest effect elsewhere is dealt out to, and the arrows that lead to its effects. A node without any reading counts as undisturbed.
func Explain(f *study.File, r *runs.Run, at time.Time) (Told, error) {
	c, err := load(f)
	if err != nil {
		return Told{}, fmt.Errorf("explain %s: %w", r.Name, err)
	}
	k := min(r.Reading(at)+1, len(r.At))
	if err := r.Enough(); err != nil {
		return Told{}, fmt.Errorf("explain: %w", err)
	}
	if k < r.Well+lookedLeast {
		return Told{}, fmt.Errorf("explain %s: %d readings before %s, of which %d say what is usual: at least %d are needed: %w", r.Name, k, at.Format(time.RFC3339), r.Well, r.Well+lookedLeast, ErrEarly)
	}
	from := k % stepLong
	rows := c.top.rows(r, from, k)
	lacking := 0
	for j := range c.top.nodes {
		if !slices.ContainsFunc(rows, func(row []float64) bool { return !math.IsNaN(row[j]) }) {
			lacking++
		}
	}
	if float64(lacking) > unseenMax*float64(len(c.top.nodes)) {
		return Told{}, fmt.Errorf("explain %s: it has no readings of %d of the graph's %d signals: %w", r.Name, lacking, len(c.top.nodes), ErrUnknown)
	}
	e, err := c.explain(rows)
	if err != nil {
		return e, fmt.Errorf("explain %s: %w", r.Name, err)
	}
	e.From, e.To, e.Model, e.Version, e.Faithfulness = r.At[from], r.At[k-1], f.Study, f.Version, f.Judgement.Faithfulness
	return e, nil
}

func card(f *study.File) (study.Card, error) {
	r, err := load(f)
	if err != nil {
		return study.Card{}, fmt.Errorf("card of %s: %w", name, err)
	}
	t, m := r.top, r.graph
	c := study.Card{What: fmt.Sprintf("A causal graph of %d signals. The topology allows %d links; data bears out %d, by momentary conditional independence. An anomaly is dealt out to the machines that began it.", len(t.nodes), len(t.edges), len(m.Links)),
		Columns: t.names(), Limits: "The graph is linear and of one plant: a store with one rack, two air handling units, six multidecks and ten cabinets. It is told which machine may act on which. What is no node (a person who props a door, a price) is told as the machine at which it is first seen. Some signals are made of others so that they are nothing while a machine does as it should (a door for how long it is open, two valves open at once, a light while nobody is there, a unit that rests while the other works): such faults are easy to tell by them, and one that no signal was made for is not. Sun, shoppers' doors and defrosts are never named."}
	var b bytes.Buffer
	fmt.Fprintln(&b, "The strongest links between machines, in spreads of the one for a spread of the other:\n\n| from | to | minutes | strength | 95 % interval |\n| --- | --- | --- | --- | --- |")
	links := slices.DeleteFunc(slices.Clone(m.Links), func(l causal.Link) bool { return t.nodes[l.From].device == t.nodes[l.To].device })
	slices.SortStableFunc(links, func(a, b causal.Link) int { return cmp.Compare(math.Abs(b.Strength), math.Abs(a.Strength)) })
	for _, l := range links[:min(25, len(links))] {
		fmt.Fprintf(&b, "| %s | %s | %d | %.2f | %.2f to %.2f |\n", m.Nodes[l.From], m.Nodes[l.To], l.Lag*stepLong, l.Strength, l.Low, l.High)
	}
	c.Inside = b.String()
	return c, nil
}
