package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/record"
)

// durationMax bounds a recording: a month at a change a second fills a disk.
const durationMax = 31 * 24 * time.Hour

// recordStep is the step of Corner Market's recordings when none is given.
const recordStep = 5 * time.Second

type recordCommand struct {
	Seed     uint64        `default:"1" help:"Which shop: sizes, weather, traffic and noise are drawn from it."`
	Duration time.Duration `default:"6h" help:"Plant time to record."`
	Step     time.Duration `default:"5s" help:"Plant time between rows, a whole number of seconds; of drawn runs between two showings of all values, a minute when not given."`
	Start    string        `help:"Plant time of the first row, RFC 3339; drawn from the seed when not given."`
	Faults   string        `default:"none" enum:"none,random" help:"random: each cabinet gets none or one fault; none: only those of --fault."`
	Fault    []string      `placeholder:"DEVICE:FAULT@DURATION[:SEVERITY]" sep:"none" help:"A fault to inject, counted from the start; repeatable."`
	Out      string        `required:"" short:"o" placeholder:"FILE.csv.gz|DIR" help:"Telemetry: time,signal,value; a row for each change. Of drawn runs the folder: a .run and a .json of the truth for each."`
	Truth    string        `placeholder:"FILE.json" help:"The faults: device, fault, onset, end, severity."`

	Template  string        `default:"corner" enum:"corner,store,home" help:"Which site; store and home are recorded by drawn runs."`
	Scenario  string        `placeholder:"SEEDS" help:"Record the runs that these seeds draw, like 1-40 or 3,7, as they would be served."`
	Situation string        `placeholder:"CLASS" help:"What befalls the site in drawn runs, or normal; drawn when not given."`
	Weather   string        `placeholder:"FILE.epw" help:"EnergyPlus weather file of drawn runs; a climate made up from the seed when not given."`
	Lasts     time.Duration `placeholder:"DURATION" help:"How long drawn runs are recorded, like 48h; to their planned end when not given."`
	Between   time.Duration `placeholder:"DURATION" help:"Of drawn runs: plant time between two readings of people's positions, a part of --step, like 5s; that when not given."`
	Judge     bool          `help:"Add to the truth of drawn runs what each action would have cost, which takes longer than the run."`
	Jobs      int           `help:"Drawn runs recorded at a time; one a core when 0."`
}

// Run is called by kong.
func (r *recordCommand) Run(ctx context.Context) error {
	switch {
	case (r.Template != "corner") != (r.Scenario != ""):
		return usageError{errors.New("--template store and home are recorded by drawn runs, Corner Market is not: give --scenario SEEDS with one of the two")}
	case r.Scenario != "":
		return r.drawn(ctx)
	case r.Situation != "" || r.Weather != "" || r.Judge || r.Lasts != 0:
		return usageError{errors.New("--situation, --weather, --lasts and --judge belong to drawn runs: give --template store and --scenario SEEDS")}
	case r.Truth == "":
		return usageError{errors.New("--truth: name the file for the truth about the faults")}
	case r.Duration <= 0 || r.Duration > durationMax:
		return usageError{fmt.Errorf("--duration %s: give more than 0 and at most %s", r.Duration, durationMax)}
	case r.Step < time.Second || r.Step%time.Second != 0 || r.Step > r.Duration:
		return usageError{fmt.Errorf("--step %s: give whole seconds from 1s to the duration", r.Step)}
	}
	start, err := r.start()
	if err != nil {
		return err
	}
	plan, err := planned(r.Fault)
	if err != nil {
		return err
	}
	sum, err := record.Run(ctx, record.Options{Seed: r.Seed, Start: start, Duration: r.Duration, Step: r.Step,
		Faults: plan, RandomFaults: r.Faults == "random", Out: r.Out, Truth: r.Truth})
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%d rows of %d signals, %d faults, %s of plant time in %.2f s (%.0f times real time)\n",
		sum.Rows, sum.Signals, len(sum.Faults), r.Duration, sum.Wall.Seconds(), r.Duration.Seconds()/sum.Wall.Seconds())
	return nil
}

func (r *recordCommand) start() (time.Time, error) {
	if r.Start == "" {
		return record.DrawnStart(r.Seed), nil
	}
	t, err := time.Parse(time.RFC3339, r.Start)
	if err != nil {
		return t, usageError{fmt.Errorf("--start %q: give a time like 2026-06-03T10:00:00Z", r.Start)}
	}
	return t.UTC(), nil
}

// planned reads the --fault flags of both commands.
func planned(texts []string) ([]plant.Planned, error) {
	var plan []plant.Planned
	for _, text := range texts {
		f, err := plant.ParsePlanned(text)
		if err != nil {
			return nil, usageError{fmt.Errorf("--fault: %w", err)}
		}
		plan = append(plan, f)
	}
	return plan, nil
}
