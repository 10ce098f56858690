package dxf_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/glasstwin/glasstwin/scene/codec/dxf"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// measure is what an entity comes to: points of its first path, length of all,
// area of the first if closed.
type measure struct {
	Kind   dxf.Kind
	Paths  int
	Length float64
	Area   float64
}

func measureOf(s dxf.Shape) measure {
	m := measure{Kind: s.Kind, Paths: len(s.Paths)}
	for k, p := range s.Paths {
		loop := make([]geom.Vec2, len(p.Points))
		for i, q := range p.Points {
			loop[i] = q.Vec2()
			if i > 0 {
				m.Length += q.Sub(p.Points[i-1]).Len()
			}
		}
		if p.Closed && len(loop) > 0 {
			m.Length += p.Points[0].Sub(p.Points[len(p.Points)-1]).Len()
			if k == 0 {
				m.Area = math.Abs(geom.Area(loop))
			}
		}
	}
	return m
}

func TestEntities(t *testing.T) {
	vertex := func(x, y, z float64, more ...any) string {
		return tags(append([]any{0, "VERTEX", 8, "0", 10, x, 20, y, 30, z}, more...)...)
	}
	for _, c := range []struct {
		name, text string
		want       measure
	}{
		{"line", tags(0, "LINE", 8, "0", 10, 0, 20, 0, 11, 3, 21, 4), measure{dxf.Line, 1, 5, 0}},
		{"light polyline, a half circle", tags(0, "LWPOLYLINE", 8, "0", 90, 2, 70, 1, 10, 0, 20, 0, 42, 1, 10, 2, 20, 0), measure{dxf.Line, 1, math.Pi + 2, math.Pi / 2}},
		{"polyline in a plane", tags(0, "POLYLINE", 8, "0", 66, 1, 70, 1) + vertex(0, 0, 0) + vertex(2, 0, 0) + vertex(2, 1, 0) + tags(0, "SEQEND"), measure{dxf.Line, 1, 3 + math.Sqrt(5), 1}},
		{"polyline in space", tags(0, "POLYLINE", 8, "0", 66, 1, 70, 8) + vertex(0, 0, 0, 70, 32) + vertex(0, 0, 2, 70, 32) + tags(0, "SEQEND"), measure{dxf.Line, 1, 2, 0}},
		{"mesh", tags(0, "POLYLINE", 8, "0", 66, 1, 70, 16, 71, 2, 72, 3) + vertex(0, 0, 0, 70, 64) + vertex(1, 0, 0, 70, 64) + vertex(2, 0, 0, 70, 64) +
			vertex(0, 1, 0, 70, 64) + vertex(1, 1, 0, 70, 64) + vertex(2, 1, 0, 70, 64) + tags(0, "SEQEND"), measure{dxf.Face, 2, 8, 1}},
		{"mesh of faces", tags(0, "POLYLINE", 8, "0", 66, 1, 70, 64) + vertex(0, 0, 0, 70, 192) + vertex(1, 0, 0, 70, 192) + vertex(1, 1, 0, 70, 192) +
			vertex(0, 0, 0, 70, 128, 71, 1, 72, 2, 73, -3) + tags(0, "SEQEND"), measure{dxf.Face, 1, 2 + math.Sqrt2, 0.5}},
		{"arc", tags(0, "ARC", 8, "0", 10, 1, 20, 1, 40, 2, 50, 270, 51, 90), measure{dxf.Curve, 1, 2 * math.Pi, 0}},
		{"circle", tags(0, "CIRCLE", 8, "0", 10, 1, 20, 1, 40, 2), measure{dxf.Curve, 1, 4 * math.Pi, 4 * math.Pi}},
		{"ellipse", tags(0, "ELLIPSE", 8, "0", 10, 0, 20, 0, 11, 2, 21, 0, 40, 0.5, 41, 0, 42, 2*math.Pi), measure{dxf.Curve, 1, 9.6884, 2 * math.Pi}},
		{"spline, a quarter circle", tags(0, "SPLINE", 8, "0", 70, 4, 71, 2, 72, 6, 73, 3, 40, 0, 40, 0, 40, 0, 40, 1, 40, 1, 40, 1,
			10, 1, 20, 0, 30, 0, 41, 1, 10, 1, 20, 1, 30, 0, 41, math.Sqrt2/2, 10, 0, 20, 1, 30, 0, 41, 1), measure{dxf.Curve, 1, math.Pi / 2, 0}},
		{"hatch by polyline", tags(0, "HATCH", 8, "0", 10, 0, 20, 0, 30, 0, 2, "SOLID", 70, 1, 71, 0, 91, 1, 92, 2, 72, 0, 73, 1, 93, 4, 10, 0, 20, 0, 10, 2, 20, 0, 10, 2, 20, 2, 10, 0, 20, 2, 97, 0, 75, 0, 76, 1, 98, 0),
			measure{dxf.Area, 1, 8, 4}},
		{"hatch by a line and an arc walked clockwise", tags(0, "HATCH", 8, "0", 10, 0, 20, 0, 30, 0, 2, "SOLID", 70, 1, 71, 0, 91, 1, 92, 1, 93, 2,
			72, 1, 10, 1, 20, 0, 11, -1, 21, 0, 72, 2, 10, 0, 20, 0, 40, 1, 50, 180, 51, 360, 73, 0, 97, 0), measure{dxf.Area, 1, math.Pi + 2, math.Pi / 2}},
		{"hatch by an ellipse", tags(0, "HATCH", 8, "0", 10, 0, 20, 0, 30, 0, 91, 1, 92, 1, 93, 1, 72, 3, 10, 0, 20, 0, 11, 2, 21, 0, 40, 0.5, 50, 0, 51, 360, 73, 1, 97, 0), measure{dxf.Area, 1, 9.6884, 2 * math.Pi}},
		{"hatch by splines", tags(0, "HATCH", 8, "0", 10, 0, 20, 0, 30, 0, 91, 1, 92, 1, 93, 2, 72, 4, 94, 1, 73, 0, 74, 0, 95, 4, 96, 2, 40, 0, 40, 0, 40, 1, 40, 1, 10, 0, 20, 0, 10, 2, 20, 0,
			97, 0, 72, 4, 94, 1, 73, 0, 74, 0, 95, 5, 96, 3, 40, 0, 40, 0, 40, 1, 40, 2, 40, 2, 10, 2, 20, 0, 10, 2, 20, 2, 10, 0, 20, 0, 97, 0, 97, 0), measure{dxf.Area, 1, 4 + math.Sqrt(8), 2}},
		{"solid, whose corners go in a Z", tags(0, "SOLID", 8, "0", 10, 0, 20, 0, 11, 1, 21, 0, 12, 0, 22, 1, 13, 1, 23, 1), measure{dxf.Area, 1, 4, 1}},
		{"face", tags(0, "3DFACE", 8, "0", 10, 0, 20, 0, 30, 0, 11, 1, 21, 0, 31, 0, 12, 1, 22, 1, 32, 0, 13, 0, 23, 1, 33, 0), measure{dxf.Face, 1, 4, 1}},
		{"multiline", tags(0, "MLINE", 8, "0", 2, "STANDARD", 40, 1, 70, 0, 71, 1, 72, 2, 73, 2, 10, 0, 20, 0, 11, 0, 21, 0, 12, 1, 22, 0, 13, 0, 23, 1, 74, 2, 41, 0, 41, 0, 75, 0, 74, 2, 41, -0.2, 41, 0, 75, 0,
			11, 3, 21, 0, 12, 1, 22, 0, 13, 0, 23, 1, 74, 2, 41, 0, 41, 0, 75, 0, 74, 2, 41, -0.2, 41, 0, 75, 0), measure{dxf.Line, 2, 6, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for form, data := range map[string][]byte{"text": []byte(file(metres, "", c.text)), "binary": binaryForm(file(metres, "", c.text), true), "old binary": binaryForm(file(metres, "", c.text), false)} {
				d, err := dxf.Read(context.Background(), "test.dxf", data)
				if err != nil {
					t.Fatalf("%s: %v", form, err)
				}
				if len(d.Shapes) != 1 {
					t.Fatalf("%s: %d shapes, notes %v", form, len(d.Shapes), d.Notes)
				}
				got := measureOf(d.Shapes[0])
				if got.Kind != c.want.Kind || got.Paths != c.want.Paths || math.Abs(got.Length-c.want.Length) > 0.006*c.want.Length || math.Abs(got.Area-c.want.Area) > 0.006*c.want.Area {
					t.Errorf("%s: %+v, want %+v", form, got, c.want)
				}
			}
		})
	}
}

func TestBlocks(t *testing.T) {
	leaf := tags(0, "BLOCK", 8, "0", 2, "LEAF", 70, 0, 10, 1, 20, 0, 30, 0) + tags(0, "LINE", 8, "0", 10, 1, 20, 0, 11, 2, 21, 0) + tags(0, "ARC", 8, "X", 10, 1, 20, 0, 40, 1, 50, 0, 51, 90) + tags(0, "ENDBLK")
	outer := tags(0, "BLOCK", 8, "0", 2, "Outer", 70, 0, 10, 0, 20, 0, 30, 0) + tags(0, "INSERT", 8, "0", 2, "leaf", 10, 10, 20, 0, 50, 90) + tags(0, "ENDBLK")
	d := read(t, file(metres, leaf+outer, tags(0, "INSERT", 5, "A1", 8, "Doors", 66, 1, 2, "OUTER", 10, 0, 20, 5, 41, 2, 42, 2, 43, 2)+
		tags(0, "ATTRIB", 8, "0", 10, 0, 20, 0, 40, 1, 1, "D12", 2, "NUMBER")+tags(0, "SEQEND")+
		tags(0, "INSERT", 8, "0", 2, "LEAF", 10, 0, 20, 0, 41, -1, 70, 3, 71, 2, 44, 5, 45, 7)+
		tags(0, "INSERT", 8, "0", 2, "LEAF", 10, 4, 20, 0, 230, -1)))
	near := func(got, want geom.Vec3) {
		t.Helper()
		if got.Sub(want).Len() > 1e-9 {
			t.Errorf("at %v, want %v", got, want)
		}
	}
	if len(d.Inserts) != 2+6+1 || len(d.Shapes) != 2+1+12+2 {
		t.Fatalf("%d inserts and %d shapes", len(d.Inserts), len(d.Shapes))
	}
	near(d.Shapes[0].Paths[0].Points[1], geom.Vec3{20, 7, 0}) // turned by 90°, twice as large
	if got := d.Layers[d.Shapes[0].Layer].Name; got != "Doors" {
		t.Errorf("layer 0 of a block becomes %s, want that of its outermost insert", got)
	}
	if got := d.Layers[d.Shapes[1].Layer].Name; got != "X" {
		t.Errorf("a named layer became %s", got)
	}
	if d.Inserts[0].Attribs["NUMBER"] != "D12" || d.Inserts[1].Parent != 0 {
		t.Errorf("inserts: %+v", d.Inserts[:2])
	}
	near(d.Shapes[3].Paths[0].Points[1], geom.Vec3{-1, 0, 0}) // mirrored
	if a := d.Shapes[4].Arcs[0]; a.Sweep > 0 {
		t.Errorf("a mirrored arc still turns by %g", a.Sweep)
	}
	near(d.Shapes[13].Paths[0].Points[0], geom.Vec3{10, 7, 0}) // the last of the array
	near(d.Shapes[15].Paths[0].Points[1], geom.Vec3{-5, 0, 0}) // seen from below
}

func TestTexts(t *testing.T) {
	for _, c := range []struct{ page, raw, want string }{
		{"ANSI_1252", "K\xfcche", "Küche"},
		{"ANSI_949", "\xba\xae\xc3\xbc", "벽체"},
		{"ANSI_932", "\x95\xc7", "壁"},
		{"ANSI_1251", "\xd1\xf2\xe5\xed\xe0", "Стена"},
		{"ANSI_1252", `W\U+00E4nde`, "Wände"},
		{"ANSI_1252", `\M+195C7`, "壁"},
		{"ANSI_1252", "Bürö", "Bürö"}, // UTF-8, as since 2007
		{"ANSI_1252", "90%%d %%c5 100%%%", "90° ⌀5 100%"},
	} {
		d := read(t, file("9\n$DWGCODEPAGE\n3\n"+c.page+"\n", "", tags(0, "TEXT", 8, "0", 10, 1, 20, 2, 40, 0.2, 1, c.raw)))
		if got := d.Shapes[0].Text; got != c.want {
			t.Errorf("%q in %s is %q, want %q", c.raw, c.page, got, c.want)
		}
	}
	d := read(t, file("", "", tags(0, "MTEXT", 8, "0", 10, 1, 20, 2, 40, 0.2, 3, `{\fArial|b0;\H2.5x;Living`, 1, ` room}\P12\~m\S2^3;`)))
	if got, want := d.Shapes[0].Text, "Living room\n12 m2/3"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestUnits(t *testing.T) {
	plan := func(scale float64) string {
		s := ""
		for i := range 12 {
			s += tags(0, "LINE", 8, "0", 10, float64(i)*scale, 20, 0, 11, float64(i)*scale, 21, 9*scale)
		}
		for range 3 {
			s += tags(0, "ARC", 8, "0", 10, 0, 20, 0, 40, 0.9*scale, 50, 0, 51, 90)
		}
		return s
	}
	for _, c := range []struct {
		header   string
		scale    float64
		want     string
		inferred bool
	}{
		{"9\n$INSUNITS\n70\n4\n", 1000, "mm", false},
		{"9\n$INSUNITS\n70\n1\n", 1 / 0.0254, "in", false},
		{"", 1000, "mm", true},
		{"", 100, "cm", true},
		{"", 1, "m", true},
		{"9\n$MEASUREMENT\n70\n0\n", 1 / 0.0254, "in", true},
		{"9\n$MEASUREMENT\n70\n0\n", 1 / 0.3048, "ft", true},
		{"9\n$INSUNITS\n70\n6\n", 1000, "mm", true}, // 12 km are no building
		{"9\n$INSUNITS\n70\n1\n", 1000, "mm", true}, // as is a template's, 300 m wide with doors of 23 m
		{"9\n$INSUNITS\n70\n4\n", 1 / 0.0254, "in", true},
	} {
		d := read(t, file(c.header, "", plan(c.scale)))
		if d.Unit.Name != c.want || d.Unit.Inferred != c.inferred {
			t.Errorf("%q at %g: %+v, want %s", c.header, c.scale, d.Unit, c.want)
		}
	}
}

// A drawing in UTF-16, as editors save text, reads as its ASCII form does.
func TestWideText(t *testing.T) {
	text := file(metres, "", tags(0, "TEXT", 8, "Wände", 10, 1, 20, 2, 40, 0.2, 1, "Büro"))
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		var wide []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
			wide = append(wide, 0, 0)
			order.PutUint16(wide[len(wide)-2:], u)
		}
		if d := read(t, string(wide)); len(d.Shapes) != 1 || d.Shapes[0].Text != "Büro" || d.Layers[d.Shapes[0].Layer].Name != "Wände" {
			t.Errorf("%v: %+v", order, d.Shapes)
		}
	}
}

// A block's only arc tells the unit when the block is placed, and nothing when
// it is an arrow head that only stands in the file.
func TestUnitOfBlocks(t *testing.T) {
	arc := func(name string, radius float64) string {
		return tags(0, "BLOCK", 2, name, 10, 0, 20, 0, 0, "ARC", 8, "0", 10, 0, 20, 0, 40, radius, 50, 0, 51, 90, 0, "ENDBLK")
	}
	plan := tags(0, "INSERT", 2, "door", 8, "0", 10, 0, 20, 0, 0, "LINE", 8, "0", 10, 0, 20, 0, 11, 30, 21, 25)
	if d := read(t, file("", arc("_Arrow", 1)+arc("_Other", 0.9)+arc("DOOR", 0.9/0.3048), plan)); d.Unit.Name != "ft" {
		t.Errorf("%+v, want ft", d.Unit)
	}
}

func TestBadFiles(t *testing.T) {
	bomb := ""
	for i := range 12 {
		body := tags(0, "LINE", 8, "0", 10, 0, 20, 0, 11, 1, 21, 1)
		if i > 0 {
			body = strings.Repeat(tags(0, "INSERT", 8, "0", 2, fmt.Sprint("B", i-1), 10, 0, 20, 0), 10)
		}
		bomb += tags(0, "BLOCK", 2, fmt.Sprint("B", i), 10, 0, 20, 0) + body + tags(0, "ENDBLK")
	}
	deep := ""
	for i := range 60 {
		deep += tags(0, "BLOCK", 2, fmt.Sprint("B", i), 10, 0, 20, 0, 0, "INSERT", 8, "0", 2, fmt.Sprint("B", i+1), 0, "ENDBLK")
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":      {"", "no section"},
		"no numbers": {"hello\nworld\n", "line 1"},
		"damaged":    {tags(0, "SECTION", 2, "ENTITIES", 0, "LINE") + "xx\n1\n", "line 7"},
		"dwg":        {"AC1027\x00\x00\x00\x00", "DWG"},
		"nothing":    {section("HEADER") + tags(0, "EOF"), "no ENTITIES"},
		"bomb":       {file(metres, bomb, tags(0, "INSERT", 8, "0", 2, "B11")), "grow to more"},
		"array":      {file(metres, bomb, tags(0, "INSERT", 8, "0", 2, "B0", 70, 32000, 71, 32000)), "grow to more"},
		"deep":       {file(metres, deep, tags(0, "INSERT", 8, "0", 2, "B0")), "deep"},
		"cut binary": {"AutoCAD Binary DXF\r\n\x1a\x00\x00\x00SECTION\x00\x02\x00ENT", "byte 32"},
	} {
		_, err := dxf.Read(context.Background(), "bad.dxf", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "bad.dxf") {
			t.Errorf("%s: %v, want one that says %q", name, err, c.want)
		}
	}
	d := read(t, file(metres, tags(0, "BLOCK", 2, "SELF", 0, "INSERT", 8, "0", 2, "SELF", 0, "ENDBLK"), tags(0, "INSERT", 8, "0", 2, "SELF", 0, "INSERT", 8, "0", 2, "NONE", 0, "DIMENSION", 8, "0", 0, "DIMENSION", 8, "0",
		0, "ACAD_PROXY_ENTITY", 8, "0", 0, "LINE", 67, 1, 10, 1)))
	var notes []string
	for _, n := range d.Notes {
		notes = append(notes, n.Text)
	}
	for _, want := range []string{"contains itself", "not defined", "2 × DIMENSION", "1 × ACAD_PROXY_ENTITY", "1 entities of paper space"} {
		if !strings.Contains(strings.Join(notes, "\n"), want) {
			t.Errorf("no note says %q: %v", want, notes)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := dxf.Read(ctx, "x", []byte(file(metres, "", ""))); err == nil {
		t.Error("a cancelled reading gave a drawing")
	}
}

func shared(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../../shared/data/plans", name))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("%v: put %s there to run this test", err, name)
	}
	return data
}

// TestRealDrawings compares what real files hold with what was seen in them.
func TestRealDrawings(t *testing.T) {
	type facts struct {
		Version, Unit string
		Shapes        map[string]int
		Skipped       map[string]int
	}
	for name, want := range map[string]facts{
		"Gallery.dxf":    {"AC1027", "m", map[string]int{"CIRCLE": 3, "LINE": 4, "LWPOLYLINE": 27}, map[string]int{}},
		"ISO-Office.dxf": {"AC1027", "m", map[string]int{"LINE": 12, "LWPOLYLINE": 18, "MTEXT": 12}, map[string]int{"IMAGE": 1}},
	} {
		d, err := dxf.Read(context.Background(), name, shared(t, name))
		if err != nil {
			t.Fatal(err)
		}
		got := facts{d.Version, d.Unit.Name, map[string]int{}, d.Skipped}
		for _, s := range d.Shapes {
			got.Shapes[s.Entity]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if slices.ContainsFunc(d.Shapes, func(s dxf.Shape) bool { return s.Handle == "" || s.Place == 0 }) {
			t.Errorf("%s: a shape does not tell where it came from", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(file(metres, tags(0, "BLOCK", 2, "B", 0, "LINE", 8, "0", 10, 1, 0, "ENDBLK"), tags(0, "INSERT", 8, "0", 2, "B", 70, 3)+
		tags(0, "HATCH", 8, "0", 91, 1, 92, 1, 93, 1, 72, 4, 94, 2, 73, 1, 74, 0, 95, 6, 96, 3, 40, 0))))
	f.Add(binaryForm(file(metres, "", tags(0, "SPLINE", 8, "0", 71, 3, 40, 0, 10, 1, 20, 2, 10, 2)), true))
	f.Add([]byte(file("", "", tags(0, "POLYLINE", 8, "0", 66, 1, 70, 16, 71, 2, 72, 2, 0, "VERTEX", 10, 1, 0, "SEQEND", 0, "MTEXT", 1, `\S1^2\f`))))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := dxf.Read(context.Background(), "fuzz.dxf", data)
		if err != nil {
			return
		}
		for _, s := range d.Shapes {
			if s.Layer < 0 || s.Layer >= len(d.Layers) || s.Insert >= len(d.Inserts) {
				t.Fatalf("shape %+v points nowhere", s)
			}
			for _, p := range s.Paths {
				for _, q := range p.Points {
					if !(math.Abs(q[0])+math.Abs(q[1])+math.Abs(q[2]) < 1e13) {
						t.Fatalf("point %v", q)
					}
				}
			}
		}
	})
}

// BenchmarkRead reads 20 MB of lines, polylines, arcs and inserts.
func BenchmarkRead(b *testing.B) {
	var s strings.Builder
	for i := 0; s.Len() < 20_000_000; i++ {
		x := float64(i%1000) * 1.37
		s.WriteString(tags(0, "LINE", 5, fmt.Sprintf("%X", i), 100, "AcDbEntity", 8, "A-WALL", 100, "AcDbLine", 10, x, 20, float64(i)/1000, 30, 0.0, 11, x+1.5, 21, float64(i)/1000, 31, 0.0))
		if i%5 == 0 {
			s.WriteString(tags(0, "LWPOLYLINE", 5, fmt.Sprintf("P%X", i), 8, "A-FURN", 90, 4, 70, 1, 10, x, 20, 1.5, 10, x+1, 20, 1.5, 42, 0.5, 10, x+1, 20, 2.5, 10, x, 20, 2.5))
		}
		if i%25 == 0 {
			s.WriteString(tags(0, "ARC", 8, "A-DOOR", 10, x, 20, 3.25, 40, 0.9, 50, 0.0, 51, 90.0) + tags(0, "INSERT", 8, "A-FURN", 2, "CHAIR", 10, x, 20, 2.5, 50, 30.0))
		}
	}
	chair := tags(0, "BLOCK", 2, "CHAIR", 10, 0, 20, 0) + strings.Repeat(tags(0, "LINE", 8, "0", 10, 0, 20, 0, 11, 0.5, 21, 0.5), 8) + tags(0, "ENDBLK")
	data := []byte(file(metres, chair, s.String()))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := dxf.Read(context.Background(), "big.dxf", data); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleRead() {
	text := section("HEADER", "9\n$INSUNITS\n70\n4\n") + section("ENTITIES", tags(0, "LINE", 5, "2F", 8, "Wände", 10, 0, 20, 0, 11, 4000, 21, 3000)) + tags(0, "EOF")
	d, err := dxf.Read(context.Background(), "flat.dxf", []byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	s := d.Shapes[0]
	fmt.Println(s.Entity, s.Handle, d.Layers[s.Layer].Name, s.Paths[0].Points[1].Len()*d.Unit.Metres, "m")
	// Output: LINE 2F Wände 5 m
}
