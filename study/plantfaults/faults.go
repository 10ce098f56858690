// Package plantfaults finds faults in the series of an emulated plant's machines: for
// each family of them (cabinets, multidecks, the rack, air handling units, rooms, heat
// pumps) a committee of small convolutional networks over the last ninety minutes. Why it claims a
// fault is told by integrated gradients from a window in which all is fine, as a
// heatmap of time and signal; whether that names the part that truly failed is
// measured, since on the emulated plant it is known.
//
// Networks learn from some seeds and are judged on others. Flow: families declare
// their channels (family.go) → windows are cut of recorded runs (window.go) → train and
// judge. It knows the plant by its signals' names alone. Start reading at Study.
package plantfaults

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
	"github.com/glasstwin/glasstwin/xai/neural"
)

const name = "plant-faults"

const (
	heldEvery = 5 // of the learned seeds, every so many set threshold and confidence
	scrambled = ", labels dealt anew"
	again     = ", another seed"
	committee = 5 // networks: shares of one alone depend on its seed
)

// Study is the task, judged on runs of those seeds.
func Study(seeds runs.Seeds) study.Study {
	return study.Study{
		Name: name, Task: "fault detection in series", Strategy: "deep explanation", Folder: "plant", Pattern: runs.Pattern,
		Credit:   "Data of the emulated plant (cmd/sitesim), which shares no formula with this program.",
		Recorded: []study.Recorded{{Template: "store"}, {Template: "home"}},
		Train: func(ctx context.Context, o study.Order) (*study.File, error) {
			f, err := train(ctx, o, seeds)
			if err != nil {
				return nil, fmt.Errorf("train %s: %w", name, err)
			}
			return f, nil
		},
		Judge: func(ctx context.Context, f *study.File, dir string) (study.Judgement, error) {
			j, err := judge(ctx, f, dir, seeds)
			if err != nil {
				return j, fmt.Errorf("judge %s: %w", name, err)
			}
			return j, nil
		},
		Card: card,
	}
}

// gather returns the windows of each family.
func gather(ctx context.Context, dir string, seeds runs.Seeds, everyFault, everyFine int, take func(family int, r *runs.Run, w []window)) (map[string]int, error) {
	count := map[string]int{}
	for _, template := range []string{"store", "home"} {
		err := runs.Each(ctx, dir, template, seeds, func(r *runs.Run) error {
			count[template]++
			for i := range families {
				if families[i].template == template {
					take(i, r, families[i].look(r, everyFault, everyFine))
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return count, nil
}

func train(ctx context.Context, o study.Order, judged runs.Seeds) (*study.File, error) {
	learn, held := make([][]window, len(families)), make([][]window, len(families))
	count, err := gather(ctx, o.Dir, runs.Learned(), 10, 70, func(i int, r *runs.Run, w []window) {
		if r.Seed%heldEvery == 0 {
			held[i] = append(held[i], w...)
		} else {
			learn[i] = append(learn[i], w...)
		}
	})
	if err != nil {
		return nil, err
	}
	f := &study.File{Study: name,
		Data: fmt.Sprintf("Drawn runs of the emulated plant, some six hours each: %d of a store, %d of a house, of seeds up to %d; every fifth seed set thresholds and confidence.", count["store"], count["home"], runs.TrainedMax),
		Split: fmt.Sprintf("By seed: judged on seeds %s, of which nothing was learnt. A seed draws the sizes, the weather, the people, what befalls and what confuses. "+
			"A device counts as faulty from when somebody attentive decides (60 %% of the time that the situation leaves). The first 55 minutes of a run say what is usual in it.", judged)}
	for i := range families {
		if err := fit(ctx, f, &families[i], learn[i], held[i], o); err != nil {
			return nil, err
		}
	}
	if f.Judgement, err = judge(ctx, f, o.Dir, judged); err != nil {
		return nil, err
	}
	return f, nil
}

// fit adds the committee of a family, one from other seeds, and a network on labels
// that were dealt anew: explanations of the last must be others.
func fit(ctx context.Context, f *study.File, of *family, learn, held []window, o study.Order) error {
	t, h := of.table(learn), of.table(held)
	if !slices.Contains(t.Labels, 1) || !slices.Contains(h.Labels, 1) {
		return fmt.Errorf("%s: there is no fault of it in the runs to learn from, or in those that set the threshold: record more seeds", of.name)
	}
	fine := ofFine(of, learn)
	var whole []float64
	for range steps {
		whole = append(whole, fine...)
	}
	t.Rows, h.Rows = known(t.Rows, whole), known(h.Rows, whole)
	var telling sync.Mutex
	for k, what := range []string{"", again, scrambled} {
		use, opt, networks := *t, neural.Options{Epochs: 10, Filters: 10, Balance: true, Decay: 2e-3, Validation: h, EarlyStop: 4}, committee
		if what == scrambled {
			use.Labels = slices.Clone(t.Labels)
			rng := rand.New(rand.NewPCG(o.Seed, 0x5c))
			rng.Shuffle(len(use.Labels), func(a, b int) { use.Labels[a], use.Labels[b] = use.Labels[b], use.Labels[a] })
			opt.Validation, opt.Epochs, networks = nil, 4, 1
		}
		d := &detector{family: of, nets: make([]*neural.Model, networks), temperature: 1, fine: whole, at: 0.5}
		if err := together(len(d.nets), func(i int) (err error) {
			opt := opt
			opt.Seed = o.Seed + uint64(k*committee+i)
			opt.Progress = func(p neural.Progress) {
				telling.Lock()
				defer telling.Unlock()
				o.Progress("%s%s, network %d of %d: epoch %d of %d: loss %.4f, held %.4f", of.name, what, i+1, networks, p.Epoch, p.Epochs, p.Loss, p.Held)
			}
			d.nets[i], err = neural.Fit(ctx, &use, of.names(), opt)
			return err
		}); err != nil {
			return fmt.Errorf("%s: %w", of.name, err)
		}
		var outputs [][]float64
		for _, m := range d.odds(h.Rows) {
			outputs = append(outputs, []float64{0, m})
		}
		var err error
		if d.temperature, err = calibrate.Temperature(outputs, h.Labels); err != nil {
			return fmt.Errorf("%s: %w", of.name, err)
		}
		if what != scrambled {
			d.at = threshold(d.probability(h.Rows), held)
		}
		if err := d.add(f, of.name+what); err != nil {
			return err
		}
	}
	return nil
}

// together does so many things, as many at a time as there are processors, and waits
// for all.
func together(n int, do func(int) error) error {
	errs := make([]error, n)
	work := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range work {
				errs[i] = do(i)
			}
		})
	}
	for i := range n {
		work <- i
	}
	close(work)
	wg.Wait()
	return errors.Join(errs...)
}

// ofFine is the mean of each signal over the windows in which nothing is wrong.
func ofFine(of *family, all []window) []float64 {
	out, n := make([]float64, len(of.channels)), make([]float64, len(of.channels))
	for _, w := range all {
		if w.fault != "" {
			continue
		}
		for i, v := range w.row {
			if j := i % len(out); !math.IsNaN(v) {
				n[j]++
				out[j] += (v - out[j]) / n[j]
			}
		}
	}
	return out
}

// threshold is the probability above which calling a fault makes the balanced
// accuracy best, of those that do the middle.
func threshold(p [][]float64, all []window) float64 {
	best, least, most := -1.0, 0.5, 0.5
	for k := 1; k < 20; k++ {
		at := float64(k) / 20
		var c counts
		for i, w := range all {
			c.add(w.fault != "", p[i][1] > at)
		}
		switch b := c.balanced(); {
		case b > best+1e-9:
			best, least, most = b, at, at
		case b > best-1e-9:
			most = at
		}
	}
	return (least + most) / 2
}

// counts of windows by what they are and what they were called.
type counts struct{ faults, found, fine, left float64 }

func (c *counts) add(fault, called bool) {
	switch {
	case fault:
		c.faults++
		if called {
			c.found++
		}
	default:
		c.fine++
		if !called {
			c.left++
		}
	}
}

func (c *counts) plus(o counts) {
	c.faults, c.found, c.fine, c.left = c.faults+o.faults, c.found+o.found, c.fine+o.fine, c.left+o.left
}

// balanced is the mean of the recalls; of one alone when there is no other.
func (c *counts) balanced() float64 {
	switch {
	case c.faults == 0:
		return c.left / max(1, c.fine)
	case c.fine == 0:
		return c.found / c.faults
	}
	return (c.found/c.faults + c.left/c.fine) / 2
}

func card(f *study.File) (study.Card, error) {
	c := study.Card{What: "For each family of machines five networks, alike but for their seeds, of two convolutions along time over the last 90 minutes, in steps of three; their mean tells. Why it claims a fault is told by integrated gradients from a fine window, as a heatmap of time and signal.",
		Limits: "It knows the faults of the emulated plant, of which real ones may differ. A run's first 55 minutes must be without fault, since they say what is usual. What a lost link hides is not judged. Faults that have just begun are found later than at the time that is judged."}
	all, err := load(f)
	if err != nil {
		return c, fmt.Errorf("card of %s: %w", name, err)
	}
	c.Inside = "| family | networks | signals | filters × steps | called a fault above |\n| --- | --- | --- | --- | --- |\n"
	for _, d := range all {
		c.Inside += fmt.Sprintf("| %s | %d | %d | %d × %d | %.2f |\n", d.family.name, len(d.nets), len(d.nets[0].Signals), d.nets[0].Filters, d.nets[0].Kernel, d.at)
		for _, s := range d.nets[0].Signals {
			c.Columns = append(c.Columns, d.family.name+": "+s)
		}
	}
	return c, nil
}

func (d *detector) shares(row []float64) xai.Shares {
	return bySignal(d.attribute([][]float64{row}, []int{1})[0], len(d.family.channels))
}
