package app

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// Scan is the scan that a site was made of, ready to lie over its twin. It does
// not change and may be shared.
type Scan struct {
	Points *overlay.Points // their Values are the map of deviations: what their surface has on average where they lie
	All    Deviation
	FullMM float64   // deviation from which on a colour is full
	mm     []float32 // deviation of each point: before a surface positive, behind it negative
}

// Deviation sums up how far points lie from the twin.
type Deviation struct {
	Points   int
	MedianMM float64 // of the distances without sign
	Within   float64 // 0..1: share of the points within WithinMM
}

// WithinMM is the distance, millimetres, within which a scan counts as met: a
// tape measure's care.
const WithinMM = 50

// fullSteps are the deviations, mm, that a scale may end at.
var fullSteps = [...]float64{20, 50, 100, 200}

// NewScan sorts a kept scan so that the beginning of its points is an even
// sample of them: a second for a million.
func NewScan(kept *generate.Scan) *Scan {
	n := len(kept.MM)
	order, means := overlay.Spread(kept.Positions), surfaceMeans(kept.Positions, kept.Nearest, kept.MM)
	p := &overlay.Points{Positions: make([]float32, 0, 3*n), Entities: kept.Entities}
	s := &Scan{Points: p, FullMM: fullSteps[len(fullSteps)-1], mm: make([]float32, 0, n)}
	for _, i := range order {
		p.Positions = append(p.Positions, kept.Positions[3*i:3*i+3]...)
		s.mm, p.Values = append(s.mm, kept.MM[i]), append(p.Values, means[i])
		if len(kept.Colors) > 0 {
			p.Colors = append(p.Colors, kept.Colors[3*i:3*i+3]...)
		}
		if len(kept.Nearest) > 0 {
			p.Nearest = append(p.Nearest, kept.Nearest[i])
		}
	}
	p.Spacing = overlay.SpacingOf(p.Positions)
	sizes := distances(s.mm)
	s.All = sumUp(sizes)
	if n > 0 {
		for _, mm := range fullSteps { // three of four points are told apart
			if float64(sizes[3*(n-1)/4]) <= mm {
				s.FullMM = mm
				break
			}
		}
	}
	return s
}

// distances are deviations without sign, the least first.
func distances(mm []float32) []float32 {
	out := make([]float32, len(mm))
	for i, v := range mm {
		out[i] = float32(math.Abs(float64(v)))
	}
	slices.Sort(out)
	return out
}

func sumUp(sorted []float32) Deviation {
	n := len(sorted)
	if n == 0 {
		return Deviation{}
	}
	within, _ := slices.BinarySearch(sorted, WithinMM)
	return Deviation{Points: n, MedianMM: float64(sorted[n/2]), Within: float64(within) / float64(n)}
}

// On sums up the points that lie nearest to an entity; false when there are
// none.
func (s *Scan) On(entity string) (Deviation, bool) {
	k := slices.Index(s.Points.Entities, entity)
	if k < 0 {
		return Deviation{}, false
	}
	var on []float32
	for i, e := range s.Points.Nearest {
		if int(e) == k+1 {
			on = append(on, s.mm[i])
		}
	}
	return sumUp(distances(on)), len(on) > 0
}

// At is the mean deviation, mm and with its sign, of the points within a reach,
// metres, of a place; false when there are none.
func (s *Scan) At(place geom.Vec3, reach float64) (mm float64, ok bool) {
	n, sum, p := 0, 0.0, s.Points.Positions
	for i, v := range s.mm {
		x, y, z := float64(p[3*i])-place[0], float64(p[3*i+1])-place[1], float64(p[3*i+2])-place[2]
		if x*x+y*y+z*z <= reach*reach {
			n, sum = n+1, sum+float64(v)
		}
	}
	return sum / float64(max(n, 1)), n > 0
}
