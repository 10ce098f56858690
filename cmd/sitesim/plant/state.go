package plant

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// stateVersion changes whenever a saved state of before cannot be resumed.
const stateVersion = 2

// hotterThanAny temperature, °C, that a cabinet's masses can reach.
const hotterThanAny = 200

type saved struct {
	Version int
	Plant   *Plant
}

// Save writes the whole state, people, weather and chance included.
func (p *Plant) Save() ([]byte, error) {
	b, err := json.Marshal(saved{stateVersion, p})
	if err != nil {
		return nil, fmt.Errorf("save the plant at %s: %w", p.Now.Format(time.RFC3339), err)
	}
	return b, nil
}

// Resume reads a saved state. The plant it returns goes on as the saved one
// would have.
func Resume(state []byte) (*Plant, error) {
	s := saved{Plant: &Plant{}}
	if err := json.Unmarshal(state, &s); err != nil {
		return nil, fmt.Errorf("read a saved plant: %w", err)
	}
	if s.Version != stateVersion {
		return nil, fmt.Errorf("the saved plant has version %d, this program reads version %d", s.Version, stateVersion)
	}
	p := s.Plant
	if p == nil {
		return nil, errors.New("the saved plant is empty")
	}
	if err := p.whole(); err != nil {
		return nil, fmt.Errorf("the saved plant is damaged: %w", err)
	}
	p.Crowd.Furnish()
	p.furnish()
	return p, nil
}

// whole checks what the physics takes for granted.
func (p *Plant) whole() error {
	devices := cabinetDevices()
	switch {
	case len(p.Cabinets) != len(devices):
		return fmt.Errorf("%d cabinets instead of %d", len(p.Cabinets), len(devices))
	case p.Crowd == nil:
		return fmt.Errorf("no people")
	case p.Now.Before(p.First) || p.First.IsZero():
		return fmt.Errorf("its clock %s lies before its start %s", p.Now, p.First)
	case !p.Room.Dice.Ready() || p.Crowd.Lot == 0 || !p.Staff.Ready():
		return fmt.Errorf("a stream of chance is missing")
	}
	if err := p.Crowd.Whole(); err != nil {
		return err
	}
	for i, c := range p.Cabinets {
		if c == nil || c.ID != devices[i].ID || !c.Dice.Ready() {
			return fmt.Errorf("cabinet %s is missing or unreadable", devices[i].ID)
		}
		for _, v := range []float64{c.Air, c.Goods, c.Coil, c.Condenser} {
			if !(math.Abs(v) < hotterThanAny) {
				return fmt.Errorf("cabinet %s has a temperature of %g °C", c.ID, v)
			}
		}
		for _, f := range c.Faults {
			if f == nil || f.Ramp <= 0 {
				return fmt.Errorf("cabinet %s has an unreadable fault", c.ID)
			}
		}
	}
	for _, e := range p.Truth {
		known := false
		for _, d := range devices {
			known = known || d.ID == e.Device
		}
		if !known {
			return fmt.Errorf("a fault stands on unknown cabinet %q", e.Device)
		}
	}
	return nil
}
