package survey

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of storeys, metres unless named otherwise.
const (
	heightLeast   = 1.9
	heightAssumed = 2.6
	levelBin      = 0.02
	levelReach    = 0.06 // of a floor's unevenness
	areaColumn    = 0.1  // side of the columns that areas are counted in
	peakShare     = 0.05 // of the footprint: less is furniture
	storeyShare   = 0.12 // of the footprint that a storey's floor and ceiling together must reach
)

// level is a height at which much is level.
type level struct {
	y    float64
	area float64 // m²
	rms  float64
}

// levels finds the heights of large level surfaces and the footprint of
// everything, m².
func levels(pts []point) (list []level, footprint float64) {
	columns := map[[2]int32]struct{}{}
	type seen struct{ bin, x, z int32 }
	bins := map[seen]struct{}{}
	lo, hi := int32(math.MaxInt32), int32(math.MinInt32)
	for i := range pts {
		p, n := &pts[i].P, &pts[i].N
		x, z := int32(math.Floor(float64(p[0])/areaColumn)), int32(math.Floor(float64(p[2])/areaColumn))
		columns[[2]int32{x, z}] = struct{}{}
		if math.Abs(float64(n[1])) < cosLevel {
			continue
		}
		b := int32(math.Floor(float64(p[1]) / levelBin))
		lo, hi = min(lo, b), max(hi, b)
		bins[seen{b, x, z}] = struct{}{}
	}
	footprint = float64(len(columns)) * areaColumn * areaColumn
	if lo > hi || hi-lo > 1<<20 {
		return nil, footprint
	}
	hist := make([]float64, hi-lo+1)
	for k := range bins {
		hist[k.bin-lo] += areaColumn * areaColumn
	}
	smooth := make([]float64, len(hist))
	for i := range hist { // columns are counted in several bins where noise spreads them: weigh, do not add up
		for d := -2; d <= 2; d++ {
			if j := i + d; j >= 0 && j < len(hist) {
				smooth[i] += hist[j] * [...]float64{1, 0.8, 0.4}[max(d, -d)]
			}
		}
		smooth[i] /= 1.6
	}
	for i := range smooth {
		top := smooth[i] > peakShare*footprint
		for d := -6; d <= 6 && top; d++ {
			if j := i + d; j >= 0 && j < len(smooth) && (smooth[j] > smooth[i] || smooth[j] == smooth[i] && d < 0) {
				top = false
			}
		}
		if top {
			list = append(list, level{y: (float64(lo) + float64(i) + 0.5) * levelBin, area: math.Min(smooth[i], footprint)})
		}
	}
	for i := range list {
		list[i].y, list[i].rms = fitLevel(pts, list[i].y, nil)
	}
	return list, footprint
}

// fitLevel is the robust mean height of the level points near y, and how far
// they stray from it. A nil within takes all.
func fitLevel(pts []point, y float64, within func(p *point) bool) (mean, rms float64) {
	mean = y
	for range 3 {
		var sum, sum2, n float64
		for i := range pts {
			p := &pts[i]
			d := float64(p.P[1]) - mean
			if math.Abs(d) > levelReach || math.Abs(float64(p.N[1])) < cosLevel || within != nil && !within(p) {
				continue
			}
			sum, sum2, n = sum+d, sum2+d*d, n+1
		}
		if n == 0 {
			return mean, 0
		}
		mean += sum / n
		rms = math.Sqrt(math.Max(0, sum2/n-(sum/n)*(sum/n)))
	}
	return mean, rms
}

// storeys pairs floors with ceilings and moves the lowest floor to zero.
func (s *Survey) storeys(pts []point) {
	list, footprint := levels(pts)
	low, high := uprightExtent(pts)
	s.Storeys = pairLevels(list, footprint, low, high)
	if len(s.Storeys) == 0 {
		st := Storey{FloorY: low, CeilingY: math.Max(high, low+heightLeast)}
		for _, l := range list { // one large level only: which is it?
			if l.y-low < high-l.y {
				st.FloorY, st.FloorSeen, st.FloorRMS = l.y, true, l.rms
				st.CeilingY = math.Max(st.CeilingY, st.FloorY+heightLeast)
			} else {
				st.CeilingY, st.CeilingSeen = l.y, true
				st.FloorY = math.Min(st.FloorY, l.y-heightLeast)
			}
		}
		s.Storeys = append(s.Storeys, st)
	}
	zero := s.Storeys[0].FloorY
	s.lift(pts, zero)
	for i := range s.Storeys {
		st := &s.Storeys[i]
		st.FloorY -= zero
		st.CeilingY -= zero
		if !st.FloorSeen {
			s.note("storey %d: no floor was seen; it is set at the foot of the walls", i+1)
		}
		if !st.CeilingSeen {
			s.note("storey %d: no ceiling was seen; its height of %.2f m is where the walls end", i+1, st.CeilingY-st.FloorY)
		}
	}
}

// uprightExtent is between which heights upright surfaces stand.
func uprightExtent(pts []point) (low, high float64) {
	var ys []float32
	for i := range pts {
		if n := pts[i].N; n != [3]float32{} && math.Abs(float64(n[1])) < sinUpright {
			ys = append(ys, pts[i].P[1])
		}
	}
	if len(ys) == 0 {
		return 0, heightAssumed
	}
	slices.Sort(ys)
	return float64(ys[len(ys)/100]), float64(ys[len(ys)-1-len(ys)/100])
}

// pairLevels chooses floors and ceilings, from the bottom up, so that the area
// that they take is greatest.
func pairLevels(list []level, footprint, low, high float64) []Storey {
	slices.SortFunc(list, func(a, b level) int { return cmp.Compare(a.y, b.y) })
	type choice struct {
		gain     float64
		floor    int
		previous int
	}
	n := len(list)
	best := make([]choice, n) // with list[c] as the topmost ceiling
	for c := range n {
		best[c] = choice{gain: math.Inf(-1), floor: -1, previous: -1}
		for f := range c {
			if list[c].y-list[f].y < heightLeast || list[c].area+list[f].area < storeyShare*footprint {
				continue
			}
			gain := list[c].area + list[f].area - 0.1*footprint
			// A storey is low. A hall that is as high as two storeys has no
			// levels in between, so nothing is lost by the penalty.
			gain -= 0.02 * footprint * math.Max(0, list[c].y-list[f].y-4)
			if gain > best[c].gain {
				best[c] = choice{gain, f, -1}
			}
			for p := range f {
				if best[p].floor >= 0 && best[p].gain+gain > best[c].gain {
					best[c] = choice{best[p].gain + gain, f, p}
				}
			}
		}
	}
	top := -1
	for c := range n {
		if best[c].floor >= 0 && best[c].gain > 0 && (top < 0 || best[c].gain > best[top].gain) {
			top = c
		}
	}
	var out []Storey
	for c := top; c >= 0; c = best[c].previous {
		f := best[c].floor
		out = append(out, Storey{FloorY: list[f].y, CeilingY: list[c].y, FloorSeen: true, CeilingSeen: true, FloorRMS: list[f].rms})
	}
	slices.Reverse(out)
	if len(out) == 0 {
		return nil
	}
	// A floor above the highest ceiling, of which the ceiling was not seen.
	last := &out[len(out)-1]
	for _, l := range list {
		if l.y > last.CeilingY+0.02 && l.y < last.CeilingY+1.2 && l.area > 0.25*footprint && high-l.y > heightLeast {
			out = append(out, Storey{FloorY: l.y, CeilingY: high, FloorSeen: true, FloorRMS: l.rms})
			break
		}
	}
	return out
}
