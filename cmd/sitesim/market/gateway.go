package market

import (
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

const gateways = 5

// Gateways are the ways the samples come.
func (m *Market) Gateways() []string { return trial.IDs(m.Ways) }

// Down tells whether nothing comes through a gateway.
func (m *Market) Down(id string) bool { return trial.IsDown(m.Ways, id) }

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
