package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin/flow/verify"
	"github.com/glasstwin/glasstwin/twin/flow/walk"
)

// flowCommand is about the people on the floor.
type flowCommand struct {
	Analyze   flowAnalyze   `cmd:"" help:"Say what recorded people did on a floor."`
	Simulate  flowSimulate  `cmd:"" help:"Let shoppers live hours of a day on a site."`
	Calibrate flowCalibrate `cmd:"" help:"Set a site's simulated shoppers to its own recorded ways."`
	Compare   flowCompare   `cmd:"" help:"Let the same shoppers live in two layouts, and tell what differs."`
	Explain   flowExplain   `cmd:"" help:"Say why a zone is crowded, and which single change would relieve it most."`
	Predict   flowPredict   `cmd:"" help:"Foretell where people will still go from how they began, and judge that on later walks."`
	Propose   flowPropose   `cmd:"" help:"Search for layouts that are better, within the rules of the site."`
	Verify    flowVerify    `cmd:"" help:"Judge the simulated people by the tests of the field."`
}

type flowVerify struct {
	Quick      bool   `help:"Smaller crowds and shorter corridors."`
	Seed       uint64 `default:"1" help:"Of the dice."`
	Recordings string `type:"existingdir" placeholder:"DIR" help:"Folder with recordings of the Jülich archive, by their usual names: they are walked again."`
	JSON       bool   `help:"Print one JSON object."`
}

// flowRow is one test of the suite.
type flowRow struct {
	ID       string  `json:"test"`
	Name     string  `json:"name"`
	Source   string  `json:"source"`
	Passed   bool    `json:"passed"`
	Value    float64 `json:"value"`
	Required string  `json:"required"`
	Measured string  `json:"measured"`
	Seconds  float64 `json:"seconds"`
}

// Run is called by kong.
func (f *flowVerify) Run(ctx context.Context, out *output) error {
	began := time.Now()
	var rows []any
	passed, failed := 0, 0
	tests := verify.Tests()
	if f.Recordings != "" {
		recorded := verify.Recorded(os.DirFS(f.Recordings))
		if len(recorded) == 0 {
			return fmt.Errorf("%s: none of the known recordings lies there, such as juelich-bottleneck-040.txt", f.Recordings)
		}
		tests = append(tests, recorded...)
	}
	step := out.steps("verify")
	for i, t := range tests {
		step(t.Name, float64(i)/float64(len(tests)))
		from := time.Now()
		r, err := t.Run(ctx, verify.Options{Quick: f.Quick, Seed: f.Seed})
		if err != nil {
			return err
		}
		verdict := "passed"
		if r.Passed {
			passed++
		} else {
			failed++
			verdict = "FAILED"
		}
		value := r.Value
		if math.IsInf(value, 0) || math.IsNaN(value) { // somebody never came: JSON has no word for it
			value = -1
		}
		rows = append(rows, flowRow{r.ID, r.Name, r.Source, r.Passed, value, r.Required, r.Measured, time.Since(from).Seconds()})
		if !f.JSON {
			out.printf("%-6s %-16s %s: %s; required: %s (%s)\n", verdict, r.ID, r.Name, r.Measured, r.Required, r.Source)
		}
	}
	metrics := map[string]float64{"passed": float64(passed), "failed": float64(failed), "seconds": time.Since(began).Seconds()}
	if f.JSON {
		return out.json(report{Command: "flow verify", Inputs: map[string]any{"quick": f.Quick, "seed": f.Seed, "recordings": f.Recordings}, Metrics: metrics, Rows: rows,
			Notes: []string{"a value of -1 means that somebody never came to the goal"}})
	}
	out.printf("%d passed, %d failed, %.0f s\n", passed, failed, time.Since(began).Seconds())
	return nil
}

// benchFlow times simulated people.
type benchFlow struct {
	People  int     `default:"2000" help:"How many walk."`
	Cores   int     `default:"1" help:"On how many cores; 0: all."`
	Seconds float64 `default:"20" help:"Of the corridor's time that are walked."`
	JSON    bool    `help:"Print one JSON object."`
}

// Run is called by kong.
func (b *benchFlow) Run(ctx context.Context, out *output) error {
	if b.People < 1 || b.People > 200_000 {
		return fmt.Errorf("--people %d: give 1 to 200000", b.People)
	}
	const wide = 5.0
	long := float64(b.People)/wide + 50 // one person per square metre, and room to go
	rect := []geom.Vec2{{0, 0}, {long, 0}, {long, wide}, {0, wide}}
	w, err := walk.New(ctx, plan.Floor{Outlines: [][]geom.Vec2{rect}}, walk.Options{Workers: b.Cores})
	if err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(1, 1))
	for tries := 0; len(w.Present()) < b.People; tries++ {
		if tries > 100*b.People {
			return fmt.Errorf("only %d people have room", len(w.Present()))
		}
		id, err := w.Enter(walk.Person{At: geom.Vec2{0.5 + (long-51)*dice.Float64(), 0.2 + (wide-0.4)*dice.Float64()}, Heading: geom.Vec2{1, 0}})
		if err != nil {
			continue // another is there
		}
		if err := w.Send(id, walk.Goal{From: geom.Vec2{long - 0.5, 0.3}, To: geom.Vec2{long - 0.5, wide - 0.3}, Reach: 0.3}); err != nil {
			return err
		}
	}
	began, steps := time.Now(), 0
	for w.Time() < b.Seconds {
		if err := ctx.Err(); err != nil {
			return err
		}
		w.Step()
		steps += len(w.Present())
	}
	took := time.Since(began).Seconds()
	metrics := map[string]float64{"agent_steps_per_s": float64(steps) / took, "people": float64(b.People), "seconds": took, "faster_than_real": b.Seconds / took}
	if b.JSON {
		return out.json(report{Command: "bench flow", Inputs: map[string]any{"people": b.People, "cores": b.Cores, "seconds": b.Seconds}, Metrics: metrics})
	}
	out.printf("%.3g agent-steps a second: %d people, %.0f s of a corridor in %.2f s\n", metrics["agent_steps_per_s"], b.People, b.Seconds, took)
	return nil
}
