package generate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Thickness of what a shell is made of, metres.
const (
	shellWall  = 0.2
	shellFloor = 0.15
)

// shell is a plain building for a site whose sources hold none: a floor and
// walls around each room, open where a door stands in them.
func shell(site *twin.Site, cat *catalogue.Catalogue) *Building {
	sc := &scene.Scene{}
	b := &Building{Scene: sc}
	floor := sc.AddMaterial(scene.Material{
		Name: "shell floor", BaseColor: [4]float32{0.55, 0.54, 0.52, 1}, Roughness: 0.45, Pattern: scene.Tile, PatternSize: 0.6,
	})
	wall := sc.AddMaterial(scene.Material{Name: "shell wall", BaseColor: [4]float32{0.8, 0.79, 0.76, 1}, Roughness: 0.8})
	var doors []twin.Asset
	for _, a := range site.Assets {
		if class, ok := cat.Class(a.Class); ok && class.Mount == catalogue.InWall {
			doors = append(doors, a)
		}
	}
	rooms := 0
	for _, z := range site.Zones {
		if z.Kind == Room && len(z.Outline) > 2 {
			rooms++
			b.enclose(z, doors, fmt.Sprintf("%d", rooms), floor, wall)
		}
	}
	if rooms == 0 {
		b.enclose(twin.Zone{Outline: rectangle(geom.Vec2{0, -10}, geom.Vec2{10, 0}), Height: ceilingUsual}, doors, "1", floor, wall)
	}
	return b
}

// enclose adds the floor of a room and a wall along each of its edges. Corners
// are mitred, so that walls touch and do not stand in each other.
func (b *Building) enclose(z twin.Zone, doors []twin.Asset, room string, floor, wall scene.MaterialID) {
	inner := ccw(z.Outline)
	outer := grown(inner, shellWall)
	add := func(name string, outline []geom.Vec2, from, to float64, material scene.MaterialID) geom.Box {
		return prism(b.Scene, buildingEntity+name, name, outline, from, to, material)
	}
	box := add("floor-"+room, outer, z.FloorY-shellFloor, z.FloorY, floor)
	b.Elements = append(b.Elements, Element{Entity: buildingEntity + "floor-" + room, Type: "slab", Name: "floor-" + room, Box: box})
	height := z.Height
	if height <= 0 {
		height = ceilingUsual
	}
	for i := range inner {
		k := (i + 1) % len(inner)
		name := fmt.Sprintf("wall-%s-%d", room, i+1)
		box := geom.EmptyBox()
		side := edge{inner[i], inner[k]}
		// A point of the wall's length on its inner and its outer face; the ends
		// are those of the mitre.
		at := func(t float64) (in, out geom.Vec2) {
			switch {
			case t <= 0:
				return inner[i], outer[i]
			case t >= side.length():
				return inner[k], outer[k]
			}
			in = side.at(t)
			return in, in.Add(side.out().Mul(shellWall))
		}
		piece := func(from, to, low, high float64) {
			ia, oa := at(from)
			ib, ob := at(to)
			if to-from > 1e-3 && high-low > 1e-3 {
				box = box.Union(add(name, []geom.Vec2{oa, ob, ib, ia}, z.FloorY+low, z.FloorY+high, wall))
			}
		}
		done := 0.0
		for _, o := range side.openings(doors) {
			from, to := max(o.from, done), min(o.to, side.length())
			if to <= from {
				continue
			}
			piece(done, from, 0, height)
			piece(from, to, o.top, height)
			done = to
		}
		piece(done, side.length(), 0, height)
		b.Elements = append(b.Elements, Element{Entity: buildingEntity + name, Type: "wall", Name: name, Box: box})
	}
}

// edge is one side of a room, its inside to the left seen from above.
type edge struct{ a, b geom.Vec2 }

func (e edge) length() float64        { return e.b.Sub(e.a).Len() }
func (e edge) at(t float64) geom.Vec2 { return e.a.Add(e.b.Sub(e.a).Mul(t / e.length())) }
func (e edge) out() geom.Vec2 {
	d := e.b.Sub(e.a)
	return geom.Vec2{-d[1], d[0]}.Mul(1 / d.Len())
}

// opening is a stretch of a wall that is open up to a height above its floor.
type opening struct{ from, to, top float64 }

// doorReach is how far from a wall's inner face the middle of a door in it may
// stand, metres.
const doorReach = 0.6

// openings finds the doors that stand in a wall, in its order.
func (e edge) openings(doors []twin.Asset) []opening {
	var out []opening
	if e.length() < 1e-6 {
		return nil
	}
	along := e.b.Sub(e.a).Mul(1 / e.length())
	for _, d := range doors {
		p := geom.Vec2{d.Pose.Position[0], d.Pose.Position[2]}.Sub(e.a)
		t, away := p.Dot(along), math.Abs(p.Dot(e.out()))
		s, c := math.Sincos(d.Pose.Yaw)
		if parallel := math.Abs(along.Dot(geom.Vec2{c, -s})); parallel > 0.95 && away < doorReach && t > 0 && t < e.length() {
			out = append(out, opening{t - d.Size[0]/2, t + d.Size[0]/2, d.Size[1]})
		}
	}
	slices.SortFunc(out, func(a, b opening) int { return cmp.Compare(a.from, b.from) })
	return out
}

// grown moves the edges of a counter-clockwise outline outwards.
func grown(outline []geom.Vec2, by float64) []geom.Vec2 {
	n := len(outline)
	out := make([]geom.Vec2, n)
	normal := func(i int) geom.Vec2 {
		d := outline[(i+1)%n].Sub(outline[i])
		if d.Len() < 1e-9 {
			return geom.Vec2{}
		}
		return geom.Vec2{-d[1], d[0]}.Mul(1 / d.Len()) // to the right of the way, seen from above
	}
	for i := range outline {
		a, b := normal((i+n-1)%n), normal(i)
		sum := a.Add(b)
		if reach := sum.Dot(sum); reach > 0.2 { // else the corner is sharper than a mitre can be
			out[i] = outline[i].Add(sum.Mul(2 * by / reach))
		} else {
			out[i] = outline[i].Add(b.Mul(by))
		}
	}
	return out
}

// prism draws an outline up between two heights as a closed solid, and returns
// its box.
func prism(sc *scene.Scene, entity, name string, outline []geom.Vec2, from, to float64, material scene.MaterialID) geom.Box {
	outline = slices.Clone(outline)
	if signedArea(outline) < 0 {
		slices.Reverse(outline)
	}
	middle := middle(outline)
	p := scene.Primitive{Material: material}
	box := geom.EmptyBox()
	point := func(v geom.Vec2, y float64, n geom.Vec3, uv geom.Vec2) uint32 {
		box = box.Add(geom.Vec3{v[0], y, v[1]})
		p.Positions = append(p.Positions, float32(v[0]-middle[0]), float32(y-from), float32(v[1]-middle[1]))
		p.Normals = append(p.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
		p.UVs = append(p.UVs, float32(uv[0]), float32(uv[1]))
		return uint32(len(p.Positions)/3 - 1)
	}
	along := 0.0
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		d := b.Sub(a)
		if d.Len() < 1e-9 {
			continue
		}
		n := geom.Vec3{-d[1] / d.Len(), 0, d[0] / d.Len()}
		first := point(a, from, n, geom.Vec2{along, 0})
		point(b, from, n, geom.Vec2{along + d.Len(), 0})
		point(b, to, n, geom.Vec2{along + d.Len(), to - from})
		point(a, to, n, geom.Vec2{along, to - from})
		p.Indices = append(p.Indices, first, first+1, first+2, first, first+2, first+3)
		along += d.Len()
	}
	flat := make([]geom.Vec2, len(outline)) // x and -z: counter-clockwise in the common sense
	for i, v := range outline {
		flat[i] = geom.Vec2{v[0], -v[1]}
	}
	triangles := geom.Triangulate(flat)
	for _, up := range [2]bool{true, false} {
		y, n := to, geom.Vec3{0, 1, 0}
		if !up {
			y, n = from, geom.Vec3{0, -1, 0}
		}
		first := uint32(len(p.Positions) / 3)
		for _, v := range outline {
			point(v, y, n, geom.Vec2{v[0], -v[1]})
		}
		for _, t := range triangles {
			a, b, c := first+uint32(t[0]), first+uint32(t[1]), first+uint32(t[2])
			if !up {
				b, c = c, b
			}
			p.Indices = append(p.Indices, a, b, c)
		}
	}
	mesh := sc.AddMesh(scene.Mesh{Name: name, Primitives: []scene.Primitive{p}})
	sc.AddNode(scene.Node{
		Name: name, Parent: scene.None, Mesh: mesh, Joint: scene.None, Entity: entity,
		Local: mgl64.Translate3D(middle[0], from, middle[1]),
	})
	return box
}

// outlineAround is a room that fits around what stands on a floor: the ground
// within reach of the fixtures, its gaps filled, squared along their main
// direction, so that a store of crooked rows gets the walls that it has.
func outlineAround(assets []twin.Asset) []geom.Vec2 {
	if len(assets) == 0 {
		return nil
	}
	turn := mainTurn(assets)
	s, c := math.Sincos(turn)
	into := func(p geom.Vec2) geom.Vec2 { return geom.Vec2{c*p[0] - s*p[1], s*p[0] + c*p[1]} }
	back := func(p geom.Vec2) geom.Vec2 { return geom.Vec2{c*p[0] + s*p[1], -s*p[0] + c*p[1]} }
	lo, hi := geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, a := range assets {
		for _, p := range footprint(a) {
			q := into(p)
			for k := range 2 {
				lo[k], hi[k] = math.Min(lo[k], q[k]), math.Max(hi[k], q[k])
			}
		}
	}
	m := geom.Vec2{roomMargin, roomMargin}
	lo, hi = lo.Sub(m), hi.Add(m)
	out := rectangle(lo, hi)
	for i, p := range out {
		q := back(p)
		out[i] = geom.Vec2{round(q[0]), round(q[1])}
	}
	return out
}

// mainTurn is the yaw, within an eighth turn, along which most fixtures stand,
// weighed by their length.
func mainTurn(assets []twin.Asset) float64 {
	const bins = 90 // of one degree
	var weight [bins]float64
	for _, a := range assets {
		turn := math.Mod(math.Mod(a.Pose.Yaw, math.Pi/2)+math.Pi/2, math.Pi/2)
		weight[int(turn/(math.Pi/2)*bins)%bins] += a.Size[0]
	}
	best, most := 0, 0.0
	for k := range bins {
		if w := weight[(k+bins-1)%bins] + weight[k] + weight[(k+1)%bins]; w > most+1e-9 {
			best, most = k, w
		}
	}
	var s, c float64
	for _, a := range assets {
		if d := math.Remainder(a.Pose.Yaw-(float64(best)+0.5)*math.Pi/2/bins, math.Pi/2); math.Abs(d) < 1.5*math.Pi/2/bins {
			sin, cos := math.Sincos(4 * a.Pose.Yaw)
			s, c = s+sin*a.Size[0], c+cos*a.Size[0]
		}
	}
	return math.Atan2(s, c) / 4
}

// entranceClass is the door that a shell gets when no source tells of one.
const entranceClass = "sliding-door"

// guessEntrance is a door in the wall of a guessed room, where most floor is
// free before it: people come in somewhere. False when the catalogue has none.
func guessEntrance(room Space, assets []twin.Asset, cat *catalogue.Catalogue) (twin.Asset, bool) {
	class, ok := cat.Class(entranceClass)
	if !ok {
		return twin.Asset{}, false
	}
	size := class.UsualSize()
	outline := ccw(room.Outline)
	best, most := twin.Asset{}, 0.0
	for i := range outline {
		side := edge{outline[i], outline[(i+1)%len(outline)]}
		for t := size[0]; t <= side.length()-size[0]; t += 0.5 {
			at, free := side.at(t), math.Inf(1)
			for _, a := range assets {
				for _, p := range footprint(a) {
					free = min(free, p.Sub(at).Len())
				}
			}
			if free > most+1e-6 {
				most = free
				out := side.out()
				p := at.Add(out.Mul(shellWall / 2))
				best = twin.Asset{
					ID: "entrance-1", Class: class.Name, Name: class.Title.In("en"), Size: size, Inferred: true,
					Pose: twin.Pose{Position: geom.Vec3{round(p[0]), room.FloorY + class.Elevation, round(p[1])}, Yaw: math.Atan2(out[0], out[1])},
				}
			}
		}
	}
	return best, most > 0
}
