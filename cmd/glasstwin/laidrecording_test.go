package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// What a tilted camera filmed of simulated shoppers, in pixels, is laid on the plan by five
// points, as the window does; measured by them it is what it was in metres.
func TestFilmedShoppersAreMeasuredInMetres(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	site, ways, film := filepath.Join(dir, "site"), filepath.Join(dir, "day.csv"), filepath.Join(dir, "camera.csv")
	if text, err := program(t, append([]string{"generate", "-o", site}, demoFiles(t)...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	flowReport(t, "flow", "simulate", "--site", site, "--hours", "0.4", "--shoppers", "120", "--seed", "4", "--tracks", ways, "--json")
	pixel := func(p geom.Vec2) geom.Vec2 {
		w := 1 + 0.012*p[1]
		return geom.Vec2{(62*p[0] + 14*p[1] + 300) / w, (-8*p[0] + 48*p[1] + 1050) / w}
	}
	filmed(t, ways, film, pixel)

	rec, err := readRecording(t.Context(), site, film)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Ways()) < 10 || len(rec.Points()) != 0 {
		t.Fatalf("%d ways and %d points at first", len(rec.Ways()), len(rec.Points()))
	}
	var points []desktop.Matched
	for _, at := range []geom.Vec2{{4, 0}, {22, -2}, {22, -17}, {3, -16}, {12, -9}} {
		points = append(points, desktop.Matched{Picture: pixel(at), Plan: at}) // y down, as the window shows it
	}
	place, misses, err := rec.Lie(points)
	if err != nil || misses[4] > 0.01 || place(pixel(geom.Vec2{8, -4})).Sub(geom.Vec2{8, -4}).Len() > 0.01 {
		t.Fatalf("it lies off by %v (%v)", misses, err)
	}
	if _, err := rec.Keep(points[:1]); err == nil {
		t.Error("one point is kept")
	}
	if told, err := rec.Keep(points); err != nil || !strings.Contains(told, film) {
		t.Fatalf("%q, %v", told, err)
	}
	if again, err := readRecording(t.Context(), site, film); err != nil || len(again.Points()) != 5 || again.Points()[2] != points[2] {
		t.Fatalf("it is not there again: %v", err)
	}

	want := flowReport(t, "flow", "analyze", ways, "--site", site, "--json").Metrics
	for _, args := range [][]string{{film, "--site", site}, {film, "--plane", planeOf(site, film)}} {
		got := flowReport(t, append([]string{"flow", "analyze", "--json"}, args...)...)
		for _, name := range []string{"people", "walked_m", "recorded_s"} {
			if math.Abs(got.Metrics[name]-want[name]) > 0.01*want[name] {
				t.Errorf("%v: %s is %g, in metres %g", args, name, got.Metrics[name], want[name])
			}
		}
	}
	regards, err := regardOf(t.Context(), site, nil, rec)
	if err != nil {
		t.Fatal(err)
	}
	rows, few := map[string]float64{}, 0
	for _, r := range flowReport(t, "flow", "analyze", film, "--site", site, "--json").Rows {
		if r := r.(map[string]any); r["asset"] != nil {
			rows[r["asset"].(string)] += r["exposure_s"].(float64)
		}
	}
	for _, x := range regards.Shelves {
		seen, told := rows[string(x.Asset)]
		if x.Few {
			few++
		}
		if x.Few == told || math.Abs(x.Seen-seen) > 1e-6 {
			t.Errorf("%s: %+v, analyzed %g (%v)", x.Asset, x, seen, told)
		}
	}
	if regards.Name != "camera.csv" || regards.K != 5 || few == 0 || few == len(regards.Shelves) {
		t.Errorf("%q, of at least %d people: %d of %d of fewer", regards.Name, regards.K, few, len(regards.Shelves))
	}
	if _, err := regardOf(t.Context(), site, nil, nil); err == nil || !strings.Contains(err.Error(), "no journal yet") {
		t.Errorf("a site that saw nobody gave %v", err)
	}
	if text, err := program(t, "flow", "analyze", film, "--site", site, "--plane", planeOf(site, film), "--unit", "0.05").CombinedOutput(); err == nil || !strings.Contains(string(text), "--plane or --unit") {
		t.Errorf("two scales gave %s", text)
	}
	if err := os.WriteFile(planeOf(site, film), []byte("points: [{picture: [1, 2], plan: [3, 4]}]"), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := program(t, "flow", "analyze", film, "--site", site).CombinedOutput(); err == nil || !strings.Contains(string(text), "camera.csv.yaml") {
		t.Errorf("one point gave %s", text)
	}
}

// filmed writes ways as a tracker of pixels does, whose y runs up.
func filmed(t *testing.T, ways, film string, pixel func(geom.Vec2) geom.Vec2) {
	t.Helper()
	in, err := os.Open(ways)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("id,time,x,y\n")
	for _, r := range rows[1:] {
		var at geom.Vec2
		for k := range at {
			if at[k], err = strconv.ParseFloat(r[2+k], 64); err != nil {
				t.Fatal(err)
			}
		}
		p := pixel(at)
		fmt.Fprintf(&b, "%s,%s,%.2f,%.2f\n", r[0], r[1], p[0], -p[1])
	}
	if err := os.WriteFile(film, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
