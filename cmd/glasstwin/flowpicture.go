package main

import (
	"fmt"
	"image/color"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"

	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/furnish"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// A sheet of A4 on its side at 150 points an inch.
const (
	paperWide, paperHigh = 1754, 1240
	paperText            = 21 // pixels
)

// draw writes the floor of B as a picture: where more people are than in A, and
// where fewer; dashed is where something stands in A that B moved or took away.
func (f *flowCompare) draw(dir string, sites [2]*twin.Site, c *whatif.Comparison) error {
	shift, err := c.Shift()
	if err != nil {
		return usageError{fmt.Errorf("--picture %s: %w", f.Picture, err)}
	}
	speak, err := phrase.New(languageOf(f.Language), wordsOf(dir)...)
	if err != nil {
		return err
	}
	face, err := paperFace(speak)
	if err != nil {
		return err
	}
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return err
	}
	heat := depict.Shift(shift, speak)
	p := floorplan.Picture{Heat: floorplan.Heat{Lo: heat.Min, Hi: heat.Max, Columns: heat.Columns, Colors: heat.Colors()}}
	var rooms [][]geom.Vec2
	for _, z := range sites[1].Zones {
		if z.Kind == "room" && math.Abs(z.FloorY-shift.FloorY) < 1 {
			rooms = append(rooms, z.Outline)
		}
	}
	p.Rooms = rooms
	p.Things = standing(layout.Of(sites[0]), layout.Of(sites[1]), shift.FloorY, speak, furnish.Facts(cat))
	p.Legend = legendOf(&heat, speak.Say("compare.paper", "days", fmt.Sprint(c.Study.Days)), speak.Say("compare.paper.dashed"))
	strip := int(paperText * 1.3 * float64(p.Legend.LegendLines()+1))
	v := floorplan.Fit(paperWide, paperHigh-strip, rooms...)
	v.Height = paperHigh
	v.Middle[1] += float64(strip) / 2 / v.Scale
	look := floorplan.Light(face)
	look.Outside = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF} // paper
	return writePNG(f.Picture, floorplan.Draw(p, v, look))
}

// paperFace is the face of the words on a picture.
func paperFace(speak *phrase.Speaker) (font.Face, error) {
	ttf := goregular.TTF
	if speak.Language() == phrase.Korean {
		ttf, _ = assets.Hangul()
	}
	face, err := floorplan.Face(ttf, paperText)
	if err != nil {
		return nil, fmt.Errorf("read the font of the picture: %w", err)
	}
	return face, nil
}

// standing are the footprints of what stands on a floor in a layout, and of what
// stood elsewhere in the one before.
func standing(before, after layout.Layout, floorY float64, speak *phrase.Speaker, facts func(twin.Asset) layout.Facts) []floorplan.Thing {
	const overhead = 1.9 // m over the floor
	grey, dark := color.NRGBA{0x7A, 0x86, 0x93, 0xFF}, color.NRGBA{0x3A, 0x44, 0x50, 0xFF}
	var out []floorplan.Thing
	footprint := func(a twin.Asset) floorplan.Thing {
		s, c := math.Sincos(a.Pose.Yaw)
		u, v := geom.Vec2{c, -s}.Mul(a.Size[0]/2), geom.Vec2{s, c}.Mul(a.Size[2]/2)
		m := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		return floorplan.Thing{Corners: [4]geom.Vec2{m.Sub(u).Sub(v), m.Add(u).Sub(v), m.Add(u).Add(v), m.Sub(u).Add(v)}}
	}
	for _, a := range after.Assets {
		if y := a.Pose.Position[1] - floorY; y < -0.5 || y > overhead {
			continue
		}
		known := facts(a)
		t := footprint(a)
		t.Name, t.Front = speak.AssetName(a), known.Front || known.Till
		t.Fill, t.Edge = color.NRGBA{0xE3, 0xE7, 0xEB, 0xFF}, grey
		if known.Fixed {
			t.Name = ""
		}
		if b, ok := before.Asset(a.ID); !ok || b.Pose != a.Pose {
			t.Edge, t.Wide = dark, 3
		}
		out = append(out, t)
	}
	for _, b := range before.Assets {
		if y := b.Pose.Position[1] - floorY; y < -0.5 || y > overhead {
			continue
		}
		if a, ok := after.Asset(b.ID); !ok || a.Pose != b.Pose {
			t := footprint(b)
			t.Edge, t.Dashed, t.Wide = dark, true, 2
			out = append(out, t)
		}
	}
	return out
}

// legendOf is the legend of a heatmap whose zero is in the middle, with more lines
// below.
func legendOf(h *overlay.Heatmap, more ...string) *floorplan.Legend {
	l := &floorplan.Legend{Title: h.Title, Unit: h.Unit, Ends: h.Ends, Notes: append([]string{h.Note}, more...)}
	for _, c := range h.Palette.Table(128) {
		l.Colors = append(l.Colors, c.Screen())
	}
	l.Ticks = []string{fmt.Sprintf("≤ −%g", h.High), "0", fmt.Sprintf("≥ +%g", h.High)}
	return l
}
