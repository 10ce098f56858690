package survey

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Thickness of what a scan does not show, metres.
const (
	slabThick    = 0.2
	ceilingThick = 0.1
	leafThick    = 0.04
	paneThick    = 0.02
	leafGap      = 0.005
	leafOpens    = math.Pi / 2
	doubleLeaf   = 1.35 // width from which a door has two leaves
)

// Element is a part of the building in the scene.
type Element struct {
	Entity string // "building/…"
	Type   string // "wall", "slab", "door", "window" or "stair"
	Name   string
	Box    geom.Box
	Out    geom.Vec3 // of unit length: where no room is, of a wall seen from one side and of its openings; zero for others
}

// Scene builds watertight solids of what was found, each under its entity.
// Elements lists the parts of the building; objects are boxes under their own
// entities and are not among them.
func (s *Survey) Scene() (*scene.Scene, []Element) {
	b := &builder{sc: &scene.Scene{}}
	for i := range s.Walls {
		w := &s.Walls[i]
		if w.NotSeen || len(w.faces) == 0 {
			continue
		}
		var m solid
		before := len(b.elements)
		for _, f := range w.faces {
			m.half(f, s.holes(i, f))
		}
		b.add(&m, "wall", w.Entity, w.Name, wallMaterial(w))
		b.lookOut(before, w)
	}
	for _, sl := range s.Slabs {
		var m solid
		if sl.Ceiling {
			m.plate(sl.Outline, sl.Y, sl.Y+ceilingThick)
		} else {
			m.plate(sl.Outline, sl.Y-slabThick, sl.Y)
		}
		name := "floor"
		if sl.Ceiling {
			name = "ceiling"
		}
		b.add(&m, "slab", sl.Entity, sl.Name, surface(name, sl.Colour, sl.Coloured, [3]float32{0.55, 0.54, 0.52}, 0.6))
	}
	for i, o := range s.Openings {
		before := len(b.elements)
		if o.Kind == Door {
			b.door(&s.Walls[o.Wall], o, fmt.Sprintf("Door %d", i+1))
		} else {
			b.window(&s.Walls[o.Wall], o, fmt.Sprintf("Window %d", i+1))
		}
		b.lookOut(before, &s.Walls[o.Wall])
	}
	for i, st := range s.Stairs {
		var m solid
		m.flight(st)
		b.add(&m, "stair", st.Entity, fmt.Sprintf("Stair %d", i+1), surface("stair", [3]float32{}, false, [3]float32{0.5, 0.48, 0.45}, 0.6))
	}
	for _, o := range s.Objects {
		var m solid
		m.box(o.Position, o.Size, o.Yaw)
		name := o.Class
		if name == "" {
			name = "unknown object"
		}
		b.body(&m, o.Entity, name, surface(name, o.Colour, o.Coloured, [3]float32{0.42, 0.45, 0.5}, 0.7))
	}
	return b.sc, b.elements
}

type builder struct {
	sc       *scene.Scene
	elements []Element
}

// body adds a solid under an entity and answers its box.
func (b *builder) body(m *solid, entity, name string, material scene.Material) geom.Box {
	m.prim.Material = b.sc.AddMaterial(material)
	mesh := scene.Mesh{Name: name, Primitives: []scene.Primitive{m.prim}}
	b.sc.AddNode(scene.Node{Name: name, Parent: scene.None, Local: geom.Identity(), Mesh: b.sc.AddMesh(mesh), Joint: scene.None, Entity: entity})
	return mesh.Box()
}

func (b *builder) add(m *solid, kind, entity, name string, material scene.Material) {
	if len(m.prim.Indices) == 0 {
		return
	}
	b.elements = append(b.elements, Element{Entity: entity, Type: kind, Name: name, Box: b.body(m, entity, name, material)})
}

// lookOut tells of the elements from one on which way their wall looks out.
func (b *builder) lookOut(from int, w *Wall) {
	if w.BothSeen || len(w.faces) == 0 {
		return
	}
	out := w.faces[0].out
	for _, f := range w.faces {
		if f.out.Dot(out) < 0.9 {
			return // rooms on both sides
		}
	}
	for i := from; i < len(b.elements); i++ {
		b.elements[i].Out = geom.Vec3{out[0], 0, out[1]}
	}
}

// holes are the openings of a wall as one of its faces has them.
func (s *Survey) holes(wall int, f face) []hole {
	w := &s.Walls[wall]
	dir := w.B.Sub(w.A).Normalize()
	own := f.b.Sub(f.a).Normalize()
	var out []hole
	for _, o := range s.Openings {
		if o.Wall != wall {
			continue
		}
		a, b := own.Dot(w.A.Add(dir.Mul(o.From)).Sub(f.a)), own.Dot(w.A.Add(dir.Mul(o.To)).Sub(f.a))
		lift := w.FloorY - f.floor
		h := hole{math.Min(a, b), math.Max(a, b), o.Sill + lift, o.Head + lift}
		if o.Kind == Door {
			h.sill = 0
		}
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b hole) int { return cmp.Compare(a.from, b.from) })
	return out
}

// frame is where an opening stands: its middle plane and the direction along.
func openingFrame(w *Wall, o Opening) (mid geom.Vec2, dir geom.Vec2, yaw float64) {
	dir = w.B.Sub(w.A).Normalize()
	out := geom.Vec2{-dir[1], dir[0]}
	mid = w.A.Add(dir.Mul((o.From + o.To) / 2)).Add(out.Mul(w.Thickness / 2))
	return mid, dir, math.Atan2(-dir[1], dir[0])
}

// door adds one leaf or two that turn about their outer edges, where a leaf was
// seen; a doorway without one is left open.
func (b *builder) door(w *Wall, o Opening, name string) {
	mid, dir, yaw := openingFrame(w, o)
	width := o.To - o.From
	leaves := 1
	if width > doubleLeaf {
		leaves = 2
	}
	group := b.sc.AddNode(scene.Node{Name: name, Parent: scene.None, Local: geom.Identity(), Mesh: scene.None, Joint: scene.None, Entity: o.Entity})
	all := geom.EmptyBox()
	if !o.Leaf {
		out := geom.Vec2{-dir[1], dir[0]}.Mul(w.Thickness / 2)
		for _, p := range [4]geom.Vec2{mid.Add(dir.Mul(width / 2)).Add(out), mid.Add(dir.Mul(width / 2)).Sub(out), mid.Sub(dir.Mul(width / 2)).Add(out), mid.Sub(dir.Mul(width / 2)).Sub(out)} {
			all = all.Add(geom.Vec3{p[0], w.FloorY, p[1]}).Add(geom.Vec3{p[0], w.FloorY + o.Head, p[1]})
		}
		b.elements = append(b.elements, Element{Entity: o.Entity, Type: "door", Name: name, Box: all})
		return
	}
	material := b.sc.AddMaterial(scene.Material{Name: "door leaf", BaseColor: [4]float32{0.42, 0.3, 0.2, 1}, Roughness: 0.5})
	for k := range leaves {
		wide := width/float64(leaves) - 2*leafGap
		centre := mid.Add(dir.Mul((float64(k)+0.5)*width/float64(leaves) - width/2))
		var m solid
		m.box(geom.Vec3{centre[0], w.FloorY + leafGap, centre[1]}, geom.Vec3{wide, o.Head - 2*leafGap, leafThick}, yaw)
		m.prim.Material = material
		mesh := scene.Mesh{Name: "leaf", Primitives: []scene.Primitive{m.prim}}
		all = all.Union(mesh.Box())
		hinge, turn := -wide/2, 1.0
		if k == 1 {
			hinge, turn = wide/2, -1
		}
		at := centre.Add(dir.Mul(hinge))
		joint := b.sc.AddJoint(scene.Joint{Name: o.Entity + " hinge", Kind: scene.Revolute, Axis: geom.Vec3{0, turn, 0},
			Origin: geom.Vec3{at[0], w.FloorY, at[1]}, Max: leafOpens})
		b.sc.AddNode(scene.Node{Name: "leaf", Parent: group, Local: geom.Identity(), Mesh: b.sc.AddMesh(mesh), Joint: joint, Part: "leaf"})
	}
	b.elements = append(b.elements, Element{Entity: o.Entity, Type: "door", Name: name, Box: all})
}

// window adds a pane.
func (b *builder) window(w *Wall, o Opening, name string) {
	mid, _, yaw := openingFrame(w, o)
	var m solid
	m.box(geom.Vec3{mid[0], w.FloorY + o.Sill, mid[1]}, geom.Vec3{o.To - o.From, o.Head - o.Sill, paneThick}, yaw)
	b.add(&m, "window", o.Entity, name, scene.Material{Name: "window glass", BaseColor: [4]float32{0.85, 0.92, 0.95, 0.3}, Roughness: 0.05, Alpha: scene.Glass})
}

func wallMaterial(w *Wall) scene.Material {
	return surface("wall", w.Colour, w.Coloured, [3]float32{0.8, 0.79, 0.76}, 0.85)
}

// surface is a matt material of the colour that was scanned, or of the usual
// one. Colours are held to steps, so that like surfaces share a material.
func surface(name string, colour [3]float32, coloured bool, usual [3]float32, rough float32) scene.Material {
	c := usual
	if coloured {
		c = colour
	}
	const steps = 48
	for k := range c {
		c[k] = float32(math.Round(math.Cbrt(float64(c[k]))*steps) / steps)
		c[k] = c[k] * c[k] * c[k]
	}
	return scene.Material{Name: name, BaseColor: [4]float32{c[0], c[1], c[2], 1}, Roughness: rough}
}
