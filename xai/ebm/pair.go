package ebm

import "math"

// pair names two features by their columns, a < b.
type pair struct{ a, b int }

// visit is one bag's view of one pair: which cell each row falls in.
type visit struct {
	na, nb, width, minLeaf int
	train, held            []uint32
	weight                 []float64 // training rows of each cell
}

func newVisit(g *grid, p pair, b *bag) *visit {
	v := &visit{na: len(g.pairCuts[p.a]) + 2, nb: len(g.pairCuts[p.b]) + 2, width: b.width, minLeaf: b.opt.MinLeaf}
	cells := func(set *batch) []uint32 {
		out := make([]uint32, set.rows())
		for i := range out {
			out[i] = uint32(g.pairBin[p.a][set.bins[p.a][i]]*v.nb + g.pairBin[p.b][set.bins[p.b][i]])
		}
		return out
	}
	v.train, v.held = cells(b.train), cells(b.held)
	v.weight = make([]float64, v.cells())
	for _, c := range v.train {
		v.weight[c]++
	}
	return v
}

func (v *visit) cells() int { return v.na * v.nb }

// step grows for each score the best tree that cuts one feature once and then
// the other on either side (four leaves, the shape that Lou et al. 2013 boost
// pairs with) and returns its steps times rate.
func (v *visit) step(res []sums, rate float64) []float64 {
	update := make([]float64, v.cells()*v.width)
	hist := make([]sums, v.cells())
	for k := range v.width {
		clear(hist)
		for i, c := range v.train {
			r := res[i*v.width+k]
			hist[c].g += r.g
			hist[c].h += r.h
		}
		s := newSummed(hist, v.weight, v.na, v.nb)
		leaves := s.best(float64(v.minLeaf))
		for _, l := range leaves {
			q := s.of(l)
			value := rate * min(max(q.g/q.h, -stepMax), stepMax)
			for a := l.a0; a < l.a1; a++ {
				for b := l.b0; b < l.b1; b++ {
					update[(a*v.nb+b)*v.width+k] = value
				}
			}
		}
	}
	return update
}

// box is a rectangle of cells, ends excluded.
type box struct{ a0, a1, b0, b1 int }

// mass is what stands in a box.
type mass struct{ g, h, n float64 }

func (m mass) gain() float64 { return m.g * m.g / m.h }

// summed is a summed-area table: the content of any box in four look-ups.
type summed struct {
	na, nb int
	at     []mass // (na+1) × (nb+1)
}

func newSummed(hist []sums, weight []float64, na, nb int) *summed {
	s := &summed{na, nb, make([]mass, (na+1)*(nb+1))}
	for a := range na {
		var row mass
		for b := range nb {
			c := a*nb + b
			row.g += hist[c].g
			row.h += hist[c].h
			row.n += weight[c]
			up := s.at[a*(nb+1)+b+1]
			s.at[(a+1)*(nb+1)+b+1] = mass{up.g + row.g, up.h + row.h, up.n + row.n}
		}
	}
	return s
}

func (s *summed) of(x box) mass {
	w := s.nb + 1
	p, q, r, t := s.at[x.a1*w+x.b1], s.at[x.a0*w+x.b1], s.at[x.a1*w+x.b0], s.at[x.a0*w+x.b0]
	return mass{p.g - q.g - r.g + t.g, p.h - q.h - r.h + t.h, p.n - q.n - r.n + t.n}
}

// best returns the leaves of the best tree; none when no cut is allowed.
// Missing values (bin 0) lie on the low side of a cut.
func (s *summed) best(minLeaf float64) []box {
	var leaves []box
	top := 0.0
	try := func(first, second []box, g1, g2 float64) {
		if g := g1 + g2; g > top && first != nil && second != nil {
			top, leaves = g, append(append([]box(nil), first...), second...)
		}
	}
	for a := 1; a < s.na; a++ {
		low, gl := s.halve(box{0, a, 0, s.nb}, false, minLeaf)
		high, gh := s.halve(box{a, s.na, 0, s.nb}, false, minLeaf)
		try(low, high, gl, gh)
	}
	for b := 1; b < s.nb; b++ {
		low, gl := s.halve(box{0, s.na, 0, b}, true, minLeaf)
		high, gh := s.halve(box{0, s.na, b, s.nb}, true, minLeaf)
		try(low, high, gl, gh)
	}
	return leaves
}

// halve cuts a box once across its other side, or leaves it whole; nil when it
// holds too little.

func (s *summed) halve(x box, alongA bool, minLeaf float64) ([]box, float64) {
	whole := s.of(x)
	if whole.n < minLeaf || whole.h < curvatureMin {
		return nil, 0
	}
	out, top := []box{x}, whole.gain()
	best := -1
	lo, hi := x.b0+1, x.b1
	if alongA {
		lo, hi = x.a0+1, x.a1
	}
	for c := lo; c < hi; c++ {
		low := x
		if alongA {
			low.a1 = c
		} else {
			low.b1 = c
		}
		p := s.of(low)
		q := mass{whole.g - p.g, whole.h - p.h, whole.n - p.n}
		if p.n < minLeaf || q.n < minLeaf || p.h < curvatureMin || q.h < curvatureMin {
			continue
		}
		if g := p.gain() + q.gain(); g > top {
			top, best = g, c
		}
	}
	if best >= 0 {
		low, high := x, x
		if alongA {
			low.a1, high.a0 = best, best
		} else {
			low.b1, high.b0 = best, best
		}
		out = []box{low, high}
	}
	return out, top
}

// interaction is FAST (Lou et al. 2013, section 4): the most that any pair of
// cuts, one on each feature, explains of the residuals. What counts is the
// contrast of the four quadrants, m11 − m12 − m21 + m22, alone; it is the part
// that no sum of two single effects can explain, so that a feature with a
// poorly fitted shape does not drag all its neighbours in.
func (s *summed) interaction(minLeaf float64) float64 {
	top := 0.0
	for a := 2; a < s.na; a++ { // bin 0, missing, stays out: values only
		for b := 2; b < s.nb; b++ {
			q := [4]mass{s.of(box{1, a, 1, b}), s.of(box{1, a, b, s.nb}), s.of(box{a, s.na, 1, b}), s.of(box{a, s.na, b, s.nb})}
			contrast, variance := 0.0, 0.0
			for i, m := range q {
				if m.n < minLeaf || m.h < curvatureMin {
					variance = math.Inf(1)
					break
				}
				sign := 1.0
				if i == 1 || i == 2 {
					sign = -1
				}
				contrast += sign * m.g / m.h
				variance += 1 / m.h
			}
			top = max(top, contrast*contrast/variance)
		}
	}
	return top
}
