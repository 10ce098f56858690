package desktop

import (
	"context"
	"errors"
	"image"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// filmed is a recording in pixels of 5 cm, whose picture stands on its head.
type filmed struct{ kept []Matched }

func (f *filmed) Ways() [][]geom.Vec2 {
	return [][]geom.Vec2{{{0, 0}, {400, 0}}, {{400, 0}, {400, 300}}}
}
func (f *filmed) Points() []Matched { return slices.Clone(f.kept) }
func (f *filmed) Lie(points []Matched) (func(geom.Vec2) geom.Vec2, []float64, error) {
	if points[0].Plan == points[1].Plan {
		return nil, nil, errors.New("nothing is told by it")
	}
	return func(p geom.Vec2) geom.Vec2 { return geom.Vec2{20 - p[0]*0.05, -p[1] * 0.05} }, make([]float64, len(points)), nil
}
func (f *filmed) Keep(points []Matched) (string, error) {
	f.kept = slices.Clone(points)
	return "glasstwin flow analyze camera.csv --site shop", nil
}

// Points that are clicked on a recording and on the plan lay its ways over plan and
// picture; they are kept, and there again when it is opened anew.
func TestARecordingIsLaidOnThePlanByClicks(t *testing.T) {
	w, e := planning(t, phrase.English)
	film := &filmed{}
	e.planner.Recorded = func(_ context.Context, path string) (Recording, error) {
		if path != "/home/mina/camera.csv" {
			return nil, errors.New("no ways are in it")
		}
		return film, nil
	}
	e.openRecording("/home/mina/camera.csv")
	w.settle()
	picture, plan := w.place("recorded-picture").(*paper), w.place("recorded-plan").(*paper)
	keep := w.place("recorded-keep").(*widget.Button)
	click := func(p *paper, at geom.Vec2) {
		t.Helper()
		p.Resize(fyne.NewSize(400, 400))
		if p.picture(400, 400).Bounds() != image.Rect(0, 0, 400, 400) {
			t.Fatal("the paper is not drawn")
		}
		x, y := p.view.Pixel(at)
		p.Tapped(&fyne.PointEvent{Position: fyne.NewPos(float32(x), float32(y))})
	}
	unit := paperSide / 400.
	click(plan, geom.Vec2{5, -5}) // of no point yet
	click(picture, geom.Vec2{0, 0})
	click(plan, geom.Vec2{20, 0})
	if !keep.Disabled() {
		t.Error("one point is kept")
	}
	click(picture, geom.Vec2{400 * unit, 300 * unit})
	click(plan, geom.Vec2{20, 0})
	if !keep.Disabled() {
		t.Error("two points at one place are kept")
	}
	for _, o := range test.LaidOutObjects(w.win.Canvas().Overlays().Top()) { // the second is taken back
		if b, ok := o.(*widget.Button); ok && b.Text == "2" {
			test.Tap(b)
		}
	}
	click(picture, geom.Vec2{400 * unit, 300 * unit})
	click(plan, geom.Vec2{0, -15})
	if keep.Disabled() {
		t.Fatal("two good points are not kept")
	}
	test.Tap(keep)
	w.settle()
	if len(film.kept) != 2 || film.kept[1].Plan.Sub(geom.Vec2{0, -15}).Len() > 0.1 || film.kept[1].Picture.Sub(geom.Vec2{400, 300}).Len() > 2 {
		t.Fatalf("kept are %v", film.kept)
	}
	var set overlay.Set
	e.recorded.trail(&set)
	if n := len(set.Trails); n != 2 || set.Trails[0].Points[0] != (geom.Vec3{20, e.w.floor() + 0.03, 0}) {
		t.Errorf("%d trails, the first from %v", n, set.Trails[0].Points)
	}
	e.openRecording("/home/mina/camera.csv")
	w.settle()
	if w.place("recorded-keep").(*widget.Button).Disabled() {
		t.Error("the points that are kept are not there again")
	}
	e.openRecording("/home/mina/holiday.jpg")
	w.settle()
	if w.place("recorded-failed") == nil {
		t.Error("nothing tells that a picture is no recording")
	}
}
