package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/congestion"
	"github.com/glasstwin/glasstwin/study/hvac"
	"github.com/glasstwin/glasstwin/study/occupancy"
	"github.com/glasstwin/glasstwin/study/plantcauses"
	"github.com/glasstwin/glasstwin/study/plantdrift"
	"github.com/glasstwin/glasstwin/study/plantfaults"
	"github.com/glasstwin/glasstwin/study/plantforecast"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/study/sales"
	"github.com/glasstwin/glasstwin/study/skab"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// studies lists the models of public data, in the order in which they are told, then
// those of the emulated plant, judged on runs of those seeds.
func studies(seeds runs.Seeds) []study.Study {
	return []study.Study{occupancy.Study(), hvac.Study(), sales.Study(), skab.Study(),
		plantfaults.Study(seeds), plantcauses.Study(seeds), plantforecast.Study(seeds), plantdrift.Study(seeds),
		congestion.Study(), congestion.Recorded()}
}

func studyNames() []string {
	var names []string
	for _, s := range studies(runs.Seeds{}) {
		names = append(names, s.Name)
	}
	return names
}

func studyOf(name string, judged runs.Seeds) (study.Study, bool) {
	all := studies(judged)
	i := slices.IndexFunc(all, func(s study.Study) bool { return s.Name == name })
	if i < 0 {
		return study.Study{}, false
	}
	return all[i], true
}

// study trains the model of a public data set, judges it, and writes it with its
// card.
func (t *train) study(ctx context.Context, s study.Study, out *output) error {
	began := time.Now()
	if t.Data == "" {
		return usageError{fmt.Errorf("train %s: name the folder of its data with --data", s.Name)}
	}
	dir, ok := s.Find(t.Data)
	if !ok {
		dir = t.Data // the reader says what it misses
	}
	f, err := s.Train(ctx, study.Order{Dir: dir, Seed: t.Seed, Progress: out.note})
	if err != nil {
		return err
	}
	f.Made = fmt.Sprintf("glasstwin train %s --data DIR --seed %d", s.Name, t.Seed)
	if len(s.Recorded) > 0 {
		f.Made += " --unseen " + t.Unseen
	}
	data, err := f.Encode()
	if err != nil {
		return err
	}
	card, err := s.Markdown(f)
	if err != nil {
		return err
	}
	path := t.Out
	if path == "" {
		path = s.Name + ".json"
	}
	if err := writeWhole(path, data); err != nil {
		return err
	}
	if err := writeWhole(strings.TrimSuffix(path, filepath.Ext(path))+".md", []byte(card)); err != nil {
		return err
	}
	if !t.JSON {
		out.printf("%s version %s, %d bytes\n", path, f.Version, len(data))
		tellStudy(out, s, f, f.Judgement)
		return nil
	}
	metrics := map[string]float64{"model_bytes": float64(len(data)), "seconds": time.Since(began).Seconds()}
	for _, x := range f.Judgement.Faithfulness {
		metrics[x.Name] = x.Value
	}
	first := f.Judgement.Tests[0]
	metrics["accuracy"], metrics["accuracy_low95"] = first.Value, first.Low95
	return out.json(report{Command: "train", Metrics: metrics, Rows: []any{map[string]any{"model": s.Name, "version": f.Version, "file": path}},
		Inputs: map[string]any{"model": s.Name, "data": t.Data, "seed": t.Seed}})
}

// studies judges the stored models of public data, on the data where it is
// there. public tells that the folder held such data.
func (e *evalModels) studies(ctx context.Context, out *output, r *report) (public bool, err error) {
	seeds, err := asked(e.Seeds)
	if err != nil {
		return false, err
	}
	for _, s := range studies(seeds) {
		if !e.asks(s.Name) {
			continue
		}
		f, err := stored(s.Name)
		if errors.Is(err, fs.ErrNotExist) {
			r.Notes = append(r.Notes, fmt.Sprintf("%s: the program holds no model of it; glasstwin train %s makes one", s.Name, s.Name))
			continue
		}
		if err != nil {
			return public, err
		}
		j, judged := f.Judgement, "when it was trained"
		dir, ok := s.Find(e.Data)
		if !ok && len(e.Models) == 1 { // who names a model means this folder, however its files are called
			dir, ok = e.Data, true
		}
		if len(s.Recorded) > 0 && e.Data != "" && (ok || slices.Contains(e.Models, s.Name)) {
			if dir, err = recordMissing(ctx, out, s, e.Data, seeds); err != nil {
				return public, err
			}
			ok = true
		}
		if ok && e.Data != "" {
			public, judged = public || len(s.Recorded) == 0, "now, from the stored model"
			out.note("judging %s on %s", s.Name, dir)
			if j, err = s.Judge(ctx, f, dir); err != nil {
				return public, err
			}
		}
		first := j.Tests[0]
		row := map[string]any{"model": s.Name, "version": f.Version, "task": s.Task, "strategy": s.Strategy, "data": f.Data, "split": f.Split,
			"metric": first.Metric, "accuracy": first.Value, "low95": first.Low95, "high95": first.High95, "tests": j.Tests, "judged": judged}
		for _, x := range j.Faithfulness {
			row[x.Name] = x.Value
		}
		if why := faith.Verdict(j.Faithfulness); why != "" {
			row["abstains"] = why
		}
		for _, n := range j.Notes {
			r.Notes = append(r.Notes, s.Name+": "+n)
		}
		if r.Rows = append(r.Rows, row); !e.JSON {
			out.printf("judged %s:\n", judged)
			tellStudy(out, s, f, j)
		}
	}
	return public, nil
}

// agreements prints how often explanations name the cause that is known, of models
// for which it is.
func agreements(out *output, rows []any) {
	head := false
	for _, r := range rows {
		row, ok := r.(map[string]any)
		if !ok || row[faith.AgreementTop1] == nil {
			continue
		}
		if !head {
			head = true
			out.printf("agreement with the known cause     top 1    top 3     sign   by chance  of\n")
		}
		at := func(name string) any {
			if v, ok := row[name].(float64); ok {
				return fmt.Sprintf("%.1f %%", 100*v)
			}
			return "–"
		}
		name := fmt.Sprint(row["model"])
		if site := row["site"]; site != nil {
			name += fmt.Sprintf(" of a %v", site)
		}
		out.printf("  %-30v %8v %8v %8v %11v  %v\n", name, at(faith.AgreementTop1), at(faith.AgreementTop3), at(faith.AgreementSign), at(faith.AgreementRandom), row[faith.AgreementRows])
	}
}

func tellStudy(out *output, s study.Study, f *study.File, j study.Judgement) {
	out.printf("%s %s, %s\n", s.Name, f.Version, s.Task)
	for _, t := range j.Tests {
		out.printf("  %-28s %s %.2f %% (95 %% interval %.2f to %.2f), of %d\n", t.Name, t.Metric, 100*t.Value, 100*t.Low95, 100*t.High95, t.N)
	}
	for _, n := range j.Notes {
		out.printf("  %s\n", n)
	}
	for _, x := range j.Faithfulness {
		out.printf("  %-34s %8.4g\n", x.Name, x.Value)
	}
	if why := faith.Verdict(j.Faithfulness); why != "" {
		out.printf("  it abstains: %s\n", why)
	}
}

// stored reads the model of a study that the program holds.
func stored(name string) (*study.File, error) {
	f, err := assets.Models().Open(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("open the model in the program: %w", err)
	}
	defer f.Close()
	return study.Decode(f, name)
}
