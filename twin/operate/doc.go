// Package operate runs the loop of autonomous operation: perceive, explain,
// propose, guard, decide, act, verify. It alone can make a Warrant, without
// which no connector writes. It must never know a protocol, a screen or the
// inside of a model: plant, journal and diagnosis are handed in. Start reading
// at Operator and Warrant.
package operate
