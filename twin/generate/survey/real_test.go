package survey_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin/generate/survey"
)

// tablet is a room that a tablet scanned, aimed at walls and ceiling: a float
// position and a colour for each of its vertices, little endian.
func tablet(t testing.TB) *survey.Cloud {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "shared", "data", "scan", "tablet-room-807.ply"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("needs the real scans beside the checkout:", err)
	}
	const end = "end_header\n"
	const row = 15
	c := &survey.Cloud{}
	for data = data[bytes.Index(data, []byte(end))+len(end):]; len(data) >= row; data = data[row:] {
		for k := range 3 {
			c.Positions = append(c.Positions, math.Float32frombits(binary.LittleEndian.Uint32(data[4*k:])))
		}
		c.Colors = append(c.Colors, data[12:15]...)
	}
	return c
}

// The golden summary tells what is made of a real scan that shows little: a
// broken ceiling of timber, pieces of walls, no floor.
func TestTabletRoom(t *testing.T) {
	cloud := tablet(t)
	s, err := survey.Reconstruct(context.Background(), cloud, survey.Options{Classes: furniture})
	if err != nil {
		t.Fatal(err)
	}
	scene, elements := s.Scene()
	closed(t, scene)
	d, err := survey.Deviate(context.Background(), cloud, s.Frame, scene)
	if err != nil {
		t.Fatal(err)
	}
	got := summary(s, len(elements), d)
	path := filepath.Join("testdata", "tablet.txt")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the summary changed; UPDATE=1 takes it over. Now:\n%s\nbefore:\n%s", got, want)
	}
}

// summary tells what was found, rounded so that it reads the same on any
// machine.
func summary(s *survey.Survey, elements int, d *survey.Deviation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "points %d, thinned %d\n", s.Points.Read, s.Points.Thinned)
	fmt.Fprintf(&b, "up %.2f %.2f %.2f, main directions hold %.1f of the walls\n", s.Frame.Up[0], s.Frame.Up[1], s.Frame.Up[2], s.Frame.Manhattan)
	for i, st := range s.Storeys {
		fmt.Fprintf(&b, "storey %d: %.1f m high, floor seen %v, ceiling seen %v\n", i+1, st.CeilingY-st.FloorY, st.FloorSeen, st.CeilingSeen)
	}
	for _, r := range s.Rooms {
		fmt.Fprintf(&b, "%s: %.0f m², %.1f m high, open along %.0f m\n", r.ID, r.Area, r.Height, r.Open)
	}
	seen := 0
	for _, w := range s.Walls {
		if !w.NotSeen {
			seen++
		}
	}
	fmt.Fprintf(&b, "%d walls seen, %d openings, %d stairs, %d objects, %d elements\n", seen, len(s.Openings), len(s.Stairs), len(s.Objects), elements)
	fmt.Fprintf(&b, "deviation: median %.0f mm, %.1f within 50 mm\n", d.MedianMM, d.Within50)
	for _, n := range s.Notes {
		fmt.Fprintln(&b, "note:", n)
	}
	return b.String()
}
