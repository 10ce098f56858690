package neural

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/glasstwin/glasstwin/xai"
)

const (
	fileFormat  = "convolutional network"
	fileVersion = 1
)

// file is a model as it stands on disk; weights are little-endian single
// precision in base64, one text for each layer.
type file struct {
	Format       string       `json:"format"`
	FileVersion  int          `json:"fileVersion"`
	Name         string       `json:"name"`
	Version      string       `json:"version"`
	Signals      []string     `json:"signals"`
	Steps        int          `json:"steps"`
	Classes      []string     `json:"classes"`
	Filters      int          `json:"filters"`
	Kernel       int          `json:"kernel"`
	Mean         []float64    `json:"mean"`
	Spread       []float64    `json:"spread"`
	Temperature  float64      `json:"temperature"`
	Faithfulness []xai.Figure `json:"faithfulness,omitempty"`
	Weights      []string     `json:"weights"`
}

// Encode writes the model as JSON. Decode gives back the same model, to the bit.
func (m *Model) Encode(w io.Writer) error {
	f := file{Format: fileFormat, FileVersion: fileVersion, Name: m.Name, Version: m.Version, Signals: m.Signals, Steps: m.Steps,
		Classes: m.Classes, Filters: m.Filters, Kernel: m.Kernel, Mean: m.Mean, Spread: m.Spread, Temperature: m.Temperature,
		Faithfulness: m.Faithfulness}
	for _, layer := range m.Weights {
		var b []byte
		for _, v := range layer {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		}
		f.Weights = append(f.Weights, base64.StdEncoding.EncodeToString(b))
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	if err := e.Encode(f); err != nil {
		return fmt.Errorf("write a network: %w", err)
	}
	return nil
}

// Decode reads what Encode wrote. The error names what is wrong with a file that
// cannot be a model.
func Decode(r io.Reader) (*Model, error) {
	raw, err := io.ReadAll(io.LimitReader(r, fileBytesMax+1))
	if err != nil {
		return nil, fmt.Errorf("read a network: %w", err)
	}
	if len(raw) > fileBytesMax {
		return nil, fmt.Errorf("read a network: it is larger than %d bytes", fileBytesMax)
	}
	var f file
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("read a network: %w", err)
	}
	m, err := f.model()
	if err != nil {
		return nil, fmt.Errorf("read a network: %w; train it again", err)
	}
	return m, nil
}

func (f *file) model() (*Model, error) {
	if f.Format != fileFormat || f.FileVersion != fileVersion {
		return nil, fmt.Errorf("format %q version %d, want %q version %d", f.Format, f.FileVersion, fileFormat, fileVersion)
	}
	m := &Model{Name: f.Name, Version: f.Version, Shape: Shape{Signals: f.Signals, Steps: f.Steps, Classes: f.Classes, Filters: f.Filters, Kernel: f.Kernel},
		Mean: f.Mean, Spread: f.Spread, Temperature: f.Temperature, Faithfulness: f.Faithfulness}
	if err := m.check(); err != nil {
		return nil, err
	}
	if len(m.Mean) != len(m.Signals) || len(m.Spread) != len(m.Signals) {
		return nil, fmt.Errorf("%d means and %d spreads of %d signals", len(m.Mean), len(m.Spread), len(m.Signals))
	}
	for j, s := range m.Spread {
		if !(s > 0) || math.IsInf(s, 0) {
			return nil, fmt.Errorf("spread %g of signal %d", s, j+1)
		}
	}
	if !(m.Temperature > 0) {
		return nil, fmt.Errorf("temperature %g, it must be above 0", m.Temperature)
	}
	shapes := m.weightShapes()
	if len(f.Weights) != len(shapes) {
		return nil, fmt.Errorf("%d layers of weights, want %d", len(f.Weights), len(shapes))
	}
	for i, text := range f.Weights {
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("weights of layer %d: %w", i+1, err)
		}
		if len(b) != 4*shapes[i].TotalSize() {
			return nil, fmt.Errorf("weights of layer %d: %d bytes, want %d", i+1, len(b), 4*shapes[i].TotalSize())
		}
		w := make([]float64, len(b)/4)
		for k := range w {
			if w[k] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*k:]))); math.IsNaN(w[k]) || math.IsInf(w[k], 0) {
				return nil, errors.New("a weight is no number")
			}
		}
		m.Weights = append(m.Weights, w)
	}
	return m, nil
}
