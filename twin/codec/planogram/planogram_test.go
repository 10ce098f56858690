package planogram

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
)

const head = "id,class,x,y,heading\n"

func read(text string) ([]Row, error) { return Read("a.csv", strings.NewReader(text)) }

// A sheet saved "for Macintosh" has the ends of lines of its time.
func TestLinesOfOldSheets(t *testing.T) {
	rows, err := read(strings.ReplaceAll("id;class;x;y;heading\na;shelf;1,5;2,5;0\nb;shelf;3,25;4;90\n", "\n", "\r"))
	if err != nil || len(rows) != 2 || rows[0].X != 1.5 || rows[1].X != 3.25 || rows[1].Line != 3 {
		t.Errorf("rows %+v, %v", rows, err)
	}
}

func TestEveryColumn(t *testing.T) {
	text := "# a note\nproducts,Name,heading,id,CLASS,x,y,elevation,width,depth,height,facings,params\n" +
		`"라면; coffee;;tea ","냉동고 2, 왼쪽",-90,f-2.x_1,upright-freezer, 1.5 ,-2,0.5,1.6,0.85,2.05,12,doors=3; shelves = 4.5` + "\n" +
		",,0,f-3,upright-freezer,0,0,,,,,,\n"
	rows, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	want := Row{
		Line: 3, ID: "f-2.x_1", Class: "upright-freezer", Name: "냉동고 2, 왼쪽", X: 1.5, Y: -2, Heading: -90, Elevation: 0.5,
		Width: 1.6, Depth: 0.85, Height: 2.05, Products: []string{"라면", "coffee", "tea"}, Facings: 12,
		Params: map[string]float64{"doors": 3, "shelves": 4.5},
	}
	if !reflect.DeepEqual(rows[0], want) {
		t.Errorf("got  %+v\nwant %+v", rows[0], want)
	}
	if r := rows[1]; !math.IsNaN(r.Elevation) || r.Width != 0 || r.Products != nil || r.Params != nil || r.Line != 4 {
		t.Errorf("what is left out: %+v", r)
	}
}

// The same rows come from every way in which a sheet is saved.
func TestWaysToSave(t *testing.T) {
	plain := head + "a,shelf,1,2,90\nb,shelf,5,2,90\n"
	want, err := read(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"byte order mark":     "\ufeff" + plain,
		"mark and quotes":     "\ufeff" + strings.Replace(plain, "id,class", `"id","class"`, 1),
		"CRLF":                strings.ReplaceAll(plain, "\n", "\r\n"),
		"no last line end":    strings.TrimSuffix(plain, "\n"),
		"everything quoted":   strings.NewReplacer("a,shelf", `"a","shelf"`, "1,2", `"1","2"`).Replace(plain),
		"empty rows below":    plain + ",,,,\n , ,,,\n\n\n",
		"blanks round fields": strings.ReplaceAll(plain, ",", " , "),
		"capital header":      strings.Replace(plain, "id,class", "ID,Class", 1),
	} {
		got, err := read(text)
		if err != nil || !sameRows(got, want) {
			t.Errorf("%s: %v\n%+v", name, err, got)
		}
	}
}

func sameRows(a, b []Row) bool {
	return fmt.Sprint(a) == fmt.Sprint(b) // a NaN equals a NaN here
}

func TestReadNamesWhatIsWrong(t *testing.T) {
	line := func(fields string) string { return head + fields + "\n" }
	all := "id,class,x,y,heading,name,elevation,width,depth,height,products,facings,params\n"
	for _, c := range []struct {
		name, text string
		says       []string
	}{
		{"empty", "", []string{"a.csv:1", "empty", "id,class,x,y,heading"}},
		{"only a note", "# hi\n", []string{"a.csv:1", "empty"}},
		{"only a header", head, []string{"a.csv:1", "no fixture"}},
		{"column missing", "id,class,x,y\na,b,1,2\n", []string{"a.csv:1", `"heading" is missing`, "add it"}},
		{"column unknown", "id,class,x,y,heading,colour\n", []string{"a.csv:1", `"colour"`, "known are id"}},
		{"column twice", "id,class,x,y,heading,x\n", []string{"a.csv:1", `"x" stands twice`}},
		{"semicolons, too few", "id;class;x;y;heading\na;b;1;2\n", []string{"a.csv:2", "4 fields"}},
		{"tabs and nothing below", "id\tclass\tx\ty\theading\n", []string{"a.csv:1", "no fixture"}},
		{"UTF-16", "\xff\xfei\x00d\x00", []string{"a.csv:1", "UTF-16", "CSV UTF-8"}},
		{"UTF-16, big end first", "\xfe\xff\x00i\x00d", []string{"UTF-16"}},
		{"a country's code page", all + "a,b,1,2,3,\xb3\xc3\xb5\xbf\xb0\xed,,,,,,,\n", []string{"a.csv:2: field 6 is not UTF-8", "CSV UTF-8"}},
		{"a line break in a name", all + "a,b,1,2,3,\"x\ny\",,,,,,,\n", []string{"a.csv:2: field 6", "line break"}},
		{"too few fields", line("a,b,1,2"), []string{"a.csv:2: 4 fields where the header names 5"}},
		{"too many fields", line("a,b,12,5,2,90"), []string{"a.csv:2: 6 fields", "commas"}},
		{"quotes left open", line("a,\"b,1,2,3\nc,d,1,2,3"), []string{"a.csv:", "close the quotes"}},
		{"quotes inside", line(`a,b"c,1,2,3`), []string{"a.csv:2", "close the quotes"}},
		{"id empty", line(",b,1,2,3"), []string{"a.csv:2: id"}},
		{"id with a blank", line("a b,b,1,2,3"), []string{"a.csv:2: id \"a b\"", "letters a to z"}},
		{"id in another script", line("냉동고,b,1,2,3"), []string{"a.csv:2: id", "letters a to z"}},
		{"id too long", line(strings.Repeat("a", 81) + ",b,1,2,3"), []string{"a.csv:2: id"}},
		{"class empty", line("a,,1,2,3"), []string{"a.csv:2: the class is empty"}},
		{"x empty", line("a,b,,2,3"), []string{"a.csv:2: x is empty"}},
		{"x a word", line("a,b,one,2,3"), []string{"a.csv:2: x: \"one\" is not a number", "12.5"}},
		{"y NaN", line("a,b,1,NaN,3"), []string{"a.csv:2: y"}},
		{"y infinite", line("a,b,1,-Inf,3"), []string{"a.csv:2: y"}},
		{"y far away", line("a,b,1,5001,3"), []string{"a.csv:2: y: 5001 is not between"}},
		{"heading", line("a,b,1,2,361"), []string{"a.csv:2: heading: 361 is not between"}},
		{"width zero", all + "a,b,1,2,3,,,0,,,,,\n", []string{"a.csv:2: width"}},
		{"depth below zero", all + "a,b,1,2,3,,,,-1,,,,\n", []string{"a.csv:2: depth"}},
		{"height huge", all + "a,b,1,2,3,,,,,61,,,\n", []string{"a.csv:2: height"}},
		{"elevation", all + "a,b,1,2,3,,up,,,,,,\n", []string{"a.csv:2: elevation"}},
		{"facings part", all + "a,b,1,2,3,,,,,,,2.5,\n", []string{"a.csv:2: facings: 2.5 is not a whole number"}},
		{"facings below zero", all + "a,b,1,2,3,,,,,,,-1,\n", []string{"a.csv:2: facings"}},
		{"params no pair", all + "a,b,1,2,3,,,,,,,,doors\n", []string{"a.csv:2: params: \"doors\"", "doors=3"}},
		{"params no name", all + "a,b,1,2,3,,,,,,,,=3\n", []string{"a.csv:2: params"}},
		{"params no number", all + "a,b,1,2,3,,,,,,,,doors=NaN\n", []string{"a.csv:2: params"}},
		{"params twice", all + "a,b,1,2,3,,,,,,,,d=1;d=2\n", []string{"a.csv:2: params: \"d\" stands twice"}},
		{"too many params", all + "a,b,1,2,3,,,,,,,," + strings.Repeat("d=1;", paramsMax+1) + "\n", []string{"a.csv:2: params: more than 50"}},
		{"too many products", all + "a,b,1,2,3,,,,,," + strings.Repeat("p;", productsMax+1) + ",,\n", []string{"a.csv:2: products: more than 200"}},
		{"long product", all + "a,b,1,2,3,,,,,," + strings.Repeat("p", textMax+1) + ",,\n", []string{"a.csv:2: products: an entry of 401 bytes"}},
		{"long name", all + "a,b,1,2,3," + strings.Repeat("이", textMax) + ",,,,,,,\n", []string{"a.csv:2: name: 1200 bytes", "shorten"}},
		{"huge line", line("a," + strings.Repeat("b", 1<<20) + ",1,2,3"), []string{"a.csv:2: class: 1048576 bytes"}},
		{"huge file", head + strings.Repeat("# "+strings.Repeat("x", 1000)+"\n", fileMax/1000) + "a,b,1,2,3\n", []string{"a.csv:"}},
		{"too many rows", head + strings.Repeat("a,b,1,2,3\n", rowsMax+1), []string{"a.csv:20002: more than 20000 rows", "split"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(c.text)
			if err == nil {
				t.Fatal("it was taken")
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("got %.300q, want %q in it", err, s)
				}
			}
		})
	}
}

func TestAllProblemsAreToldAtOnceWithinReason(t *testing.T) {
	_, err := read(head + "a,b,1,2,x\nok,b,1,2,3\nb,,1,2,3\n")
	var all Problems
	if !errors.As(err, &all) || len(all) != 2 || all[0].Line != 2 || all[1].Line != 4 {
		t.Errorf("got %v", err)
	}
	_, err = read(head + strings.Repeat("a,b,1,2,x\n", 5000))
	if !errors.As(err, &all) || len(all) != problemsMax+1 || !strings.Contains(all[problemsMax].Text, "more problems") {
		t.Errorf("%d problems: %v", len(all), all[len(all)-1])
	}
}

func TestAReaderThatFails(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, before := range []string{"", head, head + "a,b,1,2,3\n"} {
		if _, err := Read("a.csv", &failing{before, broken}); !errors.Is(err, broken) || !strings.Contains(err.Error(), "a.csv") {
			t.Errorf("after %q: %v", before, err)
		}
	}
}

type failing struct {
	left string
	err  error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.left == "" {
		return 0, f.err
	}
	n := copy(p, f.left)
	f.left = f.left[n:]
	return n, nil
}

// floor is a room of 10 by 6 metres with shelves of 2 by 1.
func floor() Floor {
	return Floor{
		Class: func(name string) (Facts, bool) {
			f, ok := map[string]Facts{
				"gondola-shelf": {Width: 2, Depth: 1, Solid: true}, "ceiling-light": {Width: 1, Depth: 1}, "sliding-door": {Width: 2, Depth: 0.2, Outside: true},
			}[name]
			return f, ok
		},
		Classes: []string{"ceiling-light", "gondola-shelf", "sliding-door"},
		Rooms:   [][]geom.Vec2{{{0, 0}, {10, 0}, {10, 6}, {0, 6}}},
	}
}

func check(t testing.TB, text string) error {
	t.Helper()
	rows, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	return Check([]List{{"a.csv", rows}}, floor())
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, text string
		says       []string // none: nothing is wrong
	}{
		{"fine", "a,gondola-shelf,2,2,0\nb,gondola-shelf,6,2,0\n", nil},
		{"side by side", "a,gondola-shelf,2,2,0\nb,gondola-shelf,4,2,0\n", nil},
		{"back to back", "a,gondola-shelf,2,2,0\nb,gondola-shelf,2,3,180\n", nil},
		{"under a light", "a,gondola-shelf,2,2,0\nl,ceiling-light,2,2,0\n", nil},
		{"a door in the wall", "d,sliding-door,5,-0.5,0\n", nil},
		{"at the wall", "a,gondola-shelf,1.8,2,90\nb,gondola-shelf,0.8,5.4,0\n", nil},
		{"turned beside", "a,gondola-shelf,2,2,0\nb,gondola-shelf,3.5,2,90\n", nil},
		{"diagonal, boxes meet", "a,gondola-shelf,2,2,45\nb,gondola-shelf,3.2,3.2,45\n", nil},
		{"overlapping", "a,gondola-shelf,2,2,0\nb,gondola-shelf,3.5,2,0\n", []string{"a.csv:3", `"b" stands 50 cm deep in "a" (a.csv:2)`, "move one"}},
		{"turned into", "a,gondola-shelf,2,2,0\nb,gondola-shelf,3.2,2,90\n", []string{"a.csv:3", "30 cm"}},
		{"the same place", "a,gondola-shelf,2,2,0\nb,gondola-shelf,2,2,0\n", []string{"a.csv:3", "100 cm"}},
		{"outside", "a,gondola-shelf,12,2,0\n", []string{"a.csv:2", `"a" at 12, 2 stands outside`, "move it"}},
		{"half outside", "a,gondola-shelf,9.6,2,0\n", []string{"a.csv:2", "outside"}},
		{"unknown class", "a,gondla-shelf,2,2,0\n", []string{"a.csv:2", `unknown class "gondla-shelf"`, `did you mean "gondola-shelf"?`}},
		{"unknown class in capitals", "a,Ceiling-Light,2,2,0\n", []string{`did you mean "ceiling-light"?`}},
		{"class from nowhere", "a,quux,2,2,0\n", []string{"the catalogue has ceiling-light, gondola-shelf"}},
		{"id twice", "a,gondola-shelf,2,2,0\nA,gondola-shelf,6,2,0\n", []string{"a.csv:3", `"A" stands at a.csv:2 already`}},
	} {
		err := check(t, head+c.text)
		if (err == nil) != (c.says == nil) {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: got %q, want %q in it", c.name, err, s)
			}
		}
	}
}

func TestIdsAreUniqueAcrossLists(t *testing.T) {
	rows, err := read(head + "a,gondola-shelf,2,2,0\n")
	if err != nil {
		t.Fatal(err)
	}
	err = Check([]List{{"a.csv", rows}, {"b.csv", rows}}, floor())
	if err == nil || !strings.Contains(err.Error(), "b.csv:2: id \"a\" stands at a.csv:2 already") {
		t.Errorf("got %v", err)
	}
	f := floor()
	f.Rooms = nil
	far, err := read(head + "a,gondola-shelf,900,2,0\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := Check([]List{{"a.csv", far}}, f); err != nil {
		t.Errorf("nobody knows the building: %v", err)
	}
}

// Two footprints overlap just when points of one lie in the other, and how deep
// does not depend on who is asked.
func TestDepthAgainstSampledPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		box := func(name string) placed {
			return place("a.csv", Row{
				X: rapid.Float64Range(-2, 2).Draw(t, name+" x"), Y: rapid.Float64Range(-2, 2).Draw(t, name+" y"),
				Heading: rapid.Float64Range(-360, 360).Draw(t, name+" heading"),
				Width:   rapid.Float64Range(0.2, 3).Draw(t, name+" width"), Depth: rapid.Float64Range(0.2, 3).Draw(t, name+" depth"),
			}, Facts{})
		}
		a, b := box("a"), box("b")
		depth := a.depth(b)
		if back := b.depth(a); math.Abs(back-depth) > 1e-9 {
			t.Fatalf("%v and %v", depth, back)
		}
		meets := false
		const n = 24
		for i := range n + 1 {
			for k := range n + 1 {
				u, v := float64(i)/n, float64(k)/n
				p := a.corner[0].Add(a.corner[1].Sub(a.corner[0]).Mul(u)).Add(a.corner[3].Sub(a.corner[0]).Mul(v))
				inside := true
				for _, axis := range b.axis {
					lo, hi := b.along(axis)
					inside = inside && p.Dot(axis) > lo && p.Dot(axis) < hi
				}
				meets = meets || inside
			}
		}
		if meets && depth <= 0 || !meets && depth > 0.4 {
			t.Fatalf("depth %v, points of one in the other: %v", depth, meets)
		}
	})
}

func TestALargeStoreIsCheckedSoon(t *testing.T) {
	var text strings.Builder
	text.WriteString(head)
	for i := range rowsMax {
		fmt.Fprintf(&text, "a%d,gondola-shelf,%d,%d,0\n", i, 2*(i%100), 2*(i/100))
	}
	rows, err := read(text.String())
	if err != nil {
		t.Fatal(err)
	}
	f := floor()
	f.Rooms = nil
	if err := Check([]List{{"a.csv", rows}}, f); err != nil {
		t.Errorf("%.200v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "a,gondola-shelf,2,2,0\n"))
	f.Add([]byte("\ufeff# x\r\nid,class,x,y,heading,params,products\r\n\"a\",b,1,2,3,d=1;e=2,\"p;q\"\r\n"))
	f.Add([]byte("\xff\xfe"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := Read("f", strings.NewReader(string(data)))
		var problems Problems
		if err != nil {
			if !errors.As(err, &problems) || len(problems) == 0 || problems[0].Line < 1 {
				t.Fatalf("an error without its line: %v", err)
			}
			return
		}
		if len(rows) == 0 {
			t.Fatal("no row and no problem")
		}
		for _, r := range rows {
			if !idForm.MatchString(r.ID) || r.Class == "" || math.Abs(r.X) > reachMax || math.Abs(r.Y) > reachMax || len(r.Name) > textMax {
				t.Fatalf("%+v", r)
			}
		}
		_ = Check([]List{{"f", rows}}, floor())
	})
}

func Example() {
	rows, err := Read("planogram.csv", strings.NewReader("id,class,name,x,y,heading\nfreezer-2,upright-freezer,냉동고 2,3.5,7,180\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	known := func(name string) (Facts, bool) {
		return Facts{Width: 1.6, Depth: 0.85, Solid: true}, name == "upright-freezer"
	}
	fmt.Println(rows[0].Name, Check([]List{{"planogram.csv", rows}}, Floor{Class: known}))
	_, err = Read("planogram.csv", strings.NewReader("id,class,x,y,heading\nfreezer-2,upright-freezer,3.5,seven,180\n"))
	fmt.Println(err)
	// Output:
	// 냉동고 2 <nil>
	// planogram.csv:2: y: "seven" is not a number; write it as 12.5
}
