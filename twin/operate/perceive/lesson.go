package perceive

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/recording"
	"github.com/glasstwin/glasstwin/xai"
)

const (
	quietRows    = 50   // rows of things that have nothing, of a family in a run
	spareRows    = 150  // more of them, of which those are used that a first model is wrong about
	lookShare    = 0.2  // of the minutes in which nothing is the matter are looked at
	besideMore   = 3    // as often of those of a family in which something is the matter
	seenLag      = 0.08 // share of a class's time to decide before its rows teach: what has just begun shows nothing yet
	seenAfter    = 20 * time.Minute
	lingersAfter = time.Hour // after its end a thing teaches nothing
)

// study is a run with what befell it.
type study struct {
	name  string
	run   *recording.Run
	truth *recording.RunTruth
}

// open reads a run and checks that its situations are ones that can be told.
func open(file string) (*study, error) {
	run, truth, err := recording.OpenRun(file)
	if err != nil {
		return nil, err
	}
	return &study{strings.TrimSuffix(filepath.Base(file), ".run"), run, truth}, nil
}

// minutes that the run lasts.
func (s *study) minutes() int { return int(s.run.At[len(s.run.At)-1].Sub(s.run.At[0]).Minutes()) + 1 }

// over tells whether the deadline of what befell the site is past for so long.
func (s *study) over(now time.Time, by time.Duration) bool {
	return len(s.truth.Situations) > 0 && now.Sub(s.truth.Situations[0].Deadline) > by
}

// errEnough ends a replay: nothing more of the run matters.
var errEnough = errors.New("enough")

// play replays a run through a state, as it is read live, and calls with after
// each minute, until that has enough.
func (s *study) play(ctx context.Context, with func(minute int, st *twin.State, now time.Time) error) error {
	st := twin.NewState(s.run.Site)
	for k, now := range s.run.At {
		if err := ctx.Err(); err != nil {
			return err
		}
		st.Advance(now)
		for _, x := range s.run.Came(k) {
			st.Apply(twin.Restamp(x, now))
		}
		if since := now.Sub(s.run.At[0]); since%time.Minute == 0 {
			switch err := with(int(since.Minutes()), st, now); {
			case errors.Is(err, errEnough):
				return nil
			case err != nil:
				return err
			}
		}
	}
	return nil
}

// wanted is the label that a thing has at a moment; teaches tells whether it is
// beyond doubt.
func (s *study) wanted(f *family, t *thing, now time.Time) (label string, teaches bool) {
	label, teaches = None, true
	for _, x := range s.truth.Situations {
		c, ok := f.classOf(t, x.Class, x.Device, x.Detail, x.Remedy)
		if !ok || now.Before(x.Onset) {
			continue
		}
		lag := max(time.Minute, time.Duration(seenLag*float64(x.Deadline.Sub(x.Onset))))
		switch {
		case !x.End.IsZero() && !now.Before(x.End):
			return None, now.Sub(x.End) > lingersAfter
		case now.Sub(x.Onset) < lag || now.Sub(x.Deadline) > seenAfter:
			return c.label(), false
		}
		return c.label(), true
	}
	return label, teaches
}

// classOf is the family's class of a situation that befell a thing.
func (f *family) classOf(t *thing, name string, device twin.AssetID, detail, remedy string) (class, bool) {
	for _, c := range f.classes {
		if c.Name != name || t.root(name) != device || t.detail != "" && t.detail != detail || c.Detail != "" && !strings.HasPrefix(remedy, c.Detail) {
			continue
		}
		return c, true
	}
	return class{}, false
}

// tables are the rows of each family that a model learns from, and spare ones of
// things that have nothing.
type tables struct{ of, spare map[string]*xai.Table }

func newTables() tables {
	out := tables{map[string]*xai.Table{}, map[string]*xai.Table{}}
	for _, f := range families() {
		columns, labels := f.columns(), f.labels()
		out.of[f.name] = &xai.Table{Columns: columns, Classes: labels}
		out.spare[f.name] = &xai.Table{Columns: columns, Classes: labels}
	}
	return out
}

func (t tables) join(o tables) {
	for name := range o.of {
		put(t.of[name], o.of[name])
		put(t.spare[name], o.spare[name])
	}
}

func put(to, from *xai.Table) {
	to.Rows, to.Labels, to.Groups = append(to.Rows, from.Rows...), append(to.Labels, from.Labels...), append(to.Groups, from.Groups...)
}

// collect draws rows of a run, of some families.
func (s *study) collect(ctx context.Context, some []*family) (tables, error) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s.name))
	rng := rand.New(rand.NewPCG(h.Sum64(), 1))
	m, out := newMemory(s.run.Site), newTables()
	type found struct {
		f       *family
		things  []*thing
		columns []xai.Column
		index   map[string]int
		share   float64 // of the rows that are looked at, which are drawn
	}
	var all []found
	for _, f := range some {
		if things := f.find(s.run.Site, m); len(things) > 0 {
			x := found{f: f, things: things, columns: f.columns(), index: map[string]int{}, share: quietRows / (lookShare * float64(len(things)*s.minutes()))}
			for i, l := range f.labels() {
				x.index[l] = i
			}
			all = append(all, x)
		}
	}
	err := s.play(ctx, func(k int, st *twin.State, now time.Time) error {
		if s.over(now, seenAfter) {
			return errEnough
		}
		m.read(st, now)
		for _, x := range all {
			share, look := x.share, rng.Float64() < lookShare
			for _, t := range x.things {
				if l, _ := s.wanted(x.f, t, now); l != None {
					share, look = share*besideMore, k%2 == 0
				}
			}
			look = look && k >= warming
			if !look && !x.f.each {
				continue
			}
			rows := x.f.rows(m, x.things, x.columns)
			if !look {
				continue
			}
			for i, t := range x.things {
				label, teaches := s.wanted(x.f, t, now)
				if !teaches || x.f.unknown(m, t) {
					continue
				}
				table := out.of[x.f.name]
				if label == None {
					switch v := rng.Float64(); {
					case v < share:
					case v < share*(1+spareRows/quietRows):
						table = out.spare[x.f.name]
					default:
						continue
					}
				}
				table.Rows, table.Labels, table.Groups = append(table.Rows, rows[i]), append(table.Labels, x.index[label]), append(table.Groups, s.name)
			}
		}
		return nil
	})
	return out, err
}

// hardBelow is the probability of nothing below which a model is wrong about a
// thing that has nothing.
const hardBelow = 0.9

// hard are the spare rows that a model is wrong about.
func hard(m *Model, family string, spare *xai.Table) *xai.Table {
	p := m.parts[family]
	if p == nil {
		return &xai.Table{}
	}
	var rows []int
	for i, q := range p.trees.Probabilities(spare.Rows) {
		if q[0] < hardBelow {
			rows = append(rows, i)
		}
	}
	return spare.Subset(rows)
}

// each does something with each file, as many at a time as there are processors,
// and hands the results on in the files' order.
func each[T any](ctx context.Context, files []string, progress func(done, of int), do func(file string) (T, error)) ([]T, error) {
	out, errs := make([]T, len(files)), make([]error, len(files))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	turn := make(chan int)
	var work sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		work.Go(func() {
			for i := range turn {
				if out[i], errs[i] = do(files[i]); errs[i] != nil {
					stop()
				}
				mu.Lock()
				done++
				if progress != nil {
					progress(done, len(files))
				}
				mu.Unlock()
			}
		})
	}
	for i := range files {
		select {
		case turn <- i:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(turn)
	work.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("%s: %w", files[i], err)
		}
	}
	return out, ctx.Err()
}

// byName sorts files, so that the order in which a folder lists them decides
// nothing.
func byName(files []string) []string { return slices.Sorted(slices.Values(files)) }
