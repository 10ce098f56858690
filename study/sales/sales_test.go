package sales

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/study"
)

const dir = "../../../shared/data/sales"

func TestSalesByRollingOrigin(t *testing.T) {
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	f, err := Study().Train(t.Context(), study.Order{Dir: dir, Seed: 1, Progress: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	f.Made = "glasstwin train sales --data DIR --seed 1"
	data, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	ours, err := fs.ReadFile(assets.Models(), "sales.json")
	if err != nil || !bytes.Equal(ours, data) {
		t.Errorf("training again does not give the model in the program (%v): run glasstwin train sales with -o assets/models/sales.json", err)
	}
	for i, j := range f.Judgement.Tests {
		t.Logf("%s: %.4f (%.4f to %.4f) of %d; %s", j.Name, j.Value, j.Low95, j.High95, j.N, f.Judgement.Notes[i])
	}
	// What chance alone moves a day by keeps any forecast of sales below 0.895 for a
	// day, 0.96 for a week and 0.98 for four weeks, over which sales are told as well
	// as by persistence (0.964), not better.
	for name, least := range map[string]float64{"sales, 1 days": 0.867, "sales, 7 days": 0.938, "sales, 28 days": 0.962,
		"footfall, 1 days": 0.90, "footfall, 7 days": 0.95, "footfall, 28 days": 0.975} {
		i := slices.IndexFunc(f.Judgement.Tests, func(x study.Tested) bool { return x.Name == name })
		if i < 0 || f.Judgement.Tests[i].Value < least {
			t.Errorf("%s is not told at %g", name, least)
		}
	}
	card, err := Study().Markdown(f)
	if err != nil || len(card) < 1000 {
		t.Errorf("card of %d bytes, %v", len(card), err)
	}
}

func TestFeasts(t *testing.T) {
	for day, want := range map[string]bool{"2017-04-16": true, "2024-03-31": true, "2017-11-23": true, "2017-05-29": true, "2017-09-04": true, "2017-12-24": false, "2017-11-30": false} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if feast(at) != want {
			t.Errorf("%s is a feast: %v", day, !want)
		}
	}
}
