package verify_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/glasstwin/glasstwin/twin/flow/verify"
)

// The flows of three recorded bottlenecks. Their densities are measured, too,
// and told: the model's crowds are denser than the recorded ones by more than
// 15 %, which docs/flow.md says.
func TestRecordedFlows(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "..", "shared", "data", "tracks")
	tests := verify.Recorded(os.DirFS(folder))
	if len(tests) < 6 {
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
		if strings.HasSuffix(test.ID, "-flow") && !r.Passed {
			t.Errorf("%s: %s: %s", r.ID, r.Required, r.Measured)
		}
	}
	if len(verify.Recorded(os.DirFS(t.TempDir()))) != 0 {
		t.Error("tests against recordings that are not there")
	}
}
