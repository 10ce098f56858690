// Package gl draws frames with OpenGL 4.1 core. It holds every GL call of the
// house but those that show a finished picture. It must never know what an
// entity is, or own a window: it is made, used and closed on one thread, with a
// context current there.
//
// A frame goes through these passes: place (which nodes are where, and which
// are in sight), shadow (only when something moved), surfaces, background,
// overlays on the floor and in space, glass, resolve, outline, cards. Start
// reading at Renderer.Draw.
//
// Sketch of the cost on a CPU that also plays GPU (llvmpipe, two cores): 270 k
// triangles take 30 ms of vertex work whatever the picture's size; shading takes
// about 60 ns a pixel and sample. Hence few varyings, culling by instance, and
// half the pixels while the camera moves.
package gl
