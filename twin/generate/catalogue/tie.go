package catalogue

import (
	"fmt"
	"slices"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// find returns the piece of a part: the one of the same repeat, else the first;
// -1 when there is none.
func find(pieces []piece, part string, turn int) int {
	if part == "" {
		return -1
	}
	first := -1
	for k, p := range pieces {
		if p.part != part {
			continue
		}
		if p.turn == turn {
			return k
		}
		if first < 0 {
			first = k
		}
	}
	return first
}

// follow sets which piece the joint of each piece follows.
func follow(class *Class, pieces []piece, r *reader) error {
	for k := range pieces {
		p := &pieces[k]
		if p.joint == nil || p.joint.Mimic.Ratio == 0 {
			continue
		}
		of := find(pieces, p.follows, p.turn)
		if of < 0 || of == k || pieces[of].joint == nil {
			return fmt.Errorf("class %q, part %q follows part %q, which has no joint in this size", class.Name, p.part, p.follows)
		}
		p.joint.Mimic.Of = scene.JointID(of)
	}
	return r.err
}

// tie joins what Place put down: mimic joints to the joints they follow, and
// the ends of loops.
func (b *Builder) tie(class *Class, a twin.Asset, pieces []piece, nodes []scene.NodeID) error {
	joint := func(piece int) scene.JointID { return b.scene.Nodes[nodes[piece]].Joint }
	for k, p := range pieces {
		if p.joint != nil && p.joint.Mimic.Ratio != 0 {
			b.scene.Joints[joint(k)].Mimic.Of = joint(int(p.joint.Mimic.Of))
		}
	}
	if len(class.Loops) == 0 {
		return nil
	}
	sc, err := class.scope(a.Size, a.Params)
	if err != nil {
		return fmt.Errorf("asset %q: %w", a.ID, err)
	}
	r := &reader{scope: sc}
	for _, l := range class.Loops {
		for k, p := range pieces {
			if p.part != l.A {
				continue
			}
			other := find(pieces, l.B, p.turn)
			if other < 0 {
				continue
			}
			out := scene.Loop{Name: string(a.ID) + "/" + l.Name, A: nodes[k], B: nodes[other]}
			sc["i"] = float64(p.turn)
			out.AtA, out.AtB = r.vec(l.AtA, "at_a"), r.vec(l.AtB, "at_b")
			for _, name := range l.Passive {
				if q := find(pieces, name, p.turn); q >= 0 && !slices.Contains(out.Passive, joint(q)) {
					out.Passive = append(out.Passive, joint(q))
				}
			}
			b.scene.Loops = append(b.scene.Loops, out)
		}
	}
	return r.err
}

// The parts of an asset's diagonal below which a shape is left out of the
// middle and the coarsest form: two pixels of an asset 150 and 40 pixels high.
const (
	middleLeast = 0.013
	coarseLeast = 0.05
)

// trianglesMax bounds one part; the busiest has some 4,000.
const trianglesMax = 60000

// NewCoarseBuilder returns a builder whose assets lack what is too small to be
// seen: level 0 is complete, 1 serves an asset less than 150 pixels high and 2
// one less than 40.
func NewCoarseBuilder(c *Catalogue, s *scene.Scene, level int) *Builder {
	b := NewBuilder(c, s)
	b.coarse = max(0, min(2, level))
	return b
}

// plainer leaves out rounded edges and facets that a coarse form does not show.
func (m *mesher) plainer(bevel float64, sides int) (float64, int) {
	switch m.level {
	case 1:
		return bevel, max(min(sides, 8), sides/2)
	case 2:
		return 0, max(min(sides, 6), sides/4)
	}
	return bevel, sides
}

func (m *mesher) coarse(level int, sc scope) {
	m.level, m.detailMax = level, 2-level
	if level == 0 {
		return
	}
	size := geom.Vec3{sc["W"].(float64), sc["H"].(float64), sc["D"].(float64)}
	m.least = size.Len() * [...]float64{0, middleLeast, coarseLeast}[level]
}

// mark is how much a list holds before a shape is added.
func (t *triangles) mark() [2]int { return [2]int{len(t.positions), len(t.indices)} }

// dropSmaller takes the newest shape out again when it is smaller than least.
func (t *triangles) dropSmaller(before [2]int, least float64) {
	if least <= 0 || len(t.positions) == before[0] {
		return
	}
	b := geom.EmptyBox()
	for k := before[0] / 3; k < len(t.positions)/3; k++ {
		b = b.Add(vec(t.positions, uint32(k)))
	}
	if b.Size().Len() >= least {
		return
	}
	n := before[0] / 3
	t.positions, t.normals, t.uvs, t.indices = t.positions[:before[0]], t.normals[:before[0]], t.uvs[:2*n], t.indices[:before[1]]
}
