package neural

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/glasstwin/glasstwin/xai"
)

// Options steer Fit. The zero Options asks for the defaults.
type Options struct {
	Seed         uint64
	Filters      int     // default 12
	Kernel       int     // steps, odd; default 5
	Epochs       int     // most passes over the rows; default 15
	Batch        int     // rows of a step; default 32
	LearningRate float64 // at the start, falling to a tenth; default 0.003
	Decay        float64 // L2 penalty on weights; default 1e-4
	Balance      bool    // weigh rows so that every class weighs the same
	Validation   *xai.Table
	EarlyStop    int // epochs without gain on Validation before it stops; default 4
	Progress     func(Progress)
}

// Progress tells how far Fit has come.
type Progress struct {
	Epoch, Epochs int
	Loss          float64 // mean over the epoch
	Held          float64 // on Validation; NaN without
}

func (o Options) filled() Options {
	for _, d := range []struct {
		v *int
		d int
	}{{&o.Filters, 12}, {&o.Kernel, 5}, {&o.Epochs, 15}, {&o.Batch, 32}, {&o.EarlyStop, 4}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	if o.LearningRate == 0 {
		o.LearningRate = 0.003
	}
	if o.Decay == 0 {
		o.Decay = 1e-4
	}
	return o
}

// Fit learns to tell the labels of windows. Columns of the table are steps of
// signals: all signals of the first step, then of the second, and so on. The same
// table, options and seed give the same model. When ctx ends, so does Fit, with its
// error.
func Fit(ctx context.Context, t *xai.Table, signals []string, opt Options) (*Model, error) {
	opt = opt.filled()
	if err := check(t, signals, opt); err != nil {
		return nil, fmt.Errorf("fit a network: %w", err)
	}
	shape := Shape{Signals: signals, Steps: len(t.Columns) / len(signals), Classes: t.Classes, Filters: opt.Filters, Kernel: opt.Kernel}
	if err := shape.check(); err != nil {
		return nil, fmt.Errorf("fit a network: %w", err)
	}
	m := &Model{Shape: shape, Temperature: 1}
	m.Mean, m.Spread = spreads(t, len(signals))
	rng := rand.New(rand.NewPCG(opt.Seed, 0xc0))
	m.Weights = initial(shape, rng)
	if err := m.train(ctx, t, opt, rng); err != nil {
		return nil, fmt.Errorf("fit a network: %w", err)
	}
	return m, nil
}

func check(t *xai.Table, signals []string, opt Options) error {
	if err := t.Check(); err != nil {
		return err
	}
	switch {
	case len(signals) == 0 || len(t.Columns)%len(signals) != 0:
		return fmt.Errorf("%d columns are no whole number of steps of %d signals", len(t.Columns), len(signals))
	case len(t.Rows) == 0 || len(t.Labels) == 0:
		return fmt.Errorf("the table has %d rows, %d labels", len(t.Rows), len(t.Labels))
	case opt.Epochs < 1 || opt.Batch < 1 || opt.EarlyStop < 1 || !(opt.LearningRate > 0) || !(opt.Decay >= 0):
		return fmt.Errorf("epochs, batch, early stop and learning rate must be above 0, the decay not below")
	}
	if v := opt.Validation; v != nil {
		if err := v.Check(); err != nil {
			return fmt.Errorf("validation table: %w", err)
		}
		if len(v.Labels) == 0 || len(v.Columns) != len(t.Columns) || len(v.Classes) != len(t.Classes) {
			return fmt.Errorf("the validation table must have labels, and columns and classes as the training table")
		}
		own := map[string]bool{}
		for _, g := range t.Groups {
			own[g] = true
		}
		for _, g := range v.Groups {
			if own[g] {
				return fmt.Errorf("group %s is used for training and for validation", g)
			}
		}
	}
	return nil
}

// spreads are the mean and spread of each signal over all rows and steps.
func spreads(t *xai.Table, signals int) (mean, spread []float64) {
	mean, spread = make([]float64, signals), make([]float64, signals)
	count := make([]float64, signals)
	for _, row := range t.Rows {
		for i, v := range row {
			if j := i % signals; !math.IsNaN(v) { // Welford 1962
				count[j]++
				d := v - mean[j]
				mean[j] += d / count[j]
				spread[j] += d * (v - mean[j])
			}
		}
	}
	for j := range spread {
		spread[j] = math.Sqrt(spread[j] / max(1, count[j]))
		if spread[j] <= spreadMin*math.Abs(mean[j]) {
			spread[j] = 1
		}
	}
	return mean, spread
}

// initial draws weights (He et al. 2015), biases 0.
func initial(s Shape, rng *rand.Rand) [][]float64 {
	var out [][]float64
	for i, shape := range s.weightShapes() {
		w := make([]float64, shape.TotalSize())
		fan := 1
		switch i {
		case 0, 1:
			fan = shape[1] * shape[3]
		case 2:
			fan = 2 * shape[0]
		}
		for k := range w {
			if i < 3 {
				w[k] = rng.NormFloat64() * math.Sqrt(2/float64(fan))
			}
		}
		out = append(out, w)
	}
	return out
}

func (m *Model) train(ctx context.Context, t *xai.Table, opt Options, rng *rand.Rand) error {
	batch := min(opt.Batch, len(t.Rows))
	tr, err := newTrainer(m.Shape, batch, m.Weights, opt)
	if err != nil {
		return err
	}
	defer tr.close()
	weight := weights(t, opt.Balance)
	z := make([][]float64, len(t.Rows))
	for i, row := range t.Rows {
		z[i] = m.standard(row)
	}
	best, kept, since := math.Inf(1), m.Weights, 0
	for epoch := range opt.Epochs {
		tr.slower(opt.LearningRate * math.Pow(0.1, float64(epoch)/float64(max(1, opt.Epochs-1))))
		sum, steps := 0.0, 0
		order := rng.Perm(len(z))
		for from := 0; from+batch <= len(order); from += batch {
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("epoch %d: %w", epoch+1, err)
			}
			clear(data(tr.wanted))
			for i, row := range order[from : from+batch] {
				tr.net.feed(i, z[row])
				data(tr.wanted)[i*len(m.Classes)+t.Labels[row]] = weight[t.Labels[row]] / float64(batch)
			}
			loss, err := tr.step()
			if err != nil {
				return fmt.Errorf("epoch %d: %w", epoch+1, err)
			}
			if math.IsNaN(loss) || math.IsInf(loss, 0) {
				return fmt.Errorf("epoch %d: the loss is %g: choose a lower learning rate", epoch+1, loss)
			}
			sum += loss
			steps++
		}
		now := single(tr.weights())
		held := math.NaN()
		if opt.Validation != nil {
			if held, err = m.with(now).loss(opt.Validation, weight); err != nil {
				return err
			}
			if since++; held < best {
				best, kept, since = held, now, 0
			}
		} else {
			kept = now
		}
		if opt.Progress != nil {
			opt.Progress(Progress{epoch + 1, opt.Epochs, sum / float64(steps), held})
		}
		if since >= opt.EarlyStop {
			break
		}
	}
	m.Weights = kept
	return nil
}

// weights of a row of each class.
func weights(t *xai.Table, balance bool) []float64 {
	count := make([]float64, len(t.Classes))
	present := 0.0
	for _, l := range t.Labels {
		if count[l] == 0 {
			present++
		}
		count[l]++
	}
	for k, n := range count {
		count[k] = 1
		if balance {
			count[k] = float64(len(t.Labels)) / (present * max(1, n))
		}
	}
	return count
}

// single rounds to single precision, which is what a file keeps.
func single(weights [][]float64) [][]float64 {
	for _, w := range weights {
		for i, v := range w {
			w[i] = float64(float32(v))
		}
	}
	return weights
}

// loss is the weighted mean of the negative log-likelihood.
func (m *Model) loss(t *xai.Table, weight []float64) (float64, error) {
	p, err := m.Probabilities(t.Rows)
	if err != nil {
		return 0, err
	}
	var sum, of float64
	for i, l := range t.Labels {
		sum -= weight[l] * math.Log(max(1e-12, p[i][l]))
		of += weight[l]
	}
	return sum / of, nil
}
