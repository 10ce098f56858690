package perceive

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// While nothing good comes of a device that is heard every minute, nothing is told
// of it: its link may be lost.
func TestOfWhoHasJustFallenSilentNothingIsTold(t *testing.T) {
	site := &twin.Site{Assets: []twin.Asset{{ID: "freezer-1"}}, Signals: []twin.Signal{{ID: twin.SignalOf("freezer-1", "air-temperature"), Asset: "freezer-1"}, {ID: twin.SignalOf("freezer-1", "product-temperature"), Asset: "freezer-1"}}}
	st, m := twin.NewState(site), newMemory(site)
	p := &Perceiver{memory: m}
	c := claim{g: &group{family: cabinets(), things: []*thing{{asset: "freezer-1", near: map[string]twin.AssetID{}}}}, class: 8}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	read := func(air, goods twin.Quality) {
		now = now.Add(time.Minute)
		st.Advance(now)
		st.Apply(twin.Sample{Signal: site.Signals[0].ID, At: now, Value: -18, Quality: air})
		st.Apply(twin.Sample{Signal: site.Signals[1].ID, At: now, Value: -18, Quality: goods})
		m.read(st, now)
	}
	for range 60 {
		read(twin.Good, twin.Good)
	}
	for _, x := range []struct {
		name       string
		air, goods twin.Quality
		waits      bool
	}{{"both probes known", twin.Good, twin.Good, false}, {"the air probe dead", twin.Bad, twin.Good, false}, {"all lost", twin.Bad, twin.Bad, true}, {"heard again", twin.Good, twin.Good, false}} {
		if read(x.air, x.goods); p.effect(c) != x.waits {
			t.Errorf("%s: the claim %s waits %v, want %v", x.name, c.g.family.classes[c.class-1].Name, !x.waits, x.waits)
		}
	}
	for range 4 {
		read(twin.Bad, twin.Bad)
	}
	waited := 0
	for read(twin.Good, twin.Good); p.effect(c) && waited < 60; read(twin.Good, twin.Good) {
		waited++
	}
	if waited != settles-1 {
		t.Errorf("heard again after minutes of silence a claim waits %d minutes more, want %d", waited, settles-1)
	}
}
