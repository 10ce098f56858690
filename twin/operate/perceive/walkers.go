package perceive

import (
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Positions carry no names. From one look to the next who has stayed is known by
// the place, and of the others they are taken to be the same who had the least way.
const (
	samePlace  = 0.3              // m
	fastest    = 1.5              // m/s, along aisles
	lookGap    = 15 * time.Second // between two looks beyond which nobody is followed
	paceMore   = 1.05
	paceLess   = 0.93
	stopCost   = 1.0 // of stopping within a step, beside which the others are set
	hasteCost  = 1.0 // of more than any step before, which was around a corner then
	wallCost   = 2.0
	turnCost   = 1.0
	lostCost   = 4.0
	pausesFor  = 2 // looks at one place from which on somebody stands there
	lingersFor = 121 * time.Second
	beforeIt   = 1.2 // m from a lane's middle at most at which somebody stands before it
)

// walker is somebody who is followed.
type walker struct {
	x, z   float64
	since  time.Time // at this place
	seen   time.Time // last
	looks  int       // at this place
	from   [2]float64
	left   bool    // a place that they had stood at, and have come to no other
	pace   float64 // m/s; 0: not known
	wasX   float64 // at the last look
	wasZ   float64
	passed []bool // lanes that they walked through since
	in     []bool // lanes that they are in the middle of
	slow   bool   // they have lingered here, and it was counted
	stay   stay
}

// walkers are the people of a floor and what their ways tell of its lanes.
type walkers struct {
	ways    *ways
	tills   [][4]float64
	lanes   [][4]float64
	people  []walker
	at      time.Time
	minute  int
	walks   series   // that began, at no till: who goes for something
	lingers series   // that lasted for long
	passed  []series // who came into the middle of each lane, and was seen there
	crossed []series // who must have come through it between two looks
	around  []series // ways on which a lane was the shortest, and was not taken
	turned  []series // who came into each lane, for nothing at its ends, and left where they had come in
	// What is usual, learnt with half an hour's delay.
	about    float64   // walks
	visitors []float64 // by lane
}

func newWalkers(site *twin.Site, lanes [][4]float64) *walkers {
	n := len(lanes)
	return &walkers{ways: newWays(site, lanes), tills: atTills(site), lanes: lanes,
		passed: make([]series, n), crossed: make([]series, n), around: make([]series, n), turned: make([]series, n), visitors: make([]float64, n)}
}

// usualAfter is how long what is seen is not taken for usual, minutes.
const usualAfter = 30

// read takes in the looks of a minute.
func (w *walkers) read(m *memory, seen []twin.Sample) {
	if w.minute == m.minutes {
		return
	}
	w.minute = m.minutes
	for len(w.walks) < len(m.order[0].values)-1 && len(w.walks) < kept-1 {
		w.unseen()
	}
	w.unseen()
	if len(seen) < looksLeast {
		w.people = nil
	} else {
		n := len(w.walks) - 1
		w.walks[n], w.lingers[n] = 0, 0
		for k := range w.lanes {
			w.passed[k][n], w.crossed[k][n], w.around[k][n], w.turned[k][n] = 0, 0, 0, 0
		}
		for _, s := range seen {
			w.look(s)
		}
	}
	if n := len(w.walks); n > usualAfter {
		if a := w.walks[n-1-usualAfter]; a == a {
			w.about += a
			for k := range w.lanes {
				w.visitors[k] += w.passed[k][n-1-usualAfter] + w.crossed[k][n-1-usualAfter]
			}
		}
	}
}

func (w *walkers) unseen() {
	w.walks, w.lingers = push(w.walks, math.NaN()), push(w.lingers, math.NaN())
	for k := range w.lanes {
		for _, s := range []*series{&w.passed[k], &w.crossed[k], &w.around[k], &w.turned[k]} {
			*s = push(*s, math.NaN())
		}
	}
}

// How often somebody who goes for something comes through the middle of a lane,
// before anybody has been watched for long.
const (
	usualVisits = 0.085
	usualWalks  = 300.0 // that it counts like
	likeOthers  = 400.0 // walks that the other lanes count like
)

// rate of visits to the middle of a lane, of a walk: the more is seen of it the less
// it is taken to be like the others, and these like any.
func (w *walkers) rate(lane int) float64 {
	visits, walks := usualVisits*usualWalks, usualWalks
	for _, v := range w.visitors {
		visits, walks = visits+v, walks+w.about
	}
	return (w.visitors[lane] + likeOthers*visits/walks) / (w.about + likeOthers)
}

// What a minute tells of whether a lane is blocked is the logarithm of how much
// likelier it is if so, as counted in recorded runs of healthy and of blocked lanes, of
// which nobody was seen in the middle of these. Of a visit that was to be expected and did
// not come that is 1, less what goes around instead. Who turns before it mostly goes
// around it then, and is counted there: of the 3.3 that it tells alone two are left.
const (
	aroundTells  = 3.4  // a way around, which is rare past a lane that is free
	noneTells    = 0.38 // that none goes around, of a visit expected
	crossedTells = 3.5  // who must have come through, but was not seen there
	turnedTells  = 2.0  // who came in and turned
)

// silence is what has gathered since somebody was in the middle of a lane.
type silence struct {
	tells, expected, around, turned float64
	minutes                         int
}

// since somebody was in the middle of a lane.
func (w *walkers) since(lane int) silence {
	rate := w.rate(lane)
	s := silence{}
	for i, v := range w.passed[lane] {
		switch {
		case v != v:
		case v > 0:
			s = silence{}
			continue
		default:
			e, a, t := rate*w.walks[i], w.around[lane][i], w.turned[lane][i]
			s.tells = max(0, s.tells+(1-noneTells)*e+aroundTells*a+turnedTells*t-crossedTells*w.crossed[lane][i])
			s.expected, s.around, s.turned = s.expected+e, s.around+a, s.turned+t
		}
		s.minutes++
	}
	return s
}

// row adds what the ways of people tell of a lane.
func (w *walkers) row(lane int, r *row) {
	sum := func(s series, b int) float64 {
		if v := s.few(0, b); v == v {
			return v * float64(min(b, len(s)))
		}
		return math.NaN()
	}
	rate := w.rate(lane)
	now := w.since(lane)
	r.add("evidence that nobody can come through", "", "positions", now.tells)
	// Of a lane that many come to, chance brings longer silences: each visit begins one.
	hourly := rate * sum(w.walks, 60) * 60 / float64(max(1, min(60, len(w.walks))))
	r.add("evidence beyond what chance brings in an hour", "", "positions", now.tells-math.Log(max(hourly, 1)))
	r.add("visits expected since the last", "", "positions", now.expected)
	r.add("ways around it since the last visit", "", "positions", now.around)
	r.add("people who came in and turned since the last visit", "", "positions", now.turned)
	r.add("since the last visit", "min", "positions", float64(min(now.minutes, 90)))
	for _, b := range []int{10, 20} {
		r.add("visits, "+minutes(b), "", "positions", sum(w.passed[lane], b))
		r.add("visits expected, "+minutes(b), "", "positions", rate*sum(w.walks, b))
		r.add("ways around it, "+minutes(b), "", "positions", sum(w.around[lane], b))
		r.add("people who came in and turned, "+minutes(b), "", "positions", sum(w.turned[lane], b))
	}
	r.add("visits of those expected, 20 min", "", "positions", ratio(sum(w.passed[lane], 20), rate*sum(w.walks, 20)))
	r.add("usual visits of a walk", "", "positions", rate)
	r.add("walks, 20 min", "", "positions", sum(w.walks, 20))
	r.add("people who linger, of walks, 20 min", "", "positions", ratio(sum(w.lingers, 20), sum(w.walks, 20)))
}

func within(all [][4]float64, x, z float64) bool {
	return slices.ContainsFunc(all, func(q [4]float64) bool { return x > q[0] && x < q[2] && z > q[1] && z < q[3] })
}

// middle tells whether a place is in the middle of a lane; beside is on which side
// of it in the lane it is, 0 when it is elsewhere.
func (w *walkers) middle(lane int, x, z float64) (in bool, beside int) {
	c := w.lanes[lane]
	if !(x > c[0]-0.05 && x < c[2]+0.05 && z > c[1]-1.5 && z < c[3]+1.5) {
		return false, 0
	}
	half, at := middlePart/2*(c[3]-c[1]), z-(c[1]+c[3])/2
	switch {
	case math.Abs(at) < half:
		return true, 0
	case at < 0:
		return false, -1
	}
	return false, 1
}

// look follows everybody to a new look.
func (w *walkers) look(s twin.Sample) {
	n := len(s.Vector) / 2
	dt := s.At.Sub(w.at)
	old := w.people
	if dt <= 0 || dt > lookGap {
		old = nil
	}
	w.at = s.At
	people := make([]walker, n)
	follows := make([]int, n)
	for i := range people {
		people[i].x, people[i].z = s.Vector[2*i], s.Vector[2*i+1]
		follows[i] = -1
	}
	left := w.stayed(old, people, follows)
	var moved []int
	for j, i := range follows {
		if i < 0 {
			moved = append(moved, j)
		}
	}
	costs := make([][]float64, len(left))
	for a, i := range left {
		costs[a] = make([]float64, len(moved))
		for b, j := range moved {
			costs[a][b] = w.unlike(&old[i], &people[j], dt.Seconds())
		}
	}
	for a, b := range assign(costs, lostCost) {
		if b >= 0 {
			follows[moved[b]] = left[a]
		}
	}
	for j := range people {
		var o *walker
		if follows[j] >= 0 {
			o = &old[follows[j]]
		}
		w.follow(&people[j], o, s.At)
		for k := range w.lanes {
			if o == nil && old != nil && people[j].in[k] { // whoever that is, one can come there
				w.passed[k][len(w.walks)-1]++
			}
		}
	}
	w.people = people
}

// stayed finds who is where they were, and returns the others.
func (w *walkers) stayed(old, people []walker, follows []int) (left []int) {
	for i := range old {
		best, least := -1, samePlace
		for j := range people {
			if d := math.Abs(old[i].x-people[j].x) + math.Abs(old[i].z-people[j].z); d < least && follows[j] < 0 {
				best, least = j, d
			}
		}
		if best < 0 {
			left = append(left, i)
			continue
		}
		follows[best] = i
	}
	return left
}

// unlike is how unlikely it is that somebody has come from a place to another. Who
// walks keeps their pace, as long as they do not stop on the way.
func (w *walkers) unlike(o, p *walker, dt float64) float64 {
	step := math.Abs(o.x-p.x) + math.Abs(o.z-p.z)
	if step > fastest*dt+samePlace {
		return math.Inf(1)
	}
	cost := step / (fastest * dt)
	if o.pace > 0 && step < o.pace*dt*paceLess {
		cost += stopCost
	}
	if o.pace > 0 && step > o.pace*dt*paceMore+samePlace {
		cost += hasteCost
	}
	if !w.ways.open(o.x, o.z, p.x, p.z) {
		cost += wallCost
	}
	if o.looks == 1 && math.Abs(o.wasX-p.x)+math.Abs(o.wasZ-p.z) < step {
		cost += turnCost
	}
	return cost
}

// follow goes on with somebody from where they were; nil: they were not seen.
func (w *walkers) follow(p, o *walker, now time.Time) {
	n := len(w.walks) - 1
	p.since, p.seen, p.looks = now, now, 1
	p.in = make([]bool, len(w.lanes))
	for k := range w.lanes {
		p.in[k], _ = w.middle(k, p.x, p.z)
	}
	defer func() { w.stays(p, o) }()
	if o == nil {
		return
	}
	p.wasX, p.wasZ, p.pace = o.x, o.z, o.pace
	step := math.Abs(o.x-p.x) + math.Abs(o.z-p.z)
	if step < samePlace {
		p.x, p.z, p.since, p.looks, p.slow = o.x, o.z, o.since, o.looks+1, o.slow
		p.in, p.from, p.left, p.passed = o.in, o.from, o.left, o.passed
		if p.looks == pausesFor && p.left {
			w.came(p)
		}
		if !p.slow && now.Sub(p.since) >= lingersFor && !within(w.tills, p.x, p.z) {
			p.slow = true
			w.lingers[n]++
		}
		return
	}
	if dt := now.Sub(o.seen).Seconds(); dt > 0 {
		p.pace = max(p.pace, step/dt)
	}
	p.from, p.left, p.passed = o.from, o.left, o.passed
	if o.looks >= pausesFor {
		p.from, p.left, p.passed = [2]float64{o.x, o.z}, true, nil
		if !within(w.tills, o.x, o.z) {
			w.walks[n]++
		}
	}
	for k := range w.lanes {
		_, a := w.middle(k, o.x, o.z)
		_, b := w.middle(k, p.x, p.z)
		if a*b < 0 {
			w.crossed[k][n]++
		} else if p.in[k] && !o.in[k] {
			w.passed[k][n]++
		} else if !(p.in[k] || o.in[k]) {
			continue
		}
		if p.passed == nil {
			p.passed = make([]bool, len(w.lanes))
		}
		p.passed[k] = true
	}
}

// came judges the way of somebody who has come to a place.
func (w *walkers) came(p *walker) {
	p.left = false
	if within(w.tills, p.x, p.z) && within(w.tills, p.from[0], p.from[1]) {
		return
	}
	n := len(w.walks) - 1
	for k, shortest := range w.ways.along(p.from, [2]float64{p.x, p.z}) {
		if in, _ := w.middle(k, p.from[0], p.from[1]); shortest && !in && !p.in[k] && !(p.passed != nil && p.passed[k]) {
			w.around[k][n]++
		}
	}
}
