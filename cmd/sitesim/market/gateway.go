package market

import "github.com/glasstwin/glasstwin/cmd/sitesim/store"

// gateway is what the samples of a group of devices come through. It counts its
// own life: while it counts, a value that stands still is the instrument's fault.
type gateway struct {
	id         string
	Heartbeat  float64 // s; published as whole beats of ten seconds
	Sequence   int     // telegrams
	Down       bool
	Restarting float64 // s left
}

const (
	beatSeconds  = 10
	restartTakes = 25.0 // s
)

func newGateways() []gateway {
	return []gateway{{id: "gateway-1"}, {id: "gateway-2"}, {id: "gateway-3"}, {id: "gateway-4"}, {id: "gateway-5"}}
}

func (g *gateway) step(dt float64) {
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

// Gateways are the ways the samples come.
func (m *Market) Gateways() []string {
	ids := make([]string, len(m.Ways))
	for i, g := range m.Ways {
		ids[i] = g.id
	}
	return ids
}

// Way is the gateway of a device; a gateway tells of itself past all of them.
func (m *Market) Way(device string) string {
	for _, d := range devices() {
		if d.ID == device {
			return wayOf(d)
		}
	}
	return ""
}

func wayOf(d store.Device) string {
	switch d.Group {
	case "Refrigeration":
		return "gateway-1"
	case "Climate":
		return "gateway-2"
	case "Lighting":
		return "gateway-3"
	case "Entrances", "Checkouts":
		return "gateway-4"
	case "Metering":
		return "gateway-5"
	}
	return ""
}

// Down tells whether nothing comes through a gateway.
func (m *Market) Down(id string) bool {
	for i := range m.Ways {
		if m.Ways[i].id == id {
			return m.Ways[i].Down
		}
	}
	return false
}
