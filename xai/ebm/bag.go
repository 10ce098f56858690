package ebm

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/xai"
)

// bag is one member of the outer ensemble: it boosts on its own rows and stops
// by the groups that it holds out.
type bag struct {
	opt           Options
	task          Task
	width         int
	rng           *rand.Rand
	heldRows      []int
	train, held   *batch
	counts        [][]int // rows of each bin of each feature, of train
	monotone      []int
	smooth        []float64 // bins under which bumps of each feature are flattened; 0: none are
	penalty       []float64 // that does it
	cyclic        []bool    // its last bin is beside its first
	intercept     []float64
	singles       [][]float64 // table of each feature
	pairs         [][]float64 // table of each pair, in the order they were given
	rounds        int
	loss          float64
	fast          []float64 // what FAST found for each pair
	pairGain      []float64 // held-out loss that each pair saves
	afterFeatures struct{ train, held []float64 }
}

// gainMin is the fall of the held-out loss that counts as progress; less is
// rounding. As in Nori et al. 2019.
const gainMin = 1e-5

func newBag(g *grid, t *xai.Table, opt Options, number int) (*bag, error) {
	rng := rand.New(rand.NewPCG(opt.Seed, uint64(number)+1))
	kept, held, err := t.SplitByGroup(opt.Validation, rng)
	if err != nil {
		return nil, err
	}
	b := &bag{opt: opt, task: g.task, width: g.width, rng: rng, heldRows: held,
		train: newBatch(g.task, g.width, g.bins, t, kept), held: newBatch(g.task, g.width, g.bins, t, held)}
	for j := range g.cuts {
		count := make([]int, len(g.cuts[j])+2)
		for _, v := range b.train.bins[j] {
			count[v]++
		}
		b.counts = append(b.counts, count)
		b.singles = append(b.singles, make([]float64, len(count)*b.width))
		b.monotone = append(b.monotone, opt.Monotone[t.Columns[j].Name])
		b.smooth = append(b.smooth, opt.Smooth[t.Columns[j].Name])
		b.cyclic = append(b.cyclic, opt.Cyclic[t.Columns[j].Name])
	}
	b.intercept = startOf(b.train)
	b.train.addConstant(b.intercept)
	b.held.addConstant(b.intercept)
	return b, nil
}

// boostFeatures visits the features in turn, each round once, until the
// held-out loss has not fallen for EarlyStop rounds, and goes back to the best
// round.
func (b *bag) boostFeatures(ctx context.Context) error {
	if len(b.singles) == 0 {
		return nil
	}
	size := 0
	for _, t := range b.singles {
		size = max(size, len(t))
	}
	hist, update := make([]sums, size), make([]float64, size)
	best := copyTables(b.singles)
	b.loss = b.held.loss()
	b.train.advance(nil, nil, b.train.bins[0], hist[:len(b.singles[0])])
	b.penalty = make([]float64, len(b.singles))
	for round, since := 1, 0; round <= b.opt.MaxRounds && since < b.opt.EarlyStop; round++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("boost the features: %w", err)
		}
		var rng *rand.Rand
		if round <= b.opt.SmoothRounds {
			rng = b.rng
		}
		for j, table := range b.singles {
			b.step(j, hist[:len(table)], update[:len(table)], rng)
			for c := range table {
				table[c] += update[c]
			}
			next := (j + 1) % len(b.singles)
			b.held.addSingle(b.held.bins[j], update)
			b.train.advance(b.train.bins[j], update, b.train.bins[next], hist[:len(b.singles[next])])
		}
		since++
		if l := b.held.loss(); l < b.loss-gainMin {
			b.loss, since, b.rounds = l, 0, round
			for j := range best {
				copy(best[j], b.singles[j])
			}
		}
	}
	b.singles = best
	b.rescore()
	b.afterFeatures.train = append([]float64(nil), b.train.score...)
	b.afterFeatures.held = append([]float64(nil), b.held.score...)
	return nil
}

// step finds the update of a feature: a tree's, or a smooth one.
func (b *bag) step(j int, hist []sums, update []float64, rng *rand.Rand) {
	if bins := b.smooth[j]; bins > 0 {
		if b.penalty[j] == 0 { // from the first round, so that it stays one for the whole fit
			b.penalty[j] = penaltyOf(bins, hist, b.width)
		}
		grow := smooth{b.opt.MinLeaf, b.opt.LearningRate, b.penalty[j], b.cyclic[j], b.width}
		for k := range b.width {
			grow.grow(hist, b.counts[j], k, b.singles[j], update)
		}
		return
	}
	grow := tree{b.opt.Leaves, b.opt.MinLeaf, b.opt.LearningRate, b.monotone[j], b.width}
	for k := range b.width {
		grow.grow(hist, b.counts[j], k, update, rng)
	}
}

// rescore sets the scores to what the single features say.
func (b *bag) rescore() {
	for _, set := range []*batch{b.train, b.held} {
		clear(set.score)
		set.addConstant(b.intercept)
		for j, table := range b.singles {
			set.addSingle(set.bins[j], table)
		}
	}
}

// boostPairs boosts the pairs in turn on top of the features, which stay as
// they are, and measures what each saves on the held-out groups.
func (b *bag) boostPairs(ctx context.Context, g *grid, pairs []pair) error {
	copy(b.train.score, b.afterFeatures.train)
	copy(b.held.score, b.afterFeatures.held)
	b.pairs = nil
	visits := make([]*visit, len(pairs))
	for i, p := range pairs {
		visits[i] = newVisit(g, p, b)
		b.pairs = append(b.pairs, make([]float64, visits[i].cells()*b.width))
	}
	best := copyTables(b.pairs)
	b.loss = b.held.loss()
	for round, since := 1, 0; round <= b.opt.MaxRounds && since < b.opt.EarlyStop; round++ {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("boost the pairs: %w", err)
		}
		for i, v := range visits {
			update := v.step(b.train.residuals(), b.opt.LearningRate)
			for c := range update {
				b.pairs[i][c] += update[c]
			}
			b.train.add(v.train, update, 1)
			b.held.add(v.held, update, 1)
		}
		since++
		if l := b.held.loss(); l < b.loss-gainMin {
			b.loss, since = l, 0
			for i := range best {
				copy(best[i], b.pairs[i])
			}
		}
	}
	b.pairs = best
	copy(b.held.score, b.afterFeatures.held)
	for i, v := range visits {
		b.held.add(v.held, b.pairs[i], 1)
	}
	b.pairGain = make([]float64, len(pairs))
	for i, v := range visits {
		// What counts is the interaction alone: a marginal effect belongs to
		// the single features and would flatter the pair.
		pure := append([]float64(nil), b.pairs[i]...)
		purify(pure, v.na, v.nb, b.width, v.weight)
		with := b.held.loss()
		b.held.add(v.held, pure, -1)
		b.pairGain[i] = b.held.loss() - with
		b.held.add(v.held, pure, 1)
	}
	return nil
}

// startOf is the score with no feature known: log-odds of the classes'
// frequencies, or the mean.
func startOf(b *batch) []float64 {
	out := make([]float64, b.width)
	n := float64(b.rows())
	if b.task == Regression {
		for _, y := range b.target {
			out[0] += y / n
		}
		return out
	}
	count := make([]float64, max(2, b.width))
	for _, l := range b.label {
		count[l]++
	}
	for k := range count {
		count[k] = math.Log((count[k] + 0.5) / (n + 0.5*float64(len(count)))) // half a row, so that an absent class stays finite
	}
	if b.task == Binary {
		out[0] = count[1] - count[0]
		return out
	}
	copy(out, count)
	return out
}

func copyTables(tables [][]float64) [][]float64 {
	out := make([][]float64, len(tables))
	for i, t := range tables {
		out[i] = append([]float64(nil), t...)
	}
	return out
}
