// Package home is the physics of a house: six rooms with radiators, windows and
// people, a heat pump with its hot water, a ventilation unit with heat recovery,
// blinds, solar panels, a battery, a car to charge, a tariff, and the gateways
// that the samples come through; what can befall each of them, and what that
// costs. Everything about it is drawn from a seed.
//
// It shares no formula and no package with the twin that watches it and knows no
// network. One stride is ten seconds.
//
// Start reading at Home.Step (home.go), then Home.heat (rooms.go).
//
// Units: °C, W, J/K, kWh, seconds, €.
package home
