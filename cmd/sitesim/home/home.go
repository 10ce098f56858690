package home

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/climate"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

const (
	stride   = 10 * time.Second
	hastened = 20 * time.Second
	// settle is how long a house is lived in before anybody looks.
	settle = 30 * time.Hour
)

// Options say which house, when and below which sky.
type Options struct {
	Seed  uint64
	Start time.Time
	Sky   *climate.Year // nil: one made up from the seed
}

// Home is the whole house.
type Home struct {
	Seed       uint64
	Began, Now time.Time
	Climate    *climate.Year
	Sky        climate.Weather
	Rooms      [rooms]Room
	Pump       Pump
	Tank       Tank
	Fan        Fan
	Power      Power
	People     int
	Wakes      float64 // hour
	Sleeps     float64
	Leaves     float64
	Returns    float64
	Guests     int
	GuestsFor  float64 // s
	Cooking    float64 // s left
	Airing     [rooms]float64
	Heat       float64 // K above the climate
	HeatGoal   float64
	Cloud      float64
	CloudFor   float64
	NoiseBurst float64
	BurstFor   float64
	Ways       []trial.Gateway
	Troubles   []trouble
	Calls      map[string]float64 // s until a technician is at a device
	Noise      store.Dice         // of the instruments
	Lot        store.Lot          // of all that befalls the house
	Paid       trial.Cost
	Unseen     bool
	Stuffy     [rooms]trial.Watch
	Uneasy     [rooms]trial.Watch // too cold or too warm with people in
	Tepid      trial.Watch

	pace time.Duration
}

// New builds a house from a seed and lets it settle.
func New(o Options) *Home {
	if o.Sky == nil {
		o.Sky = climate.Synthetic(o.Seed)
	}
	d := store.NewDice(o.Seed, 51)
	h := &Home{Seed: o.Seed, Began: o.Start, Now: o.Start.Add(-settle), Climate: o.Sky, pace: stride, Noise: store.NewDice(o.Seed, 52), Lot: store.NewLot(o.Seed, "house"),
		Calls: map[string]float64{}, People: 2 + d.IntN(4), Wakes: quarter(d.Between(5.75, 7.5)), Sleeps: quarter(d.Between(21.5, 23.5)),
		Leaves: quarter(d.Between(7.75, 9)), Returns: quarter(d.Between(15.5, 18.5)), Ways: trial.NewGateways(gateways)}
	for i := range h.Rooms {
		h.Rooms[i] = drawRoom(i, d)
	}
	h.Sky = h.Climate.At(h.Now)
	need := 0.0
	for i := range h.Rooms {
		need += (h.Rooms[i].Gain + airLeak*h.Rooms[i].Volume*airHeat/3600) * 32
	}
	h.Pump, h.Tank, h.Fan = drawPump(need, d), drawTank(d), drawFan(d)
	h.Power = drawPower(d)
	for i := range h.Rooms {
		h.Rooms[i].Radiator = h.Rooms[i].Gain * d.Between(1.7, 2.2)
	}
	h.Unseen = true
	for h.Now.Before(o.Start) {
		h.Step()
		h.Unseen = o.Start.Sub(h.Now) > stride
	}
	h.Paid = trial.Cost{}
	h.Stuffy, h.Uneasy, h.Tepid = [rooms]trial.Watch{}, [rooms]trial.Watch{}, trial.Watch{}
	return h
}

// Fork is a house of its own that goes on as this one will.
func (h *Home) Fork() trial.World {
	f := *h
	f.Noise = h.Noise.Fork()
	f.Ways = slices.Clone(h.Ways)
	f.Troubles = slices.Clone(h.Troubles)
	f.Calls = map[string]float64{}
	for k, v := range h.Calls {
		f.Calls[k] = v
	}
	return &f
}

// Hasten makes the house step in longer strides, unseen: its instruments rest.
func (h *Home) Hasten() { h.pace, h.Unseen = hastened, true }

// Name is that of the root object.
func (h *Home) Name() string { return "House" }

// Times are the house's time when it was first seen, and now.
func (h *Home) Times() (began, now time.Time) { return h.Began, h.Now }

// Stride is what one step is long.
func (h *Home) Stride() time.Duration { return h.pace }

// Step advances the house by a stride.
func (h *Home) Step() {
	dt := h.pace.Seconds()
	h.Now = h.Now.Add(h.pace)
	h.pass(dt)
	h.Sky = h.weather()
	h.suffer(dt)
	h.live(dt)
	h.heat(dt)
	h.electric(dt)
	for i := range h.Ways {
		h.Ways[i].Step(dt)
	}
	h.pay(dt)
	if !h.Unseen {
		h.measure()
	}
}

func (h *Home) weather() climate.Weather {
	w := h.Climate.At(h.Now)
	w.Temperature += h.Heat
	w.Humidity *= math.Exp(-0.055 * h.Heat)
	w.Sun *= 1 - 0.85*h.Cloud
	w.Temperature -= 2 * h.Cloud
	return w
}

// devices of a house.
func devices() []store.Device {
	var all []store.Device
	add := func(group, name, class string, n int) {
		for i := range n {
			all = append(all, store.Device{ID: name + "-" + strconv.Itoa(i+1), Class: class, Group: group})
		}
	}
	add("Rooms", "thermostat", "thermostat", rooms)
	add("Rooms", "air", "co2-sensor", airSensors)
	add("Rooms", "window", "door-contact", rooms)
	add("Rooms", "blinds", "blinds", blinds)
	add("Heating", "radiator", "radiator", rooms)
	add("Heating", "heat-pump", "heat-pump", 1)
	add("Heating", "hot-water", "hot-water-tank", 1)
	add("Heating", "ventilation", "ventilation-unit", 1)
	add("Heating", "weather", "weather-sensor", 1)
	add("Energy", "pv-inverter", "pv-inverter", 1)
	add("Energy", "battery-storage", "battery-storage", 1)
	add("Energy", "ev-charger", "ev-charger", 1)
	add("Energy", "meter", "energy-meter", 1)
	add("Energy", "grid", "grid-signal", 1)
	add("Communication", "gateway", "gateway", gateways)
	return all
}

const gateways = 3

// Devices lists every published device.
func (h *Home) Devices() []store.Device { return devices() }

// Gateways are the ways the samples come.
func (h *Home) Gateways() []string { return trial.IDs(h.Ways) }

// Down tells whether nothing comes through a gateway.
func (h *Home) Down(id string) bool { return trial.IsDown(h.Ways, id) }

// Way is the gateway of a device.
func (h *Home) Way(device string) string {
	for _, d := range devices() {
		if d.ID != device {
			continue
		}
		switch d.Group {
		case "Rooms":
			return "gateway-1"
		case "Heating":
			return "gateway-2"
		case "Energy":
			return "gateway-3"
		}
	}
	return ""
}

func (h *Home) hour() float64 {
	return float64(h.Now.Hour()) + float64(h.Now.Minute())/60 + float64(h.Now.Second())/3600
}

// numbered is the number at the end of a device's name.
func numbered(id string) int {
	n, err := strconv.Atoi(id[strings.LastIndexByte(id, '-')+1:])
	if err != nil {
		return 0
	}
	return n
}

func approach(v *float64, goal, most float64) { *v += min(max(goal-*v, -most), most) }

func grain(v, g float64) float64 { return math.Round(v/g) * g }

func quarter(hour float64) float64 { return math.Round(hour*4) / 4 }

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
