package market

import (
	"fmt"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// Actions is what can be done at devices, or at all when none is named; to do
// nothing is the first.
func (m *Market) Actions(at ...string) []trial.Action {
	all := []trial.Action{{Class: trial.Nothing}}
	for _, d := range devices() {
		if len(at) == 0 || slices.Contains(at, d.ID) {
			all = append(all, m.actionsAt(d)...)
		}
	}
	return all
}

func (m *Market) actionsAt(d store.Device) (all []trial.Action) {
	add := func(class string, writes ...any) {
		a := trial.Action{Class: class, Device: d.ID}
		for i := 0; i < len(writes); i += 2 {
			name, value := writes[i].(string), writes[i+1].(float64)
			if !strings.Contains(name, "/") {
				name = d.ID + "/" + name
			}
			a.Writes = append(a.Writes, trial.Write{Point: name, Value: value})
		}
		all = append(all, a)
	}
	switch d.Class {
	case store.Freezer, store.Chest, store.Multideck:
		c := m.byID[d.ID]
		if c.Hinged() {
			add("close-door", "door-close-command", 1.)
			add("boost-capacity", "capacity-boost", 1.)
			add("clean-condenser", "condenser-clean-command", 1.)
		}
		add("backup-fan", "evaporator-fan-backup", 1.)
		add("switch-sensor", "control-sensor", 1.)
		add("defrost-now", "defrost-command", 1.)
		add("lower-set-point", "set-point", c.Controls.SetPoint-2)
		add("raise-set-point", "set-point", c.Controls.SetPoint+2)
	case "condensing-unit":
		add("clean-condenser", "condenser-clean-command", 1.)
		add("spray-condenser", "spray-command", 1.)
		add("lower-suction", "suction-set-point", max(-16, m.Rack.SuctionSetPoint-3))
		add("raise-suction", "suction-set-point", min(-2, m.Rack.SuctionSetPoint+3))
	case store.Hvac:
		u := &m.Units[numbered(d.ID)-1]
		add("day-mode", "night-mode", 0.)
		add("heating-off", "heating-enable", 0.)
		add("cooling-off", "cooling-enable", 0.)
		add("more-fresh-air", "hvac-1/damper-minimum", 80., "hvac-2/damper-minimum", 80.)
		add("less-fresh-air", "hvac-1/damper-minimum", 0., "hvac-2/damper-minimum", 0.)
		add("lower-set-point", "set-point", max(15, u.SetPoint-2))
		add("raise-set-point", "set-point", min(28, u.SetPoint+2))
	case "blinds":
		add("shade", "blinds-1/height-position", 100., "blinds-2/height-position", 100.)
	case "light-zone":
		add("lights-off", "level", 0.)
		add("lights-on", "level", 100.)
	case store.Checkout:
		if d.ID == "checkout-1" {
			for n := 1; n <= 3; n++ {
				add("open-tills", m.tillWrites(n)...)
			}
		}
		add("shut-till", "open", 0.)
	case "staff-terminal":
		for n := range store.AislesMax {
			add("clear-aisle", "clear-aisle-command", float64(n+1))
		}
	case "grid-signal":
		add("shed-load", "shed-level", 1.)
		add("shed-load", "shed-level", 2.)
	case "gateway":
		add("restart-gateway", "restart-command", 1.)
	}
	switch d.Class {
	case store.Freezer, store.Chest, store.Multideck, "condensing-unit", store.Hvac, store.Climate:
		add("request-service", "service-command", 1.)
	}
	return all
}

// tillWrites open so many more tills.
func (m *Market) tillWrites(more int) (writes []any) {
	for i, open := range m.TillOpen {
		if !open && more > 0 {
			more--
			writes = append(writes, fmt.Sprintf("checkout-%d/open", i+1), 1.)
		}
	}
	return writes
}

// Do writes what an action says, as an operator would.
func (m *Market) Do(a trial.Action) error {
	if len(a.Writes) == 0 {
		return nil
	}
	points := m.Points()
	for _, w := range a.Writes {
		i := slices.IndexFunc(points, func(q point.Point) bool { return q.ID() == w.Point })
		if i < 0 || points[i].Set == nil || !(w.Value >= points[i].Low && w.Value <= points[i].High) {
			return fmt.Errorf("%s: %s cannot be set to %g", a.Class, w.Point, w.Value)
		}
		points[i].Set(w.Value)
	}
	return nil
}
