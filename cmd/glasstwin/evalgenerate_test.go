package main

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEvalGenerateTellsOfEachSource makes a site of each of three sources; one
// of them cannot be read, which is a result and keeps none of the others.
func TestEvalGenerateTellsOfEachSource(t *testing.T) {
	t.Parallel()
	files := demoFiles(t)
	sheet, keep := filepath.Join(t.TempDir(), "sheet.png"), t.TempDir()
	cmd := program(t, "eval", "generate", "--json", "--sheet", sheet, "--columns", "2", "--keep", keep, files[0], files[1], write(t, "cut.ifc", "ISO-10303-21;\n"))
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Metrics map[string]float64
		Rows    []triedSource
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("not one JSON object: %v: %s", err, text)
	}
	if m := r.Metrics; m["files"] != 3 || m["failed"] != 1 || m["elements_understood"] == 0 || m["seconds_worst"] <= 0 || m["peak_mb"] <= 0 {
		t.Errorf("metrics %v", m)
	}
	if len(r.Rows) != 3 {
		t.Fatalf("%d rows", len(r.Rows))
	}
	if b := r.Rows[0]; b.Total == 0 || b.Understood != b.Total || b.Triangles == 0 || b.PeakMB == 0 || b.Failure != "" {
		t.Errorf("of the building: %+v", b)
	}
	if p := r.Rows[1]; p.Assets == 0 || p.Triangles == 0 {
		t.Errorf("of the planogram: %+v", p)
	}
	if c := r.Rows[2]; !strings.Contains(c.Failure, "cut.ifc") || c.Triangles != 0 {
		t.Errorf("of the cut file: %+v", c)
	}
	f, err := os.Open(sheet)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	// Each drawn tile shows more than one colour along its middle; that of the
	// failure is plain.
	for i, drawn := range []bool{true, true, false} {
		x, y := sheetMargin+i%2*siteTileWide, sheetMargin+i/2*(siteTileHigh+siteCaption)+siteTileHigh/2
		colours := map[any]bool{}
		for k := 8; k < siteTileWide-8; k++ {
			colours[img.At(x+k, y)] = true
		}
		if (len(colours) > 8) != drawn {
			t.Errorf("tile %d has %d colours along its middle", i, len(colours))
		}
	}
	if sites, _ := filepath.Glob(filepath.Join(keep, "*", "site.yaml")); len(sites) != 2 {
		t.Errorf("kept %v, want the two that were made", sites)
	}
}
