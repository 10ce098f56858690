package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
	"github.com/glasstwin/glasstwin/xai"
)

// eyes are what a running site is perceived by: one of the two, so that one cause
// is told once.
type eyes struct {
	cabinets   *diagnose.Diagnoser // one cabinet at a time
	situations *perceive.Model     // the whole site; nil: its cabinets alone
}

// openEyes loads the models of a site. The whole of it is perceived where its
// gateways are heard, as at the sites that the model learnt from: without them a
// lost link cannot be told from a dead sensor.
func openEyes(dir string, site *twin.Site) (eyes, error) {
	d, err := loadDiagnoser(dir)
	if err != nil {
		return eyes{}, err
	}
	m, err := loadSituations(dir)
	if err != nil {
		return eyes{}, err
	}
	e := eyes{cabinets: d}
	if slices.Contains(perceive.New(site, m).Families(), perceive.Links) {
		e.situations = m
	}
	return e, nil
}

// configure sets an operator up with them.
func (e eyes) configure(c *operate.Config) {
	c.Diagnoser = e.cabinets
	if e.situations != nil {
		c.Perceiver, c.Watch = e.perceiver(), siteWatch()
	}
}

func (e eyes) perceiver() *operate.Recalling {
	return operate.NewRecalling(func(site *twin.Site) operate.Perceiver { return perceive.New(site, e.situations) })
}

// together tells which features of an explanation go with each other, of either model.
func (e eyes) together(dir string) func(*xai.Explanation) [][]string {
	cabinets := sync.OnceValue(func() [][]string {
		rows, err := rowsBeside(dir)
		if err != nil {
			return nil // a model of the site's own that has no rows beside it
		}
		return diagnose.Together(rows)
	})
	return func(x *xai.Explanation) [][]string {
		switch {
		case x.Model == perceive.ModelName && e.situations != nil:
			return e.situations.Together(x)
		case x.Model == diagnose.ModelName:
			return cabinets()
		}
		return nil
	}
}

// suffices finds what suffices for the claim of an explanation, of either model.
func (e eyes) suffices(ctx context.Context, dir string, x *xai.Explanation) (*xai.Rule, error) {
	switch {
	case x.Abstained || x.Claim == "":
		return nil, nil
	case x.Model == perceive.ModelName && e.situations != nil:
		return e.situations.Suffices(ctx, x)
	case x.Model == diagnose.ModelName:
		rows, err := rowsBeside(dir)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return e.cabinets.Suffices(ctx, x, rows)
	}
	return nil, nil
}

// shape tells how the claim of an explanation depends on a feature, of either model.
func (e eyes) shape(x *xai.Explanation, feature string) (xai.Shape, error) {
	if x.Model == perceive.ModelName && e.situations != nil {
		return e.situations.Shape(x, feature)
	}
	return e.cabinets.Shape(x, feature)
}

// rowsBeside are the rows beside the site's own model of cabinets, or beside the
// program's.
func rowsBeside(dir string) (*diagnose.Rows, error) {
	files := fs.FS(os.DirFS(modelsDir(dir)))
	if _, err := fs.Stat(files, diagnose.ModelName+".json"); errors.Is(err, fs.ErrNotExist) {
		files = assets.Models()
	}
	return readRows(files)
}

// look tells how near each asset was to a situation at a moment of the past.
func (e eyes) look(ctx context.Context, st *twin.State, at time.Time) ([]twin.Watched, error) {
	if e.situations != nil {
		return operate.LookSite(ctx, e.perceiver(), st, nil, at)
	}
	return operate.Look(ctx, e.cabinets, st, nil, at)
}

// siteWatch is the watch over a site that is perceived as a whole: that of
// cabinets, but for how often in a row a situation must be told.
func siteWatch() *operate.Watch {
	w := operate.DefaultWatch()
	w.Runs = 2
	return &w
}

// loadSituations reads the site's own model of situations, or the one in the
// program.
func loadSituations(site string) (*perceive.Model, error) {
	const name = perceive.ModelName + ".json"
	files, of := fs.FS(os.DirFS(modelsDir(site))), modelsDir(site)+string(filepath.Separator)
	f, err := files.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		of = "the program's own "
		f, err = assets.Models().Open(name)
	}
	if err != nil {
		return nil, fmt.Errorf("%s%s: open the model of situations: %w", of, name, err)
	}
	defer f.Close()
	m, err := perceive.Load(f)
	if err != nil {
		return nil, fmt.Errorf("%s%s: %w; train it again, or remove it to use the program's own", of, name, err)
	}
	if m.Usual, err = loadUsual(files); err != nil {
		return nil, err
	}
	return m, nil
}

// loadUsual reads what is usual of the readings, from beside the site's own model
// or the one in the program: it is of readings, so that it is as good for both.
func loadUsual(beside fs.FS) (*perceive.Usual, error) {
	for _, files := range []fs.FS{beside, assets.Models()} {
		f, err := files.Open(perceive.UsualName)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("open what is usual of the readings: %w", err)
		}
		defer f.Close()
		u, err := perceive.LoadUsual(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", perceive.UsualName, err)
		}
		return u, nil
	}
	return nil, nil
}
