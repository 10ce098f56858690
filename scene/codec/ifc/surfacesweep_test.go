package ifc_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// sweptSamples are files of areas swept along curves, one item each.
func sweptSamples() []advancedSample {
	var out []advancedSample
	sample := func(name string, volume float64, make func(s *stepText) int) {
		s := &stepText{}
		item := make(s)
		out = append(out, advancedSample{name, "AdvancedSweptSolid", file(fmt.Sprintf("#%d", item), s.String()), volume, 0})
	}
	rectangle := func(s *stepText, x, y float64) int {
		return s.add("IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,%s,%s)", real(x), real(y))
	}
	line := func(s *stepText, p ...geom.Vec3) int {
		var ids []int
		for _, q := range p {
			ids = append(ids, s.point(q[:]...))
		}
		return s.add("IFCPOLYLINE(%s)", refs(ids...))
	}
	sample("fixed reference along a line", 0.2*0.1*4, func(s *stepText) int {
		return s.add("IFCFIXEDREFERENCESWEPTAREASOLID(#%d,$,#%d,$,$,#13)", rectangle(s, 0.2, 0.1), line(s, geom.Vec3{}, geom.Vec3{4, 0, 0}))
	})
	sample("fixed reference along half a circle", 0.2*0.1*math.Pi*3, func(s *stepText) int {
		return s.add("IFCFIXEDREFERENCESWEPTAREASOLID(#%d,#11,#%d,0.,%s,#13)", rectangle(s, 0.2, 0.1), s.add("IFCCIRCLE(#11,3.)"), real(math.Pi))
	})
	sample("fixed reference around a circle", 0.2*0.1*2*math.Pi*3, func(s *stepText) int {
		return s.add("IFCFIXEDREFERENCESWEPTAREASOLID(#%d,#11,#%d,$,$,#13)", rectangle(s, 0.2, 0.1), s.add("IFCCIRCLE(#11,3.)"))
	})
	sample("fixed reference around corners", 0.2*0.1*(4+3), func(s *stepText) int { // what the mitre adds outside it takes inside
		return s.add("IFCDIRECTRIXDERIVEDREFERENCESWEPTAREASOLID(#%d,#11,#%d,$,$,#13)", rectangle(s, 0.2, 0.1), line(s, geom.Vec3{}, geom.Vec3{4, 0, 0}, geom.Vec3{4, 3, 0}))
	})
	sample("fixed reference around a frame", 0.2*0.1*14, func(s *stepText) int {
		return s.add("IFCFIXEDREFERENCESWEPTAREASOLID(#%d,#11,#%d,$,$,#13)", rectangle(s, 0.2, 0.1), line(s, geom.Vec3{}, geom.Vec3{4, 0, 0}, geom.Vec3{4, 3, 0}, geom.Vec3{0, 3, 0}, geom.Vec3{}))
	})
	sample("fixed reference along lines and an arc", 0.2*0.1*(2+math.Pi/2+2), func(s *stepText) int {
		points := s.add("IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(2.,0.,0.),(%s,%s,0.),(3.,1.,0.),(3.,3.,0.)))", real(2+math.Sqrt2/2), real(1-math.Sqrt2/2))
		return s.add("IFCFIXEDREFERENCESWEPTAREASOLID(#%d,#11,#%d,$,$,#13)", rectangle(s, 0.2, 0.1), s.add("IFCINDEXEDPOLYCURVE(#%d,(IFCLINEINDEX((1,2)),IFCARCINDEX((2,3,4)),IFCLINEINDEX((4,5))),.F.)", points))
	})
	sample("a pipe with a hollow along a spline", 0, func(s *stepText) int {
		pipe := s.add("IFCCIRCLEHOLLOWPROFILEDEF(.AREA.,$,#17,0.2,0.05)")
		c := s.add("IFCBSPLINECURVEWITHKNOTS(3,%s,.UNSPECIFIED.,.F.,.F.,(4,4),(0.,1.),.UNSPECIFIED.)", refs(s.point(0, 0, 0), s.point(2, 0, 0), s.point(4, 0, 1), s.point(6, 0, 1)))
		return s.add("IFCFIXEDREFERENCESWEPTAREASOLID(#%d,#11,#%d,$,$,#15)", pipe, c)
	})
	sample("from one length to another", 0.2*0.1*2.5, func(s *stepText) int {
		return s.add("IFCFIXEDREFERENCESWEPTAREASOLID(#%d,$,#%d,IFCLENGTHMEASURE(1.),IFCLENGTHMEASURE(3.5),#13)", rectangle(s, 0.2, 0.1), line(s, geom.Vec3{}, geom.Vec3{4, 0, 0}, geom.Vec3{8, 0, 0}))
	})
	sample("surface curve on a plane", 0.2*0.1*math.Pi*3/2, func(s *stepText) int {
		arc := s.add("IFCTRIMMEDCURVE(#%d,(IFCPARAMETERVALUE(0.)),(IFCPARAMETERVALUE(%s)),.T.,.PARAMETER.)", s.add("IFCCIRCLE(#11,3.)"), real(math.Pi/2))
		return s.add("IFCSURFACECURVESWEPTAREASOLID(#%d,#11,#%d,0.,%s,#%d)", rectangle(s, 0.2, 0.1), arc, real(math.Pi/2), s.add("IFCPLANE(#11)"))
	})
	sample("surface curve on a cylinder", 0.2*0.1*2*math.Pi*3, func(s *stepText) int { // around it: x is outwards
		return s.add("IFCSURFACECURVESWEPTAREASOLID(#%d,#11,#%d,$,$,#%d)", rectangle(s, 0.2, 0.1), s.add("IFCCIRCLE(#11,3.)"), s.add("IFCCYLINDRICALSURFACE(#11,3.)"))
	})
	return out
}

// sectionedSamples are files of cross sections along curves, one item each.
func sectionedSamples() []advancedSample {
	var out []advancedSample
	sample := func(name string, volume float64, make func(s *stepText) int) {
		s := &stepText{}
		item := make(s)
		out = append(out, advancedSample{name, "SectionedSpine", file(fmt.Sprintf("#%d", item), s.String()), volume, 0})
	}
	rectangle := func(s *stepText, x, y float64) int {
		return s.add("IFCRECTANGLEPROFILEDEF(.AREA.,$,#17,%s,%s)", real(x), real(y))
	}
	x, z := geom.Vec3{1, 0, 0}, geom.Vec3{0, 0, 1}
	up := func(s *stepText, h ...float64) (spine int, places []int) {
		var ids []int
		for _, v := range h {
			ids = append(ids, s.point(0, 0, v))
			places = append(places, s.at(geom.Vec3{0, 0, v}, z, x))
		}
		return s.add("IFCPOLYLINE(%s)", refs(ids...)), places
	}
	spine := func(s *stepText, curve int, sections, places []int) int {
		seg := s.add("IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#%d)", curve)
		return s.add("IFCSECTIONEDSPINE(#%d,%s,%s)", s.add("IFCCOMPOSITECURVE((#%d),.F.)", seg), refs(sections...), refs(places...))
	}
	sample("spine of a pyramid's stump and a box", 2./3*(4+2+1)+1*3, func(s *stepText) int {
		c, places := up(s, 0, 2, 5)
		return spine(s, c, []int{rectangle(s, 2, 2), rectangle(s, 1, 1), rectangle(s, 1, 1)}, places)
	})
	sample("spine from a square to a circle", 0, func(s *stepText) int {
		c, places := up(s, 0, 1)
		return spine(s, c, []int{rectangle(s, 1, 1), s.add("IFCCIRCLEPROFILEDEF(.AREA.,$,#17,0.5)")}, places)
	})
	sample("spine along an arc", 0.3*0.2*math.Pi, func(s *stepText) int {
		arc := s.add("IFCTRIMMEDCURVE(#%d,(IFCPARAMETERVALUE(0.)),(IFCPARAMETERVALUE(%s)),.T.,.PARAMETER.)", s.add("IFCCIRCLE(#11,2.)"), real(math.Pi/2))
		y := geom.Vec3{0, 1, 0}
		return spine(s, arc, []int{rectangle(s, 0.3, 0.2), rectangle(s, 0.3, 0.2)}, []int{s.at(geom.Vec3{2, 0, 0}, y, x), s.at(geom.Vec3{0, 2, 0}, x.Mul(-1), y)})
	})
	linear := func(s *stepText, curve int, d, lateral, vertical float64) int {
		return s.add("IFCAXIS2PLACEMENTLINEAR(#%d,$,$)", s.add("IFCPOINTBYDISTANCEEXPRESSION(IFCLENGTHMEASURE(%s),%s,%s,$,#%d)", real(d), real(lateral), real(vertical), curve))
	}
	sample("horizontal along a line, widening", 0.5*10*(1+2)/2, func(s *stepText) int {
		c := s.add("IFCPOLYLINE(%s)", refs(s.point(0, 0, 1), s.point(20, 0, 1)))
		return s.add("IFCSECTIONEDSOLIDHORIZONTAL(#%d,%s,%s)", c, refs(rectangle(s, 1, 0.5), rectangle(s, 2, 0.5)), refs(linear(s, c, 5, 0.5, -0.25), linear(s, c, 15, 0.5, -0.25)))
	})
	sample("horizontal around a bend", 0.5*1*math.Pi/2*10, func(s *stepText) int {
		c := s.add("IFCTRIMMEDCURVE(#%d,(IFCPARAMETERVALUE(0.)),(IFCPARAMETERVALUE(%s)),.T.,.PARAMETER.)", s.add("IFCCIRCLE(#11,10.)"), real(math.Pi/2))
		return s.add("IFCSECTIONEDSOLIDHORIZONTAL(#%d,%s,%s)", c, refs(rectangle(s, 1, 0.5), rectangle(s, 1, 0.5)), refs(linear(s, c, 0, 0, 0), linear(s, c, 5*math.Pi, 0, 0)))
	})
	return out
}

func TestSweepsAlongCurves(t *testing.T) {
	for _, c := range append(sweptSamples(), sectionedSamples()...) {
		t.Run(c.name, func(t *testing.T) {
			m, e := one(t, c.data)
			for _, n := range m.Notes {
				t.Errorf("note: %v", n)
			}
			_, n, open := meshArea(m)
			drawn := meshVolume(m)
			t.Logf("%d triangles, volume %.6f, drawn %.6f (%.6f)", n, e.Net.Volume, drawn, c.volume)
			if c.volume > 0 && (!near(e.Net.Volume, c.volume, 0.005) || !near(drawn, c.volume, 0.005)) {
				t.Errorf("volume %.5f, drawn %.5f, want %.5f", e.Net.Volume, drawn, c.volume)
			}
			if !(drawn > 0) || open > 0 {
				t.Errorf("volume %.5f, %d edges are open", drawn, open)
			}
			checkNormals(t, m)
		})
	}
}

// The area of what is swept lies as the standard says: x along the reference.
func TestSweepsLieAsTheyShould(t *testing.T) {
	box := map[string]geom.Box{ // +Y up
		"fixed reference along a line":      {Min: geom.Vec3{0, -0.1, -0.05}, Max: geom.Vec3{4, 0.1, 0.05}},
		"fixed reference around a circle":   {Min: geom.Vec3{-3.05, -0.1, -3.05}, Max: geom.Vec3{3.05, 0.1, 3.05}},
		"fixed reference around a frame":    {Min: geom.Vec3{-0.05, -0.1, -3.05}, Max: geom.Vec3{4.05, 0.1, 0.05}},
		"surface curve on a cylinder":       {Min: geom.Vec3{-3.1, -0.05, -3.1}, Max: geom.Vec3{3.1, 0.05, 3.1}},
		"from one length to another":        {Min: geom.Vec3{1, -0.1, -0.05}, Max: geom.Vec3{3.5, 0.1, 0.05}},
		"horizontal along a line, widening": {Min: geom.Vec3{5, 0.5, -1.5}, Max: geom.Vec3{15, 1, 0.5}},
	}
	for _, c := range append(sweptSamples(), sectionedSamples()...) {
		want, ok := box[c.name]
		if !ok {
			continue
		}
		delete(box, c.name)
		_, e := one(t, c.data)
		if d := max(e.Box.Min.Sub(want.Min).Len(), e.Box.Max.Sub(want.Max).Len()); d > 5e-3 {
			t.Errorf("%s: box %.3f to %.3f, want %.3f to %.3f", c.name, e.Box.Min, e.Box.Max, want.Min, want.Max)
		}
	}
	if len(box) > 0 {
		t.Errorf("no sample of %v", box)
	}
}
