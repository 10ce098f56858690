package planogram

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// List is the rows of one file.
type List struct {
	File string
	Rows []Row
}

// Facts is what must be known of a class to check where its things stand.
type Facts struct {
	Width, Depth float64 // metres, when a row does not say
	Solid        bool    // stands on the floor: two of them cannot share a place
	Outside      bool    // may stand outside of every room: in a wall, outdoors
}

// Floor is what lists are checked against.
type Floor struct {
	Class   func(name string) (Facts, bool)
	Classes []string      // known names, for suggestions
	Rooms   [][]geom.Vec2 // outlines in plan; none: nobody knows the building
}

// Slack that drawings have, metres.
const (
	overlapMin = 0.02 // fixtures that stand side by side touch
	wallSlack  = 0.30 // what hangs on a wall reaches into it
)

// Check finds what does not make sense: an id that stands twice, an unknown
// class, a fixture in another or outside of the building. All problems are told
// at once, as Problems.
func Check(lists []List, floor Floor) error {
	var wrong Problems
	seen := map[string]string{}
	var solid []placed
	for _, l := range lists {
		for _, row := range l.Rows {
			problem := func(format string, args ...any) {
				wrong = append(wrong, Problem{l.File, row.Line, fmt.Sprintf(format, args...)})
			}
			if before, twice := seen[strings.ToLower(row.ID)]; twice {
				problem("id %q stands at %s already; ids are unique in a site, upper and lower case alike", row.ID, before)
			}
			seen[strings.ToLower(row.ID)] = fmt.Sprintf("%s:%d", l.File, row.Line)
			facts, known := floor.Class(row.Class)
			if !known {
				problem("unknown class %.60q; %s", row.Class, suggest(row.Class, floor.Classes))
				continue
			}
			p := place(l.File, row, facts)
			if len(floor.Rooms) > 0 && !facts.Outside && !p.within(floor.Rooms) {
				problem("%q at %v, %v stands outside of every room of the building; move it, or correct the building", row.ID, row.X, row.Y)
			}
			if facts.Solid {
				solid = append(solid, p)
			}
		}
	}
	wrong = append(wrong, overlaps(solid)...)
	return wrong.err()
}

// placed is the footprint of one row.
type placed struct {
	file   string
	row    Row
	corner [4]geom.Vec2
	axis   [2]geom.Vec2
	lo, hi geom.Vec2
}

func place(file string, row Row, f Facts) placed {
	w, d := f.Width, f.Depth
	if row.Width > 0 {
		w = row.Width
	}
	if row.Depth > 0 {
		d = row.Depth
	}
	s, c := math.Sincos(row.Heading * math.Pi / 180)
	p := placed{file: file, row: row, axis: [2]geom.Vec2{{c, -s}, {s, c}}, lo: geom.Vec2{math.Inf(1), math.Inf(1)}, hi: geom.Vec2{math.Inf(-1), math.Inf(-1)}}
	for k, sign := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		p.corner[k] = geom.Vec2{row.X, row.Y}.Add(p.axis[0].Mul(sign[0] * w / 2)).Add(p.axis[1].Mul(sign[1] * d / 2))
		for i := range 2 {
			p.lo[i], p.hi[i] = math.Min(p.lo[i], p.corner[k][i]), math.Max(p.hi[i], p.corner[k][i])
		}
	}
	return p
}

// overlaps finds solid things that stand in each other. It sweeps along x, so
// that a large store takes no longer than it must.
func overlaps(all []placed) Problems {
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.lo[0], b.lo[0]) })
	var wrong Problems
	for i, a := range all {
		for _, b := range all[i+1:] {
			if b.lo[0] > a.hi[0] || len(wrong) > 4*problemsMax {
				break
			}
			if b.lo[1] > a.hi[1] || a.lo[1] > b.hi[1] {
				continue
			}
			if depth := a.depth(b); depth > overlapMin {
				first, second := a, b
				if first.row.Line > second.row.Line && first.file == second.file {
					first, second = second, first
				}
				wrong = append(wrong, Problem{second.file, second.row.Line, fmt.Sprintf("%q stands %.0f cm deep in %q (%s:%d); move one of them",
					second.row.ID, 100*depth, first.row.ID, first.file, first.row.Line)})
			}
		}
	}
	return wrong
}

// depth is how far two footprints reach into each other: the least overlap
// along any of their axes (separating axis theorem).
func (p placed) depth(q placed) float64 {
	least := math.Inf(1)
	for _, axis := range [4]geom.Vec2{p.axis[0], p.axis[1], q.axis[0], q.axis[1]} {
		plo, phi := p.along(axis)
		qlo, qhi := q.along(axis)
		least = math.Min(least, math.Min(phi, qhi)-math.Max(plo, qlo))
	}
	return least
}

func (p placed) along(axis geom.Vec2) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, c := range p.corner {
		v := c.Dot(axis)
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi
}

// within tells whether every corner lies in some room or close to its edge.
func (p placed) within(rooms [][]geom.Vec2) bool {
	for _, c := range p.corner {
		if !slices.ContainsFunc(rooms, func(room []geom.Vec2) bool { return holds(room, c) }) {
			return false
		}
	}
	return true
}

// holds tells whether a point lies in a polygon or within wallSlack of it.
func holds(room []geom.Vec2, p geom.Vec2) bool {
	in := false
	for i, a := range room {
		b := room[(i+1)%len(room)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
		ab := b.Sub(a)
		t := 0.0
		if l := ab.Dot(ab); l > 0 {
			t = math.Max(0, math.Min(1, p.Sub(a).Dot(ab)/l))
		}
		if p.Sub(a.Add(ab.Mul(t))).Len() <= wallSlack {
			return true
		}
	}
	return in
}

// suggest names the known class that is spelt most alike.
func suggest(name string, known []string) string {
	best, least := "", len(name)/2+1
	for _, k := range known {
		if d := edits(strings.ToLower(name), k); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return "the catalogue has " + strings.Join(known, ", ")
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// edits is the Levenshtein distance of two words, the first cut to 60 bytes.
func edits(a, b string) int {
	a = a[:min(len(a), 60)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
