package retrain

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/ebm"
)

// Verdict tells how a new model did beside the old one on days that neither was
// trained on.
type Verdict struct {
	Days, Rows, Faults int     // held out; Faults are the rows of one
	Old, New           float64 // balanced accuracy on them
	Gain, Low, High    float64 // of the new one, with its 95 % interval over days drawn anew
	OldKept, NewKept   float64 // balanced accuracy on what the old one was calibrated on: what must not be forgotten
	Better             bool
	Why                string // why it is, or is not, better
}

const (
	heldEvery = 3    // every third day is held out, from the newest on
	heldMin   = 3    // days: an interval over fewer means nothing
	faultsMin = 10   // rows of a fault, to learn from and to judge on
	forgets   = 0.02 // of balanced accuracy that may be lost on what was known: the old one's confidence was set on it, which favours the old
	draws     = 2000
	noneMost  = 4 // rows of nothing for each of a fault that is learnt, at most
)

// Split parts the windows by whole days.
func Split(t *xai.Table) (learn, held *xai.Table) {
	var days []string
	for i := range t.Rows {
		if g := t.Group(i); !slices.Contains(days, g) {
			days = append(days, g)
		}
	}
	slices.Sort(days)
	slices.Reverse(days)
	var a, b []int
	for i := range t.Rows {
		if slices.Index(days, t.Group(i))%heldEvery == 0 {
			b = append(b, i)
		} else {
			a = append(a, i)
		}
	}
	return t.Subset(a), t.Subset(b)
}

// Train fits a model on rows and on what the windows teach beyond them, and judges
// it against the old one on held-out days. What it is told to keep of rows grows by
// what it learnt.
func Train(ctx context.Context, old *ebm.Model, rows *diagnose.Rows, w *Windows, seed uint64, progress func(ebm.Progress)) (*ebm.Model, *diagnose.Rows, Verdict, error) {
	learn, held := Split(w.Table)
	v := Verdict{Days: groups(held), Rows: len(held.Rows), Faults: faults(held)}
	switch n := faults(learn); {
	case v.Days < heldMin:
		v.Why = fmt.Sprintf("the journal tells of %d days; at least %d are needed, so that %d can be held out", groups(w.Table), heldEvery*(heldMin-1)+1, heldMin)
		return nil, nil, v, nil
	case n < faultsMin || v.Faults < faultsMin:
		v.Why = fmt.Sprintf("too few confirmed faults: %d windows to learn from, %d to judge on; at least %d are needed of each", n, v.Faults, faultsMin)
		return nil, nil, v, nil
	}
	more := &diagnose.Rows{Train: join(rows.Train, calm(learn, seed)), Held: rows.Held}
	m, err := diagnose.Train(ctx, more.Train, more.Held, seed, progress)
	if err != nil {
		return nil, nil, v, fmt.Errorf("train on the journal: %w", err)
	}
	v.judge(old, m, held, rows.Held, seed)
	return m, more, v, nil
}

func groups(t *xai.Table) int {
	seen := map[string]bool{}
	for i := range t.Rows {
		seen[t.Group(i)] = true
	}
	return len(seen)
}

func faults(t *xai.Table) (n int) {
	for _, k := range t.Labels {
		if diagnose.Classes[k] != diagnose.None {
			n++
		}
	}
	return n
}

// calm leaves out rows of nothing where they are very many.
func calm(t *xai.Table, seed uint64) *xai.Table {
	left := noneMost * max(faults(t), 100)
	var keep []int
	for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(len(t.Rows)) {
		if diagnose.Classes[t.Labels[i]] != diagnose.None {
			keep = append(keep, i)
		} else if left > 0 {
			left--
			keep = append(keep, i)
		}
	}
	slices.Sort(keep)
	return t.Subset(keep)
}

func join(a, b *xai.Table) *xai.Table {
	return &xai.Table{Columns: a.Columns, Classes: a.Classes, Rows: slices.Concat(a.Rows, b.Rows),
		Labels: slices.Concat(a.Labels, b.Labels), Groups: slices.Concat(a.Groups, b.Groups)}
}

// tally counts rows and right answers of each class, of both models.
type tally [][3]float64 // rows, old right, new right

func tallyOf(old, new *ebm.Model, t *xai.Table, rows []int) tally {
	out := make(tally, len(diagnose.Classes))
	for _, i := range rows {
		k := t.Labels[i]
		out[k][0]++
		for n, m := range []*ebm.Model{old, new} {
			if m.Predict(t.Rows[i]) == k {
				out[k][1+n]++
			}
		}
	}
	return out
}

// balanced is the mean recall over the classes that there are.
func (t tally) balanced() (old, new float64) {
	n := 0.0
	for _, c := range t {
		if c[0] > 0 {
			old, new, n = old+c[1]/c[0], new+c[2]/c[0], n+1
		}
	}
	return old / n, new / n
}

func sum(list []tally) tally {
	out := make(tally, len(diagnose.Classes))
	for _, t := range list {
		for k, c := range t {
			for n := range c {
				out[k][n] += c[n]
			}
		}
	}
	return out
}

// judge compares the models on the same rows, and draws whole days anew for the
// interval of the difference.
func (v *Verdict) judge(old, new *ebm.Model, held, kept *xai.Table, seed uint64) {
	days := map[string][]int{}
	for i := range held.Rows {
		days[held.Group(i)] = append(days[held.Group(i)], i)
	}
	var each []tally
	for _, d := range sorted(days) {
		each = append(each, tallyOf(old, new, held, days[d]))
	}
	v.Old, v.New = sum(each).balanced()
	v.Gain = v.New - v.Old
	rng := rand.New(rand.NewPCG(seed, 2))
	gains := make([]float64, draws)
	for b := range gains {
		drawn := make([]tally, len(each))
		for i := range drawn {
			drawn[i] = each[rng.IntN(len(each))]
		}
		o, n := sum(drawn).balanced()
		gains[b] = n - o
	}
	slices.Sort(gains)
	v.Low, v.High = gains[draws/40], gains[draws-1-draws/40]
	all := make([]int, len(kept.Rows))
	for i := range all {
		all[i] = i
	}
	v.OldKept, v.NewKept = tallyOf(old, new, kept, all).balanced()
	switch {
	case v.Gain <= 0:
		v.Why = "it does no better on the held-out days"
	case v.Low <= 0:
		v.Why = "it does better on the held-out days, but chance alone could tell as much"
	case v.NewKept < v.OldKept-forgets:
		v.Why = "it does better on the held-out days, but forgot some of what was known"
	default:
		v.Better, v.Why = true, "it does better on the held-out days"
	}
}

func sorted(m map[string][]int) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
