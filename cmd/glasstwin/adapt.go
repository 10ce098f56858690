package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// follower makes a running site follow its plant: what the plant's address space
// gained or lost, site, picture, folder, link and operator do, too. It is called
// from the one goroutine that looks through the plant.
//
// What changed while no program was looking is not followed, only listed: the
// first look of a run cannot tell a device that came from one that the user
// took out of the site.
type follower struct {
	dir       string
	plant     string
	session   *app.Session
	link      *opcua.Link
	speaker   *atomic.Pointer[phrase.Speaker]
	note      func(string, ...any)
	catalogue *catalogue.Catalogue
	building  *generate.Building
	before    []twin.PlantNode
}

func newFollower(ctx context.Context, o *openedSite, plant string, speaker *atomic.Pointer[phrase.Speaker], note func(string, ...any)) (*follower, error) {
	building, err := generate.Kept(ctx, func(name string) ([]byte, error) { return sitefolder.Made(o.dir, name) })
	if errors.Is(err, fs.ErrNotExist) {
		building, err = rebuild(ctx, o.dir, o.site, o.catalogue)
	}
	if err != nil {
		return nil, fmt.Errorf("open site %s: %w", o.dir, err)
	}
	return &follower{dir: o.dir, plant: plant, speaker: speaker, note: note, catalogue: o.catalogue, building: building}, nil
}

// take takes in the nodes of the plant as they are now.
func (f *follower) take(ctx context.Context, nodes []twin.PlantNode) error {
	site := f.session.Site()
	if f.before != nil {
		adapted, changes := generate.Adapt(site, f.before, nodes, f.plant, f.catalogue)
		if len(changes) > 0 {
			if err := f.follow(ctx, adapted, changes); err != nil {
				return fmt.Errorf("follow the plant: %w", err)
			}
			site = adapted
		}
	}
	f.before = nodes
	f.session.Suggest(generate.Unexplained(site, nodes, f.plant, f.catalogue))
	return nil
}

// follow draws the site as it is now and hands it to all who hold the one of
// before. The folder comes last: a site that could not be saved is shown, and
// said.
func (f *follower) follow(ctx context.Context, site *twin.Site, changes []twin.SiteChange) error {
	sc, index, err := generate.Scene(ctx, site, f.building, f.catalogue)
	if err != nil {
		return err
	}
	o := &openedSite{dir: f.dir, site: site, scene: sc, index: index, catalogue: f.catalogue}
	fit := app.Fit{Site: site, Scene: sc, Cutaway: index.Toward, Depict: depictor(o, f.speaker)}
	refitted := f.session.Refit(ctx, fit, twin.SiteNote{Plant: f.plant, Changes: changes})
	if refitted != nil && f.session.Site() != site {
		return refitted
	}
	if err := f.link.Rebind(site.Signals, site.Bindings); err != nil {
		return err
	}
	for _, c := range changes {
		f.note("%s", c.Text)
	}
	if err := errors.Join(refitted, sitefolder.Save(f.dir, site)); err != nil {
		f.note("the site follows its plant, but that is not kept: %v", err)
	}
	return nil
}
