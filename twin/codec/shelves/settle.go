package shelves

import (
	"fmt"
	"math"
)

// Placed is a shelf with the middle of its footprint and the way it looks, in
// plan.
type Placed struct {
	Shelf
	CenterX, CenterY float64 // metres
	FloorZ           float64 // of its lowest point
	Front            float64 // radians about +Z from +X: where its front looks
}

// Reading tells what Settle found the positions of a file to mean.
type Reading struct {
	Across float64 // the position's place in the shelf's width: -0.5, 0 or 0.5 from its middle along +x
	Along  float64 // in its depth, along +y
	Up     float64 // in its height: 0 the floor, -0.5 the middle
	Front  float64 // 1: the front looks along the frame's +y, -1: along -y
	Stood  float64 // share of footprint that stands in another shelf
	Shut   int     // shelves with another right before their front
	Backed int     // shelves with another right behind their back
}

// String is for a person.
func (r Reading) String() string {
	where := "middle"
	side := map[float64]string{-0.5: "right", 0: "", 0.5: "left"}[r.Across]
	if r.Along != 0 {
		where = "back"
		if r.Along*r.Front < 0 {
			where = "front"
		}
		if side != "" {
			where += " " + side + " corner"
		}
	} else if side != "" {
		where = side + " side"
	}
	return fmt.Sprintf("positions are taken as the %s of each shelf: so %.1f %% of their area stands in another, %d have their front shut, %d stand back to back",
		where, 100*r.Stood, r.Shut, r.Backed)
}

// Distances that tell front from back, metres.
const (
	shutReach = 0.6 // nobody could stand there to reach a shelf
	backReach = 0.2
	samples   = 6 // across and along a footprint
)

// Settle finds what the positions of a file's shelves mean: of the corner,
// side and middle, and of the two ways to look, the one in which the shelves
// stand least in each other, fewest fronts are shut and most stand back to
// back. Where two readings are as good, as when positions mean the backs of
// double rows, the one with fronts along -y holds, as the field has it. An empty
// list gives nothing.
func Settle(list []Shelf) ([]Placed, Reading) {
	best := Reading{}
	bestCost := math.Inf(1)
	for _, front := range []float64{-1, 1} {
		for _, across := range []float64{0, 0.5, -0.5} {
			for _, along := range []float64{0, 0.5, -0.5} {
				boxes := footprints(list, across, along)
				grid := index(boxes)
				stood := grid.stood()
				r := Reading{Across: across, Along: along, Front: front, Stood: stood}
				for i, b := range boxes {
					if grid.hit(i, b.before(front, shutReach/2)) || grid.hit(i, b.before(front, shutReach)) {
						r.Shut++
					}
					if grid.hit(i, b.before(-front, backReach/2)) || grid.hit(i, b.before(-front, backReach)) {
						r.Backed++
					}
				}
				n := float64(max(1, len(list)))
				cost := 4*r.Stood + 2*float64(r.Shut)/n - 0.5*float64(r.Backed)/n
				if cost < bestCost-1e-9 {
					best, bestCost = r, cost
				}
			}
		}
	}
	best.Up = level(list)
	out := make([]Placed, len(list))
	for i, s := range list {
		b := footprint(s, best.Across, best.Along)
		out[i] = Placed{Shelf: s, CenterX: b.x, CenterY: b.y, FloorZ: s.Z + best.Up*s.Height, Front: s.Yaw + best.Front*math.Pi/2}
	}
	return out, best
}

// level tells whether positions lie at the floor or at half height: the one at
// which the shelves stand on one floor.
func level(list []Shelf) float64 {
	spread := func(up float64) float64 {
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, s := range list {
			z := s.Z + up*s.Height
			lo, hi = math.Min(lo, z), math.Max(hi, z)
		}
		return hi - lo + 0.01*math.Abs(lo)
	}
	if len(list) > 0 && spread(-0.5) < spread(0) {
		return -0.5
	}
	return 0
}

// box is a footprint: its middle, half sizes and heading.
type box struct{ x, y, w, d, c, s float64 }

func footprint(s Shelf, across, along float64) box {
	sin, cos := math.Sincos(s.Yaw)
	dx, dy := across*s.Width, along*s.Depth
	return box{s.X + cos*dx - sin*dy, s.Y + sin*dx + cos*dy, s.Width / 2, s.Depth / 2, cos, sin}
}

func footprints(list []Shelf, across, along float64) []box {
	out := make([]box, len(list))
	for i, s := range list {
		out[i] = footprint(s, across, along)
	}
	return out
}

// at is a point of the box's own frame, in shares of its half sizes.
func (b box) at(u, v float64) [2]float64 {
	x, y := u*b.w, v*b.d
	return [2]float64{b.x + b.c*x - b.s*y, b.y + b.s*x + b.c*y}
}

// before is a point that far before the middle of a side.
func (b box) before(front, reach float64) [2]float64 {
	return b.at(0, front*(1+reach/b.d))
}

func (b box) holds(p [2]float64) bool {
	dx, dy := p[0]-b.x, p[1]-b.y
	return math.Abs(b.c*dx+b.s*dy) < b.w && math.Abs(-b.s*dx+b.c*dy) < b.d
}

// grid finds the boxes near a point.
type grid struct {
	boxes []box
	cells map[[2]int][]int
}

const cellSize = 2.0 // metres: about a shelf

func index(boxes []box) *grid {
	g := &grid{boxes: boxes, cells: map[[2]int][]int{}}
	for i, b := range boxes {
		r := math.Hypot(b.w, b.d)
		for x := int(math.Floor((b.x - r) / cellSize)); x <= int(math.Floor((b.x+r)/cellSize)); x++ {
			for y := int(math.Floor((b.y - r) / cellSize)); y <= int(math.Floor((b.y+r)/cellSize)); y++ {
				g.cells[[2]int{x, y}] = append(g.cells[[2]int{x, y}], i)
			}
		}
	}
	return g
}

// hit tells whether a point lies in a box other than i.
func (g *grid) hit(i int, p [2]float64) bool {
	for _, j := range g.cells[[2]int{int(math.Floor(p[0] / cellSize)), int(math.Floor(p[1] / cellSize))}] {
		if j != i && g.boxes[j].holds(p) {
			return true
		}
	}
	return false
}

// stood is the share of all footprints that lies in another.
func (g *grid) stood() float64 {
	hits, all := 0, 0
	for i, b := range g.boxes {
		for u := range samples {
			for v := range samples {
				all++
				if g.hit(i, b.at((2*float64(u)+1)/samples-1, (2*float64(v)+1)/samples-1)) {
					hits++
				}
			}
		}
	}
	return float64(hits) / float64(max(1, all))
}
