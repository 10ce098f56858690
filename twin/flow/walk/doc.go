// Package walk moves people over a floor, step by step: where each wants to go,
// around whom and along which walls, and how fast the room before them lets
// them. It must never know a shop, a twin or a file; what people want is told to
// it (Send), and it tells who came (Arrived).
//
// The model is the anticipation velocity model (Xu, Chraibi and Seyfried,
// "Anticipation in a velocity-based model for pedestrian dynamics",
// Transportation Research C 133, 2021), which is the collision-free speed model
// (Tordeux, Chraibi and Seyfried, "Collision-free speed model for pedestrian
// dynamics", TGF 2015) with the next second foreseen, with three things of our
// own: the speed that a headway allows follows Weidmann's curve (headway.go);
// a step is cut so short that no two bodies and no body and wall can come to
// overlap (move.go), whatever the model wants; and who stands at a step for too
// long gives way sideways.
//
// A step reads where all stood before it and writes where they stand after it,
// so its result does not depend on the number of cores, and the same seed gives
// the same run. Lengths are metres, times seconds, points x and z of the site's
// frame. Start reading at World, then World.Step.
package walk
