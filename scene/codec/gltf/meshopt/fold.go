package meshopt

import "math"

// foldScales are the lengths of the octahedron's axes, in steps, that
// FoldWithin tries: the first eighth within four bytes an element.
var foldScales = []int{8, 10, 12, 14, 16, 18, 20, 23, 26, 29, 33, 37, 42, 48, 55, 63, 73, 85, 100, 127,
	170, 250, 400, 700, 1200, 2047}

// foldShare is the share of normals that must keep the bound where each takes
// the nearest step: small triangles that tilt more cover little.
const foldShare = 0.993

// foldReach is how many steps from the nearest a normal may be written.
const foldReach = 2

// FoldWithin writes unit normals (x, y, z each) as octahedral attributes, as
// FoldNormals does, so coarsely as an angle allows, radians: it finds the least
// scale that does for nearly all, and then writes each normal as that within the
// angle that differs least from the one before, which packs best. Who reads them
// divides each component by stretch (a node's scale does so) before the normal
// is one of length one again.
func FoldWithin(normals []float32, stretch [3]float64, within float64) (data []byte, stride int) {
	f := folder{cosine: math.Cos(within)}
	for k := range f.stretch {
		f.stretch[k] = stretch[k] / max(stretch[0], stretch[1], stretch[2])
	}
	n := len(normals) / 3
	for _, scale := range foldScales {
		f.setScale(scale)
		far := 0
		for i := 0; i < n && float64(far) <= (1-foldShare)*float64(n); i++ {
			normal := unitOf(normals[3*i : 3*i+3])
			x, y := f.fold(normal)
			if f.like(x, y, normal) < f.cosine {
				far++
			}
		}
		if float64(far) <= (1-foldShare)*float64(n) {
			break
		}
	}
	data = make([]byte, n*f.stride)
	x, y := 0, 0
	for i := range n {
		x, y = f.nearTo(x, y, unitOf(normals[3*i:3*i+3]))
		e := data[i*f.stride:]
		for k, v := range [3]int{x, y, f.scale} {
			if f.stride == 4 {
				e[k] = byte(int8(v))
			} else {
				putInt16(e, k, float64(v))
			}
		}
	}
	return data, f.stride
}

type folder struct {
	stretch [3]float64
	cosine  float64
	scale   int
	stride  int
	most    float64 // largest component that is read
}

func (f *folder) setScale(scale int) {
	f.scale, f.stride, f.most = scale, 4, 127
	if scale > 127 {
		f.stride, f.most = 8, 32767
	}
}

func unitOf(v []float32) [3]float64 {
	x, y, z := float64(v[0]), float64(v[1]), float64(v[2])
	l := math.Sqrt(x*x + y*y + z*z)
	if l == 0 {
		return [3]float64{0, 0, 1}
	}
	return [3]float64{x / l, y / l, z / l}
}

// fold is the step nearest to a normal on the stretched octahedron.
func (f *folder) fold(n [3]float64) (int, int) {
	x, y, z := n[0]*f.stretch[0], n[1]*f.stretch[1], n[2]*f.stretch[2]
	l := math.Abs(x) + math.Abs(y) + math.Abs(z)
	x, y = x/l, y/l
	if z < 0 {
		x, y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
	}
	return int(round(x * float64(f.scale))), int(round(y * float64(f.scale)))
}

// like is the cosine between a normal and what is read of a step.
func (f *folder) like(x, y int, n [3]float64) float64 {
	a, b, c := octahedral(float64(x), float64(y), float64(f.scale), f.most)
	a, b, c = a/f.stretch[0], b/f.stretch[1], c/f.stretch[2]
	return (a*n[0] + b*n[1] + c*n[2]) / math.Sqrt(a*a+b*b+c*c)
}

// nearTo is the step for a normal that costs least after the step x, y.
func (f *folder) nearTo(x, y int, n [3]float64) (int, int) {
	if f.like(x, y, n) >= f.cosine {
		return x, y
	}
	bestX, bestY := f.fold(n)
	midX, midY, least := bestX, bestY, math.Inf(1)
	for i := midX - foldReach; i <= midX+foldReach; i++ {
		for k := midY - foldReach; k <= midY+foldReach; k++ {
			if max(i, -i) > f.scale || max(k, -k) > f.scale {
				continue
			}
			if cost := stepCost(i-x) + stepCost(k-y); cost < least && f.like(i, k, n) >= f.cosine {
				bestX, bestY, least = i, k, cost
			}
		}
	}
	return bestX, bestY
}

// stepCost is about how many bits a step takes.
func stepCost(d int) float64 {
	if d == 0 {
		return 1
	}
	return 3 + 2*math.Log2(math.Abs(float64(d)))
}
