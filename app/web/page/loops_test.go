package page

import (
	"bytes"
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// TestLoopsCloseInChromium moves the flap of a wall cabinet, which hangs on four
// bars, in a browser: the page must close the chain as the window does.
func TestLoopsCloseInChromium(t *testing.T) {
	root, peers := chromium(t)
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	class, ok := cat.Class("wall-cabinet")
	if !ok {
		t.Fatal("no class wall-cabinet")
	}
	site := &twin.Site{ID: "kitchen", Name: "Kitchen", Assets: []twin.Asset{
		{ID: "cabinet-1", Name: "Cabinet 1", Class: "wall-cabinet", Size: class.UsualSize(), Pose: twin.Pose{Position: geom.Vec3{0.7, 1.45, -0.4}, Yaw: 0.6}},
	}}
	sc, index, err := generate.Scene(t.Context(), site, nil, cat)
	if err != nil {
		t.Fatal(err)
	}
	if len(sc.Loops) != 1 {
		t.Fatalf("%d loops", len(sc.Loops))
	}
	file, err := light.File(t.Context(), sc, light.Options{MaxError: 0.001})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "web")
	if _, err := Write(dir, Describe(Source{Site: site, Scene: sc, Index: index, Classes: cat}), Cases{}, file.Data, nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	// From rest, in a wide step, back, and to the end.
	cmd := exec.CommandContext(t.Context(), "node", "loops.mjs", server.URL+"/", "cabinet-1", filepath.Join(root, "out", "web"), "20", "80", "10", "100", "70")
	cmd.Dir = peers
	var told, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, &trouble
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s%s", err, told.String(), trouble.String())
	}
	lines := 0
	var joints []float64
	for line := range strings.Lines(told.String()) {
		var seen struct {
			Value   float64
			Sliders int
			Gaps    []float64
			Poses   map[int][16]float64
		}
		if err := json.Unmarshal([]byte(line), &seen); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		lines++
		if seen.Sliders != 1 {
			t.Errorf("%d sliders; what the loop moves has none", seen.Sliders)
		}
		if len(seen.Gaps) != 1 || seen.Gaps[0] > 1e-6 {
			t.Errorf("at %.0f %% the ends are %v m apart", seen.Value, seen.Gaps)
		}
		if len(joints) == 0 {
			joints = make([]float64, len(sc.Joints))
		}
		for i, j := range sc.Joints {
			if j.Drive != "" {
				joints[i] = seen.Value*j.Scale + j.Offset
			}
		}
		joints = sc.Resolve(joints)
		world := sc.World(joints, nil)
		compared := 0
		for i, n := range sc.Nodes {
			if n.Joint == scene.None {
				continue
			}
			pose, ok := seen.Poses[int(n.Joint)]
			if !ok {
				continue
			}
			compared++
			// The origin of the joint, and the way along the node's own up.
			got := geom.Vec3{pose[4], pose[5], pose[6]}
			want := geom.Vec3{world[i][4], world[i][5], world[i][6]}
			if got.Sub(want).Len() > 1e-3 || math.IsNaN(got.Len()) {
				t.Errorf("at %.0f %%: %s looks along %.4f, in the window along %.4f", seen.Value, n.Part, got, want)
			}
			got = geom.Vec3{pose[12], pose[13], pose[14]} // the page's node stands on its joint's axis
			want = mgl64.TransformCoordinate(sc.Joints[n.Joint].Origin, world[i])
			if got.Sub(want).Len() > 1e-3 || math.IsNaN(got.Len()) {
				t.Errorf("at %.0f %%: the joint of %s is at %.4f, in the window at %.4f", seen.Value, n.Part, got, want)
			}
		}
		if compared < 3 {
			t.Errorf("%d joints were compared; arm, flap and rocker are three", compared)
		}
	}
	if lines != 5 {
		t.Errorf("%d places were told", lines)
	}
}
