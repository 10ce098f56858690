// Package measure says in the field's own figures what people did on a floor:
// density and speed, flow and levels of service, dwell, exposure and the ways
// that were taken, queues, and what can be seen from where. It must never know
// who the people are, whether they were recorded or simulated, or what a shop
// sells. Each measure names its definition's source.
//
// Ways are twin.Trajectory: metres in the site's x and z, seconds. Start reading
// at density.go, then visits.go.
package measure
