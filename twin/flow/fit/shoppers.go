package fit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/shop"
)

// File is where a site keeps its calibrated shoppers, in its folder.
const File = "models/shoppers.json"

// Shoppers are those of a site.
type Shoppers struct {
	Made     string             `json:"made"`            // by which command, from what
	Judged   []string           `json:"judged"`          // how far they are from the ways held back, in words
	Pace     float64            `json:"pace"`            // times the free speed of the street
	Items    float64            `json:"items"`           // on a list, mean
	Stop     float64            `json:"stop_s"`          // before a shelf, mean
	Service  float64            `json:"service_s"`       // at a till for each item, mean
	Arrivals []float64          `json:"arrivals_per_h"`  // in each hour from opening on
	Draw     map[string]float64 `json:"draw"`            // of a front's asset, times the usual 1
	Goods    shop.Goods         `json:"goods,omitempty"` // what lay on each when its draw was learnt
}

// On are the same shoppers where the goods lie as on a site now: what draws them
// went with the goods. followed is how many draws are others by that.
func (s *Shoppers) On(site *twin.Site) (on *Shoppers, followed int) {
	now := *s
	if len(s.Goods) == 0 {
		return &now, 0
	}
	lie := shop.GoodsOf(site)
	maps.DeleteFunc(lie, func(id twin.AssetID, _ map[string]float64) bool {
		_, learnt := s.Draw[string(id)]
		return !learnt // it sells nothing, or stands there since: the usual draw
	})
	now.Draw, now.Goods = s.Goods.Follow(lie, s.Draw), lie
	for id, d := range now.Draw {
		if d != s.Draw[id] {
			followed++
		}
	}
	return &now, followed
}

// Options are those of a day that these shoppers live.
func (s *Shoppers) Options() shop.Options {
	return shop.Options{Pace: s.Pace, Items: s.Items, Stop: s.Stop, Service: s.Service, Arrivals: slices.Clone(s.Arrivals), Draw: maps.Clone(s.Draw)}
}

// Encode writes them as a person can read them.
func (s *Shoppers) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write shoppers: %w", err)
	}
	return append(data, '\n'), nil
}

// Limits of a file.
const (
	bytesMax  = 4 << 20
	frontsMax = 100_000
)

// fault tells what is wrong with a file and in which line, when it was read up to
// an offset.
func fault(data []byte, at int64, err error) string {
	var form *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return ": the file is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Sprintf(", line %d: the file ends in the middle", 1+bytes.Count(bytes.TrimSpace(data), []byte{'\n'}))
	case errors.As(err, &form):
		at = form.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	line := 1 + bytes.Count(data[:max(0, min(at, int64(len(data))))], []byte{'\n'})
	return fmt.Sprintf(", line %d: %v", line, err)
}

// Decode reads what Encode wrote; name is for errors.
func Decode(name string, data []byte) (*Shoppers, error) {
	if len(data) > bytesMax {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are read: calibrate anew", name, len(data), bytesMax)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var s Shoppers
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("%s%s; mend it, calibrate anew with glasstwin flow calibrate, or delete it: then the usual shoppers walk", name, fault(data, d.InputOffset(), err))
	}
	if rest := bytes.TrimSpace(data[d.InputOffset():]); len(rest) > 0 {
		return nil, fmt.Errorf("%s, line %d: more stands after the shoppers; delete it, or calibrate anew with glasstwin flow calibrate",
			name, 1+bytes.Count(data[:len(data)-len(bytes.TrimLeft(data[d.InputOffset():], " \t\r\n"))], []byte{'\n'}))
	}
	for what, v := range map[string]float64{"pace": s.Pace, "items": s.Items, "stop_s": s.Stop, "service_s": s.Service} {
		if !(v > 0 && v <= 3600) {
			return nil, fmt.Errorf("%s: %s is %g: give a positive number up to 3600", name, what, v)
		}
	}
	if len(s.Arrivals) == 0 || len(s.Arrivals) > 24*7 || len(s.Draw) > frontsMax || len(s.Goods) > frontsMax {
		return nil, fmt.Errorf("%s: %d hours of arrivals, %d draws: give 1 to 168 and at most %d", name, len(s.Arrivals), len(s.Draw), frontsMax)
	}
	for h, n := range s.Arrivals {
		if !(n >= 0 && n <= 20_000) {
			return nil, fmt.Errorf("%s: %g shoppers in hour %d: give 0 to 20000", name, n, h+1)
		}
	}
	for id, v := range s.Draw {
		if !(v >= 0 && v <= 1e6) || math.IsNaN(v) {
			return nil, fmt.Errorf("%s: %.60q draws %g: give 0 to 1e6", name, id, v)
		}
	}
	for id, on := range s.Goods {
		for p, share := range on {
			if !(share > 0 && share <= 1) {
				return nil, fmt.Errorf("%s: %.60q has %g of its facings for %.60q: give shares up to 1", name, id, share, p)
			}
		}
	}
	return &s, nil
}
