package market

import (
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

const (
	stages         = 4
	stageTime      = 60.0  // s between two steps of capacity
	ratedSuction   = -9.0  // °C of the capacity figures
	ratedDischarge = 38.0  // °C
	suctionMass    = 130e3 // J/K of vapour, pipes and oil, as they damp the suction pressure
	kelvin         = 273.15
	headLeast      = 26.0 // °C the fans let the condensing temperature fall to
	headTrips      = 56.0 // °C: the high-pressure switch
	headResets     = 48.0
	washTime       = 240.0 // s
	liquidWhole    = 0.62  // charge below which gas reaches the valves
	liquidNone     = 0.30
)

// Rack is the compressors, the condenser and the receiver that the multidecks
// share.
type Rack struct {
	// The design, drawn from the seed.
	Capacity   float64 // W of all stages at the rating point
	Efficiency float64 // share of Carnot's
	Gain       float64 // W/K of the clean condenser, fans at full speed
	FanPower   float64 // W at full speed
	Mass       float64 // J/K of the condenser

	SuctionSetPoint float64 // °C, writable

	Suction, Head float64 // °C, saturation at the two pressures
	Running       int     // stages
	SinceStage    float64 // s
	Trend         float64 // K·s, integral of the suction's error
	Fan           float64 // share of full speed
	Tripped       bool
	Charge        float64 // share of the design's refrigerant
	Wash          float64 // s left of a condenser's washing
	Power         float64 // W
	Discharge     float64 // °C of the gas at the compressors' outlet
	Heat          float64 // W drawn by the cabinets
	In, Out       float64 // J, the books of the suction side
	Shown         struct{ Suction, Head, Discharge, Level, Power float64 }
}

func newRack(load float64, d store.Dice) Rack {
	c := load * d.Between(1.65, 1.95)
	return Rack{Capacity: c, Efficiency: d.Between(0.46, 0.54), Gain: c * d.Between(0.054, 0.064), FanPower: c * d.Between(0.03, 0.045),
		Mass: c * d.Between(4, 6), SuctionSetPoint: ratedSuction, Suction: ratedSuction, Head: 34, Running: 2, Charge: d.Between(0.93, 1)}
}

// rackTrouble is what ails a rack in one step.
type rackTrouble struct {
	capacity, fouling, leak float64 // share left, share of air lost, share of charge an hour
}

// step moves pressures and stages; the cabinets draw heat, W, at the suction.
func (r *Rack) step(heat, outdoor float64, t rackTrouble, dt float64) {
	r.Heat = heat
	r.Charge = max(0.05, r.Charge-t.leak*dt/3600)
	r.stage(dt)
	cooling, power := r.compress(t)
	r.Suction += dt / suctionMass * (heat - cooling)
	r.In, r.Out = r.In+heat*dt, r.Out+cooling*dt
	air := outdoor + 1.5
	want := min(max(0.35+(r.Head-max(headLeast, air+7))/9, 0.2), 1)
	r.Fan += (want - r.Fan) * min(1, dt/30)
	rejected := r.Gain * (0.08 + 0.92*math.Pow(r.Fan, 0.6)) * (1 - t.fouling) * (r.Head - air)
	r.Head += dt / r.Mass * (cooling + power - rejected)
	switch {
	case r.Head > headTrips:
		r.Tripped = true
	case r.Head < headResets:
		r.Tripped = false
	}
	r.Power = power + r.FanPower*r.Fan*r.Fan*r.Fan + 90
	lift := r.Head - r.Suction
	hot := r.Head + 12 + 0.55*lift + 9*(1-t.capacity) + 18*(1-r.liquid())
	r.Discharge += (hot - r.Discharge) * min(1, dt/120)
}

// stage switches one compressor in or out for the suction's sake.
func (r *Rack) stage(dt float64) {
	r.SinceStage += dt
	gap := r.Suction - r.SuctionSetPoint
	r.Trend = min(max(r.Trend+gap*dt, -180), 180)
	switch {
	case r.Tripped:
		r.Running = 0
	case r.SinceStage < stageTime:
	case r.Running < stages && (gap > 1.2 && r.Trend > 30 || gap > 3):
		r.Running, r.SinceStage, r.Trend = r.Running+1, 0, 0
	case r.Running > 0 && (gap < -1.2 && r.Trend < -30 || gap < -3):
		r.Running, r.SinceStage, r.Trend = r.Running-1, 0, 0
	}
}

// compress is the cooling and the power of the stages that run, W. Vapour gets
// thinner as the suction falls; work follows Carnot.
func (r *Rack) compress(t rackTrouble) (cooling, power float64) {
	ideal := r.Capacity * float64(r.Running) / stages * max(0.05, 1+0.034*(r.Suction-ratedSuction)) * max(0.2, 1-0.0105*(r.Head-ratedDischarge))
	lift := max(r.Head-r.Suction, 14)
	cop := r.Efficiency * (r.Suction + kelvin) / lift
	return ideal * t.capacity, ideal / cop * (0.45 + 0.55*t.capacity)
}

// liquid is the share of liquid that reaches the valves.
func (r *Rack) liquid() float64 {
	return min(max((r.Charge-liquidNone)/(liquidWhole-liquidNone), 0.12), 1)
}

// level is the receiver's, %: what the condenser does not hold.
func (r *Rack) level() float64 {
	return min(max(100*(r.Charge-0.42)/0.75-0.25*(r.Head-30), 0), 100)
}

// serve tells the cabinets what the rack gives them.
func (r *Rack) serve(f *plant.Feed) { f.Evaporating, f.Liquid = r.Suction, r.liquid() }

// pressure of saturated R-134a, bar: Clausius and Clapeyron through 2.006 bar at
// −10 °C and 10.166 bar at 40 °C; within 2 % from −30 °C to 60 °C.
func pressure(t float64) float64 { return math.Exp(10.860 - 2674.6/(t+kelvin)) }
