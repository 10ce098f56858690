package point

import (
	"math"
	"time"
)

// Quality tells how a sample came about.
type Quality int

// The qualities a sample can have.
const (
	Good   Quality = iota
	Failed         // the instrument gives no reading
	Lost           // nothing comes through from its gateway
)

// Sample is what arrived of a point: not always, not always in time, and stamped
// by the clock of the gateway that sent it.
type Sample struct {
	Value   float64
	List    []float32 // of Floats
	At      time.Time
	Quality Quality
}

// Told is a sample as it leaves the plant, whoever takes it: a number that is
// none is never Good, and a truth value or a count is whole.
func (p *Point) Told(s Sample) Sample {
	switch {
	case s.Quality != Good:
	case p.Kind == Floats:
	case math.IsNaN(s.Value) || math.IsInf(s.Value, 0):
		s.Quality = Failed
	case p.Kind == Bool:
		s.Value = One(s.Value != 0)
	case p.Kind == Int:
		s.Value = float64(int32(s.Value))
	}
	return s
}
