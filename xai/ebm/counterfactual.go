package ebm

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/glasstwin/glasstwin/xai"
)

// Changeable is a column that a counterfactual may move, and how far. Low and
// High bound the new value; both zero: the range of the training rows.
type Changeable struct {
	Column    string
	Low, High float64
}

// Limits of the search. Candidates are bin edges, so that each step's effect is
// read from the tables; the search is exact for up to changesMax features among
// the candidates kept.
const (
	changesMax    = 3    // of the exact search: its cost grows with the power of it
	togetherMax   = 6    // changes at once where fewer do not do; more are no explanation any more
	candidatesMax = 24   // of one feature, the best for their distance
	triesMax      = 4000 // full evaluations, about a microsecond each
)

// candidate is a new value of one feature: its distance in units of the
// column's spread, and what it adds to the margin by the single feature's term.
type candidate struct {
	column   int
	value    float64
	distance float64
	gain     float64
}

// Counterfactual finds the smallest change, in scaled L1 distance, of the
// changeable columns that makes the model claim another class: the class named
// to, or any other when to is "". Where up to three changes do not do, several
// views of one thing often must change together: then up to six are taken that
// help most, and none of them could be smaller or left out. It returns nil when
// there is none within the bounds. The result was verified by running the model
// on it.
func (m *Model) Counterfactual(row []float64, changeable []Changeable, to string) (*xai.Counterfactual, error) {
	if err := m.fits(row); err != nil {
		return nil, fmt.Errorf("counterfactual: %w", err)
	}
	if m.Task == Regression {
		return nil, fmt.Errorf("counterfactual: a regression claims no class")
	}
	claim := m.Predict(row)
	target := slices.Index(m.Classes, to)
	switch {
	case to != "" && target < 0:
		return nil, fmt.Errorf("counterfactual: class %q is not among %q", to, m.Classes)
	case target == claim:
		return nil, fmt.Errorf("counterfactual: the model claims %s already", to)
	case target < 0:
		target = m.runnerUp(row, claim)
	}
	s := &search{m: m, row: slices.Clone(row), claim: claim, target: target, exact: to != "", bound: math.Inf(1)}
	for _, c := range changeable {
		j := m.Column(c.Column)
		if j < 0 {
			return nil, fmt.Errorf("counterfactual: the model has no column %q", c.Column)
		}
		if !math.IsNaN(row[j]) {
			s.features = append(s.features, s.candidates(j, c))
		}
	}
	for depth := 1; depth <= changesMax; depth++ {
		s.descend(0, depth, nil, 0)
	}
	if s.best == nil {
		s.together()
	}
	return s.result(row), nil
}

func (m *Model) runnerUp(row []float64, claim int) int {
	p, best := m.Proba(row), -1
	for k := range p {
		if k != claim && (best < 0 || p[k] > p[best]) {
			best = k
		}
	}
	return best
}

type search struct {
	m             *Model
	row           []float64
	claim, target int
	exact         bool // the target itself must be claimed, not just any other class
	features      [][]candidate
	bound         float64 // distance of the best change found
	best          []candidate
	tries         int
}

// candidates lists values of one feature, nearest first, leaving out those that
// cost more than another without bringing more.
func (s *search) candidates(j int, c Changeable) []candidate {
	low, high := c.Low, c.High
	if low == 0 && high == 0 {
		low, high = s.m.Columns[j].Min, s.m.Columns[j].Max
	}
	now := s.row[j]
	values := make(map[float64]bool)
	paired := false
	for i := range s.m.Terms {
		t := &s.m.Terms[i]
		for side, f := range t.Features {
			if f != j {
				continue
			}
			paired = paired || len(t.Features) == 2
			for _, cut := range t.Cuts[side] {
				if cut > now { // a value lies in the bin above a cut that it equals
					values[cut] = true
				} else {
					values[math.Nextafter(cut, math.Inf(-1))] = true
				}
			}
		}
	}
	before := s.margin()
	var all []candidate
	for v := range values {
		if v < low || v > high || v == now {
			continue
		}
		s.row[j] = v
		all = append(all, candidate{j, v, math.Abs(v-now) / s.m.Columns[j].Scale, s.margin() - before})
	}
	s.row[j] = now
	sort.Slice(all, func(a, b int) bool {
		return cmp.Or(cmp.Compare(all[a].distance, all[b].distance), cmp.Compare(all[a].value, all[b].value)) < 0
	})
	var kept []candidate
	top := 0.0
	for _, c := range all {
		// In a pair the gain depends on the other feature too: keep some that
		// bring nothing alone.
		if c.gain > top || paired && c.gain > -math.Abs(top) && len(kept) < candidatesMax/2 {
			kept = append(kept, c)
			top = max(top, c.gain)
		}
	}
	if n := len(kept); n > candidatesMax { // thin evenly, the last (most gain) stays
		few := make([]candidate, candidatesMax)
		for i := range few {
			few[i] = kept[(i+1)*n/candidatesMax-1]
		}
		kept = few
	}
	return kept
}

// margin is by how much the target's score stands above the claim's.
func (s *search) margin() float64 {
	scores := s.m.Score(s.row)
	t, ts := s.m.scoreOf(s.target)
	c, cs := s.m.scoreOf(s.claim)
	return ts*scores[t] - cs*scores[c]
}

// descend tries all sets of depth changes among features from on.
func (s *search) descend(from, depth int, chosen []candidate, distance float64) {
	for f := from; f < len(s.features); f++ {
		for _, c := range s.features[f] {
			if distance+c.distance >= s.bound || s.tries >= triesMax {
				break // the rest of the feature is farther
			}
			was := s.row[c.column]
			s.row[c.column] = c.value
			next := append(chosen[:len(chosen):len(chosen)], c)
			if depth > 1 {
				s.descend(f+1, depth-1, next, distance+c.distance)
			} else if s.tries++; s.flips() {
				s.bound, s.best = distance+c.distance, next
			}
			s.row[c.column] = was
		}
	}
}

// together changes the feature that helps most, again and again until the claim
// flips, and then takes back of every change what was not needed.
func (s *search) together() {
	was := slices.Clone(s.row)
	defer func() { s.row = was }()
	chosen := make(map[int]candidate) // by place in features
	for len(chosen) < togetherMax && !s.flips() {
		at, best, top := -1, candidate{}, s.margin()
		for f, list := range s.features {
			if _, taken := chosen[f]; taken {
				continue
			}
			for _, c := range list {
				s.row[c.column] = c.value
				if m := s.margin(); m > top {
					at, best, top = f, c, m
				}
				s.row[c.column] = was[c.column]
			}
		}
		if at < 0 {
			return
		}
		chosen[at] = best
		s.row[best.column] = best.value
	}
	if !s.flips() {
		return
	}
	for f, list := range s.features {
		full, taken := chosen[f]
		if !taken {
			continue
		}
		s.row[full.column] = was[full.column]
		if s.flips() {
			continue
		}
		for _, c := range list { // nearest first; the full change flips, so one does
			if s.row[c.column] = c.value; s.flips() {
				s.best = append(s.best, c)
				break
			}
		}
	}
}

func (s *search) flips() bool {
	now := s.m.Predict(s.row)
	return now == s.target || !s.exact && now != s.claim
}

func (s *search) result(row []float64) *xai.Counterfactual {
	if s.best == nil {
		return nil
	}
	out := &xai.Counterfactual{}
	after := slices.Clone(row)
	for _, c := range s.best {
		col := s.m.Columns[c.column]
		after[c.column] = c.value
		out.Changes = append(out.Changes, xai.Change{Feature: col.Name, Source: col.Source, Unit: col.Unit, From: row[c.column], To: c.value})
	}
	k := s.m.Predict(after)
	out.Claim, out.Confidence = s.m.Classes[k], s.m.Proba(after)[k]
	return out
}
