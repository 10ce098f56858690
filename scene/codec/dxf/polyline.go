package dxf

import (
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// corner is a vertex of a polyline with the bulge of the piece that follows.
type corner struct {
	p     geom.Vec3
	bulge float64
}

// chain joins corners into a path.
func chain(corners []corner, closed bool, tol float64) (Path, []Arc) {
	if len(corners) == 0 {
		return Path{}, nil
	}
	out := make([]geom.Vec3, 1, len(corners)+1)
	out[0] = corners[0].p
	var arcs []Arc
	for i, c := range corners {
		if i == len(corners)-1 && !closed {
			break
		}
		var a Arc
		var curved bool
		if out, a, curved = bulge(out, c.p, corners[(i+1)%len(corners)].p, c.bulge, tol); curved {
			arcs = append(arcs, a)
		}
	}
	if closed && len(out) > 1 {
		out = out[:len(out)-1]
	}
	return Path{Points: out, Closed: closed}, arcs
}

func lightPolyline(r record, tol float64) Shape {
	var corners []corner
	flags, height, width := 0, 0.0, 0.0
	for _, t := range r.tags {
		v, _ := t.float()
		switch t.code {
		case 70:
			flags = t.int()
		case 38:
			height = v
		case 43:
			width = v
		case 10:
			corners = append(corners, corner{p: geom.Vec3{v, 0, 0}})
		case 20:
			if n := len(corners); n > 0 {
				corners[n-1].p[1] = v
			}
		case 42:
			if n := len(corners); n > 0 {
				corners[n-1].bulge = v
			}
		}
	}
	for i := range corners {
		corners[i].p[2] = height
	}
	p, arcs := chain(corners, flags&1 != 0, tol)
	return Shape{Paths: []Path{p}, Arcs: arcs, Width: width}
}

// polyline reads POLYLINE with its vertices: in a plane, in space, a mesh of M
// by N points, or a mesh of faces. It tells whether it lies in its own plane.
func polyline(r record, parts []record, tol float64) (s Shape, planar bool) {
	flags := flagOf(r, 70)
	elevation := pointsAt(r, 10)[0][2]
	var corners []corner
	var faces [][]int
	for _, v := range parts {
		if v.kind != "VERTEX" {
			continue
		}
		c, kind := corner{}, 0
		var face []int
		for _, t := range v.tags {
			x, _ := t.float()
			switch t.code {
			case 10, 20, 30:
				c.p[t.code/10-1] = x
			case 42:
				c.bulge = x
			case 70:
				kind = t.int()
			case 71, 72, 73, 74:
				if k := t.int(); k != 0 {
					face = append(face, max(k, -k)-1)
				}
			}
		}
		switch {
		case kind&128 != 0 && kind&64 == 0:
			faces = append(faces, face)
		case kind&16 != 0 && flags&(16|64) == 0: // frame of a spline
		default:
			if flags&(8|16|64) == 0 {
				c.p[2] = elevation
			}
			corners = append(corners, c)
		}
	}
	switch {
	case flags&64 != 0:
		s.Kind = Face
		for _, f := range faces {
			p := Path{Closed: true}
			for _, k := range f {
				if k >= 0 && k < len(corners) {
					p.Points = append(p.Points, corners[k].p)
				}
			}
			if len(p.Points) >= 3 {
				s.Paths = append(s.Paths, p)
			}
		}
		return s, false
	case flags&16 != 0:
		s.Kind = Face
		s.Paths = grid(corners, flagOf(r, 71), flagOf(r, 72), flags&1 != 0, flags&32 != 0)
		return s, false
	}
	if flags&8 != 0 {
		for i := range corners {
			corners[i].bulge = 0
		}
	}
	a, b := 0.0, 0.0
	for _, t := range r.tags {
		switch t.code {
		case 40:
			a, _ = t.float()
		case 41:
			b, _ = t.float()
		}
	}
	if a == b {
		s.Width = math.Abs(a)
	}
	var p Path
	p, s.Arcs = chain(corners, flags&1 != 0, tol)
	s.Paths = []Path{p}
	return s, flags&8 == 0
}

// grid cuts a mesh of m by n points into quadrilaterals.
func grid(c []corner, m, n int, closedM, closedN bool) []Path {
	if m < 2 || n < 2 || m > len(c) || n > len(c) || m*n > len(c) {
		return nil
	}
	var out []Path
	for i := range m {
		for k := range n {
			if i == m-1 && !closedM || k == n-1 && !closedN {
				continue
			}
			i2, k2 := (i+1)%m, (k+1)%n
			out = append(out, Path{Closed: true, Points: []geom.Vec3{c[i*n+k].p, c[i2*n+k].p, c[i2*n+k2].p, c[i*n+k2].p}})
		}
	}
	return out
}
