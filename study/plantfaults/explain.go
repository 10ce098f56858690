package plantfaults

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// Heat is what a claim rests on: the share of each signal at each step of the window,
// in log-odds of a fault.
type Heat struct {
	xai.Explanation             // of the signals, each summed over the steps
	Signals         []string    // columns of Shares
	Shares          [][]float64 // steps × signals, the oldest step first
	Smooth          [][]float64 // the same by SmoothGrad, which does not add up
	Agree           float64     // rank correlation of the magnitudes of the two
	Step            time.Duration
}

// Fault tells whether that is its claim.
func (h *Heat) Fault() bool { return h.Claim == classes[1] }

// Of SmoothGrad: samples of the window, and the noise on them in spreads of training
// (Smilkov et al. 2017 find 10 to 20 % of the range fit).
const (
	smoothSamples = 25
	smoothNoise   = 0.15
)

// seenMuch are the readings that say what is usual, of which fewer are told of.
const seenMuch = 45

// missingMax is the part of the signals of a window of which nothing may be there:
// beyond it the machine is not of the kind that the networks know.
const missingMax = 1. / 3

// ErrUnknown says that the networks know no such machine.
var ErrUnknown = errors.New("the networks have learnt no such machine")

// Explain tells whether a device is faulty at a time of a run, and why. What the run
// has no readings of counts as fine.
func Explain(f *study.File, r *runs.Run, device string, at time.Time) (*Heat, error) {
	i := slices.IndexFunc(families, func(f family) bool { return slices.Contains(f.classes, r.Classes[device]) })
	if i < 0 {
		return nil, fmt.Errorf("explain %s of %s: %w", device, r.Name, ErrUnknown)
	}
	d, err := part(f, &families[i], families[i].name)
	if err != nil {
		return nil, fmt.Errorf("explain %s of %s: %w", device, r.Name, err)
	}
	k := r.Reading(at)
	if k >= len(r.At) || k < back-1 {
		return nil, fmt.Errorf("explain %s of %s: at %s it has %d readings, a window takes %d", device, r.Name, at.Format(time.RFC3339), k+1, back)
	}
	if err := r.Enough(); err != nil {
		return nil, fmt.Errorf("explain %s: %w", device, err)
	}
	row := cut(d.family.course(r, device), k)
	h := &Heat{Signals: d.family.names(), Step: stepLong * time.Minute}
	lacking := nothingOf(row, h.Signals)
	if float64(len(lacking)) > missingMax*float64(len(h.Signals)) {
		return nil, fmt.Errorf("explain %s of %s: it has none of %s: %w", device, r.Name, strings.Join(lacking, ", "), ErrUnknown)
	}
	p := d.probability([][]float64{row})[0]
	e := &h.Explanation
	*e = xai.Explanation{Claim: classes[0], Confidence: p[0], Alternatives: []xai.Alternative{{Class: classes[1], Probability: p[1]}}, Additive: true,
		From: r.At[k-back+1], To: r.At[k], Method: "integrated gradients", Model: f.Study, Version: f.Version, Faithfulness: f.Judgement.Faithfulness}
	if p[1] > d.at {
		e.Claim, e.Confidence, e.Alternatives[0] = classes[1], p[1], xai.Alternative{Class: classes[0], Probability: p[0]}
	}
	if r.Seen < r.Well && r.Seen < seenMuch {
		e.Limits = append(e.Limits, fmt.Sprintf("only %d minutes say what is usual", r.Seen))
	}
	for _, l := range lacking {
		e.Limits = append(e.Limits, l+" is missing, and counts as fine")
	}
	whole := d.attribute([][]float64{row}, []int{1})[0]
	smooth, err := d.smooth(row)
	if err != nil {
		return nil, fmt.Errorf("explain %s of %s: %w", device, r.Name, err)
	}
	n := len(h.Signals)
	for s := range steps {
		h.Shares, h.Smooth = append(h.Shares, whole.Of[s*n:(s+1)*n]), append(h.Smooth, smooth[s*n:(s+1)*n])
	}
	h.Agree = faith.RankCorrelation(magnitudes(whole.Of), magnitudes(smooth))
	e.Base, e.Score = whole.Base, d.score([][]float64{row})[0][1]
	for j, share := range bySignal(whole, n).Of {
		e.Attributions = append(e.Attributions, xai.Attribution{Feature: h.Signals[j], Source: h.Signals[j], Value: row[(steps-1)*n+j], Typical: d.fine[j], Share: share})
	}
	slices.SortStableFunc(e.Attributions, func(a, b xai.Attribution) int { return cmp.Compare(math.Abs(b.Share), math.Abs(a.Share)) })
	return h, nil
}

// nothingOf are the signals of which a window has no reading.
func nothingOf(row []float64, signals []string) []string {
	var out []string
	for j, name := range signals {
		there := false
		for k := j; k < len(row); k += len(signals) {
			there = there || !math.IsNaN(row[k])
		}
		if !there {
			out = append(out, name)
		}
	}
	return out
}

// smooth deals out the log-odds of a fault by SmoothGrad, as a mean over the networks.
// The same window gives the same shares.
func (d *detector) smooth(row []float64) ([]float64, error) {
	row = known([][]float64{row}, d.fine)[0]
	out := make([]float64, len(row))
	for i, net := range d.nets {
		for k, sign := range []float64{-1, 1} {
			h, err := net.Smooth(row, k, smoothSamples, smoothNoise, rand.New(rand.NewPCG(uint64(i), uint64(k))))
			if err != nil {
				return nil, err
			}
			for j, s := range h.Flat() {
				out[j] += sign * s / (d.temperature * float64(len(d.nets)))
			}
		}
	}
	return out, nil
}

func magnitudes(v []float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = math.Abs(x)
	}
	return out
}
