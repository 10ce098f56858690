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
)

// storm resizes the real window faster than pictures come, and tells the size of
// the picture that is shown once it is over beside that of the viewport.
func storm(ctx context.Context, h Hands) {
	var scale float32
	fyne.DoAndWait(func() { scale = h.w.win.Canvas().Scale() })
	for k := range int(40 / (scale * scale)) { // a processor paints a large window slowly
		size := fyne.NewSize(1024+float32(k*37%500), 640+float32(k*53%300))
		fyne.DoAndWait(func() { h.w.win.Resize(size) })
		time.Sleep(time.Duration(k%7) * time.Millisecond)
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		var wide, high, drawnWide, drawnHigh int
		fyne.DoAndWait(func() {
			p, r := h.w.view.paint, h.w.view.paint.ring
			p.mu.Lock()
			wide, high = p.width, p.height
			p.mu.Unlock()
			r.mu.Lock()
			if r.shown >= 0 {
				drawnWide, drawnHigh = r.slots[r.shown].width, r.slots[r.shown].height
			}
			r.mu.Unlock()
		})
		if wide > 0 && wide == drawnWide && high == drawnHigh {
			fmt.Println("the storm is over")
			return
		}
	}
}

// TestAStormOfSizes: at every scale the window ends with a picture of its size.
func TestAStormOfSizes(t *testing.T) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("CI") != "true" {
		t.Skip("no display: run it by `make gl`, which brings one")
	}
	for _, scale := range []string{"1", "2", "4"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "GLASSTWIN_LOOK=storm", "FYNE_SCALE="+scale)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "the storm is over") {
			t.Errorf("at scale %s: %v\n%s", scale, err, out)
		}
	}
}
