// Package aml reads and writes plant descriptions in AutomationML (IEC 62714)
// whose container is CAEX 2.15 or 3.0 (IEC 62424), as a single file or as an
// AMLX package. What classes give to their instances is written out, so that an
// Element says all that is known of it: roles, attributes, interfaces, place. It
// is handed bytes and opens no file; it must never know the catalogue, a mesh or
// a plant.
//
// The flow: container.go finds the root document of a package; library.go finds
// classes by path; read.go walks the instance hierarchies; check.go finds what a
// schema cannot; write.go writes a site's elements. Start reading at Read.
package aml
