// Package generate makes a site from its sources: building models, drawings,
// scans, lists of fixtures and devices, descriptions of a plant and its address
// space. Run reads the sources and answers with a twin.Site and a report of what
// was understood; Scene draws a site, whose building ReadBuilding reads again;
// Adapt follows a plant that changes. It must never know a protocol or a screen,
// and nothing of a store is written into code: what a class of things means
// stands in the catalogue.
//
// The flow: kinds.go (what a file is) → sources.go (files to rows and
// buildings) → register.go (each source laid into one frame) → merge.go (what
// two sources both tell) → place.go (rows to assets) → arrange.go
// (places for what no row tells) → zone.go (rooms,
// departments, aisles) → bind.go (plant nodes to signals) → rules.go (guards and
// modes) → edits.go (what a person changed stays). building.go, draw.go and
// shell.go make the scene. Start reading at Run.
package generate
