package plantcauses

import (
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/study/runs"
	"github.com/glasstwin/glasstwin/xai/causal"
)

// stepLong is of how many readings a row is the mean.
const stepLong = 5

// outdoors is the device that tells the weather.
const outdoors = "weather-1"

// node is one signal of one device, told against its own median in the run's first
// readings.
type node struct {
	name   string // "rack-1/suction-temperature"
	device string
}

// topology says which node may act on which: what a plan of the plant shows, not
// how strongly, nor whether at all.
type topology struct {
	nodes []node
	edges []causal.Edge
	index map[string]int
}

func (t *topology) add(device string, signals ...string) {
	for _, s := range signals {
		name := device + "/" + s
		t.index[name] = len(t.nodes)
		t.nodes = append(t.nodes, node{name, device})
	}
}

// act allows an effect, after so many rows or more.
func (t *topology) act(least int, from, to string) {
	a, ok := t.index[from]
	b, fine := t.index[to]
	if ok && fine {
		t.edges = append(t.edges, causal.Edge{From: a, To: b, Least: least})
	}
}

// chain allows each signal of a device to act on those after it at once, and on
// those before it later: control acts back.
func (t *topology) chain(device string, signals ...string) {
	for i, a := range signals {
		for k, b := range signals {
			switch {
			case i < k:
				t.act(0, device+"/"+a, device+"/"+b)
			case i > k:
				t.act(1, device+"/"+a, device+"/"+b)
			}
		}
	}
}

// Signals of each kind of machine, in the order in which they act on each other at
// once; some are made of others (made.go).
var (
	ofRack      = []string{"liquid-level", "stages-running", "condensing-temperature", "fan-speed", "discharge-temperature", "power", "suction-temperature"}
	ofMultideck = []string{"evaporator-fan-power", "defrost-active", "superheat", "evaporator-temperature", "air-temperature", "probe-gap", "probe-moves"}
	ofCabinet   = []string{"left-open", "door-open", "evaporator-fan-power", "defrost-active", "compressor-running", "condensing-temperature", "compressor-power", "evaporator-temperature", "air-temperature", "probe-gap", "probe-moves"}
	ofUnit      = []string{"against-the-other", "damper-error", "damper-command", "heating-valve", "cooling-valve", "both-valves", "fan-speed", "supply-temperature"}
)

// devices of a class by number.
func numbered(kind string, n int) []string {
	var out []string
	for i := 1; i <= n; i++ {
		out = append(out, kind+"-"+string(rune('0'+i)))
	}
	return out
}

// store is the topology of the emulated store: the rack feeds the multidecks,
// outdoors and customers act on all, units and cabinets on the room's air, and the
// room's air on them.
func store() *topology {
	t := &topology{index: map[string]int{}}
	t.add("weather-1", "temperature", "heat", "irradiance")
	t.add("counter-1", "occupancy")
	lights, units, sensors := numbered("light-zone", 4), numbered("hvac", 2), numbered("climate", 6)
	multidecks, cabinets := numbered("multideck", 6), append(numbered("freezer", 6), numbered("chest", 4)...)
	for _, l := range lights {
		t.add(l, "lit-alone")
	}
	t.add("hall", "temperature", "co2")
	for _, c := range sensors {
		t.add(c, "temperature-gap")
	}
	for _, u := range units {
		t.add(u, ofUnit...)
	}
	t.add("rack-1", ofRack...)
	for _, c := range multidecks {
		t.add(c, ofMultideck...)
	}
	for _, c := range cabinets {
		t.add(c, ofCabinet...)
	}
	for _, s := range []string{"weather-1/temperature", "weather-1/irradiance", "counter-1/occupancy"} {
		t.act(0, s, "hall/temperature")
	}
	t.act(0, "counter-1/occupancy", "hall/co2")
	for _, l := range lights {
		t.act(0, l+"/lit-alone", "hall/temperature")
	}
	for _, u := range units {
		t.chain(u, ofUnit...)
		for _, s := range ofUnit {
			t.act(0, "weather-1/temperature", u+"/"+s)
			t.act(0, "weather-1/heat", u+"/"+s)
			t.act(0, "hall/temperature", u+"/"+s)
			t.act(0, "counter-1/occupancy", u+"/"+s)
		}
		for _, s := range []string{"supply-temperature", "fan-speed", "heating-valve", "cooling-valve"} {
			t.act(1, u+"/"+s, "hall/temperature")
		}
		for _, s := range []string{"fan-speed", "damper-command", "damper-error"} {
			t.act(1, u+"/"+s, "hall/co2")
		}
	}
	t.chain("rack-1", ofRack...)
	for _, s := range ofRack {
		t.act(0, "weather-1/temperature", "rack-1/"+s)
		t.act(0, "weather-1/heat", "rack-1/"+s)
		t.act(0, "hall/temperature", "rack-1/"+s)
	}
	for _, c := range multidecks {
		t.chain(c, ofMultideck...)
		for _, s := range []string{"suction-temperature", "liquid-level"} {
			for _, own := range []string{"superheat", "evaporator-temperature", "air-temperature"} {
				t.act(0, "rack-1/"+s, c+"/"+own)
			}
		}
		for _, own := range []string{"air-temperature", "evaporator-temperature", "superheat", "probe-gap"} {
			t.act(0, "hall/temperature", c+"/"+own)
			t.act(0, "counter-1/occupancy", c+"/"+own)
		}
		for _, s := range []string{"superheat", "air-temperature", "defrost-active"} {
			t.act(1, c+"/"+s, "rack-1/suction-temperature")
			t.act(1, c+"/"+s, "rack-1/stages-running")
		}
	}
	for _, c := range cabinets {
		t.chain(c, ofCabinet...)
		for _, s := range []string{"condensing-temperature", "air-temperature", "compressor-power", "compressor-running"} {
			t.act(0, "hall/temperature", c+"/"+s)
			t.act(0, "weather-1/temperature", c+"/"+s)
			t.act(0, "weather-1/heat", c+"/"+s)
		}
		t.act(0, "counter-1/occupancy", c+"/door-open")
		t.act(1, c+"/compressor-power", "hall/temperature")
	}
	return t
}

// names of the nodes.
func (t *topology) names() []string {
	var out []string
	for _, n := range t.nodes {
		out = append(out, n.name)
	}
	return out
}

// rows are those of a run: means over so many readings, less what was usual in the
// first of them.
func (t *topology) rows(r *runs.Run, from, to int) [][]float64 {
	n := (to - from) / stepLong
	out := make([][]float64, n)
	for k := range out {
		out[k] = make([]float64, len(t.nodes))
	}
	for j, nd := range t.nodes {
		v := course(r, nd)
		first := slices.DeleteFunc(slices.Clone(v[from:min(from+r.Well, to)]), math.IsNaN)
		middle := mean(first)
		for k := range out {
			part := slices.DeleteFunc(slices.Clone(v[from+k*stepLong:from+(k+1)*stepLong]), math.IsNaN)
			out[k][j] = mean(part) - middle
		}
	}
	return out
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v)) // NaN of none
}
