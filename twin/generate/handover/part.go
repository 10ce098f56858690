package handover

import (
	"strings"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// part cuts out of a scene what depicts the wanted entities, with the meshes,
// materials and joints that this takes and no others. Nodes whose parent is not
// wanted become roots where they stand. The second result is what each node was.
func part(sc *scene.Scene, entities []string, world []geom.Mat4, wanted func(string) bool) (*scene.Scene, []scene.NodeID) {
	out := &scene.Scene{}
	var from []scene.NodeID
	place := make([]scene.NodeID, len(sc.Nodes))
	joints := map[scene.JointID]scene.JointID{}
	meshes := map[scene.MeshID]scene.MeshID{}
	materials := map[scene.MaterialID]scene.MaterialID{}
	for i, n := range sc.Nodes {
		place[i] = scene.None
		if !wanted(entities[i]) {
			continue
		}
		if n.Parent != scene.None && place[n.Parent] != scene.None {
			n.Parent = place[n.Parent]
		} else if n.Parent != scene.None {
			n.Parent, n.Local = scene.None, world[i]
		}
		if n.Joint != scene.None {
			if _, known := joints[n.Joint]; !known {
				joints[n.Joint] = out.AddJoint(sc.Joints[n.Joint])
			}
			n.Joint = joints[n.Joint]
		}
		if n.Mesh != scene.None {
			if _, known := meshes[n.Mesh]; !known {
				m := scene.Mesh{Name: sc.Meshes[n.Mesh].Name}
				for _, p := range sc.Meshes[n.Mesh].Primitives {
					if _, known := materials[p.Material]; !known {
						materials[p.Material] = out.AddMaterial(plain(sc.Materials[p.Material]))
					}
					p.Material = materials[p.Material]
					m.Primitives = append(m.Primitives, p)
				}
				meshes[n.Mesh] = out.AddMesh(m)
			}
			n.Mesh = meshes[n.Mesh]
		}
		place[i] = out.AddNode(n)
		from = append(from, scene.NodeID(i))
	}
	for i := range out.Joints {
		if m := &out.Joints[i].Mimic; m.Ratio != 0 {
			of, here := joints[m.Of]
			if m.Of = of; !here {
				*m = scene.Mimic{}
			}
		}
	}
	return out, from
}

// plain is a material without its images, which COLLADA files here do not carry.
func plain(m scene.Material) scene.Material {
	for _, x := range m.Maps() {
		*x = scene.Map{}
	}
	return m
}

// anonymous takes the id of a thing out of the names in its shape, so that things
// of one class and size have one file.
func anonymous(sc *scene.Scene, id string) {
	for i := range sc.Nodes {
		sc.Nodes[i].Name = within(sc.Nodes[i].Name, id)
	}
	for i := range sc.Joints {
		sc.Joints[i].Name = within(sc.Joints[i].Name, id)
	}
}

func within(name, id string) string {
	if name == id {
		return "thing"
	}
	return strings.TrimPrefix(name, id+"/")
}
