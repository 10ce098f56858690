package market

import (
	"testing"
	"time"
)

// The roster is told before it changes, to the minute.
func TestTheRosterIsToldAhead(t *testing.T) {
	for _, seed := range []uint64{3, 4, 5} {
		m := New(Options{Seed: seed, Start: noon(90).Add(-3 * time.Hour)})
		m.Staff.Watches = false // nobody opens tills beyond it
		run(m, 5*time.Minute)
		due, want, changes := time.Time{}, 0.0, 0
		for range 10 * 60 {
			before := m.Staff.Plan
			run(m, time.Minute)
			if m.Staff.Plan != before {
				changes++
				if !m.Now.Equal(due) || float64(m.Staff.Plan) != want {
					t.Errorf("seed %d: at %s the roster has %d tills open, told were %g at %s", seed, m.Now.Format(time.TimeOnly), m.Staff.Plan, want, due.Format(time.TimeOnly))
				}
			}
			tills, in := m.rosterNext()
			if in < 1 {
				t.Fatalf("seed %d at %s: the roster changes in %g min", seed, m.Now.Format(time.TimeOnly), in)
			}
			due, want = m.Now.Add(time.Duration(in)*time.Minute), tills
		}
		if changes < 2 {
			t.Errorf("seed %d: the roster changed %d times", seed, changes)
		}
	}
}

// Who stands at a till that is shut is served before its cashier leaves, and is paid
// for; nobody comes to it any more.
func TestATillThatIsShutServesWhoStandsThere(t *testing.T) {
	m := New(Options{Seed: 7, Start: noon(90)})
	m.Staff.Watches = false
	m.TillOpen = [4]bool{true, true}
	m.Crowd.Queue[1] = 5
	run(m, 30*time.Second)
	m.openTill(1, false)
	free := m.available()
	last := m.Crowd.AtTill(1)
	if last < 4 || !m.staffed(1) {
		t.Fatalf("%d people stand at the till, staffed: %v", last, m.staffed(1))
	}
	for range 8 * 12 {
		run(m, 5*time.Second)
		if n := m.Crowd.AtTill(1); n > last {
			t.Fatalf("%s: %d people stand at a till that is shut, before it were %d", m.Now.Format(time.TimeOnly), n, last)
		} else {
			last = n
		}
	}
	if last != 0 || m.staffed(1) {
		t.Errorf("eight minutes later %d people stand there still, staffed: %v", last, m.staffed(1))
	}
	if n := m.available(); m.Staff.Task == 0 && n != free+1 {
		t.Errorf("%d hands are free, and %d were while the till served", n, free)
	}
}
