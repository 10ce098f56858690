package plantforecast

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai/tree"
)

const (
	coverage  = 0.9
	spreadMin = 1e-3 // of what is learnt
)

// forecaster tells a value and an interval: boosted trees of the value, boosted
// trees of how far off these usually are, and the quantiles of the errors in that
// unit on runs that neither has seen (split conformal prediction: Papadopoulos et
// al. 2002; Lei et al. 2018).
type forecaster struct {
	task      *task
	value     *tree.Model
	spread    *tree.Model     // of the logarithm of the size of an error
	low, high map[int]float64 // of each hour or minute ahead
}

// fit learns from some runs, and sets the interval on others.
func fit(ctx context.Context, t *task, learn, held []sample, seed uint64) (*forecaster, error) {
	f := &forecaster{task: t}
	var err error
	opt := tree.Options{Seed: seed, Rounds: 110, Depth: 3, LearningRate: 0.1, Bins: 64, MinLeaf: 60, Lambda: 5, RowShare: 0.7, ColumnShare: 0.6}
	if f.value, err = tree.Fit(ctx, t.table(learn), opt); err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	// A quarter of the held runs tell how far off it is, the others set the quantiles.
	var first, second []sample
	for _, s := range held {
		if hash(s.run)%4 == 0 {
			first = append(first, s)
		} else {
			second = append(second, s)
		}
	}
	if len(first) == 0 || len(second) < 20 {
		return nil, fmt.Errorf("%s: too few runs to set an interval on: record more seeds", t.name)
	}
	off := t.table(first)
	for i, s := range first {
		off.Targets[i] = math.Log(max(spreadMin, math.Abs(off.Targets[i]-f.value.Score(s.row)[0])))
	}
	opt.Rounds, opt.Depth, opt.MinLeaf = 40, 2, 150
	if f.spread, err = tree.Fit(ctx, off, opt); err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	errs := map[int][]float64{}
	for _, s := range second {
		v, w := f.tell(s.row)
		errs[s.ahead] = append(errs[s.ahead], ((s.truth-s.base)/s.scale-v)/w)
	}
	f.low, f.high = map[int]float64{}, map[int]float64{}
	for ahead, e := range errs {
		slices.Sort(e)
		n, tail := float64(len(e)), (1-coverage)/2
		f.low[ahead] = e[max(0, int(math.Floor((n+1)*tail))-1)]
		f.high[ahead] = e[min(len(e)-1, int(math.Ceil((n+1)*(1-tail)))-1)]
	}
	return f, nil
}

// hash deals runs out, whatever their order.
func hash(s string) (h uint32) {
	for _, c := range []byte(s) {
		h = h*31 + uint32(c)
	}
	return h >> 3
}

// tell returns what is learnt, and its unit of error.
func (f *forecaster) tell(row []float64) (value, width float64) {
	return f.value.Score(row)[0], math.Exp(f.spread.Score(row)[0])
}

// forecast is that of a sample, in the task's unit.
func (f *forecaster) forecast(s *sample) (value, low, high float64) {
	v, w := f.tell(s.row)
	return s.base + s.scale*v, s.base + s.scale*(v+w*f.low[s.ahead]), s.base + s.scale*(v+w*f.high[s.ahead])
}

type stored struct {
	Value  json.RawMessage `json:"value"`
	Spread json.RawMessage `json:"spread"`
	Low    map[int]float64 `json:"low"`
	High   map[int]float64 `json:"high"`
}

func (f *forecaster) add(to *study.File) error {
	var value, spread bytes.Buffer
	if err := f.value.Encode(&value); err != nil {
		return err
	}
	if err := f.spread.Encode(&spread); err != nil {
		return err
	}
	data, err := json.Marshal(stored{value.Bytes(), spread.Bytes(), f.low, f.high})
	if err != nil {
		return fmt.Errorf("write the forecast of %s: %w", f.task.name, err)
	}
	to.Parts = append(to.Parts, study.Part{Name: f.task.name, Data: data})
	return nil
}

// load reads the forecasters of a file.
func load(from *study.File) ([]*forecaster, error) {
	all := tasks()
	var out []*forecaster
	for i := range all {
		f := &forecaster{task: &all[i]}
		k := slices.IndexFunc(from.Parts, func(p study.Part) bool { return p.Name == f.task.name })
		if k < 0 {
			return nil, fmt.Errorf("the file has no part %q: train it again", f.task.name)
		}
		var s stored
		if err := json.Unmarshal(from.Parts[k].Data, &s); err != nil {
			return nil, fmt.Errorf("part %q: %w: train it again", f.task.name, err)
		}
		var err error
		if f.value, err = tree.Decode(bytes.NewReader(s.Value)); err != nil {
			return nil, fmt.Errorf("part %q: %w", f.task.name, err)
		}
		if f.spread, err = tree.Decode(bytes.NewReader(s.Spread)); err != nil {
			return nil, fmt.Errorf("part %q, spread: %w", f.task.name, err)
		}
		for _, m := range []*tree.Model{f.value, f.spread} {
			if m.Task != tree.Regression || len(m.Columns) != len(f.task.columns) {
				return nil, fmt.Errorf("part %q is %s of %d columns, the program looks at %d: train it again", f.task.name, m.Task, len(m.Columns), len(f.task.columns))
			}
		}
		f.low, f.high = s.Low, s.High
		for _, a := range f.task.aheads {
			if !(f.low[a] < f.high[a]) {
				return nil, fmt.Errorf("part %q has no interval for %d ahead: train it again", f.task.name, a)
			}
		}
		out = append(out, f)
	}
	return out, nil
}
