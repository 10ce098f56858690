package mesh

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Lattice is a grid, with a step of its own along each axis, on which all
// vertices of a mesh stand: meshes that came through a lossy format (JT, Draco,
// quantised glTF) do. Writing cell numbers instead of coordinates then costs
// few bits and loses nothing.
type Lattice struct {
	Origin geom.Vec3 // the smallest coordinates
	Step   geom.Vec3 // metres between cells; 0 along an axis without extent
	Cells  [3]int    // the largest cell number along each axis
	Error  float64   // metres, the largest distance of a coordinate from its cell
}

// latticeMost is the largest cell number that still saves against coordinates.
const latticeMost = 1<<14 - 1

// FindLattice finds the coarsest grid that every vertex of m stands on within
// tolerance, metres of the mesh's own frame. What float32 rounds is allowed in
// any case. ok is false when there is none of fewer than 2^14 cells along some
// axis.
func FindLattice(m scene.Mesh, tolerance float64) (l Lattice, ok bool) {
	for axis := range 3 {
		var all []float64
		for _, p := range m.Primitives {
			for v := axis; v < len(p.Positions); v += 3 {
				all = append(all, float64(p.Positions[v]))
			}
		}
		if len(all) == 0 {
			return l, false
		}
		slices.Sort(all)
		most := math.Max(math.Abs(all[0]), math.Abs(all[len(all)-1]))
		if !axisLattice(&l, axis, all, math.Max(tolerance, 3e-7*most)) {
			return l, false
		}
	}
	return l, true
}

// axisLattice finds the step of sorted coordinates.
func axisLattice(l *Lattice, axis int, sorted []float64, tol float64) bool {
	first := sorted[0]
	distinct := sorted[:1:1]
	for _, x := range sorted {
		if x-distinct[len(distinct)-1] > 2*tol {
			distinct = append(distinct, x)
		}
	}
	l.Origin[axis] = first
	if len(distinct) == 1 {
		l.Error = math.Max(l.Error, sorted[len(sorted)-1]-first)
		return true
	}
	gap := math.Inf(1)
	for i := 1; i < len(distinct); i++ {
		gap = math.Min(gap, distinct[i]-distinct[i-1])
	}
	span := distinct[len(distinct)-1] - first
next:
	for part := 1.0; ; part++ {
		step := gap / part
		if span/step > latticeMost+1 || step < 4*tol {
			return false
		}
		// The step is known to the accuracy of one gap; each further coordinate,
		// counted with the step so far, sharpens it.
		low, high := step-2*tol, step+2*tol
		for _, x := range distinct[1:] {
			k := math.Round((x - first) / step)
			if k < 1 {
				continue next
			}
			low, high = math.Max(low, (x-first-2*tol)/k), math.Min(high, (x-first+2*tol)/k)
			if low > high {
				continue next
			}
			step = (low + high) / 2
		}
		worst := 0.0
		for _, x := range sorted {
			worst = math.Max(worst, math.Abs(x-first-step*math.Round((x-first)/step)))
		}
		if worst <= 2*tol {
			l.Step[axis], l.Cells[axis] = step, int(math.Round(span/step))
			l.Error = math.Max(l.Error, worst)
			return true
		}
	}
}
