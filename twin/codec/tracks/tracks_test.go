package tracks_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
)

func Example() {
	file := "id,time,x,y\n7,10.0,1,2\n7,10.5,1.5,2\n8,10.5,0,0\n"
	t, err := tracks.Read("hall.csv", strings.NewReader(file), tracks.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range t.People {
		fmt.Printf("%s: %d places from %.1f s at x %.1f z %.1f\n", p.Person, len(p.Fixes), p.Fixes[0].T, p.Fixes[0].X, p.Fixes[0].Z)
	}
	// Output:
	// 7: 2 places from 0.0 s at x 1.0 z -2.0
	// 8: 1 places from 0.5 s at x 0.0 z -0.0
}

func TestEveryFormatIsKnownByItsFirstLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		format     tracks.Format
		x, z, last float64 // of the first person: first place, last time
	}{
		{"seconds", "person;t;x;z\na;0;1;2\na;4;3;2\n", tracks.Table, 1, 2, 4},
		{"julich", "# framerate: 25 fps\n# id frame x/m y/m z/m\n1 0 2.1 2.6 1.7\n1 50 2.2 2.7 1.7\n", tracks.Julich, 2.1, -2.6, 2},
		{"old julich", "1 0 100 700 170\n1 32 100 300 170\n", tracks.Julich, 1, -7, 2},
		{"trajnet", "0\t1\t4.5\t2\n10\t1\t5\t2\n10\t2\t0\t0\n", tracks.TrajNet, 4.5, -2, 0.4},
		{"obsmat", "0 1 4.5 0 2 1 0 0\n10 1 5 0 2 1 0 0\n", tracks.Obsmat, 4.5, -2, 0.4},
		{"stanford", "3 10 20 30 60 0 0 0 0 \"Pedestrian\"\n3 10 20 30 60 30 0 0 0 \"Pedestrian\"\n4 1 1 2 2 0 0 0 0 \"Biker\"\n", tracks.Stanford, 20, 40, 1},
		{"edinburgh", "% two\nProperties.R1=[1 2];\n TRACK.R1=[[100 200 9];[110 200 18]];\n", tracks.Edinburgh, 2.47, 4.94, 1},
		{"egocart", "018020.jpg, -17.9, 4.7, 0.99, -0.04, 15\n018040.jpg, -17.9, 4.6, 0.99, -0.07, 15\n", tracks.EgoCart, -17.9, -4.7, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := tracks.Read(c.name, strings.NewReader(c.text), tracks.Options{})
			if err != nil {
				t.Fatal(err)
			}
			f := got.People[0].Fixes
			if got.Format != c.format || math.Abs(f[0].X-c.x) > 1e-9 || math.Abs(f[0].Z-c.z) > 1e-9 || math.Abs(f[len(f)-1].T-c.last) > 1e-9 {
				t.Errorf("%s: %+v, want x %g z %g until %g s", got.Format, f, c.x, c.z, c.last)
			}
		})
	}
}

func TestRealRecordings(t *testing.T) {
	for _, c := range []struct {
		file    string
		people  int
		timed   bool
		wide    [2]float64 // metres: the extent may be
		seconds float64    // at least
	}{
		{"edinburgh-01Jul.txt", 1262, true, [2]float64{10, 25}, 30_000},
		{"juelich-bottleneck-040.txt", 75, true, [2]float64{4, 9}, 60},
		{"juelich-corridor-uo-180-180-070.txt", 148, true, [2]float64{2.5, 16}, 90},
		{"juelich-corridor-uo-180-180-120.txt", 170, true, [2]float64{2.5, 16}, 60},
		{"supermarket-carts.csv", 0, false, [2]float64{15, 45}, 0},
	} {
		t.Run(c.file, func(t *testing.T) {
			f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", "tracks", c.file))
			if err != nil {
				if os.Getenv("CI") == "true" {
					t.Fatal(err)
				}
				t.Skipf("no recordings beside the checkout: %v", err)
			}
			defer f.Close()
			got, err := tracks.Read(c.file, f, tracks.Options{})
			if err != nil {
				t.Fatal(err)
			}
			lo, hi := geom.Vec2{1e9, 1e9}, geom.Vec2{-1e9, -1e9}
			last, walked := 0.0, 0.0
			for _, p := range got.People {
				walked += p.Length()
				for _, f := range p.Fixes {
					lo = geom.Vec2{min(lo[0], f.X), min(lo[1], f.Z)}
					hi = geom.Vec2{max(hi[0], f.X), max(hi[1], f.Z)}
					last = max(last, f.T)
				}
			}
			size := hi.Sub(lo)
			t.Logf("%d people, %.1f by %.1f m, %.0f s, %.0f m walked; %q", len(got.People), size[0], size[1], last, walked, got.Notes)
			if c.people != 0 && len(got.People) != c.people || got.Timed != c.timed || len(got.People) < 5 {
				t.Errorf("%d people, timed %v", len(got.People), got.Timed)
			}
			if min(size[0], size[1]) < c.wide[0] || max(size[0], size[1]) > c.wide[1] || c.timed && last < c.seconds {
				t.Errorf("%.1f by %.1f m, %.0f s", size[0], size[1], last)
			}
		})
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "no format",
		"hello\n":                     "no format",
		"id,time,x,y\n":               "nobody",
		"id,time,x,y\n1,2,3\n":        "line 2: there are 3 columns",
		"id,time,x,y\n1,2,3,four\n":   `line 2: column 4, "four", is no number`,
		"id,time,x,y\n1,2,3,NaN\n":    "line 2: 3, NaN",
		"id,frame,x,y\n1,2,3,4\n":     "how many frames",
		"id,name,a,b\n1,2,3,4\n":      "the columns are",
		"TRACK.R1=[[1 2 3];[4 5]];\n": `line 1: "[4 5" of R1`,
		"id,time,x,y\n" + strings.Repeat("9", 5<<20):             "line 2: the line is longer",
		"id,time,x,y\n1,2,3e300,4\n":                             "from the origin",
		"id,time,x,y\n" + strings.Repeat("9", 101) + "x,2,3,4\n": "an id of",
	} {
		_, err := tracks.Read("f.csv", strings.NewReader(text), tracks.Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "f.csv") {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

// A picture that lies anyhow on the plan is found from points.
func TestCalibrate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := tracks.Homography{8: 1}
		for i := range 6 {
			h[i] = rapid.Float64Range(-0.05, 0.05).Draw(rt, "h")
		}
		h[0], h[4] = h[0]+0.05, h[4]-0.06
		h[6], h[7] = rapid.Float64Range(0, 3e-4).Draw(rt, "px"), rapid.Float64Range(0, 3e-4).Draw(rt, "py")
		if math.Abs(h[0]*h[4]-h[1]*h[3]) < 5e-4 {
			rt.Skip("it is nearly a line")
		}
		var pairs []tracks.Pair
		for _, p := range []geom.Vec2{{0, 0}, {640, 0}, {640, 480}, {0, 480}, {300, 200}} {
			pairs = append(pairs, tracks.Pair{Picture: p, Plan: h.Place(p)})
		}
		got, off, err := tracks.Calibrate(pairs)
		if err != nil {
			rt.Fatal(err)
		}
		if at := (geom.Vec2{123, 321}); off > 1e-5 || got.Place(at).Sub(h.Place(at)).Len() > 1e-5 {
			rt.Fatalf("off by %g; %v, want %v", off, got.Place(at), h.Place(at))
		}
	})
	two, off, err := tracks.Calibrate([]tracks.Pair{{geom.Vec2{0, 0}, geom.Vec2{5, 5}}, {geom.Vec2{100, 0}, geom.Vec2{5, 7}}})
	if err != nil || off > 1e-9 || two.Place(geom.Vec2{0, 100}).Sub(geom.Vec2{3, 5}).Len() > 1e-9 {
		t.Errorf("two points: %v, off %g, %v", two, off, err)
	}
	line := []tracks.Pair{{geom.Vec2{0, 0}, geom.Vec2{0, 0}}, {geom.Vec2{1, 1}, geom.Vec2{1, 1}}, {geom.Vec2{2, 2}, geom.Vec2{2, 2}}, {geom.Vec2{3, 3}, geom.Vec2{3, 3}}}
	if _, _, err := tracks.Calibrate(line); err == nil {
		t.Error("four points in a line told how a picture lies")
	}
	if _, _, err := tracks.Calibrate(make([]tracks.Pair, 2)); err == nil {
		t.Error("one place twice told how a picture lies")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("id,time,x,y\n1,2,3,4\n")
	f.Add("TRACK.R1=[[1 2 3];[4 5 6]];\n")
	f.Add("# framerate: 25 fps\n1 0 2.1 2.6 1.7\n1 1 2 2 1\n")
	f.Add("3 10 20 30 60 0 0 0 0 \"Pedestrian\"\n")
	f.Add("1L018020.jpg, -17.9, 4.7, 0.99, -0.04, 15\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range append([]tracks.Format{""}, tracks.Formats[:]...) {
			got, err := tracks.Read("f", strings.NewReader(text), tracks.Options{Format: format, FPS: 10})
			if err != nil {
				continue
			}
			for _, p := range got.People {
				for i, f := range p.Fixes {
					if math.IsNaN(f.X+f.Z+f.T) || i > 0 && f.T <= p.Fixes[i-1].T {
						t.Fatalf("%s: %+v", format, p)
					}
				}
			}
		}
	})
}

func BenchmarkEdinburgh(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "tracks", "edinburgh-01Jul.txt"))
	if err != nil {
		b.Skip(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := tracks.Read("e", strings.NewReader(string(data)), tracks.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
