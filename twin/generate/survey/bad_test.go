package survey_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// Clouds that hold no building end in an error or in little, never in a panic.
func TestOddClouds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	fill := func(n int, f func() (x, y, z float32)) *survey.Cloud {
		c := &survey.Cloud{}
		for range n {
			x, y, z := f()
			c.Positions = append(c.Positions, x, y, z)
		}
		return c
	}
	nan := float32(math.NaN())
	for _, c := range []struct {
		name   string
		cloud  *survey.Cloud
		sparse bool
	}{
		{"none", &survey.Cloud{}, true},
		{"one place", fill(5000, func() (x, y, z float32) { return 1, 2, 3 }), true},
		{"no numbers", fill(5000, func() (x, y, z float32) { return nan, nan, nan }), true},
		{"a line", fill(5000, func() (x, y, z float32) { return 10 * rng.Float32(), 0, 0 }), true},
		{"a plane", fill(50000, func() (x, y, z float32) { return 5 * rng.Float32(), 0, 5 * rng.Float32() }), false},
		{"a wall", fill(50000, func() (x, y, z float32) { return 5 * rng.Float32(), 3 * rng.Float32(), 0 }), false},
		{"a cloud", fill(100000, func() (x, y, z float32) {
			return 5 * rng.Float32(), 3 * rng.Float32(), 5 * rng.Float32()
		}), false},
		{"a ball", fill(50000, func() (x, y, z float32) {
			a, b, c := rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
			l := math.Sqrt(a*a + b*b + c*c)
			return float32(2 * a / l), float32(2 * b / l), float32(2 * c / l)
		}), false},
		{"far away", fill(50000, func() (x, y, z float32) {
			return 5*rng.Float32() + 1e6, 0, 5*rng.Float32() - 3e7
		}), false},
		{"huge", fill(5000, func() (x, y, z float32) {
			return math.MaxFloat32 * (rng.Float32() - 0.5), math.MaxFloat32 * rng.Float32(), math.MaxFloat32
		}), true},
		{"half a position", &survey.Cloud{Positions: make([]float32, 3001)}, true},
		{"colours that are too few", func() *survey.Cloud {
			c := fill(50000, func() (x, y, z float32) { return 5 * rng.Float32(), 0, 5 * rng.Float32() })
			c.Colors = make([]uint8, 7)
			return c
		}(), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := survey.Reconstruct(context.Background(), c.cloud, survey.Options{Classes: furniture})
			if c.sparse {
				if !errors.Is(err, survey.ErrTooSparse) {
					t.Errorf("error %v, want that it is too sparse", err)
				}
				return
			}
			if err != nil && !errors.Is(err, survey.ErrTooSparse) {
				t.Fatal(err)
			}
			if err == nil {
				scene, _ := s.Scene()
				closed(t, scene)
			}
		})
	}
}

// Any bytes as positions are answered without a panic.
func FuzzReconstruct(f *testing.F) {
	f.Add([]byte{1, 2, 3}, uint16(1000))
	f.Fuzz(func(t *testing.T, seed []byte, n uint16) {
		var key [32]byte
		copy(key[:], seed)
		rng := rand.NewChaCha8(key)
		c := &survey.Cloud{}
		// Boxes of points at places, sizes and densities that the bytes choose.
		for k := 0; k+5 < len(seed) && k < 60; k += 6 {
			for range int(n) {
				for axis := range 3 {
					u := float32(rng.Uint64()>>40) / (1 << 24)
					size := float32(seed[k+3+axis]) / 16
					c.Positions = append(c.Positions, float32(seed[k+axis])/8+u*size)
				}
			}
		}
		s, err := survey.Reconstruct(context.Background(), c, survey.Options{Classes: furniture, PointsMax: 50_000})
		if err != nil {
			return
		}
		scene, _ := s.Scene()
		if err := scene.Check(); err != nil {
			t.Error(err)
		}
	})
}
