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
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// RunOptions of the recording of one drawn run.
type RunOptions struct {
	Draw       scenario.Options
	Step       time.Duration // plant time between two readings of all values
	Lasts      time.Duration // from the start; 0: to the run's planned end
	Between    time.Duration // between two readings of people's positions; 0: as Step
	Judge      bool          // add to the truth what each action would have cost
	Out, Truth string
}

// RunSummary tells what was recorded.
type RunSummary struct {
	Plan     *scenario.Plan
	Readings int
}

// Drawn draws a run and records it to o.Out, with the truth about it in o.Truth:
// what a reader gets who advances the served run by o.Between and reads where people
// are, and at each o.Step every value, to the run's end. Neither file appears unless
// it is whole.
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
	shown, err := readings(ctx, play, o.Step, o.Between, end)
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
	return RunSummary{Plan: play.Plan, Readings: len(shown.at)}, nil
}

// readings plays a run to an end and keeps what came at each reading: what arrived
// last of a point, at that showing or one before that was not read.
func readings(ctx context.Context, play *scenario.Play, step, between time.Duration, end time.Time) (*shown, error) {
	points := play.Points()
	if between == 0 || !slices.ContainsFunc(points, func(q point.Point) bool { return q.Kind == point.Floats }) {
		between = step // nobody is seen
	}
	s := &shown{template: play.Plan.Template, seed: play.Plan.Seed, step: step, devices: play.Devices(), points: points, columns: make([][]arrival, len(points))}
	if plan, ok := play.World.(interface{ Fixtures() []store.Fixture }); ok {
		s.fixtures = plan.Fixtures()
	}
	stride, ahead, whole := play.Stride().Seconds(), 0.0, time.Duration(0)
	waiting := make([]arrival, len(points))
	for {
		_, now := play.Times()
		s.at, s.whole = append(s.at, now), append(s.whole, whole%step == 0)
		for i := range points {
			q := &points[i]
			if sample, ok := play.Arrive(i, q); ok {
				waiting[i] = arrival{q.Told(sample), true}
			}
			if q.Kind != point.Floats && whole%step != 0 {
				continue // it is not read now
			}
			waiting[i].List = slices.Clone(waiting[i].List)
			s.columns[i] = append(s.columns[i], waiting[i])
			waiting[i] = arrival{}
		}
		if !now.Before(end) {
			return s, play.Err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// As the served site's Advance does.
		for ahead += between.Seconds(); ahead >= stride; ahead -= stride {
			play.Step()
		}
		whole += between
	}
}

// arrival is what came of a point at one reading, if something did.
type arrival struct {
	point.Sample
	came bool
}
