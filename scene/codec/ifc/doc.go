// Package ifc reads models of buildings written by IFC2x3, IFC4 and IFC4x3 as
// STEP physical files (ISO 10303-21, ISO 16739), plain, packed by gzip or as
// .ifczip: what stands where, its shape as triangles, its colours and textures,
// what it is made of, its properties and quantities in SI units, types, systems
// and ports, the rooms, and where on Earth all of it stands. It is handed bytes
// and opens no file; it must never know a store, an asset or a signal.
//
// The flow: container.go unpacks, step.go and cursor.go find the instances by
// their place in the text, value.go reads the arguments of one when somebody
// asks; names.go knows what is a kind of what; relations.go collects in one pass
// who belongs to whom. Then gather.go hands the elements to workers, each with a
// reader of its own, and puts together what they make in the order of the file:
// element.go and space.go take a product, placement.go and alignment.go its
// place, item.go and its neighbours its body from curve.go, profile.go and
// steel.go, advanced.go the curved faces by way of scene/geom/patch; boolean.go
// and partition.go cut, style.go and texture.go colour, mesh.go and triangles.go
// make what is drawn; leaf.go tells the leaves of doors and windows from their
// linings, opening.go hangs them. meaning.go, buildup.go and facts.go read what
// is not seen. Whatever cannot be understood is a Note that names its entity or its line;
// only a file that is no IFC file at all is an error. Start reading at Read.
//
// Chords of an arc enclose the area of the arc: a round pillar of 48 sides has
// the volume that it should, and reaches a third of a millimetre too far.
//
// Not read are half spaces behind curved surfaces, the cant of railways, and
// curves of alignments other than lines, circles and clothoids: they are noted.
// A WorldCoordinateSystem is told and not applied.
//
// Inside, lengths are metres in the file's own frame, +Z up; what comes out is
// in the frame of package scene, +Y up.
package ifc
