// Package survey makes a twin of a building from a point cloud: it stands the
// cloud upright, finds storeys, walls, rooms, openings, stairs and objects, and
// builds watertight solids from them. What was assumed instead of seen is said,
// and where nothing was seen no wall is invented. Deviate measures how far the
// scan lies from the twin. It must never know a file format of scans, an asset
// or a screen; the classes that objects are fitted to are handed in.
//
// The flow: thin.go (points to evenly spread ones) → normal.go (noise out,
// surface normals) → up.go, frame.go (up, main directions) → storey.go →
// line.go (lines of walls in plan) → cell.go, plan.go, flow.go (cells between
// the lines, and which lie inside) → room.go, outline.go → wall.go, slab.go →
// opening.go → object.go, class.go, stair.go → scene.go, solid.go. Start reading
// at Reconstruct.
package survey
