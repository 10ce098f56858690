package app

import (
	"math"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

func TestTheSunOverASite(t *testing.T) {
	noon := time.Date(2026, 6, 21, 12, 2, 30, 0, time.UTC)
	if d := SunOver(&twin.Site{}, noon); d != (geom.Vec3{}) {
		t.Errorf("over a site of which nobody knows where it is: %v", d)
	}
	s := &twin.Site{Location: &twin.Location{Latitude: 50, North: 90}}
	if d := SunOver(s, time.Time{}); d != (geom.Vec3{}) {
		t.Errorf("while no plant has told the time: %v", d)
	}
	d := SunOver(s, noon)
	if high := math.Asin(d[1]) * 180 / math.Pi; math.Abs(high-63.45) > 0.1 || d[0] < 0.4 || math.Abs(d[2]) > 0.02 {
		t.Errorf("at noon it stands at %v, %.2f° high: want 63.45° high towards +x, north being at -x", d, high)
	}
	if SunOver(s, noon.Add(time.Minute)) != d {
		t.Error("it moves between two steps, so that no picture stands still")
	}
	if SunOver(s, noon.Add(sunSteps)) == d {
		t.Error("it does not move")
	}
}
