package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// TestDroppedFilesBecomeASite drops a real plan on the real window, looks at
// the report with its guesses, and keeps what was made.
func TestDroppedFilesBecomeASite(t *testing.T) {
	plan, err := filepath.Abs("../../../shared/data/plans/ISO-Office.dxf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(plan); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no real plan beside the checkout: %v", err)
	}
	t.Setenv("DISPLAY", "")
	screen, err := openDisplay(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	data := t.TempDir()
	t.Setenv("XDG_DATA_HOME", data)
	dir := filepath.Join(t.TempDir(), "store")
	list := write(t, "planogram.csv", "id,class,x,y,heading\na,shelf-section,2,2,90\nb,upright-freezer,4,4,90\n")
	if text, err := program(t, "generate", list, "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	probe := filepath.Join(t.TempDir(), "probe.json")
	cmd := program(t, "open", dir, "--language", "en", "--probe", probe, "--drop", plan)
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	d := driver{t: t, probe: probe, screen: screen}
	d.await("drop-open")
	time.Sleep(2 * time.Second)
	d.picture("dropped")
	made := filepath.Join(data, "glasstwin", "sites", "ISO-Office")
	site, err := sitefolder.Read(made)
	if err != nil {
		t.Fatal(err)
	}
	rooms := 0
	for _, z := range site.Zones {
		if z.Kind == "room" {
			rooms++
		}
	}
	if rooms < 12 {
		t.Errorf("%d rooms of the plan, want 12 or more", rooms)
	}
	d.click("drop-discard", 0.5)
	for end := time.Now().Add(patience); ; time.Sleep(200 * time.Millisecond) {
		if _, err := os.Stat(made); os.IsNotExist(err) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("what was discarded is still there")
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the window ended with %v", err)
	}
}
