package geom_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// covered is the area of the triangles; the test fails when one runs clockwise.
func covered(t interface{ Errorf(string, ...any) }, all []geom.Vec2, triangles [][3]int) float64 {
	sum := 0.0
	for _, tri := range triangles {
		a := geom.Area([]geom.Vec2{all[tri[0]], all[tri[1]], all[tri[2]]})
		if a < 0 {
			t.Errorf("triangle %v runs clockwise", tri)
		}
		sum += a
	}
	return sum
}

// star is a simple polygon: corners in order of their angle.
func star(t *rapid.T, label string, centre geom.Vec2, rmin, rmax float64) []geom.Vec2 {
	n := rapid.IntRange(3, 40).Draw(t, label+" corners")
	out := make([]geom.Vec2, n)
	for i := range out {
		r := rapid.Float64Range(rmin, rmax).Draw(t, label+" radius")
		s, c := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		out[i] = geom.Vec2{centre[0] + r*c, centre[1] + r*s}
	}
	return out
}

func TestTrianglesCoverTheOutlineAndNotItsHoles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		outline := star(t, "outline", geom.Vec2{}, 10, 30)
		all, want := append([]geom.Vec2(nil), outline...), math.Abs(geom.Area(outline))
		var holes [][]geom.Vec2
		// The outline never comes nearer to the middle than 10·cos(60°) = 5.
		for i := range rapid.IntRange(0, 4).Draw(t, "holes") {
			s, c := math.Sincos(float64(i) * math.Pi / 2)
			h := star(t, "hole", geom.Vec2{2.2 * c, 2.2 * s}, 0.2, 1.4)
			holes = append(holes, h)
			all = append(all, h...)
			want -= math.Abs(geom.Area(h))
		}
		got := covered(t, all, geom.Triangulate(outline, holes...))
		if math.Abs(got-want) > 1e-9*(1+want) {
			t.Fatalf("triangles cover %v, the polygon is %v", got, want)
		}
	})
}

// Windows of a shop front stand in rows: many corners share a coordinate.
func TestHolesInRowsAreSpared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns, rows := rapid.IntRange(1, 6).Draw(t, "columns"), rapid.IntRange(1, 4).Draw(t, "rows")
		outline := []geom.Vec2{{0, 0}, {float64(4 * columns), 0}, {float64(4 * columns), float64(4 * rows)}, {0, float64(4 * rows)}}
		all, want := append([]geom.Vec2(nil), outline...), geom.Area(outline)
		angle := rapid.SampledFrom([]float64{0, math.Pi / 2, 0.3}).Draw(t, "angle")
		var holes [][]geom.Vec2
		for column := range columns {
			for row := range rows {
				x, y := float64(4*column+1), float64(4*row+1)
				w, h := float64(rapid.IntRange(0, 2).Draw(t, "width")), float64(rapid.IntRange(1, 2).Draw(t, "height"))
				if w == 0 {
					continue
				}
				hole := []geom.Vec2{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}
				holes = append(holes, hole)
				all = append(all, hole...)
				want -= w * h
			}
		}
		s, c := math.Sincos(angle)
		turn := func(loop []geom.Vec2) {
			for i, p := range loop {
				loop[i] = geom.Vec2{c*p[0] - s*p[1], s*p[0] + c*p[1]}
			}
		}
		turn(outline)
		turn(all)
		for _, h := range holes {
			turn(h)
		}
		if got := covered(t, all, geom.Triangulate(outline, holes...)); math.Abs(got-want) > 1e-9*want {
			t.Fatalf("triangles cover %v, the wall is %v", got, want)
		}
	})
}

func TestOddOutlinesEnd(t *testing.T) {
	for name, loop := range map[string][]geom.Vec2{
		"two points":  {{0, 0}, {1, 0}},
		"all equal":   {{1, 1}, {1, 1}, {1, 1}, {1, 1}},
		"on one line": {{0, 0}, {1, 0}, {2, 0}, {3, 0}},
		"bow tie":     {{0, 0}, {1, 1}, {1, 0}, {0, 1}},
		"spike":       {{0, 0}, {2, 0}, {1, 0}, {1, 1}},
		"not numbers": {{math.NaN(), 0}, {1, math.NaN()}, {math.Inf(1), 2}, {3, 4}},
	} {
		if n := len(geom.Triangulate(loop)); n > len(loop) {
			t.Errorf("%s: %d triangles of %d points", name, n, len(loop))
		}
	}
}

func TestAPointOnAnEdgeIsKept(t *testing.T) {
	square := []geom.Vec2{{0, 0}, {1, 0}, {2, 0}, {2, 2}, {0, 2}}
	triangles := geom.Triangulate(square)
	if got := covered(t, square, triangles); math.Abs(got-4) > 1e-12 {
		t.Errorf("covers %v of 4", got)
	}
	used := map[int]bool{}
	for _, tri := range triangles {
		used[tri[0]], used[tri[1]], used[tri[2]] = true, true, true
	}
	if len(used) != len(square) {
		t.Errorf("%d of %d points are used: the neighbour would show a crack", len(used), len(square))
	}
}

func ExampleTriangulate() {
	frame := []geom.Vec2{{0, 0}, {4, 0}, {4, 3}, {0, 3}}
	pane := []geom.Vec2{{1, 1}, {3, 1}, {3, 2}, {1, 2}}
	fmt.Println(len(geom.Triangulate(frame, pane)), "triangles")
	// Output: 8 triangles
}

// A hole may touch the outline, or another hole, in a corner.
func TestHolesThatTouch(t *testing.T) {
	outline := []geom.Vec2{{0, 0}, {3, 0}, {3, 1}, {4, 1}, {4, 3}, {0, 3}}
	holes := [][]geom.Vec2{{{2, 1}, {2, 2}, {3, 2}, {3, 1}}, {{1, 0.5}, {1, 1}, {2, 1}, {2, 0.5}}}
	for turn := range 48 {
		// Each corner may come first, and left may be right.
		move := func(loop []geom.Vec2) []geom.Vec2 {
			k := turn / 2 % len(loop)
			out := append(slices.Clone(loop[k:]), loop[:k]...)
			for i := range out {
				if turn%2 == 1 {
					out[i][0] = -out[i][0]
				}
			}
			return out
		}
		o, a, b := move(outline), move(holes[0]), move(holes[1])
		points := append(append(slices.Clone(o), a...), b...)
		sum := 0.0
		for _, tri := range geom.Triangulate(o, a, b) {
			sum += geom.Area([]geom.Vec2{points[tri[0]], points[tri[1]], points[tri[2]]})
		}
		if want := 11 - 1 - 0.5; math.Abs(sum-want) > 1e-12 {
			t.Errorf("turned by %d: the triangles have %v m², want %v", turn, sum, want)
		}
	}
}

// A plate with a thousand holes takes a while, but none of them is filled.
func TestAThousandHolesAreSpared(t *testing.T) {
	for _, corners := range []int{4, 12} {
		const across, down = 40, 25
		outline := []geom.Vec2{{0, 0}, {across, 0}, {across, down}, {0, down}}
		all, want := slices.Clone(outline), float64(across*down)
		var holes [][]geom.Vec2
		for i := range across * down {
			x, y := float64(i%across)+0.5, float64(i/across)+0.5
			var hole []geom.Vec2
			for k := range corners {
				s, c := math.Sincos(2*math.Pi*float64(k)/float64(corners) + 0.1*float64(i%7))
				hole = append(hole, geom.Vec2{x + 0.3*c, y + 0.3*s})
			}
			holes, all = append(holes, hole), append(all, hole...)
			want -= math.Abs(geom.Area(hole))
		}
		if got := covered(t, all, geom.Triangulate(outline, holes...)); math.Abs(got-want) > 1e-9*want {
			t.Errorf("holes of %d corners: triangles cover %v, the plate is %v", corners, got, want)
		}
	}
}
