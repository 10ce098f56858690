package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/swatch"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

// bench measures how fast the program is on this machine.
type bench struct {
	Render benchRender `cmd:"" help:"Frames of a site, the camera orbiting."`
	Flow   benchFlow   `cmd:"" help:"People who walk through a corridor."`
	Window benchWindow `cmd:"" help:"The real window while its camera is dragged and comes to rest."`
}

type benchRender struct {
	Site    string  `arg:"" optional:"" type:"path" help:"Site folder, or a model as lighten reads it, which the camera orbits at the distance of its diagonal; a scene of --scene when not given."`
	Scene   string  `default:"demo" enum:"demo,1m,10m,shelves,boards" help:"What is drawn when no site is given: the demo store, a store of a million triangles or of ten, gondolas full of goods, or boards that wear 30 images of a million texels (demo, 1m, 10m, shelves, boards)."`
	View    string  `default:"overview" help:"Where the camera is on a site; one that stands turns on the spot."`
	Size    string  `default:"1280x720" placeholder:"WxH" help:"Pixels."`
	Frames  int     `default:"60" help:"How many, over one turn."`
	Samples int     `default:"1" help:"Pictures, each a part of a pixel aside, whose mean each frame is."`
	Draft   bool    `help:"As while the camera moves: fewer pixels and effects."`
	Detail  float64 `default:"0.5" help:"Part of the pixels' edge that a draft draws, 0.1 to 1."`
	JSON    bool    `help:"Print one JSON object."`

	Without []string `placeholder:"WHAT" enum:"occlusion,multidraw,effects" help:"Measure without something, to compare: occlusion (what walls hide is drawn), multidraw (each draw is a call of its own), effects (no shadows, contact shade, reflections of the picture and bloom, as renderers that have none)."`
	Apart   bool     `help:"Every instance gets a mesh of its own, as in a building whose parts share nothing, to measure how meshes come into the graphics memory."`
	Joined  bool     `help:"Everything is one mesh, as of a scan, to measure how long frames take while it comes into the graphics memory."`
	Memory  int      `placeholder:"MB" help:"Graphics memory that meshes may take, 0 for what there is."`
	Packing string   `default:"cards" enum:"cards,always,never" help:"When images are packed into the blocks that graphics cards read: where a card draws, always, or never (cards, always, never)."`
}

// processBegan is read before anything else runs.
var processBegan = time.Now()

// subject is what is drawn, and how.
type subject struct {
	scene *scene.Scene
	frame render.Frame
	turn  func(c render.Camera, k int) render.Camera // the camera of frame k, from that of the first
	made  time.Duration                              // making the scene took, where it was made to measure with
}

// Run is called by kong.
func (b *benchRender) Run(ctx context.Context, out *output) error {
	width, height, err := sizeOf(b.Size)
	if err != nil {
		return err
	}
	if b.Frames < 1 {
		return usageError{fmt.Errorf("%d frames cannot be measured; give --frames 1 or more", b.Frames)}
	}
	s, err := b.subject(ctx, float64(width)/float64(height))
	if err != nil {
		return err
	}
	if b.Apart {
		s.scene = apart(s.scene)
	}
	if b.Joined {
		began := time.Now()
		s.scene = joined(s.scene)
		s.made += time.Since(began)
	}
	screen, err := openCanvas(ctx)
	if err != nil {
		return err
	}
	defer screen.Close()
	s.frame.Width, s.frame.Height, s.frame.Draft = width, height, b.Draft
	s.frame.Samples, s.frame.DraftScale = b.Samples, b.Detail
	return b.measure(ctx, s, out)
}

func (b *benchRender) subject(ctx context.Context, aspect float64) (subject, error) {
	if b.Site != "" {
		info, err := os.Stat(b.Site)
		if err != nil {
			return subject{}, usageError{err}
		}
		if info.IsDir() {
			return b.site(ctx, b.Site, aspect)
		}
		return b.model(ctx)
	}
	if b.Scene == "demo" {
		temp, err := os.MkdirTemp("", "glasstwin-bench-")
		if err != nil {
			return subject{}, err
		}
		defer os.RemoveAll(temp)
		dir := filepath.Join(temp, "corner-market")
		if _, err := siteFromDemo(ctx, dir, nil, false); err != nil {
			return subject{}, err
		}
		return b.site(ctx, dir, aspect)
	}
	if b.Scene == "boards" {
		return b.boards(), nil
	}
	return b.hall(ctx, aspect)
}

// boards sway before the camera: they are flat.
func (b *benchRender) boards() subject {
	began := time.Now()
	sc := swatch.Boards(5, 1024)
	sway := func(c render.Camera, k int) render.Camera {
		c.Yaw += 0.5 * math.Sin(2*math.Pi*float64(k)/float64(b.Frames))
		return c
	}
	return subject{scene: sc, frame: render.Frame{Camera: swatch.Camera}, turn: sway, made: time.Since(began)}
}

func (b *benchRender) site(ctx context.Context, dir string, aspect float64) (subject, error) {
	o, err := openSite(ctx, dir)
	if err != nil {
		return subject{}, err
	}
	f, err := frameOf(o, app.View{}, b.View, "open", aspect)
	return subject{scene: o.scene, frame: f, turn: b.round}, err
}

// round turns the camera once over all frames: about its target, or on the spot
// where it stands.
func (b *benchRender) round(c render.Camera, k int) render.Camera {
	c.Yaw += 2 * math.Pi * float64(k) / float64(b.Frames)
	return c
}

func (b *benchRender) hall(ctx context.Context, aspect float64) (subject, error) {
	began := time.Now()
	cat, err := generate.Catalogue()
	if err != nil {
		return subject{}, err
	}
	o := &openedSite{}
	if o.scene, o.index, o.site, err = hall.Scene(ctx, cat, hall.Plans[b.Scene]); err != nil {
		return subject{}, err
	}
	f, err := frameOf(o, app.View{}, b.View, "open", aspect)
	return subject{scene: o.scene, frame: f, turn: b.round, made: time.Since(began)}, err
}

// model orbits a model as the page of peers does that we are measured against
// (three.js): with the diagonal z of its box and its middle, frame k is seen
// from z·(cos 0.05k, 1/2, sin 0.05k) beside the middle, 45° high, whatever the
// number of frames.
func (b *benchRender) model(ctx context.Context) (subject, error) {
	m, err := readModel(ctx, b.Site)
	if err != nil {
		return subject{}, err
	}
	box := render.PlacesOf(m.scene, geom.EmptyBox()).Bounds
	if box.Empty() {
		return subject{}, fmt.Errorf("%s: nothing in it is drawn", b.Site)
	}
	c := render.Camera{Target: box.Center(), Pitch: math.Atan(0.5), Distance: box.Size().Len() * math.Hypot(1, 0.5), FovY: math.Pi / 4, Yaw: math.Pi / 2}
	turn := func(c render.Camera, k int) render.Camera {
		c.Yaw -= 0.05 * float64(k)
		return c
	}
	return subject{scene: m.scene, frame: render.Frame{Camera: c}, turn: turn}, nil
}

// apart is a scene in which no two nodes share a mesh.
func apart(sc *scene.Scene) *scene.Scene {
	out := *sc
	out.Meshes, out.Nodes = nil, slices.Clone(sc.Nodes)
	for i := range out.Nodes {
		if n := &out.Nodes[i]; n.Mesh != scene.None {
			out.Meshes = append(out.Meshes, sc.Meshes[n.Mesh])
			n.Mesh = scene.MeshID(len(out.Meshes) - 1)
		}
	}
	return &out
}

// settleMost is how long a picture may take until nothing of it is on its way.
const settleMost = 4 * time.Minute

// timedFrames is how many more frames are drawn to time their passes, which
// slows them down.
const timedFrames = 12

func (b *benchRender) measure(ctx context.Context, s subject, out *output) error {
	opening, spentBefore, options := time.Now(), cpuTime(), glOptions()
	options.Unhidden, options.Direct = slices.Contains(b.Without, "occlusion"), slices.Contains(b.Without, "multidraw")
	options.Plain = slices.Contains(b.Without, "effects")
	options.GeometryMost = b.Memory * 1_000_000
	options.Packing = map[string]gl.Packing{"cards": gl.PackOnCards, "always": gl.PackAlways, "never": gl.PackNever}[b.Packing]
	r, err := offscreen.Open(s.scene, options)
	if err != nil {
		return err
	}
	defer r.Close()
	f, camera := s.frame, s.frame.Camera
	stats, err := r.Draw(f)
	if err != nil {
		return err
	}
	first, opened, openCPU := time.Since(processBegan)-s.made, time.Since(opening), cpuTime()-spentBefore
	rising := []int{stats.Triangles} // drawn in each of these
	coming := map[string]float64{"coming_longest_ms": 0, "coming_bring_ms": 0, "coming_mb": 0}
	for stats.Pending && time.Since(opening) < settleMost {
		if err := ctx.Err(); err != nil {
			return err
		}
		from := time.Now()
		if stats, err = r.Draw(f); err != nil {
			return err
		}
		rising = append(rising, stats.Triangles)
		for name, now := range map[string]float64{"coming_longest_ms": 1000 * time.Since(from).Seconds(), "coming_bring_ms": stats.BringMs, "coming_mb": float64(stats.Brought) / 1e6} {
			coming[name] = max(coming[name], now)
		}
	}
	whole := time.Since(opening)
	began, cpu, glMS := time.Now(), cpuTime(), 0.0
	frames := make([]float64, 0, b.Frames)
	triangles, draws := 0, 0
	for k := range b.Frames {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.Camera = s.turn(camera, k+1)
		from := time.Now()
		if stats, err = r.Draw(f); err != nil {
			return err
		}
		frames = append(frames, 1000*time.Since(from).Seconds())
		glMS += stats.CPUms
		triangles, draws = triangles+stats.Triangles, draws+stats.Draws
	}
	wall, spent, n := time.Since(began), cpuTime()-cpu, float64(b.Frames)
	slices.Sort(frames)
	metrics := map[string]float64{
		"fps": n / wall.Seconds(), "first_frame_s": first.Seconds(), "open_s": opened.Seconds(), "open_cpu_s": openCPU.Seconds(), "whole_s": whole.Seconds(), "whole_frames": float64(len(rising)), "first_triangles": float64(rising[0]), "coarser": float64(stats.Coarser), "frame_cpu_ms": 1000 * spent.Seconds() / n,
		"frame_p95_ms": frames[min(len(frames)-1, len(frames)*95/100)],
		"submit_ms":    glMS / n, "triangles": float64(triangles) / n, "draws": float64(draws) / n,
		"scene_triangles": float64(s.scene.Triangles()), "instances": float64(instancesOf(s.scene)), "peak_mb": peakMB(),
	}
	maps.Copy(metrics, memoryMetrics(stats.Memory))
	maps.Copy(metrics, coming)
	r.Time(cpuTime)
	for k := range min(b.Frames, timedFrames) {
		f.Camera = s.turn(camera, k*b.Frames/timedFrames+1)
		if _, err := r.Draw(f); err != nil {
			return err
		}
	}
	passes := r.Passes()
	if b.JSON {
		rows := make([]any, len(passes))
		for i, p := range passes {
			rows[i] = map[string]any{"pass": p.Name, "cpu_ms": p.CPUms, "gpu_ms": p.GPUms, "work_ms": p.Workms}
		}
		return out.json(report{Command: "bench render", Metrics: metrics, Rows: rows, Notes: []string{"drawn by " + r.Device()},
			Inputs: map[string]any{"site": b.Site, "scene": b.Scene, "view": b.View, "size": b.Size, "frames": b.Frames, "draft": b.Draft, "without": b.Without}})
	}
	out.printf("%s by %s: %.1f frames/s (95 of 100 within %.0f ms), %.0f ms of processor a frame, %.1f ms to submit it\n",
		b.Size, r.Device(), metrics["fps"], metrics["frame_p95_ms"], metrics["frame_cpu_ms"], metrics["submit_ms"])
	out.printf("%.1f MB of graphics memory for geometry, %.1f MB for images, which would be %.1f MB texel by texel\n",
		metrics["geometry_mb"], metrics["images_mb"], metrics["images_plain_mb"])
	out.printf("while more was on its way, a frame took %.0f ms at most, and brought %.1f MB of meshes at most, in %.1f ms\n",
		metrics["coming_longest_ms"], metrics["coming_mb"], metrics["coming_bring_ms"])
	out.printf("%.0f of %.0f triangles in %.0f draws of %.0f instances, first frame %.2f s after the start, %.2f s after the renderer was opened (%.2f s of processor), nothing on its way after %.2f s and %d frames, the first of %d triangles; %.0f meshes coarser for want of memory; %.0f MB at most\n",
		metrics["triangles"], metrics["scene_triangles"], metrics["draws"], metrics["instances"], first.Seconds(), opened.Seconds(), openCPU.Seconds(), whole.Seconds(), len(rising), rising[0], metrics["coarser"], metrics["peak_mb"])
	for _, p := range passes {
		out.printf("  %-12s %7.2f ms to submit, %7.2f ms to draw, %7.2f ms of processor\n", p.Name, p.CPUms, p.GPUms, p.Workms)
	}
	return nil
}

func memoryMetrics(m render.Memory) map[string]float64 {
	return map[string]float64{"geometry_mb": float64(m.Geometry) / 1e6, "images_mb": float64(m.Images) / 1e6, "images_plain_mb": float64(m.Unpacked) / 1e6}
}

// instancesOf counts the meshes that are placed to be drawn.
func instancesOf(sc *scene.Scene) (n int) {
	for _, x := range sc.Nodes {
		if x.Mesh != scene.None && !x.Hidden {
			n++
		}
	}
	return n
}
