package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// catalogCommand looks at the catalogue of classes.
type catalogCommand struct {
	List   catalogList   `cmd:"" help:"List all classes."`
	Lint   catalogLint   `cmd:"" help:"Check class files: closed shapes, names, units, limits."`
	Sheet  catalogSheet  `cmd:"" help:"Draw a picture of all classes."`
	Import catalogImport `cmd:"" help:"Make a class of a drawn thing (glTF)."`
}

// ownClasses adds the caller's class files.
type ownClasses struct {
	Classes string `type:"existingdir" placeholder:"DIR" help:"Folder with class files of your own (YAML)."`
	Site    string `type:"existingdir" placeholder:"SITE" help:"Site folder whose own classes, in SITE/catalogue, count too."`
}

func (o ownClasses) read() (*catalogue.Catalogue, error) {
	own := classesOf(o.Site)
	if o.Classes != "" {
		own = append(own, catalogue.Folder{Path: o.Classes, Files: os.DirFS(o.Classes)})
	}
	return generate.Catalogue(own...)
}

// classesOf is the folder of class files that a site has of its own; none for
// none.
func classesOf(site string) []catalogue.Folder {
	if site == "" {
		return nil
	}
	dir, ok := sitefolder.Classes(site)
	if !ok {
		return nil
	}
	return []catalogue.Folder{{Path: dir, Files: os.DirFS(dir)}}
}

// wordsOf is the same for those who read only its titles.
func wordsOf(site string) []fs.FS {
	var out []fs.FS
	for _, f := range classesOf(site) {
		out = append(out, f.Files)
	}
	return out
}

// grouped are the classes in the order of the groups.
func grouped(cat *catalogue.Catalogue) []*catalogue.Class {
	classes := cat.Classes()
	order := catalogue.Groups()
	slices.SortStableFunc(classes, func(a, b *catalogue.Class) int {
		return cmp.Compare(slices.Index(order, a.Group), slices.Index(order, b.Group))
	})
	return classes
}

type catalogList struct {
	ownClasses
	JSON bool `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *catalogList) Run(_ context.Context, out *output) error {
	cat, err := c.read()
	if err != nil {
		return err
	}
	var rows []any
	for _, class := range grouped(cat) {
		moving := 0
		for _, p := range class.Parts {
			if p.Joint != nil {
				moving++
			}
		}
		if c.JSON {
			rows = append(rows, map[string]any{"class": class.Name, "group": class.Group, "title": class.Title, "size": class.Size,
				"signals": len(class.Signals), "moving_parts": moving, "failures": len(class.Failures)})
			continue
		}
		size := class.UsualSize()
		out.printf("%-14s %-24s %-34s %.2f × %.2f × %.2f m  %2d signals  %2d moving parts\n",
			class.Group, class.Name, class.Title.In("en"), size[0], size[1], size[2], len(class.Signals), moving)
	}
	if c.JSON {
		return out.json(report{Command: "catalog list", Inputs: map[string]any{"classes": c.Classes},
			Metrics: map[string]float64{"classes": float64(len(rows))}, Rows: rows})
	}
	return nil
}

type catalogLint struct {
	ownClasses
	Files []string `arg:"" optional:"" type:"path" help:"Class files to check; all classes when none is given."`
	JSON  bool     `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *catalogLint) Run(ctx context.Context, out *output) error {
	cat, err := c.read()
	if err != nil {
		return err
	}
	check := cat.Classes()
	if len(c.Files) > 0 {
		if check, err = addFiles(cat, c.Files); err != nil {
			return err
		}
	}
	var rows []any
	for _, class := range check {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, p := range cat.Lint(class) {
			if !c.JSON {
				out.printf("%s\n", p)
			}
			rows = append(rows, p)
		}
	}
	if c.JSON {
		err = out.json(report{Command: "catalog lint", Inputs: map[string]any{"files": c.Files, "classes": c.Classes},
			Metrics: map[string]float64{"classes": float64(len(check)), "problems": float64(len(rows))}, Rows: rows})
	} else {
		out.note("%d classes, %d problems", len(check), len(rows))
	}
	if err == nil && len(rows) > 0 {
		err = fmt.Errorf("%d problems in %d classes", len(rows), len(check))
	}
	return err
}

// addFiles reads class files beside those of the catalogue; one of a class that
// the catalogue has stands in for it.
func addFiles(cat *catalogue.Catalogue, files []string) ([]*catalogue.Class, error) {
	var out []*catalogue.Class
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read class file: %w", err)
		}
		class, err := cat.Replace(path, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		out = append(out, class)
	}
	return out, nil
}

type catalogSheet struct {
	ownClasses
	Out     string `short:"o" default:"catalogue.png" type:"path" placeholder:"FILE.png" help:"Picture to write."`
	Columns int    `default:"10" help:"Classes side by side, 1 to 24."`
	Opened  bool   `help:"With doors, drawers and lids opened."`
	JSON    bool   `help:"Print one JSON object."`
}

// Run is called by kong.
func (c *catalogSheet) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if c.Columns < 1 || c.Columns > 24 {
		return usageError{fmt.Errorf("--columns %d: give 1 to 24", c.Columns)}
	}
	cat, err := c.read()
	if err != nil {
		return err
	}
	s, err := newSheet(cat, grouped(cat), c.Opened)
	if err != nil {
		return err
	}
	img, err := s.picture(ctx, c.Columns)
	if err != nil {
		return err
	}
	if err := writePNG(c.Out, img); err != nil {
		return err
	}
	if c.JSON {
		return out.json(report{Command: "catalog sheet", Inputs: map[string]any{"out": filepath.Base(c.Out), "columns": c.Columns, "opened": c.Opened},
			Metrics: map[string]float64{"classes": float64(len(s.classes)), "triangles": float64(s.scene.Triangles()), "seconds": time.Since(began).Seconds()}})
	}
	out.printf("%s\n", c.Out)
	return nil
}
