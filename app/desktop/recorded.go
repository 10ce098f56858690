package desktop

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// Recording is a file of recorded ways on its way onto the plan of a site; package main
// wires it.
type Recording interface {
	// Ways are those of the file as one looks down on them, in its own units, y down.
	Ways() [][]geom.Vec2
	// Points are those that the site keeps of it already.
	Points() []Matched
	// Lie tells how it lies on the plan by two points or more, and by how many metres each
	// misses.
	Lie(points []Matched) (place func(geom.Vec2) geom.Vec2, misses []float64, err error)
	// Keep keeps the points with the site, for whoever measures the file, and tells how.
	Keep(points []Matched) (measure string, err error)
}

// Matched is a point of a recording, in its own units, and where it is on the plan, metres.
type Matched struct{ Picture, Plan geom.Vec2 }

// placing lets points be clicked on a recording and on the plan.
type placing struct {
	e      *editor
	name   string
	rec    Recording
	ways   [][]geom.Vec2
	unit   float64    // metres of paper for one unit of the recording
	half   *geom.Vec2 // clicked on the recording, and not yet on the plan
	points []Matched
	misses []float64
	placed [][]geom.Vec2 // the ways on the plan; nil: it is not known how they lie

	picture, plan *paper
	next, told    *widget.Label
	list          *fyne.Container
	keep          *widget.Button
}

// recordedButton lays recorded ways over the plan.
func (p *editPanel) recordedButton(button func(key, place string, act func()) *widget.Button) fyne.CanvasObject {
	e := p.e
	var b *widget.Button
	b = button("plan.recorded", "edit-recorded", func() {
		if e.recorded == nil {
			p.chooseRecording()
			return
		}
		item := func(key string, act func()) *fyne.MenuItem { return fyne.NewMenuItem(e.w.speak.Say(key), act) }
		menu := fyne.NewMenu("", item("recorded.points", e.recorded.ask), item("recorded.other", p.chooseRecording), item("recorded.hide", func() {
			e.recorded = nil
			e.told()
		}))
		at := e.w.app.Driver().AbsolutePositionForObject(b)
		widget.ShowPopUpMenuAtPosition(menu, e.w.win.Canvas(), at.AddXY(0, b.Size().Height))
	})
	enable(b, e.planner.Recorded != nil)
	return b
}

func (p *editPanel) chooseRecording() {
	w := p.e.w
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil {
			w.fail("act.recorded", err)
			return
		}
		if f == nil {
			return
		}
		path := f.URI().Path()
		_ = f.Close() // it is opened again where it is read
		p.e.openRecording(path)
	}, w.win)
	d.SetTitleText(w.speak.Say("plan.recorded"))
	d.Resize(fyne.NewSize(720, 480))
	d.Show()
}

// openRecording reads a file of recorded ways, and asks how it lies on the plan.
func (e *editor) openRecording(path string) {
	w, say := e.w, e.w.speak.Say
	name := filepath.Base(path)
	var rec Recording
	w.wait(waiting{
		Act: "act.recorded", Title: say("plan.recorded"), First: say("recorded.reading", "name", name), Mark: "recorded-busy",
		Work: func(ctx context.Context, _ func(string)) (err error) {
			rec, err = e.planner.Recorded(ctx, path)
			return err
		},
		Then: func(stopped bool, err error) {
			switch {
			case stopped || w.edit != e:
			case err != nil:
				w.letter(say("recorded.failed"), "recorded-failed", w.speak.Told(err.Error()))
			default:
				(&placing{e: e, name: name, rec: rec, ways: rec.Ways(), points: rec.Points()}).ask()
			}
		},
	})
}

// paperSide is how large the recording is on its paper, metres: papers are zoomed like plans.
const paperSide = 30

// ask shows both, side by side.
func (x *placing) ask() {
	e, w, say := x.e, x.e.w, x.e.w.speak.Say
	lo, hi := boxOf(x.ways)
	x.unit = paperSide / max(1e-9, hi[0]-lo[0], hi[1]-lo[1])
	corners := []geom.Vec2{lo.Mul(x.unit), {hi[0] * x.unit, lo[1] * x.unit}, hi.Mul(x.unit), {lo[0] * x.unit, hi[1] * x.unit}}
	x.picture = newPaper(w.opt.Dark, [][]geom.Vec2{corners}, func(look floorplan.Look) floorplan.Picture { return x.drawPicture(corners, look) }, func(at geom.Vec2) {
		at = at.Mul(1 / x.unit)
		x.half = &at
		x.update()
	})
	var rooms [][]geom.Vec2
	for _, z := range e.site.Zones {
		if z.Kind == "room" {
			rooms = append(rooms, z.Outline)
		}
	}
	x.plan = newPaper(w.opt.Dark, rooms, x.drawPlan, func(at geom.Vec2) {
		if x.half == nil {
			return
		}
		x.points, x.half = append(x.points, Matched{*x.half, at}), nil
		x.update()
	})
	how := widget.NewLabel(say("recorded.how"))
	how.Wrapping = fyne.TextWrapWord
	x.next, x.told, x.list = widget.NewLabel(""), widget.NewLabel(""), container.NewHBox()
	x.next.TextStyle.Bold = true
	pane := func(key string, p *paper) fyne.CanvasObject {
		return container.NewBorder(widget.NewLabelWithStyle(say(key), fyne.TextAlignLeading, fyne.TextStyle{Bold: true}), nil, nil, nil, p)
	}
	var shown dialog.Dialog
	x.keep = widget.NewButtonWithIcon(say("recorded.keep"), theme.ConfirmIcon(), func() {
		measure, err := x.rec.Keep(x.points)
		if err != nil {
			w.fail("act.recorded", err)
			return
		}
		shown.Hide()
		e.recorded = x
		e.told()
		w.letter(say("recorded.kept", "name", x.name, "count", strconv.Itoa(len(x.ways))), "recorded-kept", say("recorded.measure"), measure)
	})
	x.keep.Importance = widget.HighImportance
	cancel := widget.NewButton(say("deny.cancel"), func() { shown.Hide() })
	foot := container.NewVBox(container.NewHScroll(x.list), container.NewBorder(nil, nil, x.told, container.NewHBox(cancel, x.keep)))
	halves := container.NewGridWithColumns(2, pane("recorded.picture", x.picture), pane("recorded.plan", x.plan))
	shown = dialog.NewCustomWithoutButtons(say("recorded.title", "name", x.name), container.NewBorder(container.NewVBox(how, x.next), foot, nil, nil, halves), w.win)
	size := w.win.Canvas().Size()
	shown.Resize(fyne.NewSize(min(1500, size.Width-60), min(900, size.Height-60)))
	shown.Show()
	w.mark("recorded-picture", x.picture)
	w.mark("recorded-plan", x.plan)
	w.mark("recorded-keep", x.keep)
	x.update()
}

// update tells what to click next, and how well the points agree.
func (x *placing) update() {
	w, say := x.e.w, x.e.w.speak.Say
	number := strconv.Itoa(len(x.points) + 1)
	x.next.SetText(say("recorded.next.picture", "number", number))
	if x.half != nil {
		x.next.SetText(say("recorded.next.plan", "number", number))
	}
	x.placed, x.misses = nil, nil
	text := say("recorded.few")
	if len(x.points) >= 2 {
		place, misses, err := x.rec.Lie(x.points)
		if err != nil {
			text = say("recorded.untold")
		} else {
			x.misses = misses
			text = say("recorded.lies", "distance", w.speak.Quantity(slices.Max(misses), "m"))
			if n := len(x.points); n == 2 || n == 4 { // as many always agree
				text = say("recorded.exact", "number", strconv.Itoa(n))
			}
			for _, way := range x.ways {
				at := make([]geom.Vec2, len(way))
				for i, p := range way {
					at[i] = place(p)
				}
				x.placed = append(x.placed, at)
			}
		}
	}
	x.told.SetText(text)
	enable(x.keep, x.placed != nil)
	x.list.RemoveAll()
	for i := range x.points {
		label := strconv.Itoa(i + 1)
		if x.misses != nil {
			label = say("recorded.point", "number", label, "distance", w.speak.Quantity(x.misses[i], "m"))
		}
		b := widget.NewButtonWithIcon(label, theme.CancelIcon(), func() {
			x.points = slices.Delete(x.points, i, i+1)
			x.update()
		})
		b.Importance = widget.LowImportance
		x.list.Add(b)
	}
	x.list.Refresh()
	x.picture.raster.Refresh()
	x.plan.raster.Refresh()
}

// drawPicture is the recording with its points.
func (x *placing) drawPicture(corners []geom.Vec2, look floorplan.Look) floorplan.Picture {
	p := floorplan.Picture{Rooms: [][]geom.Vec2{corners}}
	for _, way := range x.ways {
		for i := 1; i < len(way); i++ {
			p.Lines = append(p.Lines, floorplan.Line{A: way[i-1].Mul(x.unit), B: way[i].Mul(x.unit), Color: faded(inkGuide, 0x70)})
		}
	}
	for i, m := range x.points {
		mark(&p, m.Picture.Mul(x.unit), strconv.Itoa(i+1), look)
	}
	if x.half != nil {
		mark(&p, x.half.Mul(x.unit), strconv.Itoa(len(x.points)+1), look)
	}
	return p
}

// drawPlan is the plan with the ways as they would lie, and the points.
func (x *placing) drawPlan(look floorplan.Look) floorplan.Picture {
	p := x.e.paper(look)
	x.lay(&p)
	for i, m := range x.points {
		mark(&p, m.Plan, strconv.Itoa(i+1), look)
	}
	return p
}

// lay draws the ways on the plan.
func (x *placing) lay(p *floorplan.Picture) {
	for _, way := range x.placed {
		for i := 1; i < len(way); i++ {
			if a, b := way[i-1], way[i]; a.Sub(b).Len() < 1e3 && !math.IsNaN(a[0]+b[0]) {
				p.Lines = append(p.Lines, floorplan.Line{A: a, B: b, Color: faded(inkGuide, 0x70)})
			}
		}
	}
}

// trail draws the ways on the floor of the picture.
func (x *placing) trail(set *overlay.Set) {
	y := x.e.w.floor() + 0.03
	for _, way := range x.placed {
		t := overlay.Trail{Label: x.name, Color: overlay.RGBA{0.43, 0.03, 0.27, 0.8}}
		for _, p := range way {
			if math.Abs(p[0])+math.Abs(p[1]) < 1e4 {
				t.Points = append(t.Points, geom.Vec3{p[0], y, p[1]})
			}
		}
		set.Trails = append(set.Trails, t)
	}
}

func mark(p *floorplan.Picture, at geom.Vec2, text string, look floorplan.Look) {
	p.Dots = append(p.Dots, floorplan.Dot{At: at, Radius: 6, Fill: inkPlan})
	p.Texts = append(p.Texts, floorplan.Text{At: at, Text: text, Ink: white, Ground: inkPlan})
}

func boxOf(ways [][]geom.Vec2) (lo, hi geom.Vec2) {
	lo, hi = geom.Vec2{math.Inf(1), math.Inf(1)}, geom.Vec2{math.Inf(-1), math.Inf(-1)}
	for _, way := range ways {
		for _, p := range way {
			for k := range p {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
	}
	if lo[0] > hi[0] {
		return geom.Vec2{}, geom.Vec2{1, 1}
	}
	return lo, hi
}
