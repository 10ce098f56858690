package market

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// classes are the situations that can befall the shop, each with the part that
// is its cause, how soon it must be decided about, and what helps.
var classes = []trial.Class{
	{Name: "door-ajar", Part: "door", Deadline: 20 * time.Minute, Remedy: "close-door"},
	{Name: "compressor-degradation", Part: "compressor", Deadline: 150 * time.Minute, Remedy: "request-service"},
	{Name: "refrigerant-leak", Part: "receiver", Deadline: 180 * time.Minute, Remedy: "request-service"},
	{Name: "blocked-condenser", Part: "condenser", Deadline: 90 * time.Minute, Remedy: "clean-condenser"},
	{Name: "evaporator-ice", Part: "evaporator", Deadline: 150 * time.Minute, Remedy: "defrost-now"},
	{Name: "fan-failure", Part: "fan", Deadline: 45 * time.Minute, Remedy: "backup-fan"},
	{Name: "stuck-damper", Part: "damper", Deadline: 60 * time.Minute, Remedy: "request-service"},
	{Name: "sensor-bias", Part: "sensor", Deadline: 90 * time.Minute, Remedy: "switch-sensor"},
	{Name: "sensor-drift", Part: "sensor", Deadline: 180 * time.Minute, Remedy: "switch-sensor"},
	{Name: "sensor-dead", Part: "sensor", Deadline: 20 * time.Minute, Remedy: "switch-sensor"},
	{Name: "sensor-lying", Part: "sensor", Deadline: 90 * time.Minute, Remedy: "switch-sensor"},
	{Name: "night-mode", Part: "controller", Deadline: 60 * time.Minute, Remedy: "day-mode"},
	{Name: "lights-left-on", Part: "lamp", Deadline: 45 * time.Minute, Remedy: "lights-off"},
	{Name: "simultaneous-heating-cooling", Part: "valve", Deadline: 60 * time.Minute, Remedy: "heating-off"},
	{Name: "heat-wave", Part: "outdoors", Deadline: 120 * time.Minute, Remedy: "spray-condenser"},
	{Name: "co2-crowding", Part: "people", Deadline: 30 * time.Minute, Remedy: "more-fresh-air"},
	{Name: "queue-surge", Part: "queue", Deadline: 10 * time.Minute, Remedy: "open-tills"},
	{Name: "aisle-blocked", Part: "aisle", Deadline: 25 * time.Minute, Remedy: "clear-aisle"},
	{Name: "demand-response", Part: "tariff", Deadline: 15 * time.Minute, Remedy: "shed-load"},
	{Name: "communication-loss", Part: "link", Deadline: 15 * time.Minute, Remedy: "restart-gateway"},
}

// Classes are the situations that can befall the shop.
func (m *Market) Classes() []trial.Class { return classes }

// trouble is a situation of the shop. One of a cabinet is the cabinet's; here it
// is only remembered.
type trouble struct {
	Class, Device string
	Severity      float64
	Age           float64 // s
	Ramp          float64 // s until it has fully grown
	Sign, At      float64
	Lasts         float64 // s; 0: until mended
}

// Likely are the devices that a class can befall at this hour, in this weather.
func (m *Market) Likely(class string) []string {
	var ids []string
	pick := func(classes ...string) {
		for _, d := range devices() {
			if slices.Contains(classes, d.Class) {
				ids = append(ids, d.ID)
			}
		}
	}
	switch class {
	case "door-ajar":
		if m.open() {
			pick(store.Freezer, store.Chest)
		}
	case "compressor-degradation", "blocked-condenser":
		ids = []string{"rack-1", "rack-1", "rack-1", "rack-1"} // half of them
		pick(store.Freezer, store.Chest)
		ids = ids[:8]
	case "refrigerant-leak":
		ids = []string{"rack-1"}
	case "evaporator-ice", "fan-failure":
		pick(store.Multideck, store.Freezer)
	case "sensor-bias", "sensor-drift", "sensor-dead", "sensor-lying":
		pick(store.Multideck, store.Freezer, store.Chest)
		if class == "sensor-dead" || class == "sensor-drift" {
			pick(store.Climate)
		}
	case "stuck-damper", "night-mode":
		if m.open() && math.Abs(m.Air.Outdoor.Temperature-m.Hall.Goal) > 8 {
			pick(store.Hvac)
		}
	case "simultaneous-heating-cooling":
		if m.heated() {
			pick(store.Hvac)
		}
	case "lights-left-on":
		if !m.attended() && m.hour() > 12 || m.hour() < m.Crowd.Opens-4 {
			for i := range salesZones {
				ids = append(ids, zoneID(i))
			}
		}
	case "heat-wave":
		if m.Air.Outdoor.Temperature > 24 && m.hour() > 8 && m.hour() < 15 {
			ids = []string{"weather-1"}
		}
	case "co2-crowding":
		free := m.Air.Outdoor.Temperature > 9 && m.Air.Outdoor.Temperature < m.Air.Temperature // it is cooled with outdoor air
		if m.hour() > m.Crowd.Opens+0.5 && m.hour() < m.Crowd.Closes-3 && !free {
			ids = []string{"counter-1"}
		}
	case "queue-surge":
		if m.hour() > m.Crowd.Opens+1 && m.hour() < m.Crowd.Closes-2 && m.available() > 0 && m.Staff.Plan < 3 {
			ids = []string{"checkout-1"}
		}
	case "aisle-blocked":
		if m.open() && m.Crowd.Rate(m.hour()) > 40 {
			ids = []string{"camera-1"}
		}
	case "demand-response":
		if m.attended() {
			ids = []string{"grid-1"}
		}
	case "communication-loss":
		ids = m.Gateways()
	}
	return ids
}

// Inject starts a situation.
func (m *Market) Inject(device, class string, severity float64) error {
	i := slices.IndexFunc(classes, func(c trial.Class) bool { return c.Name == class })
	switch {
	case i < 0:
		return fmt.Errorf("%q is no situation: choose one of %s", class, classNames())
	case math.IsNaN(severity) || severity < 0 || severity > 1:
		return fmt.Errorf("severity %g of %s at %s: give a number from 0 (subtle) to 1 (severe)", severity, class, device)
	case m.Present(device, class):
		return fmt.Errorf("%s has %s already", device, class)
	}
	t := trouble{Class: class, Device: device, Severity: severity, Ramp: 1, Sign: 1}
	d := m.Lot.Named(class).Named(device).Dice()
	c := m.byID[device]
	instrument := strings.HasPrefix(class, "sensor-") && strings.HasPrefix(device, "climate-")
	switch known := strings.TrimRight(device, "0123456789"); {
	case !slices.ContainsFunc(devices(), func(d store.Device) bool { return d.ID == device }):
		return fmt.Errorf("no device is called %q", device)
	case c != nil:
		if err := c.Inject(plant.FaultKind(class), severity); err != nil {
			return err
		}
	case instrument:
		t.Ramp = map[string]float64{"sensor-bias": d.Between(1, 600), "sensor-drift": d.Between(5400, 10800)}[class] + 1
		t.At = m.Air.Corner[numbered(device)-1].Temperature
		if d.Chance(0.5) {
			t.Sign = -1
		}
	case known == "rack-" && slices.Contains([]string{"compressor-degradation", "refrigerant-leak", "blocked-condenser"}, class):
		t.Ramp = d.Between(600, 2400)
	case known == "hvac-" && slices.Contains([]string{"stuck-damper", "night-mode", "simultaneous-heating-cooling"}, class):
		m.ailUnit(&t)
	case known == "light-zone-" && class == "lights-left-on":
		m.Zones[numbered(device)-1].Level = 100
	case device == "weather-1" && class == "heat-wave":
		t.Ramp, t.Lasts = d.Between(2400, 4800), 10*3600
		t.At = max(8, 40+4*severity-m.Air.Outdoor.Temperature)
	case device == "counter-1" && class == "co2-crowding":
		t.Ramp, t.Lasts = d.Between(300, 900), d.Between(2.5, 4)*3600
	case device == "checkout-1" && class == "queue-surge":
		t.Lasts = d.Between(1.2, 2) * 3600
		m.Staff.Watches = false
	case device == "camera-1" && class == "aisle-blocked":
		t.At = float64(1 + d.IntN(store.AislesMax))
		m.Crowd.Blocked = int(t.At)
	case device == "grid-1" && class == "demand-response":
		m.Grid.EventFrom = m.Now.Add(time.Duration(d.Between(5, 15)) * time.Minute)
		m.Grid.EventTo = m.Grid.EventFrom.Add(time.Duration(d.Between(60, 150)) * time.Minute)
		m.Grid.EventPrice, m.Grid.EventLimit = 0.9+1.1*severity, grain(m.Power*0.75, 100)
		t.Lasts = m.Grid.EventTo.Sub(m.Now).Seconds()
	case known == "gateway-" && class == "communication-loss":
		m.Ways[numbered(device)-1].Down = true
	default:
		return fmt.Errorf("%s cannot have %s", device, class)
	}
	m.Troubles = append(m.Troubles, t)
	return nil
}

func (m *Market) ailUnit(t *trouble) {
	u, outdoor := &m.Units[numbered(t.Device)-1], m.Air.Outdoor.Temperature
	switch t.Class {
	case "stuck-damper":
		t.At = 55 + 45*t.Severity
		if math.Abs(outdoor-m.Hall.Goal) < 6 {
			t.At = 0
		}
	case "night-mode":
		u.Night = true
	default:
		t.Ramp = 120
		t.At = 0.35 + 0.5*t.Severity
		if u.Heating > 0.05 || outdoor < m.Hall.Goal-10 {
			t.Sign = -1 // while one heats, it is the cooling valve that does not shut
		}
	}
}

// Clear ends a situation.
func (m *Market) Clear(device, class string) error {
	if !m.Present(device, class) {
		return fmt.Errorf("%s has no %s now", device, class)
	}
	m.end(device, class)
	return nil
}

func (m *Market) end(device, class string) {
	if c := m.byID[device]; c != nil {
		c.Clear(plant.FaultKind(class))
		if class == "evaporator-ice" {
			c.Ice = 0
		}
	}
	switch class {
	case "night-mode":
		m.Units[numbered(device)-1].Night = !m.heated()
	case "lights-left-on":
		m.Zones[numbered(device)-1].Day = true // the clock switches it at once
	case "queue-surge":
		m.Staff.Watches = true
	case "co2-crowding":
		m.Guests = 0
	case "aisle-blocked":
		m.Crowd.Blocked = 0
	case "communication-loss":
		if g := &m.Ways[numbered(device)-1]; g.Restarting <= 0 {
			g.Down = false
		}
	case "refrigerant-leak":
		m.Rack.Charge = max(m.Rack.Charge, 0.95) // who mends it fills it up
	}
	m.Troubles = slices.DeleteFunc(m.Troubles, func(t trouble) bool { return t.Device == device && t.Class == class })
}

// Present tells whether a situation has not ended.
func (m *Market) Present(device, class string) bool { return m.afflicted(class, device) }

func (m *Market) afflicted(class, device string) bool {
	for i := range m.Troubles {
		if m.Troubles[i].Class == class && m.Troubles[i].Device == device {
			return true
		}
	}
	return false
}

// Detail tells more of a situation than its device does.
func (m *Market) Detail(device, class string) string {
	for _, t := range m.Troubles {
		if t.Device == device && t.Class == class && class == "aisle-blocked" {
			return fmt.Sprintf("aisle %d", int(t.At))
		}
	}
	return ""
}

// Remedy is the class of action that mends or eases a situation there.
func (m *Market) Remedy(device, class string) string {
	for i := range m.Troubles {
		if t := &m.Troubles[i]; t.Device == device && t.Class == class && class == "simultaneous-heating-cooling" && t.Sign < 0 {
			return "cooling-off"
		}
	}
	switch {
	case class == "compressor-degradation" && m.byID[device] != nil:
		return "boost-capacity"
	case strings.HasPrefix(class, "sensor-") && m.byID[device] == nil:
		return "request-service"
	}
	i := slices.IndexFunc(classes, func(c trial.Class) bool { return c.Name == class })
	return classes[i].Remedy
}

// suffer ages the situations, ends those whose time is over or that a remedy has
// ended, and lets technicians arrive.
func (m *Market) suffer(dt float64) {
	for i := 0; i < len(m.Troubles); i++ {
		t := &m.Troubles[i]
		t.Age += dt
		over := t.Lasts > 0 && t.Age >= t.Lasts
		switch c := m.byID[t.Device]; t.Class {
		case "night-mode":
			over = !m.Units[numbered(t.Device)-1].Night || !m.heated()
		case "lights-left-on":
			over = m.Zones[numbered(t.Device)-1].Level < 50 || m.attended()
		case "aisle-blocked":
			over = m.Crowd.Blocked == 0
		case "communication-loss":
			over = !m.Ways[numbered(t.Device)-1].Down
		case "simultaneous-heating-cooling":
			u := &m.Units[numbered(t.Device)-1]
			over = t.Sign > 0 && !u.HeatingEnable || t.Sign < 0 && !u.CoolingEnable
		case "co2-crowding":
			m.Guests = int((48 + 30*t.Severity) * t.grown())
		case "queue-surge":
			if t.Age <= dt {
				m.Crowd.Coach(m.Now, 26+int(24*t.Severity))
			}
		case "heat-wave":
			m.HeatGoal = t.At * t.grown()
		default:
			over = over || c != nil && !c.Has(plant.FaultKind(t.Class))
		}
		if over {
			device, class := t.Device, t.Class
			m.end(device, class)
			i--
		}
	}
	for device, left := range m.Calls {
		if left -= dt; left > 0 {
			m.Calls[device] = left
			continue
		}
		delete(m.Calls, device)
		for _, t := range slices.Clone(m.Troubles) {
			if t.Device == device && mendable(t.Class) {
				m.end(device, t.Class)
			}
		}
	}
}

// mendable tells whether a technician can end a situation.
func mendable(class string) bool {
	switch class {
	case "heat-wave", "co2-crowding", "queue-surge", "demand-response", "aisle-blocked":
		return false
	}
	return true
}

func (t *trouble) grown() float64 { return min(1, t.Age/t.Ramp) }

func (m *Market) rackTrouble(dt float64) rackTrouble {
	r := rackTrouble{capacity: 1}
	for i := range m.Troubles {
		t := &m.Troubles[i]
		if t.Device != "rack-1" {
			continue
		}
		switch t.Class {
		case "compressor-degradation":
			r.capacity = 1 - t.grown()*(0.35+0.25*t.Severity)
		case "refrigerant-leak":
			r.leak = t.grown() * (0.12 + 0.18*t.Severity)
		case "blocked-condenser":
			r.fouling = t.grown() * (0.5 + 0.3*t.Severity)
		}
	}
	if m.Rack.Wash > 0 {
		if m.Rack.Wash -= dt; m.Rack.Wash <= 0 && m.afflicted("blocked-condenser", "rack-1") {
			m.end("rack-1", "blocked-condenser")
		}
	}
	return r
}

func (m *Market) unitTrouble(i int) unitTrouble {
	u := unitTrouble{slowed: 1, shedding: 1.0 * float64(m.Shed)}
	if m.Shed > 1 {
		u.slowed = 0.7
	}
	for k := range m.Troubles {
		t := &m.Troubles[k]
		if t.Device != unitID(i) {
			continue
		}
		switch {
		case t.Class == "stuck-damper":
			u.stuck, u.at = true, t.At
		case t.Class == "simultaneous-heating-cooling" && t.Sign > 0:
			u.heating = t.At * t.grown()
		case t.Class == "simultaneous-heating-cooling":
			u.cooling = t.At * t.grown()
		}
	}
	return u
}

// instrument is what a sensor of the room shows of a value.
func (m *Market) instrument(device string, v float64) float64 {
	for i := range m.Troubles {
		t := &m.Troubles[i]
		if t.Device != device {
			continue
		}
		switch t.Class {
		case "sensor-dead":
			return math.NaN()
		case "sensor-lying":
			return t.At
		case "sensor-bias", "sensor-drift":
			v += t.grown() * t.Sign * (2.5 + 3.5*t.Severity)
		}
	}
	return v
}

func classNames() string {
	names := make([]string, len(classes))
	for i, c := range classes {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

func unitID(i int) string { return [...]string{"hvac-1", "hvac-2"}[i] }

// zoneIDs spare each step their making.
var zoneIDs = [zones]string{"light-zone-1", "light-zone-2", "light-zone-3", "light-zone-4", "light-zone-5", "light-zone-6"}

func zoneID(i int) string { return zoneIDs[i] }
