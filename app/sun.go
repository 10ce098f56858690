package app

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/render/sky"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// sunSteps is how often the sun of a site moves, of plant time: by half a degree
// at most, so that pictures between two steps can be the same.
const sunSteps = 2 * time.Minute

// SunOver is the direction towards the sun over a site at a moment, in the frame
// of its plan; zero when nobody told where the site stands, or the time is not
// known yet.
func SunOver(s *twin.Site, at time.Time) geom.Vec3 {
	if s == nil || s.Location == nil || at.IsZero() {
		return geom.Vec3{}
	}
	const degree = math.Pi / 180
	p := sky.Place{Latitude: s.Location.Latitude * degree, Longitude: s.Location.Longitude * degree, North: s.Location.North * degree}
	return p.Sun(at.Truncate(sunSteps))
}
