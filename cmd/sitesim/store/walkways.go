package store

import (
	"math"
	"slices"
	"sort"
	"sync/atomic"
)

// clearance keeps a shopper's middle this far from every fixture.
const clearance = 0.3

// Walkways is the graph shoppers walk on: crossings of lanes, joined where the
// straight line between neighbours is free of fixtures.
type Walkways struct {
	points [][2]float64
	next   [][]int
	toward [AislesMax + 1][]atomic.Pointer[[]int16] // toward[blocked][goal][node]: the neighbour on a shortest way
	stops  map[string]int
	exit   int
	entry  int
}

// NewWalkways cuts the graph from the layout.
func NewWalkways(fixtures []Fixture) *Walkways {
	xs := []float64{1.3, 4.6, 8.5, 11.3, 13.9, 16.5, chestLane, freezerLane, EntranceX, ExitX}
	ys := []float64{-1.5, 0.9, lobby, frontAisle, 9.5, 13, backAisle}
	for _, f := range fixtures {
		xs, ys = append(xs, f.StopX), append(ys, f.StopY)
	}
	xs, ys = distinct(xs), distinct(ys)
	w := &Walkways{stops: map[string]int{}}
	index := map[[2]int]int{}
	for i, x := range xs {
		for j, y := range ys {
			if free(fixtures, x, y) {
				index[[2]int{i, j}] = len(w.points)
				w.points = append(w.points, [2]float64{x, y})
			}
		}
	}
	w.next = make([][]int, len(w.points))
	join := func(a [2]int, b [2]int) {
		p, okP := index[a]
		q, okQ := index[b]
		if okP && okQ && w.clearWay(fixtures, p, q) {
			w.next[p] = append(w.next[p], q)
			w.next[q] = append(w.next[q], p)
		}
	}
	for i := range xs {
		for j := range ys {
			join([2]int{i, j}, [2]int{i + 1, j})
			join([2]int{i, j}, [2]int{i, j + 1})
		}
	}
	for _, f := range fixtures {
		w.stops[f.ID] = w.nearest(f.StopX, f.StopY)
	}
	w.entry, w.exit = w.nearest(EntranceX, -1.5), w.nearest(ExitX, -1.5)
	for i := range w.toward {
		w.toward[i] = make([]atomic.Pointer[[]int16], len(w.points))
	}
	return w
}

// AislesMax is the number of aisles that a pallet can block.
const AislesMax = 4

// aisles are the walkways between the rows of shelves, counted from the west.
var aisles = [AislesMax + 1]Rect{{}, {10.5, 7.9, 12.1, 15.4}, {13.1, 7.9, 14.7, 15.4}, {15.7, 7.9, 17.3, 15.4}, {18.3, 7.9, 20.4, 15.4}}

// pallet is what stands in the middle of a blocked aisle, its load about it.
func pallet(aisle int) Rect {
	a := aisles[aisle]
	const half = 1.2
	y := (a.Y0 + a.Y1) / 2
	return Rect{a.X0, y - half, a.X1, y + half}
}

// InAisle tells whether somebody stands in an aisle.
func InAisle(aisle int, x, y float64) bool { return aisle > 0 && aisles[aisle].Holds(x, y) }

// behind tells whether a node lies where a pallet stands.
func (w *Walkways) behind(blocked, node int) bool {
	return pallet(blocked).Holds(w.points[node][0], w.points[node][1])
}

// step gives the neighbour of node on a shortest way to goal that passes no
// pallet, or -1. Who stands beside the pallet when it comes may walk away.
func (w *Walkways) step(node, goal, blocked int) int {
	way := w.toward[blocked][goal].Load()
	if way == nil {
		found := w.spread(goal, blocked)
		way = &found
		w.toward[blocked][goal].Store(way)
	}
	return int((*way)[node])
}

// spread finds the shortest ways to goal from everywhere (Dijkstra 1959).
func (w *Walkways) spread(goal, blocked int) []int16 {
	stands := Rect{}
	if blocked > 0 {
		stands = pallet(blocked)
	}
	way := make([]int16, len(w.points))
	far := make([]float64, len(w.points))
	for i := range far {
		far[i], way[i] = math.Inf(1), -1
	}
	far[goal] = 0
	// Kept in order, the farthest first; of equal ones the first of the points comes
	// first. The few at the rim of what is known are hardly ever out of place.
	rim := []int{goal}
	for len(rim) > 0 {
		best := rim[len(rim)-1]
		rim = rim[:len(rim)-1]
		if stands.Holds(w.points[best][0], w.points[best][1]) {
			continue // one may leave the place, nobody comes through
		}
		for _, n := range w.next[best] {
			if d := far[best] + w.distance(best, n); d < far[n] {
				if i := slices.Index(rim, n); i >= 0 {
					rim = slices.Delete(rim, i, i+1)
				}
				far[n], way[n] = d, int16(best)
				at := sort.Search(len(rim), func(i int) bool { o := rim[i]; return far[o] < d || far[o] == d && o < n })
				rim = slices.Insert(rim, at, n)
			}
		}
	}
	return way
}

func (w *Walkways) distance(a, b int) float64 {
	return math.Hypot(w.points[a][0]-w.points[b][0], w.points[a][1]-w.points[b][1])
}

func (w *Walkways) nearest(x, y float64) int {
	best, least := 0, math.Inf(1)
	for i, p := range w.points {
		if d := math.Hypot(p[0]-x, p[1]-y); d < least {
			best, least = i, d
		}
	}
	return best
}

func (w *Walkways) clearWay(fixtures []Fixture, a, b int) bool {
	p, q := w.points[a], w.points[b]
	const stride = 0.1 // thinner than any grown fixture
	n := int(w.distance(a, b)/stride) + 1
	for k := range n + 1 {
		t := float64(k) / float64(n)
		if !free(fixtures, p[0]+t*(q[0]-p[0]), p[1]+t*(q[1]-p[1])) {
			return false
		}
	}
	return true
}

// free tells whether a shopper can stand there: on the sales floor or in one of
// the two doorways, and clear of every fixture.
func free(fixtures []Fixture, x, y float64) bool {
	if y < wallOutside+clearance {
		const halfDoor = 1.2
		return math.Abs(x-EntranceX) < halfDoor-clearance || math.Abs(x-ExitX) < halfDoor-clearance
	}
	if x < wallOutside+clearance || x > Width-wallOutside-clearance || y > SalesDepth-clearance {
		return false
	}
	for _, f := range fixtures {
		if f.Rect.Grow(clearance).Holds(x, y) {
			return false
		}
	}
	return true
}

func distinct(v []float64) []float64 {
	slices.Sort(v)
	return slices.CompactFunc(v, func(a, b float64) bool { return math.Abs(b-a) < 0.05 })
}
