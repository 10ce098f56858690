package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// situationSites are the emulated sites that situations are learnt of, and
// situationClasses what can befall them, in the order in which seeds are given out.
var (
	situationSites   = []string{"store", "home"}
	situationClasses = map[string][]string{
		"store": {"door-ajar", "compressor-degradation", "refrigerant-leak", "blocked-condenser", "evaporator-ice", "fan-failure", "stuck-damper", "sensor-bias", "sensor-drift", "sensor-dead",
			"sensor-lying", "night-mode", "lights-left-on", "simultaneous-heating-cooling", "heat-wave", "co2-crowding", "queue-surge", "aisle-blocked", "demand-response", "communication-loss"},
		"home": {"window-open-while-heating", "heat-pump-degraded", "sensor-drift", "car-charging-at-peak", "battery-idle", "blinds-open-in-heat", "stuck-valve", "co2-bedroom", "hot-water-too-cold", "communication-loss"},
	}
)

// situationRuns are recorded runs of the emulated sites, kept in a folder and recorded when
// they are not there yet.
type situationRuns struct {
	dir  string
	note func(format string, args ...any)
}

// drawnRuns are the runs that seeds draw of a class. It is told in them every five
// seconds where people are, as when a site is run: an aisle is taken for blocked on
// any day, whatever else is the matter.
type drawnRuns struct {
	site, class string
	seeds       []uint64
}

const lastDevelopment = 999

// besideLess is how many times fewer runs are recorded of what the families that are
// trained cannot tell: it is what they must not take for theirs.
const besideLess = 4

// development are n runs of each class that is told or looks like one, fewer of
// others, and more of normal days, by seeds below 1000 of their own; of the sites
// alone of which any is told.
func development(n int, told map[string][]string, alike []string) []drawnRuns {
	var all []drawnRuns
	for _, site := range situationSites {
		if len(told[site]) == 0 {
			continue
		}
		step := map[string]int{"store": 47, "home": 89}[site]
		least := n
		for i, c := range situationClasses[site] {
			k := n
			if !slices.Contains(told[site], c) && !slices.Contains(alike, c) {
				k = max(n/besideLess, 1)
				least = k
			}
			all = append(all, seedsFrom(site, c, i*step%900+1, k))
		}
		all = append(all, seedsFrom(site, "normal", 1, 15*least/4))
	}
	return all
}

func seedsFrom(site, class string, first, n int) drawnRuns {
	d := drawnRuns{site: site, class: class}
	for k := range min(n, lastDevelopment) {
		d.seeds = append(d.seeds, uint64((first-1+k)%lastDevelopment)+1)
	}
	return d
}

// unseen gives the seeds of a range to the classes of each of some sites in turn.
func unseen(seeds []uint64, told map[string][]string) []drawnRuns {
	var all []drawnRuns
	for _, site := range situationSites {
		if len(told[site]) == 0 {
			continue
		}
		classes := append(slices.Clone(situationClasses[site]), "normal")
		of := make([]drawnRuns, len(classes))
		for k, s := range seeds {
			i := k % len(classes)
			of[i].site, of[i].class, of[i].seeds = site, classes[i], append(of[i].seeds, s)
		}
		all = append(all, notEmpty(of)...)
	}
	return all
}

func notEmpty(all []drawnRuns) []drawnRuns {
	var out []drawnRuns
	for _, d := range all {
		if len(d.seeds) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// files returns the runs, recording those that are missing. On some seeds there is
// no day on which a situation can happen: such a run is left out and told.
func (r situationRuns) files(ctx context.Context, all []drawnRuns) ([]string, error) {
	var out []string
	for _, d := range all {
		dir := filepath.Join(r.dir, "watched")
		name := func(seed uint64) string {
			return filepath.Join(dir, fmt.Sprintf("%s-%s-%04d.run", d.site, d.class, seed))
		}
		var missing []string
		for _, s := range d.seeds {
			if _, err := os.Stat(name(s)); err != nil {
				missing = append(missing, strconv.FormatUint(s, 10))
			}
		}
		if len(missing) > 0 {
			r.note("recording %d runs of %s of a %s", len(missing), d.class, d.site)
			if err := r.record(ctx, d, dir, missing); err != nil {
				return nil, err
			}
		}
		for _, s := range d.seeds {
			if _, err := os.Stat(name(s)); err == nil {
				out = append(out, name(s))
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no run was recorded")
	}
	return out, nil
}

func (r situationRuns) record(ctx context.Context, d drawnRuns, dir string, seeds []string) error {
	path, err := findProgram("sitesim")
	if err != nil {
		return err
	}
	args := []string{"record", "--template", d.site, "--situation", d.class, "--scenario", strings.Join(seeds, ","), "--between", "5s", "-o", dir}
	cmd := exec.CommandContext(ctx, path, args...)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit) && exit.ExitCode() == 1 && bytes.Contains(text, []byte("none had an hour for")):
		r.note("%s", bytes.TrimSpace(text[bytes.LastIndexByte(text, '\r')+1:]))
		return nil
	}
	return fmt.Errorf("record %s of a %s: %w: %s", d.class, d.site, err, bytes.TrimSpace(text))
}

// situations trains the model of situations, judges it on unseen seeds, and writes
// it with its card.
func (t *train) situations(ctx context.Context, out *output) error {
	began := time.Now()
	if t.Runs < 4 || t.Runs > 200 {
		return usageError{fmt.Errorf("--runs %d: give 4 to 200", t.Runs)}
	}
	seeds, err := seedRange(t.Unseen)
	if err != nil {
		return err
	}
	if seeds[0] < 1000 {
		return usageError{fmt.Errorf("--unseen %s: seeds below 1000 are for development", t.Unseen)}
	}
	if t.Measure {
		return t.measure(ctx, out)
	}
	kept, err := t.kept()
	if err != nil {
		return err
	}
	dir, clean, err := folder(t.Data)
	if err != nil {
		return err
	}
	defer clean()
	r, told := situationRuns{dir, out.note}, perceive.Tells(t.Families...)
	files, err := r.files(ctx, development(t.Runs, told, perceive.Alike(t.Families...)))
	if err != nil {
		return fmt.Errorf("train %s: %w", t.Model, err)
	}
	if t.Rows {
		return t.usual(ctx, out, files)
	}
	m, err := perceive.Train(ctx, perceive.Training{Files: files, Seed: t.Seed, Families: t.Families, Keep: kept, Progress: out.note})
	if err != nil {
		return err
	}
	test, err := r.files(ctx, unseen(seeds, told))
	if err != nil {
		return fmt.Errorf("train %s: %w", t.Model, err)
	}
	if m.Judgement, err = perceive.Evaluate(ctx, m, test, r.progress("judging")); err != nil {
		return err
	}
	if kept != nil && kept.Judgement != nil { // of a site that nothing was trained of, the same is told as before
		for site, j := range kept.Judgement.Sites {
			if m.Judgement.Sites[site] == nil {
				m.Judgement.Sites[site] = j
			}
		}
	}
	m.Made = fmt.Sprintf("glasstwin train %s --runs %d --unseen %s --seed %d", t.Model, t.Runs, t.Unseen, t.Seed)
	if kept != nil {
		m.Made += fmt.Sprintf(" --families %s, the others of model %s", strings.Join(t.Families, ","), kept.Version)
	}
	m.Data = fmt.Sprintf("%d recorded runs of the emulated store and house, seeds below 1000, %d of each situation and %d of normal days, with deliveries, cleaning, busy and hot days, storms, airing and guests, and samples missing, late, doubled or wrongly stamped. A quarter of the seeds trained nothing: they set temperature, rules and when to stop. It was judged once on seeds %s.",
		len(files), t.Runs, 15*t.Runs/4, t.Unseen)
	if kept != nil {
		m.Data = fmt.Sprintf("Of the families %s: %d recorded runs of emulated sites that have them, seeds below 1000, %d of each situation that they tell or that looks like one, a quarter as many of each other, with the same confounders and troubles as the rest. A quarter of the seeds trained nothing. Judged once, with the rest, on seeds %s; a site that has none of them stands as it was judged before. The other families, of model %s: %s",
			strings.Join(t.Families, ", "), len(files), t.Runs, t.Unseen, kept.Version, kept.Data)
	}
	path, size, err := t.storeSituations(m)
	if err != nil {
		return err
	}
	if kept == nil { // some families alone learn of too few runs to tell what is usual
		if err := t.storeUsual(ctx, out, files); err != nil {
			return err
		}
	}
	if !t.JSON {
		out.printf("%s version %s, %d bytes\n", path, m.Version, size)
		tellSituations(out, m.Judgement)
		return nil
	}
	metrics := map[string]float64{"train_runs": float64(len(files)), "model_bytes": float64(size), "seconds": time.Since(began).Seconds()}
	situationMetrics(metrics, m.Judgement)
	return out.json(report{Command: "train", Metrics: metrics, Rows: []any{map[string]any{"model": t.Model, "version": m.Version, "file": path}},
		Inputs: map[string]any{"runs": t.Runs, "unseen": t.Unseen, "seed": t.Seed}})
}

// storeSituations writes the model and its card.
func (t *train) storeSituations(m *perceive.Model) (path string, size int, err error) {
	var body bytes.Buffer
	if err := m.Encode(&body); err != nil {
		return "", 0, err
	}
	if path = t.Out; path == "" {
		path = t.Model + ".json"
	}
	if err := writeWhole(path, body.Bytes()); err != nil {
		return "", 0, err
	}
	return path, body.Len(), writeWhole(strings.TrimSuffix(path, filepath.Ext(path))+".md", []byte(perceive.Card(m)))
}

// measure trains nothing: it measures the explanations of some families anew and
// writes the model with these figures.
func (t *train) measure(ctx context.Context, out *output) error {
	if len(t.Families) == 0 {
		return usageError{errors.New("--measure without --families: name the families whose explanations are measured")}
	}
	m, err := situationsOf(t.Keep)
	if err != nil {
		return err
	}
	dir, clean, err := folder(t.Data)
	if err != nil {
		return err
	}
	defer clean()
	told := perceive.Tells(t.Families...)
	var runs []drawnRuns
	for _, d := range development(t.Runs, told, nil) {
		if slices.Contains(told[d.site], d.class) {
			runs = append(runs, d)
		}
	}
	files, err := situationRuns{dir, out.note}.files(ctx, runs)
	if err != nil {
		return fmt.Errorf("measure %s: %w", t.Model, err)
	}
	if err := perceive.Measure(ctx, m, perceive.Training{Files: files, Seed: t.Seed, Families: t.Families, Progress: out.note}); err != nil {
		return err
	}
	path, size, err := t.storeSituations(m)
	if err != nil {
		return err
	}
	if t.JSON {
		return out.json(report{Command: "train", Metrics: map[string]float64{"measured_runs": float64(len(files)), "model_bytes": float64(size)}, Rows: []any{map[string]any{"model": t.Model, "version": m.Version, "file": path}},
			Inputs: map[string]any{"families": t.Families, "measure": true, "runs": t.Runs, "seed": t.Seed}})
	}
	out.printf("%s version %s, %d bytes\n", path, m.Version, size)
	return nil
}

// situationsOf reads the model of situations of a file, or with none that of the
// program, without some of its families.
func situationsOf(file string, without ...string) (*perceive.Model, error) {
	if file == "" {
		f, err := assets.Models().Open(perceive.ModelName + ".json")
		if err != nil {
			return nil, fmt.Errorf("open the model in the program: %w", err)
		}
		defer f.Close()
		return perceive.LoadWithout(f, without...)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open the model: %w", err)
	}
	defer f.Close()
	m, err := perceive.LoadWithout(f, without...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return m, nil
}

// usual writes only what is usual of the readings of the model.
func (t *train) usual(ctx context.Context, out *output, files []string) error {
	if err := t.storeUsual(ctx, out, files); err != nil {
		return err
	}
	out.printf("what is usual of the readings in %d runs: %s\n", len(files), t.usualFile())
	return nil
}

func (t *train) usualFile() string { return filepath.Join(filepath.Dir(t.Out), perceive.UsualName) }

func (t *train) storeUsual(ctx context.Context, out *output, files []string) error {
	u, err := perceive.LearnUsual(ctx, files, situationRuns{note: out.note}.progress("what is usual"))
	if err != nil {
		return err
	}
	u.Made = fmt.Sprintf("glasstwin train %s --rows --runs %d", t.Model, t.Runs)
	u.Data = fmt.Sprintf("%d recorded runs of the emulated store and house, seeds below 1000", len(files))
	var body bytes.Buffer
	if err := u.Encode(&body); err != nil {
		return err
	}
	return writeWhole(t.usualFile(), body.Bytes())
}

// kept is the model whose families stay that are not trained; nil when all are.
func (t *train) kept() (*perceive.Model, error) {
	if len(t.Families) == 0 {
		if t.Keep != "" {
			return nil, usageError{errors.New("--keep without --families: name the families that are trained")}
		}
		return nil, nil
	}
	return situationsOf(t.Keep, t.Families...)
}

func (r situationRuns) progress(what string) func(done, of int) {
	return func(done, of int) {
		if done%50 == 0 || done == of {
			r.note("%s: %d of %d", what, done, of)
		}
	}
}

func situationMetrics(metrics map[string]float64, j *perceive.Judgement) {
	for name, s := range j.Sites {
		for what, v := range map[string]float64{"runs": float64(s.Runs), "right": float64(s.Right), "balanced_accuracy": s.Balanced, "balanced_accuracy_low95": s.BalancedLow95,
			"worst_class_recall": s.WorstRecall, "false_situations_per_normal_day": s.FalsePerDay, "detection_delay_median_s": 60 * s.DelayMedian} {
			metrics["situations_"+name+"_"+what] = v
		}
	}
}

func tellSituations(out *output, j *perceive.Judgement) {
	for _, name := range situationSites {
		s := j.Sites[name]
		if s == nil {
			continue
		}
		out.printf("%s: %d of %d runs right, balanced accuracy %.1f %% (at least %.1f %% with 95 %% confidence), false situations %.2f a normal day, after %.0f min\n",
			name, s.Right, s.Runs, 100*s.Balanced, 100*s.BalancedLow95, s.FalsePerDay, s.DelayMedian)
		for _, c := range s.Classes {
			out.printf("  %-30s %3d of %3d  %v\n", c, s.Hits[c], s.Of[c], s.Confusion[c])
		}
	}
}

// situations tells the figures of the model of situations: as it was judged when
// trained, or, when it is named, on runs of the seeds now.
func (e *evalModels) situations(ctx context.Context, out *output, r *report) error {
	m, err := e.loadSituations()
	if errors.Is(err, fs.ErrNotExist) {
		r.Notes = append(r.Notes, perceive.ModelName+": the program holds no model of it; glasstwin train situations makes one")
		return nil
	}
	if err != nil {
		return err
	}
	j, judged := m.Judgement, "when it was trained"
	if len(e.Models) > 0 {
		seeds, err := seedRange(e.Seeds)
		if err != nil {
			return err
		}
		dir, clean, err := folder(e.Data)
		if err != nil {
			return err
		}
		defer clean()
		rs := situationRuns{dir, out.note}
		files, err := rs.files(ctx, unseen(seeds, perceive.Tells()))
		if err != nil {
			return err
		}
		if j, err = perceive.Evaluate(ctx, m, files, rs.progress("judging")); err != nil {
			return err
		}
		judged = "now, from the stored model"
	}
	if j == nil {
		r.Notes = append(r.Notes, perceive.ModelName+": the stored model was never judged; name it to judge it on --seeds")
		return nil
	}
	situationMetrics(r.Metrics, j)
	for _, site := range situationSites {
		s := j.Sites[site]
		if s == nil {
			continue
		}
		recall := map[string]float64{}
		for _, c := range s.Classes {
			recall[c] = float64(s.Hits[c]) / float64(max(1, s.Of[c]))
		}
		row := map[string]any{"model": perceive.ModelName, "version": m.Version, "task": "situations of a " + site, "strategy": "model induction", "split": "held-out seeds", "data": "emulated " + site,
			"metric": "balanced accuracy", "accuracy": s.Balanced, "low95": s.BalancedLow95, "judged": judged, "recall": recall, "confusion": s.Confusion, "detection_delay_min": s.DelayOf}
		least := leastFaithful(m, site)
		for _, f := range least {
			row[f.Name] = f.Value
		}
		for _, f := range s.Agreement {
			row[f.Name], row["site"] = f.Value, site
		}
		if len(s.AgreementOf) > 0 {
			row["agreement_of"] = s.AgreementOf
		}
		if why := faith.Verdict(least); why != "" {
			row["abstains"] = why
		}
		r.Rows = append(r.Rows, row)
	}
	if !e.JSON {
		out.printf("%s %s, judged %s:\n", perceive.ModelName, m.Version, judged)
		tellSituations(out, j)
	}
	return nil
}

// leastFaithful are the faithfulness figures of the family of a site whose shares
// follow its trees least.
func leastFaithful(m *perceive.Model, site string) []xai.Figure {
	var least []xai.Figure
	low := 2.0
	for _, figures := range m.Faithfulness(site) {
		for _, f := range figures {
			if f.Name == faith.Correlation && f.Value < low {
				low, least = f.Value, figures
			}
		}
	}
	return least
}

func (e *evalModels) loadSituations() (*perceive.Model, error) {
	if len(e.Models) == 1 {
		return situationsOf(e.Model)
	}
	return situationsOf("")
}
