package conntest

import (
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

func TestTheOfficeIssuesGenuineWarrants(t *testing.T) {
	var o Office
	first := o.Warrant(t, twin.Write{Signal: "freezer-2/door-close-command", Value: 1})
	there, back := o.WithRollback(t, twin.Write{Signal: "freezer-2/set-point", Value: -21, Before: -20})
	if first.Check(time.Now()) != nil || there.Check(time.Now()) != nil || back.Check(time.Now()) != nil {
		t.Error("a warrant is not valid")
	}
	if first.Proposal() == there.Proposal() || there.Proposal() != back.Proposal() {
		t.Errorf("proposals %s, %s, %s", first.Proposal(), there.Proposal(), back.Proposal())
	}
	if there.Rollback() || !back.Rollback() || back.Writes()[0].Value != -20 {
		t.Errorf("rollback: %v %v %+v", there.Rollback(), back.Rollback(), back.Writes())
	}
}
