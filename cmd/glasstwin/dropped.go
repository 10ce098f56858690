package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// droppedFiles is a site that is made of files dropped on the window. It stands
// in the data folder, under a name made from the files.
type droppedFiles struct {
	paths []string
	dir   string // once made
}

func dropFiles(paths []string) desktop.Dropped { return &droppedFiles{paths: paths} }

// Make implements desktop.Dropped.
func (d *droppedFiles) Make(ctx context.Context, answers map[string]map[string]string, tell func(string)) (desktop.Made, error) {
	name := strings.TrimSuffix(filepath.Base(d.paths[0]), filepath.Ext(d.paths[0]))
	g := &generateCommand{Sources: d.paths, Name: name, TimeZone: "UTC"}
	defer g.close()
	dir := d.dir
	if dir == "" {
		data, err := dataFolder()
		if err != nil {
			return desktop.Made{}, err
		}
		dir = freeFolder(filepath.Join(data, "sites"), name)
	}
	g.Out = dir
	in, contents, err := g.input(ctx, &output{progress: tellWriter(tell)})
	if err != nil {
		return desktop.Made{}, err
	}
	in.Answers = answers
	result, err := generate.Run(ctx, in)
	if err != nil {
		return desktop.Made{}, err
	}
	if contents.Made, err = madeOf(result, in.Plant); err != nil {
		return desktop.Made{}, err
	}
	if err := ctx.Err(); err != nil {
		return desktop.Made{}, err
	}
	if err := sitefolder.Create(dir, result.Site, contents, d.dir != ""); err != nil {
		return desktop.Made{}, err
	}
	d.dir = dir
	return told(result, dir), nil
}

// told is a generated site in lines for a person.
func told(result *generate.Result, dir string) desktop.Made {
	r := result.Report
	m := desktop.Made{Name: result.Site.Name}
	line := func(format string, args ...any) { m.Summary = append(m.Summary, fmt.Sprintf(format, args...)) }
	line("%d of %d elements of the sources were understood", r.ElementsUnderstood, r.ElementsTotal)
	line("%d zones, %d things, %d signals, %d of them bound to a plant", r.Zones, r.Assets, r.Signals, r.Bound)
	for _, class := range r.Classes() {
		line("%4d  %s", r.ByClass[class], class)
	}
	line("It stands in %s", dir)
	for _, c := range r.Conflicts {
		m.Conflicts = append(m.Conflicts, c.String())
	}
	for _, n := range r.Notes {
		m.Notes = append(m.Notes, n.String())
	}
	for _, q := range r.Questions {
		m.Questions = append(m.Questions, desktop.Question{Source: q.Source, ID: q.ID, Text: q.Text, Guess: q.Guess, Confidence: q.Confidence, Choices: q.Choices, Preview: q.Preview})
	}
	return m
}

// freeFolder is the first folder of that name that is not taken.
func freeFolder(parent, name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, name)
	if name == "" || name == "." || name == ".." {
		name = "site"
	}
	for n := 1; ; n++ {
		dir := filepath.Join(parent, name)
		if n > 1 {
			dir = fmt.Sprintf("%s-%d", dir, n)
		}
		if _, err := os.Lstat(dir); errors.Is(err, os.ErrNotExist) {
			return dir
		}
	}
}

// Open implements desktop.Dropped: a window of its own, which lives on when this
// one is closed.
func (d *droppedFiles) Open(context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("open %s: %w", d.dir, err)
	}
	cmd := exec.Command(self, "open", d.dir)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open %s: %w", d.dir, err)
	}
	return cmd.Process.Release()
}

// Discard implements desktop.Dropped.
func (d *droppedFiles) Discard() error {
	if d.dir == "" {
		return nil
	}
	return os.RemoveAll(d.dir)
}

// tellWriter hands each line that is written to somebody who shows it.
type tellWriter func(string)

func (t tellWriter) Write(p []byte) (int, error) {
	if s := strings.TrimSpace(string(p)); s != "" {
		t(s)
	}
	return len(p), nil
}
