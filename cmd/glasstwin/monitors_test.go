package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// twoOutputs is a screen of X.Org's dummy driver, which has as many outputs as are
// switched on; Xvfb has one.
const twoOutputs = `Section "ServerFlags"
  Option "AutoAddDevices" "false"
  Option "AutoAddGPU" "false"
EndSection
Section "Device"
  Identifier "none"
  Driver "dummy"
  VideoRam 256000
EndSection
Section "Monitor"
  Identifier "any"
  HorizSync 5.0-1000.0
  VertRefresh 5.0-200.0
EndSection
Section "Screen"
  Identifier "one"
  Device "none"
  Monitor "any"
  DefaultDepth 24
  SubSection "Display"
    Depth 24
    Modes "1280x800"
    Virtual 3840 2160
  EndSubSection
EndSection
`

// TestMonitorsComeAndGo: the window goes from one monitor to another, its monitor
// is unplugged, changes its resolution and comes back, and all the while it shows
// its store and follows the mouse.
func TestMonitorsComeAndGo(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("needs a screen server of its own; set GLASSTWIN_LONG=1")
	}
	m := startMonitors(t)
	m.set("--output", "DUMMY0", "--mode", "1280x800")
	m.set("--addmode", "DUMMY1", "1920x1080")
	m.set("--output", "DUMMY1", "--mode", "1920x1080", "--right-of", "DUMMY0")

	dir := filepath.Join(t.TempDir(), "site")
	if text, err := program(t, append([]string{"generate", "-o", dir}, demoFiles(t)...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	probe := filepath.Join(t.TempDir(), "probe.json")
	cmd := program(t, "open", dir, "--language", "en", "--probe", probe, "--size", "1100x640")
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	m.d = driver{t: t, probe: probe, screen: &display{}}
	m.d.await("viewport")
	m.shows("at first", nil)
	xdotool(t, "key", "Home")
	first := m.shows("the overview", nil)

	ids := strings.Fields(xdotool(t, "search", "--name", "GlassTwin"))
	move := func(x, y int) {
		xdotool(t, "windowmove", ids[len(ids)-1], fmt.Sprint(x), fmt.Sprint(y))
	}
	for _, step := range []struct {
		what string
		do   func()
	}{
		{"on the other monitor", func() { move(1400, 200) }},
		{"its first monitor unplugged", func() { m.set("--output", "DUMMY0", "--off"); move(60, 60) }},
		{"a smaller resolution", func() {
			m.set("--addmode", "DUMMY1", "1280x800")
			m.set("--output", "DUMMY1", "--mode", "1280x800")
			move(20, 20)
		}},
		{"the first monitor back, the other gone", func() {
			m.set("--output", "DUMMY0", "--mode", "1920x1080", "--pos", "0x0", "--output", "DUMMY1", "--off")
			move(100, 100)
		}},
	} {
		step.do()
		m.shows(step.what, first)
		turned := m.drag(first)
		if turned == nil {
			t.Errorf("%s: it does not follow the mouse", step.what)
			continue
		}
		xdotool(t, "key", "Home") // back to where it was
		m.shows(step.what+", back", first)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the window ended with %v", err)
	}
}

// monitorPatience is for a busy machine.
const monitorPatience = time.Minute

type monitors struct {
	t *testing.T
	d driver
}

func startMonitors(t *testing.T) *monitors {
	t.Helper()
	for _, tool := range []string{"Xorg", "xrandr", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing: install xserver-xorg-core, xserver-xorg-video-dummy, x11-xserver-utils, xdotool and imagemagick", tool)
		}
	}
	config := write(t, "xorg.conf", twoOutputs)
	read, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, "Xorg", "-displayfd", "3", "-config", config, "-noreset", "-nolisten", "tcp", "-logfile", filepath.Join(t.TempDir(), "xorg.log"))
	server.ExtraFiles = []*os.File{end}
	err = server.Start()
	end.Close()
	if err != nil {
		stop()
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); server.Wait() })
	read.SetReadDeadline(time.Now().Add(20 * time.Second))
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("the screen did not come up: %v", err)
	}
	t.Setenv("DISPLAY", ":"+strings.TrimSpace(number))
	t.Setenv("LIBGL_ALWAYS_SOFTWARE", "1")
	return &monitors{t: t}
}

func (m *monitors) set(args ...string) {
	m.t.Helper()
	if text, err := exec.Command("xrandr", args...).CombinedOutput(); err != nil {
		m.t.Fatalf("xrandr %v: %v: %s", args, err, text)
	}
}

// look is what the viewport shows, cut out of the screen; nil: it does not lie
// wholly on it.
func (m *monitors) look() *image.RGBA {
	m.t.Helper()
	text, err := exec.Command("import", "-silent", "-window", "root", "png:-").Output()
	if err != nil {
		m.t.Fatalf("look at the screen: %v", err)
	}
	all, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		m.t.Fatal(err)
	}
	view := m.d.spots()["viewport"]
	x, y := m.d.window()
	part := image.Rect(0, 0, view.Width, view.Height)
	if at := image.Pt(x+view.X, y+view.Y); part.Add(at).In(all.Bounds()) {
		out := image.NewRGBA(part)
		draw.Draw(out, part, all, at, draw.Src)
		return out
	}
	return nil
}

// shows waits until the viewport shows what it did; nil: any picture that stays,
// which is the full one.
func (m *monitors) shows(what string, want *image.RGBA) *image.RGBA {
	m.t.Helper()
	var last *image.RGBA
	stays := 0
	for end := time.Now().Add(monitorPatience); time.Now().Before(end); time.Sleep(2 * time.Second) {
		now := m.look()
		if now == nil {
			continue
		}
		if want != nil && now.Rect == want.Rect && unlike(m.t, now, want) < 6 {
			return now
		}
		if last != nil && last.Rect == now.Rect && unlike(m.t, now, last) < 1 && unlike(m.t, now, image.NewRGBA(now.Rect)) > 20 {
			stays++
		} else {
			stays = 0
		}
		if want == nil && stays == 3 {
			return now
		}
		last = now
	}
	m.t.Errorf("%s: it does not show its store", what)
	return last
}

// drag turns the camera, and returns another picture than before.
func (m *monitors) drag(was *image.RGBA) *image.RGBA {
	m.t.Helper()
	view := m.d.spots()["viewport"]
	x, y := m.d.window()
	x, y = x+view.X+view.Width/2, y+view.Y+view.Height/2
	xdotool(m.t, "mousemove", "--sync", fmt.Sprint(x), fmt.Sprint(y), "mousedown", "1")
	for i := range 8 {
		xdotool(m.t, "mousemove", fmt.Sprint(x+10*(i+1)), fmt.Sprint(y))
	}
	xdotool(m.t, "mouseup", "1")
	for end := time.Now().Add(monitorPatience); time.Now().Before(end); time.Sleep(time.Second) {
		if now := m.look(); now != nil && now.Rect == was.Rect && unlike(m.t, now, was) > 8 {
			return now
		}
	}
	return nil
}
