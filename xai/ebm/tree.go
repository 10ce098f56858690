package ebm

import "math/rand/v2"

// curvatureMin is the least curvature of a leaf: below it the step is noise.
const curvatureMin = 1e-4

// tree finds the best tree of two or three leaves on the bins of one feature
// and writes its steps, times rate, into update[bin × width + k]. What is
// missing is a leaf of its own.
type tree struct {
	leaves, minLeaf int
	rate            float64
	monotone        int
	width           int
}

// leaf is a run of bins lo..hi with its sums.
type leaf struct {
	lo, hi int
	sums
	n int
}

func (l leaf) step() float64 { return min(max(l.g/l.h, -stepMax), stepMax) }
func (l leaf) gain() float64 { return l.g * l.g / l.h }

func (l leaf) big(minLeaf int) bool { return l.n >= minLeaf && l.h >= curvatureMin }

// grow writes the update of score k. count tells the rows of each bin. With
// rng the cuts are drawn, not sought (the first, smoothing rounds).
func (t tree) grow(hist []sums, count []int, k int, update []float64, rng *rand.Rand) {
	w := t.width
	last := len(count) - 1 // bins 1..last hold values
	root := leaf{lo: 1, hi: last}
	for b := 1; b <= last; b++ {
		root.g += hist[b*w+k].g
		root.h += hist[b*w+k].h
		root.n += count[b]
	}
	parts := [3]leaf{root}
	n := 1
	for n < t.leaves {
		best, cutAt, cutOf := 0.0, [2]leaf{}, -1
		for p := range n {
			left, right, gain := t.cut(hist, count, k, parts[p], rng)
			if gain > best && t.ordered(parts[:n], p, left, right) {
				best, cutAt, cutOf = gain, [2]leaf{left, right}, p
			}
		}
		if cutOf < 0 {
			break
		}
		copy(parts[cutOf+2:], parts[cutOf+1:n])
		parts[cutOf], parts[cutOf+1] = cutAt[0], cutAt[1]
		n++
	}
	update[missing*w+k] = 0
	if m := (leaf{sums: hist[missing*w+k], n: count[missing]}); m.big(t.minLeaf) {
		update[missing*w+k] = t.rate * m.step()
	}
	for _, l := range parts[:n] {
		v := 0.0
		if l.big(t.minLeaf) {
			v = t.rate * l.step()
		}
		for b := l.lo; b <= l.hi; b++ {
			update[b*w+k] = v
		}
	}
}

// cut splits one leaf where the loss falls most; gain 0 means nowhere.
func (t tree) cut(hist []sums, count []int, k int, l leaf, rng *rand.Rand) (left, right leaf, gain float64) {
	if l.n < 2*t.minLeaf || l.h <= 2*curvatureMin {
		return
	}
	w, whole := t.width, l.gain()
	only := -1
	if rng != nil && l.hi > l.lo {
		only = l.lo + rng.IntN(l.hi-l.lo)
	}
	a := leaf{lo: l.lo}
	for b := l.lo; b < l.hi; b++ {
		a.g += hist[b*w+k].g
		a.h += hist[b*w+k].h
		a.n += count[b]
		if count[b] == 0 || a.n < t.minLeaf || a.h < curvatureMin || only >= 0 && b < only {
			continue
		}
		z := leaf{lo: b + 1, hi: l.hi, sums: sums{l.g - a.g, l.h - a.h}, n: l.n - a.n}
		if z.n < t.minLeaf || z.h < curvatureMin {
			break
		}
		a.hi = b
		// The gain of both is above that of the best when its numerator is above
		// the best's times the common denominator: no division for most cuts.
		if both := a.h * z.h; a.g*a.g*z.h+z.g*z.g*a.h > (gain+whole)*both && !t.against(a, z) {
			if up := a.gain() + z.gain() - whole; up > gain {
				left, right, gain = a, z, up
			}
		}
		if only >= 0 {
			break
		}
	}
	return left, right, gain
}

func (t tree) against(a, z leaf) bool {
	return t.monotone > 0 && a.step() > z.step() || t.monotone < 0 && a.step() < z.step()
}

// ordered tells whether cutting leaf p keeps the leaves in monotone order.
func (t tree) ordered(parts []leaf, p int, left, right leaf) bool {
	return t.monotone == 0 ||
		(p == 0 || !t.against(parts[p-1], left)) && (p == len(parts)-1 || !t.against(right, parts[p+1]))
}
