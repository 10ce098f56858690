package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// plannedDemo is the demo store in a folder, with a layout that moves a gondola
// into an aisle.
func plannedDemo(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	cat, err := generate.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	demo, err := generate.Demo(t.Context(), cat, nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := madeOf(demo, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := sitefolder.Create(dir, demo.Site, sitefolder.Contents{Made: made}, false); err != nil {
		t.Fatal(err)
	}
	site, err := sitefolder.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	l := layout.Of(site)
	e, err := l.Move([]twin.AssetID{"gondola-6"}, geom.Vec2{0.9, 0})
	if err != nil {
		t.Fatal(err)
	}
	if l, err = l.Do(e); err != nil {
		t.Fatal(err)
	}
	l.Name, l.Note = "narrow", "to see what happens"
	if err := layout.Save(dir, site, l); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestLayoutCommands(t *testing.T) {
	t.Parallel()
	dir := plannedDemo(t)
	say := func(c interface{ Run(*output) error }) string {
		t.Helper()
		var b bytes.Buffer
		if err := c.Run(&output{out: &b, progress: os.Stderr}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := say(&layoutList{Site: dir}); !strings.Contains(got, "narrow") || !strings.Contains(got, "1 moved") {
		t.Errorf("list: %s", got)
	}
	if got := say(&layoutDiff{Site: dir, Name: "narrow"}); !strings.Contains(got, "gondola-6 moves 0.90 m (x +0.90, z +0.00)") {
		t.Errorf("diff: %s", got)
	}
	if err := (&layoutDiff{Site: dir, Name: "wide"}).Run(&output{}); err == nil || !strings.Contains(err.Error(), "it has narrow") {
		t.Errorf("a layout that is not there: %v", err)
	}
	var b bytes.Buffer
	if err := (&layoutCheck{Site: dir, Name: "narrow", JSON: true}).Run(t.Context(), &output{out: &b, progress: os.Stderr}); err != nil {
		t.Fatal(err)
	}
	var r struct {
		Metrics map[string]float64
		Rows    []breachRow
	}
	if err := json.Unmarshal(b.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, x := range r.Rows {
		found = found || x.Rule == "aisle-main" && x.Worse && !x.Hard && len(x.Mark) == 4
	}
	if !found || r.Metrics["worse"] < 1 {
		t.Errorf("check: %s", b.String())
	}
	b.Reset()
	if err := (&layoutApply{Site: dir, Name: "narrow"}).Run(t.Context(), &output{out: &b, progress: os.Stderr}); err != nil {
		t.Fatal(err)
	}
	site, err := sitefolder.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := site.Asset("gondola-6"); a.Pose.Position[0] != 13.5 {
		t.Errorf("after applying it stands at %v", a.Pose.Position)
	}
	if got := say(&layoutDiff{Site: dir, Name: "narrow"}); got != "nothing differs\n" {
		t.Errorf("after applying: %s", got)
	}
}
