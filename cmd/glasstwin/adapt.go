package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/connectors/opcua"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// follower makes a running site follow its plant: what the plant's address space
// gained or lost, site, picture, folder, link and operator do, too.
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

	mu      sync.Mutex // held while something is followed
	before  []twin.PlantNode
	base    *twin.Site // as the folder held it when the session's site was made of it
	unsaved bool       // the session's site could not be written over what a user wrote
}

func newFollower(o *openedSite, plant string, speaker *atomic.Pointer[phrase.Speaker], note func(string, ...any)) *follower {
	return &follower{dir: o.dir, plant: plant, speaker: speaker, note: note, catalogue: o.catalogue, building: o.building, base: o.site}
}

// take takes in the nodes of the plant as they are now.
func (f *follower) take(ctx context.Context, nodes []twin.PlantNode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.before != nil {
		adapted, changes := generate.Adapt(f.session.Site(), f.before, nodes, f.plant, f.catalogue)
		if len(changes) > 0 {
			if err := f.follow(ctx, adapted, changes); err != nil {
				return fmt.Errorf("follow the plant: %w", err)
			}
		}
	}
	f.before = nodes
	f.session.Suggest(generate.Unexplained(f.session.Site(), nodes, f.plant, f.catalogue))
	return nil
}

// follow writes the site as it is now into its folder, with what a user wrote
// there meanwhile, draws it and hands it to all who hold the one of before. What
// cannot be written is shown all the same, and said.
func (f *follower) follow(ctx context.Context, adapted *twin.Site, changes []twin.SiteChange) error {
	joined, taken, unsaved := f.save(ctx, adapted)
	site := joined
	if unsaved != nil {
		site, taken = adapted, []twin.SiteChange{f.setAside(adapted, unsaved)}
	}
	changes = append(slices.Clip(changes), taken...)
	fit, err := f.draw(ctx, site)
	if err != nil {
		return err
	}
	refitted := f.session.Refit(ctx, fit, twin.SiteNote{Plant: f.plant, Changes: changes})
	if refitted != nil && f.session.Site() != site {
		return refitted
	}
	if err := f.link.Rebind(site.Signals, site.Bindings); err != nil {
		return err
	}
	if f.unsaved = unsaved != nil; !f.unsaved {
		f.base = site
	}
	for _, c := range changes {
		f.note("%s", c.Text)
	}
	if refitted != nil {
		f.note("the site follows its plant, but the journal does not tell it: %v", refitted)
	}
	return nil
}

// conflict is where a user's folder and the plant say different things.
type conflict struct{ notes []generate.Note }

func (c conflict) Error() string {
	return "it was edited meanwhile and says otherwise than the plant: " + c.where()
}

func (c conflict) where() string {
	var places []string
	for _, n := range c.notes {
		if !slices.Contains(places, n.Place) {
			places = append(places, n.Place)
		}
	}
	if more := len(places) - conflictsTold; more > 0 {
		places = append(places[:conflictsTold], fmt.Sprintf("%d more", more))
	}
	return strings.Join(places, ", ")
}

const conflictsTold = 3

// save writes an adapted site into the folder, joined with what a user wrote
// there since it was last read or written, and returns it with what the user's
// part changes. On an error the folder is as the user left it.
func (f *follower) save(ctx context.Context, adapted *twin.Site) (joined *twin.Site, taken []twin.SiteChange, err error) {
	joined, err = sitefolder.Revise(f.dir, func(now *twin.Site) (*twin.Site, error) {
		site, changes, conflicts := generate.TakeEdits(f.base, now, adapted)
		if len(conflicts) > 0 {
			return nil, conflict{conflicts}
		}
		if len(changes) > 0 { // a user's hand may have written what cannot run
			if err := f.usable(ctx, site); err != nil {
				return nil, err
			}
		}
		taken = changes
		return site, nil
	})
	return joined, taken, err
}

// usable tells why a site cannot be shown and operated as this program runs.
func (f *follower) usable(ctx context.Context, site *twin.Site) error {
	if !slices.ContainsFunc(site.Plants, func(p twin.Plant) bool { return p.Name == f.plant }) {
		return fmt.Errorf("it has no plant %s any more: close the program and open the site again", f.plant)
	}
	_, _, err := generate.Scene(ctx, site, f.building, f.catalogue)
	return errors.Join(err, operate.Check(site))
}

// setAside keeps a site that could not be saved beside the one that a user
// wrote, and tells so.
func (f *follower) setAside(site *twin.Site, why error) twin.SiteChange {
	c := twin.SiteChange{Kind: twin.SiteUnsaved, Name: why.Error()}
	var differ conflict
	if errors.As(why, &differ) {
		c.Name = differ.where()
	}
	c.Text = fmt.Sprintf("%v; it stays as it is, and the site as the plant tells it stands in its folder adapted", why)
	if err := sitefolder.SetAside(f.dir, site); err != nil {
		c.Text = fmt.Sprintf("%v; it stays as it is, and the site as the plant tells it is kept nowhere: %v", why, err)
	}
	return c
}

// draw makes of a site what a session shows.
func (f *follower) draw(ctx context.Context, site *twin.Site) (app.Fit, error) {
	sc, index, err := generate.Scene(ctx, site, f.building, f.catalogue)
	if err != nil {
		return app.Fit{}, err
	}
	o := &openedSite{dir: f.dir, site: site, scene: sc, index: index, catalogue: f.catalogue}
	return app.Fit{Site: site, Scene: sc, Cutaway: index.Toward, Depict: depictor(o, f.speaker)}, nil
}

// end tries once more to save what could not be saved: a user may have mended
// the folder meanwhile.
func (f *follower) end(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.unsaved {
		return
	}
	if _, _, err := f.save(ctx, f.session.Site()); err != nil {
		f.note("the site follows its plant, but that is not kept: %v", err)
	}
}
