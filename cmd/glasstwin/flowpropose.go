package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/app/workorder"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	moves "github.com/glasstwin/glasstwin/twin/flow/order"
	"github.com/glasstwin/glasstwin/twin/flow/propose"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

type flowPropose struct {
	Site  string   `required:"" type:"existingdir" placeholder:"DIR" help:"Site folder."`
	Goals []string `default:"exposure,congestion,walking,staff" placeholder:"GOAL,..." help:"What the layout shall be better at: exposure, congestion, walking, staff, energy."`
	living
	Budget int                `default:"24" help:"Layouts that are simulated, of some ten times as many that are looked at."`
	Most   int                `default:"5" help:"Proposals at most."`
	Draw   map[string]float64 `placeholder:"ASSET=TIMES" help:"What draws more or less than the usual 1; repeatable."`
	Save   bool               `help:"Keep each proposal as a version of the layout in the site folder."`
	Take   int                `placeholder:"N" help:"Make the N-th proposal the plan, at once."`
	Order  string             `type:"path" placeholder:"OUT.pdf|.csv" help:"Write the work order of the first proposal, or of that of --take."`
	JSON   bool               `help:"Print one JSON object."`
}

// proposalRow is one proposed layout.
type proposalRow struct {
	Number  int            `json:"number"`
	Steps   []string       `json:"steps"`
	Moves   []moveRow      `json:"moves"`
	Goals   []difference   `json:"goals"`
	Better  []propose.Goal `json:"better"`
	Worse   []propose.Goal `json:"worse"`
	Because []stepRow      `json:"because"`
	Version string         `json:"version,omitempty"` // of the layout, when it was kept
}

type moveRow struct {
	Asset  twin.AssetID `json:"asset"`
	FromX  float64      `json:"from_x_m"`
	FromZ  float64      `json:"from_z_m"`
	FromYw float64      `json:"from_yaw_rad"`
	ToX    float64      `json:"to_x_m"`
	ToZ    float64      `json:"to_z_m"`
	ToYaw  float64      `json:"to_yaw_rad"`
}

// nearRow is the best that was found for a goal where nothing is proposed, and why
// it is not.
type nearRow struct {
	Goal  propose.Goal   `json:"nearest_for"`
	Why   propose.Reason `json:"not_proposed_for"`
	Steps []string       `json:"steps"`
	difference
}

func stepWords(steps []propose.Step) []string {
	out := []string{}
	for _, s := range steps {
		out = append(out, s.String())
	}
	return out
}

// reasons say why a layout is not proposed.
var reasons = map[propose.Reason]string{
	propose.Worse: "no better than what is", propose.TooSmall: "under 1 %, for which nobody would move a shelf", propose.MayBe: "chance may have made it", propose.Proposed: "better",
}

// stepRow is what one step does to the goals, all others being made.
type stepRow struct {
	Step  string       `json:"step"`
	Goals []difference `json:"goals"`
}

// Run is called by kong.
func (f *flowPropose) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if ext := strings.ToLower(filepath.Ext(f.Order)); f.Order != "" && ext != ".pdf" && ext != ".csv" {
		return usageError{fmt.Errorf("--order %s: give a name that ends in .pdf or .csv", f.Order)}
	}
	if f.Take < 0 || f.Most < 1 || f.Take > f.Most {
		return usageError{fmt.Errorf("--take %d: give 1 to %d, which is --most", f.Take, f.Most)}
	}
	if info, err := os.Stat(filepath.Dir(f.Order)); f.Order != "" && (err != nil || !info.IsDir()) {
		return usageError{fmt.Errorf("--order %s: %s is no folder: make it, or name another", f.Order, filepath.Dir(f.Order))}
	}
	p, err := siteAt(ctx, f.Site)
	if err != nil {
		return err
	}
	var goals []propose.Goal
	for _, g := range f.Goals {
		goals = append(goals, propose.Goal(g))
	}
	f.Hours = min(f.Hours, 0.5)
	s, whose, err := f.own(f.Site, p.site, 4, f.Draw)
	if err != nil {
		return err
	}
	step := out.steps("propose")
	r, err := propose.Search(ctx, propose.Subject{Site: p.site, Role: p.role, Build: p.build, Feasible: p.feasible, Fixed: p.fixed},
		propose.Options{Goals: goals, Study: s, Budget: f.Budget, Most: f.Most}, step)
	if err != nil {
		return err
	}
	var rows []any
	for i, x := range r.Proposals {
		row := proposalRow{Number: i + 1, Steps: stepWords(x.Steps), Better: x.Better, Worse: x.Worse}
		for _, m := range x.Moves {
			row.Moves = append(row.Moves, moveRow{m.Asset, m.From.Position[0], m.From.Position[2], m.From.Yaw, m.To.Position[0], m.To.Position[2], m.To.Yaw})
		}
		for _, d := range x.Goals {
			row.Goals = append(row.Goals, rowOf(d))
		}
		for _, e := range x.Because {
			s := stepRow{Step: e.Step.String()}
			for _, d := range e.Goals {
				s.Goals = append(s.Goals, rowOf(d))
			}
			row.Because = append(row.Because, s)
		}
		if f.Save {
			l := layout.Of(x.Site)
			l.Name, l.Note = fmt.Sprintf("proposal-%d", i+1), strings.Join(row.Steps, "; ")
			if err := layout.Save(f.Site, p.site, l); err != nil {
				return err
			}
			row.Version = l.Name
		}
		rows = append(rows, row)
	}
	metrics := map[string]float64{"proposals": float64(len(r.Proposals)), "looked": float64(r.Looked), "simulated": float64(r.Simulated), "forbidden": float64(r.Forbidden), "seconds": time.Since(began).Seconds()}
	if len(r.Proposals) == 0 {
		for _, b := range r.Best {
			if len(b.Steps) > 0 {
				rows = append(rows, nearRow{Goal: b.Goal, Why: b.Why(), Steps: stepWords(b.Steps), difference: rowOf(b.Difference)})
			}
		}
	}
	notes := []string{whose, "simulated shoppers; every figure on days that chose nothing", "no proposal breaks a rule that the site keeps now"}
	if len(r.Proposals) == 0 && f.Order != "" {
		notes = append(notes, "no layout is better for sure, so "+f.Order+" was not written; a greater --budget looks further, other --goals elsewhere")
	}
	if f.JSON {
		if err := out.json(report{Command: "flow propose", Inputs: map[string]any{"site": f.Site, "goals": f.Goals, "budget": f.Budget, "seed": f.Seed}, Metrics: metrics, Rows: rows, Notes: notes}); err != nil {
			return err
		}
		return f.take(p, r, out)
	}
	for i, x := range r.Proposals {
		out.printf("%d.", i+1)
		for k, g := range r.Goals {
			out.printf(" %s %s;", g, finely(x.Goals[k]))
		}
		out.printf("\n")
		for _, e := range x.Because {
			out.printf("   %s:", e.Step)
			for k, g := range r.Goals {
				out.printf(" %s %s", g, finely(e.Goals[k]))
			}
			out.printf("\n")
		}
	}
	if len(r.Proposals) == 0 {
		for _, b := range r.Best {
			if len(b.Steps) > 0 {
				out.printf("nearest for %s: %s, %s: %s\n", b.Goal, finely(b.Difference), reasons[b.Why()], strings.Join(stepWords(b.Steps), "; "))
			}
		}
	}
	out.printf("%d layouts were looked at, %d simulated, %d more were forbidden; %d proposals, none beaten by another in every goal; %.0f s\n", r.Looked, r.Simulated, r.Forbidden, len(r.Proposals), metrics["seconds"])
	out.printf("%s\n", strings.Join(notes, "; "))
	return f.take(p, r, out)
}

// finely is a difference where a hundredth counts.
func finely(d whatif.Difference) string {
	if d.A == 0 {
		return change(d)
	}
	return fmt.Sprintf("%+.1f %% ± %.1f", d.Percent, d.PercentFor)
}

// take makes a proposal the plan, and writes what is to be moved, each where it
// was asked for. It comes after the report, which minutes of search are not to
// lose by a mistake here.
func (f *flowPropose) take(p *rearrangeable, r *propose.Result, out *output) error {
	n := max(1, f.Take)
	if f.Take == 0 && (f.Order == "" || len(r.Proposals) == 0) {
		return nil
	}
	if n > len(r.Proposals) {
		return fmt.Errorf("there are %d proposals: number %d is none of them", len(r.Proposals), n)
	}
	x := r.Proposals[n-1]
	if f.Order != "" {
		var why []string
		for k, g := range r.Goals {
			why = append(why, fmt.Sprintf("%s: %s (simulated)", g, change(x.Goals[k])))
		}
		if err := writeOrder(f.Order, p, x.Site, fmt.Sprintf("Work order: proposal %d", n), why); err != nil {
			return err
		}
		out.note("%s", f.Order)
	}
	if f.Take == 0 {
		return nil
	}
	if _, err := layout.Adopt(f.Site, layout.Of(p.site), layout.Of(x.Site)); err != nil {
		return err
	}
	out.note("%s: proposal %d is the plan now", f.Site, n)
	return nil
}

// writeOrder writes what leads from a site to another layout of it, whole or not
// at all.
func writeOrder(path string, p *rearrangeable, after *twin.Site, title string, why []string) error {
	speak, err := phrase.New(phrase.English)
	if err != nil {
		return err
	}
	s, err := p.sheet(after, speak, title, why, time.Now())
	if err != nil {
		return err
	}
	return writeSheet(path, s)
}

// sheet is the work order that leads from a site to another layout of it.
func (p *rearrangeable) sheet(after *twin.Site, speak *phrase.Speaker, title string, why []string, made time.Time) (workorder.Sheet, error) {
	x, err := p.build(p.site)
	if err != nil {
		return workorder.Sheet{}, err
	}
	beside := geom.Vec2{}
	for _, d := range x.Ground.Doors { // inside the way in there is room for what must wait
		if d.Outside {
			beside = d.Middle.Sub(d.Out.Mul(2.5))
			break
		}
	}
	return workorder.Sheet{Site: p.site, After: after, Order: moves.Of(p.site, after, beside), Speak: speak, Title: title, Why: why, Made: made,
		Empty: func(a twin.Asset) bool { return p.role(a.Class).Sells }}, nil
}

// writeSheet writes a work order in the form that the name of its file asks for.
func writeSheet(path string, s workorder.Sheet) error {
	var text bytes.Buffer
	write := func(w io.Writer) error { return workorder.PDF(w, s) }
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		write = func(w io.Writer) error { return workorder.CSV(w, s) }
	}
	if err := write(&text); err != nil {
		return err
	}
	return writeWhole(path, text.Bytes())
}
