package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestHabitsComeBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	if h, err := readHabits(dir); err != nil || h.Expert {
		t.Fatalf("before anything was kept: %+v, %v", h, err)
	}
	if err := (habits{Expert: true}).keep(dir); err != nil {
		t.Fatal(err)
	}
	if h, err := readHabits(dir); err != nil || !h.Expert {
		t.Errorf("kept, they are %+v, %v", h, err)
	}
	for _, bad := range []string{"", "{", "[]", `{"expert": 3}`} {
		if err := os.WriteFile(filepath.Join(dir, habitsFile), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if h, err := readHabits(dir); err == nil || h.Expert {
			t.Errorf("%q reads as %+v, %v", bad, h, err)
		}
	}
}
