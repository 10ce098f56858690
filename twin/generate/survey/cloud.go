package survey

import "github.com/glasstwin/glasstwin/scene/geom"

// Cloud is a scan as its reader hands it over.
type Cloud struct {
	Positions []float32 // x, y, z, relative to Offset
	Colors    []uint8   // r, g, b, sRGB; empty, or three for each position
	Normals   []float32 // x, y, z; empty, or three for each position
	Offset    geom.Vec3 // of the positions in the file's frame
	Up        geom.Vec3 // as the file says; zero: it does not
	Stations  []geom.Vec3
	Faces     []uint32
}
