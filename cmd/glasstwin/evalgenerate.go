package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

type evalGenerate struct {
	Sources []string `arg:"" help:"Files, folders or opc.tcp:// addresses; a site is made of each."`
	Sheet   string   `type:"path" placeholder:"FILE.png" help:"A picture of all that was made."`
	Columns int      `default:"4" help:"Sites side by side on it, 1 to 12."`
	Keep    string   `type:"path" placeholder:"DIR" help:"Folder to leave the sites in."`
	JSON    bool     `help:"Print one JSON object."`
}

// triedSource is a source and the site that was made of it.
type triedSource struct {
	Source     string  `json:"source"`
	Seconds    float64 `json:"seconds"` // the start of the program included
	PeakMB     float64 `json:"peak_mb"`
	Total      float64 `json:"elements_total"`
	Understood float64 `json:"elements_understood"`
	Zones      float64 `json:"zones"`
	Assets     float64 `json:"assets"`
	Signals    float64 `json:"signals"`
	Bound      float64 `json:"signals_bound"`
	Questions  float64 `json:"questions"`
	Notes      int     `json:"notes"` // of what was not understood, guessed or left out
	Triangles  int     `json:"triangles,omitempty"`
	Failure    string  `json:"failure,omitempty"`

	dir string
}

// Run is called by kong.
func (e *evalGenerate) Run(ctx context.Context, out *output) error {
	began := time.Now()
	if e.Columns < 1 || e.Columns > 12 {
		return usageError{fmt.Errorf("--columns %d: give 1 to 12", e.Columns)}
	}
	dir, clean, err := folder(e.Keep)
	if err != nil {
		return err
	}
	defer clean()
	var made []*triedSource
	for i, source := range e.Sources {
		out.note("%s (%d of %d)", source, i+1, len(e.Sources))
		m, err := makeSite(ctx, source, filepath.Join(dir, fmt.Sprintf("%02d-%s", i+1, stemOf(source))))
		if err != nil {
			return fmt.Errorf("eval generate: %w", err)
		}
		made = append(made, m)
	}
	if e.Sheet != "" {
		img, err := drawSites(ctx, made, e.Columns)
		if err != nil {
			return fmt.Errorf("eval generate: draw the sheet: %w", err)
		}
		if err := writePNG(e.Sheet, img); err != nil {
			return err
		}
	}
	return e.print(made, time.Since(began), out)
}

// makeSite runs generate in a process of its own, so that its time and memory
// are those of one site. What generate refuses is a result; err is for what
// keeps it from being tried.
func makeSite(ctx context.Context, source, dir string) (*triedSource, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cmd := exec.CommandContext(ctx, self, "generate", "--json", "--force", "--out", dir, "--", source)
	endWithParent(cmd)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	var told, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &told, &trouble
	began := time.Now()
	err = cmd.Run()
	m := &triedSource{Source: source, Seconds: time.Since(began).Seconds(), dir: dir}
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &ended):
		lines := strings.Split(strings.TrimSpace(trouble.String()), "\n")
		m.Failure = strings.TrimPrefix(lines[len(lines)-1], "glasstwin: ")
		return m, nil
	case err != nil:
		return nil, fmt.Errorf("run generate: %w", err)
	}
	var r report
	if err := json.Unmarshal(told.Bytes(), &r); err != nil {
		return nil, fmt.Errorf("read the report of %s: %w", source, err)
	}
	m.PeakMB, m.Notes = r.Metrics["peak_mb"], len(r.Notes)
	m.Total, m.Understood = r.Metrics["elements_total"], r.Metrics["elements_understood"]
	m.Zones, m.Assets, m.Questions = r.Metrics["zones"], r.Metrics["assets"], r.Metrics["questions"]
	m.Signals, m.Bound = r.Metrics["signals"], r.Metrics["signals_bound"]
	return m, nil
}

func (e *evalGenerate) print(made []*triedSource, took time.Duration, out *output) error {
	metrics := map[string]float64{"files": float64(len(made)), "seconds": took.Seconds()}
	var rows []any
	for _, m := range made {
		rows = append(rows, m)
		metrics["elements_total"] += m.Total
		metrics["elements_understood"] += m.Understood
		metrics["assets"] += m.Assets
		metrics["seconds_worst"] = max(metrics["seconds_worst"], m.Seconds)
		metrics["peak_mb"] = max(metrics["peak_mb"], m.PeakMB)
		if m.Failure != "" {
			metrics["failed"]++
		}
	}
	if e.JSON {
		return out.json(report{Command: "eval generate", Inputs: map[string]any{"sources": e.Sources}, Metrics: metrics, Rows: rows})
	}
	wide := 6
	for _, m := range made {
		wide = max(wide, len(filepath.Base(m.Source)))
	}
	out.printf("%-*s %8s %8s %12s %6s %7s %14s %6s\n", wide, "source", "seconds", "MB", "understood", "zones", "assets", "signals bound", "notes")
	for _, m := range made {
		if m.Failure != "" {
			out.printf("%-*s %8.2f  failed: %s\n", wide, filepath.Base(m.Source), m.Seconds, m.Failure)
			continue
		}
		out.printf("%-*s %8.2f %8.0f %12s %6.0f %7.0f %14s %6d\n", wide, filepath.Base(m.Source), m.Seconds, m.PeakMB,
			of(m.Understood, m.Total), m.Zones, m.Assets, of(m.Bound, m.Signals), m.Notes)
	}
	if e.Sheet != "" {
		out.printf("%s\n", e.Sheet)
	}
	return nil
}

func of(part, whole float64) string {
	if whole == 0 {
		return "-"
	}
	return strconv.FormatFloat(part, 'f', 0, 64) + "/" + strconv.FormatFloat(whole, 'f', 0, 64)
}
