package operate

import "github.com/glasstwin/glasstwin/twin"

// Remedy is what can be done about a fault, as data. Signals are named as in
// their class; a remedy applies to the assets that have all it writes.
type Remedy struct {
	Fault   string // class of the cause that it answers
	Class   twin.ActionClass
	Writes  []RemedyWrite
	Effects []string // signals in which it may show; the one that the fault disturbs most is predicted and watched
	Risk    float64  // 0..1, of doing it for nothing
}

// RemedyWrite is one value that a remedy writes.
type RemedyWrite struct {
	Signal string
	Value  float64
	Hold   bool // true: it stays until it is written again; false: a command that the plant resets
}

// DefaultRemedies answers the faults of refrigerated cabinets.
func DefaultRemedies() []Remedy {
	cold := []string{"air-temperature", "product-temperature", "compressor-power", "evaporator-temperature"}
	return []Remedy{
		{Fault: "door-ajar", Class: "close-door", Risk: 0.05, Effects: cold,
			Writes: []RemedyWrite{{Signal: "door-close-command", Value: 1}}},
		{Fault: "compressor-degradation", Class: "boost-capacity", Risk: 0.15,
			Effects: []string{"air-temperature", "product-temperature", "evaporator-temperature"},
			Writes:  []RemedyWrite{{Signal: "capacity-boost", Value: 1, Hold: true}}},
		{Fault: "sensor-bias", Class: "switch-sensor", Risk: 0.2,
			Effects: []string{"product-temperature", "evaporator-temperature", "compressor-power"},
			Writes:  []RemedyWrite{{Signal: "control-sensor", Value: 1, Hold: true}}},
		{Fault: "fan-failure", Class: "backup-fan", Risk: 0.1,
			Effects: []string{"air-temperature", "product-temperature", "evaporator-temperature", "compressor-power"},
			Writes:  []RemedyWrite{{Signal: "evaporator-fan-backup", Value: 1, Hold: true}}},
		{Fault: "blocked-condenser", Class: "clean-condenser", Risk: 0.1,
			Effects: []string{"condensing-temperature", "compressor-power", "air-temperature"},
			Writes:  []RemedyWrite{{Signal: "condenser-clean-command", Value: 1}}},
	}
}
