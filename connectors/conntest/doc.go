// Package conntest holds the laws that every live link must keep, and runs them
// against one: nothing lost, nothing doubled, order kept, silence told, nothing
// written without a warrant and nothing twice. It must never know a protocol. A
// connector's test hands Run a Bench; memory.go is the first link that passes,
// with faults drawn from a seed. Start reading at Run (laws.go).
package conntest
