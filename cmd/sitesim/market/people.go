package market

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

const (
	restockTime  = 240.0 // s of loading one cabinet
	presenceHold = 900.0 // s that a zone counts as used after somebody was there
	peoplePerOne = 7     // people at the tills for whom the supervisor opens one more
)

// Staff are who works in the shop.
type Staff struct {
	OnDuty  int
	Task    float64 // s that one of them is busy away from the tills
	Plan    int     // tills that the roster has open now
	Watches bool    // the supervisor looks after the queues
}

// Zone is a part of the shop whose lights are switched together.
type Zone struct {
	Level    float64 // %
	Rated    float64 // W at full level
	Schedule int     // 0 off, 1 by the clock or by presence, 2 on
	Since    float64 // s since somebody was there
	Day      bool    // what the clock last asked for
}

// used tells whether the zone's sensor reports somebody.
func (z *Zone) used() bool { return z.Since < presenceHold }

func (z *Zone) power() float64 {
	if z.Level <= 0 {
		return 0
	}
	return z.Rated * (0.06 + 0.94*z.Level/100)
}

// zoneOf are the sales zones' bounds from west to east, m.
var zoneOf = [...]float64{0, 8, 14.5, 19, store.Width}

const (
	salesZones = 4
	stockZone  = 4
	officeZone = 5
	zones      = 6
)

// people moves shoppers and tells cabinets, lights and doors of them.
func (m *Market) people(dt float64) {
	for _, o := range m.Crowd.Step(m.Now, dt, m.TillOpen) {
		if c := m.byID[o.Cabinet]; c != nil && c.Hinged() && c.Closing <= 0 {
			c.ShopperHolds = max(c.ShopperHolds, o.Seconds)
		}
	}
	for i := range m.Zones {
		m.Zones[i].Since += dt
	}
	for _, s := range m.Crowd.Shoppers {
		for i := range salesZones {
			if s.X >= zoneOf[i] && s.X < zoneOf[i+1] {
				m.Zones[i].Since = 0
			}
		}
	}
	m.Air.slideDoors(m.Crowd.Motion, dt)
}

// staff open and shut the shop, its tills and blinds, restock and clean.
func (m *Market) staff(dt float64) {
	hour := m.hour()
	attended := m.attended()
	m.Staff.Task = max(0, m.Staff.Task-dt)
	for _, c := range m.Cabinets {
		if !c.Hinged() && c.BlindIsShut == attended {
			c.BlindIsShut = !attended
			c.Controls.Blind = 0
			if !attended {
				c.Controls.Blind = 100
			}
		}
		for i, at := range m.Delivery {
			if since := hour - at; since > 0 && since < 1.5 && c.Restocking <= 0 && m.happens(m.Lot.Named(c.ID).Of(int64(i)), 0.7/(1.5*3600), dt) {
				m.load(c.ID, m.Lot.Named("goods").Named(c.ID).Of(m.Now.Unix()).Between(0.03, 0.10))
			}
		}
	}
	if attended && m.happens(m.Lot.Named("stock"), 1./1500, dt) { // somebody fetches something
		m.Zones[stockZone].Since = 0
	}
	if attended && m.happens(m.Lot.Named("office"), 1./2500, dt) {
		m.Zones[officeZone].Since = 0
	}
	if m.Cleaning > 0 {
		m.Cleaning -= dt
		for i := range salesZones {
			m.Zones[i].Since = 0
		}
	}
	m.lights(attended)
	for i := range m.Units {
		if u := &m.Units[i]; u.Night == m.heated() && m.UnitDay[i] != m.heated() {
			u.Night = !m.heated()
		}
		m.UnitDay[i] = m.heated()
	}
	m.roster(hour)
}

// happens tells whether something that comes by chance, so often a second, came in
// this step. Each tick of time has its lot, so that longer strides meet the same.
func (m *Market) happens(lot store.Lot, rate, dt float64) bool {
	tick := stride.Seconds()
	for t := 0.0; t < dt; t += tick {
		if lot.Of(m.Now.Unix() - int64(t)).Chance(rate * min(tick, dt)) {
			return true
		}
	}
	return false
}

// load begins the restocking of a cabinet.
func (m *Market) load(cabinet string, share float64) {
	if c := m.byID[cabinet]; c != nil {
		c.Restocking, c.RestockShare = restockTime, share
	}
}

func (m *Market) lights(attended bool) {
	for i := range m.Zones {
		z := &m.Zones[i]
		switch {
		case m.afflicted("lights-left-on", zoneID(i)):
			// the switch hangs in its on position: a written level stays
		case z.Schedule == 0:
			z.Level = 0
		case z.Schedule == 2:
			z.Level = 100
		case i < salesZones:
			if day := attended || m.Cleaning > 0; z.Day != day {
				z.Day = day
				z.Level = 5
				if day {
					z.Level = 100
				}
			}
		default:
			if z.Day != z.used() {
				z.Day = z.used()
				z.Level = 100 * one(z.Day)
			}
		}
	}
}

// roster opens tills by the hour, and for queues when the supervisor looks.
func (m *Market) roster(hour float64) {
	plan := m.rostered(hour)
	waiting := 0
	for i := range m.TillOpen {
		waiting += m.Crowd.AtTill(i)
	}
	if m.Staff.Watches {
		plan = max(plan, 1+waiting/peoplePerOne)
	}
	plan = min(plan, m.Staff.OnDuty, len(m.TillOpen))
	if plan != m.Staff.Plan && m.Now.Second() == 0 && m.Now.Minute()%rosterEvery == 0 {
		m.Staff.Plan = plan
		for i := range m.TillOpen {
			m.TillOpen[i] = i < plan
		}
	}
}

// rosterEvery is how often tills are opened and shut by the roster, minutes.
const rosterEvery = 5

// rostered is how many tills the roster has open at an hour, as it was written before
// the day.
func (m *Market) rostered(hour float64) int {
	plan := 1
	if rate := m.Crowd.Rate(hour) / (1 + m.Crowd.Rush); rate > 110 {
		plan = 3
	} else if rate > 55 {
		plan = 2
	}
	return min(plan, m.Staff.OnDuty, len(m.TillOpen))
}

// neverToday is told for the minutes to what does not come any more.
const neverToday = 1440

// rosterNext is how many tills the roster has open next, and in how many minutes;
// neverToday: it stays as it is.
func (m *Market) rosterNext() (tills, in float64) {
	at := func(t time.Time) int { return m.rostered(float64(t.Hour()) + float64(t.Minute())/60) }
	mark := m.Now.Truncate(rosterEvery * time.Minute)
	now := at(mark)
	for t := mark.Add(rosterEvery * time.Minute); t.YearDay() == m.Now.YearDay(); t = t.Add(rosterEvery * time.Minute) {
		if n := at(t); n != now {
			return float64(n), math.Ceil(t.Sub(m.Now).Minutes())
		}
	}
	return float64(now), neverToday
}

// staffed tells whether somebody sits at a till: it is open, or was shut and there is
// still somebody to be served.
func (m *Market) staffed(till int) bool { return m.TillOpen[till] || m.Crowd.AtTill(till) > 0 }

// available are the people who could open a till now.
func (m *Market) available() int {
	n := m.Staff.OnDuty
	for i := range m.TillOpen {
		n -= int(one(m.staffed(i)))
	}
	if m.Staff.Task > 0 {
		n--
	}
	return max(0, n)
}

// openTill opens or shuts a till; nobody opens one when no hand is free.
func (m *Market) openTill(i int, open bool) {
	if open && !m.staffed(i) && m.available() == 0 {
		return
	}
	m.TillOpen[i] = open
}

// hour is the time of day. It is worked out once a stride: much depends on it.
func (m *Market) hour() float64 {
	if m.Now != m.hourAt {
		m.hourAt, m.hourIs = m.Now, float64(m.Now.Hour())+float64(m.Now.Minute())/60+float64(m.Now.Second())/3600
	}
	return m.hourIs
}

// inside is the number of people on the sales floor.
func (m *Market) inside() int { return m.Crowd.Count() + m.Guests }

// attended tells whether staff are in the shop.
func (m *Market) attended() bool {
	h := m.hour()
	return h > m.Crowd.Opens-0.5 && h < m.Crowd.Closes+0.5
}

// open tells whether customers may be in it.
func (m *Market) open() bool { h := m.hour(); return h >= m.Crowd.Opens && h < m.Crowd.Closes }

// heated tells whether the day's set point holds.
func (m *Market) heated() bool {
	h := m.hour()
	return h > m.Crowd.Opens-1.5 && h < m.Crowd.Closes+0.25
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// quarter rounds an hour to the quarter.
func quarter(h float64) float64 { return math.Round(h*4) / 4 }
