package generate_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// TestTexturesRunInMetres: on the building and on what stands in it, a metre of
// texture is a metre of surface in every direction, so that a tile has the same
// size everywhere. Rounded edges are left out: a band some millimetres wide
// joins the faces on either side.
func TestTexturesRunInMetres(t *testing.T) {
	_, sc, _ := demo(t)
	scenes := map[string]*scene.Scene{"demo": sc}
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AC20-FZK-Haus.ifc", "duplex.ifc"} {
		got, err := generate.Run(context.Background(), generate.Input{Name: "House", Files: []generate.File{building(t, name)}, Catalogue: cat})
		if err != nil {
			t.Fatal(err)
		}
		if scenes[name], _, err = generate.Scene(context.Background(), got.Site, got.Building, cat); err != nil {
			t.Fatal(err)
		}
	}
	for name, sc := range scenes {
		for _, kind := range []struct {
			what  string
			is    func(entity string) bool
			least float64 // share of the surface
		}{
			{"building", func(e string) bool { return strings.HasPrefix(e, "building/") }, 0.99},
			{"things", func(e string) bool { return e != "" && !strings.HasPrefix(e, "building/") }, 0.94},
		} {
			all, even := 0.0, 0.0
			entities := sc.Entities()
			for i, n := range sc.Nodes {
				if n.Mesh == scene.None || n.Hidden || !kind.is(entities[i]) {
					continue
				}
				for _, p := range sc.Meshes[n.Mesh].Primitives {
					if len(p.UVs) == 0 {
						t.Fatalf("%s: %s has no texture coordinates", name, n.Name)
					}
					for k := 0; k+2 < len(p.Indices); k += 3 {
						area, least, most := stretch(p, p.Indices[k:k+3])
						all += area
						if least > 0.95 && most < 1.05 {
							even += area
						}
					}
				}
			}
			if even < kind.least*all {
				t.Errorf("%s: on %.2f %% of the surface of the %s a texture has its size, want %.0f %%", name, 100*even/all, kind.what, 100*kind.least)
			}
			t.Logf("%s, %s: %.2f %% of %.0f m²", name, kind.what, 100*even/max(all, 1e-9), all)
		}
	}
}

// stretch is the area of a triangle and the least and the most texture for each
// metre of it (singular values of the map).
func stretch(p scene.Primitive, t []uint32) (area, least, most float64) {
	at := func(k int) geom.Vec3 {
		i := t[k]
		return geom.Vec3{float64(p.Positions[3*i]), float64(p.Positions[3*i+1]), float64(p.Positions[3*i+2])}
	}
	uv := func(k int) geom.Vec2 { return geom.Vec2{float64(p.UVs[2*t[k]]), float64(p.UVs[2*t[k]+1])} }
	a, b := at(1).Sub(at(0)), at(2).Sub(at(0))
	area = a.Cross(b).Len() / 2
	if area < 1e-9 {
		return 0, 1, 1
	}
	// In the triangle's plane, a lies along x.
	ax, bx := a.Len(), b.Dot(a)/a.Len()
	by := 2 * area / ax
	ua, ub := uv(1).Sub(uv(0)), uv(2).Sub(uv(0))
	dx := ua.Mul(1 / ax)
	dy := ub.Sub(dx.Mul(bx)).Mul(1 / by)
	sum, det := dx.LenSqr()+dy.LenSqr(), dx[0]*dy[1]-dx[1]*dy[0]
	apart := math.Sqrt(math.Max(0, sum*sum-4*det*det))
	return area, math.Sqrt(math.Max(0, (sum-apart)/2)), math.Sqrt((sum + apart) / 2)
}
