package main

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheCatalogueIsListedCheckedAndDrawn goes the way of somebody who adds a
// class: list, check, mend, draw.
func TestTheCatalogueIsListedCheckedAndDrawn(t *testing.T) {
	text, err := program(t, "catalog", "list", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil || r.Metrics["classes"] < 64 {
		t.Fatalf("%v: %v", err, r.Metrics)
	}
	good := `class: stool
title: {en: Stool, ko: 스툴}
group: furniture
mount: floor
size: [0.4, 0.5, 0.4]
parts:
  - part: body
    shapes:
      - {box: [-W/2, 0, -D/2, W/2, H, D/2], material: oak}
`
	dir := t.TempDir()
	path := filepath.Join(dir, "stool.yaml")
	for _, row := range []struct{ old, new, want string }{
		{"box: [-W/2", "box: [-V/2", "stool.yaml:9"},
		{"oak", "unobtainium", "unobtainium"},
		{", ko: 스툴", "", `no title in "ko"`},
		{"", "", ""},
	} {
		if err := os.WriteFile(path, []byte(strings.Replace(good, row.old, row.new, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		text, err := program(t, "catalog", "lint", path).CombinedOutput()
		if (err == nil) != (row.want == "") || !strings.Contains(string(text), row.want) {
			t.Errorf("%v: %s, want %q", err, text, row.want)
		}
	}
	picture := filepath.Join(t.TempDir(), "sheet.png")
	if text, err := program(t, "catalog", "sheet", "-o", picture, "--classes", dir, "--columns", "12").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size, err := png.DecodeConfig(f)
	if err != nil || size.Width < 12*sheetTile || size.Height < 8*sheetTile {
		t.Errorf("%v: %d × %d pixels", err, size.Width, size.Height)
	}
}
