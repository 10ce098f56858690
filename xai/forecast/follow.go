package forecast

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// adaptation is how far one interval that missed moves the share that later ones
	// are told to miss, for single steps. Totals of neighbouring origins overlap and
	// miss together: theirs moves by as much for as many steps.
	adaptation = 0.05
	missLeast  = 0.002
	missMost   = 0.5
	followMost = 400 // origins since the fit, at most, that are looked back at
)

// follower keeps the intervals of one kind of total honest where what comes varies
// otherwise than before: after a miss they are told wider, after a hit a little
// narrower, so that in the long run the wanted share is held whatever comes
// (adaptive conformal inference, Gibbs and Candès 2021). What came of a total is
// known only after its last step.
type follower struct {
	steps    int
	wanted   float64   // share to miss
	miss     float64   // share that the next interval is told to miss
	errors   []float64 // known so far, rising
	promises []promise
}

// promise is an interval that was told, in parts of the forecast.
type promise struct {
	due              int // origin from which on what came is known
	low, high, error float64
}

// learn takes in what is known at an origin.
func (f *follower) learn(origin int) {
	k := 0
	for ; k < len(f.promises) && f.promises[k].due <= origin; k++ {
		p := f.promises[k]
		if !math.IsInf(p.high, 1) {
			missed := 0.0
			if p.error < p.low || p.error > p.high {
				missed = 1
			}
			f.miss = min(missMost, max(missLeast, f.miss+adaptation/float64(f.steps)*(f.wanted-missed)))
		}
		at, _ := slices.BinarySearch(f.errors, p.error)
		f.errors = slices.Insert(f.errors, at, p.error)
	}
	f.promises = f.promises[k:]
}

// tell promises an interval at an origin, of a forecast that will be off by error.
func (f *follower) tell(origin int, error float64) {
	low, high := f.interval()
	f.promises = append(f.promises, promise{origin + f.steps, low, high, error})
}

func (f *follower) interval() (low, high float64) { return interval(f.errors, f.steps, f.miss) }

// followed are the followers of a model's totals at the end of a series: what came
// since the model was fitted is taken in.
func (m *Model) followed(s *Series) []follower {
	out := make([]follower, len(m.Totals))
	for k, n := range m.Options.Totals {
		out[k] = follower{steps: n, wanted: 1 - m.Options.Coverage, miss: m.Misses[k], errors: slices.Clone(m.Totals[k])}
	}
	for origin := max(m.Seen, len(s.Values)-followMost); origin < len(s.Values); origin++ {
		steps, err := m.steps(s, origin)
		if err != nil {
			continue // too little is known before it
		}
		m.promise(out, s, origin, steps)
	}
	for k := range out {
		out[k].learn(len(s.Values))
	}
	return out
}

// promise has each follower learn what is known at an origin and tell its interval
// of a forecast.
func (m *Model) promise(all []follower, s *Series, origin int, steps []Step) {
	for k, n := range m.Options.Totals {
		all[k].learn(origin)
		if origin+n > len(s.Values) {
			continue
		}
		if told, was := total(s, origin, steps[:n]); told > 0 { // 0: closed
			all[k].tell(origin, was/told-1)
		}
	}
}

// alike is how many independent errors quantiles need; with fewer, errors are taken
// for normal, with a spread that is not known well (Student 1908).
const alike = 20

// interval that misses a share, from errors, rising, of totals of so many steps:
// those of neighbouring origins overlap and are near copies. Ends are parts of the
// forecast.
func interval(errors []float64, steps int, miss float64) (low, high float64) {
	n := float64(len(errors))
	own := n / float64(steps)
	tail := miss / 2
	switch {
	case own < 1:
		return -1, math.Inf(1)
	case own < alike:
		square := 0.0
		for _, e := range errors {
			square += e * e / n
		}
		half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: own}.Quantile(1-tail) * math.Sqrt(square)
		return max(-1, -half), half
	}
	at := int(math.Floor((n+1)*tail)) - 1
	to := int(math.Ceil((n+1)*(1-tail))) - 1
	return errors[max(0, at)], errors[min(len(errors)-1, to)]
}
