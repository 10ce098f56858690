package survey

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// slabs makes the floor and the ceiling of every room, as far as they were
// seen or must be there.
func (s *Survey) slabs() {
	for r := range s.Rooms {
		room := &s.Rooms[r]
		outline := s.outerOutline(r)
		s.Slabs = append(s.Slabs, Slab{Room: r, Y: room.FloorY, Outline: outline, Colour: room.FloorColour, Coloured: room.FloorColoured})
		if room.CeilingSeen >= seenLittle {
			s.Slabs = append(s.Slabs, Slab{Room: r, Ceiling: true, Y: room.FloorY + room.Height, Outline: outline, Colour: room.CeilingColour, Coloured: room.CeilingColoured})
		}
		if room.FloorSeen < seenLittle {
			s.note("%s: its floor was not seen; it is drawn at the storey's height", roomName(r))
		}
		if room.CeilingSeen < seenLittle {
			s.note("%s: no ceiling was seen; none is drawn, and its height of %.2f m is assumed", roomName(r), room.Height)
		}
		if room.Open > openSideLeast {
			s.note("%s: along %.1f m of its outline no wall was seen; it is left open", roomName(r), room.Open)
		}
	}
	assumed := 0
	for i := range s.Walls {
		if !s.Walls[i].BothSeen && !s.Walls[i].NotSeen {
			assumed++
		}
	}
	if assumed > 0 {
		s.note("%d walls were seen from one side: a thickness of %.0f mm is assumed", assumed, 1000*thickAssumed)
	}
}

func roomName(r int) string { return fmt.Sprintf("room-%d", r+1) }

// outerOutline is a room's outline moved out to the middle or the back of its
// walls, so that slabs meet beneath them.
func (s *Survey) outerOutline(r int) []geom.Vec2 {
	outline := s.Rooms[r].Outline
	n := len(outline)
	thick := make([]float64, n)
	for i, a := range outline {
		b := outline[(i+1)%n]
		for w := range s.Walls {
			for _, f := range s.Walls[w].faces {
				if f.room == r && f.a.Sub(a).Dot(b.Sub(a).Normalize()) > -1e-6 && onLine(a, b, f.a) && onLine(a, b, f.b) {
					thick[i] = math.Max(thick[i], f.thick)
				}
			}
		}
	}
	out := make([]geom.Vec2, n)
	for i, p := range outline {
		prev, next := outline[(i+n-1)%n], outline[(i+1)%n]
		d0, d1 := p.Sub(prev).Normalize(), next.Sub(p).Normalize()
		o0, o1 := geom.Vec2{-d0[1], d0[0]}, geom.Vec2{-d1[1], d1[0]}
		t0, t1 := thick[(i+n-1)%n], thick[i]
		m, ok := meet(o0, o0.Dot(p)+t0, o1, o1.Dot(p)+t1)
		if !ok || m.Sub(p).Len() > mitreMost*math.Max(t0, t1) {
			m = p
		}
		out[i] = m
	}
	if a, b := geom.Area(outline), geom.Area(out); a*b <= 0 || math.Abs(b) < math.Abs(a) || !simple(out) {
		return outline
	}
	return out
}

func onLine(a, b, p geom.Vec2) bool {
	d := b.Sub(a).Normalize()
	return math.Abs(d[0]*(p[1]-a[1])-d[1]*(p[0]-a[0])) < 1e-4 && d.Dot(p.Sub(a)) < b.Sub(a).Len()+1e-4
}

// name numbers everything.
func (s *Survey) name() {
	for i := range s.Rooms {
		s.Rooms[i].ID = roomName(i)
	}
	for i := range s.Walls {
		s.Walls[i].Name = fmt.Sprintf("Wall %d", i+1)
		s.Walls[i].Entity = fmt.Sprintf("building/wall-%d", i+1)
	}
	floors, ceilings := 0, 0
	for i := range s.Slabs {
		sl := &s.Slabs[i]
		if sl.Ceiling {
			ceilings++
			sl.Name, sl.Entity = fmt.Sprintf("Ceiling %d", ceilings), fmt.Sprintf("building/ceiling-%d", ceilings)
		} else {
			floors++
			sl.Name, sl.Entity = fmt.Sprintf("Floor %d", floors), fmt.Sprintf("building/floor-%d", floors)
		}
	}
	kinds := [2]int{}
	for i := range s.Openings {
		o := &s.Openings[i]
		kinds[o.Kind]++
		o.Entity = fmt.Sprintf("building/%s-%d", o.Kind, kinds[o.Kind])
	}
	for i := range s.Stairs {
		s.Stairs[i].Entity = fmt.Sprintf("building/stair-%d", i+1)
	}
	for i := range s.Objects {
		s.Objects[i].Entity = fmt.Sprintf("object-%d", i+1)
	}
}
