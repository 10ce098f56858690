package plant

import "github.com/glasstwin/glasstwin/cmd/sitesim/store"

// Design is what was bought and installed: drawn once from the seed, never
// changed by running. Two cabinets of one class are alike, never the same.
type Design struct {
	Class string

	AirMass, GoodsMass, CoilMass, CondenserMass float64 // J/K
	WallGain                                    float64 // W/K to the room
	GoodsGain                                   float64 // W/K air to goods
	CoilGain                                    float64 // W/K air to evaporator, full fan, no frost
	CondenserGain                               float64 // W/K to its cooling air, full fan, clean
	OpenGain                                    float64 // W/K of infiltration through the fully open door at 40 K
	CurtainGain                                 float64 // W/K through a multideck's air curtain
	Lamp                                        float64 // W of lamps and rails inside
	FanPower, CondenserFanPower                 float64 // W
	Capacity                                    float64 // W at the rating point
	RatedEvaporating                            float64 // °C
	CycleEfficiency                             float64 // share of the Carnot efficiency
	SetPoint, Hysteresis                        float64
	DefrostEvery, DefrostFirst                  float64 // s
	DefrostHeat                                 float64 // W; 0: by standing still
	DefrostEnds                                 float64 // °C of the coil
	FrostFull                                   float64 // kg that halve the coil's gain
	ProbeLag, GoodsProbeLag                     float64 // s
	ProbeNoise                                  float64 // K
	ProductOffset                               float64 // K, product probe above air in steady state
	ContactMisses                               float64 // degrees or metres of gap the door contact does not see
	RoomOffset                                  float64 // K, its corner of the sales floor against the mean
	Remote                                      bool    // condenser stands outdoors
}

// rated condensing temperature of the capacity figures, °C.
const ratedCondensing = 40

func draw(class string, d store.Dice) Design {
	about := func(v, spread float64) float64 { return v * d.Between(1-spread, 1+spread) }
	p := Design{
		Class:           class,
		CycleEfficiency: d.Between(0.42, 0.52),
		ProbeLag:        d.Between(15, 40),
		GoodsProbeLag:   d.Between(250, 450),
		ProbeNoise:      d.Between(0.03, 0.09),
		RoomOffset:      d.Between(-0.8, 0.8),
	}
	switch class {
	case store.Freezer:
		p.AirMass, p.GoodsMass, p.CoilMass, p.CondenserMass = about(19e3, .15), about(260e3, .3), about(8e3, .15), about(9e3, .2)
		p.WallGain, p.GoodsGain, p.CoilGain, p.CondenserGain = about(5.2, .2), about(26, .2), about(105, .12), about(150, .12)
		p.OpenGain, p.Lamp = about(330, .2), about(70, .2)
		p.FanPower, p.CondenserFanPower = about(42, .15), about(60, .15)
		p.RatedEvaporating, p.SetPoint, p.Hysteresis = -30, -20, d.Between(2, 3)
		p.DefrostEvery, p.DefrostHeat, p.DefrostEnds, p.FrostFull = d.Between(8, 12)*3600, about(1500, .15), 6, about(1.8, .2)
		p.ContactMisses, p.ProductOffset = 2, 0.4
		if d.Chance(0.4) {
			p.ContactMisses = d.Between(8, 14)
		}
	case store.Chest:
		p.AirMass, p.GoodsMass, p.CoilMass, p.CondenserMass = about(16e3, .15), about(320e3, .3), about(8e3, .15), about(8e3, .2)
		p.WallGain, p.GoodsGain, p.CoilGain, p.CondenserGain = about(4.6, .2), about(30, .2), about(90, .12), about(120, .12)
		p.OpenGain, p.Lamp = about(95, .2), about(25, .2)
		p.FanPower, p.CondenserFanPower = about(30, .15), about(45, .15)
		p.RatedEvaporating, p.SetPoint, p.Hysteresis = -31, -22, d.Between(2, 3)
		p.DefrostEvery, p.DefrostHeat, p.DefrostEnds, p.FrostFull = d.Between(16, 24)*3600, about(1100, .15), 6, about(1.6, .2)
		p.ContactMisses, p.ProductOffset = 0.02, 0.4
		if d.Chance(0.4) {
			p.ContactMisses = d.Between(0.10, 0.18)
		}
	default: // multideck
		p.AirMass, p.GoodsMass, p.CoilMass, p.CondenserMass = about(42e3, .15), about(560e3, .3), about(22e3, .15), about(26e3, .2)
		p.WallGain, p.GoodsGain, p.CoilGain, p.CondenserGain = about(14, .2), about(65, .2), about(430, .12), about(480, .12)
		p.CurtainGain, p.Lamp = about(125, .15), about(110, .2)
		p.FanPower, p.CondenserFanPower = about(95, .15), about(160, .15)
		p.RatedEvaporating, p.SetPoint, p.Hysteresis = -6, 3, d.Between(1.6, 2.4)
		p.DefrostEvery, p.DefrostEnds, p.FrostFull = d.Between(5, 7)*3600, 5, about(4, .2)
		p.ProductOffset, p.Remote = 0.5, true
	}
	p.DefrostFirst = p.DefrostEvery * d.Float64()
	p.Capacity = p.load() * d.Between(1.45, 1.8)
	return p
}

// load is the heat an ordinary hour brings in at a 22 °C room, W.
func (p Design) load() float64 {
	const room = 22
	gap := room - p.SetPoint
	traffic := 0.02 * p.OpenGain * gap // doors stand open one minute in fifty
	return (p.WallGain+p.CurtainGain)*gap + traffic + p.Lamp + p.FanPower
}
