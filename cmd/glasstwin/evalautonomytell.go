package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// tally is what the runs of one player come to.
type tally struct {
	Player    string                    `json:"player"`
	Runs      int                       `json:"runs"`
	Right     int                       `json:"right"`
	Accuracy  float64                   `json:"accuracy"`
	Low       float64                   `json:"accuracy_low95"`
	High      float64                   `json:"accuracy_high95"`
	Balanced  float64                   `json:"balanced_accuracy"`
	BalLow    float64                   `json:"balanced_accuracy_low95"`
	BalHigh   float64                   `json:"balanced_accuracy_high95"`
	Worst     float64                   `json:"worst_class_recall"`
	False     float64                   `json:"false_actions_per_day"`
	Guards    int                       `json:"guard_violations"`
	Excused   float64                   `json:"accuracy_excused"`         // limits apart that were passed where nothing bad was written
	First     float64                   `json:"accuracy_first_action"`    // were only the first action about a situation judged
	Unpassed  float64                   `json:"accuracy_no_limit_passed"` // and no limit was passed at any time, for whatever cause
	Detect    *float64                  `json:"detect_median_min,omitempty"`
	Decide    *float64                  `json:"decide_median_min,omitempty"`
	Recover   *float64                  `json:"recover_median_min,omitempty"`
	Recall    map[string]float64        `json:"recall"`
	Of        map[string]int            `json:"runs_of_class"`
	Confusion map[string]map[string]int `json:"confusion"`
}

// tallyOf counts runs.
func tallyOf(player string, runs []verdict) tally {
	t := tally{Player: player, Runs: len(runs), Recall: map[string]float64{}, Of: map[string]int{}, Confusion: map[string]map[string]int{}}
	rights := map[string]int{}
	hours, falls := 0.0, 0
	var detect, decide, recovered []float64
	for _, v := range runs {
		t.Of[v.Class]++
		if t.Confusion[v.Class] == nil {
			t.Confusion[v.Class] = map[string]int{}
		}
		t.Confusion[v.Class][v.Claimed]++
		if v.Right {
			t.Right++
			rights[v.Class]++
		}
		hours += v.Hours
		falls += v.False
		t.Guards += v.Guards
		if v.Excused {
			t.Excused += 1 / float64(len(runs))
		}
		if v.First {
			t.First += 1 / float64(len(runs))
		}
		if v.Right && v.Passed == 0 {
			t.Unpassed += 1 / float64(len(runs))
		}
		for list, x := range map[*[]float64]*float64{&detect: v.Detect, &decide: v.Decide, &recovered: v.Recover} {
			if x != nil && !math.IsNaN(*x) {
				*list = append(*list, *x)
			}
		}
	}
	t.Accuracy = float64(t.Right) / float64(max(1, t.Runs))
	t.Low, t.High = twin.Wilson(t.Right, t.Runs)
	t.Worst = 1
	spread := 0.0
	for class, n := range t.Of {
		t.Recall[class] = float64(rights[class]) / float64(n)
		t.Balanced += t.Recall[class] / float64(len(t.Of))
		t.Worst = min(t.Worst, t.Recall[class])
		spread += 1 / float64(n)
	}
	// A mean of shares is as sure as one share of so many runs.
	effective := float64(len(t.Of)) * float64(len(t.Of)) / max(spread, 1e-9)
	t.BalLow, t.BalHigh = wilsonOf(t.Balanced, effective)
	if hours > 0 {
		t.False = float64(falls) / (hours / 24)
	}
	t.Detect, t.Decide, t.Recover = middle(detect), middle(decide), middle(recovered)
	return t
}

// wilsonOf is twin.Wilson of a share of a number that need not be whole.
func wilsonOf(p, n float64) (low, high float64) {
	const z = 1.959963984540054
	if n <= 0 {
		return 0, 1
	}
	mid, half := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, (mid-half)/(1+z*z/n)), min(1, (mid+half)/(1+z*z/n))
}

func middle(list []float64) *float64 {
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	m := (list[(len(list)-1)/2] + list[len(list)/2]) / 2
	return &m
}

// tell prints what the runs come to.
func (e *evalAutonomy) tell(out *output, seeds int, verdicts map[string][]verdict, took time.Duration) error {
	own := tallyOf(twinPlayer, verdicts[twinPlayer])
	r := report{Command: "eval autonomy", Inputs: map[string]any{"site": e.Site, "seeds": e.Seeds, "situation": e.Situation, "baselines": e.Baselines},
		Metrics: map[string]float64{"runs": float64(own.Runs), "seeds_without_run": float64(seeds - own.Runs), "accuracy": own.Accuracy, "accuracy_low95": own.Low, "balanced_accuracy": own.Balanced,
			"balanced_accuracy_low95": own.BalLow, "balanced_accuracy_high95": own.BalHigh, "worst_class_recall": own.Worst,
			"false_actions_per_day": own.False, "guard_violations": float64(own.Guards), "accuracy_excused": own.Excused, "accuracy_first_action": own.First, "accuracy_no_limit_passed": own.Unpassed, "seconds": took.Seconds()}}
	for name, x := range map[string]*float64{"detect_median_min": own.Detect, "decide_median_min": own.Decide, "recover_median_min": own.Recover} {
		if x != nil {
			r.Metrics[name] = *x
		}
	}
	players := []string{twinPlayer}
	for _, player := range slices.Sorted(maps.Keys(verdicts)) {
		if player != twinPlayer {
			players = append(players, player)
		}
	}
	for _, player := range players {
		t := tallyOf(player, verdicts[player])
		r.Rows = append(r.Rows, t)
		if player != twinPlayer {
			r.Metrics["balanced_accuracy_"+player], r.Metrics["false_actions_per_day_"+player] = t.Balanced, t.False
		}
		if !e.JSON {
			t.print(out)
		}
	}
	for _, v := range verdicts[twinPlayer] {
		if !v.Right {
			r.Notes = append(r.Notes, "wrong: "+v.String())
			r.Rows = append(r.Rows, v)
		}
	}
	if n := seeds - own.Runs; n > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("%d of %d seeds draw no run and are left out", n, seeds))
	}
	if e.JSON {
		return out.json(r)
	}
	for _, n := range r.Notes {
		out.printf("%s\n", n)
	}
	out.printf("%.0f s\n", took.Seconds())
	return nil
}

func (t tally) print(out *output) {
	out.printf("%-8s %d of %d runs right: accuracy %.3f (%.3f to %.3f), balanced %.3f (%.3f to %.3f), worst class %.2f, %.2f false actions a day, %d guard violations\n",
		t.Player, t.Right, t.Runs, t.Accuracy, t.Low, t.High, t.Balanced, t.BalLow, t.BalHigh, t.Worst, t.False, t.Guards)
	for _, x := range []struct {
		what string
		min  *float64
	}{{"detect", t.Detect}, {"decide", t.Decide}, {"recover", t.Recover}} {
		if x.min != nil {
			out.printf("  to %s: %.0f min (median)\n", x.what, *x.min)
		}
	}
	for _, class := range slices.Sorted(maps.Keys(t.Of)) {
		out.printf("  %-30s %3d runs, recall %.2f; claimed %v\n", class, t.Of[class], t.Recall[class], t.Confusion[class])
	}
}

// keep writes a run as a site folder with a journal and a history.
func (b *autonomyBench) keep(ctx context.Context, p *playedRun, v *verdict) (err error) {
	dir := filepath.Join(b.KeepFailures, fmt.Sprintf("%s-%s-%d", b.Site, v.Class, p.seed))
	if err := os.MkdirAll(b.KeepFailures, 0o755); err != nil {
		return err
	}
	if err := os.CopyFS(dir, os.DirFS(b.folder)); err != nil {
		return fmt.Errorf("copy the site: %w (is a run kept there already?)", err)
	}
	if _, err := sitefolder.Revise(dir, func(site *twin.Site) (*twin.Site, error) {
		site.Name = fmt.Sprintf("Run %d: %s", v.Seed, v.Class)
		for i := range site.Plants {
			site.Plants[i].Endpoint = "" // it has ended: there is nothing to link to
		}
		return site, nil
	}); err != nil {
		return err
	}
	store, err := openStore(ctx, dir, b.site)
	if err != nil {
		return err
	}
	defer func() {
		if closed := store.Close(context.WithoutCancel(ctx)); err == nil {
			err = closed
		}
	}()
	up, err := twin.NewEvent(twin.LinkUp, p.begun, twin.LinkNote{Plant: plantName, Reason: "connected"})
	if err != nil {
		return err
	}
	over, err := twin.NewEvent(twin.LinkLost, p.ended, twin.LinkNote{Plant: plantName, Reason: "the run is over: " + v.String()})
	if err != nil {
		return err
	}
	for _, e := range append(append([]twin.Event{up}, p.events...), over) {
		if _, err := store.Append(ctx, e); err != nil {
			return err
		}
	}
	if err := store.Record(p.samples); err != nil {
		return err
	}
	v.Kept = dir
	return store.Flush(ctx)
}
