package desktop

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	gl2 "github.com/go-gl/gl/v2.1/gl"
)

// inlaid drags until a picture came without a painting of the window, and tells
// how the window differs from the one that Fyne paints with the same picture.
func inlaid(ctx context.Context, h Hands) {
	until := func(is func(*painter) bool) bool {
		for ctx.Err() == nil {
			there := false
			fyne.DoAndWait(func() { there = is(h.w.view.paint) })
			if there {
				return true
			}
			time.Sleep(20 * time.Millisecond)
		}
		return false
	}
	window := func(p *painter) (pixels []byte) {
		p.inlay.window.RunWithContext(func() {
			pixels = make([]byte, 4*p.inlay.last.window.X*p.inlay.last.window.Y)
			gl2.ReadPixels(0, 0, int32(p.inlay.last.window.X), int32(p.inlay.last.window.Y), gl2.RGBA, gl2.UNSIGNED_BYTE, gl2.Ptr(pixels))
		})
		return pixels
	}
	var first, put, painted []byte
	ok := until(func(p *painter) bool {
		return h.w.view.paint.figures().drawn > 2 && !p.ring.fresh() && p.inlay.last != place2D{}
	}) &&
		until(func(p *painter) bool { first = window(p); return true })
	for moves := 0; ok && put == nil && moves < 200; moves++ {
		h.Drag(4, 6)
		ok = until(func(p *painter) bool {
			if p.inlay.armed {
				put = window(p)
			}
			return !p.ring.fresh()
		})
	}
	// What came since the last drag is of the same camera, and looks the same.
	ok = ok && until(func(p *painter) bool {
		p.ring.mu.Lock()
		last := p.ring.slots[p.ring.shown].glance
		p.ring.mu.Unlock()
		if !p.inlay.armed || last.Draft || last.Camera != h.w.view.frame.Camera {
			return false
		}
		put = window(p)
		p.inlay.trial = loses // Fyne paints all from here on
		h.w.view.raster.Refresh()
		return true
	}) && until(func(p *painter) bool {
		if p.inlay.armed {
			return false
		}
		painted = window(p)
		return true
	})
	if !ok || len(first) != len(put) || len(put) != len(painted) {
		fmt.Println("nothing was put in place")
		return
	}
	differ := func(a, b []byte) (n int) {
		for i := range a {
			if a[i] != b[i] {
				n++
			}
		}
		return n
	}
	fmt.Println("moved:", differ(first, put) > len(put)/20, "differs from painted:", differ(put, painted))
}

// TestAPictureIsPutWhereFynePaintsIt opens the real window.
func TestAPictureIsPutWhereFynePaintsIt(t *testing.T) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "GLASSTWIN_LOOK=inlaid", "LIBGL_ALWAYS_SOFTWARE=1")
	out, err := cmd.CombinedOutput()
	if want := "moved: true differs from painted: 0\n"; err != nil || !strings.Contains(string(out), want) {
		t.Errorf("want %q: %v\n%s", want, err, out)
	}
}
