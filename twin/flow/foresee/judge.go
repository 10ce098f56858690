package foresee

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/measure"
)

// ErrFew tells that too few walks outlast the beginning to learn from and judge by.
var ErrFew = errors.New("too few walks are long enough to be foretold")

const (
	learnt = 0.7 // share of the walks, the earlier ones, that is learnt from
	began  = 4   // a beginning is the median walk's duration by this
	folds  = 5   // of the walks learnt from, to choose settings by, in blocks of time
	fewest = 5   // walks on either side
	draws  = 2000
	latest = 2000 // walks, at most, that settings are chosen by: the work grows with their square
)

// Score compares the foretelling with the two that know less, on the walks held
// back. All of them are better the lower.
type Score struct {
	Of          string // zones: Brier score; stays: s by zone; stay: s in all
	Model       float64
	Mean, Chain float64
	LessMean    Difference // model less mean
	LessChain   Difference // model less chain
}

// Difference of two means with its interval of 95 %.
type Difference struct{ Value, Low, High float64 }

// Verdict is better or worse when the interval leaves zero out, else unsure.
func (d Difference) Verdict() string {
	switch {
	case d.High < 0:
		return "better"
	case d.Low > 0:
		return "worse"
	}
	return "unsure"
}

// Told is a foretelling of one walk held back, and what became of it.
type Told struct {
	Person string
	Chance []float64 // by zone
	Came   []bool    // by zone
	Stay   float64   // s foretold in all
	Stayed float64   // s
	Like   []Like    // the walks it rests on most, the first most
	Chain  float64   // share that rests on the chain of zones
}

// Judgement is what Judge found.
type Judgement struct {
	Beginning    float64 // s
	Learnt, Held int     // walks
	Scores       []Score
	Told         []Told
}

// scores of one foretelling: each lower is better.
var scores = [...]struct {
	of   string
	miss func(told, is rest) float64
}{
	{"zones", func(told, is rest) float64 { // Brier 1950, mean over zones
		sum := 0.0
		for z, p := range told.came {
			sum += (p - is.came[z]) * (p - is.came[z])
		}
		return sum / float64(len(told.came))
	}},
	{"stays", func(told, is rest) float64 {
		sum := 0.0
		for z, s := range told.stays {
			sum += math.Abs(s - is.stays[z])
		}
		return sum / float64(len(told.stays))
	}},
	{"stay", func(told, is rest) float64 { return math.Abs(told.total - is.total) }},
}

// Judge learns from the earlier 70 % of the walks and foretells the later ones
// from their beginnings. Ways without times may have the metres walked for time;
// seconds are metres then. The error is ErrFew, or the context's.
func Judge(ctx context.Context, people []twin.Trajectory, zones []measure.Zone, seed uint64) (*Judgement, error) {
	people = slices.DeleteFunc(slices.Clone(people), func(p twin.Trajectory) bool { return len(p.Fixes) == 0 })
	slices.SortStableFunc(people, func(a, b twin.Trajectory) int { return cmp.Compare(a.Fixes[0].T, b.Fixes[0].T) })
	n := int(learnt * float64(len(people)))
	if n < fewest || len(zones) == 0 {
		return nil, fmt.Errorf("%w: %d walks, %d zones", ErrFew, len(people), len(zones))
	}
	until := people[n].Fixes[0].T
	var early []twin.Trajectory
	var durations []float64
	for _, p := range people[:n] {
		if k := len(p.Fixes); k > 1 && p.Fixes[k-1].T <= until { // over before the first held back began
			early = append(early, p)
			durations = append(durations, p.Duration())
		}
	}
	if len(early) < fewest {
		return nil, fmt.Errorf("%w: %d are over when those held back begin", ErrFew, len(early))
	}
	slices.Sort(durations)
	j := &Judgement{Beginning: durations[len(durations)/2] / began}
	fit, held := cutAll(early, zones, j.Beginning), cutAll(people[n:], zones, j.Beginning)
	j.Learnt, j.Held = len(fit), len(held)
	if len(fit) < 2*fewest || len(held) < fewest {
		return nil, fmt.Errorf("%w: %d to learn from and %d to judge by last longer than %.1f s", ErrFew, len(fit), len(held), j.Beginning)
	}
	pull, chosen, err := choose(ctx, fit[max(0, len(fit)-latest):], len(zones))
	if err != nil {
		return nil, err
	}
	mean := average(fit, len(zones))
	misses := make([][3][]float64, len(scores)) // by score: model, mean, chain
	for k, s := range scores {
		c, err := newChain(fit, len(zones), pull[k])
		if err != nil {
			return nil, err
		}
		for i, w := range held {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			chain := c.foretell(w)
			model := gather(fit, w, chosen[k].near, chosen[k].ahead, len(zones)).with(chain, chosen[k].chain)
			for m, told := range []rest{model, mean, chain} {
				misses[k][m] = append(misses[k][m], s.miss(told, w.then))
			}
			switch s.of {
			case "zones":
				t := Told{Person: w.person, Chance: model.came, Stayed: w.then.total}
				for _, v := range w.then.came {
					t.Came = append(t.Came, v > 0)
				}
				t.Like, t.Chain = alike(fit, w, chosen[k], 3)
				j.Told = append(j.Told, t)
			case "stay":
				j.Told[i].Stay = model.total
			}
		}
	}
	dice := rand.New(rand.NewPCG(seed, 0))
	for k, s := range scores {
		m := misses[k]
		j.Scores = append(j.Scores, Score{Of: s.of, Model: meanOf(m[0]), Mean: meanOf(m[1]), Chain: meanOf(m[2]),
			LessMean: difference(m[0], m[1], dice), LessChain: difference(m[0], m[2], dice)})
	}
	return j, nil
}

// choose finds, for each score, the chain's pull and the setting that do best when
// each fifth of the walks learnt from is foretold from the others.
func choose(ctx context.Context, fit []walk, zones int) (pull []float64, chosen []setting, err error) {
	type key struct{ score, at int }
	list := settings()
	pulled, set := map[key]float64{}, map[key]float64{}
	// The chain first: it is a part of the model.
	each := func(fn func(rest, out []walk) error) error {
		for f := range folds {
			if err := ctx.Err(); err != nil {
				return err
			}
			lo, hi := f*len(fit)/folds, (f+1)*len(fit)/folds
			if err := fn(slices.Concat(fit[:lo], fit[hi:]), fit[lo:hi]); err != nil {
				return err
			}
		}
		return nil
	}
	err = each(func(others, out []walk) error {
		for i, p := range pulls {
			c, err := newChain(others, zones, p)
			if err != nil {
				return err
			}
			for _, w := range out {
				for k, s := range scores {
					pulled[key{k, i}] += s.miss(c.foretell(w), w.then)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	best := func(k, n int, sums map[key]float64) (at int) {
		for i := range n {
			if sums[key{k, i}] < sums[key{k, at}] {
				at = i
			}
		}
		return at
	}
	for k := range scores {
		pull = append(pull, pulls[best(k, len(pulls), pulled)])
	}
	err = each(func(others, out []walk) error {
		chains := make([]*chain, len(scores))
		for k := range scores {
			if chains[k], err = newChain(others, zones, pull[k]); err != nil {
				return err
			}
		}
		for _, w := range out {
			var g gathered
			for i, s := range list {
				if i == 0 || s.near != list[i-1].near || s.ahead != list[i-1].ahead {
					g = gather(others, w, s.near, s.ahead, zones)
				}
				for k := range scores {
					set[key{k, i}] += scores[k].miss(g.with(chains[k].foretell(w), s.chain), w.then)
				}
			}
		}
		return ctx.Err()
	})
	for k := range scores {
		chosen = append(chosen, list[best(k, len(list), set)])
	}
	return pull, chosen, err
}

// difference of two means over the same walks. Who walks together is alike, so
// blocks of walks that follow each other are drawn (Künsch 1989).
func difference(a, b []float64, dice *rand.Rand) Difference {
	n := len(a)
	block := max(1, int(math.Round(math.Cbrt(float64(n)))))
	d := Difference{Value: meanOf(a) - meanOf(b)}
	drawn := make([]float64, draws)
	for k := range drawn {
		sum := 0.0
		for i := 0; i < n; {
			for at, m := dice.IntN(n), 0; m < block && i < n; m, i = m+1, i+1 {
				sum += a[(at+m)%n] - b[(at+m)%n]
			}
		}
		drawn[k] = sum / float64(n)
	}
	slices.SortFunc(drawn, cmp.Compare[float64])
	d.Low, d.High = drawn[draws*25/1000], drawn[draws*975/1000-1]
	return d
}

func meanOf(list []float64) float64 {
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
