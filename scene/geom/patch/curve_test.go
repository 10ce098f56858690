package patch_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// curves are one of each kind, with the length where a formula tells it.
func curves(t testing.TB) map[string]struct {
	c      patch.Curve
	length float64
} {
	m := askew()
	spline, err := patch.NewBSpline(3, []geom.Vec3{{0, 0, 0}, {1, 2, 0}, {3, -1, 1}, {4, 1, 0}, {6, 0, 2}}, []float64{0, 0, 0, 0, 0.3, 1, 1, 1, 1}, []float64{1, 2, 0.5, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	circle := patch.Conic{Frame: m, A: 2, B: 2}
	corner := patch.Polyline{Points: []geom.Vec3{{0, 0, 0}, {3, 0, 0}, {3, 4, 0}}}
	arc := patch.Trimmed{Of: circle, From: 5, To: 8}
	start, _ := arc.Eval(0)
	return map[string]struct {
		c      patch.Curve
		length float64
	}{
		"circle":             {circle, 4 * math.Pi},
		"ellipse":            {patch.Conic{Frame: m, A: 2, B: 0.5}, 8.5784218}, // 8·E(√(15/16))
		"arc over the start": {arc, 6},
		"arc backwards":      {patch.Trimmed{Of: circle, From: 2, To: -1}, 6},
		"line":               {patch.Trimmed{Of: patch.Line{Origin: geom.Vec3{1, 1, 1}, Dir: geom.Vec3{0, 3, 4}}, From: -1, To: 2}, 15},
		"polyline":           {corner, 7},
		"spline":             {spline, 0},
		"circle as a spline": {splineCircle(t, m, 2), 4 * math.Pi},
		"line and arc":       {patch.Composite{Parts: []patch.Curve{patch.Polyline{Points: []geom.Vec3{{0, 0, 0}, start}}, arc}}, start.Len() + 6},
		"moved":              {patch.Moved{Of: arc, By: mgl64.Translate3D(1, 2, 3)}, 6},
		"beside a circle":    {patch.Offset{Of: patch.Conic{Frame: geom.Identity(), A: 2, B: 2}, Distance: 0.5, Ref: geom.Vec3{0, 0, -1}}, 3 * math.Pi}, // to the left is inwards
		"helix on a cylinder": {patch.OnSurface{Surface: patch.Cylinder(m, 1), Of: patch.Trimmed{Of: patch.Line{Dir: geom.Vec3{1, 0.5, 0}}, From: 0, To: 4}},
			4 * math.Sqrt(1.25)},
	}
}

// Chords stay near their curve, turn little, and are as long as it.
func TestFlatten(t *testing.T) {
	for name, k := range curves(t) {
		t.Run(name, func(t *testing.T) {
			const chord = 1e-4
			from, to := k.c.Range()
			at := patch.Flatten(k.c, from, to, chord, math.Pi/12)
			length, worst := 0.0, 0.0
			for i := 0; i+1 < len(at); i++ {
				if !(at[i] < at[i+1]) {
					t.Fatalf("parameters %v and %v do not rise", at[i], at[i+1])
				}
				p, _ := k.c.Eval(at[i])
				q, _ := k.c.Eval(at[i+1])
				way := q.Sub(p)
				length += way.Len()
				for s := 0.05; s < 1; s += 0.05 {
					m, d := k.c.Eval(at[i] + s*(at[i+1]-at[i]))
					worst = math.Max(worst, m.Sub(p).Cross(way).Len()/way.Len())
					if l := d.Len() * way.Len(); l > 0 && d.Dot(way) < l*math.Cos(math.Pi/9) {
						t.Errorf("the curve turns away from its chord at %v", at[i])
					}
				}
			}
			t.Logf("%d chords, length %.5f, off by %.2g", len(at)-1, length, worst)
			if worst > 1.1*chord {
				t.Errorf("a chord is %v off", worst)
			}
			if k.length > 0 && math.Abs(length-k.length) > 1e-3*k.length {
				t.Errorf("length %v, want %v", length, k.length)
			}
		})
	}
}

// Derivatives are those of the points, and the nearest parameter of a curve's
// own point leads back to it.
func TestCurveParameters(t *testing.T) {
	all := curves(t)
	var names []string
	for name := range all {
		names = append(names, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := all[rapid.SampledFrom(names).Draw(t, "curve")].c
		from, to := c.Range()
		u := from + (to-from)*rapid.Float64Range(0.001, 0.999).Draw(t, "share")
		p, d := c.Eval(u)
		h := 1e-6 * (to - from)
		a, _ := c.Eval(u - h)
		b, _ := c.Eval(u + h)
		smooth := true
		for _, stop := range c.Breaks(from, to) {
			smooth = smooth && math.Abs(stop-u) > 2*h
		}
		if got := b.Sub(a).Mul(1 / (2 * h)); smooth && got.Sub(d).Len() > 1e-3*(1+d.Len()) {
			t.Fatalf("derivative %v at %v, the points say %v", d, u, got)
		}
		back, _ := c.Eval(patch.ParamOf(c, p))
		if back.Sub(p).Len() > 1e-5 {
			t.Fatalf("%v at %v comes back as %v", p, u, back)
		}
	})
}

// A stretch between two points runs the way that is asked for.
func TestBetween(t *testing.T) {
	circle := patch.Conic{Frame: geom.Identity(), A: 1, B: 1}
	east, north := geom.Vec3{1, 0, 0}, geom.Vec3{0, 1, 0}
	for _, c := range []struct {
		name    string
		a, b    geom.Vec3
		forward bool
		length  float64
		middle  geom.Vec3
	}{
		{"a quarter", east, north, true, math.Pi / 2, geom.Vec3{math.Sqrt2 / 2, math.Sqrt2 / 2, 0}},
		{"three quarters back", east, north, false, 3 * math.Pi / 2, geom.Vec3{-math.Sqrt2 / 2, -math.Sqrt2 / 2, 0}},
		{"over the start", north.Mul(-1), north, true, math.Pi, east},
		{"all around", east, east, true, 2 * math.Pi, east.Mul(-1)},
		{"all around from the north, back", north, north, false, 2 * math.Pi, north.Mul(-1)},
	} {
		part, err := patch.Between(circle, c.a, c.b, c.forward)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		from, to := part.Range()
		middle, _ := part.Eval((from + to) / 2)
		start, _ := part.Eval(from)
		end, _ := part.Eval(to)
		if math.Abs(to-from-c.length) > 1e-9 || middle.Sub(c.middle).Len() > 1e-9 || start.Sub(c.a).Len() > 1e-9 || end.Sub(c.b).Len() > 1e-9 {
			t.Errorf("%s: %v long, from %v over %v to %v", c.name, to-from, start, middle, end)
		}
	}
	if _, err := patch.Between(patch.Line{Dir: east}, north, north, true); err == nil {
		t.Error("a line between a point and itself is no error")
	}
}
