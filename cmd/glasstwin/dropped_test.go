package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// TestDroppedFilesBecomeASite drops a real plan on the real window, looks at
// the report with its guesses, and keeps what was made.
func TestDroppedFilesBecomeASite(t *testing.T) {
	plan, err := filepath.Abs("../../../shared/data/plans/ISO-Office.dxf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(plan); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real plan beside the checkout: %v", err)
	}
	d, made, end := dropped(t, plan, "ISO-Office")
	d.picture("dropped")
	site, err := sitefolder.Read(made)
	if err != nil {
		t.Fatal(err)
	}
	rooms := 0
	for _, z := range site.Zones {
		if z.Kind == "room" {
			rooms++
		}
	}
	if rooms < 12 {
		t.Errorf("%d rooms of the plan, want 12 or more", rooms)
	}
	discard(t, d, made)
	end()
}

// TestADroppedModelBecomesASite drops a GLB on the real window, and makes a site
// of glTF as the window does: the things that the model tells of stand in the
// site, where it has them.
func TestADroppedModelBecomesASite(t *testing.T) {
	glb, gltf := modelFiles(t)
	check := func(made string) {
		t.Helper()
		site, err := sitefolder.Read(made)
		if err != nil {
			t.Fatal(err)
		}
		at := map[string]geom.Vec3{}
		for _, a := range site.Assets {
			at[a.Class] = a.Pose.Position
		}
		for class, want := range map[string]geom.Vec3{"shelf-section": {2, 0, -2}, "upright-freezer": {4, 0, -4}} {
			if got, ok := at[class]; !ok || got.Sub(want).Len() > 0.05 {
				t.Errorf("the %s stands at %.2f, want %.2f; assets %+v", class, got, want, site.Assets)
			}
		}
	}
	d, made, end := dropped(t, glb, "corner")
	d.picture("dropped-glb")
	check(made)
	discard(t, d, made)
	end()
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	site := &droppedFiles{paths: []string{gltf}}
	if _, err := site.Make(t.Context(), nil, func(string) {}); err != nil {
		t.Fatal(err)
	}
	check(site.dir)
}

// modelFiles are a small shop as GLB and as glTF with its buffer inside.
func modelFiles(t *testing.T) (glb, text string) {
	t.Helper()
	site := filepath.Join(t.TempDir(), "shop")
	list := write(t, "planogram.csv", "id,class,x,y,heading\na,shelf-section,2,2,90\nb,upright-freezer,4,4,90\n")
	if out, err := program(t, "generate", list, "-o", site).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	glb = filepath.Join(t.TempDir(), "corner.glb")
	if out, err := program(t, "export", site, "--glb", glb).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(glb)
	if err != nil {
		t.Fatal(err)
	}
	// glTF 2.0, 4.4: a header of 12 bytes, then chunks of JSON and of bytes.
	long := binary.LittleEndian.Uint32(data[12:])
	var doc map[string]any
	if err := json.Unmarshal(data[20:20+long], &doc); err != nil {
		t.Fatal(err)
	}
	doc["buffers"].([]any)[0].(map[string]any)["uri"] = "data:application/octet-stream;base64," + base64.StdEncoding.EncodeToString(data[28+long:])
	inside, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return glb, write(t, "corner.gltf", string(inside))
}

// dropped opens a shop in the real window, drops a file on it and waits for the
// report; made is the folder of what was made, end closes the window.
func dropped(t *testing.T, file, name string) (d driver, made string, end func()) {
	t.Helper()
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing: run .ci/prepare test", tool)
			}
			t.Skipf("%s is missing: run .ci/prepare test", tool)
		}
	}
	t.Setenv("DISPLAY", "")
	screen, err := openDisplay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	dir := filepath.Join(t.TempDir(), "store")
	list := write(t, "planogram.csv", "id,class,x,y,heading\na,shelf-section,2,2,90\nb,upright-freezer,4,4,90\n")
	if text, err := program(t, "generate", list, "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	probe := filepath.Join(t.TempDir(), "probe.json")
	cmd := program(t, "open", dir, "--language", "en", "--probe", probe, "--drop", file)
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	d = driver{t: t, probe: probe, screen: screen}
	d.await("drop-open")
	time.Sleep(2 * time.Second)
	return d, filepath.Join(data, "glasstwin", "sites", name), func() {
		t.Helper()
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("the window ended with %v", err)
		}
	}
}

// discard clicks that what was made is not wanted, and waits until it is gone.
func discard(t *testing.T, d driver, made string) {
	t.Helper()
	d.click("drop-discard", 0.5)
	for end := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		if _, err := os.Stat(made); os.IsNotExist(err) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("what was discarded is still there")
		}
	}
}
