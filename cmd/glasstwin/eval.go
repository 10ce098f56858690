package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// eval measures what the program claims.
type eval struct {
	Models      evalModels      `cmd:"" help:"Judge the trained models on runs that they have never seen."`
	Generate    evalGenerate    `cmd:"" help:"Make a site of each source, and tell its seconds, memory and what was understood."`
	Pictures    evalPictures    `cmd:"" help:"Compare pictures of materials with those of three.js and f3d."`
	Autonomy    evalAutonomy    `cmd:"" help:"Play drawn runs of the emulated site with the twin at the controls, and judge what it did."`
	Building    evalBuilding    `cmd:"" help:"Operate an FMU's building with the twin, against its own controller."`
	Lightweight evalLightweight `cmd:"" help:"Compare the bytes of light files with those of other formats."`
}

type evalModels struct {
	Models   []string      `arg:"" optional:"" enum:"cabinet-faults,situations,occupancy,hvac,sales,skab,plant-faults,plant-causes,plant-forecast,plant-drift,congestion,congestion-hall" help:"Which models; all when none is named."`
	Seeds    string        `default:"1001-1020" help:"Seeds to judge on; those of training are below 1000. Situations are judged on them when they are named, and else told as they were judged when trained."`
	Data     string        `type:"path" placeholder:"DIR" help:"Folder of public data sets to judge the models of public data on again, else they are told as they were judged when trained. Or folder of recordings of the emulated store; missing ones are recorded into it."`
	Model    string        `type:"path" placeholder:"FILE" help:"Of cabinet-faults or situations: a model to judge instead of the one in the program."`
	Duration time.Duration `default:"6h" help:"Plant time of each recording."`
	Step     time.Duration `default:"5s" help:"Plant time between samples."`
	Every    time.Duration `default:"5m" help:"Plant time between diagnoses."`
	JSON     bool          `help:"Print one JSON object."`
}

// Run is called by kong. No model is trained.
func (e *evalModels) Run(ctx context.Context, out *output) error {
	if e.Model != "" && !e.asks(diagnose.ModelName, perceive.ModelName) {
		return usageError{fmt.Errorf("--model %s: only %s and %s are judged from a file; leave it out", e.Model, diagnose.ModelName, perceive.ModelName)}
	}
	began := time.Now()
	r := report{Command: "eval models", Metrics: map[string]float64{}, Inputs: map[string]any{"seeds": e.Seeds, "step": e.Step.String(), "duration": e.Duration.String()}}
	recordings := e.Data
	if e.asks(studyNames()...) {
		public, err := e.studies(ctx, out, &r)
		if err != nil {
			return fmt.Errorf("eval models: %w", err)
		}
		if public { // nothing is recorded into a folder of public data
			recordings = ""
		}
	}
	if e.asks(diagnose.ModelName) {
		if err := e.cabinets(ctx, out, recordings, &r); err != nil {
			return fmt.Errorf("eval models: %w", err)
		}
	}
	if e.asks(perceive.ModelName) {
		if err := e.situations(ctx, out, &r); err != nil {
			return fmt.Errorf("eval models: %w", err)
		}
	}
	r.Metrics["models"], r.Metrics["seconds"] = float64(len(r.Rows)), time.Since(began).Seconds()
	if e.JSON {
		return out.json(r)
	}
	agreements(out, r.Rows)
	return nil
}

// asks tells whether one of the models is to be judged.
func (e *evalModels) asks(names ...string) bool {
	return len(e.Models) == 0 || slices.ContainsFunc(names, func(n string) bool { return slices.Contains(e.Models, n) })
}

// cabinets judges the fault model on runs of the emulated store.
func (e *evalModels) cabinets(ctx context.Context, out *output, data string, r *report) error {
	seeds, err := seedRange(e.Seeds)
	if err != nil {
		return err
	}
	d, err := e.load()
	if err != nil {
		return err
	}
	dir, clean, err := folder(data)
	if err != nil {
		return err
	}
	defer clean()
	runs := recordings{dir, e.Step, e.Duration, e.Every}
	groups, err := runs.replay(ctx, seeds, func(n int) {
		if n%5 == 0 {
			out.note("%d of %d recordings read", n, len(seeds))
		}
	})
	if err != nil {
		return err
	}
	var held xai.Table
	for i, seed := range seeds {
		diagnose.Add(&held, groups[i], fmt.Sprintf("seed %05d", seed))
	}
	figures, err := faithful(ctx, d.Model(), &held)
	if err != nil {
		return err
	}
	e.tell(d, d.Evaluate(groups, e.Every, 1), figures, out, r)
	return nil
}

// faithful measures the explanations of the faults that the model claims on held
// runs; what is deleted becomes that of moments that it calls healthy.
func faithful(ctx context.Context, m *ebm.Model, held *xai.Table) ([]xai.Figure, error) {
	var claimed, healthy [][]float64
	for _, row := range held.Rows {
		if m.Classes[m.Predict(row)] == m.Normal {
			healthy = append(healthy, row)
		} else {
			claimed = append(claimed, row)
		}
	}
	if len(claimed) == 0 || len(healthy) == 0 {
		return m.Faithfulness, nil // too few runs: those of training are told
	}
	return faith.Measure(ctx, faith.Subject{Score: m.Outputs, Probability: m.Probabilities, Attribute: m.Shares, Background: healthy}, claimed,
		faith.Options{Seed: 1, Parameters: m.Scrambled(rand.New(rand.NewPCG(1, 1))).Shares})
}

func (e *evalModels) load() (*diagnose.Diagnoser, error) {
	if e.Model != "" {
		f, err := os.Open(e.Model)
		if err != nil {
			return nil, fmt.Errorf("open the model: %w", err)
		}
		defer f.Close()
		return diagnose.Load(f)
	}
	f, err := assets.Models().Open(diagnose.ModelName + ".json")
	if err != nil {
		return nil, fmt.Errorf("open the model in the program: %w", err)
	}
	defer f.Close()
	return diagnose.Load(f)
}

func (e *evalModels) tell(d *diagnose.Diagnoser, j diagnose.Judgement, figures []xai.Figure, out *output, r *report) {
	m := d.Model()
	metrics := r.Metrics
	for name, v := range map[string]float64{"accuracy": j.Accuracy, "balanced_accuracy": j.Balanced, "balanced_accuracy_low95": j.BalancedLow95,
		"balanced_accuracy_answered": j.AnsweredBalanced, "balanced_accuracy_short_history": j.ShortBalanced,
		"calibration_error": j.CalibrationError, "abstained_share": float64(j.Abstained) / float64(max(1, j.Moments)),
		"false_alarms_per_cabinet_day": j.FalseAlarmsPerDay, "faults_missed": float64(j.Missed), "faults_seen": float64(j.Episodes),
		"moments": float64(j.Moments)} {
		metrics[name] = v
	}
	if j.DelayMedian >= 0 {
		metrics["detection_delay_median_s"], metrics["detection_delay_p90_s"] = j.DelayMedian.Seconds(), j.DelayP9.Seconds()
	}
	worst := 1.0
	row := map[string]any{"model": m.Name, "version": m.Version, "task": "fault diagnosis", "strategy": "interpretable model", "split": "held-out seeds",
		"data": "emulated store, seeds " + e.Seeds, "accuracy": j.Balanced, "low95": j.BalancedLow95, "metric": "balanced accuracy"}
	for _, f := range figures {
		row[f.Name] = f.Value
	}
	row["calibration_error"] = j.CalibrationError
	if why := faith.Verdict(figures); why != "" {
		row["abstains"] = why
	}
	confusion, recall, delay := map[string]map[string]int{}, map[string]float64{}, map[string]float64{}
	for t, name := range diagnose.Classes {
		if j.Recall[t] >= 0 {
			recall[name] = j.Recall[t]
			worst = min(worst, j.Recall[t])
		}
		if j.DelayOf[t] >= 0 {
			delay[name] = j.DelayOf[t].Seconds()
		}
		confusion[name] = map[string]int{}
		for c, n := range j.Confusion[t] {
			confusion[name][diagnose.Classes[c]] = n
		}
	}
	metrics["worst_class_recall"] = worst
	row["recall"], row["confusion"], row["detection_delay_median_s"] = recall, confusion, delay
	if r.Rows = append(r.Rows, row); e.JSON {
		return
	}
	out.printf("%s %s on seeds %s: balanced accuracy %.1f %% (at least %.1f %% with 95 %% confidence)\n", m.Name, m.Version, e.Seeds, 100*j.Balanced, 100*j.BalancedLow95)
	for t, name := range diagnose.Classes {
		out.printf("  %-24s recall %6.1f %%  %v\n", name, 100*j.Recall[t], j.Confusion[t])
	}
	out.printf("switched on lately: balanced accuracy %.1f %%; confidence is off by %.1f points\n", 100*j.ShortBalanced, 100*j.CalibrationError)
	out.printf("false alarms %.2f per cabinet and day; detection after %v (9 of 10 within %v), %d of %d faults never named; abstained on %.1f %%\n",
		j.FalseAlarmsPerDay, j.DelayMedian, j.DelayP9, j.Missed, j.Episodes, 100*metrics["abstained_share"])
	for _, f := range figures {
		out.printf("  %-34s %8.4g\n", f.Name, f.Value)
	}
}
