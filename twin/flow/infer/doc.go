// Package infer finds fixtures and aisles from where people go and where they
// never do: squares of the floor that nobody's body ever covered, between squares
// that were, are taken as standing full, and cut into rectangles; long rectangles
// of free floor between them are aisles. How sure a fixture is follows from how
// many went past it and never through. What stands at a wall cannot be told from
// the wall. It must never know a site, a file or what a fixture sells.
//
// Lengths are metres. Start reading at Plan.
package infer
