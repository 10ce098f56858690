package perceive

import "github.com/glasstwin/glasstwin/xai/counterfactual"

// movable are the features that somebody can move, each with its bounds; what
// follows from them cannot be set. A counterfactual of a claim moves these alone.
var movable = map[string]map[string][2]float64{
	"cabinet": {
		"opening, 5 min": {0, 1}, "opening, least in 5 min": {0, 1}, "opening, least in 3 min": {0, 1}, "opening, most in 5 min": {0, 1}, "open without a break": {0, 30},
		"open share, 10 min": {0, 1}, "open share, 30 min": {0, 1}, "fan power, against past": {-100, 30}, "fan power, 15 min against past": {-100, 30}, "fan power, 5 min": {0, 300},
		"condensing above room, 15 min": {0, 60}, "condensing above room, 5 min": {0, 60}, "condensing, against past": {-20, 60}, "condensing above room, per kilowatt": {0, 200},
		"condenser fan speed": {20, 100}, "air known, 3 min": {0, 1}, "air known, 8 min": {0, 1}, "compressor power, against past": {-100, 100}, "compressor power per lift, against past": {-100, 100},
		"air above goods, against past": {-10, 10}, "air above goods, largest step": {-10, 10}, "air above goods, 5 min": {-15, 15}, "air above goods, 30 min": {-15, 15},
		"air above coil while running, against past": {-20, 20}, "air swing, 15 min": {0, 10}, "air goes with coil, 30 min": {-1, 1},
	},
	"rack": {
		"liquid level, 5 min": {0, 100}, "liquid level, 15 min": {0, 100}, "liquid level, 15 min against past": {-100, 20}, "liquid level, change in an hour": {-60, 20},
		"liquid level, change in half an hour": {-60, 20}, "condensing above outdoors, 15 min": {0, 50}, "condensing above outdoors, 5 min": {0, 50}, "condensing above outdoors, 15 min against past": {-20, 40},
		"gas above condensing, 15 min": {0, 80}, "gas above condensing, 15 min against past": {-20, 40}, "gas above what the lift explains": {-10, 50}, "gas above what the lift explains, against past": {-10, 50},
		"stages running, 15 min": {0, 4}, "power of a stage, 15 min": {0, 20000}, "power of a stage, 15 min against past": {-9000, 9000}, "power of a stage per lift, against past": {-100, 100},
	},
	"air-handler": {
		"damper off its command, 2 min": {-100, 100}, "damper off its command, 5 min": {-100, 100}, "damper off its command, least in 5 min": {0, 100}, "damper off its command, 15 min": {-100, 100},
		"night mode": {0, 1}, "night mode, without a break": {0, 120}, "night mode, 30 min": {0, 1}, "heating valve, 5 min": {0, 100}, "cooling valve, 5 min": {0, 100}, "both valves open, 5 min": {0, 100},
		"both valves open, 20 min": {0, 100}, "heating valve, least in 10 min": {0, 100}, "cooling valve, least in 10 min": {0, 100}, "heating enabled": {0, 1}, "cooling enabled": {0, 1},
	},
	"climate-sensor": {"above the others, against past": {-10, 10}, "above the others, against two hours ago": {-10, 10}, "above the others, trend 90 min": {-10, 10}, "known, 3 min": {0, 1}, "known, 8 min": {0, 1}},
	"light-zone":     {"level, 3 min": {0, 100}, "level, 30 min": {0, 100}, "lit without a break": {0, 180}, "lit and empty without a break": {0, 180}, "power": {0, 5000}, "schedule": {0, 2}},
	"floor":          {"people at the tills": {0, 60}, "people at an open till": {0, 60}, "tills open": {0, 20}, "people": {0, 300}, "carbon dioxide, 5 min": {400, 3000}, "people on the floor for a till": {0, 200}},
	"tariff":         {"event announced": {0, 1}, "event active": {0, 1}, "load shed": {0, 2}},
	"gateway":        {"heard, 1 min": {0, 1}, "heard, 2 min": {0, 1}, "heard, 4 min": {0, 1}, "beats in 2 min": {0, 12}, "beats in 4 min": {0, 24}},
	"window":         {"open without a break": {0, 120}, "open share, 20 min": {0, 1}, "open share, 45 min": {0, 1}},
	"radiator":       {"valve, 5 min": {0, 100}, "valve, 30 min": {0, 100}, "valve shut without a break": {0, 180}, "valve wide open without a break": {0, 180}},
	"charger":        {"charging, 2 min": {0, 22000}, "charging, 5 min": {0, 22000}, "schedule": {0, 2}, "charging without a break": {0, 60}},
	"battery":        {"mode": {0, 3}, "idle without a break": {0, 120}},
	"ventilation":    {"level": {0, 100}, "level, 10 min": {0, 100}, "level, against past": {-100, 100}, "speed": {0, 100}},
	"hot-water":      {"set point": {30, 65}, "set point, against past": {-30, 30}, "hours since it was hot": {0, 1000}, "hours since it was hot, jump in 60 min": {-400, 400}},
	"shading":        {"blinds, least shut": {0, 100}, "blinds, most shut": {0, 100}, "blinds up without a break": {0, 180}, "warm in the sun with the blind up, most": {0, 180}},
}

// actionable are the columns of a family that a counterfactual may move.
func (g *group) actionable() []counterfactual.Actionable {
	var out []counterfactual.Actionable
	for j, c := range g.columns {
		if b, ok := movable[g.family.name][c.Name]; ok {
			out = append(out, counterfactual.Actionable{Column: j, Low: b[0], High: b[1]})
		}
	}
	return out
}
