package desktop

import (
	"context"
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/depict"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin/generate"
)

// withScan gives a window a scan to read.
func withScan(w desk, err error) {
	w.opt.Scan = func(context.Context) (*Scan, error) {
		if err != nil {
			return nil, err
		}
		s := app.NewScan(&generate.Scan{Positions: []float32{0, 1, 0, 0, 1, 0.02, 5, 1, 5}, MM: []float32{12, 14, -80}, Nearest: []uint16{1, 1, 2}, Entities: []string{"building/wall-3", "freezer-2"}})
		return &Scan{Scan: s, Over: func(speak *phrase.Speaker, measured bool) overlay.Cloud { return depict.Scan(s, speak, measured) }}, nil
	}
	w.build()
}

func scanControl(t *testing.T, w desk) *widget.Select {
	t.Helper()
	for _, p := range w.places {
		if p.name == "layer-scan" {
			return p.object.(*widget.Select)
		}
	}
	t.Fatal("the bar has no choice of scans")
	return nil
}

func TestASiteWithoutAScanOffersNone(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	if c := scanControl(t, w); !c.Disabled() || c.Selected != "No scan" {
		t.Errorf("it offers %q, disabled %v", c.Selected, c.Disabled())
	}
	w.typed(&fyne.KeyEvent{Name: fyne.KeyS})
	w.settle()
	if w.layers.scan != scanOff || !strings.Contains(w.notice.said, "No scan") {
		t.Errorf("the key shows layer %d and says %q", w.layers.scan, w.notice.said)
	}
}

func TestTheScanIsReadWhenItIsAskedFor(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	withScan(w, nil)
	clouds := func() []overlay.Cloud { return w.view.frame.Overlays.Clouds }
	if w.scan != nil || len(clouds()) != 0 {
		t.Fatal("the scan was read before anyone asked for it")
	}
	scanControl(t, w).SetSelectedIndex(int(scanColours))
	w.settle()
	if len(clouds()) != 1 || clouds()[0].Measured || clouds()[0].Points.Len() != 3 {
		t.Fatalf("the scan shows as %+v", clouds())
	}
	w.typed(&fyne.KeyEvent{Name: fyne.KeyS})
	if len(clouds()) != 1 || !clouds()[0].Measured || clouds()[0].Scale.Title != "Scan against twin" || scanControl(t, w).Selected != "Deviation" {
		t.Errorf("its deviation shows as %+v, chosen is %q", clouds(), scanControl(t, w).Selected)
	}
	w.switchLanguage()
	if clouds()[0].Scale.Title == "Scan against twin" {
		t.Error("the legend does not speak the language of the window")
	}
	w.typed(&fyne.KeyEvent{Name: fyne.KeyS})
	if len(clouds()) != 0 {
		t.Errorf("switched off, %d clouds are left", len(clouds()))
	}
}

func TestADamagedScanIsToldAndSwitchedOff(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	withScan(w, errors.New("scan.ply: it ends at point 7 of 9; generate the site again"))
	scanControl(t, w).SetSelectedIndex(int(scanDeviation))
	w.settle()
	if w.layers.scan != scanOff || scanControl(t, w).Selected != "Scan off" || len(w.view.frame.Overlays.Clouds) != 0 {
		t.Errorf("layer %d is shown, chosen is %q", w.layers.scan, scanControl(t, w).Selected)
	}
	for _, want := range []string{"Reading the scan", "point 7 of 9", "generate the site again"} {
		if !strings.Contains(w.notice.said, want) {
			t.Errorf("the notice says %q, want %q in it", w.notice.said, want)
		}
	}
}

func TestAClickTellsTheDeviation(t *testing.T) {
	w := opened(t, newScripted(), phrase.English)
	withScan(w, nil)
	card := func(title string) (overlay.Label, bool) {
		for _, l := range w.view.frame.Overlays.Labels {
			if l.Title == title {
				return l, true
			}
		}
		return overlay.Label{}, false
	}
	wall := render.Hit{Entity: "building/wall-3", Point: geom.Vec3{0, 1, 0.01}}
	w.picked(wall)
	if _, ok := card("Wall 3"); ok || w.view.frame.Selected != "" {
		t.Error("without the scan a wall is told of")
	}
	w.showScan(scanDeviation)
	w.settle()
	w.picked(wall)
	l, ok := card("Wall 3")
	if !ok || len(l.Lines) != 2 || !strings.Contains(l.Lines[0], "13 mm in front") || !strings.Contains(l.Lines[1], "100 % within 50 mm") || w.view.frame.Selected != "building/wall-3" {
		t.Errorf("of the wall it tells %+v, selected is %q", l, w.view.frame.Selected)
	}
	w.picked(render.Hit{Entity: "freezer-2", Point: geom.Vec3{5, 1, 5}})
	l, ok = card("Freezer 2")
	if !ok || w.asset != "freezer-2" || w.view.frame.Selected != "freezer-2" || !strings.Contains(strings.Join(l.Lines, "\n"), "80 mm behind") {
		t.Errorf("of the freezer it tells %+v, selected is %q", l, w.asset)
	}
	w.picked(render.Hit{Entity: "building/wall-9", Point: geom.Vec3{9, 9, 9}})
	if l, ok = card("Wall 9"); !ok || len(l.Lines) != 1 || !strings.Contains(l.Lines[0], "does not show") {
		t.Errorf("of a wall that was not seen it tells %+v", l)
	}
	w.typed(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if _, ok = card("Wall 9"); ok || w.view.frame.Selected != "" {
		t.Error("Esc does not clear what was clicked on")
	}
}
