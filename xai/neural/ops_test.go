package neural

import (
	"math"
	"math/rand/v2"
	"testing"
)

func tiny() Shape {
	return Shape{Signals: []string{"a", "b"}, Steps: 7, Classes: []string{"fine", "odd", "worse"}, Filters: 3, Kernel: 3}
}

func drawn(s Shape, rng *rand.Rand) [][]float64 {
	var out [][]float64
	for _, shape := range s.weightShapes() {
		w := make([]float64, shape.TotalSize())
		for i := range w {
			w[i] = 0.7 * rng.NormFloat64()
		}
		out = append(out, w)
	}
	return out
}

// TestGradientsOfTheLoss holds every operation of the network and its loss against
// finite differences, with respect to every weight.
func TestGradientsOfTheLoss(t *testing.T) {
	rng, s := rand.New(rand.NewPCG(1, 2)), tiny()
	tr, err := newTrainer(s, 4, drawn(s, rng), Options{}.filled())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		z := make([]float64, 14)
		for k := range z {
			z[k] = rng.NormFloat64()
		}
		tr.net.feed(i, z)
		data(tr.wanted)[i*3+i%3] = 0.25 + float64(i)
	}
	if _, err := tr.run(); err != nil {
		t.Fatal(err)
	}
	grads := make([][]float64, len(tr.net.weights))
	for i, w := range tr.net.weights {
		g, err := w.Grad()
		if err != nil {
			t.Fatal(err)
		}
		grads[i] = append([]float64(nil), g.Data().([]float64)...)
	}
	const h = 1e-6
	for i, w := range tr.net.weights {
		for k := range data(w) {
			was := data(w)[k]
			data(w)[k] = was + h
			up, err := tr.run()
			if err != nil {
				t.Fatal(err)
			}
			data(w)[k] = was - h
			down, err := tr.run()
			if err != nil {
				t.Fatal(err)
			}
			data(w)[k] = was
			if want := (up - down) / (2 * h); math.Abs(grads[i][k]-want) > 1e-5*(1+math.Abs(want)) {
				t.Fatalf("weights %d[%d]: gradient %g, by differences %g", i, k, grads[i][k], want)
			}
		}
	}
}

// TestGradientsOfTheInput does so with respect to the window, on the second and
// third run too: gradients of inputs add up unless they are cleared.
func TestGradientsOfTheInput(t *testing.T) {
	rng, s := rand.New(rand.NewPCG(3, 4)), tiny()
	w := drawn(s, rng)
	r, err := newReader(s, 3, w, true)
	if err != nil {
		t.Fatal(err)
	}
	for again := range 3 {
		clear(data(r.asked))
		z := make([][]float64, 3)
		for i := range z {
			z[i] = make([]float64, 14)
			for k := range z[i] {
				z[i][k] = rng.NormFloat64()
			}
			r.net.feed(i, z[i])
			data(r.asked)[i*3+(i+again)%3] = 1
		}
		if err := r.run(); err != nil {
			t.Fatal(err)
		}
		g, err := r.slope()
		if err != nil {
			t.Fatal(err)
		}
		got := make([][]float64, 3)
		for i := range got {
			got[i] = r.net.unfeed(g, i)
		}
		const h = 1e-6
		for i := range z {
			for k := range z[i] {
				was := z[i][k]
				var at [2]float64
				for side, v := range []float64{was + h, was - h} {
					z[i][k] = v
					r.net.feed(i, z[i])
					if err := r.run(); err != nil {
						t.Fatal(err)
					}
					at[side] = r.outputs.Data().([]float64)[i*3+(i+again)%3]
				}
				z[i][k] = was
				r.net.feed(i, z[i])
				if want := (at[0] - at[1]) / (2 * h); math.Abs(got[i][k]-want) > 1e-5*(1+math.Abs(want)) {
					t.Fatalf("run %d, row %d, value %d: gradient %g, by differences %g", again, i, k, got[i][k], want)
				}
			}
		}
	}
}
