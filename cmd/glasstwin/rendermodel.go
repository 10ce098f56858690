package main

import (
	"context"
	"fmt"
	"image"
	"math"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// lens says exactly where the camera is, over what a named view gives.
type lens struct {
	Eye    []float64 `placeholder:"X,Y,Z" help:"Where the camera stands, metres, instead of where the view has it."`
	Target []float64 `placeholder:"X,Y,Z" help:"What it looks at, metres; given with --eye."`
	Field  float64   `placeholder:"DEGREES" help:"Vertical opening angle of the camera."`
}

// aim moves a camera to where the flags say.
func (l *lens) aim(c *render.Camera) error {
	if l.Field != 0 {
		if !(l.Field >= 1 && l.Field <= 150) {
			return usageError{fmt.Errorf("--field %g: give 1 to 150 degrees", l.Field)}
		}
		c.FovY = l.Field * math.Pi / 180
	}
	if len(l.Eye) == 0 && len(l.Target) == 0 {
		return nil
	}
	eye, okEye := pointOf(l.Eye)
	target, okTarget := pointOf(l.Target)
	if !okEye || !okTarget || eye.Sub(target).Len() < 1e-9 {
		return usageError{fmt.Errorf("--eye %v --target %v: give both as X,Y,Z in metres, and not the same point", l.Eye, l.Target)}
	}
	field := c.FovY
	*c = render.From(eye, target)
	c.FovY = field
	return nil
}

func pointOf(list []float64) (p geom.Vec3, ok bool) {
	if len(list) != 3 {
		return p, false
	}
	copy(p[:], list)
	return p, !math.IsNaN(p.Len()) && !math.IsInf(p.Len(), 0)
}

// model draws a model file.
func (c *renderCommand) model(ctx context.Context, out *output, width, height int, began time.Time) error {
	if c.Time != "" || c.Scan != "none" || c.Before != "" || c.Apart != 0 || c.Video != "" {
		return usageError{fmt.Errorf("%s is a model: --time, --before, --apart, --video and --scan are for sites", filepath.Base(c.Site))}
	}
	m, err := readModel(ctx, c.Site)
	if err != nil {
		return err
	}
	if c.Variant != "" {
		if err := m.scene.Choose(c.Variant); err != nil {
			return usageError{fmt.Errorf("%s: %w", c.Site, err)}
		}
	}
	places := render.PlacesOf(m.scene, geom.EmptyBox())
	if places.Bounds.Empty() {
		return fmt.Errorf("%s: nothing in it is drawn", c.Site)
	}
	f := render.Frame{Width: width, Height: height, Dark: c.Dark, Joints: positions(m.scene, c.Opened)}
	if f.Camera, err = render.View(c.View, places, float64(width)/float64(height)); err != nil {
		return usageError{err}
	}
	if err := c.aim(&f.Camera); err != nil {
		return err
	}
	if err := c.looking.look(&f, m.scene); err != nil {
		return err
	}
	stats, notes, err := drawTo(ctx, m.scene, f, c.Studio, c.Out, func(*image.RGBA) {})
	if err != nil {
		return err
	}
	return c.tell(out, stats, map[string]any{"model": c.Site, "view": c.View, "size": c.Size}, append(m.notes, notes...), began)
}
