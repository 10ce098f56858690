package gl

import (
	"image"
	"testing"

	"github.com/glasstwin/glasstwin/render/overlay"
)

// words counts what is written in some rows of a picture, told apart by gaps of so
// many columns without dark pixels.
func words(img *image.RGBA, rows image.Rectangle, gap int) (n int) {
	empty := gap
	for x := rows.Min.X; x < rows.Max.X; x++ {
		inked := false
		for y := rows.Min.Y; y < rows.Max.Y; y++ {
			c := img.RGBAAt(x, y)
			inked = inked || c.A > 200 && int(c.R)+int(c.G)+int(c.B) < 3*190
		}
		switch {
		case !inked:
			empty++
			continue
		case empty >= gap:
			n++
		}
		empty = 0
	}
	return n
}

// TestValuesOfALegendStandApart: where all that a scale is divided by would be
// crowded, every other one is named.
func TestValuesOfALegendStandApart(t *testing.T) {
	regular, bold, err := typefaces(Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := stationery{regular: regular, bold: bold}
	for _, row := range []struct {
		low, high float64
		named     int
	}{
		{0, 0.05, 3},      // 0.00 0.02 0.04 of six
		{19.4, 23.3, 4},   // 20 21 22 23
		{0, 1.2, 3},       // 0.0 0.5 1.0
		{0, 0.0005, 3},    // of six
		{-400, 400, 5},    // wide, and still apart
		{1000, 1005.2, 3}, // 1000 1002 1004 of six
	} {
		for _, scale := range []float64{1, 2, 4} {
			x := overlay.Scale{Title: "Air", Unit: "°C", Low: row.low, High: row.high}
			img := s.legend(x, scale, false)
			top := (cardMargin + cardPadY + lineStep - 5 + 8 + legendBar + 5) * scale
			rows := image.Rect(int((cardMargin+3)*scale), int(top), int((cardMargin+legendWidth-3)*scale), int(top+11*scale))
			got := words(img, rows, int(4*scale))
			values, _ := ticksOf(x)
			if got != row.named {
				t.Errorf("%g to %g at scale %g: %d values are told apart of %d that it is divided by, want %d", row.low, row.high, scale, got, len(values), row.named)
			}
		}
	}
}
