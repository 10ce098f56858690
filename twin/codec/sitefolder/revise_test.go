package sitefolder

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// edit changes a file of a site as somebody with an editor does.
func edit(t *testing.T, file string, pairs ...string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(string(text), pairs[i]) {
			t.Fatalf("%s holds no %q:\n%s", file, pairs[i], text)
		}
	}
	if err := os.WriteFile(file, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o644); err != nil {
		t.Fatal(err)
	}
}

func cornerFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "site")
	if err := Create(dir, corner(), Contents{Made: map[string][]byte{"b": []byte("old")}}, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestWhatIsWrittenMeanwhileIsNotWrittenOver: somebody saves the file while it
// is being revised; the revision is made again, of what he wrote.
func TestWhatIsWrittenMeanwhileIsNotWrittenOver(t *testing.T) {
	dir := cornerFolder(t)
	asked := 0
	got, err := Revise(dir, func(now *twin.Site) (*twin.Site, error) {
		if asked++; asked == 1 {
			edit(t, filepath.Join(dir, siteFile), "모퉁이 가게 №1", "his name")
		}
		now.Assets[1].Name = "ours"
		return now, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	read, err := Read(dir)
	if err != nil || asked != 2 || !same(read, got) || got.Name != "his name" || got.Assets[1].Name != "ours" {
		t.Errorf("asked %d times, then the site is %q with %q (%v)", asked, got.Name, got.Assets[1].Name, err)
	}
	asked = 0
	_, err = Revise(dir, func(now *twin.Site) (*twin.Site, error) {
		asked++
		edit(t, filepath.Join(dir, siteFile), "format: 1\n", "format: 1\n# again\n")
		now.Assets[1].Name = "never"
		return now, nil
	})
	if err == nil || asked != revisions || !strings.Contains(err.Error(), "close the other program") {
		t.Errorf("against one who writes all the time: asked %d times, %v", asked, err)
	}
}

func TestARefusedRevisionChangesNothing(t *testing.T) {
	dir := cornerFolder(t)
	before := snapshot(t, dir)
	no := errors.New("no")
	if _, err := Revise(dir, func(*twin.Site) (*twin.Site, error) { return nil, no }); !errors.Is(err, no) {
		t.Errorf("got %v", err)
	}
	if after := snapshot(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("the folder changed:\n%v\n%v", before, after)
	}
	edit(t, filepath.Join(dir, siteFile), "kind: store", "kind: [store")
	before = snapshot(t, dir)
	if err := put(dir, corner()); err == nil || !strings.Contains(err.Error(), "site.yaml:") {
		t.Errorf("over a file that cannot be read: %v", err)
	}
	if after := snapshot(t, dir); !reflect.DeepEqual(before, after) {
		t.Errorf("the folder changed:\n%v\n%v", before, after)
	}
}

func TestCommentsStayWithWhatTheyStandAt(t *testing.T) {
	dir := cornerFolder(t)
	edit(t, filepath.Join(dir, siteFile),
		"format: 1", "# ours since 1998\nformat: 1 # of the file",
		"  - id: freezer-2", "  # bought second hand\n  # from Kim\n  - id: freezer-2 # loud",
		"doors: 2", "doors: 2", "    class: upright-freezer", "    # was a chest\n    class: upright-freezer",
		"writable: true}", "writable: true} # ask first", "  - id: shelf-1", "  # promotion\n  - id: shelf-1")
	edit(t, filepath.Join(dir, layoutFile), "yaw: 90}", "yaw: 90} # measured")
	next, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	next.Name = "new"
	next.Assets[0].Name = "renamed"
	next.Assets = append([]twin.Asset{{ID: "first", Class: "gondola-shelf", Size: next.Assets[1].Size}}, next.Assets...)
	for what, write := range map[string]func() error{
		"saving":   func() error { return put(dir, next) },
		"renewing": func() error { return Renew(dir, next, Contents{}) },
	} {
		if err := write(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		site, err := os.ReadFile(filepath.Join(dir, siteFile))
		if err != nil {
			t.Fatal(err)
		}
		layout, err := os.ReadFile(filepath.Join(dir, layoutFile))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"# ours since 1998\nformat: 1 # of the file\n", "  # bought second hand\n  # from Kim\n  - id: freezer-2 # loud\n    # was a chest\n",
			"writable: true} # ask first\n", "  # promotion\n  - id: shelf-1\n", "name: renamed\n",
		} {
			if !strings.Contains(string(site), want) {
				t.Errorf("after %s site.yaml holds no %q:\n%s", what, want, site)
			}
		}
		if !strings.Contains(string(layout), "yaw: 90} # measured\n") {
			t.Errorf("after %s layout.yaml is\n%s", what, layout)
		}
		if got, err := Read(dir); err != nil || !same(got, next) {
			t.Errorf("after %s: %v", what, err)
		}
	}
}

func TestWhatIsSetAsideStaysUntilASaveGoesThrough(t *testing.T) {
	dir := cornerFolder(t)
	other := corner()
	other.Name = "other"
	if err := SetAside(dir, other); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(filepath.Join(dir, adaptedDir)); err != nil || !same(got, other) {
		t.Errorf("beside stands %+v (%v)", got, err)
	}
	if got, err := Read(dir); err != nil || !same(got, corner()) {
		t.Errorf("in its place stands %+v (%v)", got, err)
	}
	if err := put(dir, corner()); err != nil {
		t.Fatal(err)
	}
	if exists(filepath.Join(dir, adaptedDir)) {
		t.Error("it stays beside after a save that went through")
	}
}

func TestPutMade(t *testing.T) {
	dir := cornerFolder(t)
	for _, name := range []string{"b", "new/c"} {
		if err := PutMade(dir, name, []byte("new")); err != nil {
			t.Fatal(err)
		}
		if got, err := Made(dir, name); err != nil || string(got) != "new" {
			t.Errorf("%s is %q (%v)", name, got, err)
		}
	}
	if err := PutMade(dir, "../x", nil); err == nil {
		t.Error("it wrote outside its folder")
	}
	if names := list(t, filepath.Join(dir, madeDir)); !reflect.DeepEqual(names, []string{"b", "new"}) {
		t.Errorf("it left %v", names)
	}
}
