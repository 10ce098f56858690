package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// layoutCommand is about what stands where: the site as it stands, and the
// layouts that its folder keeps beside it.
type layoutCommand struct {
	List  layoutList  `cmd:"" help:"List the layouts that a site keeps, and what differs in each from the site."`
	Diff  layoutDiff  `cmd:"" help:"Tell what moved by how much, what came and what went."`
	Check layoutCheck `cmd:"" help:"Tell which rules a layout breaks, where and by how much."`
	Apply layoutApply `cmd:"" help:"Make a layout that of the site."`
}

// planned is a site folder that layouts are made for.
type planned struct {
	dir  string
	site *twin.Site
	cat  *catalogue.Catalogue
}

func openPlanned(dir string) (*planned, error) {
	site, err := sitefolder.Read(dir)
	if err != nil {
		return nil, err
	}
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return nil, err
	}
	return &planned{dir, site, cat}, nil
}

// planner prepares the rules, with what the folder kept of the building.
func (p *planned) planner(ctx context.Context) (*layout.Plan, error) {
	building, err := generate.Kept(ctx, func(name string) ([]byte, error) { return sitefolder.Made(p.dir, name) })
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("plan in site %s: %w", p.dir, err)
	}
	return generate.Planner(p.site, building, p.cat)
}

func (p *planned) load(name string) (layout.Layout, error) { return layout.Load(p.dir, p.site, name) }

type layoutList struct {
	Site string `type:"existingdir" required:"" placeholder:"DIR" help:"Site folder."`
	JSON bool   `help:"Print one JSON object."`
}

type layoutRow struct {
	Name    string `json:"name"`
	Note    string `json:"note"`
	Moved   int    `json:"moved"`
	Came    int    `json:"came"`
	Went    int    `json:"went"`
	Changed int    `json:"changed"`
}

// Run is called by kong.
func (c *layoutList) Run(out *output) error {
	p, err := openPlanned(c.Site)
	if err != nil {
		return err
	}
	names, err := layout.Versions(c.Site)
	if err != nil {
		return err
	}
	var rows []any
	for _, name := range names {
		l, err := p.load(name)
		if err != nil {
			return err
		}
		d := layout.Compare(layout.Of(p.site), l)
		r := layoutRow{name, l.Note, len(d.Moved), len(d.Came), len(d.Went), len(d.Changed)}
		rows = append(rows, r)
		if !c.JSON {
			out.printf("%-30s %3d moved, %d came, %d went, %d changed  %s\n", r.Name, r.Moved, r.Came, r.Went, r.Changed, r.Note)
		}
	}
	if c.JSON {
		return out.json(report{Command: "layout list", Inputs: map[string]any{"site": c.Site}, Metrics: map[string]float64{"layouts": float64(len(rows))}, Rows: rows})
	}
	if len(rows) == 0 {
		out.printf("%s keeps no layout besides the one in which it stands; make one in the window, with Plan\n", c.Site)
	}
	return nil
}

type layoutDiff struct {
	Name  string `arg:"" help:"Layout that is told of."`
	Other string `arg:"" optional:"" help:"Layout that it is compared with; the site as it stands when not given."`
	Site  string `type:"existingdir" required:"" placeholder:"DIR" help:"Site folder."`
	JSON  bool   `help:"Print one JSON object."`
}

type diffRow struct {
	Asset  string   `json:"asset"`
	What   string   `json:"what"` // moved, came, went or changed
	Class  string   `json:"class"`
	By     float64  `json:"by_m"`
	Turned float64  `json:"turned_deg"`
	X      float64  `json:"x"` // where it stands then
	Z      float64  `json:"z"`
	Of     []string `json:"of,omitempty"` // what of it is changed
}

// Run is called by kong.
func (c *layoutDiff) Run(out *output) error {
	p, err := openPlanned(c.Site)
	if err != nil {
		return err
	}
	a, err := p.load(c.Other)
	if err != nil {
		return err
	}
	b, err := p.load(c.Name)
	if err != nil {
		return err
	}
	d := layout.Compare(a, b)
	if !c.JSON {
		out.printf("%s", d)
		return nil
	}
	var rows []any
	row := func(what string, x twin.Asset) diffRow {
		return diffRow{Asset: string(x.ID), What: what, Class: x.Class, X: x.Pose.Position[0], Z: x.Pose.Position[2]}
	}
	for _, m := range d.Moved {
		x, _ := b.Asset(m.ID)
		r := row("moved", x)
		r.By, r.Turned = m.By, m.Turned*180/math.Pi
		rows = append(rows, r)
	}
	for _, x := range d.Came {
		rows = append(rows, row("came", x))
	}
	for _, x := range d.Went {
		rows = append(rows, row("went", x))
	}
	for _, x := range d.Changed {
		r := row("changed", *x.After)
		r.Of = x.What()
		rows = append(rows, r)
	}
	return out.json(report{Command: "layout diff", Inputs: map[string]any{"site": c.Site, "name": c.Name, "other": c.Other},
		Metrics: map[string]float64{"moved": float64(len(d.Moved)), "came": float64(len(d.Came)), "went": float64(len(d.Went)), "changed": float64(len(d.Changed))}, Rows: rows})
}

type layoutCheck struct {
	Name string `arg:"" optional:"" help:"Layout; the site as it stands when not given."`
	Site string `type:"existingdir" required:"" placeholder:"DIR" help:"Site folder."`
	JSON bool   `help:"Print one JSON object."`
}

type breachRow struct {
	Rule   string       `json:"rule"`
	Hard   bool         `json:"impossible"`
	Worse  bool         `json:"worse_than_site"`
	Assets []string     `json:"assets"`
	Has    *float64     `json:"has_m"` // null: there is none at all
	Wants  float64      `json:"wants_m"`
	Mark   [][2]float64 `json:"at"` // x and z of a point, a line or an area
	Says   string       `json:"says"`
}

// Run is called by kong.
func (c *layoutCheck) Run(ctx context.Context, out *output) error {
	p, err := openPlanned(c.Site)
	if err != nil {
		return err
	}
	l, err := p.load(c.Name)
	if err != nil {
		return err
	}
	plan, err := p.planner(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	broken := plan.Check(l)
	took := time.Since(began)
	worse := map[string]bool{}
	for _, b := range layout.Worse(plan.Check(layout.Of(p.site)), broken) {
		worse[b.String()] = true
	}
	var rows []any
	metrics := map[string]float64{"things": float64(len(l.Assets)), "broken": float64(len(broken)), "worse": float64(len(worse)), "seconds": took.Seconds()}
	for _, b := range broken {
		r := breachRow{Rule: string(b.Rule), Hard: b.Hard, Worse: worse[b.String()], Wants: b.Wants, Says: b.String()}
		if !math.IsInf(b.Has, 0) {
			r.Has = &b.Has
		}
		for _, id := range b.Assets {
			r.Assets = append(r.Assets, string(id))
		}
		for _, m := range b.Mark {
			r.Mark = append(r.Mark, [2]float64(m))
		}
		rows = append(rows, r)
		if !c.JSON {
			mark := " "
			if r.Worse {
				mark = "!"
			}
			out.printf("%s %-13s %s\n", mark, r.Rule, r.Says)
		}
	}
	var notes []string
	for _, n := range plan.Unknown() {
		notes = append(notes, string(n))
	}
	if c.JSON {
		return out.json(report{Command: "layout check", Inputs: map[string]any{"site": c.Site, "name": c.Name}, Metrics: metrics, Rows: rows, Notes: notes})
	}
	for _, n := range notes {
		out.printf("  note          %s\n", n)
	}
	out.printf("%d things, %d rules broken, %d of them not by the site as it stands (!)\n", len(l.Assets), len(broken), len(worse))
	return nil
}

type layoutApply struct {
	Name string `arg:"" help:"Layout."`
	Site string `type:"existingdir" required:"" placeholder:"DIR" help:"Site folder. A window that shows it must be closed."`
	JSON bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *layoutApply) Run(ctx context.Context, out *output) error {
	p, err := openPlanned(c.Site)
	if err != nil {
		return err
	}
	l, err := p.load(c.Name)
	if err != nil {
		return err
	}
	plan, err := p.planner(ctx)
	if err != nil {
		return err
	}
	if err := plan.Allowed(l); err != nil {
		return fmt.Errorf("layout %q cannot stand: %w; move it in the window", c.Name, err)
	}
	d := layout.Compare(layout.Of(p.site), l)
	if _, err := layout.Adopt(c.Site, layout.Of(p.site), l); err != nil {
		return err
	}
	if c.JSON {
		return out.json(report{Command: "layout apply", Inputs: map[string]any{"site": c.Site, "name": c.Name},
			Metrics: map[string]float64{"moved": float64(len(d.Moved)), "came": float64(len(d.Came)), "went": float64(len(d.Went)), "changed": float64(len(d.Changed))}})
	}
	out.printf("%s", d)
	return nil
}
