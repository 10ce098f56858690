package sitefolder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/twin"
)

// Contents is what a site folder holds besides the site itself.
type Contents struct {
	Sources map[string]Original // the originals as they came, by their name below sources/
	Made    map[string][]byte   // what was worked out from them, by its name below made/
}

// Original is a source: its bytes, or for a large one the file that has them.
type Original struct {
	Data []byte
	File string // copied when Data is nil
}

// Create writes a new site folder. It is made beside its place and moved there
// whole, so that a half-made one is never seen. A folder that stands there
// already is refused, or with replace put aside and removed with all it holds,
// its journal included. Only its catalogue stays, which may stand there before
// the site does.
func Create(dir string, s *twin.Site, contents Contents, replace bool) error {
	if err := create(filepath.Clean(dir), s, contents, replace); err != nil {
		return fmt.Errorf("write site %s: %w", dir, err)
	}
	return nil
}

func create(dir string, s *twin.Site, contents Contents, replace bool) error {
	taken, err := occupied(dir)
	switch {
	case err != nil:
		return err
	case taken && !replace:
		return errors.New("it exists already; choose another folder, renew it with --update, or replace it and its journal with --force")
	case taken && !exists(filepath.Join(dir, siteFile)):
		return fmt.Errorf("it is not a site (no %s), so it is not replaced; choose another folder", siteFile)
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp) // nothing is left when it was moved
	if err := fill(temp, s, contents, nil); err != nil {
		return err
	}
	if classes, ok := Classes(dir); ok {
		if err := copyFiles(classes, filepath.Join(temp, classesDir)); err != nil {
			return fmt.Errorf("keep %s: %w", classesDir, err)
		}
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	if err := move(temp, dir); err != nil {
		return err
	}
	return syncDir(parent)
}

// move moves a new folder to the place of an old one, if there is one.
func move(temp, dir string) error {
	if !exists(dir) {
		return os.Rename(temp, dir)
	}
	old := temp + ".old"
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	if err := os.Rename(temp, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return os.RemoveAll(old)
}

// copyFiles copies the files of a folder, and waits until the disk has them.
func copyFiles(from, to string) error {
	if err := os.Mkdir(to, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		here, there := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		switch {
		case e.IsDir():
			err = copyFiles(here, there)
		case e.Type().IsRegular():
			err = writeBelow(to, e.Name(), Original{File: here})
		}
		if err != nil {
			return err
		}
	}
	return syncDir(to)
}

// occupied tells whether something stands at dir. An empty folder does not
// count, nor one with a catalogue only: it is taken as the place meant.
func occupied(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if len(entries) == 1 && entries[0].Name() == classesDir && entries[0].IsDir() {
		return false, nil
	}
	return len(entries) > 0, err
}

// fill writes all that a site folder holds into an empty one, with the comments
// of what stood there before.
func fill(dir string, s *twin.Site, contents Contents, before map[string][]byte) error {
	after, err := formatOver(before, s)
	if err != nil {
		return err
	}
	below := filepath.Join(dir, sourcesDir)
	if err := os.Mkdir(below, 0o755); err != nil {
		return err
	}
	for name, original := range contents.Sources {
		if err := writeBelow(below, name, original); err != nil {
			return fmt.Errorf("source %.80q: %w", name, err)
		}
	}
	made := filepath.Join(dir, madeDir)
	if len(contents.Made) > 0 {
		if err := os.Mkdir(made, 0o755); err != nil {
			return err
		}
		for name, data := range contents.Made {
			if err := writeBelow(made, name, Original{Data: data}); err != nil {
				return fmt.Errorf("%s/%s: %w", madeDir, name, err)
			}
		}
		if err := syncDir(made); err != nil {
			return err
		}
	}
	for name, data := range after {
		if err := writeFile(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	return errors.Join(syncDir(below), syncDir(dir))
}

func writeBelow(dir, name string, original Original) error {
	if !plainName(name) {
		return errors.New("it is not a plain file name; give it one")
	}
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if original.Data != nil || original.File == "" {
		return writeFile(file, original.Data)
	}
	from, err := os.Open(original.File)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if err == nil {
		err = to.Sync()
	}
	return errors.Join(err, to.Close())
}

// Format returns the contents of site.yaml and layout.yaml, the same for the
// same site. A site that could not be read again is refused.
func Format(s *twin.Site) (site, layout []byte, err error) {
	f, l, err := forms(s)
	if err != nil {
		return nil, nil, err
	}
	if site, err = encode("# What there is in this site, and the rules for acting on it. Edit it by hand or in the program.\n", f); err != nil {
		return nil, nil, err
	}
	if layout, err = encode("# Where everything stands: middle of the footprint in metres (x east, y up, z south), yaw in degrees.\n", l); err != nil {
		return nil, nil, err
	}
	if _, err := Parse(site, layout); err != nil {
		return nil, nil, fmt.Errorf("it could not be read again: %w", err)
	}
	return site, layout, nil
}

func encode(head string, v any) ([]byte, error) {
	buf := bytes.NewBufferString(head)
	enc := yaml.NewEncoder(buf)
	enc.SetIndent(2)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return buf.Bytes(), enc.Close()
}
