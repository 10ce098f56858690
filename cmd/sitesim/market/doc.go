// Package market is the physics of a whole shop: its sixteen cabinets, of which
// the multidecks share one compressor rack, two air handling units, the air of
// the sales floor, light zones, blinds, tills and their staff, a tariff with
// events, and the gateways that the samples come through; what can befall each
// of them, and what that costs. Everything about it is drawn from a seed.
//
// It shares no formula and no package with the twin that watches it and knows no
// network. One stride is five seconds. What things cost is declared in cost.go.
//
// Start reading at Market.Step (market.go).
//
// Units: °C, W, J/K, bar, seconds, metres, €.
package market
