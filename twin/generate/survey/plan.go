package survey

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// made are lines that no wall stands on. They part the plan finely enough for
// an open side to end where nothing was seen any more.
func made(lo, hi geom.Vec2, walls []line) []line {
	var out []line
	step := math.Max(madeApart, math.Max(hi[0]-lo[0], hi[1]-lo[1])/madeMost)
	for axis, n := range [2]geom.Vec2{{1, 0}, {0, 1}} {
		for d := lo[axis] + step; d < hi[axis]; d += step {
			beside := slices.ContainsFunc(walls, func(w line) bool {
				return math.Abs(w.n.Dot(n)) > math.Cos(parallel) && math.Abs(w.d*math.Copysign(1, w.n.Dot(n))-d) < madeClear
			})
			if !beside {
				out = append(out, line{n: n, d: d, made: true})
			}
		}
	}
	return out
}

func length(ls []line) float64 {
	total := 0.0
	for i := range ls {
		total += ls[i].length
	}
	return total
}

// seenInPlan maps where a storey's floor and ceiling were seen; nil: nowhere.
func (s *Survey) seenInPlan(storey int, pts []point, top float64) *raster {
	st := s.Storeys[storey]
	under := math.Inf(1)
	if storey > 0 {
		under = s.Storeys[storey-1].FloorY + heightLeast
	}
	bit := func(p *point) uint8 {
		y := float64(p.P[1])
		switch steep := math.Abs(float64(p.N[1])); {
		case math.Abs(y-st.FloorY) < cornerReach: // at the foot of a wall normals lean
			return seenFloor
		case st.CeilingSeen && math.Abs(y-st.CeilingY) < cornerReach:
			return seenCeiling
		case steep > cosLevel && math.Abs(y-st.FloorY) < floorReach:
			return seenFloor
		case steep > cosLevel && math.Abs(y-top) < floorReach:
			return seenAbove
		case steep > cosLevel && y > under && y < st.FloorY:
			return seenUnder
		case y < st.FloorY+heightLeast:
			return 0
		case steep > cosLevel && y < top:
			return seenCeiling
		case steep > cosLevel:
			return seenBeyond
		case steep > slantLeast && y < top:
			return seenSlant
		case steep < sinUpright && p.N != [3]float32{}:
			return seenWall
		}
		return 0
	}
	var xs, zs []float32
	for i := range pts {
		if bit(&pts[i])&(seenFloor|seenCeiling|seenSlant) != 0 {
			xs, zs = append(xs, pts[i].P[0]), append(zs, pts[i].P[2])
		}
	}
	if len(xs) < 50 {
		return nil
	}
	slices.Sort(xs)
	slices.Sort(zs)
	k := len(xs) / 1000
	lo := geom.Vec2{float64(xs[k]) - rasterMargin, float64(zs[k]) - rasterMargin}
	hi := geom.Vec2{float64(xs[len(xs)-1-k]) + rasterMargin, float64(zs[len(zs)-1-k]) + rasterMargin}
	r := newRaster(lo, hi, math.Max(rasterUsual, 0.8*s.Points.spacing))
	for i := range pts {
		if b := bit(&pts[i]); b != 0 {
			r.set(float64(pts[i].P[0]), float64(pts[i].P[2]), b)
		}
	}
	near := r.close(max(1, int(math.Round(2*closeReach/r.size))))
	for i, b := range r.bits { // where the next storey has no floor, its ceiling is this one's
		if b&seenBeyond != 0 && near.bits[i]&seenAbove == 0 {
			b |= seenCeiling
		}
		if b&seenSlant != 0 && near.bits[i]&seenWall == 0 { // and not where a wall and a ceiling meet
			b |= seenCeiling
		}
		r.bits[i] = b & (seenFloor | seenCeiling | seenUnder)
	}
	return r
}

// area is what the raster shows as seen, m².
func (r *raster) area() float64 {
	n := 0
	for _, b := range r.bits {
		if b&(seenFloor|seenCeiling) != 0 {
			n++
		}
	}
	return float64(n) * r.size * r.size
}

// judge tells which cells lie inside.
//
// A cell of which floor or ceiling was seen is likely inside, and a border
// between inside and outside likely lies where a wall was seen: the labels are
// those of the least cut.
func (s *Survey) judge(storey int, cells []cell, es []edge, ls []line, r *raster) {
	net := newNetwork(len(cells) + 2)
	source, sink := len(cells), len(cells)+1
	closed := r.close(max(1, int(math.Round(closeReach/r.size))))
	var fine, grown, whole float64 // of wide cells: how many pixels a seen surface fills
	for i := range cells {
		c := &cells[i]
		var under float64
		c.floor, c.ceil, c.seen, under = shares(closed, c.loop)
		c.void = storey > 0 && c.floor < upperFloor && under < upperFloor
		if c.width() > closeWidth {
			if c.seen > 0.95 && whole < 4e6 {
				_, _, share, _ := shares(r, c.loop)
				fine, grown, whole = fine+share*c.area, grown+c.seen*c.area, whole+c.area
			}
		}
	}
	dense := 0.8
	if grown > 0 {
		dense = math.Max(0.2, fine/grown)
	}
	for i := range cells {
		c := &cells[i]
		if c.width() <= closeWidth {
			c.floor, c.ceil, c.seen, _ = shares(r, c.loop)
			for _, v := range []*float64{&c.floor, &c.ceil, &c.seen} {
				*v = math.Min(1, *v/dense)
			}
		}
		seenShare := c.seen
		if c.void {
			seenShare = 0
		}
		// What lies within a wall is thin: it counts by its length.
		weight := 2 * c.area * math.Max(1, math.Min(thinMost, thinWidth/c.width()))
		net.join(source, i, weight*math.Max(0, seenShare-insideShare), 0)
		net.join(i, sink, weight*math.Max(0, insideShare-seenShare), 0)
	}
	for _, e := range es {
		c := &cells[e.cell]
		a, b := c.loop[e.at], c.loop[(e.at+1)%len(c.loop)]
		open := borderCost * b.Sub(a).Len()
		if k := c.lines[e.at]; k >= 0 && !ls[k].made {
			l := &ls[k]
			open *= 1.02 - share(l.filled, l.from, l.along(a[0], a[1]), l.along(b[0], b[1]))
		}
		if e.other < 0 {
			net.join(e.cell, sink, open, 0)
		} else {
			net.join(e.cell, e.other, open, open)
		}
	}
	for i, in := range net.cut(source, sink)[:len(cells)] {
		cells[i].inside = in
	}
}

// shares tells how much of a loop shows a floor, a ceiling, either of them, and
// the underside of the floor.
func shares(r *raster, loop []geom.Vec2) (floor, ceil, either, under float64) {
	n := 0.0
	r.each(loop, func(b uint8) {
		n++
		if b&seenFloor != 0 {
			floor++
		}
		if b&seenCeiling != 0 {
			ceil++
		}
		if b&(seenFloor|seenCeiling) != 0 {
			either++
		}
		if b&seenUnder != 0 {
			under++
		}
	})
	return floor / n, ceil / n, either / n, under / n
}

// joinCells groups the inner cells between which no wall stands.
func joinCells(cells []cell, es []edge, ls []line) [][]int {
	root := make([]int, len(cells))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, e := range es {
		if e.other < 0 || !cells[e.cell].inside || !cells[e.other].inside {
			continue
		}
		c := &cells[e.cell]
		a, b := c.loop[e.at], c.loop[(e.at+1)%len(c.loop)]
		if b.Sub(a).Len() < passageLeast {
			continue
		}
		l := &ls[c.lines[e.at]]
		if share(l.filled, l.from, l.along(a[0], a[1]), l.along(b[0], b[1])) < wallShare {
			root[find(e.cell)] = find(e.other)
		}
	}
	at := map[int]int{}
	var groups [][]int
	for i := range cells {
		if !cells[i].inside {
			continue
		}
		r := find(i)
		g, ok := at[r]
		if !ok {
			g = len(groups)
			at[r] = g
			groups = append(groups, nil)
		}
		cells[i].room = g
		groups[g] = append(groups[g], i)
	}
	return groups
}
