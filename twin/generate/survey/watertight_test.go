package survey_test

import (
	"fmt"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
)

// openEdges counts the edges of a mesh that no triangle takes the other way
// round: zero where the surface is closed.
func openEdges(m scene.Mesh) int {
	type corner [3]float32
	edges := map[[2]corner]int{}
	for _, p := range m.Primitives {
		at := func(i uint32) corner {
			return corner{p.Positions[3*i], p.Positions[3*i+1], p.Positions[3*i+2]}
		}
		for k := 0; k+2 < len(p.Indices); k += 3 {
			for i := range 3 {
				a, b := at(p.Indices[k+i]), at(p.Indices[k+(i+1)%3])
				edges[[2]corner{a, b}]++
				edges[[2]corner{b, a}]--
			}
		}
	}
	open := 0
	for _, n := range edges {
		if n > 0 {
			open++
		}
	}
	return open
}

// volume is what a closed mesh holds, m³; positive when its triangles face out.
func volume(m scene.Mesh) float64 {
	sum := 0.0
	for _, p := range m.Primitives {
		for k := 0; k+2 < len(p.Indices); k += 3 {
			var v [3][3]float64
			for i := range 3 {
				for axis := range 3 {
					v[i][axis] = float64(p.Positions[3*p.Indices[k+i]+uint32(axis)])
				}
			}
			a, b, c := v[0], v[1], v[2]
			sum += a[0]*(b[1]*c[2]-b[2]*c[1]) + a[1]*(b[2]*c[0]-b[0]*c[2]) + a[2]*(b[0]*c[1]-b[1]*c[0])
		}
	}
	return sum / 6
}

// closed fails on a scene that breaks its laws or has a body with a crack or
// turned inside out.
func closed(t testing.TB, sc *scene.Scene) {
	t.Helper()
	if err := sc.Check(); err != nil {
		t.Error(err)
	}
	for i, m := range sc.Meshes {
		name := fmt.Sprintf("mesh %d %q", i, m.Name)
		if n := openEdges(m); n > 0 {
			t.Errorf("%s has %d open edges", name, n)
		}
		if v := volume(m); v <= 0 {
			t.Errorf("%s holds %g m³", name, v)
		}
	}
}
