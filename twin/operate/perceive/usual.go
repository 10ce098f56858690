package perceive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/drift"
)

// UsualName is the file beside a model that knows what is usual of its readings.
const UsualName = ModelName + "-drift.json"

const (
	usualFormat   = "situations-drift"
	usualBytesMax = 16 << 20
	usualKindsMax = 1000
	usualMargin   = 0.1 // of the range, allowed beyond it on both sides
	usualBeyond   = 1.5 // times the largest distance of any row is a regime never seen: neighbours in time are near copies
	restTimes     = 3   // a sensor is dead after so many times its longest rest
	restLeast     = 30  // minutes that any may rest
	restMost      = 60  // a reading that rested longer may rest for ever
	anything      = math.MaxFloat64
)

// Usual is what is usual of the readings that situations are told from, of each
// family and kind of thing: their ranges, which are always there, for how long they
// rest, and how they go together. It is of readings, not of features, so that what
// is unusual has a name that a person knows, and a new feature does not outdate it.
type Usual struct {
	Made     string
	Data     string
	monitors map[string]*drift.Monitor // by family and kind, "cabinet/upright-freezer"; a column is an input
}

type storedUsual struct {
	Format   string                    `json:"format"`
	Made     string                    `json:"made"`
	Data     string                    `json:"data"`
	Monitors map[string]*drift.Monitor `json:"monitors"`
}

// Encode writes it as JSON.
func (u *Usual) Encode(w io.Writer) error {
	if err := json.NewEncoder(w).Encode(storedUsual{usualFormat, u.Made, u.Data, u.monitors}); err != nil {
		return fmt.Errorf("write what is usual for %s: %w", ModelName, err)
	}
	return nil
}

// LoadUsual reads what Encode wrote. Whatever stands in the file, what it returns is
// safe to ask.
func LoadUsual(r io.Reader) (*Usual, error) {
	data, err := io.ReadAll(io.LimitReader(r, usualBytesMax+1))
	if err != nil {
		return nil, fmt.Errorf("read what is usual for %s: %w", ModelName, err)
	}
	if len(data) > usualBytesMax {
		return nil, fmt.Errorf("read what is usual for %s: the file is longer than %d MB", ModelName, usualBytesMax>>20)
	}
	var s struct {
		storedUsual
		Monitors map[string]json.RawMessage `json:"monitors"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("read what is usual for %s: %w; make it again", ModelName, err)
	}
	if s.Format != usualFormat || len(s.Monitors) == 0 || len(s.Monitors) > usualKindsMax {
		return nil, fmt.Errorf("read what is usual for %s: this is a %q file of %d kinds of things, not a %s of 1 to %d: make it again", ModelName, s.Format, len(s.Monitors), usualFormat, usualKindsMax)
	}
	u := &Usual{Made: s.Made, Data: s.Data, monitors: map[string]*drift.Monitor{}}
	for name, raw := range s.Monitors {
		if u.monitors[name], err = drift.Decode(bytes.NewReader(raw)); err != nil {
			return nil, fmt.Errorf("read what is usual of a %s: %w", name, err)
		}
	}
	return u, nil
}

// of is what is usual of a kind of thing; nil: nothing is known of it.
func (u *Usual) of(f *family, kind string) *drift.Monitor {
	if u == nil || slices.Contains(unwatched, f.name) {
		return nil
	}
	return u.monitors[f.name+"/"+kind]
}

// restless are situations in which readings stand still or are gone: what was seen
// then does not tell how long they rest.
var restless = []string{"sensor-dead", "sensor-lying", "communication-loss"}

// found is what was seen of one kind of thing in a run.
type found struct {
	names []string
	free  []bool // set by somebody: it may be anything
	rows  [][]float64
	group []string
	rests []int // longest of each, minutes
	rose  []bool
	fell  []bool // what rises and never falls counts something
}

// LearnUsual learns what is usual from recorded runs, whatever befell them: what the
// model was trained on is nothing new to it. The runs that set the model's rules set
// how far is too far.
func LearnUsual(ctx context.Context, files []string, progress func(done, of int)) (*Usual, error) {
	files = byName(files)
	all, err := each(ctx, files, progress, func(file string) (map[string]*found, error) {
		s, err := open(file)
		if err != nil {
			return nil, err
		}
		return s.usual(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("learn what is usual: %w", err)
	}
	kept, held := map[string]*found{}, map[string]*found{}
	for i, run := range all {
		into := kept
		if heldOut(files[i]) {
			into = held
		}
		for name, x := range run {
			into[name] = into[name].join(x)
		}
	}
	u := &Usual{monitors: map[string]*drift.Monitor{}}
	for name, a := range kept {
		b := held[name]
		if b == nil {
			continue
		}
		m, err := learn(a, b)
		if err != nil {
			return nil, fmt.Errorf("learn what is usual of a %s: %w", name, err)
		}
		u.monitors[name] = m
	}
	if len(u.monitors) == 0 {
		return nil, fmt.Errorf("learn what is usual: no kind of thing is both in the %d runs that are learnt from and in the quarter of seeds that is held out: give more", len(files))
	}
	return u, nil
}

func (a *found) join(b *found) *found {
	if a == nil {
		return b
	}
	a.rows, a.group = append(a.rows, b.rows...), append(a.group, b.group...)
	for j := range a.rests {
		a.rests[j], a.free[j] = max(a.rests[j], b.rests[j]), a.free[j] || b.free[j]
		a.rose[j], a.fell[j] = a.rose[j] || b.rose[j], a.fell[j] || b.fell[j]
	}
	return a
}

func (a *found) table() *xai.Table {
	t := &xai.Table{Rows: a.rows, Groups: a.group}
	for _, n := range a.names {
		t.Columns = append(t.Columns, xai.Column{Name: n, Source: n})
	}
	return t
}

// learn fits how the readings go together on one part of the runs, and the bounds so
// that no run passes them.
func learn(a, b *found) (*drift.Monitor, error) {
	rate := max(0.001, 1/float64(len(b.rows)))
	m, err := drift.Fit(a.table(), b.table(), drift.Options{FalseAlarms: rate, Margin: usualMargin, Missing: 0.02})
	if err != nil {
		return nil, err
	}
	far := 0.0
	for _, rows := range [][][]float64{a.rows, b.rows} {
		for _, row := range rows {
			far = max(far, m.Regime.Distance(row))
		}
	}
	m.Threshold = usualBeyond * far
	for j := range m.Columns {
		c := &m.Columns[j]
		low, high := extent(j, a.rows, b.rows)
		longest := max(a.rests[j], b.rests[j])
		c.Rest = 0
		switch {
		case a.free[j] || b.free[j] || (a.rose[j] || b.rose[j]) && !a.fell[j] && !b.fell[j]:
			c.Never, c.Min, c.Max = false, -anything, anything
			continue
		case low > high:
			continue // it was never there
		case low == high: // it may be anything: what never moved was never tried
			c.Min, c.Max = -anything, anything
			continue
		case longest <= restMost && low < high:
			c.Rest = max(restLeast, restTimes*longest)
		}
		margin := usualMargin * (high - low)
		c.Never, c.Min, c.Max = false, low-margin, high+margin
	}
	return m, nil
}

// extent is the range of a column over some rows; the low above the high: all of it
// is missing.
func extent(j int, parts ...[][]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, rows := range parts {
		for _, row := range rows {
			if v := row[j]; !math.IsNaN(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high
}

// usual collects what a run showed of each kind of thing, a row in usualOver minutes,
// up to the deadline of what befell the site.
func (s *study) usual(ctx context.Context) (map[string]*found, error) {
	type seen struct {
		*found
		ids    []twin.SignalID
		rests  []rest
		before []float64
		group  string
	}
	m, out := newMemory(s.run.Site), map[string]*found{}
	var all []*seen
	for _, f := range families() {
		if slices.Contains(unwatched, f.name) {
			continue
		}
		names := f.inputs()
		for _, t := range f.find(s.run.Site, m) {
			key := f.name + "/" + t.kind
			if out[key] == nil {
				out[key] = &found{names: names, free: make([]bool, len(names)), rests: make([]int, len(names)), rose: make([]bool, len(names)), fell: make([]bool, len(names))}
			}
			x := &seen{found: out[key], ids: bind(m, t, names), rests: make([]rest, len(names)), before: make([]float64, len(names)), group: s.name + " " + string(t.asset)}
			for j, id := range x.ids {
				g, _ := s.run.Site.Signal(id)
				x.free[j] = x.free[j] || g.Writable
				x.before[j] = math.NaN()
			}
			all = append(all, x)
		}
	}
	still := func(now time.Time) bool {
		return len(s.truth.Situations) > 0 && slices.Contains(restless, s.truth.Situations[0].Class) && !now.Before(s.truth.Situations[0].Onset)
	}
	err := s.play(ctx, func(k int, st *twin.State, now time.Time) error {
		if s.over(now, seenAfter) {
			return errEnough
		}
		m.read(st, now)
		rests := !still(now)
		for _, x := range all {
			for j, id := range x.ids {
				if id == "" {
					continue
				}
				v := m.tracks[id].values.now()
				x.rose[j], x.fell[j] = x.rose[j] || v > x.before[j], x.fell[j] || v < x.before[j]
				x.before[j] = v
				if x.rests[j].take(v); rests {
					x.found.rests[j] = max(x.found.rests[j], x.rests[j].minutes)
				}
			}
			if k >= warming && k%usualOver == 0 {
				row := make([]float64, len(x.ids))
				lately(m, x.ids, row)
				x.rows, x.found.group = append(x.rows, row), append(x.found.group, x.group)
			}
		}
		return nil
	})
	return out, err
}
