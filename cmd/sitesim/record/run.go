package record

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/scenario"
)

// RunOptions of the recording of one drawn run.
type RunOptions struct {
	Draw       scenario.Options
	Step       time.Duration // plant time between two showings of all values
	Lasts      time.Duration // from the start; 0: to the run's planned end
	Judge      bool          // add to the truth what each action would have cost
	Out, Truth string
}

// RunSummary tells what was recorded.
type RunSummary struct {
	Plan     *scenario.Plan
	Showings int
}

// Drawn draws a run and records it to o.Out, with the truth about it in o.Truth:
// what a reader gets who advances the served run by o.Step, reads every value, and
// so on to the run's end. Neither file appears unless it is whole.
func Drawn(ctx context.Context, o RunOptions) (RunSummary, error) {
	plan, err := scenario.Draw(o.Draw)
	if err != nil {
		return RunSummary{}, err
	}
	play := scenario.NewPlay(plan)
	end := plan.Until
	if o.Lasts > 0 {
		end = plan.Start.Add(o.Lasts)
	}
	shown, err := showings(ctx, play, o.Step, end)
	if err != nil {
		return RunSummary{}, err
	}
	truth := any(play.Plan)
	if o.Judge {
		judged, err := scenario.Judge(plan)
		if err != nil {
			return RunSummary{}, err
		}
		judged.Over(play)
		truth = judged
	}
	if err := whole(o.Out, func(w io.Writer) error { return shown.write(w) }); err != nil {
		return RunSummary{}, fmt.Errorf("record scenario %d: %w", plan.Seed, err)
	}
	err = whole(o.Truth, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", " ")
		return enc.Encode(truth)
	})
	if err != nil {
		return RunSummary{}, fmt.Errorf("record the truth about scenario %d: %w", plan.Seed, err)
	}
	return RunSummary{Plan: play.Plan, Showings: len(shown.at)}, nil
}

// showings plays a run to an end and keeps what arrived at each showing.
func showings(ctx context.Context, play *scenario.Play, step time.Duration, end time.Time) (*shown, error) {
	points := play.Points()
	s := &shown{template: play.Plan.Template, seed: play.Plan.Seed, step: step, devices: play.Devices(), points: points, columns: make([][]arrival, len(points))}
	stride, ahead := play.Stride().Seconds(), 0.0
	for {
		_, now := play.Times()
		s.at = append(s.at, now)
		for i, q := range points {
			a := arrival{}
			if sample, ok := play.Arrive(i, q); ok {
				a = arrival{q.Told(sample), true}
				a.List = slices.Clone(a.List)
			}
			s.columns[i] = append(s.columns[i], a)
		}
		if !now.Before(end) {
			return s, play.Err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// As the served site's Advance does.
		for ahead += step.Seconds(); ahead >= stride; ahead -= stride {
			play.Step()
		}
	}
}

// arrival is what came of a point at one showing, if something did.
type arrival struct {
	point.Sample
	came bool
}
