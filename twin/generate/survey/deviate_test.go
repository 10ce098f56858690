package survey_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// cube is a scene of one closed box.
func cube(lo, hi geom.Vec3) *scene.Scene {
	var p scene.Primitive
	for i := range 8 {
		v := lo
		for axis := range 3 {
			if i>>axis&1 == 1 {
				v[axis] = hi[axis]
			}
		}
		p.Positions = append(p.Positions, float32(v[0]), float32(v[1]), float32(v[2]))
		p.Normals = append(p.Normals, 0, 1, 0)
	}
	for _, q := range [6][4]uint32{{0, 4, 6, 2}, {1, 3, 7, 5}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 2, 3, 1}, {4, 5, 7, 6}} {
		p.Indices = append(p.Indices, q[0], q[1], q[2], q[0], q[2], q[3])
	}
	sc := &scene.Scene{}
	p.Material = sc.AddMaterial(scene.Material{Name: "white"})
	sc.AddNode(scene.Node{Parent: scene.None, Local: geom.Identity(), Mesh: sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}}), Joint: scene.None, Entity: "cube"})
	return sc
}

// The distance to a box is known in closed form, outside and within, also
// beyond its edges and corners where several triangles are as near.
func TestDeviationFromABoxIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lo := geom.Vec3{rapid.Float64Range(-3, 3).Draw(t, "x"), rapid.Float64Range(-3, 3).Draw(t, "y"), rapid.Float64Range(-3, 3).Draw(t, "z")}
		size := geom.Vec3{rapid.Float64Range(0.5, 4).Draw(t, "w"), rapid.Float64Range(0.5, 4).Draw(t, "h"), rapid.Float64Range(0.5, 4).Draw(t, "d")}
		for k := range 3 { // as the mesh holds them
			lo[k] = float64(float32(lo[k]))
		}
		hi := lo.Add(size)
		for k := range 3 {
			hi[k] = float64(float32(hi[k]))
		}
		cloud := &survey.Cloud{}
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for range 50 {
			for k := range 3 {
				cloud.Positions = append(cloud.Positions, float32(lo[k]-2+rng.Float64()*(hi[k]-lo[k]+4)))
			}
		}
		d, err := survey.Deviate(context.Background(), cloud, survey.Frame{ToTwin: geom.Identity(), Scale: 1}, cube(lo, hi))
		if err != nil {
			t.Fatal(err)
		}
		for i, mm := range d.MM {
			var p geom.Vec3
			out, in := 0.0, math.Inf(1)
			for k := range 3 {
				p[k] = float64(d.Points[3*i+k])
				gap := math.Max(0, math.Max(lo[k]-p[k], p[k]-hi[k]))
				out += gap * gap
				in = math.Min(in, math.Min(p[k]-lo[k], hi[k]-p[k]))
			}
			want := 1000 * math.Sqrt(out)
			if out == 0 {
				want = -1000 * in
			}
			if math.Abs(float64(mm)-want) > 0.01 {
				t.Fatalf("%v lies %.3f mm from the box %v to %v, want %.3f", p, mm, lo, hi, want)
			}
		}
	})
}

func TestDeviationIsSummedUp(t *testing.T) {
	cloud := &survey.Cloud{}
	// 100 points, 0.5 m apart, k mm above the box.
	for k := range 100 {
		cloud.Positions = append(cloud.Positions, float32(0.25+0.5*float64(k%10)), 1+float32(k)/1000, float32(0.25+0.5*float64(k/10)))
	}
	d, err := survey.Deviate(context.Background(), cloud, survey.Frame{ToTwin: geom.Identity(), Scale: 1}, cube(geom.Vec3{-1, 0, -1}, geom.Vec3{6, 1, 6}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what       string
		have, want float64
	}{
		{"median", d.MedianMM, 50}, {"p90", d.P90MM, 90}, {"p99", d.P99MM, 99}, {"within 20 mm", d.Within20, 0.2}, {"within 50 mm", d.Within50, 0.5},
	} {
		if math.Abs(c.have-c.want) > 0.02+0.011*c.want {
			t.Errorf("%s: %.3f, want %.3f", c.what, c.have, c.want)
		}
	}
	for i, n := range d.Nearest {
		if n != 0 {
			t.Fatalf("point %d is nearest to node %d of a scene of one", i, n)
		}
	}
}

// A reconstruction lies where the scan does: the noise is 5 to 10 mm, so half
// of the points within 10 mm of the twin is what the noise alone allows.
func TestTheTwinLiesOnTheScan(t *testing.T) {
	h := author(4, 1)
	cloud, _ := h.scan(4, usualScan(4))
	s, err := survey.Reconstruct(context.Background(), cloud, survey.Options{})
	if err != nil {
		t.Fatal(err)
	}
	scene, _ := s.Scene()
	d, err := survey.Deviate(context.Background(), cloud, s.Frame, scene)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("median %.1f mm, p90 %.1f mm, within 20 mm %.3f, within 50 mm %.3f", d.MedianMM, d.P90MM, d.Within20, d.Within50)
	if d.MedianMM > 10 || d.Within50 < 0.9 {
		t.Errorf("median %.1f mm, %.0f %% within 50 mm", d.MedianMM, 100*d.Within50)
	}
}
