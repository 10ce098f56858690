package opcua

import (
	"fmt"
	"math"
	"time"

	"github.com/gopcua/opcua/ua"

	"github.com/glasstwin/glasstwin/twin"
)

// delivery turns what the plant tells into samples and hands on those that are
// new: a subscription begins by repeating the present, so after a reconnect
// some have been delivered before.
type delivery struct {
	config Config
	last   map[twin.SignalID]time.Time // of the newest sample handed on
	newest time.Time                   // over all signals and sessions
	clock  time.Time                   // newest source time of this session
	behind bool
	odd    map[twin.SignalID]bool // told once to be of a wrong type

	present present
}

// backMax is how far the plant's clock may be behind what was delivered before:
// a plant that was killed goes on from its last save.
const backMax = time.Minute

func newDelivery(c Config) *delivery {
	return &delivery{config: c, last: map[twin.SignalID]time.Time{}, odd: map[twin.SignalID]bool{}}
}

// begin tells that a new session delivers from now on.
func (d *delivery) begin() { d.clock, d.behind = time.Time{}, false }

// take hands on the samples of one notification. why is set when the plant's
// clock is so far behind that its values cannot be placed in time.
func (d *delivery) take(bound map[uint32]point, items []*ua.MonitoredItemNotification) (ok bool, why string) {
	samples := make([]twin.Sample, 0, len(items))
	arrived := d.config.Now()
	for _, it := range items {
		if it == nil || it.Value == nil || it.Value.SourceTimestamp.IsZero() {
			continue
		}
		if p, ok := bound[it.ClientHandle]; ok {
			d.present.hear(p.signal.Asset, it.Value.SourceTimestamp, arrived)
		}
	}
	now, agreed := d.present.now(arrived)
	for _, it := range items {
		if it == nil || it.Value == nil {
			continue
		}
		p, ok := bound[it.ClientHandle]
		if !ok {
			continue // unbound a moment ago
		}
		x, odd := sampleOf(p.signal, it.Value)
		if odd != "" && !d.odd[p.signal.ID] {
			d.odd[p.signal.ID] = true
			d.config.Log("%s (%s) is taken as bad: %s: correct the binding, or the node's type", p.signal.ID, p.address, odd)
		}
		last := d.last[p.signal.ID]
		x.At = it.Value.SourceTimestamp
		if agreed && !x.At.IsZero() && (x.At.After(last) || last.Sub(x.At) > backMax) {
			x.At = d.believe(x, last, now)
		}
		if x.At = d.place(it.Value, x.At); !x.At.After(last) {
			if !isGone(it.Value.Status) || last.IsZero() {
				continue
			}
			x.At = last.Add(time.Nanosecond) // nothing dates that a node went, but it was after its last value
		}
		d.last[p.signal.ID] = x.At
		samples = append(samples, x)
	}
	if d.newest.Sub(d.clock) > backMax {
		return false, fmt.Sprintf("the plant's clock went back from %s to %s, so that its values cannot be placed in time: start it with its kept state, or set its clock",
			d.newest.Format(time.RFC3339), d.clock.Format(time.RFC3339))
	}
	for _, x := range samples {
		if x.At.After(d.newest) {
			d.newest = x.At
		}
	}
	if len(samples) > 0 {
		if err := d.config.Receive(samples); err != nil {
			d.config.Log("hand on %d samples: %v", len(samples), err)
		}
	}
	return true, ""
}

// believe is the time of a new value that bears x.At while most assets say that it
// is now. Ahead of that no value can be. One that is old may well be, of a signal
// that has not changed; but not when a newer value of it has been heard before.
func (d *delivery) believe(x twin.Sample, last, now time.Time) time.Time {
	if x.At.Sub(now) > 0 || !last.IsZero() && last.Sub(x.At) > backMax {
		return twin.Restamp(x, now).At
	}
	return x.At
}

// place is the plant's time of a value: the source's, as far as it is believed, else where the plant's
// clock stands. The server's own clock serves only when no source tells a time,
// since the two may be of different ages.
func (d *delivery) place(v *ua.DataValue, at time.Time) time.Time {
	if !at.IsZero() {
		if at.After(d.clock) {
			d.clock = at
		}
		return at
	}
	switch {
	case !d.clock.IsZero():
		return d.clock
	case !v.ServerTimestamp.IsZero():
		return v.ServerTimestamp
	}
	return d.config.Now()
}

// qualityOf tells how far a value of that status may be trusted: its two
// highest bits (OPC 10000-4, 7.39).
func qualityOf(status ua.StatusCode) twin.Quality {
	switch uint32(status) >> 30 {
	case 0:
		return twin.Good
	case 1:
		return twin.Uncertain
	}
	return twin.Bad
}

// isGone tells that the plant has no such node, or has it no more.
func isGone(status ua.StatusCode) bool {
	return status == ua.StatusBadNodeIDUnknown || status == ua.StatusBadNodeIDInvalid
}

func isBad(status ua.StatusCode) bool { return qualityOf(status) == twin.Bad }

// sampleOf turns a value into a sample of a signal, without its time. odd says
// why the value cannot be one of the signal; the sample is then bad.
func sampleOf(g twin.Signal, v *ua.DataValue) (x twin.Sample, odd string) {
	x = twin.Sample{Signal: g.ID, Value: math.NaN(), Quality: qualityOf(v.Status)}
	if v.Value == nil || v.Value.Value() == nil {
		x.Quality = twin.Bad // a plant that has no value says why in the status
		return x, ""
	}
	raw := v.Value.Value()
	if g.Kind == twin.Positions {
		list, ok := numbers(raw)
		switch {
		case !ok:
			odd = fmt.Sprintf("the value is a %T, where a list of numbers is expected", raw)
		case len(list)%2 != 0:
			odd = fmt.Sprintf("%d numbers are no pairs of x and z", len(list))
		case !finite(list):
			x.Quality = twin.Bad
			return x, ""
		}
		if odd != "" {
			x.Quality = twin.Bad
			return x, odd
		}
		x.Vector, x.Value = list, float64(len(list)/2)
		return x, ""
	}
	_, truth := raw.(bool)
	value, ok := number(raw)
	switch {
	case g.Kind == twin.Boolean && !truth:
		odd = fmt.Sprintf("the value is a %T, where a Boolean is expected", raw)
	case g.Kind != twin.Boolean && (truth || !ok):
		odd = fmt.Sprintf("the value is a %T, where a number is expected", raw)
	case g.Kind == twin.Enum && !math.IsNaN(value) && value != math.Trunc(value):
		odd = fmt.Sprintf("%g is no whole number", value)
	}
	if odd != "" {
		x.Quality = twin.Bad
		return x, odd
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		x.Quality = twin.Bad
		return x, ""
	}
	x.Value = value
	return x, ""
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case bool:
		if n {
			return 1, true
		}
		return 0, true
	case float64:
		return n, true
	case float32:
		return float64(n), true
	case int8:
		return float64(n), true
	case int16:
		return float64(n), true
	case int32:
		return float64(n), true
	case int64:
		return float64(n), true
	case uint8:
		return float64(n), true
	case uint16:
		return float64(n), true
	case uint32:
		return float64(n), true
	case uint64:
		return float64(n), true
	}
	return 0, false
}

// positionsMax bounds the numbers in a list of positions.
const positionsMax = 2 * twin.PositionsMax

func numbers(v any) ([]float64, bool) {
	switch list := v.(type) {
	case []float32:
		return widen(list)
	case []float64:
		return widen(list)
	case []int16:
		return widen(list)
	case []int32:
		return widen(list)
	}
	return nil, false
}

func widen[T float32 | float64 | int16 | int32](list []T) ([]float64, bool) {
	if len(list) > positionsMax {
		return nil, false
	}
	out := make([]float64, len(list))
	for i, n := range list {
		out[i] = float64(n)
	}
	return out, true
}

func finite(list []float64) bool {
	for _, n := range list {
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return false
		}
	}
	return true
}
