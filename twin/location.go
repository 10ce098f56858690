package twin

import "math"

// Valid tells whether a location is one on Earth.
func (l Location) Valid() bool {
	return math.Abs(l.Latitude) <= 90 && math.Abs(l.Longitude) <= 180 && math.Abs(l.North) <= 360
}
