package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestAnExportedPackageGeneratesTheSite: what export writes for engineering tools
// is what generate makes the same site of.
func TestAnExportedPackageGeneratesTheSite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	site, again := filepath.Join(dir, "shop"), filepath.Join(dir, "again")
	amlx, dae := filepath.Join(dir, "shop.amlx"), filepath.Join(dir, "shop.dae")
	metrics := func(args ...string) map[string]float64 {
		t.Helper()
		text, err := program(t, args...).Output()
		if err != nil {
			t.Fatalf("%v: %v: %s", args, err, text)
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("not one JSON object: %v: %s", err, text)
		}
		return r.Metrics
	}
	first := metrics(append([]string{"generate", "--json", "-o", site}, demoFiles(t)...)...)
	written := metrics("export", site, "--json", "--amlx", amlx, "--dae", dae)
	for path, metric := range map[string]string{amlx: "bytes_amlx", dae: "bytes_dae"} {
		if info, err := os.Stat(path); err != nil || float64(info.Size()) != written[metric] {
			t.Errorf("%s: %v, %g bytes were said", path, err, written[metric])
		}
	}
	second := metrics("generate", "--json", "-o", again, amlx)
	for _, name := range []string{"assets", "zones", "signals_bound", "signals"} {
		if first[name] != second[name] {
			t.Errorf("%s is %g of the sources, %g of the package", name, first[name], second[name])
		}
	}
	if second["elements_total"] == 0 || second["elements_understood"] != second["elements_total"] {
		t.Errorf("%g of %g elements understood", second["elements_understood"], second["elements_total"])
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".glasstwin-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
