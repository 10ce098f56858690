package scan_test

import (
	"bytes"
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/scan"
)

// Two scanners of a PTX file, in map coordinates, the second turned by a quarter.
func TestStationsOfPTX(t *testing.T) {
	ptx := "2\n2\n500010 200 7\n1 0 0\n0 1 0\n0 0 1\n1 0 0 0\n0 1 0 0\n0 0 1 0\n500010 200 7 1\n" +
		"1 2 3 0.5 10 20 30\n0 0 0 0.5 0 0 0\n4 5 6 1 40 50 60\n0 0 0 0.5 0 0 0\n" +
		"1\n1\n500020 210 8\n0 1 0\n-1 0 0\n0 0 1\n0 1 0 0\n-1 0 0 0\n0 0 1 0\n500020 210 8 1\n1 2 3 0 7 8 9\n"
	c := read(t, "a.ptx", []byte(ptx))
	want := [][3]float64{{500011, 202, 10}, {500014, 205, 13}, {500018, 211, 11}}
	if len(c.Positions) != 9 || len(c.Colors) != 9 || len(c.Stations) != 2 {
		t.Fatalf("%d points, %d colours, %d stations", len(c.Positions)/3, len(c.Colors)/3, len(c.Stations))
	}
	for i, v := range c.Positions {
		if at := float64(v) + c.Offset[i%3]; math.Abs(at-want[i/3][i%3]) > 1e-3 {
			t.Errorf("point %d: %v", i/3, c.Positions[i/3*3:i/3*3+3])
		}
	}
	for i, want := range [][3]float64{{500010, 200, 7}, {500020, 210, 8}} {
		s := c.Stations[i]
		if at := s.At.Add(c.Offset); at.Sub(want).Len() > 1e-6 || s.From != []int{0, 2}[i] || s.To != []int{2, 3}[i] {
			t.Errorf("station %d: %+v at %v", i, s, at)
		}
	}
	if !slices.Equal(c.Intensity, []uint16{32767, 65535, 0}) && !slices.Equal(c.Intensity, []uint16{32768, 65535, 0}) {
		t.Errorf("intensities %v", c.Intensity)
	}
}

// Lists as programs write them: the columns are found from names or from number.
func TestWaysToWriteALine(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		colors []uint8
		levels int
		turned bool
	}{
		"three":              {"1 2 3\n4 5 6\n", nil, 0, false},
		"intensity":          {"1 2 3 9\n4 5 6 8\n", nil, 2, false},
		"colours":            {"1 2 3 9 8 7\n4 5 6 6 5 4\n", []uint8{9, 8, 7, 6, 5, 4}, 0, false},
		"normals":            {"1 2 3 0 0 1\n4 5 6 0.6 0.8 0\n", nil, 0, true},
		"intensity, colours": {"1 2 3 100 9 8 7\n4 5 6 99 6 5 4\n", []uint8{9, 8, 7, 6, 5, 4}, 2, false},
		"colours, normals":   {"1 2 3 9 8 7 0 0 1\n4 5 6 6 5 4 0.6 0.8 0\n", []uint8{9, 8, 7, 6, 5, 4}, 0, true},
		"names":              {"//X Y Z R G B Nx Ny Nz\n1 2 3 9 8 7 0 0 1\n4 5 6 6 5 4 0.6 0.8 0\n", []uint8{9, 8, 7, 6, 5, 4}, 0, true},
		"other order":        {"x;y;z;intensity;red;green;blue\n1;2;3;5;9;8;7\n4;5;6;5;6;5;4\n", []uint8{9, 8, 7, 6, 5, 4}, 2, false},
		"other names":        {"X[m],Y[m],Z[m],Intensity\n1,2,3,5\n4,5,6,5\n", nil, 2, false},
		"quoted":             {"\"x\",\"y\",\"z\"\n1,2,3\n4,5,6\n", nil, 0, false},
		"columns moved":      {"id,x,y,z,r,g,b\n77,1,2,3,9,8,7\n78,4,5,6,6,5,4\n", []uint8{9, 8, 7, 6, 5, 4}, 0, false},
		"commas":             {"1,00 2,00 3,00 9 8 7\n4,00 5,00 6,00 6 5 4\n", []uint8{9, 8, 7, 6, 5, 4}, 0, false},
		"scientific":         {"1.0e0\t2.0E+00\t3e0\r\n4e0\t+5\t.6e1\r\n", nil, 0, false},
		"no end of line":     {"1 2 3\n4 5 6", nil, 0, false},
		"trailing separator": {"1, 2, 3,\n4, 5, 6,\n", nil, 0, false},
		"shares":             {"1 2 3 1.0 0.5 0.0\n4 5 6 0.0 0.0 1.0\n", []uint8{255, 127, 0, 0, 0, 255}, 0, false},
	} {
		got := read(t, "a.txt", []byte(c.text))
		if !slices.Equal(got.Positions, []float32{1, 2, 3, 4, 5, 6}) || !slices.Equal(got.Colors, c.colors) || len(got.Intensity) != c.levels || (len(got.Normals) == 6) != c.turned {
			t.Errorf("%s: %v, colours %v, intensities %v, normals %v, notes %v", name, got.Positions, got.Colors, got.Intensity, got.Normals, got.Notes)
		}
	}
}

// Text reads the same with the ends of lines of any age, and with a mark; in
// UTF-16 it is told what it is.
func TestLinesOfAnyAge(t *testing.T) {
	list := "1 2 3\n4 5 6\n7 8 9\n"
	mesh := "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nend_header\n" + list
	for name, text := range map[string]string{"a.xyz": list, "a.ply": mesh} {
		for way, text := range map[string]string{
			"LF": text, "CRLF": strings.ReplaceAll(text, "\n", "\r\n"), "CR": strings.ReplaceAll(text, "\n", "\r"), "a mark": "\ufeff" + text,
		} {
			if c := read(t, name, []byte(text)); len(c.Positions) != 9 || len(c.Notes) != 0 {
				t.Errorf("%s, %s: %d points, notes %v", name, way, len(c.Positions)/3, c.Notes)
			}
		}
	}
	wide := []byte("\xff\xfe1\x00 \x002\x00 \x003\x00")
	if _, err := scan.Read(context.Background(), "a.xyz", bytes.NewReader(wide), int64(len(wide)), scan.Options{}); err == nil || !strings.Contains(err.Error(), "save it as UTF-8") {
		t.Errorf("UTF-16: %v", err)
	}
}
