// Package mesh makes triangle meshes light: equal vertices become one, repeated
// shapes become instances, surfaces lose the triangles that a stated error
// allows, and what is left is put into the order that compresses best. It also
// measures how far two scenes lie apart, so that every bound it keeps is
// checked by a measure that knows nothing of how the bound was kept.
//
// Bounds are metres of the world: a mesh drawn at 25 times its size is held to
// a 25th of the bound in its own frame. All results are deterministic: the same
// scene gives the same bytes on every machine and any number of cores.
//
// It must never know a file format (bytes belong to scene/codec) nor what a
// thing means. Start reading at Lighten, then Simplify, Instances and Distance.
package mesh
