// Package collada reads and writes COLLADA 1.4.1 and 1.5.0 documents: meshes,
// materials, the tree of nodes, and of 1.5 the kinematics, as Khronos's
// specification of 2008 has them. It is how machines come with AutomationML:
// shape and joints in one file. It is handed bytes and opens no file; it must
// never know an asset or a signal.
//
// The flow: document.go finds elements by id and sid; geometry.go turns meshes
// to triangles; material.go reads effects; tree.go walks the visual scene;
// kinematics.go ties joints to the transforms that they move; write.go writes
// shape and articulate.go motion. Start reading at Read and Write.
//
// Read are triangles, polylists, polygons, strips and fans; phong, blinn,
// lambert and constant effects with colours and images; revolute and prismatic
// joints with limits, and formulas that tie one joint to another linearly.
// Controllers are drawn in bind pose. Breps, lines, splines, lights and cameras
// are noted.
package collada
