package main

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

type flowSimulate struct {
	Site     string  `required:"" type:"existingdir" placeholder:"DIR" help:"Site folder."`
	Hours    float64 `default:"1" help:"That are simulated."`
	Shoppers float64 `placeholder:"N" help:"In an hour, in the mean of the day; else as many as came when the site was recorded, or 70."`
	Seed     uint64  `default:"1" help:"Of the day."`
	Tracks   string  `type:"path" placeholder:"FILE" help:"Write where everybody was as CSV: id, time, x, z."`
	Futures  int     `placeholder:"N" help:"Tell instead how much of the congestion of the day can be known: live so many futures of a moment every 20 minutes."`
	Model    string  `type:"existingfile" placeholder:"FILE" help:"Of --futures: a model of congestion to compare, instead of the one in the program."`
	JSON     bool    `help:"Print one JSON object."`
}

// Run is called by kong.
func (f *flowSimulate) Run(ctx context.Context, out *output) error {
	began := time.Now()
	site, g, err := walkable(f.Site)
	if err != nil {
		return err
	}
	if !(f.Hours > 0) || !(f.Shoppers >= 0) {
		return fmt.Errorf("--hours %g, --shoppers %g: give positive numbers", f.Hours, f.Shoppers)
	}
	step := out.steps("simulate")
	shoppers, whose, err := shoppersOf(f.Site, site, f.Hours, f.Shoppers, 70)
	if err != nil {
		return err
	}
	shoppers.Seed = f.Seed
	if f.Futures != 0 {
		if f.Futures < 2 || f.Futures > 1000 || f.Tracks != "" {
			return usageError{fmt.Errorf("--futures %d: give 2 to 1000, without --tracks", f.Futures)}
		}
		return f.known(ctx, out, g, shoppers)
	}
	day, err := shop.Run(ctx, g, shoppers, func(done float64) { step("shoppers walk", done) })
	if err != nil {
		return fmt.Errorf("%s: %w", f.Site, err)
	}
	if f.Tracks != "" {
		if err := writeTracks(f.Tracks, day.People); err != nil {
			return err
		}
	}
	metrics, rows, err := measured(ctx, day.People, g, true)
	if err != nil {
		return err
	}
	for name, v := range map[string]float64{
		"entered": float64(day.Entered), "left": float64(day.Left), "items": float64(day.Items), "impulses": float64(day.Impulses),
		"wait_mean_s": mean(day.Waits), "stay_mean_s": mean(day.Stays), "unreached": float64(day.Unreached), "turned_away": float64(day.TurnedAway),
		"seconds": time.Since(began).Seconds(),
	} {
		metrics[name] = v
	}
	notes := []string{"simulated people, not recorded ones", whose}
	return f.tell(out, metrics, rows, notes)
}

func (f *flowSimulate) tell(out *output, metrics map[string]float64, rows []any, notes []string) error {
	if f.JSON {
		return out.json(report{Command: "flow simulate", Inputs: map[string]any{"site": f.Site, "hours": f.Hours, "shoppers": f.Shoppers, "seed": f.Seed},
			Metrics: metrics, Rows: rows, Notes: notes})
	}
	out.printf("%.0f came and %.0f left, %.0f items (%.0f by impulse), %.0f s in a queue and %.0f s in the shop in the mean; %.1f s of work\n",
		metrics["entered"], metrics["left"], metrics["items"], metrics["impulses"], metrics["wait_mean_s"], metrics["stay_mean_s"], metrics["seconds"])
	printFlow(out, metrics, rows)
	return nil
}

type flowAnalyze struct {
	trackFile
	Site    string  `type:"existingdir" placeholder:"DIR" help:"Site folder, for zones, shelves, tills and ways round fixtures."`
	Infer   bool    `help:"Find fixtures and aisles from where people never go."`
	Body    float64 `placeholder:"M" help:"Radius of what goes by, for --infer: a person has 0.2, a cart 0.35."`
	Shelves string  `type:"path" placeholder:"FILE" help:"Write what --infer found as a list of shelves, which generate makes a twin of."`
	manyPeople
	CSV  string `type:"path" placeholder:"FILE" help:"Write the rows as CSV: of what, its name, the figure, its value."`
	JSON bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (f *flowAnalyze) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if err := f.check(); err != nil {
		return err
	}
	if f.Site == "" && f.ofSite() {
		f.Site = f.Tracks
	}
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
		notes = append(notes, "no site was given: the floor is the box of all ways, and squares of it stand for zones")
	}
	k := f.of(site)
	metrics, rows, err := measured(ctx, people, g, timed)
	if err != nil {
		return err
	}
	if f.Infer || f.Shelves != "" {
		var floor *ground.Ground
		if f.Site != "" {
			floor = g
		}
		more, told, err := f.inferred(people, floor, k, metrics)
		if err != nil {
			return err
		}
		rows, notes = append(rows, more...), append(notes, told...)
	}
	rows, withheld, err := withhold(k, persons(people), metrics, rows)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Tracks, err)
	}
	if withheld != "" {
		notes = append(notes, withheld)
	}
	if f.CSV != "" {
		if err := writeFigures(f.CSV, metrics, rows); err != nil {
			return err
		}
	}
	metrics["seconds"] = time.Since(began).Seconds()
	if f.JSON {
		return out.json(report{Command: "flow analyze", Inputs: map[string]any{"tracks": f.Tracks, "site": f.Site, "k": k}, Metrics: metrics, Rows: rows, Notes: notes})
	}
	for _, n := range notes {
		out.note("%s", n)
	}
	printFlow(out, metrics, rows)
	return nil
}

// around is a floor of which nothing is known but that people walked on it.
func around(people []twin.Trajectory) *ground.Ground {
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, p := range people {
		for _, f := range p.Fixes {
			lo = geom.Vec2{min(lo[0], f.X), min(lo[1], f.Z)}
			hi = geom.Vec2{max(hi[0], f.X), max(hi[1], f.Z)}
		}
	}
	const edge, squares = 0.5, 4
	lo, hi = lo.Sub(geom.Vec2{edge, edge}), hi.Add(geom.Vec2{edge, edge})
	rect := func(x0, z0, x1, z1 float64) []geom.Vec2 { return []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}} }
	g := &ground.Ground{Floor: plan.Floor{Outlines: [][]geom.Vec2{rect(lo[0], lo[1], hi[0], hi[1])}}}
	size := hi.Sub(lo).Mul(1. / squares)
	for i := range squares * squares {
		x, z := lo[0]+size[0]*float64(i%squares), lo[1]+size[1]*float64(i/squares)
		g.Zones = append(g.Zones, measure.Zone{ID: string(rune('A'+i%squares)) + strconv.Itoa(1+i/squares), Outline: rect(x, z, x+size[0], z+size[1])})
	}
	g.Rooms = []measure.Zone{{ID: "floor", Outline: g.Floor.Outlines[0]}}
	return g
}

// zoneRow and frontRow are what was seen of a zone and of a shelf.
type zoneRow struct {
	Zone       string  `json:"zone"`
	Visitors   int     `json:"visitors"`
	Visits     int     `json:"visits"`
	DwellS     float64 `json:"dwell_s"`
	MeanS      float64 `json:"dwell_mean_s"`
	DensityMax float64 `json:"density_max_m2"`
	Service    string  `json:"level_of_service"`
}

type frontRow struct {
	Asset    string   `json:"asset"`
	Exposure float64  `json:"exposure_s"`
	Dwell    float64  `json:"dwell_s"` // of all, within reach of it
	Passed   int      `json:"passed"`
	Stopped  *int     `json:"stopped"` // null: withheld
	Capture  *float64 `json:"capture_rate"`
	viewers  int      // who saw it, from afar too
}

// wayRow is how many went from zone to zone: of two, a cell of the matrix of
// origins and destinations, of three, a path.
type wayRow struct {
	Zones  []string `json:"way"`
	People int      `json:"people"`
	Times  int      `json:"times"`
}

// measured takes the measures of ways on a ground. Without times there are only
// those of order and place.
func measured(ctx context.Context, people []twin.Trajectory, g *ground.Ground, timed bool) (map[string]float64, []any, error) {
	metrics := map[string]float64{"people": float64(len(people))}
	var speeds, lengths, detours []float64
	mesh, err := plan.NewMesh(ctx, g.Floor, 0.2)
	if err != nil {
		return nil, nil, err
	}
	first, last := math.Inf(1), 0.0
	for _, p := range people {
		lengths = append(lengths, p.Length())
		if n := len(p.Fixes); n > 1 {
			first, last = min(first, p.Fixes[0].T), max(last, p.Fixes[n-1].T)
			if d := p.Duration(); timed && d > 0 {
				speeds = append(speeds, p.Length()/d)
			}
		}
		if d, ok := measure.Detour(p, mesh); ok {
			detours = append(detours, d)
		}
	}
	metrics["walked_m"], metrics["way_median_m"] = mean(lengths)*float64(len(lengths)), median(lengths)
	metrics["detour_median"] = median(detours)
	if timed {
		metrics["speed_mean_m_s"], metrics["recorded_s"] = mean(speeds), last-first
	}
	visits := measure.Visits(people, g.Zones)
	dwell := measure.Dwell(visits, len(g.Zones))
	metrics["visit_entropy_bit"] = measure.Entropy(dwell)
	most := make([]float64, len(g.Zones))
	if timed && ctx.Err() == nil {
		every := max(5, (last-first)/2000)
		for t := first; t <= last; t += every {
			present := measure.Present(people, t)
			metrics["present_max"] = max(metrics["present_max"], float64(len(present)))
			for i, z := range g.Zones {
				most[i] = max(most[i], measure.Density(present, z.Outline))
			}
		}
	}
	var rows []any
	for i, z := range g.Zones {
		r := zoneRow{Zone: z.ID, Visitors: dwell[i].Visitors, Visits: dwell[i].Visits}
		if timed {
			r.DwellS, r.MeanS, r.DensityMax, r.Service = dwell[i].Seconds, dwell[i].Mean, most[i], measure.ServiceOf(most[i]).String()
			metrics["density_max_m2"] = max(metrics["density_max_m2"], most[i])
		}
		rows = append(rows, r)
	}
	for _, long := range []int{2, 3} {
		for _, w := range measure.Ways(visits, long) {
			r := wayRow{People: w.People, Times: w.Times}
			for _, z := range w.Zones {
				r.Zones = append(r.Zones, g.Zones[z].ID)
			}
			rows = append(rows, r)
		}
	}
	if timed && len(g.Fronts) > 0 {
		faces := make([]measure.Face, len(g.Fronts))
		for i, f := range g.Fronts {
			faces[i] = f.Face
		}
		exposure, viewers := measure.Seen(people, faces, g.Floor.Walls())
		var list []frontRow
		for i, f := range g.Fronts {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			along := geom.Vec2{-f.Front[1], f.Front[0]}.Mul(f.Width / 2)
			deep := f.Front.Mul(1.2)
			before := []geom.Vec2{f.At.Sub(along), f.At.Add(along), f.At.Add(along).Add(deep), f.At.Sub(along).Add(deep)}
			c := measure.CaptureOf(people, before)
			stays := measure.Dwell(measure.Visits(people, []measure.Zone{{Outline: before}}), 1)
			list = append(list, frontRow{string(f.Asset), exposure[i], stays[0].Seconds, c.Passed, &c.Stopped, &c.Rate, viewers[i]})
		}
		slices.SortStableFunc(list, func(a, b frontRow) int {
			if a.Exposure < b.Exposure {
				return -1
			}
			return 1
		})
		metrics["exposure_least_s"] = list[0].Exposure
		for _, r := range list {
			rows = append(rows, r)
		}
	}
	more, err := figures(ctx, people, g, timed, metrics)
	if err != nil {
		return nil, nil, err
	}
	return metrics, append(rows, more...), ctx.Err()
}

func printFlow(out *output, metrics map[string]float64, rows []any) {
	_, timed := metrics["recorded_s"]
	out.printf("%.0f people, %.0f m walked, %.1f m a way in the median, %.2f times the shortest from its first place to its last",
		metrics["people"], metrics["walked_m"], metrics["way_median_m"], metrics["detour_median"])
	if timed {
		out.printf("; %.2f m/s, stops included, at most %.0f at once", metrics["speed_mean_m_s"], metrics["present_max"])
	}
	out.printf("\n")
	const waysTold = 10 // of two zones, and of three: the JSON object and the CSV file have all
	told := map[int]int{}
	for _, r := range rows {
		switch r := r.(type) {
		case zoneRow:
			out.printf("zone %-28s %5d visitors %5d visits", r.Zone, r.Visitors, r.Visits)
			if timed {
				out.printf("  %7.0f s, %5.1f s each  at most %.2f people per m² (%s)", r.DwellS, r.MeanS, r.DensityMax, r.Service)
			}
			out.printf("\n")
		case fixtureRow:
			out.printf("%-12s %5.1f × %4.1f m at (%.1f, %.1f), %d went past it and none through: %.1f %% sure\n", r.Fixture, r.Width, r.Depth, r.X, r.Z, r.Passed, 100*r.Sure)
		case aisleRow:
			out.printf("%-12s %5.1f × %4.1f m at (%.1f, %.1f), %d went along it\n", r.Aisle, r.Length, r.Width, r.X, r.Z, r.People)
		case frontRow:
			out.printf("shelf %-27s seen for %6.0f s, %5.0f s before it, %d passed", r.Asset, r.Exposure, r.Dwell, r.Passed)
			if r.Stopped != nil {
				out.printf(", %d stopped (%.0f %%)", *r.Stopped, 100**r.Capture)
			}
			out.printf("\n")
		case lineRow:
			out.printf("line  %-27s %5d people crossed it %d times", r.Line, r.People, r.Times)
			if r.Left != nil {
				out.printf(", %d of them to its left", *r.Left)
			}
			if timed {
				out.printf(", %.3f a second", r.Flow)
			}
			out.printf("\n")
		case stateRow:
			out.printf("level %s  %5d moments of zones: %.2f people per m² (Voronoi), %.2f m/s, %.3f per metre and second\n", r.Service, r.Moments, r.Density, r.Speed, r.Flow)
		case tillRow:
			out.printf("till  %-27s %5d paid, %4.0f s in the mean with the queue before it, at most %d at once, %.2f in the mean\n", r.Till, r.People, r.WaitS, r.LengthMax, r.LengthMean)
		case sightRow:
			out.printf("sight %-27s %6.0f m² are seen from there, integration %.2f\n", r.Zone, r.Isovist, r.Integration)
		case wayRow:
			if told[len(r.Zones)]++; told[len(r.Zones)] <= waysTold {
				out.printf("way   %-60s %5d people %5d times\n", strings.Join(r.Zones, " → "), r.People, r.Times)
			}
		}
	}
}

func mean(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	if len(list) == 0 {
		return 0
	}
	return sum / float64(len(list))
}

// writeTracks writes ways as CSV, whole or not at all.
func writeTracks(path string, people []twin.Trajectory) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".tracks-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "id,time,x,z")
	for _, p := range people {
		for _, at := range p.Fixes {
			fmt.Fprintf(w, "%s,%.2f,%.3f,%.3f\n", p.Person, at.T, at.X, at.Z)
		}
	}
	if err = w.Flush(); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
