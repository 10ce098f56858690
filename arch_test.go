package glasstwin

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/glasstwin/glasstwin/"

// floors lists the packages of each floor, the lowest first. A package may
// import its own folder's root and lower floors only. "x/..." stands for x and
// everything below it.
var floors = [][]string{
	0: {"scene/geom/...", "assets", "markup"},
	1: {"scene", "twin", "xai"},
	2: {"scene/codec/...", "scene/mesh", "scene/plan", "twin/codec/...", "xai/..."},
	3: {"twin/generate/...", "twin/operate/...", "twin/flow/...", "twin/layout", "twin/energy/...", "twin/stock/...", "render/...", "scene/light", "study/..."},
	4: {"connectors/..."},
	5: {"app/..."},
	6: {"cmd/glasstwin"},
}

// apart lists programs and fixtures that stand beside the house: nothing on a
// floor imports them, except tests.
var apart = []string{"cmd/sitesim/...", "testdata/...", "assets/author"}

// doors lists the third-party packages that only some places may import.
var doors = map[string][]string{
	"github.com/go-gl/gl/":       {"render/...", "app/desktop/..."},
	"github.com/go-gl/glfw/":     {"render/...", "app/desktop/..."},
	"fyne.io/":                   {"app/desktop/..."},
	"github.com/gopcua/opcua":    {"connectors/opcua/...", "cmd/sitesim/..."},
	"github.com/awcullen/opcua":  {"connectors/opcua/...", "cmd/sitesim/..."},
	"gorgonia.org/":              {"xai/neural/..."},
	"github.com/nats-io/":        {"connectors/bus/..."},
	"github.com/mochi-mqtt/":     {"connectors/mqtt/..."},
	"github.com/eclipse/paho":    {"connectors/mqtt/..."},
	"github.com/ebitengine/":     {"connectors/fmi/..."},
	"google.golang.org/protobuf": {"connectors/mqtt/..."},
	"github.com/qmuntal/gltf":    {"scene/codec/..."},
	"github.com/qmuntal/opc":     {"twin/codec/..."},
	"github.com/aas-core-works":  {"twin/codec/..."},
	"github.com/alecthomas/kong": {"cmd/..."},
	"codeberg.org/go-pdf/":       {"app/casefile", "app/typeset", "app/workorder"},
	"github.com/expr-lang/expr":  {"twin/..."},
	"golang.org/x/crypto/":       {"twin/codec/credential"},
}

// sitesimMayImport keeps the emulated plant honest: it shares no model with
// what is measured against it.
var sitesimMayImport = []string{"cmd/sitesim/...", "scene/geom"}

type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if path+"/" == module {
			continue // the root holds this test only
		}
		if within(path, apart) {
			continue
		}
		own := floorOf(path)
		if own < 0 {
			t.Errorf("%s stands on no floor: place it in the table of arch_test.go", path)
			continue
		}
		for _, imp := range p.Imports {
			dep, ours := strings.CutPrefix(imp, module)
			if !ours {
				continue
			}
			floor := floorOf(dep)
			root := strings.HasPrefix(path, dep+"/") // a child may import the nouns above it
			if floor >= own && !root && !siblings(path, dep) || floor < 0 {
				t.Errorf("%s (floor %d) imports %s (floor %d)", path, own, dep, floor)
			}
		}
	}
}

func TestThirdPartyDoors(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		for _, imp := range append(p.Imports, append(p.TestImports, p.XTestImports...)...) {
			for door, places := range doors {
				if strings.HasPrefix(imp, door) && !within(path, places) {
					t.Errorf("%s imports %s, which may be used in %v only", path, imp, places)
				}
			}
		}
	}
}

func TestThePlantSharesNoModelWithTheTwin(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		if !within(path, []string{"cmd/sitesim/..."}) {
			continue
		}
		for _, imp := range p.Imports {
			if dep, ours := strings.CutPrefix(imp, module); ours && !within(dep, sitesimMayImport) {
				t.Errorf("%s imports %s: the emulated plant has a physics of its own", path, dep)
			}
		}
	}
}

// siblings may import each other within one folder of a floor when the folder
// is a part of a larger thought: render and its overlays, operate and its
// diagnosis. The folder's root may import its children's plain data.
func siblings(path, dep string) bool {
	return path == "render" && dep == "render/overlay" ||
		path == "scene/codec/gltf" && dep == "scene/codec/gltf/meshopt" ||
		path == "scene/codec/scan" && dep == "scene/codec/scan/laz" ||
		strings.HasPrefix(path, "twin/flow/") && (dep == "twin/flow/walk" || dep == "twin/flow/measure" || dep == "twin/flow/ground" || dep == "twin/flow/shop" || dep == "twin/flow/whatif") ||
		path == "twin/flow/trail" && dep == "twin/flow/pseudonym" ||
		path == "twin/flow/whatif" && (dep == "twin/energy" || dep == "twin/layout") ||
		path == "twin/flow/propose" && dep == "twin/flow/cause" ||
		path == "twin/generate" && (strings.HasPrefix(dep, "twin/generate/") || dep == "twin/layout") ||
		path == "twin/codec/sitefolder" && dep == "twin/codec/credential" ||
		path == "twin/generate/furnish" && (dep == "twin/generate/catalogue" || dep == "twin/layout") ||
		strings.HasPrefix(path, "twin/operate/") && dep == "twin/operate/diagnose" ||
		path == "twin/generate/hall" && dep == "twin/generate/catalogue" ||
		(path == "app/desktop" || path == "app/account" || path == "app/casefile" || path == "app/workorder" || path == "app/web/page") && dep == "app/phrase" ||
		path == "app/desktop" && dep == "app/floorplan" ||
		(path == "app/casefile" || path == "app/workorder") && dep == "app/typeset" ||
		(path == "app/desktop" || path == "app/casefile" || path == "app/web/page") && dep == "app/account" ||
		// Methods explain trees, and any model may mend its confidence.
		strings.HasPrefix(path, "xai/") && (dep == "xai/tree" || dep == "xai/calibrate") ||
		path == "xai/explain" && strings.HasPrefix(dep, "xai/") ||
		strings.HasPrefix(path, "render/") && strings.HasPrefix(dep, "render/") ||
		strings.HasPrefix(path, "study/") && (dep == "study/sheet" || dep == "study/runs") ||
		strings.HasPrefix(path, "connectors/") && dep == "connectors/conntest"
}

func floorOf(path string) int {
	for floor, list := range floors {
		if within(path, list) && !exactElsewhere(path, floor) {
			return floor
		}
	}
	return -1
}

// exactElsewhere tells whether another floor names the path itself.
func exactElsewhere(path string, floor int) bool {
	for other, list := range floors {
		for _, p := range list {
			if other != floor && p == path {
				return true
			}
		}
	}
	return false
}

func within(path string, list []string) bool {
	for _, p := range list {
		root, tree := strings.CutSuffix(p, "/...")
		if path == root || tree && strings.HasPrefix(path, root+"/") {
			return true
		}
	}
	return false
}

func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		all = append(all, p)
	}
	if len(all) < 5 {
		t.Fatalf("go list found %d packages only", len(all))
	}
	return all
}
