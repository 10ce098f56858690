package trial

import (
	"fmt"
	"math"

	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
)

// Gateway is what the samples of a group of devices come through. It counts its
// own life: while it counts, a value that stands still is the instrument's fault.
type Gateway struct {
	ID         string
	Heartbeat  float64 // s; published as whole beats of ten seconds
	Sequence   int     // telegrams
	Down       bool
	Restarting float64 // s left
}

const (
	beatSeconds  = 10
	restartTakes = 25.0 // s
)

// NewGateways makes gateway-1 and so on.
func NewGateways(n int) []Gateway {
	all := make([]Gateway, n)
	for i := range all {
		all[i].ID = fmt.Sprintf("gateway-%d", i+1)
	}
	return all
}

// Step counts on, unless it is down.
func (g *Gateway) Step(dt float64) {
	if g.Restarting > 0 {
		if g.Restarting -= dt; g.Restarting <= 0 {
			g.Down = false
			g.Heartbeat, g.Sequence = 0, 0
		}
	}
	if !g.Down {
		g.Heartbeat += dt
		g.Sequence++
	}
}

// Points are what a gateway tells of itself, past itself.
func (g *Gateway) Points() []point.Point {
	return []point.Point{
		point.Count(g.ID, "Heartbeat", 1e9, func() float64 { return math.Floor(g.Heartbeat / beatSeconds) }),
		point.Count(g.ID, "Sequence", 1e9, func() float64 { return float64(g.Sequence) }),
		point.Momentary(g.ID, "RestartCommand", func() { g.Restarting = restartTakes }),
	}
}

// IDs are the gateways' names.
func IDs(all []Gateway) []string {
	ids := make([]string, len(all))
	for i, g := range all {
		ids[i] = g.ID
	}
	return ids
}

// IsDown tells whether one of them is.
func IsDown(all []Gateway, id string) bool {
	for i := range all {
		if all[i].ID == id {
			return all[i].Down
		}
	}
	return false
}
