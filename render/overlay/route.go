package overlay

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// routeClear is how far a routed tube stays from things, metres.
const routeClear = 0.02

// bows are the ways in which an arrow may be bent, as turns from the way it
// bows by itself about its span, nearest first; sizes are by how much more.
var (
	bows  = [...]float64{0, 30, -30, 60, -60, 90, -90, 120, -120, 150, -150, 180}
	sizes = [...]float64{1, 0.5, 1.6, 2.5, 4, 6}
)

// Route returns the arrow bent around things: with the least bend of those it
// tries whose tube passes through none of their boxes and, where that can be
// had, stays under a ceiling (metres; +Inf: there is none). Boxes that either
// end lies in are what it leads from or to, and are left out. Where no way is
// free it takes the one that passes through the fewest.
func (a Arrow) Route(things []geom.Box, ceiling float64) Arrow {
	a.Bend = geom.Vec3{}
	span := a.To.Sub(a.From)
	length := span.Len()
	if !(length > 1e-6) || math.IsInf(length, 0) {
		return a
	}
	pad := a.radius(length) + routeClear
	near := a.obstacles(things, pad)
	own, along := a.bend(), span.Mul(1/length)
	square := own.Sub(along.Mul(own.Dot(along)))
	if square.Len() < 1e-9 {
		square = sideOf(along).Mul(own.Len())
	}
	best, cost := own, math.Inf(1)
	for _, size := range sizes {
		for _, degrees := range bows {
			bend := own
			if size != 1 || degrees != 0 {
				bend = turned(square, along, degrees).Mul(size)
			}
			a.Bend = bend
			line, around := a.line()
			now := bend.Len() * (1 + 0.002*math.Abs(degrees)) // rather up than aside
			if around.Max[1]+pad > ceiling {
				now += overCeiling
			}
			if now >= cost {
				continue
			}
			if now += throughThing * float64(meets(&line, around, near, int(math.Min((cost-now)/throughThing, 1e6)))); now < cost {
				best, cost = bend, now
			}
		}
	}
	a.Bend = best
	return a
}

// What a way costs besides the metres of its bend: any that is free is better
// than any that leaves the room, and that than any which passes through things.
const (
	overCeiling  = 1e4
	throughThing = 1e6
)

// obstacles are the grown boxes that some way of the arrow may meet.
func (a Arrow) obstacles(things []geom.Box, pad float64) []geom.Box {
	reach := sizes[len(sizes)-1]*a.bend().Len() + pad
	all := geom.EmptyBox().Add(a.From).Add(a.To)
	all = swollen(all, reach)
	var near []geom.Box
	for _, b := range things {
		if b.Empty() {
			continue
		}
		if b = swollen(b, pad); apart(&b, &all) || holds(b, a.From) || holds(b, a.To) {
			continue
		}
		near = append(near, b)
	}
	return near
}

// line is the middle line of the tube in straight pieces, and the box around it.
func (a Arrow) line() (line [tubeSegments + 1]geom.Vec3, around geom.Box) {
	around = geom.EmptyBox()
	for i := range line {
		line[i] = a.At(float64(i) / tubeSegments)
		around = around.Add(line[i])
	}
	return line, around
}

// meets counts the boxes that a line passes through, until there are more than
// most.
func meets(line *[tubeSegments + 1]geom.Vec3, around geom.Box, boxes []geom.Box, most int) (hits int) {
	for i := range boxes {
		b := &boxes[i]
		if apart(b, &around) {
			continue
		}
		for k := range tubeSegments {
			if crosses(b, line[k], line[k+1]) {
				hits++
				break
			}
		}
		if hits > most {
			break
		}
	}
	return hits
}

// turned turns a direction about a unit axis, degrees (Rodrigues).
func turned(v, axis geom.Vec3, degrees float64) geom.Vec3 {
	s, c := math.Sincos(degrees * math.Pi / 180)
	return v.Mul(c).Add(axis.Cross(v).Mul(s)).Add(axis.Mul(axis.Dot(v) * (1 - c)))
}

func swollen(b geom.Box, by float64) geom.Box {
	r := geom.Vec3{by, by, by}
	return geom.Box{Min: b.Min.Sub(r), Max: b.Max.Add(r)}
}

func apart(a, b *geom.Box) bool {
	for k := range 3 {
		if a.Max[k] < b.Min[k] || b.Max[k] < a.Min[k] {
			return true
		}
	}
	return false
}

func holds(b geom.Box, p geom.Vec3) bool {
	for k := range 3 {
		if p[k] < b.Min[k] || p[k] > b.Max[k] {
			return false
		}
	}
	return true
}

// crosses tells whether a straight piece passes through a box, by its slabs.
func crosses(b *geom.Box, from, to geom.Vec3) bool {
	enter, leave := 0.0, 1.0
	for k := range 3 {
		d := to[k] - from[k]
		if math.Abs(d) < 1e-12 {
			if from[k] < b.Min[k] || from[k] > b.Max[k] {
				return false
			}
			continue
		}
		t0, t1 := (b.Min[k]-from[k])/d, (b.Max[k]-from[k])/d
		enter, leave = math.Max(enter, math.Min(t0, t1)), math.Min(leave, math.Max(t0, t1))
	}
	return enter <= leave
}
