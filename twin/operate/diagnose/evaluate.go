package diagnose

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Judgement is how well the model did on recordings it has never seen.
type Judgement struct {
	Moments, Abstained   int // settled moments; those of them on which the model would not say
	Confusion            [][]int
	Recall               []float64 // of each class; -1 when there was none
	Accuracy             float64   // of all settled moments, abstained ones by what they would have said
	Balanced             float64   // mean recall
	BalancedLow95        float64   // 5 % quantile over bootstrapped groups
	AnsweredBalanced     float64   // of those on which it did not abstain
	ShortBalanced        float64   // of a twin that was switched on 6 to 60 min before, same moments
	CalibrationError     float64   // mean gap between confidence and accuracy, over tenths of confidence
	FalseAlarmsPerDay    float64   // new alarms per day of a healthy cabinet
	DelayMedian, DelayP9 time.Duration
	DelayOf              []time.Duration // median of each class; -1 when it was never named
	Missed, Episodes     int             // faults never named rightly; faults seen
}

const bootstraps = 1000

// Evaluate judges the model on replayed recordings, one list for each group.
// All groups count the same moments: those that are settled. Every is the time
// between the moments of one cabinet.
func (d *Diagnoser) Evaluate(groups [][]Moment, every time.Duration, seed uint64) Judgement {
	k := len(Classes)
	t := tally{d: d, answered: newConfusion(k), short: newConfusion(k), delays: make([][]time.Duration, k)}
	each := make([][][]int, len(groups))
	for g, moments := range groups {
		each[g] = newConfusion(k)
		t.group(moments, each[g])
	}
	var j Judgement
	j.Confusion = sumOf(each, k)
	j.Recall, j.Balanced = recalls(j.Confusion)
	_, j.AnsweredBalanced = recalls(t.answered)
	_, j.ShortBalanced = recalls(t.short)
	j.CalibrationError = t.sure.error()
	j.Missed, j.Episodes = t.missed, t.episodes
	right := 0
	for c, row := range j.Confusion {
		right += row[c]
		for p, n := range row {
			j.Moments += n
			j.Abstained += n - t.answered[c][p]
		}
	}
	j.Accuracy = float64(right) / float64(max(1, j.Moments))
	rng := rand.New(rand.NewPCG(seed, 1))
	draws := make([]float64, bootstraps)
	for b := range draws {
		drawn := make([][][]int, len(each))
		for g := range drawn {
			drawn[g] = each[rng.IntN(len(each))]
		}
		_, draws[b] = recalls(sumOf(drawn, k))
	}
	sort.Float64s(draws)
	j.BalancedLow95 = draws[bootstraps/20]
	if healthy := time.Duration(t.healthy) * every; healthy > 0 {
		j.FalseAlarmsPerDay = float64(t.alarms) / (healthy.Hours() / 24)
	}
	var all []time.Duration
	j.DelayOf = make([]time.Duration, k)
	for c, list := range t.delays {
		all = append(all, list...)
		j.DelayOf[c] = at(list, 0.5)
	}
	j.DelayMedian, j.DelayP9 = at(all, 0.5), at(all, 0.9)
	return j
}

// tally counts over groups.
type tally struct {
	d                *Diagnoser
	answered, short  [][]int
	delays           [][]time.Duration // of each class, of the faults that were named
	sure             reliability
	healthy, alarms  int // settled moments without a fault; new alarms among them
	missed, episodes int
}

// group counts one group's moments, which are in order of time.
func (t *tally) group(moments []Moment, confusion [][]int) {
	type episode struct {
		asset twin.AssetID
		onset time.Time
	}
	named, alarmed := make(map[episode]bool), make(map[twin.AssetID]bool)
	for _, m := range moments {
		p := t.d.model.Proba(m.Row)
		claim, truth := t.d.model.Predict(m.Row), slices.Index(Classes, m.Truth)
		sure := p[claim] >= t.d.model.MinConfidence && m.Why == ""
		if m.Truth != None {
			e := episode{m.Asset, m.Onset}
			if before, seen := named[e]; sure && claim == truth && !before {
				named[e] = true
				t.delays[truth] = append(t.delays[truth], m.Since)
			} else if !seen {
				named[e] = false
			}
		}
		if !m.Settled() {
			continue
		}
		confusion[truth][claim]++
		t.sure.add(p[claim], claim == truth)
		if sure {
			t.answered[truth][claim]++
		}
		if m.ShortWhy == "" {
			t.short[truth][t.d.model.Predict(m.Short)]++
		}
		if m.Truth == None {
			t.healthy++
			alarm := sure && Classes[claim] != None
			if alarm && !alarmed[m.Asset] {
				t.alarms++
			}
			alarmed[m.Asset] = alarm
		}
	}
	for _, ok := range named {
		t.episodes++
		if !ok {
			t.missed++
		}
	}
}

// reliability compares confidence with how often it comes true, in ten bins
// (expected calibration error: Naeini, Cooper, Hauskrecht 2015).
type reliability [10]struct {
	n, right   int
	confidence float64
}

func (r *reliability) add(confidence float64, right bool) {
	b := &r[min(int(confidence*10), 9)]
	b.n++
	b.confidence += confidence
	if right {
		b.right++
	}
}

func (r *reliability) error() float64 {
	off, n := 0.0, 0
	for _, b := range r {
		off += math.Abs(b.confidence - float64(b.right))
		n += b.n
	}
	return off / float64(max(1, n))
}

// at is the quantile q of the durations, -1 when there are none.
func at(list []time.Duration, q float64) time.Duration {
	if len(list) == 0 {
		return -1
	}
	list = slices.Sorted(slices.Values(list))
	return list[min(int(q*float64(len(list))), len(list)-1)]
}

func newConfusion(k int) [][]int {
	out := make([][]int, k)
	for i := range out {
		out[i] = make([]int, k)
	}
	return out
}

func sumOf(all [][][]int, k int) [][]int {
	out := newConfusion(k)
	for _, one := range all {
		for t := range one {
			for c, n := range one[t] {
				out[t][c] += n
			}
		}
	}
	return out
}

// recalls of the classes that occur, -1 of the others, and their mean.
func recalls(confusion [][]int) (each []float64, mean float64) {
	n := 0
	for t, row := range confusion {
		total := 0
		for _, c := range row {
			total += c
		}
		if total == 0 {
			each = append(each, -1)
			continue
		}
		r := float64(row[t]) / float64(total)
		each = append(each, r)
		mean += r
		n++
	}
	return each, mean / float64(max(1, n))
}
