package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
)

// rewrite changes a file as somebody with an editor does, while the program
// runs.
func rewrite(t *testing.T, file, old, new string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), old) != 1 {
		t.Fatalf("%s holds %q %d times", file, old, strings.Count(string(text), old))
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), old, new, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWhatAUserWroteWhileFollowingIsKept: site.yaml and layout.yaml are edited
// while the program runs and its plant changes; no edit is lost, neither where it
// joins with what the plant changed nor where it contradicts that.
func TestWhatAUserWroteWhileFollowingIsKept(t *testing.T) {
	t.Parallel()
	o, at := demoSite(t)
	r, end := running(t, o, at)
	until(t, r, "the first look at the plant", looked(r))
	maintain := maintenance(t, at)
	site, layout := filepath.Join(o.dir, "site.yaml"), filepath.Join(o.dir, "layout.yaml")
	kept := func() *twin.Site {
		t.Helper()
		s, err := sitefolder.Read(o.dir)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	asset := func(s *twin.Site, id twin.AssetID) twin.Asset { a, _ := s.Asset(id); return a }

	before := asset(kept(), "freezer-2")
	rewrite(t, site, "name: "+before.Name+"\n", "name: The loud one # ask Kim\n")
	rewrite(t, layout, "asset: freezer-1, at: [", "asset: freezer-1, at: [0.125, ")
	text, err := os.ReadFile(layout)
	if err != nil {
		t.Fatal(err)
	}
	line := string(text[strings.Index(string(text), "asset: freezer-1, "):])
	line = line[:strings.Index(line, "\n")]
	parts := strings.Split(line, ", ") // asset, [0.125, x, y, z], yaw
	rewrite(t, layout, line, strings.Join(slices.Delete(parts, 2, 3), ", "))
	maintain("AddDevice", "freezer-7", "upright-freezer", "")
	until(t, r, "the new freezer and the edits", func(v app.View) bool {
		return drawn(v, "freezer-7") && asset(r.session.Site(), "freezer-2").Name == "The loud one" && asset(r.session.Site(), "freezer-1").Pose.Position[0] == 0.125
	})
	now := kept()
	if asset(now, "freezer-2").Name != "The loud one" || asset(now, "freezer-1").Pose.Position[0] != 0.125 || asset(now, "freezer-7").Class != "upright-freezer" {
		t.Errorf("the folder holds %+v, %+v and %+v", asset(now, "freezer-2"), asset(now, "freezer-1"), asset(now, "freezer-7"))
	}
	if text, err := os.ReadFile(site); err != nil || !strings.Contains(string(text), "name: The loud one # ask Kim\n") {
		t.Errorf("the comment is lost (%v)", err)
	}

	// The user and the plant make the newcomer two different things.
	text, err = os.ReadFile(site)
	if err != nil {
		t.Fatal(err)
	}
	block := string(text[strings.Index(string(text), "  - id: freezer-7\n"):])
	block = block[:strings.Index(block, "    name:")]
	rewrite(t, site, block, strings.Replace(block, "upright-freezer", "beverage-cooler", 1))
	wrote, err := os.ReadFile(site)
	if err != nil {
		t.Fatal(err)
	}
	maintain("RetypeDevice", "freezer-7", "chest-freezer")
	v := until(t, r, "the chest in the picture", func(app.View) bool { return asset(r.session.Site(), "freezer-7").Class == "chest-freezer" })
	i := slices.IndexFunc(v.Changes, func(c app.Change) bool { return c.Kind == twin.SiteUnsaved })
	if i < 0 || !strings.Contains(v.Changes[i].Name, "freezer-7") {
		t.Errorf("the window is told %+v", v.Changes)
	}
	if text, err := os.ReadFile(site); err != nil || string(text) != string(wrote) {
		t.Errorf("what the user wrote is not as it was (%v)", err)
	}
	if beside, err := sitefolder.Read(filepath.Join(o.dir, "adapted")); err != nil || asset(beside, "freezer-7").Class != "chest-freezer" {
		t.Errorf("beside it stands %+v (%v)", asset(beside, "freezer-7"), err)
	}

	// He gives in, by hand, and the rest of what the plant told comes in, too.
	rewrite(t, site, strings.Replace(block, "upright-freezer", "beverage-cooler", 1), block)
	end()
	now = kept()
	if asset(now, "freezer-7").Class != "chest-freezer" || asset(now, "freezer-2").Name != "The loud one" {
		t.Errorf("after he gave in the folder holds %+v and %+v", asset(now, "freezer-7"), asset(now, "freezer-2"))
	}
	if _, err := os.Stat(filepath.Join(o.dir, "adapted")); !os.IsNotExist(err) {
		t.Errorf("what was set aside is still there: %v", err)
	}
}

// looked tells that the plant was looked through once: what changes from then
// on is followed.
func looked(r *runningSite) func(app.View) bool {
	return func(app.View) bool {
		r.follow.mu.Lock()
		defer r.follow.mu.Unlock()
		return r.follow.looked
	}
}
