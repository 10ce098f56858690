package floorplan

import (
	"image"
	"image/color"
	"testing"

	"golang.org/x/image/font/gofont/goregular"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// A sentence that is longer than the plan is wide is written whole, in lines; a
// length keeps clear of a handle on its line; and what finds no room below goes above.
func TestTextsAreWholeAndClear(t *testing.T) {
	face, err := Face(goregular.TTF, 12)
	if err != nil {
		t.Fatal(err)
	}
	room := []geom.Vec2{{0, 0}, {10, 0}, {10, -10}, {0, -10}}
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, 200, 200)), view: Fit(200, 200, room), look: Light(face)}
	const text = "The main aisle between Gondola 4.1 and Gondola 2.2 is 40 cm wide; 120 cm are needed."
	lines, wide, high := c.linesOf(text)
	_, one := c.measure(text)
	if len(lines) < 3 || wide > 200 || high < 2.9*one {
		t.Errorf("%q: %.0f wide, %.0f high", lines, wide, high)
	}
	if lines, _, _ := c.linesOf("120 cm"); len(lines) != 1 {
		t.Errorf("%q", lines)
	}
	for range 8 {
		c.below(100, 190, "90 cm")
	}
	for i, a := range c.laid {
		for _, b := range c.laid[:i] {
			if a.Overlaps(b) || !a.In(c.img.Rect) {
				t.Errorf("%v and %v", a, b)
			}
		}
	}

	blue := color.NRGBA{0, 0, 255, 255}
	dot := geom.Vec2{5, -5}
	p := Picture{Rooms: [][]geom.Vec2{room}, Lines: []Line{{A: geom.Vec2{2, -5}, B: geom.Vec2{8, -5}, Color: color.NRGBA{255, 0, 0, 255}, Text: "170 cm"}}}
	count := func(img *image.RGBA) (n int) {
		for i := 0; i < len(img.Pix); i += 4 {
			if img.Pix[i] > 200 && img.Pix[i+1] < 60 && img.Pix[i+2] < 60 {
				n++
			}
		}
		return n
	}
	plain := count(Draw(p, c.view, c.look))
	p.Dots = []Dot{{At: dot, Radius: 8, Fill: blue}}
	if n := count(Draw(p, c.view, c.look)); n < plain { // the card hid some of the line before, the handle does now
		t.Errorf("%d pixels of the length and its line with a handle on it, %d without", n, plain)
	}
}
