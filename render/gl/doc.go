// Package gl draws frames with OpenGL 4.1 core. It holds every GL call of the
// house but those that show a finished picture. It must never know what an
// entity is, or own a window: it is made, used and closed on one thread, with a
// context current there.
//
// A draft, while the camera moves, goes through these passes: place (which nodes
// are where, and which are in sight), shadow (only when something moved),
// surfaces, background, overlays on the floor and in space, glass, resolve,
// outline, cards. A full picture is a photograph (film.go): depth, contact shade,
// surfaces in linear light, bloom, development into the screen's colours, then
// what a draft draws after its surfaces, and all of that again a part of a pixel
// aside as often as there is time. Light from outside comes from outside.go, and
// what of it and of luminaires reaches a place from shelter.go and luminaire.go.
// Start reading at Renderer.Draw.
//
// What is drawn is found by the stage (place.go): transforms of what moved
// (poses.go), what is in sight, through a tree, and hidden by nothing (sight.go,
// hiders.go), as batches of one level of one mesh (batches.go), whose draws are
// handed over by program and state (orders.go). Meshes are laid out (pack.go) and
// come into the graphics memory as they are wanted (supply.go); their coarser levels
// (forge.go), images (images.go) and the light between things (inside.go) are made
// beside the drawing.
//
// Sketch of the cost on a CPU that also plays GPU (llvmpipe, two cores, 1280×720):
// 270 k triangles take 30 ms of vertex work whatever the picture's size; shading
// takes about 100 ns a pixel; contact shade 18 ms, bloom 9 ms, development 8 ms.
// Four samples of every pixel would cost 3.5 times one. Hence few varyings,
// culling by instance, means of pictures instead of samples, and half the pixels
// while the camera moves.
package gl
