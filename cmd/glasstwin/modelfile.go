package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/codec/obj"
	"github.com/glasstwin/glasstwin/scene/codec/ply"
	"github.com/glasstwin/glasstwin/scene/codec/stl"
)

// modelFile is a model as it was read, with the bytes of all its files.
type modelFile struct {
	scene *scene.Scene
	bytes int
	notes []string
}

const maxBeside = 1 << 30 // bytes of one file that a model refers to

var modelExts = map[string]bool{".glb": true, ".gltf": true, ".obj": true, ".stl": true, ".ply": true}

// readModel reads a model by the ending of its name. Files that it refers to are
// found in its folder and nowhere else.
func readModel(ctx context.Context, path string) (*modelFile, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("read the model: %w", err)
	}
	defer root.Close()
	m := &modelFile{bytes: len(data)}
	beside := func(uri string) ([]byte, error) {
		b, err := readBeside(root, uri)
		m.bytes += len(b)
		return b, err
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".glb", ".gltf":
		var notes []gltf.Note
		m.scene, notes, err = gltf.Read(ctx, path, data, gltf.ReadOptions{Open: beside})
		m.notes = noted(path, notes)
	case ".obj":
		var notes []obj.Note
		m.scene, notes, err = obj.Read(ctx, path, data, obj.Options{Open: beside})
		m.notes = noted(path, notes)
	case ".stl":
		var notes []stl.Note
		m.scene, notes, err = stl.Read(ctx, path, data, stl.Options{})
		m.notes = noted(path, notes)
	case ".ply":
		var notes []ply.Note
		m.scene, notes, err = ply.Read(ctx, path, data, ply.Options{})
		m.notes = noted(path, notes)
	default:
		return nil, usageError{fmt.Errorf("%s: %q is no model that can be read; give .glb, .gltf, .obj, .stl or .ply", path, ext)}
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

func readBeside(root *os.Root, uri string) ([]byte, error) {
	f, err := root.Open(filepath.FromSlash(uri))
	if err != nil {
		plain, errURI := url.PathUnescape(uri)
		if errURI != nil || plain == uri {
			return nil, err
		}
		if f, err = root.Open(filepath.FromSlash(plain)); err != nil {
			return nil, err
		}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxBeside+1))
	if err == nil && len(b) > maxBeside {
		return nil, fmt.Errorf("%s is larger than %d bytes", uri, maxBeside)
	}
	return b, err
}

func noted[N ~struct {
	Place string
	Why   string
}](path string, notes []N) []string {
	var out []string
	for _, each := range notes {
		n := gltf.Note(each)
		out = append(out, fmt.Sprintf("%s: %s: %s", filepath.Base(path), n.Place, n.Why))
	}
	return out
}
