package tree

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
	fileFormat  = "gradient-boosted trees"
	fileVersion = 1
)

// file is a model as it stands on disk. A tree is kept as columns of numbers, so
// that a hundred trees are no megabyte; numbers that are not known are null.
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
	Base          []float64    `json:"base"`
	Columns       []fileColumn `json:"columns"`
	Trees         []fileTree   `json:"trees"`
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

// fileTree holds the nodes in order. A split has its column in Feature, its
// threshold in Value and its children next to each other at Left; a leaf has -1
// in Feature and its value in Value.
type fileTree struct {
	Feature []int     `json:"feature"`
	Value   []float64 `json:"value"`
	Left    []int     `json:"left"`
	Missing []int     `json:"missing"` // 1: what is missing goes left
	Cover   []float64 `json:"cover"`
	Gain    []float64 `json:"gain"`
}

// Encode writes the model as JSON. Decode gives back the same model, to the bit.
func (m *Model) Encode(w io.Writer) error {
	f := file{Format: fileFormat, FileVersion: fileVersion, Name: m.Name, Version: m.Version, Task: m.Task, Classes: m.Classes, Normal: m.Normal,
		Temperature: m.Temperature, MinConfidence: m.MinConfidence, Faithfulness: m.Faithfulness, Base: m.Base}
	for _, c := range m.Columns {
		f.Columns = append(f.Columns, fileColumn{c.Name, c.Unit, c.Source, known(c.Min), known(c.Max), known(c.Typical), c.Missing, c.Scale})
	}
	for _, t := range m.Trees {
		var ft fileTree
		for i := range t.Nodes {
			n := &t.Nodes[i]
			value, missing := n.Value, 0
			if !n.Leaf() {
				value = n.Threshold
				if n.Right != n.Left+1 {
					return fmt.Errorf("write model %s: the children of a node must stand next to each other", m.Name)
				}
			}
			if n.MissingLeft {
				missing = 1
			}
			ft.Feature, ft.Value, ft.Left = append(ft.Feature, n.Feature), append(ft.Value, value), append(ft.Left, n.Left)
			ft.Missing, ft.Cover, ft.Gain = append(ft.Missing, missing), append(ft.Cover, n.Cover), append(ft.Gain, n.Gain)
		}
		f.Trees = append(f.Trees, ft)
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
		switch {
		case limited.N <= 0:
			return nil, fmt.Errorf("read model: the file is longer than %d MB", fileBytesMax>>20)
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			return nil, fmt.Errorf("read model: the file ends at byte %d, in the middle: it was cut off; train it again", dec.InputOffset())
		}
		return nil, fmt.Errorf("read model, near byte %d: %w", dec.InputOffset(), err)
	}
	if f.Format != fileFormat || f.FileVersion != fileVersion {
		return nil, fmt.Errorf("read model: this is a %q file of version %d, not %s of version %d: train it again", f.Format, f.FileVersion, fileFormat, fileVersion)
	}
	m := &Model{Name: f.Name, Version: f.Version, Task: f.Task, Classes: f.Classes, Normal: f.Normal, Base: f.Base,
		Temperature: f.Temperature, MinConfidence: f.MinConfidence, Faithfulness: f.Faithfulness}
	for _, c := range f.Columns {
		m.Columns = append(m.Columns, Column{xai.Column{Name: c.Name, Unit: c.Unit, Source: c.Source}, orNaN(c.Min), orNaN(c.Max), orNaN(c.Typical), c.Missing, c.Scale})
	}
	if len(f.Trees) > treesMax {
		return nil, fmt.Errorf("read model %q: %d trees: at most %d are allowed", f.Name, len(f.Trees), treesMax)
	}
	nodes := 0
	for i, ft := range f.Trees {
		n := len(ft.Feature)
		if nodes += n; n == 0 || nodes > nodesMax || len(ft.Value) != n || len(ft.Left) != n || len(ft.Missing) != n || len(ft.Cover) != n || len(ft.Gain) != n {
			return nil, fmt.Errorf("read model %q: tree %d has no nodes, too many, or lists of different lengths", f.Name, i+1)
		}
		t := Tree{Nodes: make([]Node, n)}
		for k := range t.Nodes {
			t.Nodes[k] = Node{Feature: -1, Value: ft.Value[k], Cover: ft.Cover[k]}
			if ft.Feature[k] >= 0 {
				t.Nodes[k] = Node{Feature: ft.Feature[k], Threshold: ft.Value[k], MissingLeft: ft.Missing[k] == 1,
					Left: ft.Left[k], Right: ft.Left[k] + 1, Cover: ft.Cover[k], Gain: ft.Gain[k]}
			}
		}
		m.Trees = append(m.Trees, t)
	}
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("read model %q: %w", m.Name, err)
	}
	return m, nil
}

// Check returns an error that names what keeps the model from being run or
// explained.
func (m *Model) Check() error {
	switch {
	case m.Task == Binary && len(m.Classes) != 2, m.Task == Multiclass && (len(m.Classes) < 3 || len(m.Classes) > classesMax):
		return fmt.Errorf("it is %s but has %d classes", m.Task, len(m.Classes))
	case m.Task != Binary && m.Task != Multiclass && m.Task != Regression:
		return fmt.Errorf("task %q is none of %s, %s, %s", m.Task, Binary, Multiclass, Regression)
	case m.Task != Regression && !slices.Contains(m.Classes, m.Normal):
		return fmt.Errorf("its normal class %q is none of its classes", m.Normal)
	case len(m.Columns) == 0 || len(m.Columns) > columnsMax:
		return fmt.Errorf("it has %d columns: 1 to %d are allowed", len(m.Columns), columnsMax)
	case len(m.Base) != m.Width():
		return fmt.Errorf("it has %d bases for %d scores", len(m.Base), m.Width())
	case len(m.Trees)%m.Width() != 0:
		return fmt.Errorf("it has %d trees for %d scores", len(m.Trees), m.Width())
	case !(m.Temperature >= 1e-3 && m.Temperature <= 1e3):
		return fmt.Errorf("temperature %g is out of range", m.Temperature)
	case !(m.MinConfidence >= 0 && m.MinConfidence <= 1):
		return fmt.Errorf("least confidence %g is no probability", m.MinConfidence)
	}
	for j, c := range m.Columns {
		if c.Name == "" || !(c.Scale > 0) || math.IsInf(c.Scale, 0) {
			return fmt.Errorf("column %d (%q) needs a name and a scale above 0", j+1, c.Name)
		}
	}
	for i := range m.Trees {
		if err := m.Trees[i].check(len(m.Columns)); err != nil {
			return fmt.Errorf("tree %d: %w", i+1, err)
		}
	}
	return nil
}

func (t *Tree) check(columns int) error {
	depth, parents := make([]int, len(t.Nodes)), make([]int, len(t.Nodes))
	for i := range t.Nodes {
		n := &t.Nodes[i]
		switch {
		case i > 0 && parents[i] != 1:
			return fmt.Errorf("node %d has %d parents", i, parents[i])
		case !(n.Cover > 0) || math.IsInf(n.Cover, 0):
			return fmt.Errorf("node %d was reached by %g rows: it needs more than 0", i, n.Cover)
		case n.Leaf():
			continue
		case n.Feature >= columns:
			return fmt.Errorf("node %d asks for column %d of %d", i, n.Feature, columns)
		case n.Left <= i || n.Right != n.Left+1 || n.Right >= len(t.Nodes):
			return fmt.Errorf("node %d has children %d and %d of %d nodes", i, n.Left, n.Right, len(t.Nodes))
		case depth[i] >= depthMax:
			return fmt.Errorf("it is deeper than %d", depthMax)
		}
		for _, c := range []int{n.Left, n.Right} {
			parents[c]++
			depth[c] = depth[i] + 1
			if t.Nodes[c].Cover > n.Cover {
				return fmt.Errorf("node %d was reached by more rows than its parent", c)
			}
		}
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
