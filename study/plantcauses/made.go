package plantcauses

import (
	"math"
	"strings"

	"github.com/glasstwin/glasstwin/study/runs"
)

const (
	warm     = 16.0 // °C outdoors above which condensers follow the weather
	openMost = 30.0 // minutes that a door is told as open at most
	unseen   = 15   // readings without anybody before a light burns for nobody
)

// made are signals that are made of those of a device: each is none, or nearly so,
// while the device does as it should.
var made = map[string]runs.Source{
	"heat":              above(runs.Site("weather-1/temperature"), warm),
	"lit-alone":         litAlone,
	"temperature-gap":   runs.Less(runs.Own("temperature"), runs.Like("climate-sensor", "temperature")),
	"against-the-other": against("night-mode"),
	"damper-error":      runs.Less(runs.Own("damper-position"), runs.Own("damper-command")),
	"both-valves":       both("heating-valve", "cooling-valve"),
	"probe-gap":         runs.Less(runs.Own("air-temperature"), runs.Own("product-temperature")),
	"probe-moves":       runs.Movement("air-temperature"),
	"left-open":         leftOpen,
}

// behind is the signal that a made one is seen in.
var behind = map[string]string{
	"heat": "temperature", "lit-alone": "level", "temperature-gap": "temperature", "against-the-other": "night-mode",
	"damper-error": "damper-position", "both-valves": "heating-valve", "probe-gap": "air-temperature", "probe-moves": "air-temperature", "left-open": "door-open",
}

// Signal is the one that a node is seen in; "" of the air of the hall, which no device
// measures alone.
func Signal(name string) string {
	device, signal, _ := strings.Cut(name, "/")
	if device == "hall" {
		return ""
	}
	if of, ok := behind[signal]; ok {
		signal = of
	}
	return device + "/" + signal
}

// course is a node's signal.
func course(r *runs.Run, n node) []float64 {
	_, signal, _ := strings.Cut(n.name, "/")
	if s, ok := made[signal]; ok {
		return s(r, n.device)
	}
	if n.device == "hall" {
		return runs.Like("climate-sensor", signal)(r, "")
	}
	return r.Values(n.name)
}

// above is by how much a signal is above a bound.
func above(s runs.Source, bound float64) runs.Source {
	return func(r *runs.Run, device string) []float64 {
		v := s(r, device)
		out := make([]float64, len(v))
		for i, x := range v {
			out[i] = max(0, x-bound)
		}
		return out
	}
}

// litAlone is the level of a zone's light while nobody has been in the zone for a
// while, nor in the shop.
func litAlone(r *runs.Run, device string) []float64 {
	level, presence, people := r.Values(device+"/level"), r.Values(device+"/presence"), r.Values("counter-1/occupancy")
	out := make([]float64, len(level))
	alone := 0
	for i, x := range level {
		if alone++; presence[i] > 0 || people[i] > 2 {
			alone = 0
		}
		if alone > unseen {
			out[i] = x
		}
	}
	return out
}

// against is a switch less that of the other unit.
func against(signal string) runs.Source {
	return func(r *runs.Run, device string) []float64 {
		other := "hvac-1"
		if device == other {
			other = "hvac-2"
		}
		a, b := r.Values(device+"/"+signal), r.Values(other+"/"+signal)
		out := make([]float64, len(a))
		for i := range a {
			out[i] = math.Max(0, a[i]-b[i])
		}
		return out
	}
}

// both is how far two valves are open at once.
func both(a, b string) runs.Source {
	return func(r *runs.Run, device string) []float64 {
		x, y := r.Values(device+"/"+a), r.Values(device+"/"+b)
		out := make([]float64, len(x))
		for i := range x {
			out[i] = math.Min(x[i], y[i])
		}
		return out
	}
}

// leftOpen is for how long a door has not been shut, min.
func leftOpen(r *runs.Run, device string) []float64 {
	open := r.Values(device + "/door-open")
	out := make([]float64, len(open))
	for i, x := range open {
		if x > 0 && i > 0 {
			out[i] = min(openMost, out[i-1]+1)
		}
	}
	return out
}
