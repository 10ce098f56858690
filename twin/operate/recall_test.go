package operate

import (
	"context"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// listener keeps when it looked, and what it heard of a level and a switch.
type listener struct {
	at    []time.Time
	level []float64
	on    []float64
}

func (l *listener) Perceive(_ context.Context, st *twin.State, now time.Time) ([]Perception, error) {
	l.at = append(l.at, now)
	l.level = append(l.level, st.Latest("lamp/level").Value)
	l.on = append(l.on, st.Latest("lamp/on").Value)
	return nil, nil
}

// A perceiver that begins when a program is started anew lives through what is
// still known, minute by minute and in order; another site has another one.
func TestAPerceiverRecalls(t *testing.T) {
	signals := []twin.Signal{{ID: "lamp/level", Asset: "lamp", Name: "level"}, {ID: "lamp/on", Asset: "lamp", Name: "on"}}
	site := &twin.Site{ID: "shop", Assets: []twin.Asset{{ID: "lamp"}}, Signals: signals}
	st := twin.NewState(site)
	st.Apply(twin.Sample{Signal: "lamp/on", At: dawn.Add(-100 * time.Minute), Value: 1, Quality: twin.Good}) // and not since
	for m := range 41 {
		st.Apply(twin.Sample{Signal: "lamp/level", At: dawn.Add(time.Duration(m) * time.Minute), Value: float64(m), Quality: twin.Good})
	}
	var made []*listener
	r := NewRecalling(func(*twin.Site) Perceiver { made = append(made, &listener{}); return made[len(made)-1] })
	for _, after := range []time.Duration{40 * time.Minute, 41 * time.Minute} {
		if _, err := r.Perceive(t.Context(), st, dawn.Add(after)); err != nil {
			t.Fatal(err)
		}
	}
	l := made[0]
	if n := len(l.at); len(made) != 1 || n < 42 || !l.at[n-1].Equal(dawn.Add(41*time.Minute)) {
		t.Fatalf("%d perceivers; looked at %v", len(made), l.at)
	}
	for i, at := range l.at {
		m := at.Sub(dawn).Minutes()
		if i > 0 && at.Sub(l.at[i-1]) != time.Minute || l.on[i] != 1 || m >= 0 && m <= 40 && l.level[i] != m {
			t.Errorf("look %d at minute %g: level %g, on %g", i, m, l.level[i], l.on[i])
		}
	}
	other := *site
	st.Refit(&other)
	if _, err := r.Perceive(t.Context(), st, dawn.Add(42*time.Minute)); err != nil || len(made) != 2 || len(made[1].at) < 40 {
		t.Errorf("%d perceivers for two sites: %v", len(made), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	st.Refit(site)
	if _, err := r.Perceive(ctx, st, dawn.Add(43*time.Minute)); err == nil {
		t.Error("it went on recalling when it was told to end")
	}
}
