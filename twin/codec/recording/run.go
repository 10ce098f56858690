package recording

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

const runMagic = "sitesim run 1\n"

// Limits of one run; more is no run but a mistake.
const (
	runHeadMax     = 8 << 20   // bytes
	runShowingsMax = 200_000   // a week at one in five seconds
	runCellsMax    = 100 << 20 // points times readings: two days of a store at one in five seconds
	runSamplesMax  = 16 << 20  // of all points
	runListMax     = 2000      // numbers in one list of positions
	runBytesMax    = 256 << 20 // unpacked
	runSecondsMax  = 366 * 86400
	spanMax        = 10_000 // m
)

// Run is a recorded run of an emulated site: what came of every signal each time
// they were read; most often all, and between that only where people are.
type Run struct {
	Template string // "store" or "home"
	Seed     uint64
	Site     *twin.Site  // the least that the run tells of: devices, their classes and signals
	At       []time.Time // of the plant, of each reading
	came     [][]twin.Sample
	marks    []byte // of the column that is read
	samples  int    // read so far
}

// Came is what came at a reading, in the order of the site's signals: no sample
// where none did. Times are those that the samples were stamped with.
func (r *Run) Came(reading int) []twin.Sample { return r.came[reading] }

// RunTruth is what truly befell the site of a run.
type RunTruth struct {
	Template   string    `json:"template"`
	Seed       uint64    `json:"seed"`
	Start      time.Time `json:"start"`
	Until      time.Time `json:"until"`
	Situations []struct {
		Class    string       `json:"class"`
		Device   twin.AssetID `json:"device"`
		Part     string       `json:"part"`
		Severity float64      `json:"severity"`
		Onset    time.Time    `json:"onset"`
		Deadline time.Time    `json:"deadline"`
		End      time.Time    `json:"end"`
		Remedy   string       `json:"remedy"`
		Detail   string       `json:"detail"`
	} `json:"situations"`
	Confounders []struct {
		Kind     string    `json:"kind"`
		At       time.Time `json:"at"`
		Severity float64   `json:"severity"`
	} `json:"confounders"`
}

// OpenRun reads a run and the truth beside it: NAME.run and NAME.json.
func OpenRun(file string) (*Run, *RunTruth, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, fmt.Errorf("open the run: %w", err)
	}
	defer func() { _ = f.Close() }()
	run, err := ReadRun(file, f)
	if err != nil {
		return nil, nil, err
	}
	beside := strings.TrimSuffix(file, ".run") + ".json"
	g, err := os.Open(beside)
	if err != nil {
		return nil, nil, fmt.Errorf("open the truth about the run: %w", err)
	}
	defer func() { _ = g.Close() }()
	truth, err := ReadRunTruth(beside, g)
	return run, truth, err
}

// ReadRunTruth reads the truth about a run; name is the file's, for errors.
func ReadRunTruth(name string, r io.Reader) (*RunTruth, error) {
	data, err := io.ReadAll(io.LimitReader(r, truthMax+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(data) > truthMax {
		return nil, fmt.Errorf("%s: it is longer than %d bytes", name, truthMax)
	}
	var t RunTruth
	if err := json.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("%s: expected the JSON that tells of a run: %w", name, err)
	}
	if t.Template == "" || t.Start.IsZero() || !t.Until.After(t.Start) || len(t.Situations) > faultsMax {
		return nil, fmt.Errorf("%s: it needs template, start, an until after it and at most %d situations", name, faultsMax)
	}
	for i, s := range t.Situations {
		if s.Class == "" || s.Device == "" || s.Onset.IsZero() || s.Deadline.Before(s.Onset) {
			return nil, fmt.Errorf("%s: situation %d needs class, device, onset and a deadline not before it", name, i+1)
		}
	}
	return &t, nil
}

type runHead struct {
	Template string    `json:"template"`
	Seed     uint64    `json:"seed"`
	Start    time.Time `json:"start"`
	At       []float64 `json:"at_s"`
	Devices  []struct {
		ID    twin.AssetID `json:"id"`
		Class string       `json:"class"`
		Group string       `json:"group"`
	} `json:"devices"`
	Fixtures []struct {
		ID    twin.AssetID `json:"id"`
		Class string       `json:"class"`
		Rect  [4]float64   `json:"rect"`
	} `json:"fixtures"`
	Points []struct {
		ID       twin.SignalID `json:"id"`
		Kind     string        `json:"kind"`
		Unit     string        `json:"unit"`
		Range    [2]float64    `json:"range"`
		Writable bool          `json:"writable"`
	} `json:"points"`
}

var runKinds = map[string]twin.SignalKind{"double": twin.Analog, "bool": twin.Boolean, "int": twin.Enum, "floats": twin.Positions}

// ReadRun reads a run; name is the file's, for errors.
func ReadRun(name string, from io.Reader) (*Run, error) {
	magic := make([]byte, len(runMagic))
	if _, err := io.ReadFull(from, magic); err != nil || string(magic) != runMagic {
		return nil, fmt.Errorf("%s: it is no run that sitesim record wrote: its first line is not %q", name, strings.TrimSpace(runMagic))
	}
	unpacked, err := zstd.NewReader(from, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(runBytesMax), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, fmt.Errorf("%s: unpack: %w", name, err)
	}
	defer unpacked.Close()
	in := bufio.NewReaderSize(io.LimitReader(unpacked, runBytesMax), 1<<16)
	n, err := binary.ReadUvarint(in)
	if err != nil || n > runHeadMax {
		return nil, fmt.Errorf("%s: its head is missing or longer than %d bytes", name, runHeadMax)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(in, text); err != nil {
		return nil, fmt.Errorf("%s: its head is cut off: record it again", name)
	}
	var h runHead
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, fmt.Errorf("%s: its head is not the JSON that tells of a run: %w", name, err)
	}
	r, err := h.run(name)
	if err != nil {
		return nil, err
	}
	r.marks = make([]byte, len(r.At))
	for i, p := range h.Points {
		if err := r.column(in, i, p.Kind == "floats"); err != nil {
			return nil, fmt.Errorf("%s: point %s: %w: record it again", name, p.ID, err)
		}
	}
	r.marks = nil
	return r, nil
}

// run checks a head and makes the run of it, still empty.
func (h *runHead) run(name string) (*Run, error) {
	switch {
	case len(h.Points) == 0 || len(h.Points) > signalsMax || len(h.Devices) > signalsMax:
		return nil, fmt.Errorf("%s: it tells of %d points of %d devices: 1 to %d can be", name, len(h.Points), len(h.Devices), signalsMax)
	case len(h.At) == 0 || len(h.At) > runShowingsMax || len(h.At)*len(h.Points) > runCellsMax:
		return nil, fmt.Errorf("%s: it tells of %d readings of %d points: that is none, or more than a run has", name, len(h.At), len(h.Points))
	}
	r := &Run{Template: h.Template, Seed: h.Seed, Site: &twin.Site{ID: "recording", Kind: h.Template}}
	known := make(map[twin.AssetID]bool, len(h.Devices))
	hangs := twin.Hanging{}
	for _, d := range h.Devices {
		if d.ID == "" || len(d.ID) > idMax || known[d.ID] {
			return nil, fmt.Errorf("%s: device %.60q has no name of its own", name, d.ID)
		}
		known[d.ID] = true
		r.Site.Assets = append(r.Site.Assets, twin.Asset{ID: d.ID, Class: d.Class})
		switch d.Class {
		case "condensing-unit":
			hangs.From = d.ID
		case "refrigerated-multideck":
			hangs.To = append(hangs.To, d.ID)
		}
	}
	if len(h.Fixtures) > signalsMax {
		return nil, fmt.Errorf("%s: it tells of %d fixtures, at most %d can be", name, len(h.Fixtures), signalsMax)
	}
	for _, f := range h.Fixtures {
		w, d := f.Rect[2]-f.Rect[0], f.Rect[3]-f.Rect[1]
		if f.ID == "" || len(f.ID) > idMax || !(w > 0 && d > 0 && w < spanMax && d < spanMax && math.Abs(f.Rect[0]) < spanMax && math.Abs(f.Rect[1]) < spanMax) {
			return nil, fmt.Errorf("%s: fixture %.60q stands on %v, which is no rectangle of a store", name, f.ID, f.Rect)
		}
		pose, size := twin.Pose{Position: geom.Vec3{f.Rect[0] + w/2, 0, f.Rect[1] + d/2}}, geom.Vec3{w, 0, d}
		if i := slices.IndexFunc(r.Site.Assets, func(a twin.Asset) bool { return a.ID == f.ID }); i >= 0 {
			r.Site.Assets[i].Pose, r.Site.Assets[i].Size = pose, size
			continue
		}
		r.Site.Assets = append(r.Site.Assets, twin.Asset{ID: f.ID, Class: f.Class, Pose: pose, Size: size})
	}
	if hangs.From != "" && len(hangs.To) > 0 {
		r.Site.Hangs = []twin.Hanging{hangs} // the emulated store has one rack
	}
	seen := make(map[twin.SignalID]bool, len(h.Points))
	for _, p := range h.Points {
		asset, signal, ok := strings.Cut(string(p.ID), "/")
		kind, fine := runKinds[p.Kind]
		if !ok || signal == "" || len(p.ID) > idMax || !known[twin.AssetID(asset)] || !fine || seen[p.ID] {
			return nil, fmt.Errorf("%s: point %.60q of kind %.20q is none of a device, or is there twice", name, p.ID, p.Kind)
		}
		seen[p.ID] = true
		r.Site.Signals = append(r.Site.Signals, twin.Signal{ID: p.ID, Asset: twin.AssetID(asset), Name: signal, Kind: kind, Unit: p.Unit, Range: p.Range, Writable: p.Writable})
	}
	before := math.Inf(-1)
	for i, s := range h.At {
		if !(s > before && s >= 0 && s <= runSecondsMax) {
			return nil, fmt.Errorf("%s: reading %d is at %g s: times rise, within a year", name, i+1, s)
		}
		before = s
		r.At = append(r.At, h.Start.Add(time.Duration(s*float64(time.Second))))
	}
	r.came = make([][]twin.Sample, len(r.At))
	return r, nil
}

var errColumn = errors.New("its column is cut off or damaged")

// column reads what came of one point.
func (r *Run) column(in *bufio.Reader, point int, lists bool) error {
	marks := r.marks
	if _, err := io.ReadFull(in, marks); err != nil {
		return errColumn
	}
	id := r.Site.Signals[point].ID
	last := twin.Sample{Signal: id, Value: math.NaN(), Quality: twin.Good}
	var number [8]byte
	for k, mark := range marks {
		if mark&3 == 0 {
			continue
		}
		at := r.At[k]
		if mark&(1<<4) != 0 {
			off, err := binary.ReadVarint(in)
			if err != nil || off > runSecondsMax*1000 || off < -runSecondsMax*1000 {
				return errColumn
			}
			at = at.Add(time.Duration(off) * time.Millisecond)
		}
		if mark&3 == 2 {
			var err error
			if lists {
				last.Vector, err = floats(in)
				last.Value = float64(len(last.Vector) / 2)
			} else {
				_, err = io.ReadFull(in, number[:])
				last.Value = math.Float64frombits(binary.LittleEndian.Uint64(number[:]))
			}
			if err != nil || math.IsNaN(last.Value) || math.IsInf(last.Value, 0) {
				return errColumn
			}
		}
		s := last
		s.At = at
		switch {
		case mark&(3<<2) != 0:
			s.Value, s.Vector, s.Quality = math.NaN(), nil, twin.Bad
		case math.IsNaN(s.Value):
			return errColumn // a value is said to repeat before there was one
		}
		if r.samples++; r.samples > runSamplesMax {
			return fmt.Errorf("more than %d samples come", runSamplesMax)
		}
		r.came[k] = append(r.came[k], s)
	}
	return nil
}

func floats(in *bufio.Reader) ([]float64, error) {
	n, err := binary.ReadUvarint(in)
	if err != nil || n > runListMax {
		return nil, errColumn
	}
	out := make([]float64, n)
	var number [4]byte
	for i := range out {
		if _, err := io.ReadFull(in, number[:]); err != nil {
			return nil, errColumn
		}
		out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(number[:])))
		if math.IsNaN(out[i]) || math.IsInf(out[i], 0) {
			return nil, errColumn
		}
	}
	return out, nil
}
