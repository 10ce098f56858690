package generate

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/glasstwin/glasstwin/twin/codec/shelves"
)

// Kinds of source files.
const (
	KindIFC       = "ifc"       // building model
	KindDrawing   = "drawing"   // plan: DXF
	KindScan      = "scan"      // points: LAS, LAZ, E57, PLY, PCD, XYZ
	KindModel     = "model"     // shape, some with joints: glTF, COLLADA, URDF, OBJ, STL, PLY with faces
	KindPlanogram = "planogram" // fixtures: CSV, XLSX
	KindDevices   = "devices"   // devices: CSV
	KindShelves   = "shelves"   // shelf poses, facings and products: JSON
	KindAML       = "aml"       // plant description: AutomationML
	KindNodeset   = "nodeset"   // address space of a plant: OPC UA NodeSet2
	KindPart      = "part"      // belongs to another source, as a texture or a mesh file does
)

// File is a source. A large one is read through At instead of Data.
type File struct {
	Kind string
	Name string // as it will stand below sources/, with slashes between folders
	Data []byte
	At   io.ReaderAt // open until Run ends; nil: Data has it all
	Size int64       // bytes behind At
}

// reader gives the bytes of either form.
func (f File) reader() (io.ReaderAt, int64) {
	if f.At != nil {
		return f.At, f.Size
	}
	return bytes.NewReader(f.Data), int64(len(f.Data))
}

// HeadMax is how much of a file KindOf looks at.
const HeadMax = 64 << 10

// byEnding names the kinds that a file's name tells alone.
var byEnding = map[string]string{
	".ifc": KindIFC, ".ifczip": KindIFC, ".dxf": KindDrawing,
	".las": KindScan, ".laz": KindScan, ".e57": KindScan, ".ply": KindScan, ".pcd": KindScan,
	".xyz": KindScan, ".pts": KindScan, ".ptx": KindScan, ".asc": KindScan, ".txt": KindScan,
	".glb": KindModel, ".gltf": KindModel, ".dae": KindModel, ".zae": KindModel, ".urdf": KindModel, ".stl": KindModel, ".obj": KindModel,
	".aml": KindAML, ".amlx": KindAML, ".xlsx": KindPlanogram, ".xlsm": KindPlanogram,
	".bin": KindPart, ".png": KindPart, ".jpg": KindPart, ".jpeg": KindPart, ".ktx2": KindPart, ".mtl": KindPart,
}

// KindOf tells the kind of a source by its name and its beginning; false when
// it is none. head may be nil when only the name is known.
func KindOf(name string, head []byte) (string, bool) {
	base := strings.ToLower(path.Base(name))
	switch ending := path.Ext(base); {
	case ending == ".csv" && isCloud(head):
		return KindScan, true
	case ending == ".csv" && strings.Contains(base, "device"):
		return KindDevices, true
	case ending == ".csv":
		return KindPlanogram, true
	case ending == ".ply" && hasFaces(head):
		return KindModel, true
	case ending == ".json":
		return KindShelves, head == nil || shelves.Is(head)
	case ending == ".xml":
		switch {
		case bytes.Contains(head, []byte("UANodeSet")):
			return KindNodeset, true
		case bytes.Contains(head, []byte("CAEXFile")):
			return KindAML, true
		case bytes.Contains(head, []byte("<COLLADA")), bytes.Contains(head, []byte("<robot")):
			return KindModel, true
		}
		return "", false
	default:
		kind, ok := byEnding[ending]
		return kind, ok
	}
}

// hasFaces tells a mesh from a scan by the header of a PLY file.
func hasFaces(head []byte) bool {
	header, _, whole := bytes.Cut(head, []byte("end_header"))
	if !whole {
		return false
	}
	for line := range strings.Lines(string(header)) {
		if w := strings.Fields(line); len(w) == 3 && w[0] == "element" && (w[1] == "face" || w[1] == "tristrips") && w[2] != "0" {
			return true
		}
	}
	return false
}

// isCloud tells whether a list of values is one of points: its first lines hold
// numbers only.
func isCloud(head []byte) bool {
	lines := 0
	for line := range strings.Lines(string(head[:min(len(head), 2048)])) {
		line = strings.TrimSpace(line)
		if lines++; lines > 4 {
			break
		}
		if line == "" || strings.Trim(line, "0123456789+-.,;eE \t") != "" {
			return false
		}
	}
	return lines > 1
}
