package gl

import (
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// crate is a block of packages with eight corners each.
func crate(columns, layers int) scene.Primitive {
	var p scene.Primitive
	for layer := range layers {
		for column := range columns {
			for i := range 8 {
				p.Positions = append(p.Positions, 0.11*float32(column)+0.1*float32(i&1), 0.2*float32(layer)+0.2*float32(i>>1&1), 0.3*float32(i>>2))
				p.Normals = append(p.Normals, 0, 0, 1)
			}
		}
	}
	return p
}

func TestPackagesAreFoundInABlock(t *testing.T) {
	p := crate(3, 2)
	g := mapGoods(p)
	if g.size != 8 || len(g.origins) != 6 {
		t.Fatalf("%d vertices a package, %d packages; want 8 and 6", g.size, len(g.origins))
	}
	seeds := map[float32]bool{}
	for i := range len(p.Positions) / 3 {
		u, v, seed := g.at([3]float32(p.Positions[3*i:]), p.Normals[3*i:3*i+3], i)
		if u < -1e-3 || u > 1.001 || v < -1e-3 || v > 1.001 {
			t.Fatalf("vertex %d lies at %g, %g of its package's front", i, u, v)
		}
		seeds[seed] = true
	}
	if len(seeds) != 6 {
		t.Errorf("%d seeds for 6 packages", len(seeds))
	}
	p.Positions[3*20] += 0.02 // no longer copies
	if g := mapGoods(p); len(g.origins) != 1 {
		t.Errorf("%d packages in a shape that does not repeat", len(g.origins))
	}
}

func TestSurroundingsOfAWhiteFurnace(t *testing.T) {
	// In even light a white surface sends on what it gets, and so does a mirror
	// of any roughness.
	even := func(geom.Vec3) geom.Vec3 { return geom.Vec3{1, 1, 1} }
	sh := irradiance(even, irradianceFine)
	if e := float64(sh[0][0]) * 0.282095; e < 0.999 || e > 1.001 {
		t.Errorf("a white surface sends on %.3f of even light", e)
	}
	for _, roughness := range []float64{0, 0.4, 1} {
		if c := gather(even, geom.Vec3{0, 1, 0}, lobeOf(roughness)); c[1] < 0.999 || c[1] > 1.001 {
			t.Errorf("roughness %g mirrors %.3f of even light", roughness, c[1])
		}
	}
}
