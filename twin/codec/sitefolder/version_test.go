package sitefolder

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

func TestALayoutReadsAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		site := anySite(t)
		v := Version{Name: "a b-1", Note: passages.Draw(t, "note")}
		for _, a := range site.Assets {
			switch rapid.IntRange(0, 2).Draw(t, "fate") {
			case 0: // it goes
			case 1:
				a.Pose.Position[0] += 1
				a.Finish = map[string]string{"wood": "#123456"}
				v.Assets = append(v.Assets, a)
			default:
				v.Assets = append(v.Assets, a)
			}
		}
		if rapid.Bool().Draw(t, "add") {
			v.Assets = append(v.Assets, twin.Asset{ID: "added-1", Class: "x", Size: geom.Vec3{1, 1, 1}, Facings: []twin.Facing{{Board: 2, Product: "tea", Count: 3}}})
		}
		data, err := FormatVersion(site, v)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseVersion(site, v.Name, data)
		if err != nil {
			t.Fatal(err)
		}
		if !same(&twin.Site{Assets: got.Assets}, &twin.Site{Assets: v.Assets}) || got.Note != v.Note {
			t.Fatalf("got  %+v\nwant %+v\n%s", got, v, data)
		}
	})
}

func TestVersionsAreFilesOfTheSite(t *testing.T) {
	dir := t.TempDir()
	site := corner()
	if names, err := Versions(dir); err != nil || len(names) > 0 {
		t.Fatalf("%v, %v", names, err)
	}
	if _, err := ReadVersion(dir, site, "wider"); err == nil || !strings.Contains(err.Error(), "none yet") {
		t.Errorf("a missing layout: %v", err)
	}
	v := Version{Name: "넓은 통로", Assets: append([]twin.Asset(nil), site.Assets...)}
	v.Assets[0].Pose.Position[0] += 0.5
	if err := WriteVersion(dir, site, v); err != nil {
		t.Fatal(err)
	}
	if names, err := Versions(dir); err != nil || !reflect.DeepEqual(names, []string{"넓은 통로"}) {
		t.Errorf("%v, %v", names, err)
	}
	got, err := ReadVersion(dir, site, v.Name)
	if err != nil || got.Assets[0].Pose.Position != v.Assets[0].Pose.Position {
		t.Errorf("%+v, %v", got, err)
	}
	// What the site gains later stands in the layout, too.
	later := *site
	later.Assets = append(append([]twin.Asset(nil), site.Assets...), twin.Asset{ID: "new", Class: "x", Size: geom.Vec3{1, 1, 1}})
	if got, err = ReadVersion(dir, &later, v.Name); err != nil || len(got.Assets) != len(later.Assets) {
		t.Errorf("after the site grew: %d things, %v", len(got.Assets), err)
	}
	for _, name := range []string{"", "../x", "a/b", ".hidden", "x ", "a\nb", strings.Repeat("x", 61)} {
		if err := WriteVersion(dir, site, Version{Name: name}); err == nil {
			t.Errorf("the name %q was taken", name)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, layoutsDir, "*.part")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := os.Stat(filepath.Join(dir, layoutsDir, "넓은 통로.yaml")); err != nil {
		t.Error(err)
	}
}

func TestAWrongLayoutIsToldWithItsLine(t *testing.T) {
	site := corner()
	id := string(site.Assets[0].ID)
	for text, want := range map[string]string{
		"format: 2\n": "layouts/x.yaml:1:9: format: 2 is not 1",
		"format: 1\nposes:\n  - {asset: " + id + ", at: [1, 2], yaw: 0}\n":                           "layouts/x.yaml:3",
		"format: 1\nposes:\n  - {asset: " + id + ", at: [1, 0, .nan], yaw: 0}\n":                     "layouts/x.yaml:3",
		"format: 1\nposes:\n  - {asset: " + id + ", at: [1, 0, 2], yaw: 0}\nremoved: [" + id + "]\n": "is removed and placed",
		"format: 1\nadded:\n  - {id: a, class: b, name: c, size: [1, 1, 1]}\n":                       "stands nowhere",
		"format: 1\nchanged:\n  - {id: nobody, class: b, name: c, size: [1, 1, 1]}\n":                "none of the site",
		"format: 1\nlayout: 3\n": "the key \"layout\" is not known",
		"format: 1\nadded:\n  - {id: a, class: b, name: c, size: [1, 1, 1], facings: [{board: 0, product: p, count: 1}]}\nposes:\n  - {asset: a, at: [0, 0, 0], yaw: 0}\n":             "give a board from 1",
		"format: 1\nadded:\n  - {id: a, class: b, name: c, size: [1, 1, 1], bare: true, facings: [{board: 1, product: p, count: 1}]}\nposes:\n  - {asset: a, at: [0, 0, 0], yaw: 0}\n": "remove one of the two",
	} {
		if _, err := ParseVersion(site, "x", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q\n got %v\nwant %s", text, err, want)
		}
	}
}

func FuzzParseVersion(f *testing.F) {
	site := corner()
	v := Version{Name: "x", Note: "why", Assets: append([]twin.Asset(nil), site.Assets[1:]...)}
	v.Assets = append(v.Assets, twin.Asset{ID: "added-1", Class: "x", Size: geom.Vec3{1, 1, 1}, Finish: map[string]string{"a": "b"}, Facings: []twin.Facing{{Product: "p", Count: 1}}})
	data, err := FormatVersion(site, v)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte("format: 1\nremoved: [a, b]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ParseVersion(site, "x", data)
		if err != nil {
			return
		}
		again, err := FormatVersion(site, v)
		if err != nil {
			t.Fatalf("a layout that was read cannot be written: %v", err)
		}
		w, err := ParseVersion(site, "x", again)
		if err != nil || !same(&twin.Site{Assets: v.Assets}, &twin.Site{Assets: w.Assets}) {
			t.Fatalf("it reads differently after writing: %v\n%s", err, again)
		}
	})
}
