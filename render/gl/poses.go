package gl

import (
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// poses keeps the world transform of every node, and works out anew only those
// that a joint moved: nearly all of a store stands still.
type poses struct {
	scene  *scene.Scene
	world  []geom.Mat4
	driven []int     // nodes that hang on a joint, parents first
	joints []float64 // that world was worked out with
	fresh  []bool    // of each node: it was worked out by the last call of follow
}

func newPoses(sc *scene.Scene) poses {
	p := poses{scene: sc, world: sc.World(nil, nil), fresh: make([]bool, len(sc.Nodes))}
	hangs := make([]bool, len(sc.Nodes))
	for i, n := range sc.Nodes {
		hangs[i] = n.Joint != scene.None || n.Parent != scene.None && hangs[n.Parent]
		if hangs[i] {
			p.driven = append(p.driven, i)
		}
	}
	return p
}

// follow brings the transforms to new joint positions and tells whether one
// changed. Missing positions are at rest.
func (p *poses) follow(joints []float64) bool {
	joints = joints[:min(len(joints), len(p.scene.Joints))]
	same := len(joints) == len(p.joints)
	for i := 0; same && i < len(joints); i++ {
		same = joints[i] == p.joints[i]
	}
	if same {
		return false
	}
	changed := false
	for _, i := range p.driven {
		n := &p.scene.Nodes[i]
		above := n.Parent != scene.None && p.fresh[n.Parent]
		p.fresh[i] = above || n.Joint != scene.None && p.turned(int(n.Joint), joints)
		if !p.fresh[i] {
			continue
		}
		changed = true
		m := n.Local
		if n.Joint != scene.None && int(n.Joint) < len(joints) {
			m = m.Mul4(p.scene.Joints[n.Joint].Motion(joints[n.Joint]))
		}
		if n.Parent != scene.None {
			m = p.world[n.Parent].Mul4(m)
		}
		p.world[i] = m
	}
	p.joints = append(p.joints[:0], joints...)
	return changed
}

// turned tells whether a joint stands elsewhere than when world was worked out.
func (p *poses) turned(joint int, joints []float64) bool {
	had, has := joint < len(p.joints), joint < len(joints)
	return had != has || has && joints[joint] != p.joints[joint]
}
