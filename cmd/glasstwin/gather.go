package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin/generate"
)

// Limits on what is gathered for one site.
const (
	wholeMax  = 256 << 20 // of one file that is read into memory
	streamMax = 64 << 30  // of one that is read through its file, as scans are
	filesMax  = 20_000
)

// gathered is one source file with where it lies.
type gathered struct {
	path string
	file generate.File
}

// gather reads a source: a file, or all files of a folder that are of a known
// kind. Large files stay open until close.
func (g *generateCommand) gather(path string) ([]gathered, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read source: %w", err)
	}
	if !info.IsDir() {
		f, known, err := g.source(path, filepath.Base(path))
		if err == nil && !known {
			err = usageError{fmt.Errorf("%s: not a kind of source that is read; give a building model (.ifc, .ifczip), plan (.dxf), scan (.las, .laz, .e57, .ply, .pcd, .xyz), shape (.glb, .gltf, .obj, .stl, .ply, .dae, .zae, .urdf), list of fixtures (.csv, .xlsx), shelf poses (.json), plant description (.aml, .amlx, NodeSet2 .xml) or opc.tcp://host:port", path)}
		}
		return []gathered{f}, err
	}
	root := filepath.Dir(filepath.Clean(path))
	var out []gathered
	err = filepath.WalkDir(path, func(at string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(root, at)
		if err != nil {
			return err
		}
		f, known, err := g.source(at, filepath.ToSlash(name))
		if err != nil || !known {
			return err
		}
		if len(out) == filesMax {
			return fmt.Errorf("read source %s: more than %d files; name the ones that matter", path, filesMax)
		}
		out = append(out, f)
		return nil
	})
	if err == nil && len(out) == 0 {
		err = usageError{fmt.Errorf("%s: no file in this folder is of a kind that is read", path)}
	}
	slices.SortStableFunc(out, func(a, b gathered) int { return len(a.file.Name) - len(b.file.Name) })
	return out, err
}

// source reads one file, and tells whether its kind is known.
func (g *generateCommand) source(path, name string) (gathered, bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return gathered{}, false, fmt.Errorf("read source: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return gathered{}, false, errors.Join(fmt.Errorf("read source: %w", err), f.Close())
	}
	head := make([]byte, generate.HeadMax)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return gathered{}, false, errors.Join(fmt.Errorf("read source %s: %w", path, err), f.Close())
	}
	out := gathered{path: path, file: generate.File{Name: name}}
	var known bool
	if out.file.Kind, known = generate.KindOf(name, head[:n]); !known {
		return out, false, f.Close()
	}
	if out.file.Kind == generate.KindModel && strings.EqualFold(filepath.Ext(name), ".ply") && info.Size() > wholeMax {
		out.file.Kind = generate.KindScan // a meshed scan: its points are read through the file
	}
	switch size := info.Size(); {
	case out.file.Kind == generate.KindScan && size <= streamMax:
		out.file.At, out.file.Size = f, size
		g.opened = append(g.opened, f)
		return out, true, nil
	case size > wholeMax && out.file.Kind != generate.KindIFC || size > 4*wholeMax:
		return out, true, errors.Join(fmt.Errorf("read source %s: %d MB, more than is read of this kind; split it", path, size>>20), f.Close())
	}
	out.file.Data, err = io.ReadAll(f)
	if err != nil {
		err = fmt.Errorf("read source %s: %w", path, err)
	}
	return out, true, errors.Join(err, f.Close())
}

// close lets go of large sources.
func (g *generateCommand) close() {
	for _, f := range g.opened {
		f.Close()
	}
	g.opened = nil
}
