package floorplan

import (
	"image/color"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Heat colours the floor by squares, under all that stands on it.
type Heat struct {
	Lo, Hi  geom.Vec2 // corners of all of it
	Columns int       // squares along x
	Colors  []color.NRGBA
}

func (c *canvas) heat(h Heat) {
	if h.Columns < 1 || len(h.Colors) < h.Columns {
		return
	}
	wide, deep := (h.Hi[0]-h.Lo[0])/float64(h.Columns), (h.Hi[1]-h.Lo[1])/float64(len(h.Colors)/h.Columns)
	edge := func(column, row int) (x, y float64) {
		x, y = c.view.Pixel(h.Lo.Add(geom.Vec2{float64(column) * wide, float64(row) * deep}))
		return math.Round(x), math.Round(y) // on pixels: neighbours leave no seam
	}
	for i, ink := range h.Colors {
		x0, y0 := edge(i%h.Columns, i/h.Columns)
		x1, y1 := edge(i%h.Columns+1, i/h.Columns+1)
		if ink.A == 0 || x1 < 0 || y1 < 0 || x0 > float64(c.view.Width) || y0 > float64(c.view.Height) {
			continue
		}
		c.polygon([][2]float64{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}, ink)
	}
}

// Legend tells at the lower left of a picture what its heat means.
type Legend struct {
	Title, Unit string
	Colors      []color.NRGBA // from the lowest value to the highest
	Ticks       []string      // evenly from end to end
	Ends        [2]string     // what lies beyond them
	Notes       []string
}

// LegendLines is how many lines of text a legend takes.
func (l *Legend) LegendLines() int { return 4 + len(l.Notes) }

func (c *canvas) legend(l *Legend) {
	if l == nil || c.look.Face == nil || len(l.Colors) == 0 {
		return
	}
	_, line := c.measure(l.Title)
	left := line
	y := float64(c.view.Height) - line*(float64(l.LegendLines())+0.3)
	room := 22 * line
	c.write(left, y, l.Title, c.look.Ink)
	wide, _ := c.measure(l.Unit)
	c.write(left+room-wide, y, l.Unit, c.look.Ink)
	y += 0.4 * line
	for i, ink := range l.Colors {
		x0, x1 := math.Round(left+room*float64(i)/float64(len(l.Colors))), math.Round(left+room*float64(i+1)/float64(len(l.Colors)))
		c.polygon([][2]float64{{x0, y}, {x1, y}, {x1, y + 0.9*line}, {x0, y + 0.9*line}}, ink)
	}
	y += 2 * line
	row := func(texts ...string) {
		for i, t := range texts {
			w, _ := c.measure(t)
			at := left
			if len(texts) > 1 {
				at += (room - w) * float64(i) / float64(len(texts)-1)
			}
			c.write(at, y, t, c.look.Ink)
		}
		y += line
	}
	row(l.Ticks...)
	row(l.Ends[:]...)
	for _, n := range l.Notes {
		row(n)
	}
}
