package gl

import (
	"hash/fnv"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

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
	slot     int // mesh and side: things of one are drawn together
	seed     float32
	mirrored bool
	moves    bool // a door or a drawer, or something on it
	level    int  // at which it was drawn last

	// Where it is now, in world space.
	rows   [3][4]float32
	center geom.Vec3
	radius float64
	long   float64 // the most that it is stretched

	turn uint64 // of the stage, when it was in sight last
}

// slot is what things must share to be drawn together.
type slot struct {
	mesh     int
	mirrored bool
}

// batch is a run of instances of one level of a mesh.
type batch struct {
	mesh, level  int
	mirrored     bool
	first, count int
}

// pane is one instance that light goes through, to be drawn far to near.
type pane struct {
	mesh, at int
	level    int
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

	poses  poses
	still  tree             // over what no joint moves
	hung   []int32          // things that a joint moves
	movers []int            // things that move
	roots  map[string]int   // node of each entity
	of     map[string][]int // things of each entity

	boxes  []box32 // of each thing, as it stands
	hiders hiders
	turn   uint64 // counts views

	world     []geom.Mat4 // of poses
	worn      []int       // groups that look other than plain
	sight     []seen
	slots     []slot
	tally     []tally // by slot and level
	touched   []int32 // of tally, used by the view at hand
	instances []instance
	batches   []batch
	panes     []pane
	marked    []pane // instances with a highlight
	ghosts    []pane
	wants     []want   // meshes that are not there
	veiled    []int32  // things in sight that are seen through
	veils     []pane   // their instances
	before    []string // entities before the selected one
	bounds    geom.Box // of everything drawn, at rest
}

func newStage(sc *scene.Scene, meshes []mesh) *stage {
	s := &stage{scene: sc, meshes: meshes, byName: map[string][]int{}, roots: map[string]int{}, of: map[string][]int{}, bounds: geom.EmptyBox()}
	entities, parts := sc.Entities(), sc.Parts()
	known := map[[2]string]int{}
	moves := moving(sc)
	nth := map[string]int{} // things of an entity so far
	s.poses = newPoses(sc)
	s.world = s.poses.world
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
			s.groups = append(s.groups, group{entity: key[0], part: key[1], look: plain})
			s.byName[key[0]] = append(s.byName[key[0]], g)
		}
		belt := -1
		if n.Joint != scene.None && sc.Joints[n.Joint].Belt() {
			belt = int(n.Joint)
		}
		s.things = append(s.things, thing{
			node: i, mesh: int(n.Mesh), group: g, belt: belt, seed: seedIn(entities[i], nth[entities[i]]),
			mirrored: s.world[i].Mat3().Det() < 0, moves: moves[i],
		})
		nth[entities[i]]++
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
	for i := range s.things {
		t := &s.things[i]
		if i > 0 {
			t.slot = s.things[i-1].slot
		}
		if i == 0 || s.things[i-1].mesh != t.mesh || s.things[i-1].mirrored != t.mirrored {
			t.slot = len(s.slots)
			s.slots = append(s.slots, slot{t.mesh, t.mirrored})
		}
		if t.moves {
			s.movers = append(s.movers, i)
		}
		if e := s.groups[t.group].entity; e != "" {
			s.of[e] = append(s.of[e], i)
		}
	}
	s.settle()
	return s
}

// worth is how large the largest thing of each mesh is, metres; 0: it is not drawn.
func (s *stage) worth() []float64 {
	out := make([]float64, len(s.meshes))
	for i := range s.things {
		t := &s.things[i]
		out[t.mesh] = max(out[t.mesh], t.radius)
	}
	return out
}

// settle puts the things to where their nodes are and plants the tree.
func (s *stage) settle() {
	hangs := make([]bool, len(s.world))
	for _, i := range s.poses.driven {
		hangs[i] = true
	}
	s.boxes = make([]box32, len(s.things))
	var still []int32
	for i := range s.things {
		t := &s.things[i]
		s.locate(i)
		if hangs[t.node] {
			s.hung = append(s.hung, int32(i))
			continue
		}
		still = append(still, int32(i))
	}
	s.still = plant(s.boxes, still)
	s.instances = make([]instance, 0, len(s.things))
	s.sight = make([]seen, 0, len(s.things))
	s.tally = make([]tally, len(s.slots)*levelsAll)
}

// locate works out where a thing is.
func (s *stage) locate(i int) {
	t := &s.things[i]
	w, m := &s.world[t.node], &s.meshes[t.mesh]
	t.rows = rowsOf(w)
	t.long = stretch(w)
	t.center, t.radius = mgl64.TransformCoordinate(m.center, *w), m.radius*t.long
	s.boxes[i] = box32Of(m.box.Transform(*w))
}

func rowsOf(w *geom.Mat4) (rows [3][4]float32) {
	for r := range 3 {
		for c := range 4 {
			rows[r][c] = float32(w[4*c+r])
		}
	}
	return rows
}

// follow moves what hangs on joints.
func (s *stage) follow(joints []float64) {
	if !s.poses.follow(joints) {
		return
	}
	for _, k := range s.hung {
		if s.poses.fresh[s.things[k].node] {
			s.locate(int(k))
		}
	}
}

// seedIn is the seed of the n-th thing of an entity, 0..1: an entity looks the same
// whatever else there is in the scene.
func seedIn(entity string, n int) float32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(entity))
	return seedOf(int(h.Sum32()%1000003) + n)
}

// seedOf spreads numbers over 0..1 (golden ratio).
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
