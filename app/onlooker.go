package app

import (
	"context"
	"errors"

	"github.com/glasstwin/glasstwin/twin"
)

// ErrOnlyLooking is returned for decisions in a session that has no operator.
var ErrOnlyLooking = errors.New("this site is only looked at: open it with its plant to decide")

// onlooker is the operator of a session that nobody runs: its past can be
// looked at, and nothing is perceived or decided.
type onlooker struct {
	modes map[twin.ActionClass]twin.Mode
}

func (onlooker) Resume(context.Context) error                                { return nil }
func (onlooker) Observe([]twin.Sample)                                       {}
func (onlooker) SetLinked(bool)                                              {}
func (onlooker) Tick(context.Context) error                                  { return nil }
func (onlooker) Approve(context.Context, twin.ProposalID, string) error      { return ErrOnlyLooking }
func (onlooker) Deny(context.Context, twin.ProposalID, string, string) error { return ErrOnlyLooking }
func (o onlooker) Modes() map[twin.ActionClass]twin.Mode                     { return o.modes }
func (onlooker) Stop(context.Context, string) error                          { return ErrOnlyLooking }
func (onlooker) Release(context.Context, string) error                       { return ErrOnlyLooking }
func (onlooker) Records() []twin.Record                                      { return nil }
func (onlooker) SetMode(context.Context, twin.ActionClass, twin.Mode, string) error {
	return ErrOnlyLooking
}
