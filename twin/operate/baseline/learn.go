package baseline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
)

const (
	learnEvery   = 5 * time.Minute
	reachShare   = 0.999 // of what is measured on normal days lies within the reach
	reachLeast   = 0.5   // spreads: what never moves on a normal day does not go wrong by a rounding
	heldOutEvery = 4     // one seed of so many sets the threshold and teaches nothing else
	lastLearnt   = 999   // later seeds are for claims
)

// thresholds are those tried, in times the reach of a class.
var thresholds = []float64{0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.4, 1.6, 1.8, 2.1, 2.5, 3}

// Learn makes the residuals of one kind of site of recorded runs of development
// seeds: what is usual and how far it goes of normal days, the signatures of the
// others, and the threshold, with which most kinds of runs are told rightly, of the
// quarter of seeds that taught nothing. It tells the share that was, 0..1.
func Learn(ctx context.Context, files []string, say func(format string, args ...any)) (*Residuals, float64, error) {
	files = slices.Sorted(slices.Values(files))
	r := &Residuals{}
	say("what is usual, of %d runs", len(files))
	sums, err := each(ctx, files, func(l *lesson) bool { return !l.held && !l.befell() }, (*lesson).normal)
	if err != nil {
		return nil, 0, err
	}
	if r.Usual = usualOf(sums); len(r.Usual) == 0 {
		return nil, 0, errors.New("no normal day is among the runs: give runs of normal days, too")
	}
	say("signatures")
	seen, err := each(ctx, files, func(l *lesson) bool { return !l.held }, func(l *lesson, ctx context.Context) (*shown, error) { return l.shown(ctx, r) })
	if err != nil {
		return nil, 0, err
	}
	r.sign(seen)
	if len(r.Signatures) == 0 {
		return nil, 0, errors.New("no situation is among the runs: give runs in which something befalls the site")
	}
	say("the threshold")
	right, err := each(ctx, files, func(l *lesson) bool { return l.held }, func(l *lesson, ctx context.Context) (*trial, error) { return l.trial(ctx, r) })
	if err != nil {
		return nil, 0, err
	}
	share := 0.0
	r.Threshold, share = bestThreshold(right)
	return r, share, nil
}

// lesson is a run with what befell it.
type lesson struct {
	run   *recording.Run
	truth *recording.RunTruth
	held  bool
}

func (l *lesson) befell() bool { return len(l.truth.Situations) > 0 }

// play replays a run as it is read live, and calls look every so often until that
// has enough.
func (l *lesson) play(ctx context.Context, every time.Duration, look func(st *twin.State, now time.Time) bool) error {
	st := twin.NewState(l.run.Site)
	for k, now := range l.run.At {
		if err := ctx.Err(); err != nil {
			return err
		}
		st.Advance(now)
		for _, x := range l.run.Came(k) {
			st.Apply(twin.Restamp(x, now))
		}
		if since := now.Sub(l.run.At[0]); since%every == 0 && since >= lookBack && !look(st, now) {
			return nil
		}
	}
	return nil
}

// moments are sums of one measure: how many, of values, of squares.
type moments [3]float64

func (m *moments) add(v float64) {
	if !math.IsNaN(v) {
		m[0], m[1], m[2] = m[0]+1, m[1]+v, m[2]+v*v
	}
}

func (m *moments) join(o moments) { m[0], m[1], m[2] = m[0]+o[0], m[1]+o[1], m[2]+o[2] }

func (m moments) mean() float64 { return m[1] / max(1, m[0]) }

// squares is the sum of squares about the mean.
func (m moments) squares() float64 { return max(0, m[2]-m[1]*m[1]/max(1, m[0])) }

// sums are what normal days give of a signal: levels by the hour, and the rest.
type sums struct {
	hours [24]moments
	rest  [measures]moments
}

func (l *lesson) normal(ctx context.Context) (map[twin.SignalID]*sums, error) {
	out := map[twin.SignalID]*sums{}
	all := things(l.run.Site)
	return out, l.play(ctx, learnEvery, func(st *twin.State, now time.Time) bool {
		for i := range all {
			for _, g := range all[i].signals {
				s := out[g.id]
				if s == nil {
					s = &sums{}
					out[g.id] = s
				}
				for k, v := range measured(st, g.id, now) {
					if k == level {
						s.hours[now.UTC().Hour()].add(v)
					} else {
						s.rest[k].add(v)
					}
				}
			}
		}
		return true
	})
}

// usualOf joins what each run gave.
func usualOf(all []map[twin.SignalID]*sums) map[twin.SignalID]*Usual {
	joined := map[twin.SignalID]*sums{}
	for _, one := range all {
		for id, s := range one {
			j := joined[id]
			if j == nil {
				j = &sums{}
				joined[id] = j
			}
			for h := range s.hours {
				j.hours[h].join(s.hours[h])
			}
			for k := range s.rest {
				j.rest[k].join(s.rest[k])
			}
		}
	}
	out := map[twin.SignalID]*Usual{}
	for id, s := range joined {
		u, whole, within := &Usual{}, moments{}, 0.0
		for _, m := range s.hours {
			whole.join(m)
			within += m.squares()
		}
		if whole[0] == 0 {
			continue // it never came
		}
		for h, m := range s.hours {
			if u.Level[h] = round(m.mean()); m[0] == 0 {
				u.Level[h] = round(whole.mean())
			}
		}
		u.Spread[level] = round(max(math.Sqrt(within/whole[0]), spreadMin, spreadOwn*math.Abs(whole.mean())))
		for k := level + 1; k < measures; k++ {
			u.Mean[k], u.Spread[k] = round(s.rest[k].mean()), round(max(math.Sqrt(s.rest[k].squares()/max(1, s.rest[k][0])), spreadMin))
		}
		out[id] = u
	}
	return out
}

// round keeps four digits, so that the file is small.
func round(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	unit := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*unit) / unit
}

// shown is what one run shows: how far each class of assets gets on a normal day, or
// the sum of the patterns at the device that something befell.
type shown struct {
	strengths map[string][]float64
	sum       Signature
}

func (l *lesson) shown(ctx context.Context, r *Residuals) (*shown, error) {
	out, all := &shown{strengths: map[string][]float64{}}, things(l.run.Site)
	if !l.befell() {
		return out, l.play(ctx, learnEvery, func(st *twin.State, now time.Time) bool {
			for i := range all {
				if p, ok := all[i].pattern(st, now, r.Usual); ok {
					out.strengths[all[i].class] = append(out.strengths[all[i].class], p.strength())
				}
			}
			return true
		})
	}
	x := l.truth.Situations[0]
	at := slices.IndexFunc(all, func(t thing) bool { return t.asset == x.Device })
	if at < 0 {
		return out, nil
	}
	out.sum = Signature{Class: x.Class, Detail: l.detail(), Part: x.Part, At: all[at].class, Mean: pattern{}}
	from := x.Onset.Add(min(lookBack, x.Deadline.Sub(x.Onset)/2))
	return out, l.play(ctx, learnEvery, func(st *twin.State, now time.Time) bool {
		if now.Before(from) {
			return true
		}
		if p, ok := all[at].pattern(st, now, r.Usual); ok {
			out.sum.add(p, 1)
		}
		return now.Before(x.Deadline)
	})
}

// detail is what an answer to the situation must know: of an aisle, which; of an air
// handler that heats and cools, what is to be shut.
func (l *lesson) detail() string {
	x := l.truth.Situations[0]
	if x.Class == "simultaneous-heating-cooling" {
		d, _, _ := strings.Cut(x.Remedy, "-")
		return d
	}
	return x.Detail
}

func (s *Signature) add(p pattern, rows int) {
	s.Rows += rows
	for name, z := range p {
		w := s.Mean[name]
		for k := range z {
			w[k] += z[k]
		}
		s.Mean[name] = w
	}
}

// sign makes reaches and signatures of what the runs showed.
func (r *Residuals) sign(all []*shown) {
	strengths := map[string][]float64{}
	var signed []Signature
	for _, one := range all {
		if one == nil {
			continue
		}
		for class, list := range one.strengths {
			strengths[class] = append(strengths[class], list...)
		}
		s := one.sum
		if s.Rows == 0 {
			continue
		}
		i := slices.IndexFunc(signed, func(o Signature) bool { return o.Class == s.Class && o.Detail == s.Detail && o.At == s.At })
		if i < 0 {
			signed = append(signed, s)
			continue
		}
		signed[i].add(s.Mean, s.Rows)
	}
	r.Reach = map[string]float64{}
	for _, s := range signed {
		for name, z := range s.Mean {
			for k := range z {
				z[k] = round(z[k] / float64(s.Rows))
			}
			s.Mean[name] = z
		}
		list := strengths[s.At]
		if len(list) == 0 {
			continue
		}
		slices.Sort(list)
		r.Reach[s.At] = round(max(list[int(reachShare*float64(len(list)-1))], reachLeast))
		r.Signatures = append(r.Signatures, s)
	}
}

// trial is whether a run was told rightly, by each of the thresholds.
type trial struct {
	class string
	right []bool
}

func (l *lesson) trial(ctx context.Context, r *Residuals) (*trial, error) {
	t, end, device := &trial{right: make([]bool, len(thresholds))}, l.truth.Until, twin.AssetID("")
	if l.befell() {
		x := l.truth.Situations[0]
		t.class, end, device = x.Class, x.Deadline, x.Device
	}
	all, stands, first := things(l.run.Site), make([]standing, len(thresholds)), make([]*claimed, len(thresholds))
	for i, x := range thresholds {
		stands[i].threshold = x
	}
	err := l.play(ctx, time.Minute, func(st *twin.State, now time.Time) bool {
		seen := r.look(all, st, now)
		for i := range stands {
			if c, ok := stands[i].step(seen, now); ok && first[i] == nil {
				first[i] = &c
			}
		}
		return now.Before(end)
	})
	for i, c := range first {
		if t.class == "" {
			t.right[i] = c == nil
			continue
		}
		t.right[i] = c != nil && c.Class == t.class && c.asset == device && c.Detail == l.detail() && !c.told.Before(l.truth.Situations[0].Onset)
	}
	return t, err
}

// bestThreshold is that of the highest mean, over kinds of runs, of the share that
// was told rightly, and that mean.
func bestThreshold(all []*trial) (threshold, share float64) {
	threshold = thresholds[len(thresholds)-1]
	for i, x := range thresholds {
		of, right := map[string]float64{}, map[string]float64{}
		for _, t := range all {
			if t == nil {
				continue
			}
			of[t.class]++
			if t.right[i] {
				right[t.class]++
			}
		}
		mean := 0.0
		for class, n := range of {
			mean += right[class] / n / float64(len(of))
		}
		if mean > share+1e-12 {
			threshold, share = x, mean
		}
	}
	return threshold, share
}

// each does something with the runs that are wanted, as many at a time as there are
// processors, and hands the results on in the files' order.
func each[T any](ctx context.Context, files []string, wanted func(*lesson) bool, do func(*lesson, context.Context) (T, error)) ([]T, error) {
	out, errs := make([]T, len(files)), make([]error, len(files))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	turn := make(chan int)
	var work sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		work.Go(func() {
			for i := range turn {
				if ctx.Err() != nil {
					continue
				}
				l, err := lessonOf(files[i])
				if err == nil && wanted(l) {
					if l.run, _, err = recording.OpenRun(files[i]); err == nil {
						out[i], err = do(l, ctx)
					}
				}
				if errs[i] = err; err != nil {
					stop()
				}
			}
		})
	}
	for i := range files {
		turn <- i
	}
	close(turn)
	work.Wait()
	for i, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return nil, fmt.Errorf("%s: %w", files[i], err)
		}
	}
	return out, ctx.Err()
}

// lessonOf reads what befell in a run, and not yet what came.
func lessonOf(file string) (*lesson, error) {
	beside := strings.TrimSuffix(file, ".run") + ".json"
	f, err := os.Open(beside)
	if err != nil {
		return nil, fmt.Errorf("open the truth about the run: %w", err)
	}
	defer func() { _ = f.Close() }()
	truth, err := recording.ReadRunTruth(beside, f)
	if err != nil {
		return nil, err
	}
	if truth.Seed > lastLearnt {
		return nil, fmt.Errorf("seed %d: runs to learn of have seeds to %d", truth.Seed, lastLearnt)
	}
	return &lesson{truth: truth, held: truth.Seed%heldOutEvery == 0}, nil
}
