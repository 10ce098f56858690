package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene"
)

// loser is a picture whose context is lost after two frames, so many times.
type loser struct{ times, opened int }

func (l *loser) open(*scene.Scene) (Picture, error) {
	l.opened++
	return &losing{fails: l.opened <= l.times}, nil
}

// play looks at everything until frames are drawn that no loss ended.
func (l *loser) play(ctx context.Context, h Hands) {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && ctx.Err() == nil; {
		h.Overview()
		time.Sleep(50 * time.Millisecond)
		if h.Drawn() > 2*l.times+3 {
			fmt.Println("drawn by picture", l.opened)
			return
		}
	}
}

type losing struct {
	sky
	fails bool
	drawn int
}

func (l *losing) Draw(framebuffer uint32, f render.Frame) (render.Stats, error) {
	if l.drawn++; l.fails && l.drawn > 2 {
		return render.Stats{}, errors.New("draw a frame: OpenGL says 0x507")
	}
	return l.sky.Draw(framebuffer, f)
}

func TestALostContextIsMadeAnew(t *testing.T) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	for look, want := range map[string]string{
		"losing": "drawn by picture 3",
		"lame":   "draw a frame: OpenGL says 0x507", // it is told, and not tried for ever
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "GLASSTWIN_LOOK="+look)
		out, err := cmd.CombinedOutput()
		if (err == nil) != (look == "losing") || !strings.Contains(string(out), want) {
			t.Errorf("%s: want %q: %v\n%s", look, want, err, out)
		}
	}
}
