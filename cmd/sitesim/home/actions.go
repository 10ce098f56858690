package home

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
func (h *Home) Actions(at ...string) []trial.Action {
	all := []trial.Action{{Class: trial.Nothing}}
	for _, d := range devices() {
		if len(at) == 0 || slices.Contains(at, d.ID) {
			all = append(all, h.actionsAt(d)...)
		}
	}
	return all
}

func (h *Home) actionsAt(d store.Device) (all []trial.Action) {
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
	service := func() { add("request-service", "service-command", 1.) }
	switch i := numbered(d.ID) - 1; d.Class {
	case "thermostat":
		add("lower-set-point", "set-point", max(5, h.Rooms[i].SetPoint-2))
		add("raise-set-point", "set-point", min(30, h.Rooms[i].SetPoint+2))
		if i < airSensors {
			add("switch-sensor", "control-sensor", 1.)
		}
		service()
	case "door-contact":
		add("close-window", "close-command", 1.)
	case "blinds":
		if i == 0 {
			add("shade", "blinds-1/height-position", 100., "blinds-2/height-position", 100., "blinds-3/height-position", 100.)
		}
	case "radiator":
		service()
	case "heat-pump":
		add("lower-flow", "set-point", max(25, h.Pump.SetPoint-5))
		add("raise-flow", "set-point", min(60, h.Pump.SetPoint+5))
		add("heat-pump-off", "mode", 0.)
		service()
	case "hot-water-tank":
		add("pasteurise", "pasteurise-command", 1., "set-point", h.Tank.Goal)
	case "ventilation-unit":
		add("ventilate", "level", min(100, h.Fan.Usual+20))
		add("ventilate-less", "level", 15.)
	case "battery-storage":
		add("battery-auto", "mode", 1.)
		add("battery-idle", "mode", 0.)
		add("battery-charge", "mode", 2.)
		add("battery-discharge", "mode", 3.)
	case "ev-charger":
		add("charge-at-night", "schedule", 1.)
		add("charge-now", "schedule", 2.)
	case "pv-inverter":
		service()
	case "gateway":
		add("restart-gateway", "restart-command", 1.)
	}
	return all
}

// Do writes what an action says, as an operator would.
func (h *Home) Do(a trial.Action) error {
	points := h.Points()
	for _, w := range a.Writes {
		i := slices.IndexFunc(points, func(q point.Point) bool { return q.ID() == w.Point })
		if i < 0 || points[i].Set == nil || !(w.Value >= points[i].Low && w.Value <= points[i].High) {
			return fmt.Errorf("%s: %s cannot be set to %g", a.Class, w.Point, w.Value)
		}
		points[i].Set(w.Value)
	}
	return nil
}
