package patch_test

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/geom/patch"
)

// circle9 are the control points and weights of a full unit circle as a
// rational quadratic spline, and its knots (The NURBS Book, 7.5).
func circle9() (xy [][2]float64, w, knots []float64) {
	h := math.Sqrt2 / 2
	return [][2]float64{{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}}, []float64{1, h, 1, h, 1, h, 1, h, 1}, []float64{0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4}
}

func splineCircle(t testing.TB, m geom.Mat4, r float64) patch.Curve {
	xy, w, k := circle9()
	var p []geom.Vec3
	for _, c := range xy {
		p = append(p, at(m, r*c[0], r*c[1], 0).Point)
	}
	c, err := patch.NewBSpline(2, p, k, w)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// drum is a cylinder whose side and rims are splines.
func drum(t testing.TB, seam bool) solid {
	m := askew()
	const r, h = 0.5, 1.2
	xy, w, k := circle9()
	var rows [][]geom.Vec3
	var weights [][]float64
	for i, c := range xy {
		rows = append(rows, []geom.Vec3{at(m, r*c[0], r*c[1], 0).Point, at(m, r*c[0], r*c[1], h).Point})
		weights = append(weights, []float64{w[i], w[i]})
	}
	s, err := patch.NewBSplineSurface(2, 1, rows, k, []float64{0, 0, 1, 1}, weights)
	if err != nil {
		t.Fatal(err)
	}
	a, b := at(m, r, 0, 0), at(m, r, 0, h)
	low, high := edge(t, splineCircle(t, m, r), a, a, true), edge(t, splineCircle(t, lifted(m, h), r), b, b, true)
	side := []patch.Loop{loop(with(low)), loop(against(high))}
	if seam {
		up := straight(t, a, b)
		side = []patch.Loop{loop(with(low), with(up), against(high), against(up))}
	}
	return solid{"drum of splines", []patch.Face{
		{Name: "side", Surface: s, Loops: side},
		{Name: "base", Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{loop(against(low))}, Reversed: true},
		{Name: "top", Surface: patch.Plane{Frame: lifted(m, h)}, Loops: []patch.Loop{loop(with(high))}},
	}, math.Pi * r * r * h, 2*math.Pi*r*r + 2*math.Pi*r*h}
}

// splineBall is a sphere as one spline surface with two poles and a seam.
func splineBall(t testing.TB, natural bool) solid {
	m := askew()
	const r = 0.8
	xy, w, k := circle9()
	h := math.Sqrt2 / 2
	half := [][3]float64{{0, -1, 1}, {1, -1, h}, {1, 0, 1}, {1, 1, h}, {0, 1, 1}} // radius, height, weight
	var rows [][]geom.Vec3
	var weights [][]float64
	for i, c := range xy {
		var row []geom.Vec3
		var ws []float64
		for _, q := range half {
			row = append(row, at(m, r*q[0]*c[0], r*q[0]*c[1], r*q[1]).Point)
			ws = append(ws, w[i]*q[2])
		}
		rows, weights = append(rows, row), append(weights, ws)
	}
	s, err := patch.NewBSplineSurface(2, 2, rows, k, []float64{0, 0, 0, 1, 1, 2, 2, 2}, weights)
	if err != nil {
		t.Fatal(err)
	}
	out := solid{name: "sphere of a spline", volume: 4 * math.Pi * r * r * r / 3, area: 4 * math.Pi * r * r}
	if natural {
		d := s.Domain()
		f, err := patch.Natural("all", s, d.Lo, d.Hi)
		if err != nil {
			t.Fatal(err)
		}
		out.name += " between its ends"
		out.faces = []patch.Face{f}
		return out
	}
	out.faces = []patch.Face{{Name: "all", Surface: s}}
	return out
}

// hill is a block whose top is a bicubic spline that leaves its rim level.
func hill(t testing.TB) solid {
	inner := [6][6]float64{{1, 1, 1, 1, 1, 1}, {1, 1.2, 1.5, 0.4, 1.1, 1}, {1, 1.8, 2.6, 1.2, 1, 1}, {1, 0.9, 1.3, 1.9, 1.4, 1}, {1, 1.1, 0.6, 1.2, 1.1, 1}, {1, 1, 1, 1, 1, 1}}
	return hillOf(t, func(i, j int) float64 { return inner[i][j] })
}

// hillOf is a hill of the given control heights; those on the rim are 1.
func hillOf(t testing.TB, height func(i, j int) float64) solid {
	m := askew()
	var heights [6][6]float64
	for i := range 6 {
		for j := range 6 {
			if heights[i][j] = 1; i > 0 && i < 5 && j > 0 && j < 5 {
				heights[i][j] = height(i, j)
			}
		}
	}
	knots := []float64{0, 0, 0, 0, 0.3, 0.6, 1, 1, 1, 1}
	var rows [][]geom.Vec3
	greville := func(i int) float64 { return (knots[i+1] + knots[i+2] + knots[i+3]) / 3 }
	volume := 0.0
	for i := range 6 {
		var row []geom.Vec3
		for j := range 6 {
			row = append(row, at(m, greville(i), greville(j), heights[i][j]).Point)
			volume += heights[i][j] * (knots[i+4] - knots[i]) / 4 * (knots[j+4] - knots[j]) / 4
		}
		rows = append(rows, row)
	}
	s, err := patch.NewBSplineSurface(3, 3, rows, knots, knots, nil)
	if err != nil {
		t.Fatal(err)
	}
	var low, high [4]*patch.Vertex
	for i, c := range [4][2]float64{{0, 0}, {1, 0}, {1, 1}, {0, 1}} {
		low[i], high[i] = at(m, c[0], c[1], 0), at(m, c[0], c[1], 1)
	}
	var b, h, up [4]*patch.Edge
	for i := range 4 {
		b[i], h[i], up[i] = straight(t, low[i], low[(i+1)%4]), straight(t, high[i], high[(i+1)%4]), straight(t, low[i], high[i])
	}
	out := solid{name: "hill", volume: volume}
	out.faces = []patch.Face{
		{Name: "top", Surface: s, Loops: []patch.Loop{loop(with(h[0]), with(h[1]), with(h[2]), with(h[3]))}},
		{Name: "base", Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{loop(against(b[3]), against(b[2]), against(b[1]), against(b[0]))}, Reversed: true},
	}
	for i := range 4 {
		x := low[(i+1)%4].Point.Sub(low[i].Point).Normalize()
		z := high[i].Point.Sub(low[i].Point).Normalize()
		n := x.Cross(z)
		f := geom.Mat4{x[0], x[1], x[2], 0, z[0], z[1], z[2], 0, n[0], n[1], n[2], 0, low[i].Point[0], low[i].Point[1], low[i].Point[2], 1}
		out.faces = append(out.faces, patch.Face{Name: "side", Surface: patch.Plane{Frame: f}, Loops: []patch.Loop{loop(with(b[i]), with(up[(i+1)%4]), against(h[i]), against(up[i]))}})
	}
	return out
}

// blob is a closed cubic spline extruded.
func blob(t testing.TB) solid {
	m := askew()
	ctrl := [][2]float64{{1, 0}, {1, 1}, {0, 0.6}, {-1, 1}, {-1, -1}, {0.2, -0.7}}
	var p []geom.Vec3
	n := len(ctrl)
	for i := range n + 3 { // a periodic spline, its first points over again
		p = append(p, at(m, ctrl[i%n][0], ctrl[i%n][1], 0).Point)
	}
	var knots []float64
	for i := range n + 7 {
		knots = append(knots, float64(i))
	}
	c, err := patch.NewBSpline(3, p, knots, nil)
	if err != nil {
		t.Fatal(err)
	}
	area := 0.0 // by Green, finely
	from, to := c.Range()
	inv := m.Inv()
	for i := range 20000 {
		a, _ := c.Eval(from + (to-from)*float64(i)/20000)
		b, _ := c.Eval(from + (to-from)*float64(i+1)/20000)
		a, b = mgl64.TransformCoordinate(a, inv), mgl64.TransformCoordinate(b, inv)
		area += (a[0]*b[1] - a[1]*b[0]) / 2
	}
	const h = 0.7
	z := m.Col(2).Vec3().Mul(h)
	start, _ := c.Eval(from)
	a, b := &patch.Vertex{Point: start}, &patch.Vertex{Point: start.Add(z)}
	low, high := edge(t, c, a, a, true), edge(t, patch.Moved{Of: c, By: mgl64.Translate3D(z[0], z[1], z[2])}, b, b, true)
	s, err := patch.NewExtrusion(c, z)
	if err != nil {
		t.Fatal(err)
	}
	up := straight(t, a, b)
	return solid{name: "extruded closed spline", volume: area * h, faces: []patch.Face{
		{Name: "side", Surface: s, Loops: []patch.Loop{loop(with(low), with(up), against(high), against(up))}},
		{Name: "base", Surface: patch.Plane{Frame: m}, Loops: []patch.Loop{loop(against(low))}, Reversed: true},
		{Name: "top", Surface: patch.Plane{Frame: lifted(m, h)}, Loops: []patch.Loop{loop(with(high))}},
	}}
}

// bottle is a profile of lines and an arc turned about the axis it begins and
// ends on: one face.
func bottle(t testing.TB) solid {
	m := askew()
	p := func(x, z float64) geom.Vec3 { return at(m, x, 0, z).Point }
	arc := patch.Trimmed{Of: patch.Conic{Frame: m.Mul4(mgl64.Translate3D(0, 0, 1)).Mul4(mgl64.HomogRotate3DX(math.Pi / 2)), A: 0.5, B: 0.5}, From: 0, To: math.Pi / 2}
	profile := patch.Composite{Parts: []patch.Curve{patch.Polyline{Points: []geom.Vec3{p(0, 0), p(0.5, 0), p(0.5, 1)}}, arc}}
	s, err := patch.NewRevolution(profile, at(m, 0, 0, 0).Point, m.Col(2).Vec3())
	if err != nil {
		t.Fatal(err)
	}
	d := s.Domain()
	f, err := patch.Natural("all", s, d.Lo, d.Hi)
	if err != nil {
		t.Fatal(err)
	}
	return solid{name: "bottle", faces: []patch.Face{f}, volume: math.Pi*0.25 + 2*math.Pi*0.125/3, area: math.Pi*0.25 + math.Pi + 2*math.Pi*0.25}
}

// bead is an ellipse turned about an axis that it does not meet.
func bead(t testing.TB) solid {
	m := askew()
	c := patch.Conic{Frame: m.Mul4(mgl64.Translate3D(1, 0, 0)).Mul4(mgl64.HomogRotate3DX(math.Pi / 2)), A: 0.3, B: 0.5}
	s, err := patch.NewRevolution(c, at(m, 0, 0, 0).Point, m.Col(2).Vec3())
	if err != nil {
		t.Fatal(err)
	}
	return solid{name: "turned ellipse", faces: []patch.Face{{Name: "all", Surface: s}}, volume: 2 * math.Pi * math.Pi * 0.3 * 0.5}
}

// pipe is a tube with a window through its wall.
func pipe(t testing.TB, from, to float64) solid {
	m := askew()
	const r, R, h, z0, z1 = 0.45, 0.5, 2, 0.5, 1.5
	out := solid{name: "pipe with a window", volume: math.Pi*(R*R-r*r)*h - (to-from)/2*(R*R-r*r)*(z1-z0)}
	circle := func(z, radius float64) patch.Curve { return patch.Conic{Frame: lifted(m, z), A: radius, B: radius} }
	var rim [2][2]*patch.Edge // by inner or outer, low or high
	var win [2][2][2]*patch.Vertex
	var arc [2][2]*patch.Edge
	var post, bar [2][2]*patch.Edge
	for i, radius := range [2]float64{r, R} {
		for k, z := range [2]float64{0, h} {
			v := at(m, radius, 0, z)
			rim[i][k] = edge(t, circle(z, radius), v, v, true)
		}
		for k, z := range [2]float64{z0, z1} {
			for e, a := range [2]float64{from, to} {
				win[i][k][e] = at(m, radius*math.Cos(a), radius*math.Sin(a), z)
			}
			arc[i][k] = edge(t, circle(z, radius), win[i][k][0], win[i][k][1], true)
		}
		for e := range 2 {
			post[i][e] = straight(t, win[i][0][e], win[i][1][e])
		}
	}
	for k := range 2 {
		for e := range 2 {
			bar[k][e] = straight(t, win[0][k][e], win[1][k][e])
		}
	}
	hole := func(i int) patch.Loop { // clockwise seen from outside
		return loop(with(post[i][0]), with(arc[i][1]), against(post[i][1]), against(arc[i][0]))
	}
	flip := func(l patch.Loop) patch.Loop {
		var out patch.Loop
		for k := len(l.Uses) - 1; k >= 0; k-- {
			out.Uses = append(out.Uses, patch.Use{Edge: l.Uses[k].Edge, Reversed: !l.Uses[k].Reversed})
		}
		return out
	}
	out.faces = []patch.Face{
		{Name: "outside", Surface: patch.Cylinder(m, R), Loops: []patch.Loop{loop(with(rim[1][0])), loop(against(rim[1][1])), hole(1)}},
		{Name: "inside", Surface: patch.Cylinder(m, r), Reversed: true, Loops: []patch.Loop{loop(against(rim[0][0])), loop(with(rim[0][1])), flip(hole(0))}},
		{Name: "top", Surface: patch.Plane{Frame: lifted(m, h)}, Loops: []patch.Loop{loop(with(rim[1][1])), loop(against(rim[0][1]))}},
		{Name: "base", Surface: patch.Plane{Frame: m}, Reversed: true, Loops: []patch.Loop{loop(against(rim[1][0])), loop(with(rim[0][0]))}},
		{Name: "sill", Surface: patch.Plane{Frame: lifted(m, z0)}, Loops: []patch.Loop{loop(with(bar[0][0]), with(arc[1][0]), against(bar[0][1]), against(arc[0][0]))}},
		{Name: "lintel", Surface: patch.Plane{Frame: lifted(m, z1)}, Reversed: true, Loops: []patch.Loop{loop(with(arc[0][1]), with(bar[1][1]), against(arc[1][1]), against(bar[1][0]))}},
	}
	for e, a := range [2]float64{from, to} {
		f := m.Mul4(mgl64.HomogRotate3DZ(a)).Mul4(mgl64.HomogRotate3DX(math.Pi / 2)) // x outwards, y up, facing clockwise
		l := loop(with(bar[0][e]), with(post[1][e]), against(bar[1][e]), against(post[0][e]))
		if e == 0 {
			l = flip(l)
		}
		out.faces = append(out.faces, patch.Face{Name: "jamb", Surface: patch.Plane{Frame: f}, Loops: []patch.Loop{l}, Reversed: e == 0})
	}
	return out
}

// washer is a ring so thin that coarse chords of its circles cross.
func washer(t testing.TB) solid {
	s := frustum(t, "thin ring", 1, 1, 0.1, true)
	m := askew()
	const r = 0.9999
	f := m.Mul4(mgl64.HomogRotate3DZ(0.37))
	a, b := at(f, r, 0, 0), at(f, r, 0, 0.1)
	low, high := edge(t, patch.Conic{Frame: f, A: r, B: r}, a, a, true), edge(t, patch.Conic{Frame: lifted(f, 0.1), A: r, B: r}, b, b, true)
	s.faces[0].Loops = append(s.faces[0].Loops, loop(with(low)))
	s.faces[1].Loops = append(s.faces[1].Loops, loop(against(high)))
	s.faces = append(s.faces, patch.Face{Name: "bore", Surface: patch.Cylinder(m, r), Reversed: true, Loops: []patch.Loop{loop(against(low)), loop(with(high))}})
	s.volume = math.Pi * (1 - r*r) * 0.1
	s.area = math.Pi*2*(1-r*r) + 2*math.Pi*(1+r)*0.1
	return s
}

func splineSolids(t testing.TB) []solid {
	return []solid{drum(t, true), drum(t, false), splineBall(t, false), splineBall(t, true), hill(t), blob(t), bottle(t), bead(t), pipe(t, 0.4, 1.2), pipe(t, -0.5, 0.5), pipe(t, 0.1, 6.1), washer(t)}
}

// A spline that is a circle is one, at every parameter, and its derivative is
// that of the points.
func TestSplineIsExact(t *testing.T) {
	c := splineCircle(t, geom.Identity(), 2)
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Float64Range(-1, 5).Draw(t, "u")
		p, d := c.Eval(u)
		if math.Abs(p.Len()-2) > 1e-12 || math.Abs(p.Dot(d)) > 1e-9 {
			t.Fatalf("at %v: %v is %v from the centre, derivative %v", u, p, p.Len(), d)
		}
	})
}

// The nearest parameters of a surface's own point are where it came from.
func TestInverse(t *testing.T) {
	var surfaces []patch.Surface
	for _, s := range append(solids(t), splineSolids(t)...) {
		for _, f := range s.faces {
			surfaces = append(surfaces, f.Surface)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := surfaces[rapid.IntRange(0, len(surfaces)-1).Draw(t, "surface")]
		d := s.Domain()
		var at geom.Vec2
		for k := range 2 {
			lo, hi := math.Max(d.Lo[k], -3), math.Min(d.Hi[k], 3)
			if lo >= hi {
				lo, hi = d.Lo[k], d.Hi[k]
			}
			at[k] = lo + (hi-lo)*rapid.Float64Range(0, 1).Draw(t, "share")
		}
		p, _, _ := s.Eval(at[0], at[1])
		back := s.Inverse(p, geom.Vec2{}, false)
		q, _, _ := s.Eval(back[0], back[1])
		if q.Sub(p).Len() > 1e-6 {
			t.Fatalf("%T: %v at %v comes back as %v at %v", s, p, at, q, back)
		}
	})
}
