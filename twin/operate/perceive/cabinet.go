package perceive

import (
	"math"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	afterDefrost = 25 // minutes until a defrost's heat is drawn out again
	afterDrip    = 4  // until the coil has dripped off and its fan blows
)

// cabinets are refrigerated ones, with a compressor of their own or on a rack.
func cabinets() *family {
	return &family{
		name:  "cabinet",
		sites: []string{"store"},
		classes: []class{{Name: "door-ajar", Part: "door"}, {Name: "compressor-degradation", Part: "compressor"}, {Name: "blocked-condenser", Part: "condenser"},
			{Name: "evaporator-ice", Part: "evaporator"}, {Name: "fan-failure", Part: "fan"}, {Name: "sensor-bias", Part: "sensor"},
			{Name: "sensor-drift", Part: "sensor"}, {Name: "sensor-dead", Part: "sensor"}, {Name: "sensor-lying", Part: "sensor"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "air-temperature", "set-point", "compressor-running"))
			for _, t := range all {
				t.near["rack"] = site.Supplier(t.asset)
				t.near["weather"] = first(site, "weather-sensor")
				if t.near["rack"] == "" && m.of(t.asset, "valve-opening") != nil {
					t.near["rack"] = first(site, "condensing-unit")
				}
			}
			return all
		},
		of:    cabinetRow,
		weigh: weighProbe,
		like: []string{"air above set point, 30 min", "goods above set point, 30 min", "air above goods, 30 min", "air above coil while running, 30 min", "running share, 30 min",
			"fan power, 5 min", "superheat, 30 min", "valve, 30 min", "condensing above room, 15 min", "air swing, 30 min", "air flicker, 15 min", "coil, 30 min"},
	}
}

func cabinetRow(m *memory, t *thing, r *row) {
	s := func(name string) series { return m.of(t.asset, name) }
	air, goods, coil, set, run := s("air-temperature"), s("product-temperature"), s("evaporator-temperature"), s("set-point"), s("compressor-running")
	fan, power, hot := s("evaporator-fan-power"), s("compressor-power"), s("condensing-temperature")
	open, wide := s("door-angle"), 90.0
	if open == nil {
		open, wide = s("lid-position"), 0.9
	}
	calm := calmAfter(s("defrost-active"), afterDefrost)
	on, off := both(settled(run), calm), both(settled(not(run)), calm)
	calmAir := where(air, calm)

	above := minus(calmAir, set)
	r.add("air above set point, 5 min", "K", "air-temperature", above.few(0, 5))
	r.add("air above set point, 30 min", "K", "air-temperature", above.mean(0, 30))
	r.add("air above set point, 90 min", "K", "air-temperature", above.mean(0, 90))
	stored := minus(where(goods, calm), set)
	r.add("goods above set point, 5 min", "K", "product-temperature", stored.few(0, 5))
	r.add("goods above set point, 30 min", "K", "product-temperature", stored.mean(0, 30))
	r.add("goods above set point, against past", "K", "product-temperature", stored.mean(0, 30)-stored.past())
	r.add("goods trend, 30 min", "K/h", "product-temperature", stored.slope(30))
	r.add("goods trend, 90 min", "K/h", "product-temperature", stored.slope(90))
	gap := minus(calmAir, goods)
	r.add("air above goods, 5 min", "K", "air-temperature", gap.few(0, 5))
	r.add("air above goods, 30 min", "K", "air-temperature", gap.mean(0, 30))
	r.add("air above goods, against past", "K", "air-temperature", gap.mean(0, 30)-gap.past())
	r.add("air above goods, 15 min against past", "K", "air-temperature", gap.mean(0, 15)-gap.past())
	r.add("air above goods, change in half an hour", "K", "air-temperature", gap.mean(0, 15)-gap.mean(30, 45))
	r.add("air above goods, change in an hour", "K", "air-temperature", gap.mean(0, 15)-gap.mean(60, 80))
	r.add("air above goods, change before", "K", "air-temperature", gap.mean(30, 45)-gap.mean(75, 100))
	r.add("air above goods, trend 90 min", "K/h", "air-temperature", gap.slope(90))
	size, ago := gap.step(120)
	r.add("air above goods, largest step", "K", "air-temperature", size)
	r.add("air above goods, time since the largest step", "min", "air-temperature", ago)
	rise, from := gap.rise(150)
	r.add("air above goods, minutes that it took to change", "min", "air-temperature", rise)
	r.add("air above goods, minutes since it began to change", "min", "air-temperature", from)
	r.add("air above goods, 30 to 45 min ago, against past", "K", "air-temperature", gap.mean(30, 45)-gap.past())
	r.add("air above goods, 60 to 75 min ago, against past", "K", "air-temperature", gap.mean(60, 75)-gap.past())

	for _, b := range []int{0, 30, 60, 90, 120} {
		r.add("air above goods, "+minutes(b)+" ago, against the oldest hour", "K", "air-temperature", gap.mean(b, b+15)-gap.old())
	}
	size, ago = above.jolt(150)
	r.add("air above set point, largest jolt", "K", "air-temperature", size)
	r.add("air above set point, time since the largest jolt", "min", "air-temperature", ago)
	size, ago = gap.jolt(150)
	r.add("air above goods, largest jolt", "K", "air-temperature", size)
	r.add("air above goods, time since the largest jolt", "min", "air-temperature", ago)
	r.add("goods above set point, against the oldest hour", "K", "product-temperature", stored.mean(0, 20)-stored.old())
	r.add("goods trend, 150 min", "K/h", "product-temperature", stored.slope(150))

	// The air probe against the product probe and the coil, which lag and swing with the compressor.
	astray := calmAir.offset([]series{goods, coil, run, run.before(1), coil.before(1), goods.before(1)}, []float64{0.5, 0.5, 0, 0, 0, 0})
	r.add("air off what goods and coil tell, 5 min", "K", "air-temperature", astray.few(0, 5))
	r.add("air off what goods and coil tell, 15 min", "K", "air-temperature", astray.few(0, 15))
	r.add("air off what goods and coil tell, 30 min", "K", "air-temperature", astray.mean(0, 30))
	r.add("air off what goods and coil tell, 30 to 60 min ago", "K", "air-temperature", astray.mean(30, 60))
	r.add("air off what goods and coil tell, trend 60 min", "K/h", "air-temperature", astray.slope(60))
	jump, creep := astray.changes()
	r.add("air off what goods and coil tell, as a jump", "K", "air-temperature", jump.size)
	r.add("air off what goods and coil tell, minutes since it jumped", "min", "air-temperature", jump.ago)
	r.add("air off what goods and coil tell, as a creep", "K/h", "air-temperature", creep.size)
	r.add("air off what goods and coil tell, minutes since it crept", "min", "air-temperature", creep.ago)
	r.add("air off what goods and coil tell, beside any shape", "K", "air-temperature", min(jump.miss, creep.miss))
	r.add("air off what goods and coil tell, rather a jump than a creep", "", "air-temperature", math.Log(ratio(creep.miss+missLeast, jump.miss+missLeast)))

	lift := minus(calmAir, coil)
	drawn := where(lift, on)
	r.add("air above coil while running, 5 min", "K", "evaporator-temperature", drawn.few(0, 5))
	r.add("air above coil while running, 30 min", "K", "evaporator-temperature", drawn.few(0, 30))
	r.add("air above coil while running, against past", "K", "evaporator-temperature", drawn.few(0, 30)-drawn.past())
	r.add("air above coil while running, 10 min against past", "K", "evaporator-temperature", drawn.few(0, 10)-drawn.past())
	r.add("air above coil while running, trend 90 min", "K/h", "evaporator-temperature", drawn.slope(90))
	for _, b := range []int{0, 30, 60, 90} {
		r.add("air above coil while running, "+minutes(b)+" ago, against the oldest hour", "K", "evaporator-temperature", drawn.few(b, b+20)-drawn.old())
	}
	size, ago = drawn.step(150)
	r.add("air above coil while running, largest step", "K", "evaporator-temperature", size)
	r.add("air above coil while running, time since the largest step", "min", "evaporator-temperature", ago)
	rest := where(lift, off)
	r.add("air above coil at rest", "K", "air-temperature", rest.few(0, 45))
	r.add("air above coil at rest, against past", "K", "air-temperature", rest.few(0, 45)-rest.past())
	cold := where(minus(goods, coil), on)
	r.add("goods above coil while running", "K", "evaporator-temperature", cold.few(0, 30))
	r.add("goods above coil while running, against past", "K", "evaporator-temperature", cold.few(0, 30)-cold.past())
	r.add("coil, 30 min", "°C", "evaporator-temperature", where(coil, calm).mean(0, 30))
	iced := where(coil, on)
	r.add("coil while running, against past", "K", "evaporator-temperature", iced.few(0, 30)-iced.past())

	busy := where(run, calm)
	r.add("running share, 15 min", "", "compressor-running", busy.mean(0, 15))
	r.add("running share, 30 min", "", "compressor-running", busy.mean(0, 30))
	r.add("running share, 90 min", "", "compressor-running", busy.mean(0, 90))
	r.add("running share, against past", "", "compressor-running", busy.mean(0, 30)-busy.past())
	r.add("running now", "", "compressor-running", run.now())
	r.add("running without a break", "min", "compressor-running", run.lasting(90, 0.5))
	r.add("cooling rate while running", "K/h", "air-temperature", air.rate(30, on))
	r.add("warming rate at rest", "K/h", "air-temperature", air.rate(45, off))
	r.add("coil rate while running", "K/h", "evaporator-temperature", coil.rate(30, on))

	work := where(power, on)
	r.add("compressor power while running", "W", "compressor-power", work.few(0, 15))
	r.add("compressor power, against past", "%", "compressor-power", 100*(ratio(work.few(0, 20), work.past())-1))
	pull := where(zip(power, minus(hot, coil), ratio), on)
	r.add("compressor power per lift, against past", "%", "compressor-power", 100*(ratio(pull.few(0, 20), pull.past())-1))
	r.add("compressor power trend", "W/h", "compressor-power", work.slope(60))
	room := middle(m, "climate-sensor", "temperature", 0, 10)
	head := where(hot, on)
	r.add("condensing above room, 15 min", "K", "condensing-temperature", head.few(0, 15)-room)
	r.add("condensing above room, 5 min", "K", "condensing-temperature", head.few(0, 5)-room)
	r.add("condensing, against past", "K", "condensing-temperature", head.few(0, 15)-head.past())
	r.add("condensing above room, per kilowatt", "K/kW", "condensing-temperature", 1000*ratio(head.few(0, 15)-room, work.few(0, 15)))
	r.add("condensing, trend 30 min", "K/h", "condensing-temperature", head.slope(30))
	r.add("condensing at rest above room", "K", "condensing-temperature", where(hot, off).few(0, 20)-room)
	_, peak := hot.extremes(30)
	r.add("condensing, most in 30 min", "°C", "condensing-temperature", peak)
	r.add("condenser fan speed", "%", "condenser-fan-speed", s("condenser-fan-speed").now())

	blown := where(fan, calm)
	r.add("fan power, 5 min", "W", "evaporator-fan-power", blown.few(0, 5))
	r.add("fan power, against past", "%", "evaporator-fan-power", 100*(ratio(blown.few(0, 5), blown.past())-1))
	r.add("fan power, 15 min against past", "%", "evaporator-fan-power", 100*(ratio(blown.few(0, 15), blown.past())-1))
	// Its fan stands still in a defrost; long before its air is calm again it blows, or fails to.
	again := where(fan, calmAfter(s("defrost-active"), afterDrip))
	r.add("fan power since the defrost, 4 min against past", "%", "evaporator-fan-power", 100*(ratio(again.few(0, 4), blown.past())-1))
	r.add("fan power since the defrost, 10 min against past", "%", "evaporator-fan-power", 100*(ratio(again.few(0, 10), blown.past())-1))
	r.add("backup fan", "", "evaporator-fan-backup", s("evaporator-fan-backup").now())

	ajar := zip(open, open, func(x, _ float64) float64 { return x / wide })
	low, high := ajar.extremes(5)
	r.add("opening, 5 min", "", "door-angle", ajar.few(0, 5))
	r.add("opening, least in 5 min", "", "door-angle", low)
	r.add("opening, most in 5 min", "", "door-angle", high)
	low, _ = ajar.extremes(3)
	r.add("opening, least in 3 min", "", "door-angle", low)
	r.add("open without a break", "min", "door-angle", ajar.lasting(30, 0.01))
	r.add("open share, 10 min", "", "door-angle", ajar.share(10, 0.01))
	r.add("open share, 30 min", "", "door-angle", ajar.share(30, 0.01))
	r.add("open share, 90 min", "", "door-angle", ajar.share(90, 0.01))

	r.add("air known, 3 min", "", "air-temperature", air.known(3))
	r.add("air known, 8 min", "", "air-temperature", air.known(8))
	r.add("goods known, 5 min", "", "product-temperature", goods.known(5))
	r.add("air swing, 15 min", "K", "air-temperature", calmAir.span(15))
	r.add("air swing, 30 min", "K", "air-temperature", air.span(30))
	r.add("air swing, 60 min", "K", "air-temperature", air.span(60))
	r.add("air swing, against past", "K", "air-temperature", air.spread(30)-air.window(60, kept).spread(kept))
	r.add("coil swing, 30 min", "K", "evaporator-temperature", coil.span(30))
	r.add("goods swing, 30 min", "K", "product-temperature", goods.span(30))
	r.add("air flicker, 15 min", "K", "air-temperature", air.flicker(15))
	r.add("air goes with coil, 30 min", "", "air-temperature", air.goes(30, coil))
	r.add("air goes with goods, 60 min", "", "air-temperature", air.goes(60, goods))
	r.add("air trend, 15 min", "K/h", "air-temperature", calmAir.slope(15))
	r.add("air trend, 30 min", "K/h", "air-temperature", calmAir.slope(30))
	r.add("air trend, 90 min", "K/h", "air-temperature", calmAir.slope(90))

	r.add("defrost share, 30 min", "", "defrost-active", s("defrost-active").mean(0, 30))
	r.add("calm, last 30 min", "", "defrost-active", calm.mean(0, 30))
	dry := where(s("superheat"), on)
	r.add("superheat, 10 min", "K", "superheat", dry.few(0, 10))
	r.add("superheat, 30 min", "K", "superheat", dry.few(0, 30))
	r.add("superheat, against past", "K", "superheat", dry.few(0, 30)-dry.past())
	valve := where(s("valve-opening"), on)
	r.add("valve, 30 min", "%", "valve-opening", valve.few(0, 30))
	r.add("valve, against past", "%", "valve-opening", valve.few(0, 30)-valve.past())
	r.add("goes by the second sensor", "", "control-sensor", s("control-sensor").now())
	r.add("capacity boost", "", "capacity-boost", s("capacity-boost").now())

	rack := func(name string) series { return m.of(t.near["rack"], name) }
	r.add("suction above its set point", "K", "rack/suction-temperature", minus(rack("suction-temperature"), rack("suction-set-point")).mean(0, 15))
	over := where(minus(coil, rack("suction-temperature")), on)
	r.add("coil above suction while running", "K", "rack/suction-temperature", over.few(0, 20))
	r.add("coil above suction, against past", "K", "rack/suction-temperature", over.few(0, 20)-over.past())
	r.add("liquid in the receiver", "%", "rack/liquid-level", rack("liquid-level").mean(0, 10))
	r.add("room", "°C", "climate/temperature", room)
	r.add("outdoors", "°C", "weather/temperature", m.of(t.near["weather"], "temperature").mean(0, 10))
	r.add("set point changed", "K", "set-point", set.now()-set.past())
	r.add("frozen", "", "set-point", frozen(set.now()))
}

func frozen(set float64) float64 {
	switch {
	case math.IsNaN(set):
		return set
	case set < -10:
		return 1
	}
	return 0
}

// racks are compressors, condenser and receiver that cabinets share.
func racks() *family {
	return &family{
		name:    "rack",
		sites:   []string{"store"},
		classes: []class{{Name: "compressor-degradation", Part: "compressor"}, {Name: "refrigerant-leak", Part: "receiver"}, {Name: "blocked-condenser", Part: "condenser"}},
		find: func(site *twin.Site, m *memory) []*thing {
			all := thingsOf(having(site, m, "suction-temperature", "liquid-level", "condensing-temperature"))
			for _, t := range all {
				t.near["weather"] = first(site, "weather-sensor")
			}
			return all
		},
		of: rackRow,
	}
}

func rackRow(m *memory, t *thing, r *row) {
	s := func(name string) series { return m.of(t.asset, name) }
	suction, head, level, gas, power, stages := s("suction-temperature"), s("condensing-temperature"), s("liquid-level"), s("discharge-temperature"), s("power"), s("stages-running")
	out := m.of(t.near["weather"], "temperature")
	over := minus(suction, s("suction-set-point"))
	told := func(name, unit, signal string, v series) {
		r.add(name+", 5 min", unit, signal, v.few(0, 5))
		r.add(name+", 15 min", unit, signal, v.mean(0, 15))
		r.add(name+", 15 min against past", unit, signal, v.mean(0, 15)-v.past())
		r.add(name+", change in half an hour", unit, signal, v.mean(0, 10)-v.mean(30, 40))
		r.add(name+", change in an hour", unit, signal, v.mean(0, 10)-v.mean(60, 75))
		r.add(name+", trend 30 min", unit+"/h", signal, v.slope(30))
		r.add(name+", trend 90 min", unit+"/h", signal, v.slope(90))
	}
	told("suction above set point", "K", "suction-temperature", over)
	told("liquid level", "%", "liquid-level", level)
	told("condensing above outdoors", "K", "condensing-temperature", minus(head, out))
	told("gas above condensing", "K", "discharge-temperature", minus(gas, head))
	told("stages running", "", "stages-running", stages)
	told("power", "W", "power", power)
	each := zip(power, stages, func(p, n float64) float64 {
		if n < 0.5 {
			return math.NaN()
		}
		return p / n
	})
	told("power of a stage", "W", "power", each)
	told("fan speed", "1/min", "fan-speed", s("fan-speed"))
	r.add("condensing above outdoors, per kilowatt", "K/kW", "condensing-temperature", 1000*ratio(minus(head, out).mean(0, 15), power.mean(0, 15)))
	lift := minus(head, suction)
	r.add("gas above what the lift explains", "K", "discharge-temperature", zip(minus(gas, head), lift, func(g, l float64) float64 { return g - l/2 }).mean(0, 10))
	r.add("gas above what the lift explains, against past", "K", "discharge-temperature", zip(minus(gas, head), lift, func(g, l float64) float64 { return g - l/2 }).mean(0, 10)-zip(minus(gas, head), lift, func(g, l float64) float64 { return g - l/2 }).past())
	full := zip(level, head, func(l, h float64) float64 { return l + h/4 })
	told("liquid, of the condenser's too", "%", "liquid-level", full)
	r.add("power of a stage per lift, against past", "%", "power", 100*(ratio(zip(each, lift, ratio).mean(0, 15), zip(each, lift, ratio).past())-1))
	r.add("condensing", "°C", "condensing-temperature", head.mean(0, 10))
	r.add("outdoors", "°C", "weather/temperature", out.mean(0, 10))
	r.add("outdoors, trend 90 min", "K/h", "weather/temperature", out.slope(90))
	r.add("alarm share, 30 min", "", "alarm", s("alarm").mean(0, 30))
	r.add("spray", "", "spray-command", s("spray-command").now())
	var heats, warm, valves, drawn, defrost []float64
	for _, c := range supplied(m, t.asset) {
		heats = append(heats, m.of(c, "superheat").mean(0, 15))
		warm = append(warm, minus(m.of(c, "air-temperature"), m.of(c, "set-point")).mean(0, 20))
		valves = append(valves, m.of(c, "valve-opening").mean(0, 20))
		drawn = append(drawn, m.of(c, "compressor-running").mean(0, 15))
		defrost = append(defrost, m.of(c, "defrost-active").mean(0, 20))
	}
	r.add("superheat of its cabinets", "K", "superheat", median(heats))
	r.add("air above set point at its cabinets", "K", "air-temperature", median(warm))
	r.add("valves of its cabinets", "%", "valve-opening", median(valves))
	busy := sum(drawn)
	r.add("cabinets that draw", "", "compressor-running", busy)
	r.add("stages for a cabinet that draws", "", "stages-running", ratio(stages.mean(0, 15), busy))
	r.add("cabinets that defrost", "", "defrost-active", sum(defrost))
}

// supplied are the cabinets that hang on a rack: those that the site tells of, or,
// where it tells of none and there is one rack, all that have a valve and no
// compressor.
func supplied(m *memory, rack twin.AssetID) []twin.AssetID {
	for _, h := range m.site.Hangs {
		if h.From == rack {
			return h.To
		}
	}
	var out []twin.AssetID
	racks := 0
	for _, a := range m.site.Assets {
		switch {
		case a.Class == "condensing-unit":
			racks++
		case m.of(a.ID, "valve-opening") != nil && m.of(a.ID, "compressor-power") == nil:
			out = append(out, a.ID)
		}
	}
	if racks != 1 {
		return nil
	}
	return out
}

func sum(all []float64) float64 {
	if len(all) == 0 {
		return math.NaN()
	}
	s := 0.0
	for _, v := range all {
		if v == v {
			s += v
		}
	}
	return s
}
