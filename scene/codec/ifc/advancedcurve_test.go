package ifc_test

import (
	"fmt"
	"math"
	"testing"
)

// Outlines of every kind of curve enclose what they should.
func TestCurvesAsOutlines(t *testing.T) {
	line := func(s *stepText, xy ...float64) int {
		var ids []int
		for i := 0; i+1 < len(xy); i += 2 {
			ids = append(ids, s.point(xy[i], xy[i+1]))
		}
		return s.add("IFCPOLYLINE(%s)", refs(ids...))
	}
	composite := func(s *stepText, curves ...int) int {
		var ids []int
		for _, c := range curves {
			way := "T"
			if c < 0 {
				way, c = "F", -c
			}
			ids = append(ids, s.add("IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.%s.,#%d)", way, c))
		}
		return s.add("IFCCOMPOSITECURVE(%s,.F.)", refs(ids...))
	}
	trimmed := func(s *stepText, basis int, from, to string, sense string) int {
		return s.add("IFCTRIMMEDCURVE(#%d,(%s),(%s),.%s.,.PARAMETER.)", basis, from, to, sense)
	}
	parameter := func(v float64) string { return "IFCPARAMETERVALUE(" + real(v) + ")" }
	for _, c := range []struct {
		name string
		area float64
		make func(s *stepText) int
	}{
		{"half an ellipse", math.Pi * 2 * 1 / 2, func(s *stepText) int {
			return composite(s, trimmed(s, s.add("IFCELLIPSE(#17,2.,1.)"), parameter(0), parameter(math.Pi), "T"), line(s, -2, 0, 2, 0))
		}},
		{"an ellipse's half the other way", math.Pi * 2 * 1 / 2, func(s *stepText) int {
			return composite(s, trimmed(s, s.add("IFCELLIPSE(#17,2.,1.)"), parameter(math.Pi), parameter(0), "F"), line(s, 2, 0, -2, 0))
		}},
		{"a circle as a spline", math.Pi, func(s *stepText) int {
			xy, w := circle9()
			var ids []int
			for _, p := range xy {
				ids = append(ids, s.point(p[0], p[1]))
			}
			return s.add("IFCRATIONALBSPLINECURVEWITHKNOTS(2,%s,.CIRCULAR_ARC.,.T.,.F.,(3,2,2,2,3),(0.,1.,2.,3.,4.),.UNSPECIFIED.,%s)", refs(ids...), reals(w...))
		}},
		{"half of that spline", math.Pi / 2, func(s *stepText) int {
			xy, w := circle9()
			var ids []int
			for _, p := range xy {
				ids = append(ids, s.point(p[0], p[1]))
			}
			whole := s.add("IFCRATIONALBSPLINECURVEWITHKNOTS(2,%s,.CIRCULAR_ARC.,.T.,.F.,(3,2,2,2,3),(0.,1.,2.,3.,4.),.UNSPECIFIED.,%s)", refs(ids...), reals(w...))
			return composite(s, trimmed(s, whole, parameter(0), parameter(2), "T"), line(s, -1, 0, 1, 0))
		}},
		{"beside a circle, to the left", math.Pi * 0.25, func(s *stepText) int {
			return s.add("IFCOFFSETCURVE2D(#%d,0.5,.F.)", s.add("IFCCIRCLE(#17,1.)"))
		}},
		{"beside a circle, to the right", math.Pi * 2.25, func(s *stepText) int {
			return s.add("IFCOFFSETCURVE2D(#%d,-0.5,.F.)", s.add("IFCCIRCLE(#17,1.)"))
		}},
		{"a parabola as a Bézier curve", 2. / 3 * 2 * 1, func(s *stepText) int { // 2 wide, 1 high
			return composite(s, s.add("IFCBEZIERCURVE(2,%s,.PARABOLIC_ARC.,.F.,.F.)", refs(s.point(-1, 0), s.point(0, 2), s.point(1, 0))), line(s, 1, 0, -1, 0))
		}},
		{"a parabola as a spline", 2. / 3 * 2 * 1, func(s *stepText) int {
			return composite(s, s.add("IFCBSPLINECURVEWITHKNOTS(2,%s,.PARABOLIC_ARC.,.F.,.F.,(3,3),(0.,1.),.UNSPECIFIED.)", refs(s.point(-1, 0), s.point(0, 2), s.point(1, 0))), line(s, 1, 0, -1, 0))
		}},
		{"a part of a polyline", 0.5, func(s *stepText) int {
			return composite(s, trimmed(s, line(s, 5, 0, 0, 0, 1, 0, 1, 1, 7, 7), parameter(1), parameter(3), "T"), line(s, 1, 1, 0, 0))
		}},
		{"two arcs of one circle, one backwards", math.Pi, func(s *stepText) int {
			circle := s.add("IFCCIRCLE(#17,1.)")
			return composite(s, trimmed(s, circle, parameter(0), parameter(2), "T"), -trimmed(s, circle, parameter(0), parameter(2), "F"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &stepText{}
			curve := c.make(s)
			item := s.add("IFCEXTRUDEDAREASOLID(#%d,$,#13,2.)", s.add("IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#%d)", curve))
			m, e := one(t, file(fmt.Sprintf("#%d", item), s.String()))
			for _, n := range m.Notes {
				t.Errorf("note: %v", n)
			}
			t.Logf("area %.6f (%.6f), %.3f %%", e.Net.Volume/2, c.area, 100*(e.Net.Volume/2-c.area)/c.area)
			if !near(e.Net.Volume/2, c.area, 0.005) {
				t.Errorf("area %.5f, want %.5f", e.Net.Volume/2, c.area)
			}
			if _, _, open := meshArea(m); open > 0 {
				t.Errorf("%d edges are open", open)
			}
		})
	}
}
