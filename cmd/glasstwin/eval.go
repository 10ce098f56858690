package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// eval measures what the program claims.
type eval struct {
	Models      evalModels      `cmd:"" help:"Judge the trained models on runs that they have never seen."`
	Generate    evalGenerate    `cmd:"" help:"Make a site of each source, and tell its seconds, memory and what was understood."`
	Pictures    evalPictures    `cmd:"" help:"Compare pictures of materials with those of three.js and f3d."`
	Lightweight evalLightweight `cmd:"" help:"Compare the bytes of light files with those of other formats."`
}

type evalModels struct {
	Seeds    string        `default:"1001-1020" help:"Seeds to judge on; those of training are below 1000."`
	Data     string        `type:"path" placeholder:"DIR" help:"Folder of recordings; missing ones are recorded into it."`
	Model    string        `type:"path" placeholder:"FILE" help:"A model to judge instead of the one in the program."`
	Duration time.Duration `default:"6h" help:"Plant time of each recording."`
	Step     time.Duration `default:"5s" help:"Plant time between samples."`
	Every    time.Duration `default:"5m" help:"Plant time between diagnoses."`
	JSON     bool          `help:"Print one JSON object."`
}

// Run is called by kong.
func (e *evalModels) Run(ctx context.Context, out *output) error {
	began := time.Now()
	seeds, err := seedRange(e.Seeds)
	if err != nil {
		return err
	}
	d, err := e.load()
	if err != nil {
		return err
	}
	dir, clean, err := folder(e.Data)
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
		return fmt.Errorf("eval models: %w", err)
	}
	return e.print(d, d.Evaluate(groups, e.Every, 1), time.Since(began), out)
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

func (e *evalModels) print(d *diagnose.Diagnoser, j diagnose.Judgement, took time.Duration, out *output) error {
	m := d.Model()
	metrics := map[string]float64{"accuracy": j.Accuracy, "balanced_accuracy": j.Balanced, "balanced_accuracy_low95": j.BalancedLow95,
		"balanced_accuracy_answered": j.AnsweredBalanced, "balanced_accuracy_short_history": j.ShortBalanced,
		"calibration_error": j.CalibrationError, "abstained_share": float64(j.Abstained) / float64(max(1, j.Moments)),
		"false_alarms_per_cabinet_day": j.FalseAlarmsPerDay, "faults_missed": float64(j.Missed), "faults_seen": float64(j.Episodes),
		"moments": float64(j.Moments), "seconds": took.Seconds()}
	if j.DelayMedian >= 0 {
		metrics["detection_delay_median_s"], metrics["detection_delay_p90_s"] = j.DelayMedian.Seconds(), j.DelayP9.Seconds()
	}
	worst := 1.0
	row := map[string]any{"model": m.Name, "version": m.Version, "task": "fault diagnosis", "strategy": "held-out seeds",
		"data": "emulated store, seeds " + e.Seeds, "accuracy": j.Balanced, "low95": j.BalancedLow95, "metric": "balanced accuracy"}
	for _, f := range m.Faithfulness {
		row[f.Name] = f.Value
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
	if e.JSON {
		return out.json(report{Command: "eval models", Inputs: map[string]any{"seeds": e.Seeds, "step": e.Step.String(), "duration": e.Duration.String()},
			Metrics: metrics, Rows: []any{row}})
	}
	out.printf("%s %s on seeds %s: balanced accuracy %.1f %% (at least %.1f %% with 95 %% confidence)\n", m.Name, m.Version, e.Seeds, 100*j.Balanced, 100*j.BalancedLow95)
	for t, name := range diagnose.Classes {
		out.printf("  %-24s recall %6.1f %%  %v\n", name, 100*j.Recall[t], j.Confusion[t])
	}
	out.printf("switched on lately: balanced accuracy %.1f %%; confidence is off by %.1f points\n", 100*j.ShortBalanced, 100*j.CalibrationError)
	out.printf("false alarms %.2f per cabinet and day; detection after %v (9 of 10 within %v), %d of %d faults never named; abstained on %.1f %%\n",
		j.FalseAlarmsPerDay, j.DelayMedian, j.DelayP9, j.Missed, j.Episodes, 100*metrics["abstained_share"])
	return nil
}
