package light_test

import (
	"context"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// knobs are smooth bodies below turned, stretched and mirrored nodes.
func knobs() *scene.Scene {
	const rings, sides = 12, 24
	var p scene.Primitive
	for j := range rings + 1 {
		for i := range sides {
			u, v := 2*math.Pi*float64(i)/sides, math.Pi*float64(j)/rings
			r := 0.03 + 0.004*math.Cos(5*u)
			p.Positions = append(p.Positions, float32(r*math.Sin(v)*math.Cos(u)), float32(0.05*math.Cos(v)), float32(r*math.Sin(v)*math.Sin(u)))
			p.Normals = append(p.Normals, 0, 1, 0)
		}
	}
	for j := range uint32(rings) {
		for i := range uint32(sides) {
			a, b := j*sides+i, j*sides+(i+1)%sides
			p.Indices = append(p.Indices, a, b, a+sides, b, b+sides, a+sides)
		}
	}
	sc := &scene.Scene{Materials: []scene.Material{{Name: "brass", BaseColor: [4]float32{1, 1, 1, 1}}}}
	sc.AddMesh(scene.Mesh{Name: "knob", Primitives: []scene.Primitive{mesh.Normals(p, math.Pi)}})
	group := sc.AddNode(scene.Node{Name: "door", Parent: scene.None, Mesh: scene.None, Joint: scene.None,
		Local: mgl64.Translate3D(12.345678, 1, -3).Mul4(mgl64.HomogRotate3D(0.7, geom.Vec3{0, 1, 0}))})
	for i, s := range []geom.Vec3{{1, 1, 1}, {3, 1, 0.5}, {-2, 2, 2}} {
		sc.AddNode(scene.Node{Name: "knob " + string(rune('a'+i)), Parent: group, Mesh: 0, Joint: scene.None,
			Local: mgl64.Translate3D(float64(i), 0.333333, 0).Mul4(mgl64.Scale3D(s[0], s[1], s[2]))})
	}
	return sc
}

func TestFilesHoldTheirBound(t *testing.T) {
	sc := knobs()
	largest := 0
	for _, c := range []light.Options{{MaxError: 1e-5}, {MaxError: 2e-4, Bare: true}, {MaxError: 2e-3, MaxNormal: 0.1}, {MaxError: 2e-3, MaxNormal: 0.1, Stored: true}} {
		last := 0.0
		c.Progress = func(_ string, done float64) {
			if done < 0 || done > 1 {
				t.Errorf("progress %v", done)
			}
			last = done
		}
		r, err := light.File(context.Background(), sc, c)
		if err != nil {
			t.Fatal(err)
		}
		back, notes, err := gltf.Read(context.Background(), "light", r.Data, gltf.ReadOptions{})
		if err != nil || len(notes) > 0 {
			t.Fatal(err, notes)
		}
		d, err := mesh.Distance(context.Background(), sc, back)
		if err != nil {
			t.Fatal(err)
		}
		angle := c.MaxNormal
		if angle == 0 {
			angle = 3 * math.Pi / 180
		}
		if d.Hausdorff > c.MaxError || d.NormalP99 > angle || math.Abs(d.Hausdorff-r.Deviation.Hausdorff) > 1e-9 {
			t.Errorf("%+v: %v m and %v rad off, %v m was told", c.MaxError, d.Hausdorff, d.NormalP99, r.Deviation.Hausdorff)
		}
		if last != 1 {
			t.Errorf("progress ended at %v", last)
		}
		names := map[string]bool{}
		for _, n := range back.Nodes {
			names[n.Name] = true
		}
		if !names["door"] || !names["knob a"] || !names["knob b"] || !names["knob c"] || back.Meshes[0].Name != "knob" {
			t.Errorf("names are lost: %v", names)
		}
		if c.Stored {
			if len(r.Data) > largest {
				t.Errorf("%d bytes stored, %d when only what is served counts", len(r.Data), largest)
			}
		}
		largest = len(r.Data)
	}
}

func TestFilesCanBeCancelled(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := light.File(ctx, knobs(), light.Options{MaxError: 1e-3}); err == nil {
		t.Error("it went on")
	}
}
