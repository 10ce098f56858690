package shap

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/xai"
)

// Kernel SHAP (Lundberg, Lee 2017; paired sampling after Covert, Lee 2021):
// Shapley values of any model as the weighted least squares fit of a sum of
// shares to what the model says of coalitions, sets of columns that are known
// while the others are those of background rows. When all coalitions are
// enumerated it is exact.

// Limits of Kernel.
const (
	kernelColumnsMax = 62      // coalitions are bits of a word
	kernelRowsMax    = 1 << 14 // handed to the model at once
)

// KernelOptions steer Kernel. The zero KernelOptions asks for the defaults.
type KernelOptions struct {
	Seed       uint64
	Coalitions int     // asked of the model for each row; default 2048. From 2^parts-2 on all are, and the values are exact
	Parts      [][]int // columns that are known together; nil: each alone. A part's share is spread evenly over its columns
}

// Kernel attributes one output of each row against background rows. Parts of a
// row, at most 62, share the difference between what the model says of it and
// the mean of what it says of the background.
func Kernel(ctx context.Context, f xai.Predict, background, rows [][]float64, outputs []int, opt KernelOptions) ([]xai.Shares, error) {
	if opt.Coalitions <= 0 {
		opt.Coalitions = 2048
	}
	if len(background) == 0 || len(rows) != len(outputs) {
		return nil, fmt.Errorf("kernel shap: %d background rows, %d rows, %d outputs", len(background), len(rows), len(outputs))
	}
	width := len(background[0])
	parts := opt.Parts
	if parts == nil {
		for j := range width {
			parts = append(parts, []int{j})
		}
	}
	if len(parts) == 0 || len(parts) > kernelColumnsMax {
		return nil, fmt.Errorf("kernel shap: %d parts: 1 to %d are allowed; join columns to Parts", len(parts), kernelColumnsMax)
	}
	for i, p := range parts {
		for _, j := range p {
			if j < 0 || j >= width {
				return nil, fmt.Errorf("kernel shap: part %d names column %d of %d", i+1, j, width)
			}
		}
	}
	k := &kernel{f: f, background: background, parts: parts, base: make([]float64, 0)}
	for _, o := range f(background) {
		if len(k.base) == 0 {
			k.base = make([]float64, len(o))
		}
		for i, v := range o {
			k.base[i] += v / float64(len(background))
		}
	}
	sets, weights := coalitions(len(parts), opt.Coalitions, rand.New(rand.NewPCG(opt.Seed, 0x5a9)))
	out := make([]xai.Shares, len(rows))
	for i, row := range rows {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("kernel shap: %w", err)
		}
		if len(row) != width {
			return nil, fmt.Errorf("kernel shap: row %d has %d values, the background has %d", i+1, len(row), width)
		}
		of, err := k.explain(row, outputs[i], sets, weights)
		if err != nil {
			return nil, fmt.Errorf("kernel shap: row %d: %w", i+1, err)
		}
		out[i] = xai.Shares{Base: k.base[outputs[i]], Of: make([]float64, width)}
		for p, columns := range parts {
			for _, j := range columns {
				out[i].Of[j] += of[p] / float64(len(columns))
			}
		}
	}
	return out, nil
}

type kernel struct {
	f          xai.Predict
	background [][]float64
	parts      [][]int
	base       []float64
}

func (k *kernel) explain(row []float64, output int, sets []uint64, weights []float64) ([]float64, error) {
	whole := k.f([][]float64{row})[0]
	if output < 0 || output >= len(whole) {
		return nil, fmt.Errorf("output %d of %d", output, len(whole))
	}
	gap := whole[output] - k.base[output]
	n := len(k.parts)
	if n == 1 {
		return []float64{gap}, nil
	}
	paid := k.pay(row, output, sets)
	// The last share is what the others leave of the gap, so that they always
	// add up: what remains is least squares without a constraint.
	a, b := make([][]float64, n-1), make([]float64, n-1)
	for i := range a {
		a[i] = make([]float64, n-1)
	}
	x := make([]float64, n-1)
	for s, set := range sets {
		last := float64(set >> (n - 1) & 1)
		y := paid[s] - k.base[output] - last*gap
		for i := range x {
			x[i] = float64(set>>i&1) - last
		}
		for i := range x {
			if x[i] == 0 {
				continue
			}
			b[i] += weights[s] * x[i] * y
			for j := 0; j <= i; j++ {
				a[i][j] += weights[s] * x[i] * x[j]
			}
		}
	}
	of, err := solve(a, b)
	if err != nil {
		return nil, err
	}
	rest := gap
	for _, v := range of {
		rest -= v
	}
	return append(of, rest), nil
}

// pay is what the model says of each coalition, averaged over the background.
func (k *kernel) pay(row []float64, output int, sets []uint64) []float64 {
	paid := make([]float64, len(sets))
	per := max(1, kernelRowsMax/len(k.background))
	width := len(row)
	cells := make([]float64, per*len(k.background)*width)
	batch := make([][]float64, 0, per*len(k.background))
	for from := 0; from < len(sets); from += per {
		to := min(from+per, len(sets))
		batch = batch[:0]
		for _, set := range sets[from:to] {
			for _, back := range k.background {
				mixed := cells[len(batch)*width:][:width:width]
				copy(mixed, back)
				for p, columns := range k.parts {
					if set>>p&1 == 1 {
						for _, j := range columns {
							mixed[j] = row[j]
						}
					}
				}
				batch = append(batch, mixed)
			}
		}
		for i, o := range k.f(batch) {
			paid[from+i/len(k.background)] += o[output] / float64(len(k.background))
		}
	}
	return paid
}

// coalitions lists the sets that are asked about, with their weights. Sizes are
// enumerated from the outside in, where the kernel's weight is, while whole sizes
// fit; of the sizes between, sets are drawn with their complements.
func coalitions(n, most int, rng *rand.Rand) (sets []uint64, weights []float64) {
	all := uint64(1)<<n - 1
	if n < 2 {
		return nil, nil
	}
	kernel := func(size int) float64 { // weight of all sets of a size together
		return float64(n-1) / (float64(size) * float64(n-size))
	}
	size := 1
	for ; 2*size <= n; size++ {
		count := choose(n, size)
		both := 2 * count
		if 2*size == n {
			both = count
		}
		if float64(len(sets))+both > float64(most) {
			break
		}
		each(n, size, func(set uint64) {
			sets, weights = append(sets, set), append(weights, kernel(size)/count)
			if 2*size < n {
				sets, weights = append(sets, all&^set), append(weights, kernel(size)/count)
			}
		})
	}
	if 2*size > n {
		return sets, weights
	}
	left, sum := most-len(sets), 0.0
	for s := size; s <= n-size; s++ {
		sum += kernel(s)
	}
	pairs := max(left/2, n) // with fewer the fit would have no solution
	for range pairs {
		at := rng.Float64() * sum
		s := size
		for ; s < n-size && at > kernel(s); s++ {
			at -= kernel(s)
		}
		set := uint64(0)
		for _, i := range rng.Perm(n)[:s] {
			set |= 1 << i
		}
		sets = append(sets, set, all&^set)
		weights = append(weights, sum/float64(2*pairs), sum/float64(2*pairs))
	}
	return sets, weights
}

// each calls with with every set of a size, in rising order.
func each(n, size int, with func(uint64)) {
	for set := uint64(1)<<size - 1; set < 1<<n; {
		with(set)
		low := set & -set // Gosper's hack
		up := set + low
		set = up | (set^up)>>(2+bits.TrailingZeros64(low))
	}
}

func choose(n, k int) float64 {
	v := 1.0
	for i := 1; i <= k; i++ {
		v = v * float64(n-k+i) / float64(i)
	}
	return math.Round(v)
}

// solve finds x with a x = b by Cholesky; a is symmetric, its lower half given.
func solve(a [][]float64, b []float64) ([]float64, error) {
	n := len(b)
	for i := range n {
		for j := 0; j <= i; j++ {
			for k := range j {
				a[i][j] -= a[i][k] * a[j][k]
			}
			if j < i {
				a[i][j] /= a[j][j]
				continue
			}
			if !(a[i][i] > 1e-14) {
				return nil, fmt.Errorf("%d coalitions do not tell the columns apart: ask for more", len(b))
			}
			a[i][i] = math.Sqrt(a[i][i])
		}
	}
	x := make([]float64, n)
	for i := range n {
		x[i] = b[i]
		for k := range i {
			x[i] -= a[i][k] * x[k]
		}
		x[i] /= a[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			x[i] -= a[k][i] * x[k]
		}
		x[i] /= a[i][i]
	}
	return x, nil
}
