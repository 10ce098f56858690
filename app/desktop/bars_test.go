package desktop

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin/operate/diagnose"
	"github.com/glasstwin/glasstwin/xai"
)

// Every feature of the model, and its pair with the one before, fits the panel:
// no text runs into another or out of sight, and no row into the next.
func TestBarsOfEveryFeatureFit(t *testing.T) {
	test.NewTempApp(t)
	for _, l := range phrase.Languages {
		speak, err := phrase.New(l)
		if err != nil {
			t.Fatal(err)
		}
		var list []bar
		before := ""
		for _, c := range diagnose.Columns() {
			list = append(list, bar{name: speak.Feature(c.Name), share: 1,
				note: speak.Compared(xai.Attribution{Value: -128.25, Typical: -118.75, Unit: c.Unit})})
			if before != "" {
				list = append(list, bar{name: speak.Feature(before + " × " + c.Name), share: -1})
			}
			before = c.Name
		}
		r := newBars(list).CreateRenderer().(*barsRenderer)
		r.Layout(fyne.NewSize(barsWide, r.MinSize().Height))
		bottom := float32(0)
		for i, row := range r.rows {
			for _, line := range row.name {
				if w := widthOf(line.Text); w > barsWide {
					t.Errorf("%s: %q is %.0f wide of %d", l, line.Text, w, barsWide)
				}
				if line.Position().Y < bottom {
					t.Errorf("%s: %q begins above the end of the row before", l, line.Text)
				}
			}
			last := row.name[len(row.name)-1]
			if last.Position().Y == row.note.Position().Y && widthOf(last.Text)+widthOf(row.note.Text) > barsWide {
				t.Errorf("%s: %q runs into %q", l, last.Text, row.note.Text)
			}
			if row.rect.Position().Y < row.note.Position().Y+barLine || row.note.Position().Y < bottom {
				t.Errorf("%s: the bar of %q lies over its text", l, list[i].name)
			}
			bottom = row.rect.Position().Y + barThick
		}
	}
}
