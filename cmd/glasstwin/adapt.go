package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	"github.com/glasstwin/glasstwin/twin/operate"
)

// follower makes a running site follow its plant: what the plant's address space
// gained or lost, site, picture, folder, link and operator do, too. What the
// plant was when the site last followed it is kept in the site's folder, so that
// what changed while no program looked is followed by the next one. Only a device
// that went meanwhile, and to which guarded values are written, is asked about.
type follower struct {
	at      *openedSite // as it was opened
	plant   string
	session *app.Session
	link    *opcua.Link
	speaker *atomic.Pointer[phrase.Speaker]
	note    func(string, ...any)

	mu      sync.Mutex       // held while something is followed
	looked  bool             // through the plant, in this run
	nodes   []twin.PlantNode // that the plant has
	before  []twin.PlantNode
	held    []generate.Gone // that wait for a word: their nodes count as there
	base    *twin.Site      // as the folder held it when the session's site was made of it
	unsaved bool            // the session's site could not be written over what a user wrote
}

func newFollower(o *openedSite, plant string, speaker *atomic.Pointer[phrase.Speaker], note func(string, ...any)) (*follower, error) {
	f := &follower{at: o, plant: plant, speaker: speaker, note: note, base: o.site}
	data, err := sitefolder.Made(o.dir, generate.KeptPlant)
	if errors.Is(err, fs.ErrNotExist) {
		return f, nil // a site of an earlier version: the first look only remembers
	}
	if err == nil {
		f.before, err = generate.KeptNodes(data)
	}
	if err != nil {
		return nil, fmt.Errorf("open site %s: %w", o.dir, err)
	}
	return f, nil
}

// take takes in the nodes of the plant as they are now.
func (f *follower) take(ctx context.Context, nodes []twin.PlantNode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.looked && f.before != nil {
		f.held = generate.Guarded(f.session.Site(), f.before, nodes, f.plant, f.at.catalogue)
		for _, g := range f.held {
			f.note("%s", g.Change.Text)
		}
	}
	f.held = slices.DeleteFunc(f.held, func(g generate.Gone) bool { return g.Back(nodes) })
	f.nodes = nodes
	if err := f.adapt(ctx, ""); err != nil {
		return err
	}
	f.looked = true
	site := f.session.Site()
	return f.link.Rebind(site.Signals, site.Bindings) // what is bound may be there again
}

// adapt makes the site follow its plant, but for what waits for a word, in the
// name of by.
func (f *follower) adapt(ctx context.Context, by string) error {
	nodes := slices.Clip(f.nodes)
	for _, g := range f.held {
		nodes = append(nodes, g.Nodes...)
	}
	if f.before != nil {
		adapted, changes := generate.Adapt(f.session.Site(), f.before, nodes, f.plant, f.at.catalogue)
		if len(changes) > 0 {
			if err := f.follow(ctx, adapted, changes, by); err != nil {
				return fmt.Errorf("follow the plant: %w", err)
			}
		}
	}
	f.before = nodes
	f.tell()
	if f.unsaved {
		return nil // what is not in the folder is followed again by the next program
	}
	return f.keep()
}

// keep writes what the plant was like when the site followed it.
func (f *follower) keep() error {
	data, err := generate.KeepPlant(f.before)
	if err != nil {
		return err
	}
	if have, err := sitefolder.Made(f.at.dir, generate.KeptPlant); err == nil && bytes.Equal(have, data) {
		return nil
	}
	return sitefolder.PutMade(f.at.dir, generate.KeptPlant, data)
}

// tell tells the session what is unexplained, and what waits for a word.
func (f *follower) tell() {
	f.session.Suggest(generate.Unexplained(f.session.Site(), f.nodes, f.plant, f.at.catalogue))
	var changes []twin.SiteChange
	for _, g := range f.held {
		changes = append(changes, g.Change)
	}
	f.session.Ask(changes, f.settle)
}

// settle takes the word that an asset was waiting for. One that stays as it was
// is bound to nodes that are not there, until they are again.
func (f *follower) settle(ctx context.Context, asset twin.AssetID, follow bool, by string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.held, func(g generate.Gone) bool { return g.Change.Asset == asset })
	if i < 0 {
		return fmt.Errorf("nothing is asked of %s any more", asset)
	}
	gone := f.held[i]
	f.held = slices.Delete(slices.Clone(f.held), i, i+1)
	if !follow {
		change := gone.Change
		change.Kind, change.Text = twin.AssetKept, fmt.Sprintf("%s: the plant has it no more; %s left it as it was", change.Name, by)
		if err := f.session.Tell(ctx, twin.SiteNote{Plant: f.plant, By: by, Changes: []twin.SiteChange{change}}); err != nil {
			return err
		}
		f.before = slices.DeleteFunc(slices.Clone(f.before), func(n twin.PlantNode) bool { return gone.Has(n.Address) })
	}
	return f.adapt(ctx, by)
}

// follow writes the site as it is now into its folder, with what a user wrote
// there meanwhile, draws it and hands it to all who hold the one of before. What
// cannot be written is shown all the same, and said.
func (f *follower) follow(ctx context.Context, adapted *twin.Site, changes []twin.SiteChange, by string) error {
	joined, taken, unsaved := f.save(ctx, adapted)
	site := joined
	if unsaved != nil {
		site, taken = adapted, []twin.SiteChange{f.setAside(adapted, unsaved)}
	}
	changes = append(slices.Clip(changes), taken...)
	o, err := f.at.as(ctx, site)
	if err != nil {
		return err
	}
	refitted := f.session.Refit(ctx, o.fit(f.speaker), twin.SiteNote{Plant: f.plant, By: by, Changes: changes})
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
	joined, err = sitefolder.Revise(f.at.dir, func(now *twin.Site) (*twin.Site, error) {
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
		// Before the site: were the program cut off in between, the next one would
		// adapt the site again, and this is then done already.
		return site, f.followMade(adapted)
	})
	return joined, taken, err
}

// followMade adapts what is kept of the site as it was generated, so that what
// the plant changed is not taken for a user's edit when the site is renewed.
func (f *follower) followMade(adapted *twin.Site) error {
	made, err := readMade(f.at.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a site of an earlier version: nothing is taken for an edit
	}
	if err != nil {
		return err
	}
	return putFollowed(f.at.dir, generate.FollowMade(made, f.base, adapted))
}

// usable tells why a site cannot be shown and operated as this program runs.
func (f *follower) usable(ctx context.Context, site *twin.Site) error {
	if !slices.ContainsFunc(site.Plants, func(p twin.Plant) bool { return p.Name == f.plant }) {
		return fmt.Errorf("it has no plant %s any more: close the program and open the site again", f.plant)
	}
	_, err := f.at.as(ctx, site)
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
	if err := sitefolder.SetAside(f.at.dir, site); err != nil {
		c.Text = fmt.Sprintf("%v; it stays as it is, and the site as the plant tells it is kept nowhere: %v", why, err)
	}
	return c
}

// end tries once more to save what could not be saved: a user may have mended
// the folder meanwhile.
func (f *follower) end(ctx context.Context) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.unsaved {
		return
	}
	_, _, err := f.save(ctx, f.session.Site())
	if err == nil {
		err = f.keep()
	}
	if err != nil {
		f.note("the site follows its plant, but that is not kept: %v", err)
	}
}
