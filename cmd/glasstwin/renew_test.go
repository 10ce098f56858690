package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// TestASiteIsRenewedAndKeepsItsEdits: a shelf that the user moved stays where
// he put it, what the new planogram tells comes in, and the journal stays.
func TestASiteIsRenewedAndKeepsItsEdits(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "site")
	list := filepath.Join(t.TempDir(), "planogram.csv")
	planogram := func(rows string) {
		t.Helper()
		if err := os.WriteFile(list, []byte("id,class,x,y,heading,products\n"+rows), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	do := func(args ...string) string {
		t.Helper()
		text, err := program(t, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, text)
		}
		return string(text)
	}
	planogram("a,shelf-section,2,2,90,tea\nb,shelf-section,2,4,90,rice\n")
	do("generate", list, "-o", dir)
	site, err := sitefolder.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	find := func(id twin.AssetID) *twin.Asset {
		for i := range site.Assets {
			if site.Assets[i].ID == id {
				return &site.Assets[i]
			}
		}
		t.Fatalf("no %s among %+v", id, site.Assets)
		return nil
	}
	find("a").Pose.Position[0] = 5
	if _, err := sitefolder.Revise(dir, func(*twin.Site) (*twin.Site, error) { return site, nil }); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "journal"), 0o755); err != nil {
		t.Fatal(err)
	}
	planogram("a,shelf-section,2,2,90,coffee\nb,shelf-section,2,4,90,rice\nc,shelf-section,2,6,90,flour\n")
	do("generate", list, "-o", dir, "--update")
	if site, err = sitefolder.Read(dir); err != nil {
		t.Fatal(err)
	}
	if a := find("a"); a.Pose.Position[0] != 5 || a.Products[0] != "coffee" {
		t.Errorf("a is %+v: want the user's place with the new products", a)
	}
	find("c")
	if _, err := os.Stat(filepath.Join(dir, "journal")); err != nil {
		t.Errorf("the journal is gone: %v", err)
	}
	text := do("generate", "-o", dir, "--update")
	if !strings.Contains(text, "shelf-section") {
		t.Errorf("from its own sources: %s", text)
	}
	if site, err = sitefolder.Read(dir); err != nil {
		t.Fatal(err)
	}
	if a := find("a"); a.Pose.Position[0] != 5 {
		t.Errorf("a went back to %v", a.Pose.Position)
	}
}

func TestOneBuildingToldTwiceIsDrawnOnce(t *testing.T) {
	files := demoFiles(t)
	dir := filepath.Join(t.TempDir(), "site")
	text, err := program(t, "generate", files[0], copyAs(t, files[0], "second.ifc"), "-o", dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range []string{"laid on building.ifc", "0 are told here only"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not told:\n%s", want, text)
		}
	}
}
