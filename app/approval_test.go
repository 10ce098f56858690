package app

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

func TestTheFirstApprovalHoldsForAQuarterOfAnHour(t *testing.T) {
	at := time.Date(2026, 6, 3, 10, 0, 0, 0, time.UTC)
	c := Case{First: &twin.Decision{By: "mina", At: at}}
	if (Case{}).FirstHolds(at) {
		t.Error("an approval that nobody gave holds")
	}
	for after, want := range map[time.Duration]bool{0: true, 14 * time.Minute: true, twin.ApprovalLife: false, time.Hour: false} {
		if got := c.FirstHolds(at.Add(after)); got != want {
			t.Errorf("%s after it was given it holds: %t", after, got)
		}
	}
}
