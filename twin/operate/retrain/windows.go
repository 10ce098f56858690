// Package retrain trains the model of cabinet faults on what a site's journal
// proved: the windows before an action whose effect was verified are of the fault
// that it answered, those of a claim that a person denied and that went by itself
// are of none, and so are all in which nothing was the matter. Whole days are held
// out, and the new model takes the old one's place only when it does better on
// them. It writes no file and asks no clock; it must never take a window whose
// truth nobody confirmed. Start reading at Gather, then Train.
package retrain

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/xai"
)

// Past is the journal and the history of a site.
type Past interface {
	Events(ctx context.Context, from uint64, fn func(twin.Event) error) error
	History(ctx context.Context, signals []twin.SignalID, from, to time.Time, fn func(twin.Sample) error) error
	Span(ctx context.Context) (from, to time.Time, err error)
}

// Windows are what a journal teaches: a row for each moment whose truth is known.
// Groups are the days of the site.
type Windows struct {
	Table *xai.Table
	Cases int // whose truth was confirmed
	Open  int // whose was not: their windows are left out
}

const (
	closely = 2 * time.Minute // between rows of a fault: it is acted on soon
	seldom  = 10 * time.Minute
	chunk   = 6 * time.Hour // of history in memory at a time
	daysMax = 400           // newest, that are looked at
)

// episode is a case as far as it tells the truth about a time.
type episode struct {
	assets       []twin.AssetID
	onset, ended time.Time // zero ended: it lasts
	detected     time.Time
	fault        string // that was proved; "": none was
	acted        time.Time
	denied       bool // by a person, and nothing was done
}

// Gather reads the windows of a site.
func Gather(ctx context.Context, site *twin.Site, past Past) (*Windows, error) {
	zone, err := time.LoadLocation(site.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("gather windows: time zone of the site: %w", err)
	}
	episodes, err := read(ctx, past)
	if err != nil {
		return nil, fmt.Errorf("gather windows: %w", err)
	}
	w := &Windows{Table: &xai.Table{Columns: diagnose.Columns(), Classes: diagnose.Classes}}
	for _, e := range episodes {
		if e.fault != "" || e.denied {
			w.Cases++
		} else {
			w.Open++
		}
	}
	from, to, err := past.Span(ctx)
	if err != nil {
		return nil, fmt.Errorf("gather windows: %w", err)
	}
	if from.IsZero() {
		return w, nil
	}
	if first := to.AddDate(0, 0, -daysMax); from.Before(first) {
		from = first
	}
	r := reader{site: site, past: past, zone: zone, episodes: episodes, out: w.Table, cabinets: diagnose.Cabinets(site)}
	for at := from.Truncate(chunk); at.Before(to); at = at.Add(chunk) {
		if err := r.chunk(ctx, at, at.Add(chunk)); err != nil {
			return nil, fmt.Errorf("gather windows: %w", err)
		}
	}
	return w, nil
}

// read folds the journal into episodes.
func read(ctx context.Context, past Past) ([]*episode, error) {
	cases := map[twin.CaseID]*episode{}
	because := map[twin.ProposalID]string{}
	var order []*episode
	err := past.Events(ctx, 1, func(e twin.Event) error {
		c := cases[e.Case]
		if e.Kind != twin.SituationRaised && c == nil {
			return nil
		}
		var err error
		switch e.Kind {
		case twin.SituationRaised:
			var s twin.Situation
			if s, err = body[twin.Situation](e); err == nil {
				c = &episode{assets: []twin.AssetID{s.Asset}, onset: s.Onset, detected: s.Detected}
				cases[e.Case] = c
				order = append(order, c)
			}
		case twin.SituationJoined:
			var s twin.Situation
			if s, err = body[twin.Situation](e); err == nil {
				c.assets = append(c.assets, s.Asset)
			}
		case twin.SituationEnded:
			c.ended = e.At
		case twin.ProposalMade:
			var p twin.Proposal
			if p, err = body[twin.Proposal](e); err == nil {
				because[p.ID] = p.Because
			}
		case twin.DecisionMade:
			var d twin.Decision
			if d, err = body[twin.Decision](e); err == nil && !d.Approved && d.By != "auto" {
				c.denied = true
			}
		case twin.ActionWritten:
			c.acted, c.denied = e.At, false
		case twin.OutcomeRecorded:
			var o twin.Outcome
			if o, err = body[twin.Outcome](e); err == nil && o.Result == twin.Verified {
				c.fault = because[o.Proposal]
			}
		}
		if err != nil {
			return fmt.Errorf("journal event %d (%s): %w", e.Seq, e.Kind, err)
		}
		return nil
	})
	for _, c := range order {
		if c.ended.IsZero() {
			c.denied = false // whether it goes by itself is yet to be seen
		}
		if !slices.Contains(diagnose.Classes, c.fault) {
			c.fault = ""
		}
	}
	return order, err
}

func body[T any](e twin.Event) (T, error) {
	var v T
	if err := json.Unmarshal(e.Body, &v); err != nil {
		return v, fmt.Errorf("decode its body: %w", err)
	}
	return v, nil
}

// truth is what was the matter with an asset at a moment; false: nobody knows.
func truth(episodes []*episode, asset twin.AssetID, at time.Time) (string, bool) {
	for _, e := range episodes {
		if !slices.Contains(e.assets, asset) || at.Before(e.onset.Add(-diagnose.Settle)) {
			continue
		}
		over := e.ended
		if !over.IsZero() && at.After(over.Add(diagnose.Window+diagnose.Baseline)) {
			continue
		}
		switch {
		case e.fault != "" && asset == e.assets[0] && diagnose.Shows(e.fault, at.Sub(e.onset)) && at.Before(e.acted):
			return e.fault, true
		case e.denied && asset == e.assets[0] && !at.Before(e.detected) && at.Before(over):
			return diagnose.None, true
		}
		return "", false
	}
	return diagnose.None, true
}

// reader makes rows of the history, a stretch at a time.
type reader struct {
	site     *twin.Site
	past     Past
	zone     *time.Location
	episodes []*episode
	cabinets []twin.AssetID
	out      *xai.Table
}

func (r *reader) chunk(ctx context.Context, from, to time.Time) error {
	var ids []twin.SignalID
	for _, g := range r.site.Signals {
		if a, ok := r.site.Asset(g.Asset); g.Kind != twin.Positions && (slices.Contains(r.cabinets, g.Asset) || ok && diagnose.Cools(a.Class)) {
			ids = append(ids, g.ID)
		}
	}
	var samples []twin.Sample
	if err := r.past.History(ctx, ids, from.Add(-twin.HistoryKept), to, func(s twin.Sample) error {
		samples = append(samples, s)
		return nil
	}); err != nil {
		return err
	}
	slices.SortStableFunc(samples, func(a, b twin.Sample) int { return a.At.Compare(b.At) })
	st := twin.NewState(r.site)
	next := from
	for _, s := range samples {
		for ; s.At.After(next); next = next.Add(closely) {
			r.look(st, next, next.Sub(from)%seldom == 0)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		st.Apply(s)
	}
	return nil
}

// look adds the rows of one moment; those of nothing only now and then.
func (r *reader) look(st *twin.State, at time.Time, all bool) {
	for _, asset := range r.cabinets {
		label, known := truth(r.episodes, asset, at)
		if !known || label == diagnose.None && !all {
			continue
		}
		row, why := diagnose.Row(st, asset, at)
		if why != "" {
			continue
		}
		r.out.Rows = append(r.out.Rows, row)
		r.out.Labels = append(r.out.Labels, slices.Index(diagnose.Classes, label))
		r.out.Groups = append(r.out.Groups, "day "+at.In(r.zone).Format(time.DateOnly))
	}
}
