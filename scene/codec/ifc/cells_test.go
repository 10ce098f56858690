package ifc_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// cells is a body made of the cells of a grid.
type cells [6][6][6]bool

func (c *cells) count() (n int) {
	for x := range c {
		for y := range c[x] {
			for z := range c[x][y] {
				if c[x][y][z] {
					n++
				}
			}
		}
	}
	return n
}

// Chains of operations on boxes whose faces lie on one grid, so that they touch
// and coincide in every way, leave as many cells as counting does: also turned by
// some angle, moved to the coordinates of a map and with the noise of a printed
// number.
func TestBooleansOfBoxesOnAGrid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &stepText{}
		angle := rapid.SampledFrom([]float64{0, 0, 0.3, 1.1}).Draw(t, "angle")
		sin, cos := math.Sincos(angle)
		far := rapid.SampledFrom([]geom.Vec3{{}, {500_000, 5_400_000, 100}}).Draw(t, "far")
		noise := rapid.SampledFrom([]float64{0, 0, 1e-6}).Draw(t, "noise")
		draw := func(most int, name string) (lo, size [3]int) {
			for k := range 3 {
				lo[k] = rapid.IntRange(0, 4).Draw(t, name)
				size[k] = rapid.IntRange(1, min(most, 6-lo[k])).Draw(t, name)
			}
			return lo, size
		}
		solid := func(lo, size [3]int) int {
			jitter := func(v int) float64 {
				return float64(v) + noise*rapid.Float64Range(-1, 1).Draw(t, "jitter")
			}
			at, d := geom.Vec3{jitter(lo[0]), jitter(lo[1]), jitter(lo[2])}, geom.Vec3{jitter(size[0]), jitter(size[1]), jitter(size[2])}
			p := geom.Vec3{cos*at[0] - sin*at[1], sin*at[0] + cos*at[1], at[2]}.Add(far)
			place := s.add("IFCAXIS2PLACEMENT3D(#%d,#13,#%d)", s.add("IFCCARTESIANPOINT((%.9f,%.9f,%.9f))", p[0], p[1], p[2]), s.add("IFCDIRECTION((%.17f,%.17f,0.))", cos, sin))
			return s.add("IFCBLOCK(#%d,%.9f,%.9f,%.9f)", place, d[0], d[1], d[2])
		}
		fine := func(lo, size [3]int) int { // of many faces, so that cuts are made near the cutting body only
			p := geom.Vec3{cos*float64(lo[0]) - sin*float64(lo[1]), sin*float64(lo[0]) + cos*float64(lo[1]), float64(lo[2])}.Add(far)
			place := s.add("IFCAXIS2PLACEMENT3D(#%d,#13,#%d)", s.add("IFCCARTESIANPOINT((%.9f,%.9f,%.9f))", p[0], p[1], p[2]), s.add("IFCDIRECTION((%.17f,%.17f,0.))", cos, sin))
			var ids []int
			for side, corner := range [][2]int{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
				next := [][2]int{{1, 0}, {1, 1}, {0, 1}, {0, 0}}[side]
				for k := range 20 {
					u := float64(k) / 20
					ids = append(ids, s.point(float64(size[0])*(float64(corner[0])*(1-u)+float64(next[0])*u), float64(size[1])*(float64(corner[1])*(1-u)+float64(next[1])*u)))
				}
			}
			profile := s.add("IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#%d)", s.add("IFCPOLYLINE(%s)", refs(append(ids, ids[0])...)))
			return s.add("IFCEXTRUDEDAREASOLID(#%d,#%d,#13,%d.)", profile, place, size[2])
		}
		inside := func(lo, size [3]int, x, y, z int) bool {
			at := [3]int{x, y, z}
			for k := range 3 {
				if at[k] < lo[k] || at[k] >= lo[k]+size[k] {
					return false
				}
			}
			return true
		}
		var want cells
		lo, size := draw(6, "first")
		item := 0
		if rapid.Bool().Draw(t, "fine") {
			item = fine(lo, size)
		} else {
			item = solid(lo, size)
		}
		for x := range want {
			for y := range want[x] {
				for z := range want[x][y] {
					want[x][y][z] = inside(lo, size, x, y, z)
				}
			}
		}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			op := rapid.SampledFrom([]string{"DIFFERENCE", "DIFFERENCE", "UNION", "INTERSECTION"}).Draw(t, "op")
			lo, size := draw(4, op)
			next := want
			for x := range want {
				for y := range want[x] {
					for z := range want[x][y] {
						a, b := want[x][y][z], inside(lo, size, x, y, z)
						next[x][y][z] = map[string]bool{"DIFFERENCE": a && !b, "UNION": a || b, "INTERSECTION": a && b}[op]
					}
				}
			}
			if next.count() == 0 {
				continue
			}
			want = next
			item = s.add("IFCBOOLEANRESULT(.%s.,#%d,#%d)", op, item, solid(lo, size))
		}
		m, err := ifc.Read(context.Background(), "cells.ifc", file(fmt.Sprintf("#%d", item), s.String()))
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Elements) != 1 || len(m.Notes) > 0 {
			t.Fatalf("%d elements, notes %v", len(m.Elements), m.Notes)
		}
		n := float64(want.count())
		if got, drawn := m.Elements[0].Net.Volume, meshVolume(m); math.Abs(got-n) > 1e-3 || math.Abs(drawn-n) > 1e-3 {
			t.Fatalf("%.6f m³, drawn %.6f, want %g", got, drawn, n)
		}
	})
}
