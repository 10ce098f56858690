package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// TestAPlantThatDoesNotStartLeavesNothing: the error is told, and the folder that
// was made for it is gone.
func TestAPlantThatDoesNotStartLeavesNothing(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := benchWindow{Scene: "demo"}
	if _, _, _, err := b.subject(ctx, &output{out: t.Output(), progress: t.Output()}); err == nil {
		t.Fatal("a plant was started although it was cancelled")
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) != 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestBenchWindowReportsWhatItMeasured(t *testing.T) {
	if _, err := exec.LookPath("Xvfb"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("Xvfb is missing: run .ci/prepare test")
		}
		t.Skip("Xvfb is missing: run .ci/prepare test")
	}
	t.Setenv("DISPLAY", "")
	cmd := program(t, "bench", "window", "--scene", "shelves", "--turns", "1", "--size", "1024x640", "--json")
	cmd.Stderr = t.Output()
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("not one JSON object: %v: %s", err, text)
	}
	for _, name := range []string{"sharp_ms", "sharp_ms_most", "refined_ms", "refined_ms_most", "settled_ms", "settled_ms_most", "stall_ms_p99", "stall_ms_most", "scene_triangles", "turns", "peak_mb", "picture_cpu_ms"} {
		if !(r.Metrics[name] > 0) {
			t.Errorf("%s is %v", name, r.Metrics[name])
		}
	}
	for _, name := range []string{"fps_moving", "fps_moving_least"} { // none comes in time on a machine that is busy enough
		if v, told := r.Metrics[name]; !told || v < 0 {
			t.Errorf("%s is %v", name, v)
		}
	}
	if len(r.Rows) != 1 {
		t.Errorf("%d turns were told of", len(r.Rows))
	}
}
