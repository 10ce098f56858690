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

func TestBeforeStaysLeftOfTheLine(t *testing.T) {
	d := opened(t, newScripted(), phrase.English)
	d.view.change(func(f *render.Frame) { f.Joints = []float64{1} })
	d.typed(&fyne.KeyEvent{Name: fyne.KeyB})
	d.view.change(func(f *render.Frame) { f.Joints = []float64{2} })
	d.view.steer(func(c render.Camera) render.Camera { c.Yaw = 0.7; return c })
	f, _, _ := d.view.upcoming(100, 80)
	if f.Beside == nil || f.Joints[0] != 1 || f.Beside.Joints[0] != 2 || f.Camera.Yaw != 0.7 || f.Split() != 50 {
		t.Errorf("left %v, right %+v, split at %d", f.Joints, f.Beside, f.Split())
	}
	d.typed(&fyne.KeyEvent{Name: fyne.KeyB})
	if f, _, _ := d.view.upcoming(100, 80); f.Beside != nil || f.Joints[0] != 2 {
		t.Errorf("it is left with %v beside %v", f.Joints, f.Beside)
	}
}
