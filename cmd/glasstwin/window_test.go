package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// TestApprovedWithARealMouse drives the real window on a virtual screen with
// real clicks: the card of the freezer, then Approve. It saves the pictures
// that the README shows into out/window (with UPDATE=1 into docs/pictures).
func TestApprovedWithARealMouse(t *testing.T) {
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing: run .ci/prepare test", tool)
			}
			t.Skipf("%s is missing: run .ci/prepare test", tool)
		}
	}
	t.Setenv("DISPLAY", "") // a screen of our own: nobody else's window may lie over ours
	screen, err := openDisplay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	o, at := demoSite(t, "--speed", "40", "--fault", faultUsual)
	probe := filepath.Join(t.TempDir(), "probe.json")
	cmd := program(t, "open", o.dir, "--address", at.endpoint, "--as", "mina", "--language", "en", "--probe", probe, "--size", fmt.Sprintf("%dx%d", virtualWidth, virtualHeight))
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	d := driver{t: t, probe: probe, screen: screen}
	d.await("viewport")
	d.settle(8 * time.Second) // people come in, the picture is refined
	d.picture("store")
	d.await("card")
	d.click("card", 0.5)
	d.await("approve")
	xdotool(t, "key", "f") // look at it
	d.settle(5 * time.Second)
	d.picture("explained")
	d.click("approve", 0.5)
	d.awaitGone("approve")
	d.await("outcome")
	d.settle(5 * time.Second)
	d.picture("mended")
	d.click("timeline", 0.4)
	d.settle(5 * time.Second)
	d.picture("past")
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the window ended with %v", err)
	}

	store, err := openJournal(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(context.Background())
	var decision twin.Decision
	var outcome twin.Outcome
	if err := store.Events(t.Context(), 1, func(e twin.Event) error {
		switch e.Kind {
		case twin.DecisionMade:
			return json.Unmarshal(e.Body, &decision)
		case twin.OutcomeRecorded:
			return json.Unmarshal(e.Body, &outcome)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !decision.Approved || decision.By != "mina" || outcome.Result != twin.Verified {
		t.Errorf("after the click the journal tells %+v and %+v", decision, outcome)
	}
}

// driver is a hand on the mouse.
type driver struct {
	t      *testing.T
	probe  string
	screen *display
}

type spot struct{ X, Y, Width, Height int }

func (d driver) spots() map[string]spot {
	text, err := os.ReadFile(d.probe)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var at map[string]spot
	if err == nil {
		err = json.Unmarshal(text, &at)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return at
}

func (d driver) await(name string) {
	d.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if _, ok := d.spots()[name]; ok {
			return
		}
	}
	d.picture("failed")
	d.t.Fatalf("the window shows no %q within %s; it shows %v", name, patience, d.spots())
}

func (d driver) awaitGone(name string) {
	d.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if _, ok := d.spots()[name]; !ok {
			return
		}
	}
	d.picture("failed")
	d.t.Fatalf("the window still shows %q after %s", name, patience)
}

// click moves the mouse onto a named widget, some part of its width from the
// left, and presses.
func (d driver) click(name string, part float64) {
	d.t.Helper()
	d.press(name, part, 0.5)
}

// press is click at some part of its height too.
func (d driver) press(name string, right, down float64) {
	d.t.Helper()
	s, ok := d.spots()[name]
	if !ok {
		d.t.Fatalf("there is no %q to click", name)
	}
	x, y := d.window()
	xdotool(d.t, "mousemove", "--sync", strconv.Itoa(x+s.X+int(right*float64(s.Width))), strconv.Itoa(y+s.Y+int(down*float64(s.Height))))
	time.Sleep(200 * time.Millisecond)
	xdotool(d.t, "click", "1")
}

// window is where the window's corner lies on the screen.
func (d driver) window() (x, y int) {
	d.t.Helper()
	ids := strings.Fields(xdotool(d.t, "search", "--name", "GlassTwin"))
	for _, line := range strings.Fields(xdotool(d.t, "getwindowgeometry", "--shell", ids[len(ids)-1])) {
		name, value, _ := strings.Cut(line, "=")
		switch n, _ := strconv.Atoi(value); name {
		case "X":
			x = n
		case "Y":
			y = n
		}
	}
	return x, y
}

// inDocs are the pictures that the README shows.
var inDocs = map[string]bool{"store": true, "explained": true, "mended": true, "scan": true}

// settle leaves the window time for the pictures of the docs; others need none.
func (d driver) settle(whole time.Duration) {
	if os.Getenv("UPDATE") != "1" {
		whole = time.Second
	}
	time.Sleep(whole)
}

// pictures is the folder that a picture goes to.
func pictures(name string) string {
	if os.Getenv("UPDATE") == "1" && inDocs[name] {
		return filepath.Join("..", "..", "docs", "pictures")
	}
	return filepath.Join("..", "..", "out", "window")
}

// picture saves what the screen shows.
func (d driver) picture(name string) {
	d.t.Helper()
	path := filepath.Join(pictures(name), name+".png")
	img, err := d.screen.picture()
	if err == nil {
		err = writePNG(path, img)
	}
	if err != nil {
		d.t.Fatalf("take a picture: %v", err)
	}
	d.t.Log("picture", path)
}

func xdotool(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("xdotool", args...).Output()
	if err != nil {
		t.Fatalf("xdotool %v: %v", args, err)
	}
	return string(out)
}
