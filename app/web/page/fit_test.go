package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// tower is a building of four storeys, and a shop with a gallery: one room that
// the site is about, and a small one above it.
func tower(storeys int, wide ...float64) *twin.Site {
	site := &twin.Site{ID: "tower", Name: "Tower"}
	for i := range storeys {
		w := wide[i%len(wide)]
		floor := 3.2 * float64(i)
		site.Zones = append(site.Zones, twin.Zone{ID: twin.ZoneID(fmt.Sprintf("floor-%d", i)), Kind: generate.Room, FloorY: floor, Height: 3,
			Outline: []geom.Vec2{{0, -6}, {w, -6}, {w, 0}, {0, 0}}})
		site.Assets = append(site.Assets, twin.Asset{ID: twin.AssetID(fmt.Sprintf("shelf-%d", i)), Class: "shelf-section", Size: geom.Vec3{1, 2, 0.5},
			Pose: twin.Pose{Position: geom.Vec3{w / 2, floor, -3}}})
	}
	return site
}

func TestFirstLookHoldsEveryStorey(t *testing.T) {
	room := func(b geom.Box) geom.Box { return b }
	for _, c := range []struct {
		name  string
		site  *twin.Site
		floor func(geom.Box) geom.Box // of the scene, from that of the ground floor
		top   float64
	}{
		{"a shop is looked at as high as things stand", tower(1, 8), room, thingsHigh},
		{"a shop with a gallery to the gallery's ceiling", tower(2, 8, 3), room, 6.2},
		{"a tower to its top", tower(4, 8), func(b geom.Box) geom.Box { b.Max[1] = 13.1; return b }, 13.1},
	} {
		look := firstLook(Source{Site: c.site, Index: generate.Index{Floor: c.floor(boxOf(c.site.Zones[0]))}})
		if look.Max[1] != c.top || look.Min[1] != 0 {
			t.Errorf("%s: from %v to %v m, want %v", c.name, look.Min[1], look.Max[1], c.top)
		}
	}
}

// TestTallBuildingsFitInChromium: on a desk and on a phone, the first picture has
// every storey, and nothing of it under a panel.
func TestTallBuildingsFitInChromium(t *testing.T) {
	root, peers := chromium(t)
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	site := tower(4, 8)
	sc, index, err := generate.Scene(t.Context(), site, nil, cat)
	if err != nil {
		t.Fatal(err)
	}
	file, err := light.File(t.Context(), sc, light.Options{MaxError: 0.002})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "web")
	if _, err := Write(dir, Describe(Source{Site: site, Scene: sc, Index: index, Classes: cat}), Cases{}, file.Data, nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	edge := geom.Vec3{0.01, 0.01, 0.01} // by which a light file's corners may lie beyond
	all, err := json.Marshal([2]geom.Vec3{index.Bounds.Min.Sub(edge), index.Bounds.Max.Add(edge)})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "fit.mjs", server.URL+"/", filepath.Join(root, "out", "web"), "tower", string(all))
	cmd.Dir = peers
	var told, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, &trouble
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s%s", err, told.String(), trouble.String())
	}
	sizes := map[string]bool{}
	for line := range strings.Lines(told.String()) {
		var r struct {
			Size       string
			Seen, Free [4]float64 // left, top, right, bottom, pixels
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		sizes[r.Size] = true
		for k := range 2 {
			if r.Seen[k] < r.Free[k] || r.Seen[k+2] > r.Free[k+2] {
				t.Errorf("%s: the building takes %.0f, free are %.0f", r.Size, r.Seen, r.Free)
				break
			}
		}
		wide, high := (r.Seen[2]-r.Seen[0])/(r.Free[2]-r.Free[0]), (r.Seen[3]-r.Seen[1])/(r.Free[3]-r.Free[1])
		if most := max(wide, high); most < 0.6 {
			t.Errorf("%s: the building takes %.2f of the picture only", r.Size, most)
		}
		t.Logf("%s: %.2f of the width, %.2f of the height", r.Size, wide, high)
	}
	if !sizes["desktop"] || !sizes["phone"] {
		t.Errorf("pages were seen at %v", sizes)
	}
}
