package ifc

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// notesMax bounds what is told: nobody reads more.
const notesMax = 10_000

// building is what one pass over the file finds: where things are and who
// belongs to whom. It does not change while elements are read, except for its
// caches, which lock themselves.
type building struct {
	step   *step
	beside packed // files that came with the model

	metre, squareMetre, cubicMetre, radian float64
	units                                  map[string]measureUnit // of the project, by type: "POWERUNIT"

	styled    map[int][]int // item or material to its styles
	layered   map[int][]int // item or representation to the styles of its layer
	coloured  map[int]int   // tessellation to its IfcIndexedColourMap
	textured  map[int][]int // tessellation or face to its texture coordinates
	madeOf    map[int]int   // element to its material definition
	typeOf    map[int]int   // element to its type object
	storeyOf  map[int]int   // element to the structure that holds it
	wholeOf   map[int]int   // part to its whole
	parts     map[int]bool  // wholes that have parts
	openings  map[int][]int // element to its openings
	hostOf    map[int]int   // opening to its element
	fills     map[int]int   // window to its opening
	sets      map[int][]int // element to its property and quantity sets
	gridOf    map[int]int   // axis to its grid
	portOf    map[int]int   // port to its element, where a relation of IFC2x3 says so
	relations relations

	palette palette
	maps    shelf[int, mappedBodies]
	meshes  shelf[meshKey, *drawn]
}

// relations are what is told of an element by ids.
type relations struct {
	groups   []int // groups, systems and zones
	ports    []int
	members  map[int][]int // group to its members
	serves   map[int][]int // system to what it serves
	conveys  [][3]int      // two ports that are connected, and what realises it
	types    []int         // type objects
	spatials []int         // structure: sites, buildings, storeys, facilities
	textures []int
	crs      []int          // map conversions
	projects []int          // projects
	contexts []int          // geometric contexts
	epsets   map[int]string // IFC2x3's map conversions: property sets by name
}

// reader reads one element after another of a building. There is one for each
// worker.
type reader struct {
	*building
	ctx    context.Context
	parser parser
	cache  argumentCache
	words  map[string]string // small strings that occur over and over

	problem error   // the first thing wrong with the item at hand
	unread  []error // items of the element at hand that could not be read
	notes   []Note  // of the element at hand
	under   map[int]bool
	spent   int   // faces made, for this element
	arcs    int   // numbers given to curved surfaces
	chords  []int // when not nil: how many chords arcs got, in order
	replay  []int // how many chords arcs are to get

	placements map[int]geom.Mat4
	nested     map[int]mappedBodies // maps within maps
	surfaces   map[int]scene.MaterialID
}

// newReader begins a worker; n tells workers apart.
func (b *building) newReader(ctx context.Context, n int) *reader {
	return &reader{
		building: b, ctx: ctx, under: map[int]bool{}, arcs: n << 40, words: map[string]string{},
		placements: map[int]geom.Mat4{}, nested: map[int]mappedBodies{}, surfaces: map[int]scene.MaterialID{},
	}
}

// Read reads a model; name is for messages. The data is a STEP physical file,
// plain, packed by gzip or as .ifczip; it must not change meanwhile, and
// nothing of the model keeps it. An error means that the data is no IFC file
// that can be read, or that ctx ended; everything smaller is a Note.
func Read(ctx context.Context, name string, data []byte) (*Model, error) {
	text, beside, err := unpack(name, data)
	if err != nil {
		return nil, err
	}
	s, err := scan(ctx, name, text)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	b := &building{
		step: s, beside: beside, styled: map[int][]int{}, layered: map[int][]int{}, coloured: map[int]int{}, textured: map[int][]int{}, madeOf: map[int]int{},
		typeOf: map[int]int{}, storeyOf: map[int]int{}, wholeOf: map[int]int{}, parts: map[int]bool{}, openings: map[int][]int{},
		hostOf: map[int]int{}, fills: map[int]int{}, sets: map[int][]int{}, portOf: map[int]int{}, gridOf: map[int]int{},
		relations: relations{members: map[int][]int{}, serves: map[int][]int{}, epsets: map[int]string{}},
	}
	g := gathering{building: b, model: &Model{Schema: s.schema, Scene: &scene.Scene{}}, ctx: ctx}
	for _, f := range s.broken {
		g.add(Note{Line: s.line(f.at), Why: f.why})
	}
	for _, id := range s.doubled {
		g.add(Note{ID: id, Why: "stands twice; the first is taken"})
	}
	r := b.newReader(ctx, 0)
	r.readUnits()
	products := r.relate(g.model)
	if len(s.instances) > 0 && len(products) == 0 && !b.building() {
		return nil, fmt.Errorf("%s: it holds no building model: no instance of its %d is of IFC; export the model as IFC", name, len(s.instances))
	}
	r.pictures()
	g.addAll(r.notes)
	r.notes = nil
	if err := g.gather(products); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	r.fresh()
	r.tell(g.model)
	g.addAll(r.notes)
	g.settle()
	if err := g.model.Scene.Check(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return g.model, nil
}

// building tells whether any instance is of IFC.
func (b *building) building() bool {
	for _, k := range b.step.kinds {
		if strings.HasPrefix(k, "IFC") {
			return true
		}
	}
	return false
}

// noted tells that something about an entity was not understood.
func (r *reader) noted(id int, why string) {
	if len(r.notes) < notesMax {
		r.notes = append(r.notes, Note{ID: id, Why: why})
	}
}

func (r *reader) note(id int, format string, args ...any) { r.noted(id, fmt.Sprintf(format, args...)) }

// fresh begins with something new: what was read before is forgotten.
func (r *reader) fresh() {
	r.parser.reuse()
	r.cache.generation++
	r.problem, r.unread, r.notes, r.spent = nil, r.unread[:0], nil, 0
}

// originReach is from where on a building stands too far from zero for single
// precision, metres.
const originReach = 2_000

// settle moves a building that stands in map coordinates to zero.
func (g *gathering) settle() {
	m := g.model
	all := geom.EmptyBox()
	for _, e := range m.Elements {
		all = all.Union(e.Box)
	}
	for _, s := range m.Spaces {
		all = all.Union(s.Box)
	}
	if all.Empty() {
		return
	}
	var off geom.Vec3
	far := false
	for k := range 3 {
		far = far || math.Abs(all.Min[k]) > originReach || math.Abs(all.Max[k]) > originReach
		off[k] = math.Floor(all.Center()[k])
	}
	if !far {
		return
	}
	off[1] = math.Floor(all.Min[1])
	m.Origin = off
	shift := func(b *geom.Box) {
		if !b.Empty() {
			b.Min, b.Max = b.Min.Sub(off), b.Max.Sub(off)
		}
	}
	for i := range m.Scene.Nodes {
		n := &m.Scene.Nodes[i]
		if n.Parent == scene.None {
			for k := range 3 {
				n.Local[12+k] -= off[k]
			}
		}
	}
	for i := range m.Elements {
		shift(&m.Elements[i].Box)
	}
	for i := range m.Ports {
		m.Ports[i].At = m.Ports[i].At.Sub(off)
	}
	for i := range m.Spaces {
		s := &m.Spaces[i]
		shift(&s.Box)
		s.FloorY -= off[1]
		for k := range s.Outline {
			s.Outline[k] = s.Outline[k].Sub(geom.Vec2{off[0], off[2]})
		}
	}
}
