package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
)

// regardOf tells how people regarded the fixtures of a site's folder: those of a recording
// that lies on its plan, or, nil, whom its own sensors saw. What fewer than k people tell is
// told as that. journal is the site's, which is open.
func regardOf(ctx context.Context, dir string, journal *bus.Store, of desktop.Recording) (*desktop.Regards, error) {
	f := trackFile{Tracks: dir, journal: journal}
	out := &desktop.Regards{}
	if r, ok := of.(*laidRecording); ok {
		f.Tracks, out.Name = r.path, filepath.Base(r.path)
	}
	people, timed, _, err := f.read(ctx, dir)
	if err != nil {
		return nil, err
	}
	if !timed {
		return nil, fmt.Errorf("%s: it has no times, so that nobody's stay or look can be measured", f.Tracks)
	}
	site, g, err := walkable(dir)
	if err != nil {
		return nil, err
	}
	if len(g.Fronts) == 0 {
		return nil, fmt.Errorf("site %s: nothing in it holds goods", dir)
	}
	out.K = manyPeople{}.of(site)
	metrics, rows, err := measured(ctx, people, g, true)
	if err != nil {
		return nil, err
	}
	out.People, out.Span = persons(people), time.Duration(metrics["recorded_s"])*time.Second
	told, _, err := withhold(out.K, out.People, metrics, rows)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Tracks, err)
	}
	by := map[twin.AssetID]*desktop.Regard{}
	for _, r := range told {
		r, ok := r.(frontRow)
		if !ok {
			continue
		}
		s := by[twin.AssetID(r.Asset)]
		if s == nil {
			s = &desktop.Regard{Asset: twin.AssetID(r.Asset)}
			by[s.Asset] = s
		}
		s.Seen, s.Before, s.Passed = s.Seen+r.Exposure, s.Before+r.Dwell, max(s.Passed, r.Passed)
	}
	for _, f := range g.Fronts {
		if by[f.Asset] == nil {
			by[f.Asset] = &desktop.Regard{Asset: f.Asset, Few: true}
		}
	}
	for _, s := range by {
		out.Shelves = append(out.Shelves, *s)
	}
	slices.SortFunc(out.Shelves, func(a, b desktop.Regard) int {
		return cmp.Or(cmp.Compare(a.Seen, b.Seen), cmp.Compare(a.Asset, b.Asset))
	})
	return out, nil
}
