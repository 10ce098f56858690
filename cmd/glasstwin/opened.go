package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// openedSite is a site folder that was read, with its scene drawn.
type openedSite struct {
	dir       string
	site      *twin.Site
	scene     *scene.Scene
	index     generate.Index
	catalogue *catalogue.Catalogue // with the site's own classes
	building  *generate.Building   // nil: its sources hold none
}

// openSite reads a site folder and draws its scene from the sources in it. It
// changes nothing.
func openSite(ctx context.Context, dir string) (*openedSite, error) {
	site, err := sitefolder.Read(dir)
	if err != nil {
		return nil, err
	}
	if err := checkRules(dir, site); err != nil {
		return nil, err
	}
	cat, err := generate.Catalogue(classesOf(dir)...)
	if err != nil {
		return nil, err
	}
	building, err := generate.Kept(ctx, func(name string) ([]byte, error) { return sitefolder.Made(dir, name) })
	if errors.Is(err, fs.ErrNotExist) { // a site of an earlier version, or made by hand
		building, err = rebuild(ctx, dir, site, cat)
	}
	if err != nil {
		return nil, fmt.Errorf("open site %s: %w", dir, err)
	}
	sc, index, err := generate.Scene(ctx, site, building, cat)
	if err != nil {
		return nil, err
	}
	return &openedSite{dir: dir, site: site, scene: sc, index: index, catalogue: cat, building: building}, nil
}

// checkRules tells where in its site.yaml a rule of a site cannot be used.
func checkRules(dir string, site *twin.Site) error {
	err := operate.Check(site)
	var rule *operate.RuleError
	if !errors.As(err, &rule) {
		return err
	}
	return fmt.Errorf("open site %s: %s: %s: %s; correct it", dir, sitefolder.At(dir, rule.Line, rule.Column, rule.Path...), rule.What, rule.Text)
}

// as is the same folder with its site as it was or will be, drawn.
func (o *openedSite) as(ctx context.Context, site *twin.Site) (*openedSite, error) {
	sc, index, err := generate.Scene(ctx, site, o.building, o.catalogue)
	if err != nil {
		return nil, err
	}
	other := *o
	other.site, other.scene, other.index = site, sc, index
	return &other, nil
}

// fit is what a session shows of it.
func (o *openedSite) fit(speaker *atomic.Pointer[phrase.Speaker]) app.Fit {
	return app.Fit{Site: o.site, Scene: o.scene, Cutaway: o.index.Toward, Depict: depictor(o, speaker)}
}

// rebuild makes the building of a site from its sources.
func rebuild(ctx context.Context, dir string, site *twin.Site, cat *catalogue.Catalogue) (*generate.Building, error) {
	in := generate.Input{ID: site.ID, Name: site.Name, Catalogue: cat, Answers: map[string]map[string]string{}}
	for _, source := range site.Sources {
		if source.Kind == "opcua" {
			continue
		}
		f, err := sitefolder.OpenSource(dir, source)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		file := generate.File{Kind: source.Kind, Name: source.Path}
		if source.Kind == generate.KindScan {
			info, err := f.Stat()
			if err != nil {
				return nil, fmt.Errorf("read source: %w", err)
			}
			file.At, file.Size = f, info.Size()
		} else if file.Data, err = sitefolder.Source(dir, source); err != nil {
			return nil, err
		}
		in.Files = append(in.Files, file)
		in.Answers[source.Path] = source.Answers
	}
	return generate.Rebuild(ctx, in)
}

// journalDir is where a site keeps its journal and history.
func journalDir(site string) string { return filepath.Join(site, "journal") }

// loadDiagnoser reads the site's own fault model, or the one in the program, with
// what stands beside it.
func loadDiagnoser(site string) (*diagnose.Diagnoser, error) {
	files, of := fs.FS(os.DirFS(filepath.Join(site, "models"))), filepath.Join(site, "models")+string(filepath.Separator)
	if _, err := fs.Stat(files, diagnose.ModelName+".json"); errors.Is(err, fs.ErrNotExist) {
		files, of = assets.Models(), "the program's own "
	}
	d, err := readDiagnoser(files)
	if err != nil {
		return nil, fmt.Errorf("%s%w; train it again, or remove it to use the program's own", of, err)
	}
	return d, nil
}

// readDiagnoser reads a model and, where it is there, what is usual of its input.
// Its errors begin with the file's name.
func readDiagnoser(files fs.FS) (*diagnose.Diagnoser, error) {
	f, err := files.Open(diagnose.ModelName + ".json")
	if err != nil {
		return nil, fmt.Errorf("%s.json: open the fault model: %w", diagnose.ModelName, err)
	}
	defer f.Close()
	d, err := diagnose.Load(f)
	if err != nil {
		return nil, fmt.Errorf("%s.json: %w", diagnose.ModelName, err)
	}
	m, err := files.Open(diagnose.MonitorName)
	if errors.Is(err, fs.ErrNotExist) {
		return d, nil // a model of an earlier version: its own range is known
	}
	if err != nil {
		return nil, fmt.Errorf("%s: open the drift monitor: %w", diagnose.MonitorName, err)
	}
	defer m.Close()
	if err := d.Guard(m); err != nil {
		return nil, fmt.Errorf("%s: %w", diagnose.MonitorName, err)
	}
	return d, nil
}
