package generate

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// A model of many objects is read by the names of its nodes: what bears the name
// of a class is a thing, with all that hangs below it; what bears that of a wall
// or a floor is part of the building; groups and storeys are looked into. What
// bears neither is told by its shape, or is drawn and means nothing.

// Bounds of what an unnamed shape is taken for, metres.
const (
	wallThick   = 0.6
	wallLong    = 1.0
	wallHigh    = 1.8
	slabThick   = 0.6
	slabArea    = 4.0 // m²
	roomLeast   = 1.5 // of a room, each way
	namesShown  = 6   // in one note
	ceilingBand = 0.05
)

// fabricWords are the words of names for parts of a building, with what they
// are in our terms.
var fabricWords = map[string]string{
	"wall": "wall", "partition": "wall", "slab": "slab", "floor": "slab", "ground": "slab", "terrain": "site", "site": "site", "roof": "roof", "ceiling": "ceiling", "door": "door",
	"window": "window", "column": "column", "pillar": "column", "beam": "beam", "rafter": "beam", "stair": "stair", "stairs": "stair", "staircase": "stair", "railing": "railing", "curtain": "curtain",
	"facade": "wall", "covering": "covering", "member": "member", "plate": "plate", "footing": "footing", "space": "space", "room": "space",
}

// ifcName is how converters name the nodes that they make of a building model.
var ifcName = regexp.MustCompile(`^Ifc([A-Z][A-Za-z]+?)(StandardCase)?(_|$)`)

// tree is what the names of a model's nodes tell.
type tree struct {
	scene    *scene.Scene
	world    []geom.Mat4
	children [][]scene.NodeID
	drawn    []bool // the node or one below it shows something
	kind     []string
	shaped   []bool // kind was told by the shape
	assets   []shown
	elements int // that were named
}

// shown is a node that is a thing.
type shown struct {
	node  scene.NodeID
	name  string
	class *catalogue.Class
	sure  float64
	pose  twin.Pose
	size  geom.Vec3
}

// tree reads the names of a model.
func (g *generation) tree(f File, sc *scene.Scene) *tree {
	n := len(sc.Nodes)
	t := &tree{scene: sc, world: sc.World(nil, nil), children: make([][]scene.NodeID, n), drawn: make([]bool, n), kind: make([]string, n), shaped: make([]bool, n)}
	for i := n - 1; i >= 0; i-- {
		node := sc.Nodes[i]
		t.drawn[i] = t.drawn[i] || node.Mesh != scene.None && !node.Hidden
		if node.Parent != scene.None {
			t.drawn[node.Parent] = t.drawn[node.Parent] || t.drawn[i]
		}
	}
	for i, node := range sc.Nodes {
		if node.Parent != scene.None {
			t.children[node.Parent] = append(t.children[node.Parent], scene.NodeID(i))
		}
	}
	for i, node := range sc.Nodes {
		if node.Parent == scene.None {
			g.visit(t, scene.NodeID(i), "")
		}
	}
	return t
}

// visit reads a node and what hangs below it; within is what holds it: a wall
// holds its parts.
func (g *generation) visit(t *tree, id scene.NodeID, within string) {
	if !t.drawn[id] {
		return
	}
	node := t.scene.Nodes[id]
	name := title(t.scene, id)
	kind, ifc := fabricOf(name)
	bare := strings.TrimPrefix(name, ifc)
	if class, _ := g.classes.classOf(bare, geom.Vec3{}); class != nil && (ifc == "" || kind == "") {
		pose, size := standing(t.below(id))
		if class, sure := g.classes.classOf(bare, size); class != nil && class.Name != thingClass {
			t.assets = append(t.assets, shown{id, name, class, sure, pose, size})
			return
		}
	}
	if kind != "" && kind != "space" || kind == "space" && node.Mesh != scene.None {
		t.elements++
		t.kind[id], within = kind, kind
	}
	if node.Mesh != scene.None && t.kind[id] == "" && within == "" {
		t.kind[id] = "proxy"
	}
	for _, c := range t.children[id] {
		g.visit(t, c, within)
	}
}

// nameless tells whether no node and no mesh of a model bears a name.
func nameless(sc *scene.Scene) bool {
	return !slices.ContainsFunc(sc.Nodes, func(n scene.Node) bool { return n.Name != "" }) && !slices.ContainsFunc(sc.Meshes, func(m scene.Mesh) bool { return m.Name != "" })
}

// title is the name of a node, else that of its mesh.
func title(sc *scene.Scene, id scene.NodeID) string {
	n := sc.Nodes[id]
	if n.Name == "" && n.Mesh != scene.None {
		return sc.Meshes[n.Mesh].Name
	}
	return n.Name
}

// fabricOf tells what part of a building a name stands for, and the type of IFC
// that it begins with.
func fabricOf(name string) (kind, ifc string) {
	if m := ifcName.FindStringSubmatch(name); m != nil {
		for _, w := range words(m[1]) {
			if k := fabricWords[w]; k != "" && !strings.HasPrefix(m[1], "BuildingStorey") {
				return k, m[0]
			}
		}
		return "", m[0]
	}
	have := words(name)
	if slices.Contains(have, "storey") || slices.Contains(have, "level") {
		return "", ""
	}
	for _, w := range have {
		if k := fabricWords[w]; k != "" {
			return k, ""
		}
	}
	return "", ""
}

// alone is what a node shows, where it stands.
func (t *tree) alone(id scene.NodeID) *scene.Scene {
	out := &scene.Scene{Meshes: t.scene.Meshes, Materials: t.scene.Materials}
	if n := t.scene.Nodes[id]; n.Mesh != scene.None && !n.Hidden {
		out.AddNode(scene.Node{Parent: scene.None, Mesh: n.Mesh, Joint: scene.None, Local: t.world[id]})
	}
	return out
}

// below is what a node shows with all that hangs on it.
func (t *tree) below(id scene.NodeID) *scene.Scene {
	out := t.alone(id)
	for _, c := range t.children[id] {
		out.Nodes = append(out.Nodes, t.below(c).Nodes...)
	}
	return out
}

// readObjects makes a building and things of a model's named nodes. Shapes tell
// the rest in a model as large as a building.
func (g *generation) readObjects(f File, sc *scene.Scene, t *tree, large bool) *finding {
	out := &finding{}
	used := map[string]int{}
	unique := func(name, otherwise string) string {
		name = slug(name, otherwise)
		if used[name]++; used[name] > 1 {
			name = fmt.Sprintf("%s-%d", name, used[name])
		}
		return name
	}
	gone := map[string]bool{}
	var guessed []string
	for _, o := range t.assets {
		id := unique(strings.TrimPrefix(o.name, ifcName.FindString(o.name)), o.class.Name)
		if numeric(strings.ReplaceAll(id, "-", "")) {
			id = unique(o.class.Name, "thing")
		}
		sc.Nodes[o.node].Entity = id
		gone[id] = true
		a := twin.Asset{
			ID: twin.AssetID(id), Class: o.class.Name, Name: o.name, Size: o.size, Shape: f.Name, Pose: o.pose, Inferred: o.sure < sureByName,
			Provenance: twin.Provenance{Source: f.Name, Entity: o.name},
		}
		if o.sure < sureByName {
			guessed = append(guessed, fmt.Sprintf("%s is a %s, %.0f %% sure", o.name, o.class.Name, 100*o.sure))
		}
		own := only(sc, id)
		for i := range own.Nodes {
			own.Nodes[i].Entity = ""
		}
		shape := shapeOf(a, o.class, own, poseMatrix(a.Pose).Inv())
		if out.shapes == nil {
			out.shapes = shape
		} else {
			out.shapes.Append(shape, scene.None)
		}
		out.assets = append(out.assets, a)
	}
	if large && !nameless(sc) { // of one that names nothing, nothing says that it is a building
		t.guessShapes()
	}
	b := &Building{}
	var shaped, lost []string
	for i := range sc.Nodes {
		kind := t.kind[i]
		if kind == "" {
			continue
		}
		name := title(sc, scene.NodeID(i))
		if kind == "space" {
			volume := t.below(scene.NodeID(i))
			sc.Nodes[i].Hidden = true
			if s, ok := spaceOf(volume, name); ok {
				b.Spaces = append(b.Spaces, s)
			}
			continue
		}
		entity := buildingEntity + unique(name, "part")
		sc.Nodes[i].Entity = entity
		b.Elements = append(b.Elements, Element{Entity: entity, Type: kind, Name: cmp.Or(name, kind), Box: geom.EmptyBox()})
		switch {
		case kind == "proxy":
			lost = append(lost, cmp.Or(name, "without a name"))
		case t.shaped[i]:
			shaped = append(shaped, cmp.Or(name, "without a name")+": "+kind)
		}
	}
	b.Scene = without(sc, gone)
	b.measure()
	if len(b.Elements)+len(b.Spaces) > 0 {
		out.building = b
	}
	g.report.ElementsTotal += len(out.assets) + len(b.Elements) + len(b.Spaces)
	g.report.ElementsUnderstood += len(out.assets) + len(b.Elements) + len(b.Spaces) - len(lost)
	tell := func(list []string, format string) {
		n := len(list)
		if n == 0 {
			return
		}
		slices.Sort(list)
		list = slices.Compact(list)
		more := ""
		if len(list) > namesShown {
			list, more = list[:namesShown], " …"
		}
		g.report.note(f.Name, "", format, n, strings.Join(list, "; ")+more)
	}
	tell(guessed, "the class of %d things was guessed from name and size: %s. Name them as classes of the catalogue to be sure")
	tell(shaped, "%d parts bear no name of a building's; their shapes tell: %s")
	tell(lost, "%d parts are drawn, but what they are was not recognised: %s. Name their nodes as classes of the catalogue, or as wall, floor, roof, door, window")
	return out
}

// guessShapes tells unnamed parts of a building by their shape.
func (t *tree) guessShapes() {
	all := bounds(t.scene)
	for i, kind := range t.kind {
		if kind != "proxy" {
			continue
		}
		own := t.alone(scene.NodeID(i))
		_, size := standing(own)
		long, thick := max(size[0], size[2]), min(size[0], size[2])
		switch {
		case thick <= wallThick && long >= wallLong && size[1] >= wallHigh:
			t.kind[i], t.shaped[i] = "wall", true
		case size[1] <= slabThick && long*thick >= slabArea && thick > size[1]:
			t.kind[i], t.shaped[i] = "slab", true
			if bounds(own).Min[1] > all.Min[1]+highShare*all.Size()[1] {
				t.kind[i] = "roof"
			}
		}
	}
}

// spaceOf is a room as its volume shows it: the outline is that of its floor.
func spaceOf(volume *scene.Scene, name string) (Space, bool) {
	box := bounds(volume)
	size := box.Size()
	if box.Empty() || size[0] < roomLeast || size[2] < roomLeast {
		return Space{}, false
	}
	s := Space{ID: slug(name, "room"), Name: strings.TrimPrefix(name, ifcName.FindString(name)), FloorY: round(box.Min[1]), Height: round(size[1])}
	if s.Outline = floorOutline(volume, box.Min[1]); s.Outline == nil {
		pose, size := standing(volume)
		corners := footprint(twin.Asset{Pose: pose, Size: size})
		s.Outline = ccw(corners[:])
	}
	return s, true
}

// floorOutline is the largest loop of edges around the triangles of a floor; nil
// when they have none.
func floorOutline(volume *scene.Scene, floor float64) []geom.Vec2 {
	type corner [2]int64
	type edge [2]corner
	at := func(c corner) geom.Vec2 { return geom.Vec2{float64(c[0]) / 1e4, float64(c[1]) / 1e4} }
	edges := map[edge]int{}
	for i, world := range volume.World(nil, nil) {
		n := volume.Nodes[i]
		if n.Mesh == scene.None {
			continue
		}
		for _, p := range volume.Meshes[n.Mesh].Primitives {
			for k := 0; k+2 < len(p.Indices); k += 3 {
				var c [3]corner
				flat := true
				for e := range 3 {
					v := p.Indices[k+e]
					q := mgl64.TransformCoordinate(geom.Vec3{float64(p.Positions[3*v]), float64(p.Positions[3*v+1]), float64(p.Positions[3*v+2])}, world)
					flat = flat && math.Abs(q[1]-floor) < ceilingBand
					c[e] = corner{int64(math.Round(q[0] * 1e4)), int64(math.Round(q[2] * 1e4))}
				}
				for e := range 3 {
					if flat && c[e] != c[(e+1)%3] {
						edges[edge{c[e], c[(e+1)%3]}]++
					}
				}
			}
		}
	}
	next := map[corner]corner{}
	for e := range edges {
		if edges[edge{e[1], e[0]}] == 0 {
			if _, twice := next[e[0]]; twice {
				return nil
			}
			next[e[0]] = e[1]
		}
	}
	var best []geom.Vec2
	for len(next) > 0 {
		var start corner
		for start = range next {
			break
		}
		var loop []geom.Vec2
		for c, ok := start, true; ok; {
			loop = append(loop, at(c))
			to, known := next[c]
			delete(next, c)
			c, ok = to, known && to != start
		}
		if len(loop) > 2 && areaOf(loop) > areaOf(best) {
			best = loop
		}
	}
	if best == nil {
		return nil
	}
	return ccw(straightened(best))
}

// straightened takes out corners on straight edges, and begins with the same
// corner each time.
func straightened(loop []geom.Vec2) []geom.Vec2 {
	var out []geom.Vec2
	for i, p := range loop {
		a, b := loop[(i+len(loop)-1)%len(loop)].Sub(p), loop[(i+1)%len(loop)].Sub(p)
		if math.Abs(a[0]*b[1]-a[1]*b[0]) > 1e-4*a.Len()*b.Len() {
			out = append(out, p)
		}
	}
	first := 0
	for i, p := range out {
		if p[0] < out[first][0] || p[0] == out[first][0] && p[1] < out[first][1] {
			first = i
		}
	}
	return append(out[first:len(out):len(out)], out[:first]...)
}
