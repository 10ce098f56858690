package desktop

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
)

// While the interface's thread draws, views do not queue up for it: when it has
// time it takes the newest, once, and the next one after that.
func TestABusyThreadTakesTheNewestViewOnly(t *testing.T) {
	var posted []func()
	var taken []time.Time
	f := &feed{post: func(g func()) { posted = append(posted, g) }, take: func(v app.View) { taken = append(taken, v.At) }}
	at := func(s int64) app.View { return app.View{Live: true, At: time.Unix(s, 0)} }
	for s := range int64(50) {
		f.hand(at(s))
	}
	if len(posted) != 1 {
		t.Fatalf("%d views wait for a busy thread, want 1", len(posted))
	}
	posted[0]()
	f.hand(at(50))
	if len(posted) != 2 {
		t.Fatal("a view after the thread had time is not posted")
	}
	posted[1]()
	if want := []time.Time{time.Unix(49, 0), time.Unix(50, 0)}; len(taken) != 2 || !taken[0].Equal(want[0]) || !taken[1].Equal(want[1]) {
		t.Errorf("taken %v, want %v", taken, want)
	}
	f.hand(at(51))
	f.want = time.Unix(7, 0) // the user looks back meanwhile
	if posted[2](); len(taken) != 2 {
		t.Error("a live view is shown while the past is looked at")
	}
}
