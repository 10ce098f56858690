package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/twin/energy"
)

// evalBuilding operates an FMU's building with the twin, against the controller
// that the FMU has built in.
type evalBuilding struct {
	FMU      string `name:"fmu" required:"" type:"existingfile" placeholder:"X.fmu" help:"Model of the building, FMI 2.0."`
	Map      string `required:"" type:"existingfile" placeholder:"MAP.yaml" help:"What is what in it; docs/fmi.md tells the form."`
	Days     int    `default:"7" help:"Days to operate it."`
	Start    string `default:"30d" placeholder:"TIME" help:"When they begin in the FMU's time: seconds, or days as 30d; several with commas between."`
	Identify int    `default:"10" help:"Days before in which set points are moved about at random to learn the building; never of those that are judged."`
	WarmUp   int    `default:"3" help:"Days between under the FMU's own controller, as many as fit."`
	Seed     uint64 `default:"1" help:"Of the random set points."`
	Journal  string `type:"path" placeholder:"DIR" help:"Leave the journal of all actions there: a site folder for each start, which journal verify proves."`
	JSON     bool   `help:"Print one JSON object."`

	fmuFlags
}

const (
	day          = 86400.0
	horizonHours = 24
	penalty      = 4.0 // money per K²·h beyond comfort; a few hours' heating
)

// Run is called by kong.
func (e *evalBuilding) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if e.Days < 1 || e.Identify < 2 || e.WarmUp < 1 {
		return usageError{fmt.Errorf("give at least one day to operate (%d), two to identify (%d) and one to warm up (%d)", e.Days, e.Identify, e.WarmUp)}
	}
	starts, err := startsOf(e.Start)
	if err != nil {
		return err
	}
	u, err := fmi.Open(ctx, e.FMU)
	if err != nil {
		return err
	}
	defer u.Close()
	m, err := readBuildingMap(e.Map, u)
	if err != nil {
		return err
	}
	r := report{Command: "eval building", Metrics: map[string]float64{}, Inputs: map[string]any{"fmu": e.FMU, "map": e.Map, "days": e.Days, "start": e.Start,
		"identify": e.Identify, "warm_up": e.WarmUp, "seed": e.Seed}, Notes: []string{
		"prices and weather are forecast without error, as by the test cases of BOPTEST",
		"each action is proposed, guarded by the map's limits and rates, decided, intended, written once under a warrant and read back, in a journal that verifies"}}
	for _, start := range starts {
		row, err := e.operate(ctx, u, m, start, out, &r)
		if err != nil {
			return fmt.Errorf("eval building: from %g d: %w", start/day, err)
		}
		r.Rows = append(r.Rows, row)
	}
	for name := range r.Metrics {
		r.Metrics[name] /= float64(len(starts))
	}
	r.Metrics["cost_saving_percent"] = saving(r.Metrics["cost"], r.Metrics["cost_baseline"])
	r.Metrics["energy_saving_percent"] = saving(r.Metrics["energy_kwh_m2"], r.Metrics["energy_kwh_m2_baseline"])
	r.Metrics["seconds"] = time.Since(began).Seconds()
	if e.JSON {
		return out.json(r)
	}
	x := r.Metrics
	out.printf("%-28s %12s %12s\n", "", "twin", "baseline")
	for _, name := range []string{"cost", "energy_kwh_m2", "discomfort_kh", "co2_kg_m2", "peak_kw_m2"} {
		out.printf("%-28s %12.4f %12.4f\n", name, x[name], x[name+"_baseline"])
	}
	out.printf("cost %.1f %% less, energy %.1f %% less; time ratio %.6f; %.0f actions, %.0f guarded; %.1f s\n",
		x["cost_saving_percent"], x["energy_saving_percent"], x["time_ratio"], x["actions"], x["actions_guarded"], x["seconds"])
	return nil
}

// saving is in percent; of nothing, nothing is saved.
func saving(ours, theirs float64) float64 {
	if theirs == 0 {
		return 0
	}
	return 100 * (1 - ours/theirs)
}

func startsOf(text string) ([]float64, error) {
	var out []float64
	for _, part := range strings.Split(text, ",") {
		number, isDays := strings.CutSuffix(strings.TrimSpace(part), "d")
		v, err := strconv.ParseFloat(number, 64)
		if err != nil || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, usageError{fmt.Errorf("--start %q: write seconds, or days as 30d", part)}
		}
		if isDays {
			v *= day
		}
		out = append(out, v)
	}
	return out, nil
}

// operate identifies the building, and runs both controllers from one start.
func (e *evalBuilding) operate(ctx context.Context, u *fmi.FMU, m *buildingMap, start float64, out *output, r *report) (any, error) {
	warm, end := min(float64(e.WarmUp)*day, start), start+float64(e.Days)*day
	learnFrom := start - warm - float64(e.Identify)*day
	if learnFrom < 0 {
		learnFrom = end + day
	}
	open := func(from float64) (*building, error) {
		o, err := e.options(u, from, nil)
		if err != nil {
			return nil, err
		}
		if whole := m.Sampling / o.Step; math.Abs(whole-math.Round(whole)) > 1e-9 {
			o.Step = m.Sampling // steps that do not fill it would not be equal
		}
		run, err := u.Start(ctx, o)
		if err != nil {
			return nil, err
		}
		return &building{buildingMap: m, fmu: u, run: run}, nil
	}
	out.note("from %g d: learn the building in %d days from %g d", start/day, e.Identify, learnFrom/day)
	pupil, err := open(learnFrom)
	if err != nil {
		return nil, err
	}
	defer pupil.run.Close()
	model, err := pupil.learn(ctx, e.Identify, rand.New(rand.NewPCG(e.Seed, uint64(start))))
	if err != nil {
		return nil, err
	}
	out.note("from %g d: off by %.2f K after %d h; the FMU's own controller runs", start/day, model.Error, 6)
	baseline, err := open(start - warm)
	if err != nil {
		return nil, err
	}
	defer baseline.run.Close()
	// A day more tells the forecast of the last day, and is not judged.
	if err := baseline.coast(ctx, end+day); err != nil {
		return nil, err
	}
	out.note("from %g d: the twin runs", start/day)
	twin, err := open(start - warm)
	if err != nil {
		return nil, err
	}
	defer twin.run.Close()
	if err := twin.coast(ctx, start); err != nil {
		return nil, err
	}
	c := newController(m, model, twin.rows, baseline, start-warm)
	journal := &heldJournal{}
	if err := c.drive(ctx, twin, journal, end); err != nil {
		return nil, err
	}
	if err := journal.proven(); err != nil {
		return nil, fmt.Errorf("its journal: %w", err)
	}
	if e.Journal != "" {
		if err := m.keep(ctx, u, journal, e.Journal, start); err != nil {
			return nil, fmt.Errorf("keep its journal: %w", err)
		}
	}
	ours, theirs := energy.Measure(between(twin.samples, start, end), m.Area), energy.Measure(between(baseline.samples, start, end), m.Area)
	for name, v := range map[string][2]float64{
		"energy_kwh_m2": {ours.Energy, theirs.Energy}, "discomfort_kh": {ours.Discomfort, theirs.Discomfort}, "cost": {ours.Cost * m.Area, theirs.Cost * m.Area},
		"cost_m2": {ours.Cost, theirs.Cost}, "co2_kg_m2": {ours.CO2, theirs.CO2}, "peak_kw_m2": {ours.Peak, theirs.Peak},
	} {
		r.Metrics[name] += v[0]
		r.Metrics[name+"_baseline"] += v[1]
	}
	r.Metrics["time_ratio"] += c.seconds / (end - start)
	r.Metrics["actions"] += float64(len(c.actions))
	r.Metrics["actions_guarded"] += float64(c.guarded)
	r.Metrics["journal_events"] += float64(journal.len())
	for _, v := range model.Error {
		r.Metrics["forecast_rmse_6h_k"] += v / float64(len(model.Error))
	}
	return map[string]any{"start_s": start, "identified_from_s": learnFrom, "twin": ours, "baseline": theirs,
		"cost_saving_percent": saving(ours.Cost, theirs.Cost), "forecast_rmse_6h_k": model.Error, "actions": c.actions}, nil
}

func between(list []energy.Sample, from, to float64) []energy.Sample {
	var out []energy.Sample
	for _, s := range list {
		if s.At >= from-1e-6 && s.At <= to+1e-6 {
			out = append(out, s)
		}
	}
	return out
}
