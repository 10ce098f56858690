package plantfaults

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
)

// Heat is what a claim rests on: the share of each signal at each step of the window,
// in log-odds of a fault.
type Heat struct {
	xai.Explanation             // of the signals, each summed over the steps
	Signals         []string    // columns of Shares
	Shares          [][]float64 // steps × signals, the oldest step first
	Step            time.Duration
}

// Explain tells whether a device is faulty at a time of a run, and why.
func Explain(f *study.File, r *runs.Run, device string, at time.Time) (*Heat, error) {
	i := slices.IndexFunc(families, func(f family) bool { return f.template == r.Template && slices.Contains(f.classes, r.Classes[device]) })
	if i < 0 {
		return nil, fmt.Errorf("explain %s of %s: no family of machines has it", device, r.Name)
	}
	d, err := part(f, &families[i], families[i].name)
	if err != nil {
		return nil, fmt.Errorf("explain %s of %s: %w", device, r.Name, err)
	}
	k := r.Reading(at)
	if k >= len(r.At) || k < back-1 {
		return nil, fmt.Errorf("explain %s of %s: at %s it has %d readings, a window takes %d", device, r.Name, at.Format(time.RFC3339), k+1, back)
	}
	row := cut(d.family.course(r, device), k)
	p := d.probability([][]float64{row})[0]
	h := &Heat{Signals: d.family.names(), Step: stepLong * time.Minute}
	e := &h.Explanation
	*e = xai.Explanation{Claim: classes[0], Confidence: p[0], Alternatives: []xai.Alternative{{Class: classes[1], Probability: p[1]}}, Additive: true,
		From: r.At[k-back+1], To: r.At[k], Method: "integrated gradients", Model: f.Study, Version: f.Version, Faithfulness: f.Judgement.Faithfulness}
	if p[1] > d.at {
		e.Claim, e.Confidence, e.Alternatives[0] = classes[1], p[1], xai.Alternative{Class: classes[0], Probability: p[0]}
	}
	whole := d.attribute([][]float64{row}, []int{1})[0]
	n := len(h.Signals)
	for s := range steps {
		h.Shares = append(h.Shares, whole.Of[s*n:(s+1)*n])
	}
	e.Base, e.Score = whole.Base, d.score([][]float64{row})[0][1]
	for j, share := range bySignal(whole, n).Of {
		e.Attributions = append(e.Attributions, xai.Attribution{Feature: h.Signals[j], Source: h.Signals[j], Value: row[(steps-1)*n+j], Typical: d.fine[j], Share: share})
	}
	slices.SortStableFunc(e.Attributions, func(a, b xai.Attribution) int { return cmp.Compare(math.Abs(b.Share), math.Abs(a.Share)) })
	return h, nil
}
