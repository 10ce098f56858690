package fit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// Options of a calibration. The zero value is usual.
type Options struct {
	Rounds  int    // of simulating and correcting; 0: 5
	Seed    uint64 // of the simulated days
	Workers int    // cores; 0: all
	K       int    // people that must stand behind a shelf's draw and an hour's arrivals; 0 or 1: one will do
}

// Result is what a calibration found.
type Result struct {
	Shoppers    Shoppers
	Split       string     // which ways were learnt from and which judge, in words
	Learnt      int        // ways that were learnt from
	Joined      []string   // fixtures whose draw is the mean of a group, for too few stopped there
	JoinedHours int        // likewise
	Judged      int        // ways that judge
	Before      []Distance // of the usual shoppers, as many an hour as usual, from the ways that judge
	After       []Distance // of the calibrated ones
}

// ErrFew is of recordings that are too short to learn from.
var ErrFew = errors.New("too few ways to learn from: record longer")

const (
	fewest     = 20        // ways in each half
	day        = 24 * 3600 // s
	hoursMost  = 12        // that are simulated to judge
	longerThan = 1.5       // days from which on whole days are held back
	correct    = 0.8       // share of a deviation that the first round corrects; later ones less
	crowd      = 400       // people that a round simulates at least, so that chance counts little
	usualStops = 10        // stops before a front that weigh as much as what is usual
)

// Calibrate learns from the first days of the ways, or from the first half when
// they are of one day, and judges by the rest. progress may be nil.
func Calibrate(ctx context.Context, people []twin.Trajectory, g *ground.Ground, o Options, progress func(what string, done float64)) (*Result, error) {
	if o.Rounds == 0 {
		o.Rounds = 5
	}
	if progress == nil {
		progress = func(string, float64) {}
	}
	first, last := math.Inf(1), math.Inf(-1)
	var starts []float64
	for _, p := range people {
		if len(p.Fixes) > 1 {
			starts = append(starts, p.Fixes[0].T)
			first, last = min(first, p.Fixes[0].T), max(last, p.Fixes[0].T)
		}
	}
	if len(starts) < 2*fewest {
		return nil, fmt.Errorf("%d ways: %w", len(starts), ErrFew)
	}
	r := &Result{}
	cut := (first + last) / 2
	r.Split = fmt.Sprintf("learnt from the first %.1f h, judged by the %.1f h after", (cut-first)/3600, (last-cut)/3600)
	if days := (last - first) / day; days > longerThan {
		cut = first + math.Floor(days)*day
		r.Split = fmt.Sprintf("learnt from %.0f days, judged by what came after", math.Floor(days))
	}
	last = math.Nextafter(last, math.Inf(1))
	learn, judge := Look(people, g, first, cut), Look(people, g, cut, last)
	r.Learnt, r.Judged = len(learn.Dwell), len(judge.Dwell)
	if min(r.Learnt, r.Judged) < fewest {
		return nil, fmt.Errorf("%d ways to learn from and %d to judge by: %w", r.Learnt, r.Judged, ErrFew)
	}
	if n := min(r.Learnt, r.Judged); n < o.K {
		return nil, fmt.Errorf("%d ways to learn from and %d to judge by, and %d people must stand behind what is told: %w", r.Learnt, r.Judged, o.K, ErrFew)
	}
	s := guess(learn, g)
	for k := range o.Rounds {
		progress("calibrate", float64(k)/float64(o.Rounds+2))
		hours := min(hoursMost, max(learn.Hours, crowd/max(1, mean(s.Arrivals))))
		seen, err := live(ctx, g, s.Options(), hours, o, uint64(k))
		if err != nil {
			return nil, err
		}
		s.correct(learn, seen, g, correct/math.Sqrt(float64(k+1)))
	}
	if o.K > 1 {
		r.Joined, r.JoinedHours = s.join(learn, o.K)
	}
	r.Shoppers = s
	hours := min(hoursMost, judge.Hours)
	progress("judge what was usual", float64(o.Rounds)/float64(o.Rounds+2))
	usual := shop.Options{Arrivals: shop.Usual(70, int(math.Ceil(hours)))}
	before, err := live(ctx, g, usual, hours, o, 101)
	if err != nil {
		return nil, err
	}
	progress("judge what was learnt", float64(o.Rounds+1)/float64(o.Rounds+2))
	after, err := live(ctx, g, s.Options(), hours, o, 101)
	if err != nil {
		return nil, err
	}
	r.Before, r.After = Distances(judge, before), Distances(judge, after)
	return r, nil
}

// live simulates some hours and looks at them.
func live(ctx context.Context, g *ground.Ground, so shop.Options, hours float64, o Options, which uint64) (Looks, error) {
	so.Hours, so.Seed, so.Workers = hours, o.Seed*1000+which, o.Workers
	for len(so.Arrivals) < int(math.Ceil(hours)) {
		so.Arrivals = append(so.Arrivals, mean(so.Arrivals))
	}
	lived, err := shop.Run(ctx, g, so, nil)
	if err != nil {
		return Looks{}, err
	}
	return Look(lived.People, g, 0, hours*3600), nil
}

// guess reads off what can be read off.
func guess(l Looks, g *ground.Ground) Shoppers {
	s := Shoppers{Pace: 0.8, Items: max(1, l.Stops), Stop: max(1, l.Stop), Service: 4, Arrivals: byHour(l), Draw: map[string]float64{}}
	for _, f := range g.Fronts {
		s.Draw[string(f.Asset)] = 1
	}
	s.even()
	return s
}

// byHour is the mean of the days by the hour since the recording began; of an
// hour that was recorded in part, as many as in a whole one.
func byHour(l Looks) []float64 {
	n := min(24, len(l.ByHour))
	out, times := make([]float64, n), make([]float64, n)
	for h, c := range l.ByHour {
		out[h%24] += c
		times[h%24] += min(1, l.Hours-float64(h))
	}
	for i := range out {
		// A short rest of an hour tells little: it counts towards the hour before.
		if times[i] < 0.25 && i > 0 {
			out[i-1], times[i-1] = out[i-1]*(times[i-1])+out[i], times[i-1]+times[i]
			out, times = out[:i], times[:i]
			out[i-1] /= times[i-1]
			break
		}
		out[i] /= max(times[i], 1e-9)
	}
	return out
}

// correct moves each figure by how far it came out.
func (s *Shoppers) correct(want, got Looks, g *ground.Ground, share float64) {
	by := func(v *float64, want, got, lo, hi float64) {
		if want > 0 && got > 0 {
			*v = min(hi, max(lo, *v*math.Pow(want/got, share)))
		}
	}
	by(&s.Pace, want.Pace, got.Pace, 0.2, 2)
	by(&s.Stop, want.Stop, got.Stop, 1, 1800)
	by(&s.Items, want.Stops, got.Stops, 1, 100)
	if want.Till > 0 && got.Till > 0 {
		// At the till: what is paid and what each item takes; the first is fixed.
		s.Service = min(120, max(0.1, s.Service+share*(want.Till-got.Till)/max(1, got.Stops)))
	}
	stops := want.Stops * float64(len(want.Dwell))
	done := map[string]bool{}
	for _, f := range g.Fronts {
		id := string(f.Asset)
		if done[id] {
			continue
		}
		done[id] = true
		a, b := 0.0, 0.0
		for k, o := range g.Fronts {
			if o.Asset == f.Asset {
				a, b = a+want.Share[k], b+got.Share[k]
			}
		}
		// A few stops by chance make no shelf irresistible.
		s.Draw[id] *= math.Pow((a*stops+usualStops)/(b*stops+usualStops), share)
	}
	s.even()
}

// even scales the draws so that their mean is the usual one.
func (s *Shoppers) even() {
	sum := 0.0
	ids := slices.Sorted(maps.Keys(s.Draw))
	for _, id := range ids {
		sum += s.Draw[id]
	}
	for _, id := range ids {
		s.Draw[id] = math.Round(1e4*s.Draw[id]*float64(len(ids))/sum) / 1e4
	}
}
