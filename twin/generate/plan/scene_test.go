package plan_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
)

// watertight tells that every side of every triangle is walked as often one way
// as the other.
func watertight(t *testing.T, s *scene.Scene) {
	t.Helper()
	if n := openSides(s); n > 0 {
		t.Errorf("%d open sides", n)
	}
}

// openSides counts the sides of triangles that no other triangle of the same
// mesh shares, within 50 µm.
func openSides(s *scene.Scene) int {
	open := 0
	for _, m := range s.Meshes {
		for _, p := range m.Primitives {
			open += openOf(p)
		}
	}
	return open / 2
}

func openOf(p scene.Primitive) int {
	type corner [3]int64
	var known []corner
	cells := map[corner][]int{}
	at := func(i uint32) corner { // corners within a cell of each other are one
		var c corner
		for k := range 3 {
			c[k] = int64(math.Round(float64(p.Positions[3*i+uint32(k)]) * 2e4))
		}
		for dx := int64(-1); dx <= 1; dx++ {
			for dy := int64(-1); dy <= 1; dy++ {
				for dz := int64(-1); dz <= 1; dz++ {
					if l := cells[corner{c[0] + dx, c[1] + dy, c[2] + dz}]; len(l) > 0 {
						return known[l[0]]
					}
				}
			}
		}
		cells[c] = append(cells[c], len(known))
		known = append(known, c)
		return c
	}
	sides := map[[2]corner]int{}
	for i := 0; i+2 < len(p.Indices); i += 3 {
		for k := range 3 {
			a, b := at(p.Indices[i+k]), at(p.Indices[i+(k+1)%3])
			if a != b {
				sides[[2]corner{a, b}]++
				sides[[2]corner{b, a}]--
			}
		}
	}
	open := 0
	for _, n := range sides {
		if n != 0 {
			open++
		}
	}
	return open
}
