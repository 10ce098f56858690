package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

// watch runs a site without a window.
type watch struct {
	Site    string        `arg:"" type:"existingdir" help:"Site folder."`
	Approve []string      `placeholder:"CLASS" help:"Approve proposals of these classes of action in your name, as close-door; repeatable."`
	As      string        `placeholder:"NAME" help:"Name in which decisions are made; that of the system's user when not given."`
	Outcome bool          `help:"End after the first outcome."`
	For     time.Duration `help:"End after this time; never when not given."`
	Web     string        `type:"existingdir" placeholder:"DIR" help:"Page of the site, made by export --web, whose open cases are kept live; nothing can be decided from it."`

	plantFlags
	passwordFlags
}

// Run is called by kong.
func (w *watch) Run(ctx context.Context, out *output) error {
	if w.As == "" {
		w.As = userName()
	}
	if w.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, w.For)
		defer cancel()
	}
	o, err := openSite(ctx, w.Site)
	if err != nil {
		return err
	}
	if len(w.Approve) > 0 {
		if err := w.prove(o.site, w.As); err != nil {
			return err
		}
	}
	at, err := w.access(o.site)
	if err != nil {
		return err
	}
	speak, err := (&windowFlags{}).speaker(w.Site)
	if err != nil {
		return err
	}
	var live *livePage
	if w.Web != "" {
		if live, err = newLivePage(w.Web, w.Site, o.site, out.note); err != nil {
			return err
		}
	}
	r, err := runSite(ctx, o, at, speak, out.note)
	if err != nil {
		return err
	}
	telling, done := context.WithCancel(ctx)
	var page sync.WaitGroup
	if live != nil {
		page.Go(func() { live.run(telling, r) })
	}
	err = w.follow(ctx, r, out)
	done()
	page.Wait()
	return errors.Join(err, r.Close(ctx))
}

// follow prints events as they become durable and decides what it was told to.
func (w *watch) follow(ctx context.Context, r *runningSite, out *output) error {
	look := time.NewTicker(250 * time.Millisecond)
	defer look.Stop()
	var from uint64 = 1
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		ended := false
		err := r.store.Events(ctx, from, func(e twin.Event) error {
			out.printf("%s\n", eventLine(e))
			from = e.Seq + 1
			ended = ended || e.Kind == twin.OutcomeRecorded && time.Since(e.Logged) < time.Minute
			return nil
		})
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("follow the journal: %w", err)
		}
		if ended && w.Outcome {
			return nil
		}
		if err := w.decide(ctx, r, out); err != nil {
			return err
		}
	}
}

// decide approves the proposals whose class was named. One that can no longer
// be approved is said and left.
func (w *watch) decide(ctx context.Context, r *runningSite, out *output) error {
	if len(w.Approve) == 0 {
		return nil
	}
	v, err := r.session.View(ctx, time.Time{})
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	for _, c := range v.Cases {
		if c.Stage != app.Proposed || c.Proposal == nil || c.Decision != nil || !slices.Contains(w.Approve, string(c.Proposal.Class)) {
			continue
		}
		if err := r.session.Approve(ctx, c.Proposal.ID, w.As); err != nil && ctx.Err() == nil {
			out.note("approve %s: %v", c.Proposal.ID, err)
		}
	}
	return nil
}
