// Package record runs the plant as fast as the processor goes and writes what
// its instruments showed, and what was truly wrong, to files: the material
// models are trained and judged on. It knows no network. Start at Run.
package record

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/glasstwin/glasstwin/cmd/sitesim/plant"
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/store"
)

// Options of one recording.
type Options struct {
	Seed           uint64
	Start          time.Time
	Duration, Step time.Duration
	Faults         []plant.Planned
	RandomFaults   bool
	Out, Truth     string
}

// Summary tells what was recorded.
type Summary struct {
	Rows    int
	Signals int
	Wall    time.Duration
	Faults  []plant.Episode
}

// Run records to o.Out and o.Truth; neither appears unless both are whole.
func Run(ctx context.Context, o Options) (Summary, error) {
	began := time.Now()
	p := plant.New(plant.Options{Seed: o.Seed, Start: o.Start, StaffMoveSetPoints: true})
	plan := o.Faults
	if o.RandomFaults {
		plan = append(slices.Clone(plan), p.RandomFaults(o.Duration)...)
	}
	var sum Summary
	err := whole(o.Out, func(w io.Writer) error {
		packer, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		if err != nil {
			return fmt.Errorf("start packing: %w", err)
		}
		sum, err = Telemetry(ctx, p, plan, o.Duration, o.Step, packer)
		if err != nil {
			return err
		}
		return packer.Close()
	})
	if err != nil {
		return sum, fmt.Errorf("record telemetry: %w", err)
	}
	err = whole(o.Truth, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(sum.Faults)
	})
	if err != nil {
		return sum, fmt.Errorf("record truth: %w", err)
	}
	sum.Wall = time.Since(began)
	return sum, nil
}

// Telemetry steps the plant and writes a row for each number that changed; the
// first instant is written whole, so a reader always knows every value.
func Telemetry(ctx context.Context, p *plant.Plant, plan []plant.Planned, duration, step time.Duration, w io.Writer) (Summary, error) {
	out := bufio.NewWriterSize(w, 1<<16)
	points := slices.DeleteFunc(p.Points(), func(q point.Point) bool { return q.Kind == point.Floats })
	names := make([]string, len(points))
	for i, q := range points {
		names[i] = "," + q.ID() + ","
	}
	last := make([]float64, len(points))
	for i := range last {
		last[i] = math.NaN()
	}
	sum := Summary{Signals: len(points)}
	plan = slices.Clone(plan)
	if _, err := out.WriteString("time,signal,value\n"); err != nil {
		return sum, err
	}
	end := p.First.Add(duration)
	next := p.First
	var line []byte
	for {
		if !p.Now.Before(next) {
			if err := ctx.Err(); err != nil {
				return sum, err
			}
			stamp := p.Now.UTC().Format(time.RFC3339)
			for i, q := range points {
				v := q.Get()
				if v == last[i] {
					continue
				}
				last[i] = v
				line = append(append(line[:0], stamp...), names[i]...)
				line = append(strconv.AppendFloat(line, v, 'g', -1, 64), '\n')
				if _, err := out.Write(line); err != nil {
					return sum, err
				}
				sum.Rows++
			}
			next = next.Add(step)
		}
		if !p.Now.Before(end) {
			break
		}
		var err error
		if plan, err = p.Due(plan); err != nil {
			return sum, err
		}
		p.Step()
	}
	sum.Faults = slices.Clone(p.Truth)
	for i := range sum.Faults {
		if sum.Faults[i].End.IsZero() {
			sum.Faults[i].End = p.Now // it lasts to the recording's end
		}
	}
	if sum.Faults == nil {
		sum.Faults = []plant.Episode{}
	}
	return sum, out.Flush()
}

// whole writes a file that appears only when it is complete.
func whole(path string, write func(io.Writer) error) (err error) {
	if strings.TrimSpace(path) == "" {
		return fmt.Errorf("no file named")
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".sitesim-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if err = write(f); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// DrawnStart is the plant time a recording of a seed begins at: any hour of any
// day of a year, so that nights, rushes and deliveries all occur.
func DrawnStart(seed uint64) time.Time {
	d := store.NewDice(seed, 7)
	day := d.IntN(365)
	return time.Date(2026, 1, 1, d.IntN(24), 0, 0, 0, time.UTC).AddDate(0, 0, day)
}
