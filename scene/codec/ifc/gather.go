package ifc

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// gathering puts together what workers read, in the order of the file.
type gathering struct {
	*building
	ctx   context.Context
	model *Model
	spent int

	materials map[scene.MaterialID]scene.MaterialID // of the palette to those of the scene
	images    map[scene.ImageID]scene.ImageID
}

// sketch is what a worker makes of one product.
type sketch struct {
	element   *Element
	space     *Space
	shapeless bool // a room without a body
	nodes     []sketchNode
	notes     []Note
	spent     int
}

// sketchNode is a mesh and where it stands, or a joint. Elements that share a
// mesh hold the same pointer.
type sketchNode struct {
	local  geom.Mat4
	mesh   *drawn // nil: of one that carries others
	parent int    // of the nodes of its element, one that stands before it; -1: none

	joint   *scene.Joint // nil: none
	part    string
	follows int // of the nodes of its element, that whose joint this one's mimics; -1: none
}

// run is some products in a row, read by one worker.
type run struct {
	products []product
	out      chan []sketch
}

// gather reads products on all cores. At most a few runs wait to be put into
// the scene, so that what is read does not pile up.
func (g *gathering) gather(products []product) error {
	ctx, stop := context.WithCancel(g.ctx)
	defer stop()
	g.materials, g.images = map[scene.MaterialID]scene.MaterialID{}, map[scene.ImageID]scene.ImageID{}
	workers := max(1, min(runtime.GOMAXPROCS(0), len(products)))
	size := max(1, min(32, len(products)/(8*workers)))
	jobs, order := make(chan run), make(chan run, 8*workers)
	var all sync.WaitGroup
	for n := range workers {
		all.Go(func() {
			r := g.newReader(ctx, n+1)
			for j := range jobs {
				out := make([]sketch, 0, len(j.products))
				for _, p := range j.products {
					if ctx.Err() != nil {
						break
					}
					out = append(out, r.sketch(p))
				}
				j.out <- out
			}
		})
	}
	all.Go(func() {
		defer close(order)
		defer close(jobs)
		for rest := products; len(rest) > 0 && ctx.Err() == nil; {
			j := run{rest[:min(size, len(rest))], make(chan []sketch, 1)}
			rest = rest[len(j.products):]
			order <- j
			jobs <- j
		}
	})
	full := false
	for j := range order {
		out := <-j.out
		for i := 0; i < len(out) && !full && ctx.Err() == nil; i++ {
			g.put(&out[i])
			if g.spent += out[i].spent; g.spent > facesMax {
				g.add(Note{ID: j.products[i].id, Why: fmt.Sprintf("the model has more than %d faces; what follows is left out", facesMax)})
				full = true
				stop()
			}
		}
	}
	all.Wait()
	return g.ctx.Err()
}

// sketch reads one product.
func (r *reader) sketch(p product) sketch {
	r.fresh()
	s := sketch{}
	if p.e = r.get(p.id); len(p.e.args) < 7 { // no placement and no shape: the name is used for something else
		return s
	}
	if p.kind == "IFCSPACE" {
		s.space = r.space(p)
		s.shapeless = s.space == nil
	} else {
		s.element, s.nodes = r.element(p)
	}
	s.notes, s.spent = r.notes, r.spent
	return s
}

// put adds a product to the model and its meshes to the scene.
func (g *gathering) put(s *sketch) {
	g.addAll(s.notes)
	switch {
	case s.shapeless:
		g.model.Shapeless++
	case s.space != nil:
		g.model.Spaces = append(g.model.Spaces, *s.space)
	case s.element != nil:
		g.stand(s.element, s.nodes)
		g.model.Elements = append(g.model.Elements, *s.element)
	}
}

// stand adds the nodes of an element to the scene.
func (g *gathering) stand(e *Element, nodes []sketchNode) {
	sc := g.model.Scene
	first := scene.NodeID(len(sc.Nodes))
	for _, n := range nodes {
		out := scene.Node{Name: e.Name, Parent: scene.None, Local: n.local, Mesh: scene.None, Joint: scene.None, Entity: e.Key(), Part: n.part}
		if n.parent >= 0 {
			out.Parent = first + scene.NodeID(n.parent)
			if n.part == "" {
				out.Part = nodes[n.parent].part
			}
		}
		if n.joint != nil {
			j := *n.joint
			if n.follows >= 0 {
				j.Mimic.Of = sc.Nodes[first+scene.NodeID(n.follows)].Joint
			}
			out.Name, out.Joint = j.Name, sc.AddJoint(j)
		}
		if n.mesh != nil {
			if !n.mesh.placed {
				n.mesh.placed = true
				n.mesh.mesh.Name = e.Name
				g.place(n.mesh)
			}
			out.Mesh = n.mesh.id
		}
		sc.AddNode(out)
	}
}

// place puts a mesh into the scene, and what it is made of.
func (g *gathering) place(d *drawn) {
	for i := range d.mesh.Primitives {
		p := &d.mesh.Primitives[i]
		id, known := g.materials[p.Material]
		if !known {
			m := g.palette.at(p.Material)
			m.Color.Image = g.image(m.Color.Image)
			id = g.model.Scene.AddMaterial(m)
			g.materials[p.Material] = id
		}
		p.Material = id
	}
	d.id = g.model.Scene.AddMesh(d.mesh)
	d.mesh = scene.Mesh{}
}

func (g *gathering) image(of scene.ImageID) scene.ImageID {
	if of == 0 {
		return 0
	}
	id, known := g.images[of]
	if !known {
		g.model.Scene.Images = append(g.model.Scene.Images, g.palette.image(of))
		id = scene.ImageID(len(g.model.Scene.Images))
		g.images[of] = id
	}
	return id
}

// add tells a note, with the type and the line of its entity.
func (g *gathering) add(n Note) {
	m := g.model
	if len(m.Notes) > notesMax {
		return
	}
	if at, ok := g.step.find(n.ID); ok && n.ID != 0 {
		in := g.step.instances[at]
		n.Type, n.Line = camel(g.step.kinds[in.kind]), g.step.line(int(in.from))
	}
	if len(m.Notes) == notesMax {
		n = Note{Why: fmt.Sprintf("more than %d notes; the rest is left out", notesMax)}
	}
	m.Notes = append(m.Notes, n)
}

func (g *gathering) addAll(notes []Note) {
	for _, n := range notes {
		g.add(n)
	}
}

// palette is the materials that styles stand for. Its ids come in the order in
// which workers ask; the scene gets its own.
type palette struct {
	mu     sync.Mutex
	list   []scene.Material
	ids    map[scene.Material]scene.MaterialID
	images []scene.Image         // of textures; they do not change while elements are read
	names  map[int]scene.ImageID // texture entity to its image
}

func (p *palette) add(m scene.Material) scene.MaterialID {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, known := p.ids[m]
	if !known {
		if p.ids == nil {
			p.ids = map[scene.Material]scene.MaterialID{}
		}
		id = scene.MaterialID(len(p.list))
		p.list = append(p.list, m)
		p.ids[m] = id
	}
	return id
}

func (p *palette) at(id scene.MaterialID) scene.Material {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.list[id]
}

func (p *palette) image(id scene.ImageID) scene.Image { return p.images[id-1] }

// shelf keeps what several elements share; whoever asks first makes it.
type shelf[K comparable, V any] struct {
	mu   sync.Mutex
	made map[K]*shelved[V]
}

type shelved[V any] struct {
	once sync.Once
	v    V
}

func (s *shelf[K, V]) get(key K, read func() V) V {
	s.mu.Lock()
	if s.made == nil {
		s.made = map[K]*shelved[V]{}
	}
	one := s.made[key]
	if one == nil {
		one = &shelved[V]{}
		s.made[key] = one
	}
	s.mu.Unlock()
	one.once.Do(func() { one.v = read() })
	return one.v
}
