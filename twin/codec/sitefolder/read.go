package sitefolder

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	slashed "path"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/twin"
)

// Files of a site folder.
const (
	siteFile   = "site.yaml"
	layoutFile = "layout.yaml"
	sourcesDir = "sources"
	madeDir    = "made"
	classesDir = "catalogue"
)

// Limits on what is read: the largest site written so far has 20,000 assets.
const (
	fileMax   = 64 << 20
	sourceMax = 1 << 30 // of one that is read whole
	madeMax   = 1 << 30
	assetsMax = 50_000
	zonesMax  = 10_000
)

// Read reads a site folder.
func Read(dir string) (*twin.Site, error) {
	site, err := readFile(current(dir, siteFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open site %s: it holds no %s; name the folder that `glasstwin generate` wrote", dir, siteFile)
	}
	if err != nil {
		return nil, fmt.Errorf("open site: %w", err)
	}
	layout, err := readFile(current(dir, layoutFile))
	if err != nil {
		return nil, fmt.Errorf("open site: %w", err)
	}
	s, err := Parse(site, layout)
	if err != nil {
		return nil, fmt.Errorf("open site %s: %w", dir, err)
	}
	return s, nil
}

// Classes is where the class files of a site's own stand: false when it has
// none. The folder need not be a site yet.
func Classes(dir string) (path string, ok bool) {
	path = filepath.Join(dir, classesDir)
	info, err := os.Stat(path)
	return path, err == nil && info.IsDir()
}

// Parse joins the contents of site.yaml and layout.yaml. An error names file,
// line and key, and the mend.
func Parse(site, layout []byte) (*twin.Site, error) {
	s, err := parse(site, layout)
	if err != nil {
		return nil, located(err, map[string][]byte{siteFile: site, layoutFile: layout})
	}
	return s, nil
}

func parse(site, layout []byte) (*twin.Site, error) {
	var f siteForm
	if err := decode(siteFile, site, &f); err != nil {
		return nil, err
	}
	var l layoutForm
	if err := decode(layoutFile, layout, &l); err != nil {
		return nil, err
	}
	return f.site(l)
}

// Source reads one of the originals below sources/ whole.
func Source(dir string, src twin.Source) ([]byte, error) {
	f, err := OpenSource(dir, src)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readWhole(f, src.Path, sourceMax)
}

// OpenSource opens one of the originals below sources/. The caller closes it.
func OpenSource(dir string, src twin.Source) (*os.File, error) {
	f, err := openBelow(current(dir, sourcesDir), src.Path)
	if err != nil {
		return nil, fmt.Errorf("read source: %w", err)
	}
	return f, nil
}

// Made reads what was worked out from the sources, by its name below made/. The
// error is fs.ErrNotExist when the site has none of that name.
func Made(dir, name string) ([]byte, error) {
	f, err := OpenMade(dir, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readWhole(f, name, madeMax)
}

// OpenMade opens what Made reads. The caller closes it.
func OpenMade(dir, name string) (*os.File, error) {
	f, err := openBelow(current(dir, madeDir), name)
	if err != nil {
		return nil, fmt.Errorf("read %s/%s: %w", madeDir, name, err)
	}
	return f, nil
}

// openBelow opens a file in a folder; no name and no link leads out of it.
func openBelow(dir, name string) (*os.File, error) {
	if !plainName(name) {
		return nil, fmt.Errorf("%q leads out of its folder", name)
	}
	return os.OpenInRoot(dir, filepath.FromSlash(name))
}

func readWhole(f *os.File, name string, most int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("read %s: larger than %d MB; split it", name, most>>20)
	}
	return data, nil
}

func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > fileMax {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are read; split the site", path, info.Size(), fileMax)
	}
	return os.ReadFile(path)
}

func decode(file string, data []byte, into any) error {
	if len(data) > fileMax {
		return fmt.Errorf("%s: %d bytes, at most %d are read; split the site", file, len(data), fileMax)
	}
	if bytes.ContainsAny(data, "&") && aliased(data) {
		return fmt.Errorf("%s: anchors and aliases are not read; write every value out", file)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	switch err := dec.Decode(into); {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s: the file is empty; restore it, or generate the site again", file)
	case err != nil:
		return malformed(file, err)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: a second document follows after \"---\"; remove it", file)
	}
	return nil
}

// aliased tells whether a file uses aliases, with which few bytes can grow to
// gigabytes.
func aliased(data []byte) bool {
	var n yaml.Node
	if yaml.Unmarshal(data, &n) != nil {
		return false // Decode will tell what is wrong
	}
	stack := []*yaml.Node{&n}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top.Kind == yaml.AliasNode || top.Anchor != "" {
			return true
		}
		stack = append(stack, top.Content...)
	}
	return false
}

// plainName tells whether a name is that of a file below its folder, with
// slashes between folders.
func plainName(name string) bool {
	return name != "" && name != "." && len(name) <= nameMax && !strings.ContainsAny(name, "\\\x00") && slashed.Clean(name) == name && filepath.IsLocal(filepath.FromSlash(name))
}

// nameMax is what common file systems take of one name, bytes.
const nameMax = 240
