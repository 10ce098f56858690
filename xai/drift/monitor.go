package drift

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

const fileBytesMax = 64 << 20

// Options steer Fit. The zero Options asks for the defaults.
type Options struct {
	FalseAlarms float64 // share of the rows of unseen groups that may be called a new regime; default 0.001
	Shrink      float64 // of correlations; default 0.1
	Margin      float64 // of the training range, allowed beyond it on both sides; default 0.05
	Missing     float64 // of the training rows: a column that lacked more is not missed; default 0.05
	Frozen      float64 // a sensor is dead after so many times its longest rest in training; default 3
	RestMin     int     // rows that any sensor may rest; default 30
}

func (o Options) filled() Options {
	for _, d := range []struct {
		v *float64
		d float64
	}{{&o.FalseAlarms, 0.001}, {&o.Shrink, 0.1}, {&o.Margin, 0.05}, {&o.Missing, 0.05}, {&o.Frozen, 3}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	if o.RestMin == 0 {
		o.RestMin = 30
	}
	return o
}

// Monitor knows what a model was trained on. It is read only and safe for
// concurrent use; Watch keeps the state of one stream.
type Monitor struct {
	Columns   []Column
	Regime    *Regime
	Threshold float64 // of the squared distance
}

// Column is what was seen of a column in training.
type Column struct {
	Name     string
	Min, Max float64 // with the margin; both 0 and Never set when it was never there
	Never    bool
	Expected bool // it was nearly always there
	Rest     int  // rows of one value after which it is dead; 0: it may rest for ever
}

// Fit learns from training rows, and sets the threshold of a new regime on rows
// of other groups. The rows of a group must stand in the order of time.
func Fit(train, held *xai.Table, opt Options) (*Monitor, error) {
	opt = opt.filled()
	for _, t := range []*xai.Table{train, held} {
		if err := t.Check(); err != nil {
			return nil, fmt.Errorf("fit a drift monitor: %w", err)
		}
	}
	if !(opt.FalseAlarms > 0 && opt.FalseAlarms < 1) {
		return nil, fmt.Errorf("fit a drift monitor: false alarms %g: choose between 0 and 1", opt.FalseAlarms)
	}
	if need := int(math.Ceil(1/opt.FalseAlarms)) - 1; len(held.Rows) < need {
		return nil, fmt.Errorf("fit a drift monitor: %d held-out rows cannot tell a rate of %g: give at least %d", len(held.Rows), opt.FalseAlarms, need)
	}
	if len(held.Columns) != len(train.Columns) {
		return nil, fmt.Errorf("fit a drift monitor: %d held-out columns, %d of training", len(held.Columns), len(train.Columns))
	}
	own := map[string]bool{}
	for _, g := range train.Groups {
		own[g] = true
	}
	for _, g := range held.Groups {
		if own[g] {
			return nil, fmt.Errorf("fit a drift monitor: group %s is both trained on and held out", g)
		}
	}
	regime, err := FitRegime(train.Rows, opt.Shrink)
	if err != nil {
		return nil, err
	}
	m := &Monitor{Regime: regime}
	for j, c := range train.Columns {
		m.Columns = append(m.Columns, describe(train, j, c.Name, opt))
	}
	distances := make([]float64, len(held.Rows))
	for i, row := range held.Rows {
		distances[i] = regime.Distance(row)
	}
	m.Threshold = conformal(distances, opt.FalseAlarms)
	return m, nil
}

func describe(t *xai.Table, j int, name string, opt Options) Column {
	c := Column{Name: name}
	low, high, missing, longest := math.Inf(1), math.Inf(-1), 0, 0
	run, last, group := 0, math.NaN(), ""
	for i, row := range t.Rows {
		v := row[j]
		if g := t.Group(i); len(t.Groups) > 0 && g != group {
			group, run, last = g, 0, math.NaN()
		}
		if math.IsNaN(v) {
			missing++
			continue
		}
		low, high = min(low, v), max(high, v)
		if v == last {
			run++
		} else {
			run, last = 1, v
		}
		longest = max(longest, run)
	}
	if missing == len(t.Rows) {
		c.Never = true
		return c
	}
	margin := opt.Margin * (high - low)
	c.Min, c.Max = low-margin, high+margin
	c.Expected = float64(missing) <= opt.Missing*float64(len(t.Rows))
	if rest := max(opt.RestMin, int(opt.Frozen*float64(longest))); rest < len(t.Rows) && low < high {
		c.Rest = rest
	}
	return c
}

// conformal returns the value that a further draw exceeds with at most the rate
// (Vovk, Gammerman, Shafer 2005), if it is drawn as these were.
func conformal(values []float64, rate float64) float64 {
	s := slices.Clone(values)
	slices.Sort(s)
	k := int(math.Ceil(float64(len(s)+1)*(1-rate))) - 1
	return s[min(max(0, k), len(s)-1)]
}

// Kind is what is wrong with an input.
type Kind string

// Kinds of Finding.
const (
	OutOfRange Kind = "out of the training range"
	Missing    Kind = "missing"
	Dead       Kind = "dead: it repeats one value"
	NewRegime  Kind = "a regime never seen"
)

// Finding is one thing that is wrong.
type Finding struct {
	Kind    Kind
	Columns []string  // concerned, the most unusual first
	Shares  []float64 // of the columns in a new regime, together at most 1
	Value   float64   // of a column, 0 when missing; of a new regime, its squared distance over the threshold
	Told    string    // what is said of it by somebody who knows what the columns are; "": String says it
}

// Check tells what is wrong with a row, looked at alone.
func (m *Monitor) Check(row []float64) ([]Finding, error) {
	if len(row) != len(m.Columns) {
		return nil, fmt.Errorf("watch for drift: the row has %d values, the training rows had %d", len(row), len(m.Columns))
	}
	var out []Finding
	for j, v := range row {
		c := m.Columns[j]
		switch {
		case math.IsNaN(v):
			if c.Expected {
				out = append(out, Finding{Kind: Missing, Columns: []string{c.Name}})
			}
		case c.Never || v < c.Min || v > c.Max:
			out = append(out, Finding{Kind: OutOfRange, Columns: []string{c.Name}, Value: v})
		}
	}
	shares := m.Regime.Shares(row)
	sum := 0.0
	for _, s := range shares {
		sum += s
	}
	if sum > m.Threshold {
		out = append(out, m.strange(shares, sum))
	}
	return out, nil
}

// strange names the columns that make up most of a distance, three at most.
func (m *Monitor) strange(shares []float64, sum float64) Finding {
	f := Finding{Kind: NewRegime, Value: sum / m.Threshold}
	order := make([]int, len(shares))
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case shares[a] > shares[b]:
			return -1
		case shares[a] < shares[b]:
			return 1
		}
		return 0
	})
	for _, j := range order[:min(3, len(order))] {
		f.Columns, f.Shares = append(f.Columns, m.Columns[j].Name), append(f.Shares, shares[j]/sum)
	}
	return f
}

// Watch is the state of one stream of rows. It is not safe for concurrent use.
type Watch struct {
	m    *Monitor
	last []float64
	run  []int
}

// Watch begins a stream.
func (m *Monitor) Watch() *Watch {
	w := &Watch{m: m, last: make([]float64, len(m.Columns)), run: make([]int, len(m.Columns))}
	for j := range w.last {
		w.last[j] = math.NaN()
	}
	return w
}

// Add tells what is wrong once this row has come, dead sensors among it.
func (w *Watch) Add(row []float64) ([]Finding, error) {
	out, err := w.m.Check(row)
	if err != nil {
		return nil, err
	}
	for j, v := range row {
		switch {
		case math.IsNaN(v):
		case v == w.last[j]:
			w.run[j]++
		default:
			w.last[j], w.run[j] = v, 1
		}
		if c := w.m.Columns[j]; c.Rest > 0 && w.run[j] > c.Rest {
			out = append(out, Finding{Kind: Dead, Columns: []string{c.Name}, Value: v})
		}
	}
	return out, nil
}

// Alarms returns the share of rows with a finding of each kind, over tables whose
// groups stand in the order of time: the rate of false alarms when nothing is
// wrong in them.
func (m *Monitor) Alarms(t *xai.Table) (map[Kind]float64, error) {
	out := map[Kind]float64{}
	w, group := m.Watch(), ""
	for i, row := range t.Rows {
		if g := t.Group(i); len(t.Groups) > 0 && g != group {
			w, group = m.Watch(), g
		}
		found, err := w.Add(row)
		if err != nil {
			return nil, err
		}
		seen := map[Kind]bool{}
		for _, f := range found {
			if !seen[f.Kind] {
				seen[f.Kind] = true
				out[f.Kind] += 1 / float64(len(t.Rows))
			}
		}
	}
	return out, nil
}

// Encode writes the monitor as JSON.
func (m *Monitor) Encode(w io.Writer) error {
	if err := json.NewEncoder(w).Encode(m); err != nil {
		return fmt.Errorf("write a drift monitor: %w", err)
	}
	return nil
}

// Decode reads what Encode wrote.
func Decode(r io.Reader) (*Monitor, error) {
	data, err := io.ReadAll(io.LimitReader(r, fileBytesMax+1))
	if err != nil {
		return nil, fmt.Errorf("read a drift monitor: %w", err)
	}
	if len(data) > fileBytesMax {
		return nil, fmt.Errorf("read a drift monitor: it is larger than %d bytes", fileBytesMax)
	}
	var m Monitor
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("read a drift monitor: %w", err)
	}
	if m.Regime == nil || len(m.Regime.Mean) != len(m.Columns) || m.Threshold < 0 {
		return nil, fmt.Errorf("read a drift monitor: it has %d columns and no regime of as many, or a threshold below 0; train it again", len(m.Columns))
	}
	return &m, nil
}
