package gl

import (
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// room is a closed shelter of 16 by 8 by 16 cells of half a metre, with air about
// its walls.
func room() shelter {
	s := shelter{box: geom.Box{Max: geom.Vec3{8, 4, 8}}, nx: 16, ny: 8, nz: 16}
	s.stops = make([]float32, s.nx*s.ny*s.nz)
	for z := range s.nz {
		for y := range s.ny {
			for x := range s.nx {
				within := x >= 2 && x < 14 && y >= 1 && y < 7 && z >= 2 && z < 14
				core := x >= 3 && x < 13 && y >= 2 && y < 6 && z >= 3 && z < 13
				if within && !core {
					s.stops[s.index(x, y, z)] = 1
				}
			}
		}
	}
	return s
}

// A ceiling has the light that the floor of the whole room sends on, mostly from
// below; outside its walls there is none.
func TestTheFloorLightsTheCeiling(t *testing.T) {
	s := room()
	light := make([]float32, len(s.stops))
	for z := 3; z < 13; z++ {
		for x := 3; x < 13; x++ {
			light[s.index(x, 2, z)] = 1 // on the floor
		}
	}
	sum, up := s.sent(light)
	for _, x := range []int{4, 8, 11} {
		i := s.index(x, 5, 8)
		below := (sum[i] - up[i]) / 2
		if below < 0.3 || below > 0.7 { // pale of one, less what goes to the walls, more what comes again
			t.Errorf("below the ceiling at %d there is %.2f from below", x, below)
		}
		if up[i] >= 0 {
			t.Errorf("at %d more comes from above: %.2f", x, up[i])
		}
	}
	for _, c := range [][3]int{{0, 4, 8}, {15, 4, 8}, {8, 0, 8}, {8, 7, 8}, {1, 3, 3}} {
		if i := s.index(c[0], c[1], c[2]); sum[i] > 1e-6 {
			t.Errorf("outside at %v there is %.3f", c, sum[i])
		}
	}
}
