package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

// watched are the people in a lane and on the floor.
type watched struct {
	mid, whole, all series
	came, shopping  series  // who came into the middle, a number; who is on the floor and at no till
	inMiddle        int     // at the last look; -1: there was none
	visitors, about float64 // that what is usual was learnt of: visits, person·min
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
		w = &watched{inMiddle: -1}
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
	if seen := m.tracks[twin.SignalOf(t.asset, "positions")].seen; len(seen) >= looksLeast {
		n := len(w.all) - 1
		w.mid[n], w.whole[n], w.all[n] = w.count(t.corners, seen)
		w.came[n], w.shopping[n] = w.visit(t.corners, t.queues, seen)
	} else {
		w.inMiddle = -1
	}
	// The usual share is learnt with half an hour's delay, so that what begins now
	// does not look usual.
	if n := len(w.all); n > 30 {
		if a := w.all[n-31]; a == a {
			w.people, w.there = w.people+a, w.there+w.mid[n-31]
			w.about, w.visitors = w.about+w.shopping[n-31], w.visitors+w.came[n-31]
		}
	}
	w.share = (w.there + usualShare*usualPeople) / (w.people + usualPeople)
	return w
}

// unseen is a minute in which nothing is seen until it is counted.
func (w *watched) unseen() {
	for _, s := range []*series{&w.mid, &w.whole, &w.all, &w.came, &w.shopping} {
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

// How often the middle of a lane is visited, of a person on the floor in a minute,
// before anybody has been watched for long.
const (
	usualVisits   = 0.05
	visitedPeople = 100.0 // person·min that it counts like
	tillReach     = 1.0   // m about a till in which who stands there is served or waits
)

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

// visit is how many came into the middle of a lane, from one look to the next, and
// how many people were about who could have.
func (w *watched) visit(c [4]float64, queues [][4]float64, seen []twin.Sample) (came, shopping float64) {
	half, z := middlePart/2*(c[3]-c[1]), (c[1]+c[3])/2
	for _, s := range seen {
		inside := 0
	people:
		for i := 0; i+1 < len(s.Vector); i += 2 {
			x, y := s.Vector[i], s.Vector[i+1]
			if x > c[0]-0.05 && x < c[2]+0.05 && math.Abs(y-z) < half {
				inside++
			}
			for _, q := range queues {
				if x > q[0] && x < q[2] && y > q[1] && y < q[3] {
					continue people
				}
			}
			shopping++
		}
		if w.inMiddle >= 0 {
			came += float64(max(0, inside-w.inMiddle))
		}
		w.inMiddle = inside
	}
	return came, shopping / float64(len(seen))
}

// visits adds what visits tell: arrivals are independent of each other, so that
// how many were to be expected since the last tells how unlikely it is that by
// chance nobody came.
func (w *watched) visits(r *row) {
	about, rate := w.about+visitedPeople, 0.0
	rate = (w.visitors + usualVisits*visitedPeople) / about
	sum := func(s series, b int) float64 {
		if v := s.few(0, b); v == v {
			return v * float64(min(b, len(s)))
		}
		return math.NaN()
	}
	for _, b := range []int{10, 15, 20, 25} {
		r.add("visits to the middle, "+minutes(b), "", "positions", sum(w.came, b))
		r.add("visits expected to the middle, "+minutes(b), "", "positions", rate*sum(w.shopping, b))
	}
	r.add("visits to the middle of those expected, 20 min", "", "positions", ratio(sum(w.came, 20), rate*sum(w.shopping, 20)))
	since, quiet := 0.0, 0
	for i := len(w.came) - 1; i >= 0 && !(w.came[i] > 0); i-- {
		if v := w.shopping[i]; v == v {
			since += v
		}
		quiet++
	}
	r.add("visits expected since the last to the middle", "", "positions", rate*since)
	r.add("surprise that nobody came to the middle since", "", "positions", (w.visitors+usualVisits*visitedPeople)*math.Log1p(since/about))
	r.add("since the last visit to the middle", "min", "positions", float64(min(quiet, 90)))
	r.add("usual visits to the middle", "1/(person·min)", "positions", rate)
	r.add("shopping, 20 min", "person·min", "positions", sum(w.shopping, 20))
}
