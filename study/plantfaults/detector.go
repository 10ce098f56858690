package plantfaults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/neural"
)

// detector is the network of a family with what its windows are compared with.
type detector struct {
	family *family
	net    *neural.Model
	fine   []float64 // a window of which all is as the mean of fine ones, for each signal
	at     float64   // probability above which a window is called faulty
}

type stored struct {
	Network json.RawMessage `json:"network"`
	Fine    []float64       `json:"fine"` // of each signal
}

func (d *detector) add(f *study.File, name string) error {
	var b bytes.Buffer
	if err := d.net.Encode(&b); err != nil {
		return err
	}
	data, err := json.Marshal(stored{b.Bytes(), d.fine[:len(d.family.channels)]})
	if err != nil {
		return fmt.Errorf("write the network of %s: %w", d.family.name, err)
	}
	f.Parts = append(f.Parts, study.Part{Name: name, At: d.at, Data: data})
	return nil
}

// load reads the detectors of a file, one for each family.
func load(f *study.File) ([]*detector, error) {
	var out []*detector
	for i := range families {
		d, err := part(f, &families[i], families[i].name)
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

func part(f *study.File, of *family, name string) (*detector, error) {
	for _, p := range f.Parts {
		if p.Name != name {
			continue
		}
		var s stored
		if err := json.Unmarshal(p.Data, &s); err != nil {
			return nil, fmt.Errorf("part %q: %w: train it again", name, err)
		}
		net, err := neural.Decode(bytes.NewReader(s.Network))
		if err != nil {
			return nil, fmt.Errorf("part %q: %w", name, err)
		}
		if len(net.Signals) != len(of.channels) || len(s.Fine) != len(of.channels) || net.Steps != steps || len(net.Classes) != 2 {
			return nil, fmt.Errorf("part %q is of %d steps of %d signals, the program looks at %d of %d: train it again", name, net.Steps, len(net.Signals), steps, len(of.channels))
		}
		d := &detector{family: of, net: net, at: p.At}
		for range steps {
			d.fine = append(d.fine, s.Fine...)
		}
		return d, nil
	}
	return nil, fmt.Errorf("the file has no part %q: train it again", name)
}

// score is the log-odds of a fault, after those that nothing is wrong.
func (d *detector) score(rows [][]float64) [][]float64 {
	out, err := d.net.Outputs(known(rows, d.fine))
	if err != nil {
		return make([][]float64, len(rows))
	}
	for i, o := range out {
		m := (o[1] - o[0]) / d.net.Temperature
		out[i] = []float64{-m, m}
	}
	return out
}

func (d *detector) probability(rows [][]float64) [][]float64 {
	out, err := d.net.Probabilities(known(rows, d.fine))
	if err != nil {
		return make([][]float64, len(rows))
	}
	return out
}

// attribute deals out the log-odds by integrated gradients from the fine window:
// those of one output less those of the other.
func (d *detector) attribute(rows [][]float64, outputs []int) []xai.Shares {
	out := make([]xai.Shares, len(rows))
	for i, row := range known(rows, d.fine) {
		for k, sign := range []float64{-1, 1} {
			h, err := d.net.Integrated(row, k, d.fine)
			if err != nil {
				return make([]xai.Shares, len(rows))
			}
			if outputs[i] == 0 {
				sign = -sign
			}
			sign /= d.net.Temperature
			out[i].Base += sign * h.Base
			for j, s := range h.Flat() {
				if k == 0 {
					out[i].Of = append(out[i].Of, 0)
				}
				out[i].Of[j] += sign * s
			}
		}
	}
	return out
}

// bySignal adds up the shares of each signal.
func bySignal(s xai.Shares, signals int) xai.Shares {
	out := xai.Shares{Base: s.Base, Of: make([]float64, signals)}
	for i, v := range s.Of {
		out.Of[i%signals] += v
	}
	return out
}

// known fills in what is missing with what is fine, as the network does.
func known(rows [][]float64, fine []float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, row := range rows {
		out[i] = slices.Clone(row)
		for k, v := range row {
			if math.IsNaN(v) {
				out[i][k] = fine[k]
			}
		}
	}
	return out
}
