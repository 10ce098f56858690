package gl

import (
	"math"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// The light around a scene is made here rather than loaded: a clear sky over a
// pale ground, with the soft boxes of a photographer's studio overhead, so that
// metal and glass have something to mirror.

// surround is the radiance from a direction, relative to a white wall.
func surround(d geom.Vec3) geom.Vec3 {
	sky := mix3(geom.Vec3{0.92, 0.95, 1.0}, geom.Vec3{0.50, 0.66, 0.95}, smooth(0, 0.9, d[1]))
	ground := mix3(geom.Vec3{0.86, 0.83, 0.78}, geom.Vec3{0.58, 0.56, 0.53}, smooth(0, 0.8, -d[1]))
	out := mix3(ground, sky, smooth(-0.06, 0.06, d[1]))
	if d[1] > 0.12 {
		x, z := d[0]/d[1], d[2]/d[1]
		box := func(cx, cz, hx, hz float64) float64 {
			const soft = 0.10
			return smooth(hx+soft, hx-soft, math.Abs(x-cx)) * smooth(hz+soft, hz-soft, math.Abs(z-cz))
		}
		lamp := box(-1.3, 0.2, 0.34, 1.5) + box(0.15, -0.3, 0.30, 1.7) + 0.7*box(1.7, 0.4, 0.40, 1.3)
		out = out.Add(geom.Vec3{3.4, 3.3, 3.1}.Mul(lamp))
	}
	return out
}

func mix3(a, b geom.Vec3, t float64) geom.Vec3 { return a.Mul(1 - t).Add(b.Mul(t)) }

// smooth is the cubic step from 0 at a to 1 at b.
func smooth(a, b, x float64) float64 {
	t := math.Min(1, math.Max(0, (x-a)/(b-a)))
	return t * t * (3 - 2*t)
}

// irradiance returns the nine coefficients of the diffuse light around, divided
// by π: the light that a white surface sends on (Ramamoorthi and Hanrahan 2001).
func irradiance(radiance func(geom.Vec3) geom.Vec3, n int) [9][4]float32 {
	var sum [9]geom.Vec3
	for i := range n {
		d := spiral(i, n)
		l := radiance(d)
		for k, y := range harmonics(d) {
			sum[k] = sum[k].Add(l.Mul(y * 4 * math.Pi / float64(n)))
		}
	}
	band := [3]float64{1, 2.0 / 3, 1.0 / 4} // the cosine lobe's, over π
	var out [9][4]float32
	for k := range out {
		b := band[0]
		if k > 0 {
			b = band[1]
		}
		if k > 3 {
			b = band[2]
		}
		for c := range 3 {
			out[k][c] = float32(sum[k][c] * b)
		}
	}
	return out
}

// Directions that the diffuse light is found from.
const (
	irradianceFine  = 4096
	irradianceRough = 512
)

// spiral spreads n directions evenly over the sphere (Fibonacci lattice).
func spiral(i, n int) geom.Vec3 {
	y := 1 - (2*float64(i)+1)/float64(n)
	r := math.Sqrt(math.Max(0, 1-y*y))
	s, c := math.Sincos(math.Pi * (3 - math.Sqrt(5)) * float64(i))
	return geom.Vec3{r * c, y, r * s}
}

// harmonics are the real spherical harmonics of the first three bands.
func harmonics(d geom.Vec3) [9]float64 {
	x, y, z := d[0], d[1], d[2]
	return [9]float64{
		0.282095, 0.488603 * y, 0.488603 * z, 0.488603 * x,
		1.092548 * x * y, 1.092548 * y * z, 0.315392 * (3*z*z - 1), 1.092548 * x * z, 0.546274 * (x*x - y*y),
	}
}

// Size of the mirrored environment, texels of a cube's edge, and its levels:
// level k is seen by a roughness of k over the last level.
const (
	mirrorEdge   = 64
	mirrorLevels = 6
)

// newMirror makes the cube that specular light is read from, each level to be
// filtered for its roughness (Karis 2013, split sum, first factor).
func newMirror() uint32 {
	var id uint32
	gl41.GenTextures(1, &id)
	gl41.ActiveTexture(gl41.TEXTURE0 + unitEnvironment)
	gl41.BindTexture(gl41.TEXTURE_CUBE_MAP, id)
	for level := range int32(mirrorLevels) {
		for face := range uint32(6) {
			gl41.TexImage2D(gl41.TEXTURE_CUBE_MAP_POSITIVE_X+face, level, gl41.RGB16F, mirrorEdge>>level, mirrorEdge>>level, 0, gl41.RGB, gl41.FLOAT, nil)
		}
	}
	gl41.TexParameteri(gl41.TEXTURE_CUBE_MAP, gl41.TEXTURE_MAX_LEVEL, mirrorLevels-1)
	gl41.TexParameteri(gl41.TEXTURE_CUBE_MAP, gl41.TEXTURE_MIN_FILTER, gl41.LINEAR_MIPMAP_NEAREST) // half the work of blending levels
	gl41.TexParameteri(gl41.TEXTURE_CUBE_MAP, gl41.TEXTURE_MAG_FILTER, gl41.LINEAR)
	gl41.Enable(gl41.TEXTURE_CUBE_MAP_SEAMLESS)
	return id
}

// filtered computes the six faces of one level, on two of the cores: drawing
// wants some too.
func filtered(radiance func(geom.Vec3) geom.Vec3, level int) (faces [6][][3]float32) {
	lobe, edge := lobeOf(float64(level)/(mirrorLevels-1)), mirrorEdge>>level
	inParts(0, 6, func(face int) {
		texels := make([][3]float32, edge*edge)
		for i := range texels {
			n := cubeDirection(face, (float64(i%edge)+0.5)/float64(edge), (float64(i/edge)+0.5)/float64(edge))
			c := gather(radiance, n, lobe)
			texels[i] = [3]float32{float32(c[0]), float32(c[1]), float32(c[2])}
		}
		faces[face] = texels
	})
	return faces
}

// shrunk are faces of half the edge: what a rough surface mirrors, roughly.
func shrunk(from [6][][3]float32, edge int) (faces [6][][3]float32) {
	for face := range faces {
		faces[face] = make([][3]float32, edge*edge)
		for i := range faces[face] {
			for k := range 4 {
				p := from[face][(2*(i/edge)+k/2)*2*edge+2*(i%edge)+k%2]
				for c := range 3 {
					faces[face][i][c] += p[c] / 4
				}
			}
		}
	}
	return faces
}

// cube is radiance that was worked out.
type cube struct {
	edge  int
	faces *[6][][3]float32
}

// radiance is that of the texel in a direction: the inverse of cubeDirection.
func (c *cube) radiance(d geom.Vec3) geom.Vec3 {
	x, y, z := math.Abs(d[0]), math.Abs(d[1]), math.Abs(d[2])
	face, a, b, most := 4, d[0], -d[1], z
	switch {
	case x >= y && x >= z:
		face, a, most = 0, -d[2], x
		if d[0] < 0 {
			face, a = 1, d[2]
		}
	case y >= z:
		face, b, most = 2, d[2], y
		if d[1] < 0 {
			face, b = 3, -d[2]
		}
	case d[2] < 0:
		face, a = 5, -d[0]
	}
	edge := float64(c.edge)
	s := min(c.edge-1, max(0, int((a/most+1)/2*edge)))
	t := min(c.edge-1, max(0, int((b/most+1)/2*edge)))
	p := c.faces[face][t*c.edge+s]
	return geom.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
}

// cubeDirection is the direction of a point of a cube map's face (OpenGL 4.1,
// table 3.17).
func cubeDirection(face int, s, t float64) geom.Vec3 {
	a, b := 2*s-1, 2*t-1
	d := [6]geom.Vec3{{1, -b, -a}, {-1, -b, a}, {a, 1, b}, {a, -1, -b}, {a, -b, 1}, {-a, -b, -1}}
	return d[face].Normalize()
}

// sample is a direction of a lobe about +Z and its weight.
type sample struct {
	d      geom.Vec3
	weight float64
}

// lobeOf spreads directions over the GGX lobe of a roughness, seen straight on.
func lobeOf(roughness float64) []sample {
	if roughness <= 0 {
		return []sample{{geom.Vec3{0, 0, 1}, 1}}
	}
	const n = 96
	alpha := roughness * roughness
	var out []sample
	for i := range n {
		u := (float64(i) + 0.5) / n
		phi := 2 * math.Pi * math.Mod(float64(i)*0.6180339887, 1)
		cos := math.Sqrt((1 - u) / (1 + (alpha*alpha-1)*u))
		sin := math.Sqrt(math.Max(0, 1-cos*cos))
		h := geom.Vec3{sin * math.Cos(phi), sin * math.Sin(phi), cos}
		l := geom.Vec3{2 * cos * h[0], 2 * cos * h[1], 2*cos*cos - 1}
		if l[2] > 0 {
			out = append(out, sample{l, l[2]})
		}
	}
	return out
}

// gather is the light from the lobe about n.
func gather(radiance func(geom.Vec3) geom.Vec3, n geom.Vec3, lobe []sample) geom.Vec3 {
	side := geom.Vec3{0, 1, 0}
	if math.Abs(n[1]) > 0.9 {
		side = geom.Vec3{1, 0, 0}
	}
	x := side.Cross(n).Normalize()
	y := n.Cross(x)
	var sum geom.Vec3
	total := 0.0
	for _, s := range lobe {
		sum = sum.Add(radiance(x.Mul(s.d[0]).Add(y.Mul(s.d[1])).Add(n.Mul(s.d[2]))).Mul(s.weight))
		total += s.weight
	}
	return sum.Mul(1 / total)
}
