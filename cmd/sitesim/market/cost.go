package market

import (
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// What things cost beside energy, €. They are declared, not measured: they stand
// for what a shop's owner would say, and are the same for every run.
const (
	chilledWarmest = 8.0   // °C of goods in a multideck
	chilledColdest = -2.0  // °C
	frozenWarmest  = -13.0 // °C
	spoilage       = 9.0   // a kelvin and hour beyond, of each cabinet
	worstExcess    = 10.0  // K; beyond, the goods are lost anyway
	coolest        = 17.5  // °C of the sales floor
	warmest        = 25.5
	discomfort     = 7.0 // a kelvin and hour beyond
	airLimit       = 1000.0
	badAir         = 14.0 // 100 ppm and hour beyond
	queueFine      = 3    // people at an open till that nobody minds
	waiting        = 26.0 // an hour of each person beyond
	tillWage       = 15.0 // an hour of each till that somebody sits at, beyond the first
	errand         = 2.5  // given up because of a pallet
	unseen         = 12.0 // an hour of a multideck behind its night blind
	shaded         = 0.4  // an hour of a closed window blind
	dark           = 9.0  // an hour of a zone with people below half its light
	dimmed         = 1.6  // an hour of each step of load shed
	overLimit      = 2.5  // kWh above the limit of an event
	technician     = 90.0 // a call to a machine
	fitter         = 55.0 // a call to a cabinet, a sensor or a lamp
	charge         = 900.0
	unwatched      = 7.0 // an hour of a gateway that is down
	water          = 0.9 // an hour of spraying
	bother         = 7.0 // an action, since somebody looks after it
	taskCost       = 4.0 // a member of staff sent somewhere

	// What the owner has set is what he wants: an hour of having it otherwise.
	ownRoom    = 2.5 // a kelvin of a unit's set point
	ownCabinet = 0.8 // a kelvin of a cabinet's
	ownSuction = 0.7 // a kelvin of the rack's
	ownAir     = 5.0 // outdoor air below the least, a unit
	ownTill    = 22. // a till shut that the roster has open
)

// left is what a fault that is neither mended nor eased still costs when somebody
// finds it later: €, at the least and at the greatest severity.
var left = map[string][2]float64{
	"door-ajar": {60, 90}, "compressor-degradation": {160, 320}, "refrigerant-leak": {220, 420}, "blocked-condenser": {60, 140},
	"evaporator-ice": {80, 160}, "fan-failure": {80, 160}, "stuck-damper": {150, 220}, "sensor-bias": {90, 140}, "sensor-drift": {90, 140},
	"sensor-dead": {90, 120}, "sensor-lying": {90, 140}, "night-mode": {25, 40}, "lights-left-on": {10, 15},
	"simultaneous-heating-cooling": {40, 90}, "aisle-blocked": {15, 25}, "communication-loss": {40, 60},
}

// Bother is what every action costs beside its effects, €.
func (m *Market) Bother() float64 { return bother }

// Cost is what the run has cost so far.
func (m *Market) Cost() trial.Cost { return m.Paid }

// Settle adds what faults that stand at the end will still cost.
func (m *Market) Settle() trial.Cost {
	c := m.Paid
	for i := range m.Troubles {
		t := &m.Troubles[i]
		if f, ok := left[t.Class]; ok && !m.eased(t) {
			c.Harm += f[0] + (f[1]-f[0])*t.Severity
		}
	}
	return c
}

// eased tells whether a fault does no more harm until somebody comes in any case.
func (m *Market) eased(t *trouble) bool {
	c := m.byID[t.Device]
	if c == nil {
		return false
	}
	switch t.Class {
	case "compressor-degradation":
		return c.Controls.Boost
	case "fan-failure":
		return c.Controls.BackupFan
	case "sensor-bias", "sensor-drift", "sensor-dead", "sensor-lying":
		return c.Controls.UseProductProbe
	}
	return false
}

// pay books what a step costs.
func (m *Market) pay(dt float64) {
	p, hours := &m.Paid, dt/3600
	p.Energy += m.Power / 1000 * hours * m.Grid.Price
	for i, c := range m.Cabinets {
		over := 0.0
		if c.Design.Class == store.Multideck {
			over = max(c.ProductProbe-chilledWarmest, chilledColdest-c.ProductProbe, 0)
			if m.open() && c.Controls.Blind > 50 {
				p.Sales += unseen * hours
			}
		} else {
			over = max(c.ProductProbe-frozenWarmest, 0)
		}
		m.Goods[i].See(over, dt)
		p.Food += spoilage * min(over, worstExcess) * hours
	}
	if m.open() {
		t := m.Air.Temperature
		m.Cold.See(max(t-warmest, coolest-t), dt)
		m.Stuffy.See(m.Air.CO2-airLimit, dt)
		p.Comfort += discomfort * max(t-warmest, coolest-t, 0) * hours
		p.Air += badAir * max(m.Air.CO2-airLimit, 0) / 100 * hours
	}
	m.payPeople(hours)
	m.payOwner(hours)
	if m.Grid.Active {
		p.Energy += overLimit * max(m.Power-m.Grid.EventLimit, 0) / 1000 * hours
	}
	if m.Shed > 0 && m.attended() {
		p.Comfort += dimmed * float64(m.Shed*m.Shed) * hours
	}
	for _, b := range m.Air.Blinds {
		if m.open() {
			p.Sales += shaded * b / 100 * hours
		}
	}
	for i := range m.Ways {
		p.Harm += unwatched * one(m.Ways[i].Down) * hours
	}
	p.Service += water * one(m.Spray) * hours
	p.Harm += charge * m.rackLeak() * hours
}

func (m *Market) payPeople(hours float64) {
	p := &m.Paid
	open, at := 0, 0
	for i := range m.TillOpen {
		at += m.Crowd.AtTill(i)
		open += int(one(m.staffed(i)))
	}
	p.Service += waiting * float64(max(0, at-queueFine*max(open, 1))) * hours
	p.Service += tillWage * float64(max(0, open-1)) * hours
	p.Sales += errand * float64(m.Crowd.GivenUp-m.landed)
	m.landed = m.Crowd.GivenUp
	for i := range salesZones {
		if z := &m.Zones[i]; z.Since < 60 && z.Level < 50 {
			p.Sales += dark * hours
		}
	}
}

// payOwner books what stands otherwise than the owner set it.
func (m *Market) payOwner(hours float64) {
	p := &m.Paid
	for i := range m.Units {
		u := &m.Units[i]
		if m.heated() {
			p.Comfort += ownRoom * math.Abs(u.SetPoint-m.Hall.Goal) * hours
			p.Comfort += ownAir * one(u.Minimum < 10) * hours
		}
	}
	for _, c := range m.Cabinets {
		p.Food += ownCabinet * math.Abs(c.Controls.SetPoint-c.Design.SetPoint) * hours
	}
	p.Harm += ownSuction * math.Abs(m.Rack.SuctionSetPoint-ratedSuction) * hours
	if m.open() {
		for i, open := range m.TillOpen {
			p.Sales += ownTill * one(!open && i < m.Staff.Plan) * hours
		}
	}
}

// Breaches are the limits that were passed so far, for whatever cause.
func (m *Market) Breaches() (list []trial.Breach) {
	for i, c := range m.Cabinets {
		list = m.Goods[i].Told(list, c.ID, "temperature at the product probe")
	}
	list = m.Cold.Told(list, "hall", "temperature")
	return m.Stuffy.Told(list, "hall", "carbon dioxide")
}

// rackLeak is the share of the charge that is lost an hour.
func (m *Market) rackLeak() float64 {
	for i := range m.Troubles {
		if t := &m.Troubles[i]; t.Class == "refrigerant-leak" {
			return t.grown() * (0.12 + 0.18*t.Severity)
		}
	}
	return 0
}

// call sends for a technician, once for a device.
func (m *Market) call(device string) {
	if _, called := m.Calls[device]; called {
		return
	}
	fee := technician
	if m.byID[device] != nil || strings.HasPrefix(device, "climate-") || strings.HasPrefix(device, "light-") {
		fee = fitter
	}
	m.Paid.Service += fee
	m.Calls[device] = m.Lot.Named("way of a technician").Named(device).Between(45, 110) * 60
}
