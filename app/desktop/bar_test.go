package desktop

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

func TestALongNameLeavesRoomForTheStopButton(t *testing.T) {
	style := fyne.TextStyle{Bold: true}
	for _, c := range []struct{ name, whole string }{
		{"Corner shop", "Corner shop"},
		{strings.Repeat("냉동고 매장 ", 20), ""},
		{"Run 4: evaporator-ice at freezer-2, limits passed by multideck-3 and chest-1", ""},
	} {
		got := shortened(c.name, 18, style, titleWidth)
		if width := fyne.MeasureText(got, 18, style).Width; width > titleWidth {
			t.Errorf("%q is %g wide, allowed are %d", got, width, titleWidth)
		}
		if c.whole != "" && got != c.whole {
			t.Errorf("%q was cut to %q", c.whole, got)
		}
		if start, cut := strings.CutSuffix(got, "…"); c.whole == "" && (!cut || len(start) < 10 || !strings.HasPrefix(c.name, start)) {
			t.Errorf("%q became %q", c.name, got)
		}
	}
}
