package page

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/light"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// demo is the demo store, described and lightened once for all tests.
var demo = sync.OnceValues(func() (*demoStore, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	cat, err := generate.Catalogue()
	if err != nil {
		return nil, err
	}
	made, err := generate.Demo(ctx, cat, nil)
	if err != nil {
		return nil, err
	}
	sc, index, err := generate.Scene(ctx, made.Site, made.Building, cat)
	if err != nil {
		return nil, err
	}
	last := map[twin.SignalID]float64{}
	for _, s := range made.Site.Signals { // as an open store's: cabinets cold, rooms mild
		if s.Unit == "°C" && s.Range[1] > s.Range[0] {
			last[s.ID] = s.Range[0] + 0.4*(s.Range[1]-s.Range[0])
		}
	}
	t := Describe(Source{Site: made.Site, Scene: sc, Index: index, Classes: cat, Last: last})
	file, err := light.File(ctx, sc, light.Options{MaxError: 0.002})
	if err != nil {
		return nil, err
	}
	return &demoStore{site: made.Site, twin: t, file: file, index: index}, nil
})

type demoStore struct {
	site  *twin.Site
	twin  *Twin
	file  *light.Result
	index generate.Index
}

func demoOf(t *testing.T) *demoStore {
	t.Helper()
	d, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestEverythingIsTold: each asset, zone and signal of the site is in the file,
// and each asset's zone, class and title are too.
func TestEverythingIsTold(t *testing.T) {
	d := demoOf(t)
	text, err := json.Marshal(d.twin)
	if err != nil {
		t.Fatal(err)
	}
	var back Twin
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if len(back.Assets) != len(d.site.Assets) || len(back.Zones) != len(d.site.Zones) {
		t.Fatalf("%d assets and %d zones of %d and %d", len(back.Assets), len(back.Zones), len(d.site.Assets), len(d.site.Zones))
	}
	zones := map[twin.ZoneID]bool{"": true}
	for _, z := range back.Zones {
		zones[z.ID] = true
		if !(z.Area > 0.1) || len(z.Outline) < 3 {
			t.Errorf("zone %s has an outline of %d points and %g m²", z.ID, len(z.Outline), z.Area)
		}
	}
	signals, titled := 0, 0
	for i, a := range back.Assets {
		if want := d.site.Assets[i]; a.ID != want.ID || a.Size != want.Size || a.At != want.Pose.Position {
			t.Errorf("asset %d reads back as %+v, not %+v", i, a, want)
		}
		if !zones[a.Zone] {
			t.Errorf("%s stands in %q, which is no zone", a.ID, a.Zone)
		}
		if c, ok := back.Class[a.Class]; !ok || c.Title["en"] == "" || c.Title["ko"] == "" {
			t.Errorf("%s is of class %q, which has no title", a.ID, a.Class)
		}
		signals += len(a.Signals)
		for _, s := range a.Signals {
			if back.Class[a.Class].Signals[s.Name]["en"] != "" {
				titled++
			}
		}
	}
	if signals != len(d.site.Signals) || titled != signals {
		t.Errorf("%d signals, %d of them with a title, of %d", signals, titled, len(d.site.Signals))
	}
}

// TestJointsAreListed: what has doors says so; a shelf does not.
func TestJointsAreListed(t *testing.T) {
	d := demoOf(t)
	joints := map[twin.AssetID][]string{}
	for _, a := range d.twin.Assets {
		joints[a.ID] = a.Joints
	}
	if len(joints["freezer-2"]) == 0 {
		t.Errorf("freezer-2 has no joints; it has doors")
	}
	for id, list := range joints {
		if strings.HasPrefix(string(id), "gondola") && len(list) > 0 {
			t.Errorf("%s has joints %q", id, list)
		}
	}
}

// TestHeatIsOfTheSite: the values stand at assets that have them.
func TestHeatIsOfTheSite(t *testing.T) {
	d := demoOf(t)
	kinds := map[string]Heat{}
	for _, h := range d.twin.Heat {
		kinds[h.ID] = h
		for id, v := range h.Values {
			if _, ok := d.site.Asset(id); !ok || math.IsNaN(v) {
				t.Errorf("heat %s: %s has %g", h.ID, id, v)
			}
		}
	}
	if h := kinds["power"]; h.Kind != HeatDensity || !(h.Values["freezer-2"] > 0) {
		t.Errorf("power is %+v", h)
	}
	if h := kinds["temperature"]; h.Kind != HeatValue || h.Values["freezer-2"] == 0 {
		t.Errorf("temperature is %+v", h)
	}
	bare := Describe(Source{Site: &twin.Site{ID: "x", Name: "X"}, Scene: &scene.Scene{}, Classes: nil})
	if bare.Heat == nil || len(bare.Heat) != 0 {
		t.Errorf("a site of nothing has heat %+v", bare.Heat)
	}
}

// TestWriteTakesOnlyItsOwn: a page replaces a page, and nothing else.
func TestWriteTakesOnlyItsOwn(t *testing.T) {
	twin := Describe(Source{Site: &twin.Site{ID: "x", Name: "X"}, Scene: &scene.Scene{}})
	dir := filepath.Join(t.TempDir(), "a", "web")
	for _, glb := range []string{"first", "second"} {
		size, err := Write(dir, twin, Cases{}, []byte(glb), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(filepath.Join(dir, SceneFile)); string(got) != glb || size.Scene != len(glb) {
			t.Errorf("the scene is %q", got)
		}
		if size.Total() != weigh(t, dir) {
			t.Errorf("%d bytes are said, %d stand there", size.Total(), weigh(t, dir))
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) != 1 {
		t.Errorf("something is left beside the page: %v", left)
	}
	mine := filepath.Join(dir, "thesis.txt")
	if err := os.WriteFile(mine, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(dir, twin, Cases{}, nil, nil); !errors.Is(err, ErrTaken) || !strings.Contains(err.Error(), "thesis.txt") {
		t.Errorf("a folder with a file of the user is replaced: %v", err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "index.html"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(other, twin, Cases{}, nil, nil); !errors.Is(err, ErrTaken) {
		t.Errorf("a page that is not ours is replaced: %v", err)
	}
}

func weigh(t *testing.T, dir string) int {
	t.Helper()
	sum := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		sum += int(info.Size())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
