package scan_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/codec/scan"
)

// Fifty million coloured points within four gigabytes. Measured on two cores:
// see the log. Run with GLASSTWIN_LONG=1.
func TestFiftyMillionPoints(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("GLASSTWIN_LONG is not set")
	}
	const points = 50_000_000
	name := filepath.Join(t.TempDir(), "long.las")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	head := las(2)[:375]
	binary.LittleEndian.PutUint32(head[107:], points)
	w.Write(head)
	var p [26]byte
	for i := range points {
		binary.LittleEndian.PutUint32(p[0:], uint32(i%5_000_000))
		binary.LittleEndian.PutUint32(p[4:], uint32(i/7%3_000_000))
		binary.LittleEndian.PutUint32(p[8:], uint32(i%2700))
		p[12], p[21], p[23], p[25] = byte(i), byte(i), byte(i>>8), byte(i>>16)
		w.Write(p[:])
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	info, _ := f.Stat()
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // the most memory so far counts from here
	start := time.Now()
	c, err := scan.Read(context.Background(), name, f, info.Size(), scan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	most := mostMemory(t)
	t.Logf("%d points in %v, %.1f million/s, at most %.2f GB", len(c.Positions)/3, took.Round(time.Millisecond), points/1e6/took.Seconds(), most)
	if len(c.Positions) != 3*points || len(c.Colors) != 3*points {
		t.Errorf("%d points, %d colours", len(c.Positions)/3, len(c.Colors)/3)
	}
	if most > 4 || math.IsNaN(most) {
		t.Errorf("%.2f GB of memory", most)
	}
}

func mostMemory(t *testing.T) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("the system does not tell the memory of a process")
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	fmt.Sscan(rest, &kb)
	return kb / 1e6
}
