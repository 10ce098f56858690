package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
)

// laidRecording is a file of recorded ways that the window lays over a site's plan.
type laidRecording struct {
	site, path string
	up         bool // the file's y runs up: the window shows it down
	ways       [][]geom.Vec2
	points     []desktop.Matched
}

// waysDrawn is how many straight pieces of all ways are drawn at most.
const waysDrawn = 20_000

// readRecording reads ways in the file's own units, and what the site keeps of how they lie.
// Nobody's name is taken in.
func readRecording(ctx context.Context, site, path string) (*laidRecording, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rec, err := tracks.Read(filepath.Base(path), file, tracks.Options{Unit: 1})
	if err != nil {
		return nil, err
	}
	r := &laidRecording{site: site, path: path, up: !rec.Down}
	pieces := 0
	for _, p := range rec.People {
		pieces += len(p.Fixes)
	}
	thin := max(1, (pieces+waysDrawn-1)/waysDrawn)
	for _, p := range rec.People {
		var way []geom.Vec2
		for i, f := range p.Fixes {
			if i%thin == 0 || i == len(p.Fixes)-1 {
				way = append(way, geom.Vec2{f.X, f.Z})
			}
		}
		r.ways = append(r.ways, way)
	}
	kept, err := os.Open(planeOf(site, path))
	if errors.Is(err, fs.ErrNotExist) {
		return r, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	defer kept.Close()
	plane, err := tracks.ReadPlane(planeOf(site, path), kept)
	if err != nil {
		return nil, err
	}
	for _, p := range plane.Points {
		r.points = append(r.points, desktop.Matched{Picture: r.turned(p.Picture), Plan: p.Plan})
	}
	return r, ctx.Err()
}

// turned takes the file's plane to the window's, and back.
func (r *laidRecording) turned(p geom.Vec2) geom.Vec2 {
	if r.up {
		p[1] = -p[1]
	}
	return p
}

// Ways implements desktop.Recording.
func (r *laidRecording) Ways() [][]geom.Vec2 { return r.ways }

// Points implements desktop.Recording.
func (r *laidRecording) Points() []desktop.Matched { return r.points }

// Lie implements desktop.Recording.
func (r *laidRecording) Lie(points []desktop.Matched) (func(geom.Vec2) geom.Vec2, []float64, error) {
	plane := r.plane(points)
	h, _, err := plane.Transform()
	if err != nil {
		return nil, nil, err
	}
	misses := make([]float64, len(points))
	for i, p := range plane.Points {
		misses[i] = h.Place(p.Picture).Sub(p.Plan).Len()
	}
	return func(p geom.Vec2) geom.Vec2 { return h.Place(r.turned(p)) }, misses, nil
}

// Keep implements desktop.Recording.
func (r *laidRecording) Keep(points []desktop.Matched) (measure string, err error) {
	text, err := r.plane(points).Encode()
	if err != nil {
		return "", err
	}
	name := planeOf(r.site, r.path)
	if _, err := tracks.ReadPlane(name, bytes.NewReader(text)); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return "", err
	}
	if err := writeWhole(name, text); err != nil {
		return "", fmt.Errorf("keep how %s lies: %w", filepath.Base(r.path), err)
	}
	return fmt.Sprintf("glasstwin flow analyze %q --site %q", r.path, r.site), nil
}

func (r *laidRecording) plane(points []desktop.Matched) *tracks.Plane {
	p := &tracks.Plane{}
	for _, m := range points {
		p.Points = append(p.Points, tracks.Pair{Picture: r.turned(m.Picture), Plan: m.Plan})
	}
	return p
}
