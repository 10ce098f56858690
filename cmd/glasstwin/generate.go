package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/connectors/mqtt"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// generateCommand makes a site folder from what there is.
type generateCommand struct {
	Sources  []string `arg:"" optional:"" help:"What there is of the site, files or folders: building model, plan, scan, lists of fixtures, shelf poses, plant description; and its plant (opc.tcp://host:port)."`
	Out      string   `short:"o" required:"" type:"path" placeholder:"DIR" help:"Site folder to write."`
	Name     string   `help:"Name of the site; that of the folder when not given."`
	ID       string   `help:"Id of the site; made from the name when not given."`
	TimeZone string   `default:"UTC" placeholder:"ZONE" help:"IANA name, as Europe/Berlin."`
	Update   bool     `help:"Renew the site that stands there: sources given replace those of the same name, your changes, the journal and the models stay."`
	Answer   []string `sep:"none" placeholder:"FILE:QUESTION=VALUE" help:"Answer to a question of the report, as plan.dxf:units=mm; repeatable."`
	Force    bool     `help:"Replace a site that stands there, its journal included."`
	JSON     bool     `help:"Print one JSON object."`

	plantFlags

	opened []*os.File // large sources, until the site is written
}

// Run is called by kong.
func (g *generateCommand) Run(ctx context.Context, out *output) error {
	began := time.Now()
	defer g.close()
	in, contents, err := g.input(ctx, out)
	if err != nil {
		return err
	}
	var old *oldSite
	if g.Update {
		if old, err = readOldSite(g.Out); err != nil {
			return err
		}
		if err := g.addOldSources(old, &in, &contents); err != nil {
			return err
		}
	}
	result, err := generate.Run(ctx, in)
	if err != nil {
		return err
	}
	made, err := madeOf(result, in.Plant)
	if err != nil {
		return err
	}
	contents.Made = made
	if old != nil {
		site, notes := generate.KeepEdits(old.made, old.edited, result.Site)
		result.Site, result.Report.Notes = site, append(result.Report.Notes, notes...)
		err = sitefolder.Renew(g.Out, site, contents)
	} else {
		err = sitefolder.Create(g.Out, result.Site, contents, g.Force)
	}
	if err != nil {
		return err
	}
	return g.print(out, result, time.Since(began))
}

func (g *generateCommand) input(ctx context.Context, out *output) (generate.Input, sitefolder.Contents, error) {
	name := g.Name
	if name == "" {
		name = filepath.Base(g.Out)
	}
	in := generate.Input{ID: g.ID, Name: name, TimeZone: g.TimeZone, Progress: func(s string) { out.note("%s", s) }}
	if _, err := time.LoadLocation(g.TimeZone); err != nil {
		return in, sitefolder.Contents{}, usageError{fmt.Errorf("--time-zone %q: %w", g.TimeZone, err)}
	}
	if len(g.Sources) == 0 && !g.Update {
		return in, sitefolder.Contents{}, usageError{errors.New("name what there is of the site: files, folders or opc.tcp://host:port")}
	}
	var err error
	if in.Answers, err = answersOf(g.Answer); err != nil {
		return in, sitefolder.Contents{}, usageError{err}
	}
	if in.Catalogue, err = generate.Catalogue(classesOf(g.Out)...); err != nil {
		return in, sitefolder.Contents{}, err
	}
	contents := sitefolder.Contents{Sources: map[string]sitefolder.Original{}}
	for _, s := range g.Sources {
		if strings.HasPrefix(s, "opc.tcp://") {
			if in.Plant != nil {
				return in, sitefolder.Contents{}, usageError{fmt.Errorf("%s: a second plant; give one", s)}
			}
			out.note("browsing %s", s)
			if in.Plant, err = g.browsePlant(ctx, s); err != nil {
				return in, sitefolder.Contents{}, err
			}
			continue
		}
		files, err := g.gather(s)
		if err != nil {
			return in, sitefolder.Contents{}, err
		}
		for _, f := range files {
			if _, twice := contents.Sources[f.file.Name]; twice {
				return in, sitefolder.Contents{}, usageError{fmt.Errorf("%s: a second source of that name; rename one", f.path)}
			}
			contents.Sources[f.file.Name] = sitefolder.Original{Data: f.file.Data, File: f.path}
			in.Files = append(in.Files, f.file)
		}
	}
	return in, contents, nil
}

func (g *generateCommand) print(out *output, result *generate.Result, took time.Duration) error {
	r := result.Report
	if g.JSON {
		notes := []string{}
		for _, n := range r.Notes {
			notes = append(notes, n.String())
		}
		for _, c := range r.Conflicts {
			notes = append(notes, "conflict: "+c.String())
		}
		for _, q := range r.Questions {
			notes = append(notes, "guess: "+q.String())
		}
		var rows []any
		for _, class := range r.Classes() {
			rows = append(rows, map[string]any{"class": class, "assets": r.ByClass[class]})
		}
		return out.json(report{Command: "generate", Inputs: map[string]any{"sources": g.Sources, "out": g.Out}, Rows: rows, Notes: notes,
			Metrics: map[string]float64{
				"elements_total": float64(r.ElementsTotal), "elements_understood": float64(r.ElementsUnderstood), "assets": float64(r.Assets),
				"zones": float64(r.Zones), "signals": float64(r.Signals), "signals_bound": float64(r.Bound),
				"merged": float64(r.Merged), "conflicts": float64(len(r.Conflicts)), "questions": float64(len(r.Questions)), "blocked": float64(r.Blocked),
				"seconds": took.Seconds(), "peak_mb": peakMB()}})
	}
	out.printf("%s: %d building elements of %d, %d zones, %d assets, %d signals, %d of them bound, in %.1f s\n",
		g.Out, r.ElementsUnderstood, r.ElementsTotal, r.Zones, r.Assets, r.Signals, r.Bound, took.Seconds())
	for _, class := range r.Classes() {
		out.printf("  %4d  %s\n", r.ByClass[class], class)
	}
	if len(r.Conflicts) > 0 {
		out.printf("sources that differ:\n")
	}
	for _, c := range r.Conflicts {
		out.printf("  %s\n", c)
	}
	if len(r.Questions) > 0 {
		out.printf("guessed; confirm or correct with --update --answer FILE:QUESTION=VALUE:\n")
	}
	for _, q := range r.Questions {
		out.printf("  %s\n", q)
	}
	if len(r.Notes) > 0 {
		out.printf("not understood, guessed or left out:\n")
	}
	for _, n := range r.Notes {
		out.printf("  %s\n", n)
	}
	return nil
}

// siteFromDemo makes the demo store's site folder, bound to a plant.
func siteFromDemo(ctx context.Context, dir string, plant *generate.Plant, replace bool) (*generate.Result, error) {
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return nil, err
	}
	result, err := generate.Demo(ctx, cat, plant)
	if err != nil {
		return nil, err
	}
	files, err := generate.DemoSources()
	if err != nil {
		return nil, err
	}
	contents := sitefolder.Contents{Sources: map[string]sitefolder.Original{}}
	for _, f := range files {
		contents.Sources[f.Name] = sitefolder.Original{Data: f.Data}
	}
	if contents.Made, err = madeOf(result, plant); err != nil {
		return nil, err
	}
	return result, sitefolder.Create(dir, result.Site, contents, replace)
}

// errNoPlant is returned for what needs a plant on a site that has none.
var errNoPlant = errors.New("this site is bound to no plant: generate it again with an opc.tcp:// address among the sources, or list an mqtt:// broker in site.yaml")

// plantOf is the plant that a site is linked to in the first place: one that can
// be browsed, else a broker.
func plantOf(site *twin.Site) (twin.Plant, error) {
	i := slices.IndexFunc(site.Plants, func(p twin.Plant) bool { return strings.HasPrefix(p.Endpoint, "opc.tcp://") })
	if i < 0 {
		i = slices.IndexFunc(site.Plants, func(p twin.Plant) bool { return mqtt.IsEndpoint(p.Endpoint) })
	}
	if i < 0 {
		return twin.Plant{}, errNoPlant
	}
	return site.Plants[i], nil
}
