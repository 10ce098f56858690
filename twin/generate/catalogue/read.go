package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// Limits on class files; a real one has some 8 kB and 20 parts.
const (
	fileMax    = 256 << 10
	classesMax = 2000
	partsMax   = 200
	shapesMax  = 400 // in one part
	repeatMax  = 400 // of one part or shape
	sizeMax    = 60  // metres of one asset, along any axis
)

// Catalogue is all classes with the palette they are made of. It may be shared
// between goroutines, and grow meanwhile; a class does not change.
type Catalogue struct {
	mu      sync.RWMutex
	classes map[string]*Class
	palette palette
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Folder is a folder of class files. Path stands before their names in messages;
// empty: they stand alone.
type Folder struct {
	Path  string
	Files fs.FS
}

// Read reads every class file of a folder, and palette/materials.yaml and
// palette/goods.yaml below it; of every folder in extra it reads the class
// files. Every class is built once, so that a bad file is found here and not
// when a store needs it.
func Read(files fs.FS, extra ...Folder) (*Catalogue, error) {
	c := &Catalogue{classes: map[string]*Class{}}
	if err := c.palette.read(files); err != nil {
		return nil, err
	}
	for _, folder := range append([]Folder{{Files: files}}, extra...) {
		if err := c.readFolder(folder); err != nil {
			return nil, err
		}
	}
	if len(c.classes) == 0 {
		return nil, errors.New("the catalogue holds no class files")
	}
	return c, nil
}

func (c *Catalogue) readFolder(folder Folder) error {
	names, err := fs.Glob(folder.Files, "*.yaml")
	if err != nil {
		return fmt.Errorf("list the catalogue: %w", err)
	}
	if len(names) > classesMax {
		return fmt.Errorf("the catalogue holds %d class files; at most %d are expected", len(names), classesMax)
	}
	for _, name := range names {
		data, err := readFile(folder.Files, name)
		if err != nil {
			return err
		}
		if _, err := c.add(folder.Files, path.Join(folder.Path, name), data); err != nil {
			return err
		}
	}
	return nil
}

// Add reads one more class file and builds its class once. One with a model of its
// own is read by AddFrom.
func (c *Catalogue) Add(file string, data []byte) (*Class, error) { return c.add(nil, file, data) }

// AddFrom reads one more class file of a folder, and builds its class once. Others may
// use the catalogue meanwhile.
func (c *Catalogue) AddFrom(folder Folder, name string) (*Class, error) {
	data, err := readFile(folder.Files, name)
	if err != nil {
		return nil, err
	}
	return c.add(folder.Files, path.Join(folder.Path, name), data)
}

func (c *Catalogue) add(beside fs.FS, file string, data []byte) (*Class, error) {
	class, err := Parse(file, data)
	if err != nil {
		return nil, err
	}
	if have, twice := c.Class(class.Name); twice {
		return nil, placed(file, data, fmt.Errorf("class %q stands in %s already; rename one", class.Name, have.file))
	}
	if err := class.readModel(beside); err != nil {
		return nil, placed(file, data, err)
	}
	if err := c.try(class); err != nil {
		return nil, placed(file, data, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.classes[class.Name] = class
	return class, nil
}

// Class returns the class of that name.
func (c *Catalogue) Class(name string) (*Class, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	class, ok := c.classes[name]
	return class, ok
}

// Classes lists all classes by name.
func (c *Catalogue) Classes() []*Class {
	c.mu.RLock()
	out := slices.Collect(maps.Values(c.classes))
	c.mu.RUnlock()
	slices.SortFunc(out, func(a, b *Class) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Parse reads one class file. file is its name, for messages.
func Parse(file string, data []byte) (*Class, error) {
	if len(data) > fileMax {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are allowed", file, len(data), fileMax)
	}
	var c Class
	if err := decode(data, &c); err != nil {
		return nil, placed(file, data, err)
	}
	c.file = file
	if err := c.check(); err != nil {
		return nil, placed(file, data, err)
	}
	return &c, nil
}

func decode(data []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	return dec.Decode(into)
}

func readFile(files fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	if info.Size() > fileMax {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are allowed", name, info.Size(), fileMax)
	}
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	return data, nil
}

// UnmarshalYAML keeps the line for messages.
func (s *Shape) UnmarshalYAML(node *yaml.Node) error {
	type plain Shape
	s.line = node.Line
	return strict(node, (*plain)(s))
}

// UnmarshalYAML keeps the line for messages.
func (g *Goods) UnmarshalYAML(node *yaml.Node) error {
	type plain Goods
	g.line = node.Line
	return strict(node, (*plain)(g))
}

// strict decodes a mapping and refuses keys that into has not: a misspelt one
// would otherwise silently draw something else.
func strict(node *yaml.Node, into any) error {
	known := yamlKeys(into)
	for k := 0; k+1 < len(node.Content); k += 2 {
		if key := node.Content[k]; node.Kind == yaml.MappingNode && !slices.Contains(known, key.Value) {
			return fmt.Errorf("line %d: unknown key %q; known are %s", key.Line, key.Value, strings.Join(known, ", "))
		}
	}
	return node.Decode(into)
}

func (c *Class) check() error {
	switch {
	case !nameForm.MatchString(c.Name):
		return fmt.Errorf("class %q: a name is lower-case words joined by hyphens", c.Name)
	case c.Title["en"] == "":
		return errors.New("title.en is missing")
	case len(c.Size) != 3:
		return fmt.Errorf("size has %d numbers, not W, H, D", len(c.Size))
	case !slices.Contains([]Mount{OnFloor, OnWall, OnCeiling, InWall, Outdoors}, c.Mount):
		return fmt.Errorf("mount %q is none of floor, wall, ceiling, opening, outdoors", c.Mount)
	case c.Model != "" && !modelForm.MatchString(c.Model):
		return fmt.Errorf("model %q is no plain name of a .glb file beside the class file", c.Model)
	case len(c.Parts) == 0 && c.Model == "" || len(c.Parts) > partsMax:
		return fmt.Errorf("%d parts; between 1 and %d are expected", len(c.Parts), partsMax)
	}
	for _, v := range c.Size {
		if !(v > 0 && v <= sizeMax) {
			return fmt.Errorf("size %v is not between 0 and %d m", v, sizeMax)
		}
	}
	if err := c.checkReferences(); err != nil {
		return err
	}
	if err := c.checkPlans(); err != nil {
		return err
	}
	return c.compile()
}

// checkReferences finds names that lead nowhere.
func (c *Class) checkReferences() error {
	parts := map[string]bool{"": true}
	for _, p := range c.Parts {
		if !nameForm.MatchString(p.Name) {
			return fmt.Errorf("part %q: a name is lower-case words joined by hyphens", p.Name)
		}
		if len(p.Shapes) > shapesMax || len(p.Goods) > shapesMax {
			return fmt.Errorf("part %q has more than %d shapes", p.Name, shapesMax)
		}
		parts[p.Name] = true
	}
	seen := map[string]bool{}
	for _, s := range c.Signals {
		switch {
		case !nameForm.MatchString(s.Name) || seen[s.Name]:
			return fmt.Errorf("signal %q: a name is lower-case words joined by hyphens, and unique", s.Name)
		case !parts[s.Part]:
			return fmt.Errorf("signal %q is measured at part %q, which the class has not", s.Name, s.Part)
		case s.Range != nil && (len(s.Range) != 2 || s.Range[0] > s.Range[1]):
			return fmt.Errorf("signal %q: range is not low, high", s.Name)
		}
		seen[s.Name] = true
	}
	for _, p := range c.Parts {
		if p.Joint != nil && p.Joint.Drive != "" && !seen[p.Joint.Drive] {
			return fmt.Errorf("part %q is driven by signal %q, which the class has not", p.Name, p.Joint.Drive)
		}
	}
	failures := map[string]bool{}
	for _, f := range c.Failures {
		if !parts[f.Part] {
			return fmt.Errorf("failure %q sits in part %q, which the class has not", f.Name, f.Part)
		}
		failures[f.Name] = true
	}
	for _, r := range c.Remedies {
		s, ok := c.SignalOf(r.Signal)
		if !ok || !s.Writable {
			return fmt.Errorf("remedy %q writes signal %q, which the class has not or which is not writable", r.Name, r.Signal)
		}
		if !failures[r.Answers] {
			return fmt.Errorf("remedy %q answers failure %q, which the class has not", r.Name, r.Answers)
		}
	}
	return nil
}

// compile makes every expression of the class usable.
func (c *Class) compile() error {
	env := newScope(1, 1, 1)
	for _, p := range c.Params {
		if _, taken := env[p.Name]; taken || p.Name == "" {
			return fmt.Errorf("parameter %q: the name is empty or taken", p.Name)
		}
		if !(p.Min <= p.Default && p.Default <= p.Max) {
			return fmt.Errorf("parameter %q: its default %v is not between %v and %v", p.Name, p.Default, p.Min, p.Max)
		}
		env[p.Name] = p.Default
	}
	for k := range c.Let {
		l := &c.Let[k]
		if _, taken := env[l.Name]; taken || l.Name == "" {
			return fmt.Errorf("let %q: the name is empty or taken", l.Name)
		}
		if err := l.Value.compile(env); err != nil {
			return err
		}
		env[l.Name] = 1.0
	}
	for k := range c.Parts {
		if err := c.Parts[k].compile(env); err != nil {
			return fmt.Errorf("part %q: %w", c.Parts[k].Name, err)
		}
	}
	return c.compilePlans(env)
}

func (p *Part) compile(env scope) error {
	numbers := []*Number{&p.When, &p.Repeat, &p.Turn}
	add := func(ns []Number) {
		for k := range ns {
			numbers = append(numbers, &ns[k])
		}
	}
	add(p.At)
	for k := range p.Shapes {
		s := &p.Shapes[k]
		numbers = append(numbers, &s.When, &s.Repeat, &s.Bevel, &s.Width, &s.Radius, &s.Wall, &s.Length, &s.Sides)
		for _, list := range [][]Number{s.Box, s.Frame, s.Cylinder, s.Tube, s.Dome, s.Span, s.At} {
			add(list)
		}
		for _, points := range [][][]Number{s.Prism, s.Lathe} {
			for _, point := range points {
				add(point)
			}
		}
	}
	for k := range p.Goods {
		g := &p.Goods[k]
		numbers = append(numbers, &g.When, &g.Repeat, &g.Rows, &g.Fill)
		add(g.Volume)
	}
	if j := p.Joint; j != nil {
		numbers = append(numbers, &j.Min, &j.Max, &j.Speed, &j.Scale, &j.Offset)
		add(j.Origin)
		if j.Mimic != nil {
			numbers = append(numbers, &j.Mimic.Ratio, &j.Mimic.Shift)
		}
	}
	for _, n := range numbers {
		if err := n.compile(env); err != nil {
			return err
		}
	}
	return nil
}
