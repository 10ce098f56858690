package collada

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// shell is faces that hang together.
type shell struct {
	index    int
	faces    []turned
	solid    bool // it bounds a solid
	hollow   bool // as a void within it
	reversed bool
}

// turned is a face, and whether it looks away from where its surface does.
type turned struct {
	index    int
	reversed bool
}

// shells are those of the solids, then other ones, then faces in none.
func (b *body) shells() []shell {
	listed, err := b.table("shells")
	if err != nil {
		b.d.note(b.place, "%v", err)
	}
	solids, err := b.table("solids")
	if err != nil {
		b.d.note(b.place, "%v", err)
	}
	all := make([]shell, len(listed.rows))
	held := map[int]bool{}
	for i, row := range listed.rows {
		all[i].index = i
		for k := range listed.entries(row) {
			f := listed.index(row, k, "FACE", 0)
			if f < 0 || f >= len(b.faces.rows) {
				b.fault("shell", i, fmt.Errorf("face %d is not there", f))
				continue
			}
			held[f] = true
			all[i].faces = append(all[i].faces, turned{f, b.reversed(listed, row, k)})
		}
	}
	for i, row := range solids.rows {
		for k := range solids.entries(row) {
			s := solids.index(row, k, "SHELL", 0)
			if s < 0 || s >= len(all) {
				b.fault("solid", i, fmt.Errorf("shell %d is not there", s))
				continue
			}
			all[s].solid, all[s].hollow, all[s].reversed = true, k > 0, b.reversed(solids, row, k)
		}
	}
	loose := shell{index: len(all)}
	for i := range b.faces.rows {
		if !held[i] {
			loose.faces = append(loose.faces, turned{index: i})
		}
	}
	if len(loose.faces) > 0 {
		all = append(all, loose)
	}
	return all
}

// draw adds the triangles of a shell to p.
func (b *body) draw(ctx context.Context, s shell, p *part) {
	var faces []patch.Face
	var of []int
	whole := true
	for _, t := range s.faces {
		f, err := b.face(t)
		if err != nil {
			b.fault("face", t.index, fmt.Errorf("it is left out: %w", err))
			whole = false
			continue
		}
		faces, of = append(faces, f), append(of, t.index)
	}
	if len(faces) == 0 {
		return
	}
	o := patch.Options{Chord: math.Max(chordMin, chordShare*b.size), MaxTriangles: max(facetLeast, min(facetMax, facesBudget/len(faces)))}
	mesh, err := patch.Tessellate(ctx, faces, o)
	for try := 0; try < 3 && errors.Is(err, patch.ErrTooMany); try++ {
		o.Chord *= 4
		mesh, err = patch.Tessellate(ctx, faces, o)
	}
	if mesh == nil {
		b.fault("shell", s.index, fmt.Errorf("it is not drawn: %w", err))
		return
	}
	for _, err := range each(err) {
		var failed *patch.FaceError
		if errors.As(err, &failed) {
			b.fault("face", of[failed.Index], fmt.Errorf("it is left out: %w", failed.Err))
			whole = false
		}
	}
	open, volume := measured(mesh)
	if s.solid && whole && open > 0 {
		b.fault("shell", s.index, fmt.Errorf("it bounds a solid but has %d edges that no two faces share", open))
	}
	flip := s.reversed
	if s.solid && whole && open == 0 {
		flip = (volume < 0) != s.hollow // who wrote it may have it inside out
	}
	for _, m := range mesh.Patches {
		base := uint32(len(p.positions) / 3)
		if 3*len(m.Triangles)+len(p.indices) > cornersMax {
			b.fault("shell", s.index, fmt.Errorf("more than %d corners; split the body", cornersMax))
			return
		}
		for k, v := range m.Vertices {
			at, n := mesh.Points[v], m.Normals[k]
			if flip {
				n = n.Mul(-1)
			}
			p.positions = append(p.positions, float32(at[0]), float32(at[1]), float32(at[2]))
			p.normals = append(p.normals, float32(n[0]), float32(n[1]), float32(n[2]))
		}
		for _, t := range m.Triangles {
			if flip {
				t[1], t[2] = t[2], t[1]
			}
			p.indices = append(p.indices, base+uint32(t[0]), base+uint32(t[1]), base+uint32(t[2]))
		}
	}
}

// each lists the errors that one joins.
func each(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// measured counts the directed edges of triangles that have no counterpart, and
// tells what the triangles hold, cubic metres.
func measured(m *patch.Mesh) (open int, volume float64) {
	edges := map[[2]int32]int{}
	for _, p := range m.Patches {
		for _, t := range p.Triangles {
			var at [3]geom.Vec3
			for k := range 3 {
				a, z := p.Vertices[t[k]], p.Vertices[t[(k+1)%3]]
				at[k] = m.Points[a].Sub(m.Points[0])
				edges[[2]int32{a, z}]++
				edges[[2]int32{z, a}]--
			}
			volume += at[0].Dot(at[1].Cross(at[2])) / 6
		}
	}
	for _, n := range edges {
		if n > 0 {
			open += n
		}
	}
	return open, volume
}

// face reads a face: its surface, and its wires as loops.
func (b *body) face(t turned) (patch.Face, error) {
	f := patch.Face{Name: fmt.Sprint(t.index), Reversed: t.reversed}
	row := b.faces.rows[t.index]
	if b.faces.entries(row) == 0 {
		return f, errors.New("it has no wire")
	}
	var err error
	if f.Surface, err = b.surface(b.faces.index(row, 0, "SURFACE", 0)); err != nil {
		return f, err
	}
	for k := range b.faces.entries(row) {
		w := b.faces.index(row, k, "WIRE", 0)
		if w < 0 || w >= len(b.wires.rows) {
			return f, fmt.Errorf("wire %d is not there", w)
		}
		l, err := b.loop(b.wires.rows[w])
		if err != nil {
			return f, fmt.Errorf("wire %d: %w", w, err)
		}
		// A wire runs with the face to its left, seen from where the surface looks.
		if b.reversed(b.faces, row, k) != t.reversed {
			slices.Reverse(l.Uses)
			for i := range l.Uses {
				l.Uses[i].Reversed = !l.Uses[i].Reversed
			}
		}
		f.Loops = append(f.Loops, l)
	}
	return f, b.lies(f)
}

// lies checks that a face's vertices are on its surface.
func (b *body) lies(f patch.Face) error {
	near, guided := geom.Vec2{}, false
	for _, l := range f.Loops {
		for _, u := range l.Uses {
			p := u.Edge.From.Point
			near, guided = f.Surface.Inverse(p, near, guided), true
			on, _, _ := f.Surface.Eval(near[0], near[1])
			if gap := on.Sub(p).Len(); !(gap < 5*reachShare*b.size) {
				return fmt.Errorf("its surface passes its edges %.3g m away", gap)
			}
		}
	}
	return nil
}

func (b *body) loop(row []int) (patch.Loop, error) {
	var l patch.Loop
	for k := range b.wires.entries(row) {
		if b.uses++; b.uses > usesMax {
			return l, fmt.Errorf("the faces of the body have more than %d edges", usesMax)
		}
		i := b.wires.index(row, k, "EDGE", 0)
		if i < 0 || i >= len(b.made) {
			return l, fmt.Errorf("edge %d is not there", i)
		}
		m := &b.made[i]
		if !m.asked {
			m.asked = true
			m.edge, m.err = b.edge(b.edges.rows[i])
		}
		if m.err != nil {
			return l, fmt.Errorf("edge %d: %w", i, m.err)
		}
		if m.edge != nil {
			l.Uses = append(l.Uses, patch.Use{Edge: m.edge, Reversed: b.reversed(b.wires, row, k)})
		}
	}
	return l, nil
}
