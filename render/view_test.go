package render_test

import (
	"math"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// shop is a floor with two rows of shelves along -Z and a freezer at the east
// wall that faces west.
func shop() *scene.Scene {
	var sc scene.Scene
	sc.AddMaterial(scene.Material{})
	box := func(entity string, lo, hi geom.Vec3, yaw float64) {
		mid, half := lo.Add(hi).Mul(0.5), hi.Sub(lo).Mul(0.5)
		p := scene.Primitive{Indices: []uint32{0, 1, 2}, Normals: make([]float32, 6*3)}
		for _, s := range []float64{-1, 1} {
			for axis := range 3 {
				var v geom.Vec3
				v[axis] = s * half[axis]
				v = mgl64.TransformCoordinate(v, mgl64.HomogRotate3DY(-yaw))
				p.Positions = append(p.Positions, float32(v[0]), float32(v[1]), float32(v[2]))
			}
		}
		sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Entity: entity, Mesh: sc.AddMesh(scene.Mesh{Primitives: []scene.Primitive{p}}),
			Local: mgl64.Translate3D(mid[0], mid[1], mid[2]).Mul4(mgl64.HomogRotate3DY(yaw))})
	}
	box("floor", geom.Vec3{0, -0.1, -12}, geom.Vec3{16, 0, 0}, 0)
	box("shelf-1", geom.Vec3{4, 0, -9}, geom.Vec3{5, 1.8, -2}, 0)
	box("shelf-2", geom.Vec3{6.5, 0, -9}, geom.Vec3{7.5, 1.8, -2}, 0)
	box("freezer-1", geom.Vec3{15, 0, -6}, geom.Vec3{15.8, 2, -4}, -math.Pi/2)
	return &sc
}

func shopPlaces() render.Places {
	return render.PlacesOf(shop(), geom.Box{Min: geom.Vec3{0, 0, -12}, Max: geom.Vec3{16, 3, 0}})
}

func TestViewsShowWhatTheyAreNamedFor(t *testing.T) {
	p := shopPlaces()
	for _, name := range append([]string{"freezer-1", "shelf-2"}, render.Views...) {
		if _, err := render.View(name, p, 16.0/9); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	aisle, _ := render.View("aisle", p, 16.0/9)
	if eye := aisle.Eye(); eye[0] < 5 || eye[0] > 6.5 || eye[2] < -3 || aisle.Ahead()[2] > -0.9 {
		t.Errorf("the aisle is looked along from %v towards %v, want between the shelves towards -Z", eye, aisle.Ahead())
	}
	freezer, _ := render.View("freezer-1", p, 16.0/9)
	if eye := freezer.Eye(); eye[0] > 15 {
		t.Errorf("the freezer that faces west is seen from %v", eye)
	}
	top, _ := render.View("top", p, 16.0/9)
	if top.Ahead()[1] > -0.999 {
		t.Errorf("the top view looks along %v", top.Ahead())
	}
}

func TestAWrongViewNamesTheRightOnes(t *testing.T) {
	_, err := render.View("freezer-9", shopPlaces(), 1.5)
	if err == nil || !strings.Contains(err.Error(), "overview") || !strings.Contains(err.Error(), "entrance") {
		t.Errorf("error: %v", err)
	}
	if _, err := render.View("overview", render.PlacesOf(&scene.Scene{}, geom.EmptyBox()), 1); err == nil {
		t.Error("a view of nothing")
	}
}

func TestFitKeepsTheBoxInThePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCamera(t)
		x := rapid.Float64Range(0.1, 30)
		lo := geom.Vec3{-x.Draw(t, "a"), -x.Draw(t, "b"), -x.Draw(t, "c")}
		box := geom.Box{Min: lo, Max: lo.Add(geom.Vec3{x.Draw(t, "d"), x.Draw(t, "e"), x.Draw(t, "f")})}
		width, height := rapid.IntRange(100, 2000).Draw(t, "w"), rapid.IntRange(100, 2000).Draw(t, "h")
		f := render.Frame{Width: width, Height: height, Camera: c.Fit(box, float64(width)/float64(height))}
		for i := range 8 {
			p := box.Min
			for axis := range 3 {
				if i>>axis&1 == 1 {
					p[axis] = box.Max[axis]
				}
			}
			px, py, ahead := f.Project(p)
			if ahead <= 0 || px < 0 || py < 0 || px > float64(width) || py > float64(height) {
				t.Fatalf("corner %v is seen at %.1f, %.1f of %d×%d", p, px, py, width, height)
			}
		}
	})
}
