package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

type journalForget struct {
	Site       string `arg:"" type:"existingdir" help:"Site folder."`
	TrustClock bool   `help:"Take this machine's clock as right, though neither the plant nor a day of that clock has confirmed it."`
	JSON       bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (j *journalForget) Run(ctx context.Context, out *output) (err error) {
	began := time.Now()
	site, err := sitefolder.Read(j.Site)
	if err != nil {
		return err
	}
	store, err := openJournal(ctx, j.Site)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close(context.WithoutCancel(ctx))) }()
	var all []bus.Forgotten
	if gone, err := store.Forgot(); err == nil {
		all = append(all, gone)
	} // else it goes on here
	if j.TrustClock {
		store.TrustClock()
	}
	if len(all) == 0 || j.TrustClock {
		more, err := store.Forget(ctx, store)
		if err != nil {
			return fmt.Errorf("%s: %w", j.Site, err)
		}
		all = append(all, more)
	}
	keeps := site.PeopleRules().Retention
	last := all[len(all)-1]
	samples := 0
	var lines []string
	var rows []any
	for _, f := range all {
		if f.Samples > 0 {
			samples += f.Samples
			rows = append(rows, f.PositionsNote)
			lines = append(lines, fmt.Sprintf("%d samples of where people were, from %s to %s, were deleted, of %d sensors: %s", f.Samples, stamp(f.From), stamp(f.To), len(f.Signals), signalList(f.Signals)))
		}
	}
	switch {
	case keeps == twin.Forever:
		lines = append(lines, "site.yaml keeps positions forever: nothing is deleted")
	default:
		if samples == 0 {
			lines = append(lines, "nothing was old enough to be deleted")
		}
		lines = append(lines, fmt.Sprintf("the site keeps positions for %s: from %s on", sitefolder.SpanText(keeps), stamp(last.Limit)))
	}
	if keeps != twin.Forever && last.Doubt >= time.Minute {
		lines = append(lines, fmt.Sprintf("ages are counted from %s: this machine's clock is %s ahead of that, which neither the plant nor a day of that clock has confirmed; --trust-clock takes it as right", stamp(last.Now), last.Doubt.Round(time.Minute)))
	}
	if j.JSON {
		return out.json(report{Command: "journal forget", Inputs: map[string]any{"site": j.Site, "trust_clock": j.TrustClock}, Rows: rows, Notes: lines,
			Metrics: map[string]float64{"samples_deleted": float64(samples), "doubted_s": last.Doubt.Seconds(), "seconds": time.Since(began).Seconds()}})
	}
	for _, line := range lines {
		out.printf("%s\n", line)
	}
	return nil
}

func signalList(ids []twin.SignalID) string {
	text := make([]string, len(ids))
	for i, id := range ids {
		text[i] = string(id)
	}
	return strings.Join(text, ", ")
}

// A site that runs deletes old positions each hour, and more often where it keeps
// them for hours only.
const (
	forgetEvery = time.Hour
	forgetParts = 6 // of the span that is kept
)

// forgetOld deletes old positions until ctx ends. The first turn comes at once, and
// tells what the opening could not do.
func (r *runningSite) forgetOld(ctx context.Context) error {
	every := forgetEvery
	if keeps := r.opened.site.PeopleRules().Retention; keeps/forgetParts < every {
		every = keeps / forgetParts
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := r.store.Forget(ctx, r.recorder); err != nil && ctx.Err() == nil {
			r.note("%v; it is tried again in %s", err, every)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
