package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/twin"
)

// grown is the shop with one more thing, whose signal the shop does not tell,
// and what that changed.
func grown() (*twin.Site, []twin.SiteChange) {
	site := shopSite()
	site.Assets = append(site.Assets, twin.Asset{ID: "oven-1", Name: "oven-1", Class: "oven"})
	site.Signals = append(site.Signals, twin.Signal{ID: "oven-1/power", Asset: "oven-1", Name: "power", Kind: twin.Analog})
	return site, []twin.SiteChange{{Kind: twin.AssetAdded, Asset: "oven-1", Name: "oven-1", After: site.Fittings()["oven-1"]}}
}

func fitOf(site *twin.Site) app.Fit { return app.Fit{Site: site, Scene: shopScene()} }

func assets(s *twin.Site) string {
	var out []string
	for _, a := range s.Assets {
		out = append(out, string(a.ID))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

const (
	small = "freezer-1 light-1 shelf-1 sign-1"
	large = "freezer-1 light-1 oven-1 shelf-1 sign-1"
)

// notes are what the journal tells of the site, each with who decided it.
func (r *run) notes() (out []twin.SiteNote) {
	r.t.Helper()
	if err := r.store.Events(ctx, 1, func(e twin.Event) error {
		if e.Kind != twin.SiteChanged {
			return nil
		}
		var n twin.SiteNote
		err := json.Unmarshal(e.Body, &n)
		if n.By != e.Actor {
			r.t.Errorf("event %d is of %q, its note of %q", e.Seq, e.Actor, n.By)
		}
		out = append(out, n)
		return err
	}); err != nil {
		r.t.Fatal(err)
	}
	return out
}

func TestRefitKeepsWhatStays(t *testing.T) {
	r := start(t, t.TempDir(), &shop{now: noon, air: -20})
	defer r.end()
	r.recall()
	r.link(true, "")
	r.lasts(5*time.Minute, nil)
	before := r.now()
	site, changes := grown()
	if err := r.Refit(ctx, fitOf(site), twin.SiteNote{Plant: "sim", By: "mina", Changes: changes}); err != nil {
		t.Fatal(err)
	}
	v := r.now()
	if v.Revision != before.Revision+1 || v.Site != site || r.Site() != site || v.Scene == before.Scene {
		t.Errorf("revision %d after %d, site %s", v.Revision, before.Revision, assets(v.Site))
	}
	if len(v.Changes) != 1 || v.Changes[0].Revision != v.Revision || v.Changes[0].Asset != "oven-1" {
		t.Errorf("the view tells %+v", v.Changes)
	}
	for id, x := range before.Samples {
		if got := v.Samples[id]; got.Value != x.Value && x.Quality != twin.Missing || got.Quality != x.Quality || !got.At.Equal(x.At) {
			t.Errorf("%s was %+v and is %+v", id, x, got)
		}
	}
	if !slices.Equal(v.Joints, before.Joints) {
		t.Errorf("joints were %v and are %v", before.Joints, v.Joints)
	}
	if x := v.Samples["oven-1/power"]; x.Quality != twin.Missing {
		t.Errorf("a signal that was never heard is %+v", x)
	}
	if err := r.Receive([]twin.Sample{{Signal: "oven-1/power", At: r.plant.now, Value: 7, Quality: twin.Good}}); err != nil {
		t.Fatal(err)
	}
	if x := r.now().Samples["oven-1/power"]; !x.Live() || x.Value != 7 {
		t.Errorf("the new signal is heard as %+v", x)
	}
	if n := r.notes(); len(n) != 1 || n[0].By != "mina" || n[0].Changes[0].After == nil {
		t.Errorf("the journal tells %+v", n)
	}
	for range 30 { // only the newest are told
		if err := r.Tell(ctx, twin.SiteNote{Changes: []twin.SiteChange{{Kind: twin.AssetKept, Asset: "sign-1"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if v := r.now(); len(v.Changes) != 20 || v.Changes[19].Kind != twin.AssetKept || v.Revision != before.Revision+31 {
		t.Errorf("%d changes are told, revision %d", len(v.Changes), v.Revision)
	}
}

func TestASiteThatCannotBeOperatedIsNotShown(t *testing.T) {
	r := start(t, t.TempDir(), &shop{now: noon, air: -20})
	defer r.end()
	r.recall()
	before := r.now()
	site, changes := grown()
	site.Guards = []twin.Guard{{ID: "broken", Expr: "value <"}}
	if err := r.Refit(ctx, fitOf(site), twin.SiteNote{Changes: changes}); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("got %v, want the guard named", err)
	}
	if v := r.now(); v.Revision != before.Revision || v.Site != before.Site || len(v.Changes) > 0 || len(r.notes()) > 0 {
		t.Errorf("after an error it shows %s, revision %d", assets(v.Site), v.Revision)
	}
}

// TestThePastIsShownWithTheSiteOfThen: what the journal tells of the site is
// undone for a moment before it, in this run and in the next.
func TestThePastIsShownWithTheSiteOfThen(t *testing.T) {
	dir, plant := t.TempDir(), &shop{now: noon, air: -20}
	drawn := 0
	draw := func(_ context.Context, s *twin.Site) (app.Fit, error) { drawn++; return fitOf(s), nil }
	r := startOn(t, dir, plant, shopSite(), draw)
	r.recall()
	r.link(true, "")
	r.lasts(5*time.Minute, nil)
	early := plant.now
	r.lasts(5*time.Minute, nil)
	site, changes := grown()
	if err := r.Refit(ctx, fitOf(site), twin.SiteNote{Changes: changes}); err != nil {
		t.Fatal(err)
	}
	r.lasts(5*time.Minute, nil)
	late := plant.now
	// The freezer becomes a chest, too, and its door is no more.
	chest := *site
	chest.Assets, chest.Signals = slices.Clone(site.Assets), slices.DeleteFunc(slices.Clone(site.Signals), func(g twin.Signal) bool { return g.Name == "door-close-command" })
	chest.Assets[0].Class = "chest"
	retyped := twin.SiteChange{Kind: twin.AssetRetyped, Asset: "freezer-1", Before: site.Fittings()["freezer-1"], After: chest.Fittings()["freezer-1"]}
	r.lasts(time.Minute, nil)
	if err := r.Refit(ctx, fitOf(&chest), twin.SiteNote{Changes: []twin.SiteChange{retyped}}); err != nil {
		t.Fatal(err)
	}
	r.lasts(time.Minute, nil)
	check := func(when string) {
		t.Helper()
		for _, row := range []struct {
			at     time.Time
			assets string
			class  string
		}{{early, small, "freezer-1"}, {late, large, "freezer-1"}, {plant.now, large, "chest"}} {
			v := r.back(row.at)
			freezer, _ := v.Site.Asset("freezer-1")
			_, door := v.Samples["freezer-1/door-close-command"]
			if assets(v.Site) != row.assets || freezer.Class != row.class || door != (row.class != "chest") {
				t.Errorf("%s: at %s there are %s, the freezer is a %s, door %v", when, row.at, assets(v.Site), freezer.Class, door)
			}
			if x := v.Samples["freezer-1/air-temperature"]; x.Quality != twin.Good {
				t.Errorf("%s: at %s the air is %+v", when, row.at, x)
			}
			if v.Scene == nil || len(v.Joints) != len(v.Scene.Joints) {
				t.Errorf("%s: at %s the joints are not of the scene", when, row.at)
			}
		}
	}
	check("live")
	check("again")
	if drawn != 2 {
		t.Errorf("two sites of the past were drawn %d times", drawn)
	}
	r.end()
	r = startOn(t, dir, plant, &chest, draw)
	defer r.end()
	r.recall()
	check("after a restart")
	if got := r.now().Site; got != &chest {
		t.Errorf("the present is %s", assets(got))
	}
}

func TestAPastThatCannotBeDrawnIsAnError(t *testing.T) {
	for _, draw := range []func(context.Context, *twin.Site) (app.Fit, error){
		nil, func(context.Context, *twin.Site) (app.Fit, error) { return app.Fit{}, errors.New("no such class") },
	} {
		plant := &shop{now: noon, air: -20}
		r := startOn(t, t.TempDir(), plant, shopSite(), draw)
		r.recall()
		r.link(true, "")
		r.lasts(5*time.Minute, nil)
		early := plant.now
		r.lasts(time.Minute, nil)
		site, changes := grown()
		if err := r.Refit(ctx, fitOf(site), twin.SiteNote{Changes: changes}); err != nil {
			t.Fatal(err)
		}
		v, err := r.View(ctx, early)
		if draw == nil && (err != nil || v.Site != site) { // nobody draws: as it is now
			t.Errorf("got %v", err)
		}
		if draw != nil && (err == nil || !strings.Contains(err.Error(), "no such class")) {
			t.Errorf("got %v, want why it cannot be drawn", err)
		}
		r.end()
	}
}

// TestManyChangesFitIntoTheJournal: a plant that changes as a whole is told in
// several events, and one monstrous thing without how it was.
func TestManyChangesFitIntoTheJournal(t *testing.T) {
	r := start(t, t.TempDir(), &shop{now: noon, air: -20})
	defer r.end()
	r.recall()
	thing := func(id string, signals int) *twin.Fitting {
		f := &twin.Fitting{Asset: twin.Asset{ID: twin.AssetID(id), Class: "rack"}}
		for i := range signals {
			f.Signals = append(f.Signals, twin.Signal{ID: twin.SignalOf(f.Asset.ID, fmt.Sprint("value-", i)), Asset: f.Asset.ID, Name: fmt.Sprint("value-", i), Kind: twin.Analog})
		}
		return f
	}
	var changes []twin.SiteChange
	for i := range 3000 {
		id := fmt.Sprint("rack-", i)
		changes = append(changes, twin.SiteChange{Kind: twin.AssetAdded, Asset: twin.AssetID(id), After: thing(id, 3)})
	}
	changes = append(changes, twin.SiteChange{Kind: twin.AssetAdded, Asset: "monster", After: thing("monster", 20_000)})
	if err := r.Refit(ctx, app.Fit{Site: shopSite(), Scene: &scene.Scene{}}, twin.SiteNote{Plant: "sim", Changes: changes}); err != nil {
		t.Fatal(err)
	}
	var told []twin.SiteChange
	notes := r.notes()
	for _, n := range notes {
		told = append(told, n.Changes...)
	}
	if len(notes) < 2 || len(told) != len(changes) || told[7].After == nil || told[3000].Asset != "monster" || told[3000].After != nil {
		t.Errorf("%d events tell %d of %d changes", len(notes), len(told), len(changes))
	}
}

func TestWhatIsAskedIsAnsweredOnce(t *testing.T) {
	r := start(t, t.TempDir(), &shop{now: noon, air: -20})
	defer r.end()
	if err := r.Settle(ctx, "freezer-1", true, "mina"); err == nil {
		t.Error("an answer to no question was taken")
	}
	var said string
	r.Ask([]twin.SiteChange{{Asset: "freezer-1"}}, func(_ context.Context, asset twin.AssetID, follow bool, by string) error {
		said = fmt.Sprint(asset, follow, by)
		r.Ask(nil, nil)
		return nil
	})
	if v := r.now(); len(v.Asked) != 1 {
		t.Errorf("asked %+v", v.Asked)
	}
	if err := r.Settle(ctx, "light-1", true, "mina"); err == nil {
		t.Error("an answer of another thing was taken")
	}
	if err := r.Settle(ctx, "freezer-1", false, "mina"); err != nil || said != "freezer-1falsemina" || len(r.now().Asked) > 0 {
		t.Errorf("said %q (%v), asked %+v", said, err, r.now().Asked)
	}
}
