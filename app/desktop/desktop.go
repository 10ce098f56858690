// Package desktop is the window: a viewport in the middle, the site on the
// left, situations and their explanations on the right, time along the bottom.
// It shows what a Twin tells and hands decisions back to it. It must never
// decide, compute about the site, or wait for the Twin on the interface's
// thread. Texts come from app/phrase.
//
// Three threads of work, each with an owner that joins it: Fyne's own (all
// widgets), the feed (takes views, carries decisions) and the viewport's
// renderer (all drawing). Start reading at Run, then window.
package desktop

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Twin is what a window shows and hands decisions to; app.Session is one.
type Twin interface {
	Site() *twin.Site
	Scene() *scene.Scene
	Cutaway(ahead geom.Vec3) []string
	View(ctx context.Context, at time.Time) (app.View, error)
	Changed() <-chan struct{}
	Approve(ctx context.Context, id twin.ProposalID, by string) error
	Deny(ctx context.Context, id twin.ProposalID, by, reason string) error
	SetMode(ctx context.Context, class twin.ActionClass, mode twin.Mode, by string) error
	Modes() map[twin.ActionClass]twin.Mode
	Stop(ctx context.Context, by string) error
	Release(ctx context.Context, by string) error
	Records() []twin.Record
	Watched(ctx context.Context, at time.Time) ([]twin.Watched, error)
	Series(ctx context.Context, signals []twin.SignalID, onset, at time.Time) ([]app.Curve, error)
	Second(ctx context.Context, c app.Case, at time.Time) (app.Second, error)
	Shape(x *xai.Explanation, feature string) (xai.Shape, error)
	Settle(ctx context.Context, asset twin.AssetID, follow bool, by string) error
}

// Picture draws frames of one scene. It is made, used and closed on the
// renderer's thread, with that thread's GL 4.1 core context current.
type Picture interface {
	// Draw draws a frame into a framebuffer of the frame's size.
	Draw(framebuffer uint32, f render.Frame) (render.Stats, error)
	// Pick tells what stands under a pixel, counted from the top left.
	Pick(f render.Frame, x, y int) (render.Hit, bool)
	Close()
}

// Presenter says how pictures come from the renderer into the window.
type Presenter string

const (
	Choose   Presenter = ""         // Readback, until Shared has been seen to work on more machines
	Shared   Presenter = "shared"   // one GL share group, blitted by the window; Readback with software GL
	Readback Presenter = "readback" // pixels copied through memory; works everywhere
)

// Options of a window.
type Options struct {
	Presenter  Presenter
	Language   phrase.Language // "": the system's
	Classes    []fs.FS         // folders of class files whose words are spoken besides those of the program
	Dark       bool
	Expert     bool             // explanations are told to an expert, not to a manager
	Levelled   func(bool) error // keeps what the user chose of that; nil: nobody does
	Width      float32          // of the window, scaled by the system; zero: one that fits a common screen
	Height     float32
	User       string                                                 // in whose name decisions are made, until another takes the window
	Prove      func(ctx context.Context, name, password string) error // an error says why somebody is not believed to have this name; nil: nobody is that needs a password
	Became     func(name string)                                      // told who took the window; nil: nobody listens
	Probe      string                                                 // file that is told where named widgets are; "": none
	NewPicture func(*scene.Scene) (Picture, error)
	Spoken     func(*phrase.Speaker)                                                 // told when the user changes the language; nil: nobody listens
	Scan       func(context.Context) (*Scan, error)                                  // reads the scan of the site; nil: it has none
	Plan       func(context.Context) (*Planner, error)                               // prepares the planning of layouts; nil: none are planned
	Dropped    func(paths []string) Dropped                                          // what to make of files dropped on the window; nil: nothing
	Report     func(ctx context.Context, id twin.CaseID) (files []string, err error) // writes a case's files; nil: nobody does
	Retrain    func(ctx context.Context, tell func(string)) (twin.ModelNote, error)  // trains the model of faults on the journal; nil: there is none
	Offer      []string                                                              // files that count as dropped when the window opens
	Play       func(context.Context, Hands)                                          // works the window by itself; the window closes when it returns
	Shown      func(Glance)                                                          // told on the interface's thread of each picture that comes into the window; nil: nobody listens
}

// Glance is what is told of a picture in the window.
type Glance struct {
	At      time.Time // when it was handed to the window, which paints it at once
	Camera  render.Camera
	Draft   bool
	Sharp   bool // all pixels were drawn, if without all of the light
	Samples int  // exposures that it is the mean of; 0: a draft
	Pending bool // something of it is on its way, as the light that comes in where a wall was taken away
}

// Scan is the scan that a site was made of, and how it lies over the twin.
type Scan struct {
	*app.Scan
	Over func(speak *phrase.Speaker, measured bool) overlay.Cloud // in its own colours or, measured, by its deviation
}

// sizeUsual fits a 1366×768 laptop with its panels.
var sizeUsual = fyne.NewSize(1320, 720)

// sizeLeast is the smallest size that everything stays usable at.
var sizeLeast = fyne.NewSize(1024, 640)

// Run shows the window until it is closed or ctx ends. It must be called on the
// program's main goroutine.
func Run(ctx context.Context, t Twin, o Options) error {
	if o.Language == "" {
		o.Language = phrase.Of(localeOf(os.Getenv))
	}
	if o.User == "" {
		return errors.New("open the window: no user name is given, and decisions are made in a name")
	}
	size := fyne.NewSize(o.Width, o.Height)
	if size.Width <= 0 || size.Height <= 0 {
		size = sizeUsual
	}
	speak, err := phrase.New(o.Language, o.Classes...)
	if err != nil {
		return fmt.Errorf("open the window: %w", err)
	}
	a := fyneapp.NewWithID("com.glasstwin.desktop")
	if err := speakToolkit(speak); err != nil {
		return fmt.Errorf("open the window: %w", err)
	}
	leaveUnhooked(a)
	fyneWindow := a.NewWindow(speak.Say("app.title", "site", t.Site().Name))

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := newWindow(a, fyneWindow, t, o, speak)
	feed := startFeed(ctx, t, w.take, w.fail)
	w.feed = feed

	closing := false
	shut := func() {
		if closing {
			return
		}
		closing = true
		w.view.stop() // joins the renderer: GLFW must not be ended while it draws
		cancel()
		fyneWindow.Close()
	}
	fyneWindow.SetCloseIntercept(shut)
	fyneWindow.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) {
		paths := make([]string, len(uris))
		for i, u := range uris {
			paths[i] = u.Path()
		}
		w.dropped(paths)
	})
	watched, played := make(chan struct{}), make(chan struct{})
	signals := make(chan os.Signal, 1)
	defer signal.Stop(signals)
	own := func() {
		// Fyne answers these by ending GLFW at once, under the renderer's feet.
		signal.Reset(os.Interrupt, syscall.SIGTERM)
		signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	}
	a.Lifecycle().SetOnStarted(func() {
		own()
		w.build()
		w.dropped(o.Offer)
		go func() {
			defer close(played)
			if o.Play != nil {
				o.Play(ctx, Hands{w})
				cancel()
			}
		}()
		go func() {
			defer close(watched)
			again := time.NewTicker(time.Second)
			defer again.Stop()
			for tries := 0; ; {
				select {
				case <-signals:
				case <-ctx.Done():
				case <-again.C:
					if tries++; tries <= ownTries {
						own()
					}
					continue
				}
				break
			}
			fyne.Do(shut)
		}()
	})
	fyneWindow.Resize(size)
	fyneWindow.CenterOnScreen()
	fyneWindow.ShowAndRun()
	cancel()
	feed.wait()
	<-watched
	<-played
	return w.view.failure()
}

// ownTries is how many seconds long signals are taken from Fyne again: it asks
// for them on a goroutine, which on a busy machine runs after the window's start
// (fyne v2.7.4, internal/driver/glfw/driver.go, Run).
const ownTries = 5

// leaveUnhooked takes away what Fyne does at its end, saving preferences that we
// do not keep: it hands that to its main loop while this ends, and when the loop
// is the faster, which a busy machine makes it at times, Run waits for ever
// (fyne v2.7.4, internal/driver/glfw/loop.go, runGL).
func leaveUnhooked(a fyne.App) {
	if l, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(func()) }); ok {
		l.SetOnStoppedHookExecuted(nil)
	}
}

// localeOf returns the locale of messages, by the order of POSIX.1-2017, 8.2.
func localeOf(getenv func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return v
		}
	}
	return ""
}
