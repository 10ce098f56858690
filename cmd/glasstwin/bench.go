package main

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// bench measures how fast the program is on this machine.
type bench struct {
	Render benchRender `cmd:"" help:"Frames of a site, the camera orbiting."`
}

type benchRender struct {
	Site   string `arg:"" optional:"" type:"path" help:"Site folder, or a model as lighten reads it; the demo store when not given."`
	Size   string `default:"1280x720" placeholder:"WxH" help:"Pixels."`
	Frames int    `default:"60" help:"How many, over one turn."`
	Draft  bool   `help:"As while the camera moves: fewer pixels and effects."`
	JSON   bool   `help:"Print one JSON object."`
}

// processBegan is read before anything else runs.
var processBegan = time.Now()

// Run is called by kong.
func (b *benchRender) Run(ctx context.Context, out *output) error {
	width, height, err := sizeOf(b.Size)
	if err != nil {
		return err
	}
	dir := b.Site
	if dir == "" {
		temp, err := os.MkdirTemp("", "glasstwin-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temp)
		dir = filepath.Join(temp, "corner-market")
		if _, err := siteFromDemo(ctx, dir, nil, false); err != nil {
			return err
		}
	}
	sc, f, err := b.subject(ctx, dir, float64(width)/float64(height))
	if err != nil {
		return err
	}
	screen, err := openDisplay(ctx)
	if err != nil {
		return err
	}
	defer screen.Close()
	f.Width, f.Height, f.Draft = width, height, b.Draft
	return b.measure(ctx, sc, f, out)
}

// subject is what is drawn, and its first frame.
func (b *benchRender) subject(ctx context.Context, path string, aspect float64) (*scene.Scene, render.Frame, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, render.Frame{}, usageError{err}
	}
	if info.IsDir() {
		o, err := openSite(ctx, path)
		if err != nil {
			return nil, render.Frame{}, err
		}
		f, err := frameOf(o, app.View{}, "overview", "open", aspect)
		return o.scene, f, err
	}
	m, err := readModel(ctx, path)
	if err != nil {
		return nil, render.Frame{}, err
	}
	places := render.PlacesOf(m.scene, geom.EmptyBox())
	places.Floor = places.Bounds
	camera, err := render.View("overview", places, aspect)
	return m.scene, render.Frame{Camera: camera}, err
}

func (b *benchRender) measure(ctx context.Context, sc *scene.Scene, f render.Frame, out *output) error {
	r, err := offscreen.Open(sc, glOptions())
	if err != nil {
		return err
	}
	defer r.Close()
	stats, err := r.Draw(f)
	if err != nil {
		return err
	}
	first := time.Since(processBegan)
	began, cpu, glMS := time.Now(), cpuTime(), 0.0
	for range b.Frames {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.Camera.Yaw += 2 * math.Pi / float64(b.Frames)
		if stats, err = r.Draw(f); err != nil {
			return err
		}
		glMS += stats.CPUms
	}
	wall, spent, n := time.Since(began), cpuTime()-cpu, float64(b.Frames)
	metrics := map[string]float64{
		"fps": n / wall.Seconds(), "first_frame_s": first.Seconds(), "frame_cpu_ms": 1000 * spent.Seconds() / n,
		"submit_ms": glMS / n, "triangles": float64(stats.Triangles), "draws": float64(stats.Draws), "peak_mb": peakMB(),
	}
	if b.JSON {
		return out.json(report{Command: "bench render", Metrics: metrics,
			Inputs: map[string]any{"site": b.Site, "size": b.Size, "frames": b.Frames, "draft": b.Draft}})
	}
	out.printf("%s, %d triangles in %d draws: %.1f frames/s, %.0f ms of processor a frame (%.1f ms of it to submit), first frame %.2f s after the start, %.0f MB at most\n",
		b.Size, stats.Triangles, stats.Draws, metrics["fps"], metrics["frame_cpu_ms"], metrics["submit_ms"], first.Seconds(), metrics["peak_mb"])
	return nil
}
