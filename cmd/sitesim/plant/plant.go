package plant

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

const (
	// StepSeconds is the plant's time step: a quarter of the fastest time
	// constant, the probe's.
	StepSeconds = 1.0
	// settle is how long the plant runs before anybody looks: long enough for
	// every cabinet to have defrosted once.
	settle       = 24 * time.Hour
	restockTime  = 240.0 // s of loading one cabinet
	baseLoad     = 1900. // W of tills, signs, servers and standby
	lightPower   = 68.   // W of a lamp at full level
	beltSpeed    = 0.18  // m/s
	motionHolds  = 2.0   // s the motion sensor reports after a passer-by
	blindOpensAt = 6.75  // hour
	blindShutsAt = 22.25
)

// Options say what kind of shop a plant is.
type Options struct {
	Seed  uint64
	Start time.Time // plant time of the first step that is seen
	// StaffMoveSetPoints lets staff change a set point now and then: a change
	// without a fault that a diagnosis must not mistake for one.
	StaffMoveSetPoints bool
}

// Plant is the whole shop. Exported fields are its state.
type Plant struct {
	Seed        uint64
	First       time.Time // plant time when it was first seen
	Now         time.Time
	StaffMove   bool
	Cabinets    []*Cabinet
	Room        Room
	Crowd       *store.Crowd
	Lights      [12]float64 // % level
	LightsAuto  bool        // last level asked by the schedule
	TillOpen    [4]bool
	TillsPlan   int
	Energy      float64 // kWh
	Power       float64 // W
	Staff       store.Dice
	Truth       []Episode
	Begun       []string // planned faults that have had their turn
	climate     climate
	byID        map[string]*Cabinet
	restockHour [2]float64
}

// Episode is a fault from onset to end; End is zero while it lasts.
type Episode struct {
	Device   string    `json:"device"`
	Fault    FaultKind `json:"fault"`
	Onset    time.Time `json:"onset"`
	End      time.Time `json:"end"`
	Severity float64   `json:"severity"`
}

// New builds a plant from a seed and lets it settle.
func New(o Options) *Plant {
	p := &Plant{Seed: o.Seed, First: o.Start, Now: o.Start.Add(-settle), Room: newRoom(o.Seed),
		Crowd: store.NewCrowd(o.Seed), Staff: store.NewDice(o.Seed, 4)}
	for i, d := range cabinetDevices() {
		p.Cabinets = append(p.Cabinets, NewCabinet(d.ID, d.Class, o.Seed, uint64(i)))
	}
	p.TillOpen[0] = true
	p.furnish()
	for p.Now.Before(o.Start) {
		p.Step()
	}
	p.Energy = 0
	p.StaffMove = o.StaffMoveSetPoints
	return p
}

// furnish draws again what the seed fixes.
func (p *Plant) furnish() {
	p.byID = map[string]*Cabinet{}
	devices := cabinetDevices()
	for i, c := range p.Cabinets {
		c.Design = draw(devices[i].Class, store.NewDice(p.Seed, 1000+uint64(i)))
		p.byID[c.ID] = c
	}
	d := store.NewDice(p.Seed, 5)
	p.climate = drawClimate(d)
	p.restockHour = [2]float64{d.Between(5.5, 9), d.Between(13, 17)}
}

func cabinetDevices() []store.Device {
	var all []store.Device
	for _, d := range store.Devices() {
		switch d.Class {
		case store.Freezer, store.Chest, store.Multideck:
			all = append(all, d)
		}
	}
	return all
}

// Step advances the shop by StepSeconds.
func (p *Plant) Step() {
	const dt = StepSeconds
	p.Now = p.Now.Add(time.Duration(dt * float64(time.Second)))
	p.people(dt)
	p.staff(dt)
	humidity := relative(p.Room.Temperature, p.Room.Water)
	bustle := min(1, float64(len(p.Crowd.Shoppers))/40)
	heat, power := baseLoad*0.8, baseLoad
	for _, c := range p.Cabinets {
		c.Step(Surroundings{p.Room.Temperature, humidity, p.Room.Outdoor, bustle}, dt)
		heat += c.HeatToRoom
		power += c.Power
	}
	for _, level := range p.Lights {
		w := lightWatts(level)
		heat += w
		power += w
	}
	p.Room.step(p.Now, p.climate, p.Crowd.Count(), p.Crowd.Motion, heat, dt)
	for _, h := range p.Room.Hvac {
		power += h.Power
	}
	p.Power = power
	p.Energy += power * dt / 3.6e6
	p.keepTruth()
}

func (p *Plant) people(dt float64) {
	for _, o := range p.Crowd.Step(p.Now, dt, p.TillOpen) {
		c := p.byID[o.Cabinet]
		if c != nil && c.Hinged() && c.Closing <= 0 {
			c.ShopperHolds = max(c.ShopperHolds, o.Seconds)
		}
	}
}

// staff open and shut the shop, its tills and blinds, and restock.
func (p *Plant) staff(dt float64) {
	hour := p.hour()
	night := hour < blindOpensAt || hour > blindShutsAt
	for _, c := range p.Cabinets {
		if !c.Hinged() && c.BlindIsShut != night {
			c.BlindIsShut = night
			c.Controls.Blind = 0
			if night {
				c.Controls.Blind = 100
			}
		}
		p.restock(c, hour, dt)
		if p.StaffMove && p.Staff.Chance(dt/(40*3600)) {
			c.Controls.SetPoint = c.Design.SetPoint + math.Round(p.Staff.Between(-2, 2)*2)/2
		}
	}
	if p.LightsAuto == night {
		p.LightsAuto = !night
		for i := range p.Lights {
			p.Lights[i] = 100
			if night {
				p.Lights[i] = 10
			}
		}
	}
	plan := 1
	switch n := len(p.Crowd.Shoppers); {
	case n > 28:
		plan = 4
	case n > 18:
		plan = 3
	case n > 9:
		plan = 2
	}
	if plan != p.TillsPlan && p.Now.Second() == 0 && p.Now.Minute()%5 == 0 { // the supervisor looks every five minutes
		p.TillsPlan = plan
		for i := range p.TillOpen {
			p.TillOpen[i] = i < plan
		}
	}
}

// restock happens about twice a day, near the hours of the deliveries.
func (p *Plant) restock(c *Cabinet, hour, dt float64) {
	for _, at := range p.restockHour {
		if d := hour - at; d > 0 && d < 1.5 && c.Restocking <= 0 && p.Staff.Chance(0.8*dt/(1.5*3600)) {
			c.Restocking = restockTime
			c.RestockShare = p.Staff.Between(0.05, 0.22)
		}
	}
}

func (p *Plant) hour() float64 {
	return float64(p.Now.Hour()) + float64(p.Now.Minute())/60 + float64(p.Now.Second())/3600
}

// Cabinet finds a cabinet by its id.
func (p *Plant) Cabinet(id string) (*Cabinet, error) {
	if c := p.byID[id]; c != nil {
		return c, nil
	}
	ids := make([]string, len(p.Cabinets))
	for i, c := range p.Cabinets {
		ids[i] = c.ID
	}
	return nil, fmt.Errorf("no cabinet is called %q: choose one of %s", id, strings.Join(ids, ", "))
}

// Inject starts a fault now and books it.
func (p *Plant) Inject(device string, kind FaultKind, severity float64) error {
	c, err := p.Cabinet(device)
	if err != nil {
		return err
	}
	if err := c.Inject(kind, severity); err != nil {
		return err
	}
	p.end(device, kind)
	p.Truth = append(p.Truth, Episode{Device: device, Fault: kind, Onset: p.Now, Severity: severity})
	return nil
}

// Clear ends a fault now.
func (p *Plant) Clear(device string, kind FaultKind) error {
	c, err := p.Cabinet(device)
	if err != nil {
		return err
	}
	if !c.Clear(kind) {
		return fmt.Errorf("%s has no fault %q now", device, kind)
	}
	p.end(device, kind)
	return nil
}

func (p *Plant) end(device string, kind FaultKind) {
	for i := range p.Truth {
		if e := &p.Truth[i]; e.Device == device && e.Fault == kind && e.End.IsZero() {
			e.End = p.Now
		}
	}
}

// keepTruth books faults that a remedy has ended.
func (p *Plant) keepTruth() {
	for i := range p.Truth {
		if e := &p.Truth[i]; e.End.IsZero() && !p.byID[e.Device].Has(e.Fault) {
			e.End = p.Now
		}
	}
}

func lightWatts(level float64) float64 {
	if level <= 0 {
		return 0
	}
	return lightPower * (0.08 + 0.92*level/100)
}
