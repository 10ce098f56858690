package plant

import (
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Physical constants.
const (
	kelvin      = 273.15
	latentFrost = 2.83e6 // J/kg, vapour to ice
	latentMelt  = 0.334e6
	doorWide    = 90.0 // degrees a shopper opens an upright door to
	lidWide     = 0.9  // metres a chest lid slides
	doorRate    = 30.0 // degrees a second, closer and shopper alike
	lidRate     = 0.4
	boostFactor = 1.6 // capacity with the economiser and full motor speed
	boostPower  = 1.7 // power grows more than capacity
	backupFlow  = 0.85
	cutoutHigh  = 72.0 // °C condensing: the high-pressure switch opens
	cutoutReset = 52.0
	minOff      = 90.0 // s, protects the motor
	minOn       = 60.0
	defrostMax  = 1800.0
	dripping    = 120.0
	motorLosses = 35.0 // W a running compressor takes at no lift
	mixing      = 1.6
	airEffort   = 0.65  // heat transfer grows with flow^0.65, turbulent coil
	cleanTime   = 120.0 // s of the blow-out
	cleanLeaves = 0.10  // share of the dirt that stays
)

// Controls are what the plant's operators can write.
type Controls struct {
	SetPoint          float64
	CondenserFanSpeed float64 // %
	BackupFan         bool
	UseProductProbe   bool
	Boost             bool
	Blind             float64 // % closed
}

// Readings are what the instruments show: lagged, noisy, rounded.
type Readings struct {
	Air, Product, Evaporator, Condensing float64
	CompressorPower, FanPower            float64
	DoorOpen                             bool
	Opening                              float64 // degrees or metres
}

// Books are the energy accounts since the start, J.
type Books struct{ In, Out float64 }

// Cabinet is one refrigerated cabinet. Exported fields are its state.
type Cabinet struct {
	ID       string
	Design   Design `json:"-"`
	Controls Controls
	Readings Readings
	Faults   []*Fault
	Dice     store.Dice // of its instruments
	Lot      store.Lot  // of what befalls it

	Air, Goods, Coil, Condenser float64 // °C
	Frost                       float64 // kg
	Probe, ProductProbe         float64 // °C, lagged truth
	Running                     bool
	SinceSwitch                 float64 // s
	Tripped                     bool
	Defrosting                  bool
	DefrostFor, DefrostIn       float64 // s
	Drip                        float64 // s left
	Opening                     float64 // degrees or metres now
	ShopperHolds                float64 // s a shopper still holds it open
	Restocking                  float64 // s staff still load
	RestockShare                float64 // share of goods exchanged by the whole loading
	Closing                     float64 // s the closer still pulls
	Cleaning                    float64 // s left
	Dirt                        float64 // share of condenser air lost to what a blow-out leaves
	BlindIsShut                 bool    // what the schedule last asked for
	Power                       float64 // W electrical of the whole cabinet
	HeatToRoom                  float64 // W, negative: it cools the room
	Books                       Books

	// What only a shop with a shared rack has.
	Ice     float64 `json:",omitempty"` // kg on the evaporator that no ordinary defrost melts
	Forced  float64 `json:",omitempty"` // s left of a defrost that was asked for
	Feed    *Feed   `json:",omitempty"` // nil: it has a compressor of its own
	Widened bool    `json:",omitempty"` // it can have the faults beyond the five
	Unseen  bool    `json:",omitempty"` // nobody reads its instruments: they rest
}

// Surroundings of a cabinet in one step.
type Surroundings struct {
	Room, Humidity, Outdoor float64 // °C, %, °C
	Bustle                  float64 // 0…1, people passing the air curtain
}

// NewCabinet makes a cabinet of a class; its design is drawn from a stream of the
// seed of its own.
func NewCabinet(id, class string, seed, stream uint64) *Cabinet {
	d := draw(class, store.NewDice(seed, 1000+stream))
	c := &Cabinet{ID: id, Design: d, Dice: store.NewDice(seed, 2000+stream), Lot: store.NewLot(seed, id)}
	c.Controls = Controls{SetPoint: d.SetPoint, CondenserFanSpeed: 100}
	c.Air, c.Goods, c.Coil, c.Condenser = d.SetPoint, d.SetPoint+0.3, d.SetPoint-3, 30
	c.Probe, c.ProductProbe = c.Air, c.Goods
	c.DefrostIn = d.DefrostFirst
	return c
}

// Hinged tells whether the cabinet has doors or a lid.
func (c *Cabinet) Hinged() bool { return c.Design.Class != store.Multideck }

// wide is the opening of a fully open door or lid.
func (c *Cabinet) wide() float64 {
	if c.Design.Class == store.Chest {
		return lidWide
	}
	return doorWide
}

// Step advances the cabinet by dt seconds.
func (c *Cabinet) Step(s Surroundings, dt float64) {
	e := c.effects(dt)
	c.moveDoor(&e, dt)
	c.control(&e, dt)
	c.exchange(&e, s, dt)
	c.measure(&e, dt)
}

// exchange moves heat between room, air, goods, coil and condenser.
func (c *Cabinet) exchange(e *effects, s Surroundings, dt float64) {
	d := &c.Design
	flow := c.flow(e)
	fan := c.fanPower(e)
	sensible, latent := c.infiltration(s)
	walls := d.WallGain * (s.Room - c.Air)
	toGoods := d.GoodsGain * (c.Air - c.Goods)
	coilGain := d.CoilGain * math.Pow(max(flow, 0.04), airEffort) / (1 + (c.Frost+c.Ice)/d.FrostFull)
	toCoil := coilGain * (c.Air - c.Coil)
	cooling, motor := c.cycle(e)
	if c.Feed != nil {
		cooling = c.Feed.draw(c.Running, d.Capacity, c.Coil, dt)
	}
	heater, melt := c.thaw(dt)
	goodsIn := c.restock(dt)

	c.Air += dt / d.AirMass * (walls + sensible + d.Lamp + fan - toGoods - toCoil)
	c.Goods += dt / d.GoodsMass * (toGoods + goodsIn)
	c.Coil += dt / d.CoilMass * (toCoil + latent + heater - cooling - melt)
	c.Frost += dt * latent / latentFrost

	cool := s.Room + d.RoomOffset
	if d.Remote {
		cool = s.Outdoor + 2 // the yard behind the shop is a little warmer than the air
	}
	rejected, condenserFan := 0.0, 0.0
	if c.Feed == nil {
		rejected, condenserFan = c.reject(e, cool)
		c.Condenser += dt / d.CondenserMass * (cooling + motor - rejected)
	}

	electric := motor + d.Lamp + fan + heater
	c.Power = electric + condenserFan
	c.HeatToRoom = -walls - sensible
	if !d.Remote {
		c.HeatToRoom += rejected + condenserFan
	}
	c.Books.In += dt * (walls + sensible + latent + d.Lamp + fan + heater + goodsIn)
	c.Books.Out += dt * (cooling + melt)
	c.Readings.CompressorPower = motor
}

// reject is the heat that leaves through the condenser and what its fan takes, W.
func (c *Cabinet) reject(e *effects, cool float64) (rejected, fan float64) {
	d := &c.Design
	fanShare := 0.06 // still air carries a little
	if c.Running || c.Condenser > cool+6 {
		fanShare += 0.94 * math.Pow(c.Controls.CondenserFanSpeed/100, 0.6)
		fan = d.CondenserFanPower * math.Pow(c.Controls.CondenserFanSpeed/100, 2.5)
	}
	return d.CondenserGain * fanShare * (1 - e.fouling) * (c.Condenser - cool), fan
}

// Stored is the heat in the cabinet's masses above 0 °C, J.
func (c *Cabinet) Stored() float64 {
	d := &c.Design
	return d.AirMass*c.Air + d.GoodsMass*c.Goods + d.CoilMass*c.Coil
}

// infiltration is the heat that room air brings in: W sensible and W latent.
// Gosney and Olama 1975: flow through an open door grows with the square root
// of the density difference, so heat grows with the 1.5th power of the gap.
func (c *Cabinet) infiltration(s Surroundings) (sensible, latent float64) {
	d := &c.Design
	gap := s.Room - c.Air
	if gap <= 0 {
		return 0, 0
	}
	total := d.CurtainGain * (1 - 0.62*c.Controls.Blind/100) * (0.93 + 0.14*s.Bustle) * gap
	if share := c.openShare(); share > 0 {
		total += d.OpenGain * share * gap * math.Sqrt(gap/40)
	}
	wet := min(max(0.12+0.003*(s.Humidity-50), 0.05), 0.3) // latent share of a sales floor's air
	return total * (1 - wet), total * wet
}

// openShare is the effective open area, 1 = fully open.
func (c *Cabinet) openShare() float64 {
	x := c.Opening / c.wide()
	if x <= 0 {
		return 0
	}
	if c.Design.Class == store.Chest {
		return math.Pow(x, 1.2) // cold air lies in a chest; a narrow slit spills little
	}
	// The gap's width is the chord of the angle; in a narrow gap the two
	// streams mix, so exchange falls faster than the width.
	return math.Pow(math.Sin(x*math.Pi/2), mixing)
}

// restock exchanges goods for warmer ones while staff load.
func (c *Cabinet) restock(dt float64) float64 {
	if c.Restocking <= 0 {
		return 0
	}
	c.Restocking -= dt
	const warmer, loading = 9, restockTime // K above the old ones after the walk from the cold store
	return c.Design.GoodsMass * c.RestockShare * warmer / loading
}

// cycle is the compressor's cooling and electrical power, W. Capacity falls
// with the lift as catalogue polynomials do (EN 12900), power follows Carnot.
func (c *Cabinet) cycle(e *effects) (cooling, motor float64) {
	if !c.Running || c.Feed != nil {
		return 0, 0
	}
	d := &c.Design
	ideal := d.Capacity * max(0.05, 1+0.033*(c.Coil-d.RatedEvaporating)) * max(0.2, 1-0.011*(c.Condenser-ratedCondensing))
	lift := max(c.Condenser-c.Coil, 12)
	cop := d.CycleEfficiency * (c.Coil + kelvin) / lift
	cooling, motor = ideal*e.capacity, ideal/cop*(0.35+0.65*e.capacity)
	if c.Controls.Boost {
		cooling, motor = cooling*boostFactor, motor*boostPower
	}
	return cooling, motor + motorLosses
}

// flow is the evaporator air flow, 1 = as designed.
func (c *Cabinet) flow(e *effects) float64 {
	if c.Defrosting && c.Design.DefrostHeat > 0 || c.Drip > 0 {
		return 0
	}
	if c.Controls.BackupFan {
		return max(e.fanFlow, backupFlow)
	}
	return e.fanFlow
}

func (c *Cabinet) fanPower(e *effects) float64 {
	if c.flow(e) == 0 && !c.Controls.BackupFan && e.fanFlow > 0 {
		return 0 // stands still for the defrost
	}
	power := c.Design.FanPower * e.fanDraw
	if c.Defrosting && c.Design.DefrostHeat > 0 || c.Drip > 0 {
		return 0
	}
	if c.Controls.BackupFan {
		power += 0.8 * c.Design.FanPower
	}
	return power
}

// Fork is a cabinet of its own that goes on as this one will.
func (c *Cabinet) Fork() *Cabinet {
	f := *c
	f.Dice = c.Dice.Fork()
	f.Faults = make([]*Fault, len(c.Faults))
	for i, x := range c.Faults {
		y := *x
		f.Faults[i] = &y
	}
	if c.Feed != nil {
		feed := *c.Feed
		f.Feed = &feed
	}
	return &f
}
