package scan_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
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
	peak := watchMemory()
	start := time.Now()
	c, err := scan.Read(context.Background(), name, f, info.Size(), scan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	most := peak()
	t.Logf("%d points in %v, %.1f million/s, at most %.2f GB", len(c.Positions)/3, took.Round(time.Millisecond), points/1e6/took.Seconds(), most)
	if len(c.Positions) != 3*points || len(c.Colors) != 3*points {
		t.Errorf("%d points, %d colours", len(c.Positions)/3, len(c.Colors)/3)
	}
	if most > 4 || most < 0.75 { // the points themselves
		t.Errorf("%.2f GB of memory", most)
	}
}

// watchMemory looks at the memory that the program holds until peak is called,
// which tells the most of it, GB.
func watchMemory() (peak func() float64) {
	end, most := make(chan struct{}), make(chan float64)
	go func() {
		held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		look, top := time.NewTicker(5*time.Millisecond), 0.0
		defer look.Stop()
		for {
			metrics.Read(held)
			top = max(top, float64(held[0].Value.Uint64()-held[1].Value.Uint64())/1e9)
			select {
			case <-end:
				most <- top
				return
			case <-look.C:
			}
		}
	}()
	return func() float64 { close(end); return <-most }
}
