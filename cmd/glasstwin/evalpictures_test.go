package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// picturesMost is how far a picture may lie from that of three.js, in FLIP: the
// worst is glass, whose blur three.js makes of smaller levels by another filter.
const picturesMost = 0.09

// TestPicturesAreLikeThreeJS draws some swatches with both.
func TestPicturesAreLikeThreeJS(t *testing.T) {
	peers := filepath.Join("..", "..", "testdata", "peers")
	browser := os.Getenv("CHROMIUM")
	if browser == "" {
		browser = "/usr/bin/chromium"
	}
	for _, needed := range []string{browser, filepath.Join(peers, "node_modules", "three"), filepath.Join(peers, "node_modules", "playwright-core")} {
		if _, err := os.Stat(needed); err != nil && os.Getenv("CI") == "true" {
			t.Fatal(err)
		} else if err != nil {
			t.Skipf("%s is missing: make prepare-test installs it", needed)
		}
	}
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("node is missing: make prepare-test installs it")
	}
	text, err := program(t, "eval", "pictures", "--peers", peers, "--peer", "three", "--swatch", "metallic,clearcoat,images,transform", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Rows []pictured
	}
	if err := json.Unmarshal(text, &r); err != nil || len(r.Rows) != 4 {
		t.Fatalf("%v: %s", err, text)
	}
	for _, m := range r.Rows {
		if m.Three == nil || *m.Three > picturesMost || *m.Three == 0 {
			t.Errorf("%s: FLIP %v, at most %g", m.Model, m.Three, picturesMost)
		}
	}
}
