package diagnose

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/drift"
)

// Guard gives the diagnoser what tells when its model is fed what it was not
// trained on.
func (d *Diagnoser) Guard(monitor io.Reader) error {
	m, err := drift.Decode(monitor)
	if err != nil {
		return fmt.Errorf("load the drift monitor of %s: %w", ModelName, err)
	}
	return d.guard(m)
}

func (d *Diagnoser) guard(m *drift.Monitor) error {
	if len(m.Columns) != len(features) {
		return fmt.Errorf("the drift monitor watches %d features, this program computes %d: train it again", len(m.Columns), len(features))
	}
	for i, f := range features {
		if m.Columns[i].Name != f.name {
			return fmt.Errorf("feature %d of the drift monitor is %q, this program computes %q: train it again", i+1, m.Columns[i].Name, f.name)
		}
	}
	d.monitor = m
	return nil
}

// falseAlarms is the share of rows like those of training that may be called a
// regime never seen.
const falseAlarms = 0.001

// Monitor learns what is usual from the rows of training, with its threshold set
// on rows of other groups.
func Monitor(train, held *xai.Table) (*drift.Monitor, error) {
	return drift.Fit(train, held, drift.Options{FalseAlarms: falseAlarms, Missing: 0.02})
}

// How much of its confidence a model keeps by what is unusual of its input.
// Shapes end flat, so that one value out of range misleads little; a regime never
// seen is trusted the less the farther it is.
const (
	trustRange   = 0.9
	trustMissing = 0.8
	trustRegime  = 0.7 // at the threshold, and less in proportion beyond it
)

// strangeness is what is unusual of an input.
type strangeness struct {
	trust float64  // kept of the confidence
	says  []string // in the twin's words
	dead  string   // why nothing can be said at all; "": something can
	over  float64  // squared distance of a new regime over its threshold; 0: none
	lost  string   // a signal that the model nearly always had and that is not live; "": none
}

// strange tells what of a row, and of what it was computed from, is unlike
// training.
func (d *Diagnoser) strange(st *twin.State, asset twin.AssetID, now time.Time, row []float64) (strangeness, error) {
	s := strangeness{trust: 1}
	if d.monitor == nil {
		return s, nil
	}
	for _, name := range []string{"air-temperature", "evaporator-temperature"} {
		if v, long := stands(st.Window(twin.SignalOf(asset, name), now.Add(-Window), now)); long > fresh {
			s.dead = fmt.Sprintf("%s has stood still at %.3g for %.0f min: its sensor is dead", strings.ReplaceAll(name, "-", " "), v, long.Minutes())
		}
	}
	s.silent(st, asset, d.monitor)
	found, err := d.monitor.Check(row)
	if err != nil {
		return s, err
	}
	for _, f := range found {
		switch f.Kind {
		case drift.OutOfRange:
			s.trust *= trustRange // told by the model's own limits
		case drift.Missing:
			s.trust *= trustMissing
			// It may be that it could not be told of late: the compressor never rested.
			s.says = append(s.says, fmt.Sprintf(isMissing, f.Columns[0]))
		case drift.NewRegime:
			s.trust *= trustRegime / f.Value
			s.over = f.Value
			s.says = append(s.says, fmt.Sprintf("a regime never seen: %s are together as never in training, %.1f times beyond the bound", strings.Join(f.Columns, " / "), f.Value))
		}
	}
	return s, nil
}

const isMissing = "%s is missing, which the model has nearly always seen"

// silent tells of signals that were heard once and are not any more: features hold
// the last value of most.
func (s *strangeness) silent(st *twin.State, asset twin.AssetID, m *drift.Monitor) {
	for i, f := range features {
		known := slices.ContainsFunc(features[:i], func(before feature) bool { return before.signal == f.signal })
		x := st.Latest(twin.SignalOf(asset, f.signal))
		if known || !m.Columns[i].Expected || x.Quality == twin.Missing || x.Live() {
			continue
		}
		s.trust *= trustMissing
		s.lost = fmt.Sprintf(isMissing, f.signal)
		s.says = append(s.says, s.lost)
	}
}

// stands tells since when a signal has been heard to say the same again and
// again. One that is silent is found stale instead.
func stands(samples []twin.Sample) (value float64, long time.Duration) {
	const heardMin = 30 // times: a quiet sensor may say the same for a while
	n := len(samples)
	if n < heardMin || samples[n-1].Quality != twin.Good {
		return 0, 0
	}
	value = samples[n-1].Value
	i := n - 1
	for i > 0 && samples[i-1].Quality == twin.Good && samples[i-1].Value == value {
		i--
	}
	if n-i < heardMin {
		return value, 0
	}
	return value, samples[n-1].At.Sub(samples[i].At)
}

// temper lowers the confidence by what is strange, and says so.
func (s *strangeness) temper(x *xai.Explanation, p []float64, least float64) {
	x.Limits = append(x.Limits, s.says...)
	k := 1 / float64(len(p))
	for i := range p {
		p[i] = s.trust*p[i] + (1-s.trust)*k
	}
	x.Confidence = s.trust*x.Confidence + (1-s.trust)*k
	for i := range x.Alternatives {
		x.Alternatives[i].Probability = s.trust*x.Alternatives[i].Probability + (1-s.trust)*k
	}
	if s.dead != "" {
		x.Limits = append(x.Limits, s.dead)
		x.Abstained, x.Why = true, s.dead
	}
	if !x.Abstained && x.Confidence < least {
		x.Abstained, x.Why = true, fmt.Sprintf("confidence in %s is %.0f %%, below the %.0f %% that is asked for", x.Claim, 100*x.Confidence, 100*least)
	}
}

// drifted is why the input is not what the model was trained on; "" when it is.
func (s *strangeness) drifted(why string) string {
	switch {
	case s.dead != "":
		return s.dead
	case s.over > 0:
		return s.says[len(s.says)-1]
	case strings.Contains(why, " is missing or stale: "):
		return why
	}
	return s.lost
}
