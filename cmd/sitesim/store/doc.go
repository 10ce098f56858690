// Package store is the emulated shop's floor: which fixtures and devices stand
// where, the walkways between them, and the shoppers who walk there, stop, open
// cabinet doors, queue and leave. It never knows temperatures, faults or the
// network. Start reading at Fixtures (layout.go), then NewCrowd (shoppers.go).
//
// Lengths are metres in the plan frame: x east, y north, origin at the shop's
// south-west corner.
package store
