package generate

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyScan is a scan as Run may leave it.
func anyScan(t *rapid.T) *Scan {
	n := rapid.IntRange(0, 40).Draw(t, "points")
	number := rapid.Float32Range(-500, 500)
	s := &Scan{Source: "hall.laz"}
	colour, lie := rapid.Bool().Draw(t, "coloured"), rapid.Bool().Draw(t, "told of")
	if n > 0 && lie {
		s.Entities = []string{"building/wall-1", "shelf-2"}
	}
	for range n {
		s.Positions = append(s.Positions, number.Draw(t, "x"), number.Draw(t, "y"), number.Draw(t, "z"))
		s.MM = append(s.MM, number.Draw(t, "mm"))
		if colour {
			s.Colors = append(s.Colors, rapid.Byte().Draw(t, "r"), rapid.Byte().Draw(t, "g"), rapid.Byte().Draw(t, "b"))
		}
		if lie {
			s.Nearest = append(s.Nearest, uint16(rapid.IntRange(0, 2).Draw(t, "entity")))
		}
	}
	return s
}

func TestAScanIsReadAsItWasKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScan(t)
		back, err := ReadScan(context.Background(), bytes.NewReader(s.encode()))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, back); d != "" {
			t.Error(d)
		}
	})
}

func TestADamagedScanSaysWhere(t *testing.T) {
	whole := (&Scan{Source: "a.ply", Positions: []float32{1, 2, 3, 4, 5, 6}, MM: []float32{1, 2}, Nearest: []uint16{1, 1}, Entities: []string{"wall"}}).encode()
	text := string(whole)
	for name, c := range map[string]struct{ data, want string }{
		"empty":          {"", "line 1"},
		"another file":   {"glTF\n", "line 1"},
		"a text form":    {strings.Replace(text, "binary_little_endian", "ascii", 1), "line 2"},
		"cut":            {text[:len(text)-3], "point 2 of 2"},
		"longer":         {text + "x", "more follows"},
		"too many":       {strings.Replace(text, "vertex 2", "vertex 2000001", 1), "vertex 2000001"},
		"negative":       {strings.Replace(text, "vertex 2", "vertex -2", 1), "vertex -2"},
		"no deviation":   {strings.Replace(text, "property float deviation_mm\n", "", 1), "end_header"},
		"an odd column":  {strings.Replace(text, "deviation_mm", "intensity", 1), "intensity"},
		"half a colour":  {strings.Replace(text, "property float deviation_mm\n", "property uchar red\nproperty float deviation_mm\n", 1), "end_header"},
		"no place":       {text[:len(text)-36] + "\xff\xff\xff\x7f" + text[len(text)-32:], "point 1 of 2"},
		"a lost entity":  {text[:len(text)-1] + "\x09", "entity 2305 of 1"},
		"endless header": {"ply\nformat binary_little_endian 1.0\ncomment " + strings.Repeat("x", 5000), "line 3"},
	} {
		_, err := ReadScan(context.Background(), strings.NewReader(c.data))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), KeptScan) || !strings.Contains(err.Error(), "generate the site again") {
			t.Errorf("%s: %v, want it to tell of %q", name, err, c.want)
		}
	}
}

func TestTwoScansAreOne(t *testing.T) {
	a := &Scan{Source: "a", Positions: []float32{1, 2, 3}, Colors: []uint8{1, 2, 3}}
	b := &Scan{Source: "b", Positions: []float32{4, 5, 6}}
	both := a.with(b)
	if d := cmp.Diff(&Scan{Source: "a, b", Positions: []float32{1, 2, 3, 4, 5, 6}, Colors: []uint8{1, 2, 3, scanGrey, scanGrey, scanGrey}}, both); d != "" {
		t.Error(d)
	}
	if (*Scan)(nil).with(a) != a || a.with(nil) != a {
		t.Error("one scan is not left as it is")
	}
}

func FuzzReadScan(f *testing.F) {
	f.Add((&Scan{Source: "a.ply", Positions: []float32{1, 2, 3}, MM: []float32{1}}).encode())
	f.Add((&Scan{Source: "a.ply", Positions: []float32{1, 2, 3}, MM: []float32{1}, Colors: []uint8{1, 2, 3}, Nearest: []uint16{1}, Entities: []string{"wall"}}).encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ReadScan(context.Background(), bytes.NewReader(data))
		if err != nil {
			return
		}
		n := len(s.MM)
		if len(s.Positions) != 3*n || len(s.Colors) != 3*n && len(s.Colors) != 0 || len(s.Nearest) != n && len(s.Nearest) != 0 {
			t.Fatalf("%d places, %d colours, %d entities of %d points", len(s.Positions), len(s.Colors), len(s.Nearest), n)
		}
	})
}

// What is kept of a real scan is measured against all that the twin holds: its
// own reconstruction lies on it.
func TestARealScanIsKeptOverItsTwin(t *testing.T) {
	const path = "../../../shared/data/scan/tablet-room-807.ply"
	file, err := os.Open(path)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real scan beside the checkout: %v", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	cat, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	made, err := Run(context.Background(), Input{ID: "room", Name: "Room", Catalogue: cat, Files: []File{{Kind: KindScan, Name: "room.ply", At: file, Size: info.Size()}}})
	if err != nil {
		t.Fatal(err)
	}
	s := made.Building.Scan
	n := len(s.MM)
	if n < 50_000 || len(s.Positions) != 3*n || len(s.Colors) != 3*n || len(s.Nearest) != n || len(s.Entities) < 10 {
		t.Fatalf("%d points with %d places, %d colours and %d of %d entities are kept", n, len(s.Positions)/3, len(s.Colors)/3, len(s.Nearest), len(s.Entities))
	}
	near := 0
	for _, mm := range s.MM {
		if mm > -50 && mm < 50 {
			near++
		}
	}
	if share := float64(near) / float64(n); share < 0.6 {
		t.Errorf("%.0f %% of the points lie within 50 mm of the twin, want 60 or more", 100*share)
	}
}
