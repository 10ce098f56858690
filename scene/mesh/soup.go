package mesh

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// soup is a surface as triangles with shading normals, in one frame.
type soup struct {
	at, normal []geom.Vec3 // of the vertices
	tri        [][3]int32
}

// worldSoup gathers the triangles that drawing sc shows, instances each, in
// metres of the world.
func worldSoup(sc *scene.Scene) *soup {
	out := &soup{}
	world := sc.World(nil, nil)
	for i, n := range sc.Nodes {
		if n.Mesh == scene.None || n.Hidden {
			continue
		}
		out.add(sc.Meshes[n.Mesh], world[i])
	}
	return out
}

// add puts in the triangles of m as m moved by at.
func (s *soup) add(m scene.Mesh, at geom.Mat4) {
	normal := normalMatrix(at)
	for _, p := range m.Primitives {
		base := int32(len(s.at))
		for v := 0; v+2 < len(p.Positions); v += 3 {
			s.at = append(s.at, apply(at, vec(p.Positions, v/3)))
			s.normal = append(s.normal, unit(turn(normal, vec(p.Normals, v/3))))
		}
		for t := 0; t+2 < len(p.Indices); t += 3 {
			s.tri = append(s.tri, [3]int32{base + int32(p.Indices[t]), base + int32(p.Indices[t+1]), base + int32(p.Indices[t+2])})
		}
	}
}

func vec(v []float32, i int) geom.Vec3 {
	return geom.Vec3{float64(v[3*i]), float64(v[3*i+1]), float64(v[3*i+2])}
}

// apply moves a point by an affine transform.
func apply(m geom.Mat4, p geom.Vec3) geom.Vec3 {
	return geom.Vec3{
		m[0]*p[0] + m[4]*p[1] + m[8]*p[2] + m[12],
		m[1]*p[0] + m[5]*p[1] + m[9]*p[2] + m[13],
		m[2]*p[0] + m[6]*p[1] + m[10]*p[2] + m[14],
	}
}

// turn applies the linear part of m.
func turn(m geom.Mat4, p geom.Vec3) geom.Vec3 {
	return geom.Vec3{
		m[0]*p[0] + m[4]*p[1] + m[8]*p[2],
		m[1]*p[0] + m[5]*p[1] + m[9]*p[2],
		m[2]*p[0] + m[6]*p[1] + m[10]*p[2],
	}
}

// normalMatrix returns the cofactors of the linear part of m, which turn
// normals as m turns surfaces, and keep them outward where m mirrors.
func normalMatrix(m geom.Mat4) geom.Mat4 {
	x, y, z := geom.Vec3{m[0], m[1], m[2]}, geom.Vec3{m[4], m[5], m[6]}, geom.Vec3{m[8], m[9], m[10]}
	a, b, c := y.Cross(z), z.Cross(x), x.Cross(y)
	if x.Dot(a) < 0 {
		a, b, c = a.Mul(-1), b.Mul(-1), c.Mul(-1)
	}
	return geom.Mat4{a[0], a[1], a[2], 0, b[0], b[1], b[2], 0, c[0], c[1], c[2], 0, 0, 0, 0, 1}
}

// unit scales v to length one; what has no length stays zero.
func unit(v geom.Vec3) geom.Vec3 {
	l := v.Len()
	if l == 0 || math.IsNaN(l) || math.IsInf(l, 0) {
		return geom.Vec3{}
	}
	return v.Mul(1 / l)
}

// Stretch is the largest factor by which m makes a length longer: the largest
// singular value of its linear part.
func Stretch(m geom.Mat4) float64 {
	x, y, z := geom.Vec3{m[0], m[1], m[2]}, geom.Vec3{m[4], m[5], m[6]}, geom.Vec3{m[8], m[9], m[10]}
	a := [3][3]float64{{x.Dot(x), x.Dot(y), x.Dot(z)}, {x.Dot(y), y.Dot(y), y.Dot(z)}, {x.Dot(z), y.Dot(z), z.Dot(z)}}
	values, _ := eigen(a)
	return math.Sqrt(math.Max(values[0], math.Max(values[1], values[2])))
}

// eigen returns the eigenvalues and unit eigenvectors of a symmetric matrix by
// Jacobi rotations.
func eigen(a [3][3]float64) (values geom.Vec3, vectors [3]geom.Vec3) {
	v := [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	for range 32 {
		off := a[0][1]*a[0][1] + a[0][2]*a[0][2] + a[1][2]*a[1][2]
		if !(off > 1e-30*(a[0][0]*a[0][0]+a[1][1]*a[1][1]+a[2][2]*a[2][2])) {
			break
		}
		for p := range 2 {
			for q := p + 1; q < 3; q++ {
				if a[p][q] == 0 {
					continue
				}
				theta := (a[q][q] - a[p][p]) / (2 * a[p][q])
				t := math.Copysign(1, theta) / (math.Abs(theta) + math.Sqrt(theta*theta+1))
				c := 1 / math.Sqrt(t*t+1)
				s := t * c
				for k := range 3 {
					a[k][p], a[k][q] = c*a[k][p]-s*a[k][q], s*a[k][p]+c*a[k][q]
				}
				for k := range 3 {
					a[p][k], a[q][k] = c*a[p][k]-s*a[q][k], s*a[p][k]+c*a[q][k]
					v[k][p], v[k][q] = c*v[k][p]-s*v[k][q], s*v[k][p]+c*v[k][q]
				}
			}
		}
	}
	for k := range 3 {
		values[k] = a[k][k]
		vectors[k] = geom.Vec3{v[0][k], v[1][k], v[2][k]}
	}
	return values, vectors
}

// nearest returns the point of the triangle a, b, c nearest to p, as weights of
// b and c (Ericson 2005, section 5.1.5).
func nearest(p, a, b, c geom.Vec3) (geom.Vec3, float64, float64) {
	ab, ac, ap := b.Sub(a), c.Sub(a), p.Sub(a)
	d1, d2 := ab.Dot(ap), ac.Dot(ap)
	if d1 <= 0 && d2 <= 0 {
		return a, 0, 0
	}
	bp := p.Sub(b)
	d3, d4 := ab.Dot(bp), ac.Dot(bp)
	if d3 >= 0 && d4 <= d3 {
		return b, 1, 0
	}
	vc := d1*d4 - d3*d2
	if vc <= 0 && d1 >= 0 && d3 <= 0 && d1 > d3 {
		v := d1 / (d1 - d3)
		return a.Add(ab.Mul(v)), v, 0
	}
	cp := p.Sub(c)
	d5, d6 := ab.Dot(cp), ac.Dot(cp)
	if d6 >= 0 && d5 <= d6 {
		return c, 0, 1
	}
	vb := d5*d2 - d1*d6
	if vb <= 0 && d2 >= 0 && d6 <= 0 && d2 > d6 {
		w := d2 / (d2 - d6)
		return a.Add(ac.Mul(w)), 0, w
	}
	va := d3*d6 - d5*d4
	if va <= 0 && d4 >= d3 && d5 >= d6 && d4-d3+d5-d6 > 0 {
		w := (d4 - d3) / ((d4 - d3) + (d5 - d6))
		return b.Add(c.Sub(b).Mul(w)), 1 - w, w
	}
	sum := va + vb + vc
	if !(sum > 1e-14*ab.Dot(ab)*ac.Dot(ac)) {
		return nearestSide(p, a, b, c)
	}
	scale := 1 / sum
	v, w := vb*scale, vc*scale
	return a.Add(ab.Mul(v)).Add(ac.Mul(w)), v, w
}

// thin tells whether a triangle is so slender that nearest loses its way in
// rounding.
func thin(a, b, c geom.Vec3) bool {
	ab, ac, bc := b.Sub(a), c.Sub(a), c.Sub(b)
	n := ab.Cross(ac)
	long := max(ab.Dot(ab), ac.Dot(ac), bc.Dot(bc))
	return !(n.Dot(n) > 1e-8*long*long)
}

// nearestThin is nearest for a thin triangle: the best of its sides and, where
// it has one, its inside.
func nearestThin(p, a, b, c geom.Vec3) (geom.Vec3, float64, float64) {
	at, v, w := nearestSide(p, a, b, c)
	ab, ac, ap := b.Sub(a), c.Sub(a), p.Sub(a)
	n := ab.Cross(ac)
	if area := n.Dot(n); area > 0 {
		x, y := n.Dot(ap.Cross(ac))/area, n.Dot(ab.Cross(ap))/area
		if x >= 0 && y >= 0 && x+y <= 1 {
			q := a.Add(ab.Mul(x)).Add(ac.Mul(y))
			if d, e := q.Sub(p), at.Sub(p); d.Dot(d) < e.Dot(e) {
				return q, x, y
			}
		}
	}
	return at, v, w
}

// nearestSide is nearest for a triangle whose corners lie in line.
func nearestSide(p, a, b, c geom.Vec3) (geom.Vec3, float64, float64) {
	corners, weights := [4]geom.Vec3{a, b, c, a}, [4][2]float64{{0, 0}, {1, 0}, {0, 1}, {0, 0}}
	best, at, v, w := math.Inf(1), a, 0.0, 0.0
	for k := range 3 {
		way := corners[k+1].Sub(corners[k])
		t := 0.0
		if long := way.Dot(way); long > 0 {
			t = math.Max(0, math.Min(1, p.Sub(corners[k]).Dot(way)/long))
		}
		q := corners[k].Add(way.Mul(t))
		if d := q.Sub(p); d.Dot(d) < best {
			best, at = d.Dot(d), q
			v = weights[k][0] + t*(weights[k+1][0]-weights[k][0])
			w = weights[k][1] + t*(weights[k+1][1]-weights[k][1])
		}
	}
	return at, v, w
}
