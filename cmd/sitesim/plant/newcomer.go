package plant

import (
	"hash/fnv"
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

const (
	newcomerLag  = 30.0   // s, with which an instrument of a newcomer follows its sibling's
	newcomerDiff = 0.03   // share by which two devices of one class differ
	waveSeconds  = 300.0  // period of a sensor of which only the name is known
	day          = 86400. // s
)

// Sibling is the first device of a class that the shop was built with; false
// when it has none.
func Sibling(class string) (store.Device, bool) {
	for _, d := range store.Devices() {
		if d.Class == class {
			return d, true
		}
	}
	return store.Device{}, false
}

// Newcomer lists the points of a device that is put in while the shop runs. It
// stands beside a sibling of its class and sees the same room and the same
// shoppers: each instrument follows the sibling's with a lag and a difference of
// its own, and what is set stands by itself. It gives no heat and takes no part
// in the room. A class of which the shop has none is a sensor with one value.
func (p *Plant) Newcomer(device, class string) []point.Point {
	h := fnv.New32a()
	h.Write([]byte(device))
	part := float64(h.Sum32()) / math.MaxUint32 // 0 to 1
	like, ok := Sibling(class)
	if !ok {
		return []point.Point{point.Computed(device, "Value", "", 0, 100, func() float64 {
			return 50 + 40*math.Sin(2*math.Pi*(part+math.Mod(float64(p.Now.Unix()), day)/waveSeconds))
		})}
	}
	var all []point.Point
	for _, q := range p.Points() {
		if q.Device != like.ID || q.Kind == point.Floats { // one camera tells where people are
			continue
		}
		q.Device = device
		switch {
		case q.Momentary:
			q.Set = func(float64) {}
		case q.Set != nil:
			v := q.Get()
			q.Get, q.Set = func() float64 { return v }, func(x float64) { v = x }
		case q.Kind == point.Double:
			q.Get = p.following(q, 1+newcomerDiff*(2*part-1))
		}
		all = append(all, q)
	}
	return all
}

// following reads q through a first-order lag and a gain.
func (p *Plant) following(q point.Point, gain float64) func() float64 {
	want := func() float64 { return min(max(q.Get()*gain, q.Low), q.High) }
	v, at := want(), p.Now
	return func() float64 {
		if dt := p.Now.Sub(at).Seconds(); dt > 0 {
			v += (want() - v) * (1 - math.Exp(-dt/newcomerLag))
			at = p.Now
		}
		return math.Round(v*1e4) / 1e4
	}
}
