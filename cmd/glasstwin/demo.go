package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/connectors/bus"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// demo is the demo store with its emulated plant, in which a freezer's door is
// soon left ajar.
type demo struct {
	Dir          string        `type:"path" placeholder:"DIR" help:"Site folder of the demo store; one in the user's data folder when not given."`
	GenerateOnly bool          `help:"Generate the site folder and end."`
	Speed        float64       `default:"30" help:"Plant seconds in one second, above 0 up to 100."`
	Seed         uint64        `default:"2" help:"Which shop: sizes, weather, traffic and noise are drawn from it."`
	Fault        []string      `placeholder:"DEVICE:FAULT@DURATION[:SEVERITY]" sep:"none" help:"Faults to inject after so much plant time; a door left ajar when not given. Repeatable."`
	Out          string        `type:"path" default:"out" placeholder:"DIR" help:"Where pictures go when there is no display."`
	For          time.Duration `default:"60s" help:"How long the story is played when there is no display; longer if it takes longer to be told."`

	windowFlags
}

// faultUsual leaves enough undisturbed past to compare with, and shows within
// two minutes at the usual speed.
const faultUsual = "freezer-2:door-ajar@20m:0.9"

// Run is called by kong.
func (d *demo) Run(ctx context.Context, out *output) error {
	if err := d.fill(); err != nil {
		return err
	}
	start, err := d.start(ctx)
	if err != nil {
		return err
	}
	config, err := configFolder()
	if err != nil {
		return err
	}
	config = filepath.Join(config, "plant")
	args := []string{"--config", config, "--listen", "127.0.0.1:0", "--seed", strconv.FormatUint(d.Seed, 10),
		"--speed", strconv.FormatFloat(d.Speed, 'g', -1, 64), "--start", start.Format(time.RFC3339)}
	for _, f := range d.Fault {
		args = append(args, "--fault", f)
	}
	plant, err := startPlant(ctx, out.progress, args...)
	if err != nil {
		return err
	}
	defer plant.Stop()
	at := emulatedAccess(config, plant.Endpoint)
	if err := d.generate(ctx, at, out); err != nil || d.GenerateOnly {
		return err
	}
	o, err := openSite(ctx, d.Dir)
	if err != nil {
		return err
	}
	return d.show(ctx, o, at, out)
}

func (d *demo) fill() error {
	if len(d.Fault) == 0 {
		d.Fault = []string{faultUsual}
	}
	if d.Dir == "" {
		data, err := dataFolder()
		if err != nil {
			return err
		}
		d.Dir = filepath.Join(data, "corner-market")
	}
	return nil
}

// opening is when a demo day begins, UTC; the first is a Wednesday.
var firstDay = time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)

// start is the plant's time at which this demo begins: the first morning after
// everything that the site's history holds, so that time never goes back.
func (d *demo) start(ctx context.Context) (time.Time, error) {
	if _, err := os.Stat(journalDir(d.Dir)); errors.Is(err, os.ErrNotExist) {
		return firstDay, nil
	}
	store, err := bus.Open(ctx, bus.Options{Dir: journalDir(d.Dir), Site: "corner-market"})
	if err != nil {
		return time.Time{}, err
	}
	_, to, err := store.Span(ctx)
	if err := errors.Join(err, store.Close(context.WithoutCancel(ctx))); err != nil {
		return time.Time{}, err
	}
	day := firstDay
	for !day.After(to.Add(twin.HistoryKept)) {
		day = day.AddDate(0, 0, 1)
	}
	return day, nil
}

// generate makes the site folder unless it is there.
func (d *demo) generate(ctx context.Context, at plantAccess, out *output) error {
	if _, err := sitefolder.Read(d.Dir); err == nil && !d.GenerateOnly {
		return nil
	}
	out.note("generating the demo store in %s", d.Dir)
	nodes, err := at.browse(ctx)
	if err != nil {
		return err
	}
	result, err := siteFromDemo(ctx, d.Dir, &generate.Plant{Name: at.name, Endpoint: at.endpoint, User: at.user, Nodes: nodes}, d.GenerateOnly)
	if err != nil {
		return err
	}
	out.note("%d assets, %d of %d signals bound", result.Report.Assets, result.Report.Bound, result.Report.Signals)
	return nil
}

func (d *demo) show(ctx context.Context, o *openedSite, at plantAccess, out *output) error {
	screen, err := openDisplay(ctx)
	if err != nil {
		return err
	}
	defer screen.Close()
	speak, err := d.speaker(d.Dir)
	if err != nil {
		return err
	}
	if screen.Virtual {
		d.Size = fmt.Sprintf("%dx%d", virtualWidth, virtualHeight)
	}
	r, err := runSite(ctx, o, at, speak, out.note)
	if err != nil {
		return err
	}
	if !screen.Virtual {
		return errors.Join(d.open(ctx, r, nil, nil), r.Close(ctx))
	}
	out.note("there is no display: playing the demo story on a virtual one, pictures go to %s", d.Out)
	var told error
	s := &story{screen: screen, out: d.Out, least: d.For, say: out.note}
	shown := d.open(ctx, r, func(ctx context.Context, h desktop.Hands) { told = s.play(ctx, h) }, nil)
	err = errors.Join(shown, told, r.Close(ctx))
	for _, p := range s.pictures {
		out.printf("%s\n", p)
	}
	return err
}

// story plays the demo by itself: waits for the fault to be seen, looks at it,
// approves the remedy and waits for the outcome, taking a picture of each.
type story struct {
	screen   *display
	out      string
	least    time.Duration
	say      func(string, ...any)
	pictures []string
}

// storyMost is how long a step may take before the story goes on without it.
const storyMost = 3 * time.Minute

func (s *story) play(ctx context.Context, h desktop.Hands) error {
	end := time.Now().Add(s.least)
	if err := s.until(ctx, h, "the store comes alive", func(v app.View) bool { return v.Linked && len(v.Samples) > 0 && !v.At.IsZero() }); err != nil {
		return err
	}
	if err := s.picture(ctx, h, "1-store"); err != nil {
		return err
	}
	var c app.Case
	found := func(stages ...app.Stage) func(app.View) bool {
		return func(v app.View) bool {
			for _, have := range v.Cases {
				for _, stage := range stages {
					if have.Stage == stage && (c.Situation.Case == "" || c.Situation.Case == have.Situation.Case) && have.EndedAt.IsZero() {
						c = have
						return true
					}
				}
			}
			return false
		}
	}
	if err := s.until(ctx, h, "a freezer misbehaves and a remedy is proposed", found(app.Proposed)); err != nil {
		return err
	}
	h.Choose(c.Situation.Case)
	if err := s.picture(ctx, h, "2-explained"); err != nil {
		return err
	}
	h.Level()
	err := s.picture(ctx, h, "2-expert")
	h.Level()
	if err != nil {
		return err
	}
	if err := h.Approve(); err != nil {
		return err
	}
	if err := s.until(ctx, h, "the remedy is written to the plant", found(app.Acting, app.Closed)); err != nil {
		return err
	}
	if err := s.picture(ctx, h, "3-acting"); err != nil {
		return err
	}
	closed := func(v app.View) bool {
		for _, have := range v.Cases {
			if have.Situation.Case == c.Situation.Case && have.Outcome != nil {
				return true
			}
		}
		return false
	}
	if err := s.until(ctx, h, "the outcome is verified", closed); err != nil {
		return err
	}
	if err := s.picture(ctx, h, "4-mended"); err != nil {
		return err
	}
	h.Overview()
	if err := s.picture(ctx, h, "5-store-after"); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Until(end)):
	}
	return nil
}

// until waits for the view to show something.
func (s *story) until(ctx context.Context, h desktop.Hands, what string, shows func(app.View) bool) error {
	s.say("waiting until %s", what)
	patience := time.NewTimer(storyMost)
	defer patience.Stop()
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for !shows(h.Seen()) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return fmt.Errorf("the story stopped: %s did not happen within %s", what, storyMost)
		case <-look.C:
		}
	}
	return nil
}

// picture waits until the scene has been drawn anew and saves the window.
func (s *story) picture(ctx context.Context, h desktop.Hands, name string) error {
	want := h.Drawn() + 3 // a draft, the full one, and one after
	settled := time.Now().Add(20 * time.Second)
	for wait := time.Second; h.Drawn() < want && time.Now().Before(settled) || wait == time.Second; wait = 100 * time.Millisecond {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait): // the first one for the window to show what was drawn
		}
	}
	path := filepath.Join(s.out, name+".png")
	img, err := s.screen.picture()
	if err != nil {
		return err
	}
	if err := writePNG(path, img); err != nil {
		return err
	}
	s.pictures = append(s.pictures, path)
	s.say("picture %s", path)
	return nil
}
