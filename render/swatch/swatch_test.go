package swatch_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/glasstwin/glasstwin/render/swatch"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
)

// TestSwatchesAreWholeAsFiles: other renderers are handed them as glTF.
func TestSwatchesAreWholeAsFiles(t *testing.T) {
	names := map[string]bool{}
	for _, s := range swatch.All() {
		if names[s.Name] {
			t.Errorf("two are called %s", s.Name)
		}
		names[s.Name] = true
		data, err := gltf.Write(s.Scene, gltf.WriteOptions{})
		if err != nil {
			t.Fatal(err)
		}
		back, notes, err := gltf.Read(context.Background(), s.Name, data, gltf.ReadOptions{})
		if err != nil || len(notes) > 0 {
			t.Fatalf("%s: %v %v", s.Name, err, notes)
		}
		if d := cmp.Diff(s.Scene.Materials, back.Materials); d != "" {
			t.Errorf("%s: %s", s.Name, d)
		}
	}
}
