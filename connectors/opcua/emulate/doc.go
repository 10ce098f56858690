// Package emulate serves any set of points over OPC UA, as the emulation of a
// plant on a developer's machine: one secured endpoint, one user with a
// password, units, ranges and types checked on every write. What the points are
// it must never know; the caller hands values in and is told of writes.
//
// The server library beneath survives hostile bytes badly. So it listens on the
// loopback interface only, and never stands before a real plant: this is no part
// of the twin. Start reading at New (server.go).
package emulate
