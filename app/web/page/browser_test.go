package page

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInChromium opens the page of the demo store in a browser as large as a
// desk's and as a phone's, clicks a freezer, moves its door and looks at the heat
// maps and at a scan; testdata/peers/page.mjs is what does so. The pictures stay in out/web.
func TestInChromium(t *testing.T) {
	root, peers := chromium(t)
	d := demoOf(t)
	dir := filepath.Join(t.TempDir(), "web")
	over := *d.twin
	var points []byte
	over.Scan, points = DescribeScan(floorScan())
	size, err := Write(dir, &over, Cases{}, d.file.Data, points)
	if err != nil {
		t.Fatal(err)
	}
	files := http.FileServer(http.Dir(dir))
	server := httptest.NewServer(http.StripPrefix("/shop/twin", files)) // a page may lie in any folder
	defer server.Close()

	out := filepath.Join(root, "out", "web")
	cmd := exec.CommandContext(t.Context(), "node", "page.mjs", server.URL+"/shop/twin/", "freezer-2", out)
	cmd.Dir = peers
	var told, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, &trouble
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s%s", err, told.String(), trouble.String())
	}
	sizes := map[string]bool{}
	for line := range strings.Lines(told.String()) {
		var seen struct {
			Size                       string
			FirstFrame                 float64
			Draws, Triangles, Requests int
		}
		if err := json.Unmarshal([]byte(line), &seen); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		sizes[seen.Size] = true
		if seen.FirstFrame <= 0 || seen.Draws > 900 || seen.Triangles == 0 { // the light's own picture included
			t.Errorf("%s: %+v", seen.Size, seen)
		}
		t.Logf("%s: first frame after %.0f ms without a graphics card, %d draws, %d triangles", seen.Size, seen.FirstFrame, seen.Draws, seen.Triangles)
	}
	if !sizes["desktop"] || !sizes["phone"] {
		t.Errorf("pages were seen at %v", sizes)
	}
	t.Logf("%d bytes of page, %d of scene as fetched (%d unpacked), %d of twin", size.Bundle, size.Packed, size.Scene, size.Twin)
}

// TestNothingFromElsewhere: no file of the page names another server.
func TestNothingFromElsewhere(t *testing.T) {
	for _, name := range []string{"dist/index.html", "dist/assets/index.css"} {
		text, err := bundle.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		page := strings.ReplaceAll(string(text), "http://www.w3.org/2000/svg", "") // a name, not an address
		if strings.Contains(page, "://") || strings.Contains(page, `="//`) {
			t.Errorf("%s fetches from elsewhere", name)
		}
		if name == "dist/index.html" && !strings.Contains(page, "Content-Security-Policy") {
			t.Errorf("%s lets scripts fetch from elsewhere", name)
		}
	}
}

// chromium skips where there is no browser to drive; CI has one. It returns the
// project's folder and that of the programs which drive it.
func chromium(t *testing.T) (root, peers string) {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	peers = filepath.Join(root, "testdata", "peers")
	for what, missing := range map[string]bool{
		"node":                                 !have("node"),
		"/usr/bin/chromium":                    !exists("/usr/bin/chromium"),
		"testdata/peers/node_modules (npm ci)": !exists(filepath.Join(peers, "node_modules", "playwright-core")),
	} {
		if missing && os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: .ci/prepare test installs it", what)
		} else if missing {
			t.Skipf("%s is missing: make prepare-test installs it", what)
		}
	}
	return root, peers
}

func have(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
