package plantcauses

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

const topMost = 5

// trial is one run with one fault, at the time when it must be decided.
type trial struct {
	run, class, device string
	rows               [][]float64
}

// look returns the trial of a run, if what befalls it has a device as its root.
func (t *topology) look(r *runs.Run) (trial, bool) {
	if len(r.Truth.Situations) != 1 || !slices.Contains(befalls, r.Truth.Situations[0].Class) {
		return trial{}, false
	}
	s := r.Truth.Situations[0]
	at := r.Reading(s.Onset.Add(time.Duration(decided * float64(s.Deadline.Sub(s.Onset)))))
	return trial{r.Name, s.Class, string(s.Device), t.rows(r, at%stepLong, at)}, true
}

// asked is the trial as it is looked at in a site that is watched, since longer than
// that.
func (t *topology) asked(r *runs.Run) trial {
	s := r.Truth.Situations[0]
	at := s.Onset.Add(time.Duration(decided * float64(s.Deadline.Sub(s.Onset))))
	r = r.Asked(s.Onset, at, r.At[0])
	k := len(r.At)
	return trial{r.Name, s.Class, string(s.Device), t.rows(r, k%stepLong, k)}
}

// places counts at which place the true root stands.
type places struct{ n, first, missed, sum int }

func (p *places) add(at int) {
	p.n++
	if at == 0 {
		p.first++
	}
	if at >= 0 && at < topMost {
		p.sum += topMost - at
	} else {
		p.missed++
	}
}

// mean is that of the shares of trials whose root is among the first one to five.
func (p *places) mean() float64 { return float64(p.sum) / float64(max(1, topMost*p.n)) }

func judge(ctx context.Context, f *study.File, dir string, seeds runs.Seeds) (study.Judgement, error) {
	var j study.Judgement
	if seeds.First <= runs.TrainedMax {
		return j, fmt.Errorf("seeds %s: those up to %d were learnt from: give later ones", seeds, runs.TrainedMax)
	}
	c, err := load(f)
	if err != nil {
		return j, err
	}
	var all []trial
	var asked places
	err = runs.Each(ctx, dir, "store", seeds, func(r *runs.Run) error {
		if t, ok := c.top.look(r); ok {
			all = append(all, t)
			asked.add(slices.IndexFunc(c.roots(c.top.asked(r).rows), func(x root) bool { return x.device == t.device }))
		}
		return nil
	})
	if err != nil {
		return j, err
	}
	if len(all) == 0 {
		return j, fmt.Errorf("no run of seeds %s has a fault whose root is a machine: give more seeds", seeds)
	}
	var ours, loudest places
	byClass := map[string]*places{}
	third, signed, luck, off := 0, 0, 0.0, 0.0
	for _, t := range all {
		ranked := c.roots(t.rows)
		at := slices.IndexFunc(ranked, func(r root) bool { return r.device == t.device })
		ours.add(at)
		loudest.add(slices.Index(c.loudest(t.rows), t.device))
		if byClass[t.class] == nil {
			byClass[t.class] = &places{}
		}
		byClass[t.class].add(at)
		if at >= 0 && at < 3 {
			third++
		}
		luck += 1 / float64(len(ranked))
		positive, gap, err := c.dealt(t, ranked)
		if err != nil {
			return j, fmt.Errorf("%s: %w", t.run, err)
		}
		if positive {
			signed++
		}
		off = max(off, gap)
	}
	n := len(all)
	j.Tests = []study.Tested{study.Share("root named first", "top 1", ours.first, n), spread("root among the first 1 to 5", ours),
		study.Share("as asked of a running site", "top 1", asked.first, n),
		study.Share("loudest machine, for comparison", "top 1", loudest.first, n), spread("loudest, first 1 to 5", loudest)}
	var classes []string
	for k := range byClass {
		classes = append(classes, k)
	}
	sort.Strings(classes)
	note := "Named first, by what befell:"
	for i, k := range classes {
		if i > 0 {
			note += ","
		}
		note += fmt.Sprintf(" %s %d of %d", k, byClass[k].first, byClass[k].n)
	}
	j.Notes = []string{note + fmt.Sprintf("; %d machines stand for choice.", int(math.Round(float64(n)/luck)))}
	j.Faithfulness = []xai.Figure{{Name: faith.AgreementTop1, Value: float64(ours.first) / float64(n)}, {Name: faith.AgreementTop3, Value: float64(third) / float64(n)},
		{Name: faith.AgreementSign, Value: float64(signed) / float64(n)}, {Name: faith.AgreementRandom, Value: luck / float64(n)},
		{Name: faith.AgreementRows, Value: float64(n)}, {Name: faith.CompletenessPart, Value: off}}
	return j, nil
}

// dealt tells whether the Shapley shares of a symptom that the true root can reach
// speak for it, and by what part they miss the surprise.
func (c *reader) dealt(t trial, ranked []root) (positive bool, gap float64, err error) {
	at := slices.IndexFunc(ranked, func(r root) bool { return r.device == t.device })
	if at < 0 {
		return false, 0, nil
	}
	target := c.symptom(t.rows, ranked[at])
	if target < 0 {
		target = ranked[at].node
	}
	a, err := c.graph.Roots(t.rows, target, 1)
	if err != nil {
		return false, 0, err
	}
	own, sum := 0.0, 0.0
	for _, r := range a.Roots {
		sum += r.Share
		if c.top.nodes[r.Node].device == t.device {
			own += r.Share
		}
	}
	return own > 0, math.Abs(sum-a.Surprise) / max(0.01, math.Abs(a.Surprise)), nil
}

// loudest ranks the devices by how far a signal is from its mean, without a graph.
func (c *reader) loudest(rows [][]float64) []string {
	score := map[string]float64{}
	for j, n := range c.top.nodes {
		if n.ordinary() {
			continue
		}
		sum, k := 0.0, min(6, len(rows))
		for _, row := range rows[len(rows)-k:] {
			if v := row[j]; !math.IsNaN(v) {
				sum += (v - c.graph.Mean[j]) / c.graph.Spread[j] / float64(k)
			}
		}
		score[n.device] = max(score[n.device], math.Abs(sum))
	}
	out := make([]string, 0, len(score))
	for d := range score {
		out = append(out, d)
	}
	sort.Strings(out)
	slices.SortStableFunc(out, func(a, b string) int {
		switch {
		case score[a] > score[b]:
			return -1
		case score[a] < score[b]:
			return 1
		}
		return 0
	})
	return out
}

// spread is the mean of top 1 to 5 with a normal interval of its mean.
func spread(what string, p places) study.Tested {
	m := p.mean()
	half := 1.96 * math.Sqrt(m*(1-m)/float64(max(1, p.n))) // the widest that values between 0 and 1 can have
	return study.Tested{Name: what, Metric: "mean of top 1 to 5", Value: m, Low95: max(0, m-half), High95: min(1, m+half), N: p.n}
}
