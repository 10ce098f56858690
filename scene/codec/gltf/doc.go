// Package gltf reads and writes glTF 2.0 (ISO/IEC 12113), as GLB or as JSON with
// its files. A scene written is plain valid glTF: joints are animations that any
// viewer plays, and stand in the extras of their nodes besides, so that what is
// read back is the same scene. Light files are quantised
// (KHR_mesh_quantization), packed (EXT_meshopt_compression) and share repeated
// shapes. It is handed bytes and opens no file; it must never know an asset or a
// signal.
//
// The flow of reading: container.go takes a file apart, and joins one when
// writing; accessor.go gives its numbers, material.go its surfaces, texture.go
// their images, variant.go the choices between them, node.go its tree,
// animation.go turns what moves to joints. Of writing: write.go builds the
// document, surface.go its materials, stream.go its buffers, lattice.go chooses
// the grid of a quantised mesh, instances.go joins nodes that repeat. Start
// reading at Read and Write.
package gltf
