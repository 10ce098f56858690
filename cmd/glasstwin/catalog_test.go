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
	t.Parallel()
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

// TestASiteHasClassesOfItsOwn: a class file in the site's folder is known to
// generating, exporting and checking, stays when the site is made anew, and is
// found with its line when it is wrong.
func TestASiteHasClassesOfItsOwn(t *testing.T) {
	t.Parallel()
	site := filepath.Join(t.TempDir(), "shop")
	own := filepath.Join(site, "catalogue", "pizza-oven.yaml")
	if err := os.MkdirAll(filepath.Dir(own), 0o755); err != nil {
		t.Fatal(err)
	}
	oven := `class: pizza-oven
title: {en: Pizza oven, ko: 피자 오븐}
group: kitchen
mount: floor
aliases: [calzone oven]
size: [1.0, 1.6, 0.9]
parts:
  - part: body
    shapes:
      - {box: [-W/2, 0, -D/2, W/2, H, D/2], material: steel}
  - part: lid
    at: [0, H, -D/2]
    joint: {kind: revolute, axis: [1, 0, 0], min: 0, max: 1.2}
    shapes:
      - {box: [-W/2, 0, 0, W/2, 0.02, D], material: steel}
`
	write := func(path, text string) string {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write(own, oven)
	list := write(filepath.Join(t.TempDir(), "planogram.csv"), "id,class,x,y,heading,products\noven-1,pizza-oven,2,2,90,\n")
	glb := filepath.Join(t.TempDir(), "shop.glb")
	for _, args := range [][]string{
		{"generate", list, "-o", site},
		{"generate", list, "-o", site, "--update"},
		{"generate", list, "-o", site, "--force"},
		{"catalog", "lint", "--site", site},
		{"export", site, "--glb", glb},
	} {
		if text, err := program(t, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, text)
		}
	}
	data, err := os.ReadFile(glb)
	if err != nil || !strings.Contains(string(data), "oven-1/lid") {
		t.Errorf("%v: the lid of the oven is not in the exported site", err)
	}
	for want, change := range map[string][2]string{
		own + ":10: ": {"box: [-W/2, 0, -D/2", "box: [-V/2, 0, -D/2"},
		own + ":4: ":  {"mount: floor", "mount: moon"},
		own + ":11: ": {"axis: [1, 0, 0]", "axis: [0, 0, 0]"},
	} {
		write(own, strings.Replace(oven, change[0], change[1], 1))
		for _, args := range [][]string{{"export", site, "--glb", glb}, {"generate", site, "-o", site, "--update"}, {"catalog", "list", "--site", site}} {
			text, err := program(t, args...).CombinedOutput()
			if err == nil || !strings.Contains(string(text), want) {
				t.Errorf("%v: %v: %s, want %q", args, err, text, want)
			}
		}
	}
}
