package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/codec/tracks"
)

// While a site runs, with its journal open, it is told who passes which shelf: of places
// without names that a camera saw each second, close to what the same people's own ways tell.
func TestWhoPassesIsToldWhileTheSiteRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	site, ways := filepath.Join(dir, "site"), filepath.Join(dir, "day.csv")
	if text, err := program(t, append([]string{"generate", "-o", site}, demoFiles(t)...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	flowReport(t, "flow", "simulate", "--site", site, "--hours", "0.5", "--shoppers", "150", "--seed", "6", "--tracks", ways, "--json")
	file, err := os.Open(ways)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rec, err := tracks.Read("day.csv", file, tracks.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := sitefolder.Read(site)
	if err != nil {
		t.Fatal(err)
	}
	cameras := s.PositionSignals()
	if len(cameras) == 0 {
		t.Fatal("the demo store has no camera")
	}
	store, err := openStore(t.Context(), site, s)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(t.Context())
	last := 0.0
	for _, p := range rec.People {
		last = max(last, p.Fixes[len(p.Fixes)-1].T)
	}
	began := time.Now().Add(-2 * time.Hour).Truncate(time.Second)
	for second := range int(last) + 1 {
		x := twin.Sample{Signal: cameras[0], At: began.Add(time.Duration(second) * time.Second), Quality: twin.Good, Vector: []float64{}}
		for _, p := range rec.People {
			if at, z, ok := p.At(float64(second)); ok {
				x.Vector = append(x.Vector, at, z)
			}
		}
		x.Value = float64(len(x.Vector) / 2)
		if err := store.Record([]twin.Sample{x}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := regardOf(t.Context(), site, store, nil)
	if err != nil {
		t.Fatal(err)
	}
	filmed, err := readRecording(t.Context(), site, ways)
	if err != nil {
		t.Fatal(err)
	}
	want, err := regardOf(t.Context(), site, store, filmed)
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "" || got.K != 5 || len(got.Shelves) != len(want.Shelves) {
		t.Fatalf("%+v", got)
	}
	var a, b float64
	for _, x := range got.Shelves {
		a += x.Seen
	}
	for _, x := range want.Shelves {
		b += x.Seen
	}
	if !(b > 1000) || math.Abs(a-b) > 0.15*b {
		t.Errorf("shelves were seen for %.0f s by what the camera told, for %.0f s by the ways themselves", a, b)
	}
}
