package counterfactual

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

// Limits of a search.
const (
	valuesMax   = 24    // of one column, thinned evenly by distance
	exactMax    = 3     // changes up to which every combination is tried
	triesMax    = 40000 // rows handed to the model by the exact search
	triesAtOnce = 2000
	refineSteps = 24  // halvings of what a change overshoots
	sparse      = 0.9 // a change more must bring the row this much nearer
)

// Actionable is a column that can be moved, and how far.
type Actionable struct {
	Column    int
	Low, High float64   // bounds of the new value; both zero: those of the background
	Scale     float64   // distance 1; 0: the background's spread between its quartiles
	Values    []float64 // worth trying, the thresholds of a tree; nil: quantiles of the background
	Exact     bool      // only Values may be taken: a switch has no positions between
}

// Question is what is asked of a model.
type Question struct {
	Probability xai.Predict
	Row         []float64
	Background  [][]float64 // rows that tell what is usual
	Actionable  []Actionable
	To          int                      // output to be claimed; negative: any other
	Confidence  float64                  // least probability of the new claim; 0: it need only be the likeliest
	Changes     int                      // most columns moved; default 6
	Allowed     func(row []float64) bool // guards that a changed row must satisfy; nil: none
}

// Change is one moved column.
type Change struct {
	Column   int
	From, To float64
}

// Answer is a change that flips the claim.
type Answer struct {
	Changes     []Change
	Row         []float64 // after it
	Claim       int       // of the model on Row
	Probability float64   // of that claim
	Distance    float64
}

type move struct {
	column   int
	value    float64
	distance float64
}

type search struct {
	q       Question
	ctx     context.Context
	claim   int
	moves   [][]move // of each actionable column, nearest first
	best    []move
	bound   float64
	tries   int
	columns []Actionable
}

// Find answers a question; nil when no change within the bounds flips the claim.
func Find(ctx context.Context, q Question) (*Answer, error) {
	if len(q.Background) == 0 || len(q.Background[0]) != len(q.Row) {
		return nil, fmt.Errorf("counterfactual: give background rows of %d columns", len(q.Row))
	}
	if q.Changes == 0 {
		q.Changes = 6
	}
	p := q.Probability([][]float64{q.Row})[0]
	s := &search{q: q, ctx: ctx, claim: likeliest(p), bound: math.Inf(1), columns: slices.Clone(q.Actionable)}
	if q.To >= len(p) || q.To == s.claim {
		return nil, fmt.Errorf("counterfactual: output %d of %d is asked for, the model claims %d", q.To, len(p), s.claim)
	}
	for i := range s.columns {
		a := &s.columns[i]
		if a.Column < 0 || a.Column >= len(q.Row) {
			return nil, fmt.Errorf("counterfactual: column %d of %d", a.Column, len(q.Row))
		}
		if slices.ContainsFunc(s.columns[:i], func(b Actionable) bool { return b.Column == a.Column }) {
			return nil, fmt.Errorf("counterfactual: column %d is there twice", a.Column)
		}
		if math.IsNaN(q.Row[a.Column]) {
			continue // what is missing cannot be moved
		}
		if m := s.listed(a); len(m) > 0 {
			s.moves = append(s.moves, m)
		}
	}
	for size := 1; size <= min(exactMax, q.Changes); size++ {
		if err := s.exact(size); err != nil {
			return nil, err
		}
		s.refine() // else a change more would seem nearer than what merely overshoots
	}
	if s.best == nil {
		s.greedy()
		s.refine()
	}
	if s.best == nil {
		return nil, ctx.Err()
	}
	return s.answer(), nil
}

// listed gives the values of a column worth trying, nearest first.
func (s *search) listed(a *Actionable) []move {
	var usual []float64
	for _, b := range s.q.Background {
		if !math.IsNaN(b[a.Column]) {
			usual = append(usual, b[a.Column])
		}
	}
	slices.Sort(usual)
	if len(usual) == 0 {
		return nil
	}
	if a.Low == 0 && a.High == 0 {
		a.Low, a.High = usual[0], usual[len(usual)-1]
	}
	if a.Scale == 0 {
		a.Scale = usual[len(usual)*3/4] - usual[len(usual)/4]
	}
	if a.Scale == 0 {
		a.Scale = usual[len(usual)-1] - usual[0]
	}
	if a.Scale == 0 {
		a.Scale = 1
	}
	values := slices.Clone(a.Values)
	if !a.Exact {
		for _, v := range a.Values { // just below a threshold is the other side of it
			values = append(values, math.Nextafter(v, math.Inf(-1)))
		}
		values = append(values, a.Low, a.High)
	}
	if a.Values == nil {
		for k := 0; k < 2*valuesMax; k++ {
			values = append(values, usual[k*(len(usual)-1)/(2*valuesMax-1)])
		}
	}
	now := s.q.Row[a.Column]
	var out []move
	for _, v := range values {
		if v >= a.Low && v <= a.High && v != now {
			out = append(out, move{a.Column, v, math.Abs(v-now) / a.Scale})
		}
	}
	slices.SortFunc(out, func(a, b move) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.value, b.value))
	})
	out = slices.Compact(out)
	if n := len(out); n > valuesMax { // thin evenly, the farthest stays
		few := make([]move, valuesMax)
		for i := range few {
			few[i] = out[(i+1)*n/valuesMax-1]
		}
		out = few
	}
	return out
}

// exact tries every combination of size moves that is nearer than the best so
// far, in batches.
func (s *search) exact(size int) error {
	var batch [][]move
	flush := func() error {
		if err := s.ctx.Err(); err != nil {
			return fmt.Errorf("counterfactual: %w", err)
		}
		for i, flips := range s.flip(batch) {
			if d := distance(batch[i]); flips && d < s.bound && (len(s.best) == 0 || len(batch[i]) == len(s.best) || d < sparse*s.bound) {
				s.best, s.bound = batch[i], d
			}
		}
		batch = nil
		return nil
	}
	var descend func(from int, chosen []move) error
	descend = func(from int, chosen []move) error {
		for f := from; f < len(s.moves); f++ {
			for _, m := range s.moves[f] {
				if distance(chosen)+m.distance >= s.bound || s.tries >= triesMax {
					break // the rest of the column is farther
				}
				next := append(slices.Clone(chosen), m)
				if len(next) < size {
					if err := descend(f+1, next); err != nil {
						return err
					}
					continue
				}
				s.tries++
				if batch = append(batch, next); len(batch) == triesAtOnce {
					if err := flush(); err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
	if err := descend(0, nil); err != nil {
		return err
	}
	return flush()
}

// greedy moves the column that helps most, again and again, until the claim
// flips, and then takes back each move that was not needed.
func (s *search) greedy() {
	var chosen []move
	for len(chosen) < s.q.Changes {
		var options [][]move
		for _, of := range s.moves {
			if slices.ContainsFunc(chosen, func(m move) bool { return m.column == of[0].column }) {
				continue
			}
			for _, m := range of {
				options = append(options, append(slices.Clone(chosen), m))
			}
		}
		at, top := -1, s.margin([][]move{chosen})[0]
		for i, v := range s.margin(options) {
			if v > top {
				at, top = i, v
			}
		}
		if at < 0 {
			return
		}
		chosen = options[at]
		if s.flip([][]move{chosen})[0] {
			break
		}
	}
	if !s.flip([][]move{chosen})[0] {
		return
	}
	for i := 0; i < len(chosen); {
		if less := slices.Delete(slices.Clone(chosen), i, i+1); s.flip([][]move{less})[0] {
			chosen = less
		} else {
			i++
		}
	}
	s.best, s.bound = chosen, distance(chosen)
}

// refine takes back of each change what overshoots.
func (s *search) refine() {
	for i, m := range s.best {
		at := slices.IndexFunc(s.columns, func(a Actionable) bool { return a.Column == m.column })
		if s.columns[at].Exact {
			continue
		}
		near, far := s.q.Row[m.column], m.value
		if c := min(max(near, s.columns[at].Low), s.columns[at].High); c != near { // it stands out of bounds
			try := slices.Clone(s.best)
			if try[i].value = c; s.flip([][]move{try})[0] {
				far = c
			}
			near = c
		}
		for range refineSteps {
			try := slices.Clone(s.best)
			try[i].value = near + (far-near)/2
			if s.flip([][]move{try})[0] {
				far = try[i].value
			} else {
				near = try[i].value
			}
		}
		s.best[i].value = far
		s.best[i].distance = math.Abs(far-s.q.Row[m.column]) / s.columns[at].Scale
	}
	if s.best != nil {
		s.bound = distance(s.best)
	}
}

func (s *search) answer() *Answer {
	row := s.after(s.best)
	p := s.q.Probability([][]float64{row})[0]
	a := &Answer{Row: row, Claim: likeliest(p), Distance: distance(s.best)}
	a.Probability = p[a.Claim]
	for _, m := range s.best {
		a.Changes = append(a.Changes, Change{m.column, s.q.Row[m.column], m.value})
	}
	slices.SortFunc(a.Changes, func(a, b Change) int { return cmp.Compare(a.Column, b.Column) })
	return a
}

// flip tells of each set of moves whether it is allowed and does what is asked.
func (s *search) flip(all [][]move) []bool {
	if len(all) == 0 {
		return nil
	}
	out := make([]bool, len(all))
	rows := make([][]float64, len(all))
	for i, moves := range all {
		rows[i] = s.after(moves)
	}
	for i, p := range s.q.Probability(rows) {
		now := likeliest(p)
		out[i] = (now == s.q.To || s.q.To < 0 && now != s.claim) && p[now] >= s.q.Confidence && (s.q.Allowed == nil || s.q.Allowed(rows[i]))
	}
	return out
}

// margin is by how much the output asked for stands above the claim.
func (s *search) margin(all [][]move) []float64 {
	if len(all) == 0 {
		return nil
	}
	out := make([]float64, len(all))
	rows := make([][]float64, len(all))
	for i, moves := range all {
		rows[i] = s.after(moves)
	}
	for i, p := range s.q.Probability(rows) {
		want := math.Inf(-1)
		for k, v := range p {
			if k == s.q.To || s.q.To < 0 && k != s.claim {
				want = max(want, v)
			}
		}
		if out[i] = want - p[s.claim]; s.q.Allowed != nil && !s.q.Allowed(rows[i]) {
			out[i] = math.Inf(-1)
		}
	}
	return out
}

func (s *search) after(moves []move) []float64 {
	row := slices.Clone(s.q.Row)
	for _, m := range moves {
		row[m.column] = m.value
	}
	return row
}

func distance(moves []move) float64 {
	sum := 0.0
	for _, m := range moves {
		sum += m.distance
	}
	return sum
}

func likeliest(p []float64) int {
	best := 0
	for k, v := range p {
		if v > p[best] {
			best = k
		}
	}
	return best
}
