// Package runs reads recorded runs of an emulated site as series by the minute,
// each with what truly befell the site: the data of the studies of the plant. Runs
// are told apart by their seed: the studies learn from some seeds and are judged on
// others. Of the history of a site that is watched it makes such a run, too, without
// the truth, so that the studies' models can be asked about it. It must never know
// what a signal means. Start reading at Each, and at Live.
package runs

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
)

// Pattern is that of a run's file.
const Pattern = "*.run"

// TrainedMax is the last seed that a study may learn from; later ones are for
// judging alone.
const TrainedMax = 999

// holdMax is for how many readings a value stands when no newer one comes: late
// and lost telegrams are ordinary, a dead link is not.
const holdMax = 5

// wellUsual are the first readings of a recorded run in which nothing befalls it.
const wellUsual = 55

// lateMax is by how much a late sample is behind at most; more is a clock that was
// set right.
const lateMax = 10 * time.Minute

// Seeds are those from First to Last.
type Seeds struct{ First, Last uint64 }

// Learned are the seeds that studies learn from.
func Learned() Seeds { return Seeds{1, TrainedMax} }

// Has tells whether a seed is among them.
func (s Seeds) Has(seed uint64) bool { return seed >= s.First && seed <= s.Last }

func (s Seeds) String() string { return fmt.Sprintf("%d-%d", s.First, s.Last) }

// Run is a recorded run.
type Run struct {
	Name     string // of its file, without the ending
	Template string
	Seed     uint64
	At       []time.Time         // of each reading
	Truth    *recording.RunTruth // nil of a site that is watched
	Well     int                 // first readings, that say what is usual: nothing befalls the run in them
	Seen     int                 // of these, those in which anything came
	Classes  map[string]string   // of each device

	values map[string][]float64
	came   map[string][]byte
}

// What came of a signal at a reading.
const (
	Nothing = byte(iota)
	Good
	Bad
)

// Values are those of a signal ("multideck-1/air-temperature") at each reading, the
// newest that came; NaN: none for five readings, or it was bad. A signal that the
// run does not have is NaN throughout.
func (r *Run) Values(signal string) []float64 {
	if v, ok := r.values[signal]; ok {
		return v
	}
	v := make([]float64, len(r.At))
	for i := range v {
		v[i] = math.NaN()
	}
	return v
}

// Came tells what came of a signal at each reading; nil of one that is not there.
func (r *Run) Came(signal string) []byte { return r.came[signal] }

// Devices are those of a class, in their order.
func (r *Run) Devices(class string) []string {
	var out []string
	for d, c := range r.Classes {
		if c == class {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}

// Reading is the first at or after a time.
func (r *Run) Reading(at time.Time) int {
	i, _ := slices.BinarySearchFunc(r.At, at, func(a, b time.Time) int { return a.Compare(b) })
	return i
}

// Each calls do with the runs of a template whose seeds are among those, in the
// order of their names. Files are read ahead.
func Each(ctx context.Context, dir, template string, seeds Seeds, do func(*Run) error) error {
	return EachOf(ctx, dir, template, seeds, nil, do)
}

// EachOf is Each with those runs alone that are wanted for what befalls them.
func EachOf(ctx context.Context, dir, template string, seeds Seeds, wanted func(*recording.RunTruth) bool, do func(*Run) error) error {
	files, err := filepath.Glob(filepath.Join(dir, Pattern))
	if err != nil {
		return fmt.Errorf("look for runs: %w", err)
	}
	files = slices.DeleteFunc(files, func(f string) bool {
		of, seed, ok := named(f)
		return !ok || of != template || !seeds.Has(seed)
	})
	if len(files) == 0 {
		return fmt.Errorf("%s holds no run of a %s with a seed of %s: make some with sitesim record --template %s --scenario %s -o %s", dir, template, seeds, template, seeds, dir)
	}
	slices.Sort(files)
	type read struct {
		run *Run
		err error
	}
	ahead := make(chan chan read, runtime.NumCPU())
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer close(ahead)
		for _, f := range files {
			one := make(chan read, 1)
			select {
			case ahead <- one:
			case <-ctx.Done():
				return
			}
			go func() {
				r, err := open(f, wanted)
				one <- read{r, err}
			}()
		}
	}()
	for one := range ahead {
		got := <-one
		if got.err != nil {
			return got.err
		}
		if got.run == nil {
			continue
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read runs: %w", err)
		}
		if err := do(got.run); err != nil {
			return fmt.Errorf("%s: %w", got.run.Name, err)
		}
	}
	return ctx.Err()
}

// named reads template and seed from the name of a file: store-0007.run,
// home-stuck-valve-0007.run.
func named(file string) (template string, seed uint64, ok bool) {
	name := strings.TrimSuffix(filepath.Base(file), ".run")
	template, _, _ = strings.Cut(name, "-")
	_, err := fmt.Sscanf(name[strings.LastIndexByte(name, '-')+1:], "%d", &seed)
	return template, seed, err == nil
}

// open is Open of a wanted run; nil of others.
func open(file string, wanted func(*recording.RunTruth) bool) (*Run, error) {
	if wanted != nil {
		beside := strings.TrimSuffix(file, ".run") + ".json"
		f, err := os.Open(beside)
		if err != nil {
			return nil, fmt.Errorf("open the truth about the run: %w", err)
		}
		defer f.Close()
		truth, err := recording.ReadRunTruth(beside, f)
		if err != nil || !wanted(truth) {
			return nil, err
		}
	}
	return Open(file)
}

// Open reads a run and the truth beside it.
func Open(file string) (*Run, error) {
	rec, truth, err := recording.OpenRun(file)
	if err != nil {
		return nil, err
	}
	return of(strings.TrimSuffix(filepath.Base(file), ".run"), rec, truth), nil
}

func of(name string, rec *recording.Run, truth *recording.RunTruth) *Run {
	r := &Run{Name: name, Template: rec.Template, Seed: rec.Seed, At: rec.At, Truth: truth, Well: wellUsual, Seen: wellUsual,
		Classes: map[string]string{}, values: map[string][]float64{}, came: map[string][]byte{}}
	for _, a := range rec.Site.Assets {
		r.Classes[string(a.ID)] = a.Class
	}
	n := len(rec.At)
	all, marks := make([]float64, n*len(rec.Site.Signals)), make([]byte, n*len(rec.Site.Signals))
	for i, s := range rec.Site.Signals {
		r.values[string(s.ID)], r.came[string(s.ID)] = all[i*n:(i+1)*n], marks[i*n:(i+1)*n]
	}
	stamped := make(map[twin.SignalID]time.Time, len(rec.Site.Signals))
	for k := range n {
		for _, s := range rec.Came(k) {
			v, m := r.values[string(s.Signal)], r.came[string(s.Signal)]
			switch {
			case s.Quality != twin.Good:
				m[k] = Bad
			case s.At.Before(stamped[s.Signal]) && stamped[s.Signal].Sub(s.At) < lateMax: // a newer one is known
			default:
				m[k], v[k], stamped[s.Signal] = Good, s.Value, s.At
			}
		}
	}
	for i := range rec.Site.Signals {
		hold(all[i*n:(i+1)*n], marks[i*n:(i+1)*n])
	}
	return r
}

// hold lets values stand until the next, for a while.
func hold(v []float64, came []byte) {
	last, age := math.NaN(), 0
	for k := range v {
		switch came[k] {
		case Good:
			last, age = v[k], 0
		case Bad:
			last = math.NaN()
		default:
			if age++; age > holdMax {
				last = math.NaN()
			}
		}
		v[k] = last
	}
}
