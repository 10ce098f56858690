package account

import (
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/prototype"
)

// Similar is an earlier case that the model saw nearly the same.
type Similar struct {
	Case   twin.CaseID
	Asset  twin.AssetID
	At     time.Time // when the model had seen it
	When   string    // it began
	What   string    // it was taken to be, on what
	How    string    // it ended
	Same   string    // how much of the reasons is the same
	Shared float64   // 0..1
}

const (
	similarMost  = 3    // as many as a person compares
	similarLeast = 0.25 // of the reasons, below which it was not like this
	pastMost     = 2000 // newest cases that are compared
	shareStep    = 0.25 // log-odds within which two shares count as the same reason
	shareNone    = 0.05 // below which a share is no reason
)

// Alike finds the earlier cases that the model treated most like this one: those
// in which the same readings spoke with the same strength for the same claim;
// among them, those whose readings lie nearest.
func Alike(s *phrase.Speaker, site *twin.Site, c app.Case, past []app.Case) []Similar {
	if c.Explanation == nil || c.Explanation.Abstained {
		return nil
	}
	var before []app.Case
	for _, o := range past {
		if len(before) == pastMost {
			break
		}
		x := o.Explanation
		if x != nil && !x.Abstained && o.Situation.Case != c.Situation.Case && o.Situation.Onset.Before(c.Situation.Onset) && x.Claim == c.Explanation.Claim {
			before = append(before, o)
		}
	}
	if len(before) == 0 {
		return nil
	}
	g := gridOf(c.Explanation)
	rows := make([][]float64, len(before))
	for i, o := range before {
		rows[i] = g.row(o.Explanation)
	}
	here := g.row(c.Explanation)
	index, err := prototype.New(rows, g.scales(append(slices.Clone(rows), here)), g.leaves)
	if err != nil {
		return nil // a row of another length: cannot be, all are made here
	}
	out := []Similar{}
	for _, n := range index.Nearest(here, similarMost, nil) {
		if n.Shared < similarLeast {
			break
		}
		o := before[n.Row]
		a, ok := site.Asset(o.Situation.Asset)
		if !ok {
			a.ID = o.Situation.Asset
		}
		when := phrase.Moment(o.Situation.Onset, Zone(site))
		out = append(out, Similar{Case: o.Situation.Case, Asset: o.Situation.Asset, At: seenAt(o), When: when,
			What:   s.Say("similar.line", "when", when, "what", s.Fault(o.Explanation.Claim), "asset", s.CaseName(a, o)),
			How:    s.CaseSentence(o),
			Same:   s.Say("similar.same", "share", phrase.Percent(n.Shared)),
			Shared: n.Shared})
	}
	return out
}

// seenAt is a moment at which a case shows all that was known before an answer.
func seenAt(c app.Case) time.Time {
	switch {
	case !c.ActedAt.IsZero():
		return c.ActedAt
	case c.Proposal != nil && !c.Proposal.Made.IsZero():
		return c.Proposal.Made
	case !c.Explanation.To.IsZero() && c.Explanation.To.After(c.Situation.Detected):
		return c.Explanation.To
	}
	return c.Situation.Detected
}

// grid lays explanations out as rows: the readings that are a reason now, then
// the shares of the same. A case of another version of the model, which lacks
// some, has them missing.
type grid []string

func gridOf(x *xai.Explanation) grid {
	var g grid
	for _, a := range x.Attributions {
		if math.Abs(a.Share) >= shareNone {
			g = append(g, a.Feature)
		}
	}
	return g
}

func (g grid) row(x *xai.Explanation) []float64 {
	row := make([]float64, 2*len(g))
	for i := range row {
		row[i] = math.NaN()
	}
	for _, a := range x.Attributions {
		if i := slices.Index(g, a.Feature); i >= 0 {
			row[i], row[len(g)+i] = a.Value, a.Share
		}
	}
	return row
}

// leaves are the strengths with which each reading speaks, in steps.
func (g grid) leaves(row []float64) []int {
	out := make([]int, len(g))
	for i, share := range row[len(g):] {
		out[i] = math.MinInt
		if !math.IsNaN(share) {
			out[i] = int(math.Round(share / shareStep))
		}
	}
	return out
}

// scales are the spreads of the readings. Shares decide by their leaves, not by
// distance: their scale is without bound.
func (g grid) scales(rows [][]float64) []float64 {
	out := make([]float64, 2*len(g))
	for j := range out {
		out[j] = math.Inf(1)
		if j >= len(g) {
			continue
		}
		var seen []float64
		for _, r := range rows {
			if !math.IsNaN(r[j]) {
				seen = append(seen, r[j])
			}
		}
		if len(seen) == 0 {
			continue
		}
		slices.Sort(seen)
		if spread := seen[len(seen)*9/10] - seen[len(seen)/10]; spread > 0 {
			out[j] = spread
		}
	}
	return out
}
