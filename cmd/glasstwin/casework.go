package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/casefile"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// reportsDir is where the window saves cases of a site.
func reportsDir(site string) string { return filepath.Join(site, "reports") }

// saveCase writes a case of a site that runs, as PDF and as JSON, into the site's
// folder of reports: what `glasstwin explain --pdf --json` makes of the same
// journal. The picture is drawn in a process of its own.
func (r *runningSite) saveCase(ctx context.Context, id twin.CaseID) ([]string, error) {
	record, err := casefile.Find(ctx, r.store, id)
	if err != nil {
		return nil, err
	}
	if err := askSeconds(ctx, r.session.Site(), r.dir, r.store, record); err != nil {
		return nil, err
	}
	var lacks []string
	page, err := gather(ctx, record, r.session.View, r.speaker.Load(),
		func(ctx context.Context, s *snapshot) ([]byte, error) { return s.drawApart(ctx, r.dir) },
		func(format string, args ...any) { lacks = append(lacks, fmt.Sprintf(format, args...)) })
	if err != nil {
		return nil, err
	}
	for _, l := range lacks {
		r.note("%s", l)
	}
	var told bytes.Buffer
	if err := (&output{out: &told}).json(caseReport(r.dir, record)); err != nil {
		return nil, err
	}
	base, err := filepath.Abs(filepath.Join(reportsDir(r.dir), fileName(id)))
	if err != nil {
		return nil, fmt.Errorf("save case %s: %w", id, err)
	}
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of reports: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := writeCaseFile(base+".pdf", page); err != nil {
		return nil, err
	}
	if err := writeWhole(base+".json", told.Bytes()); err != nil {
		return nil, fmt.Errorf("write the case's report: %w", err)
	}
	return []string{base + ".pdf", base + ".json"}, nil
}

// fileName is a case's id with what not every file system takes replaced.
func fileName(id twin.CaseID) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, string(id))
}

// runningBook is the journal of a site that runs: whoever shows the cases hears
// of what is written.
type runningBook struct {
	*bus.Store
	recorder *app.Recorder
}

// Append shadows the store's own.
func (b runningBook) Append(ctx context.Context, e twin.Event) (twin.Event, error) {
	return b.recorder.Append(ctx, e)
}

// retrainSeed draws the bags; a window has no reason for another.
const retrainSeed = 1

// retrain trains the model of a site that runs on its journal. A better one is
// used from the next start on.
func (r *runningSite) retrain(ctx context.Context, by string, tell func(string)) (twin.ModelNote, error) {
	told := time.Time{}
	l := &learner{dir: r.dir, site: r.session.Site(), book: runningBook{r.store, r.recorder}, by: by,
		note: func(format string, args ...any) { tell(fmt.Sprintf(format, args...)) }}
	n, err := l.Train(ctx, retrainSeed, func(p ebm.Progress) {
		if time.Since(told) > stepsApart {
			told = time.Now()
			l.note("%s: bag %d of %d after %d rounds", p.Stage, p.Bag, p.Bags, p.Rounds)
		}
	})
	if err != nil {
		return n, fmt.Errorf("train on the journal of %s: %w", r.dir, err)
	}
	return n, nil
}
