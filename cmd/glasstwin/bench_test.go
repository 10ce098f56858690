package main

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
)

// TestBenchOrbitsAsThePeerDoes: figures compare only where the same is seen.
func TestBenchOrbitsAsThePeerDoes(t *testing.T) {
	b := benchRender{Site: write(t, "ball.obj", ball()), Frames: 60}
	s, err := b.subject(t.Context(), 16.0/9)
	if err != nil {
		t.Fatal(err)
	}
	z := 2 * math.Sqrt(3) // diagonal of the box of a ball of radius 1 m
	for k := range 64 {
		c := s.turn(s.frame.Camera, k)
		sin, cos := math.Sincos(0.05 * float64(k))
		if want := (geom.Vec3{z * cos, z / 2, z * sin}); c.Eye().Sub(want).Len() > 1e-3*z || c.Target.Len() > 1e-6 || c.Field() != math.Pi/4 {
			t.Fatalf("frame %d is seen from %v, the peer's from %v", k, c.Eye(), want)
		}
	}
}

func TestBenchRenderReportsWhatItMeasured(t *testing.T) {
	text, err := program(t, "bench", "render", "--scene", "shelves", "--frames", "1", "--draft", "--size", "160x90", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("not one JSON object: %v: %s", err, text)
	}
	for _, name := range []string{"fps", "frame_p95_ms", "first_frame_s", "open_s", "frame_cpu_ms", "submit_ms", "triangles", "draws", "scene_triangles", "instances", "peak_mb", "whole_s", "geometry_mb"} {
		if !(r.Metrics[name] > 0) {
			t.Errorf("%s is %v", name, r.Metrics[name])
		}
	}
	if len(r.Rows) < 5 {
		t.Errorf("%d passes were timed", len(r.Rows))
	}
}
