package fit

import (
	"math"
	"slices"
)

// Distance is how far simulated ways are from recorded ones in one respect.
type Distance struct {
	Of          string
	Unit        string
	KS          float64 // greatest difference of the two distributions (Kolmogorov and Smirnov), 0 to 1; NaN where there is none
	Wasserstein float64 // mean way that a value must be moved (Kantorovich and Rubinstein, order 1), in Unit
	Recorded    float64 // mean
	Simulated   float64
}

// Distances compares what two sets of ways show: dwell, length of the way, zones
// visited, how visits spread over zones, and how many come in five minutes.
func Distances(recorded, simulated Looks) []Distance {
	list := []Distance{
		distance("dwell", "s", recorded.Dwell, simulated.Dwell),
		distance("path length", "m", recorded.Walked, simulated.Walked),
		distance("zones visited", "zones", recorded.Visited, simulated.Visited),
		distance("flow into the shop", "heads in 5 min", recorded.Flow, simulated.Flow),
	}
	shares := Distance{Of: "zone visits", Unit: "share of visits", KS: math.NaN()}
	for i := range recorded.Zones {
		// With zones all as far from each other as 1, the way to move visits is
		// half of what differs: the distance of total variation.
		shares.Wasserstein += math.Abs(recorded.Zones[i]-simulated.Zones[i]) / 2
		shares.Recorded = max(shares.Recorded, recorded.Zones[i])
		shares.Simulated = max(shares.Simulated, simulated.Zones[i])
	}
	return append(list, shares)
}

func distance(of, unit string, a, b []float64) Distance {
	d := Distance{Of: of, Unit: unit, Recorded: mean(a), Simulated: mean(b)}
	d.KS, d.Wasserstein = apart(a, b)
	return d
}

// apart are both distances of two samples; an empty one is as far as can be told.
func apart(a, b []float64) (ks, wasserstein float64) {
	if len(a) == 0 || len(b) == 0 {
		return 1, math.Abs(mean(a) - mean(b))
	}
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	all := slices.Sorted(slices.Values(append(slices.Clone(a), b...)))
	i, k := 0, 0
	for n, x := range all {
		for i < len(a) && a[i] <= x {
			i++
		}
		for k < len(b) && b[k] <= x {
			k++
		}
		off := math.Abs(float64(i)/float64(len(a)) - float64(k)/float64(len(b)))
		ks = max(ks, off)
		if n+1 < len(all) {
			wasserstein += off * (all[n+1] - x)
		}
	}
	return ks, wasserstein
}
