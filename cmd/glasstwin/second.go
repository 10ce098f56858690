package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/casefile"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/plantcauses"
	"github.com/glasstwin/glasstwin/study/plantfaults"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/twin"
)

// Models that are asked about a case and decide nothing about it.
const (
	deepModel  = "plant-faults"
	beganModel = "plant-causes"
)

// secondOpinions asks a deep network and a causal graph about the cases of a site. It
// reads them when it is first asked: most who start a site never ask.
func secondOpinions(dir string, own eyes) app.Seconds {
	deep := sync.OnceValues(func() (*study.File, error) { return siteModel(dir, deepModel) })
	began := sync.OnceValues(func() (*study.File, error) { return siteModel(dir, beganModel) })
	return func(ctx context.Context, site *twin.Site, store app.Store, c app.Case, at time.Time) (app.Second, error) {
		onset := c.Situation.Onset
		if onset.IsZero() || onset.After(at) {
			onset = at
		}
		out := app.Second{At: at}
		run, err := askedRun(ctx, site, store, onset, at)
		if err != nil {
			return out, err
		}
		if heard := run.LastHeard(string(c.Situation.Asset)); heard.Before(run.At[len(run.At)-1]) && heard.After(onset) {
			if run, err = askedRun(ctx, site, store, onset, heard); err != nil { // nobody listened, or its link was lost
				return out, err
			}
		}
		f, err := deep()
		if err != nil {
			return out, err
		}
		h, err := plantfaults.Explain(f, run, string(c.Situation.Asset), run.At[len(run.At)-1])
		if out.DeepLacks, err = lack(err); err != nil {
			return out, fmt.Errorf("%s: %w", modelPlace(dir, deepModel), err)
		}
		if h != nil {
			out.Deep = &app.Deep{Explanation: h.Explanation, Fault: h.Fault(), Signals: h.Signals, Step: h.Step, Heat: h.Shares, Smooth: h.Smooth, Agree: h.Agree}
		}
		if err := ctx.Err(); err != nil {
			return out, fmt.Errorf("ask other models: %w", err)
		}
		if f, err = began(); err != nil {
			return out, err
		}
		x, err := plantcauses.Explain(f, run, run.At[len(run.At)-1])
		if out.BeganLacks, err = lack(err); err != nil {
			return out, fmt.Errorf("%s: %w", modelPlace(dir, beganModel), err)
		}
		if out.BeganLacks == "" {
			b := app.BeganOf(site, x.Explanation, plantcauses.Signal)
			for _, r := range x.Ranked {
				b.Ranked = append(b.Ranked, app.Disturbed{Asset: twin.AssetID(r.Device), Node: r.Node, By: r.By})
			}
			out.Began = &b
		}
		if c.Explanation != nil {
			if out.Rule, err = own.suffices(ctx, dir, c.Explanation); err != nil {
				return out, err
			}
		}
		return out, nil
	}
}

// askSeconds adds to the record of a case what other models say of it. A case without
// an explanation is not asked about.
func askSeconds(ctx context.Context, site *twin.Site, dir string, store app.Store, r *casefile.Record) error {
	if r.Explanation == nil {
		return nil
	}
	own, err := openEyes(dir, site)
	if err != nil {
		return err
	}
	r.Together = own.together(dir)(r.Explanation)
	told, err := secondOpinions(dir, own)(ctx, site, store, r.Case, app.SecondAt(r.Case, r.Until))
	if err != nil {
		return err
	}
	r.Second = &told
	return nil
}

// tellSecond tells in words what other models say of a case.
func tellSecond(o *openedSite, speak *phrase.Speaker, c app.Case, out *output) {
	if c.Second == nil {
		return
	}
	if x := c.Explanation; x.Claim != "" && !x.Abstained {
		out.printf("\n%s\n%s\n", speak.Say("suffices.title"), speak.Suffices(x.Claim, c.Second.Rule))
	}
	d := account.DeepOf(speak, o.site, c, *c.Second)
	out.printf("\n%s\n", speak.Say("deep.title"))
	for _, l := range append([]string{d.Lacks, d.Withheld}, d.Lines...) {
		if l != "" {
			out.printf("%s\n", l)
		}
	}
	for _, w := range d.Warm[:min(5, len(d.Warm))] {
		out.printf("  %+6.2f  %s\n", w.Share, w.Name)
	}
	b := account.BeganOf(speak, o.site, c, *c.Second)
	out.printf("\n%s\n", speak.Say("began.title"))
	for _, l := range append([]string{b.Lacks}, b.Lines...) {
		if l != "" {
			out.printf("%s\n", l)
		}
	}
	for _, l := range b.Led {
		out.printf("  %s: %s\n", l.Way, l.How)
	}
}

// askedRun is what is looked at of a site's history for something that began at an
// onset and is asked about at a time.
func askedRun(ctx context.Context, site *twin.Site, store app.Store, onset, at time.Time) (*runs.Run, error) {
	from, well := runs.Asked(onset, at)
	return runs.Live(ctx, site, from, at, well, store.History)
}

// lack is why a model cannot tell, where that is no failure.
func lack(err error) (app.Lack, error) {
	switch {
	case errors.Is(err, plantfaults.ErrUnknown), errors.Is(err, plantcauses.ErrUnknown):
		return app.LackKind, nil
	case errors.Is(err, plantcauses.ErrEarly):
		return app.LackTime, nil
	case errors.Is(err, runs.ErrShort):
		return app.LackPast, nil
	}
	return "", err
}

// modelPlace is the file that siteModel reads.
func modelPlace(dir, name string) string {
	file := filepath.Join(modelsDir(dir), name+".json")
	if _, err := os.Stat(file); err != nil {
		return "the program's own " + name + ".json"
	}
	return file
}

// siteModel reads a study's model from beside a site, or the one in the program.
func siteModel(dir, name string) (*study.File, error) {
	f, err := os.Open(filepath.Join(modelsDir(dir), name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return stored(name)
	}
	if err != nil {
		return nil, fmt.Errorf("open the model %s: %w", name, err)
	}
	defer f.Close()
	m, err := study.Decode(f, name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name(), err)
	}
	return m, nil
}
