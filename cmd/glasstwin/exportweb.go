package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/web/page"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/twin"
)

// webError is how far the surface of a page's scene lies from the site's at
// most, millimetres, when no other bound is given: less than a phone shows.
const webError = 2

// web writes the page of a site into a folder. Where a GLB is written too, the
// figures of a light file are those of the GLB, and the page's are left out.
func (c *exportCommand) web(ctx context.Context, o *openedSite, out *output) (map[string]float64, error) {
	opt, err := bounds(orElse(c.MaxError, webError), 3)
	if err != nil {
		return nil, err
	}
	opt.Progress = out.steps(filepath.Base(c.Web))
	opt.Stored = true // any server may show it, and many compress nothing
	r, err := light.File(ctx, o.scene, opt)
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", c.Site, err)
	}
	last, cases, err := lastKnown(ctx, o)
	if err != nil {
		return nil, err
	}
	told := page.Describe(page.Source{Site: o.site, Scene: o.scene, Index: o.index, Classes: o.catalogue, Last: last})
	var points []byte
	if hasScan(o.dir) {
		scan, err := readScan(ctx, o.dir)
		if err != nil {
			return nil, err
		}
		told.Scan, points = page.DescribeScan(scan)
	}
	size, err := page.Write(c.Web, told, cases, r.Data, points)
	if err != nil {
		return nil, err
	}
	metrics := map[string]float64{}
	if c.GLB == "" {
		metrics = lightMetrics(r)
	}
	metrics["bytes_bundle"], metrics["bytes_fetched"], metrics["bytes_folder"] = float64(size.Bundle), float64(size.Fetched()), float64(size.Total())
	return metrics, nil
}

func orElse(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

// lastKnown are the newest values in a site's history and the cases that are
// open in its journal; nil and none when it has no history.
func lastKnown(ctx context.Context, o *openedSite) (map[twin.SignalID]float64, page.Cases, error) {
	none := page.Cases{Written: time.Now(), List: []page.Case{}}
	if _, err := os.Stat(journalDir(o.dir)); errors.Is(err, os.ErrNotExist) {
		return nil, none, nil
	}
	store, err := openStore(ctx, o.dir, o.site)
	if err != nil {
		return nil, none, err
	}
	defer store.Close(context.WithoutCancel(ctx))
	_, to, err := store.Span(ctx)
	if err != nil {
		return nil, none, err
	}
	var fold app.Fold
	known := to // an event may be newer than the last reading
	err = store.Events(ctx, 1, func(e twin.Event) error {
		if e.At.After(known) {
			known = e.At
		}
		return fold.Apply(e)
	})
	if err != nil {
		return nil, none, err
	}
	speakers, err := everyLanguage(o.dir)
	if err != nil {
		return nil, none, err
	}
	cases := page.DescribeCases(o.site, known, fold.Cases(), speakers...)
	cases.Written = none.Written
	if to.IsZero() {
		return nil, cases, nil
	}
	ids := make([]twin.SignalID, len(o.site.Signals))
	for i, g := range o.site.Signals {
		ids[i] = g.ID
	}
	last := map[twin.SignalID]float64{}
	err = store.History(ctx, ids, to.Add(-time.Hour), to, func(s twin.Sample) error {
		last[s.Signal] = s.Value
		return nil
	})
	return last, cases, err
}
