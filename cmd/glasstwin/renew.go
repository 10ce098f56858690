package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// Names below a site's made folder.
const (
	madeSite     = "site.yaml"     // as it was generated, before anyone changed it
	madeLayout   = "layout.yaml"   // likewise
	madeFollowed = "followed.json" // both, with what following the plant changed since
)

// madeOf is what is kept of a generated site beside the site itself; plant is
// what it was bound to, nil for none.
func madeOf(result *generate.Result, plant *generate.Plant) (map[string][]byte, error) {
	site, layout, err := sitefolder.Format(result.Site)
	if err != nil {
		return nil, err
	}
	files, err := result.Building.Keep()
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{madeSite: site, madeLayout: layout}
	maps.Copy(out, files)
	if plant != nil {
		if out[generate.KeptPlant], err = generate.KeepPlant(plant.Nodes); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// oldSite is a site that is to be renewed.
type oldSite struct {
	dir    string
	edited *twin.Site // as it stands
	made   *twin.Site // as it was generated
}

func readOldSite(dir string) (*oldSite, error) {
	edited, err := sitefolder.Read(dir)
	if err != nil {
		return nil, err
	}
	old := &oldSite{dir: dir, edited: edited, made: edited}
	made, err := readMade(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return old, nil // nobody knows what was changed: nothing is taken for a change
	}
	if err != nil {
		return nil, fmt.Errorf("renew site %s: %w", dir, err)
	}
	old.made = made
	return old, nil
}

// followedSite is a site as it was generated, adapted to its plant since. Both
// files stand in one, so that they are written together or not at all.
type followedSite struct{ Site, Layout string }

// readMade reads a site as it was generated, with what following the plant made
// of it; fs.ErrNotExist when that was not kept.
func readMade(dir string) (*twin.Site, error) {
	site, layout, err := madeFiles(dir)
	if err != nil {
		return nil, err
	}
	made, err := sitefolder.Parse(site, layout)
	if err != nil {
		return nil, fmt.Errorf("what was generated: %w", err)
	}
	return made, nil
}

func madeFiles(dir string) (site, layout []byte, err error) {
	data, err := sitefolder.Made(dir, madeFollowed)
	if err == nil {
		var f followedSite
		if err := json.Unmarshal(data, &f); err != nil {
			return nil, nil, fmt.Errorf("%s: %w; remove it: what the plant changed then counts as your edits", madeFollowed, err)
		}
		return []byte(f.Site), []byte(f.Layout), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	if site, err = sitefolder.Made(dir, madeSite); err != nil {
		return nil, nil, err
	}
	layout, err = sitefolder.Made(dir, madeLayout)
	return site, layout, err
}

// putFollowed keeps a site as if it had been generated so.
func putFollowed(dir string, made *twin.Site) error {
	site, layout, err := sitefolder.Format(made)
	if err != nil {
		return fmt.Errorf("keep what was generated: %w", err)
	}
	data, err := json.Marshal(followedSite{string(site), string(layout)})
	if err != nil {
		return fmt.Errorf("keep what was generated: %w", err)
	}
	return sitefolder.PutMade(dir, madeFollowed, data)
}

// addOldSources takes the sources of the site that are not given anew, and the
// answers that were given before.
func (g *generateCommand) addOldSources(old *oldSite, in *generate.Input, contents *sitefolder.Contents) error {
	if in.Name == "" || g.Name == "" {
		in.Name, in.ID = old.made.Name, old.edited.ID
	}
	if g.TimeZone == "UTC" {
		in.TimeZone = old.made.TimeZone
	}
	for _, s := range old.edited.Sources {
		for question, answer := range s.Answers {
			if in.Answers[s.Path] == nil {
				in.Answers[s.Path] = map[string]string{}
			}
			if _, anew := in.Answers[s.Path][question]; !anew {
				in.Answers[s.Path][question] = answer
			}
		}
		if _, given := contents.Sources[s.Path]; given || s.Kind == "opcua" {
			continue
		}
		f, err := sitefolder.OpenSource(old.dir, s)
		if err != nil {
			return fmt.Errorf("%w; give it anew, or remove it from site.yaml", err)
		}
		got, known, err := g.source(f.Name(), s.Path)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		if known {
			contents.Sources[s.Path] = sitefolder.Original{Data: got.file.Data, File: got.path}
			in.Files = append(in.Files, got.file)
		}
	}
	if in.Plant == nil && slices.ContainsFunc(old.edited.Sources, func(s twin.Source) bool { return s.Kind == "opcua" }) {
		return usageError{errors.New("this site is bound to a plant: give its opc.tcp:// address among the sources, so that it is browsed again")}
	}
	return nil
}

// answersOf reads --answer.
func answersOf(list []string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for _, s := range list {
		head, value, ok := strings.Cut(s, "=")
		i := strings.LastIndex(head, ":")
		if !ok || i < 1 || i == len(head)-1 {
			return nil, fmt.Errorf("--answer %q: write it as FILE:QUESTION=VALUE, as plan.dxf:units=mm", s)
		}
		file := head[:i]
		if out[file] == nil {
			out[file] = map[string]string{}
		}
		out[file][head[i+1:]] = value
	}
	return out, nil
}
