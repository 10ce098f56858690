package depict

import (
	"math"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

const (
	airCell    = 1.0  // metres along a side of a cell, at least
	airCells   = 64   // along a side of the floor at most
	airLayers  = 5    // over the height of the rooms
	airHigh    = 3.0  // metres above the floor, where the site does not tell of its rooms
	airMost    = 6.0  // metres above the floor at most
	airOpacity = 0.30 // of all slices together, so that what stands in the air is seen
)

// air interpolates the live climate sensors through the air of the rooms by
// inverse squared distance (Shepard 1968). One sensor alone tells nothing of a
// room's air.
func (d *Depicter) air(v app.View, words Words) (overlay.VolumeHeat, bool) {
	type reading struct {
		at    geom.Vec3
		value float64
	}
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
		at := a.Pose.Position
		if b, ok := d.places.of(string(a.ID), ""); ok {
			at = b.Center()
		}
		live = append(live, reading{at, x.Value})
		low, high = math.Min(low, x.Value), math.Max(high, x.Value)
	}
	area := d.rooms()
	if len(live) < 2 || area.Empty() {
		return overlay.VolumeHeat{}, false
	}
	if pad := (spanMin - (high - low)) / 2; pad > 0 {
		low, high = low-pad, high+pad
	}
	top := area.Min[1]
	for _, z := range d.site.Zones {
		if z.Kind == "room" && z.FloorY < area.Min[1]+0.05 {
			top = math.Max(top, z.FloorY+z.Height)
		}
	}
	if top < area.Min[1]+1 {
		top = area.Min[1] + airHigh
	}
	area.Max[1] = math.Min(top, area.Min[1]+airMost)
	size := area.Size()
	along := func(metres float64) int { return min(airCells, max(1, int(math.Ceil(metres/airCell)))) }
	h := overlay.VolumeHeat{
		Unit: "°C", Box: area, Columns: along(size[0]), Layers: airLayers, Rows: along(size[2]),
		Low: low, High: high, Palette: overlay.Sequential, Opacity: airOpacity,
	}
	h.Title, h.Note = words.AirVolume()
	for layer := range h.Layers {
		for row := range h.Rows {
			for column := range h.Columns {
				p := area.Min.Add(geom.Vec3{
					(float64(column) + 0.5) / float64(h.Columns) * size[0],
					(float64(layer) + 0.5) / float64(h.Layers) * size[1],
					(float64(row) + 0.5) / float64(h.Rows) * size[2],
				})
				sum, weight := 0.0, 0.0
				for _, s := range live {
					away := p.Sub(s.at)
					w := 1 / (away.Dot(away) + cell*cell)
					sum, weight = sum+w*s.value, weight+w
				}
				h.Values = append(h.Values, sum/weight)
			}
		}
	}
	return h, true
}
