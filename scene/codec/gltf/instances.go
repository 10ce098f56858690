package gltf

import (
	"github.com/qmuntal/gltf"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf/meshopt"
)

// alike is what nodes share that can be instances of one node: packages on one
// shelf are.
type alike struct {
	parent     scene.NodeID
	mesh       scene.MeshID
	name, part string
}

// instances lists, for the first node of each group that can be written as one,
// the group, and marks the others. A node is in a group when nothing hangs on it,
// no joint moves it, no loop ends at it, it depicts nothing of its own and it is
// neither mirrored nor sheared: viewers draw instances with one winding.
func (w *writer) instances(children []int) (groups map[int][]int, others []bool) {
	others = make([]bool, len(w.sc.Nodes))
	if !w.opt.Instances {
		return nil, others
	}
	tied := map[scene.NodeID]bool{}
	for _, l := range w.sc.Loops {
		tied[l.A], tied[l.B] = true, true
	}
	first := map[alike]int{}
	groups = map[int][]int{}
	for i, n := range w.sc.Nodes {
		if n.Mesh == scene.None || w.mesh[n.Mesh] < 0 || n.Hidden || n.Joint != scene.None || n.Entity != "" || children[i] > 0 || tied[scene.NodeID(i)] || n.Parent == scene.None {
			continue
		}
		if _, _, s, ok := decompose(n.Local); !ok || s[0]*s[1]*s[2] < 0 {
			continue
		}
		key := alike{n.Parent, n.Mesh, n.Name, n.Part}
		at, known := first[key]
		if !known {
			at = i
			first[key] = i
		}
		groups[at] = append(groups[at], i)
	}
	for at, group := range groups {
		if len(group) == 1 {
			delete(groups, at)
			continue
		}
		for _, i := range group[1:] {
			others[i] = true
		}
	}
	return groups, others
}

// instancing is EXT_mesh_gpu_instancing.
type instancing struct {
	Attributes map[string]int `json:"attributes"`
}

// instanced writes a group as one node. Its transforms are floats: they read back
// to a ten-millionth of their size.
func (w *writer) instanced(group []int) int {
	first := w.sc.Nodes[group[0]]
	var moves, turns, scales []float32
	turned, scaled := false, false
	for _, i := range group {
		local := w.sc.Nodes[i].Local
		if g := w.grids[first.Mesh]; g.set() {
			local = local.Mul4(g.matrix())
		}
		t, q, s, _ := decompose(local)
		turned = turned || q != [4]float64{0, 0, 0, 1}
		scaled = scaled || s != [3]float64{1, 1, 1}
		for k := range 3 {
			moves, scales = append(moves, float32(t[k])), append(scales, float32(s[k]))
		}
		for k := range 4 {
			turns = append(turns, float32(q[k]))
		}
	}
	ext := instancing{Attributes: map[string]int{}}
	add := func(name string, values []float32, form gltf.AccessorType) {
		n := componentsOf[form]
		ext.Attributes[name] = w.accessor(streamKey{meshopt.Attributes, meshopt.None, 4 * n, "raw"}, floatBytes(values), gltf.ComponentFloat, form, false, len(group))
	}
	add("TRANSLATION", moves, gltf.AccessorVec3)
	if turned {
		add("ROTATION", turns, gltf.AccessorVec4)
	}
	if scaled {
		add("SCALE", scales, gltf.AccessorVec3)
	}
	w.require(extInstancing)
	out := &gltf.Node{Name: first.Name, Mesh: gltf.Index(w.mesh[first.Mesh]), Extensions: gltf.Extensions{extInstancing: ext}}
	if !w.opt.Bare {
		out.Extras = nodeExtras{Part: first.Part, Frame: frameInstances}
	}
	return w.addNode(out)
}
