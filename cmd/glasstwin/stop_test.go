package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/twin/operate/perceive"
)

// TestAStopFromAnotherProgram stops a site that a program of its own runs, kills
// that, and releases the stop while nobody runs it.
func TestAStopFromAnotherProgram(t *testing.T) {
	o, at := demoSite(t, "--speed", "10")
	runs := program(t, "watch", o.dir, "--address", at.endpoint, "--as", "mina")
	lines := follow(t, runs)
	waitLine(t, lines, string(twin.LinkUp))
	if how, err := order(t.Context(), o.dir, request{Do: "stop", By: "lee"}); err != nil || !strings.Contains(how, "running program") {
		t.Fatalf("%q, %v", how, err)
	}
	waitLine(t, lines, string(twin.StopPressed))
	if _, err := order(t.Context(), o.dir, request{Do: "fly", By: "lee"}); err == nil || !strings.Contains(err.Error(), `"fly"`) {
		t.Errorf("an unknown request: %v", err)
	}
	if err := runs.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	runs.Wait()
	stopped := func() string {
		t.Helper()
		store, err := openJournal(t.Context(), o.dir)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close(context.Background())
		if _, err := store.Verify(t.Context()); err != nil {
			t.Error(err)
		}
		records, note, err := operate.ReadRecords(o.site, func(fn func(twin.Event) error) error { return store.Events(t.Context(), 1, fn) })
		if err != nil || len(records) < 5 {
			t.Fatalf("%d records, %v", len(records), err)
		}
		if note == nil {
			return ""
		}
		return note.By
	}
	if by := stopped(); by != "lee" {
		t.Errorf("after the kill it is stopped by %q", by)
	}
	if how, err := order(t.Context(), o.dir, request{Do: "release", By: "kim"}); err != nil || !strings.Contains(how, "no program") {
		t.Errorf("%q, %v", how, err)
	}
	if by := stopped(); by != "" {
		t.Errorf("after its release it is stopped by %q", by)
	}
	for _, name := range []string{requestFile} {
		if _, err := os.Stat(filepath.Join(o.dir, name)); err == nil {
			t.Errorf("%s is left", name)
		}
	}
}

// A damaged model is refused with its name and the mend, and nothing is run with
// it; a missing one is replaced by the program's own.
func TestAModelThatIsMissingOrDamaged(t *testing.T) {
	dir := t.TempDir()
	if _, err := loadDiagnoser(dir); err != nil {
		t.Errorf("without a model of its own: %v", err)
	}
	path := filepath.Join(dir, "models", diagnose.ModelName+".json")
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{", "{}", strings.Repeat("x", 1000)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := loadDiagnoser(dir); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("%.10q: got %v", text, err)
		}
	}
}

// The same of the model of a whole site's situations.
func TestAModelOfSituationsThatIsMissingOrDamaged(t *testing.T) {
	dir := t.TempDir()
	if _, err := openEyes(dir, &twin.Site{}); err != nil {
		t.Errorf("without a model of its own: %v", err)
	}
	path := filepath.Join(modelsDir(dir), perceive.ModelName+".json")
	if err := os.Mkdir(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "{", "{}", strings.Repeat("x", 1000)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openEyes(dir, &twin.Site{}); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("%.10q: got %v", text, err)
		}
	}
}

// A rule that cannot be used stops the site from being opened, with its place.
func TestARuleThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	text := "format: 1\nid: x\nname: X\nkind: store\nguards:\n  - id: bad\n    allow: value < 3 && valu > 1\n"
	for name, s := range map[string]string{"site.yaml": text, "layout.yaml": "format: 1\nposes: []\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := openSite(t.Context(), dir)
	if err == nil || !strings.Contains(err.Error(), "site.yaml:7:25: guard \"bad\"") {
		t.Errorf("got %v", err)
	}
}
