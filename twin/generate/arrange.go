package generate

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Measures of a room that is drawn around the devices of a plant, metres. Who
// edits the layout afterwards finds everything apart and reachable.
const (
	wayWide     = 2.2  // in front of what stands there
	standsHigh  = 1.15 // from here on up a thing stands with its back to a wall
	kindGap     = 0.4  // between neighbours of two classes; of one: besideGap
	tillBefore  = 3.3  // from the entrance to the counters
	tillLane    = 1.9  // between two counters
	outdoorGap  = 0.6
	floorOfTill = 100.0 // m² of floor that a counter serves, as in supermarkets
	guessLeast  = 5.0
	guessMost   = 400.0
	guessShape  = 0.75 // depth by width
)

// arranged is a thing that is to get its place.
type arranged struct {
	*twin.Asset
	class *catalogue.Class
}

// arrangement puts things whose places nobody told into a room of its own
// making, with its front at z = 0 and its left front corner at the origin.
type arrangement struct {
	wide, deep float64
	shop       bool // goods are taken from it: what is low stands in the middle
	things     []arranged
	cat        *catalogue.Catalogue
	done       []twin.Asset
}

// arrange gives each asset a place in the smallest room that holds them all:
// what is tall along the walls, what is low in rows between, counters before
// the entrance, lights over all of the floor, machines for outdoors behind the
// house. It returns that room.
func arrange(assets []twin.Asset, cat *catalogue.Catalogue) Space {
	r := arrangement{cat: cat}
	tills := 0
	for i := range assets {
		class, _ := cat.Class(assets[i].Class)
		r.things = append(r.things, arranged{&assets[i], class})
		r.shop = r.shop || class.Mount == catalogue.OnFloor && class.Department.In("en") != ""
		if isTill(class) {
			tills++
		}
	}
	least := max(guessLeast, math.Sqrt(floorOfTill*float64(tills)/guessShape))
	for r.wide = math.Ceil(least); r.wide < guessMost; r.wide++ {
		r.deep = math.Round(r.wide * guessShape)
		r.done = nil
		if r.alongWalls() && r.counters() && r.rows() {
			break
		}
	}
	r.overhead()
	r.doors()
	r.hung()
	r.outdoors()
	outline := rectangle(geom.Vec2{0, -r.deep}, geom.Vec2{r.wide, 0})
	room := Space{ID: "guessed", Name: "Store", Outline: outline, Height: guessedHeight(outline, assets)}
	for _, t := range r.things {
		t.Pose.Position[1] = round(t.class.Elevation)
		if t.class.Mount == catalogue.OnCeiling {
			t.Pose.Position[1] = round(room.Height - t.class.Elevation - t.Size[1])
		}
	}
	return room
}

// isTill tells whether customers pay there: of what belongs to checkouts, these
// make the department.
func isTill(c *catalogue.Class) bool {
	return c.Group == catalogue.Checkouts && c.Mount == catalogue.OnFloor && c.Department.In("en") != ""
}

// isLow tells whether a thing stands in the middle, where one sees over it; a
// home keeps its middle free.
func (r *arrangement) isLow(t arranged) bool {
	return r.shop && t.class.Mount == catalogue.OnFloor && !isTill(t.class) && t.Size[1] < standsHigh
}

func (r *arrangement) isTall(t arranged) bool {
	return t.class.Mount == catalogue.OnFloor && !isTill(t.class) && !r.isLow(t)
}

func (r *arrangement) put(t arranged, x, z, yaw float64) {
	t.Pose.Position, t.Pose.Yaw = geom.Vec3{round(x), round(t.class.Elevation), round(z)}, yaw
	r.done = append(r.done, *t.Asset)
}

// depthOf is the depth of the deepest of the things that a test picks.
func (r *arrangement) depthOf(is func(arranged) bool) float64 {
	deepest := 0.0
	for _, t := range r.things {
		if is(t) {
			deepest = max(deepest, t.Size[2])
		}
	}
	return deepest
}

// entry is how much of the floor behind the front is kept for who comes and
// pays.
func (r *arrangement) entry() float64 {
	longest := 0.0
	for _, t := range r.things {
		if isTill(t.class) {
			longest = max(longest, t.Size[0])
		}
	}
	if longest == 0 {
		return 1
	}
	return tillBefore + longest + wayWide/2
}

// alongWalls puts what is tall with its back to the back, the left and the right
// wall, in this order.
func (r *arrangement) alongWalls() bool {
	corner := r.depthOf(r.isTall) + 1
	runs := [3]struct{ from, to float64 }{{kindGap, r.wide - kindGap}, {corner, r.deep - r.entry()}, {corner, r.deep - r.entry()}}
	run, at := 0, runs[0].from
	last := ""
	for _, t := range r.things {
		if !r.isTall(t) {
			continue
		}
		if last == t.Class {
			at += besideGap
		} else if last != "" {
			at += kindGap
		}
		for at+t.Size[0] > runs[run].to {
			if run++; run == len(runs) {
				return false
			}
			at = runs[run].from
		}
		along, off := at+t.Size[0]/2, t.Size[2]/2
		switch run {
		case 0:
			r.put(t, along, -r.deep+off, 0)
		case 1:
			r.put(t, off, -r.deep+along, math.Pi/2)
		case 2:
			r.put(t, r.wide-off, -r.deep+along, -math.Pi/2)
		}
		at, last = at+t.Size[0], t.Class
	}
	return true
}

// counters stand side by side across the way out, at its right.
func (r *arrangement) counters() bool {
	at := r.wide - wayWide
	for k := len(r.things) - 1; k >= 0; k-- {
		t := r.things[k]
		if !isTill(t.class) {
			continue
		}
		if at-t.Size[2] < wayWide {
			return false
		}
		r.put(t, at-t.Size[2]/2, -tillBefore-t.Size[0]/2, -math.Pi/2)
		at -= t.Size[2] + tillLane
	}
	return true
}

// rows puts what is low into rows across the middle.
func (r *arrangement) rows() bool {
	side := r.depthOf(r.isTall)
	from, to := side+wayWide, r.wide-side-wayWide
	at, z, deepest := from, -r.deep+side+wayWide, 0.0
	last := ""
	for _, t := range r.things {
		if !r.isLow(t) {
			continue
		}
		if at > from && at+t.Size[0] > to || last != "" && last != t.Class {
			at, z, deepest = from, z+deepest+wayWide, 0
		}
		if at+t.Size[0] > to || z+t.Size[2] > -r.entry() {
			return false
		}
		r.put(t, at+t.Size[0]/2, z+t.Size[2]/2, 0)
		at, deepest, last = at+t.Size[0]+besideGap, max(deepest, t.Size[2]), t.Class
	}
	return true
}

// overhead spreads what hangs from the ceiling over the floor, each class on a
// grid of its own.
func (r *arrangement) overhead() {
	r.byClass(catalogue.OnCeiling, func(same []arranged) {
		columns := max(1, int(math.Round(math.Sqrt(float64(len(same))*r.wide/r.deep))))
		rows := (len(same) + columns - 1) / columns
		for k, t := range same {
			row := k / columns
			inRow := min(columns, len(same)-row*columns)
			x := r.wide * (float64(k%columns) + 0.5) / float64(inRow)
			z := -r.deep * (float64(row) + 0.5) / float64(rows)
			r.clear(t, func(n int) (float64, float64, float64) { return x + spotStep*float64(n), z, 0 })
		}
	})
}

// doors are in the front, side by side.
func (r *arrangement) doors() {
	r.byClass(catalogue.InWall, func(same []arranged) {
		for k, t := range same {
			x := r.wide * (float64(k) + 1) / float64(len(same)+1)
			r.clear(t, func(n int) (float64, float64, float64) { return x + spotStep*float64(n), shellWall / 2, 0 })
		}
	})
}

// hung spreads each class that hangs on walls along them, from the left front
// corner on, where nothing else is in its height.
func (r *arrangement) hung() {
	round := 2 * (r.wide + r.deep)
	r.byClass(catalogue.OnWall, func(same []arranged) {
		for k, t := range same {
			start := round * (float64(k) + 0.5) / float64(len(same))
			off := t.Size[2] / 2
			r.clear(t, func(n int) (float64, float64, float64) {
				at := math.Mod(start+spotStep/2*float64(n), round)
				switch {
				case at < r.deep: // left
					return off, -at, math.Pi / 2
				case at < r.deep+r.wide: // back
					return at - r.deep, -r.deep + off, 0
				case at < 2*r.deep+r.wide: // right
					return r.wide - off, at - 2*r.deep - r.wide, -math.Pi / 2
				}
				return round - at, -off, math.Pi // front
			})
		}
	})
}

// outdoors stands behind the house.
func (r *arrangement) outdoors() {
	at := 0.0
	r.byClass(catalogue.Outdoors, func(same []arranged) {
		for _, t := range same {
			r.put(t, at+t.Size[0]/2, -r.deep-shellWall-outdoorGap-t.Size[2]/2, math.Pi)
			at += t.Size[0] + outdoorGap
		}
	})
}

// byClass hands out the things of a mount, those of a class together, in the
// order in which their classes come first.
func (r *arrangement) byClass(mount catalogue.Mount, do func(same []arranged)) {
	var order []string
	classes := map[string][]arranged{}
	for _, t := range r.things {
		if t.class.Mount != mount {
			continue
		}
		if classes[t.Class] == nil {
			order = append(order, t.Class)
		}
		classes[t.Class] = append(classes[t.Class], t)
	}
	for _, c := range order {
		do(classes[c])
	}
}

// spotsMost bounds how many places are tried for one thing.
const spotsMost = 400

// clear puts a thing at the first of a row of places where it is in nothing
// else and within the walls, else at the first.
func (r *arrangement) clear(t arranged, at func(n int) (x, z, yaw float64)) {
	for n := range spotsMost {
		x, z, yaw := at(n)
		if x > r.wide {
			break
		}
		t.Pose.Position, t.Pose.Yaw = geom.Vec3{round(x), round(r.height(t)), round(z)}, yaw
		if !blocked(*t.Asset, t.class, r.done, r.cat) {
			r.done = append(r.done, *t.Asset)
			return
		}
	}
	x, z, yaw := at(0)
	r.put(t, x, z, yaw)
}

// height is where a thing's lower edge is before the room has its height: what
// hangs from the ceiling is compared with its like.
func (r *arrangement) height(t arranged) float64 {
	if t.class.Mount == catalogue.OnCeiling {
		return ceilingUsual - t.class.Elevation - t.Size[1]
	}
	return t.class.Elevation
}
