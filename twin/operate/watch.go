package operate

import (
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Watch says what is watched for, and when it is a situation. Signals are named
// as in their class.
type Watch struct {
	Class       string // of the situation
	Temperature string // must follow the set point
	SetPoint    string
	Defrost     string   // while it runs, and Recovery after it, the temperature may rise
	Evidence    []string // where a fault shows; those that an asset has are used

	Tolerance float64       // K above the set point
	For       time.Duration // beyond Tolerance before it is a situation; within before it is over
	Smooth    time.Duration // of the temperature: a door that is opened for a customer is none
	Recovery  time.Duration

	FrozenBelow  float64 // set point, °C: below it the goods are frozen
	FrozenLimit  float64 // °C, of the air
	ChilledLimit float64 // °C, of the air

	Raise   float64       // probability of a fault
	Clear   float64       // probability under which a fault is taken to be gone
	Runs    int           // diagnoses in a row, to raise or to clear
	Every   time.Duration // plant's time between two diagnoses of an asset
	PerTick int           // diagnoses in one Tick at most
}

// DefaultWatch watches refrigerated cabinets. Goods are at risk at the limits
// of the class of cabinet: frozen food may warm from −18 °C by 6 K in a retail
// cabinet (Directive 89/108/EEC, art. 5), which is −12 °C; the warmest package
// of a chilled cabinet of class M2 may reach 7 °C (ISO 23953-2, table 1).
func DefaultWatch() Watch {
	return Watch{
		Class:       "cabinet-abnormal",
		Temperature: "air-temperature", SetPoint: "set-point", Defrost: "defrost-active",
		Evidence:  []string{"air-temperature", "product-temperature", "evaporator-temperature", "condensing-temperature", "compressor-power", "evaporator-fan-power"},
		Tolerance: 4, For: 15 * time.Minute, Smooth: 5 * time.Minute, Recovery: 25 * time.Minute,
		FrozenBelow: -10, FrozenLimit: -12, ChilledLimit: 7,
		Raise: 0.8, Clear: 0.4, Runs: 3, Every: time.Minute, PerTick: 2,
	}
}

// vigil is the watch over one asset. It begins anew with the program: what
// counts stands in the journal.
type vigil struct {
	asset       twin.AssetID
	temperature twin.SignalID
	setPoint    twin.SignalID
	defrost     twin.SignalID // "" when it has none
	evidence    []twin.SignalID

	warmSince time.Time // beyond the tolerance since; zero: it is not
	coolSince time.Time // within since
	checked   time.Time // newest diagnosis
	found     *finding
	told      *Perception // of it, where a whole site is perceived; nil: nothing
	claim     string      // fault of the newest diagnoses
	runs      int         // in a row that claimed it
	calm      int         // in a row that claimed none
	usualFed  bool        // the model was fed what it knows, at least once
	odd       int         // diagnoses in a row that were fed what it does not know

	usual map[twin.SignalID]course // before its situation began: it outlasts what the state keeps

	rolled             map[twin.SignalID]rolled // forward, as of rolledAt: several actions are weighed by one signal
	rolledAt, rolledOf time.Time                // present and onset
}

// rolled is what a signal is predicted to do by itself.
type rolled struct {
	tau    timeConstant
	within time.Duration
	idle   []twin.Point
}

// vigilsOf finds the assets that have what the watch needs.
func vigilsOf(site *twin.Site, w Watch) []*vigil {
	has := make(map[twin.SignalID]bool, len(site.Signals))
	for _, g := range site.Signals {
		has[g.ID] = true
	}
	var out []*vigil
	for _, a := range site.Assets {
		v := &vigil{asset: a.ID, temperature: twin.SignalOf(a.ID, w.Temperature), setPoint: twin.SignalOf(a.ID, w.SetPoint)}
		if !has[v.temperature] || !has[v.setPoint] {
			continue
		}
		if d := twin.SignalOf(a.ID, w.Defrost); has[d] {
			v.defrost = d
		}
		for _, name := range w.Evidence {
			if id := twin.SignalOf(a.ID, name); has[id] {
				v.evidence = append(v.evidence, id)
			}
		}
		out = append(out, v)
	}
	return out
}
