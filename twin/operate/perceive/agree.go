package perceive

import (
	"slices"

	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/faith"
	"github.com/glasstwin/glasstwin/xai/shap"
)

// shows are the signals in which the part at fault is itself seen, by family and
// situation: what an explanation must blame, when the cause is known. Signals in
// which its effects are seen do not count, however early they tell of it.
var shows = map[string]map[string][]string{
	"cabinet": {
		"door-ajar":              {"door-angle"},
		"compressor-degradation": {"compressor-power", "compressor-running", "evaporator-temperature"},
		"blocked-condenser":      {"condensing-temperature", "condenser-fan-speed"},
		"evaporator-ice":         {"evaporator-temperature", "superheat", "valve-opening"},
		"fan-failure":            {"evaporator-fan-power"},
		"sensor-bias":            {"air-temperature"},
		"sensor-drift":           {"air-temperature"},
		"sensor-dead":            {"air-temperature"},
		"sensor-lying":           {"air-temperature"},
	},
	"rack": {
		"compressor-degradation": {"stages-running", "power", "suction-temperature", "discharge-temperature"},
		"refrigerant-leak":       {"liquid-level"},
		"blocked-condenser":      {"condensing-temperature", "fan-speed"},
	},
	"air-handler": {
		"stuck-damper":                 {"damper-position"},
		"night-mode":                   {"night-mode"},
		"simultaneous-heating-cooling": {"heating-valve", "cooling-valve"},
	},
	"climate-sensor": {"sensor-drift": {"temperature"}, "sensor-dead": {"temperature"}},
	"light-zone":     {"lights-left-on": {"level", "power"}},
	"floor":          {"co2-crowding": {"occupancy", "in", "out"}, "queue-surge": {"queue-length"}},
	"aisle":          {"aisle-blocked": {"positions"}},
	"tariff":         {"demand-response": {"event-announced", "event-active", "event-starts-in", "event-limit"}},
	"outdoors":       {"heat-wave": {"temperature"}},
	"gateway":        {"communication-loss": {"heartbeat", "sequence"}},
	"room":           {"sensor-drift": {"temperature"}},
	"radiator":       {"stuck-valve": {"valve"}},
	"window":         {"window-open-while-heating": {"door-open"}},
	"heat-pump":      {"heat-pump-degraded": {"heat-power", "power", "compressor-running"}},
	"charger":        {"car-charging-at-peak": {"charge-power", "schedule"}},
	"battery":        {"battery-idle": {"mode", "charge-power"}},
	"shading":        {"blinds-open-in-heat": {"height-position", "blinds/height-position"}},
	"ventilation":    {"co2-bedroom": {"level", "speed", "power"}},
	"hot-water":      {"hot-water-too-cold": {"set-point", "hours-since-hot"}},
}

// blamed is what one explanation says of a situation whose cause is known: a share
// for each signal, and which of them show the cause.
type blamed struct {
	shares xai.Shares
	causes []int
}

// blame is what the shares of a standing situation say, as it is told, signal by
// signal: all that is computed from one signal is summed up.
func (s *standing) blame() (blamed, error) {
	g := s.group
	if err := g.explainable(); err != nil {
		return blamed{}, err
	}
	of := g.expl.Shares.Shares([][]float64{g.rows[s.thing]}, []int{s.class})[0]
	known := shows[g.family.name][g.family.classes[s.class-1].Name]
	var out blamed
	var signals []string
	for j, c := range g.columns {
		k := slices.Index(signals, c.Source)
		if k < 0 {
			k = len(signals)
			signals, out.shares.Of = append(signals, c.Source), append(out.shares.Of, 0)
			if slices.Contains(known, c.Source) {
				out.causes = append(out.causes, k)
			}
		}
		out.shares.Of[k] += of.Of[j]
	}
	return out, nil
}

// explainable makes the group's explainer when something of it is first explained.
func (g *group) explainable() error {
	if g.expl != nil {
		return nil
	}
	shares := shap.PathDependent(g.part.trees)
	if len(g.part.background) > 0 {
		var err error
		if shares, err = shap.Interventional(g.part.trees, g.part.background[:min(len(g.part.background), sharesBackground)]); err != nil {
			return err
		}
	}
	g.expl = &explainer{Model: g.part.trees, Shares: shares, Background: g.part.background}
	return nil
}

// agree are the figures of how often explanations blame the cause that is known.
func agree(all []blamed) ([]xai.Figure, error) {
	if len(all) == 0 {
		return nil, nil
	}
	var shares []xai.Shares
	var causes [][]int
	luck := 0.0
	for _, b := range all {
		shares, causes = append(shares, b.shares), append(causes, b.causes)
		luck += float64(len(b.causes)) / float64(len(b.shares.Of)) / float64(len(all))
	}
	a, err := faith.Agree(shares, causes)
	if err != nil {
		return nil, err
	}
	return []xai.Figure{{Name: faith.AgreementTop1, Value: a.Top1}, {Name: faith.AgreementTop3, Value: a.Top3}, {Name: faith.AgreementSign, Value: a.Sign},
		{Name: faith.AgreementRandom, Value: luck}, {Name: faith.AgreementRows, Value: float64(len(all))}}, nil
}
