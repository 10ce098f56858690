package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestTheBuildingIsWhatThePlanSays(t *testing.T) {
	want, err := os.ReadFile("../demo/corner-market/building.ifc")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(store(), want) {
		t.Error("building.ifc differs from the plan; run go generate ./assets")
	}
}

// Every GlobalId is of 22 characters, begins with 0 to 3 and stands once.
func TestGlobalIDs(t *testing.T) {
	seen := map[string]string{}
	for line := range strings.Lines(string(store())) {
		_, rest, ok := strings.Cut(line, "('")
		id, _, _ := strings.Cut(rest, "'")
		if !ok || len(id) != 22 || strings.ContainsAny(id, " /") {
			continue
		}
		if before, twice := seen[id]; twice {
			t.Errorf("%s stands twice:\n%s%s", id, before, line)
		}
		if id[0] > '3' {
			t.Errorf("%s holds more than 128 bits", id)
		}
		seen[id] = line
	}
	if len(seen) < 300 {
		t.Errorf("%d ids", len(seen))
	}
}

func TestStringsAndNumbers(t *testing.T) {
	for give, want := range map[string]string{"Theke": "'Theke'", "O'Neill": "'O''Neill'", "Tür": `'T\X2\00FC\X0\r'`, `a\b`: `'a\\b'`} {
		if got := quote(give); got != want {
			t.Errorf("%s: %s, want %s", give, got, want)
		}
	}
	for give, want := range map[float64]string{2: "2.", -0.000001: "0.", 0.1 + 0.2: "0.3"} {
		if got := real(give); got != want {
			t.Errorf("%v: %s, want %s", give, got, want)
		}
	}
}
