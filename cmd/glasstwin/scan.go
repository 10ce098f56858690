package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// errNoScan is returned for a site that no scan was kept of.
var errNoScan = errors.New("no scan is kept of this site: generate it with one among its sources")

// hasScan tells whether a scan is kept of a site.
func hasScan(dir string) bool {
	f, err := sitefolder.OpenMade(dir, generate.KeptScan)
	if err != nil {
		return false
	}
	return f.Close() == nil
}

// readScan reads the scan that is kept of a site.
func readScan(ctx context.Context, dir string) (*app.Scan, error) {
	f, err := sitefolder.OpenMade(dir, generate.KeptScan)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("site %s: %w", dir, errNoScan)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	kept, err := generate.ReadScan(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("site %s: %w", dir, err)
	}
	return app.NewScan(kept), nil
}

// laidScan is the scan of a site as the window lays it over the twin.
func laidScan(ctx context.Context, dir string) (*desktop.Scan, error) {
	scan, err := readScan(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &desktop.Scan{Scan: scan, Over: func(speak *phrase.Speaker, measured bool) overlay.Cloud {
		return depict.Scan(scan, speak, measured)
	}}, nil
}
