package ebm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/xai"
)

const (
	fileFormat  = "explainable boosting machine"
	fileVersion = 1
)

// file is a model as it stands on disk: JSON that a person can read. Numbers
// that are not known are null.
type file struct {
	Format        string       `json:"format"`
	FileVersion   int          `json:"fileVersion"`
	Name          string       `json:"name"`
	Version       string       `json:"version"`
	Task          Task         `json:"task"`
	Classes       []string     `json:"classes,omitempty"`
	Normal        string       `json:"normal,omitempty"`
	Temperature   float64      `json:"temperature"`
	MinConfidence float64      `json:"minConfidence"`
	Faithfulness  []xai.Figure `json:"faithfulness,omitempty"`
	Intercept     []float64    `json:"intercept"`
	Columns       []fileColumn `json:"columns"`
	Cuts          [][]float64  `json:"cuts"` // tables of edges that terms refer to by index
	Terms         []fileTerm   `json:"terms"`
}

type fileColumn struct {
	Name    string   `json:"name"`
	Unit    string   `json:"unit,omitempty"`
	Source  string   `json:"source,omitempty"`
	Min     *float64 `json:"min"`
	Max     *float64 `json:"max"`
	Typical *float64 `json:"typical"`
	Missing float64  `json:"missing"`
	Scale   float64  `json:"scale"`
}

type fileTerm struct {
	Features   []int     `json:"features"`
	Cuts       []int     `json:"cuts"`
	Importance float64   `json:"importance"`
	Scores     []float64 `json:"scores"`
}

// Encode writes the model as JSON. Decode gives back the same model, to the
// bit.
func (m *Model) Encode(w io.Writer) error {
	f := file{Format: fileFormat, FileVersion: fileVersion, Name: m.Name, Version: m.Version, Task: m.Task,
		Classes: m.Classes, Normal: m.Normal, Temperature: m.Temperature, MinConfidence: m.MinConfidence,
		Faithfulness: m.Faithfulness, Intercept: m.Intercept}
	for _, c := range m.Columns {
		f.Columns = append(f.Columns, fileColumn{c.Name, c.Unit, c.Source, known(c.Min), known(c.Max), known(c.Typical), c.Missing, c.Scale})
	}
	for _, t := range m.Terms {
		ft := fileTerm{Features: t.Features, Importance: t.Importance, Scores: t.Scores}
		for _, cuts := range t.Cuts {
			at := slices.IndexFunc(f.Cuts, func(c []float64) bool { return slices.Equal(c, cuts) })
			if at < 0 {
				at = len(f.Cuts)
				f.Cuts = append(f.Cuts, append([]float64{}, cuts...))
			}
			ft.Cuts = append(ft.Cuts, at)
		}
		f.Terms = append(f.Terms, ft)
	}
	if err := json.NewEncoder(w).Encode(f); err != nil {
		return fmt.Errorf("write model %s: %w", m.Name, err)
	}
	return nil
}

// Decode reads a model. Whatever stands in the file, it returns a model that is
// safe to run or an error that says what is wrong with it.
func Decode(r io.Reader) (*Model, error) {
	limited := &io.LimitedReader{R: r, N: fileBytesMax + 1}
	var f file
	dec := json.NewDecoder(limited)
	if err := dec.Decode(&f); err != nil {
		if limited.N <= 0 {
			return nil, fmt.Errorf("read model: the file is longer than %d MB", fileBytesMax>>20)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("read model: the file ends at byte %d, in the middle: it was cut off; train it again", dec.InputOffset())
		}
		return nil, fmt.Errorf("read model, near byte %d: %w", dec.InputOffset(), err)
	}
	if f.Format != fileFormat {
		return nil, fmt.Errorf("read model: this is a %q file, not an %s", f.Format, fileFormat)
	}
	if f.FileVersion != fileVersion {
		return nil, fmt.Errorf("read model: it has file version %d, this program reads %d: train it again", f.FileVersion, fileVersion)
	}
	m := &Model{Name: f.Name, Version: f.Version, Task: f.Task, Classes: f.Classes, Normal: f.Normal,
		Temperature: f.Temperature, MinConfidence: f.MinConfidence, Faithfulness: f.Faithfulness, Intercept: f.Intercept}
	for _, c := range f.Columns {
		m.Columns = append(m.Columns, Column{xai.Column{Name: c.Name, Unit: c.Unit, Source: c.Source}, orNaN(c.Min), orNaN(c.Max), orNaN(c.Typical), c.Missing, c.Scale})
	}
	for i, ft := range f.Terms {
		t := Term{Features: ft.Features, Importance: ft.Importance, Scores: ft.Scores}
		for _, at := range ft.Cuts {
			if at < 0 || at >= len(f.Cuts) {
				return nil, fmt.Errorf("read model: term %d names cuts %d of %d", i+1, at, len(f.Cuts))
			}
			t.Cuts = append(t.Cuts, f.Cuts[at])
		}
		m.Terms = append(m.Terms, t)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("read model %q: %w", m.Name, err)
	}
	return m, nil
}

// check returns an error that names what keeps the model from being run.
func (m *Model) check() error {
	switch m.Task {
	case Binary:
		if len(m.Classes) != 2 {
			return fmt.Errorf("it is binary but has %d classes", len(m.Classes))
		}
	case Multiclass:
		if len(m.Classes) < 3 || len(m.Classes) > classesMax {
			return fmt.Errorf("it has %d classes: 3 to %d are allowed", len(m.Classes), classesMax)
		}
	case Regression:
	default:
		return fmt.Errorf("task %q is none of %s, %s, %s", m.Task, Binary, Multiclass, Regression)
	}
	switch {
	case m.Task != Regression && !slices.Contains(m.Classes, m.Normal):
		return fmt.Errorf("its normal class %q is none of its classes", m.Normal)
	case len(m.Columns) == 0 || len(m.Columns) > columnsMax:
		return fmt.Errorf("it has %d columns: 1 to %d are allowed", len(m.Columns), columnsMax)
	case len(m.Terms) > termsMax:
		return fmt.Errorf("it has %d terms: at most %d are allowed", len(m.Terms), termsMax)
	case len(m.Intercept) != m.width():
		return fmt.Errorf("it has %d intercepts for %d scores", len(m.Intercept), m.width())
	case !(m.Temperature >= temperatureMin/2 && m.Temperature <= temperatureMax*2):
		return fmt.Errorf("temperature %g is out of range", m.Temperature)
	case !(m.MinConfidence >= 0 && m.MinConfidence <= 1):
		return fmt.Errorf("least confidence %g is no probability", m.MinConfidence)
	}
	for j, c := range m.Columns {
		if c.Name == "" || !(c.Scale > 0) || math.IsInf(c.Scale, 0) {
			return fmt.Errorf("column %d (%q) needs a name and a scale above 0", j+1, c.Name)
		}
	}
	cells := 0
	for i := range m.Terms {
		t := &m.Terms[i]
		if err := m.checkTerm(t); err != nil {
			return fmt.Errorf("term %d: %w", i+1, err)
		}
		if cells += len(t.Scores); cells > cellsMax {
			return fmt.Errorf("its tables hold more than %d numbers", cellsMax)
		}
	}
	return nil
}

func (m *Model) checkTerm(t *Term) error {
	if len(t.Features) < 1 || len(t.Features) > 2 || len(t.Cuts) != len(t.Features) {
		return fmt.Errorf("it has %d features and %d lists of cuts: one or two of each are allowed", len(t.Features), len(t.Cuts))
	}
	for i, j := range t.Features {
		if j < 0 || j >= len(m.Columns) {
			return fmt.Errorf("it names column %d of %d", j, len(m.Columns))
		}
		if len(t.Cuts[i]) >= binsMax {
			return fmt.Errorf("it has %d cuts: at most %d are allowed", len(t.Cuts[i]), binsMax-1)
		}
		for k := 1; k < len(t.Cuts[i]); k++ {
			if !(t.Cuts[i][k-1] < t.Cuts[i][k]) {
				return fmt.Errorf("cut %d of column %q does not rise", k+1, m.Columns[j].Name)
			}
		}
	}
	if want := t.cells() * m.width(); len(t.Scores) != want {
		return fmt.Errorf("it has %d scores, its cuts ask for %d", len(t.Scores), want)
	}
	return nil
}

func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}
