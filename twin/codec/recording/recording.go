// Package recording reads what a plant's recorder wrote: telemetry as CSV
// (time,signal,value; also gzip-packed), a row for each change, and the truth
// beside it, a JSON list of faults; and runs of a wider site, whole (run.go), with
// what befell it. It must never know what a signal means.
// Start reading at Read and ReadTruth, or at OpenRun. A recording of six hours and 350 signals
// has 360 000 rows and takes 25 MB.
package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/glasstwin/glasstwin/twin"
)

// Limits of one recording; more is no recording of a store but a mistake.
const (
	rowsMax    = 20_000_000 // a fortnight at one change a second of a small store
	signalsMax = 20_000
	lineMax    = 4096
	idMax      = 200
	truthMax   = 1 << 20 // bytes
	faultsMax  = 10_000
)

const header = "time,signal,value"

// Recording is telemetry in order of time.
type Recording struct {
	Signals  []twin.SignalID // in order of first appearance
	Samples  []twin.Sample
	From, To time.Time
}

// Episode is a fault that was truly there.
type Episode struct {
	Device   twin.AssetID `json:"device"`
	Fault    string       `json:"fault"`
	Onset    time.Time    `json:"onset"`
	End      time.Time    `json:"end"`
	Severity float64      `json:"severity"`
}

// Read reads telemetry, packed or not; name is the file's, for errors.
func Read(name string, r io.Reader) (*Recording, error) {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("%s: unpack: %w", name, err)
		}
		in = bufio.NewReader(unpacked)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, lineMax), lineMax)
	rec := &Recording{}
	known := make(map[string]twin.SignalID)
	var stampText string
	var stamp time.Time
	n := 0
	for lines.Scan() {
		n++
		text := strings.TrimSuffix(lines.Text(), "\r")
		if n == 1 {
			if strings.TrimPrefix(text, "\ufeff") != header {
				return nil, fmt.Errorf("%s: line 1 is %.60q, expected %q", name, text, header)
			}
			continue
		}
		when, rest, ok := strings.Cut(text, ",")
		signal, number, ok2 := strings.Cut(rest, ",")
		if !ok || !ok2 {
			return nil, fmt.Errorf("%s: line %d has not the three fields %s", name, n, header)
		}
		if when != stampText {
			at, err := time.Parse(time.RFC3339Nano, when)
			if err != nil {
				return nil, fmt.Errorf("%s: line %d: time %.40q is not like 2026-06-03T10:00:00Z", name, n, when)
			}
			if at.Before(stamp) {
				return nil, fmt.Errorf("%s: line %d: time goes back from %s to %s", name, n, stampText, when)
			}
			stampText, stamp = when, at
		}
		value, err := strconv.ParseFloat(number, 64)
		if err != nil || math.IsInf(value, 0) {
			return nil, fmt.Errorf("%s: line %d: value %.40q is not a number", name, n, number)
		}
		id, seen := known[signal]
		if !seen {
			if asset, point, ok := strings.Cut(signal, "/"); !ok || asset == "" || point == "" || len(signal) > idMax {
				return nil, fmt.Errorf("%s: line %d: signal %.60q is not like freezer-2/air-temperature", name, n, signal)
			}
			if len(known) >= signalsMax {
				return nil, fmt.Errorf("%s: line %d: more than %d signals", name, n, signalsMax)
			}
			id = twin.SignalID(strings.Clone(signal))
			known[string(id)] = id
			rec.Signals = append(rec.Signals, id)
		}
		if len(rec.Samples) >= rowsMax {
			return nil, fmt.Errorf("%s: line %d: more than %d rows: record a shorter time", name, n, rowsMax)
		}
		quality := twin.Good
		if math.IsNaN(value) {
			quality = twin.Bad
		}
		rec.Samples = append(rec.Samples, twin.Sample{Signal: id, At: stamp, Value: value, Quality: quality})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: after line %d: %w (the file may be cut off or have a line over %d bytes)", name, n, err, lineMax)
	}
	if len(rec.Samples) == 0 {
		return nil, fmt.Errorf("%s: it holds no sample", name)
	}
	rec.From, rec.To = rec.Samples[0].At, rec.Samples[len(rec.Samples)-1].At
	return rec, nil
}

// ReadTruth reads the faults of a recording.
func ReadTruth(name string, r io.Reader) ([]Episode, error) {
	data, err := io.ReadAll(io.LimitReader(r, truthMax+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > truthMax {
		return nil, fmt.Errorf("%s: it is longer than %d bytes", name, truthMax)
	}
	var out []Episode
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("%s: expected a JSON list of faults: %w", name, err)
	}
	if len(out) > faultsMax {
		return nil, fmt.Errorf("%s: it lists more than %d faults", name, faultsMax)
	}
	for i, e := range out {
		if e.Device == "" || e.Fault == "" || e.Onset.IsZero() || e.End.Before(e.Onset) {
			return nil, fmt.Errorf("%s: entry %d needs device, fault, onset and an end not before it", name, i+1)
		}
	}
	return out, nil
}
