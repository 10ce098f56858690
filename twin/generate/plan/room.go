package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Least sizes of a room.
const (
	roomArea  = 0.7  // m²
	roomWidth = 0.45 // metres: twice the area by the circumference
)

// rooms finds the spaces that walls and openings close.
func (d *Draft) rooms(k *ink) {
	type found struct {
		room Room
		loop []vec
	}
	var all []found
	faces := d.graph.faces()
	barred := 0
	for _, f := range faces {
		if f.area < roomArea {
			continue
		}
		loop := straight(f.outline)
		round := 0.0
		for i := range loop {
			round += loop[(i+1)%len(loop)].Sub(loop[i]).Len()
		}
		if len(loop) < 3 || 2*f.area/round < roomWidth/2 {
			continue
		}
		if k.barred(loop) {
			barred++
			continue
		}
		sure, gaps := 0.95, 0
		for _, h := range f.halves {
			e := d.graph.edges[h/2]
			switch {
			case e.hole >= 0 && d.graph.holes[e.hole].sure < 0.65:
				gaps++
			case e.strip >= 0:
				sure = min(sure, d.graph.strips[e.strip].sure+0.15)
			}
		}
		why := "walls and openings close it"
		if gaps > 0 {
			sure -= 0.1
			why = fmt.Sprintf("walls close it but for %d gaps taken as openings", gaps)
		}
		all = append(all, found{Room{Area: f.area, Height: d.Height, Guess: Guess{Confidence: max(sure, 0.1), Why: why}}, loop})
	}
	if barred > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d closed spaces lie within outlines of obstacles and are taken for no rooms", barred))
	}
	// A group of walls that stands free within a room takes its ground.
	for _, f := range faces {
		if f.area >= 0 || len(f.outline) == 0 {
			continue
		}
		best := -1
		for i, r := range all {
			if r.room.Area > -f.area && inside(f.outline[0], r.loop) && !slices.ContainsFunc(r.loop, func(p vec) bool { return p == f.outline[0] }) && (best < 0 || r.room.Area < all[best].room.Area) {
				best = i
			}
		}
		if best >= 0 {
			all[best].room.Area += f.area
		}
	}
	slices.SortStableFunc(all, func(x, y found) int {
		a, b := boxOf(x.loop...), boxOf(y.loop...)
		return cmp.Or(cmp.Compare(math.Round(b.Max[1]*5), math.Round(a.Max[1]*5)), cmp.Compare(a.Min[0], b.Min[0]), cmp.Compare(x.room.Area, y.room.Area))
	})
	for i, r := range all {
		r.room.ID = fmt.Sprintf("room-%03d", i+1)
		if name, shape := k.nameIn(r.loop); shape >= 0 {
			r.room.Name = name
			r.room.Evidence = []Source{k.source(shape)}
		}
		r.room.Outline = outs(r.loop)
		slices.Reverse(r.room.Outline) // counter-clockwise seen in x and z
		d.Rooms = append(d.Rooms, r.room)
	}
}

// barred tells whether a space lies within the outline of an obstacle.
func (k *ink) barred(loop []vec) bool {
	p, ok := within(loop)
	if !ok {
		return false
	}
	for _, r := range k.rings {
		if r.barred && inside(p, r.points) {
			return true
		}
	}
	return false
}

// within is a point in an outline, away from its sides.
func within(loop []vec) (vec, bool) {
	best, at := 0.0, vec{}
	for _, t := range geom.Triangulate(loop) {
		a, b, c := loop[t[0]], loop[t[1]], loop[t[2]]
		if size := cross(b.Sub(a), c.Sub(a)); size > best {
			best, at = size, a.Add(b).Add(c).Mul(1.0/3)
		}
	}
	return at, best > 0
}

// straight drops the points of an outline that lie on a line.
func straight(ps []vec) []vec {
	var o []vec
	for i, p := range ps {
		a, b := ps[(i+len(ps)-1)%len(ps)], ps[(i+1)%len(ps)]
		d := b.Sub(a)
		if l := d.Len(); l > 1e-9 && math.Abs(cross(d.Mul(1/l), p.Sub(a))) < 1e-4 && d.Dot(p.Sub(a)) > 0 && d.Dot(b.Sub(p)) > 0 {
			continue
		}
		o = append(o, p)
	}
	return o
}

// nameIn finds the text that names a room: of those that stand in it the
// tallest with letters, not a size.
func (k *ink) nameIn(loop []vec) (string, int) {
	name, found, tall := "", -1, 0.0
	box := boxOf(loop...)
	for i := range k.d.Shapes {
		s := &k.d.Shapes[i]
		if s.Kind != dxf.Text || s.Hidden || s.Height <= tall || k.layers[s.Layer] == ignored && k.sure[s.Layer] == 1 {
			continue
		}
		p := k.at(s.At)
		if p[0] < box.Min[0] || p[0] > box.Max[0] || p[1] < box.Min[1] || p[1] > box.Max[1] || !inside(p, loop) {
			continue
		}
		for _, line := range strings.Split(s.Text, "\n") {
			line = strings.TrimSpace(line)
			if names(line) {
				name, found, tall = line, i, s.Height
				break
			}
		}
	}
	return name, found
}

// names tells whether a line of text may name a room.
func names(line string) bool {
	letters, digits := 0, 0
	for _, r := range line {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
	}
	low := strings.ToLower(line)
	size := strings.Contains(low, "m²") || strings.Contains(low, "m2") || strings.Contains(low, "sq") || strings.Contains(low, "㎡")
	return letters > 0 && len(line) < 80 && !strings.ContainsAny(line, "=<>") && (!size || letters > digits+2) && (letters >= 2 || digits == 0 || letters > digits)
}

// fixtures finds what stands in the rooms.
func (d *Draft) fixtures(k *ink, classOf func(string, geom.Vec3) (string, float64)) {
	type thing struct {
		name   string
		class  class
		box    geom.Box
		turn   float64
		shapes []int
		sure   float64
		why    string
	}
	var things []thing
	blocks := map[int]int{}
	var loose []segment
	for _, g := range k.other {
		s := &k.d.Shapes[g.shape]
		c := k.classOfShape(s)
		top := -1
		for in := s.Insert; in >= 0; in = k.d.Inserts[in].Parent {
			top = in
		}
		if c == doors || c == windows || c == walls || c == space {
			continue
		}
		if top < 0 {
			if c == furniture || c == stairs || c == columns {
				loose = append(loose, g)
			}
			continue
		}
		in := &k.d.Inserts[top]
		i, ok := blocks[top]
		if !ok {
			i = len(things)
			blocks[top] = i
			x := in.At.Col(0)
			t := thing{name: in.Block, class: c, box: geom.EmptyBox(), turn: math.Atan2(x[1], x[0]), sure: 0.8, why: "a block of furniture by its name or layer"}
			if c == unknown {
				t.sure, t.why = 0.5, "a block that is no door, window or wall by its name"
			}
			things = append(things, t)
		}
		t := &things[i]
		t.box = t.box.Union(boxOf(g.a, g.b))
		if len(t.shapes) < 4 {
			t.shapes = both(t.shapes, []int{g.shape})
		}
	}
	for _, c := range clusters(loose, 0.02) {
		t := thing{box: geom.EmptyBox(), sure: 0.5, why: "lines that touch, on a layer of furniture, stairs or columns"}
		for _, i := range c {
			t.box = t.box.Union(boxOf(loose[i].a, loose[i].b))
			t.shapes = both(t.shapes, []int{loose[i].shape})
		}
		s := &k.d.Shapes[t.shapes[0]]
		t.class, t.name = k.classOfShape(s), k.d.Layers[s.Layer].Name
		things = append(things, t)
	}
	for _, t := range things {
		size := t.box.Size()
		if t.box.Empty() || max(size[0], size[1]) < 0.08 || max(size[0], size[1]) > 40 {
			continue
		}
		high := 0.9
		switch t.class {
		case stairs, columns:
			high = d.Height
		}
		f := Fixture{Name: t.name, Turn: t.turn, Guess: Guess{Confidence: t.sure, Why: t.why},
			Box: geom.Box{Min: geom.Vec3{t.box.Min[0], 0, -t.box.Max[1]}, Max: geom.Vec3{t.box.Max[0], high, -t.box.Min[1]}}}
		for _, s := range t.shapes {
			f.Evidence = append(f.Evidence, k.source(s))
		}
		switch {
		case t.class == stairs || t.class == columns:
			f.Class = string(t.class)
		case classOf != nil:
			if c, sure := classOf(t.name, f.Box.Size()); c != "" {
				f.Class, f.Confidence = c, f.Confidence*sure
			}
		}
		f.ID = fmt.Sprintf("fixture-%03d", len(d.Fixtures)+1)
		d.Fixtures = append(d.Fixtures, f)
	}
	if n := len(d.Fixtures); n > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("the heights of %d fixtures are assumed: a plan does not tell them", n))
	}
}
