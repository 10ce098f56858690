package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// journal is about what a site's journal holds.
type journal struct {
	Verify journalVerify `cmd:"" help:"Prove that no event was changed, dropped or reordered, and that all telemetry reads."`
	Show   journalShow   `cmd:"" help:"List the events."`
	Forget journalForget `cmd:"" help:"Delete the positions of people that are older than site.yaml keeps them, and say which; a site does so by itself when it is opened and while it runs."`
}

type journalVerify struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`
	JSON bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (j *journalVerify) Run(ctx context.Context, out *output) error {
	began := time.Now()
	store, err := openJournal(ctx, j.Site)
	if err != nil {
		return err
	}
	defer store.Close(context.WithoutCancel(ctx))
	v, err := store.Verify(ctx)
	if err != nil {
		return fmt.Errorf("journal of %s: %d events are good, then: %w", j.Site, v.Events, err)
	}
	if j.JSON {
		return out.json(report{Command: "journal verify", Inputs: map[string]any{"site": j.Site}, Metrics: map[string]float64{
			"events": float64(v.Events), "chunks": float64(v.Chunks), "samples": float64(v.Samples), "bytes": float64(v.Bytes),
			"seconds": time.Since(began).Seconds()}, Notes: []string{"newest hash " + v.Hash}})
	}
	out.printf("%d events from %s to %s form one unbroken chain; %d samples read. Newest hash %s\n",
		v.Events, stamp(v.First), stamp(v.Last), v.Samples, v.Hash)
	return nil
}

type journalShow struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`
	Case string `help:"Only events of this case."`
	From uint64 `default:"1" help:"First event."`
	JSON bool   `help:"Print each event whole, as one JSON object a line."`
}

// Run is called by kong.
func (j *journalShow) Run(ctx context.Context, out *output) error {
	store, err := openJournal(ctx, j.Site)
	if err != nil {
		return err
	}
	defer store.Close(context.WithoutCancel(ctx))
	return store.Events(ctx, max(1, j.From), func(e twin.Event) error {
		if j.Case != "" && string(e.Case) != j.Case {
			return nil
		}
		if j.JSON {
			line, err := json.Marshal(e)
			if err != nil {
				return fmt.Errorf("print event %d: %w", e.Seq, err)
			}
			out.printf("%s\n", line)
			return nil
		}
		out.printf("%s\n", eventLine(e))
		return nil
	})
}

// openJournal opens the journal of a site that exists, and makes none.
func openJournal(ctx context.Context, dir string) (*bus.Store, error) {
	site, err := sitefolder.Read(dir)
	if err != nil {
		return nil, err
	}
	if err := hasJournal(dir); err != nil {
		return nil, err
	}
	return openStore(ctx, dir, site)
}

// openStore opens the journal of a site, or makes it. What is older there than the
// site keeps positions of people is deleted.
func openStore(ctx context.Context, dir string, site *twin.Site) (*bus.Store, error) {
	return bus.Open(ctx, bus.Options{
		Dir: journalDir(dir), Site: site.ID, Retention: site.PeopleRules().Retention, Positions: site.PositionSignals(),
	})
}

// hasJournal tells that a site has no journal.
func hasJournal(dir string) error {
	if _, err := os.Stat(journalDir(dir)); errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("site %s has no journal yet: it was never opened with a plant", dir)
	}
	return nil
}

// eventLine is an event for a person: number, plant's time, kind, asset, who, case.
func eventLine(e twin.Event) string {
	who := e.Actor
	if who == "" {
		who = "twin"
	}
	return fmt.Sprintf("%6d  %s  %-18s %-14s %-10s %s", e.Seq, stamp(e.At), e.Kind, e.Asset, who, e.Case)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }
