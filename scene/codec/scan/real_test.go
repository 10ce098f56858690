package scan_test

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/scan"
)

func real(t testing.TB, name string) (*os.File, int64) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "data", "scan", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real scan beside the checkout: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return f, info.Size()
}

func box(c *scan.Cloud) (lo, hi [3]float64) {
	lo, hi = [3]float64{1e9, 1e9, 1e9}, [3]float64{-1e9, -1e9, -1e9}
	for i, v := range c.Positions {
		x := float64(v) + c.Offset[i%3]
		lo[i%3], hi[i%3] = math.Min(lo[i%3], x), math.Max(hi[i%3], x)
	}
	return lo, hi
}

// The header of the packed scan states its box to a hundredth: a decoder that is
// wrong anywhere leaves it.
func TestThePackedScanOfAnAtrium(t *testing.T) {
	f, size := real(t, "indoor.laz")
	c, err := scan.Read(context.Background(), "indoor.laz", f, size, scan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lo, hi := box(c)
	if n := len(c.Positions) / 3; n != 808_042 {
		t.Errorf("%d points, want 808042", n)
	}
	want := [2][3]float64{{-22.99, -1.97, -7.90}, {5.63, 7.55, 12.36}}
	for k := range 3 {
		if math.Abs(lo[k]-want[0][k]) > 1e-4 || math.Abs(hi[k]-want[1][k]) > 1e-4 {
			t.Errorf("box %v %v, the header states %v", lo, hi, want)
		}
	}
}
