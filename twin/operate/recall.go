package operate

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Recalling is a Perceiver of a site that runs: programs end and sites change,
// while a perceiver must see one stream. Each time the site is another one, and at
// the start, it makes a perceiver anew and lets it live through what the state still
// holds, minute by minute.
type Recalling struct {
	make  func(*twin.Site) Perceiver
	every time.Duration
	site  *twin.Site
	eyes  Perceiver
}

// NewRecalling returns a perceiver that is made by make for the site at hand.
func NewRecalling(make func(*twin.Site) Perceiver) *Recalling {
	return &Recalling{make: make, every: DefaultWatch().Every}
}

// Perceive asks the perceiver of the state's site.
func (r *Recalling) Perceive(ctx context.Context, st *twin.State, now time.Time) ([]Perception, error) {
	if r.site != st.Site() {
		eyes := r.make(st.Site())
		if err := r.recall(ctx, eyes, st, now); err != nil {
			return nil, err // it is recalled again next time
		}
		r.site, r.eyes = st.Site(), eyes
	}
	return r.eyes.Perceive(ctx, st, now)
}

// unheard is how long nothing at all may come of a site until it is the program that
// did not run: of that time nothing is known, and nothing has fallen silent.
const unheard = 3 * time.Minute

// recall plays what a state holds of the time before now, but for times of which
// nothing is known.
func (r *Recalling) recall(ctx context.Context, eyes Perceiver, st *twin.State, now time.Time) error {
	var held []twin.Sample
	from := now.Add(-twin.HistoryKept)
	for _, g := range st.Site().Signals {
		if before := st.Window(g.ID, time.Time{}, from); len(before) > 0 {
			held = append(held, before[len(before)-1]) // what stood then: it is told on change
		}
		held = append(held, st.Window(g.ID, from, now)...)
	}
	slices.SortStableFunc(held, func(a, b twin.Sample) int { return a.At.Compare(b.At) })
	if len(held) == 0 {
		return nil
	}
	minutes := min(now.Sub(held[0].At), twin.HistoryKept) / r.every
	past := twin.NewState(st.Site())
	var news time.Time
	for at := now.Add(-minutes * r.every); at.Before(now); at = at.Add(r.every) {
		n, _ := slices.BinarySearchFunc(held, at, func(s twin.Sample, at time.Time) int {
			return cmp.Or(s.At.Compare(at), -1) // those of that very moment, too
		})
		for _, s := range held[:n] {
			past.Apply(s)
			news = s.At
		}
		held = held[n:]
		if at.Sub(news) > unheard {
			continue
		}
		past.Advance(at)
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := eyes.Perceive(ctx, past, at); err != nil {
			return err
		}
	}
	return nil
}

// LookSite tells of every asset of a site that is perceived as a whole how near it
// was to a situation, from what was measured up to a moment of the past.
func LookSite(ctx context.Context, eyes *Recalling, st *twin.State, remedies []Remedy, now time.Time) ([]twin.Watched, error) {
	if remedies == nil {
		remedies = DefaultRemedies()
	}
	o := &Operator{site: st.Site(), state: st, perceiver: eyes, watch: DefaultWatch(), remedies: remedies, book: newBook(), perceivedAt: now}
	o.vigils = vigilsOf(o.site, o.watch)
	list, err := eyes.Perceive(ctx, st, now)
	if err != nil {
		return nil, err
	}
	o.drifts = eyes.Drifts()
	for _, p := range list {
		if v := o.vigilOf(p.Situation.Asset); v != nil {
			v.checked, v.found = now, &finding{p.Diagnosis, p.Explanation, now}
		}
	}
	return o.watchedNow(now), nil
}
