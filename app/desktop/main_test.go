package desktop

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	gl41 "github.com/go-gl/gl/v4.1-core/gl"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

// TestMain opens the real window over the scripted twin when GLASSTWIN_LOOK
// names what to look at ("dark,ko,lost,small,shared,quiet,mended,helpless,unsure,asked,inlaid"),
// for the eyes of whoever changes the window. Without it the tests run.
func TestMain(m *testing.M) {
	states := os.Getenv("GLASSTWIN_LOOK")
	if states == "" {
		os.Exit(m.Run())
	}
	t, o := newScripted(), Options{User: "mina", Language: phrase.English, Presenter: Readback, NewPicture: openSky}
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	o.Probe = os.Getenv("GLASSTWIN_PROBE")
	for _, s := range strings.Split(states, ",") {
		switch s {
		case "dark":
			o.Dark = true
		case "ko":
			o.Language = phrase.Korean
		case "lost":
			t.lost = true
		case "mended":
			t.end = twin.Verified
		case "helpless":
			t.end = twin.NoEffect
		case "unsure":
			t.unsure = true
		case "quiet":
			t.quiet = true
		case "asked":
			t.asked = askedOf()
		case "small":
			o.Width, o.Height = sizeLeast.Width, sizeLeast.Height
		case "large":
			o.Width, o.Height = 1880, 1000
		case "shared":
			o.Presenter = Shared
		case "storm":
			o.Play = storm
		case "inlaid":
			o.Play = inlaid
		case "losing", "lame":
			losing := &loser{times: map[string]int{"losing": 2, "lame": 99}[s]}
			o.NewPicture, o.Play = losing.open, losing.play
		}
	}
	if err := Run(ctx, t, o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("closed; did:", strings.Join(t.did, "; "))
}

// sky is a picture without a scene: its colour follows the camera, so that a
// drag can be seen.
type sky struct{}

func openSky(*scene.Scene) (Picture, error) { return sky{}, nil }

func (sky) Draw(framebuffer uint32, f render.Frame) (render.Stats, error) {
	gl41.BindFramebuffer(gl41.FRAMEBUFFER, framebuffer)
	gl41.Viewport(0, 0, int32(f.Width), int32(f.Height))
	bands := 24
	gl41.Enable(gl41.SCISSOR_TEST)
	for i := range bands {
		g := float32(i) / float32(bands)
		gl41.Scissor(0, int32(i*f.Height/bands), int32(f.Width), int32(f.Height/bands+1))
		gl41.ClearColor(0.35+0.3*g, 0.4+0.3*g, 0.5+0.3*float32(f.Camera.Pitch)*g, 1)
		gl41.Clear(gl41.COLOR_BUFFER_BIT)
	}
	gl41.Disable(gl41.SCISSOR_TEST)
	return render.Stats{Draws: bands}, nil
}

func (sky) Pick(f render.Frame, x, y int) (render.Hit, bool) {
	return render.Hit{Entity: "freezer-2"}, y > f.Height/3
}

func (sky) Close() {}
