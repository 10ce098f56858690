package overlay

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
)

// Names of the meshes of a figure.
const (
	FigureClothes = "figure clothes" // takes the figure's colour
	FigureBody    = "figure body"
)

// bodySides is around how many sides a figure is turned: a crowd is drawn often.
const bodySides = 12

// Body returns the meshes of a standing person, 1.72 m tall, facing -Z: the
// upper clothes, and legs with head. skin and trousers index the materials of
// the latter, clothes that of the former.
func Body(clothes, skin, trousers scene.MaterialID) (upper, rest scene.Mesh) {
	var coat, head, legs lathe
	coat.turn(0, 0, 0.78, [][2]float64{{0.02, 0}, {0.155, 0.01}, {0.165, 0.10}, {0.15, 0.24}, {0.175, 0.40}, {0.195, 0.52}, {0.18, 0.59}, {0.10, 0.645}, {0.055, 0.66}, {0, 0.66}}, 1.12, 0.72)
	for _, side := range []float64{-1, 1} {
		coat.turn(side*0.235, 0.01, 0.80, [][2]float64{{0, 0}, {0.038, 0.01}, {0.045, 0.25}, {0.055, 0.48}, {0.045, 0.56}, {0, 0.585}}, 1, 1)
		legs.turn(side*0.085, 0, 0.07, [][2]float64{{0, 0}, {0.055, 0.0}, {0.06, 0.30}, {0.08, 0.70}, {0.075, 0.80}, {0, 0.81}}, 1, 1)
		legs.turn(side*0.09, -0.035, 0, [][2]float64{{0, 0}, {0.062, 0}, {0.066, 0.04}, {0.04, 0.085}, {0, 0.09}}, 0.8, 1.9)
		head.turn(side*0.237, 0, 0.72, [][2]float64{{0, 0}, {0.03, 0.02}, {0.034, 0.07}, {0.03, 0.1}, {0, 0.1}}, 1, 1)
	}
	head.turn(0, 0, 1.42, [][2]float64{{0.05, 0}, {0.048, 0.06}, {0.075, 0.085}, {0.092, 0.15}, {0.096, 0.20}, {0.085, 0.26}, {0.05, 0.30}, {0, 0.31}}, 0.92, 1.08)
	legs.turn(0, 0.014, 1.585, [][2]float64{{0.101, 0}, {0.105, 0.04}, {0.094, 0.10}, {0.058, 0.142}, {0, 0.152}}, 0.95, 1.05) // hair
	upper = scene.Mesh{Name: FigureClothes, Primitives: []scene.Primitive{coat.primitive(clothes)}}
	rest = scene.Mesh{Name: FigureBody, Primitives: []scene.Primitive{head.primitive(skin), legs.primitive(trousers)}}
	return upper, rest
}

// lathe collects profiles turned about upright axes.
type lathe struct {
	positions, normals []float32
	indices            []uint32
}

// turn adds a profile of radius and height about the axis at x, z, standing at
// y; wide and deep stretch it along x and z.
func (l *lathe) turn(x, z, y float64, profile [][2]float64, wide, deep float64) {
	first := uint32(len(l.positions) / 3)
	for i, p := range profile {
		before, after := profile[max(0, i-1)], profile[min(len(profile)-1, i+1)]
		rise, out := after[1]-before[1], after[0]-before[0]
		for k := range bodySides + 1 {
			s, c := math.Sincos(2 * math.Pi * float64(k) / bodySides)
			nx, ny, nz := c*rise/wide, -out, s*rise/deep
			length := math.Sqrt(nx*nx + ny*ny + nz*nz)
			if length < 1e-9 {
				nx, ny, nz, length = 0, 1, 0, 1
			}
			l.positions = append(l.positions, float32(x+p[0]*c*wide), float32(y+p[1]), float32(z+p[0]*s*deep))
			l.normals = append(l.normals, float32(nx/length), float32(ny/length), float32(nz/length))
		}
	}
	const row = bodySides + 1
	for i := range len(profile) - 1 {
		for k := range uint32(bodySides) {
			a := first + uint32(i)*row + k
			b := a + row
			l.indices = append(l.indices, a, b, a+1, a+1, b, b+1)
		}
	}
}

func (l *lathe) primitive(m scene.MaterialID) scene.Primitive {
	return scene.Primitive{Positions: l.positions, Normals: l.normals, Indices: l.indices, Material: m}
}
