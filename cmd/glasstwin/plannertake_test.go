package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/app/desktop"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/codec/sitefolder"
	"github.com/glasstwin/glasstwin/twin/generate"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// A proposal that is approved is the plan: it is kept beside how the site stood,
// with its work order, and the journal tells of it; then it is taken back. Another
// is denied, which the journal tells, too.
func TestAProposalBecomesThePlan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kiosk")
	list := write(t, "planogram.csv", "id,class,x,y,heading\na,shelf-section,2,2,90\nb,shelf-section,2,5,90\nc,upright-freezer,6,4,90\n")
	if text, err := program(t, "generate", list, "-o", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	o, err := openSite(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	speak, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runSite(t.Context(), o, plantAccess{}, speak, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(t.Context())
	plan, err := generate.Planner(o.site, o.building, o.catalogue)
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.plans(o, func() string { return "mina" })(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	from := layout.Of(o.site)
	edit, err := from.Move([]twin.AssetID{"a"}, [2]float64{0.4, 0})
	if err != nil {
		t.Fatal(err)
	}
	to, err := from.Do(edit)
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Allowed(to); err != nil {
		t.Fatal(err)
	}
	why := desktop.Why{Name: "proposal 1", Before: "before proposal 1", Title: "Work order", Steps: []string{"a moves"}, Figures: []string{"congestion"}}
	got, err := p.Take(t.Context(), from, to, why)
	if err != nil {
		t.Fatal(err)
	}
	names, err := layout.Versions(dir)
	if err != nil || !slices.Equal(names, []string{"before proposal 1", "proposal 1"}) {
		t.Errorf("it keeps %q (%v)", names, err)
	}
	if len(got.Files) != 2 || filepath.Dir(got.Files[0]) != ordersDir(dir) {
		t.Fatalf("the work order is in %q", got.Files)
	}
	table, err := os.ReadFile(got.Files[1])
	if err != nil || !strings.Contains(string(table), "\n1,a,") {
		t.Errorf("the table is %q (%v)", table, err)
	}
	stands := func(want layout.Layout, when string) {
		t.Helper()
		site, err := sitefolder.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if d := layout.Compare(want, layout.Of(site)); !d.Empty() {
			t.Errorf("%s, the folder differs:\n%s", when, d)
		}
		if d := layout.Compare(want, layout.Of(r.session.Site())); !d.Empty() {
			t.Errorf("%s, the twin differs:\n%s", when, d)
		}
	}
	stands(to, "approved")
	if err := p.Adopt(t.Context(), to, from); err != nil {
		t.Fatal(err)
	}
	stands(from, "taken back")
	if err := p.Decline(t.Context(), []twin.AssetID{"b"}, why, "too far"); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	err = r.store.Events(t.Context(), 1, func(e twin.Event) error {
		if e.Kind == twin.LayoutDecided {
			var n twin.LayoutNote
			if err := json.Unmarshal(e.Body, &n); err != nil {
				return err
			}
			if n.Approved && (n.Version != "proposal 1" || n.Before != "before proposal 1" || len(n.Orders) != 2) || !n.Approved && n.Reason != "too far" {
				t.Errorf("the journal tells %+v", n)
			}
		}
		if e.Kind == twin.LayoutDecided || e.Kind == twin.SiteChanged {
			kinds = append(kinds, string(e.Kind)+" by "+e.Actor)
		}
		return nil
	})
	if want := []string{"layout.decided by mina", "site.changed by mina", "site.changed by mina", "layout.decided by mina"}; err != nil || !slices.Equal(kinds, want) {
		t.Errorf("the journal holds %q (%v)", kinds, err)
	}
}
