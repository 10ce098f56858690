package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
	"github.com/glasstwin/glasstwin/twin/generate"
)

type flowCompare struct {
	A            string  `arg:"" type:"path" help:"Site folder, or a layout.yaml of --site."`
	B            string  `arg:"" type:"path" help:"Likewise: what it is compared with."`
	Site         string  `type:"existingdir" placeholder:"DIR" help:"Site folder that layouts given as files belong to."`
	Replications int     `default:"8" help:"Days of each, with the same shoppers in both."`
	Hours        float64 `default:"2" help:"Of a day that are simulated."`
	Shoppers     float64 `default:"90" help:"In an hour, in the mean of the day."`
	Seed         uint64  `default:"1" help:"Of the first day."`
	JSON         bool    `help:"Print one JSON object."`
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
	Sure      bool    `json:"sure"` // the interval leaves zero out
}

type figure struct{ measure, of string }

// Run is called by kong.
func (f *flowCompare) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if f.Replications < 2 || f.Replications > 1000 {
		return fmt.Errorf("--replications %d: give 2 to 1000; one day alone tells no difference from chance", f.Replications)
	}
	var grounds [2]*ground.Ground
	for i, path := range [2]string{f.A, f.B} {
		var err error
		if grounds[i], err = f.layout(path); err != nil {
			return err
		}
	}
	days, err := f.live(ctx, grounds, out)
	if err != nil {
		return err
	}
	rows := differences(days)
	sure := 0
	var listed []any
	for _, r := range rows {
		if r.Sure {
			sure++
		}
		listed = append(listed, r)
	}
	metrics := map[string]float64{"replications": float64(f.Replications), "measures": float64(len(rows)), "sure": float64(sure), "seconds": time.Since(began).Seconds()}
	notes := []string{"simulated shoppers; the same ones, day by day, in both layouts",
		fmt.Sprintf("of %d intervals of 95 %%, about %.0f leave zero out by chance alone", len(rows), 0.05*float64(len(rows)))}
	if f.JSON {
		return out.json(report{Command: "flow compare", Inputs: map[string]any{"a": f.A, "b": f.B, "replications": f.Replications, "hours": f.Hours, "shoppers": f.Shoppers, "seed": f.Seed},
			Metrics: metrics, Rows: listed, Notes: notes})
	}
	for _, r := range rows {
		if r.Sure || r.Of == "" {
			out.printf("%-34s %10.3g → %-10.3g %+.0f %% ± %.0f\n", r.name(), r.A, r.B, r.Percent, r.Percent95)
		}
	}
	out.printf("%d days of each, %.0f s; %d of %d figures differ for sure. %s\n", f.Replications, metrics["seconds"], sure, len(rows), notes[1])
	return nil
}

func (d difference) name() string {
	if d.Of == "" {
		return d.Measure
	}
	return d.Of + ": " + d.Measure
}

// layout reads a site folder, or a layout of one.
func (f *flowCompare) layout(path string) (*ground.Ground, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		_, g, err := walkable(path)
		return g, err
	}
	if f.Site == "" {
		return nil, fmt.Errorf("%s is a file: say with --site which site it is a layout of", path)
	}
	layout, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(f.Site, "site.yaml"))
	if err != nil {
		return nil, err
	}
	site, err := sitefolder.Parse(text, layout)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return groundOf(f.Site, site)
}

// groundOf is a site's storey with most floor, its classes being those of a folder.
func groundOf(dir string, site *twin.Site) (*ground.Ground, error) {
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return nil, err
	}
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

// live lets the same shoppers live every day in both layouts, on all cores.
func (f *flowCompare) live(ctx context.Context, grounds [2]*ground.Ground, out *output) ([][2]map[figure]float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	days := make([][2]map[figure]float64, f.Replications)
	jobs := make(chan int)
	var (
		all   sync.WaitGroup
		mu    sync.Mutex
		first error
		done  int
	)
	step := out.steps("compare")
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for j := range jobs {
				day, err := shop.Run(ctx, grounds[j%2], shop.Options{Hours: f.Hours, Arrivals: shop.Usual(f.Shoppers, int(math.Ceil(f.Hours))),
					Seed: f.Seed + uint64(j/2), Workers: 1}, nil)
				mu.Lock()
				if err != nil && first == nil {
					first = err
					cancel()
				}
				if err == nil {
					days[j/2][j%2] = figures(day, grounds[j%2])
					done++
					step("days", float64(done)/float64(2*f.Replications))
				}
				mu.Unlock()
			}
		})
	}
	for j := range 2 * f.Replications {
		jobs <- j
	}
	close(jobs)
	all.Wait()
	return days, first
}

// figures are those of one day.
func figures(day *shop.Result, g *ground.Ground) map[figure]float64 {
	out := map[figure]float64{
		{"items", ""}: float64(day.Items), {"impulses", ""}: float64(day.Impulses),
		{"wait, s", ""}: mean(day.Waits), {"stay, s", ""}: mean(day.Stays),
	}
	walked := 0.0
	for _, p := range day.People {
		walked += p.Length()
	}
	out[figure{"walked by each, m", ""}] = walked / max(1, float64(len(day.People)))
	for i, d := range measure.Dwell(measure.Visits(day.People, g.Zones), len(g.Zones)) {
		out[figure{"visits", g.Zones[i].ID}] = float64(d.Visits)
		out[figure{"heads in the mean", g.Zones[i].ID}] = d.Seconds / max(1, day.Seconds)
	}
	faces := make([]measure.Face, len(g.Fronts))
	for i, f := range g.Fronts {
		faces[i] = f.Face
	}
	for i, s := range measure.Exposure(day.People, faces, g.Floor.Walls()) {
		out[figure{"seen, s", string(g.Fronts[i].Asset)}] += s
	}
	return out
}

// differences pairs the days of both, the surest first.
func differences(days [][2]map[figure]float64) []difference {
	names := map[figure]bool{}
	for _, d := range days {
		for _, side := range d {
			for n := range side {
				names[n] = true
			}
		}
	}
	var rows []difference
	for n := range names {
		var a, b, d []float64
		for _, day := range days {
			a, b, d = append(a, day[0][n]), append(b, day[1][n]), append(d, day[1][n]-day[0][n])
		}
		r := difference{Measure: n.measure, Of: n.of, A: mean(a), B: mean(b), Diff: mean(d)}
		variance := 0.0
		for _, v := range d {
			variance += (v - r.Diff) * (v - r.Diff) / float64(len(d)-1)
		}
		r.CI95 = student(len(d)-1) * math.Sqrt(variance/float64(len(d)))
		if r.A != 0 {
			r.Percent, r.Percent95 = 100*r.Diff/r.A, 100*r.CI95/math.Abs(r.A)
		}
		r.Sure = math.Abs(r.Diff) > r.CI95
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b difference) int {
		whole := func(d difference) bool { return d.Of == "" }
		ratio := func(d difference) float64 { return math.Abs(d.Diff) / max(1e-12, d.CI95) }
		switch {
		case whole(a) != whole(b):
			if whole(a) {
				return -1
			}
			return 1
		case ratio(a) > ratio(b):
			return -1
		case ratio(a) < ratio(b):
			return 1
		case a.name() < b.name():
			return -1
		}
		return 1
	})
	return rows
}

// student is the 97.5 % point of Student's t for so many degrees of freedom: tables
// up to ten, then by Cornish and Fisher (Abramowitz and Stegun 26.7.5).
func student(n int) float64 {
	table := [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228}
	if n <= len(table) {
		return table[n-1]
	}
	const z = 1.959964
	v := float64(n)
	return z + (math.Pow(z, 3)+z)/(4*v) + (5*math.Pow(z, 5)+16*math.Pow(z, 3)+3*z)/(96*v*v) +
		(3*math.Pow(z, 7)+19*math.Pow(z, 5)+17*math.Pow(z, 3)-15*z)/(384*v*v*v)
}
