package catalogue_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

func TestTheCatalogueIsClean(t *testing.T) {
	c := load(t)
	group := map[catalogue.Group]int{}
	for _, class := range c.Classes() {
		group[class.Group]++
		for _, p := range c.Lint(class) {
			t.Error(p)
		}
	}
	want := map[catalogue.Group]int{
		catalogue.Refrigeration: 8, catalogue.Display: 12, catalogue.Checkouts: 8, catalogue.Climate: 8,
		catalogue.Sensors: 6, catalogue.Kitchen: 8, catalogue.Furniture: 8, catalogue.People: 3,
	}
	for g, n := range want {
		if group[g] < n {
			t.Errorf("%d classes of %s, want %d", group[g], g, n)
		}
	}
}

const stool = `class: stool
title: {en: Stool, ko: 스툴}
group: furniture
mount: floor
size: [0.4, 0.5, 0.4]
parts:
  - part: body
    shapes:
      - {box: [-W/2, 0, -D/2, W/2, H, D/2], material: oak}
`

// TestLintNamesWhatIsWrong: each fault of a class file is told with its place
// and what mends it.
func TestLintNamesWhatIsWrong(t *testing.T) {
	for _, row := range []struct{ name, old, new, want string }{
		{"clean", "", "", ""},
		{"title", ", ko: 스툴", "", `no title in "ko"`},
		{"group", "group: furniture\n", "", "no group"},
		{"alias", "group:", "aliases: [sofa]\ngroup:", `also one of class "sofa"`},
		{"material", "oak", "unobtainium", "unobtainium"},
		{"unit", "parts:", "signals:\n  - {name: load, title: {en: Load, ko: 하중}, kind: analog, unit: stone, range: [0, 9]}\nparts:", "unknown unit"},
		{"range", "parts:", "signals:\n  - {name: load, title: {en: Load, ko: 하중}, kind: analog, unit: kg}\nparts:", "no range"},
		{"open outline", "{box: [-W/2, 0, -D/2, W/2, H, D/2], material: oak}", "{lathe: [[0.1, 0], [0.2, 0.1], [0.1, 0.2]], at: [0, 0, 0], material: oak}", "stool.yaml:9: part \"body\": a shape is not closed"},
		{"inside out", "{box: [-W/2, 0, -D/2, W/2, H, D/2], material: oak}", "{lathe: [[0, 0.2], [0.2, 0.2], [0.2, 0], [0, 0]], at: [0, 0, 0], material: oak}", "inside out"},
		{"clearance", "parts:", "clearance:\n  - {box: [0, 0, 0, 20, 1, 1], why: {en: Room, ko: 공간}}\nparts:", "far beyond"},
		{"port", "parts:", "ports:\n  - {kind: data, at: [0, 0, 0], toward: [0, 0, 3]}\nparts:", "length 3"},
		{"parameter", "parts:", "params:\n  - {name: sides, default: 8, min: 1, max: 8}\nparts:", "sides = 1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := strings.Replace(stool, row.old, row.new, 1)
			if row.name == "parameter" {
				text = strings.Replace(text, "{box: [-W/2, 0, -D/2, W/2, H, D/2], material: oak}", "{cylinder: [0, H/2, 0], radius: W/2, length: H, sides: sides, material: oak}", 1)
			}
			c, err := catalogue.Read(assets.Catalogue())
			if err != nil {
				t.Fatal(err)
			}
			var told string
			class, err := c.Add("stool.yaml", []byte(text))
			if err != nil {
				told = err.Error()
			} else {
				for _, p := range c.Lint(class) {
					told += p.String() + "\n"
				}
			}
			if row.want == "" && told != "" || !strings.Contains(told, row.want) {
				t.Errorf("told %q, want %q", told, row.want)
			}
		})
	}
}

func TestAFolderOfOnesOwnIsReadToo(t *testing.T) {
	c, err := catalogue.Read(assets.Catalogue(), catalogue.Folder{Files: fstest.MapFS{"stool.yaml": {Data: []byte(stool)}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Class("stool"); !ok {
		t.Error("the class of the folder is missing")
	}
	_, err = catalogue.Read(assets.Catalogue(), catalogue.Folder{Path: "shop/catalogue", Files: fstest.MapFS{"mine.yaml": {Data: []byte(strings.Replace(stool, "class: stool", "class: sofa", 1))}}})
	if err == nil || !strings.Contains(err.Error(), "sofa.yaml already") || !strings.HasPrefix(err.Error(), "shop/catalogue/mine.yaml:") {
		t.Errorf("a class that stands twice: %v", err)
	}
}

// TestEveryLoopClosesOverItsStroke: within a tenth of a millimetre, at every
// position of what drives it.
func TestEveryLoopClosesOverItsStroke(t *testing.T) {
	c := load(t)
	loops := 0
	for _, class := range c.Classes() {
		var s scene.Scene
		if err := catalogue.NewBuilder(c, &s).Place(twin.Asset{ID: "x-1", Class: class.Name, Size: class.UsualSize()}); err != nil {
			t.Fatal(err)
		}
		for _, l := range s.Loops {
			loops++
			for driving, j := range s.Joints {
				if slices.Contains(l.Passive, scene.JointID(driving)) || j.Mimic.Ratio != 0 {
					continue
				}
				at := make([]float64, len(s.Joints))
				for k := range 51 {
					at[driving] = j.Min + (j.Max-j.Min)*float64(k)/50
					if s.Resolve(at); s.Gap(l, at) > 1e-4 {
						t.Errorf("%s at %.2f: loop %s gapes by %.3g mm", class.Name, at[driving], l.Name, 1000*s.Gap(l, at))
					}
				}
			}
		}
	}
	if loops == 0 {
		t.Error("no class has a loop")
	}
}

func TestAPersonWalksWithOneSignal(t *testing.T) {
	c := load(t)
	class, _ := c.Class("person")
	var s scene.Scene
	if err := catalogue.NewBuilder(c, &s).Place(twin.Asset{ID: "anna-1", Class: "person", Size: class.UsualSize()}); err != nil {
		t.Fatal(err)
	}
	at := make([]float64, len(s.Joints))
	for i, j := range s.Joints {
		if j.Drive == "anna-1/stride" {
			at[i] = j.Position(20)
		}
	}
	s.Resolve(at)
	swing := map[string]float64{}
	for i, j := range s.Joints {
		swing[strings.TrimPrefix(j.Name, "anna-1/")] = at[i]
	}
	want := 20 * math.Pi / 180
	if math.Abs(swing["left-leg"]-want) > 1e-9 || math.Abs(swing["right-leg"]+want) > 1e-9 || swing["left-arm"] >= 0 || swing["right-arm"] <= 0 {
		t.Errorf("%v", swing)
	}
}

func TestCoarseFormsAreLighter(t *testing.T) {
	c := load(t)
	var total [3]int
	for level := range total {
		var s scene.Scene
		b := catalogue.NewCoarseBuilder(c, &s, level)
		for _, class := range c.Classes() {
			if err := b.Place(twin.Asset{ID: twin.AssetID(class.Name), Class: class.Name, Size: class.UsualSize()}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		total[level] = s.Triangles()
	}
	t.Logf("triangles of all classes, level by level: %v", total)
	if total[1] >= total[0] || total[2] >= total[1]*3/4 {
		t.Errorf("%v triangles", total)
	}
}

func FuzzClass(f *testing.F) {
	for _, name := range []string{"wall-cabinet.yaml", "island-freezer.yaml", "person.yaml"} {
		data, err := fsReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(stool))
	f.Add([]byte(strings.Replace(stool, "W/2, 0", "((((((1))))))*W, 0", 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := catalogue.Read(fstest.MapFS{
			"palette/materials.yaml": {Data: []byte("- {name: oak, color: \"#b88a57\", roughness: 0.6}\n")},
			"palette/goods.yaml":     {Data: []byte("- {kind: cereal, form: box, size: [0.19, 0.27, 0.07], colours: [oak]}\n")},
			"stool.yaml":             {Data: []byte(stool)},
		})
		if err != nil {
			t.Fatal(err)
		}
		class, err := c.Replace("fuzz.yaml", strings.NewReader(string(data)))
		if err != nil {
			if !strings.Contains(err.Error(), "fuzz.yaml") {
				t.Errorf("the error names no file: %v", err)
			}
			return
		}
		c.Lint(class)
	})
}
