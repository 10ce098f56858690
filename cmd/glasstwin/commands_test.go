package main

import (
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// demoFiles writes the demo store's sources into a folder and returns their
// paths.
func demoFiles(t *testing.T) []string {
	t.Helper()
	dir, err := filepath.Abs("../../assets/demo/corner-market")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, name := range []string{"building.ifc", "planogram.csv", "devices.csv"} {
		paths = append(paths, filepath.Join(dir, name))
	}
	return paths
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestMistakesAreNamed: each mistake gives its exit status and a message that
// names the file, the place and what to do, and leaves nothing behind.
func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	files := demoFiles(t)
	header := "id,class,name,x,y,heading,elevation,width,depth,height,products,facings\n"
	for _, row := range []struct {
		name   string
		args   []string
		status int
		want   []string
	}{
		{"unknown command", []string{"fly"}, 2, []string{"fly"}},
		{"unknown kind of file", []string{"generate", write(t, "store.pdf", "x")}, 2, []string{"store.pdf", ".ifc"}},
		{"missing file", []string{"generate", filepath.Join(t.TempDir(), "none.ifc")}, 1, []string{"none.ifc", "no such file"}},
		{"empty building", []string{"generate", write(t, "building.ifc", "")}, 1, []string{"building.ifc", "empty"}},
		{"cut building", []string{"generate", write(t, "building.ifc", "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n#1=IFCPRO")}, 1, []string{"building.ifc:", "cut off"}},
		{"not a building", []string{"generate", write(t, "building.ifc", "solid cube\nendsolid\n")}, 1, []string{"building.ifc", "ISO-10303-21"}},
		{"unknown class", []string{"generate", files[0], write(t, "planogram.csv", header+"a-1,gondola-shelve,A,5,8,0,,,,,,\n")}, 1, []string{"planogram.csv:2", "gondola-shelve", "gondola-shelf"}},
		{"outside the building", []string{"generate", files[0], write(t, "planogram.csv", header+"a-1,gondola-shelf,A,90,8,0,,,,,,\n")}, 1, []string{"planogram.csv:2", "outside"}},
		{"overlapping", []string{"generate", files[0], write(t, "planogram.csv", header+"a-1,gondola-shelf,A,10,10,0,,,,,,\na-2,gondola-shelf,B,10.2,10,0,,,,,,\n")}, 1, []string{"planogram.csv:3", "a-1"}},
		{"plant that is not there", []string{"generate", "opc.tcp://127.0.0.1:9", "--password-file", write(t, "password", "x"), "--user", "u"}, 1, []string{"opc.tcp://127.0.0.1:9"}},
		{"no password", []string{"generate", "opc.tcp://127.0.0.1:9", "--user", "u"}, 2, []string{"--password-file", "GLASSTWIN_PLANT_PASSWORD"}},
		{"time zone", []string{"generate", files[1], "--time-zone", "Mars/Olympus"}, 2, []string{"Mars/Olympus"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "site")
			args := row.args
			if args[0] == "generate" {
				args = append(args, "-o", out)
			}
			text, err := program(t, args...).CombinedOutput()
			status := 0
			if exit, ok := err.(interface{ ExitCode() int }); ok {
				status = exit.ExitCode()
			}
			if status != row.status {
				t.Errorf("exit status %d, want %d: %s", status, row.status, text)
			}
			for _, w := range row.want {
				if !strings.Contains(string(text), w) {
					t.Errorf("%q does not hold %q", text, w)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func copyAs(t *testing.T, path, name string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, name, string(data))
}

// TestGenerateAndRenderWithoutAPlant makes a site from files alone, in a folder
// whose name is in another script, and draws it.
func TestGenerateAndRenderWithoutAPlant(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "모퉁이 가게")
	text, err := program(t, append([]string{"generate", "--json", "-o", dir}, demoFiles(t)...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("not one JSON object: %v: %s", err, text)
	}
	if m := r.Metrics; m["assets"] != 92 || m["elements_total"] == 0 || m["elements_understood"] != m["elements_total"] || m["signals_bound"] != 0 {
		t.Errorf("metrics %v", m)
	}
	if len(r.Rows) < 12 {
		t.Errorf("%d classes, want at least 12", len(r.Rows))
	}
	picture := filepath.Join(dir, "그림.png")
	if text, err := program(t, "render", dir, "-o", picture, "--size", "320x180", "--view", "top").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil || img.Bounds().Dx() != 320 || img.Bounds().Dy() != 180 {
		t.Errorf("picture %v %v", img.Bounds(), err)
	}
	for _, wrong := range [][]string{{"--view", "moon"}, {"--overlay", "magic"}, {"--size", "0x9"}, {"--time", "noon"}} {
		text, err := program(t, append([]string{"render", dir, "-o", filepath.Join(t.TempDir(), "x.png")}, wrong...)...).CombinedOutput()
		if exit, ok := err.(interface{ ExitCode() int }); !ok || exit.ExitCode() != 2 || !strings.Contains(string(text), wrong[1]) {
			t.Errorf("render %v gave %v: %s", wrong, err, text)
		}
	}
}
