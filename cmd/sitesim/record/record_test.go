package record

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
)

func recordOnce(t *testing.T, seed uint64) (telemetry, truth []byte) {
	t.Helper()
	dir := t.TempDir()
	o := Options{Seed: seed, Start: DrawnStart(seed), Duration: 40 * time.Minute, Step: 5 * time.Second, RandomFaults: true,
		Out: filepath.Join(dir, "t.csv.gz"), Truth: filepath.Join(dir, "t.json")}
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	telemetry, err := os.ReadFile(o.Out)
	if err != nil {
		t.Fatal(err)
	}
	truth, err = os.ReadFile(o.Truth)
	if err != nil {
		t.Fatal(err)
	}
	return telemetry, truth
}

func TestASeedAlwaysGivesTheSameBytes(t *testing.T) {
	a, truthA := recordOnce(t, 3)
	b, truthB := recordOnce(t, 3)
	if !bytes.Equal(a, b) || !bytes.Equal(truthA, truthB) {
		t.Error("two recordings of one seed differ")
	}
	c, truthC := recordOnce(t, 4)
	if bytes.Equal(a, c) || bytes.Equal(truthA, truthC) {
		t.Error("recordings of two seeds are the same")
	}
}

func TestRecordingsRead(t *testing.T) {
	telemetry, truth := recordOnce(t, 3)
	unpacked, err := gzip.NewReader(bytes.NewReader(telemetry))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unpacked)
	lines.Scan()
	if lines.Text() != "time,signal,value" {
		t.Errorf("header %q", lines.Text())
	}
	first, signals := "", map[string]bool{}
	for lines.Scan() {
		field := strings.Split(lines.Text(), ",")
		if len(field) != 3 {
			t.Fatalf("row %q", lines.Text())
		}
		at, err := time.Parse(time.RFC3339, field[0])
		if err != nil || at.Sub(DrawnStart(3))%(5*time.Second) != 0 {
			t.Fatalf("row %q: time not on the step", lines.Text())
		}
		if _, err := strconv.ParseFloat(field[2], 64); err != nil {
			t.Fatalf("row %q: %v", lines.Text(), err)
		}
		if first == "" {
			first = field[0]
		}
		if field[0] == first {
			signals[field[1]] = true
		} else if !signals[field[1]] {
			t.Fatalf("%s does not stand in the first instant", field[1])
		}
	}
	if len(signals) != 344 { // all points but the people's positions
		t.Errorf("%d signals", len(signals))
	}
	var faults []plant.Episode
	if err := json.Unmarshal(truth, &faults); err != nil {
		t.Fatal(err)
	}
	if len(faults) == 0 {
		t.Error("no fault in sixteen cabinets")
	}
	for _, f := range faults {
		if !f.End.After(f.Onset) || f.Onset.Before(DrawnStart(3)) {
			t.Errorf("fault %+v has no duration", f)
		}
	}
}

func TestNothingHalfWrittenStays(t *testing.T) {
	dir := t.TempDir()
	o := Options{Seed: 1, Start: DrawnStart(1), Duration: time.Minute, Step: time.Second,
		Out: filepath.Join(dir, "t.csv.gz"), Truth: filepath.Join(dir, "t.json"),
		Faults: []plant.Planned{{Device: "freezer-99", Kind: plant.DoorAjar}}}
	if _, err := Run(t.Context(), o); err == nil {
		t.Fatal("a fault on an unknown cabinet was recorded")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func BenchmarkRecord(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		sum, err := Run(b.Context(), Options{Seed: 1, Start: DrawnStart(1), Duration: 6 * time.Hour, Step: 5 * time.Second, RandomFaults: true,
			Out: filepath.Join(dir, "t.csv.gz"), Truth: filepath.Join(dir, "t.json")})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(6*3600/sum.Wall.Seconds(), "x-real-time")
	}
}
