package desktop

import (
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// switchLight goes from the light of the hour to that of a studio and back: for
// looking at a thing by night, and for pictures that are compared.
func (w *window) switchLight() {
	if w.now.Sun == (geom.Vec3{}) {
		w.tell(w.speak.Say("light.none"))
		return
	}
	w.studio = !w.studio
	w.view.change(func(f *render.Frame) { f.Sun = w.sun() })
	if w.studio {
		w.tell(w.speak.Say("light.studio"))
		return
	}
	w.tell(w.speak.Say("light.clock"))
}

// sun is where it stands in the picture; zero in the studio.
func (w *window) sun() geom.Vec3 {
	if w.studio {
		return geom.Vec3{}
	}
	return w.now.Sun
}
