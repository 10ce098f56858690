package cause

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
)

const (
	touching  = 0.15 // m between things of one row
	looseMost = 1.6  // m that a thing is long at most that stands alone, not as a row
	aisleMost = 4.0  // m of clear width beyond which it is no aisle
	shortest  = 0.1  // m of lack that counts
)

// row is what stands together; one thing alone is one, too.
type row struct {
	members []twin.Asset
	loose   bool      // a small thing that stands by itself, as a pallet
	normal  geom.Vec2 // unit, across the row
	sides   [2]side   // towards normal, and against it
}

// side is the aisle along one side of a row.
type side struct {
	clear float64   // m, median over the members; +Inf: no aisle
	mid   geom.Vec2 // halfway across, at the middle of the row
	wall  bool      // no row along it bounds it, but a wall, or the ends of rows
}

// rowsOf groups the things that stand on a storey.
func rowsOf(site *twin.Site, floorY float64, role func(string) ground.Role, rooms []plan.Floor) []row {
	var things []twin.Asset
	for _, a := range site.Assets {
		if base := a.Pose.Position[1] - floorY; role(a.Class).Stands && !role(a.Class).Till && math.Abs(base) < 0.5 {
			things = append(things, a)
		}
	}
	root := make([]int, len(things))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	for i := range things {
		for j := range i {
			if gap(ground.Footprint(things[i]), ground.Footprint(things[j])) < touching {
				root[find(i)] = find(j)
			}
		}
	}
	byRoot := map[int]int{}
	var rows []row
	for i, a := range things {
		k, ok := byRoot[find(i)]
		if !ok {
			k = len(rows)
			byRoot[find(i)] = k
			rows = append(rows, row{})
		}
		rows[k].members = append(rows[k].members, a)
	}
	for i := range rows {
		r := &rows[i]
		r.loose = len(r.members) == 1 && max(r.members[0].Size[0], r.members[0].Size[2]) <= looseMost
		along := geom.Vec2{}
		for _, a := range r.members { // fronts of most of it; back to back counts as one
			s, c := math.Sincos(2 * a.Pose.Yaw)
			along = along.Add(geom.Vec2{s, c}.Mul(a.Size[0]))
		}
		half := math.Atan2(along[0], along[1]) / 2
		s, c := math.Sincos(half)
		r.normal = geom.Vec2{s, c}
	}
	for i := range rows {
		for k, sign := range [2]float64{1, -1} {
			rows[i].sides[k] = rows[i].look(rows, i, rows[i].normal.Mul(sign), rooms)
		}
	}
	return rows
}

// gap is the distance between two outlines, 0 when they overlap.
func gap(a, b []geom.Vec2) float64 {
	least := math.Inf(1)
	for _, pair := range [2][2][]geom.Vec2{{a, b}, {b, a}} {
		for _, p := range pair[0] {
			if plan.Inside(pair[1], p) {
				return 0
			}
			for i := range pair[1] {
				e := [2]geom.Vec2{pair[1][i], pair[1][(i+1)%len(pair[1])]}
				least = min(least, plan.Nearest(e, p).Sub(p).Len())
			}
		}
	}
	return least
}

// look measures the aisle along a side of the i-th row, to other rows and walls;
// loose things do not bound it.
func (r *row) look(rows []row, own int, d geom.Vec2, rooms []plan.Floor) side {
	var walls [][2]geom.Vec2
	for _, f := range rooms {
		walls = append(walls, f.Walls()...)
	}
	firstOfRows := len(walls)
	var along []bool // of each wall of a row: the row lies along this one
	for j, other := range rows {
		if j == own || other.loose {
			continue
		}
		side := math.Abs(other.normal.Dot(d)) > 0.9
		for _, a := range other.members {
			p := ground.Footprint(a)
			for k := range p {
				walls, along = append(walls, [2]geom.Vec2{p[k], p[(k+1)%len(p)]}), append(along, side)
			}
		}
	}
	var clear []float64
	var starts []geom.Vec2
	atWall := 0
	for _, a := range r.members {
		m := geom.Vec2{a.Pose.Position[0], a.Pose.Position[2]}
		s, c := math.Sincos(a.Pose.Yaw)
		front := geom.Vec2{s, c}
		if math.Abs(front.Dot(d)) < 0.7 {
			continue // it stands across, as an end cap does
		}
		from := m.Add(d.Mul(a.Size[2] / 2))
		best, by := math.Inf(1), -1
		for i, w := range walls {
			if t, ok := hit(from, d, w); ok && t < best {
				best, by = t, i
			}
		}
		if by < firstOfRows || !along[by-firstOfRows] {
			atWall++
		}
		clear, starts = append(clear, best), append(starts, from)
	}
	if len(clear) == 0 {
		return side{clear: math.Inf(1)}
	}
	mid := geom.Vec2{}
	for _, p := range starts {
		mid = mid.Add(p.Mul(1 / float64(len(starts))))
	}
	slices.Sort(clear)
	m := clear[len(clear)/2]
	return side{clear: m, mid: mid.Add(d.Mul(min(m, aisleMost) / 2)), wall: 2*atWall > len(clear)}
}

// hit is how far along d a wall is met.
func hit(at, d geom.Vec2, w [2]geom.Vec2) (float64, bool) {
	e := w[1].Sub(w[0])
	den := d[0]*e[1] - d[1]*e[0]
	if math.Abs(den) < 1e-12 {
		return 0, false
	}
	q := w[0].Sub(at)
	t, u := (q[0]*e[1]-q[1]*e[0])/den, (q[0]*d[1]-q[1]*d[0])/den
	return t, t > 1e-9 && u >= 0 && u <= 1
}

// usual is the median clear width of the aisles between the rows of a store,
// metres; 0 when there is none.
func usual(rows []row) float64 {
	var list []float64
	for _, r := range rows {
		if r.loose {
			continue
		}
		for _, s := range r.sides {
			if s.clear > 0.3 && s.clear < aisleMost && !s.wall {
				list = append(list, s.clear)
			}
		}
	}
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[len(list)/2]
}

// setBack is by how much and where to a row would stand that took no more of the
// aisle on one of its sides than is usual; zero: it takes none. A row whose other
// side has room to spare is out of its place; one that has none is not.
func (r *row) setBack(k int, norm float64) (by geom.Vec2, spare bool) {
	lack := norm - r.sides[k].clear
	if r.loose || !(lack > shortest) {
		return geom.Vec2{}, false
	}
	d := r.normal
	if k == 0 {
		d = d.Mul(-1)
	}
	room := r.sides[1-k].clear - norm
	if room > shortest && r.sides[1-k].clear < aisleMost {
		return d.Mul(min(lack, room)), true
	}
	return d.Mul(lack), false
}
