package market

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/climate"
	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

const (
	stride = 5 * time.Second
	// hastened is the stride of a fork that only looks ahead: the shortest
	// time constant, an evaporator's, is about twice as long.
	hastened = 10 * time.Second
	// settle is how long a shop runs before anybody looks, so that goods, frost
	// and air are what they are on such a day.
	settle = 8 * time.Hour
)

// Options say which shop, when and below which sky.
type Options struct {
	Seed  uint64
	Start time.Time
	Sky   *climate.Year // nil: one made up from the seed
}

// Market is the whole shop.
type Market struct {
	Seed       uint64
	Began, Now time.Time
	Climate    *climate.Year
	Hall       Hall
	Cabinets   []*plant.Cabinet
	Rack       Rack
	Spray      bool
	Units      [2]Unit
	UnitDay    [2]bool
	Air        Air
	Zones      [zones]Zone
	Crowd      *store.Crowd
	TillOpen   [4]bool
	Staff      Staff
	Grid       Grid
	Shed       int
	Ways       []trial.Gateway
	Troubles   []trouble
	Calls      map[string]float64 // s until a technician is at a device
	Delivery   [2]float64         // hours
	Noise      store.Dice         // of the instruments
	Lot        store.Lot          // of all that befalls the shop
	Power      float64            // W
	EnergyUsed float64            // kWh
	Paid       trial.Cost
	Unseen     bool
	Goods      [16]trial.Watch // beyond their limits, by cabinet
	Stuffy     trial.Watch
	Cold       trial.Watch

	// Confounders.
	Heat, HeatGoal     float64 // K above the climate
	Storm, NoiseBurst  float64
	StormFor, BurstFor float64 // s
	Cleaning           float64 // s left
	RushFor            float64
	Guests             int // who came for an event and buy nothing

	byID   map[string]*plant.Cabinet
	pace   time.Duration
	hourAt time.Time // when hourIs was worked out
	hourIs float64
	feeds  []*plant.Feed
	landed int // errands given up that are paid for
}

// New builds a shop from a seed and lets it settle.
func New(o Options) *Market {
	if o.Sky == nil {
		o.Sky = climate.Synthetic(o.Seed)
	}
	d := store.NewDice(o.Seed, 41)
	m := &Market{Seed: o.Seed, Began: o.Start, Now: o.Start.Add(-settle), Climate: o.Sky, Hall: drawHall(d), pace: stride,
		Crowd: store.NewCrowd(o.Seed), Noise: store.NewDice(o.Seed, 42), Lot: store.NewLot(o.Seed, "shop"), Calls: map[string]float64{}}
	m.Crowd.Opens, m.Crowd.Closes = quarter(d.Between(6.5, 8.5)), quarter(d.Between(20.5, 22.5))
	m.Crowd.Traffic, m.Crowd.TillTime = d.Between(0.55, 1.1), d.Between(42, 60)
	m.Staff = Staff{OnDuty: 3 + d.IntN(3), Plan: 1, Watches: true}
	m.TillOpen[0] = true
	m.Delivery = [2]float64{d.Between(5.5, 9), d.Between(13, 17)}
	load := 0.0
	for i, dev := range devices() {
		switch dev.Class {
		case store.Freezer, store.Chest, store.Multideck:
			c := plant.NewCabinet(dev.ID, dev.Class, o.Seed, uint64(i))
			c.Widened = true
			if dev.Class == store.Multideck {
				c.Feed = &plant.Feed{Evaporating: ratedSuction, Liquid: 1, Valve: 0.4, Superheat: 7}
				load += c.Design.Capacity / 1.65
			}
			m.Cabinets = append(m.Cabinets, c)
		}
	}
	m.Rack = newRack(load, d)
	m.Air = Air{Temperature: m.Hall.Goal, Water: 0.007, CO2: 550}
	for i := range m.Units {
		m.Units[i] = newUnit(m.Hall, d)
	}
	for i := range m.Zones {
		m.Zones[i] = Zone{Rated: zoneRated, Schedule: 1, Since: 1e4}
	}
	m.Zones[stockZone].Rated, m.Zones[officeZone].Rated = 900, 500
	m.Grid = drawGrid(d)
	m.Ways = trial.NewGateways(gateways)
	m.index()
	m.unseen(true)
	for m.Now.Before(o.Start) {
		m.Step()
		m.unseen(o.Start.Sub(m.Now) > stride) // the last step is measured
	}
	m.Paid, m.EnergyUsed, m.landed = trial.Cost{}, 0, m.Crowd.GivenUp
	m.Goods, m.Stuffy, m.Cold = [16]trial.Watch{}, trial.Watch{}, trial.Watch{}
	return m
}

func (m *Market) index() {
	m.byID = make(map[string]*plant.Cabinet, len(m.Cabinets))
	m.feeds = nil
	for _, c := range m.Cabinets {
		m.byID[c.ID] = c
		if c.Feed != nil {
			m.feeds = append(m.feeds, c.Feed)
		}
	}
}

// Fork is a shop of its own that goes on as this one will.
func (m *Market) Fork() trial.World {
	f := *m
	f.Cabinets = slices.Clone(m.Cabinets)
	for i, c := range m.Cabinets {
		f.Cabinets[i] = c.Fork()
	}
	f.Crowd = m.Crowd.Fork()
	f.Noise = m.Noise.Fork()
	f.Ways = slices.Clone(m.Ways)
	f.Troubles = slices.Clone(m.Troubles)
	f.Calls = maps.Clone(m.Calls)
	f.index()
	return &f
}

// Hasten makes the shop step in longer strides, unseen: its instruments rest.
func (m *Market) Hasten() {
	m.pace = hastened
	m.unseen(true)
}

func (m *Market) unseen(rest bool) {
	m.Unseen = rest
	for _, c := range m.Cabinets {
		c.Unseen = rest
	}
}

// Name is that of the root object.
func (m *Market) Name() string { return "CornerMarket" }

// Times are the shop's time when it was first seen, and now.
func (m *Market) Times() (began, now time.Time) { return m.Began, m.Now }

// Stride is what one step is long.
func (m *Market) Stride() time.Duration { return m.pace }

// Step advances the shop by a stride.
func (m *Market) Step() {
	dt := m.pace.Seconds()
	m.Now = m.Now.Add(m.pace)
	m.Air.Outdoor = m.weather(m.Now)
	m.pass(dt)
	m.suffer(dt)
	m.people(dt)
	m.staff(dt)
	m.Power = m.Hall.BaseLoad * m.shed(0.15)
	heat := 0.8 * m.Power
	heat += m.cool(dt)
	for i := range m.Zones {
		w := m.Zones[i].power() * m.shed(0.3)
		m.Power += w
		heat += 0.8 * w
	}
	m.air(heat, dt)
	for _, u := range m.Units {
		m.Power += u.Power
	}
	m.EnergyUsed += m.Power * dt / 3.6e6
	m.Grid.step(m.Now)
	for i := range m.Ways {
		m.Ways[i].Step(dt)
	}
	m.pay(dt)
}

// cool moves the cabinets and the rack and returns the heat to the room, W.
func (m *Market) cool(dt float64) (heat float64) {
	s := plant.Surroundings{Room: m.Air.Temperature, Humidity: relative(m.Air.Temperature, m.Air.Water), Outdoor: m.Air.Outdoor.Temperature,
		Bustle: min(1, float64(len(m.Crowd.Shoppers))/40)}
	for _, f := range m.feeds {
		m.Rack.serve(f)
	}
	drawn := 0.0
	for _, c := range m.Cabinets {
		c.Step(s, dt)
		heat += c.HeatToRoom
		m.Power += c.Power
	}
	for _, f := range m.feeds {
		drawn += f.Heat
	}
	r := &m.Rack
	outdoor := s.Outdoor
	if m.Spray {
		outdoor -= sprayCools * (1 - m.Air.Outdoor.Humidity/130)
	}
	set := r.SuctionSetPoint
	r.SuctionSetPoint += 1.5 * float64(m.Shed)
	r.step(drawn, outdoor, m.rackTrouble(dt), dt)
	r.SuctionSetPoint = set
	m.Power += r.Power
	if m.Unseen {
		return heat
	}
	n := 1 + 10*m.NoiseBurst
	r.Shown.Suction = grain(pressure(r.Suction+0.12*n*m.Noise.NormFloat64()), 0.01)
	r.Shown.Head = grain(pressure(r.Head+0.1*n*m.Noise.NormFloat64()), 0.02)
	r.Shown.Discharge = grain(r.Discharge+0.3*n*m.Noise.NormFloat64(), 0.1)
	r.Shown.Level = min(max(grain(r.level()+0.4*n*m.Noise.NormFloat64(), 0.5), 0), 100)
	r.Shown.Power = max(0, grain(r.Power*(1+0.006*m.Noise.NormFloat64()), 10))
	return heat
}

// sprayCools is how far a spray of water brings dry air down before the
// condenser, K.
const sprayCools = 14.0

// shed is the share of a load that is left when some is shed.
func (m *Market) shed(part float64) float64 { return 1 - part*float64(m.Shed) }

// devices are those of Corner Market and what the widened shop adds.
func devices() []store.Device {
	all := slices.DeleteFunc(store.Devices(), func(d store.Device) bool { return d.Class == "" })
	add := func(group, class string, ids ...string) {
		for _, id := range ids {
			all = append(all, store.Device{ID: id, Class: class, Group: group})
		}
	}
	add("Refrigeration", "condensing-unit", "rack-1")
	add("Climate", "blinds", "blinds-1", "blinds-2")
	for i := range zones {
		add("Lighting", "light-zone", zoneID(i))
	}
	add("Checkouts", "staff-terminal", "staff-1")
	add("Metering", "grid-signal", "grid-1")
	add("Communication", "gateway", trial.IDs(trial.NewGateways(gateways))...)
	return all
}

// Devices lists every published device.
func (m *Market) Devices() []store.Device { return devices() }

func numbered(id string) int {
	_, n, _ := strings.Cut(id, "-")
	if i := strings.LastIndexByte(id, '-'); i >= 0 {
		n = id[i+1:]
	}
	v := 0
	for _, c := range n {
		v = v*10 + int(c-'0')
	}
	return v
}

// Fixtures are what stands on the sales floor, as a plan of the shop shows it.
func (m *Market) Fixtures() []store.Fixture { return store.Fixtures() }
