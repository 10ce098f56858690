package geom

import "math"

// fieldFrom is the length of a ring from which a field of its corners pays.
const fieldFrom = 256

// field finds the corners of a ring that lie within a box, by square cells of
// about one corner each.
type field struct {
	lo    Vec2
	side  float64 // of a cell, metres
	size  [2]int
	cells [][]int32 // corners of the ring; nil: there is no field
}

// sow lays out the corners of a ring.
func (f *field) sow(nodes []ear, ring int) {
	lo, hi, n := nodes[ring].p, nodes[ring].p, 0
	for i, first := ring, true; first || i != ring; i, first = nodes[i].next, false {
		n++
		for k := range 2 {
			lo[k], hi[k] = math.Min(lo[k], nodes[i].p[k]), math.Max(hi[k], nodes[i].p[k])
		}
	}
	span := hi.Sub(lo)
	f.side = math.Max(math.Sqrt(span[0]*span[1]/float64(n)), math.Max(span[0], span[1])/float64(n))
	if !(f.side > 0) || math.IsInf(f.side, 0) {
		return // all at one point, or not numbers
	}
	f.lo, f.size = lo, [2]int{1 + int(span[0]/f.side), 1 + int(span[1]/f.side)}
	f.cells = make([][]int32, f.size[0]*f.size[1])
	for i, first := ring, true; first || i != ring; i, first = nodes[i].next, false {
		at := f.cell(nodes[i].p)
		f.cells[at[1]*f.size[0]+at[0]] = append(f.cells[at[1]*f.size[0]+at[0]], int32(i))
	}
}

func (f *field) cell(p Vec2) [2]int {
	var at [2]int
	for k := range 2 {
		at[k] = max(0, min(f.size[k]-1, int((p[k]-f.lo[k])/f.side)))
	}
	return at
}

// reap takes a corner out.
func (f *field) reap(nodes []ear, i int) {
	if f.cells == nil {
		return
	}
	at := f.cell(nodes[i].p)
	cell := &f.cells[at[1]*f.size[0]+at[0]]
	for k, other := range *cell {
		if int(other) == i {
			last := len(*cell) - 1
			(*cell)[k] = (*cell)[last]
			*cell = (*cell)[:last]
			return
		}
	}
}

// any tells whether one of the corners in the cells from lo to hi is as asked.
func (f *field) any(lo, hi Vec2, asked func(int) bool) bool {
	from, to := f.cell(lo), f.cell(hi)
	for y := from[1]; y <= to[1]; y++ {
		for x := from[0]; x <= to[0]; x++ {
			for _, i := range f.cells[y*f.size[0]+x] {
				if asked(int(i)) {
					return true
				}
			}
		}
	}
	return false
}
