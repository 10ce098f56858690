package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/render/likeness"
)

// scannedRoom writes a coloured scan of a room, 6 × 5 × 2.7 m and z up, as a
// scanner sees it: one wall bulges by 40 mm, which no twin of flat walls holds.
func scannedRoom(t *testing.T) string {
	t.Helper()
	var body bytes.Buffer
	n, rng := 0, rand.New(rand.NewPCG(7, 7))
	add := func(x, y, z float64, r, g, b uint8) {
		for _, v := range [3]float64{x, y, z} {
			binary.Write(&body, binary.LittleEndian, float32(v+0.004*rng.NormFloat64()))
		}
		body.Write([]byte{r, g, b})
		n++
	}
	const step, wide, deep, high = 0.03, 6.0, 5.0, 2.7
	for u := 0.0; u < wide; u += step {
		for v := 0.0; v < deep; v += step {
			plank := uint8(150 + 20*math.Sin(40*v))
			add(u, v, 0, plank, plank-40, plank-80)
			add(u, v, high, 235, 235, 230)
		}
		for h := 0.0; h < high; h += step {
			bulge := 0.04 * math.Exp(-((u-3)*(u-3)+(h-1.4)*(h-1.4))/0.8)
			add(u, deep-bulge, h, 90, 150, 140) // green at the back
			add(u, 0, h, 225, 215, 200)
		}
	}
	for v := 0.0; v < deep; v += step {
		for h := 0.0; h < high; h += step {
			add(0, v, h, 225, 215, 200)
			add(wide, v, h, 200, 120, 80) // brick on the right
		}
	}
	for a := 0.0; a < 1.2; a += step { // a counter
		for b := 0.0; b < 0.9; b += step {
			add(2+a, 1.2, b, 60, 70, 110)
			add(2+a, 1.2+0.6*b/0.9, 0.9, 200, 200, 205)
			add(2+a, 1.8, b, 60, 70, 110)
		}
	}
	head := fmt.Sprintf("ply\nformat binary_little_endian 1.0\nelement vertex %d\nproperty float x\nproperty float y\nproperty float z\nproperty uchar red\nproperty uchar green\nproperty uchar blue\nend_header\n", n)
	return write(t, "room.ply", head+body.String())
}

// scannedSite is a site made of the scan alone.
func scannedSite(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "room")
	if text, err := program(t, "generate", scannedRoom(t), "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return dir
}

func TestAScanIsDrawnOverItsTwin(t *testing.T) {
	t.Parallel()
	dir := scannedSite(t)
	picture := func(scan string) (*image.RGBA, float64) {
		t.Helper()
		path := filepath.Join(t.TempDir(), scan+".png")
		cmd := program(t, "render", dir, "-o", path, "--scan", scan, "--size", "480x270", "--json")
		cmd.Stderr = t.Output()
		text, err := cmd.Output()
		var told report
		if err == nil {
			err = json.Unmarshal(text, &told)
		}
		if err != nil {
			t.Fatalf("--scan %s: %v", scan, err)
		}
		img, err := likeness.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return img, told.Metrics["points"]
	}
	plain, none := picture("none")
	colour, some := picture("colour")
	deviation, _ := picture("deviation")
	if none != 0 || some < 10_000 {
		t.Errorf("%.0f points without the scan and %.0f with it", none, some)
	}
	for name, pair := range map[string][2]*image.RGBA{"colours": {plain, colour}, "deviations": {plain, deviation}, "one and the other": {colour, deviation}} {
		if d, err := likeness.Compare(pair[0], pair[1]); err != nil || d.Worst < 4 {
			t.Errorf("%s: the pictures look alike: %s %v", name, d.Compare, err)
		}
	}
}

func TestAScanThatCannotBeShownSaysWhy(t *testing.T) {
	t.Parallel()
	list := write(t, "planogram.csv", "id,class,x,y,heading\na,shelf-section,2,2,90\n")
	without := filepath.Join(t.TempDir(), "without")
	if text, err := program(t, "generate", list, "-o", without).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	damaged := scannedSite(t)
	kept := filepath.Join(damaged, "made", "scan.ply")
	if err := os.Truncate(kept, 60_000); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string][]string{
		without: {"--scan", "no scan is kept", "generate it with one"},
		damaged: {"--scan", "scan.ply", "ends at point", "generate the site again"},
	} {
		text, err := program(t, "render", dir, "-o", filepath.Join(t.TempDir(), "x.png"), "--scan", "deviation", "--size", "64x64").CombinedOutput()
		if err == nil {
			t.Errorf("%s was drawn", dir)
		}
		for _, w := range want {
			if !strings.Contains(string(text), w) {
				t.Errorf("it says %q, want %q in it", text, w)
			}
		}
	}
	if text, err := program(t, "render", damaged, "-o", filepath.Join(t.TempDir(), "x.png"), "--size", "64x64").CombinedOutput(); err != nil {
		t.Errorf("without its scan the site is not drawn: %v\n%s", err, text)
	}
}

// TestTheScanShowsInTheWindow switches the scan on in the real window, looks at
// its deviation and clicks on a wall.
func TestTheScanShowsInTheWindow(t *testing.T) {
	for _, tool := range []string{"Xvfb", "xdotool"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing: run .ci/prepare test", tool)
			}
			t.Skipf("%s is missing: run .ci/prepare test", tool)
		}
	}
	dir := scannedSite(t)
	t.Setenv("DISPLAY", "")
	screen, err := openDisplay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	probe := filepath.Join(t.TempDir(), "probe.json")
	cmd := program(t, "open", dir, "--language", "en", "--probe", probe, "--size", fmt.Sprintf("%dx%d", virtualWidth, virtualHeight))
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	d := driver{t: t, probe: probe, screen: screen}
	d.await("layer-scan")
	view := d.spots()["viewport"]
	screenshot := func(name string) *image.RGBA {
		t.Helper()
		d.picture(name)
		img, err := likeness.Load(filepath.Join(pictures(name), name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		x, y := d.window()
		part := image.NewRGBA(image.Rect(0, 0, view.Width, view.Height))
		draw.Draw(part, part.Rect, img, image.Pt(x+view.X, y+view.Y), draw.Src)
		return part
	}
	// look waits until the picture is another than it was, and stays so. What may
	// be done twice is done again when nothing came of it for long.
	look := func(name string, was *image.RGBA, again func()) *image.RGBA {
		t.Helper()
		last, done := was, time.Now()
		for end := time.Now().Add(patience); time.Now().Before(end); {
			time.Sleep(3 * time.Second)
			now := screenshot(name)
			if unlike(t, now, was) > 4 && unlike(t, now, last) < 1 {
				return now
			}
			if last = now; again != nil && time.Since(done) > time.Minute {
				again()
				done = time.Now()
			}
		}
		t.Errorf("%s: the picture is what it was", name)
		return last
	}
	blank := image.NewRGBA(image.Rect(0, 0, view.Width, view.Height))
	plain := look("scan-off", blank, nil)
	first := func() { d.choose("layer-scan", 1) }
	first()
	colours := look("scan-colours", plain, first)
	xdotool(t, "key", "s")
	deviation := look("scan-deviation", colours, nil)
	d.press("viewport", 0.39, 0.215) // on the bulge
	look("scan", deviation, nil)
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the window ended with %v", err)
	}
}

// unlike tells how unlike two pictures are at their worst.
func unlike(t *testing.T, a, b *image.RGBA) float64 {
	t.Helper()
	d, err := likeness.Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return d.Worst
}

// choose opens a drop-down and takes one of its lines.
func (d driver) choose(name string, line int) {
	d.t.Helper()
	d.click(name, 0.5)
	time.Sleep(time.Second)
	const lineHeight = 29 // of a menu, at scale 1
	s := d.spots()[name]
	x, y := d.window()
	xdotool(d.t, "mousemove", "--sync", strconv.Itoa(x+s.X+s.Width/2), strconv.Itoa(y+s.Y+s.Height+line*lineHeight+lineHeight/2))
	time.Sleep(200 * time.Millisecond)
	xdotool(d.t, "click", "1")
}
