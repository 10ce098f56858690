package collada

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/beevik/etree"

	"github.com/glasstwin/glasstwin/scene"
)

// Write writes a scene as a COLLADA 1.5.0 document, its joints as a kinematics
// model whose axes are bound to the transforms that they move. Node i has the id
// NodeID(i), joint i the id JointID(i). Loops, images and the run of belts have
// no place in it; hidden nodes are left out.
func Write(sc *scene.Scene) ([]byte, error) {
	if err := sc.Check(); err != nil {
		return nil, fmt.Errorf("write COLLADA: %w", err)
	}
	w := &writer{sc: sc, x: etree.NewDocument()}
	w.x.CreateProcInst("xml", `version="1.0" encoding="UTF-8"`)
	root := w.x.CreateElement("COLLADA")
	root.CreateAttr("xmlns", "http://www.collada.org/2008/03/COLLADASchema")
	root.CreateAttr("version", "1.5.0")
	asset := root.CreateElement("asset")
	put(asset, "created", "2000-01-01T00:00:00Z")
	put(asset, "modified", "2000-01-01T00:00:00Z")
	unit := asset.CreateElement("unit")
	unit.CreateAttr("name", "metre")
	unit.CreateAttr("meter", "1")
	put(asset, "up_axis", "Y_UP")
	w.materials(root)
	w.geometries(root)
	w.tree(root)
	w.kinematics(root)
	var out bytes.Buffer
	w.x.Indent(1)
	if _, err := w.x.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("write COLLADA: %w", err)
	}
	return out.Bytes(), nil
}

type writer struct {
	sc *scene.Scene
	x  *etree.Document
}

func put(e *etree.Element, tag, text string) *etree.Element {
	c := e.CreateElement(tag)
	c.SetText(text)
	return c
}

func (w *writer) materials(root *etree.Element) {
	effects, materials := root.CreateElement("library_effects"), root.CreateElement("library_materials")
	for i, m := range w.sc.Materials {
		effect := effects.CreateElement("effect")
		effect.CreateAttr("id", fmt.Sprintf("effect%d", i))
		technique := effect.CreateElement("profile_COMMON").CreateElement("technique")
		technique.CreateAttr("sid", "common")
		phong := technique.CreateElement("phong")
		color := func(tag string, r, g, b, a float64) {
			put(phong.CreateElement(tag), "color", numbers(r, g, b, a))
		}
		color("emission", display(m.Emissive[0]), display(m.Emissive[1]), display(m.Emissive[2]), 1)
		color("diffuse", display(m.BaseColor[0]), display(m.BaseColor[1]), display(m.BaseColor[2]), 1)
		rough := math.Max(0.05, float64(m.Roughness))
		put(phong.CreateElement("shininess"), "float", number(math.Max(1.01, 2/math.Pow(rough, 4)-2)))
		if m.Clear() {
			transparent := phong.CreateElement("transparent")
			transparent.CreateAttr("opaque", "A_ONE")
			put(transparent, "color", numbers(1, 1, 1, float64(m.Coverage())))
			put(phong.CreateElement("transparency"), "float", "1")
		}
		own(technique, m)
		material := materials.CreateElement("material")
		material.CreateAttr("id", fmt.Sprintf("material%d", i))
		material.CreateAttr("name", m.Name)
		material.CreateElement("instance_effect").CreateAttr("url", fmt.Sprintf("#effect%d", i))
	}
}

// ownProfile names what is said of a material beyond the common profile. Others
// pass over it.
const ownProfile = "GlassTwin"

func own(technique *etree.Element, m scene.Material) {
	if m.Metallic == 0 && m.Alpha != scene.Glass && m.Pattern == scene.Plain && !m.DoubleSided {
		return
	}
	t := technique.CreateElement("extra").CreateElement("technique")
	t.CreateAttr("profile", ownProfile)
	put(t, "metallic", number(float64(m.Metallic)))
	if m.Alpha == scene.Glass {
		put(t, "glass", "1")
	}
	if m.Pattern != scene.Plain {
		put(t, "pattern", strconv.Itoa(int(m.Pattern)))
		put(t, "pattern_size", number(float64(m.PatternSize)))
	}
	if m.DoubleSided {
		put(t, "double_sided", "1")
	}
}

func (w *writer) geometries(root *etree.Element) {
	library := root.CreateElement("library_geometries")
	for i, m := range w.sc.Meshes {
		geometry := library.CreateElement("geometry")
		geometry.CreateAttr("id", fmt.Sprintf("mesh%d", i))
		geometry.CreateAttr("name", m.Name)
		mesh := geometry.CreateElement("mesh")
		for k, p := range m.Primitives {
			id := fmt.Sprintf("mesh%d-%d", i, k)
			list(mesh, id+"-positions", p.Positions, "X", "Y", "Z")
			list(mesh, id+"-normals", p.Normals, "X", "Y", "Z")
			if len(p.UVs) > 0 {
				flipped := make([]float32, len(p.UVs))
				for j, v := range p.UVs {
					if flipped[j] = v; j%2 == 1 {
						flipped[j] = 1 - v // v runs upwards here
					}
				}
				list(mesh, id+"-uvs", flipped, "S", "T")
			}
		}
		for k := range m.Primitives {
			id := fmt.Sprintf("mesh%d-%d", i, k)
			if k > 0 {
				break // one <vertices> stands in a mesh; others use theirs by source
			}
			vertices := mesh.CreateElement("vertices")
			vertices.CreateAttr("id", id+"-vertices")
			in := vertices.CreateElement("input")
			in.CreateAttr("semantic", "POSITION")
			in.CreateAttr("source", "#"+id+"-positions")
		}
		for k, p := range m.Primitives {
			w.triangles(mesh, fmt.Sprintf("mesh%d-%d", i, k), k, p)
		}
	}
}

// list writes a source of tuples.
func list(mesh *etree.Element, id string, values []float32, names ...string) {
	source := mesh.CreateElement("source")
	source.CreateAttr("id", id)
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatFloat(float64(v), 'g', -1, 32))
	}
	array := put(source, "float_array", b.String())
	array.CreateAttr("id", id+"-array")
	array.CreateAttr("count", strconv.Itoa(len(values)))
	accessor := source.CreateElement("technique_common").CreateElement("accessor")
	accessor.CreateAttr("source", "#"+id+"-array")
	accessor.CreateAttr("count", strconv.Itoa(len(values)/len(names)))
	accessor.CreateAttr("stride", strconv.Itoa(len(names)))
	for _, n := range names {
		param := accessor.CreateElement("param")
		param.CreateAttr("name", n)
		param.CreateAttr("type", "float")
	}
}

func (w *writer) triangles(mesh *etree.Element, id string, k int, p scene.Primitive) {
	t := mesh.CreateElement("triangles")
	t.CreateAttr("material", fmt.Sprintf("symbol%d", p.Material))
	t.CreateAttr("count", strconv.Itoa(len(p.Indices)/3))
	input := func(semantic, source string) {
		in := t.CreateElement("input")
		in.CreateAttr("semantic", semantic)
		in.CreateAttr("source", source)
		in.CreateAttr("offset", "0")
	}
	vertices := "#" + id + "-vertices"
	if k > 0 {
		vertices = "#" + id + "-positions"
	}
	input("VERTEX", vertices)
	input("NORMAL", "#"+id+"-normals")
	if len(p.UVs) > 0 {
		input("TEXCOORD", "#"+id+"-uvs")
	}
	var b strings.Builder
	for i, v := range p.Indices {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strconv.FormatUint(uint64(v), 10))
	}
	put(t, "p", b.String())
}

func (w *writer) tree(root *etree.Element) {
	visual := root.CreateElement("library_visual_scenes").CreateElement("visual_scene")
	visual.CreateAttr("id", "scene")
	nodes := make([]*etree.Element, len(w.sc.Nodes))
	for i, n := range w.sc.Nodes {
		parent := visual
		if n.Parent != scene.None {
			parent = nodes[n.Parent]
		}
		if parent == nil || n.Hidden {
			continue
		}
		e := parent.CreateElement("node")
		nodes[i] = e
		e.CreateAttr("id", NodeID(scene.NodeID(i)))
		e.CreateAttr("name", n.Name)
		var m [16]float64
		for row := range 4 {
			for column := range 4 {
				m[4*row+column] = n.Local[4*column+row]
			}
		}
		put(e, "matrix", numbers(m[:]...))
		if w.moves(n) {
			w.moved(e, n.Joint)
		}
		if n.Mesh != scene.None {
			w.instance(e, n.Mesh)
		}
	}
}

func (w *writer) instance(e *etree.Element, id scene.MeshID) {
	instance := e.CreateElement("instance_geometry")
	instance.CreateAttr("url", fmt.Sprintf("#mesh%d", id))
	common := instance.CreateElement("bind_material").CreateElement("technique_common")
	bound := map[scene.MaterialID]bool{}
	for _, p := range w.sc.Meshes[id].Primitives {
		if bound[p.Material] {
			continue
		}
		bound[p.Material] = true
		m := common.CreateElement("instance_material")
		m.CreateAttr("symbol", fmt.Sprintf("symbol%d", p.Material))
		m.CreateAttr("target", fmt.Sprintf("#material%d", p.Material))
	}
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func numbers(v ...float64) string {
	out := make([]string, len(v))
	for i := range v {
		out[i] = number(v[i])
	}
	return strings.Join(out, " ")
}
