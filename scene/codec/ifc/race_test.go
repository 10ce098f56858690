//go:build race

package ifc_test

// raced tells that the race detector is on, which takes memory of its own.
const raced = true
