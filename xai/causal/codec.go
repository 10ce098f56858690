package causal

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
)

const (
	fileFormat   = "causal graph"
	fileVersion  = 1
	fileBytesMax = 64 << 20
	linksMax     = 1 << 18
)

type file struct {
	Format      string     `json:"format"`
	FileVersion int        `json:"fileVersion"`
	Lags        int        `json:"lags"`
	Step        float64    `json:"step_s,omitempty"`
	Nodes       []fileNode `json:"nodes"`
	Links       []fileLink `json:"links"`
}

type fileNode struct {
	Name        string  `json:"name"`
	Mean        float64 `json:"mean"`
	Spread      float64 `json:"spread"`
	Disturbance float64 `json:"disturbance"`
}

type fileLink struct {
	From     int     `json:"from"`
	To       int     `json:"to"`
	Lag      int     `json:"lag,omitempty"`
	Strength float64 `json:"strength"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
}

// Encode writes the model as JSON, numbers to six digits: finer ones are not known.
func (m *Model) Encode(w io.Writer) error {
	f := file{Format: fileFormat, FileVersion: fileVersion, Lags: m.Lags, Step: m.Step.Seconds()}
	for i, n := range m.Nodes {
		f.Nodes = append(f.Nodes, fileNode{n, short(m.Mean[i]), short(m.Spread[i]), short(m.Disturbance[i])})
	}
	for _, l := range m.Links {
		f.Links = append(f.Links, fileLink{l.From, l.To, l.Lag, short(l.Strength), short(l.Low), short(l.High)})
	}
	if err := json.NewEncoder(w).Encode(f); err != nil {
		return fmt.Errorf("write a causal graph: %w", err)
	}
	return nil
}

// short rounds to six digits.
func short(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	unit := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*unit) / unit
}

// Decode reads what Encode wrote. The error names what is wrong with a file that
// cannot be a model.
func Decode(r io.Reader) (*Model, error) {
	raw, err := io.ReadAll(io.LimitReader(r, fileBytesMax+1))
	if err != nil {
		return nil, fmt.Errorf("read a causal graph: %w", err)
	}
	if len(raw) > fileBytesMax {
		return nil, fmt.Errorf("read a causal graph: it is larger than %d bytes", fileBytesMax)
	}
	var f file
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("read a causal graph: %w", err)
	}
	m, err := f.model()
	if err != nil {
		return nil, fmt.Errorf("read a causal graph: %w: fit it again", err)
	}
	return m, nil
}

func (f *file) model() (*Model, error) {
	switch {
	case f.Format != fileFormat || f.FileVersion != fileVersion:
		return nil, fmt.Errorf("format %q version %d, want %q version %d", f.Format, f.FileVersion, fileFormat, fileVersion)
	case len(f.Nodes) == 0 || len(f.Nodes) > nodesMax || f.Lags < 1 || f.Lags > lagsMax || len(f.Links) > linksMax:
		return nil, fmt.Errorf("%d nodes, %d lags, %d links: 1 to %d, 1 to %d and up to %d are allowed", len(f.Nodes), f.Lags, len(f.Links), nodesMax, lagsMax, linksMax)
	case !(f.Step >= 0 && f.Step < 1e9):
		return nil, fmt.Errorf("steps of %g s", f.Step)
	}
	m := &Model{Lags: f.Lags, Step: time.Duration(f.Step * float64(time.Second))}
	for i, n := range f.Nodes {
		if !(n.Spread > 0) || !(n.Disturbance >= 0) || math.IsInf(n.Spread, 0) || math.IsInf(n.Disturbance, 0) {
			return nil, fmt.Errorf("node %d, %q, has spread %g and disturbance %g", i+1, n.Name, n.Spread, n.Disturbance)
		}
		m.Nodes, m.Mean, m.Spread, m.Disturbance = append(m.Nodes, n.Name), append(m.Mean, n.Mean), append(m.Spread, n.Spread), append(m.Disturbance, n.Disturbance)
	}
	for i, l := range f.Links {
		if l.From < 0 || l.To < 0 || l.From >= len(f.Nodes) || l.To >= len(f.Nodes) || l.Lag < 0 || l.Lag > f.Lags || l.From == l.To && l.Lag == 0 {
			return nil, fmt.Errorf("link %d goes from node %d to node %d after %d steps", i+1, l.From+1, l.To+1, l.Lag)
		}
		m.Links = append(m.Links, Link(l))
	}
	if _, err := m.order(); err != nil {
		return nil, err
	}
	return m, nil
}
