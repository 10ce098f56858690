package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMain lets the tests start the program itself, with the emulated plant
// beside it, as a user has them.
func TestMain(m *testing.M) {
	if os.Getenv("GLASSTWIN_UNDER_TEST") == "1" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "glasstwin-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		build := exec.Command("go", "build", "-o", filepath.Join(dir, "sitesim"), "github.com/glasstwin/glasstwin/cmd/sitesim")
		if text, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build sitesim: %v\n%s", err, text)
			return 1
		}
		os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
		os.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config"))
		os.Setenv("XDG_DATA_HOME", filepath.Join(dir, "data"))
		return m.Run()
	}())
}

// program is a command of the program, in a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "GLASSTWIN_UNDER_TEST=1")
	return cmd
}
