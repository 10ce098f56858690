package plan_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
)

func rect(x0, z0, x1, z1 float64) []geom.Vec2 {
	return []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}}
}

// shop is a hall with n fixtures that stand and turn as the dice fall.
func shop(d *rand.Rand, n int) plan.Floor {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 30, 20)}}
	for range n {
		at, yaw := geom.Vec2{30 * d.Float64(), 20 * d.Float64()}, math.Pi*d.Float64()
		w, h := 0.3+3*d.Float64(), 0.3+d.Float64()
		c, s := math.Cos(yaw), math.Sin(yaw)
		var loop []geom.Vec2
		for _, p := range rect(-w/2, -h/2, w/2, h/2) {
			loop = append(loop, at.Add(geom.Vec2{c*p[0] - s*p[1], s*p[0] + c*p[1]}))
		}
		f.Obstacles = append(f.Obstacles, loop)
	}
	return f
}

func Example() {
	hall := plan.Floor{
		Outlines:  [][]geom.Vec2{rect(0, 0, 10, 6)},
		Obstacles: [][]geom.Vec2{rect(4, 1, 6, 5)},
	}
	mesh, err := plan.NewMesh(context.Background(), hall, 0.25)
	if err != nil {
		fmt.Println(err)
		return
	}
	from, _ := mesh.Locate(geom.Vec2{1, 3}, 0)
	to, _ := mesh.Locate(geom.Vec2{9, 3}, 0)
	_, length, ok := mesh.Way(from, to)
	fmt.Printf("%.1f m, straight: %v, %v\n", length, mesh.Sees(from, to), ok)
	// Output: 9.5 m, straight: false, true
}

// The outline less the walls, and the area of a disc's reach around a post.
func TestInset(t *testing.T) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 10, 5)}, Obstacles: [][]geom.Vec2{rect(4, 2, 6, 3)}}
	regions, err := f.Inset(context.Background(), 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if len(regions) != 1 || len(regions[0].Holes) != 1 {
		t.Fatalf("%d regions", len(regions))
	}
	const post = 2*1 + 2*0.5*(2+1) + math.Pi*0.25 // Steiner's formula
	if got := geom.Area(regions[0].Outline); math.Abs(got-9*4) > 0.05 {
		t.Errorf("the outline holds %.3f m², want 36", got)
	}
	if got := -geom.Area(regions[0].Holes[0]); math.Abs(got-post) > 0.05 {
		t.Errorf("the post takes %.3f m², want %.3f", got, post)
	}
}

func TestThresholdsAreNoWalls(t *testing.T) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 5, 5), rect(5, 2, 7, 3), rect(6.9, 0, 10, 5)}}
	m, err := plan.NewMesh(context.Background(), f, 0.25)
	if err != nil {
		t.Fatal(err)
	}
	a, okA := m.Locate(geom.Vec2{1, 1}, 0)
	b, okB := m.Locate(geom.Vec2{9, 4}, 0)
	corners, length, ok := m.Way(a, b)
	if !okA || !okB || !ok || length < 8.5 || length > 9 {
		t.Fatalf("from room to room: %v, %.2f m by %v", ok, length, corners)
	}
}

func TestFloorsThatCannotBeUsed(t *testing.T) {
	for name, f := range map[string]plan.Floor{
		"nothing":    {},
		"a line":     {Outlines: [][]geom.Vec2{{{0, 0}, {5, 0}}}},
		"too narrow": {Outlines: [][]geom.Vec2{rect(0, 0, 10, 0.4)}},
		"too large":  {Outlines: [][]geom.Vec2{rect(0, 0, 90_000, 90_000)}},
		"no number":  {Outlines: [][]geom.Vec2{{{0, 0}, {math.NaN(), 0}, {1, 1}}}},
		"full":       {Outlines: [][]geom.Vec2{rect(0, 0, 3, 3)}, Obstacles: [][]geom.Vec2{rect(-1, -1, 4, 4)}},
	} {
		if _, err := plan.NewMesh(context.Background(), f, 0.25); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The mesh covers what Inset says, and every spot is as far from the walls as
// asked.
func TestTheMeshKeepsItsDistance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		f := shop(d, rapid.IntRange(0, 40).Draw(rt, "fixtures"))
		m, err := plan.NewMesh(context.Background(), f, 0.25)
		if errors.Is(err, plan.ErrEmpty) {
			rt.Skip("the fixtures leave no floor")
		}
		if err != nil {
			rt.Fatal(err)
		}
		area, want := 0.0, 0.0
		regions, _ := f.Inset(context.Background(), 0.25)
		for _, r := range regions {
			want += geom.Area(r.Outline)
			for _, h := range r.Holes {
				want += geom.Area(h)
			}
		}
		for _, tri := range m.Triangles() {
			area += geom.Area(tri[:])
			mid := tri[0].Add(tri[1]).Add(tri[2]).Mul(1. / 3)
			for _, w := range f.Walls() {
				if l := mid.Sub(plan.Nearest(w, mid)).Len(); l < 0.25-0.02 {
					rt.Fatalf("%v is %.3f m from a wall", mid, l)
				}
			}
		}
		if math.Abs(area-want) > 0.01*want {
			rt.Fatalf("the triangles cover %.3f of %.3f m²", area, want)
		}
	})
}

// The ways are as short as those through a graph of all corners that see each
// other.
func TestWaysAreShortest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		m, err := plan.NewMesh(context.Background(), shop(d, rapid.IntRange(0, 10).Draw(rt, "fixtures")), 0.25)
		if errors.Is(err, plan.ErrEmpty) {
			rt.Skip("the fixtures leave no floor")
		}
		if err != nil {
			rt.Fatal(err)
		}
		var ends []plan.Spot
		for len(ends) < 4 {
			if s, ok := m.Locate(geom.Vec2{30 * d.Float64(), 20 * d.Float64()}, 0); ok {
				ends = append(ends, s)
			}
		}
		nodes := append([]plan.Spot{}, ends...)
		for _, tri := range m.Triangles() {
			for _, p := range tri {
				// A hair's breadth within, so that the judge sees along walls.
				mid := tri[0].Add(tri[1]).Add(tri[2]).Mul(1. / 3)
				if s, ok := m.Locate(p.Add(mid.Sub(p).Mul(1e-5)), 1e-3); ok {
					nodes = append(nodes, s)
				}
			}
		}
		for i, a := range ends {
			short := dijkstra(m, nodes, i)
			for k, b := range ends {
				corners, length, ok := m.Way(a, b)
				if ok != (m.Region(a) == m.Region(b)) {
					rt.Fatalf("a way %v, of one piece %v", ok, !ok)
				}
				if !ok || i == k {
					continue
				}
				if length > short[k]+0.005 {
					rt.Fatalf("from %v to %v: %.4f m by %v, the judge knows %.4f", a.At, b.At, length, corners, short[k])
				}
				sum, at := 0.0, a.At
				for _, c := range corners {
					sum, at = sum+c.Sub(at).Len(), c
				}
				if math.Abs(sum-length) > 1e-9 || at != b.At {
					rt.Fatalf("the corners make %.4f m, the way says %.4f", sum, length)
				}
				if length < b.At.Sub(a.At).Len()-1e-9 {
					rt.Fatalf("shorter than straight")
				}
			}
		}
	})
}

func dijkstra(m *plan.Mesh, nodes []plan.Spot, from int) []float64 {
	dist, done := make([]float64, len(nodes)), make([]bool, len(nodes))
	for i := range dist {
		dist[i] = math.Inf(1)
	}
	dist[from] = 0
	for {
		at := -1
		for i, d := range dist {
			if !done[i] && !math.IsInf(d, 1) && (at < 0 || d < dist[at]) {
				at = i
			}
		}
		if at < 0 {
			return dist
		}
		done[at] = true
		for i := range nodes {
			if l := dist[at] + nodes[i].At.Sub(nodes[at].At).Len(); l < dist[i] && m.Sees(nodes[at], nodes[i]) {
				dist[i] = l
			}
		}
	}
}

func BenchmarkNewMesh(b *testing.B) {
	f := shop(rand.New(rand.NewPCG(1, 1)), 120)
	for b.Loop() {
		if _, err := plan.NewMesh(context.Background(), f, 0.25); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWay(b *testing.B) {
	d := rand.New(rand.NewPCG(1, 1))
	m, err := plan.NewMesh(context.Background(), shop(d, 120), 0.25)
	if err != nil {
		b.Fatal(err)
	}
	var spots []plan.Spot
	for len(spots) < 64 {
		if s, ok := m.Locate(geom.Vec2{30 * d.Float64(), 20 * d.Float64()}, 0); ok {
			spots = append(spots, s)
		}
	}
	for i := 0; b.Loop(); i++ {
		m.Way(spots[i%64], spots[(i*7+3)%64])
	}
}
