package tracks_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
)

// A slanted camera looks at a floor; four points that were clicked on its picture and on
// the plan put what it recorded where it was.
func TestAPlanePutsPixelsOnThePlan(t *testing.T) {
	camera := tracks.Homography{0.021, 0.004, -3, -0.001, 0.034, -9, 0.00002, 0.0009, 1}
	p := &tracks.Plane{}
	for _, px := range []geom.Vec2{{40, 60}, {600, 50}, {580, 460}, {30, 440}} {
		p.Points = append(p.Points, tracks.Pair{Picture: px, Plan: camera.Place(px)})
	}
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	kept, err := tracks.ReadPlane("street.yaml", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	h, off, err := kept.Transform()
	if err != nil || off > 1e-6 {
		t.Fatalf("it misses by %g m (%v)", off, err)
	}
	rec, err := tracks.Read("street.csv", strings.NewReader("id,time,x,y\na,0,300,200\na,1,310,220\n"), tracks.Options{Plane: h, Unit: 1})
	if err != nil {
		t.Fatal(err)
	}
	at, want := rec.People[0].Fixes[1], camera.Place(geom.Vec2{310, 220})
	if math.Hypot(at.X-want[0], at.Z-want[1]) > 1e-6 {
		t.Errorf("pixel 310, 220 is at %g, %g, want %v", at.X, at.Z, want)
	}
}

func TestAPlaneComesBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Float64Range(-1e5, 1e5)
		p := &tracks.Plane{}
		for range rapid.IntRange(2, 12).Draw(t, "points") {
			p.Points = append(p.Points, tracks.Pair{Picture: geom.Vec2{number.Draw(t, "x"), number.Draw(t, "y")}, Plan: geom.Vec2{number.Draw(t, "u"), number.Draw(t, "v")}})
		}
		if _, _, err := p.Transform(); err != nil {
			t.Skip("points that tell nothing")
		}
		text, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := tracks.ReadPlane("p.yaml", bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range got.Points {
			if x != p.Points[i] {
				t.Fatalf("point %d is %v, was %v", i, x, p.Points[i])
			}
		}
	})
}

func TestAPlaneThatTellsNothingIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":           "either points or a homography",
		"points: []": "either points or a homography",
		"points: [{picture: [1, 2], plan: [3]}, {picture: [1, 2], plan: [3, 4]}]":    "point 1: give picture: [x, y]",
		"points: [{picture: [1, 2], plan: [3, 4]}]":                                  "2 to 1000",
		"points: [{picture: [1, 2], plan: [3, 4]}, {picture: [1, 2], plan: [5, 6]}]": "do not tell how the picture lies",
		"homography: [1, 2, 3]":                      "nine numbers, here are 3",
		"homography: [1, 0, 0, 2, 0, 0, 0, 0, 1]":    "to a line",
		"homography: [.nan, 0, 0, 2, 0, 0, 0, 0, 1]": "nine numbers",
		"point: 3": "field point not found",
		"homography: [1, 0, 0, 0, 1, 0, 0, 0, 1]\npoints: [{picture: [1, 2], plan: [3, 4]}]": "either points",
		"# " + strings.Repeat("x", 2<<20):                                                         "longer than",
		"points: [{picture: [1, 2], plan: [3, 4]}, {picture: [1e9, 2], plan: [5, 6]}]":            "point 2",
		"points: [{picture: [1, two], plan: [3, 4]}, {picture: [1, 2], plan: [5, 6]}]":            "write points:",
		"points: [{picture: [0, 0], plan: [0, 0]}, {picture: [1, 0], plan: [1, 0]}, {a: [1, 0]}]": "field a not found",
	} {
		_, err := tracks.ReadPlane("how.yaml", strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "how.yaml") {
			t.Errorf("%.60q gave %v, want %q", text, err, want)
		}
	}
}

func FuzzReadPlane(f *testing.F) {
	f.Add([]byte("points: [{picture: [1, 2], plan: [3, 4]}, {picture: [10, 2], plan: [5, 6]}]"))
	f.Add([]byte("homography: [1, 0, 0, 0, 1, 0, 0, 0, 1]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := tracks.ReadPlane("f.yaml", bytes.NewReader(text))
		if err != nil {
			return
		}
		again, err := p.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tracks.ReadPlane("f.yaml", bytes.NewReader(again)); err != nil {
			t.Fatalf("what was read is not read again: %v\n%s", err, again)
		}
	})
}
