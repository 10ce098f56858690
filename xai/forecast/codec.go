package forecast

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai/tree"
)

const (
	fileFormat   = "forecast"
	fileVersion  = 4
	fileBytesMax = 64 << 20
	periodMax    = 1 << 12
)

type file struct {
	Format      string          `json:"format"`
	FileVersion int             `json:"fileVersion"`
	Options     Options         `json:"options"`
	Follow      float64         `json:"follow"`
	Known       []string        `json:"known,omitempty"`
	Errors      [][]float64     `json:"errors"`
	Totals      [][]float64     `json:"totals"`
	Stretches   []float64       `json:"stretches"`
	Seen        int             `json:"seen"`
	Correct     json.RawMessage `json:"correct"`
}

// Encode writes the model as JSON. Decode gives back the same model.
func (m *Model) Encode(w io.Writer) error {
	var b bytes.Buffer
	if err := m.Correct.Encode(&b); err != nil {
		return fmt.Errorf("write a forecast: %w", err)
	}
	f := file{fileFormat, fileVersion, m.Options, m.Follow, m.Known, m.Errors, m.Totals, m.Stretches, m.Seen, bytes.TrimSpace(b.Bytes())}
	if err := json.NewEncoder(w).Encode(f); err != nil {
		return fmt.Errorf("write a forecast: %w", err)
	}
	return nil
}

// Decode reads what Encode wrote.
func Decode(r io.Reader) (*Model, error) {
	raw, err := io.ReadAll(io.LimitReader(r, fileBytesMax+1))
	if err != nil {
		return nil, fmt.Errorf("read a forecast: %w", err)
	}
	if len(raw) > fileBytesMax {
		return nil, fmt.Errorf("read a forecast: it is larger than %d bytes", fileBytesMax)
	}
	var f file
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("read a forecast: %w", err)
	}
	if f.Format != fileFormat || f.FileVersion != fileVersion {
		return nil, fmt.Errorf("read a forecast: format %q version %d, want %q version %d: train it again", f.Format, f.FileVersion, fileFormat, fileVersion)
	}
	m := &Model{Options: f.Options, Follow: f.Follow, Known: f.Known, Errors: f.Errors, Totals: f.Totals, Stretches: f.Stretches, Seen: f.Seen}
	if err := m.Options.check(Series{}); err != nil {
		return nil, fmt.Errorf("read a forecast: %w: train it again", err)
	}
	if m.Correct, err = tree.Decode(bytes.NewReader(f.Correct)); err != nil {
		return nil, fmt.Errorf("read a forecast: %w", err)
	}
	if why := m.wrong(); why != "" {
		return nil, fmt.Errorf("read a forecast: %s: train it again", why)
	}
	return m, nil
}

func (m *Model) wrong() string {
	switch {
	case m.Options.Period > periodMax || m.Options.Periods > periodMax:
		return fmt.Sprintf("%d periods of %d steps, at most %d are allowed", m.Options.Periods, m.Options.Period, periodMax)
	case m.Options.Long > periodMax:
		return fmt.Sprintf("its level lasts %d periods, at most %d are allowed", m.Options.Long, periodMax)
	case !(m.Follow >= 0 && m.Follow <= 1):
		return fmt.Sprintf("its level follows by %g, 0 to 1 is allowed", m.Follow)
	case m.Correct.Task != tree.Regression || len(m.Correct.Base) != 1 || len(m.Correct.Columns) != len(columns)+len(m.Known):
		return fmt.Sprintf("its correction is %s of %d columns, not %s of %d", m.Correct.Task, len(m.Correct.Columns), tree.Regression, len(columns)+len(m.Known))
	case len(m.Errors) != m.Options.Horizon || len(m.Totals) != len(m.Options.Totals) || len(m.Stretches) != len(m.Totals):
		return fmt.Sprintf("errors of %d steps and %d totals, and stretches of %d, not of %d, %d and %d", len(m.Errors), len(m.Totals), len(m.Stretches), m.Options.Horizon, len(m.Options.Totals), len(m.Options.Totals))
	case m.Seen < 1 || m.Seen > stepsMax:
		return fmt.Sprintf("it was fitted on %d steps, 1 to %d are allowed", m.Seen, stepsMax)
	}
	for _, stretch := range m.Stretches {
		if !(math.Abs(stretch) <= stretchMost) {
			return fmt.Sprintf("its intervals are stretched by e to the %g, at most %g is allowed", stretch, stretchMost)
		}
	}
	for _, t := range m.Correct.Trees {
		if len(t.Nodes) > 3 {
			return "a tree of it looks at more than one column"
		}
	}
	for _, e := range m.Errors {
		if !slices.IsSorted(e) {
			return "its errors do not rise"
		}
	}
	for _, e := range slices.Concat(m.Errors, m.Totals) {
		if slices.ContainsFunc(e, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
			return "an error of it is no number"
		}
	}
	return ""
}
