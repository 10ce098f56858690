package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

// stopCommand is the emergency stop of a site, from wherever its folder is.
type stopCommand struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`
	As   string `placeholder:"NAME" help:"In whose name; that of the system's user when not given."`
}

// Run is called by kong.
func (c *stopCommand) Run(ctx context.Context, out *output) error {
	by := c.As
	if by == "" {
		by = userName()
	}
	how, err := order(ctx, c.Site, request{Do: "stop", By: by})
	if err != nil {
		return err
	}
	out.printf("stopped by %s, %s: nothing acts by itself until `glasstwin release` or the window's button\n", by, how)
	return nil
}

// releaseCommand ends an emergency stop.
type releaseCommand struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`
	As   string `placeholder:"NAME" help:"In whose name; that of the system's user when not given."`

	passwordFlags
}

// Run is called by kong.
func (c *releaseCommand) Run(ctx context.Context, out *output) error {
	by := c.As
	if by == "" {
		by = userName()
	}
	site, err := sitefolder.Read(c.Site)
	if err != nil {
		return err
	}
	if err := c.prove(site, by); err != nil {
		return err
	}
	how, err := order(ctx, c.Site, request{Do: "release", By: by})
	if err != nil {
		return err
	}
	out.printf("released by %s, %s: every action asks for approval again\n", by, how)
	return nil
}

// request is what one program asks of the one that runs the site, through a file
// in its folder: who may write there may also edit its rules. The answer stands
// in another file.
type request struct {
	Do, By string
	ID     int64 // of the asking, for its answer
}

type answer struct {
	ID    int64
	Error string
}

const (
	requestFile = "request.json"
	answerFile  = "answer.json"
	requestMax  = 4096 // bytes
	answerWait  = 15 * time.Second
	lookEvery   = 250 * time.Millisecond
)

// order has a request carried out: by the program that runs the site, or, when
// none does, in its journal, so that the next one begins stopped.
func order(ctx context.Context, dir string, r request) (how string, err error) {
	store, err := openJournal(ctx, dir)
	if err == nil {
		defer store.Close(context.WithoutCancel(ctx))
		return "no program runs it now", orderInJournal(ctx, dir, store, r)
	}
	if !errors.Is(err, bus.ErrInUse) {
		return "", err
	}
	r.ID = time.Now().UnixNano()
	if err := putJSON(filepath.Join(dir, requestFile), r); err != nil {
		return "", fmt.Errorf("ask the running program: %w", err)
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	end := time.Now().Add(answerWait)
	for time.Now().Before(end) {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-look.C:
		}
		var a answer
		if err := getJSON(filepath.Join(dir, answerFile), &a); err != nil || a.ID != r.ID {
			continue
		}
		if a.Error != "" {
			return "", errors.New(a.Error)
		}
		return "carried out by the running program", nil
	}
	return "", fmt.Errorf("the program that runs %s did not answer within %s; it stops as soon as it does. Use its window, or end it", dir, answerWait)
}

// orderInJournal does it without a plant: what is held is given back when the
// site is next run.
func orderInJournal(ctx context.Context, dir string, store *bus.Store, r request) error {
	site, err := sitefolder.Read(dir)
	if err != nil {
		return err
	}
	at := time.Now()
	if err := store.Events(ctx, 1, func(e twin.Event) error { at = e.At.Add(time.Nanosecond); return nil }); err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	o, err := operate.New(operate.Config{Site: site, Plant: nowhere{}, Journal: store, Diagnoser: nowhere{}, Now: func() time.Time { return at }})
	if err != nil {
		return err
	}
	o.SetLinked(false)
	if err := o.Resume(ctx); err != nil {
		return err
	}
	if r.Do == "release" {
		return o.Release(ctx, r.By)
	}
	return o.Stop(ctx, r.By)
}

// nowhere stands where a site is not run: it has no plant and sees nothing.
type nowhere struct{}

var errNowhere = errors.New("the site is not run")

func (nowhere) Write(context.Context, operate.Warrant) error { return errNowhere }
func (nowhere) Read(context.Context, []twin.SignalID) ([]twin.Sample, error) {
	return nil, errNowhere
}
func (nowhere) Diagnose(context.Context, *twin.State, twin.AssetID, time.Time) (twin.Diagnosis, xai.Explanation, error) {
	return twin.Diagnosis{}, xai.Explanation{}, errNowhere
}

// takeRequests carries out what other programs ask of a running site.
func (r *runningSite) takeRequests(ctx context.Context) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	path := filepath.Join(r.dir, requestFile)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		var q request
		if err := getJSON(path, &q); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		a := answer{ID: q.ID}
		var err error
		switch q.Do {
		case "stop":
			err = r.session.Stop(ctx, q.By)
		case "release":
			err = r.session.Release(ctx, q.By)
		default: // unreadable or unknown: whoever wrote it waits for nothing else
			err = fmt.Errorf("%s asks for %.40q, which nobody knows", requestFile, q.Do)
		}
		if errors.Is(err, operate.ErrNotResumed) {
			continue // it is about to be
		}
		if err != nil {
			a.Error = err.Error()
		}
		if err := errors.Join(os.Remove(path), putJSON(filepath.Join(r.dir, answerFile), a)); err != nil {
			return fmt.Errorf("answer a request: %w", err)
		}
	}
}

// putJSON replaces a file whole.
func putJSON(path string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

func getJSON(path string, v any) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > requestMax {
		return fmt.Errorf("%s has more than %d bytes", path, requestMax)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}
