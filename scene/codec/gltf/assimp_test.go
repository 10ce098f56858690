package gltf_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/gltf"
)

// Models that another importer is tested with, as Debian's package assimp-testmodels has
// them: what cannot be drawn is refused with what and where, the rest is read.
func TestModelsOfAnotherImportersTests(t *testing.T) {
	const dir = "/usr/share/assimp/models/glTF2"
	if _, err := os.Stat(dir); err != nil && os.Getenv("CI") != "true" {
		t.Skip("Debian's package assimp-testmodels is not installed: .ci/prepare test does")
	}
	refused := map[string]string{
		"BoxTextured-glTF-techniqueWebGL/BoxTextured.gltf":  "KHR_technique_webgl",
		"BoxWithInfinites-glTF-Binary/BoxWithInfinites.glb": "position 0 is not a number",
		"IndexOutOfRange/AllIndicesOutOfRange.gltf":         "index 65535, but 24 positions",
		"IndexOutOfRange/IndexOutOfRange.gltf":              "index 255, but 24 positions",
		"MissingBin/BoxTextured.gltf":                       "BoxTextured0.bin",
		"RecursiveNodes/RecursiveNodes.gltf":                "is there a cycle?",
		"SchemaFailures/sceneWrongType.gltf":                "not a glTF document",
		"draco/2CylinderEngine.gltf":                        "KHR_draco_mesh_compression",
		"wrongTypes/badArray.gltf":                          "not a glTF document",
		"wrongTypes/badNumber.gltf":                         "not a glTF document",
		"wrongTypes/badObject.gltf":                         "not a glTF document",
		"wrongTypes/badString.gltf":                         "not a glTF document",
	}
	read, said := 0, 0
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".gltf" && filepath.Ext(path) != ".glb" {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, dir+"/"))
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sc, _, err := gltf.Read(context.Background(), name, data, gltf.ReadOptions{Open: func(uri string) ([]byte, error) {
			return os.ReadFile(filepath.Join(filepath.Dir(path), filepath.FromSlash(uri)))
		}})
		want, bad := refused[name]
		switch {
		case bad && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", name, err, want)
		case !bad && err != nil:
			t.Errorf("%s: %v", name, err)
		case bad:
			said++
		case sc == nil:
			t.Errorf("%s: read as nothing", name)
		default:
			read++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if said != len(refused) || read < 30 {
		t.Errorf("%d models were read, %d refused", read, said)
	}
}
