package propose

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// process is a Gaussian process with a Matérn kernel of 5/2 (Rasmussen and Williams
// 2006, eq. 4.17) on standardised figures. Its length and noise are those of a grid
// that make what was seen likeliest (eq. 5.8).
type process struct {
	x          [][]float64
	mean, unit float64 // of the values
	lo, scale  []float64
	length     float64
	noise      float64
	chol       mat.Cholesky
	weights    *mat.VecDense
}

// fit learns values at points; nil when they cannot be told apart.
func fit(points [][]float64, values []float64) *process {
	n := len(points)
	if n < 3 {
		return nil
	}
	p := &process{lo: make([]float64, len(points[0])), scale: make([]float64, len(points[0]))}
	for _, v := range values {
		p.mean += v / float64(n)
	}
	for _, v := range values {
		p.unit += (v - p.mean) * (v - p.mean) / float64(n)
	}
	if p.unit = math.Sqrt(p.unit); p.unit < 1e-12 {
		return nil
	}
	for k := range p.lo {
		for _, x := range points {
			p.lo[k] += x[k] / float64(n)
		}
		for _, x := range points {
			p.scale[k] += (x[k] - p.lo[k]) * (x[k] - p.lo[k]) / float64(n)
		}
		p.scale[k] = math.Sqrt(p.scale[k])
	}
	for _, x := range points {
		p.x = append(p.x, p.place(x))
	}
	y := mat.NewVecDense(n, nil)
	for i, v := range values {
		y.SetVec(i, (v-p.mean)/p.unit)
	}
	best := math.Inf(-1)
	for _, length := range [5]float64{0.7, 1.5, 3, 6, 12} {
		for _, noise := range [4]float64{0.01, 0.05, 0.2, 0.6} {
			k := mat.NewSymDense(n, nil)
			for i := range n {
				for j := i; j < n; j++ {
					v := matern(distance(p.x[i], p.x[j]) / length)
					if i == j {
						v += noise
					}
					k.SetSym(i, j, v)
				}
			}
			var c mat.Cholesky
			if !c.Factorize(k) {
				continue
			}
			w := mat.NewVecDense(n, nil)
			if c.SolveVecTo(w, y) != nil {
				continue
			}
			if likely := -mat.Dot(y, w)/2 - c.LogDet()/2; likely > best {
				best, p.length, p.noise, p.weights = likely, length, noise, w
				p.chol.Clone(&c)
			}
		}
	}
	if p.weights == nil {
		return nil
	}
	return p
}

func (p *process) place(x []float64) []float64 {
	out := make([]float64, len(x))
	for k := range x {
		if p.scale[k] > 1e-12 {
			out[k] = (x[k] - p.lo[k]) / p.scale[k]
		}
	}
	return out
}

func matern(r float64) float64 {
	s := math.Sqrt(5) * r
	return (1 + s + s*s/3) * math.Exp(-s)
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for k := range a {
		sum += (a[k] - b[k]) * (a[k] - b[k])
	}
	return math.Sqrt(sum)
}

// at is what is expected at a point, and how unsure that is.
func (p *process) at(x []float64) (value, sd float64) {
	n := len(p.x)
	k := mat.NewVecDense(n, nil)
	q := p.place(x)
	for i := range n {
		k.SetVec(i, matern(distance(q, p.x[i])/p.length))
	}
	var v mat.VecDense
	if p.chol.SolveVecTo(&v, k) != nil {
		return p.mean, p.unit
	}
	return p.mean + p.unit*mat.Dot(k, p.weights), p.unit * math.Sqrt(max(0, 1-mat.Dot(k, &v)))
}
