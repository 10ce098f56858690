package overlay_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// fieldOf samples a velocity over a floor of 8 × 6 m.
func fieldOf(v func(x, z float64) geom.Vec2) *overlay.Field {
	f := &overlay.Field{Min: geom.Vec2{-4, -3}, Max: geom.Vec2{4, 3}, Y: 0.02, Columns: 32}
	for i := range 32 * 24 {
		f.Velocity = append(f.Velocity, v(-4+(float64(i%32)+0.5)*0.25, -3+(float64(i/32)+0.5)*0.25))
	}
	return f
}

func TestStreamlinesKeepApartAndFollowTheField(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.Float64Range(-1, 1)
		a, b, c, d := k.Draw(t, "a"), k.Draw(t, "b"), k.Draw(t, "c"), k.Draw(t, "d")
		field := fieldOf(func(x, z float64) geom.Vec2 {
			return geom.Vec2{a + b*z + 0.5*math.Sin(c*x), d - b*x + 0.5*math.Cos(a*z)}
		})
		spacing := rapid.Float64Range(0.7, 1.6).Draw(t, "spacing")
		lines := field.Streamlines(spacing)
		for i, l := range lines {
			for n, p := range l.Points {
				if math.Abs(p[0]) > 4+1e-9 || math.Abs(p[2]) > 3+1e-9 || p[1] != field.Y {
					t.Fatalf("line %d leaves the floor at %v", i, p)
				}
				v, ok := field.At(p[0], p[2])
				if !ok || math.Abs(v.Len()-l.Speeds[n]) > 1e-9 {
					t.Fatalf("line %d tells %g m/s where the field has %g", i, l.Speeds[n], v.Len())
				}
				if n+1 < len(l.Points) && v.Len() > 0.25 {
					step := l.Points[n+1].Sub(p)
					way := geom.Vec2{step[0], step[2]}.Normalize().Dot(v.Normalize())
					if way < 0.8 {
						t.Fatalf("line %d goes %v at %v, where the field goes %v", i, step, p, v)
					}
				}
			}
			for _, o := range lines[:i] {
				for _, p := range l.Points {
					for _, q := range o.Points {
						if p.Sub(q).Len() < 0.5*spacing-1e-9 {
							t.Fatalf("two lines come within %.3f m at a spacing of %.3f", p.Sub(q).Len(), spacing)
						}
					}
				}
			}
		}
	})
}

func TestAStraightFlowFillsItsFloor(t *testing.T) {
	field := fieldOf(func(x, z float64) geom.Vec2 { return geom.Vec2{1, 0} })
	lines := field.Streamlines(0.6)
	if len(lines) < 8 || len(lines) > 11 {
		t.Errorf("%d lines 0.6 m apart over 6 m", len(lines))
	}
	for _, l := range lines {
		if first, last := l.Points[0], l.Points[len(l.Points)-1]; first[0] > -3.9 || last[0] < 3.9 {
			t.Errorf("a line from %v to %v ends before the border", first, last)
		}
	}
}

func TestAFlowEndsWhereNothingIsKnown(t *testing.T) {
	field := fieldOf(func(x, z float64) geom.Vec2 {
		if x > 1 {
			return geom.Vec2{math.NaN(), 0}
		}
		if z > 1 {
			return geom.Vec2{}
		}
		return geom.Vec2{0.8, 0}
	})
	lines := field.Streamlines(0.5)
	if len(lines) == 0 {
		t.Fatal("no lines")
	}
	for _, l := range lines {
		for _, p := range l.Points {
			if p[0] > 1 || p[2] > 1.25 {
				t.Fatalf("a line at %v, where nothing flows", p)
			}
		}
	}
	for name, bad := range map[string]overlay.Field{
		"nothing": {}, "ragged": {Max: geom.Vec2{1, 1}, Columns: 2, Velocity: make([]geom.Vec2, 3)},
		"still": {Max: geom.Vec2{1, 1}, Columns: 2, Velocity: make([]geom.Vec2, 4)},
	} {
		if n := len(bad.Streamlines(0.5)); n != 0 {
			t.Errorf("%s: %d lines", name, n)
		}
	}
}

func TestAWhirlEndsWhereItBegan(t *testing.T) {
	field := fieldOf(func(x, z float64) geom.Vec2 { return geom.Vec2{-z, x} })
	for _, l := range field.Streamlines(0.5) {
		long := 0.0
		for i := range len(l.Points) - 1 {
			long += l.Points[i+1].Sub(l.Points[i]).Len()
		}
		if r := math.Hypot(l.Points[0][0], l.Points[0][2]); r < 2.5 && long > 2*math.Pi*r+1 {
			t.Errorf("a line goes %.1f m about a circle of %.1f m", long, 2*math.Pi*r)
		}
	}
}

func TestRibbonsLieOnTheFloorAndFitTheirLimit(t *testing.T) {
	field := fieldOf(func(x, z float64) geom.Vec2 { return geom.Vec2{0.6 + 0.1*x, 0.2} })
	flow := overlay.Flow{High: 1, Lines: field.Streamlines(0.5)}
	all := flow.Ribbons(nil, 1<<20)
	for _, v := range all {
		if math.Abs(float64(v.Position[1])-0.02) > 1e-6 {
			t.Fatalf("a corner at %v", v.Position)
		}
	}
	if n := len(flow.Ribbons(nil, len(all)/2)); n == 0 || n > len(all)/2 {
		t.Errorf("%d vertices where %d are the most", n, len(all)/2)
	}
}

func BenchmarkStreamlines(b *testing.B) {
	field := fieldOf(func(x, z float64) geom.Vec2 { return geom.Vec2{1 - 0.2*z, 0.3 * math.Sin(x)} })
	for b.Loop() {
		field.Streamlines(0.25)
	}
}
