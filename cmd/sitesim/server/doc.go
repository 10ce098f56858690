// Package server puts the plant on the network as a real one would be: an OPC
// UA server with one secured endpoint, a user with a password, an address space
// to browse, range checks on every write, methods that inject faults, and a
// clock that survives restarts. It knows nothing of who connects.
//
// The library it stands on survives hostile bytes badly, so it listens on the
// loopback interface only, and a connection that makes it panic costs that
// connection alone. Start reading at Run (run.go).
package server
