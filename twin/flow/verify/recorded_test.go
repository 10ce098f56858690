package verify_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/glasstwin/glasstwin/twin/flow/verify"
)

// Flow and density of three recorded bottlenecks. Of the later half of the people,
// by which nothing was set, two figures are farther off than 15 %, which docs/flow.md
// says; they must not come to be more.
func TestRecordedCrowds(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "..", "shared", "data", "tracks")
	tests := verify.Recorded(os.DirFS(folder))
	if len(tests) < 12 {
		if os.Getenv("CI") == "true" {
			t.Fatalf("only %d tests find their recordings in %s", len(tests), folder)
		}
		t.Skipf("no recordings beside the checkout")
	}
	for _, test := range tests {
		r, err := test.Run(context.Background(), verify.Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %s", r.ID, r.Measured)
		known := r.ID == "juelich-120-flow-later" || r.ID == "juelich-050-density-later"
		if !r.Passed && !known || r.Value > 30 {
			t.Errorf("%s: %s: %s", r.ID, r.Required, r.Measured)
		}
	}
	if len(verify.Recorded(os.DirFS(t.TempDir()))) != 0 {
		t.Error("tests against recordings that are not there")
	}
}
