package skab

import (
	"os"
	"testing"

	"github.com/glasstwin/glasstwin/study"
	"github.com/glasstwin/glasstwin/xai/faith"
)

func TestSKAB(t *testing.T) {
	if os.Getenv("GLASSTWIN_LONG") == "" {
		t.Skip("half a minute; set GLASSTWIN_LONG=1")
	}
	f, err := Study().Train(t.Context(), study.Order{Dir: "../../../shared/data/skab", Seed: 1, Progress: func(string, ...any) {}})
	if err != nil {
		t.Fatal(err)
	}
	for i, least := range []float64{0.71, 0.78} {
		j := f.Judgement.Tests[i]
		t.Logf("%+v", j)
		if j.Value <= least {
			t.Errorf("%+v, want above %g", j, least)
		}
	}
	if why := faith.Verdict(f.Judgement.Faithfulness); why != "" {
		t.Error(why)
	}
	if card, err := Study().Markdown(f); err != nil || len(card) < 1000 {
		t.Errorf("card of %d bytes, %v", len(card), err)
	}
}

// TestWhatIsNoSKABIsRefused holds the reader to its errors.
func TestWhatIsNoSKABIsRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := read(dir); err == nil {
		t.Error("an empty folder was taken")
	}
	if err := os.WriteFile(dir+"/a.csv", []byte("x,anomaly\n1,0\n2,1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := read(dir); err == nil {
		t.Error("a short experiment was taken")
	}
}
