package plant

// Feed is the refrigerant that a shared rack supplies a cabinet with, through an
// expansion valve that keeps the vapour at its outlet a little superheated.
type Feed struct {
	Evaporating float64 // °C, saturation at the rack's suction pressure
	Liquid      float64 // share of liquid before the valve; the rest is flash gas
	Valve       float64 // opening, 0 to 1
	Superheat   float64 // K at the evaporator's outlet
	Heat        float64 // W drawn in this step
}

const (
	superheatGoal = 7.0   // K the valve's controller wants
	valveTime     = 900.0 // s·K, its integral action
	valveLeast    = 0.08  // a closed solenoid closes it; open, it passes at least this
	valveReach    = 2.2   // flow of the open valve against the rated one
	coilApproach  = 5.5   // K between coil and refrigerant at rated capacity, half wetted
	dryLeft       = 1.0   // K of superheat that is there even in a flooded coil
)

// draw takes heat from the coil, W, and moves the valve. The share of the coil
// that is wetted gives up heat; vapour warms in the rest. Which of the two limits
// it tells a starved evaporator from a frosted one.
func (f *Feed) draw(open bool, capacity, coil, dt float64) float64 {
	if !open {
		f.Heat = 0
		return 0
	}
	gap := max(coil-f.Evaporating, 0.1)
	gain := capacity / coilApproach * 2
	supplied := f.Valve * f.Liquid * valveReach * capacity
	f.Heat = min(0.97*gain*gap, supplied)
	dry := 1 - f.Heat/(gain*gap)
	f.Superheat += ((dryLeft + gap*dry*1.35) - f.Superheat) * min(1, dt/40)
	f.Valve = min(max(f.Valve+dt*(f.Superheat-superheatGoal)/valveTime, valveLeast), 1)
	return f.Heat
}
