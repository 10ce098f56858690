package survey

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// Bounds of rooms, metres unless named otherwise.
const (
	roomAreaLeast  = 0.9  // m²
	roomWidthLeast = 0.45 // twice the area over half the outline
	floorReach     = 0.15 // of a floor's points about the storey's floor
	ceilingShare   = 0.3  // of a room's area that its ceiling must cover
	seenLittle     = 0.12 // of a room's area: below it a ceiling or floor counts as not seen
	enclosedLeast  = 0.6  // of a room's outline that must be wall where no ceiling was seen
	enclosedSome   = 0.3  // of a small room's outline that must be wall
	openAreaLeast  = 12   // m² from which a space may be open all round
	borderCost     = 0.35 // m² of wrong label that one metre of border without a wall is worth
	thinWidth      = 0.4  // of a cell that may lie within a wall
	thinMost       = 6    // times its area that such a cell counts
	slantLeast     = 0.35 // of a slanted ceiling's normal against up
	cornerReach    = 0.03 // of points in the corner of a wall and a floor or ceiling
	passageLeast   = 0.08 // of the border of two cells of one room
	columnLeast    = 0.03 // m² of a hole in a room; smaller ones are closed
	madeApart      = 0.8  // between lines where no wall is
	madeClear      = 0.25 // from a wall along them
	madeMost       = 80   // of them along the longer side
	closeReach     = 0.15 // by which seen pixels grow in wide cells, so that a thin scan covers them
	closeWidth     = 0.5  // of a cell that a grown pixel does not bridge
	cleanHeight    = 0.06 // below the ceiling, where walls are read off
)

// band is between which heights a storey's walls are read off: above heads,
// doors and most furniture.
func (st Storey) band() (low, high float64) {
	h := st.CeilingY - st.FloorY
	low = math.Min(math.Max(math.Min(2.05, 0.8*h), 0.6*h), 2.6)
	return st.FloorY + low, st.CeilingY - cleanHeight
}

// plan finds the rooms of a storey and their walls.
func (s *Survey) plan(ctx context.Context, storey int, pts []point) error {
	st := s.Storeys[storey]
	top := math.Inf(1)
	if storey+1 < len(s.Storeys) {
		top = s.Storeys[storey+1].FloorY
	}
	footprint := s.seenInPlan(storey, pts, top)
	if footprint == nil {
		s.note("storey %d: nothing level was seen", storey+1)
		return nil
	}
	low, high := st.band()
	ups := uprights(pts, low, high)
	ls := lines(ups, s.Frame.manhattanAligned)
	if total := length(ls); total*total < 2*footprint.area() {
		s.note("storey %d: little was seen of the walls above %.1f m: they were read off at all heights", storey+1, low-st.FloorY)
		ups = uprights(pts, st.FloorY+0.3, high)
		ls = lines(ups, s.Frame.manhattanAligned)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	ls = slices.DeleteFunc(ls, func(l line) bool { return l.length < lineLeast })
	lo := footprint.min
	hi := lo.Add(geom.Vec2{float64(footprint.w), float64(footprint.h)}.Mul(footprint.size))
	ls = append(ls, made(lo, hi, ls)...)
	cells := arrange(ls, lo, hi)
	es := edges(cells)
	s.judge(storey, cells, es, ls, footprint)
	groups := joinCells(cells, es, ls)
	if err := ctx.Err(); err != nil {
		return err
	}
	walls := uprights(pts, st.FloorY+0.1, high)
	first := len(s.Rooms)
	for g := range groups {
		s.room(storey, g, cells, es, ls, [2][]upright2{ups, walls})
	}
	for i := first; i < len(s.Rooms); i++ {
		s.heights(&s.Rooms[i], pts, top)
	}
	s.walls(storey, first, walls, pts)
	return nil
}

// room traces the outline of a group of cells and keeps it when it can be a
// room.
func (s *Survey) room(storey, group int, cells []cell, es []edge, ls []line, walls [2][]upright2) {
	var sides []side
	var area, floor, ceil, cover, around float64
	for i := range cells {
		if c := &cells[i]; c.room == group {
			area += c.area
			floor += c.floor * c.area
			ceil += c.ceil * c.area
		}
	}
	if area < roomAreaLeast {
		return
	}
	for _, e := range es {
		in := cells[e.cell].room == group
		out := e.other >= 0 && cells[e.other].room == group
		if in == out {
			continue
		}
		c := &cells[e.cell]
		sd := side{c.loop[e.at], c.loop[(e.at+1)%len(c.loop)], c.lines[e.at]}
		if out {
			sd.a, sd.b = sd.b, sd.a
		}
		w := sd.b.Sub(sd.a).Len()
		around += w
		if sd.line >= 0 {
			l := &ls[sd.line]
			cover += w * share(l.filled, l.from, l.along(sd.a[0], sd.a[1]), l.along(sd.b[0], sd.b[1]))
		}
		sides = append(sides, sd)
	}
	if 4*area/around < roomWidthLeast || cover < enclosedSome*around && area < openAreaLeast {
		return
	}
	room := Room{Storey: storey, FloorY: s.Storeys[storey].FloorY, FloorSeen: floor / area, CeilingSeen: ceil / area}
	if room.FloorSeen < 0.05 && cover < 0.5*around && s.Storeys[storey].FloorSeen {
		return // a roof beside the rooms, seen from above
	}
	if room.CeilingSeen < seenLittle && cover < enclosedLeast*around && s.Storeys[storey].CeilingSeen {
		return // the ground outside, seen through an opening
	}
	for _, loop := range chain(sides) {
		loop = straighten(loop)
		if len(loop) < 3 {
			continue
		}
		outline := refit(loop, ls, walls)
		if !simple(outline) { // corners that a fit has moved past each other
			outline = outline[:0]
			for _, sd := range loop {
				outline = append(outline, sd.a)
			}
		}
		outline = distinct(outline)
		if len(outline) < 3 {
			continue
		}
		switch a := geom.Area(outline); {
		case a > 0 && a > math.Abs(geom.Area(room.Outline)):
			if room.Outline != nil {
				room.Holes = room.Holes[:0]
			}
			room.Outline = outline
		case a < -columnLeast:
			room.Holes = append(room.Holes, outline)
		}
	}
	if room.Outline == nil {
		return
	}
	room.Area = geom.Area(room.Outline)
	for _, h := range room.Holes {
		room.Area += geom.Area(h)
	}
	if room.Area < roomAreaLeast {
		return
	}
	// Seen from above (x to the right, z towards the viewer) the loop that is
	// counter-clockwise in the plane of x and z runs clockwise.
	slices.Reverse(room.Outline)
	for _, h := range room.Holes {
		slices.Reverse(h)
	}
	s.Rooms = append(s.Rooms, room)
}

// heights reads a room's floor and ceiling off its own points.
func (s *Survey) heights(room *Room, pts []point, top float64) {
	st := s.Storeys[room.Storey]
	lo, hi := bounds(room.Outline)
	hist := map[int]map[[2]int32]struct{}{}
	var floor, ceiling palette
	var floors []float64
	var tops []float64
	for i := range pts {
		p := &pts[i]
		x, y, z := float64(p.P[0]), float64(p.P[1]), float64(p.P[2])
		if x < lo[0] || x > hi[0] || z < lo[1] || z > hi[1] || y > top+0.1 || y < st.FloorY-0.3 {
			continue
		}
		level := math.Abs(float64(p.N[1]))
		if level < 0.35 || !contains(room.Outline, geom.Vec2{x, z}) {
			continue
		}
		switch {
		case level > cosLevel && math.Abs(y-st.FloorY) < floorReach:
			floors = append(floors, y)
			floor.add(p.C)
		case y > st.FloorY+heightLeast:
			tops = append(tops, y)
			ceiling.add(p.C)
			if level > cosLevel {
				b := int(math.Floor(y / 0.05))
				if hist[b] == nil {
					hist[b] = map[[2]int32]struct{}{}
				}
				hist[b][[2]int32{int32(math.Floor(x / 0.15)), int32(math.Floor(z / 0.15))}] = struct{}{}
			}
		}
	}
	room.FloorColour, room.FloorColoured = floor.median()
	room.CeilingColour, room.CeilingColoured = ceiling.median()
	if len(floors) > 20 {
		slices.Sort(floors)
		room.FloorY = floors[len(floors)/2]
	}
	cellsOf := room.Area / (0.15 * 0.15)
	best, most := 0, 0.0
	var keys []int
	for b := range hist {
		keys = append(keys, b)
	}
	slices.Sort(keys)
	for _, b := range keys {
		n := float64(len(hist[b])) + 0.5*float64(len(hist[b-1])+len(hist[b+1]))
		if n/cellsOf > ceilingShare && most/cellsOf < ceilingShare || n > most && (most/cellsOf < ceilingShare || n > 1.6*most) {
			best, most = b, n
		}
	}
	room.CeilingSeen = math.Min(1, most/cellsOf)
	switch {
	case most/cellsOf >= seenLittle:
		y, _ := fitLevel(pts, (float64(best)+0.5)*0.05, func(p *point) bool {
			return contains(room.Outline, geom.Vec2{float64(p.P[0]), float64(p.P[2])})
		})
		room.Height = y - room.FloorY
	case len(tops) > 50: // a pitched or broken ceiling: as high as most of it
		slices.SortFunc(tops, cmp.Compare)
		room.Height = tops[len(tops)*9/10] - room.FloorY
	default:
		room.Height = st.CeilingY - room.FloorY
	}
}
