package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// habits are what a user chose in the window and finds again in the next one,
// whatever the site.
type habits struct {
	Expert bool `json:"expert"` // explanations are told to an expert, not to a manager
}

const (
	habitsFile    = "window.json"
	habitsMaximum = 1 << 16 // bytes: far more than there is to choose
)

// readHabits reads what was kept; a file that is not there, or cannot be read, is
// no habits.
func readHabits(dir string) (habits, error) {
	f, err := os.Open(filepath.Join(dir, habitsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return habits{}, nil
	}
	if err != nil {
		return habits{}, fmt.Errorf("read the habits of the window: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, habitsMaximum))
	if err != nil {
		return habits{}, fmt.Errorf("read the habits of the window: %w", err)
	}
	var h habits
	if err := json.Unmarshal(data, &h); err != nil {
		return habits{}, fmt.Errorf("read %s: %w; remove it to start anew", f.Name(), err)
	}
	return h, nil
}

// keep writes them wholly or not at all.
func (h habits) keep(dir string) error {
	data, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("keep the habits of the window: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("keep the habits of the window: %w", err)
	}
	if err := writeWhole(filepath.Join(dir, habitsFile), append(data, '\n')); err != nil {
		return fmt.Errorf("keep the habits of the window: %w", err)
	}
	return nil
}
