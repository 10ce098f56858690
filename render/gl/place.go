package gl

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/level"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// instance is a placed mesh as the vertex shader reads it: 80 bytes.
type instance struct {
	rows [3][4]float32 // of the world transform
	tint overlay.RGBA  // linear; alpha is how strongly it covers
	look [4]float32    // emission factor, glow, grey + 2·highlight, seed or travel of the belt
}

const instanceFloats = 20

// thing is a node that is drawn.
type thing struct {
	node     int
	mesh     int
	group    int
	belt     int // joint whose position is the travel of a belt; -1 for others
	seed     float32
	mirrored bool
	moves    bool // a door or a drawer, or something on it
	level    int  // at which it was drawn last
}

// group is what overlays can name: an entity, or a part of one.
type group struct {
	entity, part string
	hidden       bool
	emission     float32
	tint         overlay.RGBA
	glow         float32
	grey         bool
	highlight    float32 // 0 none, 1 hovered, 2 selected
}

// batch is a run of instances of one level of a mesh.
type batch struct {
	mesh, level  int
	mirrored     bool
	first, count int
	near         float64 // squared distance of the nearest instance
}

// pane is one instance that light goes through, to be drawn far to near.
type pane struct {
	mesh, at int
	node     int
	distance float64
	mirrored bool
}

// stage knows which nodes are drawn and, for the frame at hand, where and how.
type stage struct {
	scene  *scene.Scene
	meshes []mesh
	things []thing // sorted by mesh
	groups []group
	byName map[string][]int // groups of an entity

	movers []int            // things that move
	roots  map[string]int   // node of each entity
	of     map[string][]int // things of each entity

	world     []geom.Mat4
	sight     []seen
	instances []instance
	batches   []batch
	panes     []pane
	marked    []pane // instances with a highlight
	ghosts    []pane
	bounds    geom.Box // of everything drawn, at rest
}

func newStage(sc *scene.Scene, meshes []mesh) *stage {
	s := &stage{scene: sc, meshes: meshes, byName: map[string][]int{}, roots: map[string]int{}, of: map[string][]int{}, bounds: geom.EmptyBox()}
	entities, parts := sc.Entities(), sc.Parts()
	known := map[[2]string]int{}
	moves := moving(sc)
	s.world = sc.World(nil, nil)
	for i, n := range sc.Nodes {
		if _, known := s.roots[n.Entity]; n.Entity != "" && !known {
			s.roots[n.Entity] = i
		}
		if n.Mesh == scene.None || n.Hidden {
			continue
		}
		key := [2]string{entities[i], parts[i]}
		g, ok := known[key]
		if !ok {
			g = len(s.groups)
			known[key] = g
			s.groups = append(s.groups, group{entity: key[0], part: key[1]})
			s.byName[key[0]] = append(s.byName[key[0]], g)
		}
		belt := -1
		if n.Joint != scene.None && sc.Joints[n.Joint].Belt() {
			belt = int(n.Joint)
		}
		s.things = append(s.things, thing{
			node: i, mesh: int(n.Mesh), group: g, belt: belt, seed: seedOf(i),
			mirrored: s.world[i].Mat3().Det() < 0, moves: moves[i],
		})
		s.bounds = s.bounds.Union(meshes[n.Mesh].box.Transform(s.world[i]))
	}
	slices.SortStableFunc(s.things, func(a, b thing) int {
		if a.mesh != b.mesh {
			return a.mesh - b.mesh
		}
		switch {
		case a.mirrored == b.mirrored:
			return 0
		case b.mirrored:
			return -1
		}
		return 1
	})
	for i, t := range s.things {
		if t.moves {
			s.movers = append(s.movers, i)
		}
		if e := s.groups[t.group].entity; e != "" {
			s.of[e] = append(s.of[e], i)
		}
	}
	s.instances = make([]instance, 0, len(s.things))
	s.batches = make([]batch, 0, len(meshes)+1)
	return s
}

// seedOf spreads node numbers over 0..1 (golden ratio).
func seedOf(i int) float32 { return float32(math.Mod(float64(i)*0.6180339887, 1)) }

// moving tells, for each node, whether it or a node above it opens or slides.
// What turns for ever casts nearly the same shadow all the time.
func moving(sc *scene.Scene) []bool {
	out := make([]bool, len(sc.Nodes))
	for i, n := range sc.Nodes {
		if n.Joint != scene.None {
			k := sc.Joints[n.Joint].Kind
			out[i] = k == scene.Revolute || k == scene.Prismatic
		}
		out[i] = out[i] || n.Parent != scene.None && out[n.Parent]
	}
	return out
}

// hiddenKey changes with what is hidden (FNV-1a).
func (s *stage) hiddenKey() uint64 {
	h := uint64(14695981039346656037)
	for i := range s.groups {
		if s.groups[i].hidden {
			h = (h ^ uint64(i+1)) * 1099511628211
		}
	}
	return h
}

// moved tells whether a moving thing left the pose that it had.
func (s *stage) moved(poses []geom.Mat4) bool {
	if len(poses) != len(s.movers) {
		return true
	}
	for i, k := range s.movers {
		if poses[i] != s.world[s.things[k].node] {
			return true
		}
	}
	return false
}

func (s *stage) movingPoses(into []geom.Mat4) []geom.Mat4 {
	into = into[:0]
	for _, k := range s.movers {
		into = append(into, s.world[s.things[k].node])
	}
	return into
}

// which things a view is about.
type which uint8

const (
	everything which = iota
	whatStays
	whatMoves
)

// view is what of space a pass sees.
type view struct {
	only   which
	planes [6]geom.Vec4 // inside is positive, unit normals
	eye    geom.Vec3
	least  float64 // angle, radians: smaller things are left out
	focal  float64 // pixels of a metre that is a metre away; 0: everything is drawn at its finest
	blur   float64 // pixels that what is drawn may be off
}

func newView(clip geom.Mat4, eye geom.Vec3, least float64) view {
	v := view{eye: eye, least: least}
	for i := range 3 {
		v.planes[2*i] = clip.Row(3).Add(clip.Row(i))
		v.planes[2*i+1] = clip.Row(3).Sub(clip.Row(i))
	}
	for i, p := range v.planes {
		v.planes[i] = p.Mul(1 / math.Max(p.Vec3().Len(), 1e-12))
	}
	return v
}

func (v *view) sees(center geom.Vec3, radius float64) bool {
	for i := range v.planes {
		p := &v.planes[i]
		if p[0]*center[0]+p[1]*center[1]+p[2]*center[2]+p[3] < -radius {
			return false
		}
	}
	return v.least == 0 || radius > v.least*center.Sub(v.eye).Len()
}

// dress reads from a frame how each group looks.
func (s *stage) dress(f *render.Frame) {
	for i := range s.groups {
		g := &s.groups[i]
		g.hidden = len(f.Hidden) > 0 && f.Hidden[g.entity]
		g.emission = 1
		if e, ok := f.Emissive[g.entity]; ok {
			g.emission = e
		}
		g.tint, g.glow, g.grey, g.highlight = overlay.RGBA{}, 0, false, 0
		if g.entity == "" {
			continue
		}
		switch g.entity {
		case f.Selected:
			g.highlight = 2
		case f.Hovered:
			g.highlight = 1
		}
	}
	for i := range f.Overlays.Tints {
		t := &f.Overlays.Tints[i]
		for _, k := range s.byName[t.Entity] {
			g := &s.groups[k]
			if t.Part != "" && t.Part != g.part {
				continue
			}
			if t.Grey {
				g.grey = true
				continue
			}
			g.tint, g.glow = t.Color, t.Glow
		}
	}
}

// seen is a thing in sight.
type seen struct {
	thing, level int
	distance     float64 // squared
}

// place fills the instances, batches and panes with what a view sees.
func (s *stage) place(f *render.Frame, v *view) {
	s.instances, s.batches, s.panes, s.marked = s.instances[:0], s.batches[:0], s.panes[:0], s.marked[:0]
	s.look(v)
	for first := 0; first < len(s.sight); {
		one := s.things[s.sight[first].thing]
		last, coarsest := first, 0
		for ; last < len(s.sight); last++ {
			if t := &s.things[s.sight[last].thing]; t.mesh != one.mesh || t.mirrored != one.mirrored {
				break
			}
			coarsest = max(coarsest, s.sight[last].level)
		}
		for l := range coarsest + 1 {
			b := batch{mesh: one.mesh, level: l, mirrored: one.mirrored, first: len(s.instances), near: math.Inf(1)}
			for _, x := range s.sight[first:last] {
				if x.level == l {
					s.put(f, x)
					b.count, b.near = b.count+1, math.Min(b.near, x.distance)
				}
			}
			if b.count > 0 {
				s.batches = append(s.batches, b)
			}
		}
		first = last
	}
	// Near things first: what they cover need not be shaded.
	slices.SortFunc(s.batches, func(a, b batch) int {
		switch {
		case a.near < b.near:
			return -1
		case a.near > b.near:
			return 1
		}
		return a.first - b.first
	})
	slices.SortFunc(s.panes, func(a, b pane) int {
		switch {
		case a.distance > b.distance:
			return -1
		case a.distance < b.distance:
			return 1
		}
		return a.at - b.at
	})
}

// look finds what a view sees, and how coarsely each thing is drawn there.
func (s *stage) look(v *view) {
	s.sight = s.sight[:0]
	for i := range s.things {
		t := &s.things[i]
		g := &s.groups[t.group]
		if g.hidden || v.only != everything && t.moves != (v.only == whatMoves) {
			continue
		}
		w, m := &s.world[t.node], &s.meshes[t.mesh]
		center, long := mgl64.TransformCoordinate(m.center, *w), stretch(w)
		if !v.sees(center, m.radius*long) {
			continue
		}
		x := seen{thing: i, distance: center.Sub(v.eye).LenSqr()}
		if v.focal > 0 && len(m.errors) > 0 {
			near := math.Max(0, math.Sqrt(x.distance)-m.radius*long)
			t.level = level.Choose(t.level, m.errors, v.focal*long/near, v.blur)
			x.level = t.level
		}
		s.sight = append(s.sight, x)
	}
}

// put adds the instance of a thing in sight.
func (s *stage) put(f *render.Frame, x seen) {
	t := &s.things[x.thing]
	g := &s.groups[t.group]
	at := len(s.instances)
	s.instances = append(s.instances, instance{})
	s.instances[at].set(&s.world[t.node], t, g, f)
	if g.highlight > 0 {
		s.marked = append(s.marked, pane{mesh: t.mesh, at: at, node: t.node})
	}
	if s.meshes[t.mesh].clear.count > 0 {
		s.panes = append(s.panes, pane{mesh: t.mesh, at: at, mirrored: t.mirrored, distance: x.distance})
	}
}

func (x *instance) set(w *geom.Mat4, t *thing, g *group, f *render.Frame) {
	for r := range 3 {
		for c := range 4 {
			x.rows[r][c] = float32(w[4*c+r])
		}
	}
	x.tint = g.tint
	x.look = [4]float32{g.emission, g.glow, 2 * g.highlight, t.seed}
	if g.grey {
		x.look[2]++
	}
	if t.belt >= 0 && t.belt < len(f.Joints) {
		x.look[3] = float32(f.Joints[t.belt])
	}
}

// stretch is the most that a transform lengthens anything.
func stretch(w *geom.Mat4) float64 {
	x := w[0]*w[0] + w[1]*w[1] + w[2]*w[2]
	y := w[4]*w[4] + w[5]*w[5] + w[6]*w[6]
	z := w[8]*w[8] + w[9]*w[9] + w[10]*w[10]
	return math.Sqrt(max(x, y, z))
}
