package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"path/filepath"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/offscreen"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// drawBeside writes both layouts side by side in 3D, from one camera: what differs
// is coloured, and the people of each lie on its floor, on one scale.
func (f *flowCompare) drawBeside(ctx context.Context, dirs [2]string, sites [2]*twin.Site, c *whatif.Comparison, width, height int) error {
	shift, err := c.Shift()
	if err != nil {
		return usageError{fmt.Errorf("--beside %s: %w", f.Beside, err)}
	}
	speak, err := phrase.New(languageOf(f.Language), wordsOf(dirs[1])...)
	if err != nil {
		return err
	}
	var shown [2]*openedSite
	for i, site := range sites {
		o, err := openSite(ctx, dirs[i])
		if err != nil {
			return err
		}
		if shown[i], err = o.as(ctx, site); err != nil {
			return err
		}
	}
	floors := depict.Heads(shift, speak)
	var over [2]overlay.Set
	over[0].Tints, over[1].Tints = app.Differing(layout.Compare(layout.Of(sites[0]), layout.Of(sites[1])), app.PlanInk)
	camera, err := render.View(f.View, render.PlacesOf(shown[0].scene, shown[0].index.Floor), float64(width)/2/float64(height))
	if err != nil {
		return usageError{fmt.Errorf("--view: %w", err)}
	}
	var frames [2]render.Frame
	for i, o := range shown {
		over[i].Heatmaps = []overlay.Heatmap{floors[i]}
		frames[i] = render.Frame{Width: width, Height: height, Camera: camera, Overlays: over[i], Hidden: map[string]bool{}}
		for _, e := range o.index.Toward(camera.Ahead()) {
			frames[i].Hidden[e] = true
		}
	}
	frames[0].Beside, frames[0].Wipe = &frames[1], 0.5
	screen, err := openCanvas(ctx)
	if err != nil {
		return err
	}
	defer screen.Close()
	r, err := offscreen.OpenPair(shown[0].scene, shown[1].scene, glOptions())
	if err != nil {
		return err
	}
	defer r.Close()
	img, _, err := r.Image(frames[0])
	if err != nil {
		return err
	}
	face, err := paperFace(speak)
	if err != nil {
		return err
	}
	left, right := frames[0].Halves()
	nameOn(img, face, called(f.A), left.Width/2, color.NRGBA{0x3A, 0x44, 0x50, 0xFF})
	nameOn(img, face, called(f.B), left.Width+right.Width/2, color.NRGBA{0x0B, 0x6B, 0xB8, 0xFF})
	return writePNG(f.Beside, img)
}

// called is what a layout is called on a picture: its file's or folder's name.
func called(path string) string { return strings.TrimSuffix(filepath.Base(path), ".yaml") }

// nameOn writes a name on a ground at the top of a picture, about a column.
func nameOn(img *image.RGBA, face font.Face, name string, column int, ground color.NRGBA) {
	size := nameSize(face, name)
	nameAt(img, face, name, image.Pt(column-size.X/2, nameApart), ground)
}

// Around a name on a picture, pixels.
const (
	nameApart = 12 // from its edge
	namePad   = 14 // beside the letters
)

// nameSize is how large a name is with its ground.
func nameSize(face font.Face, name string) image.Point {
	return image.Pt(font.MeasureString(face, name).Ceil()+2*namePad, face.Metrics().Height.Ceil()+namePad/2)
}

// nameAt writes a name on a ground whose upper left corner is told.
func nameAt(img *image.RGBA, face font.Face, name string, at image.Point, ground color.NRGBA) {
	draw.Draw(img, image.Rectangle{at, at.Add(nameSize(face, name))}, image.NewUniform(ground), image.Point{}, draw.Src)
	d := font.Drawer{Dst: img, Src: image.White, Face: face, Dot: fixed.P(at.X+namePad, at.Y+namePad/4+face.Metrics().Ascent.Ceil())}
	d.DrawString(name)
}

// nameMoments writes which moment is shown left of the line of a wipe and which
// right of it, at the foot of the picture beside the line; what has no room there
// is left out.
func nameMoments(img *image.RGBA, face font.Face, line int, before, then string) {
	for i, name := range [2]string{before, then} {
		size := nameSize(face, name)
		at := image.Pt(line+nameApart, img.Rect.Max.Y-nameApart-size.Y)
		if i == 0 {
			at.X = line - nameApart - size.X
		}
		if at.X < 0 || at.X+size.X > img.Rect.Max.X || 10*size.Y > img.Rect.Max.Y {
			continue
		}
		nameAt(img, face, name, at, [2]color.NRGBA{{0x3A, 0x44, 0x50, 0xFF}, {0x0B, 0x6B, 0xB8, 0xFF}}[i])
	}
}
