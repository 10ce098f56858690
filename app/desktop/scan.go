package desktop

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// scanLayer is how the scan of the site lies over its twin.
type scanLayer uint8

const (
	scanOff scanLayer = iota
	scanColours
	scanDeviation
	scanLayers
)

// touched is a place of the scan or the twin that was clicked on, with what the
// scan tells of it.
type touched struct {
	entity string // "": none
	at     geom.Vec3
	on     app.Deviation // of the whole entity
	known  bool          // on is
	mm     float64       // here, with its sign
	here   bool          // mm is known
}

// touchReach is what counts as here, metres: a hand.
const touchReach = 0.1

// scanSelect chooses between no scan, the scan and its deviation.
func (w *window) scanSelect() fyne.CanvasObject {
	names := [scanLayers]string{w.speak.Say("layer.scan.off"), w.speak.Say("layer.scan.colours"), w.speak.Say("layer.scan.deviation")}
	if w.opt.Scan == nil {
		names[scanOff] = w.speak.Say("layer.scan.none")
	}
	s := widget.NewSelect(names[:], nil)
	s.Selected = names[w.layers.scan]
	s.OnChanged = func(string) {
		w.showScan(scanLayer(s.SelectedIndex()))
		w.win.Canvas().Unfocus() // keys belong to the scene
	}
	if w.opt.Scan == nil {
		s.Disable()
	}
	w.mark("layer-scan", s)
	return s
}

// nextScan is what the key does.
func (w *window) nextScan() {
	if w.opt.Scan == nil {
		w.tell(w.speak.Say("scan.none"))
		return
	}
	w.showScan((w.layers.scan + 1) % scanLayers)
	w.build()
}

// showScan lays the scan over the picture. It is read when it is first asked
// for, away from the interface's thread.
func (w *window) showScan(want scanLayer) {
	w.layers.scan = want
	if want == scanOff {
		w.touch = touched{}
		w.view.change(func(f *render.Frame) { f.Selected = w.marked() })
	}
	w.take(w.now)
	if want == scanOff || w.scan != nil || w.opt.Scan == nil || w.feed == nil {
		return
	}
	w.tell(w.speak.Say("scan.reading"))
	var scan *Scan
	var failed error
	w.feed.do("act.scan", func(ctx context.Context) error {
		scan, failed = w.opt.Scan(ctx)
		return nil
	}, func() {
		if failed != nil {
			w.layers.scan = scanOff
			w.build()
			w.fail("act.scan", failed)
			return
		}
		w.scan = scan
		w.tell("")
		w.take(w.now)
	})
}

// scanned adds the scan to what the session drew, and a card on what of it was
// clicked on.
func (w *window) scanned(set overlay.Set) overlay.Set {
	if w.scan == nil || w.layers.scan == scanOff {
		return set
	}
	set.Clouds = []overlay.Cloud{w.scan.Over(w.speak, w.layers.scan == scanDeviation)}
	if w.touch.entity == "" {
		return set
	}
	card := overlay.Label{Anchor: w.touch.at, Title: w.speak.Element(w.touch.entity), Accent: overlay.RGBA{0.05, 0.4, 0.7, 1}, Priority: 3}
	if a, ok := w.shown().Asset(twin.AssetID(w.touch.entity)); ok {
		card.Title, card.Entity = w.speak.AssetName(a), w.touch.entity
	}
	if w.touch.here {
		card.Lines = append(card.Lines, w.speak.DeviationHere(w.touch.mm))
	}
	if w.touch.known {
		card.Lines = append(card.Lines, w.speak.Deviation(w.touch.on))
	} else {
		card.Lines = append(card.Lines, w.speak.Say("scan.unseen"))
	}
	set.Labels = append(append([]overlay.Label(nil), set.Labels...), card)
	return set
}

// picked is told what was clicked on.
func (w *window) picked(h render.Hit) {
	w.selectAsset(twin.AssetID(h.Entity))
	w.follow(h)
	if text := w.hitText(h); text != "" {
		w.tell(text)
	}
	if w.scan == nil || w.layers.scan == scanOff {
		return
	}
	w.touch = touched{entity: h.Entity, at: h.Point}
	if h.Entity != "" {
		w.touch.on, w.touch.known = w.scan.On(h.Entity)
		w.touch.mm, w.touch.here = w.scan.At(h.Point, touchReach)
	}
	w.view.change(func(f *render.Frame) { f.Selected = w.marked() })
	w.take(w.now)
}

// marked is the entity that is drawn as selected: an asset, or a part of the
// building of which the scan tells something.
func (w *window) marked() string {
	if w.asset != "" {
		return string(w.asset)
	}
	return w.touch.entity
}
