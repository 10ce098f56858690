package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/render/likeness"
)

// crystal writes an octahedron of a centimetre as OBJ.
func crystal(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "ball.obj")
	text := "v 0 .01 0\nv .01 0 0\nv 0 0 .01\nv -.01 0 0\nv 0 0 -.01\nv 0 -.01 0\nf 1 3 2\nf 1 4 3\nf 1 5 4\nf 1 2 5\nf 6 2 3\nf 6 3 4\nf 6 4 5\nf 6 5 2\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRenderTakesAModel of a centimetre, and a camera that is told.
func TestRenderTakesAModel(t *testing.T) {
	t.Parallel()
	model := crystal(t)
	draw := func(more ...string) string {
		path := filepath.Join(t.TempDir(), "x.png")
		text, err := program(t, append([]string{"render", model, "-o", path, "--size", "96x64", "--json"}, more...)...).Output()
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil || r.Metrics["triangles"] != 8 {
			t.Errorf("%v %s", err, text)
		}
		return path
	}
	plain, err := likeness.Load(draw())
	if err != nil {
		t.Fatal(err)
	}
	near, err := likeness.Load(draw("--eye", "0,0,0.03", "--target", "0,0,0", "--field", "30"))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := likeness.Compare(near, plain); err != nil || d.Alike() {
		t.Errorf("a camera elsewhere sees the same: %v %s", err, d.Compare)
	}
	for _, wrong := range [][]string{{"--eye", "1,2"}, {"--field", "180"}, {"--time", "2026-06-03T10:00:00Z"}, {"--view", "moon"}} {
		text, err := program(t, append([]string{"render", model, "-o", filepath.Join(t.TempDir(), "x.png")}, wrong...)...).CombinedOutput()
		if exit, ok := err.(interface{ ExitCode() int }); !ok || exit.ExitCode() != 2 || !strings.Contains(string(text), wrong[0][2:]) {
			t.Errorf("render %v gave %v: %s", wrong, err, text)
		}
	}
}
