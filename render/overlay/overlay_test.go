package overlay_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// seen is CIE lightness and a colour-blind person's opponent axis, from linear
// light (deuteranopia: Viénot, Brettel and Mollon 1999).
func seen(c overlay.RGBA) (lightness float64, blind [3]float64) {
	r, g, b := float64(c[0]), float64(c[1]), float64(c[2])
	y := 0.2126*r + 0.7152*g + 0.0722*b
	lightness = 116*math.Cbrt(math.Max(y, 0.008856)) - 16
	rg := 0.29275*r + 0.70725*g
	return lightness, [3]float64{rg, rg, -0.02234*r + 0.02234*g + b}
}

func TestSequentialIsOrderedByLightnessInEvenSteps(t *testing.T) {
	table := overlay.Sequential.Table(64)
	var steps []float64
	before, _ := seen(table[0])
	for _, c := range table[1:] {
		l, _ := seen(c)
		steps = append(steps, l-before)
		before = l
	}
	for i, s := range steps {
		if s < 0.3 || s > 2.2 {
			t.Errorf("step %d changes lightness by %.2f", i, s)
		}
	}
	for i, c := range table {
		for k := range 3 {
			if !(c[k] >= 0 && c[k] <= 1) {
				t.Errorf("colour %d is %v", i, c)
			}
		}
	}
}

func TestDivergingEndsKeepApartForColourBlindEyes(t *testing.T) {
	table := overlay.Diverging.Table(65)
	lowL, low := seen(table[0])
	highL, high := seen(table[64])
	midL, _ := seen(table[32])
	if midL < lowL+25 || midL < highL+25 {
		t.Errorf("lightness %.0f, %.0f, %.0f: the middle is not the lightest", lowL, midL, highL)
	}
	if math.Abs(low[2]-high[2]) < 0.15 {
		t.Errorf("the ends look alike without red and green: %v %v", low, high)
	}
}

func TestTicksAreRoundAndWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1000, 1000).Draw(t, "low")
		high := low + rapid.Float64Range(0.01, 5000).Draw(t, "span")
		values, _ := overlay.Ticks(low, high, 4)
		if len(values) < 1 || len(values) > 6 {
			t.Fatalf("%d ticks over %g..%g", len(values), low, high)
		}
		for _, v := range values {
			if v < low-1e-6*(high-low) || v > high+1e-6*(high-low) {
				t.Fatalf("tick %g outside %g..%g", v, low, high)
			}
		}
	})
}

func TestCardsNeverOverlapAndStayInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-200, 1400)
		var cards []overlay.Card
		for range rapid.IntRange(0, 24).Draw(t, "cards") {
			cards = append(cards, overlay.Card{
				AnchorX: x.Draw(t, "x"), AnchorY: x.Draw(t, "y"), Priority: float64(rapid.IntRange(0, 3).Draw(t, "priority")),
				Width: rapid.Float64Range(20, 300).Draw(t, "w"), Height: rapid.Float64Range(20, 120).Draw(t, "h"),
				Behind: rapid.Bool().Draw(t, "behind"),
			})
		}
		legend := []overlay.Rect{{X: 10, Y: 600, Width: 200, Height: 80}}
		var l overlay.Layout
		l.Place(cards, legend, 1280, 720, 6, 24)
		for i, a := range l.Spots {
			if a.Width == 0 {
				continue
			}
			if cards[i].Behind {
				t.Fatalf("card %d is behind the camera, and shown", i)
			}
			if a.X < 0 || a.Y < 0 || a.X+a.Width > 1280 || a.Y+a.Height > 720 {
				t.Fatalf("card %d leaves the picture: %v", i, a)
			}
			if a.Overlaps(legend[0]) {
				t.Fatalf("card %d covers the legend", i)
			}
			for k, b := range l.Spots[:i] {
				if b.Width > 0 && a.Overlaps(b) {
					t.Fatalf("cards %d and %d overlap: %v %v", k, i, b, a)
				}
			}
		}
	})
}

// Displays from a thumbnail to a wall, cards as large as they draw there.
func TestCardsNeverOverlapAtAnyScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.Float64Range(0.25, 8).Draw(t, "scale")
		width, height := rapid.Float64Range(16, 8000).Draw(t, "width"), rapid.Float64Range(16, 5000).Draw(t, "height")
		part := rapid.Float64Range(-0.3, 1.3)
		var cards []overlay.Card
		for range rapid.IntRange(1, 32).Draw(t, "cards") {
			cards = append(cards, overlay.Card{
				AnchorX: width * part.Draw(t, "x"), AnchorY: height * part.Draw(t, "y"), Priority: part.Draw(t, "priority"),
				Width: scale * rapid.Float64Range(60, 260).Draw(t, "w"), Height: scale * rapid.Float64Range(24, 120).Draw(t, "h"),
			})
		}
		legend := []overlay.Rect{{X: 14 * scale, Y: height - 100*scale, Width: 200 * scale, Height: 86 * scale}}
		var l overlay.Layout
		l.Place(cards, legend, width, height, 8*scale, 26*scale)
		for i, a := range l.Spots {
			if a.Width == 0 {
				continue
			}
			if a.Width != cards[i].Width || a.X < 0 || a.Y < 0 || a.X+a.Width > width || a.Y+a.Height > height {
				t.Fatalf("card %d at %v does not fit a picture of %.0f×%.0f", i, a, width, height)
			}
			if a.Overlaps(legend[0]) {
				t.Fatalf("card %d covers the legend", i)
			}
			for k, b := range l.Spots[:i] {
				if b.Width > 0 && a.Overlaps(b) {
					t.Fatalf("cards %d and %d overlap: %v %v", k, i, b, a)
				}
			}
		}
	})
}

func TestHigherPriorityKeepsItsPlace(t *testing.T) {
	important := overlay.Card{AnchorX: 400, AnchorY: 300, Width: 200, Height: 80, Priority: 2}
	var alone, crowded overlay.Layout
	alone.Place([]overlay.Card{important}, nil, 800, 600, 6, 24)
	others := []overlay.Card{}
	for i := range 12 {
		others = append(others, overlay.Card{AnchorX: 390 + float64(i), AnchorY: 295, Width: 180, Height: 60})
	}
	crowded.Place(append(others, important), nil, 800, 600, 6, 24)
	if alone.Spots[0] != crowded.Spots[12] {
		t.Errorf("it moved from %v to %v", alone.Spots[0], crowded.Spots[12])
	}
}

func TestAnArrowEndsAtItsTargetAndWidensWithStrength(t *testing.T) {
	arrow := overlay.Arrow{From: geom.Vec3{0, 1, 0}, To: geom.Vec3{2, 1.5, -1}, Strength: 1}
	strong := arrow.Tube(nil)
	arrow.Strength = 0
	weak := arrow.Tube(nil)
	radius := func(list []overlay.Vertex) (r, tip float64) {
		tip = math.Inf(1)
		for _, v := range list {
			p := geom.Vec3{float64(v.Position[0]), float64(v.Position[1]), float64(v.Position[2])}
			tip = math.Min(tip, p.Sub(arrow.To).Len())
			if v.Along == 0 {
				r = math.Max(r, p.Sub(arrow.From).Len())
			}
		}
		return r, tip
	}
	rs, tip := radius(strong)
	rw, _ := radius(weak)
	if tip > 1e-6 {
		t.Errorf("the tip misses its target by %g m", tip)
	}
	if rs < 2*rw {
		t.Errorf("radius %g m at full strength, %g m at none", rs, rw)
	}
	arrow.Wide = 3
	if wide, _ := radius(arrow.Tube(nil)); math.Abs(wide-3*rw) > 1e-6 {
		t.Errorf("radius %g m three times as wide as %g m", wide, rw)
	}
	if n := len(overlay.Arrow{}.Tube(nil)); n != 0 {
		t.Errorf("%d vertices of an arrow without length", n)
	}
}

func TestTubesFaceOutwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-5, 5)
		v := func(n string) geom.Vec3 { return geom.Vec3{x.Draw(t, n+"x"), x.Draw(t, n+"y"), x.Draw(t, n+"z")} }
		list := overlay.Arrow{From: v("from"), To: v("to"), Strength: rapid.Float64Range(0, 1).Draw(t, "strength")}.Tube(nil)
		wrong, all := 0, 0
		for i := 0; i+2 < len(list); i += 3 {
			at := func(k int) geom.Vec3 {
				p := list[i+k].Position
				return geom.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
			}
			n := list[i].Normal
			face := at(1).Sub(at(0)).Cross(at(2).Sub(at(0)))
			if face.Len() < 1e-7 {
				continue
			}
			all++
			if face.Dot(geom.Vec3{float64(n[0]), float64(n[1]), float64(n[2])}) < 0 {
				wrong++
			}
		}
		if wrong*20 > all {
			t.Fatalf("%d of %d triangles face inwards", wrong, all)
		}
	})
}

func TestAPersonStandsOnTheFloor(t *testing.T) {
	var sc scene.Scene
	m := sc.AddMaterial(scene.Material{})
	upper, rest := overlay.Body(m, m, m)
	for _, mesh := range []scene.Mesh{upper, rest} {
		sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Mesh: sc.AddMesh(mesh), Local: mgl64.Ident4()})
	}
	if err := sc.Check(); err != nil {
		t.Fatal(err)
	}
	box := upper.Box().Union(rest.Box())
	if box.Min[1] < 0 || box.Min[1] > 0.01 || box.Max[1] < 1.6 || box.Max[1] > 1.8 {
		t.Errorf("a person reaches from %.2f to %.2f m", box.Min[1], box.Max[1])
	}
	p := upper.Primitives[0]
	out := 0
	for i := 0; i+2 < len(p.Indices); i += 3 {
		at := func(list []float32, k int) geom.Vec3 {
			j := 3 * p.Indices[i+k]
			return geom.Vec3{float64(list[j]), float64(list[j+1]), float64(list[j+2])}
		}
		face := at(p.Positions, 1).Sub(at(p.Positions, 0)).Cross(at(p.Positions, 2).Sub(at(p.Positions, 0)))
		if face.Dot(at(p.Normals, 0)) < 0 {
			out++
		}
	}
	if out*20 > len(p.Indices)/3 {
		t.Errorf("%d of %d triangles face inwards", out, len(p.Indices)/3)
	}
}
