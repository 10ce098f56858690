package twin

import (
	"testing"
	"time"
)

func TestRestamp(t *testing.T) {
	now := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	for _, row := range []struct{ off, want time.Duration }{
		{0, 0}, {-4 * time.Minute, -4 * time.Minute}, {30 * time.Second, 30 * time.Second}, {-7 * time.Minute, 0}, {time.Hour, 0}, {-time.Hour, 0},
	} {
		if got := Restamp(Sample{At: now.Add(row.off)}, now).At.Sub(now); got != row.want {
			t.Errorf("a sample stamped %s off is taken to be %s off, want %s", row.off, got, row.want)
		}
	}
}

func TestAStateOutlivesAClockThatJumps(t *testing.T) {
	site := &Site{Assets: []Asset{{ID: "a"}}, Signals: []Signal{{ID: "a/t", Asset: "a", Name: "t"}}}
	st, now := NewState(site), time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	for i := range 60 {
		s := Sample{Signal: "a/t", At: now, Value: float64(i), Quality: Good}
		if i >= 20 && i < 40 {
			s.At = now.Add(time.Hour)
		}
		if !st.Apply(Restamp(s, now)) {
			t.Fatalf("minute %d was refused", i)
		}
		now = now.Add(time.Minute)
	}
	if !st.Now().Before(now) {
		t.Errorf("the state believes in %s", st.Now())
	}
}
