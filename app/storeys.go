package app

import (
	"math"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/twin"
)

// StoreysOf are the levels by which a site is taken apart: the floors of its
// rooms, and the highest of their ceilings.
func StoreysOf(s *twin.Site) render.Storeys {
	var floors []float64
	top := math.Inf(-1)
	for _, z := range s.Zones {
		floors, top = append(floors, z.FloorY), math.Max(top, z.FloorY+z.Height)
	}
	return render.StoreysOf(floors, top)
}
