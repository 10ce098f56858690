package perceive

import (
	"math"
	"slices"
)

// stay is that of somebody in a lane.
type stay struct {
	lane  int  // 1 is the first; 0: in none
	end   int  // of the lane that they came in at: -1, 1; 0: not known
	other bool // they were in its middle, or had something to do at its ends
}

// stays goes on with the stay of somebody in a lane, and counts whom it was in vain.
func (w *walkers) stays(p, o *walker) {
	k := slices.IndexFunc(w.lanes, func(c [4]float64) bool { return p.x > c[0]-0.05 && p.x < c[2]+0.05 && p.z > c[1] && p.z < c[3] })
	if o != nil && o.stay.lane > 0 && o.stay.lane != k+1 {
		was := o.stay
		if c := w.lanes[was.lane-1]; !was.other && was.end == sideOf(c, p.z) {
			w.turned[was.lane-1][len(w.walks)-1]++
		}
	}
	if k < 0 {
		return
	}
	c := w.lanes[k]
	switch {
	case o == nil:
		p.stay = stay{lane: k + 1}
	case o.stay.lane == k+1:
		p.stay = o.stay
	default:
		p.stay = stay{lane: k + 1, end: sideOf(c, o.z)}
	}
	toMiddle := math.Abs(p.z-(c[1]+c[3])/2) - middlePart/2*(c[3]-c[1])
	if toMiddle < 0 || p.looks >= pausesFor && toMiddle > beforeIt {
		p.stay.other = true
	}
}

// sideOf a lane's middle that a place is on: -1, 1.
func sideOf(lane [4]float64, z float64) int {
	if z < (lane[1]+lane[3])/2 {
		return -1
	}
	return 1
}
