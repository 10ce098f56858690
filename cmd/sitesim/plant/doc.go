// Package plant is the physics of the emulated shop: sixteen refrigerated
// cabinets with their refrigeration cycles, the sales floor's air, the HVAC
// units, lights, doors, tills and the meter, the faults that can befall the
// cabinets and the remedies that mend them.
//
// It shares no formula and no package with the twin that watches it, and knows
// neither network nor files: a diagnosis that is right here is right about
// something the diagnoser never saw. All state lives in exported fields, so a
// plant can be saved and resumed; everything else is drawn again from the seed.
//
// Start reading at Plant.Step (plant.go), then Cabinet.step (cabinet.go).
//
// Units: °C, W, J/K, seconds, metres. One step of one second costs a few
// microseconds; a day costs well under a second.
package plant
