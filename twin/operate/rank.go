package operate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
)

// option is one answer to a case, ready to be proposed.
type option struct {
	twin.Candidate
	remedy twin.Proposal // without what only a proposal that is made has
	idle   []twin.Point
	ready  bool // it could be proposed
	passes bool // every guard
}

// hoursCounted is a CostSpan.
var hoursCounted = twin.CostSpan.Hours()

// weigh rolls every action that answers a cause forward, and doing nothing, and
// ranks them by what each is worth beyond doing nothing.
func (o *Operator) weigh(ctx context.Context, c *dossier, v *vigil, cause twin.Cause) []option {
	var out []option
	var idle []twin.Point
	var by twin.SignalID
	for _, r := range o.remedies {
		if !o.answers(r, cause, c.Situation.Asset, c.detail) {
			continue
		}
		x := o.consider(ctx, c, v, r, cause)
		out = append(out, x)
		if x.ready && idle == nil {
			idle, by = x.idle, x.Signal
		}
	}
	nothing := option{Candidate: twin.Candidate{Signal: by}, idle: idle}
	if n := len(idle); n > 0 {
		nothing.End = idle[n-1]
	}
	out = append(out, nothing)
	slices.SortStableFunc(out, func(a, b option) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// never is the score of what cannot be done.
const never = -1e12

// consider weighs one action.
func (o *Operator) consider(ctx context.Context, c *dossier, v *vigil, r Remedy, cause twin.Cause) option {
	x := option{Candidate: twin.Candidate{Class: r.Class, Score: never, Risk: min(r.Risk+(1-cause.Probability)/2, 1), Cost: o.costOf(r)}}
	if c.spent[r.Class] >= spentMax || c.denied[cause.Class] || c.ignored[cause.Class] >= spentMax {
		x.Why = fmt.Sprintf("%s has been answered in this case already", r.Class)
		return x
	}
	if p := misread(v.found.diagnosis); r.Doubt > 0 && p > r.Doubt {
		x.Why = fmt.Sprintf("%s waits: that a sensor errs instead has a probability of %.2f, and then it would harm what is well; %.2f at most is let pass", r.Class, p, r.Doubt)
		return x
	}
	writes, err := o.writesOf(ctx, r, c)
	if err != nil {
		x.Why = err.Error()
		return x
	}
	effect, idle, err := o.predict(c, v, r)
	if err != nil {
		x.Why = err.Error()
		return x
	}
	x.ready, x.idle, x.Signal = true, idle, effect.Signal
	x.End = effect.Forecast[len(effect.Forecast)-1]
	x.Benefit = benefit(cause.Probability, effect, idle)
	if effect.Gone {
		x.Benefit = cause.Probability * o.book.shareNow(r).Likely
	}
	stake := r.Stake
	if stake == 0 {
		stake = o.site.Costs().Goods * max(c.Situation.Severity, severityMin)
	}
	x.Score = (x.Benefit-x.Risk)*stake - x.Cost.Money
	p := twin.Proposal{
		Case: c.Situation.Case, Class: r.Class, Asset: c.Situation.Asset, Because: cause.Class,
		Writes: writes, Predicted: effect, Benefit: x.Benefit, Risk: x.Risk, Cost: x.Cost, Sure: o.book.sure(r, cause),
		Made: o.state.Now(), Expires: o.state.Now().Add(proposalLife),
	}
	var why string
	x.passes, why = passed(o.checkOf(c, p, idle))
	if !x.passes {
		x.Why = why
	}
	x.remedy = p
	return x
}

// misread is how likely it is that a sensor errs, by a diagnosis.
func misread(d twin.Diagnosis) float64 {
	sum := 0.0
	for _, c := range d.Causes {
		if strings.HasPrefix(c.Class, "sensor-") {
			sum += c.Probability
		}
	}
	return sum
}

// costOf is what an action costs: for each use, and what a value that stays
// draws in a day.
func (o *Operator) costOf(r Remedy) twin.Cost {
	kwh := 0.0
	if slices.ContainsFunc(r.Writes, func(w RemedyWrite) bool { return w.Hold }) {
		kwh = r.Power * hoursCounted / 1000
	}
	return twin.Cost{Energy: kwh, Money: r.Money + kwh*o.site.Costs().Electricity}
}

// choose picks what to propose: the best that is worth more than doing nothing
// and that every guard lets pass, else the best that may come to pass them. The
// ranking tells of every other why not.
func choose(all []option) (best *option, ranking []twin.Candidate) {
	for i := range all {
		x := &all[i]
		if !x.ready || x.Score <= 0 {
			continue
		}
		if best == nil || x.passes && !best.passes {
			best = x
		}
	}
	for i := range all {
		x := &all[i]
		switch {
		case x == best:
			x.Why = ""
		case x.Class == "":
			if best != nil {
				x.Why = fmt.Sprintf("%s is predicted to be better", best.Class)
			}
		case !x.ready || !x.passes:
		case x.Score <= 0:
			x.Why = fmt.Sprintf("%s is worth less than doing nothing", x.Class)
		default:
			x.Why = fmt.Sprintf("%s is predicted to be better", best.Class)
		}
		if x.Score == never {
			x.Score = 0
			x.End = twin.Point{}
		}
		ranking = append(ranking, x.Candidate)
	}
	return best, ranking
}

// lesson is what is learned of: an action against a cause.
type lesson struct {
	class twin.ActionClass
	fault string
}

const (
	lessonsMax   = 20 // of the newest: a plant changes
	priorWeight  = 3  // observations that what the table says counts for
	shareLearned = 3  // observations before they move the bounds
)

// learn takes in how much of a disturbance an action took away, seen at the end
// of its watch against its forecast.
func (b *book) learn(c *dossier, out twin.Outcome) {
	if c.Proposal == nil || c.Proposal.ID != out.Proposal || c.interrupted || c.Proposal.Back {
		return
	}
	switch out.Result {
	case twin.Verified, twin.NoEffect, twin.Worse:
	default:
		return
	}
	p := *c.Proposal
	f := p.Predicted.Forecast
	if len(f) < 2 || math.IsNaN(out.Observed) || p.Predicted.Gone {
		return
	}
	was := usualOf(p.Predicted).mean
	at := f[0].At.Add(out.After - effectSmooth/2)
	expected := f[len(f)-1].Value
	for i := 1; i < len(f); i++ {
		if !at.After(f[i].At) {
			span := f[i].At.Sub(f[i-1].At).Seconds()
			k := max(0, at.Sub(f[i-1].At).Seconds()/max(span, 1))
			expected = f[i-1].Value + k*(f[i].Value-f[i-1].Value)
			break
		}
	}
	fall := f[0].Value - expected
	if math.Abs(fall) < 0.1*math.Abs(f[0].Value-was) {
		return // too early to tell
	}
	share := min(max(shareOf(p.Predicted)*(f[0].Value-out.Observed)/fall, 0), 1)
	key := lesson{p.Class, p.Because}
	b.learned[key] = append(b.learned[key], share)
	if n := len(b.learned[key]); n > lessonsMax {
		b.learned[key] = b.learned[key][n-lessonsMax:]
	}
}

// shareNow is how much of a disturbance a remedy takes away, by what the table
// says and what was seen of it here.
func (b *book) shareNow(r Remedy) Share {
	s := r.share()
	seen := b.learned[lesson{r.Class, r.Fault}]
	if len(seen) == 0 {
		return s
	}
	mean := 0.0
	for _, x := range seen {
		mean += x / float64(len(seen))
	}
	n := float64(len(seen))
	s.Likely = (priorWeight*s.Likely + n*mean) / (priorWeight + n)
	if len(seen) >= shareLearned {
		sorted := slices.Sorted(slices.Values(seen))
		s.Least = min(s.Likely, (priorWeight*s.Least+n*sorted[len(sorted)/10])/(priorWeight+n))
		s.Most = max(s.Likely, (priorWeight*s.Most+n*sorted[len(sorted)-1-len(sorted)/10])/(priorWeight+n))
	}
	s.Least, s.Most = min(s.Least, s.Likely), max(s.Most, s.Likely)
	return s
}

// sure is the probability that an action's effect comes: that of the cause, times
// how often the class has worked here (Laplace's rule of succession, leaning on
// the table as if it had been seen to work a few times).
func (b *book) sure(r Remedy, cause twin.Cause) float64 {
	x := b.ledger.of(r.Class)
	worked, tried := float64(x.Verified), float64(x.Verified+x.NoEffect+x.Worse)
	return cause.Probability * (worked + priorWeight) / (tried + priorWeight + 0.5)
}
