package app

import "math"

// surfaceCell is the width, metres, over which deviations are averaged: a hand.
// A scanner's noise of some millimetres goes, a bulge stays.
const surfaceCell = 0.08

// surfaceMeans gives each point the mean deviation of its surface around it:
// deviations are shared out between the corners of a grid's cells, for each
// surface apart, and read back from there, linear in between.
func surfaceMeans(positions []float32, surface []uint16, mm []float32) []float32 {
	corners := newCorners(len(mm) / 4)
	var c corner8
	for i, v := range mm {
		corners.around(positions[3*i:3*i+3], surfaceOf(surface, i), &c)
		for k, at := range c.at {
			corners.sums[at].mm += c.weight[k] * v
			corners.sums[at].weight += c.weight[k]
		}
	}
	out := make([]float32, len(mm))
	for i := range mm {
		corners.around(positions[3*i:3*i+3], surfaceOf(surface, i), &c)
		var sum, all float32
		for k, at := range c.at {
			if s := &corners.sums[at]; s.weight > 0 {
				sum, all = sum+c.weight[k]*s.mm/s.weight, all+c.weight[k]
			}
		}
		out[i] = sum / max(all, 1e-6)
	}
	return out
}

func surfaceOf(surface []uint16, i int) uint16 {
	if len(surface) == 0 {
		return 0
	}
	return surface[i]
}

// corners holds sums by corner of a grid, in a table with open addressing: a
// million points ask sixteen million times.
type corners struct {
	slots []int32 // place in keys and sums, plus one; 0 is free
	keys  []uint64
	sums  []cornerSum
}

type cornerSum struct{ mm, weight float32 }

// corner8 is the eight corners about a point, and how much of it each takes.
type corner8 struct {
	cell   [3]int64
	of     uint16
	at     [8]int32
	weight [8]float32
	known  bool
}

func newCorners(expected int) *corners {
	size := 1 << 12
	for size < 2*expected {
		size *= 2
	}
	return &corners{slots: make([]int32, size)}
}

// around finds the corners about a point. Points that follow each other are
// often in one cell: c keeps its corners.
func (t *corners) around(p []float32, surface uint16, c *corner8) {
	var cell [3]int64
	var part [3]float32
	for axis := range 3 {
		v := float64(p[axis]) / surfaceCell
		low := math.Floor(v)
		cell[axis], part[axis] = int64(low), float32(v-low)
	}
	if !c.known || cell != c.cell || surface != c.of {
		c.cell, c.of, c.known = cell, surface, true
		for k := range 8 {
			key := uint64(surface)
			for axis := range 3 {
				key = key<<16 | uint64(cell[axis]+int64(k>>axis&1))&0xffff // 5 km around are told apart
			}
			c.at[k] = t.find(key)
		}
	}
	x, y, z := [2]float32{1 - part[0], part[0]}, [2]float32{1 - part[1], part[1]}, [2]float32{1 - part[2], part[2]}
	for k := range 8 {
		c.weight[k] = x[k&1] * y[k>>1&1] * z[k>>2]
	}
}

// find is the place of a corner's sum, which begins at zero.
func (t *corners) find(key uint64) int32 {
	if 4*len(t.keys) > 3*len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	for i := key * 0x9e3779b97f4a7c15 >> 20 & mask; ; i = (i + 1) & mask {
		at := t.slots[i]
		if at == 0 {
			t.keys, t.sums = append(t.keys, key), append(t.sums, cornerSum{})
			t.slots[i] = int32(len(t.keys))
			return int32(len(t.keys) - 1)
		}
		if t.keys[at-1] == key {
			return at - 1
		}
	}
}

func (t *corners) grow() {
	t.slots = make([]int32, 2*len(t.slots))
	mask := uint64(len(t.slots) - 1)
	for k, key := range t.keys {
		i := key * 0x9e3779b97f4a7c15 >> 20 & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = int32(k + 1)
	}
}
