// Package energy learns how a heated building behaves from what was measured in
// it, and plans its heating over the prices, the weather and the comfort of the
// hours to come, with a reason for each action. Data in, data out: it does no
// I/O and knows neither a plant nor a protocol, and no formula of any emulation.
//
// Flow: Fit makes a Model of rows; Model.Roll tells the temperatures that follow
// from a heating; Model.Plan finds the heating that costs least within comfort;
// Plan.Reasons says why. Measure computes what a stretch of time came to. Units:
// °C, W, W/m², s, hours of the day; prices are money per kWh.
package energy
