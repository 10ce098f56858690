package gltf

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// WriteOptions say how a file is written. The zero value writes everything as
// it is, in floats.
type WriteOptions struct {
	Step       float64        // metres: positions are written on a grid of this step; 0: as floats
	Grid       func(int) Grid // the grid of mesh i, before Step; nil, or a zero Grid: by Step
	NormalBits int            // of each of two axes, 2 to 16; 0: as floats
	// NormalWithin is the angle, radians, that packed normals may be off; 0: by
	// NormalBits.
	NormalWithin float64
	// Round is how far, in metres of the world, the transforms of nodes may move
	// what they draw, so that they take few digits; 0: none is rounded. Nodes with
	// joints are not.
	Round float64
	// Weigh tells how many bytes of a file some bytes cost, as a server
	// compresses them: of the forms that a packed view may have, the least is
	// written. Nil: the shortest as they are. It is called at once from several
	// goroutines.
	Weigh     func([]byte) int
	UVStep    float64             // metres of texture coordinates; 0: as floats
	Meshopt   bool                // packed; viewers need a decoder
	Extras    any                 // what a caller keeps of its own in the file, as JSON; nil: nothing
	Bare      bool                // without extras and animations: shape, material and structure alone
	NoUVs     bool                // coordinates that no image uses are left out
	Instances bool                // nodes of one mesh below one parent are written as instances (EXT_mesh_gpu_instancing); viewers need to know it
	Flat      func(int, int) bool // primitive k of mesh i is shaded flat, so that it needs no normals
}

// Write writes a scene as GLB.
func Write(sc *scene.Scene, opt WriteOptions) ([]byte, error) {
	if err := sc.Check(); err != nil {
		return nil, fmt.Errorf("write glTF: %w", err)
	}
	w := &writer{sc: sc, opt: opt, doc: &gltf.Document{Asset: gltf.Asset{Version: "2.0", Generator: "GlassTwin"}}, used: map[string]bool{}, textures: map[textureKey]int{},
		streams: streams{byKey: map[streamKey]*stream{}, pack: opt.Meshopt, weigh: opt.Weigh}}
	if !opt.Bare {
		w.doc.Extras = opt.Extras
	}
	w.images()
	w.variants()
	for _, m := range sc.Materials {
		w.doc.Materials = append(w.doc.Materials, w.material(m))
	}
	w.meshes()
	w.nodes()
	if !opt.Bare {
		w.clips()
	}
	bin := w.streams.finish(w.doc)
	if opt.Meshopt && len(bin) > 0 {
		w.require(extMeshopt)
	}
	w.doc.ExtensionsUsed = slices.Sorted(maps.Keys(w.used))
	for _, name := range []string{extInstancing, "EXT_texture_webp", "KHR_texture_basisu", extMeshopt, extQuantized} {
		if w.used[name] {
			w.doc.ExtensionsRequired = append(w.doc.ExtensionsRequired, name)
		}
	}
	return w.container(bin)
}

type writer struct {
	sc      *scene.Scene
	opt     WriteOptions
	doc     *gltf.Document
	streams streams
	used    map[string]bool

	textures map[textureKey]int
	grids    []Grid
	mesh     []int // of the document, for each of the scene; -1: it shows nothing
	node     []int // of the document, for each of the scene
	moved    []int // of the document, that the joint of a node moves
}

func (w *writer) require(extension string) { w.used[extension] = true }

func (w *writer) images() {
	for _, im := range w.sc.Images {
		w.doc.Images = append(w.doc.Images, &gltf.Image{Name: im.Name, MimeType: im.MIME, BufferView: gltf.Index(w.streams.raw(im.Data))})
	}
}

// short is a number as a person would write it: what float32 holds has about
// seven digits.
func short(v float32) float64 {
	var out float64
	fmt.Sscanf(fmt.Sprintf("%g", v), "%g", &out)
	return out
}

func (w *writer) meshes() {
	w.mesh = make([]int, len(w.sc.Meshes))
	w.grids = make([]Grid, len(w.sc.Meshes))
	drawn := make([]bool, len(w.sc.Meshes))
	for _, n := range w.sc.Nodes {
		if n.Mesh != scene.None {
			drawn[n.Mesh] = true
		}
	}
	for i, m := range w.sc.Meshes {
		w.mesh[i] = -1
		if !drawn[i] {
			continue
		}
		if w.opt.Grid != nil {
			w.grids[i] = w.opt.Grid(i)
		}
		if !w.grids[i].set() {
			w.grids[i] = GridOf(m, w.opt.Step)
		}
		out := &gltf.Mesh{Name: m.Name}
		wide := w.grids[i].set() && w.grids[i].wide(m)
		for k, p := range m.Primitives {
			if len(p.Indices) > 0 {
				out.Primitives = append(out.Primitives, w.primitive(i, k, p, wide))
			}
		}
		if len(out.Primitives) > 0 {
			w.mesh[i] = len(w.doc.Meshes)
			w.doc.Meshes = append(w.doc.Meshes, out)
		}
	}
}

func (w *writer) primitive(i, k int, p scene.Primitive, wide bool) *gltf.Primitive {
	n := len(p.Positions) / 3
	out := &gltf.Primitive{Attributes: gltf.PrimitiveAttributes{}, Material: gltf.Index(int(p.Material))}
	g := w.grids[i]
	if g.set() {
		w.require(extQuantized)
		data, lo, hi := g.positions(p, wide)
		kind, stride := gltf.ComponentUbyte, 4
		if wide {
			kind, stride = gltf.ComponentUshort, 8
		}
		at := w.accessor(streamKey{meshopt.Attributes, meshopt.None, stride, "position"}, data, kind, gltf.AccessorVec3, false, n)
		w.doc.Accessors[at].Min, w.doc.Accessors[at].Max = lo[:], hi[:]
		out.Attributes["POSITION"] = at
	} else {
		at := w.accessor(streamKey{meshopt.Attributes, meshopt.None, 12, "position"}, floatBytes(p.Positions), gltf.ComponentFloat, gltf.AccessorVec3, false, n)
		lo, hi := boundsOf(p.Positions)
		w.doc.Accessors[at].Min, w.doc.Accessors[at].Max = lo, hi
		out.Attributes["POSITION"] = at
	}
	m := w.sc.Materials[p.Material]
	if w.opt.Flat == nil || !w.opt.Flat(i, k) {
		out.Attributes["NORMAL"] = w.normals(p, g)
		if len(p.Tangents) > 0 && m.Bumpy() { // nothing else turns by them
			out.Attributes["TANGENT"] = w.tangents(p, g)
		}
	}
	imaged := w.imaged(p)
	if len(p.UVs) > 0 && (imaged || !w.opt.NoUVs) {
		out.Attributes["TEXCOORD_0"] = w.accessor(streamKey{meshopt.Attributes, meshopt.None, 8, "uv"}, floatBytes(p.UVs), gltf.ComponentFloat, gltf.AccessorVec2, false, n)
	}
	if len(p.UVs2) > 0 && imaged {
		out.Attributes["TEXCOORD_1"] = w.accessor(streamKey{meshopt.Attributes, meshopt.None, 8, "uv2"}, floatBytes(p.UVs2), gltf.ComponentFloat, gltf.AccessorVec2, false, n)
	}
	if len(p.Colors) > 0 {
		out.Attributes["COLOR_0"] = w.colors(p, n)
	}
	out.Extensions = w.choices(p)
	out.Indices = gltf.Index(w.indices(p.Indices, n))
	return out
}

// indices writes corners of triangles in as few bytes as count asks for.
func (w *writer) indices(list []uint32, count int) int {
	kind, stride := gltf.ComponentUshort, 2
	if count > 65535 {
		kind, stride = gltf.ComponentUint, 4
	}
	data := make([]byte, len(list)*stride)
	for i, v := range list {
		if stride == 2 {
			binary.LittleEndian.PutUint16(data[2*i:], uint16(v))
		} else {
			binary.LittleEndian.PutUint32(data[4*i:], v)
		}
	}
	return w.accessor(streamKey{meshopt.Triangles, meshopt.None, stride, "index"}, data, kind, gltf.AccessorScalar, false, len(list))
}

// accessor adds elements to a stream and an accessor that reads them.
func (w *writer) accessor(key streamKey, data []byte, kind gltf.ComponentType, form gltf.AccessorType, normalized bool, count int) int {
	s := w.streams.get(key)
	if key.mode == meshopt.Triangles && key.stride == 2 && len(s.data)%4 != 0 {
		// Triangles are packed in threes: a filler would break them. Accessors of
		// two bytes may begin at any even byte.
		offset := len(s.data)
		s.data = append(s.data, data...)
		return w.at(s, offset, kind, form, normalized, count)
	}
	return w.at(s, s.add(data), kind, form, normalized, count)
}

func (w *writer) at(s *stream, offset int, kind gltf.ComponentType, form gltf.AccessorType, normalized bool, count int) int {
	w.doc.Accessors = append(w.doc.Accessors, &gltf.Accessor{
		BufferView: gltf.Index(s.view), ByteOffset: offset, ComponentType: kind, Type: form, Normalized: normalized, Count: count,
	})
	return len(w.doc.Accessors) - 1
}

func boundsOf(positions []float32) (lo, hi []float64) {
	lo, hi = []float64{math.Inf(1), math.Inf(1), math.Inf(1)}, []float64{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for i, v := range positions {
		lo[i%3], hi[i%3] = math.Min(lo[i%3], float64(v)), math.Max(hi[i%3], float64(v))
	}
	return lo, hi
}

// nodes writes the tree. A joint moves its node about the node's own origin: one
// with an axis elsewhere gets a frame that takes the rest back.
func (w *writer) nodes() {
	w.node, w.moved = make([]int, len(w.sc.Nodes)), make([]int, len(w.sc.Nodes))
	var roots []int
	children := make([]int, len(w.sc.Nodes))
	for _, n := range w.sc.Nodes {
		if n.Parent != scene.None {
			children[n.Parent]++
		}
	}
	hang := make([]int, len(w.sc.Nodes)) // node of the document that children hang on
	groups, others := w.instances(children)
	rounds := newRounding(w.sc, w.opt.Round)
	for i, n := range w.sc.Nodes {
		if others[i] {
			continue
		}
		if group := groups[i]; group != nil {
			at := w.doc.Nodes[hang[n.Parent]]
			at.Children = append(at.Children, w.instanced(group))
			continue
		}
		out := &gltf.Node{Name: n.Name}
		own := nodeExtras{Entity: n.Entity, Part: n.Part, Hidden: n.Hidden}
		id := w.addNode(out)
		w.node[i], w.moved[i], hang[i] = id, id, id
		local, carrier := n.Local, id
		if n.Joint != scene.None {
			own.Joint = w.jointExtras(n.Joint)
			if o := w.sc.Joints[n.Joint].Origin; o.Len() > 0 && !w.opt.Bare { // a bare file moves nothing
				exact := [16]float64(n.Local)
				own.Local = &exact
				local = n.Local.Mul4(translation(o))
				pivot := w.addNode(&gltf.Node{Translation: o.Mul(-1), Extras: nodeExtras{Frame: framePivot}})
				out.Children = append(out.Children, pivot)
				hang[i], carrier = pivot, pivot
			}
		}
		if _, _, _, ok := decompose(local); !ok && n.Joint == scene.None {
			exact := [16]float64(n.Local)
			own.Local = &exact
			outer, inner := parted(local)
			local = outer
			bend := &gltf.Node{}
			place(bend, inner, true, true)
			if !w.opt.Bare {
				bend.Extras = nodeExtras{Frame: framePivot}
			}
			at := w.addNode(bend)
			out.Children = append(out.Children, at)
			hang[i], carrier = at, at
		}
		leaf := children[i] == 0 && carrier == id && n.Joint == scene.None
		if n.Mesh != scene.None && w.mesh[n.Mesh] >= 0 && !n.Hidden {
			mesh := gltf.Index(w.mesh[n.Mesh])
			switch g := w.grids[n.Mesh]; {
			case !g.set():
				w.doc.Nodes[carrier].Mesh = mesh
			case leaf:
				local = local.Mul4(g.matrix())
				out.Mesh = mesh
			default:
				grid := &gltf.Node{Mesh: mesh}
				if !rounds.place(i, grid, g.matrix()) {
					place(grid, g.matrix(), true, true)
				}
				if !w.opt.Bare {
					grid.Extras = nodeExtras{Frame: frameGrid}
				}
				at := w.addNode(grid)
				w.doc.Nodes[carrier].Children = append(w.doc.Nodes[carrier].Children, at)
			}
		}
		if n.Joint == scene.None && rounds.place(i, out, local) {
			// few digits do
		} else if !place(out, local, n.Joint != scene.None, w.opt.Step > 0 || w.opt.Grid != nil) && own.Joint != nil && own.Local == nil {
			exact := [16]float64(n.Local)
			own.Local = &exact
		}
		if own != (nodeExtras{}) && !w.opt.Bare {
			out.Extras = own
		}
		if n.Parent == scene.None {
			roots = append(roots, id)
		} else {
			at := w.doc.Nodes[hang[n.Parent]]
			at.Children = append(at.Children, id)
		}
	}
	s := &gltf.Scene{Nodes: roots}
	if !w.opt.Bare && len(w.sc.Loops) > 0 {
		s.Extras = sceneExtras{Loops: w.loops()}
	}
	w.doc.Scenes, w.doc.Scene = []*gltf.Scene{s}, gltf.Index(0)
}

func (w *writer) addNode(n *gltf.Node) int {
	w.doc.Nodes = append(w.doc.Nodes, n)
	return len(w.doc.Nodes) - 1
}

func (w *writer) jointExtras(id scene.JointID) *jointExtras {
	j := w.sc.Joints[id]
	out := &jointExtras{ID: int(id), Name: j.Name, Kind: kindNames[j.Kind], Axis: j.Axis, Min: j.Min, Max: j.Max, SpeedMax: j.SpeedMax, Drive: j.Drive, Scale: j.Scale, Offset: j.Offset}
	if j.Origin != (geom.Vec3{}) {
		origin := [3]float64(j.Origin)
		out.Origin = &origin
	}
	if j.Mimic.Ratio != 0 {
		out.Mimic = &struct {
			Of    int     `json:"of"`
			Ratio float64 `json:"ratio"`
			Shift float64 `json:"shift,omitempty"`
		}{int(j.Mimic.Of), j.Mimic.Ratio, j.Mimic.Shift}
	}
	return out
}

func (w *writer) loops() []loopExtras {
	var out []loopExtras
	for _, l := range w.sc.Loops {
		e := loopExtras{Name: l.Name, A: w.node[l.A], B: w.node[l.B], AtA: l.AtA, AtB: l.AtB}
		for _, p := range l.Passive {
			e.Passive = append(e.Passive, int(p))
		}
		out = append(out, e)
	}
	return out
}
