package page

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// floorScan is a scan of the demo store's floor, which rises and falls by 40 mm.
func floorScan() *app.Scan {
	s := &generate.Scan{Source: "floor.ply", Entities: []string{"building/none", "freezer-2"}}
	for x := 0.5; x < 24; x += 0.06 {
		for z := -18.0; z < -0.5; z += 0.06 {
			mm := 40 * math.Sin(x/3) * math.Cos(z/3)
			s.Positions = append(s.Positions, float32(x), float32(mm/1000), float32(z))
			s.MM, s.Nearest = append(s.MM, float32(mm)), append(s.Nearest, 1)
			s.Colors = append(s.Colors, uint8(120+5*x), 120, uint8(130-5*z))
		}
	}
	return app.NewScan(s)
}

func TestAScanIsDescribedAsItLies(t *testing.T) {
	s := floorScan()
	told, data := DescribeScan(s)
	n := told.Points
	if n != s.Points.Len() || !told.Coloured || len(data) != 12*n || told.Full != s.FullMM || len(told.Entities) != 2 {
		t.Fatalf("%d bytes, told as %+v", len(data), told)
	}
	for _, i := range []int{0, 1, n / 2, n - 1} {
		var p geom.Vec3
		for k := range p {
			p[k] = told.Min[k] + told.Step*float64(binary.LittleEndian.Uint16(data[6*i+2*k:]))
			if d := p[k] - float64(s.Points.Positions[3*i+k]); math.Abs(d) > told.Step {
				t.Errorf("point %d lies %g m off along axis %d", i, d, k)
			}
		}
		if on := binary.LittleEndian.Uint16(data[6*n+2*i:]); on != 1 {
			t.Errorf("point %d lies on %d", i, on)
		}
		if mm := float64(int8(data[8*n+i])) / 127 * told.Full; math.Abs(mm-float64(s.Points.Values[i])) > told.Full/127 {
			t.Errorf("point %d is %g mm off, told as %g", i, s.Points.Values[i], mm)
		}
		if data[9*n+3*i] != s.Points.Colors[3*i] {
			t.Errorf("point %d has another colour", i)
		}
	}
	if told, data := DescribeScan(app.NewScan(&generate.Scan{})); told.Points != 0 || len(data) != 0 {
		t.Errorf("of no points it tells %+v in %d bytes", told, len(data))
	}
}
