package floorplan

import (
	"image"
	"image/color"
	"math"
	"strings"
)

// Room around a text on a card, pixels.
const (
	cardBeside = 4
	cardApart  = 5 // from the edge of the picture
)

// linesOf breaks a text between words where the picture is narrower than it is.
func (c *canvas) linesOf(text string) (lines []string, wide, high float64) {
	room := float64(c.view.Width) - 2*(cardApart+cardBeside)
	line := ""
	add := func() {
		w, _ := c.measure(line)
		lines, wide = append(lines, line), math.Max(wide, w)
	}
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if w, _ := c.measure(longer); w > room && line != "" {
			add()
			longer = word
		}
		line = longer
	}
	add()
	_, step := c.measure("")
	return lines, wide, float64(len(lines)) * step
}

// within is where a text of a size lies whose middle is about a pixel, inside of
// the picture.
func (c *canvas) within(x, y, wide, high float64) (float64, float64) {
	x = min(float64(c.view.Width)-wide/2-cardApart, max(wide/2+cardApart, x))
	return x, min(float64(c.view.Height)-high/2-3, max(high/2+3, y))
}

// below is the height at which a text covers none that was written before: its
// own, or the next below that is free; above where there is none.
func (c *canvas) below(x, y float64, text string) float64 {
	_, wide, high := c.linesOf(text)
	x, y = c.within(x, y, wide, high)
	at := func(y float64) image.Rectangle {
		return image.Rect(int(x-wide/2)-cardBeside, int(y-high/2)-1, int(x+wide/2)+cardBeside, int(y+high/2)+3)
	}
	free := func(y float64, down bool) (float64, bool) {
		for range 2*len(c.laid) + 1 {
			r, hit := at(y), false
			for _, o := range c.laid {
				if !r.Overlaps(o) {
					continue
				}
				if hit = true; down {
					y = float64(o.Max.Y) + high/2 + 3
				} else {
					y = float64(o.Min.Y) - high/2 - 4
				}
				break
			}
			if _, inside := c.within(x, y, wide, high); inside != y {
				return y, false
			}
			if !hit {
				return y, true
			}
		}
		return y, false
	}
	if lower, ok := free(y, true); ok {
		y = lower
	} else if higher, ok := free(y, false); ok {
		y = higher
	}
	c.laid = append(c.laid, at(y))
	return y
}

// card writes a text with its middle at a pixel, inside of the picture.
func (c *canvas) card(x, y float64, text string, ink, ground color.NRGBA) {
	if c.look.Face == nil {
		return
	}
	lines, wide, high := c.linesOf(text)
	x, y = c.within(x, y, wide, high)
	c.polygon([][2]float64{{x - wide/2 - cardBeside, y - high/2 - 1}, {x + wide/2 + cardBeside, y - high/2 - 1}, {x + wide/2 + cardBeside, y + high/2 + 2}, {x - wide/2 - cardBeside, y + high/2 + 2}}, ground)
	step := high / float64(len(lines))
	for i, line := range lines {
		w, _ := c.measure(line)
		c.write(x-w/2, y-high/2+step*(float64(i)+5./6), line, ink)
	}
}
