package whatif

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// Since notes which cabinets of the scenario stand elsewhere after than before: to
// move them takes energy.
func (x *Scenario) Since(before, after *twin.Site) {
	const same = 0.01 // m and rad
	x.Moved = nil
	for _, a := range after.Assets {
		was, ok := before.Asset(a.ID)
		if _, cooled := x.Cabinets[a.ID]; ok && cooled &&
			(was.Pose.Position.Sub(a.Pose.Position).Len() > same || math.Abs(was.Pose.Yaw-a.Pose.Yaw) > same) {
			x.Moved = append(x.Moved, a.ID)
		}
	}
}
