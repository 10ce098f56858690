package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestInstancesLookTheSame: three.js draws the demo store written with and without
// instances; the pictures, which stay in out/instances, agree, and instances take
// fewer draw calls.
func TestInstancesLookTheSame(t *testing.T) {
	peers, err := filepath.Abs("../../testdata/peers")
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{filepath.Join(peers, "node_modules", "three"), filepath.Join(peers, "node_modules", "playwright-core"), "/usr/bin/chromium"} {
		if _, err := os.Stat(needed); err != nil && os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: .ci/prepare test installs it", needed)
		} else if err != nil {
			t.Skipf("%s is missing: make prepare-test installs it", needed)
		}
	}
	dir := t.TempDir()
	site := filepath.Join(dir, "shop")
	if text, err := program(t, append([]string{"generate", "-o", site}, demoFiles(t)...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for name, flags := range map[string][]string{"plain": nil, "instanced": {"--gpu-instancing"}} {
		if text, err := program(t, append([]string{"export", site, "--glb", filepath.Join(dir, name+".glb")}, flags...)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", name, err, text)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.Handle("/picture.html", http.FileServer(http.Dir(peers)))
	mux.Handle("/three/", http.FileServer(http.Dir(filepath.Join(peers, "node_modules"))))
	server := httptest.NewServer(mux)
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), "node", "picture.mjs", server.URL, filepath.Join("..", "..", "out", "instances"), "plain", "instanced")
	cmd.Dir = peers
	var told, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, &trouble
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, trouble.String())
	}
	var seen map[string]struct {
		Draws, Triangles, Clips int
		Differ                  float64
	}
	if err := json.Unmarshal(told.Bytes(), &seen); err != nil {
		t.Fatalf("%v: %s", err, told.String())
	}
	a, b := seen["plain"], seen["instanced"]
	if b.Differ > 0.0005 || b.Triangles != a.Triangles || b.Clips != a.Clips || a.Triangles == 0 {
		t.Errorf("plain is %+v, instanced %+v", a, b)
	}
	if 4*b.Draws > 3*a.Draws {
		t.Errorf("instances take %d draw calls, single nodes %d", b.Draws, a.Draws)
	}
	t.Logf("%d draw calls, %d with instances; %.3f %% of the pixels differ", a.Draws, b.Draws, 100*b.Differ)
}
