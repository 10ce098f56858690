package plant

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Planned is a fault that is to begin, and perhaps to end, at a time counted
// from the plant's first instant.
type Planned struct {
	Device   string
	Kind     FaultKind
	After    time.Duration
	Lasts    time.Duration // 0: until mended
	Severity float64
	Begun    bool
}

// severityAsked is what a planned fault has when its text names none.
const severityAsked = 0.7

// ParsePlanned reads DEVICE:FAULT@DURATION[:SEVERITY], as freezer-2:door-ajar@20m:0.7.
func ParsePlanned(text string) (Planned, error) {
	const form = "write DEVICE:FAULT@DURATION[:SEVERITY], as freezer-2:door-ajar@20m:0.7"
	device, rest, ok := strings.Cut(text, ":")
	kind, when, ok2 := strings.Cut(rest, "@")
	if !ok || !ok2 {
		return Planned{}, fmt.Errorf("fault %q cannot be read: %s", text, form)
	}
	f := Planned{Device: device, Kind: FaultKind(kind), Severity: severityAsked}
	when, severity, hasSeverity := strings.Cut(when, ":")
	var err error
	if f.After, err = time.ParseDuration(when); err != nil || f.After < 0 {
		return Planned{}, fmt.Errorf("fault %q: duration %q is not a time like 90s, 20m or 2h: %s", text, when, form)
	}
	if hasSeverity {
		f.Severity, err = strconv.ParseFloat(severity, 64)
		if err != nil || !(f.Severity >= 0 && f.Severity <= 1) {
			return Planned{}, fmt.Errorf("fault %q: severity %q is not a number from 0 to 1", text, severity)
		}
	}
	return f, f.check()
}

func (f Planned) check() error {
	devices := cabinetDevices()
	i := slices.IndexFunc(devices, func(d store.Device) bool { return d.ID == f.Device })
	if i < 0 {
		return fmt.Errorf("fault %s:%s: no cabinet is called %q: choose freezer-1…6, chest-1…4 or multideck-1…6", f.Device, f.Kind, f.Device)
	}
	if kinds := FaultKinds(devices[i].Class); !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("fault %s:%s: a %s can have %s", f.Device, f.Kind, devices[i].Class, join(kinds))
	}
	return nil
}

func (f Planned) name() string { return fmt.Sprintf("%s:%s@%s", f.Device, f.Kind, f.After) }

// Due begins and ends what is due and returns what is still to come.
func (p *Plant) Due(plan []Planned) ([]Planned, error) {
	since := p.Now.Sub(p.First)
	for i := 0; i < len(plan); {
		f := &plan[i]
		if !f.Begun && slices.Contains(p.Begun, f.name()) { // begun before the plant was resumed
			plan = slices.Delete(plan, i, i+1)
			continue
		}
		if !f.Begun && since >= f.After {
			p.Begun = append(p.Begun, f.name())
			if err := p.Inject(f.Device, f.Kind, f.Severity); err != nil {
				return plan, err
			}
			f.Begun = true
		}
		over := f.Begun && (f.Lasts == 0 || since >= f.After+f.Lasts)
		if over && f.Lasts > 0 && p.byID[f.Device].Has(f.Kind) {
			if err := p.Clear(f.Device, f.Kind); err != nil {
				return plan, err
			}
		}
		if over {
			plan = slices.Delete(plan, i, i+1)
			continue
		}
		i++
	}
	return plan, nil
}

// RandomFaults plans none or one fault for each cabinet over a duration: half
// of them stay sound, a fifth of the faults are mended before the end.
func (p *Plant) RandomFaults(duration time.Duration) []Planned {
	d := store.NewDice(p.Seed, 6)
	var plan []Planned
	for _, c := range p.Cabinets {
		kinds := FaultKinds(c.Design.Class)
		faulty, kind, at, severity := d.Chance(0.5), kinds[d.IntN(len(kinds))], d.Between(0.15, 0.75), d.Float64()
		mended, lasts := d.Chance(0.2), d.Between(0.3, 0.8)
		if !faulty {
			continue
		}
		f := Planned{Device: c.ID, Kind: kind, Severity: float64(int(severity*100)) / 100,
			After: time.Duration(at * float64(duration)).Truncate(time.Second)}
		if mended {
			f.Lasts = time.Duration(lasts * float64(duration-f.After)).Truncate(time.Second)
		}
		plan = append(plan, f)
	}
	return plan
}
