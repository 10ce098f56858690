package plantfaults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
	"github.com/glasstwin/glasstwin/xai/faith"
)

const (
	explained = 40 // windows of a family whose explanations are measured
	fineEvery = 30 // readings between looks at what is fine
)

// verdicts are what the windows of one family were called.
type verdicts struct {
	byRun  map[string]*counts
	recall map[string]*[2]int // of each fault: windows, of these found
	alarms float64            // fine devices newly called faulty
	days   float64            // of fine devices
	claims [][]float64        // rows that are rightly called faulty
	seen   [][]int            // channels of the part at fault, of each
	fine   [][]float64
	sure   []float64 // confidence of each claim, and whether it is right
	right  []bool
}

// judge looks at runs that nothing was learnt of.
func judge(ctx context.Context, f *study.File, dir string, seeds runs.Seeds) (study.Judgement, error) {
	var j study.Judgement
	if seeds.First <= runs.TrainedMax {
		return j, fmt.Errorf("seeds %s: those up to %d were learnt from: give later ones", seeds, runs.TrainedMax)
	}
	all, err := load(f)
	if err != nil {
		return j, err
	}
	found := make([]verdicts, len(all))
	for i := range found {
		found[i] = verdicts{byRun: map[string]*counts{}, recall: map[string]*[2]int{}}
	}
	count, err := gather(ctx, dir, seeds, 10, fineEvery, func(i int, r *runs.Run, w []window) { found[i].see(all[i], w) })
	if err != nil {
		return j, err
	}
	j.Tests = tests(all, found)
	asked, err := judgeAsked(ctx, all, dir, seeds)
	if err != nil {
		return j, err
	}
	j.Tests = append(j.Tests, asked...)
	j.Notes = append(j.Notes, fmt.Sprintf("Judged on %d runs of the store and %d of the house.", count["store"], count["home"]))
	j.Notes = append(j.Notes, notes(all, found)...)
	if j.Faithfulness, err = measure(ctx, f, all, found); err != nil {
		return j, err
	}
	return j, nil
}

// see judges the windows of one run.
func (v *verdicts) see(d *detector, all []window) {
	if len(all) == 0 {
		return
	}
	rows := make([][]float64, len(all))
	for i, w := range all {
		rows[i] = w.row
	}
	p := d.probability(rows)
	c := &counts{}
	v.byRun[all[0].run] = c
	alarmed := map[string]bool{}
	for i, w := range all {
		called := p[i][1] > d.at
		c.add(w.fault != "", called)
		v.sure, v.right = append(v.sure, max(p[i][0], p[i][1])), append(v.right, (p[i][1] > 0.5) == (w.fault != ""))
		switch {
		case w.fault != "":
			if v.recall[w.fault] == nil {
				v.recall[w.fault] = &[2]int{}
			}
			v.recall[w.fault][0]++
			if called {
				v.recall[w.fault][1]++
				v.claims, v.seen = append(v.claims, w.row), append(v.seen, d.family.seen(w.fault))
			}
		default:
			v.days += fineEvery / (24 * 60.0)
			if called && !alarmed[w.device] {
				v.alarms++
			}
			alarmed[w.device] = called
			if len(v.fine) < 400 && !called {
				v.fine = append(v.fine, w.row)
			}
		}
	}
}

// tests are the balanced accuracy of all families together, then of each; intervals
// are of runs drawn anew.
func tests(all []*detector, found []verdicts) []study.Tested {
	whole := map[string]*counts{}
	var out []study.Tested
	for i, d := range all {
		for run, c := range found[i].byRun {
			if whole[run] == nil {
				whole[run] = &counts{}
			}
			whole[run].plus(*c)
		}
		out = append(out, drawn(d.family.name, found[i].byRun))
	}
	return append([]study.Tested{drawn("all families", whole)}, out...)
}

func drawn(what string, byRun map[string]*counts) study.Tested {
	var names []string
	var sum counts
	for run, c := range byRun {
		names = append(names, run)
		sum.plus(*c)
	}
	sort.Strings(names)
	rng := rand.New(rand.NewPCG(1, 0xb007))
	draws := make([]float64, 1000)
	for k := range draws {
		var c counts
		for range names {
			c.plus(*byRun[names[rng.IntN(len(names))]])
		}
		draws[k] = c.balanced()
	}
	slices.Sort(draws)
	return study.Tested{Name: what, Metric: "balanced accuracy", Value: sum.balanced(), Low95: draws[25], High95: draws[974], N: len(names)}
}

func notes(all []*detector, found []verdicts) []string {
	var out []string
	for i, d := range all {
		v := &found[i]
		var each []string
		for _, fault := range sorted(d.family.faults) {
			if n := v.recall[fault]; n != nil {
				each = append(each, fmt.Sprintf("%s %.1f %% of %d", fault, 100*float64(n[1])/float64(n[0]), n[0]))
			}
		}
		out = append(out, fmt.Sprintf("%s: of faulty windows found: %s; %.2f false alarms a device and day, looked at every %d minutes for %.0f device days.",
			d.family.name, strings.Join(each, ", "), v.alarms/max(1e-9, v.days), fineEvery, v.days))
	}
	return out
}

func sorted(m map[string][]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// measure tells how faithful the heatmaps are: figures of each family, and of these
// the mean, of completeness the worst; then how often the signal that they blame most
// is one of the part that truly failed.
func measure(ctx context.Context, f *study.File, all []*detector, found []verdicts) ([]xai.Figure, error) {
	var names []string
	sum, n := map[string]float64{}, map[string]float64{}
	var shares []xai.Shares
	var causes [][]int
	var sure []float64
	var right []bool
	luck := 0.0
	for i, d := range all {
		v := &found[i]
		sure, right = append(sure, v.sure...), append(right, v.right...)
		if len(v.claims) == 0 || len(v.fine) == 0 {
			continue
		}
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		rng.Shuffle(len(v.claims), func(a, b int) {
			v.claims[a], v.claims[b] = v.claims[b], v.claims[a]
			v.seen[a], v.seen[b] = v.seen[b], v.seen[a]
		})
		take := min(len(v.claims), explained)
		figures, err := d.faithful(ctx, f, v.claims[:take], v.fine, rng)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.family.name, err)
		}
		for _, x := range figures {
			if n[x.Name] == 0 {
				names = append(names, x.Name)
			}
			if strings.HasPrefix(x.Name, "completeness") {
				sum[x.Name], n[x.Name] = max(sum[x.Name], x.Value), 1
				continue
			}
			sum[x.Name], n[x.Name] = sum[x.Name]+x.Value, n[x.Name]+1
			if x.Name == faith.Rows {
				n[x.Name] = 1
			}
		}
		for k, row := range v.claims[:min(len(v.claims), 3*explained)] {
			shares, causes = append(shares, d.shares(row)), append(causes, v.seen[k])
			luck += float64(len(v.seen[k])) / float64(len(d.family.channels))
		}
	}
	if len(shares) == 0 {
		return nil, nil // too few runs: nothing was claimed
	}
	var out []xai.Figure
	for _, name := range names {
		out = append(out, xai.Figure{Name: name, Value: sum[name] / n[name]})
	}
	a, err := faith.Agree(shares, causes)
	if err != nil {
		return nil, err
	}
	off, err := calibrate.Error(sure, right, 10)
	if err != nil {
		return nil, err
	}
	return append(out, xai.Figure{Name: faith.AgreementTop1, Value: a.Top1}, xai.Figure{Name: faith.AgreementTop3, Value: a.Top3}, xai.Figure{Name: faith.AgreementSign, Value: a.Sign},
		xai.Figure{Name: faith.AgreementRandom, Value: luck / float64(len(shares))}, xai.Figure{Name: faith.AgreementRows, Value: float64(len(shares))},
		xai.Figure{Name: "calibration_error", Value: off}), nil
}

// faithful measures the explanations of one family.
func (d *detector) faithful(ctx context.Context, f *study.File, claims, fine [][]float64, rng *rand.Rand) ([]xai.Figure, error) {
	other := func(name string) (*detector, error) { return part(f, d.family, d.family.name+name) }
	rerun, err := other(again)
	if err != nil {
		return nil, err
	}
	shuffled, err := other(scrambled)
	if err != nil {
		return nil, err
	}
	dealt := *d
	dealt.nets = nil
	for _, net := range d.nets {
		dealt.nets = append(dealt.nets, net.Scrambled(rng))
	}
	shuffled.temperature = d.temperature // that shares are of one scale
	// Parts are signals in thirds of the window; Remains compares whole shares.
	return faith.Measure(ctx, faith.Subject{Score: d.score, Probability: d.probability, Attribute: d.attribute, Background: known(fine, d.fine), Parts: d.nets[0].Parts(3)},
		known(claims, d.fine), faith.Options{Seed: 1, Rows: explained, Unknowns: 20, Neighbours: 3, Parameters: dealt.attribute, Shuffled: shuffled.attribute, Rerun: rerun.attribute})
}
