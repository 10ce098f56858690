package desktop

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestKeysLookThroughTheSite(t *testing.T) {
	d := opened(t, newScripted(), phrase.English)
	d.view.all = []string{"floor", "freezer-2", "wall-1"}
	press := func(key fyne.KeyName) render.Frame {
		d.typed(&fyne.KeyEvent{Name: key})
		return d.view.frame
	}
	if f := d.view.frame; !f.Reveal {
		t.Error("what hides the selected is not seen through")
	}
	if f := press(fyne.KeyI); f.Hidden["wall-1"] {
		t.Error("nothing is selected, and all is hidden")
	}
	d.picked(render.Hit{Entity: "freezer-2"})
	if f := press(fyne.KeyX); !f.Veiled["wall-1"] || !f.Veiled["floor"] || f.Veiled["freezer-2"] {
		t.Errorf("x-ray veils %v", f.Veiled)
	}
	if f := press(fyne.KeyI); len(f.Veiled) > 0 || !f.Hidden["wall-1"] || f.Hidden["freezer-2"] {
		t.Errorf("alone: veiled %v, hidden %v", f.Veiled, f.Hidden)
	}
	d.view.steer(func(c render.Camera) render.Camera { c.Yaw += 1; return c })
	if f := d.view.frame; !f.Hidden["wall-1"] {
		t.Error("the camera moves, and the rest is back")
	}
	d.picked(render.Hit{})
	if f := d.view.frame; f.Hidden["wall-1"] {
		t.Error("nothing is selected any more, and the rest is not back")
	}
	flat := press(fyne.KeyC).Cut
	if flat.Away != (geom.Vec3{0, 1, 0}) {
		t.Errorf("the first cut is %+v", flat)
	}
	if moved := press(fyne.KeyPageUp).Cut; moved.Offset <= flat.Offset {
		t.Errorf("Page Up moves it from %g to %g", flat.Offset, moved.Offset)
	}
	up := press(fyne.KeyC).Cut
	if up.Away[1] != 0 || up.Away.Dot(d.view.frame.Camera.Ahead()) >= 0 {
		t.Errorf("the section is %+v; it should take away what is nearer", up)
	}
	if f := press(fyne.KeyC); !f.Cut.Whole() {
		t.Errorf("a third press leaves %+v", f.Cut)
	}
}
