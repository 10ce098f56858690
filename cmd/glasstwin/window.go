package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"
	"sync/atomic"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/gl"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

// windowFlags say how the window is shown.
type windowFlags struct {
	Language  string   `default:"" enum:",en,ko" help:"Language of the window: en or ko; the system's when not given."`
	Dark      bool     `help:"Dark theme."`
	Presenter string   `default:"" enum:",shared,readback" help:"How pictures come into the window: readback, or shared on a GPU whose driver can; readback when not given."`
	As        string   `placeholder:"NAME" help:"Name in which decisions are made; that of the system's user when not given."`
	Size      string   `default:"1320x720" placeholder:"WxH" help:"Size of the window."`
	Drop      []string `type:"existingfile" placeholder:"FILE" help:"Files to make a new site of, as if they were dropped on the window; repeatable."`
	Probe     string   `hidden:"" type:"path" help:"File that is told where the buttons are, for tests with a real mouse."`
}

// open shows a running site until the window is closed.
func (f *windowFlags) open(ctx context.Context, r *runningSite, play func(context.Context, desktop.Hands), shown func(desktop.Glance)) error {
	name := f.As
	if name == "" {
		name = userName()
	}
	var who atomic.Pointer[string] // another may take the window
	who.Store(&name)
	door := newDoorkeeper(r.session.Site)
	speak := r.speaker.Load()
	width, height, err := sizeOf(f.Size)
	if err != nil {
		return err
	}
	config, err := configFolder()
	if err != nil {
		return err
	}
	habit, err := readHabits(config)
	if err != nil {
		r.note("%v", err) // a window without habits is better than none
	}
	o := desktop.Options{
		Expert:    habit.Expert,
		Levelled:  func(expert bool) error { return habits{Expert: expert}.keep(config) },
		Presenter: desktop.Presenter(f.Presenter), Language: speak.Language(), Classes: r.words, Dark: f.Dark, User: name, Width: float32(width), Height: float32(height), Probe: f.Probe,
		NewPicture: func(sc *scene.Scene) (desktop.Picture, error) { return gl.New(sc, glOptions()) },
		Spoken:     func(s *phrase.Speaker) { r.speaker.Store(s) },
		Prove:      door.prove,
		Became:     func(name string) { who.Store(&name) },
		Plan:       r.plans(r.opened, func() string { return *who.Load() }),
		Report:     r.saveCase,
		Retrain: func(ctx context.Context, tell func(string)) (twin.ModelNote, error) {
			return r.retrain(ctx, *who.Load(), tell)
		},
		Dropped: dropFiles,
		Offer:   f.Drop,
		Play:    play,
		Shown:   shown,
	}
	if hasScan(r.dir) {
		o.Scan = func(ctx context.Context) (*desktop.Scan, error) { return laidScan(ctx, r.dir) }
	}
	return desktop.Run(ctx, r.session, o)
}

// speaker speaks the language of the window.
func (f *windowFlags) speaker(site string) (*phrase.Speaker, error) {
	return phrase.New(languageOf(f.Language), wordsOf(site)...)
}

func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	return "user"
}

// openCommand opens a site folder in the window.
type openCommand struct {
	Site string `arg:"" type:"existingdir" help:"Site folder."`

	plantFlags
	windowFlags
}

// Run is called by kong.
func (c *openCommand) Run(ctx context.Context, out *output) error {
	o, err := openSite(ctx, c.Site)
	if err != nil {
		return err
	}
	at, err := c.access(o.site)
	if err != nil && !errors.Is(err, errNoPlant) {
		return err
	}
	screen, err := openDisplay(ctx)
	if err != nil {
		return err
	}
	defer screen.Close()
	if screen.Virtual {
		return errors.New("there is no display to open the window on; set DISPLAY, or draw a picture with `glasstwin render`")
	}
	speak, err := c.speaker(c.Site)
	if err != nil {
		return err
	}
	r, err := runSite(ctx, o, at, speak, out.note)
	if err != nil {
		return err
	}
	return errors.Join(c.open(ctx, r, nil, nil), r.Close(ctx))
}

// cardFonts are where systems keep a font with Latin and Hangul, regular and
// bold, in the order of preference.
var cardFonts = [...][2]string{
	{"/usr/share/fonts/truetype/nanum/NanumGothic.ttf", "/usr/share/fonts/truetype/nanum/NanumGothicBold.ttf"},
	{"/usr/share/fonts/nanum/NanumGothic.ttf", "/usr/share/fonts/nanum/NanumGothicBold.ttf"},
	{"/System/Library/Fonts/Supplemental/AppleGothic.ttf", "/System/Library/Fonts/Supplemental/AppleGothic.ttf"},
	{`C:\Windows\Fonts\malgun.ttf`, `C:\Windows\Fonts\malgunbd.ttf`},
}

// glOptions hand the renderer a font that has Hangul, where there is one.
func glOptions() gl.Options {
	for _, pair := range cardFonts {
		regular, err := os.ReadFile(pair[0])
		if err != nil {
			continue
		}
		bold, err := os.ReadFile(pair[1])
		if err != nil {
			bold = regular
		}
		return gl.Options{Regular: regular, Bold: bold}
	}
	return gl.Options{}
}

// sizeOf reads "1280x720".
func sizeOf(text string) (width, height int, err error) {
	_, err = fmt.Sscanf(strings.ToLower(text), "%dx%d", &width, &height)
	if err != nil || width < 16 || height < 16 || width > pixelsMax || height > pixelsMax {
		return 0, 0, usageError{fmt.Errorf("--size %q: give pixels like 1280x720, 16 to %d each", text, pixelsMax)}
	}
	return width, height, nil
}

const pixelsMax = 8192 // what every GL 4.1 driver can draw into
