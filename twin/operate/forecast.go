package operate

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// The forecast is of first order: after a disturbance ends, what is left of it
// decays as exp(−t/τ). The time constant is identified from this cabinet's own
// past, by least squares over a grid: from how it recovered after its defrosts,
// or else from how the disturbance itself came (a linear system of first order
// goes and comes with the same τ). Where neither is seen, τ is a guess with a
// wide interval, and the points say so by their bounds.
const (
	tauMin       = 1 * time.Minute
	tauMax       = 60 * time.Minute
	tauSteps     = 40
	tauGuess     = 12 * time.Minute // air and goods near it, in a loaded cabinet; see tauDoubt
	tauDoubt     = 3.0              // factor either way of a guess
	fitMin       = 6                // minutes of course, to fit a τ to
	fitShare     = 0.5              // of the course that a fit must explain
	pointsAhead  = 13               // of a forecast
	remains      = 0.35             // share of the disturbance that may be left when the effect counts as come
	withinMin    = 20 * time.Minute
	goneMin      = 30 * time.Minute // to be told no more: a cycle of the compressor, what a perceiver then takes to let go, and calmEnds looks
	withinMax    = 75 * time.Minute // with the smoothing it must fit into what a State keeps
	effectSmooth = 10 * time.Minute // of what is judged: at least one cycle of the compressor
	worseShare   = 0.75             // of the disturbance on top of it, that is worse than meant
)

// timeConstant is a τ with the range in which it may lie.
type timeConstant struct{ best, low, high time.Duration }

// fitted is a course T(t) = end + reach·exp(−t/τ) through means.
type fitted struct {
	tau        timeConstant
	end, reach float64
	error      float64  // root mean square of what is left
	others     []fitted // of another τ, that fit as well within two standard errors
}

// rollForward identifies a signal's course and carries it on; what was computed
// for one action holds for the next.
func (o *Operator) rollForward(v *vigil, id twin.SignalID, was course, onset, now time.Time) rolled {
	if !v.rolledAt.Equal(now) || !v.rolledOf.Equal(onset) || v.rolled == nil {
		v.rolled, v.rolledAt, v.rolledOf = map[twin.SignalID]rolled{}, now, onset
	}
	r, ok := v.rolled[id]
	if !ok {
		b := o.blocks(v, id, onset, now, time.Minute)
		f, fits := fit(b)
		r.tau = o.tauOf(v, id, onset, f, fits)
		r.within = min(max(4*r.tau.high, withinMin), withinMax)
		r.idle = o.doNothing(id, was, onset, now, r.within, b, f, fits)
		v.rolled[id] = r
	}
	return r
}

// remainder is how much of a disturbance may be left when the effect of an
// action that takes a share of it away counts as come.
func remainder(share float64) float64 { return 1 - share*(1-remains) }

// shareOf is the share that an effect was predicted with.
func shareOf(e twin.Effect) float64 {
	if e.Share == 0 {
		return 1
	}
	return e.Share
}

// usualOf is the normal course that an effect was predicted from. The journal
// keeps it so, when the state and this run of the program know it no more.
func usualOf(e twin.Effect) course {
	off := (e.High - e.Low) / (1 + remainder(shareOf(e)))
	mean := e.Low + off
	if e.Worse < e.Low {
		mean = e.High - off
	}
	return course{mean, spreadFloor + spreadShare*math.Abs(mean)}
}

// decay is the course of a disturbance of which a share ends and the rest goes on
// as it would by itself. Its bounds are those of the time constant, of the share
// and of what goes on.
func decay(now time.Time, within, delay time.Duration, was course, off float64, tau timeConstant, share Share, idle []twin.Point) []twin.Point {
	out := make([]twin.Point, pointsAhead)
	for i := range out {
		at := within * time.Duration(i) / (pointsAhead - 1)
		on := twin.Point{Value: was.mean + off, Low: was.mean + off, High: was.mean + off}
		if i < len(idle) {
			on = idle[i]
		}
		left := func(share float64, tau time.Duration, goesOn float64) float64 {
			return was.mean + (1-share)*(goesOn-was.mean) + share*off*math.Exp(-max(at-delay, 0).Seconds()/tau.Seconds())
		}
		p := twin.Point{At: now.Add(at), Value: left(share.Likely, tau.best, on.Value)}
		p.Low, p.High = p.Value, p.Value
		for _, s := range [...]float64{share.Least, share.Most} {
			for _, t := range [...]time.Duration{tau.low, tau.high} {
				for _, g := range [...]float64{on.Low, on.High} {
					x := left(s, t, g)
					// What it comes back to is known to a spread; where it is now is seen.
					doubt := s * was.spread * (1 - math.Exp(-max(at-delay, 0).Seconds()/t.Seconds()))
					p.Low, p.High = min(p.Low, x-doubt), max(p.High, x+doubt)
				}
			}
		}
		out[i] = p
	}
	return out
}

// doNothing carries the course since the onset on. Its bounds are what courses
// of first order that fit as well may come to; where too little was seen to fit
// one, what a disturbance of the guessed τ may come to.
func (o *Operator) doNothing(id twin.SignalID, was course, onset, now time.Time, within time.Duration, b []block, f fitted, ok bool) []twin.Point {
	is, _ := average(o.state, id, now.Add(-effectSmooth), now, o.hold(id))
	if len(b) > 0 {
		is = b[len(b)-1].mean
	}
	grown := func(t time.Duration) float64 {
		return 1 - math.Exp(-max(t, time.Minute).Seconds()/tauGuess.Seconds())
	}
	out := make([]twin.Point, pointsAhead)
	bounds := o.goesOn(id, was, is)
	for i := range out {
		ahead := within * time.Duration(i) / (pointsAhead - 1)
		p := twin.Point{At: now.Add(ahead), Value: is}
		if ok {
			p.Value = f.at(p.At.Sub(b[0].at))
			p.Low, p.High = f.bounds(p.At.Sub(b[0].at))
			width := 2 * f.error * math.Sqrt(1+ahead.Seconds()/max(now.Sub(onset).Seconds(), 60))
			p.Low, p.High = p.Low-width, p.High+width
		} else {
			since := now.Sub(onset)
			width := was.spread + math.Abs(is-was.mean)*(grown(since+ahead)/grown(since)-1)
			p.Low, p.High = is-width, is+width
		}
		out[i] = bounds.hold(p)
	}
	return out
}

// span is a range of values.
type span struct{ low, high float64 }

// hold keeps a point within a span.
func (s span) hold(p twin.Point) twin.Point {
	p.Low, p.High = max(p.Low, s.low), min(p.High, s.high)
	p.Value = min(max(p.Value, s.low), s.high)
	p.Low, p.High = min(p.Low, p.Value), max(p.High, p.Value)
	return p
}

// goesOn is how far a signal can go if nothing is done. On the side away from the
// disturbance no farther than what is usual of it, or it would be mended by itself;
// and what is colder than the air around it gets no warmer than that.
func (o *Operator) goesOn(id twin.SignalID, was course, is float64) span {
	out := span{math.Inf(-1), math.Inf(1)}
	const usually = 2 // spreads
	if is > was.mean {
		out.low = was.mean - usually*was.spread
	} else {
		out.high = was.mean + usually*was.spread
	}
	g, ok := o.site.Signal(id)
	if !ok || g.Unit != "°C" {
		return out
	}
	if air, ok := o.airAround(); ok && is < air && was.mean < air {
		out.high = min(out.high, air)
	}
	return out
}

// airAround is the warmest air that the site's climate sensors tell of.
func (o *Operator) airAround() (warmest float64, ok bool) {
	warmest = math.Inf(-1)
	for _, a := range o.site.Assets {
		if a.Class != "climate-sensor" {
			continue
		}
		if s := o.state.Latest(twin.SignalOf(a.ID, "temperature")); s.Live() {
			warmest, ok = max(warmest, s.Value), true
		}
	}
	return warmest, ok
}

// bounds are the least and the greatest value of all courses that fit as well.
func (f fitted) bounds(t time.Duration) (low, high float64) {
	low = f.at(t)
	high = low
	for _, g := range f.others {
		low, high = min(low, g.at(t)), max(high, g.at(t))
	}
	return low, high
}

func (f fitted) at(t time.Duration) float64 {
	return f.end + f.reach*math.Exp(-t.Seconds()/f.tau.best.Seconds())
}

// tauOf identifies the time constant of a signal; f is its course since the onset,
// where it fits one.
func (o *Operator) tauOf(v *vigil, id twin.SignalID, onset time.Time, f fitted, fits bool) timeConstant {
	if end, ok := o.lastDefrost(v, onset); ok {
		// Within Recovery everything counts as disturbed; here that is what is wanted.
		free := &vigil{asset: v.asset}
		if f, ok := fit(o.blocks(free, id, end, minTime(end.Add(o.watch.Recovery), onset), time.Minute)); ok {
			return f.tau
		}
	}
	if fits {
		return f.tau
	}
	return timeConstant{
		best: tauGuess,
		low:  time.Duration(float64(tauGuess) / tauDoubt),
		high: min(time.Duration(float64(tauGuess)*tauDoubt), tauMax),
	}
}

// lastDefrost is the end of the newest defrost before a moment.
func (o *Operator) lastDefrost(v *vigil, before time.Time) (time.Time, bool) {
	if v.defrost == "" {
		return time.Time{}, false
	}
	s := o.state.Window(v.defrost, time.Time{}, before)
	for i := len(s) - 1; i > 0; i-- {
		if s[i].Value <= 0.5 && s[i-1].Value > 0.5 {
			return s[i].At, true
		}
	}
	return time.Time{}, false
}

// fit puts a course of first order through means, the first of which is at
// time zero. It fails when they are too few, or not of such a course.
func fit(b []block) (fitted, bool) {
	if len(b) < fitMin {
		return fitted{}, false
	}
	var mean, total float64
	for _, x := range b {
		mean += x.mean / float64(len(b))
	}
	for _, x := range b {
		total += (x.mean - mean) * (x.mean - mean)
	}
	if total == 0 {
		return fitted{}, false
	}
	var (
		best fitted
		rest = math.Inf(1)
		all  [tauSteps]fitted
		left [tauSteps]float64
	)
	for i := range tauSteps {
		all[i], left[i] = fitTau(b, gridTau(i))
		if left[i] < rest {
			best, rest = all[i], left[i]
		}
	}
	if rest > (1-fitShare)*total {
		return fitted{}, false
	}
	best.error = math.Sqrt(rest / float64(len(b)))
	best.tau.low, best.tau.high = best.tau.best, best.tau.best
	bound := rest * (1 + 4/float64(len(b)-2)) // two standard errors of one parameter
	for i := range tauSteps {
		if left[i] <= bound {
			best.tau.low, best.tau.high = min(best.tau.low, gridTau(i)), max(best.tau.high, gridTau(i))
			best.others = append(best.others, all[i])
		}
	}
	return best, true
}

// gridTau is the i-th of tauSteps time constants, evenly spaced in their
// logarithm.
func gridTau(i int) time.Duration {
	return time.Duration(float64(tauMin) * math.Pow(float64(tauMax)/float64(tauMin), float64(i)/(tauSteps-1)))
}

// fitTau is the best end and reach for one τ (linear least squares), and the
// squares that are left.
func fitTau(b []block, tau time.Duration) (fitted, float64) {
	var n, se, see, sy, sey float64
	for _, x := range b {
		e := math.Exp(-x.at.Sub(b[0].at).Seconds() / tau.Seconds())
		n, se, see, sy, sey = n+1, se+e, see+e*e, sy+x.mean, sey+e*x.mean
	}
	det := n*see - se*se
	if det < 1e-9 {
		return fitted{}, math.Inf(1)
	}
	f := fitted{tau: timeConstant{best: tau}, reach: (n*sey - se*sy) / det}
	f.end = (sy - f.reach*se) / n
	var rest float64
	for _, x := range b {
		d := x.mean - f.at(x.at.Sub(b[0].at))
		rest += d * d
	}
	return f, rest
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
