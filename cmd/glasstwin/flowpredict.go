package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/foresee"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

type flowPredict struct {
	trackFile
	Site string `type:"existingdir" placeholder:"DIR" help:"Site folder, for zones."`
	Walk string `placeholder:"ID" help:"Tell of this walk, one of those held back, what was foretold, why, and what became of it."`
	Seed uint64 `default:"1" help:"Of the bootstrap."`
	manyPeople
	JSON bool `help:"Print one JSON object."`
}

// predictRow is one score of the foretelling against one that knows less.
type predictRow struct {
	Of         string  `json:"of"`
	Unit       string  `json:"unit"`
	Against    string  `json:"against"`
	Model      float64 `json:"model"`
	Other      float64 `json:"other"`
	Difference float64 `json:"difference"`
	Low        float64 `json:"difference_low"`
	High       float64 `json:"difference_high"`
	Verdict    string  `json:"verdict"`
}

// toldRow is what was foretold of one zone for one walk.
type toldRow struct {
	Zone   string  `json:"zone"`
	Chance float64 `json:"chance"`
	Came   bool    `json:"came"`
}

// likeRow is a walk that a foretelling rests on.
type likeRow struct {
	Like  string   `json:"like"`
	Apart float64  `json:"apart_m"`
	Share float64  `json:"share"`
	Zones []string `json:"went_on_to"`
}

// Run is called by kong.
func (f *flowPredict) Run(ctx context.Context, out *output) error {
	start := time.Now()
	if err := f.check(); err != nil {
		return err
	}
	f.sought = f.Walk
	people, timed, notes, err := f.read(ctx, f.Site)
	if err != nil {
		return err
	}
	var g *ground.Ground
	var site *twin.Site
	if f.Site != "" {
		if site, g, err = walkable(f.Site); err != nil {
			return err
		}
	} else {
		g = around(people)
		notes = append(notes, "no site was given: squares of the box of all ways stand for zones")
	}
	k := f.of(site)
	if f.Walk != "" && k > 1 {
		return usageError{fmt.Errorf("--walk %s tells of one person, and of single ones that began alike: fewer than the %d that a figure must stand for; give --k 1 where they agreed to that", f.Walk, k)}
	}
	unit := "s"
	if !timed {
		people, unit = byMetres(people), "m"
		notes = append(notes, "there are no times: the metres walked stand for them, and the order of the file for that of the walks")
	}
	out.steps("predict")("walks held back are foretold", 0)
	j, err := foresee.Judge(ctx, people, g.Zones, f.Seed)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Tracks, err)
	}
	if n := min(j.Learnt, j.Held); n < k {
		return fmt.Errorf("%s: %d walks to learn from and %d to judge by: of fewer than --k %d people nothing can be told", f.Tracks, j.Learnt, j.Held, k)
	}
	metrics := map[string]float64{"learnt": float64(j.Learnt), "judged": float64(j.Held), "zones": float64(len(g.Zones)), "beginning_" + unit: j.Beginning}
	for _, t := range j.Told {
		metrics["chain_share"] += t.Chain / float64(j.Held)
	}
	var rows []any
	for _, s := range j.Scores {
		u := unit
		if s.Of == "zones" {
			u = "1"
		}
		for _, o := range []struct {
			name string
			is   float64
			foresee.Difference
		}{{"mean", s.Mean, s.LessMean}, {"chain", s.Chain, s.LessChain}} {
			v := o.Verdict()
			metrics[v]++
			rows = append(rows, predictRow{s.Of, u, o.name, s.Model, o.is, o.Value, o.Low, o.High, v})
		}
	}
	if f.Walk != "" {
		told, err := f.told(j, g, unit)
		if err != nil {
			return err
		}
		rows, notes = append(rows, told.rows...), append(notes, told.note)
	}
	metrics["seconds"] = time.Since(start).Seconds()
	if f.JSON {
		return out.json(report{Command: "flow predict", Inputs: map[string]any{"tracks": f.Tracks, "site": f.Site, "walk": f.Walk, "seed": f.Seed}, Metrics: metrics, Rows: rows, Notes: notes})
	}
	for _, n := range notes {
		out.note("%s", n)
	}
	out.printf("%d later walks foretold from their first %.1f %s, by %d earlier ones, in %d zones; in the mean %.0f %% of the word on zones is the walks', the rest the chain's\n",
		j.Held, j.Beginning, unit, j.Learnt, len(g.Zones), 100*(1-metrics["chain_share"]))
	printPredicted(out, rows)
	return nil
}

func printPredicted(out *output, rows []any) {
	titles := map[string]string{"zones": "zones come to, Brier score", "stays": "stay by zone, mean error", "stay": "stay in all, mean error"}
	others := map[string]string{"mean": "the mean walk", "chain": "the chain of zones"}
	for _, r := range rows {
		switch r := r.(type) {
		case predictRow:
			unit := " " + r.Unit
			if r.Unit == "1" {
				unit = ""
			}
			out.printf("%-27s %.4g%s; of %s %.4g: %s, %+.3g (%+.3g to %+.3g)\n",
				titles[r.Of], r.Model, unit, others[r.Against], r.Other, r.Verdict, r.Difference, r.Low, r.High)
		case toldRow:
			came := "did not come"
			if r.Came {
				came = "came"
			}
			out.printf("zone %-28s %3.0f %%  %s\n", r.Zone, 100*r.Chance, came)
		case likeRow:
			out.printf("began like %-22s %3.0f %% of it, %.2f m apart, went on to %s\n", r.Like, 100*r.Share, r.Apart, strings.Join(r.Zones, ", "))
		}
	}
}

// toldOf is one foretelling, for a person.
type toldOf struct {
	rows []any
	note string
}

func (f *flowPredict) told(j *foresee.Judgement, g *ground.Ground, unit string) (toldOf, error) {
	i := slices.IndexFunc(j.Told, func(t foresee.Told) bool { return slices.Contains(f.names, measure.Whose(t.Person)) })
	if i < 0 {
		return toldOf{}, usageError{fmt.Errorf("--walk %q is none of the %d walks held back: name one of the later ones of the file", f.Walk, len(j.Told))}
	}
	t := j.Told[i]
	var o toldOf
	for z, c := range t.Chance {
		if c >= 0.05 || t.Came[z] {
			o.rows = append(o.rows, toldRow{g.Zones[z].ID, c, t.Came[z]})
		}
	}
	for _, l := range t.Like {
		zones := []string{}
		for _, z := range l.Zones {
			zones = append(zones, g.Zones[z].ID)
		}
		o.rows = append(o.rows, likeRow{l.Person, l.Apart, l.Share, zones})
	}
	o.note = fmt.Sprintf("%s: %.1f %s more were foretold, %.1f %s it was; the chain of zones has %.0f %% of the word on its zones", f.Walk, t.Stay, unit, t.Stayed, unit, 100*t.Chain)
	return o, nil
}

// byMetres puts the metres walked, by all so far, for times.
func byMetres(people []twin.Trajectory) []twin.Trajectory {
	out := make([]twin.Trajectory, len(people))
	at := 0.0
	for i, p := range people {
		out[i] = twin.Trajectory{Person: p.Person, Fixes: slices.Clone(p.Fixes)}
		for k := range p.Fixes {
			if k > 0 {
				at += math.Hypot(p.Fixes[k].X-p.Fixes[k-1].X, p.Fixes[k].Z-p.Fixes[k-1].Z)
			}
			out[i].Fixes[k].T = at
		}
	}
	return out
}
