package ifc_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/codec/ifc"
)

// tower is a model of about some bytes: storeys of walls with windows and
// doors, chairs that are mapped, and radiators of many faces, each with its
// properties.
func tower(size int) []byte {
	var b bytes.Buffer
	b.Grow(size + 1<<16)
	head := string(file("#21", ""))
	b.WriteString(head[:strings.Index(head, "#20=")])
	n := 1000
	id := func() int { n++; return n }
	line := func(format string, args ...any) int {
		k := id()
		fmt.Fprintf(&b, "#%d=", k)
		fmt.Fprintf(&b, format, args...)
		b.WriteString(";\n")
		return k
	}
	guid := func() string { return fmt.Sprintf("%022d", n) }
	point := func(x, y, z float64) int { return line("IFCCARTESIANPOINT((%.4f,%.4f,%.4f))", x, y, z) }
	place := func(x, y, z float64) int {
		return line("IFCLOCALPLACEMENT(#10,#%d)", line("IFCAXIS2PLACEMENT3D(#%d,$,$)", point(x, y, z)))
	}
	shape := func(kind string, items ...int) int {
		return line("IFCPRODUCTDEFINITIONSHAPE($,$,(#%d))", line("IFCSHAPEREPRESENTATION(#3,'Body','%s',(%s))", kind, numbered(items)))
	}
	block := func(x, y, z, dx, dy, dz float64) int {
		return line("IFCBLOCK(#%d,%.3f,%.3f,%.3f)", line("IFCAXIS2PLACEMENT3D(#%d,$,$)", point(x, y, z)), dx, dy, dz)
	}
	wall := func(x, y, z, dx, dz float64) int {
		outline := line("IFCRECTANGLEPROFILEDEF(.AREA.,$,#%d,%.3f,0.3)", line("IFCAXIS2PLACEMENT2D(#%d,$)", line("IFCCARTESIANPOINT((%.3f,0.15))", dx/2)), dx)
		return line("IFCWALL('%s',$,'wall',$,$,#%d,#%d,$,$)", guid(), place(x, y, z), shape("SweptSolid", line("IFCEXTRUDEDAREASOLID(#%d,#11,#13,%.3f)", outline, dz)))
	}
	radiator := func(x, y, z float64) int {
		var faces []int
		for i := range 60 {
			u, v := 0.02*float64(i), 0.02*float64(i)+0.01
			c := [8]int{point(u, 0, 0), point(v, 0, 0), point(v, 0.1, 0), point(u, 0.1, 0), point(u, 0, 0.6), point(v, 0, 0.6), point(v, 0.1, 0.6), point(u, 0.1, 0.6)}
			for _, f := range [6][4]int{{3, 2, 1, 0}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}} {
				loop := line("IFCPOLYLOOP((#%d,#%d,#%d,#%d))", c[f[0]], c[f[1]], c[f[2]], c[f[3]])
				faces = append(faces, line("IFCFACE((#%d))", line("IFCFACEOUTERBOUND(#%d,.T.)", loop)))
			}
		}
		shell := line("IFCCLOSEDSHELL((%s))", numbered(faces))
		return line("IFCSPACEHEATER('%s',$,'radiator',$,$,#%d,#%d,$,$)", guid(), place(x, y, z), shape("Brep", line("IFCFACETEDBREP(#%d)", shell)))
	}
	seat := line("IFCREPRESENTATIONMAP(#11,#%d)", line("IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#%d,#%d))", block(0, 0, 0.4, 0.4, 0.4, 0.05), block(0, 0, 0.45, 0.4, 0.05, 0.5)))
	origin := line("IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#12,$,$)")
	chair := func(x, y, z float64) int {
		return line("IFCFURNITURE('%s',$,'chair',$,$,#%d,#%d,$,$)", guid(), place(x, y, z), shape("MappedRepresentation", line("IFCMAPPEDITEM(#%d,#%d)", seat, origin)))
	}
	facts := func(of ...int) {
		p := line("IFCPROPERTYSINGLEVALUE('Reference',$,IFCLABEL('R %d'),$)", n)
		q := line("IFCPROPERTYSINGLEVALUE('ThermalTransmittance',$,IFCTHERMALTRANSMITTANCEMEASURE(0.24),$)")
		line("IFCRELDEFINESBYPROPERTIES('%s',$,$,$,(%s),#%d)", guid(), numbered(of), line("IFCPROPERTYSET('%s',$,'Pset_Common',$,(#%d,#%d))", guid(), p, q))
	}
	for storey := 0; b.Len() < size; storey++ {
		z := 3 * float64(storey)
		level := line("IFCBUILDINGSTOREY('%s',$,'Level %d',$,$,#10,$,$,.ELEMENT.,%.1f)", guid(), storey, z)
		var held []int
		for i := range 10 {
			x := 8 * float64(i)
			w := wall(x, 0, z, 8, 3)
			for k := range 2 {
				o := line("IFCOPENINGELEMENT('%s',$,'opening',$,$,#%d,#%d,$,$)", guid(), place(x, 0, z), shape("CSG", block(1+3*float64(k), -0.1, 1, 1.5, 0.5, 1.2)))
				line("IFCRELVOIDSELEMENT('%s',$,$,$,#%d,#%d)", guid(), w, o)
			}
			h := radiator(x+1, 0.3, z+0.1)
			held = append(held, w, h)
			for k := range 20 {
				held = append(held, chair(x+float64(k%5), 2+float64(k/5), z))
			}
			facts(w, h)
		}
		line("IFCRELCONTAINEDINSPATIALSTRUCTURE('%s',$,$,$,(%s),#%d)", guid(), numbered(held), level)
	}
	b.WriteString("ENDSEC;\nEND-ISO-10303-21;\n")
	return b.Bytes()
}

func numbered(ids []int) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('#')
		b.WriteString(strconv.Itoa(id))
	}
	return b.String()
}

// What a tower holds is read whole, and the same on one core as on many.
func TestTower(t *testing.T) {
	data := tower(2 << 20)
	m := read(t, "tower.ifc", data)
	if len(m.Notes) != 0 {
		t.Errorf("notes %v", m.Notes[:1])
	}
	if want := len(m.Storeys) * 10 * 22; len(m.Elements) != want || len(m.Storeys) < 3 {
		t.Errorf("%d elements on %d storeys, want %d", len(m.Elements), len(m.Storeys), want)
	}
	for _, e := range m.Elements {
		want := map[string]float64{"IfcWall": 8*3*0.3 - 2*1.5*1.2*0.3, "IfcSpaceHeater": 60 * 0.01 * 0.1 * 0.6, "IfcFurniture": 0.4*0.4*0.05 + 0.4*0.05*0.5}[e.Type]
		if !near(e.Net.Volume, want, 1e-9) {
			t.Fatalf("%s encloses %v, want %v", e.Type, e.Net.Volume, want)
		}
	}
	before := runtime.GOMAXPROCS(1)
	alone := read(t, "tower.ifc", data)
	runtime.GOMAXPROCS(before)
	for _, other := range []*ifc.Model{alone, read(t, "tower.ifc", data)} {
		if !reflect.DeepEqual(m, other) {
			t.Error("two readings differ")
		}
	}
}

// Reading ends soon after its context, wherever it is.
func TestReadEndsMidway(t *testing.T) {
	data := tower(8 << 20)
	for _, after := range []time.Duration{2 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), after)
		start := time.Now()
		_, err := ifc.Read(ctx, "tower.ifc", data)
		cancel()
		if err == nil {
			continue // it was faster
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %v: %v", after, err)
		}
		if d := time.Since(start); d > after+2*time.Second {
			t.Errorf("ended %v after its context", d-after)
		}
	}
}

// figures is what a process of its own tells of reading a file.
type figures struct {
	MS       float64 // of reading
	PeakMB   float64 // largest resident size of the process
	Elements int
}

// TestMain runs the tests or, started by alone, reads the file that IFC_ALONE
// names and prints figures.
func TestMain(m *testing.M) {
	path := os.Getenv("IFC_ALONE")
	if path == "" {
		os.Exit(m.Run())
	}
	if err := tellFigures(path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func tellFigures(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	start := time.Now()
	m, err := ifc.Read(context.Background(), path, data)
	if err != nil {
		return err
	}
	f := figures{MS: float64(time.Since(start).Microseconds()) / 1000, Elements: len(m.Elements)}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return fmt.Errorf("the most memory is read from /proc: %w", err)
	}
	for l := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			n, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")), 64)
			f.PeakMB = math.Round(n / 1024)
		}
	}
	out, err := json.Marshal(f)
	if err != nil {
		return err
	}
	fmt.Printf("figures %s\n", out)
	return nil
}

// alone reads a file in a process of its own and tells how long that took with
// its start-up.
func alone(t *testing.T, path string) (figures, time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "IFC_ALONE="+path)
	start := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(start)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var f figures
	for l := range strings.Lines(string(out)) {
		if s, ok := strings.CutPrefix(l, "figures "); ok {
			if err := json.Unmarshal([]byte(s), &f); err != nil {
				t.Fatal(err)
			}
		}
	}
	if f.Elements == 0 {
		t.Fatalf("no figures: %s", out)
	}
	return f, took
}

// Reading a file takes half of the memory that web-ifc takes, and starts
// faster. Times are told, not held: the machine may be busy.
func TestMemoryIsHalfOfWebIFCs(t *testing.T) {
	if raced {
		t.Skip("the race detector takes memory of its own")
	}
	names := []string{fzk}
	if os.Getenv("GLASSTWIN_LONG") == "1" {
		names = append(names, duplex)
	}
	for _, name := range names {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, shared(t, name), 0o644); err != nil {
			t.Fatal(err)
		}
		ours, took := alone(t, path)
		start := time.Now()
		theirs := peer(t, "--time", "1", path)[0]
		t.Logf("%s: %.0f ms, %.0f ms with start-up, %.0f MB; web-ifc %.0f ms, %d ms with start-up, %.0f MB",
			name, ours.MS, float64(took.Milliseconds()), ours.PeakMB, theirs.MS[0], time.Since(start).Milliseconds(), theirs.PeakMB)
		if ours.PeakMB > theirs.PeakMB/2 {
			t.Errorf("%s: %.0f MB at most, web-ifc %.0f MB", name, ours.PeakMB, theirs.PeakMB)
		}
	}
}

// A file of 100 MB stays far below 2 GB. It takes a while: GLASSTWIN_LONG=1.
func TestLargeFile(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") != "1" {
		t.Skip("GLASSTWIN_LONG=1 reads a file of 100 MB")
	}
	path := filepath.Join(t.TempDir(), "tower.ifc")
	if err := os.WriteFile(path, tower(100<<20), 0o644); err != nil {
		t.Fatal(err)
	}
	ours, took := alone(t, path)
	t.Logf("100 MB, %d elements: %.1f s, %.1f s with start-up, %.0f MB", ours.Elements, ours.MS/1000, took.Seconds(), ours.PeakMB)
	if ours.PeakMB > 1200 {
		t.Errorf("%.0f MB at most, want below 1200", ours.PeakMB)
	}
	for _, theirs := range peer(t, "--time", "1", path) {
		if theirs.Error != "" {
			t.Logf("web-ifc: %s", theirs.Error)
			continue
		}
		t.Logf("web-ifc: %.1f s, %.0f MB", theirs.MS[0]/1000, theirs.PeakMB)
	}
}
