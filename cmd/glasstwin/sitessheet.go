package main

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"path/filepath"
	"strings"

	"golang.org/x/image/font/gofont/goregular"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/offscreen"
)

// Measures of a tile of the sheet of sites, pixels.
const (
	siteTileWide = 480
	siteTileHigh = 320
	siteCaption  = 70
)

// drawSites draws each site that was made, with what was understood below it.
func drawSites(ctx context.Context, made []*triedSource, columns int) (*image.RGBA, error) {
	screen, err := openCanvas(ctx)
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	ink, err := newInk(goregular.TTF)
	if err != nil {
		return nil, err
	}
	rows := (len(made) + columns - 1) / columns
	columns = min(columns, len(made))
	out := image.NewRGBA(image.Rect(0, 0, 2*sheetMargin+columns*siteTileWide, 2*sheetMargin+rows*(siteTileHigh+siteCaption)))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	for i, m := range made {
		at := image.Pt(sheetMargin+i%columns*siteTileWide, sheetMargin+i/columns*(siteTileHigh+siteCaption))
		tile := image.Rect(4, 0, siteTileWide-4, siteTileHigh).Add(at)
		if m.Failure == "" {
			img, err := m.draw(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", m.Source, err)
			}
			draw.Draw(out, tile, img, image.Pt(4, 0), draw.Src)
		} else {
			draw.Draw(out, tile, image.NewUniform(color.Gray{235}), image.Point{}, draw.Src)
		}
		m.caption(ink, out, at.X+8, at.Y+siteTileHigh)
	}
	return out, nil
}

// draw is a site as it was made, seen from above its front, without what hides
// the view.
func (m *triedSource) draw(ctx context.Context) (*image.RGBA, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	o, err := openSite(ctx, m.dir)
	if err != nil {
		return nil, err
	}
	frame, err := frameOf(o, app.View{}, "overview", "open", float64(siteTileWide)/siteTileHigh)
	if err != nil {
		return nil, err
	}
	frame.Width, frame.Height = siteTileWide, siteTileHigh
	r, err := offscreen.Open(o.scene, glOptions())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	img, stats, err := r.Image(frame)
	m.Triangles = stats.Triangles
	return img, err
}

func (m *triedSource) caption(k *ink, img draw.Image, x, y int) {
	k.write(img, x, y+20, filepath.Base(m.Source), 16, color.Black)
	if m.Failure != "" {
		k.write(img, x, y+38, shortened(m.Failure, 80), 12, color.RGBA{160, 30, 20, 255})
		return
	}
	var parts []string
	tell := func(n float64, text, unit string) {
		if n == 1 {
			unit = strings.TrimSuffix(unit, "s")
		}
		if n > 0 {
			parts = append(parts, text+" "+unit)
		}
	}
	tell(m.Total, of(m.Understood, m.Total), "elements")
	tell(m.Zones, fmt.Sprint(m.Zones), "zones")
	tell(m.Assets, fmt.Sprint(m.Assets), "assets")
	tell(m.Signals, of(m.Bound, m.Signals)+" signals", "bound")
	k.write(img, x, y+38, strings.Join(parts, " · "), 13, color.Gray{70})
	k.write(img, x, y+55, fmt.Sprintf("%.2f s · %.0f MB · %d triangles", m.Seconds, m.PeakMB, m.Triangles), 13, color.Gray{110})
}

func shortened(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
