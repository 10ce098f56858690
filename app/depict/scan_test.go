package depict_test

import (
	"testing"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin/generate"
)

func TestAScanLiesOverItsTwin(t *testing.T) {
	s := app.NewScan(&generate.Scan{Positions: []float32{0, 0, 0, 1, 0, 0}, MM: []float32{-30, 40}})
	speak, err := phrase.New(phrase.English)
	if err != nil {
		t.Fatal(err)
	}
	if c := depict.Scan(s, speak, false); c.Measured || c.Points != s.Points || c.Scale != (overlay.Scale{}) {
		t.Errorf("in its own colours: %+v", c)
	}
	c := depict.Scan(s, speak, true)
	if !c.Measured || c.Points != s.Points || c.Scale.Low != -50 || c.Scale.High != 50 || c.Scale.Unit != "mm" || c.Scale.Palette != overlay.Diverging {
		t.Errorf("by its deviation: %+v", c)
	}
	if c.Scale.Note != "40 mm median · 100 % within 50 mm" || c.Scale.Ends[0] == "" || c.Scale.Ends[1] == "" {
		t.Errorf("the legend says %q and %q", c.Scale.Note, c.Scale.Ends)
	}
}
