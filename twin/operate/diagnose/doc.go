// Package diagnose says which fault a refrigerated cabinet has, from the past
// half hour of its signals and its own past before that, and why. Features are
// physical and few, so that an explanation reads as an engineer would put it;
// each names the signal and the part of the cabinet that it was seen in. It
// must never know a screen, a protocol or how a plant is emulated. Start reading
// at Diagnoser.Diagnose, then features.go; corpus.go builds training tables.
package diagnose
