package perceive

import (
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// caused are claims at a cabinet that its rack can cause; shone are those that a
// heat wave can.
var (
	caused = []string{"compressor-degradation", "blocked-condenser", "evaporator-ice", "fan-failure", "sensor-bias", "sensor-drift"}
	shone  = []string{"blocked-condenser", "compressor-degradation"}
)

// lessSwept is what less air over a coil looks like; misread is what a probe that lies
// looks like.
var (
	lessSwept = []string{"evaporator-ice"}
	misread   = []string{"evaporator-ice", "sensor-bias", "sensor-drift", "sensor-dead", "sensor-lying"}
)

// suspected is the probability of any fault from which on a supplier is asked
// before what it supplies.
const suspected = 0.5

// resensed is how long a valve's way is not judged, minutes, after its thermostat
// went over to another sensor: what it asks jumps then, what it had learnt was of
// the other one, and the features of a valve look back an hour.
const resensed = 90

// effect tells whether a claim is explained by what stands, or by what is about to
// be raised: the rack before its cabinets, the heat before condensers.
func (p *Perceiver) effect(c claim) bool {
	t, name := c.g.things[c.thing], c.g.family.classes[c.class-1].Name
	// Of who has just fallen silent wholly, nothing is told until the link has had its
	// say: a minute later it is heard again, or is unknown.
	// When its link is mended, its readings of the silence are missing still.
	if a := p.memory.assets[t.asset]; a != nil && c.g.family.name != "gateway" && (a.dumbNow() || a.returned()) {
		return true
	}
	if c.g.family.name == "cabinet" {
		// What has been answered is still there. A fan that stands in moves less air than the
		// one that failed, and a probe that the controls were taken off goes on lying, until
		// it has been so for longer than what is usual looks back.
		if p.memory.of(t.asset, "evaporator-fan-backup").share(kept, 0.5) > 0 && slices.Contains(lessSwept, name) ||
			p.memory.of(t.asset, "control-sensor").share(kept, 0.5) > 0 && slices.Contains(misread, name) {
			return true
		}
	}
	if room := t.near["room"]; c.g.family.name == "radiator" && p.memory.of(room, "control-sensor").changed(resensed) {
		return true
	}
	if c.g.family.name == "climate-sensor" && name == "sensor-drift" {
		// What each is held against moves with the one that errs: that has come farthest.
		for _, other := range c.g.things {
			if other.asset != t.asset && strays(p.memory, other) > strays(p.memory, t) {
				return true
			}
		}
	}
	for _, s := range p.standing {
		at := s.perception.Situation
		switch {
		case c.g.family.name == "radiator" && at.Class == "sensor-drift" && at.Asset == t.near["room"]:
			return true // the valve does what the wrong sensor asks
		case c.g.family.name == "climate-sensor" && s.group.family.name == "climate-sensor" && at.Asset != t.asset && slices.Contains(misread, at.Class) && slices.Contains(misread, name):
			return true // it moves back when that is mended
		case at.Class == "communication-loss" && p.memory.assets[t.asset] != nil && p.memory.assets[t.asset].quiet > 0 && c.g.family.name != "gateway":
			return true
		case at.Class == "heat-wave" && slices.Contains(shone, name):
			return true
		case s.group.family.name == "rack" && t.near["rack"] == at.Asset && slices.Contains(caused, name):
			return true
		}
	}
	if c.g.family.name != "cabinet" || t.near["rack"] == "" || !slices.Contains(caused, name) {
		return false
	}
	for _, g := range p.groups {
		if g.family.name != "rack" {
			continue
		}
		for i, r := range g.things {
			if n := len(g.traces[i]); r.asset == t.near["rack"] && n > 0 && g.traces[i][n-1][0] < 1-suspected {
				return true
			}
		}
	}
	return false
}

// effects are the assets that a claim's cause reaches.
func (p *Perceiver) effects(c claim) []twin.AssetID {
	t := c.g.things[c.thing]
	var out []twin.AssetID
	if c.g.family.name == "rack" {
		out = append(out, supplied(p.memory, t.asset)...)
	}
	if c.g.family.name == "gateway" {
		for _, a := range p.memory.site.Assets {
			if q := p.memory.assets[a.ID]; q != nil && a.ID != t.asset && q.quiet > 0 && q.usual > 0.5 {
				out = append(out, a.ID)
			}
		}
	}
	return out
}
