package ifc_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// hole is a box taken out of a wall, on a lattice so that faces often lie on
// each other.
type hole struct{ x, z, w, h, from, to float64 }

// left is the volume that holes leave of a wall of 4 × 0.3 × 3 m, by cells
// between all of their planes.
func left(holes []hole) float64 {
	planes := func(of func(hole) [2]float64, hi float64) []float64 {
		out := []float64{0, hi}
		for _, h := range holes {
			for _, v := range of(h) {
				if v > 0 && v < hi {
					out = append(out, v)
				}
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	xs := planes(func(h hole) [2]float64 { return [2]float64{h.x, h.x + h.w} }, 4)
	ys := planes(func(h hole) [2]float64 { return [2]float64{h.from, h.to} }, 0.3)
	zs := planes(func(h hole) [2]float64 { return [2]float64{h.z, h.z + h.h} }, 3)
	sum := 0.0
	for i := 1; i < len(xs); i++ {
		for j := 1; j < len(ys); j++ {
			for k := 1; k < len(zs); k++ {
				x, y, z := (xs[i]+xs[i-1])/2, (ys[j]+ys[j-1])/2, (zs[k]+zs[k-1])/2
				if !slices.ContainsFunc(holes, func(h hole) bool {
					return x > h.x && x < h.x+h.w && y > h.from && y < h.to && z > h.z && z < h.z+h.h
				}) {
					sum += (xs[i] - xs[i-1]) * (ys[j] - ys[j-1]) * (zs[k] - zs[k-1])
				}
			}
		}
	}
	return sum
}

// Whatever openings a wall has, overlapping, side by side, flush or off by
// noise, what is left is right and its triangles enclose it.
func TestOpeningsHowever(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		grid := func(name string, hi int) float64 { return 0.25 * float64(rapid.IntRange(0, hi).Draw(t, name)) }
		noise := func() float64 { return rapid.SampledFrom([]float64{0, 0, 1e-9, -1e-7, 2e-6, -2e-6}).Draw(t, "noise") }
		var holes []hole
		var b strings.Builder
		b.WriteString(box(100, 0, 0, 0, 4, 0.3, 3))
		for i := range rapid.IntRange(1, 5).Draw(t, "holes") {
			depth := rapid.SampledFrom([][2]float64{{0, 0.3}, {-0.1, 0.4}, {0, 0.1}, {0.1, 0.3}, {0.1, 0.2}}).Draw(t, "depth")
			h := hole{x: grid("x", 16) - 0.25, z: grid("z", 12) - 0.25, w: 0.25 + grid("w", 6), h: 0.25 + grid("h", 6), from: depth[0], to: depth[1]}
			holes = append(holes, h)
			n := 1000 + 100*i
			b.WriteString(opening(n, box(n, h.x+noise(), h.from+noise(), h.z+noise(), h.w+noise(), h.to-h.from+noise(), h.h+noise())))
		}
		data := []byte(strings.ReplaceAll(string(file("#100", b.String())), "1e", "1.E"))
		m, err := readQuietly(data)
		if err != nil {
			t.Fatal(err)
		}
		want := left(holes)
		got, drawn := 0.0, meshVolume(m)
		for _, e := range m.Elements {
			got += e.Net.Volume
		}
		if math.Abs(got-want) > 2e-4 || math.Abs(drawn-want) > 2e-4 {
			t.Fatalf("%.6f m³ are left, drawn %.6f, want %.6f\n%s", got, drawn, want, fmt.Sprint(holes))
		}
		for _, n := range m.Notes {
			t.Fatalf("note %+v", n)
		}
	})
}
