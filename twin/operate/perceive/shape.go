package perceive

import (
	"math"
	"slices"
)

// The probe among the goods follows the air, late and by a part, and by the rest the goods,
// which follow it in hours; whatever the air's own probe says. So what is left of it, when
// that is taken away, moves as that reading comes to be wrong, and hardly with compressor,
// door or defrost: it jumps with a bias and creeps with a drift.

const (
	followGuess = 0.6 // of the air's changes that the goods' probe shows, until its own changes tell
	followTied  = 20  // K² that the guess counts like
	followLeast = 0.3
	followGap   = 5   // minutes between the readings of which changes are made
	followMin   = 25  // changes; fewer tell nothing
	followSkip  = 20  // first minutes, in which it is not known what the goods have yet to follow
	followLast  = 150 // minutes in which the goods themselves come to be as warm as the air, about

	settleIn    = 15.0 // minutes in which a jump has come through to the goods' probe
	growsOn     = 0.25 // of a jump in an hour more: the goods themselves follow at last
	shapeFar    = 0.25 // K from which on a block counts less
	shapeMost   = 1.5  // K that it can miss a shape by at most
	shapeLeast  = 0.05 // K that every shape misses by
	shapeBefore = 2    // blocks that are known before a change

	jumpLeast  = 1.4          // K; a smaller jump is none that calls for anything
	jumpSure   = 1.8          // K, which nothing but the air's probe makes at once
	leanSure   = 0.4          // from which on a jump is beyond doubt
	leanNone   = -0.5         // of a jump that is too small
	leanWeight = 60 / blockOf // blocks of an hour: as many say the same
	weighFrom  = 0.2          // probability from which on it is asked
	weighLeast = 0.01
)

var (
	followLags = []float64{3, 4.5, 6, 8} // minutes
	creepGrown = []float64{105, kept}    // minutes after which a creep has come to its end
)

// lagged is a signal as something sees it that takes a while to follow.
func (s series) lagged(lag float64) series {
	out := make(series, len(s))
	y := math.NaN()
	for i, v := range s {
		switch {
		case y != y:
			y = v
		case v == v:
			y += (v - y) / lag
		}
		out[i] = y
	}
	return out
}

// unfollowed is what is left of a signal that follows another one, told as changes of that,
// in blocks of minutes from the oldest; nil while too little is known. By how much and how late it follows is learnt of
// their changes, so that it does not matter when either went wrong.
func (s series) unfollowed(other series) (at, value []float64) {
	n := min(len(s), len(other))
	s, other = s[len(s)-n:], other[len(other)-n:]
	best, part := series(nil), math.NaN()
	least := math.Inf(1)
	var x, y, miss []float64
	for _, lag := range followLags {
		late := other.lagged(lag)
		x, y = x[:0], y[:0]
		for i := followSkip; i < n; i++ {
			dx, dy := late[i]-late[i-followGap], s[i]-s[i-followGap]
			if dx == dx && dy == dy && other[i] == other[i] {
				x, y = append(x, dx), append(y, dy)
			}
		}
		if len(x) < followMin {
			return nil, nil
		}
		miss = append(miss[:0], make([]float64, len(x))...)
		g := followGuess
		for turn := range learntTurn {
			xx, xy := float64(followTied), followTied*followGuess
			for i := range x {
				w := 1.0
				if turn > 0 {
					w = 1 / max(learntFar, miss[i])
				}
				xx, xy = xx+w*x[i]*x[i], xy+w*x[i]*y[i]
			}
			g = min(max(xy/xx, followLeast), 1)
			for i := range x {
				miss[i] = math.Abs(y[i] - g*x[i])
			}
		}
		sum := 0.0
		for _, v := range miss {
			sum += min(missMost, v)
		}
		if v := sum / float64(len(miss)); v < least {
			best, part, least = late, g, v
		}
	}
	last := other.lagged(followLast)
	few := make([]float64, 0, blockOf)
	for end := n; end-blockOf >= followSkip; end -= blockOf {
		few = few[:0]
		for i := end - blockOf; i < end; i++ {
			if v := (s[i] - part*best[i] - (1-part)*last[i]) / part; v == v {
				few = append(few, v)
			}
		}
		if len(few) >= 2 {
			at, value = append(at, float64(end)-blockOf/2.), append(value, median(few))
		}
	}
	slices.Reverse(at)
	slices.Reverse(value)
	return at, value
}

// jumpAndCreep are the jump and the creep that fit best, from whatever level.
func jumpAndCreep(at, value []float64) (jump, creep change) {
	nothing := change{math.NaN(), math.NaN(), math.NaN()}
	jump, creep = nothing, nothing
	if len(at) < 2*fromBlock {
		return jump, creep
	}
	end := at[len(at)-1] + blockOf/2.
	shape, weight := make([]float64, len(at)), make([]float64, len(at))
	fit := func(best *change, from float64, of func(since float64) float64) {
		for i, t := range at {
			shape[i], weight[i] = 0, 1
			if t > from {
				shape[i] = of(t - from)
			}
		}
		size, miss := 0.0, 0.0
		for range learntTurn {
			var n, h, v, hh, hv float64
			for i, w := range weight {
				n, h, v, hh, hv = n+w, h+w*shape[i], v+w*value[i], hh+w*shape[i]*shape[i], hv+w*shape[i]*value[i]
			}
			d := n*hh - h*h
			if d < 1e-9 {
				return
			}
			size = (n*hv - h*v) / d
			level := (v - size*h) / n
			miss = 0
			for i := range weight {
				e := math.Abs(value[i] - level - size*shape[i])
				weight[i] = 1 / max(shapeFar, e)
				miss += min(shapeMost, e) / float64(len(at))
			}
		}
		if !(miss >= best.miss) {
			*best = change{size: size, ago: end - from, miss: miss}
		}
	}
	for from := at[shapeBefore] + blockOf/2.; from < end-blockOf; from += blockOf {
		fit(&jump, from, func(since float64) float64 { return min(1, since/settleIn) * (1 + growsOn*since/60) })
		for _, grown := range creepGrown {
			fit(&creep, from, func(since float64) float64 { return min(since, grown) / 60 })
		}
	}
	return jump, creep
}

// weighProbe lets the goods' probe say whether the air's has jumped or crept, where the
// model holds that one of the two is wrong: p are its probabilities, by class.
func weighProbe(m *memory, t *thing, labels []string, p []float64) {
	bias, drift, ice := slices.Index(labels, "sensor-bias"), slices.Index(labels, "sensor-drift"), slices.Index(labels, "evaporator-ice")
	if p[bias]+p[drift]+p[ice] < weighFrom {
		return
	}
	at, value := m.of(t.asset, "product-temperature").unfollowed(m.of(t.asset, "air-temperature"))
	jump, creep := jumpAndCreep(at, value)
	if jump.miss != jump.miss || creep.miss != creep.miss {
		return
	}
	lean := math.Log((creep.miss + shapeLeast) / (jump.miss + shapeLeast))
	if lean > leanSure && math.Abs(jump.size) > jumpSure {
		// Less air over the coil warms air and goods alike.
		p[bias], p[ice] = p[bias]+p[ice], 0
	}
	if math.Abs(jump.size) < jumpLeast {
		lean = min(lean, leanNone)
	}
	both := p[bias] + p[drift]
	odds := (p[bias] + weighLeast) / (p[drift] + weighLeast) * math.Exp(leanWeight*lean)
	p[bias] = both * odds / (1 + odds)
	p[drift] = both - p[bias]
}
