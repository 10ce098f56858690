package depict

import (
	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render/overlay"
)

// ScanWords are the texts on the legend of a scan, in the user's language.
type ScanWords interface {
	ScanDeviation() string
	ScanSides() [2]string // behind a surface, before it
	Deviation(d app.Deviation) string
}

// scanPlain is the colour of a scan that has none.
var scanPlain = overlay.RGBA{0.02, 0.16, 0.26, 1}

// scanReach is how far behind a surface of the twin its scan still shows,
// metres: noise and small deviations, not the other side of a wall.
const scanReach = 0.08

// Scan lays a scan over its twin: as the scanner saw it or, measured, by the
// distance of each point to the twin.
func Scan(s *app.Scan, words ScanWords, measured bool) overlay.Cloud {
	c := overlay.Cloud{Points: s.Points, Measured: measured, Plain: scanPlain, Reach: scanReach}
	if measured {
		c.Scale = overlay.Scale{
			Title: words.ScanDeviation(), Unit: "mm", Low: -s.FullMM, High: s.FullMM, Palette: overlay.Diverging,
			Ends: words.ScanSides(), Note: words.Deviation(s.All),
		}
	}
	return c
}
