package desktop

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/render/overlay"
)

// layers says which overlays the user wants to see.
type layers struct {
	why, warmth, people, flow, air bool
	scan                           scanLayer
}

// everyLayer is the choice of a new window. Ways of people would cover its floor, and slices of air all.
var everyLayer = layers{why: true, warmth: true, people: true}

// shown leaves out of a set what the user does not want to see. What greys out
// dead devices always stays: nobody can choose to take stale data for live.
func (l layers) shown(set overlay.Set) overlay.Set {
	marked := func(h overlay.Heatmap) bool { return h.Title == "" } // for a reason, not by its warmth
	if !l.warmth {
		set.Heatmaps = slices.DeleteFunc(slices.Clone(set.Heatmaps), func(h overlay.Heatmap) bool { return !marked(h) })
	}
	if !l.people {
		set.Figures, set.Trails = nil, nil
	}
	if !l.air {
		set.Volumes = nil
	}
	if !l.flow {
		set.Flows = nil
	}
	if !l.why {
		set.Arrows, set.Labels, set.Ghosts = nil, nil, nil
		set.Heatmaps = slices.DeleteFunc(slices.Clone(set.Heatmaps), marked)
		var grey []overlay.Tint
		for _, t := range set.Tints {
			if t.Grey {
				grey = append(grey, t)
			}
		}
		set.Tints = grey
	}
	return set
}

// layerChecks are the check boxes of the bar and the choice of how the scan shows.
func (w *window) layerChecks() fyne.CanvasObject {
	box := func(key, place string, on *bool) fyne.CanvasObject {
		c := widget.NewCheck(w.speak.Say(key), nil)
		c.Checked = *on
		c.OnChanged = func(yes bool) {
			*on = yes
			w.take(w.now)
			w.win.Canvas().Unfocus() // keys belong to the scene
		}
		w.mark(place, c)
		return c
	}
	return container.NewHBox(
		box("layer.why", "layer-why", &w.layers.why),
		box("layer.warmth", "layer-warmth", &w.layers.warmth),
		box("layer.air", "layer-air", &w.layers.air),
		box("layer.people", "layer-people", &w.layers.people),
		box("layer.flow", "layer-flow", &w.layers.flow),
		w.scanSelect())
}

// toggleLayer is what the keys do.
func (w *window) toggleLayer(on *bool) {
	*on = !*on
	w.build()
}
