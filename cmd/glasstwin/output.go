package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// output is where a command writes: its result to out, progress and notes for
// a person to progress.
type output struct {
	out      io.Writer
	progress io.Writer
}

// report is the one object that a command prints under --json. Metric names
// are listed in docs/metrics.md and do not change.
type report struct {
	Command string             `json:"command"`
	Version string             `json:"version"`
	Inputs  any                `json:"inputs"`
	Metrics map[string]float64 `json:"metrics"`
	Rows    []any              `json:"rows"`
	Notes   []string           `json:"notes"`
}

// json prints r on standard output as one object.
func (o *output) json(r report) error {
	r.Version = version
	if r.Metrics == nil {
		r.Metrics = map[string]float64{}
	}
	if r.Rows == nil {
		r.Rows = []any{}
	}
	if r.Notes == nil {
		r.Notes = []string{}
	}
	enc := json.NewEncoder(o.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}

// printf prints for a person on standard output.
func (o *output) printf(format string, args ...any) { fmt.Fprintf(o.out, format, args...) }

// note reports progress on standard error.
func (o *output) note(format string, args ...any) { fmt.Fprintf(o.progress, format+"\n", args...) }

// stepsApart is how often a step in hand is told of.
const stepsApart = time.Second

// steps reports the steps of long work: each one when it begins, and how far all
// of it is, 0 to 1, while it goes on.
func (o *output) steps(what string) func(step string, done float64) {
	var last string
	var told time.Time
	return func(step string, done float64) {
		if step == last && time.Since(told) < stepsApart {
			return
		}
		last, told = step, time.Now()
		o.note("%s: %s, %.0f %%", what, step, 100*done)
	}
}
