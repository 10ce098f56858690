package main

import (
	"math"

	"github.com/glasstwin/glasstwin/scene"
)

// positions is where the joints of a scene stand by themselves, or with doors,
// drawers and lids opened. Of several joints with one name each opens less than
// the one before, so that all are seen.
func positions(sc *scene.Scene, opened bool) []float64 {
	out := make([]float64, len(sc.Joints))
	second := map[scene.JointID]bool{} // a sash that turns is not tilted too
	for _, n := range sc.Nodes {
		if n.Joint != scene.None && n.Parent != scene.None && n.Part != "" {
			if on := sc.Nodes[n.Parent]; on.Joint != scene.None && on.Part == n.Part {
				second[n.Joint] = true
			}
		}
	}
	seen := map[string]int{}
	for i, j := range sc.Joints {
		out[i] = j.Position(math.NaN())
		if opened && j.Kind != scene.Continuous && j.Mimic.Ratio == 0 && !second[scene.JointID(i)] {
			reach := j.Max
			if -j.Min > j.Max {
				reach = j.Min
			}
			out[i] = reach * [...]float64{0.8, 0.55, 0.3, 0.15}[min(3, seen[j.Name])]
			seen[j.Name]++
		}
	}
	for _, l := range sc.Loops {
		for _, p := range l.Passive {
			out[p] = 0
		}
	}
	return sc.Resolve(out)
}
