// Package patch turns trimmed curved faces, as boundary representations give
// them (ISO 10303-42), into triangles: a face is a surface, and loops of edges
// that bound it; an edge is a stretch of a curve that its two faces share. Each
// edge is cut into chords once, so that neighbouring faces share its points and
// a closed body stays watertight; within a face, points are added until the
// triangles are as near to the surface as asked.
//
// It must never know a file format, a mesh for drawing or what a body is for.
// Lengths are metres, angles radians. Start reading at Face, then Tessellate,
// then unroll.go, where a closed surface is laid flat.
package patch
