// Package collada reads and writes COLLADA 1.4.1 and 1.5.0 documents: meshes,
// materials, the tree of nodes, and of 1.5 the kinematics, as Khronos's
// specification of 2008 has them. It is how machines come with AutomationML:
// shape and joints in one file. It is handed bytes and opens no file; it must
// never know an asset or a signal.
//
// The flow: document.go finds elements by id and sid; geometry.go turns meshes
// to triangles; brep.go reads the topology of faces on curved surfaces,
// brepshape.go and brepedge.go their geometry, and brepshell.go makes triangles
// of them; material.go reads effects; tree.go walks the visual scene;
// kinematics.go ties joints to the transforms that they move; write.go writes
// shape and articulate.go motion. Start reading at Read and Write.
//
// Read are triangles, polylists, polygons, strips and fans; phong, blinn,
// lambert and constant effects with colours and images; revolute and prismatic
// joints with limits, and formulas that tie one joint to another linearly.
// Controllers are drawn in bind pose. Of breps all is
// read but parabolas and hyperbolas; what they tell of curves in the parameters
// of a surface is not needed. Lines, splines, lights and cameras are noted.
package collada
