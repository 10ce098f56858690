package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// living is what the commands that let people live in layouts have in common.
type living struct {
	Hours    float64 `default:"1" help:"Of each day that are simulated."`
	Shoppers float64 `placeholder:"N" help:"In an hour; else as many as came when the site was recorded, or 90."`
	Seed     uint64  `default:"1" help:"Of the first day."`
}

func (s living) of(days int) whatif.Study {
	return whatif.Study{Days: days, Hours: s.Hours, Shoppers: s.Shoppers, Seed: s.Seed}
}

// own is a study of the shoppers of a site, calibrated where they were, and whose
// they are; draws that are given go before those that were learnt.
func (s living) own(dir string, site *twin.Site, days int, draw map[string]float64) (whatif.Study, string, error) {
	study := s.of(days)
	if !(s.Hours > 0 && s.Hours <= 24) || !(s.Shoppers >= 0) {
		return study, "", usageError{fmt.Errorf("--hours %g, --shoppers %g: give up to 24 hours, and a positive number", s.Hours, s.Shoppers)}
	}
	for id := range draw {
		if _, ok := site.Asset(twin.AssetID(id)); !ok {
			return study, "", usageError{fmt.Errorf("--draw %s: %s has no such asset", id, site.ID)}
		}
	}
	o, whose, err := shoppersOf(dir, site, s.Hours, 0, 0)
	if err != nil {
		return study, "", err
	}
	if s.Shoppers == 0 {
		study.Shoppers = mean(o.Arrivals) // 0 where nothing was calibrated: the study has its own
	}
	o.Arrivals = nil // as many in each hour: layouts are compared, not hours
	if o.Draw == nil {
		o.Draw = map[string]float64{}
	}
	maps.Copy(o.Draw, draw)
	study.Options = o
	return study, whose, nil
}

// alike is a study of days whose hours are all alike, lived by the shoppers of a
// site, and whose they are: layouts are compared in it, not hours.
func (s living) alike(dir string, site *twin.Site, days int) (whatif.Study, string, error) {
	study := s.of(days)
	o, whose, err := shoppersOf(dir, site, s.Hours, s.Shoppers, 90)
	if err != nil {
		return study, "", err
	}
	study.Shoppers, study.Options = mean(o.Arrivals), o
	study.Options.Arrivals = nil
	return study, whose, nil
}

type flowCompare struct {
	A            string `arg:"" type:"path" help:"Site folder, or a layout.yaml of --site."`
	B            string `arg:"" type:"path" help:"Likewise: what it is compared with."`
	Site         string `type:"existingdir" placeholder:"DIR" help:"Site folder that layouts given as files belong to."`
	Replications int    `default:"16" help:"Days of each, with the same shoppers in both."`
	living
	Sales         string  `type:"existingfile" placeholder:"FILE" help:"What fixtures sold in A's layout, CSV with the columns asset and sold: calibrates the elasticity."`
	Elasticity    float64 `default:"0.17" help:"Of sales by exposure."`
	ElasticityFor float64 `name:"elasticity-sd" default:"0.05" help:"Its standard error."`
	Picture       string  `type:"path" placeholder:"OUT.png" help:"Draw where on the floor there are more people in B, and where fewer."`
	Beside        string  `type:"path" placeholder:"OUT.png" help:"Draw both layouts side by side in 3D, from one camera, each with its people on the floor."`
	View          string  `default:"overview" placeholder:"NAME" help:"What --beside looks at, of A: overview, top, front, inside, aisle, entrance, or the id of a thing."`
	Size          string  `default:"1600x900" placeholder:"WxH" help:"Pixels of --beside."`
	Language      string  `default:"" enum:",en,ko" help:"Of the pictures' legend: en or ko; the system's when not given."`
	JSON          bool    `help:"Print one JSON object."`
}

// difference is one figure in both layouts. The interval is that of the mean of
// the days' differences, by Student's t.
type difference struct {
	Measure   string  `json:"measure"`
	Of        string  `json:"of"` // zone or asset; "" for the whole shop
	A         float64 `json:"a"`
	B         float64 `json:"b"`
	Diff      float64 `json:"difference"`
	CI95      float64 `json:"ci95"` // plus and minus
	Percent   float64 `json:"percent"`
	Percent95 float64 `json:"percent_ci95"`
	Sure      bool    `json:"sure"`   // the interval leaves zero out
	Chance    float64 `json:"chance"` // of as great a difference by chance alone
}

// comparedRow is a difference among all of a comparison.
type comparedRow struct {
	difference
	Stands bool `json:"stands"` // also when all are looked at together (Holm 1979)
}

// Run is called by kong.
func (f *flowCompare) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if f.Replications < 2 || f.Replications > 1000 {
		return usageError{fmt.Errorf("--replications %d: give 2 to 1000; one day alone tells no difference from chance", f.Replications)}
	}
	width, height, err := sizeOf(f.Size)
	if err != nil {
		return err
	}
	var dirs [2]string
	var sites [2]*twin.Site
	for i, path := range [2]string{f.A, f.B} {
		var err error
		if dirs[i], sites[i], err = f.layout(path); err != nil {
			return err
		}
	}
	scenarios, err := pairOf(dirs, sites)
	if err != nil {
		return err
	}
	whose := f.Site
	if whose == "" {
		whose = f.A
	}
	s, told, err := f.alike(whose, sites[0], f.Replications)
	if err != nil {
		return err
	}
	s.Elasticity = whatif.Eisend
	if f.Elasticity != s.Elasticity.Mean || f.ElasticityFor != s.Elasticity.SD {
		s.Elasticity = whatif.Elasticity{Mean: f.Elasticity, SD: f.ElasticityFor, Source: "as given"}
	}
	step := out.steps("compare")
	if f.Sales != "" {
		sold, err := readSales(f.Sales, sites[0])
		if err != nil {
			return err
		}
		days, err := whatif.Live(ctx, s, scenarios[0], func(done float64) { step("days of A, to calibrate", done) })
		if err != nil {
			return err
		}
		if s.Elasticity, err = whatif.Calibrate(s.Elasticity, sold, whatif.SeenIn(days)); err != nil {
			return fmt.Errorf("%s: %w", f.Sales, err)
		}
	}
	c, err := whatif.Compare(ctx, s, scenarios[0], scenarios[1], func(done float64) { step("days", done) })
	if err != nil {
		return err
	}
	sure, standing, stands := 0, 0, whatif.Standing(c.Rows)
	var listed []any
	for i, r := range c.Rows {
		if r.Sure {
			sure++
		}
		if stands[i] {
			standing++
		}
		listed = append(listed, comparedRow{rowOf(r), stands[i]})
	}
	if f.Picture != "" {
		if err := f.draw(dirs[1], sites, c); err != nil {
			return err
		}
	}
	if f.Beside != "" {
		if err := f.drawBeside(ctx, dirs, sites, c, width, height); err != nil {
			return err
		}
	}
	metrics := map[string]float64{"replications": float64(f.Replications), "measures": float64(len(c.Rows)), "sure": float64(sure), "standing": float64(standing),
		"elasticity": s.Elasticity.Mean, "elasticity_sd": s.Elasticity.SD, "seconds": time.Since(began).Seconds()}
	notes := []string{"simulated shoppers; the same ones, day by day, in both layouts: " + told,
		fmt.Sprintf("of %d intervals of 95 %%, about %.0f leave zero out by chance alone; with 95 %% certainty chance made none of those that stand (Holm 1979)", len(c.Rows), 0.05*float64(len(c.Rows))),
		"sales follow exposure by an elasticity of " + fmt.Sprintf("%.2f ± %.2f: %s", s.Elasticity.Mean, 1.96*s.Elasticity.SD, s.Elasticity.Source)}
	if f.JSON {
		return out.json(report{Command: "flow compare", Inputs: map[string]any{"a": f.A, "b": f.B, "replications": f.Replications, "hours": f.Hours, "shoppers": f.Shoppers, "seed": f.Seed},
			Metrics: metrics, Rows: listed, Notes: notes})
	}
	for i, r := range c.Rows {
		if r.Sure || r.Of == "" {
			mark := ""
			if stands[i] {
				mark = "  stands"
			}
			out.printf("%-36s %10.3g → %-10.3g %s%s\n", r.Name(), r.A, r.B, change(r), mark)
		}
	}
	out.printf("%d days of each, %.0f s; %d of %d figures differ for sure, %d stand. %s; %s\n", f.Replications, metrics["seconds"], sure, len(c.Rows), standing, notes[1], notes[2])
	return nil
}

// change is a difference as one says it.
func change(r whatif.Difference) string {
	if r.A == 0 {
		return fmt.Sprintf("%+.3g ± %.2g", r.Diff, r.Half)
	}
	return fmt.Sprintf("%+.0f %% ± %.0f", r.Percent, r.PercentFor)
}

func rowOf(r whatif.Difference) difference {
	return difference{Measure: r.Measure, Of: r.Of, A: r.A, B: r.B, Diff: r.Diff, CI95: r.Half, Percent: r.Percent, Percent95: r.PercentFor, Sure: r.Sure, Chance: r.Chance}
}

// layout reads a site folder, or a layout of one.
func (f *flowCompare) layout(path string) (dir string, site *twin.Site, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, err
	}
	if info.IsDir() {
		site, err = sitefolder.Read(path)
		return path, site, err
	}
	if f.Site == "" {
		return "", nil, fmt.Errorf("%s is a file: say with --site which site it is a layout of", path)
	}
	layout, err := os.ReadFile(path)
	if err != nil {
		return "", nil, err
	}
	text, err := os.ReadFile(filepath.Join(f.Site, "site.yaml"))
	if err != nil {
		return "", nil, err
	}
	if site, err = sitefolder.Parse(text, layout); err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return f.Site, site, nil
}

// groundOf is a site's storey with most floor, its classes being those of a folder.
func groundOf(dir string, site *twin.Site) (*ground.Ground, error) {
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return nil, err
	}
	return groundWith(cat, dir, site)
}

func groundWith(cat *catalogue.Catalogue, dir string, site *twin.Site) (*ground.Ground, error) {
	levels := ground.Storeys(site)
	if len(levels) == 0 {
		return nil, fmt.Errorf("%s: there is no room in site.yaml: people need a floor", dir)
	}
	g, err := ground.Of(site, levels[0], func(class string) ground.Role { return roleOf(cat, class) })
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return g, nil
}

// scenarioOf is a layout to live in.
func scenarioOf(dir string, site *twin.Site) (*whatif.Scenario, error) {
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return nil, err
	}
	g, err := groundWith(cat, dir, site)
	if err != nil {
		return nil, err
	}
	return &whatif.Scenario{Ground: g, Cabinets: cabinetsOf(cat, site)}, nil
}

// pairOf are a baseline and a variant to live in, each with the classes of its
// folder.
func pairOf(dirs [2]string, sites [2]*twin.Site) (pair [2]*whatif.Scenario, err error) {
	for i, site := range sites {
		if pair[i], err = scenarioOf(dirs[i], site); err != nil {
			return pair, err
		}
	}
	pair[1].Since(sites[0], sites[1])
	return pair, nil
}
