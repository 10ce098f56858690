package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// watched are the people in a lane and on the floor.
type watched struct {
	mid, whole, all series
	share           float64 // of the floor's people, usually in the middle
	people, there   float64 // person·min that the share was learnt of
	minute          int
	still           map[spot]int // minutes without a break that somebody has stood at a spot in the middle
	longest         float64
}

// usualShare is what share of a floor's people are in the middle of a lane before
// anybody has been watched for long.
const (
	usualShare  = 0.02
	usualPeople = 400.0 // person·min that it counts like
)

func (t *thing) watched(m *memory) *watched {
	w := t.lane
	if w == nil {
		w = &watched{}
		t.lane = w
	}
	if w.minute == m.minutes || m.now.IsZero() {
		return w
	}
	w.minute = m.minutes
	for len(w.all) < len(m.order[0].values)-1 && len(w.all) < kept-1 {
		w.unseen()
	}
	w.unseen()
	seen := m.named[t.asset]["positions"].seen
	if t.floor != nil {
		t.floor.read(m, seen)
	}
	if len(seen) >= looksLeast {
		n := len(w.all) - 1
		w.mid[n], w.whole[n], w.all[n] = w.count(t.corners, seen)
	}
	// The usual share is learnt with half an hour's delay, so that what begins now
	// does not look usual.
	if n := len(w.all); n > 30 {
		if a := w.all[n-31]; a == a {
			w.people, w.there = w.people+a, w.there+w.mid[n-31]
		}
	}
	w.share = (w.there + usualShare*usualPeople) / (w.people + usualPeople)
	return w
}

// unseen is a minute in which nothing is seen until it is counted.
func (w *watched) unseen() {
	for _, s := range []*series{&w.mid, &w.whole, &w.all} {
		*s = push(*s, math.NaN())
	}
}

// looksLeast is how often in a minute a camera must tell where people are: of one
// glance a minute at most of those who walk through a lane stay unseen.
const looksLeast = 4

// spot is a place of a quarter of a metre.
type spot [2]int

const (
	spotSize  = 0.25 // m
	stillFrom = 3    // minutes at one spot from which on somebody counts as standing there, not as passing
)

// count is how many people were, on average, in the middle of a lane, in all of it
// and on the floor. Who has been standing at one spot all the while is not counted
// in the middle: nobody gets away who stands where something was put down.
func (w *watched) count(c [4]float64, seen []twin.Sample) (mid, whole, all float64) {
	half, z := middlePart/2*(c[3]-c[1]), (c[1]+c[3])/2
	times := map[spot]int{}
	here := map[spot]bool{}
	for _, s := range seen {
		clear(here)
		for i := 0; i+1 < len(s.Vector); i += 2 {
			x, y := s.Vector[i], s.Vector[i+1]
			all++
			if !(x > c[0]-0.05 && x < c[2]+0.05 && y > c[1] && y < c[3]) {
				continue
			}
			whole++
			if math.Abs(y-z) >= half {
				continue
			}
			at := spot{int(math.Round(x / spotSize)), int(math.Round(y / spotSize))}
			here[at] = true
			if w.still[at] < stillFrom {
				mid++
			}
		}
		for at := range here {
			times[at]++
		}
	}
	still := map[spot]int{}
	w.longest = 0
	for at, n := range times {
		if n == len(seen) {
			still[at] = w.still[at] + 1
			w.longest = max(w.longest, float64(still[at]))
		}
	}
	w.still = still
	n := float64(len(seen))
	return mid / n, whole / n, all / n
}

const tillReach = 1.0 // m about a till in which who stands there is served or waits

// atTills are the places where people are served or wait.
func atTills(site *twin.Site) [][4]float64 {
	var out [][4]float64
	for _, a := range site.Assets {
		if w, d := a.Size[0], a.Size[2]; a.Class == "checkout" && w > 0 && d > 0 {
			if q := math.Mod(math.Abs(a.Pose.Yaw), math.Pi); q > math.Pi/4 && q < 3*math.Pi/4 {
				w, d = d, w
			}
			x, z := a.Pose.Position[0], a.Pose.Position[2]
			out = append(out, [4]float64{x - w/2 - tillReach, z - d/2 - tillReach, x + w/2 + tillReach, z + d/2 + tillReach})
		}
	}
	return out
}
