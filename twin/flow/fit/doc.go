// Package fit sets simulated shoppers to a site's own recorded ways: how fast they
// stroll, how much is on their lists, what draws them, how long they stand before
// shelves and at tills, and how many come in which hour. It starts from what can
// be read off the ways and then simulates, looks at both with the same eyes, and
// corrects each figure by how far it came out (indirect inference, Gourieroux,
// Monfort and Renault 1993), so that what the eyes miss cancels out. How well it
// did is told by distances of distributions on ways that it has not seen
// (Distances). It must never know a file format of ways or who walked.
//
// The same ways, ground and seed give the same shoppers. Start reading at
// Calibrate, then looks.go.
package fit
