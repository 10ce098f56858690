package verify_test

import (
	"context"
	"testing"

	"github.com/glasstwin/glasstwin/twin/flow/verify"
)

// The whole suite with smaller crowds; flow verify runs it in full.
func TestSuite(t *testing.T) {
	for _, test := range verify.Tests() {
		t.Run(test.ID, func(t *testing.T) {
			r, err := test.Run(context.Background(), verify.Options{Quick: true, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: %s", r.Required, r.Measured)
			if !r.Passed {
				t.Errorf("%s: %s", r.Required, r.Measured)
			}
		})
	}
}

func TestARunCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range verify.Tests() {
		if _, err := test.Run(ctx, verify.Options{Quick: true}); err == nil {
			t.Errorf("%s ran on", test.ID)
		}
	}
}
