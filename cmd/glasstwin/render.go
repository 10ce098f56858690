package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// renderCommand draws a picture of a site or a model without a window.
type renderCommand struct {
	Site string `arg:"" type:"path" help:"Site folder, or a model: .glb, .gltf, .obj, .stl or .ply."`
	Out  string `short:"o" required:"" type:"path" placeholder:"FILE.png" help:"Picture to write."`
	Size string `default:"1280x720" placeholder:"WxH" help:"Pixels."`
	View string `default:"overview" placeholder:"NAME" help:"overview, top, front, inside, aisle, entrance, or the id of a thing to look at."`
	lens
	looking
	Variant  string   `placeholder:"NAME" help:"Choice of materials of a model that has several (KHR_materials_variants)."`
	Time     string   `placeholder:"TIME" help:"Plant time to look back to, RFC 3339; the newest that the history holds when not given."`
	Overlay  []string `default:"all" placeholder:"NAME" help:"attribution, temperature, people, all or none; repeatable."`
	Scan     string   `default:"none" enum:"none,colour,deviation" help:"The scan that the site was made of, laid over it: none; colour; deviation, by the distance of each point to the twin."`
	Building string   `default:"open" enum:"open,roofless,whole" help:"open: without what hides the view; roofless; whole."`
	Language string   `default:"" enum:",en,ko" help:"Language of the cards: en or ko; the system's when not given."`
	Opened   bool     `help:"With doors, windows, drawers and lids opened."`
	Dark     bool     `help:"Dark surroundings."`
	JSON     bool     `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *renderCommand) Run(ctx context.Context, out *output) error {
	began := time.Now()
	width, height, err := sizeOf(c.Size)
	if err != nil {
		return err
	}
	choice, err := overlaysOf(c.Overlay)
	if err != nil {
		return err
	}
	info, err := os.Stat(c.Site)
	if err != nil {
		return usageError{err}
	}
	if !info.IsDir() {
		return c.model(ctx, out, width, height, began)
	}
	o, err := openSite(ctx, c.Site)
	if err != nil {
		return err
	}
	v, o, err := c.look(ctx, o, choice, out)
	if err != nil {
		return err
	}
	if c.Scan != "none" {
		if err := c.lay(ctx, o, &v.Overlays); err != nil {
			return err
		}
	}
	frame, err := frameOf(o, v, c.View, c.Building, float64(width)/float64(height))
	if err != nil {
		return usageError{err}
	}
	if err := c.aim(&frame.Camera); err != nil {
		return err
	}
	frame.Width, frame.Height, frame.Dark = width, height, c.Dark
	if c.Opened {
		frame.Joints = positions(o.scene, true)
	}
	if err := c.looking.look(&frame, o.scene); err != nil {
		return err
	}
	stats, err := drawTo(ctx, o.scene, frame, c.Out)
	if err != nil {
		return err
	}
	return c.tell(out, stats, map[string]any{"site": c.Site, "view": c.View, "time": v.At, "size": c.Size}, nil, began)
}

// tell reports what drawing took.
func (c *renderCommand) tell(out *output, stats render.Stats, inputs map[string]any, notes []string, began time.Time) error {
	if c.JSON {
		return out.json(report{Command: "render", Inputs: inputs, Notes: notes,
			Metrics: map[string]float64{"triangles": float64(stats.Triangles), "points": float64(stats.Points), "draws": float64(stats.Draws), "frame_cpu_ms": stats.CPUms,
				"seconds": time.Since(began).Seconds(), "peak_mb": peakMB()}})
	}
	for _, n := range notes {
		out.note("%s", n)
	}
	out.printf("%s\n", c.Out)
	return nil
}

// overlaysOf reads the names of --overlay.
func overlaysOf(names []string) (depict.Choice, error) {
	var c depict.Choice
	for _, n := range names {
		switch n {
		case "attribution":
			c.Attribution = true
		case "temperature":
			c.Temperature = true
		case "people":
			c.People = true
		case "all":
			c = depict.Everything
		case "none":
		default:
			return c, usageError{fmt.Errorf("--overlay %q: choose attribution, temperature, people, all or none", n)}
		}
	}
	return c, nil
}

// lay lays the scan of a site over it.
func (c *renderCommand) lay(ctx context.Context, o *openedSite, set *overlay.Set) error {
	scan, err := readScan(ctx, o.dir)
	if err != nil {
		return fmt.Errorf("--scan: %w", err)
	}
	speak, err := phrase.New(languageOf(c.Language))
	if err != nil {
		return err
	}
	set.Clouds = append(set.Clouds, depict.Scan(scan, speak, c.Scan == "deviation"))
	return nil
}

// look rebuilds the view of a moment from the journal, and the site as it was
// then. A site without a journal is drawn as it was generated.
func (c *renderCommand) look(ctx context.Context, o *openedSite, choice depict.Choice, out *output) (app.View, *openedSite, error) {
	var at time.Time
	if c.Time != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, c.Time); err != nil {
			return app.View{}, nil, usageError{fmt.Errorf("--time %q: give a time like 2026-06-03T10:00:00Z", c.Time)}
		}
	}
	if _, err := os.Stat(journalDir(o.dir)); errors.Is(err, os.ErrNotExist) {
		if !at.IsZero() {
			return app.View{}, nil, fmt.Errorf("--time: site %s has no history to look back into", o.dir)
		}
		out.note("the site has no history yet: nothing live is drawn")
		return app.View{}, o, nil
	}
	store, err := bus.Open(ctx, bus.Options{Dir: journalDir(o.dir), Site: o.site.ID})
	if err != nil {
		return app.View{}, nil, err
	}
	defer store.Close(context.WithoutCancel(ctx))
	if at.IsZero() {
		if _, at, err = store.Span(ctx); err != nil {
			return app.View{}, nil, err
		}
	}
	recorder, err := app.NewRecorder(ctx, store)
	if err != nil {
		return app.View{}, nil, err
	}
	speak, err := phrase.New(languageOf(c.Language), wordsOf(c.Site)...)
	if err != nil {
		return app.View{}, nil, err
	}
	then := o
	session := app.NewSession(app.Parts{Site: o.site, Scene: o.scene, Store: store, Recorder: recorder, Draw: func(ctx context.Context, site *twin.Site) (app.Fit, error) {
		if then, err = o.as(ctx, site); err != nil {
			return app.Fit{}, err
		}
		return app.Fit{Site: then.site, Scene: then.scene}, nil
	}})
	v, err := session.View(ctx, at)
	if err != nil {
		return app.View{}, nil, err
	}
	v.Overlays = depict.New(then.site, then.scene, diagnose.Part).Depict(v, speak, choice)
	return v, then, nil
}

// frameOf is a view seen from a named place.
func frameOf(o *openedSite, v app.View, view, building string, aspect float64) (render.Frame, error) {
	camera, err := render.View(view, render.PlacesOf(o.scene, o.index.Floor), aspect)
	if err != nil {
		return render.Frame{}, err
	}
	f := render.Frame{Camera: camera, Joints: v.Joints, Emissive: v.Emissive, Overlays: v.Overlays, Hidden: map[string]bool{}}
	switch building {
	case "open":
		for _, e := range o.index.Toward(camera.Ahead()) {
			f.Hidden[e] = true
		}
	case "roofless":
		for _, e := range o.index.Roof {
			f.Hidden[e] = true
		}
	}
	if _, ok := o.site.Asset(twin.AssetID(view)); ok {
		f.Selected = view
	}
	return f, nil
}

// drawTo draws one frame into a PNG file.
func drawTo(ctx context.Context, sc *scene.Scene, f render.Frame, path string) (render.Stats, error) {
	screen, err := openDisplay(ctx)
	if err != nil {
		return render.Stats{}, err
	}
	defer screen.Close()
	r, err := offscreen.Open(sc, glOptions())
	if err != nil {
		return render.Stats{}, err
	}
	defer r.Close()
	img, stats, err := r.Image(f)
	if err != nil {
		return stats, err
	}
	return stats, writePNG(path, img)
}
