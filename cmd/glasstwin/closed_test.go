package main

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

// journalOfChanges reads what a journal tells of changes of the site: kind and
// asset, in order, each with who decided it.
func journalOfChanges(t *testing.T, o *openedSite) []string {
	t.Helper()
	store, err := openJournal(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close(context.Background())
	var out []string
	if err := store.Events(t.Context(), 1, func(e twin.Event) error {
		if e.Kind != twin.SiteChanged {
			return nil
		}
		var n twin.SiteNote
		if err := json.Unmarshal(e.Body, &n); err != nil {
			return err
		}
		for _, c := range n.Changes {
			out = append(out, string(c.Kind)+" "+string(c.Asset)+" "+e.Actor)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWhatChangedWhileNobodyLookedIsFollowedAtOpening: a device that came is
// placed and told like one that comes while the program runs; a guarded one that
// went is asked about, and the answer holds.
func TestWhatChangedWhileNobodyLookedIsFollowedAtOpening(t *testing.T) {
	t.Parallel()
	o, at := demoSite(t)
	maintain := maintenance(t, at)
	bound := func(r *runningSite, id twin.SignalID) bool {
		return slices.ContainsFunc(r.session.Site().Bindings, func(b twin.Binding) bool { return b.Signal == id })
	}
	asked := func(v app.View) []string {
		var out []string
		for _, c := range v.Asked {
			out = append(out, string(c.Kind)+" "+string(c.Asset))
		}
		return out
	}

	r, end := running(t, o, at)
	v := until(t, r, "the first look", looked(r))
	if len(v.Changes) > 0 || len(v.Asked) > 0 {
		t.Fatalf("of a plant that did not change is told %+v, and asked %v", v.Changes, asked(v))
	}
	end()
	maintain("AddDevice", "freezer-7", "upright-freezer", "")
	maintain("RemoveDevice", "freezer-3")
	maintain("RemoveDevice", "freezer-4")
	maintain("RemoveDevice", "light-2") // nothing guards a light

	o, err := openSite(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	r, end = running(t, o, at)
	v = until(t, r, "the new freezer", func(v app.View) bool {
		return drawn(v, "freezer-7") && v.Samples["freezer-7/air-temperature"].Live() && looked(r)(v)
	})
	if got := asked(v); !slices.Equal(got, []string{"unbound freezer-3", "unbound freezer-4"}) {
		t.Errorf("asked %v", got)
	}
	if !bound(r, "freezer-3/air-temperature") || bound(r, "light-2/level") {
		t.Error("what was guarded was let go without a word, or what was not is still bound")
	}
	if err := r.session.Settle(t.Context(), "freezer-3", true, "mina"); err != nil {
		t.Fatal(err)
	}
	if err := r.session.Settle(t.Context(), "freezer-4", false, "mina"); err != nil {
		t.Fatal(err)
	}
	if bound(r, "freezer-3/air-temperature") || !bound(r, "freezer-4/air-temperature") {
		t.Error("it was not done as was said")
	}
	if err := r.session.Settle(t.Context(), "freezer-4", true, "mina"); err == nil {
		t.Error("what was answered can be answered again")
	}
	v = until(t, r, "no more questions", func(v app.View) bool { return len(v.Asked) == 0 })
	if !slices.ContainsFunc(v.Unexplained, func(s twin.Suggestion) bool { return s.What == "freezer-3" }) {
		t.Errorf("freezer-3 is not told to be unexplained: %+v", v.Unexplained)
	}
	end()
	if got, want := journalOfChanges(t, o), []string{"unbound light-2 ", "added freezer-7 ", "unbound freezer-3 mina", "kept freezer-4 mina"}; !slices.Equal(got, want) {
		t.Errorf("the journal tells %q, want %q", got, want)
	}

	if o, err = openSite(t.Context(), o.dir); err != nil {
		t.Fatal(err)
	}
	r, end = running(t, o, at)
	v = until(t, r, "the first look again", looked(r))
	if len(v.Changes) > 0 || len(v.Asked) > 0 || !bound(r, "freezer-4/air-temperature") {
		t.Errorf("asked again %v, told again %+v", asked(v), v.Changes)
	}
	maintain("AddDevice", "freezer-4", "upright-freezer", "")
	until(t, r, "freezer-4 again", func(now app.View) bool {
		x := now.Samples["freezer-4/air-temperature"]
		return x.Live() && x.At.After(v.At)
	})
	end()
}
