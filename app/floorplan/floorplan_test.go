package floorplan

import (
	"image/color"
	"math"
	"testing"

	"golang.org/x/image/font/gofont/goregular"

	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestAPixelIsWhereItsPlanPointIs(t *testing.T) {
	v := Fit(640, 480, []geom.Vec2{{0, 0}, {20, 0}, {20, -10}, {0, -10}})
	for _, p := range []geom.Vec2{{0, 0}, {20, -10}, {3.3, -7.1}} {
		x, y := v.Pixel(p)
		if x < 0 || x > 640 || y < 0 || y > 480 || v.Plan(x, y).Sub(p).Len() > 1e-9 {
			t.Errorf("%v is seen at %g, %g", p, x, y)
		}
	}
	z := v.Zoomed(2, 100, 100)
	if z.Plan(100, 100).Sub(v.Plan(100, 100)).Len() > 1e-9 || math.Abs(z.Scale-2*v.Scale) > 1e-9 {
		t.Errorf("zoomed about a pixel: %+v", z)
	}
}

func TestWhatIsDrawnIsSeen(t *testing.T) {
	face, err := Face(goregular.TTF, 12)
	if err != nil {
		t.Fatal(err)
	}
	red, blue := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 255}
	room := []geom.Vec2{{0, 0}, {10, 0}, {10, -10}, {0, -10}}
	v := Fit(220, 220, room)
	look := Light(face)
	img := Draw(Picture{
		Rooms: [][]geom.Vec2{room}, Things: []Thing{{Corners: [4]geom.Vec2{{2, -4}, {4, -4}, {4, -2}, {2, -2}}, Fill: red, Edge: red, Front: true, Name: "a thing of a long name"}},
		Areas: []Area{{Corners: []geom.Vec2{{6, -4}, {8, -4}, {8, -2}, {6, -2}}, Fill: blue}},
		Lines: []Line{{A: geom.Vec2{1, -9}, B: geom.Vec2{9, -9}, Color: blue, Wide: 3, Ticks: true}}, Dots: []Dot{{At: geom.Vec2{5, -5}, Radius: 4, Fill: red}},
		Texts: []Text{{At: geom.Vec2{5, -7}, Text: "85 cm", Ink: red, Ground: look.Floor}},
	}, v, look)
	for _, c := range []struct {
		at   geom.Vec2
		want color.NRGBA
	}{{geom.Vec2{3, -3}, red}, {geom.Vec2{7, -3}, blue}, {geom.Vec2{3, -9}, blue}, {geom.Vec2{5, -5}, red}, {geom.Vec2{-0.4, -5}, look.Outside}, {geom.Vec2{1.5, -5.5}, look.Floor}} {
		x, y := v.Pixel(c.at)
		if got := color.NRGBAModel.Convert(img.At(int(x), int(y))); got != c.want {
			t.Errorf("at %v there is %v, want %v", c.at, got, c.want)
		}
	}
	inked := 0
	x, y := v.Pixel(geom.Vec2{5, -7})
	for dx := -20; dx < 20; dx++ {
		if r, g, _, _ := img.At(int(x)+dx, int(y)).RGBA(); r > 2*g {
			inked++
		}
	}
	if inked < 3 {
		t.Error("the text is not to be seen")
	}
}
