package ifc

import "math"

// The rolled shapes whose flanges may slope. A sloping flange has its stated
// thickness half way between its middle and its edge, a flange on one side of
// its web and a leg half way along, as rolling tables measure it.

// slope is the tangent of an angle, zero when it is absent.
func (e entity) slope(i int) float64 {
	if i >= len(e.args) || !e.has(i) {
		return 0
	}
	t := math.Tan(e.num(i) * e.r.radian)
	if !(math.Abs(t) < 2) {
		e.r.bad(e.id, "argument %d is a slope of %.3g, which no flange has", i+1, t)
		return 0
	}
	return t
}

// iShape reads OverallWidth, OverallDepth, WebThickness, FlangeThickness,
// FilletRadius, FlangeEdgeRadius, FlangeSlope; of the asymmetric one the fillet
// is followed by TopFlangeWidth, TopFlangeThickness, TopFlangeFilletRadius,
// BottomFlangeEdgeRadius, BottomFlangeSlope, TopFlangeEdgeRadius,
// TopFlangeSlope.
func (e entity) iShape(size func(int) float64) []corner {
	b, h, w, f, round := size(3)/2, size(4)/2, size(5)/2, size(6), e.lengthOr(7)
	tb, tf, tround := b, f, round
	edge, slope := e.lengthOr(8), 0.0
	var tedge, tslope float64
	if e.kind == "IFCASYMMETRICISHAPEPROFILEDEF" {
		tb, tround, edge = size(8)/2, e.lengthOr(10), 0
		if e.has(9) {
			tf = size(9)
		}
		if len(e.args) > 12 { // IFC2x3 ends with the centre of gravity
			edge, slope, tedge, tslope = e.lengthOr(11), e.slope(12), e.lengthOr(13), e.slope(14)
		}
	} else {
		slope = e.slope(9)
		tedge, tslope = edge, slope
	}
	// How much thicker a flange is at the web, and how much thinner at its edge.
	in, out := (b/2-w)*slope, b/2*slope
	tin, tout := (tb/2-w)*tslope, tb/2*tslope
	return []corner{
		{-b, -h, 0}, {b, -h, 0}, {b, -h + f - out, edge}, {w, -h + f + in, round}, {w, h - tf - tin, tround}, {tb, h - tf + tout, tedge},
		{tb, h, 0}, {-tb, h, 0}, {-tb, h - tf + tout, tedge}, {-w, h - tf - tin, tround}, {-w, -h + f + in, round}, {-b, -h + f - out, edge},
	}
}

// lShape reads Depth, Width, Thickness, FilletRadius, EdgeRadius, LegSlope.
func (e entity) lShape(size func(int) float64) []corner {
	y, t := size(3)/2, size(5)
	x := y
	if e.has(4) {
		x = size(4) / 2
	}
	edge, slope := e.lengthOr(7), e.slope(8)
	// The inner faces of the legs are lines through the middle of each; they meet
	// at the root.
	//	lower leg: v = -y + t - slope·(u - 0), upright leg: u = -x + t - slope·(v - 0)
	u := (-x + t - slope*(-y+t)) / (1 - slope*slope)
	v := -y + t - slope*u
	return []corner{{-x, -y, 0}, {x, -y, 0}, {x, -y + t - slope*x, edge}, {u, v, e.lengthOr(6)}, {-x + t - slope*y, y, edge}, {-x, y, 0}}
}

// tShape reads Depth, FlangeWidth, WebThickness, FlangeThickness, FilletRadius,
// FlangeEdgeRadius, WebEdgeRadius, WebSlope, FlangeSlope.
func (e entity) tShape(size func(int) float64) []corner {
	y, x, w, f, round := size(3)/2, size(4)/2, size(5)/2, size(6), e.lengthOr(7)
	fedge, wedge, web, flange := e.lengthOr(8), e.lengthOr(9), e.slope(10), e.slope(11)
	// The web's side: u = w + web·v, thickest at the flange; the flange's lower
	// face: v = y - f + flange·(u - x/2).
	u := (w + web*(y-f-flange*x/2)) / (1 - web*flange)
	v := y - f + flange*(u-x/2)
	foot := w - web*y
	return []corner{{-foot, -y, wedge}, {foot, -y, wedge}, {u, v, round}, {x, y - f + flange*x/2, fedge}, {x, y, 0}, {-x, y, 0}, {-x, y - f + flange*x/2, fedge}, {-u, v, round}}
}

// uShape reads Depth, FlangeWidth, WebThickness, FlangeThickness, FilletRadius,
// EdgeRadius, FlangeSlope.
func (e entity) uShape(size func(int) float64) []corner {
	y, x, w, f, round, edge := size(3)/2, size(4)/2, size(5), size(6), e.lengthOr(7), e.lengthOr(8)
	slope := e.slope(9)
	in, out := (x-w)*slope, x*slope
	return []corner{{-x, -y, 0}, {x, -y, 0}, {x, -y + f - out, edge}, {-x + w, -y + f + in, round}, {-x + w, y - f - in, round}, {x, y - f + out, edge}, {x, y, 0}, {-x, y, 0}}
}

// craneRail reads the rails of IFC2x3. A: OverallHeight, BaseWidth2, Radius,
// HeadWidth, HeadDepth2, HeadDepth3, WebThickness, BaseWidth4, BaseDepth1,
// BaseDepth2, BaseDepth3. F: OverallHeight, HeadWidth, Radius, HeadDepth2,
// HeadDepth3, WebThickness, BaseDepth1, BaseDepth2.
func (e entity) craneRail(size func(int) float64) []corner {
	h := size(3) / 2
	var right []corner // from the foot up
	if e.kind == "IFCCRANERAILASHAPEPROFILEDEF" {
		b, head, w, b4 := size(4)/2, size(6)/2, size(9)/2, size(10)/2
		right = []corner{{b, -h, 0}, {b, -h + size(11), 0}, {b4, -h + size(12), 0}, {w, -h + size(13), 0}, {w, h - size(8), 0}, {head, h - size(7), 0}, {head, h, e.lengthOr(5)}}
	} else {
		head, w := size(4)/2, size(8)/2
		right = []corner{{head, -h, 0}, {head, -h + size(9), 0}, {w, -h + size(10), 0}, {w, h - size(7), 0}, {head, h - size(6), 0}, {head, h, e.lengthOr(5)}}
	}
	out := right
	for i := len(right) - 1; i >= 0; i-- {
		out = append(out, corner{-right[i].x, right[i].y, right[i].radius})
	}
	return out
}
