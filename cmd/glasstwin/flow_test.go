package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/likeness"
)

// An hour on the demo store: everybody gets in and out again, and what is read
// back from the file that was written is what was simulated.
func TestAnHourOfShoppers(t *testing.T) {
	t.Parallel()
	site := filepath.Join(t.TempDir(), "site")
	if text, err := program(t, append([]string{"generate", "-o", site}, demoFiles(t)...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	ways := filepath.Join(t.TempDir(), "day.csv")
	lived := flowReport(t, "flow", "simulate", "--site", site, "--hours", "0.5", "--shoppers", "120", "--seed", "4", "--tracks", ways, "--json")
	m := lived.Metrics
	if m["entered"] < 10 || m["left"] != m["entered"] || m["people"] != m["entered"] || m["items"] < m["entered"] {
		t.Errorf("%v", m)
	}
	throughAndServed(t, flowReport(t, "flow", "analyze", ways, "--site", site, "--k", "1", "--json"), m["entered"])
	seen := flowReport(t, "flow", "analyze", ways, "--site", site, "--json").Metrics
	for _, name := range []string{"people", "walked_m", "recorded_s"} {
		if math.Abs(seen[name]-m[name]) > 0.02*m[name] {
			t.Errorf("%s: %g when read back, %g as simulated", name, seen[name], m[name])
		}
	}
	// The same shoppers in the same layout: nothing differs.
	beside := filepath.Join(t.TempDir(), "beside.png")
	alike := flowReport(t, "flow", "compare", site, filepath.Join(site, "layout.yaml"), "--site", site, "--replications", "2", "--hours", "0.2", "--beside", beside, "--size", "480x200", "--json")
	if alike.Metrics["sure"] != 0 || len(alike.Rows) < 20 {
		t.Errorf("a layout against itself: %v", alike.Metrics)
	}
	for _, r := range alike.Rows {
		if d := r.(map[string]any)["difference"]; d != 0.0 {
			t.Errorf("a layout against itself: %v", r)
		}
	}
	halvesAlike(t, beside)
	again := flowReport(t, "flow", "simulate", "--site", site, "--hours", "0.5", "--shoppers", "120", "--seed", "4", "--json")
	if again.Metrics["walked_m"] != m["walked_m"] || again.Metrics["items"] != m["items"] {
		t.Error("the same seed gave another hour")
	}
	found := flowReport(t, "flow", "analyze", ways, "--site", site, "--infer", "--json").Metrics
	if found["inferred_fixtures"] < 10 || found["inferred_recall"] < 0.5 || found["inferred_precision"] < 0.4 {
		t.Errorf("fixtures inferred: %v", found)
	}
	longer := filepath.Join(t.TempDir(), "longer.csv")
	flowReport(t, "flow", "simulate", "--site", site, "--hours", "0.8", "--shoppers", "300", "--seed", "5", "--tracks", longer, "--json")
	learnt := flowReport(t, "flow", "calibrate", longer, "--site", site, "--rounds", "1", "--json")
	if learnt.Metrics["learnt"] < 20 || len(learnt.Rows) != 5 {
		t.Errorf("calibrated: %v", learnt.Metrics)
	}
	own := flowReport(t, "flow", "simulate", "--site", site, "--hours", "0.1", "--json")
	if len(own.Notes) < 2 || !strings.Contains(own.Notes[1], "calibrated shoppers") {
		t.Errorf("what was calibrated is not used: %q", own.Notes)
	}
	if err := os.WriteFile(filepath.Join(site, "models", "shoppers.json"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"explain", "propose"} { // they read what was calibrated
		text, err := program(t, "flow", command, "--site", site, "--hours", "0.1").CombinedOutput()
		if err == nil || !bytes.Contains(text, []byte("shoppers.json: the file is empty; mend it")) {
			t.Errorf("%s with an empty file of shoppers: %v, %s", command, err, text)
		}
	}
	for _, args := range [][]string{{"--take", "-1"}, {"--take", "9"}, {"--order", filepath.Join(site, "none", "work.pdf")}} {
		text, err := program(t, append([]string{"flow", "propose", "--site", site}, args...)...).CombinedOutput()
		if exit, ok := err.(interface{ ExitCode() int }); !ok || exit.ExitCode() != 2 || !bytes.Contains(text, []byte(args[0])) {
			t.Errorf("propose %v: %v, %s", args, err, text)
		}
	}
	if text, err := program(t, "flow", "simulate", "--site", t.TempDir()).CombinedOutput(); err == nil || !bytes.Contains(text, []byte("site.yaml")) {
		t.Errorf("an empty folder: %v, %s", err, text)
	}
	bad := write(t, "bad.csv", "id,time,x,y\n1,2,three,4\n")
	if text, err := program(t, "flow", "analyze", bad).CombinedOutput(); err == nil || !bytes.Contains(text, []byte("bad.csv, line 2")) {
		t.Errorf("a bad table: %v, %s", err, text)
	}
}

// Real people in a real hall, and real carts without times.
func TestRealPeopleAreAnalyzed(t *testing.T) {
	for file, least := range map[string]float64{"edinburgh-01Jul.txt": 1200, "supermarket-carts.csv": 40} {
		path := filepath.Join("..", "..", "..", "shared", "data", "tracks", file)
		if _, err := os.Stat(path); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("no recordings beside the checkout: %v", err)
		}
		m := flowReport(t, "flow", "analyze", path, "--json").Metrics
		if m["people"] < least || m["walked_m"] < 1000 || m["detour_median"] < 1 {
			t.Errorf("%s: %v", file, m)
		}
		if _, timed := m["recorded_s"]; timed != (file != "supermarket-carts.csv") {
			t.Errorf("%s: times %v", file, timed)
		}
	}
}

// Where real carts will still go is foretold from how they began; a file of too few
// walks, and a walk that was not held back, are told.
func TestRealCartsAreForetold(t *testing.T) {
	few := write(t, "few.csv", "id,time,x,y\n1,0,0,0\n1,1,1,0\n1,2,2,0\n")
	if text, err := program(t, "flow", "predict", few).CombinedOutput(); err == nil || !bytes.Contains(text, []byte("few.csv: too few walks")) {
		t.Errorf("one walk: %v, %s", err, text)
	}
	path := filepath.Join("..", "..", "..", "shared", "data", "tracks", "supermarket-carts.csv")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no recordings beside the checkout: %v", err)
	}
	r := flowReport(t, "flow", "predict", path, "--walk", "walk-42", "--k", "1", "--json")
	if len(r.Rows) < 10 || r.Metrics["judged"] != 11 || r.Metrics["beginning_m"] < 1 {
		t.Errorf("%+v", r)
	}
	for _, row := range r.Rows[:4] {
		if row := row.(map[string]any); row["verdict"] != "better" {
			t.Errorf("%v", row)
		}
	}
	last := r.Rows[len(r.Rows)-1].(map[string]any)
	if last["like"] == nil || last["share"].(float64) <= 0 || len(last["went_on_to"].([]any)) == 0 {
		t.Errorf("what the foretelling rests on: %v", last)
	}
	if text, err := program(t, "flow", "predict", path, "--walk", "walk-42").CombinedOutput(); err == nil || !bytes.Contains(text, []byte("--k 1")) {
		t.Errorf("a single walk was told of without asking for it: %v, %s", err, text)
	}
	if text, err := program(t, "flow", "predict", path, "--k", "12").CombinedOutput(); err == nil || !bytes.Contains(text, []byte("fewer than --k 12")) {
		t.Errorf("11 walks judged, k 12: %v, %s", err, text)
	}
	text, err := program(t, "flow", "predict", path, "--walk", "walk-1", "--k", "1").CombinedOutput()
	if exit, ok := err.(interface{ ExitCode() int }); !ok || exit.ExitCode() != 2 || !bytes.Contains(text, []byte("walk-1")) {
		t.Errorf("a walk learnt from: %v, %s", err, text)
	}
}

// Two real stores that a robot mapped: their aisles are found, people walk in
// them, and what they did is measured aisle by aisle.
func TestMappedStoresAreWalked(t *testing.T) {
	t.Parallel()
	for source, least := range map[string]struct {
		aisles  int
		visits  float64 // of aisles
		fronts  int     // that somebody saw
		stopped int     // of them, at which somebody stopped
	}{"waterfront-shelves.json": {4, 20, 165, 60}, "uni-bremen": {1, 10, 19, 15}} {
		path := filepath.Join("..", "..", "..", "shared", "data", "store-k4r", source)
		if _, err := os.Stat(path); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("no mapped stores beside the checkout: %v", err)
		}
		site := filepath.Join(t.TempDir(), "site")
		if text, err := program(t, "generate", "-o", site, path).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		ways := filepath.Join(t.TempDir(), "hour.csv")
		lived := flowReport(t, "flow", "simulate", "--site", site, "--hours", "0.4", "--shoppers", "120", "--tracks", ways, "--json")
		if m := lived.Metrics; m["entered"] < 5 || m["left"] != m["entered"] || m["items"] < 1 {
			t.Errorf("%s: %v", source, m)
		}
		seen := flowReport(t, "flow", "analyze", ways, "--site", site, "--k", "1", "--json")
		named, visited, visitors := 0, 0.0, 0.0
		fronts, stopped := 0, 0
		for _, r := range seen.Rows {
			row := r.(map[string]any)
			zone, _ := row["zone"].(string)
			switch asset, _ := row["asset"].(string); {
			case strings.HasPrefix(zone, "aisle"):
				named++
				visited += row["visits"].(float64)
			case zone != "":
				visitors = max(visitors, row["visitors"].(float64))
			case asset != "" && row["exposure_s"].(float64) > 0:
				fronts++
				if row["stopped"].(float64) > 0 {
					stopped++
				}
			}
		}
		t.Logf("%s: %d aisles, %.0f visits, %d fronts seen, %d stopped at, %v", source, named, visited, fronts, stopped, seen.Metrics)
		if named < least.aisles || visited < least.visits {
			t.Errorf("%s: %d aisles with %.0f visits", source, named, visited)
		}
		if visitors != lived.Metrics["entered"] {
			t.Errorf("%s: %.0f came in, %.0f were seen", source, lived.Metrics["entered"], visitors)
		}
		if fronts < least.fronts || stopped < least.stopped {
			t.Errorf("%s: %d fronts were seen and %d stopped at, want %d and %d", source, fronts, stopped, least.fronts, least.stopped)
		}
	}
}

// halvesAlike tells whether both halves of a picture show the same, below the names
// of the layouts and beside the line between them.
func halvesAlike(t *testing.T, path string) {
	t.Helper()
	img, err := likeness.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	const names, line = 48, 4
	half := img.Rect.Dx() / 2
	cut := func(x int) *image.RGBA {
		out := image.NewRGBA(image.Rect(0, 0, half-2*line, img.Rect.Dy()-names))
		draw.Draw(out, out.Rect, img, image.Pt(x+line, names), draw.Src)
		return out
	}
	left, right := cut(0), cut(half)
	if d, err := likeness.Compare(left, right); err != nil || !d.Alike() {
		t.Errorf("a layout beside itself: %s %v", d.Compare, err)
	}
	colours := map[color.RGBA]bool{}
	for x := range left.Rect.Dx() {
		colours[left.RGBAAt(x, left.Rect.Dy()/2)] = true
	}
	if len(colours) < 20 {
		t.Errorf("there are %d colours across the picture: it shows no store", len(colours))
	}
}

func flowReport(t *testing.T, args ...string) (r report) {
	t.Helper()
	cmd := program(t, args...)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v: %s", args, err, problems.String())
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("%v: %v: %.300s", args, err, text)
	}
	return r
}

// TestMomentsOfAWipeAreNamed: each on its side of the line, where there is room.
func TestMomentsOfAWipeAreNamed(t *testing.T) {
	speak, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	face, err := paperFace(speak)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		width, height, line int
		left, right         bool
	}{{1280, 720, 640, true, true}, {1280, 720, 30, false, true}, {1280, 720, 1260, true, false}, {320, 180, 160, false, false}} {
		img := image.NewRGBA(image.Rect(0, 0, row.width, row.height))
		nameMoments(img, face, row.line, "10:10:00", "10:45:00")
		var written [2]bool
		for i, v := range img.Pix {
			if side := i / 4 % row.width; v != 0 && side < row.line {
				written[0] = true
			} else if v != 0 {
				written[1] = true
			}
		}
		if written != [2]bool{row.left, row.right} {
			t.Errorf("%d×%d, the line at %d: names left and right are %v", row.width, row.height, row.line, written)
		}
	}
}

// throughAndServed checks what is told of doors, tills, levels of service and sight where
// everybody comes in by one door, pays, and goes out by the other.
func throughAndServed(t *testing.T, r report, entered float64) {
	t.Helper()
	if c := r.Metrics["conversion_rate"]; c < 0.9 || c > 1 { // who is served at once hardly stands
		t.Errorf("%g of all paid, want all but a few", c)
	}
	paid, lines, levels, sights := 0.0, 0, 0, 0
	for _, row := range r.Rows {
		row := row.(map[string]any)
		switch {
		case row["line"] != nil:
			lines++
			nt := row["n_t"].([]any)
			last := nt[len(nt)-1].([]any)
			if row["people"] != entered || last[1] != row["times"] || row["left"] != 0.0 && row["left"] != row["times"] {
				t.Errorf("%v people went through %s, %v times, %v to its left, by its diagram %v; want %g, one way", row["people"], row["line"], row["times"], row["left"], last, entered)
			}
		case row["till"] != nil:
			paid += row["people"].(float64)
		case row["density_m2"] != nil:
			levels++
			if v := row["speed_m_s"].(float64); !(v > 0 && v < 2) || row["moments"].(float64) < 1 {
				t.Errorf("level of service: %v", row)
			}
		case row["sight"] != nil:
			sights++
			if a := row["isovist_m2"].(float64); !(a > 1 && a < 500) || row["integration"].(float64) <= 0 {
				t.Errorf("sight: %v", row)
			}
		}
	}
	if lines != 2 || paid < 0.9*entered || paid > 1.3*entered || levels == 0 || sights < 5 {
		t.Errorf("%d doors, %g paid of %g, %d levels, %d zones to see from", lines, paid, entered, levels, sights)
	}
}
