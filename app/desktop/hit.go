package desktop

import (
	"strings"

	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/twin"
)

// hitText says what of the overlays was clicked on, with its values; "" for a
// thing that is selected, which tells of itself.
func (w *window) hitText(h render.Hit) string {
	switch h.Kind {
	case render.HitCard:
		return ""
	case render.HitGhost:
		if a, ok := w.shown().Asset(twin.AssetID(h.Entity)); ok {
			return w.speak.GhostOf(w.speak.AssetName(a))
		}
		return w.speak.GhostOf(h.Entity)
	case render.HitLine:
		return w.speak.Field(h.Label, h.Value, h.Unit)
	case render.HitArrow, render.HitTrail, render.HitPerson:
		return h.Label
	}
	if w.asset != "" {
		return ""
	}
	var lines []string
	for _, r := range h.Fields {
		lines = append(lines, w.speak.Field(r.Title, r.Value, r.Unit))
	}
	return strings.Join(lines, "\n")
}
