package depict

import (
	"math"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

const (
	roomTemperature = "temperature" // signal of a climate sensor
	climateSensor   = "climate-sensor"
	peoplePositions = "positions"
	cell            = 0.5  // metres of one cell of the floor heatmap
	aboveFloor      = 0.02 // metres, so that the floor does not show through
	floorOpacity    = 0.2  // the floor's own material is still seen, so that it reads as a floor
	spanMin         = 4.0  // kelvin between the ends of the palette at least, so that noise stays one colour
)

// floorTemperature interpolates the live climate sensors over the floor by
// inverse squared distance (Shepard 1968). Sensors that are not live are left
// out; with none left there is no heatmap.
func (d *Depicter) floorTemperature(v app.View, words Words) (overlay.Heatmap, bool) {
	type reading struct{ x, z, value float64 }
	var live []reading
	low, high := math.Inf(1), math.Inf(-1)
	for _, a := range d.site.Assets {
		if a.Class != climateSensor {
			continue
		}
		x := v.Samples[twin.SignalOf(a.ID, roomTemperature)]
		if !x.Live() {
			continue
		}
		live = append(live, reading{a.Pose.Position[0], a.Pose.Position[2], x.Value})
		low, high = math.Min(low, x.Value), math.Max(high, x.Value)
	}
	area := d.rooms()
	if len(live) == 0 || area.Empty() {
		return overlay.Heatmap{}, false
	}
	if pad := (spanMin - (high - low)) / 2; pad > 0 {
		low, high = low-pad, high+pad
	}
	size := area.Size()
	columns, rows := int(math.Ceil(size[0]/cell)), int(math.Ceil(size[2]/cell))
	values := make([]float64, 0, columns*rows)
	for r := range rows {
		for c := range columns {
			x, z := area.Min[0]+(float64(c)+0.5)*cell, area.Min[2]+(float64(r)+0.5)*cell
			sum, weight := 0.0, 0.0
			for _, s := range live {
				w := 1 / ((x-s.x)*(x-s.x) + (z-s.z)*(z-s.z) + cell*cell)
				sum, weight = sum+w*s.value, weight+w
			}
			values = append(values, sum/weight)
		}
	}
	return overlay.Heatmap{
		Title: words.FloorTemperature(), Unit: "°C",
		Min: geom.Vec2{area.Min[0], area.Min[2]}, Max: geom.Vec2{area.Min[0] + float64(columns)*cell, area.Min[2] + float64(rows)*cell},
		Y: area.Min[1] + aboveFloor, Columns: columns, Values: values,
		Low: low, High: high, Palette: overlay.Sequential, Opacity: floorOpacity,
	}, true
}
