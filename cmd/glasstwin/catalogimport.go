package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// catalogImport makes a class of a thing that somebody drew.
type catalogImport struct {
	File   string  `arg:"" type:"existingfile" help:"Drawn thing, .glb or .gltf."`
	Site   string  `type:"existingdir" required:"" placeholder:"SITE" help:"Site folder whose catalogue takes it."`
	Class  string  `placeholder:"NAME" help:"Name of the class; that of the file when not given."`
	Title  string  `placeholder:"TEXT" help:"What it is called; the file's name when not given."`
	Group  string  `default:"furniture" help:"Group that it is listed in."`
	Scale  float64 `default:"1" help:"Metres for one unit of the file: 0.001 for millimetres."`
	Height float64 `placeholder:"METRES" help:"Makes it so high, in place of --scale."`
	Turn   float64 `default:"0" placeholder:"DEGREES" help:"Turns it counter-clockwise seen from above, so that its front is towards +z."`
	ZUp    bool    `name:"z-up" help:"It is drawn with +z up, as machines often are."`
	JSON   bool    `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *catalogImport) Run(ctx context.Context, out *output) error {
	switch {
	case !(c.Scale > 0 && c.Scale <= 1000):
		return usageError{fmt.Errorf("--scale %g: give metres for one unit, above 0 up to 1000", c.Scale)}
	case !(c.Height >= 0 && c.Height <= 60):
		return usageError{fmt.Errorf("--height %g: give metres, up to 60", c.Height)}
	}
	cat, err := (ownClasses{Site: c.Site}).read()
	if err != nil {
		return err
	}
	t, err := drawnThing(ctx, c.File, catalogue.Fit{Scale: c.Scale, Height: c.Height, Turn: c.Turn * math.Pi / 180, ZUp: c.ZUp})
	if err != nil {
		return err
	}
	if c.Class != "" {
		t.Class = c.Class
	}
	if c.Title != "" {
		t.Title = map[string]string{"en": c.Title, "ko": c.Title}
	}
	t.Group = c.Group
	class, err := t.put(cat, c.Site)
	if err != nil {
		return err
	}
	for _, p := range cat.Lint(class) {
		out.note("%s", p)
	}
	size := class.UsualSize()
	if c.JSON {
		return out.json(report{Command: "catalog import", Inputs: map[string]any{"file": c.File, "site": c.Site}, Metrics: map[string]float64{"triangles": float64(t.model.Triangles())},
			Rows: []any{map[string]any{"class": class.Name, "group": class.Group, "size": size}}})
	}
	out.printf("%s: %.2f × %.2f × %.2f m, %d triangles; it can be put down as any other\n", class.Name, size[0], size[1], size[2], t.model.Triangles())
	return nil
}

// thingForm is the class file of a drawn thing.
type thingForm struct {
	Class string            `yaml:"class"`
	Title map[string]string `yaml:"title,flow"`
	Group string            `yaml:"group"`
	Mount string            `yaml:"mount"`
	Size  []float64         `yaml:"size,flow"`
	Model string            `yaml:"model"`

	model *catalogue.Model
}

// drawnThing reads a drawn thing.
func drawnThing(ctx context.Context, path string, how catalogue.Fit) (*thingForm, error) {
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	folder := filepath.Dir(path)
	sc, _, err := gltf.Read(ctx, path, data, gltf.ReadOptions{Open: func(uri string) ([]byte, error) {
		if !filepath.IsLocal(filepath.FromSlash(uri)) {
			return nil, fmt.Errorf("%q does not lie below %s", uri, folder)
		}
		return readBounded(filepath.Join(folder, filepath.FromSlash(uri)))
	}})
	if err != nil {
		return nil, err
	}
	m, err := catalogue.ModelOf(sc, how)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	title := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	name := strings.Trim(notOfAName.ReplaceAllString(strings.ToLower(title), "-"), "-")
	if name == "" || name[0] < 'a' {
		name = strings.TrimSuffix("thing-"+name, "-")
	}
	return &thingForm{Class: name, Title: map[string]string{"en": title, "ko": title}, Group: "furniture", Mount: "floor",
		Size: []float64{m.Size[0], m.Size[1], m.Size[2]}, model: m}, nil
}

var notOfAName = regexp.MustCompile(`[^a-z0-9]+`)

// drawnMost is the most bytes of a drawn thing, and of each file that it refers to.
const drawnMost = 256 << 20

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > drawnMost {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are read; make it lighter with `glasstwin lighten`", path, info.Size(), drawnMost)
	}
	return os.ReadFile(path)
}

// put adds a thing to the catalogue of a site and to cat: the shape first, then the
// class file that names it, each whole or not at all.
func (t *thingForm) put(cat *catalogue.Catalogue, site string) (*catalogue.Class, error) {
	if _, taken := cat.Class(t.Class); taken {
		return nil, fmt.Errorf("there is a class %q already; give another name with --class", t.Class)
	}
	t.Model = t.Class + ".glb"
	shape, err := gltf.Write(t.model.Scene(), gltf.WriteOptions{Bare: true})
	if err != nil {
		return nil, fmt.Errorf("write the shape of %s: %w", t.Class, err)
	}
	text, err := yaml.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("write the class %s: %w", t.Class, err)
	}
	if _, err := catalogue.Parse(t.Class+".yaml", text); err != nil {
		return nil, err
	}
	dir := filepath.Join(site, "catalogue")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the site's catalogue: %w", err)
	}
	var written []string
	for _, f := range []struct {
		name string
		data []byte
	}{{t.Model, shape}, {t.Class + ".yaml", text}} {
		path := filepath.Join(dir, f.name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s stands there already; give another name with --class, or remove it", path)
		}
		if err := writeWhole(path, f.data); err != nil {
			return nil, removed(err, written)
		}
		written = append(written, path)
	}
	class, err := cat.AddFrom(catalogue.Folder{Path: dir, Files: os.DirFS(dir)}, t.Class+".yaml")
	if err != nil {
		return nil, removed(err, written)
	}
	return class, nil
}

// removed takes back what was written before an error.
func removed(err error, written []string) error {
	for _, path := range written {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
