package scenario

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Noise is how samples arrive.
type Noise struct {
	Missing    float64 `json:"missing"`    // share of samples that never arrive
	Late       float64 `json:"late"`       // share that arrives after newer ones
	Duplicated float64 `json:"duplicated"` // share that arrives again
	Jumps      []Jump  `json:"jumps"`
	// Silent tells how a lost link shows: values stand still; else they turn bad.
	Silent bool `json:"silent"`
}

// Jump is a gateway's clock that is wrong for a while.
type Jump struct {
	Gateway string    `json:"gateway"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	By      float64   `json:"by_s"` // s that it is ahead
}

func drawNoise(d store.Dice, gateways []string, start time.Time) Noise {
	n := Noise{Missing: 0.03 * d.Float64() * d.Float64(), Late: 0.01 * d.Float64(), Duplicated: 0.01 * d.Float64(), Silent: d.Chance(0.5)}
	if d.Chance(0.15) && len(gateways) > 0 {
		from := start.Add(time.Duration(15+d.IntN(150)) * time.Minute)
		n.Jumps = append(n.Jumps, Jump{Gateway: gateways[d.IntN(len(gateways))], From: from, To: from.Add(time.Duration(5+d.IntN(40)) * time.Minute),
			By: math.Round(d.Between(-3600, 3600))})
	}
	return n
}

// heldMax is how many showings a late sample stays away at most.
const heldMax = 4

// arrival is what a channel remembers of a point.
type arrival struct {
	way  string
	lot  store.Lot
	n    int64 // showings so far
	last point.Sample
	held point.Sample
	wait int // showings until the held one arrives; 0: none is held
	told bool
}

// Arrive is the sample that comes of the i-th point now, if one does.
func (p *Play) Arrive(i int, q *point.Point) (point.Sample, bool) {
	if p.ways == nil {
		p.ways = make([]arrival, len(p.points))
		for k, q := range p.points {
			p.ways[k].way, p.ways[k].lot = p.World.Way(q.Device), p.lot.Named(q.ID())
		}
	}
	a := &p.ways[i]
	a.n++ // also of what does not come: the lot of each showing is its own
	lot := a.lot.Of(a.n)
	_, now := p.Times()
	if a.way != "" && p.World.Down(a.way) || q.Device != "" && p.World.Down(q.Device) {
		if p.Plan.Link.Silent || a.told {
			return point.Sample{}, false
		}
		a.told = true
		return point.Sample{At: now, Quality: point.Lost}, true
	}
	a.told = false
	s := point.Sample{At: now.Add(p.clock(a.way, now))}
	if q.Kind == point.Floats {
		s.List = q.List()
		return s, true
	}
	s.Value = q.Get()
	if q.Set != nil {
		return s, true // a register of the gateway itself
	}
	if a.wait > 0 {
		if a.wait--; a.wait == 0 {
			return a.held, true
		}
	}
	n := &p.Plan.Link
	switch x := lot.Even(); {
	case x < n.Missing:
		return s, false
	case x < n.Missing+n.Late && a.wait == 0:
		a.held, a.wait = s, 1+lot.Named("held").Choice(heldMax)
		return s, false
	case x < n.Missing+n.Late+n.Duplicated && !a.last.At.IsZero():
		return a.last, true
	}
	a.last = s
	return s, true
}

// Reachable tells whether what is written to a device gets there. A gateway's own
// registers are reached past it.
func (p *Play) Reachable(device string) bool {
	way := p.World.Way(device)
	return way == "" || !p.World.Down(way)
}

func (p *Play) clock(way string, now time.Time) time.Duration {
	for _, j := range p.Plan.Link.Jumps {
		if j.Gateway == way && !now.Before(j.From) && now.Before(j.To) {
			return time.Duration(j.By * float64(time.Second))
		}
	}
	return 0
}
