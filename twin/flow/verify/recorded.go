package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// experiment is one of the Jülich archive that is walked again: the same people
// come in at the places and times at which they were first recorded.
type experiment struct {
	id, name, file string
	floor          plan.Floor
	goal           walk.Goal
	line           [2]geom.Vec2 // over which the flow is counted
	area           []geom.Vec2  // in which heads are counted
	headway        walk.Headway
	radius         float64
	skip           int // of the first and of the last people, while the crowd forms and thins out
}

// Free speeds of the archive's test persons (Seyfried et al. 2009; Zhang,
// Klingsch, Schadschneider and Seyfried 2011: 1.55 ± 0.18 m/s).
const (
	labSpeed  = 1.55
	labSpread = 0.18
)

const archive = "Jülich archive of pedestrian dynamics; Seyfried et al. 2009, Zhang et al. 2011"

// experiments lists them; lengths in the recordings' own frame, y turned to -z.
func experiments() []experiment {
	list := []experiment{{
		id: "juelich-050", name: "a bottleneck of 0.5 m", file: "juelich-bottleneck-040.txt",
		floor:   plan.Floor{Outlines: [][]geom.Vec2{rect(-3.05, -8, 3.05, 0), rect(-0.25, -0.01, 0.25, 1.1), rect(-3.5, 1.1, 3.5, 5)}},
		goal:    line(-3, 4, 3, 4),
		line:    [2]geom.Vec2{{-0.25, 0.5}, {0.25, 0.5}},
		area:    rect(-0.5, -1.5, 0.5, -0.5),
		skip:    10,
		headway: walk.Pressing, radius: walk.RadiusPressing,
	}}
	for _, wide := range []float64{0.7, 1.2} {
		list = append(list, experiment{
			id: fmt.Sprintf("juelich-%03.0f", 100*wide), name: fmt.Sprintf("a corridor of 1.8 m with an exit of %.1f m", wide),
			file:    fmt.Sprintf("juelich-corridor-uo-180-180-%03.0f.txt", 100*wide),
			floor:   plan.Floor{Outlines: [][]geom.Vec2{rect(-1, -9, 2.8, -4), rect(0, -4.01, 1.8, 4.2), rect(0.88-wide/2, 4.19, 0.88+wide/2, 4.4), rect(-3, 4.4, 5, 8)}},
			goal:    line(-2, 7, 4, 7),
			line:    [2]geom.Vec2{{0.88 - wide/2, 4.3}, {0.88 + wide/2, 4.3}},
			area:    rect(0, -2, 1.8, 2),
			skip:    30,
			headway: walk.Queueing, radius: walk.RadiusQueueing,
		})
	}
	return list
}

// seen are the figures that recorded and simulated people are compared by.
type seen struct {
	flow    float64 // persons per second
	density float64 // heads per square metre, in the mean of the time in which the flow is counted
	people  int
}

// part is of whom figures are taken.
type part int

const (
	whole   part = iota
	earlier      // half of them, by which the headways were set
	later        // half of them, which judge what was set
)

// judge takes the figures of ways.
func (e *experiment) judge(people []twin.Trajectory, of part) (seen, error) {
	list := measure.Crossings(people, e.line[0].Sub(e.line[1]).Mul(0.2).Add(e.line[0]), e.line[1].Sub(e.line[0]).Mul(0.2).Add(e.line[1]))
	passed := map[string]bool{}
	list = slices.DeleteFunc(list, func(c measure.Crossing) bool {
		again := passed[c.Person]
		passed[c.Person] = true
		return again
	})
	s := seen{people: len(list)}
	if len(list) < 3*e.skip {
		return s, fmt.Errorf("%s: only %d people go over the line of the flow", e.file, len(list))
	}
	list = list[e.skip : len(list)-e.skip]
	switch of {
	case earlier:
		list = list[:len(list)/2]
	case later:
		list = list[len(list)/2:]
	}
	s.people = len(list)
	s.flow = measure.Flow(list)
	n := 0.0
	for t := list[0].T; t < list[len(list)-1].T; t += 0.5 {
		s.density += measure.Density(measure.Present(people, t), e.area)
		n++
	}
	s.density /= n
	return s, nil
}

// again walks the people of a recording.
func (e *experiment) again(ctx context.Context, o Options, recorded []twin.Trajectory) ([]twin.Trajectory, error) {
	w, err := walk.New(ctx, e.floor, walk.Options{Seed: o.Seed, Headway: e.headway})
	if err != nil {
		return nil, err
	}
	dice := rand.New(rand.NewPCG(o.Seed, 23))
	var out []twin.Trajectory
	next := 0
	for k := 0; w.Time() < 400 && (next < len(recorded) || len(w.Present()) > 0); k++ {
		if k%100 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for next < len(recorded) && recorded[next].Fixes[0].T <= w.Time() {
			f := recorded[next].Fixes[0]
			p := walk.Person{Radius: e.radius, At: geom.Vec2{f.X, f.Z}, Speed: labSpeed + labSpread*min(2.5, max(-2.5, dice.NormFloat64())), Heading: geom.Vec2{0, 1}}
			// A head may be recorded nearer to a wall or to another than a body is:
			// then the nearest place with room is taken.
			id, err := w.Enter(p)
			for ring := 1; ring <= 8 && errors.Is(err, walk.ErrNoRoom); ring++ {
				for turn := 0; turn < 12 && errors.Is(err, walk.ErrNoRoom); turn++ {
					sin, cos := math.Sincos(2 * math.Pi * float64(turn) / 12)
					p.At = geom.Vec2{f.X, f.Z}.Add(geom.Vec2{cos, sin}.Mul(0.05 * float64(ring)))
					id, err = w.Enter(p)
				}
			}
			if errors.Is(err, walk.ErrNoRoom) {
				break // they wait before the entrance
			}
			if err != nil {
				return nil, err
			}
			if err := w.Send(id, e.goal); err != nil {
				return nil, err
			}
			next++
			out = append(out, twin.Trajectory{Person: fmt.Sprint(id)})
		}
		w.Step()
		for _, id := range w.Arrived() {
			w.Leave(id)
		}
		if k%4 == 0 {
			for _, id := range w.Present() {
				at, _ := w.At(walk.ID(id))
				out[id].Fixes = append(out[id].Fixes, twin.Fix{T: w.Time(), X: at[0], Z: at[1]})
			}
		}
	}
	if left := len(w.Present()); left > 0 || next < len(recorded) {
		return nil, fmt.Errorf("%s: %d of %d people stand for ever", e.file, left+len(recorded)-next, len(recorded))
	}
	return out, nil
}

// Recorded lists the tests against recordings, for those that lie in a folder:
// flow and density, each within 15 % of what was recorded; of all people, and of
// the later half alone, by which nothing was set.
func Recorded(folder fs.FS) []Test {
	var out []Test
	for _, e := range experiments() {
		if _, err := fs.Stat(folder, e.file); err != nil {
			continue
		}
		var was, is [later + 1]seen
		known := false
		both := func(ctx context.Context, o Options) error {
			if known {
				return nil
			}
			f, err := folder.Open(e.file)
			if err != nil {
				return err
			}
			defer f.Close()
			rec, err := tracks.Read(e.file, f, tracks.Options{Format: tracks.Julich})
			if err != nil {
				return err
			}
			for of := range was {
				if was[of], err = e.judge(rec.People, part(of)); err != nil {
					return err
				}
			}
			const runs = 8 // an arch more or less makes much of one run
			for k := range uint64(runs) {
				people, err := e.again(ctx, Options{Seed: o.Seed*runs + k}, rec.People)
				if err != nil {
					return err
				}
				for of := range is {
					one, err := e.judge(people, part(of))
					if err != nil {
						return err
					}
					s := &is[of]
					s.flow, s.density, s.people = s.flow+one.flow/runs, s.density+one.density/runs, one.people
				}
			}
			known = true
			return nil
		}
		within := func(id, name, unit string, who part, of func(s *seen) float64) Test {
			return Test{e.id + "-" + id, name + " of " + e.name, archive, func(ctx context.Context, o Options) (Result, error) {
				if err := both(ctx, o); err != nil {
					return Result{}, err
				}
				is, was := &is[who], &was[who]
				off := 100 * math.Abs(of(is)/of(was)-1)
				return between(0, 15, off, "within 15 % of the recording", "%.1f %% off: %.2f of %.2f %s, %d people", off, of(is), of(was), unit, is.people), nil
			}}
		}
		flow := func(s *seen) float64 { return s.flow }
		density := func(s *seen) float64 { return s.density }
		out = append(out,
			within("flow", "flow", "persons per second", whole, flow),
			within("density", "density", "persons per m²", whole, density),
			within("flow-later", "flow of the later half", "persons per second", later, flow),
			within("density-later", "density of the later half", "persons per m²", later, density))
	}
	return out
}
