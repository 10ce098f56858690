package plantfaults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/calibrate"
	"github.com/glasstwin/glasstwin/xai/neural"
)

// detector is a committee of networks of a family, alike but for their seeds, with what
// its windows are compared with. Its outputs are the means of theirs, and so are its
// shares: what one network alone took from chance, the others do not repeat.
type detector struct {
	family      *family
	nets        []*neural.Model
	temperature float64   // of the committee; that of each network is not used
	fine        []float64 // a window of which all is as the mean of fine ones, for each signal
	at          float64   // probability above which a window is called faulty
}

type stored struct {
	Networks    []json.RawMessage `json:"networks"`
	Temperature float64           `json:"temperature"`
	Fine        []float64         `json:"fine"` // of each signal
}

const committeeMax = 64 // networks that a file may hold

func (d *detector) add(f *study.File, name string) error {
	s := stored{Temperature: d.temperature, Fine: d.fine[:len(d.family.channels)]}
	for _, net := range d.nets {
		var b bytes.Buffer
		if err := net.Encode(&b); err != nil {
			return err
		}
		s.Networks = append(s.Networks, b.Bytes())
	}
	data, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write the networks of %s: %w", d.family.name, err)
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
		if len(s.Networks) < 1 || len(s.Networks) > committeeMax || !(s.Temperature > 0) || len(s.Fine) != len(of.channels) {
			return nil, fmt.Errorf("part %q has %d networks, temperature %g, %d signals; 1 to %d, above 0 and %d are expected: train it again",
				name, len(s.Networks), s.Temperature, len(s.Fine), committeeMax, len(of.channels))
		}
		d := &detector{family: of, temperature: s.Temperature, at: p.At}
		for _, data := range s.Networks {
			net, err := neural.Decode(bytes.NewReader(data))
			if err != nil {
				return nil, fmt.Errorf("part %q: %w", name, err)
			}
			if len(net.Signals) != len(of.channels) || net.Steps != steps || len(net.Classes) != 2 {
				return nil, fmt.Errorf("part %q is of %d steps of %d signals, the program looks at %d of %d: train it again", name, net.Steps, len(net.Signals), steps, len(of.channels))
			}
			d.nets = append(d.nets, net)
		}
		for range steps {
			d.fine = append(d.fine, s.Fine...)
		}
		return d, nil
	}
	return nil, fmt.Errorf("the file has no part %q: train it again", name)
}

// odds are the mean log-odds of a fault, before the temperature; nil when the rows are
// none that the networks can read.
func (d *detector) odds(rows [][]float64) []float64 {
	rows = known(rows, d.fine)
	sum := make([]float64, len(rows))
	for _, net := range d.nets {
		out, err := net.Outputs(rows)
		if err != nil {
			return nil
		}
		for i, o := range out {
			sum[i] += (o[1] - o[0]) / float64(len(d.nets))
		}
	}
	return sum
}

// score is the log-odds of a fault, after those that nothing is wrong.
func (d *detector) score(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, m := range d.odds(rows) {
		m /= d.temperature
		out[i] = []float64{-m, m}
	}
	return out
}

func (d *detector) probability(rows [][]float64) [][]float64 {
	out := make([][]float64, len(rows))
	for i, m := range d.odds(rows) {
		out[i] = calibrate.Softmax([]float64{0, m}, d.temperature)
	}
	return out
}

// attribute deals out the log-odds by integrated gradients from the fine window:
// those of one output less those of the other, as a mean over the networks.
func (d *detector) attribute(rows [][]float64, outputs []int) []xai.Shares {
	out := make([]xai.Shares, len(rows))
	for i, row := range known(rows, d.fine) {
		out[i].Of = make([]float64, len(row))
		for _, net := range d.nets {
			for k, sign := range []float64{-1, 1} {
				h, err := net.Integrated(row, k, d.fine)
				if err != nil {
					return make([]xai.Shares, len(rows))
				}
				if outputs[i] == 0 {
					sign = -sign
				}
				sign /= d.temperature * float64(len(d.nets))
				out[i].Base += sign * h.Base
				for j, s := range h.Flat() {
					out[i].Of[j] += sign * s
				}
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
