package whatif

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// Difference is one figure in both layouts, with intervals of 95 %.
type Difference struct {
	Figure
	A, B       float64
	Diff       float64 // B less A
	Half       float64 // of the interval of Diff: it is Diff ± Half
	Percent    float64 // of A; 0 when A is none
	PercentFor float64 // half of the interval of Percent
	Sure       bool    // the interval leaves zero out
	Chance     float64 // how often chance alone makes as great a difference, 0..1
}

// Comparison is what two layouts came to.
type Comparison struct {
	Study Study
	Rows  []Difference // of the whole shop first, then the surest
	A, B  *Heat        // mean over the days; both on the same squares
	Days  [2][]Day
}

// Compare lives the days of a baseline and of a variant, both with the same
// people, and tells what differs.
func Compare(ctx context.Context, s Study, a, b *Scenario, progress func(float64)) (*Comparison, error) {
	if err := s.settle(); err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	if s.Days < 2 {
		return nil, fmt.Errorf("compare: %d day: one day alone tells no difference from chance; give 2 to %d", s.Days, daysMost)
	}
	c := &Comparison{Study: s}
	c.Days[0], c.Days[1] = make([]Day, s.Days), make([]Day, s.Days)
	sides := []*Scenario{a, b}
	err := Run(ctx, s, sides, func(side, day int, r *shop.Result) error {
		c.Days[side][day] = s.figuresOf(r, sides[side])
		return nil
	}, progress)
	if err != nil {
		return nil, err
	}
	if err := c.settle(ctx, sides); err != nil {
		return nil, err
	}
	return c, nil
}

// Settle tells what differs between two scenarios whose days were lived already,
// with the same dice.
func Settle(ctx context.Context, s Study, a, b *Scenario, daysA, daysB []Day) ([]Difference, error) {
	if err := s.settle(); err != nil {
		return nil, err
	}
	if len(daysA) != len(daysB) || len(daysA) < 2 {
		return nil, fmt.Errorf("%d days of one layout and %d of the other: give as many, two at least", len(daysA), len(daysB))
	}
	c := &Comparison{Study: s, Days: [2][]Day{daysA, daysB}}
	if err := c.settle(ctx, []*Scenario{a, b}); err != nil {
		return nil, err
	}
	return c.Rows, nil
}

// Live lives the days of one scenario.
func Live(ctx context.Context, s Study, x *Scenario, progress func(float64)) ([]Day, error) {
	if err := s.settle(); err != nil {
		return nil, err
	}
	days := make([]Day, s.Days)
	err := Run(ctx, s, []*Scenario{x}, func(_, day int, r *shop.Result) error {
		days[day] = s.figuresOf(r, x)
		return nil
	}, progress)
	return days, err
}

// settle works out what differs of the days.
func (c *Comparison) settle(ctx context.Context, sides []*Scenario) error {
	for k, x := range sides {
		sold := map[twin.AssetID]float64{}
		for _, d := range c.Days[0] { // goods are brought for what the baseline sells
			for id, n := range d.Sold {
				sold[id] += n
			}
		}
		way, err := x.StaffWay(ctx, sold)
		if err != nil {
			return fmt.Errorf("compare: %w", err)
		}
		for _, d := range c.Days[k] {
			d.Figures[Figure{StaffWalk, ""}] = way
			d.Figures[Figure{Moving, ""}] = x.moving()
		}
		h := meanHeat(c.Days[k])
		if k == 0 {
			c.A = h
		} else {
			c.B = h
		}
	}
	c.Rows = c.sales(Differences(c.Days[0], c.Days[1]))
	return nil
}

// Differences pairs the days of two layouts.
func Differences(a, b []Day) []Difference {
	names := map[Figure]bool{}
	for _, days := range [2][]Day{a, b} {
		for _, d := range days {
			for n := range d.Figures {
				names[n] = true
			}
		}
	}
	rows := make([]Difference, 0, len(names))
	for n := range names {
		x, y := make([]float64, len(a)), make([]float64, len(a))
		for i := range a {
			x[i], y[i] = a[i].Figures[n], b[i].Figures[n]
		}
		rows = append(rows, Paired(n, x, y))
	}
	sortRows(rows)
	return rows
}

// Paired is the difference of one figure over pairs of days. The interval of the
// difference is Student's of the days' differences; that of the ratio is by the
// residuals of a ratio estimator (Cochran 1977, 6.3; each as by the jackknife), so that the baseline's own
// chance is in it.
func Paired(of Figure, a, b []float64) Difference {
	r := Difference{Figure: of, A: mean(a), B: mean(b)}
	r.Diff = r.B - r.A
	n := float64(len(a))
	t := Student(len(a) - 1)
	ratio := 0.0
	if r.A != 0 {
		ratio = r.Diff / r.A
	}
	variance, residual := 0.0, 0.0
	for i := range a {
		d := b[i] - a[i]
		variance += (d - r.Diff) * (d - r.Diff) / (n - 1)
		e := d - ratio*a[i]
		if rest := 1 - a[i]/(n*r.A); r.A != 0 && rest > 0.1 {
			e *= (1 - 1/n) / rest // as if the day were left out: few days flatter the ratio
		}
		residual += e * e / (n - 1)
	}
	r.Half = t * math.Sqrt(variance/n)
	if r.A != 0 {
		r.Percent, r.PercentFor = 100*ratio, 100*t*math.Sqrt(residual/(n-1))/math.Abs(r.A)
	}
	r.Sure = math.Abs(r.Diff) > r.Half*(1+1e-9) && math.Abs(r.Diff) > 1e-12*math.Abs(r.A)
	r.Chance = chanceOf(r.Diff, r.Half, len(a)-1)
	return r
}

// sales adds what the change of exposure does to sales. Chance is taken in by
// leaving one day out after another (the jackknife: a ratio's mean has no simple
// variance), what is not known of the elasticity by its own interval.
func (c *Comparison) sales(rows []Difference) []Difference {
	n := len(c.Days[0])
	ids := map[twin.AssetID]bool{}
	for _, d := range c.Days[0] {
		for id := range d.Seen {
			ids[id] = true
		}
	}
	type pair struct{ sold, a, b float64 }
	sums := map[twin.AssetID]*pair{}
	of := func(id twin.AssetID, day int) pair {
		a, b := c.Days[0][day], c.Days[1][day]
		return pair{sold: a.Sold[id], a: a.Seen[id], b: b.Seen[id]}
	}
	for id := range ids {
		p := &pair{}
		for d := range n {
			x := of(id, d)
			p.sold, p.a, p.b = p.sold+x.sold, p.a+x.a, p.b+x.b
		}
		sums[id] = p
	}
	// gain of some fixtures, per day, without one day (-1: with all).
	gain := func(list []twin.AssetID, e Elasticity, without int) (before, after float64) {
		m := float64(n)
		if without >= 0 {
			m--
		}
		for _, id := range list {
			p := *sums[id]
			if without >= 0 {
				x := of(id, without)
				p.sold, p.a, p.b = p.sold-x.sold, p.a-x.a, p.b-x.b
			}
			before += p.sold / m
			after += p.sold / m * e.Factor(p.a/m, p.b/m)
		}
		return before, after
	}
	row := func(name string, list []twin.AssetID) {
		e := c.Study.Elasticity
		r := Difference{Figure: Figure{Sales, name}}
		r.A, r.B = gain(list, e, -1)
		r.Diff = r.B - r.A
		var leftOut []float64
		for d := range n {
			a, b := gain(list, e, d)
			leftOut = append(leftOut, b-a)
		}
		m, chance := mean(leftOut), 0.0
		for _, v := range leftOut {
			chance += (v - m) * (v - m) * float64(n-1) / float64(n)
		}
		up, down := e, e
		up.Mean, down.Mean = e.Mean+e.SD, e.Mean-e.SD
		_, hi := gain(list, up, -1)
		_, lo := gain(list, down, -1)
		r.Half = math.Hypot(Student(n-1)*math.Sqrt(chance), normal95*math.Abs(hi-lo)/2)
		if r.A != 0 {
			r.Percent, r.PercentFor = 100*r.Diff/r.A, 100*r.Half/math.Abs(r.A)
		}
		r.Sure = math.Abs(r.Diff) > r.Half*(1+1e-9)
		r.Chance = chanceOf(r.Diff, r.Half, n-1)
		rows = append(rows, r)
	}
	var list []twin.AssetID
	for id := range ids {
		list = append(list, id)
	}
	slices.Sort(list)
	row("", list)
	for _, id := range list {
		row(string(id), []twin.AssetID{id})
	}
	sortRows(rows)
	return rows
}

const normal95 = 1.959964

func sortRows(rows []Difference) {
	slices.SortFunc(rows, func(a, b Difference) int {
		whole := func(d Difference) bool { return d.Of == "" }
		ratio := func(d Difference) float64 { return math.Abs(d.Diff) / max(1e-12, d.Half) }
		switch {
		case whole(a) != whole(b):
			if whole(a) {
				return -1
			}
			return 1
		case !whole(a) && ratio(a) > ratio(b):
			return -1
		case !whole(a) && ratio(a) < ratio(b):
			return 1
		case a.Of != b.Of:
			if a.Of < b.Of {
				return -1
			}
			return 1
		case a.Measure < b.Measure:
			return -1
		case a.Measure > b.Measure:
			return 1
		}
		return 0
	})
}

// Name is what a person calls the figure.
func (d Difference) Name() string {
	if d.Of == "" {
		return d.Measure
	}
	return d.Of + ": " + d.Measure
}

// meanHeat is the mean of days on the same squares.
func meanHeat(days []Day) *Heat {
	first := days[0].Floor
	h := *first
	h.Density, h.Dwell, h.Seconds = make([]float64, len(first.Density)), make([]float64, len(first.Dwell)), 0
	for _, d := range days {
		h.Seconds += d.Floor.Seconds
		for i := range h.Density {
			h.Density[i] += d.Floor.Density[i] / float64(len(days))
			h.Dwell[i] += d.Floor.Dwell[i] / float64(len(days))
		}
	}
	return &h
}

// Student is the 97.5 % point of Student's t for so many degrees of freedom: tables
// up to ten, then by Cornish and Fisher (Abramowitz and Stegun 26.7.5).
func Student(n int) float64 {
	table := [...]float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228}
	if n < 1 {
		return math.Inf(1)
	}
	if n <= len(table) {
		return table[n-1]
	}
	const z = normal95
	v := float64(n)
	return z + (math.Pow(z, 3)+z)/(4*v) + (5*math.Pow(z, 5)+16*math.Pow(z, 3)+3*z)/(96*v*v) +
		(3*math.Pow(z, 7)+19*math.Pow(z, 5)+17*math.Pow(z, 3)-15*z)/(384*v*v*v)
}
