package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// past is what a site's journal tells of it. Close it.
type past struct {
	now     *openedSite
	then    *openedSite // as it was when last looked at
	store   *bus.Store  // nil: the site has no journal
	session *app.Session
	speak   *phrase.Speaker
	choice  depict.Choice
	first   time.Time // that is told of; zero without a journal
	last    time.Time
}

// recall opens the journal of a site. A site without one has no past.
func recall(ctx context.Context, o *openedSite, language string, choice depict.Choice, out *output) (p *past, err error) {
	p = &past{now: o, then: o, choice: choice}
	if _, err := os.Stat(journalDir(o.dir)); errors.Is(err, os.ErrNotExist) {
		out.note("the site has no history yet: nothing live is drawn")
		return p, nil
	}
	if p.store, err = openStore(ctx, o.dir, o.site); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			p.Close(ctx)
		}
	}()
	if p.first, p.last, err = p.store.Span(ctx); err != nil {
		return nil, err
	}
	recorder, err := app.NewRecorder(ctx, p.store)
	if err != nil {
		return nil, err
	}
	if p.speak, err = phrase.New(languageOf(language), wordsOf(o.dir)...); err != nil {
		return nil, err
	}
	p.session = app.NewSession(app.Parts{Site: o.site, Scene: o.scene, Store: p.store, Recorder: recorder, Draw: func(ctx context.Context, site *twin.Site) (app.Fit, error) {
		then, err := o.as(ctx, site)
		if err != nil {
			return app.Fit{}, err
		}
		p.then = then
		return app.Fit{Site: then.site, Scene: then.scene}, nil
	}})
	return p, nil
}

// at rebuilds the view of a moment, and the site as it was then.
func (p *past) at(ctx context.Context, t time.Time) (app.View, *openedSite, error) {
	if p.store == nil {
		return app.View{At: t, Sun: app.SunOver(p.now.site, t)}, p.now, nil
	}
	v, err := p.session.View(ctx, t)
	if err != nil {
		return app.View{}, nil, err
	}
	v.Overlays = depict.New(p.then.site, p.then.scene, diagnose.Part).Depict(v, p.speak, p.choice)
	return v, p.then, nil
}

// moment reads a flag that tells a time; fallback when it is not given.
func (p *past) moment(flag, text string, fallback time.Time) (time.Time, error) {
	if text == "" {
		return fallback, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, usageError{fmt.Errorf("%s %q: give a time like 2026-06-03T10:00:00Z", flag, text)}
	}
	if p.store == nil && p.now.site.Location == nil {
		return t, fmt.Errorf("%s: site %s has no history to look back into, and no location in site.yaml by which the sun would move", flag, p.now.dir)
	}
	return t, nil
}

// Close gives the journal back.
func (p *past) Close(ctx context.Context) {
	if p.store != nil {
		p.store.Close(context.WithoutCancel(ctx))
	}
}
