// Package plan understands a drawing as the plan of a storey: which lines are
// walls, where doors and windows are, which rooms that makes, what stands in
// them. The result is a guess: each thing tells how sure it is, from which
// entities it was read and why, and the Draft carries questions whose answers,
// given to a second run, correct it. The same drawing and answers always give
// the same draft.
//
// It must never know a site, an asset or a file format other than the shapes of
// scene/codec/dxf. Start reading at Understand; the steps stand in the order in
// which they run: ink, pair, join, evidence, gap, graph, room, then solid and
// scene.
//
// Inside, coordinates are metres in the plan, x to the right and y up the
// sheet; what is handed out is in the frame of package scene, z = -y.
package plan
