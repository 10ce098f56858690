// Package handover writes a site as an AutomationML package for the engineering
// tools of others, and understands such a package again: what stands where, of
// which class, with which signals, shapes and joints. Shapes are COLLADA files
// of their own within the package, with their kinematics. It must never know the
// catalogue: classes are names here.
//
// The flow of writing: write.go lays out the elements, part.go cuts the shape of
// each out of the scene. words.go holds the names of roles and attributes that
// writing and reading share, and read.go takes them from an element. Start
// reading at Write and Told.
package handover
