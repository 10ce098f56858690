package plant

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// FaultKind names what can befall a cabinet.
type FaultKind string

// The five faults.
const (
	DoorAjar              FaultKind = "door-ajar"
	CompressorDegradation FaultKind = "compressor-degradation"
	SensorBias            FaultKind = "sensor-bias"
	FanFailure            FaultKind = "fan-failure"
	BlockedCondenser      FaultKind = "blocked-condenser"
)

// What more can befall a cabinet of a widened shop.
const (
	EvaporatorIce FaultKind = "evaporator-ice"
	SensorDrift   FaultKind = "sensor-drift"
	SensorDead    FaultKind = "sensor-dead"
	SensorLying   FaultKind = "sensor-lying" // it repeats an old value, a little noise on it
)

// Kinds lists the faults that this cabinet can have.
func (c *Cabinet) Kinds() []FaultKind {
	all := FaultKinds(c.Design.Class)
	if c.Feed != nil { // compressor and condenser are the rack's
		all = []FaultKind{SensorBias, FanFailure}
	}
	if c.Widened {
		all = append(all, EvaporatorIce, SensorDrift, SensorDead, SensorLying)
	}
	return all
}

// FaultKinds lists the faults a class of cabinet can have.
func FaultKinds(class string) []FaultKind {
	all := []FaultKind{DoorAjar, CompressorDegradation, SensorBias, FanFailure, BlockedCondenser}
	if class == store.Multideck {
		return all[1:] // it has no door
	}
	return all
}

// Fault is one thing that is wrong with a cabinet.
type Fault struct {
	Kind     FaultKind
	Severity float64 // 0 subtle … 1 severe
	Age      float64 // s since onset
	Ramp     float64 // s until it has fully grown
	Sign     float64 // of a bias
	Draw     float64 // share of its power a failing fan still takes
	Held     float64 `json:",omitempty"` // °C that a lying probe repeats
}

// effects is what all present faults together do in one step.
type effects struct {
	ajar     float64 // degrees or metres
	capacity float64 // share left
	bias     float64 // K
	fanFlow  float64 // share left
	fanDraw  float64 // share of power
	fouling  float64 // share of condenser air lost
	dead     bool    // the probe gives nothing
	lying    *Fault  // the probe repeats what this holds
}

// Inject starts a fault; a second of the same kind replaces the first.
func (c *Cabinet) Inject(kind FaultKind, severity float64) error {
	if !slices.Contains(c.Kinds(), kind) {
		return fmt.Errorf("%s cannot have fault %q: choose one of %s", c.ID, kind, join(c.Kinds()))
	}
	if math.IsNaN(severity) || severity < 0 || severity > 1 {
		return fmt.Errorf("severity %g of %s on %s: give a number from 0 (subtle) to 1 (severe)", severity, kind, c.ID)
	}
	c.Clear(kind)
	f := &Fault{Kind: kind, Severity: severity, Ramp: 1, Sign: 1, Draw: 1}
	d := c.Lot.Named(string(kind)).Dice()
	switch kind {
	case CompressorDegradation:
		f.Ramp = d.Between(300, 1500)
	case BlockedCondenser:
		f.Ramp = d.Between(300, 1500)
	case SensorBias:
		f.Ramp = d.Between(1, 600)
		if d.Chance(0.5) {
			f.Sign = -1
		}
	case FanFailure:
		f.Ramp = d.Between(5, 60)
		f.Draw = d.Between(0, 1) // a stalled motor may still draw
	case EvaporatorIce:
		f.Ramp = d.Between(1800, 5400)
	case SensorDrift:
		f.Ramp = d.Between(5400, 10800)
		if d.Chance(0.5) {
			f.Sign = -1
		}
	case SensorLying:
		f.Held = c.Probe
	}
	c.Faults = append(c.Faults, f)
	return nil
}

// Clear ends a fault and tells whether it was there.
func (c *Cabinet) Clear(kind FaultKind) bool {
	n := len(c.Faults)
	c.Faults = slices.DeleteFunc(c.Faults, func(f *Fault) bool { return f.Kind == kind })
	return len(c.Faults) < n
}

// Has tells whether a fault is present.
func (c *Cabinet) Has(kind FaultKind) bool {
	return slices.ContainsFunc(c.Faults, func(f *Fault) bool { return f.Kind == kind })
}

// effects ages the faults and adds them up.
func (c *Cabinet) effects(dt float64) effects {
	e := effects{capacity: 1, fanFlow: 1, fanDraw: 1}
	for _, f := range c.Faults {
		f.Age += dt
		grown := min(1, f.Age/f.Ramp)
		switch f.Kind {
		case DoorAjar:
			if c.Design.Class == store.Chest {
				e.ajar = 0.08 + 0.27*f.Severity
			} else {
				e.ajar = 8 + 22*f.Severity
			}
		case CompressorDegradation:
			e.capacity = 1 - grown*(0.30+0.25*f.Severity)
		case SensorBias:
			e.bias = grown * f.Sign * (2 + 3*f.Severity)
		case FanFailure:
			left := 0.35 - 0.2*f.Severity
			if f.Severity >= 0.75 {
				left = 0
			}
			e.fanFlow = 1 - grown*(1-left)
			e.fanDraw = 1 - grown*(1-f.power(left))
		case EvaporatorIce:
			c.Ice = max(c.Ice, grown*c.Design.FrostFull*(2+3*f.Severity))
		case SensorDrift:
			e.bias += grown * f.Sign * (2.5 + 3.5*f.Severity)
		case SensorDead:
			e.dead = true
		case SensorLying:
			e.lying = f
		case BlockedCondenser:
			e.fouling = grown * (0.50 + 0.30*f.Severity)
		}
	}
	e.fouling = max(e.fouling, c.Dirt)
	if c.Cleaning > 0 {
		e.fouling *= cleanLeaves + (1-cleanLeaves)*c.Cleaning/cleanTime
		if c.Cleaning <= dt {
			c.Dirt = e.fouling
			c.Clear(BlockedCondenser)
		}
	}
	return e
}

// power is the share of its power a fan with the given flow left still takes:
// a seized one little, one with a slipping blade most.
func (f *Fault) power(left float64) float64 { return left + (0.8-left)*f.Draw*f.Draw }

// CloseDoor pulls the door shut and ends an ajar door.
func (c *Cabinet) CloseDoor() {
	c.Clear(DoorAjar)
	c.ShopperHolds = 0
	const pull = 5 // s
	c.Closing = pull
}

// forcedDefrost is how long a defrost that was asked for lasts, s: long enough
// for the ice that ordinary ones leave.
const forcedDefrost = 1500

// Defrost starts a long defrost, now.
func (c *Cabinet) Defrost() {
	c.Defrosting, c.DefrostFor, c.Forced = true, 0, forcedDefrost
	c.DefrostIn = c.Design.DefrostEvery
}

// CleanCondenser starts the blow-out of the condenser.
func (c *Cabinet) CleanCondenser() { c.Cleaning = cleanTime }

func join(kinds []FaultKind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}
