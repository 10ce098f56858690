package forecast

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// gain is how far one interval that missed stretches later ones, in the logarithm
	// of their width, for single steps. Totals of neighbouring origins overlap and miss
	// together: theirs are stretched by less, as stretch tells.
	gain        = 0.2
	stretchMost = 2.0 // e to the two: an interval is at most 7.4 times what errors say
	halfLife    = 60  // errors after which an older one counts half
	followMost  = 400 // origins since the fit, at most, that are looked back at
)

// follower keeps the intervals of one kind of total honest where what comes varies
// otherwise than before. Their width is that of errors of earlier origins, of which
// later ones count more (Barber et al. 2023), times a factor that grows with each miss
// and shrinks with each hit, so that in the long run the wanted share is held whatever
// comes (adaptive conformal inference, Gibbs and Candès 2021; tracked as a width, not
// as a quantile, which has no end: Angelopoulos et al. 2023). What came of a total is
// known only after its last step.
type follower struct {
	steps    int
	wanted   float64   // share to miss
	stretch  float64   // logarithm of the factor
	errors   []float64 // known so far, in the order of their origins
	promises []promise
}

// promise is an interval that was told, in parts of the forecast.
type promise struct {
	due              int // origin from which on what came is known
	low, high, error float64
}

// learn takes in what is known at an origin.
func (f *follower) learn(origin int) {
	step := gain / math.Pow(float64(f.steps), 2.0/3)
	k := 0
	for ; k < len(f.promises) && f.promises[k].due <= origin; k++ {
		p := f.promises[k]
		if !math.IsInf(p.high, 1) {
			missed := 0.0
			if p.error < p.low || p.error > p.high {
				missed = 1
			}
			f.stretch = min(stretchMost, max(-stretchMost, f.stretch+step*(missed-f.wanted)))
		}
		f.errors = append(f.errors, p.error)
	}
	f.promises = f.promises[k:]
}

// tell promises an interval at an origin, of a forecast that will be off by error.
func (f *follower) tell(origin int, error float64) {
	low, high := f.interval()
	f.promises = append(f.promises, promise{origin + f.steps, low, high, error})
}

// interval is told in parts of the forecast. Few independent errors are taken for
// normal, with a spread that is not known well (Student 1908); errors of neighbouring
// origins are near copies.
func (f *follower) interval() (low, high float64) {
	if len(f.errors) < f.steps {
		return -1, math.Inf(1)
	}
	var weights, squares, own float64
	w, decay := 1.0, math.Exp2(-1.0/halfLife)
	for _, e := range slices.Backward(f.errors) {
		weights, squares, own = weights+w, squares+w*e*e, own+w*w
		w *= decay
	}
	own = max(1, weights*weights/own/float64(f.steps)) // independent ones of equal weight that tell as much
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: own}.Quantile(1-f.wanted/2) * math.Sqrt(squares/weights) * math.Exp(f.stretch)
	return max(-1, -half), half
}

// followed are the followers of a model's totals at the end of a series: what came
// since the model was fitted is taken in.
func (m *Model) followed(s *Series) []follower {
	out := make([]follower, len(m.Totals))
	first := m.Seen
	for k, n := range m.Options.Totals {
		out[k] = follower{steps: n, wanted: 1 - m.Options.Coverage, stretch: m.Stretches[k], errors: slices.Clone(m.Totals[k])}
		first = min(first, m.Seen-n+1)
	}
	for origin := max(0, first, len(s.Values)-followMost); origin < len(s.Values); origin++ {
		steps, err := m.steps(s, origin)
		if err != nil {
			continue // too little is known before it
		}
		m.promise(out, s, origin, steps, m.Seen)
	}
	for k := range out {
		out[k].learn(len(s.Values))
	}
	return out
}

// promise has each follower learn what is known at an origin and tell its interval
// of a forecast, if what comes of it is known after a step, and not before.
func (m *Model) promise(all []follower, s *Series, origin int, steps []Step, after int) {
	for k, n := range m.Options.Totals {
		all[k].learn(origin)
		if origin+n > len(s.Values) || origin+n <= after {
			continue
		}
		if told, was := total(s, origin, steps[:n]); told > 0 { // 0: closed
			all[k].tell(origin, was/told-1)
		}
	}
}

// quantiles are the ends of an interval of single steps that misses a share, from
// errors, rising, as parts of the forecast.
func quantiles(errors []float64, miss float64) (low, high float64) {
	n, tail := float64(len(errors)), miss/2
	if n < 1 {
		return -1, math.Inf(1)
	}
	at := int(math.Floor((n+1)*tail)) - 1
	to := int(math.Ceil((n+1)*(1-tail))) - 1
	return errors[max(0, at)], errors[min(len(errors)-1, to)]
}
