package measure

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/plan"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
)

func rect(x0, z0, x1, z1 float64) []geom.Vec2 {
	return []geom.Vec2{{x0, z0}, {x1, z0}, {x1, z1}, {x0, z1}}
}

// way walks through points at a speed, ten fixes a second.
func way(id string, start, speed float64, points ...geom.Vec2) twin.Trajectory {
	t := twin.Trajectory{Person: id}
	at := start
	for i := range points[1:] {
		a, b := points[i], points[i+1]
		l := b.Sub(a).Len()
		n := max(1, int(l/speed*10))
		for k := range n {
			p := a.Add(b.Sub(a).Mul(float64(k) / float64(n)))
			t.Fixes = append(t.Fixes, twin.Fix{T: at + l/speed*float64(k)/float64(n), X: p[0], Z: p[1]})
		}
		at += l / speed
	}
	last := points[len(points)-1]
	t.Fixes = append(t.Fixes, twin.Fix{T: at, X: last[0], Z: last[1]})
	return t
}

// stand adds a rest at the last place.
func stand(t twin.Trajectory, seconds float64) twin.Trajectory {
	last := t.Fixes[len(t.Fixes)-1]
	for k := 1; float64(k)/10 <= seconds; k++ {
		t.Fixes = append(t.Fixes, twin.Fix{T: last.T + float64(k)/10, X: last.X, Z: last.Z})
	}
	return t
}

func Example() {
	people := []twin.Trajectory{
		way("a", 0, 1, geom.Vec2{0, 1}, geom.Vec2{10, 1}),
		way("b", 2, 1, geom.Vec2{0, 2}, geom.Vec2{10, 2}),
	}
	crossed := Crossings(people, geom.Vec2{5, 0}, geom.Vec2{5, 3})
	fmt.Printf("%d cross, %.1f persons/s\n", len(crossed), Flow(crossed))
	// Output: 2 cross, 0.5 persons/s
}

func near(t *testing.T, what string, got, want, off float64) {
	t.Helper()
	if !(math.Abs(got-want) <= off) {
		t.Errorf("%s: %g, want %g", what, got, want)
	}
}

func TestDensities(t *testing.T) {
	var lattice []geom.Vec2 // one in each square of half a metre
	for i := range 20 {
		for k := range 20 {
			lattice = append(lattice, geom.Vec2{0.25 + 0.5*float64(i), 0.25 + 0.5*float64(k)})
		}
	}
	hall := rect(0, 0, 10, 10)
	near(t, "classic", Density(lattice, rect(3, 3, 5, 5)), 4, 1e-9)
	near(t, "classic, shifted", Density(lattice, rect(3.1, 3.1, 4.3, 4.3)), 9/1.44, 1e-9)
	near(t, "Voronoi, shifted", VoronoiDensity(lattice, hall, rect(3.1, 3.1, 4.3, 4.3)), 4, 1e-6)
	near(t, "Voronoi at a wall", VoronoiDensity(lattice, hall, rect(0, 0, 1.3, 1.3)), 4, 1e-6)
	// Two people: the line between them is the border.
	two := []geom.Vec2{{1, 1}, {2, 1}}
	near(t, "a half", math.Abs(geom.Area(Cell(two, 0, rect(0.5, 0.5, 2.5, 1.5)))), 1, 1e-9)
	// One alone claims a circle of two metres.
	near(t, "alone", math.Abs(geom.Area(Cell(two[:1], 0, rect(-9, -9, 9, 9)))), math.Pi*4, 1e-6)
}

// Everybody counts once: the cells of a crowd tile the floor.
func TestCellsTile(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hall := rect(0, 0, 4, 3)
		var at []geom.Vec2
		for range rapid.IntRange(25, 60).Draw(rt, "n") {
			at = append(at, geom.Vec2{rapid.Float64Range(0.01, 3.99).Draw(rt, "x"), rapid.Float64Range(0.01, 2.99).Draw(rt, "z")})
		}
		sum := 0.0
		same := map[geom.Vec2]bool{}
		for i, p := range at {
			if same[p] {
				continue
			}
			same[p] = true
			sum += math.Abs(geom.Area(Cell(at, i, hall)))
		}
		if sum > 12+1e-6 {
			rt.Fatalf("cells of %g m² on 12 m²", sum)
		}
	})
}

func TestServices(t *testing.T) {
	for area, want := range map[float64]string{4: "A", 3: "B", 2: "C", 1.2: "D", 0.6: "E", 0.3: "F"} {
		if got := ServiceOf(1 / area).String(); got != want {
			t.Errorf("%g m² a person: %s, want %s", area, got, want)
		}
	}
}

func TestSpeedAndDiagram(t *testing.T) {
	p := way("a", 0, 1.3, geom.Vec2{0, 1}, geom.Vec2{13, 1})
	for _, at := range []float64{0, 3.21, 10} {
		v, ok := SpeedAt(p, at)
		if !ok {
			t.Fatalf("no speed at %g s", at)
		}
		near(t, "speed", v, 1.3, 1e-9)
	}
	if _, ok := SpeedAt(p, 11); ok {
		t.Error("a speed after the last fix")
	}
	states := FundamentalDiagram([]twin.Trajectory{p}, rect(0, 0, 13, 2), rect(5, 0, 7, 2), 0.5)
	if len(states) == 0 {
		t.Fatal("nobody was in the area")
	}
	for _, s := range states {
		near(t, "flow", s.Flow, s.Density*s.Speed, 1e-12)
		near(t, "speed", s.Speed, 1.3, 1e-9)
	}
}

func TestCrossings(t *testing.T) {
	people := []twin.Trajectory{
		way("there", 0, 1, geom.Vec2{0, 1}, geom.Vec2{4, 1}),
		way("back", 1, 1, geom.Vec2{4, 1}, geom.Vec2{0, 1}),
		way("beside", 0, 1, geom.Vec2{0, 9}, geom.Vec2{4, 9}),
		way("both", 3, 2, geom.Vec2{0, 1}, geom.Vec2{4, 1}, geom.Vec2{0, 1}),
	}
	got := Crossings(people, geom.Vec2{2, 0}, geom.Vec2{2, 2})
	if len(got) != 4 {
		t.Fatalf("%d crossings: %+v", len(got), got)
	}
	for i, want := range []Crossing{{2, "there", false}, {3, "back", true}, {4, "both", false}, {6, "both", true}} {
		if got[i].Person != want.Person || got[i].Left != want.Left || math.Abs(got[i].T-want.T) > 1e-9 {
			t.Errorf("%d: %+v, want %+v", i, got[i], want)
		}
	}
	near(t, "flow", Flow(got), 3.0/4, 1e-9)
}

func TestVisits(t *testing.T) {
	zones := []Zone{{"dairy", rect(0, 0, 4, 4)}, {"bread", rect(6, 0, 10, 4)}}
	a := stand(way("a", 0, 1, geom.Vec2{2, 2}, geom.Vec2{8, 2}), 10)
	b := way("b", 0, 1, geom.Vec2{8, 2}, geom.Vec2{2, 2}, geom.Vec2{8, 2})
	visits := Visits([]twin.Trajectory{a, b}, zones)
	d := Dwell(visits, 2)
	if len(visits) != 5 || d[0].Visits != 2 || d[0].Visitors != 2 || d[1].Visits != 3 || d[1].Visitors != 2 {
		t.Fatalf("%+v", visits)
	}
	near(t, "dairy", d[0].Seconds, 2+4, 0.25)
	near(t, "bread", d[1].Seconds, 12+2+2, 0.25)
	od := OriginDestination(visits, 2)
	if od[0][1] != 2 || od[1][0] != 1 || od[0][0] != 0 {
		t.Errorf("%v", od)
	}
	near(t, "entropy", Entropy(d), -(0.4*math.Log2(0.4) + 0.6*math.Log2(0.6)), 1e-12)
	near(t, "entropy of one", Entropy(d[:1]), 0, 1e-12)
	c := CaptureOf([]twin.Trajectory{a, b}, zones[1].Outline)
	if c.Passed != 2 || c.Stopped != 1 || c.Rate != 0.5 {
		t.Errorf("%+v", c)
	}
	q := QueueOf([]twin.Trajectory{a}, zones[1].Outline, 1)
	near(t, "wait", q.Mean, 12, 0.2)
}

// A stay at an edge is one stay, however somebody sways.
func TestWhoSwaysAtAnEdgeStays(t *testing.T) {
	p := twin.Trajectory{Person: "a"}
	for k := range 100 {
		p.Fixes = append(p.Fixes, twin.Fix{T: float64(k) / 10, X: 3.95 + 0.1*math.Abs(math.Sin(float64(k)*2)), Z: 2})
	}
	if v := Visits([]twin.Trajectory{p}, []Zone{{"a", rect(0, 0, 4, 4)}}); len(v) > 1 {
		t.Errorf("%d stays", len(v))
	}
}

func TestPathsKeepTheTime(t *testing.T) {
	p := way("a", 0, 1.1, geom.Vec2{0.5, 0.5}, geom.Vec2{9, 3}, geom.Vec2{2, 7})
	g := Paths([]twin.Trajectory{p}, geom.Vec2{0, 0}, geom.Vec2{10, 8}, 0.5)
	sum, most := 0.0, 0.0
	for i, s := range g.Seconds {
		sum += s
		most = max(most, g.People[i])
	}
	near(t, "seconds", sum, p.Duration(), 1e-9)
	near(t, "people", most, 1, 0)
}

func TestExposure(t *testing.T) {
	// Along x at z = 0, a shelf at z = -2 looks to +z; one looks away, one stands
	// behind a wall.
	p := way("a", 0, 1, geom.Vec2{-10, 0}, geom.Vec2{10, 0})
	faces := []Face{
		{"seen", geom.Vec2{0, -2}, geom.Vec2{0, 1}, 1},
		{"away", geom.Vec2{0, 2}, geom.Vec2{0, 1}, 1},
		{"hidden", geom.Vec2{5, 3}, geom.Vec2{0, -1}, 1},
	}
	got := Exposure([]twin.Trajectory{p}, faces, [][2]geom.Vec2{{{0, 1}, {12, 1}}})
	// In reach from 3.46 m before; in the cone until 60°, 1.15 m before: 2.31 s.
	near(t, "seen", got[0], math.Sqrt(12)-2/math.Tan(viewAngle), lookStep)
	near(t, "away", got[1], 0, 0)
	near(t, "hidden", got[2], 0, 0)
}

func TestIsovist(t *testing.T) {
	room := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 4, 4)}}
	near(t, "room", Isovist(geom.Vec2{1, 1.3}, room.Walls()), 16, 1e-4)
	// A square room with a post: its shadow is a trapezium of slopes ±1/3 from
	// x = 2 to 4, widths 2/3·… of the eye at (0.5, 2).
	post := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 4, 4)}, Obstacles: [][]geom.Vec2{rect(2, 1.5, 2.5, 2.5)}}
	slope := 0.5 / 1.5
	shadow := (2*slope*1.5 + 2*slope*3.5) / 2 * 2
	near(t, "post", Isovist(geom.Vec2{0.5, 2}, post.Walls()), 16-shadow, 1e-3)
	// An L: from its inner end of one arm nothing of the other is seen.
	l := plan.Floor{Outlines: [][]geom.Vec2{{{0, 0}, {6, 0}, {6, 6}, {4, 6}, {4, 2}, {0, 2}}}}
	a := Isovist(geom.Vec2{5, 1}, l.Walls())
	near(t, "the corner of the L", a, 6*2+2*4, 1e-3)
}

// The D-values of Hillier and Hanson, The Social Logic of Space, table 3.
func TestDiamondValues(t *testing.T) {
	for k, want := range map[int]float64{5: 0.352, 6: 0.349, 7: 0.34, 8: 0.328, 9: 0.317, 10: 0.306, 20: 0.225} {
		near(t, fmt.Sprint(k), diamond(k), want, 0.0011)
	}
}

func TestTheDoorIsCentral(t *testing.T) {
	f := plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 5, 5), rect(5, 2, 6, 3), rect(6, 0, 11, 5)}}
	best, at := 0.0, geom.Vec2{}
	for _, p := range Visibility(f, 0.5) {
		if p.Integration > best {
			best, at = p.Integration, p.At
		}
	}
	if at[0] < 4 || at[0] > 7 || math.Abs(at[1]-2.5) > 1 {
		t.Errorf("most integrated is %v", at)
	}
}

func TestDetour(t *testing.T) {
	m, err := plan.NewMesh(context.Background(), plan.Floor{Outlines: [][]geom.Vec2{rect(0, 0, 12, 8)}}, 0.2)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := Detour(way("a", 0, 1, geom.Vec2{1, 1}, geom.Vec2{1, 5}, geom.Vec2{4, 5}), m)
	near(t, "3-4-5", d, 7.0/5, 1e-9)
	if _, still := Detour(way("a", 0, 1, geom.Vec2{1, 1}, geom.Vec2{1.1, 1}), m); !ok || still {
		t.Errorf("a detour %v, of nowhere %v", ok, still)
	}
}

// The flow through the bottleneck of 0.5 m and the density before it, of the
// recording of the Jülich archive: 75 people, the line in the middle.
func TestARealBottleneck(t *testing.T) {
	const name = "juelich-bottleneck-040.txt"
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "tracks", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no recordings beside the checkout: %v", err)
	}
	rec, err := tracks.Read(name, strings.NewReader(string(data)), tracks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	crossed := Crossings(rec.People, geom.Vec2{-0.5, 0.5}, geom.Vec2{0.5, 0.5})
	if len(crossed) != 75 {
		t.Errorf("%d cross", len(crossed))
	}
	flow := Flow(crossed)
	hall, before := rect(-3.5, -8, 3.5, 2), rect(-0.4, -1.3, 0.4, -0.5)
	density, n := 0.0, 0
	for s := 10.0; s < 40; s++ {
		density += VoronoiDensity(Present(rec.People, s), hall, before)
		n++
	}
	t.Logf("%.3f persons/s, %.2f people per m² before it", flow, density/float64(n))
	near(t, "flow", flow, 1.15, 0.12) // 74 in 64 s or so
	near(t, "density", density/float64(n), 7.3, 1)
}
