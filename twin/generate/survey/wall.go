package survey

import (
	"cmp"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Bounds of walls, metres unless named otherwise.
const (
	thickAssumed  = 0.2
	thickMost     = 0.65
	thickLeast    = 0.04
	pieceLeast    = 0.45 // shorter pieces of a face go with their neighbour
	notSeenShare  = 0.3  // of a piece's length: less and no wall is drawn
	mitreMost     = 3    // thicknesses
	parallel      = 0.05 // radians between two faces of one wall
	openSideLeast = 0.3
)

// face is one side of a wall, seen from its room.
type face struct {
	room       int
	a, b       geom.Vec2 // inner ends; the room lies to the left seen from above
	oa, ob     geom.Vec2 // outer ends
	out        geom.Vec2 // unit, away from the room
	thick      float64   // of this half
	floor, top float64   // heights
	rms, seen  float64
}

// piece is a stretch of a room's side with one neighbour.
type piece struct {
	side     int
	from, to float64 // along the side
	mate     int     // side on the other face of the wall; -1: none
	gap      float64
	wall     int
}

// roomSide is an edge of a room's loops.
type roomSide struct {
	room, loop int
	a, b       geom.Vec2
	dir, out   geom.Vec2
	long       float64
	pieces     []piece
}

// walls makes the walls of a storey from the sides of its rooms, which begin at
// index first.
func (s *Survey) walls(storey, first int, ups []upright2, pts []point) {
	var sides []roomSide
	for r := first; r < len(s.Rooms); r++ {
		loops := append([][]geom.Vec2{s.Rooms[r].Outline}, s.Rooms[r].Holes...)
		for k, loop := range loops {
			for i, a := range loop {
				b := loop[(i+1)%len(loop)]
				long := b.Sub(a).Len()
				if long < 1e-6 {
					continue
				}
				dir := b.Sub(a).Mul(1 / long)
				sides = append(sides, roomSide{room: r, loop: k, a: a, b: b, dir: dir, out: geom.Vec2{-dir[1], dir[0]}, long: long})
			}
		}
	}
	for i := range sides {
		sides[i].pieces = split(sides, i)
	}
	base := len(s.Walls)
	for i := range sides {
		for k := range sides[i].pieces {
			s.wallOf(storey, sides, &sides[i].pieces[k])
		}
	}
	s.raise(sides, ups)
	for w := base; w < len(s.Walls); w++ {
		s.look(&s.Walls[w], pts)
	}
}

// split parts a side by what lies behind it.
func split(sides []roomSide, i int) []piece {
	sd := &sides[i]
	type span struct {
		from, to, gap float64
		mate          int
	}
	var spans []span
	for j := range sides {
		m := &sides[j]
		if j == i || sd.dir.Dot(m.dir) > -math.Cos(parallel) {
			continue
		}
		t0, t1 := sd.dir.Dot(m.b.Sub(sd.a)), sd.dir.Dot(m.a.Sub(sd.a))
		from, to := math.Max(0, t0), math.Min(sd.long, t1)
		if to-from < math.Min(0.3, 0.5*math.Min(sd.long, m.long)) {
			continue
		}
		mid := sd.a.Add(sd.dir.Mul((from + to) / 2))
		gap := m.out.Dot(mid.Sub(m.a))
		// mid lies on the far side of the mate's face by the wall's thickness
		if gap < -0.03 || gap > thickMost {
			continue
		}
		spans = append(spans, span{from, to, gap, j})
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Compare(a.gap, b.gap) })
	var cuts []float64
	cuts = append(cuts, 0, sd.long)
	for _, sp := range spans {
		cuts = append(cuts, sp.from, sp.to)
	}
	slices.Sort(cuts)
	var out []piece
	for k := 0; k+1 < len(cuts); k++ {
		if cuts[k+1]-cuts[k] < 1e-6 {
			continue
		}
		p := piece{side: i, from: cuts[k], to: cuts[k+1], mate: -1, wall: -1}
		mid := (p.from + p.to) / 2
		for _, sp := range spans {
			if mid > sp.from && mid < sp.to {
				p.mate, p.gap = sp.mate, sp.gap
				break
			}
		}
		if n := len(out); n > 0 && out[n-1].mate == p.mate {
			out[n-1].to = p.to
			continue
		}
		out = append(out, p)
	}
	for len(out) > 1 { // a short piece goes with its longer neighbour
		least := 0
		for k := range out {
			if out[k].to-out[k].from < out[least].to-out[least].from {
				least = k
			}
		}
		if out[least].to-out[least].from >= pieceLeast {
			break
		}
		into := least - 1
		if least == 0 || least+1 < len(out) && out[least+1].to-out[least+1].from > out[into].to-out[into].from {
			into = least + 1
		}
		out[into].from = math.Min(out[into].from, out[least].from)
		out[into].to = math.Max(out[into].to, out[least].to)
		out = slices.Delete(out, least, least+1)
		for k := 1; k < len(out); k++ {
			if out[k].mate == out[k-1].mate {
				out[k-1].to = out[k].to
				out = slices.Delete(out, k, k+1)
				k--
			}
		}
	}
	return out
}

// wallOf gives a piece its wall, which it shares with the piece behind it.
func (s *Survey) wallOf(storey int, sides []roomSide, p *piece) {
	sd := &sides[p.side]
	if p.mate >= 0 {
		m := &sides[p.mate]
		best, most := -1, 0.1
		for k, q := range m.pieces {
			if q.mate != p.side || q.wall < 0 {
				continue
			}
			t0, t1 := sd.dir.Dot(m.a.Add(m.dir.Mul(q.to)).Sub(sd.a)), sd.dir.Dot(m.a.Add(m.dir.Mul(q.from)).Sub(sd.a))
			if both := math.Min(p.to, t1) - math.Max(p.from, t0); both > most {
				best, most = k, both
			}
		}
		if best >= 0 && s.Walls[m.pieces[best].wall].Rooms[1] < 0 {
			p.wall = m.pieces[best].wall
			w := &s.Walls[p.wall]
			w.Rooms[1] = sd.room
			w.BothSeen = true
			return
		}
	}
	p.wall = len(s.Walls)
	w := Wall{Storey: storey, Rooms: [2]int{sd.room, -1}, Thickness: thickAssumed}
	w.A, w.B = sd.a.Add(sd.dir.Mul(p.from)), sd.a.Add(sd.dir.Mul(p.to))
	if p.mate >= 0 {
		w.Thickness = math.Max(p.gap, thickLeast)
	}
	s.Walls = append(s.Walls, w)
}

// raise gives every piece its face: mitred with its neighbours, and with what
// was seen of it.
func (s *Survey) raise(sides []roomSide, ups []upright2) {
	for at := 0; at < len(sides); {
		end := at
		for end < len(sides) && sides[end].room == sides[at].room && sides[end].loop == sides[at].loop {
			end++
		}
		var ring []piece
		for i := at; i < end; i++ {
			ring = append(ring, sides[i].pieces...)
		}
		thick := func(p piece) float64 {
			if p.mate < 0 {
				return thickAssumed
			}
			return math.Max(p.gap, thickLeast) / 2
		}
		corner := func(p, q piece) (geom.Vec2, bool) { // between p and q, which follows
			a, b := &sides[p.side], &sides[q.side]
			if p.side == q.side {
				return geom.Vec2{}, false
			}
			m, ok := meet(a.out, a.out.Dot(a.a)+thick(p), b.out, b.out.Dot(b.a)+thick(q))
			if !ok || m.Sub(b.a).Len() > mitreMost*math.Max(thick(p), thick(q)) {
				return geom.Vec2{}, false
			}
			return m, true
		}
		n := len(ring)
		for k, p := range ring {
			sd := &sides[p.side]
			room := &s.Rooms[sd.room]
			f := face{room: sd.room, out: sd.out, thick: thick(p), floor: room.FloorY, top: room.FloorY + room.Height}
			f.a, f.b = sd.a.Add(sd.dir.Mul(p.from)), sd.a.Add(sd.dir.Mul(p.to))
			f.oa, f.ob = f.a.Add(f.out.Mul(f.thick)), f.b.Add(f.out.Mul(f.thick))
			if m, ok := corner(ring[(k+n-1)%n], p); ok {
				f.oa = m
			}
			if m, ok := corner(p, ring[(k+1)%n]); ok {
				f.ob = m
			}
			if f.ob.Sub(f.oa).Dot(sd.dir) < 0.01 { // mitres that would cross
				f.oa, f.ob = f.a.Add(f.out.Mul(f.thick)), f.b.Add(f.out.Mul(f.thick))
			}
			f.seen, f.rms = seenAlong(f, ups)
			w := &s.Walls[p.wall]
			w.faces = append(w.faces, f)
			if len(w.faces) == 1 {
				w.Seen, w.RMS, w.FloorY, w.Height = f.seen, f.rms, f.floor, f.top-f.floor
			}
		}
		at = end
	}
	for r := range s.Rooms {
		s.Rooms[r].Open = 0
	}
	for i := range s.Walls {
		w := &s.Walls[i]
		for k, f := range w.faces {
			if k > 0 && f.seen > w.Seen {
				w.Seen = f.seen
			}
		}
		w.NotSeen = w.Seen < notSeenShare
		if w.NotSeen {
			for _, f := range w.faces {
				s.Rooms[f.room].Open += f.b.Sub(f.a).Len()
			}
		}
	}
}

// seenAlong is the share of a face's length where upright points lie on it, and
// how far they stray from it, metres.
func seenAlong(f face, ups []upright2) (share, rms float64) {
	dir := f.b.Sub(f.a)
	long := dir.Len()
	dir = dir.Mul(1 / long)
	bins := max(1, int(math.Ceil(long/alongBin)))
	hit := make([]bool, bins)
	var sum, sum2, n float64
	for i := range ups {
		u := &ups[i]
		x, z := u.x-f.a[0], u.z-f.a[1]
		t, o := dir[0]*x+dir[1]*z, f.out[0]*x+f.out[1]*z
		if t < 0 || t >= long || math.Abs(o) > 0.06 || math.Abs(u.nx*f.out[0]+u.nz*f.out[1]) < 0.9 {
			continue
		}
		hit[min(bins-1, int(t/alongBin))] = true
		if math.Abs(o) < lineReach {
			sum, sum2, n = sum+o, sum2+o*o, n+1
		}
	}
	k := 0
	for _, h := range hit {
		if h {
			k++
		}
	}
	if n > 0 {
		rms = math.Sqrt(sum2 / n)
	}
	return float64(k) / float64(bins), rms
}

// look takes a wall's colour from the points on it.
func (s *Survey) look(w *Wall, pts []point) {
	if len(w.faces) == 0 {
		return
	}
	f := w.faces[0]
	dir := f.b.Sub(f.a)
	long := dir.Len()
	dir = dir.Mul(1 / long)
	var c palette
	for i := range pts {
		p := &pts[i]
		if y := float64(p.P[1]); y < f.floor+0.2 || y > f.top-0.05 {
			continue
		}
		x, z := float64(p.P[0])-f.a[0], float64(p.P[2])-f.a[1]
		if o := f.out[0]*x + f.out[1]*z; math.Abs(o) > 0.05 {
			continue
		}
		if t := dir[0]*x + dir[1]*z; t > 0 && t < long {
			c.add(p.C)
		}
	}
	w.Colour, w.Coloured = c.median()
}
