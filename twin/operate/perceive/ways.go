package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// ways is a floor in cells, and where on it people can walk.
type ways struct {
	x0, z0 float64
	nx, nz int
	shut   []bool
	lane   []int8 // of which the cell is the middle; 0: of none
	lanes  int
	far    []int32
	queue  []int32
	known  map[[2]int][]bool
}

const (
	wayCell  = 0.4  // m
	wayClear = 0.2  // m that nobody walks nearer to a thing
	wayRoom  = 3.0  // m about all that stands there
	wayPart  = 0.33 // of a lane, about its middle, that is shut when it is blocked
	waysMost = 40_000
	waysKept = 5000 // ways that are not looked for again
	aroundBy = 1.5  // m that every other way must be longer for a lane to be missed
)

func newWays(site *twin.Site, lanes [][4]float64) *ways {
	var all [][4]float64
	box := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, a := range site.Assets {
		w, d := a.Size[0], a.Size[2]
		if w <= 0 || d <= 0 || a.Pose.Position[1] >= headroom || a.Class == "sliding-door" {
			continue
		}
		if q := math.Mod(math.Abs(a.Pose.Yaw), math.Pi); q > math.Pi/4 && q < 3*math.Pi/4 {
			w, d = d, w
		}
		x, z := a.Pose.Position[0], a.Pose.Position[2]
		r := [4]float64{x - w/2, z - d/2, x + w/2, z + d/2}
		all = append(all, r)
		box = [4]float64{min(box[0], r[0]), min(box[1], r[1]), max(box[2], r[2]), max(box[3], r[3])}
	}
	if len(all) == 0 {
		return &ways{}
	}
	w := &ways{x0: box[0] - wayRoom, z0: box[1] - wayRoom, lanes: len(lanes), known: map[[2]int][]bool{}}
	w.nx, w.nz = int((box[2]-box[0]+2*wayRoom)/wayCell)+1, int((box[3]-box[1]+2*wayRoom)/wayCell)+1
	if w.nx*w.nz > waysMost {
		return &ways{}
	}
	n := w.nx * w.nz
	w.shut, w.lane, w.far, w.queue = make([]bool, n), make([]int8, n), make([]int32, n), make([]int32, 0, n)
	for i := range n {
		x, z := w.centre(i)
		for _, r := range all {
			if x > r[0]-wayClear && x < r[2]+wayClear && z > r[1]-wayClear && z < r[3]+wayClear {
				w.shut[i] = true
				break
			}
		}
		for k, c := range lanes {
			if x > c[0] && x < c[2] && math.Abs(z-(c[1]+c[3])/2) < wayPart/2*(c[3]-c[1]) {
				w.lane[i] = int8(k + 1)
			}
		}
	}
	return w
}

func (w *ways) centre(i int) (x, z float64) {
	return w.x0 + (float64(i%w.nx)+0.5)*wayCell, w.z0 + (float64(i/w.nx)+0.5)*wayCell
}

// cell of a place; -1 off the floor.
func (w *ways) cell(x, z float64) int {
	i, j := int(math.Floor((x-w.x0)/wayCell)), int(math.Floor((z-w.z0)/wayCell))
	if i < 0 || j < 0 || i >= w.nx || j >= w.nz {
		return -1
	}
	return j*w.nx + i
}

// along tells of each lane whether it is on every way from a place to another that
// is not much longer than the shortest.
func (w *ways) along(a, b [2]float64) []bool {
	start, end := w.near(a), w.near(b)
	if start < 0 || end < 0 {
		return nil
	}
	key := [2]int{start, end}
	if on, ok := w.known[key]; ok {
		return on
	}
	free := w.distance(-1, start, end)
	on := w.crossed(end)
	for k, crossed := range on {
		on[k] = crossed && w.distance(k, start, end) >= free+aroundBy
	}
	if len(w.known) >= waysKept {
		clear(w.known)
	}
	w.known[key] = on
	return on
}

// crossed tells of each lane whether its middle is on the shortest way that was found
// last: one that is not makes it no longer when it is shut. Of an end that cannot be
// reached it is all that was tried.
func (w *ways) crossed(end int) []bool {
	out := make([]bool, w.lanes)
	if w.far[end] < 0 {
		for _, c := range w.queue {
			if k := w.lane[c]; k > 0 {
				out[k-1] = true
			}
		}
		return out
	}
	for c := end; ; {
		if k := w.lane[c]; k > 0 {
			out[k-1] = true
		}
		if w.far[c] == 0 {
			return out
		}
		x := c % w.nx
		for _, d := range [4]int{-1, 1, -w.nx, w.nx} {
			o := c + d
			if o >= 0 && o < len(w.far) && !(d == -1 && x == 0 || d == 1 && x == w.nx-1) && w.far[o] == w.far[c]-1 {
				c = o
				break
			}
		}
	}
}

// open tells whether one can walk from a place to another along the axes with one
// turn, or straight.
func (w *ways) open(ax, az, bx, bz float64) bool {
	if w.nx == 0 {
		return true
	}
	return w.line(ax, az, bx, az) && w.line(bx, az, bx, bz) || w.line(ax, az, ax, bz) && w.line(ax, bz, bx, bz) || w.line(ax, az, bx, bz)
}

func (w *ways) line(ax, az, bx, bz float64) bool {
	n := int(math.Hypot(bx-ax, bz-az)/wayCell) + 1
	for k := range n + 1 {
		t := float64(k) / float64(n)
		if c := w.cell(ax+t*(bx-ax), az+t*(bz-az)); c >= 0 && w.shut[c] {
			return false
		}
	}
	return true
}

// distance along the floor's cells with the middle of one lane shut, -1: of none, m.
func (w *ways) distance(lane, start, end int) float64 {
	for i := range w.far {
		w.far[i] = -1
	}
	w.far[start] = 0
	w.queue = append(w.queue[:0], int32(start))
	for h := 0; h < len(w.queue); h++ {
		c := int(w.queue[h])
		if c == end {
			return wayCell * float64(w.far[c])
		}
		x := c % w.nx
		for _, d := range [4]int{-1, 1, -w.nx, w.nx} {
			o := c + d
			if o < 0 || o >= len(w.far) || d == -1 && x == 0 || d == 1 && x == w.nx-1 || w.shut[o] || w.far[o] >= 0 || lane >= 0 && int(w.lane[o]) == lane+1 {
				continue
			}
			w.far[o] = w.far[c] + 1
			w.queue = append(w.queue, int32(o))
		}
	}
	return math.Inf(1)
}

// near is the cell of a place, or one beside it where nobody can walk.
func (w *ways) near(at [2]float64) int {
	c := w.cell(at[0], at[1])
	if c < 0 || !w.shut[c] {
		return c
	}
	best, least := -1, math.Inf(1)
	for dz := -2; dz <= 2; dz++ {
		for dx := -2; dx <= 2; dx++ {
			o := w.cell(at[0]+float64(dx)*wayCell, at[1]+float64(dz)*wayCell)
			if o < 0 || w.shut[o] {
				continue
			}
			x, z := w.centre(o)
			if d := math.Hypot(x-at[0], z-at[1]); d < least {
				best, least = o, d
			}
		}
	}
	return best
}
