package home

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// classes are the situations that can befall the house.
var classes = []trial.Class{
	{Name: "window-open-while-heating", Part: "window", Deadline: 45 * time.Minute, Remedy: "close-window"},
	{Name: "heat-pump-degraded", Part: "compressor", Deadline: 180 * time.Minute, Remedy: "request-service", Shows: "HeatPower", By: 100},
	{Name: "sensor-drift", Part: "sensor", Deadline: 180 * time.Minute, Remedy: "switch-sensor"},
	{Name: "car-charging-at-peak", Part: "controller", Deadline: 20 * time.Minute, Remedy: "charge-at-night"},
	{Name: "battery-idle", Part: "controller", Deadline: 45 * time.Minute, Remedy: "battery-auto"},
	{Name: "blinds-open-in-heat", Part: "controller", Deadline: 60 * time.Minute, Remedy: "shade"},
	{Name: "stuck-valve", Part: "valve", Deadline: 150 * time.Minute, Remedy: "request-service", Shows: "Valve", By: 3},
	{Name: "co2-bedroom", Part: "controller", Deadline: 60 * time.Minute, Remedy: "ventilate"},
	{Name: "hot-water-too-cold", Part: "controller", Deadline: 120 * time.Minute, Remedy: "pasteurise"},
	{Name: "communication-loss", Part: "link", Deadline: 15 * time.Minute, Remedy: "restart-gateway"},
}

// Classes are the situations that can befall the house.
func (h *Home) Classes() []trial.Class { return classes }

type trouble struct {
	Class, Device string
	Severity      float64
	Age           float64 // s
	Ramp          float64 // s until it has fully grown
	Sign, At      float64
}

func (t *trouble) grown() float64 { return min(1, t.Age/t.Ramp) }

func list(name string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, roomDevice(name, i))
	}
	return ids
}

// Likely are the devices that a class can befall at this hour, in this weather.
func (h *Home) Likely(class string) []string {
	p, hour := &h.Power, h.hour()
	cold := h.Sky.Temperature < 9 && h.Pump.Flow > 26
	switch {
	case class == "window-open-while-heating" && cold && h.home() > 0:
		return list("window", rooms)
	case class == "heat-pump-degraded" && cold:
		return []string{"heat-pump-1"}
	case class == "sensor-drift" && cold:
		return list("thermostat", airSensors)
	case class == "stuck-valve" && cold:
		return list("radiator", rooms)
	case class == "car-charging-at-peak" && p.Plugged && p.CarNeeds > 4 && p.Price == p.High && int(hour) < p.HighFrom+2:
		return []string{"ev-charger-1"}
	case class == "battery-idle" && h.Sky.Sun > 450 && p.Charge < 60 && hour < 14:
		return []string{"battery-storage-1"}
	case class == "blinds-open-in-heat" && h.Sky.Sun > 200 && h.Sky.Temperature > 19 && hour < 15:
		return []string{"blinds-1"}
	case class == "co2-bedroom" && (h.asleep() || hour > h.Sleeps-1) && (hour > 20 || hour < 2):
		return []string{"ventilation-1"}
	case class == "hot-water-too-cold":
		return []string{"hot-water-1"}
	case class == "communication-loss":
		return h.Gateways()
	}
	return nil
}

// Inject starts a situation.
func (h *Home) Inject(device, class string, severity float64) error {
	switch {
	case !slices.ContainsFunc(classes, func(c trial.Class) bool { return c.Name == class }):
		names := make([]string, len(classes))
		for i, c := range classes {
			names[i] = c.Name
		}
		return fmt.Errorf("%q is no situation: choose one of %s", class, strings.Join(names, ", "))
	case math.IsNaN(severity) || severity < 0 || severity > 1:
		return fmt.Errorf("severity %g of %s at %s: give a number from 0 (subtle) to 1 (severe)", severity, class, device)
	case h.Present(device, class):
		return fmt.Errorf("%s has %s already", device, class)
	}
	t := trouble{Class: class, Device: device, Severity: severity, Ramp: 1, Sign: 1}
	n := numbered(device) - 1
	kind := strings.TrimRight(device, "0123456789")
	if !slices.ContainsFunc(h.Devices(), func(d store.Device) bool { return d.ID == device }) {
		return fmt.Errorf("no device is called %q", device)
	}
	d := h.Lot.Named(class).Named(device).Dice()
	switch {
	case class == "window-open-while-heating" && kind == "window-":
		h.Rooms[n].Window = true
	case class == "heat-pump-degraded" && kind == "heat-pump-":
		t.Ramp, t.At = d.Between(900, 3600), 0.45-0.2*severity
	case class == "sensor-drift" && kind == "thermostat-" && n < airSensors:
		t.Ramp = d.Between(3600, 9000)
		if d.Chance(0.5) {
			t.Sign = -1
		}
	case class == "stuck-valve" && kind == "radiator-":
		if t.At = 1; h.Rooms[n].Valve > 0.6 || d.Chance(0.4) {
			t.At = 0
		}
	case class == "car-charging-at-peak" && kind == "ev-charger-":
		h.Power.Schedule = 2
	case class == "battery-idle" && kind == "battery-storage-":
		h.Power.Mode = 0
	case class == "blinds-open-in-heat" && device == "blinds-1":
		h.HeatGoal = max(0, 30+5*severity-h.Sky.Temperature)
		for i := range blinds {
			h.Rooms[i].Blind, h.Rooms[i].BlindAuto = 0, false
		}
	case class == "co2-bedroom" && kind == "ventilation-":
		h.Fan.Level = math.Round(11 - 9*severity)
	case class == "hot-water-too-cold" && kind == "hot-water-":
		h.Tank.SetPoint = math.Round(44 - 6*severity)
		h.Tank.SinceHot = max(h.Tank.SinceHot, week+5+60*severity)
	case class == "communication-loss" && kind == "gateway-":
		h.Ways[n].Down = true
	default:
		return fmt.Errorf("%s cannot have %s", device, class)
	}
	h.Troubles = append(h.Troubles, t)
	return nil
}

// Clear ends a situation.
func (h *Home) Clear(device, class string) error {
	if !h.Present(device, class) {
		return fmt.Errorf("%s has no %s now", device, class)
	}
	h.end(device, class)
	return nil
}

func (h *Home) end(device, class string) {
	switch class {
	case "window-open-while-heating":
		h.Rooms[numbered(device)-1].Window = false
	case "car-charging-at-peak":
		if h.Power.Schedule == 2 {
			h.Power.Schedule = 1
		}
	case "battery-idle":
		if h.Power.Mode == 0 {
			h.Power.Mode = 1
		}
	case "co2-bedroom":
		h.Fan.Level = max(h.Fan.Level, h.Fan.Usual)
	case "hot-water-too-cold":
		h.Tank.SetPoint = h.Tank.Goal
	case "communication-loss":
		if g := &h.Ways[numbered(device)-1]; g.Restarting <= 0 {
			g.Down = false
		}
	}
	h.Troubles = slices.DeleteFunc(h.Troubles, func(t trouble) bool { return t.Device == device && t.Class == class })
}

// Present tells whether a situation has not ended.
func (h *Home) Present(device, class string) bool { return h.afflicted(class, device) }

func (h *Home) afflicted(class, device string) bool { return h.trouble(class, device) != nil }

func (h *Home) trouble(class, device string) *trouble {
	for i := range h.Troubles {
		if t := &h.Troubles[i]; t.Class == class && t.Device == device {
			return t
		}
	}
	return nil
}

// Detail tells more of a situation than its device does.
func (h *Home) Detail(device, class string) string {
	if t := h.trouble(class, device); t != nil && class == "stuck-valve" {
		return fmt.Sprintf("at %.0f %%", 100*t.At)
	}
	return ""
}

// Remedy is the class of action that mends or eases a situation there.
func (h *Home) Remedy(_, class string) string {
	i := slices.IndexFunc(classes, func(c trial.Class) bool { return c.Name == class })
	return classes[i].Remedy
}

// suffer ages the situations, ends those that a remedy has ended, and lets
// technicians arrive.
func (h *Home) suffer(dt float64) {
	for i := 0; i < len(h.Troubles); i++ {
		t := &h.Troubles[i]
		t.Age += dt
		over := false
		switch t.Class {
		case "window-open-while-heating":
			over = !h.Rooms[numbered(t.Device)-1].Window
		case "car-charging-at-peak":
			over = h.Power.Schedule != 2 || !h.Power.Plugged
		case "battery-idle":
			over = h.Power.Mode != 0
		case "blinds-open-in-heat":
			over = h.Rooms[living].Blind > 50
		case "co2-bedroom":
			over = h.Fan.Level >= h.Fan.Usual-5
		case "hot-water-too-cold":
			over = h.Tank.SinceHot < 1
		case "communication-loss":
			over = !h.Ways[numbered(t.Device)-1].Down
		}
		if over {
			h.end(t.Device, t.Class)
			i--
		}
	}
	for device, left := range h.Calls {
		if left -= dt; left > 0 {
			h.Calls[device] = left
			continue
		}
		delete(h.Calls, device)
		for _, t := range slices.Clone(h.Troubles) {
			if t.Device == device {
				h.end(device, t.Class)
			}
		}
	}
}

func (h *Home) pumpTrouble() pumpTrouble {
	if t := h.trouble("heat-pump-degraded", "heat-pump-1"); t != nil {
		return pumpTrouble{1 - t.grown()*(1-t.At)}
	}
	return pumpTrouble{1}
}

// Confounders look like trouble and call for no action.
func (h *Home) Confounders() []string {
	return []string{"airing", "guests", "cooking", "hot-day", "noise-burst", "clouds"}
}

// Confuse lets one of them happen now.
func (h *Home) Confuse(confounder string, severity float64) {
	d := h.Lot.Named(confounder).Of(h.Now.Unix()).Dice()
	switch confounder {
	case "airing": // somebody opens windows for some minutes
		for i := range h.Rooms {
			if d.Chance(0.5) {
				h.Airing[i] = d.Between(300, 660)
			}
		}
	case "guests":
		h.Guests, h.GuestsFor = 2+int(4*severity), d.Between(1.5, 4)*3600
	case "cooking":
		h.Cooking = d.Between(1500, 5400)
	case "hot-day":
		h.HeatGoal = 3 + 2*severity
	case "noise-burst":
		h.NoiseBurst, h.BurstFor = 0.3+0.7*severity, d.Between(300, 1200)
	case "clouds":
		h.CloudFor = d.Between(1800, 7200)
	}
}

// pass lets what confuses grow and fade.
func (h *Home) pass(dt float64) {
	approach(&h.Heat, h.HeatGoal, 10*dt/3600)
	goal := 0.0
	if h.CloudFor -= dt; h.CloudFor > 0 {
		goal = 1
	}
	approach(&h.Cloud, goal, dt/300)
	if h.BurstFor -= dt; h.BurstFor <= 0 {
		h.NoiseBurst = 0
	}
	if h.GuestsFor -= dt; h.GuestsFor <= 0 {
		h.Guests = 0
	}
	for i := range h.Airing {
		if h.Airing[i] <= 0 {
			continue
		}
		h.Airing[i] -= dt
		stays := h.afflicted("window-open-while-heating", roomDevice("window", i))
		h.Rooms[i].Window = h.Airing[i] > 0 || stays
	}
}
