package ifc_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/ifc"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// stepText writes instances from #100 on.
type stepText struct {
	lines []string
	known map[string]int
}

// add writes an instance and returns its number; one that is there already is
// used again.
func (s *stepText) add(format string, args ...any) int {
	line := fmt.Sprintf(format, args...)
	if n, ok := s.known[line]; ok {
		return n
	}
	if s.known == nil {
		s.known = map[string]int{}
	}
	s.lines = append(s.lines, line)
	n := 100 + len(s.lines) - 1
	s.known[line] = n
	return n
}

func (s *stepText) String() string {
	var b strings.Builder
	for i, l := range s.lines {
		fmt.Fprintf(&b, "#%d=%s;\n", 100+i, l)
	}
	return b.String()
}

// real writes a number as STEP wants it: with a point.
func real(v float64) string {
	t := fmt.Sprintf("%.12g", v)
	if i := strings.IndexByte(t, 'e'); i >= 0 && !strings.Contains(t, ".") {
		return t[:i] + "." + strings.ToUpper(t[i:])
	}
	if !strings.Contains(t, ".") {
		t += "."
	}
	return strings.ToUpper(t)
}

func reals(v ...float64) string {
	var out []string
	for _, x := range v {
		out = append(out, real(x))
	}
	return "(" + strings.Join(out, ",") + ")"
}

func refs(ids ...int) string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprintf("#%d", id))
	}
	return "(" + strings.Join(out, ",") + ")"
}

func (s *stepText) point(p ...float64) int { return s.add("IFCCARTESIANPOINT(%s)", reals(p...)) }
func (s *stepText) dir(p ...float64) int   { return s.add("IFCDIRECTION(%s)", reals(p...)) }

// at is a frame at a point; z up and x east unless told.
func (s *stepText) at(o geom.Vec3, zx ...geom.Vec3) int {
	if len(zx) == 0 {
		return s.add("IFCAXIS2PLACEMENT3D(#%d,$,$)", s.point(o[:]...))
	}
	return s.add("IFCAXIS2PLACEMENT3D(#%d,#%d,#%d)", s.point(o[:]...), s.dir(zx[0][:]...), s.dir(zx[1][:]...))
}

func (s *stepText) vertex(p geom.Vec3) int { return s.add("IFCVERTEXPOINT(#%d)", s.point(p[:]...)) }

func (s *stepText) line(a, b geom.Vec3) int {
	d := b.Sub(a).Normalize()
	return s.add("IFCLINE(#%d,#%d)", s.point(a[:]...), s.add("IFCVECTOR(#%d,1.)", s.dir(d[:]...)))
}

// edge is a curve between two points.
func (s *stepText) edge(a, b geom.Vec3, curve int) int {
	return s.add("IFCEDGECURVE(#%d,#%d,#%d,.T.)", s.vertex(a), s.vertex(b), curve)
}

func (s *stepText) straight(a, b geom.Vec3) int { return s.edge(a, b, s.line(a, b)) }

// loop is of edges, those that run backwards negative.
func (s *stepText) loop(edges ...int) int {
	var ids []int
	for _, e := range edges {
		way := "T"
		if e < 0 {
			way, e = "F", -e
		}
		ids = append(ids, s.add("IFCORIENTEDEDGE(*,*,#%d,.%s.)", e, way))
	}
	return s.add("IFCEDGELOOP(%s)", refs(ids...))
}

// face has its outer loop first.
func (s *stepText) face(surface int, same bool, loops ...int) int {
	var ids []int
	for i, l := range loops {
		kind := "IFCFACEBOUND"
		if i == 0 {
			kind = "IFCFACEOUTERBOUND"
		}
		ids = append(ids, s.add("%s(#%d,.T.)", kind, l))
	}
	way := "F"
	if same {
		way = "T"
	}
	return s.add("IFCADVANCEDFACE(%s,#%d,.%s.)", refs(ids...), surface, way)
}

func (s *stepText) brep(faces ...int) int {
	return s.add("IFCADVANCEDBREP(#%d)", s.add("IFCCLOSEDSHELL(%s)", refs(faces...)))
}

// advancedSample is an item of curved faces: what it holds (0: it is no solid)
// and what it shows.
type advancedSample struct {
	name, kind   string // kind is of the representation
	data         []byte
	volume, area float64
}

// circle9 is a full circle as a rational spline of degree 2.
func circle9() (xy [][2]float64, w []float64) {
	h := math.Sqrt2 / 2
	return [][2]float64{{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}}, []float64{1, h, 1, h, 1, h, 1, h, 1}
}

// advancedSamples are files of curved faces, one item each.
func advancedSamples() []advancedSample {
	var out []advancedSample
	sample := func(name string, volume, area float64, make func(s *stepText) int) {
		s := &stepText{}
		item := make(s)
		out = append(out, advancedSample{name, "AdvancedBrep", file(fmt.Sprintf("#%d", item), s.String()), volume, area})
	}
	x, y, z := geom.Vec3{1, 0, 0}, geom.Vec3{0, 1, 0}, geom.Vec3{0, 0, 1}
	const r, h = 0.5, 1.5
	circle := func(s *stepText, at geom.Vec3, r float64) int {
		return s.add("IFCCIRCLE(#%d,%s)", s.at(at, z, x), real(r))
	}
	plane := func(s *stepText, at geom.Vec3) int { return s.add("IFCPLANE(#%d)", s.at(at, z, x)) }
	can := func(s *stepText, wrap func(curve int) int, side int, seam bool) int {
		a, b := geom.Vec3{r, 0, 0}, geom.Vec3{r, 0, h}
		low, high := s.edge(a, a, wrap(circle(s, geom.Vec3{}, r))), s.edge(b, b, wrap(circle(s, geom.Vec3{0, 0, h}, r)))
		up := s.straight(a, b)
		f := s.face(side, true, s.loop(low, up, -high, -up))
		if !seam {
			f = s.face(side, true, s.loop(low), s.loop(-high))
		}
		return s.brep(f, s.face(plane(s, geom.Vec3{}), false, s.loop(-low)), s.face(plane(s, geom.Vec3{0, 0, h}), true, s.loop(high)))
	}
	same := func(c int) int { return c }
	cylinder := func(s *stepText) int { return s.add("IFCCYLINDRICALSURFACE(#%d,%s)", s.at(geom.Vec3{}, z, x), real(r)) }
	canVolume, canArea := math.Pi*r*r*h, 2*math.Pi*r*r+2*math.Pi*r*h
	sample("cylinder with a seam", canVolume, canArea, func(s *stepText) int { return can(s, same, cylinder(s), true) })
	sample("cylinder without a seam", canVolume, canArea, func(s *stepText) int { return can(s, same, cylinder(s), false) })
	sample("cylinder whose edges are curves of surfaces", canVolume, canArea, func(s *stepText) int {
		return can(s, func(c int) int {
			return s.add("IFCSURFACECURVE(#%d,(#%d),.CURVE3D.)", c, s.add("IFCPCURVE(#%d,#%d)", cylinder(s), s.add("IFCPOLYLINE((#%d,#%d))", s.point(0, 0), s.point(2*math.Pi, 0))))
		}, cylinder(s), true)
	})
	sample("cylinder of an extruded line", canVolume, canArea, func(s *stepText) int {
		side := s.add("IFCSURFACEOFLINEAREXTRUSION(#%d,$,#%d,%s)", s.add("IFCARBITRARYCLOSEDPROFILEDEF(.CURVE.,$,#%d)", circle(s, geom.Vec3{}, r)), s.dir(0, 0, 1), real(h))
		return can(s, same, side, true)
	})
	sample("cylinder of a turned line", canVolume, canArea, func(s *stepText) int {
		profile := s.add("IFCARBITRARYOPENPROFILEDEF(.CURVE.,$,#%d)", s.add("IFCPOLYLINE((#%d,#%d))", s.point(r, 0, 0), s.point(r, 0, h)))
		side := s.add("IFCSURFACEOFREVOLUTION(#%d,$,#%d)", profile, s.add("IFCAXIS1PLACEMENT(#%d,#%d)", s.point(0, 0, 0), s.dir(0, 0, 1)))
		return can(s, same, side, true)
	})
	sample("cylinder of a spline", canVolume, canArea, func(s *stepText) int {
		xy, w := circle9()
		var rows, weights []string
		for i, c := range xy {
			rows = append(rows, refs(s.point(r*c[0], r*c[1], 0), s.point(r*c[0], r*c[1], h)))
			weights = append(weights, reals(w[i], w[i]))
		}
		side := s.add("IFCRATIONALBSPLINESURFACEWITHKNOTS(2,1,(%s),.CYLINDRICAL_SURF.,.T.,.F.,.F.,(3,2,2,2,3),(2,2),(0.,1.,2.,3.,4.),(0.,1.),.UNSPECIFIED.,(%s))", strings.Join(rows, ","), strings.Join(weights, ","))
		return can(s, same, side, true)
	})
	cone := func(s *stepText) int {
		profile := s.add("IFCARBITRARYOPENPROFILEDEF(.CURVE.,$,#%d)", s.add("IFCPOLYLINE((#%d,#%d))", s.point(r, 0, 0), s.point(0, 0, h)))
		side := s.add("IFCSURFACEOFREVOLUTION(#%d,$,#%d)", profile, s.add("IFCAXIS1PLACEMENT(#%d,#%d)", s.point(0, 0, 0), s.dir(0, 0, 1)))
		a := geom.Vec3{r, 0, 0}
		low := s.edge(a, a, circle(s, geom.Vec3{}, r))
		up := s.straight(a, geom.Vec3{0, 0, h})
		return s.brep(s.face(side, true, s.loop(low, up, -up)), s.face(plane(s, geom.Vec3{}), false, s.loop(-low)))
	}
	sample("cone of a turned line", canVolume/3, math.Pi*r*r+math.Pi*r*math.Hypot(r, h), cone)
	ball := func(s *stepText) int { return s.add("IFCSPHERICALSURFACE(#%d,%s)", s.at(geom.Vec3{1, 2, 3}), real(r)) }
	sample("sphere with a vertex loop", 4*math.Pi*r*r*r/3, 4*math.Pi*r*r, func(s *stepText) int {
		return s.brep(s.face(ball(s), true, s.add("IFCVERTEXLOOP(#%d)", s.vertex(geom.Vec3{1, 2, 3 - r}))))
	})
	sample("sphere with a seam", 4*math.Pi*r*r*r/3, 4*math.Pi*r*r, func(s *stepText) int {
		south, north := geom.Vec3{1, 2, 3 - r}, geom.Vec3{1, 2, 3 + r}
		half := s.edge(south, north, s.add("IFCCIRCLE(#%d,%s)", s.at(geom.Vec3{1, 2, 3}, y.Mul(-1), x), real(r)))
		return s.brep(s.face(ball(s), true, s.loop(half, -half)))
	})
	sample("dome", 2*math.Pi*r*r*r/3, 3*math.Pi*r*r, func(s *stepText) int {
		a := geom.Vec3{1 + r, 2, 3}
		rim := s.edge(a, a, circle(s, geom.Vec3{1, 2, 3}, r))
		return s.brep(s.face(ball(s), true, s.loop(rim)), s.face(plane(s, geom.Vec3{1, 2, 3}), false, s.loop(-rim)))
	})
	const major, minor = 1.2, 0.3
	torus := func(s *stepText) int {
		return s.add("IFCTOROIDALSURFACE(#%d,%s,%s)", s.at(geom.Vec3{}), real(major), real(minor))
	}
	sample("torus", 2*math.Pi*math.Pi*major*minor*minor, 4*math.Pi*math.Pi*major*minor, func(s *stepText) int {
		a := geom.Vec3{major + minor, 0, 0}
		around := s.edge(a, a, circle(s, geom.Vec3{}, major+minor))
		tube := s.edge(a, a, s.add("IFCCIRCLE(#%d,%s)", s.at(geom.Vec3{major, 0, 0}, y.Mul(-1), x), real(minor)))
		return s.brep(s.face(torus(s), true, s.loop(around, tube, -around, -tube)))
	})
	sample("quarter of a pipe bend", math.Pi*minor*minor*major*math.Pi/2, math.Pi*math.Pi*major*minor+2*math.Pi*minor*minor, func(s *stepText) int {
		a, b := geom.Vec3{major + minor, 0, 0}, geom.Vec3{0, major + minor, 0}
		from := s.edge(a, a, s.add("IFCCIRCLE(#%d,%s)", s.at(geom.Vec3{major, 0, 0}, y.Mul(-1), x), real(minor)))
		to := s.edge(b, b, s.add("IFCCIRCLE(#%d,%s)", s.at(geom.Vec3{0, major, 0}, x, y), real(minor)))
		seam := s.edge(a, b, circle(s, geom.Vec3{}, major+minor))
		return s.brep(s.face(torus(s), true, s.loop(seam, to, -seam, -from)),
			s.face(s.add("IFCPLANE(#%d)", s.at(geom.Vec3{major, 0, 0}, y.Mul(-1), x)), true, s.loop(from)),
			s.face(s.add("IFCPLANE(#%d)", s.at(geom.Vec3{0, major, 0}, x, y)), false, s.loop(-to)))
	})
	sample("half a round bar, its edges lines, arcs and a trimmed curve", math.Pi*r*r*h/2, math.Pi*r*r+math.Pi*r*h+2*r*h, func(s *stepText) int {
		return halfBar(s, r, h, func(at geom.Vec3) int { return circle(s, at, r) })
	})
	sample("half a bar whose arcs are splines", math.Pi*r*r*h/2, math.Pi*r*r+math.Pi*r*h+2*r*h, func(s *stepText) int {
		return halfBar(s, r, h, func(at geom.Vec3) int {
			q := math.Sqrt2 / 2
			var ids []int
			for _, c := range [][2]float64{{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}} {
				ids = append(ids, s.point(at[0]+r*c[0], at[1]+r*c[1], at[2]))
			}
			return s.add("IFCRATIONALBSPLINECURVEWITHKNOTS(2,%s,.CIRCULAR_ARC.,.F.,.F.,(3,2,3),(0.,1.,2.),.UNSPECIFIED.,%s)", refs(ids...), reals(1, q, 1, q, 1))
		})
	})
	sample("block with a free-form top", hillVolume(), 0, hillBrep)
	sample("block with a round hole through it", 2*2*1-math.Pi*r*r, 2*2*2+4*2-2*math.Pi*r*r+2*math.Pi*r, func(s *stepText) int {
		return holedBlock(s, func(at geom.Vec3) int { return circle(s, at, r) }, s.add("IFCCYLINDRICALSURFACE(#%d,%s)", s.at(geom.Vec3{1, 1, 0}, z, x), real(r)))
	})
	// Items that are no solids.
	sheet := func(name string, area float64, make func(s *stepText) int) { sample(name, 0, area, make) }
	sheet("part of a cylinder", 1.2*r*2, func(s *stepText) int {
		return s.add("IFCRECTANGULARTRIMMEDSURFACE(#%d,0.3,0.5,1.5,2.5,.T.,.T.)", cylinder(s))
	})
	sheet("all around a cylinder", 2*math.Pi*r*2, func(s *stepText) int {
		return s.add("IFCRECTANGULARTRIMMEDSURFACE(#%d,0.,0.5,%s,2.5,.T.,.T.)", cylinder(s), real(2*math.Pi))
	})
	sheet("zone of a sphere", 2*math.Pi*r*r*math.Sin(0.5), func(s *stepText) int {
		return s.add("IFCRECTANGULARTRIMMEDSURFACE(#%d,0.,0.,%s,0.5,.T.,.T.)", ball(s), real(2*math.Pi))
	})
	sheet("plane with a hole", 4-math.Pi*0.25, func(s *stepText) int {
		square := s.add("IFCPOLYLINE((#%d,#%d,#%d,#%d,#%d))", s.point(0, 0), s.point(2, 0), s.point(2, 2), s.point(0, 2), s.point(0, 0))
		hole := s.add("IFCCIRCLE(#%d,0.5)", s.add("IFCAXIS2PLACEMENT2D(#%d,$)", s.point(1, 1)))
		return s.add("IFCCURVEBOUNDEDPLANE(#%d,#%d,(#%d))", s.add("IFCPLANE(#%d)", s.at(geom.Vec3{5, 5, 5}, y, x)), square, hole)
	})
	sheet("cylinder bounded by curves drawn on it", r*1.5, func(s *stepText) int {
		var segs []int
		c := [][2]float64{{0.2, 0}, {1.2, 0}, {1.2, 1.5}, {0.2, 1.5}}
		for i, a := range c {
			b := c[(i+1)%4]
			p := s.add("IFCPCURVE(#%d,#%d)", cylinder(s), s.add("IFCPOLYLINE((#%d,#%d))", s.point(a[:]...), s.point(b[:]...)))
			segs = append(segs, s.add("IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#%d)", p))
		}
		return s.add("IFCCURVEBOUNDEDSURFACE(#%d,(#%d),.F.)", cylinder(s), s.add("IFCBOUNDARYCURVE(%s,.F.)", refs(segs...)))
	})
	sheet("extruded arc", math.Pi*r*2, func(s *stepText) int {
		arc := s.add("IFCTRIMMEDCURVE(#%d,(IFCPARAMETERVALUE(0.)),(IFCPARAMETERVALUE(%s)),.T.,.PARAMETER.)", s.add("IFCCIRCLE(#17,%s)", real(r)), real(math.Pi))
		return s.add("IFCSURFACEOFLINEAREXTRUSION(#%d,#11,#13,2.)", s.add("IFCARBITRARYOPENPROFILEDEF(.CURVE.,$,#%d)", arc))
	})
	sheet("shell of a face with a surface", math.Pi*0.25, func(s *stepText) int {
		a := geom.Vec3{0.5, 0, 1}
		e := s.edge(a, a, circle(s, geom.Vec3{0, 0, 1}, 0.5))
		b := s.add("IFCFACEOUTERBOUND(#%d,.T.)", s.loop(e))
		return s.add("IFCSHELLBASEDSURFACEMODEL((#%d))", s.add("IFCOPENSHELL((#%d))", s.add("IFCFACESURFACE((#%d),#%d,.T.)", b, plane(s, geom.Vec3{0, 0, 1}))))
	})
	// Hollow solids.
	sample("cylinder with a ball taken out", canVolume-4*math.Pi*0.027/3, 0, func(s *stepText) int {
		shell := s.add("IFCCLOSEDSHELL((#%d))", s.face(s.add("IFCSPHERICALSURFACE(#%d,0.3)", s.at(geom.Vec3{0, 0, 0.7})), false, s.add("IFCVERTEXLOOP(#%d)", s.vertex(geom.Vec3{0, 0, 0.4}))))
		outer := can(s, same, cylinder(s), true)
		id := outer // the brep is replaced by one with a hollow
		line := s.lines[id-100]
		return s.add("IFCADVANCEDBREPWITHVOIDS(%s,(#%d))", line[len("IFCADVANCEDBREP("):len(line)-1], shell)
	})
	return out
}

// halfBar is half a cylinder, cut by a plane.
func halfBar(s *stepText, r, h float64, arc func(at geom.Vec3) int) int {
	x, y, z := geom.Vec3{1, 0, 0}, geom.Vec3{0, 1, 0}, geom.Vec3{0, 0, 1}
	a, b, c, d := geom.Vec3{r, 0, 0}, geom.Vec3{-r, 0, 0}, geom.Vec3{r, 0, h}, geom.Vec3{-r, 0, h}
	low, high := s.edge(a, b, arc(geom.Vec3{})), s.edge(c, d, arc(geom.Vec3{0, 0, h}))
	ac, bd := s.straight(a, c), s.straight(b, d)
	ba := s.edge(b, a, s.add("IFCTRIMMEDCURVE(#%d,(#%d),(#%d),.T.,.CARTESIAN.)", s.line(b, a), s.point(b[:]...), s.point(a[:]...)))
	dc := s.add("IFCEDGE(#%d,#%d)", s.vertex(d), s.vertex(c))
	plane := func(at geom.Vec3) int { return s.add("IFCPLANE(#%d)", s.at(at, z, x)) }
	return s.brep(
		s.face(s.add("IFCCYLINDRICALSURFACE(#%d,%s)", s.at(geom.Vec3{}, z, x), real(r)), true, s.loop(low, bd, -high, -ac)),
		s.face(s.add("IFCPLANE(#%d)", s.at(geom.Vec3{}, y.Mul(-1), x)), true, s.loop(ba, ac, -dc, -bd)),
		s.face(plane(geom.Vec3{}), false, s.loop(-ba, -low)),
		s.face(plane(geom.Vec3{0, 0, h}), true, s.loop(high, dc)))
}

var (
	hillKnots   = []float64{0, 0, 0, 0, 0.4, 1, 1, 1, 1}
	hillHeights = [5][5]float64{{1, 1, 1, 1, 1}, {1, 1.4, 1.2, 0.7, 1}, {1, 1.9, 2.2, 1.1, 1}, {1, 0.8, 1.5, 1.6, 1}, {1, 1, 1, 1, 1}}
)

// hillVolume sums the control heights, each with what its function weighs.
func hillVolume() float64 {
	sum := 0.0
	for i := range 5 {
		for j := range 5 {
			sum += hillHeights[i][j] * (hillKnots[i+4] - hillKnots[i]) / 4 * (hillKnots[j+4] - hillKnots[j]) / 4
		}
	}
	return sum
}

func hillBrep(s *stepText) int {
	greville := func(i int) float64 { return (hillKnots[i+1] + hillKnots[i+2] + hillKnots[i+3]) / 3 }
	var rows []string
	for i := range 5 {
		var ids []int
		for j := range 5 {
			ids = append(ids, s.point(greville(i), greville(j), hillHeights[i][j]))
		}
		rows = append(rows, refs(ids...))
	}
	top := s.add("IFCBSPLINESURFACEWITHKNOTS(3,3,(%s),.UNSPECIFIED.,.F.,.F.,.F.,(4,1,4),(4,1,4),(0.,0.4,1.),(0.,0.4,1.),.UNSPECIFIED.)", strings.Join(rows, ","))
	corners := [4]geom.Vec3{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}}
	z := geom.Vec3{0, 0, 1}
	var low, high, up [4]int
	for i, a := range corners {
		b := corners[(i+1)%4]
		low[i], high[i], up[i] = s.straight(a, b), s.straight(a.Add(z), b.Add(z)), s.straight(a, a.Add(z))
	}
	faces := []int{
		s.face(top, true, s.loop(high[0], high[1], high[2], high[3])),
		s.face(s.add("IFCPLANE(#%d)", s.at(geom.Vec3{}, z, geom.Vec3{1, 0, 0})), false, s.loop(-low[3], -low[2], -low[1], -low[0])),
	}
	for i, a := range corners {
		way := corners[(i+1)%4].Sub(a)
		faces = append(faces, s.face(s.add("IFCPLANE(#%d)", s.at(a, way.Cross(z), way)), true, s.loop(low[i], up[(i+1)%4], -high[i], -up[i])))
	}
	return s.brep(faces...)
}

// holedBlock is 2 by 2 by 1 with a hole in its middle.
func holedBlock(s *stepText, circle func(at geom.Vec3) int, bore int) int {
	const r = 0.5
	z := geom.Vec3{0, 0, 1}
	corners := [4]geom.Vec3{{0, 0, 0}, {2, 0, 0}, {2, 2, 0}, {0, 2, 0}}
	var low, high, up [4]int
	for i, a := range corners {
		b := corners[(i+1)%4]
		low[i], high[i], up[i] = s.straight(a, b), s.straight(a.Add(z), b.Add(z)), s.straight(a, a.Add(z))
	}
	a, b := geom.Vec3{1 + r, 1, 0}, geom.Vec3{1 + r, 1, 1}
	ringLow, ringHigh := s.edge(a, a, circle(geom.Vec3{1, 1, 0})), s.edge(b, b, circle(geom.Vec3{1, 1, 1}))
	seam := s.straight(a, b)
	plane := func(at geom.Vec3) int { return s.add("IFCPLANE(#%d)", s.at(at, z, geom.Vec3{1, 0, 0})) }
	faces := []int{
		s.face(plane(z), true, s.loop(high[0], high[1], high[2], high[3]), s.loop(-ringHigh)),
		s.face(plane(geom.Vec3{}), false, s.loop(-low[3], -low[2], -low[1], -low[0]), s.loop(ringLow)),
		s.face(bore, false, s.loop(seam, ringHigh, -seam, -ringLow)),
	}
	for i, c := range corners {
		way := corners[(i+1)%4].Sub(c)
		faces = append(faces, s.face(s.add("IFCPLANE(#%d)", s.at(c, way.Cross(z), way)), true, s.loop(low[i], up[(i+1)%4], -high[i], -up[i])))
	}
	return s.brep(faces...)
}

// meshArea is what the triangles of a scene show, and how many edges have no
// partner.
func meshArea(m *ifc.Model) (area float64, triangles, open int) {
	for i := range m.Scene.Nodes {
		if m.Scene.Nodes[i].Mesh == scene.None {
			continue
		}
		for _, p := range m.Scene.Meshes[m.Scene.Nodes[i].Mesh].Primitives {
			edges := map[[2][3]float32]int{}
			at := func(k uint32) [3]float32 { return [3]float32(p.Positions[3*k : 3*k+3]) }
			for k := 0; k+2 < len(p.Indices); k += 3 {
				var v [3]geom.Vec3
				for j := range 3 {
					a, b := at(p.Indices[k+j]), at(p.Indices[k+(j+1)%3])
					v[j] = geom.Vec3{float64(a[0]), float64(a[1]), float64(a[2])}
					edges[[2][3]float32{a, b}]++
					edges[[2][3]float32{b, a}]--
				}
				area += v[1].Sub(v[0]).Cross(v[2].Sub(v[0])).Len() / 2
				triangles++
			}
			for _, n := range edges {
				if n != 0 {
					open++
				}
			}
		}
	}
	return area, triangles, open
}

// Solids and sheets of curved faces hold and show what they should, and solids
// have no open edge.
func TestCurvedFaces(t *testing.T) {
	for _, c := range advancedSamples() {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, c.data)
			area, n, open := meshArea(m)
			t.Logf("%d triangles, volume %.6f (%.6f), area %.5f (%.5f)", n, e.Net.Volume, c.volume, area, c.area)
			for _, n := range m.Notes {
				t.Errorf("note: %v", n)
			}
			if c.volume > 0 {
				if !near(e.Net.Volume, c.volume, 0.005) {
					t.Errorf("volume %.5f, want %.5f", e.Net.Volume, c.volume)
				}
				if drawn := meshVolume(m); !near(drawn, c.volume, 0.005) {
					t.Errorf("the triangles enclose %.5f, want %.5f", drawn, c.volume)
				}
				if open > 0 {
					t.Errorf("%d edges are open", open)
				}
			}
			checkNormals(t, m)
			if c.area > 0 && !near(area, c.area, 0.01) {
				t.Errorf("area %.5f, want %.5f", area, c.area)
			}
		})
	}
}

// Where web-ifc makes a closed body of curved faces, ours holds the same.
func TestCurvedFacesLikeWebIFC(t *testing.T) {
	dir := t.TempDir()
	samples := slices.Concat(advancedSamples(), sweptSamples(), sectionedSamples())
	var files []string
	for i, c := range samples {
		path := filepath.Join(dir, fmt.Sprintf("%02d.ifc", i))
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	compared := 0
	for _, f := range peer(t, append([]string{"--segments", "256"}, files...)...) {
		var i int
		if _, err := fmt.Sscanf(filepath.Base(f.File), "%d.ifc", &i); err != nil || i >= len(samples) {
			t.Fatalf("file %q", f.File)
		}
		if len(f.Products) != 1 || f.Products[0].Open > 0 || !(math.Abs(f.Products[0].Turned) > 0) {
			t.Logf("%s: web-ifc makes no closed body of it: %v", samples[i].name, f.Products)
			continue
		}
		m, _ := one(t, samples[i].data)
		compared++
		if ours, theirs := meshVolume(m), math.Abs(f.Products[0].Turned); !near(ours, theirs, 0.005) {
			t.Errorf("%s: volume %.5f, web-ifc's %.5f", samples[i].name, ours, theirs)
		}
	}
	if compared < 3 {
		t.Errorf("%d bodies were compared", compared)
	}
}
