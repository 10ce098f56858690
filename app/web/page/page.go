// Package page writes a twin as a folder of plain files that any web server
// gives out and any browser shows, on a desk or a phone: the page itself, the
// light file of the scene, and what stands in it. It looks at nothing outside
// what it is handed: it must never know a plant, a journal or the network.
//
// describe.go says what a site is in the words of the page, cases.go what is open
// in it; the page's own source is in src/, and what `make web` builds of it, in
// dist/, is part of the program. Start reading at Describe and Write.
package page

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed all:dist
var bundle embed.FS

// Names of the files that the page fetches, beside its index.html.
const (
	TwinFile  = "twin.json"
	SceneFile = "twin.glb"
	packed    = SceneFile + ".gz" // what the page fetches: a plain server packs nothing
)

// Size is what a written page weighs, in bytes.
type Size struct {
	Bundle int // scripts, styles and index.html
	Scene  int // the light file, for any viewer of glTF
	Packed int // the same, as the page fetches it
	Twin   int // what stands in it
	Scan   int // points, fetched when they are asked for
	Cases  int // those that are open, fetched again and again
}

// Total is the whole folder.
func (s Size) Total() int { return s.Bundle + s.Scene + s.Packed + s.Twin + s.Scan + s.Cases }

// Fetched is what a browser loads to show the page.
func (s Size) Fetched() int { return s.Bundle + s.Packed + s.Twin + s.Cases }

// ErrTaken is returned for a folder that holds something else.
var ErrTaken = errors.New("the folder holds something other than a page; name a new or empty one")

// Write makes the folder dir with the page of a twin whose scene is the light
// GLB file glb, whose open cases are those told, and whose scan is in the form of
// ScanFile; nil: it has none. A page that stands there is replaced as a whole; a
// folder that holds anything else is left as it is and ErrTaken returned.
func Write(dir string, twin *Twin, cases Cases, glb, scan []byte) (Size, error) {
	var size Size
	dir = filepath.Clean(dir)
	if err := Free(dir); err != nil {
		return size, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return size, fmt.Errorf("write the page: %w", err)
	}
	made, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+"-*")
	if err != nil {
		return size, fmt.Errorf("write the page: %w", err)
	}
	defer os.RemoveAll(made)
	if size, err = fill(made, twin, cases, glb, scan); err != nil {
		return size, fmt.Errorf("write the page: %w", err)
	}
	if err := replace(dir, made); err != nil {
		return size, fmt.Errorf("write the page: %w", err)
	}
	return size, nil
}

// Free tells why a page cannot be written to dir; nil when dir is not there, is
// empty, or is a page already.
func Free(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("write the page: %w", err)
	case len(entries) == 0:
		return nil
	}
	for _, name := range []string{"index.html", TwinFile, SceneFile} {
		if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
			return fmt.Errorf("write the page to %s: %w", dir, ErrTaken)
		}
	}
	for _, e := range entries {
		switch e.Name() {
		case "index.html", TwinFile, SceneFile, ScanFile, CasesFile, packed, "assets":
		default:
			if strings.HasPrefix(e.Name(), casesTemporary) { // of a program that was killed
				continue
			}
			return fmt.Errorf("write the page to %s: %s: %w", dir, e.Name(), ErrTaken)
		}
	}
	return nil
}

func fill(dir string, twin *Twin, cases Cases, glb, scan []byte) (Size, error) {
	var size Size
	if err := os.Chmod(dir, 0o755); err != nil {
		return size, err
	}
	put := func(name string, data []byte) error {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o644)
	}
	err := fs.WalkDir(bundle, "dist", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := bundle.ReadFile(path)
		if err != nil {
			return err
		}
		size.Bundle += len(data)
		return put(strings.TrimPrefix(path, "dist/"), data)
	})
	if err != nil {
		return size, err
	}
	text, err := json.Marshal(twin)
	if err != nil {
		return size, err
	}
	told, err := cases.encode()
	if err != nil {
		return size, err
	}
	small, err := pack(glb)
	if err != nil {
		return size, err
	}
	if scan != nil {
		if err := put(ScanFile, scan); err != nil {
			return size, err
		}
	}
	size.Twin, size.Scene, size.Packed, size.Scan, size.Cases = len(text), len(glb), len(small), len(scan), len(told)
	return size, errors.Join(put(TwinFile, text), put(CasesFile, told), put(SceneFile, glb), put(packed, small))
}

func pack(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// replace puts made in the place of dir. What stood there is moved aside first,
// and comes back when the move fails.
func replace(dir, made string) error {
	old := made + ".old"
	err := os.Rename(dir, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(made, dir); err != nil {
		return errors.Join(err, restore(old, dir))
	}
	return os.RemoveAll(old)
}

func restore(old, dir string) error {
	err := os.Rename(old, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
