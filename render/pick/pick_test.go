package pick_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/pick"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/hall"
)

// soup is a mesh of loose triangles.
func soup(corners []float32) scene.Mesh {
	p := scene.Primitive{Positions: corners, Normals: make([]float32, len(corners))}
	for i := range len(corners) / 3 {
		p.Normals[3*i+1] = 1
		p.Indices = append(p.Indices, uint32(i))
	}
	return scene.Mesh{Primitives: []scene.Primitive{p}}
}

// nearest asks every triangle in turn: the judge of the tree. Unsure tells that
// the ray runs along a triangle or grazes an edge, where rounding decides.
func nearest(corners []float32, o, d geom.Vec3) (best float64, unsure bool) {
	best = math.Inf(1)
	for i := 0; i+8 < len(corners); i += 9 {
		at := func(k int) geom.Vec3 {
			return geom.Vec3{float64(corners[i+3*k]), float64(corners[i+3*k+1]), float64(corners[i+3*k+2])}
		}
		a, ab, ac := at(0), at(1).Sub(at(0)), at(2).Sub(at(0))
		n := ab.Cross(ac)
		if n.Len() < 1e-3*ab.Len()*ac.Len() || n.Len() < 1e-6 || math.Abs(n.Dot(d)) < 1e-3*n.Len() {
			unsure = true
			continue
		}
		t := a.Sub(o).Dot(n) / d.Dot(n)
		q := o.Add(d.Mul(t)).Sub(a)
		u, v := q.Cross(ac).Dot(n)/n.LenSqr(), ab.Cross(q).Dot(n)/n.LenSqr()
		inside := math.Min(math.Min(u, v), 1-u-v)
		unsure = unsure || math.Abs(inside) < 1e-4 || math.Abs(t) < 1e-4
		if t > 0 && inside >= 0 {
			best = math.Min(best, t)
		}
	}
	return best, unsure
}

func TestTheTreeFindsWhatAskingAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		corners := rapid.SliceOfN(rapid.Float32Range(-4, 4), 9*rapid.IntRange(1, 40).Draw(t, "triangles"), -1).Draw(t, "corners")
		corners = corners[:len(corners)/9*9]
		var sc scene.Scene
		sc.AddMaterial(scene.Material{})
		sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Mesh: sc.AddMesh(soup(corners)), Local: geom.Identity(), Entity: "soup"})
		x := rapid.Float64Range(-6, 6)
		o := geom.Vec3{x.Draw(t, "ox"), x.Draw(t, "oy"), x.Draw(t, "oz")}
		d := geom.Vec3{x.Draw(t, "dx"), x.Draw(t, "dy"), x.Draw(t, "dz")}
		if d.Len() < 0.1 {
			d = geom.Vec3{0.6, 0.5, 0.7}
		}
		d = d.Normalize()
		want, unsure := nearest(corners, o, d)
		if unsure {
			return
		}
		hit, ok := pick.New(&sc).Cast(sc.World(nil, nil), nil, o, d)
		if ok != !math.IsInf(want, 1) || ok && math.Abs(hit.Distance-want) > 1e-5*(1+want) {
			t.Fatalf("hit %v at %g, want %g", ok, hit.Distance, want)
		}
	})
}

func TestPlacedHiddenAndVolumes(t *testing.T) {
	wall := []float32{-1, -1, 0, 1, -1, 0, 0, 1, 0}
	var sc scene.Scene
	sc.AddMaterial(scene.Material{})
	mesh := sc.AddMesh(soup(wall))
	add := func(entity, part string, z float64, volume bool) {
		root := sc.AddNode(scene.Node{Parent: scene.None, Joint: scene.None, Mesh: scene.None, Local: geom.Identity(), Entity: entity})
		sc.AddNode(scene.Node{Parent: root, Joint: scene.None, Mesh: mesh, Part: part, Hidden: volume,
			Local: mgl64.Translate3D(0, 0, z).Mul4(mgl64.Scale3D(2, 2, 2))})
	}
	add("near", "door", -2, false)
	add("far", "", -5, false)
	add("room", "", -1, true)
	c, world := pick.New(&sc), sc.World(nil, nil)
	at, along := geom.Vec3{}, geom.Vec3{0, 0, -1}
	for name, x := range map[string]struct {
		hidden   map[string]bool
		entity   string
		distance float64
	}{
		"the nearer, not the volume before it": {nil, "near", 2},
		"through what is hidden":               {map[string]bool{"near": true}, "far", 5},
		"a volume when nothing else is there":  {map[string]bool{"near": true, "far": true}, "room", 1},
	} {
		hit, ok := c.Cast(world, x.hidden, at, along)
		if !ok || hit.Entity != x.entity || math.Abs(hit.Distance-x.distance) > 1e-9 {
			t.Errorf("%s: %v %+v", name, ok, hit)
		}
	}
	if hit, _ := c.Cast(world, nil, at, along); hit.Part != "door" || math.Abs(hit.Point[2]+2) > 1e-9 {
		t.Errorf("hit %+v", hit)
	}
	if _, ok := c.Cast(world, nil, at, geom.Vec3{0, 0, 1}); ok {
		t.Error("something was hit where nothing is")
	}
}

// TestManyNodesAreFoundAsEachAlone: the nearest of all nodes is the nearest of
// what each of them alone answers, wherever joints have moved it.
func TestManyNodesAreFoundAsEachAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sc scene.Scene
		sc.AddMaterial(scene.Material{})
		mesh := sc.AddMesh(soup([]float32{-1, -1, 0, 1, -1, 0, 0, 1, 0.5}))
		x := rapid.Float64Range(-8, 8)
		var joints []float64
		for i := range rapid.IntRange(1, 30).Draw(t, "nodes") {
			n := scene.Node{Parent: scene.None, Joint: scene.None, Mesh: mesh, Hidden: rapid.IntRange(0, 5).Draw(t, "volume") == 0,
				Local: mgl64.Translate3D(x.Draw(t, "x"), x.Draw(t, "y"), x.Draw(t, "z")).Mul4(mgl64.HomogRotate3DY(x.Draw(t, "turn")))}
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "child") == 0 {
				n.Parent = scene.NodeID(i - 1)
			}
			if rapid.IntRange(0, 3).Draw(t, "driven") == 0 {
				n.Joint = sc.AddJoint(scene.Joint{Kind: scene.Prismatic, Axis: geom.Vec3{1, 0, 0}, Max: 3})
				joints = append(joints, rapid.Float64Range(0, 3).Draw(t, "position"))
			}
			sc.AddNode(n)
		}
		world := sc.World(joints, nil)
		o, d := geom.Vec3{x.Draw(t, "ox"), x.Draw(t, "oy"), x.Draw(t, "oz")}, geom.Vec3{x.Draw(t, "dx"), 0.3, x.Draw(t, "dz")}.Normalize()
		best := [2]float64{math.Inf(1), math.Inf(1)}
		for i, n := range sc.Nodes {
			one := scene.Scene{Materials: sc.Materials, Meshes: sc.Meshes, Nodes: []scene.Node{{Parent: scene.None, Joint: scene.None, Mesh: n.Mesh, Local: world[i]}}}
			if hit, ok := pick.New(&one).Cast(one.World(nil, nil), nil, o, d); ok {
				k := 0
				if n.Hidden {
					k = 1
				}
				best[k] = math.Min(best[k], hit.Distance)
			}
		}
		want := best[0]
		if math.IsInf(want, 1) {
			want = best[1]
		}
		hit, ok := pick.New(&sc).Cast(world, nil, o, d)
		if ok != !math.IsInf(want, 1) || ok && math.Abs(hit.Distance-want) > 1e-9 {
			t.Fatalf("hit %v at %g, want %g", ok, hit.Distance, want)
		}
	})
}

// BenchmarkCast asks what stands under pixels spread over a picture of a store
// of ten million triangles. A click may take 5 ms.
func BenchmarkCast(b *testing.B) {
	cat, err := generate.Catalogue()
	if err != nil {
		b.Fatal(err)
	}
	sc, index, _, err := hall.Scene(b.Context(), cat, hall.Plans["10m"])
	if err != nil {
		b.Fatal(err)
	}
	c, world, places := pick.New(sc), sc.World(nil, nil), render.PlacesOf(sc, index.Floor)
	for _, name := range []string{"overview", "aisle"} {
		f := render.Frame{Width: 1280, Height: 720}
		if f.Camera, err = render.View(name, places, 16.0/9); err != nil {
			b.Fatal(err)
		}
		b.Run("view="+name, func(b *testing.B) {
			b.ReportAllocs()
			k, took := 0, make([]time.Duration, 4096) // of the last clicks
			for b.Loop() {
				k++
				began := time.Now()
				from, along := f.Ray(math.Mod(0.618*float64(k), 1)*1280, math.Mod(0.414*float64(k), 1)*720)
				c.Cast(world, nil, from, along)
				took[k%len(took)] = time.Since(began)
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)*99/100].Seconds()*1e3, "99%-ms")
		})
	}
}
