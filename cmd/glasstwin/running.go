package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
)

// runningSite is a site with its journal, its link, its operator and the
// session over them. Close ends all of it and waits.
type runningSite struct {
	dir     string
	session *app.Session
	speaker atomic.Pointer[phrase.Speaker] // of the cards in the picture
	words   []fs.FS                        // class files of the site's own
	note    func(string, ...any)           // what a person should know
	opened  *openedSite

	store    *bus.Store
	recorder *app.Recorder
	follow   *follower // nil: there is no plant that can be looked through
	stop     context.CancelFunc
	work     sync.WaitGroup
	mu       sync.Mutex
	ended    []error
}

// runSite wires a site together and starts it. What goes wrong later is said to
// note.
func runSite(ctx context.Context, o *openedSite, at plantAccess, speak *phrase.Speaker, note func(string, ...any)) (*runningSite, error) {
	r := &runningSite{dir: o.dir, words: wordsOf(o.dir), note: note, opened: o}
	r.speaker.Store(speak)
	store, err := openStore(ctx, o.dir, o.site)
	if err != nil {
		return nil, err
	}
	r.store = store
	if err := r.wire(ctx, o, at, note); err != nil {
		return nil, errors.Join(err, store.Close(context.WithoutCancel(ctx)))
	}
	return r, nil
}

func (r *runningSite) wire(ctx context.Context, o *openedSite, at plantAccess, note func(string, ...any)) error {
	recorder, err := app.NewRecorder(ctx, r.store)
	if err != nil {
		return err
	}
	r.recorder = recorder
	sees, err := openEyes(o.dir, o.site)
	if err != nil {
		return err
	}
	if at.endpoint == "" {
		return r.look(ctx, o, sees, recorder)
	}
	lines, err := r.connect(o, at, note)
	if err != nil {
		return err
	}
	operation := operate.Config{Site: o.site, Plant: lines, Journal: recorder}
	sees.configure(&operation)
	operator, err := operate.New(operation)
	if err != nil {
		return err
	}
	r.session = app.NewSession(app.Parts{
		Site: o.site, Scene: o.scene, Cutaway: o.index.Toward, Store: r.store, Recorder: recorder, Operator: operator,
		Depict: depictor(o, &r.speaker), Draw: r.draw(o), Unproposed: func() map[twin.CaseID]string { return unproposed(operator.Cases()) },
		Watched: operator.Watched, Look: sees.look, Seconds: secondOpinions(o.dir, sees), Together: sees.together(o.dir), Shape: sees.shape,
	})
	if r.follow != nil {
		r.follow.session = r.session
	}
	ctx, r.stop = context.WithCancel(ctx)
	r.start(ctx, "the twin", r.session.Run)
	for name, link := range lines.links {
		r.start(ctx, "the link to "+name, func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return nil
			case <-r.session.Recalled():
			}
			return link.Run(ctx)
		})
	}
	r.start(ctx, "what other programs ask", r.takeRequests)
	r.start(ctx, "the deletion of old positions", r.forgetOld)
	return nil
}

// draw makes what is shown of a site as it was before.
func (r *runningSite) draw(o *openedSite) func(context.Context, *twin.Site) (app.Fit, error) {
	return func(ctx context.Context, site *twin.Site) (app.Fit, error) {
		then, err := o.as(ctx, site)
		if err != nil {
			return app.Fit{}, err
		}
		return then.fit(&r.speaker), nil
	}
}

// look runs a site that is bound to no plant: it is only looked at.
func (r *runningSite) look(ctx context.Context, o *openedSite, sees eyes, recorder *app.Recorder) error {
	r.session = app.NewSession(app.Parts{
		Site: o.site, Scene: o.scene, Cutaway: o.index.Toward, Store: r.store, Recorder: recorder, Depict: depictor(o, &r.speaker), Draw: r.draw(o), Seconds: secondOpinions(o.dir, sees), Together: sees.together(o.dir), Shape: sees.shape,
	})
	ctx, r.stop = context.WithCancel(ctx)
	r.start(ctx, "the twin", r.session.Run)
	r.start(ctx, "the deletion of old positions", r.forgetOld)
	note := noPlantNote
	if up, why := recorder.LastLink(); !up && why != "" {
		note += "; " + why
	}
	return r.session.LinkChanged(ctx, "", false, note)
}

// noPlantNote is shown where a link would tell how it is.
const noPlantNote = "this site is bound to no plant: it is shown as it was generated"

// unproposed tells of each case why nothing is proposed.
func unproposed(cases []operate.CaseRecord) map[twin.CaseID]string {
	why := make(map[twin.CaseID]string, len(cases))
	for _, c := range cases {
		why[c.Situation.Case] = c.Why
	}
	return why
}

// depictor draws what a view tells, in the language spoken now.
func depictor(o *openedSite, speaker *atomic.Pointer[phrase.Speaker]) func(app.View) overlay.Set {
	d := depict.New(o.site, o.scene, diagnose.Part)
	return func(v app.View) overlay.Set { return d.Depict(v, speaker.Load(), depict.Everything) }
}

func (r *runningSite) start(ctx context.Context, what string, run func(context.Context) error) {
	r.work.Go(func() {
		if err := run(ctx); err != nil && ctx.Err() == nil {
			r.mu.Lock()
			r.ended = append(r.ended, fmt.Errorf("%s ended: %w", what, err))
			r.mu.Unlock()
		}
	})
}

// Close ends the link and the session, waits for both, and leaves the journal
// whole on the disk.
func (r *runningSite) Close(ctx context.Context) error {
	r.stop()
	r.work.Wait()
	if r.follow != nil {
		r.follow.end(context.WithoutCancel(ctx))
	}
	err := r.store.Close(context.WithoutCancel(ctx))
	return errors.Join(append(r.ended, err)...)
}
