package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindReferences(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := findReferences(dir); err == nil || !strings.Contains(err.Error(), "reference.csv") {
		t.Errorf("an empty folder: %v; want the mend", err)
	}
	put("a.glb", "")
	put("jt/A.JT", "12345")
	put("b.stl", "")
	put("b.png", "1")
	put("b-decoded.ply", "")
	put("reference.csv", "name,bytes,error_mm,decoded\nb,70,0.5,b-decoded.ply\nnone,1,,\n")
	refs, notes, err := findReferences(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(refs) != 2 || refs[0].Bytes != 5 || refs[0].Name != "A.JT" || refs[1].Bytes != 70 || refs[1].ErrorMM != 0.5 || filepath.Base(refs[1].Decoded) != "b-decoded.ply" {
		t.Errorf("found %+v", refs)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "none") {
		t.Errorf("notes %q; want one of the line without a mesh", notes)
	}
	put("reference.csv", "name,bytes\nb,many\n")
	if _, _, err := findReferences(dir); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a bad number: %v; want its line", err)
	}
}

func TestMedianLow95(t *testing.T) {
	if got := medianLow95([]float64{150}); got != 150 {
		t.Errorf("one file: %v", got)
	}
	sorted := []float64{100, 150, 200, 250, 300}
	if got := medianLow95(sorted); got < 100 || got >= median(sorted) {
		t.Errorf("bound %v of a median of %v", got, median(sorted))
	}
}
