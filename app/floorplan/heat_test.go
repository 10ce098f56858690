package floorplan

import (
	"image/color"
	"testing"

	"golang.org/x/image/font/gofont/goregular"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// A heat lies on the floor, under what stands there, without seams, and its legend
// shows its colours.
func TestHeatLiesUnderThings(t *testing.T) {
	face, err := Face(goregular.TTF, 12)
	if err != nil {
		t.Fatal(err)
	}
	red, blue, black := color.NRGBA{0xC0, 0, 0, 0xFF}, color.NRGBA{0, 0, 0xC0, 0xFF}, color.NRGBA{0, 0, 0, 0xFF}
	p := Picture{
		Rooms:  [][]geom.Vec2{{{0, 0}, {4, 0}, {4, 2}, {0, 2}}},
		Heat:   Heat{Lo: geom.Vec2{0, 0}, Hi: geom.Vec2{4, 2}, Columns: 4, Colors: []color.NRGBA{red, red, blue, {}, red, red, blue, {}}},
		Things: []Thing{{Corners: [4]geom.Vec2{{0.2, 0.2}, {0.8, 0.2}, {0.8, 0.8}, {0.2, 0.8}}, Fill: black, Edge: black}},
		Legend: &Legend{Title: "Change", Unit: "1/m²", Colors: []color.NRGBA{blue, red}, Ticks: []string{"−1", "0", "+1"}},
	}
	v := View{Middle: geom.Vec2{2, 2}, Scale: 93.3, Width: 400, Height: 400}
	img := Draw(p, v, Light(face))
	at := func(x, z float64) color.NRGBA {
		px, py := v.Pixel(geom.Vec2{x, z})
		return color.NRGBAModel.Convert(img.At(int(px), int(py))).(color.NRGBA)
	}
	if at(0.5, 0.5) != black || at(1.5, 1.5) != red || at(2.5, 1.5) != blue {
		t.Errorf("thing %v, squares %v %v", at(0.5, 0.5), at(1.5, 1.5), at(2.5, 1.5))
	}
	for x := 1.05; x < 1.95; x += 0.004 {
		for _, z := range [2]float64{0.5, 1.5} {
			if at(x, z) != red {
				t.Fatalf("a seam at %g: %v", x, at(x, z))
			}
		}
	}
	found := map[color.NRGBA]bool{}
	for y := 300; y < 400; y++ {
		for x := range 400 {
			found[color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)] = true
		}
	}
	if !found[red] || !found[blue] {
		t.Error("the legend lacks its colours")
	}
	Draw(Picture{Heat: Heat{Columns: 3, Colors: []color.NRGBA{red}}, Legend: &Legend{}}, v, Light(nil)) // nothing fits: nothing is drawn
}
