package scan_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/scan"
)

// summary tells a cloud in a few lines, with a checksum that one wrong point
// changes.
func summary(c *scan.Cloud) string {
	var b strings.Builder
	n := len(c.Positions) / 3
	lo, hi := box(c)
	sum := fnv.New64a()
	var mean [3]float64
	for i, v := range c.Positions {
		x := float64(v) + c.Offset[i%3]
		mean[i%3] += x / float64(n)
		fmt.Fprintf(sum, "%.0f ", math.Round(x*1e4))
	}
	fmt.Fprintf(&b, "points %d\nbox %.4f %.4f\nmean %.4f\n", n, lo, hi, mean)
	fmt.Fprintf(&b, "up %v\nfaces %d\nnormals %d\nclasses %d\nstations %d\n", c.Up, len(c.Faces)/3, len(c.Normals)/3, len(c.Classes), len(c.Stations))
	var color [3]float64
	for i, v := range c.Colors {
		color[i%3] += float64(v) / float64(n)
	}
	_, _ = sum.Write(c.Colors)
	level := 0.0
	for _, v := range c.Intensity {
		level += float64(v) / float64(n)
	}
	fmt.Fprintf(&b, "colours %d, mean %.3f\nintensities %d, mean %.3f\nsum %x\n", len(c.Colors)/3, color, len(c.Intensity), level, sum.Sum64())
	for _, note := range c.Notes {
		fmt.Fprintln(&b, "note", note)
	}
	return b.String()
}

// What is read of each real scan; UPDATE=1 rewrites the lists. Those of
// indoor.laz were compared with laz-perf 0.0.7: the same points and colours.
func TestRealScans(t *testing.T) {
	for _, name := range []string{"indoor.laz", "tablet-room-807.ply"} {
		f, size := real(t, name)
		c, err := scan.Read(context.Background(), name, f, size, scan.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, path := summary(c), filepath.Join("testdata", name+".txt")
		if os.Getenv("UPDATE") == "1" {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; UPDATE=1 rewrites it\ngot:\n%s\nwant:\n%s", path, got, want)
		}
	}
}
