package catalogue

import (
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// mesher collects the triangles of one mesh, one list for each material in the
// order of first use.
type mesher struct {
	order []string
	lists map[string]*triangles
	now   *triangles

	level     int     // 0: complete, 1 and 2: coarser
	least     float64 // shapes of a smaller extent are left out, metres
	detailMax int     // shapes of a higher stated detail are left out
	count     int     // triangles so far
	softRims  bool    // the rim of a round thing is shaded as if it were rolled over: cans and bottles
}

type triangles struct {
	positions, normals, uvs []float32
	indices                 []uint32
}

func newMesher() *mesher { return &mesher{lists: map[string]*triangles{}, detailMax: 2} }

// use chooses the material of what follows.
func (m *mesher) use(material string) {
	t, ok := m.lists[material]
	if !ok {
		t = &triangles{}
		m.lists[material] = t
		m.order = append(m.order, material)
	}
	m.now = t
}

// vertex adds a vertex and returns its index.
func (m *mesher) vertex(p, n geom.Vec3, u, v float64) uint32 {
	t := m.now
	t.positions = append(t.positions, float32(p[0]), float32(p[1]), float32(p[2]))
	t.normals = append(t.normals, float32(n[0]), float32(n[1]), float32(n[2]))
	t.uvs = append(t.uvs, float32(u), float32(v))
	return uint32(len(t.positions)/3 - 1)
}

// triangle adds a triangle, turned so that it is counter-clockwise seen from
// the side that its vertices' normals point to.
func (m *mesher) triangle(a, b, c uint32) {
	face := m.at(b).Sub(m.at(a)).Cross(m.at(c).Sub(m.at(a)))
	if face.LenSqr() < 1e-18 {
		return // a sliver without area: the tip of a cone
	}
	if face.Dot(m.normal(a).Add(m.normal(b)).Add(m.normal(c))) < 0 {
		b, c = c, b
	}
	m.now.indices = append(m.now.indices, a, b, c)
	m.count++
}

// quad adds the two triangles of a convex quadrilateral given in order around.
func (m *mesher) quad(a, b, c, d uint32) {
	m.triangle(a, b, c)
	m.triangle(a, c, d)
}

func (m *mesher) at(i uint32) geom.Vec3     { return vec(m.now.positions, i) }
func (m *mesher) normal(i uint32) geom.Vec3 { return vec(m.now.normals, i) }

func vec(list []float32, i uint32) geom.Vec3 {
	return geom.Vec3{float64(list[3*i]), float64(list[3*i+1]), float64(list[3*i+2])}
}

// mesh turns what was collected into a mesh of the scene's materials.
func (m *mesher) mesh(name string, material func(string) (scene.MaterialID, error)) (scene.Mesh, error) {
	out := scene.Mesh{Name: name}
	for _, key := range m.order {
		t := m.lists[key]
		if len(t.indices) == 0 {
			continue
		}
		id, err := material(key)
		if err != nil {
			return out, err
		}
		out.Primitives = append(out.Primitives, scene.Primitive{
			Positions: t.positions, Normals: t.normals, UVs: t.uvs, Indices: t.indices, Material: id,
		})
	}
	return out, nil
}
