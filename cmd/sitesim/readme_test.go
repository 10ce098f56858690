package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/cmd/sitesim/home"
	"github.com/glasstwin/glasstwin/cmd/sitesim/market"
	"github.com/glasstwin/glasstwin/cmd/sitesim/point"
	"github.com/glasstwin/glasstwin/cmd/sitesim/trial"
)

// TestTheReadmeTellsWhatIsPublished keeps the tables of README.md what the sites
// publish; UPDATE=1 rewrites them.
func TestTheReadmeTellsWhatIsPublished(t *testing.T) {
	const file = "README.md"
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	worlds := map[string]trial.World{"store": market.New(market.Options{Seed: 1, Start: noon}), "home": home.New(home.Options{Seed: 1, Start: noon})}
	text := string(was)
	classes := "\n| site | situation | part at fault | decide within | what helps |\n| --- | --- | --- | --- | --- |\n"
	for _, name := range []string{"store", "home"} {
		w := worlds[name]
		text = between(t, text, "points "+name, pointTable(w))
		for _, c := range w.Classes() {
			classes += fmt.Sprintf("| %s | %s | %s | %.0f min | %s |\n", name, c.Name, c.Part, c.Deadline.Minutes(), c.Remedy)
		}
	}
	text = between(t, text, "classes", classes)
	if text == string(was) {
		return
	}
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s does not tell what the sites publish: rewrite it with UPDATE=1", file)
}

func between(t *testing.T, text, mark, put string) string {
	t.Helper()
	head, rest, ok := strings.Cut(text, "<!-- "+mark+" -->")
	_, tail, ok2 := strings.Cut(rest, "<!-- /"+mark+" -->")
	if !ok || !ok2 {
		t.Fatalf("README.md has no place for %s", mark)
	}
	return head + "<!-- " + mark + " -->" + put + "<!-- /" + mark + " -->" + tail
}

// pointTable has a row for each point of the first device of a class.
func pointTable(w trial.World) string {
	var b strings.Builder
	class, many, seen := map[string]string{}, map[string]int{}, map[string]bool{}
	for _, d := range w.Devices() {
		class[d.ID] = d.Class
		many[d.Class]++
	}
	b.WriteString("\n| class | devices | point | unit | range | writable |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, q := range w.Points() {
		c := class[q.Device]
		if seen[c+q.Name] {
			continue
		}
		seen[c+q.Name] = true
		span := fmt.Sprintf("%g to %g", q.Low, q.High)
		switch q.Kind {
		case point.Bool:
			span = "false, true"
		case point.Floats:
			span = "pairs of x, z"
		}
		write := ""
		switch {
		case q.Momentary:
			write = "command"
		case q.Set != nil:
			write = "yes"
		}
		fmt.Fprintf(&b, "| %s | %s, %d of them | %s | %s | %s | %s |\n", c, q.Device, many[c], point.Kebab(q.Name), q.Unit, span, write)
	}
	return b.String()
}
