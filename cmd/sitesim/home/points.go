package home

import (
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
)

// Points lists everything the house publishes, in browse order.
func (h *Home) Points() []point.Point {
	var all []point.Point
	for _, d := range devices() {
		i := numbered(d.ID) - 1
		switch d.Class {
		case "thermostat":
			all = append(all, h.thermostatPoints(d.ID, i)...)
		case "co2-sensor":
			s := &h.Rooms[i].Shown
			all = append(all, point.Number(d.ID, "CO2", point.PPM, 350, 10000, &s.CO2),
				point.Number(d.ID, "Temperature", point.Celsius, -20, 60, &s.AirTemperature),
				point.Number(d.ID, "Humidity", point.Percent, 0, 100, &s.AirHumidity))
		case "door-contact":
			r := &h.Rooms[i]
			all = append(all, point.Truth(d.ID, "DoorOpen", func() bool { return r.Window }),
				point.Computed(d.ID, "Battery", point.Percent, 0, 100, func() float64 { return r.Battery }),
				point.Momentary(d.ID, "CloseCommand", func() { r.Window, h.Airing[i] = false, 0 }))
		case "blinds":
			all = append(all, point.Settable(d.ID, "HeightPosition", point.Percent, 0, 100, &h.Rooms[i].Blind))
		case "radiator":
			r := &h.Rooms[i]
			all = append(all, point.Number(d.ID, "FlowTemperature", point.Celsius, 0, 90, &r.Shown.Flow),
				point.Number(d.ID, "ReturnTemperature", point.Celsius, 0, 90, &r.Shown.Return),
				point.Computed(d.ID, "Valve", point.Percent, 0, 100, func() float64 { return grain(100*r.Valve, 0.5) }),
				point.Computed(d.ID, "Power", point.Watt, 0, 10e3, func() float64 { return grain(r.Output, 5) }), h.service(d.ID))
		case "heat-pump":
			all = append(all, h.pumpPoints(d.ID)...)
		case "hot-water-tank":
			t := &h.Tank
			all = append(all, point.Number(d.ID, "Temperature", point.Celsius, 0, 95, &t.Shown),
				point.Settable(d.ID, "SetPoint", point.Celsius, 30, 65, &t.SetPoint),
				point.Computed(d.ID, "HoursSinceHot", point.Hour, 0, 10e3, func() float64 { return grain(t.SinceHot, 0.1) }),
				point.Number(d.ID, "HeaterPower", point.Watt, 0, 5e3, &t.Heater),
				point.Momentary(d.ID, "PasteuriseCommand", func() { t.Boosting = true }))
		case "ventilation-unit":
			f := &h.Fan
			all = append(all, point.Settable(d.ID, "Level", point.Percent, 0, 100, &f.Level),
				point.Computed(d.ID, "Speed", point.Percent, 0, 100, func() float64 { return grain(f.Speed, 0.5) }),
				point.Computed(d.ID, "Power", point.Watt, 0, 500, func() float64 { return grain(f.Power, 0.5) }))
		case "weather-sensor":
			w := &h.Sky
			all = append(all, point.Computed(d.ID, "Temperature", point.Celsius, -50, 60, func() float64 { return grain(w.Temperature, 0.1) }),
				point.Computed(d.ID, "Humidity", point.Percent, 0, 100, func() float64 { return grain(w.Humidity, 0.5) }),
				point.Computed(d.ID, "Irradiance", point.Sunlight, 0, 1500, func() float64 { return grain(w.Sun, 1) }))
		case "gateway":
			all = append(all, h.Ways[i].Points()...)
		default:
			all = append(all, h.powerPoints(d.Class, d.ID)...)
		}
	}
	return all
}

func (h *Home) service(device string) point.Point {
	return point.Momentary(device, "ServiceCommand", func() { h.call(device) })
}

func (h *Home) thermostatPoints(id string, i int) []point.Point {
	r := &h.Rooms[i]
	all := []point.Point{
		point.Number(id, "Temperature", point.Celsius, -20, 60, &r.Shown.Temperature),
		point.Number(id, "Humidity", point.Percent, 0, 100, &r.Shown.Humidity),
		point.Settable(id, "SetPoint", point.Celsius, 5, 30, &r.SetPoint),
		point.Choice(id, "Mode", 1, func() float64 { return one(!r.Off) }, func(v float64) { r.Off = v == 0 }),
		point.Truth(id, "Presence", func() bool { return r.People > 0 }),
	}
	if i < airSensors {
		all = append(all, point.Choice(id, "ControlSensor", 1, func() float64 { return one(r.UseAir) }, func(v float64) { r.UseAir = v == 1 }))
	}
	return append(all, h.service(id))
}

func (h *Home) pumpPoints(id string) []point.Point {
	p := &h.Pump
	return []point.Point{
		point.Number(id, "FlowTemperature", point.Celsius, 0, 90, &p.Shown),
		point.Computed(id, "ReturnTemperature", point.Celsius, 0, 90, func() float64 { return grain(max(p.Return, 0), 0.1) }),
		point.Truth(id, "CompressorRunning", func() bool { return p.Load > 0.02 }),
		point.Computed(id, "FanSpeed", point.Turns, 0, 3000, func() float64 { return grain(900*p.Load, 5) }),
		point.Computed(id, "Power", point.Watt, 0, 12e3, func() float64 { return grain(p.Power, 5) }),
		point.Computed(id, "HeatPower", point.Watt, 0, 40e3, func() float64 { return grain(p.Heat, 10) }),
		point.Settable(id, "SetPoint", point.Celsius, 25, 60, &p.SetPoint),
		point.Choice(id, "Mode", 3, func() float64 { return float64(p.Mode) }, func(v float64) { p.Mode = int(v) }),
		h.service(id),
	}
}

func (h *Home) powerPoints(class, id string) []point.Point {
	p := &h.Power
	watts := func(name string, lo, hi float64, v *float64) point.Point {
		return point.Computed(id, name, point.Watt, lo, hi, func() float64 { return grain(*v, 5) })
	}
	switch class {
	case "pv-inverter":
		return []point.Point{watts("DcPower", 0, 15e3, &p.Sun), watts("Power", 0, 15e3, &p.Made), point.Truth(id, "Curtailed", func() bool { return p.Curtailed }), h.service(id)}
	case "battery-storage":
		return []point.Point{point.Computed(id, "StateOfCharge", point.Percent, 0, 100, func() float64 { return grain(p.Charge, 0.5) }),
			watts("ChargePower", -12e3, 22e3, &p.Flow), point.Computed(id, "Temperature", point.Celsius, -20, 60, func() float64 { return grain(p.Warm, 0.1) }),
			point.Choice(id, "Mode", 3, func() float64 { return float64(p.Mode) }, func(v float64) { p.Mode = int(v) })}
	case "ev-charger":
		return []point.Point{point.Truth(id, "Plugged", func() bool { return p.Plugged }), watts("ChargePower", -12e3, 22e3, &p.CarFlow),
			point.Computed(id, "Energy", point.KWh, 0, 1e6, func() float64 { return grain(p.CarTotal, 0.01) }),
			point.Choice(id, "Schedule", 2, func() float64 { return float64(p.Schedule) }, func(v float64) { p.Schedule = int(v) })}
	case "energy-meter":
		return []point.Point{watts("Power", -50e3, 50e3, &p.Net), point.Computed(id, "Energy", point.KWh, 0, 1e8, func() float64 { return grain(p.Energy, 0.01) })}
	default: // grid-signal
		return []point.Point{point.Number(id, "Price", point.Price, -1, 10, &p.Price), point.Number(id, "FeedInPrice", point.Price, -1, 10, &p.FeedIn)}
	}
}
