package point

import "time"

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
