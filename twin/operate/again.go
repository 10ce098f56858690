package operate

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Some answers are good for as long as they are needed: a till that was opened for a
// queue is paid for until somebody shuts it. Who answers so looks again every few
// minutes: more of it, or some of it given back, each a proposal of the same card,
// with its guards and its decision.

// stoodMost is for how long a situation is told no more before it ends though
// something it was answered with has not been given back, where the answer does not
// say otherwise.
const stoodMost = 2 * time.Hour

// awaits tells whether what a case was answered with is to be given back yet, for as
// long as that is waited for. The perceiver is asked once a minute.
func (o *Operator) awaits(c *dossier, v *vigil) bool {
	most := stoodMost
	if r, ok := o.againOf(c); ok && r.Stands > 0 {
		most = r.Stands
	}
	return o.pastOf(v) < most && len(o.toSpare(c)) > 0
}

// pastOf is for how long what is the matter with an asset has been told no more.
func (o *Operator) pastOf(v *vigil) time.Duration {
	if v == nil {
		return 0
	}
	return time.Duration(v.calm) * o.watch.Every
}

// lookAgain weighs anew an answer that worked; busy tells that it is not to be
// weighed as if nothing had been done.
func (o *Operator) lookAgain(ctx context.Context, c *dossier) (busy bool, err error) {
	r, ok := o.againOf(c)
	now := o.state.Now()
	if !ok || c.denied[r.Fault] {
		return false, nil
	}
	if now.Sub(c.lookedAt) < r.Again {
		return true, nil
	}
	c.lookedAt = now
	v := o.vigilOf(c.Situation.Asset)
	if v != nil && v.told != nil && v.told.Situation.Class == r.Fault && c.Diagnosis != nil && c.proposals < proposalsMax {
		if p, nothing, why := o.draft(ctx, c, v); why == "" && p.Class == r.Class {
			return true, o.lay(ctx, c, p, nothing)
		}
	}
	p, nothing, wanted := o.less(c, v, r)
	switch {
	case len(p.Writes) == wanted:
		c.waitsSince = time.Time{}
	case c.waitsSince.IsZero():
		c.waitsSince = now
		fallthrough
	case now.Sub(c.waitsSince) < r.Again: // to send somebody twice costs more than to wait
		c.lookedAt = now.Add(busyLook - r.Again)
		return true, nil
	}
	if len(p.Writes) > 0 {
		c.waitsSince = time.Time{}
		return true, o.lay(ctx, c, p, nothing)
	}
	return true, nil
}

// busyLook is after how long it is looked again at what is still made use of.
const busyLook = time.Minute

// againOf is the remedy of a case's newest proposal, if it is one that is looked at
// again.
func (o *Operator) againOf(c *dossier) (Remedy, bool) {
	if c.Proposal == nil {
		return Remedy{}, false
	}
	for _, r := range o.remedies {
		if r.Again > 0 && r.Class == c.Proposal.Class && o.answers(r, twin.Cause{Class: c.Proposal.Because}, c.Situation.Asset, c.detail) {
			return r, true
		}
	}
	return Remedy{}, false
}

// toSpare are the signals that a case's answers hold and that may be given back, the
// last first. None, where somebody else has set one of the newest answer since: he has
// decided anew, and what stands is what he wants. Nor as many as are to stand in any case.
func (o *Operator) toSpare(c *dossier) []twin.SignalID {
	r, ok := o.againOf(c)
	if !ok {
		return nil
	}
	var out []twin.SignalID
	for _, w := range r.Writes {
		if w.spare != nil {
			out = append(out, o.spareOf(c, r, w)...)
		}
	}
	return out
}

func (o *Operator) spareOf(c *dossier, r Remedy, w RemedyWrite) []twin.SignalID {
	var out, mine []twin.SignalID
	var newest twin.ProposalID // of those that wrote what is held
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(o.book.held))) {
		h := o.book.held[id]
		if g, _ := o.site.Signal(id); o.book.proposal[h.proposal] != c || g.Name != w.Signal {
			continue
		}
		mine = append(mine, id)
		if cmp.Or(cmp.Compare(len(h.proposal), len(newest)), cmp.Compare(h.proposal, newest)) > 0 {
			newest = h.proposal
		}
	}
	for _, id := range mine {
		h := o.book.held[id]
		if s := o.state.Latest(id); s.Live() && s.Value != h.value {
			if h.proposal != newest { // what was decided after it stands
				continue
			}
			return nil
		}
		if h.value != h.before {
			out = append(out, id)
		}
	}
	if w.keep == nil || len(out) == 0 {
		return out
	}
	env := o.valueEnv(c, r, "", 0)
	env.Tills, env.Spare = nil, nil // these ask what is to spare
	keep, err := compute(w.keep, env)
	if err != nil {
		return out // nothing is known of what is to stand in any case
	}
	stand := 0.0
	for _, id := range o.signalsOf(c.Situation.Asset, w.Of+":"+w.Signal) {
		if s := o.state.Latest(id); s.Live() && s.Value == o.book.held[out[0]].value {
			stand++
		}
	}
	return out[:min(len(out), int(max(0, stand-keep)))]
}

// less is the proposal to give back what is needed no more: of what was written
// last first, and only where nobody makes use of it; wanted is how much of it there
// would be without those.
func (o *Operator) less(c *dossier, v *vigil, r Remedy) (p twin.Proposal, nothing []twin.Point, wanted int) {
	if v == nil {
		return p, nil, 0
	}
	for _, w := range r.Writes {
		if w.spare == nil {
			continue
		}
		held := o.spareOf(c, r, w)
		if len(held) == 0 {
			continue
		}
		n, err := compute(w.spare, o.valueEnv(c, r, "", 0))
		if err != nil {
			continue
		}
		n = min(n, float64(len(held)))
		wanted += int(max(0, n))
		for _, id := range held {
			if n < 1 || w.busy != nil && !o.free(c, r, w, id) {
				continue
			}
			n--
			h := o.book.held[id]
			p.Writes = append(p.Writes, twin.Write{Signal: id, Value: h.before, Before: h.value, Hold: true})
		}
	}
	if len(p.Writes) == 0 {
		return p, nil, wanted
	}
	first := p.Writes[0]
	spread := spreadFloor + spreadShare*math.Abs(first.Value)
	effect, idle := o.effect(c, v, Remedy{Class: r.Class, Fault: r.Fault}, subject{first.Signal, course{first.Value, spread}, first.Before, math.Abs(first.Before-first.Value) / spread})
	p.ID, p.Case, p.Class, p.Asset, p.Because = c.nextID(), c.Situation.Case, r.Class, c.Situation.Asset, r.Fault
	p.Predicted, p.Made, p.Expires, p.Back = effect, o.state.Now(), o.state.Now().Add(proposalLife), true
	p.Benefit, p.Sure = 1, 1
	p.Ranking = []twin.Candidate{
		{Class: r.Class, Signal: effect.Signal, End: effect.Forecast[len(effect.Forecast)-1], Benefit: 1, Score: r.Money * float64(len(p.Writes))},
		{Signal: effect.Signal, End: idle[len(idle)-1], Why: fmt.Sprintf("what stays costs, and %d of it are needed no more", len(p.Writes))},
	}
	if c.Diagnosis != nil {
		p.Model, p.Version = c.Diagnosis.Model, c.Diagnosis.Version
	}
	return p, idle, wanted
}

// free tells that nobody makes use of what a signal holds: what tells so is 0 or
// less. What is not known is not free.
func (o *Operator) free(c *dossier, r Remedy, w RemedyWrite, id twin.SignalID) bool {
	n, err := compute(w.busy, o.valueEnv(c, r, id, 0))
	return err == nil && n <= 0
}

// nextID is that of a case's next proposal.
func (c *dossier) nextID() twin.ProposalID {
	return twin.ProposalID(fmt.Sprintf("%s/%d", c.Situation.Case, c.proposals+1))
}
