package desktop

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/scene/geom"
)

func TestTheLightFollowsTheClockUnlessItIsToldNotTo(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	press := func() { w.typed(&fyne.KeyEvent{Name: fyne.KeyL}) }
	press()
	if !strings.Contains(w.notice.said, "location") || w.view.frame.Sun != (geom.Vec3{}) {
		t.Errorf("where nobody knows the place it says %q, the sun at %v", w.notice.said, w.view.frame.Sun)
	}
	v := w.now
	v.Sun = geom.Vec3{0.6, 0.8, 0}
	w.take(v)
	if w.view.frame.Sun != v.Sun {
		t.Errorf("the picture has the sun at %v, want %v", w.view.frame.Sun, v.Sun)
	}
	press()
	w.take(v)
	if w.view.frame.Sun != (geom.Vec3{}) || !strings.Contains(w.notice.said, "studio") {
		t.Errorf("in the studio the sun stands at %v; it says %q", w.view.frame.Sun, w.notice.said)
	}
	press()
	if w.view.frame.Sun != v.Sun {
		t.Errorf("back again, it stands at %v", w.view.frame.Sun)
	}
}
