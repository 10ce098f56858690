package plant

import "math"

// moveDoor lets shoppers, staff, the closer and an obstruction move the door.
func (c *Cabinet) moveDoor(e *effects, dt float64) {
	if !c.Hinged() {
		c.Opening = 0
		return
	}
	target := e.ajar
	if c.ShopperHolds > 0 {
		c.ShopperHolds -= dt
		target = max(target, 0.8*c.wide())
	}
	if c.Restocking > 0 && math.Mod(c.Restocking, 60) < 35 { // a trolley at a time
		target = max(target, 0.9*c.wide())
	}
	if c.Closing > 0 {
		c.Closing -= dt
		target = 0
	}
	rate := doorRate
	if c.wide() == lidWide {
		rate = lidRate
	}
	c.Opening += min(max(target-c.Opening, -rate*dt), rate*dt)
}

// control is the cabinet's own controller: thermostat, protection, defrost.
func (c *Cabinet) control(e *effects, dt float64) {
	d := &c.Design
	c.SinceSwitch += dt
	c.Cleaning = max(0, c.Cleaning-dt)
	c.scheduleDefrost(dt)
	switch {
	case c.Condenser > cutoutHigh:
		c.Tripped = true
	case c.Condenser < cutoutReset:
		c.Tripped = false
	}
	want := c.Running
	switch t := c.controlled(e); {
	case t > c.Controls.SetPoint+d.Hysteresis/2:
		want = true
	case t < c.Controls.SetPoint-d.Hysteresis/2:
		want = false
	}
	if c.Defrosting || c.Drip > 0 || c.Tripped {
		c.switchTo(false)
		return
	}
	if want && !c.Running && c.SinceSwitch >= minOff || !want && c.Running && c.SinceSwitch >= minOn {
		c.switchTo(want)
	}
}

func (c *Cabinet) switchTo(on bool) {
	if c.Running != on {
		c.Running, c.SinceSwitch = on, 0
	}
}

// controlled is the temperature the thermostat believes.
func (c *Cabinet) controlled(e *effects) float64 {
	if c.Controls.UseProductProbe {
		return c.ProductProbe - c.Design.ProductOffset
	}
	switch {
	case e.dead:
		return c.Controls.SetPoint + c.Design.Hysteresis // without a reading it cools on
	case e.lying != nil:
		return e.lying.Held
	}
	return c.Probe + e.bias
}

func (c *Cabinet) scheduleDefrost(dt float64) {
	d := &c.Design
	c.DefrostIn -= dt
	c.Drip = max(0, c.Drip-dt)
	if !c.Defrosting && c.DefrostIn <= 0 {
		c.Defrosting, c.DefrostFor = true, 0
		c.DefrostIn = d.DefrostEvery
	}
	if !c.Defrosting {
		return
	}
	c.DefrostFor += dt
	if c.Forced > 0 {
		c.thawForced(dt)
		return
	}
	if c.Frost <= 0.01 && c.Coil > d.DefrostEnds || c.DefrostFor > defrostMax {
		c.Defrosting, c.Drip = false, dripping
	}
}

// thawForced goes on with a defrost that was asked for; at its end the ice that
// had grown is gone, and with it what let it grow.
func (c *Cabinet) thawForced(dt float64) {
	left := max(0, c.Forced-dt)
	c.Ice *= left / c.Forced
	if c.Forced = left; left == 0 {
		c.Clear(EvaporatorIce)
		c.Defrosting, c.Drip = false, dripping
	}
}

// thaw is the heater's power and the heat that leaves with the melt water, W.
func (c *Cabinet) thaw(dt float64) (heater, melt float64) {
	if c.Defrosting {
		heater = c.Design.DefrostHeat
	}
	if c.Coil > 0 && c.Frost > 0 {
		const thawGain = 260 // W/K from the coil's metal into its frost
		melt = min(thawGain*c.Coil, c.Frost*latentMelt/dt)
		c.Frost = max(0, c.Frost-melt*dt/latentMelt)
	}
	return heater, melt
}

// measure lets the instruments follow the truth.
func (c *Cabinet) measure(e *effects, dt float64) {
	d := &c.Design
	c.Probe += dt / d.ProbeLag * (c.Air - c.Probe)
	surface := 0.65*c.Air + 0.35*c.Goods + d.ProductOffset
	c.ProductProbe += dt / d.GoodsProbeLag * (surface - c.ProductProbe)
	if c.Unseen {
		return
	}
	r := &c.Readings
	air := c.Probe + e.bias
	if e.lying != nil {
		air = e.lying.Held
	}
	r.Air = c.read(air, d.ProbeNoise, 0.1)
	if e.dead {
		r.Air = math.NaN()
	}
	r.Product = c.read(c.ProductProbe, d.ProbeNoise, 0.1)
	r.Evaporator = c.read(c.Coil, d.ProbeNoise, 0.1)
	r.Condensing = c.read(c.Condenser, 2*d.ProbeNoise, 0.1)
	r.CompressorPower = max(0, c.read(r.CompressorPower*(1+0.006*c.Dice.NormFloat64()), 0, 1))
	r.FanPower = max(0, c.read(c.fanPower(e)*(1+0.01*c.Dice.NormFloat64()), 0, 0.5))
	r.Opening = c.Opening
	if r.Opening > 0 {
		grain := 0.5
		if c.wide() == lidWide {
			grain = 0.005
		}
		r.Opening = math.Round(r.Opening/grain) * grain
	}
	r.DoorOpen = c.Opening > d.ContactMisses
}

func (c *Cabinet) read(truth, noise, grain float64) float64 {
	return math.Round((truth+noise*c.Dice.NormFloat64())/grain) * grain
}
