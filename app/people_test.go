package app_test

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// Who was seen is seen again when the site is opened anew and one looks back to
// then; at the present, without a plant, nobody is.
func TestPeopleAreSeenAgain(t *testing.T) {
	dir, plant := t.TempDir(), &shop{now: noon, air: -20}
	site := shopSite()
	site.Signals = append(site.Signals, twin.Signal{ID: "sign-1/positions", Asset: "sign-1", Name: "positions", Kind: twin.Positions})
	r := startOn(t, dir, plant, site, nil)
	r.recall()
	r.link(true, "")
	var seen time.Time
	for k := range 5 {
		r.lasts(time.Minute, nil)
		at := plant.now
		person := twin.Sample{Signal: "sign-1/positions", At: at, Quality: twin.Good, Vector: []float64{1, float64(k), 6, 2}}
		if err := r.Receive([]twin.Sample{person}); err != nil {
			t.Fatal(err)
		}
		r.Turn(ctx)
		if v := r.now(); len(v.Overlays.Figures) != 2 {
			t.Fatalf("%d people at %s, two are there", len(v.Overlays.Figures), v.At)
		}
		seen = at
	}
	r.lasts(time.Minute, nil)
	r.end()

	r = startOn(t, dir, plant, site, nil)
	defer func() { r.end() }()
	r.recall()
	if v := r.now(); v.Linked || len(v.Overlays.Figures) != 0 {
		t.Errorf("nothing is linked, and %d people are shown as if they were there (linked: %v)", len(v.Overlays.Figures), v.Linked)
	}
	v := r.back(seen)
	if len(v.Overlays.Figures) != 2 {
		t.Fatalf("looking back to %s, %d people are seen; two were", seen, len(v.Overlays.Figures))
	}
	if at := v.Overlays.Figures[0].Position; at[0] != 1 || at[2] != 4 {
		t.Errorf("the first stands at %v, stood at 1, 4", at)
	}
}
