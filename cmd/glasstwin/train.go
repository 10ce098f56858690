package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin/operate/baseline"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// train fits a model on runs of the emulated plant, or on a public data set.
type train struct {
	Model       string        `arg:"" optional:"" default:"cabinet-faults" enum:"cabinet-faults,situations,nearest-residual,occupancy,hvac,sales,skab,plant-faults,plant-causes,plant-forecast,plant-drift,congestion,congestion-hall" help:"Which model."`
	Data        string        `type:"path" placeholder:"DIR" help:"Folder of the public data set, or of data of your own in its format; for cabinet-faults, situations and nearest-residual folder of recordings, missing ones are recorded into it."`
	Seeds       string        `default:"101-260" help:"Seeds to train on."`
	Calibration string        `default:"261-300" help:"Seeds to set the confidence on."`
	Duration    time.Duration `default:"6h" help:"Plant time of each recording."`
	Step        time.Duration `default:"5s" help:"Plant time between samples."`
	Runs        int           `default:"40" help:"Of situations and nearest-residual: recorded runs of each class, of seeds below 1000."`
	Unseen      string        `default:"1001-1525" help:"Of situations and of the plant's models: seeds to judge the model on, once."`
	Seed        uint64        `default:"1" help:"Of the training itself."`
	Families    []string      `placeholder:"NAME" help:"Of situations: train only these families of things; the others stay as in the program's model, or in --keep."`
	Keep        string        `type:"existingfile" placeholder:"FILE" help:"Of situations, with --families: the model that the others are taken from."`
	Measure     bool          `help:"Of situations, with --families: train nothing, and measure anew how faithful the explanations of these families are, on the runs of what they tell that trained nothing."`
	Rows        bool          `help:"For cabinet-faults and situations: train nothing, and write only what stands beside the model: what is usual of its input, and of cabinet-faults rows to train on more later."`
	Journal     bool          `help:"Train the fault model of a site on what its journal proved; it replaces the one in use only when it is better on held-out days."`
	Site        string        `type:"existingdir" placeholder:"DIR" help:"Site folder, with --journal."`
	Back        bool          `help:"With --journal: put the model that was in use before in its place again."`
	JSON        bool          `help:"Print one JSON object."`
	Out         string        `short:"o" type:"path" placeholder:"FILE" help:"Where the model goes; its card goes beside it (.md). Default MODEL.json."`
}

// Run is called by kong.
func (t *train) Run(ctx context.Context, out *output) error {
	if t.Journal {
		return t.onJournal(ctx, out)
	}
	began := time.Now()
	judged, err := asked(t.Unseen)
	if err != nil {
		return err
	}
	if s, ok := studyOf(t.Model, judged); ok {
		return t.study(ctx, s, out)
	}
	if t.Model == perceive.ModelName {
		return t.situations(ctx, out)
	}
	if t.Model == baseline.NearestName {
		return t.nearest(ctx, out)
	}
	seeds, err := seedRange(t.Seeds)
	if err != nil {
		return err
	}
	calibration, err := seedRange(t.Calibration)
	if err != nil {
		return err
	}
	dir, clean, err := folder(t.Data)
	if err != nil {
		return err
	}
	defer clean()
	all := append(seeds[:len(seeds):len(seeds)], calibration...)
	runs := recordings{dir, t.Step, t.Duration, diagnose.Every}
	moments, err := runs.replay(ctx, all, func(n int) {
		if n%10 == 0 {
			out.note("%d of %d recordings read", n, len(all))
		}
	})
	if err != nil {
		return fmt.Errorf("train %s: %w", t.Model, err)
	}
	var fit, held xai.Table
	for i, seed := range all {
		table := &fit
		if i >= len(seeds) {
			table = &held
		}
		diagnose.Add(table, moments[i], fmt.Sprintf("seed %05d", seed))
	}
	out.note("%d rows to train on, %d to calibrate", len(fit.Rows), len(held.Rows))
	path := t.Out
	if path == "" {
		path = t.Model + ".json"
	}
	beside := diagnose.Rows{Train: diagnose.Thin(&fit, rowsOfClass, t.Seed), Held: diagnose.Thin(&held, rowsOfClass/2, t.Seed)}
	if err := storeBeside(filepath.Dir(path), &beside, &fit, &held); err != nil {
		return err
	}
	if t.Rows {
		out.printf("%d and %d rows, and what is usual of them, beside %s\n", len(beside.Train.Rows), len(beside.Held.Rows), path)
		return nil
	}
	trained := time.Now()
	m, err := diagnose.Train(ctx, &fit, &held, t.Seed, func(p ebm.Progress) {
		out.note("%s: bag %d of %d after %d rounds, held-out loss %.4f", p.Stage, p.Bag, p.Bags, p.Rounds, p.Loss)
	})
	if err != nil {
		return err
	}
	seconds := time.Since(trained).Seconds()
	out.note("trained in %.1f s", seconds)
	size, err := t.store(m, path, &fit, &held)
	if err != nil {
		return err
	}
	if !t.JSON {
		out.printf("%s version %s, %d bytes\n", path, m.Version, size)
		return nil
	}
	metrics := map[string]float64{"train_rows": float64(len(fit.Rows)), "calibration_rows": float64(len(held.Rows)), "terms": float64(len(m.Terms)),
		"temperature": m.Temperature, "model_bytes": float64(size), "train_seconds": seconds, "seconds": time.Since(began).Seconds()}
	for _, f := range m.Faithfulness {
		metrics[f.Name] = f.Value
	}
	return out.json(report{Command: "train", Metrics: metrics, Rows: []any{map[string]any{"model": m.Name, "version": m.Version, "file": path}},
		Inputs: map[string]any{"seeds": t.Seeds, "calibration": t.Calibration, "duration": t.Duration.String(), "step": t.Step.String(), "seed": t.Seed}})
}

// rowsOfClass is how many rows of each class stand beside a model: enough to train
// on again, in a third of a megabyte.
const rowsOfClass = 600

// storeBeside writes what stands beside a model: rows, and what is usual of all of
// them.
func storeBeside(dir string, rows *diagnose.Rows, fit, held *xai.Table) error {
	monitor, err := diagnose.Monitor(fit, held)
	if err != nil {
		return err
	}
	var a, b bytes.Buffer
	if err := errors.Join(rows.Encode(&a), monitor.Encode(&b)); err != nil {
		return err
	}
	return errors.Join(writeWhole(filepath.Join(dir, diagnose.RowsName), a.Bytes()), writeWhole(filepath.Join(dir, diagnose.MonitorName), b.Bytes()))
}

// store writes model and card, each appearing only when it is whole, and returns
// the model's size in bytes. The version is the hash of the model without it.
func (t *train) store(m *ebm.Model, path string, fit, held *xai.Table) (int, error) {
	var body bytes.Buffer
	if err := m.Encode(&body); err != nil {
		return 0, err
	}
	sum := sha256.Sum256(body.Bytes())
	m.Version = hex.EncodeToString(sum[:6])
	body.Reset()
	if err := m.Encode(&body); err != nil {
		return 0, err
	}
	card := diagnose.Card(m, fit, held, fmt.Sprintf("glasstwin train %s --seeds %s --calibration %s --duration %s --step %s --seed %d",
		t.Model, t.Seeds, t.Calibration, t.Duration, t.Step, t.Seed))
	if err := writeWhole(path, body.Bytes()); err != nil {
		return 0, err
	}
	if err := writeWhole(strings.TrimSuffix(path, filepath.Ext(path))+".md", []byte(card)); err != nil {
		return 0, err
	}
	return body.Len(), nil
}
