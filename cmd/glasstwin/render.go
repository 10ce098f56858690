package main

import (
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// renderCommand draws a picture of a site or a model without a window.
type renderCommand struct {
	Site string `arg:"" type:"path" help:"Site folder, or a model: .glb, .gltf, .obj, .stl or .ply."`
	Out  string `short:"o" type:"path" placeholder:"FILE.png" help:"Picture to write."`
	Size string `default:"1280x720" placeholder:"WxH" help:"Pixels."`
	View string `default:"overview" placeholder:"NAME" help:"overview, top, front, inside, aisle, entrance, or the id of a thing to look at."`
	lens
	looking
	moving
	Variant  string   `placeholder:"NAME" help:"Choice of materials of a model that has several (KHR_materials_variants)."`
	Before   string   `placeholder:"TIME" help:"Plant time that the left part of the picture shows, RFC 3339; the right part shows --time."`
	Wipe     float64  `default:"0.5" help:"Part of the width that shows what was --before."`
	Time     string   `placeholder:"TIME" help:"Plant time to look back to, RFC 3339; the newest that the history holds when not given. The sun stands as it does then."`
	Overlay  []string `default:"attribution,temperature,people" placeholder:"NAME" help:"attribution, temperature, people, flow, air, all or none; repeatable."`
	Scan     string   `default:"none" enum:"none,colour,deviation" help:"The scan that the site was made of, laid over it: none; colour; deviation, by the distance of each point to the twin."`
	Building string   `default:"open" enum:"open,roofless,whole" help:"open: without what hides the view; roofless; whole."`
	Language string   `default:"" enum:",en,ko" help:"Language of the cards: en or ko; the system's when not given."`
	Opened   bool     `help:"With doors, windows, drawers and lids opened."`
	Dark     bool     `help:"Dark surroundings."`
	Studio   bool     `help:"In the light of the surroundings alone, without sun, shade or film: to compare with other renderers."`
	Light    string   `default:"clock" enum:"clock,studio" help:"clock: of the sun and the sky at the time shown, where the site tells its location; studio: the same at every time."`
	JSON     bool     `help:"Print one JSON object."`

	lifted struct{ of, scene *scene.Scene } // a scene, and it with its storeys apart
}

// Run is called by kong.
func (c *renderCommand) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if (c.Out == "") == (c.Video == "") {
		return usageError{errors.New("give --out FILE.png for a picture, or --video FILE for a video")}
	}
	if err := c.moving.check(); err != nil {
		return err
	}
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
	past, err := recall(ctx, o, c.Language, choice, out)
	if err != nil {
		return err
	}
	defer past.Close(ctx)
	at, err := past.moment("--time", c.Time, past.last)
	if err != nil {
		return err
	}
	before, err := past.moment("--before", c.Before, time.Time{})
	if err != nil {
		return err
	}
	from, until, err := c.span(past, at)
	if err != nil {
		return err
	}
	inputs := map[string]any{"site": c.Site, "view": c.View, "time": at, "size": c.Size}
	var camera *render.Camera
	draw := func(ctx context.Context, part float64) (render.Frame, *scene.Scene, error) {
		v, then, err := past.at(ctx, from.Add(time.Duration(part*float64(until.Sub(from)))))
		if err != nil {
			return render.Frame{}, nil, err
		}
		f, err := c.frame(ctx, then, v, float64(width)/float64(height), camera, c.turned(part))
		if err != nil {
			return f, nil, err
		}
		if camera == nil {
			own := f.Camera
			camera = &own // a site that changes does not move the camera
		}
		if c.Before != "" {
			v, was, err := past.at(ctx, before)
			if err != nil {
				return f, nil, err
			}
			if was.scene != then.scene {
				return f, nil, fmt.Errorf("--before %s: the site itself was another then; look at it with --time", c.Before)
			}
			left, err := c.frame(ctx, was, v, float64(width)/float64(height), camera, c.turned(part))
			if err != nil {
				return f, nil, err
			}
			right := f
			left.Beside, left.Wipe = &right, c.Wipe
			f = left
		}
		return c.apart(f, then)
	}
	if c.Video != "" {
		stats, path, err := c.record(ctx, out, width, height, draw)
		if err != nil {
			return err
		}
		c.Out = path
		return c.tell(out, stats, inputs, nil, began)
	}
	frame, sc, err := draw(ctx, 0)
	if err != nil {
		return err
	}
	frame.Width, frame.Height = width, height
	write := func(*image.RGBA) {}
	if c.Before != "" {
		if write, err = c.moments(o, frame.Split(), before, at); err != nil {
			return err
		}
	}
	stats, notes, err := drawTo(ctx, sc, frame, c.Studio, c.Out, write)
	if err != nil {
		return err
	}
	return c.tell(out, stats, inputs, notes, began)
}

// moments has the two moments of a wipe written on its picture, by the clock of
// the site.
func (c *renderCommand) moments(o *openedSite, line int, before, then time.Time) (func(*image.RGBA), error) {
	zone, err := time.LoadLocation(o.site.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("site.yaml: the time zone: %w", err)
	}
	speak, err := phrase.New(languageOf(c.Language), wordsOf(o.dir)...)
	if err != nil {
		return nil, err
	}
	face, err := paperFace(speak)
	if err != nil {
		return nil, err
	}
	before, then = before.In(zone), then.In(zone)
	form := time.TimeOnly
	if before.Format(time.DateOnly) != then.Format(time.DateOnly) {
		form = time.DateTime
	}
	return func(img *image.RGBA) { nameMoments(img, face, line, before.Format(form), then.Format(form)) }, nil
}

// apart lifts the storeys of a site off each other, if that is asked for.
func (c *renderCommand) apart(f render.Frame, o *openedSite) (render.Frame, *scene.Scene, error) {
	if c.Apart == 0 {
		return f, o.scene, nil
	}
	if !(c.Apart > 0 && c.Apart <= 1000) {
		return f, nil, usageError{fmt.Errorf("--apart %g: give 0 to 1000 metres", c.Apart)}
	}
	s := app.StoreysOf(o.site)
	if c.lifted.of != o.scene {
		c.lifted.of, c.lifted.scene = o.scene, s.Apart(o.scene, c.Apart)
	}
	f.Overlays = s.Lift(f.Overlays, c.Apart)
	if f.Beside != nil {
		f.Beside.Overlays = s.Lift(f.Beside.Overlays, c.Apart)
	}
	f.Camera.Target[1] += c.Apart * float64(max(0, len(s)-1)) / 2
	f.Camera.Distance *= 1 + c.Apart*float64(max(0, len(s)-1))/max(1, o.index.Bounds.Size().Len())
	return f, c.lifted.scene, nil
}

// frame is what is drawn of a site, with the camera turned by an angle from where
// it is at first.
func (c *renderCommand) frame(ctx context.Context, o *openedSite, v app.View, aspect float64, first *render.Camera, turned float64) (render.Frame, error) {
	if c.Scan != "none" {
		if err := c.lay(ctx, o, &v.Overlays); err != nil {
			return render.Frame{}, err
		}
	}
	f, err := frameOf(o, v, c.View, c.Building, aspect)
	if err != nil {
		return f, usageError{err}
	}
	if first != nil {
		f.Camera = *first
	} else if err := c.aim(&f.Camera); err != nil {
		return f, err
	}
	f.Camera.Yaw += turned
	if turned != 0 && c.Building == "open" {
		f.Hidden = map[string]bool{}
		for _, e := range o.index.Toward(f.Camera.Ahead()) {
			f.Hidden[e] = true
		}
	}
	f.Dark = c.Dark
	if c.Light == "studio" {
		f.Sun = geom.Vec3{}
	}
	if c.Opened {
		f.Joints = positions(o.scene, true)
	}
	return f, c.looking.look(&f, o.scene)
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
		case "air":
			c.Air = true
		case "flow":
			c.Flow = true
		case "all":
			c = depict.Everything
		case "none":
		default:
			return c, usageError{fmt.Errorf("--overlay %q: choose attribution, temperature, people, flow, air, all or none", n)}
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

// frameOf is a view seen from a named place.
func frameOf(o *openedSite, v app.View, view, building string, aspect float64) (render.Frame, error) {
	camera, err := render.View(view, render.PlacesOf(o.scene, o.index.Floor), aspect)
	if err != nil {
		return render.Frame{}, err
	}
	f := render.Frame{Camera: camera, Joints: v.Joints, Emissive: v.Emissive, Overlays: v.Overlays, Sun: v.Sun, Hidden: map[string]bool{}}
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
func drawTo(ctx context.Context, sc *scene.Scene, f render.Frame, studio bool, path string, write func(*image.RGBA)) (render.Stats, []string, error) {
	screen, err := openCanvas(ctx)
	if err != nil {
		return render.Stats{}, nil, err
	}
	defer screen.Close()
	o := glOptions()
	o.Studio = studio
	r, err := offscreen.Open(sc, o)
	if err != nil {
		return render.Stats{}, nil, err
	}
	defer r.Close()
	img, stats, err := r.Image(f)
	if err != nil {
		return stats, nil, err
	}
	write(img)
	return stats, r.Notes(), writePNG(path, img)
}
