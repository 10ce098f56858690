package generate

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/planogram"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// ceilingUsual is the height of a room of which no source states it, metres.
const ceilingUsual = 4.0

// asset turns a row of a planogram to the thing that it places. Plan x, y
// become our x, -z; a heading clockwise from north becomes a yaw about +y.
func asset(file string, row planogram.Row, class *catalogue.Class, spaces []Space) twin.Asset {
	size := class.UsualSize()
	for k, given := range [3]float64{row.Width, row.Height, row.Depth} {
		if given > 0 {
			size[k] = given
		}
	}
	floor, ceiling := levels(spaces, geom.Vec2{row.X, -row.Y})
	elevation := class.Elevation
	if !math.IsNaN(row.Elevation) {
		elevation = row.Elevation
	}
	y := floor + elevation
	if class.Mount == catalogue.OnCeiling {
		y = ceiling - elevation - size[1]
	}
	name := row.Name
	if name == "" {
		name = nameOf(class, row.ID)
	}
	return twin.Asset{
		ID: twin.AssetID(row.ID), Class: class.Name, Name: name, Size: size,
		Pose:   twin.Pose{Position: geom.Vec3{round(row.X), round(y), round(-row.Y)}, Yaw: yaw(row.Heading)},
		Params: row.Params, Products: row.Products,
		Provenance: twin.Provenance{Source: file, Entity: fmt.Sprintf("line %d", row.Line)},
	}
}

// yaw turns a compass heading of the front, in degrees, to radians about +y: at
// zero the front faces +z, which is south.
func yaw(heading float64) float64 {
	deg := math.Mod(180-heading, 360)
	if deg <= -180 {
		deg += 360
	}
	if deg > 180 {
		deg -= 360
	}
	return deg * math.Pi / 180
}

// round cuts to a tenth of a millimetre, so that files stay readable.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// levels gives the heights of floor and ceiling at a point.
func levels(spaces []Space, p geom.Vec2) (floor, ceiling float64) {
	for _, s := range spaces {
		if inside(s.Outline, p) && s.Height > 0 {
			return s.FloorY, s.FloorY + s.Height
		}
	}
	if len(spaces) > 0 && spaces[0].Height > 0 {
		return spaces[0].FloorY, spaces[0].FloorY + spaces[0].Height
	}
	return 0, ceilingUsual
}

// inside tells whether a point lies within a polygon (crossing number).
func inside(outline []geom.Vec2, p geom.Vec2) bool {
	in := false
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0]-a[0])*(p[1]-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

// footprint is the rectangle that an asset covers, as its four corners.
func footprint(a twin.Asset) [4]geom.Vec2 {
	s, c := math.Sincos(a.Pose.Yaw)
	var out [4]geom.Vec2
	for k, corner := range [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
		x, z := corner[0]*a.Size[0]/2, corner[1]*a.Size[2]/2
		out[k] = geom.Vec2{a.Pose.Position[0] + x*c + z*s, a.Pose.Position[2] - x*s + z*c}
	}
	return out
}

// cover is the rectangle along the axes around footprints.
func cover(assets []twin.Asset) (lo, hi geom.Vec2) {
	lo, hi = geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, a := range assets {
		for _, p := range footprint(a) {
			for k := range 2 {
				lo[k], hi[k] = math.Min(lo[k], p[k]), math.Max(hi[k], p[k])
			}
		}
	}
	return lo, hi
}
