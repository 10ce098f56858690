package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/scene/codec/gltf"
	"github.com/glasstwin/glasstwin/scene/codec/obj"
	"github.com/glasstwin/glasstwin/scene/mesh"
)

// ball is a sphere of radius 1 m as OBJ, finer than a bound of 5 mm needs.
func ball() string {
	const rings, sides = 48, 96
	var b strings.Builder
	for i := range rings + 1 {
		for k := range sides {
			s, c := math.Sincos(math.Pi * float64(i) / rings)
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / sides)
			fmt.Fprintf(&b, "v %g %g %g\n", s*cos, c, s*sin)
		}
	}
	for i := range rings {
		for k := range sides {
			a, next := i*sides+k+1, i*sides+(k+1)%sides+1
			fmt.Fprintf(&b, "f %d %d %d %d\n", a, next, next+sides, a+sides)
		}
	}
	return b.String()
}

func TestLightenHoldsItsBound(t *testing.T) {
	t.Parallel()
	in, out := write(t, "ball.obj", ball()), filepath.Join(t.TempDir(), "ball.glb")
	text, err := program(t, "lighten", in, out, "--max-error", "5", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("not one JSON object: %v: %s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bytes_in", "bytes_out", "bytes_served", "hausdorff_mm", "normal_p99_deg", "seconds", "triangles"} {
		if v, ok := r.Metrics[name]; !ok || v <= 0 {
			t.Errorf("%s is %v", name, v)
		}
	}
	if r.Metrics["bytes_out"] != float64(len(data)) || len(data) > len(ball())/10 {
		t.Errorf("%v bytes were said, %d are there, the model has %d", r.Metrics["bytes_out"], len(data), len(ball()))
	}
	was, _, err := obj.Read(t.Context(), "ball.obj", []byte(ball()), obj.Options{})
	if err != nil {
		t.Fatal(err)
	}
	is, _, err := gltf.Read(t.Context(), "ball.glb", data, gltf.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d, err := mesh.Distance(t.Context(), was, is)
	if err != nil {
		t.Fatal(err)
	}
	if said := r.Metrics["hausdorff_mm"]; d.Hausdorff > 0.005 || math.Abs(1000*d.Hausdorff-said) > 0.05 {
		t.Errorf("it lies %g mm away, %g mm were said, 5 mm allowed", 1000*d.Hausdorff, said)
	}
}

func TestLightenRefusesAndLeavesNothing(t *testing.T) {
	t.Parallel()
	in := write(t, "ball.obj", ball())
	for _, row := range []struct {
		name   string
		args   []string
		status int
		want   string
	}{
		{"no bound", []string{in, "out.glb"}, 2, "max-error"},
		{"a bound of nothing", []string{in, "out.glb", "--max-error", "0"}, 2, "above zero"},
		{"another ending", []string{in, "out.obj", "--max-error", "5"}, 2, ".glb"},
		{"a cut model", []string{write(t, "cut.glb", "glTF\x02\x00\x00\x00"), "out.glb", "--max-error", "5"}, 1, "cut.glb"},
		{"a bound that cannot be held", []string{in, "out.glb", "--max-error", "0.0000001"}, 1, "allow more"},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir := t.TempDir()
			row.args[1] = filepath.Join(dir, row.args[1])
			text, err := program(t, append([]string{"lighten"}, row.args...)...).CombinedOutput()
			status := 0
			if exit, ok := err.(interface{ ExitCode() int }); ok {
				status = exit.ExitCode()
			}
			if status != row.status || !strings.Contains(string(text), row.want) {
				t.Errorf("exit status %d, want %d: %s", status, row.status, text)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestEvalLightweightComparesWithReferences(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"ball.obj": ball(), "reference.csv": "name,bytes,error_mm\nball.jt,30000,5\nother.jt,100,1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := program(t, "eval", "lightweight", "--reference", dir, "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r struct {
		Metrics map[string]float64
		Rows    []lightRow
		Notes   []string
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("not one JSON object: %v: %s", err, text)
	}
	if len(r.Rows) != 1 || r.Rows[0].RefBytes != 30000 || r.Rows[0].Hausdorff > 5 || math.Abs(r.Rows[0].Ratio-100*30000/float64(r.Rows[0].Bytes)) > 0.01 {
		t.Errorf("rows %+v", r.Rows)
	}
	if m := r.Metrics; m["files"] != 1 || m["ratio_median"] != r.Rows[0].Ratio || m["ratio_worst"] != m["ratio_median"] || m["ratio_median_low95"] != m["ratio_median"] {
		t.Errorf("metrics %v", m)
	}
	if !strings.Contains(strings.Join(r.Notes, "\n"), "other.jt") {
		t.Errorf("nothing is said of a reference without a model: %v", r.Notes)
	}
}

// TestExportTellsOfBothFiles: the figures are those of the GLB where a page is
// written beside it, and a folder that is taken is refused before any work.
func TestExportTellsOfBothFiles(t *testing.T) {
	t.Parallel()
	site, dir := filepath.Join(t.TempDir(), "shop"), t.TempDir()
	list := write(t, "planogram.csv", "id,class,x,y,heading\na,shelf-section,2,2,90\nb,upright-freezer,4,4,90\n")
	if text, err := program(t, "generate", list, "-o", site).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	glb, web := filepath.Join(dir, "shop.glb"), filepath.Join(dir, "page")
	text, err := program(t, "export", site, "--glb", glb, "--web", web, "--max-error", "1", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("not one JSON object: %v: %s", err, text)
	}
	info, err := os.Stat(glb)
	if err != nil {
		t.Fatal(err)
	}
	if m := r.Metrics; m["bytes_out"] != float64(info.Size()) || m["hausdorff_mm"] > 1 || m["bytes_fetched"] <= m["bytes_bundle"] || m["joints"] == 0 {
		t.Errorf("metrics %v", r.Metrics)
	}
	// What both tell is what the GLB alone tells, and what the page adds.
	for _, bound := range [][]string{{"--max-error", "1"}, nil} {
		tell := func(more ...string) report {
			t.Helper()
			text, err := program(t, append(append([]string{"export", site, "--glb", glb, "--json"}, bound...), more...)...).Output()
			if err != nil {
				t.Fatal(err)
			}
			var r report
			if err := json.Unmarshal(text, &r); err != nil {
				t.Fatalf("not one JSON object: %v: %s", err, text)
			}
			return r
		}
		alone, both := tell(), tell("--web", web)
		for name, want := range alone.Metrics {
			if got, ok := both.Metrics[name]; !ok || got != want && !strings.HasPrefix(name, "seconds") {
				t.Errorf("%v: %s is %v, with a page beside it %v", bound, name, want, got)
			}
		}
		for name := range both.Metrics {
			if _, of := alone.Metrics[name]; !of && !slices.Contains([]string{"bytes_bundle", "bytes_fetched", "bytes_folder"}, name) {
				t.Errorf("%v: %s tells neither of the GLB nor of the page alone", bound, name)
			}
		}
		if in, _ := both.Inputs.(map[string]any); in["glb"] != glb || in["web"] != web {
			t.Errorf("inputs %v", both.Inputs)
		}
	}
	taken := t.TempDir()
	if err := os.WriteFile(filepath.Join(taken, "letters.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err = program(t, "export", site, "--web", taken).CombinedOutput()
	if err == nil || !strings.Contains(string(text), taken) || strings.Contains(string(text), "simplify") {
		t.Errorf("a taken folder: %v: %s", err, text)
	}
}
