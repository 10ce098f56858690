package anchor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// Options steer Find. The zero Options asks for the defaults.
type Options struct {
	Seed       uint64
	Precision  float64 // asked for; default 0.95
	Bins       int     // quantiles that conditions are cut at; default 10
	Conditions int     // most of them; default 4
	Beam       int     // rules that are grown on; default 3
	Slack      float64 // by how much two rules may differ and count as equal; default 0.1
	Draws      int     // most rows drawn while searching; default 30000
}

func (o Options) filled() Options {
	if o.Precision == 0 {
		o.Precision = 0.95
	}
	if o.Slack == 0 {
		o.Slack = 0.1
	}
	for _, d := range []struct {
		v *int
		d int
	}{{&o.Bins, 10}, {&o.Conditions, 4}, {&o.Beam, 3}, {&o.Draws, 30000}} {
		if *d.v <= 0 {
			*d.v = d.d
		}
	}
	return o
}

const (
	drawsAtOnce = 50   // rows handed to the model together
	proofDraws  = 1000 // rows that the precision is measured on in the end
	risk        = 0.05 // that a bound does not hold
)

// arm is a rule on trial.
type arm struct {
	conditions []Condition
	hits, n    float64
	coverage   float64
}

// Find returns the rule of widest coverage that was found for what the model
// claims of the row, its likeliest output. Not ok: no rule of so few conditions
// is as precise, and the most precise one is returned.
func Find(ctx context.Context, f xai.Predict, background [][]float64, row []float64, opt Options) (rule Rule, ok bool, err error) {
	opt = opt.filled()
	switch {
	case len(background) == 0:
		return Rule{}, false, fmt.Errorf("anchor: give background rows, some of the training rows")
	case len(background[0]) != len(row):
		return Rule{}, false, fmt.Errorf("anchor: the row has %d columns, the background %d", len(row), len(background[0]))
	case !(opt.Precision > 0 && opt.Precision < 1):
		return Rule{}, false, fmt.Errorf("anchor: precision %g: choose between 0 and 1", opt.Precision)
	}
	s := &search{f: f, background: background, row: row, opt: opt, claim: likeliest(f([][]float64{row})[0]),
		rng: rand.New(rand.NewPCG(opt.Seed, 0xa2c4)), left: opt.Draws}
	conditions := candidates(row, background, opt.Bins)
	beam := []*arm{s.newArm(nil)}
	best := beam[0]
	for size := 1; size <= opt.Conditions && s.left > 0; size++ {
		arms := s.grown(beam, conditions)
		if len(arms) == 0 {
			break
		}
		if err := s.race(ctx, arms); err != nil {
			return Rule{}, false, err
		}
		beam = top(arms, opt.Beam)
		if beam[0].mean() > best.mean() {
			best = beam[0]
		}
		var found []*arm
		for _, a := range beam {
			if s.settle(a, len(arms)) {
				found = append(found, a)
			}
		}
		// A rule that proves less precise than it looked makes place for the next.
		slices.SortStableFunc(found, func(a, b *arm) int { return -cmp.Compare(a.coverage, b.coverage) })
		for _, a := range found {
			if r := s.prove(a); r.Low95 >= opt.Precision {
				return s.widened(a, r), true, nil
			}
		}
	}
	return s.prove(best), false, ctx.Err()
}

type search struct {
	f          xai.Predict
	background [][]float64
	row        []float64
	opt        Options
	claim      int
	rng        *rand.Rand
	left       int
}

func (s *search) newArm(conditions []Condition) *arm {
	a := &arm{conditions: joined(conditions)}
	for _, b := range s.background {
		if !slices.ContainsFunc(a.conditions, func(c Condition) bool { return !c.Meets(b) }) {
			a.coverage += 1 / float64(len(s.background))
		}
	}
	return a
}

// grown adds each condition to each rule, and leaves out what does not change it
// or is there already.
func (s *search) grown(beam []*arm, conditions []Condition) []*arm {
	var out []*arm
	seen := make(map[string]bool)
	for _, a := range beam {
		for _, c := range conditions {
			grown := s.newArm(append(slices.Clone(a.conditions), c))
			key := fmt.Sprint(grown.conditions)
			if seen[key] || slices.Equal(grown.conditions, a.conditions) {
				continue
			}
			seen[key] = true
			out = append(out, grown)
		}
	}
	return out
}

// draw tries a rule on rows of the background in which its columns were replaced
// by values that meet it.
func (s *search) draw(a *arm, n int) {
	meeting := make([][]float64, len(a.conditions))
	for i, c := range a.conditions {
		meeting[i] = []float64{s.row[c.Column]}
		for _, b := range s.background {
			if c.Meets(b) {
				meeting[i] = append(meeting[i], b[c.Column])
			}
		}
	}
	rows := make([][]float64, n)
	for k := range rows {
		rows[k] = slices.Clone(s.background[s.rng.IntN(len(s.background))])
		for i, c := range a.conditions {
			if !c.Meets(rows[k]) {
				rows[k][c.Column] = meeting[i][s.rng.IntN(len(meeting[i]))]
			}
		}
	}
	for _, o := range s.f(rows) {
		if likeliest(o) == s.claim {
			a.hits++
		}
	}
	a.n += float64(n)
	s.left -= n
}

// race draws until the best few stand apart from the others by less than the
// slack, or the draws are used up: KL-LUCB. In each step the worst of the best
// and the best of the others are drawn.
func (s *search) race(ctx context.Context, arms []*arm) error {
	for _, a := range arms {
		if s.left <= 0 {
			return nil
		}
		s.draw(a, drawsAtOnce)
	}
	// Rules that hardly differ take long to tell apart and are not worth it.
	reserve := s.left - s.opt.Draws/(2*s.opt.Conditions)
	for step := 1; s.left > max(0, reserve); step++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("anchor: %w", err)
		}
		level := levelOf(step, len(arms))
		sorted := top(arms, len(arms))
		few := min(s.opt.Beam, len(sorted))
		if few == len(sorted) {
			return nil
		}
		worst, rival := sorted[0], sorted[few]
		for _, a := range sorted[:few] {
			if a.low(level) < worst.low(level) {
				worst = a
			}
		}
		for _, a := range sorted[few:] {
			if a.high(level) > rival.high(level) {
				rival = a
			}
		}
		if rival.high(level)-worst.low(level) < s.opt.Slack {
			return nil
		}
		s.draw(worst, drawsAtOnce)
		s.draw(rival, drawsAtOnce)
	}
	return nil
}

// settle draws a rule until its bounds lie on one side of the precision asked
// for.
func (s *search) settle(a *arm, arms int) bool {
	level := levelOf(1, arms)
	for s.left > 0 && a.mean() >= s.opt.Precision && a.low(level) < s.opt.Precision ||
		s.left > 0 && a.mean() < s.opt.Precision && a.high(level) >= s.opt.Precision && a.n < proofDraws {
		s.draw(a, drawsAtOnce)
	}
	return a.low(level) >= s.opt.Precision
}

// widened moves the bounds of a rule outwards, one quantile at a time, while it
// stays as precise as asked for: a wider rule covers more.
func (s *search) widened(a *arm, r Rule) Rule {
	for i := range a.conditions {
		for {
			next := slices.Clone(a.conditions)
			if !s.loosen(&next[i]) {
				break
			}
			wide := s.newArm(next)
			p := s.prove(wide)
			if p.Low95 < s.opt.Precision {
				break
			}
			a, r = wide, p
		}
	}
	return r
}

// loosen moves the finite bounds of a condition to the next quantile. A bound is
// never given up: that rule, with a condition less, was tried before.
func (s *search) loosen(c *Condition) bool {
	if c.Missing {
		return false
	}
	moved := false
	cuts := quantiles(s.background, c.Column, s.opt.Bins)
	if !math.IsInf(c.Low, 0) {
		if i, _ := slices.BinarySearch(cuts, c.Low); i > 0 {
			c.Low, moved = cuts[i-1], true
		}
	}
	if !math.IsInf(c.High, 0) {
		if i, found := slices.BinarySearch(cuts, c.High); found && i+1 < len(cuts) {
			c.High, moved = cuts[i+1], true
		}
	}
	return moved
}

// prove measures a rule on draws of its own, so that having been chosen does not
// flatter it.
func (s *search) prove(a *arm) Rule {
	fresh := &arm{conditions: a.conditions}
	s.draw(fresh, proofDraws)
	return Rule{Claim: s.claim, Conditions: a.conditions, Precision: fresh.mean(), Low95: fresh.low(math.Log(1 / risk)), Coverage: a.coverage, Draws: proofDraws}
}

func (a *arm) mean() float64 { return a.hits / max(a.n, 1) }

// low and high are the bounds of Chernoff: the probabilities furthest from the
// mean whose divergence from it, times the draws, is still below level.
func (a *arm) low(level float64) float64  { return bound(a.mean(), level/max(a.n, 1), 0) }
func (a *arm) high(level float64) float64 { return bound(a.mean(), level/max(a.n, 1), 1) }

func bound(p, level, end float64) float64 {
	inside, outside := p, end
	for range 30 {
		if mid := (inside + outside) / 2; divergence(p, mid) <= level {
			inside = mid
		} else {
			outside = mid
		}
	}
	return inside
}

// divergence is that of Kullback and Leibler between coins.
func divergence(p, q float64) float64 {
	q = min(max(q, 1e-12), 1-1e-12)
	d := 0.0
	if p > 0 {
		d += p * math.Log(p/q)
	}
	if p < 1 {
		d += (1 - p) * math.Log((1-p)/(1-q))
	}
	return d
}

// levelOf is the exploration rate of Kaufmann and Kalyanakrishnan 2013, with
// the constants that they use in experiments.
func levelOf(step, arms int) float64 {
	v := math.Log(405.5 * float64(arms) * math.Pow(float64(step), 1.1) / risk)
	return v + math.Log(v)
}

func top(arms []*arm, n int) []*arm {
	sorted := slices.Clone(arms)
	slices.SortStableFunc(sorted, func(a, b *arm) int {
		if c := cmp.Compare(b.mean(), a.mean()); c != 0 {
			return c
		}
		return cmp.Compare(b.coverage, a.coverage)
	})
	return sorted[:min(n, len(sorted))]
}

func likeliest(o []float64) int {
	best := 0
	for k, v := range o {
		if v > o[best] {
			best = k
		}
	}
	return best
}
