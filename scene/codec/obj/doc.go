// Package obj reads Wavefront OBJ files and their MTL materials (Alias,
// Advanced Visualizer manual, appendix B; the roughness and metalness of later
// MTL files too). Polygons of any shape, groups, objects, negative indices and
// lines carried on with a backslash are read; curves, surfaces and points are
// noted and left out. It opens no file and must never know an asset.
//
// Start reading at Read; material.go reads MTL.
package obj
