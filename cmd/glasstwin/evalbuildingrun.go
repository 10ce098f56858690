package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/glasstwin/glasstwin/connectors/fmi"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/energy"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// building is a run of an FMU as its map reads it.
type building struct {
	*buildingMap
	fmu     *fmi.FMU
	run     *fmi.Run
	rows    []energy.Row // one for each step
	prices  []float64
	samples []energy.Sample
}

func hourOf(t float64) float64 { return math.Mod(t, day) / 3600 }

const kelvin = 273.15

// celsius turns what a variable has into °C.
func (b *building) celsius(number int, v float64) float64 {
	if number >= 0 && b.fmu.Variables[number].Unit == "K" {
		return v - kelvin
	}
	return v
}

// look samples the building.
func (b *building) look(ctx context.Context) (energy.Sample, energy.Row, error) {
	var ask []int
	for _, n := range b.read {
		if n >= 0 {
			ask = append(ask, n)
		}
	}
	values, err := b.run.Get(ctx, ask...)
	if err != nil {
		return energy.Sample{}, energy.Row{}, err
	}
	next := 0
	take := func() (float64, int) {
		n := b.read[next]
		next++
		if n < 0 {
			return 0, n
		}
		v := values[0].Number
		values = values[1:]
		return v, n
	}
	at := b.run.Time()
	s, r := energy.Sample{At: at}, energy.Row{Hour: hourOf(at)}
	lower, upper := b.comfort(hourOf(at))
	for range b.Zones {
		t, n := take()
		s.Temp, s.Lower, s.Upper = append(s.Temp, b.celsius(n, t)), append(s.Lower, lower), append(s.Upper, upper)
		heat, _ := take()
		r.Heat = append(r.Heat, heat)
	}
	r.Temp = s.Temp
	for range b.Power {
		p, _ := take()
		s.Power += p
	}
	r.Power = s.Power
	if b.Zones[0].Heat == "" {
		r.Heat[0] = s.Power
	}
	outside, n := take()
	r.Outside = b.celsius(n, outside)
	r.Sun, _ = take()
	price, _ := take()
	s.Price = b.Price.at(hourOf(at), price)
	co2, _ := take()
	s.CO2 = b.CO2.at(hourOf(at), co2)
	return s, r, nil
}

// step takes the building a step on, sampled on the way, and keeps its row.
func (b *building) step(ctx context.Context) error {
	from := b.run.Time()
	s, r, err := b.look(ctx)
	if err != nil {
		return err
	}
	b.prices = append(b.prices, s.Price)
	mean := r
	mean.Heat = make([]float64, len(r.Heat))
	mean.Outside, mean.Sun, mean.Power = 0, 0, 0
	n := math.Round(b.Step / b.Sampling)
	for k := 1.0; k <= n; k++ {
		if len(b.samples) == 0 || b.samples[len(b.samples)-1].At < s.At {
			b.samples = append(b.samples, s)
		}
		for z := range mean.Heat {
			mean.Heat[z] += r.Heat[z] / n
		}
		mean.Outside, mean.Sun, mean.Power = mean.Outside+r.Outside/n, mean.Sun+r.Sun/n, mean.Power+r.Power/n
		if err := b.run.Step(ctx, from+k*b.Sampling); err != nil {
			return err
		}
		if s, r, err = b.look(ctx); err != nil {
			return err
		}
	}
	b.samples, b.rows = append(b.samples, s), append(b.rows, mean)
	return nil
}

// coast leaves the building to its own controller until a time.
func (b *building) coast(ctx context.Context, until float64) error {
	for b.run.Time() < until-1 {
		if err := b.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// put sets a zone's point: °C, or a share of full heat.
func (b *building) put(ctx context.Context, zone int, value float64) error {
	p := b.points[zone]
	if b.fmu.Variables[p.Set].Unit == "K" {
		value += kelvin
	}
	list := []fmi.Setting{{Variable: p.Set, Value: fmi.Value{Number: value}}}
	if p.Activate >= 0 {
		list = append(list, fmi.Setting{Variable: p.Activate, Value: fmi.Value{Number: 1}})
	}
	return b.run.Set(ctx, list...)
}

// learn moves the set points about at random, each for some hours, and fits a
// model of what follows. It stays within what people bear.
func (b *building) learn(ctx context.Context, days int, dice *rand.Rand) (*energy.Model, error) {
	left := make([]int, len(b.Zones))
	until := b.run.Time() + float64(days)*day
	for b.run.Time() < until-1 {
		lower, upper := b.comfort(hourOf(b.run.Time()))
		for z := range b.Zones {
			if left[z]--; left[z] > 0 {
				continue
			}
			left[z] = 1 + dice.IntN(int(math.Ceil(5*3600/b.Step))) // up to five hours
			value := dice.Float64()
			if b.Zones[z].SetPoint != "" {
				lo, hi := max(b.Zones[z].Limits[0], lower-1, 15), min(b.Zones[z].Limits[1], upper+1, 26)
				value = lo + value*max(0, hi-lo)
			}
			if err := b.put(ctx, z, value); err != nil {
				return nil, err
			}
		}
		if err := b.step(ctx); err != nil {
			return nil, err
		}
	}
	return energy.Fit(b.rows, b.Step)
}

// action is what the twin did, and why.
type action struct {
	At     float64 `json:"at_s"`
	Zone   string  `json:"zone"`
	Set    float64 `json:"set"`
	Reason string  `json:"reason"`
	Why    string  `json:"why"`
}

// controller runs the twin's plans anew at each step.
type controller struct {
	*buildingMap
	model   *energy.Model
	state   *energy.State
	ahead   []energy.Row // of weather, as forecast, from a time on
	prices  []float64    // with it
	from    float64
	wishes  energy.Wishes
	last    []float64
	actions []action
	steward *operate.Steward
	guarded int
	seconds float64 // that it computed
	spoilt  float64 // K·h out of comfort in the day in hand
	passed  float64 // s of that day
}

func newController(m *buildingMap, model *energy.Model, past []energy.Row, ahead *building, from float64) *controller {
	c := &controller{buildingMap: m, model: model, ahead: ahead.rows, prices: ahead.prices, from: from, last: make([]float64, len(m.Zones))}
	worst := 0.0
	for _, v := range model.Error {
		worst = max(worst, v)
	}
	c.wishes = energy.Wishes{Margin: marginLeast + worst, Penalty: penalty}
	if len(past) > 0 {
		c.state = energy.Start(past[0].Temp)
	}
	for k := 0; k+1 < len(past); k++ {
		c.state = model.Observe(c.state, past[k].Heat, past[k+1].Temp)
	}
	for z := range c.last {
		c.last[z] = math.NaN()
	}
	return c
}

// The margin kept from the limits of comfort grows after days that were spoilt,
// and shrinks slowly after others.
const (
	marginLeast = 0.1
	marginMost  = 1.0
	marginUp    = 0.1
	marginDown  = 0.02
	spoiltMax   = 0.1 // K·h a day and zone
)

// drive operates a building until a time.
func (c *controller) drive(ctx context.Context, b *building, journal operate.Journal, until float64) error {
	plant := &buildingPlant{building: b, spent: map[twin.ProposalID]bool{}}
	c.steward = operate.NewSteward(plant, journal, planClass, nil)
	for b.run.Time() < until-1 {
		now := b.run.Time()
		began := time.Now()
		s, _, err := b.look(ctx)
		if err != nil {
			return err
		}
		if n := len(b.rows); n == 0 {
			c.state = energy.Start(s.Temp)
		} else {
			c.state = c.model.Observe(c.state, b.rows[n-1].Heat, s.Temp)
		}
		plan := c.model.Plan(c.state, c.hours(now), c.wishes)
		reasons := c.model.Reasons(plan)
		c.seconds += time.Since(began).Seconds()
		for z := range c.Zones {
			set, guards := c.guard(z, c.wanted(plan, z, s.Temp[z]))
			if set == c.last[z] {
				continue
			}
			c.last[z] = set
			c.actions = append(c.actions, action{now, c.Zones[z].Name, set, string(reasons[z].Kind), reasons[z].Text(c.Step)})
			if err := c.audited(ctx, plant, z, set, reasons[z].Text(c.Step), guards); err != nil {
				return err
			}
		}
		had := len(b.samples)
		if err := b.step(ctx); err != nil {
			return err
		}
		c.learnMargin(b.samples[max(0, had-1):])
	}
	return nil
}

func (c *controller) learnMargin(samples []energy.Sample) {
	c.spoilt += energy.Measure(samples, c.Area).Discomfort
	if c.passed += c.Step; c.passed < day {
		return
	}
	if c.spoilt > spoiltMax {
		c.wishes.Margin = min(marginMost, c.wishes.Margin+marginUp)
	} else {
		c.wishes.Margin = max(marginLeast, c.wishes.Margin-marginDown)
	}
	c.spoilt, c.passed = 0, 0
}

// hours are those to come, from the forecast; beyond its end, those a day before.
func (c *controller) hours(now float64) []energy.Hour {
	out := make([]energy.Hour, int(horizonHours*3600/c.Step))
	perDay := int(day / c.Step)
	for k := range out {
		i := int(math.Round((now-c.from)/c.Step)) + k
		for i >= len(c.ahead) {
			i -= perDay
		}
		r := c.ahead[i]
		end := hourOf(now + float64(k+1)*c.Step - 1) // the end of a step belongs to it
		lower, upper := c.comfort(end)
		// What begins within the next step is wanted at its beginning.
		nextLower, _ := c.comfort(hourOf(now + float64(k+1)*c.Step + 1))
		h := energy.Hour{Weather: energy.Weather{Hour: r.Hour, Outside: r.Outside, Sun: r.Sun}, Price: c.prices[i]}
		for range c.Zones {
			h.Lower, h.Upper = append(h.Lower, max(lower, nextLower)), append(h.Upper, upper)
		}
		out[k] = h
	}
	return out
}

// wanted turns the first step of a plan into what a zone's point takes. A set
// point beyond the thermostat's band makes it heat, or not, for the step.
func (c *controller) wanted(p *energy.Plan, z int, now float64) float64 {
	share := p.Heat[0][z] / c.model.HeatMax[z]
	if c.Zones[z].Level != "" {
		return math.Round(share*100) / 100
	}
	goal := p.Temp[0][z]
	switch band := c.Zones[z].Band; {
	case share > 0.6:
		goal = max(goal, now) + band
	case share < 0.1:
		goal = min(goal, now) - band - 0.1
	}
	// The thermostat itself keeps the limits of comfort within the step, should
	// the plan be wrong.
	lower, upper := c.comfort(p.Hours[0].Hour)
	goal = min(max(goal, lower+c.Zones[z].Band), min(upper, p.Hours[0].Upper[z])-c.Zones[z].Band)
	return math.Round(goal*10) / 10
}

// guard keeps a value within the map's limits and rate.
func (c *controller) guard(z int, value float64) (float64, []twin.GuardResult) {
	limits, rate := c.Zones[z].Limits, c.Zones[z].Rate
	if c.Zones[z].Level != "" && limits[0] == limits[1] {
		limits = [2]float64{0, 1}
	}
	safe := min(limits[1], max(limits[0], value))
	guards := []twin.GuardResult{{Guard: "limits", Passed: true, Detail: fmt.Sprintf("%.4g of %g to %g", safe, limits[0], limits[1])}}
	if rate > 0 && !math.IsNaN(c.last[z]) {
		safe = min(c.last[z]+rate, max(c.last[z]-rate, safe))
		guards = append(guards, twin.GuardResult{Guard: "rate", Passed: true, Detail: fmt.Sprintf("%.4g from %.4g, %g at most", safe, c.last[z], rate)})
	}
	if safe != value {
		c.guarded++
		guards[0].Detail += fmt.Sprintf("; the plan wanted %.4g", value)
	}
	return safe, guards
}
