package overlay

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// Spread returns an order of points of which every beginning is as even a sample
// of all as there can be: along a curve that fills their space (Morton 1966),
// in steps of halves, quarters, eighths (van der Corput 1935).
func Spread(positions []float32) []int {
	n := len(positions) / 3
	type placed struct {
		key uint64
		at  int
	}
	lo, step := extent(positions)
	along := make([]placed, n)
	for i := range along {
		along[i].at = i
		for axis := range 3 {
			along[i].key |= part3(uint64((positions[3*i+axis]-lo[axis])/step)) << axis
		}
	}
	slices.SortFunc(along, func(a, b placed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return a.at - b.at
	})
	order := make([]int, 0, n)
	width := bits.Len(uint(max(0, n-1)))
	for i := range 1 << width {
		if k := int(bits.Reverse64(uint64(i)) >> (64 - width)); k < n {
			order = append(order, along[k].at)
		}
	}
	return order
}

// extent is the lower corner of points and the cell of a grid that 21 bits an
// axis count.
func extent(positions []float32) (lo [3]float32, step float32) {
	var hi [3]float32
	for axis := range 3 {
		lo[axis], hi[axis] = float32(math.Inf(1)), float32(math.Inf(-1))
	}
	for i, v := range positions {
		lo[i%3], hi[i%3] = min(lo[i%3], v), max(hi[i%3], v)
	}
	for axis := range 3 {
		step = max(step, (hi[axis]-lo[axis])/(1<<21-1))
	}
	if !(step > 0) {
		step = 1
	}
	return lo, step
}

// part3 puts two zeros before each of 21 bits.
func part3(x uint64) uint64 {
	x &= 1<<21 - 1
	x = (x | x<<32) & 0x1f00000000ffff
	x = (x | x<<16) & 0x1f0000ff0000ff
	x = (x | x<<8) & 0x100f00f00f00f00f
	x = (x | x<<4) & 0x10c30c30c30c30c3
	return (x | x<<2) & 0x1249249249249249
}

// SpacingOf is the usual distance, metres, from a point to its nearest
// neighbour, of points in an order in which neighbours may follow each other
// anywhere.
func SpacingOf(positions []float32) float64 {
	n := len(positions) / 3
	if n < 2 {
		return 0
	}
	const samples = 64
	at := func(i int) [3]float64 {
		return [3]float64{float64(positions[3*i]), float64(positions[3*i+1]), float64(positions[3*i+2])}
	}
	var nearest []float64
	for s := range min(n, samples) {
		p := at(s * n / min(n, samples))
		best := math.Inf(1)
		for i := range n {
			q := at(i)
			if d := (q[0]-p[0])*(q[0]-p[0]) + (q[1]-p[1])*(q[1]-p[1]) + (q[2]-p[2])*(q[2]-p[2]); d > 0 && d < best {
				best = d
			}
		}
		nearest = append(nearest, math.Sqrt(best))
	}
	slices.Sort(nearest)
	return nearest[len(nearest)/2]
}
