package crease_test

import (
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom/crease"
)

// cube has eight vertices and twelve triangles.
func cube() ([]float32, []uint32) {
	var p []float32
	for i := range 8 {
		p = append(p, float32(i&1), float32(i>>1&1), float32(i>>2&1))
	}
	return p, []uint32{0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7, 5}
}

func TestCornersOfACube(t *testing.T) {
	p, tri := cube()
	vertex, normals, corners := crease.Normals(p, tri, math.Pi/6)
	if len(vertex) != 24 || len(normals) != 72 || len(corners) != 36 {
		t.Errorf("sharp: %d corners, want three at each of eight vertices", len(vertex))
	}
	vertex, normals, _ = crease.Normals(p, tri, math.Pi)
	if len(vertex) != 8 {
		t.Fatalf("smooth: %d corners, want one at each vertex", len(vertex))
	}
	for i, v := range vertex {
		for k := range 3 {
			want := (2*p[3*v+uint32(k)] - 1) / float32(math.Sqrt(3))
			if math.Abs(float64(normals[3*i+k]-want)) > 1e-6 {
				t.Errorf("corner %d looks along %v", i, normals[3*i:3*i+3])
				break
			}
		}
	}
}

func TestFacesWithoutArea(t *testing.T) {
	_, normals, _ := crease.Normals([]float32{0, 0, 0, 1, 0, 0, 2, 0, 0}, []uint32{0, 1, 2, 0, 0, 0}, 1)
	for _, x := range normals {
		if x != x {
			t.Fatal("a normal is not a number")
		}
	}
}
