package ifc_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/scene/codec/ifc"
)

// Files that cannot be read at all are errors that name the file, the place and
// what to do.
func TestFilesThatAreNone(t *testing.T) {
	whole := string(file("#100", box(100, 0, 0, 0, 1, 1, 1)))
	for _, c := range []struct{ name, data, want string }{
		{"empty", "", "bad.ifc: the file is empty; export"},
		{"text", "hello", "bad.ifc:1: not a STEP file"},
		{"XML", "<?xml version='1.0'?><ifcXML/>", "export the model as IFC (not ifcXML"},
		{"header only", "ISO-10303-21;\nHEADER;\n", "bad.ifc:3: no DATA section: the file was cut off"},
		{"another schema", strings.Replace(whole, "'IFC4'", "'AUTOMOTIVE_DESIGN'", 1), `its schema is "AUTOMOTIVE_DESIGN", not IFC2X3, IFC4 or IFC4X3`},
		{"cut before the first instance", whole[:strings.Index(whole, "#1=")], "no end of the DATA section: the file was cut off"},
		{"STEP of something else", "ISO-10303-21;HEADER;ENDSEC;DATA;\n#1=POINT('',(1.,2.));\nENDSEC;", "it holds no building model"},
		{"an empty archive", "PK\x05\x06" + strings.Repeat("\x00", 18), "the archive holds no .ifc file"},
		{"a broken archive", "PK\x03\x04 and nothing else", "not a zip archive that can be read"},
		{"broken gzip", "\x1f\x8b and nothing else", "bad.ifc: unpack:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ifc.Read(context.Background(), "bad.ifc", []byte(c.data))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q, want %q", err, c.want)
			}
		})
	}
}

// What is broken in the text is left out and told, and the rest is read.
func TestBrokenTextIsGotOver(t *testing.T) {
	whole := string(file("#100", box(100, 0, 0, 0, 1, 1, 1)+"#30=IFCWALL('0000000000000000000003',$,'good',$,$,#10,#31,$,$);\n#31=IFCPRODUCTDEFINITIONSHAPE($,$,(#32));\n#32=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#300));\n"+box(300, 0, 0, 0, 1, 1, 1)))
	at := strings.Index(whole, "#20=")
	for _, c := range []struct {
		name, data string
		line       int
		want       string
		elements   int
	}{
		{"no schema", strings.Replace(whole, "FILE_SCHEMA(('IFC4'));", "", 1), 1, "the header names no schema", 2},
		{"no header", whole[strings.Index(whole, "DATA;"):], 1, "does not begin with ISO-10303-21", 2},
		{"instances only", whole[strings.Index(whole, "#1="):], 1, "the DATA section has no beginning", 2},
		{"a quote in the header", strings.Replace(whole, "FILE_NAME('',", "FILE_NAME('','", 1), 4, "the header is broken", 2},
		{"cut within an instance", whole[:strings.Index(whole, "#32=")+30], 30, "a bracket or a quote is not closed", 2},
		{"cut between instances", whole[:strings.Index(whole, "#32=")], 30, "the DATA section has no end: the file was cut off", 2},
		{"a string without end", strings.Replace(whole, "'thing'", "'thing", 1), 22, "a bracket or a quote is not closed", 1},
		{"a comment without end", strings.Replace(whole, "#20=", "/* #20=", 1), 22, "a comment is not closed", 1},
		{"no equals sign", strings.Replace(whole, "#20=", "#20 ", 1), 22, "= is missing", 1},
		{"no brackets", strings.Replace(whole, "#20=IFCBUILDINGELEMENTPROXY(", "#20=IFCWALL;", 1), 22, "( is missing", 1},
		{"a complex instance", strings.Replace(whole, "#20=", "#19=(IFCA()IFCB($));\n#20=", 1), 22, "the type is missing", 2},
		{"a number too large", strings.Replace(whole, "#20=", "#99999999999999999999=", 1), 22, "the number is too large", 1},
		{"no number", strings.Replace(whole, "#20=", "20=", 1), 22, "no instance begins here", 1},
		{"rubbish between", whole[:at] + "\x00 rubbish ' ; \n" + whole[at:], 22, "no instance begins here", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := read(t, "bad.ifc", []byte(c.data))
			told := false
			for _, n := range m.Notes {
				told = told || n.ID == 0 && n.Line == c.line && strings.Contains(n.Why, c.want)
			}
			if !told {
				t.Errorf("notes %+v, want line %d %q", m.Notes, c.line, c.want)
			}
			if len(m.Elements) != c.elements {
				t.Errorf("%d elements, want %d; notes %v", len(m.Elements), c.elements, m.Notes)
			}
		})
	}
}

// How the text is packed and written does not matter.
func TestFilesAsTheyCome(t *testing.T) {
	whole := file("#100", box(100, 0, 0, 0, 1, 2, 3))
	pack := func(names ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, n := range names {
			w, err := z.Create(n)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(whole); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write(whole); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	wide := []byte{0xff, 0xfe}
	for _, b := range whole {
		wide = append(wide, b, 0)
	}
	for name, data := range map[string][]byte{
		"ifczip":                   pack("model.ifc"),
		"ifczip with other things": pack("__MACOSX/._model.ifc", "readme.txt", "Models/Model.IFC"),
		"gzip":                     zipped.Bytes(),
		"byte order mark":          append([]byte("\ufeff"), whole...),
		"blanks and a comment":     append([]byte("\r\n\t /* exported by hand */\n"), whole...),
		"UTF-16":                   wide,
		"CR":                       bytes.ReplaceAll(whole, []byte("\n"), []byte("\r")),
		"CR LF":                    bytes.ReplaceAll(whole, []byte("\n"), []byte("\r\n")),
		"one line":                 bytes.ReplaceAll(whole, []byte("\n"), nil),
		"huge ids":                 regexp.MustCompile(`#(\d+)`).ReplaceAll(whole, []byte("#90000000$1")),
		"two data sections":        bytes.Replace(whole, []byte("#20="), []byte("ENDSEC;\nDATA('b',('IFC4'));\n#20="), 1),
	} {
		t.Run(name, func(t *testing.T) {
			m, e := one(t, data)
			hold(t, m, e, 6)
		})
	}
}

// A note tells the line, however lines end.
func TestLinesAreCounted(t *testing.T) {
	for _, end := range []string{"\n", "\r", "\r\n"} {
		m := read(t, "bad.ifc", bytes.ReplaceAll(file("#100", ""), []byte("\n"), []byte(end)))
		if len(m.Notes) != 1 || m.Notes[0].Line != 22 {
			t.Errorf("%q: notes %v", end, m.Notes)
		}
	}
}

// An archive that unpacks to far more than it is ends early.
// Text without ends is passed over once, not once for each statement.
func TestTextWithoutEndsEnds(t *testing.T) {
	head := "ISO-10303-21;\nHEADER;\nFILE_SCHEMA(('IFC4'));\nENDSEC;\nDATA;\n"
	for _, part := range []string{"#1=IFCWALL(\n", "#1=IFCWALL('\n", "#1=IFCWALL((\n;\n", "/*\n", "#1\n", "x\n"} {
		start := time.Now()
		_, _ = ifc.Read(context.Background(), "bad.ifc", []byte(head+strings.Repeat(part, 1_000_000)))
		if d := time.Since(start); d > 8*time.Second {
			t.Errorf("%q over and over took %v", part, d)
		}
	}
	for _, begin := range []string{"#1=IFCWALL(", "#1=IFCWALL('", "/*"} {
		start := time.Now()
		_, _ = ifc.Read(context.Background(), "bad.ifc", []byte(head+begin+strings.Repeat("\n", 4_000_000)+"');"))
		if d := time.Since(start); d > 8*time.Second {
			t.Errorf("%q and blank lines took %v", begin, d)
		}
	}
}

func TestBombsEnd(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("model.ifc")
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 64 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ifc.Read(context.Background(), "bomb.ifczip", b.Bytes()); err == nil || !strings.Contains(err.Error(), "it grows beyond") {
		t.Errorf("error %v", err)
	}
}

// What is wrong with one element is a note that names the entities, and the
// rest is read.
func TestElementsThatCannotBeDrawn(t *testing.T) {
	good := "#30=IFCBUILDINGELEMENTPROXY('0000000000000000000003',$,'good',$,$,#10,#31,$,$);\n#31=IFCPRODUCTDEFINITIONSHAPE($,$,(#32));\n#32=IFCSHAPEREPRESENTATION(#3,'Body','CSG',(#300));\n" + box(300, 0, 0, 0, 1, 1, 1)
	deep := func(n int) string { // a chain of n boolean results
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "#%d=IFCBOOLEANRESULT(.DIFFERENCE.,#%d,#%d);\n", 1000+i, 300, 1001+i)
		}
		fmt.Fprintf(&b, "#%d=IFCBLOCK(#11,1.,1.,1.);\n", 1000+n)
		return b.String() + "#100=IFCCSGSOLID(#1000);"
	}
	for _, c := range []struct{ name, items, lines, want string }{
		{"a reference to nothing", "#100", "", "#100 is referred to but stands nowhere in the file"},
		{"a huge reference", "#999999999999", "", "#999999999999 is referred to but stands nowhere"},
		{"a solid of itself", "#100", "#100=IFCBOOLEANRESULT(.UNION.,#100,#100);", "is a chain of cuts that ends nowhere"},
		{"a second operand of itself", "#100", "#100=IFCBOOLEANRESULT(.UNION.,#300,#100);", "is made of itself"},
		{"a CSG solid of itself", "#100", "#100=IFCCSGSOLID(#100);", "is made of itself"},
		{"cuts too deep", "#100", deep(500), "nested deeper than 100"},
		{"a map of itself", "#100", "#100=IFCMAPPEDITEM(#101,#102);\n#101=IFCREPRESENTATIONMAP(#11,#22);\n#102=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#12,$,$);", "maps a representation that maps itself"},
		{"a curve of itself", "#100", prism + "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#102);\n#102=IFCCOMPOSITECURVE((#103),.F.);\n#103=IFCCOMPOSITECURVESEGMENT(.CONTINUOUS.,.T.,#102);", "is a curve made of itself"},
		{"a profile of itself", "#100", prism + "IFCCOMPOSITEPROFILEDEF(.AREA.,$,(#101),$);", "is a profile made of itself"},
		{"a wrong type", "#100", prism + "IFCWALL($);", "#101 IfcWall is no profile that is read"},
		{"a string for a number", "#100", prism + "IFCCIRCLEPROFILEDEF(.AREA.,$,#17,'wide');", "#101 IfcCircleProfileDef argument 4 is no number"},
		{"no number", "#100", prism + "IFCCIRCLEPROFILEDEF(.AREA.,$,#17,NAN);", `#101 IFCCIRCLEPROFILEDEF: "NAN" is no value`},
		{"a broken number", "#100", prism + "IFCCIRCLEPROFILEDEF(.AREA.,$,#17,1.5.3);", `"1.5.3" is not a number`},
		{"an endless number", "#100", prism + "IFCCIRCLEPROFILEDEF(.AREA.,$,#17,1.E999);", `"1.E999" is not a number`},
		{"a negative size", "#100", prism + "IFCCIRCLEPROFILEDEF(.AREA.,$,#17,-1.);", "a size must be above zero"},
		{"a size beyond the Earth", "#100", prism + "IFCCIRCLEPROFILEDEF(.AREA.,$,#17,1.E9);", "check the units of the file"},
		{"a profile without area", "#100", prism + "IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#110);\n#110=IFCPOLYLINE((#120,#121,#120));\n" + points(120, 0, 0, 4, 0), "its outline encloses no area"},
		{"no depth", "#100", "#100=IFCEXTRUDEDAREASOLID(#101,$,#13,0.);\n#101=IFCCIRCLEPROFILEDEF(.AREA.,$,#17,1.);", "a depth must be above zero"},
		{"lists nested too deep", "#100", "#100=IFCBLOCK(" + strings.Repeat("(", 100) + strings.Repeat(")", 100) + ",1.,1.,1.);", "lists are nested deeper than 32"},
		{"a kind that is not read", "#100", "#100=IFCGRADIENTCURVE(#101);", "#100 IfcGradientCurve is a kind of geometry that is not read; export it as a faceted or swept body"},
		{"a half space alone", "#100", "#100=IFCHALFSPACESOLID(#101,.T.);", "is a half space that cuts nothing"},
		{"lines", "#100", "#100=IFCPOLYLINE((#120,#121));\n" + points(120, 0, 0, 4, 0), "is lines only"},
		{"an index out of range", "#100", "#100=IFCTRIANGULATEDFACESET(#101,$,.T.,((1,3,9)),$);\n#101=IFCCARTESIANPOINTLIST3D(((0.,0.,0.),(1.,0.,0.),(0.,1.,0.)));", "names a point which is not there"},
		{"a point of five coordinates", "#100", "#100=IFCEXTRUDEDAREASOLID(#101,$,#13,1.);\n#101=IFCARBITRARYCLOSEDPROFILEDEF(.AREA.,$,#102);\n#102=IFCPOLYLINE((#103,#103,#103));\n#103=IFCCARTESIANPOINT((1.,2.,3.,4.,5.));", "#103 IfcCartesianPoint has 5 coordinates"},
		{"no shape at all", "", "", "has no body; export it with its geometry"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			m := read(t, "bad.ifc", file(c.items, c.lines+"\n"+good))
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("took %v", d)
			}
			var told []string
			for _, n := range m.Notes {
				if n.ID != 20 || n.Type != "IfcBuildingElementProxy" || n.Line != 22 {
					t.Errorf("note %+v does not name the element", n)
				}
				told = append(told, n.Why)
			}
			if !strings.Contains(strings.Join(told, "\n"), c.want) {
				t.Errorf("notes %q, want %q", told, c.want)
			}
			if len(m.Elements) != 2 || m.Elements[1].Triangles != 12 {
				t.Errorf("the good element was not read: %+v", m.Elements)
			}
		})
	}
}

func TestPlacementsInACircle(t *testing.T) {
	data := strings.Replace(string(file("#100", box(100, 0, 0, 0, 1, 1, 1))), "#10=IFCLOCALPLACEMENT($,#11)", "#10=IFCLOCALPLACEMENT(#19,#11);\n#19=IFCLOCALPLACEMENT(#10,#11)", 1)
	m := read(t, "bad.ifc", []byte(data))
	if len(m.Notes) != 1 || !strings.Contains(m.Notes[0].Why, "is placed relative to itself") {
		t.Errorf("notes %v", m.Notes)
	}
	if len(m.Elements) != 1 || m.Elements[0].Triangles != 12 {
		t.Errorf("it is not drawn: %+v", m.Elements)
	}
	// A placement that is not there is told, and the thing drawn where the file begins.
	m = read(t, "bad.ifc", []byte(strings.Replace(string(file("#100", box(100, 0, 0, 0, 1, 1, 1))), "$,$,#10,#21", "$,$,#9999,#21", 1)))
	if len(m.Notes) == 0 || len(m.Elements) != 1 || m.Elements[0].Triangles != 12 {
		t.Errorf("notes %v, %+v", m.Notes, m.Elements)
	}
}

func TestAnIDThatStandsTwiceIsTold(t *testing.T) {
	m := read(t, "bad.ifc", file("#100", box(100, 0, 0, 0, 1, 1, 1)+"#100=IFCSPHERE(#11,9.);"))
	if len(m.Notes) != 1 || m.Notes[0].ID != 100 || !near(m.Elements[0].Net.Volume, 1, 1e-9) {
		t.Errorf("notes %v, volume %v", m.Notes, m.Elements[0].Net.Volume)
	}
}

// A map that holds a map that holds a map, each twice: 2^40 boxes.
func TestMapsThatMultiplyEnd(t *testing.T) {
	var b strings.Builder
	for i := range 40 {
		n := 1000 + 10*i
		fmt.Fprintf(&b, "#%d=IFCMAPPEDITEM(#%d,#99);\n#%d=IFCREPRESENTATIONMAP(#11,#%d);\n#%d=IFCSHAPEREPRESENTATION(#3,'Body','MappedRepresentation',(#%d,#%d));\n#%d=IFCMAPPEDITEM(#%d,#99);\n",
			n, n+1, n+1, n+2, n+2, n+10, n+13, n+3, n+1)
		fmt.Fprintf(&b, "#%d=IFCMAPPEDITEM(#%d,#99);\n", n+13, n+11)
	}
	fmt.Fprintf(&b, "#%d=IFCBLOCK(#11,1.,1.,1.);\n", 1000+10*40)
	b.WriteString("#99=IFCCARTESIANTRANSFORMATIONOPERATOR3D($,$,#12,$,$);\n")
	start := time.Now()
	m := read(t, "bad.ifc", file("#1000", b.String()))
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
	if len(m.Notes) == 0 {
		t.Error("nothing was told")
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ifc.Read(ctx, "test.ifc", file("#100", box(100, 0, 0, 0, 1, 1, 1))); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// FuzzRead checks that whatever the bytes are, reading ends, breaks nothing and
// gives a scene that keeps its laws.
func FuzzRead(f *testing.F) {
	for _, c := range profileCases() {
		f.Add(file("#100", prism+c.lines))
	}
	for _, c := range append(bodyCases(), booleanCases()...) {
		f.Add(file("#100", c.lines))
	}
	for _, s := range samples() {
		f.Add(s.made())
	}
	f.Add(file("#100", square+`#50=IFCPIXELTEXTURE(.T.,.T.,$,$,$,1,2,3,("0FF0000","000FF00"));`))
	f.Add(file("#100", box(100, 0, 0, 0, 6, 0.3, 3)+opening(1000, box(1000, 1, -0.1, 1, 1, 0.5, 1))+"#40=IFCSTYLEDITEM(#100,(#41),$);\n#41=IFCSURFACESTYLE('Glass',.BOTH.,(#42));\n#42=IFCSURFACESTYLESHADING(#43,0.5);\n#43=IFCCOLOURRGB($,0.5,0.6,0.7);"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ifc.Read(context.Background(), "fuzz.ifc", data)
		if err != nil {
			return
		}
		if err := m.Scene.Check(); err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Elements {
			if e.Net.Volume != e.Net.Volume || e.Gross.Volume != e.Gross.Volume {
				t.Fatalf("%+v has no volume", e)
			}
		}
	})
}

// FuzzUnpack checks that no packed file makes reading grow or break.
func FuzzUnpack(f *testing.F) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("a/model.ifc")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := w.Write(file("#100", square+"#50=IFCIMAGETEXTURE(.T.,.T.,$,$,$,'a.png');")); err != nil {
		f.Fatal(err)
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("\xff\xfeI\x00S\x00O\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ifc.Read(context.Background(), "fuzz.ifczip", data)
		if err != nil {
			return
		}
		if err := m.Scene.Check(); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzTokens puts wrong arguments into files that are right, which gets further
// than wrong bytes.
func FuzzTokens(f *testing.F) {
	var files []string
	for _, c := range profileCases() {
		files = append(files, string(file("#100", prism+c.lines)))
	}
	for _, c := range append(bodyCases(), booleanCases()...) {
		files = append(files, string(file("#100", c.lines)))
	}
	for _, name := range slices.Sorted(maps.Keys(samples())) {
		files = append(files, string(samples()[name].made()))
	}
	files = append(files, string(file("#100", square+`#50=IFCPIXELTEXTURE(.T.,.T.,$,$,$,1,2,3,("0FF0000","000FF00"));`)))
	token := regexp.MustCompile(`#\d+|-?\d+\.[\dE.+-]*|\.[A-Z0-9_]+\.|\$|IFC[A-Z0-9]+|\d+`)
	others := []string{"$", "*", "0.", "-1.", "1.E9", "1.E-9", "1.E300", "()", "((1.,2.),(3.))", ".T.", ".F.", "'x'", "IFCLABEL('x')", "(#1,#1)", "1000000000", "\"0FF\"", "2", "3"}
	for i := range files {
		f.Add(uint16(i), []byte{byte(i), 30, byte(i)})
	}
	f.Fuzz(func(t *testing.T, which uint16, changes []byte) {
		data := files[int(which)%len(files)]
		start := strings.Index(data, "DATA;")
		for i := 0; i+2 < len(changes) && i < 12; i += 3 {
			at := token.FindAllStringIndex(data[start:], -1)
			k := at[(int(changes[i])<<8|int(changes[i+1]))%len(at)]
			to := ""
			if n := int(changes[i+2]); n < len(others) {
				to = others[n]
			} else { // something that stands elsewhere
				j := at[(n*7919+int(changes[i]))%len(at)]
				to = data[start+j[0] : start+j[1]]
			}
			data = data[:start+k[0]] + to + data[start+k[1]:]
		}
		begun := time.Now()
		m, err := ifc.Read(context.Background(), "fuzz.ifc", []byte(data))
		if err != nil {
			return
		}
		if err := m.Scene.Check(); err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Elements {
			if e.Net.Volume != e.Net.Volume || e.Gross.Volume != e.Gross.Volume {
				t.Fatalf("%+v has no volume", e)
			}
		}
		if d := time.Since(begun); d > 20*time.Second {
			t.Fatalf("took %v", d)
		}
	})
}
