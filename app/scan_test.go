package app_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// keptScan is a row of points along x, 10 cm apart: the first hundred lie on a
// wall, k mm before it, the others 200 mm behind a shelf.
func keptScan() *generate.Scan {
	s := &generate.Scan{Source: "row.ply", Entities: []string{"building/wall-1", "shelf-1"}}
	for k := range 120 {
		mm, on := float32(k), uint16(1)
		if k >= 100 {
			mm, on = -200, 2
		}
		s.Positions = append(s.Positions, float32(k)/10, 1, 0)
		s.MM, s.Nearest, s.Colors = append(s.MM, mm), append(s.Nearest, on), append(s.Colors, uint8(k), 0, 0)
	}
	return s
}

func TestAScanKeepsWhatBelongsToEachPoint(t *testing.T) {
	kept := keptScan()
	s := app.NewScan(kept)
	p := s.Points
	if !p.Whole() || p.Len() != 120 {
		t.Fatalf("%d points, whole %v", p.Len(), p.Whole())
	}
	for i := range p.Len() {
		k := int(math.Round(float64(10 * p.Positions[3*i])))
		if math.Abs(float64(p.Values[i]-kept.MM[k])) > 1.5 || p.Nearest[i] != kept.Nearest[k] || p.Colors[3*i] != uint8(k) {
			t.Fatalf("point %d of the scan came out with %g mm, entity %d and colour %d", k, p.Values[i], p.Nearest[i], p.Colors[3*i])
		}
	}
	if math.Abs(p.Spacing-0.1) > 1e-3 {
		t.Errorf("spacing %g m, want 0.1", p.Spacing)
	}
}

func TestADeviationIsSummedUpWholeAndByEntity(t *testing.T) {
	s := app.NewScan(keptScan())
	for name, c := range map[string]struct {
		have         app.Deviation
		points       int
		median, part float64
	}{
		"all":   {s.All, 120, 60, 50.0 / 120},
		"wall":  {on(t, s, "building/wall-1"), 100, 50, 0.5},
		"shelf": {on(t, s, "shelf-1"), 20, 200, 0},
	} {
		if c.have.Points != c.points || math.Abs(c.have.MedianMM-c.median) > 1 || math.Abs(c.have.Within-c.part) > 1e-9 {
			t.Errorf("%s: %+v, want %d points, %g mm and %g within %d mm", name, c.have, c.points, c.median, c.part, app.WithinMM)
		}
	}
	if d, ok := s.On("shelf-2"); ok {
		t.Errorf("of what the scan does not show it tells %+v", d)
	}
	if s.FullMM != 100 {
		t.Errorf("the scale ends at %g mm, want 100: three of four points are nearer", s.FullMM)
	}
}

func TestADeviationIsToldOfAPlace(t *testing.T) {
	s := app.NewScan(keptScan())
	if mm, ok := s.At(geom.Vec3{5, 1, 0}, 0.11); !ok || math.Abs(mm-50) > 1e-6 {
		t.Errorf("%g mm (%v) at the middle of the wall, want 50", mm, ok)
	}
	if mm, ok := s.At(geom.Vec3{11, 1, 0.05}, 0.2); !ok || mm != -200 {
		t.Errorf("%g mm (%v) at the shelf, want 200 behind it", mm, ok)
	}
	if mm, ok := s.At(geom.Vec3{5, 3, 0}, 0.2); ok {
		t.Errorf("%g mm where nothing was scanned", mm)
	}
}

// The map shows the surface, not the noise of the scanner, and does not run from
// one surface over to another.
func TestTheMapOfDeviationsIsFreeOfNoise(t *testing.T) {
	s := &generate.Scan{Entities: []string{"flat", "bulged"}}
	rng := rand.New(rand.NewPCG(1, 2))
	for x := float32(0); x < 2; x += 0.025 {
		for y := float32(0); y < 2; y += 0.025 {
			s.Positions = append(s.Positions, x, y, 0, x, y, 0.02)
			s.MM = append(s.MM, float32(5*rng.NormFloat64()), float32(40+5*rng.NormFloat64()))
			s.Nearest = append(s.Nearest, 1, 2)
		}
	}
	p := app.NewScan(s).Points
	for i, v := range p.Values {
		want := 40 * float64(p.Nearest[i]-1)
		if math.Abs(float64(v)-want) > 6 {
			t.Fatalf("%.1f mm on surface %d, want about %g", v, p.Nearest[i], want)
		}
	}
}

func BenchmarkNewScan(b *testing.B) {
	s := &generate.Scan{Entities: []string{"floor"}}
	for i := range 1_000_000 {
		s.Positions = append(s.Positions, float32(i%1000)*0.025, 0, float32(i/1000)*0.025)
		s.MM, s.Nearest = append(s.MM, float32(i%7)), append(s.Nearest, 1)
	}
	for b.Loop() {
		app.NewScan(s)
	}
}

func TestAnEmptyScanIsOne(t *testing.T) {
	s := app.NewScan(&generate.Scan{})
	if s.Points.Len() != 0 || s.All.Points != 0 || s.FullMM <= 0 {
		t.Errorf("%+v", s)
	}
}

func on(t *testing.T, s *app.Scan, entity string) app.Deviation {
	t.Helper()
	d, ok := s.On(entity)
	if !ok {
		t.Fatalf("the scan tells nothing of %s", entity)
	}
	return d
}
