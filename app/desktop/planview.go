package desktop

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/image/font"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// planView is the floor plan that a layout is worked on in: drag moves things,
// the other buttons and the wheel move the plan.
type planView struct {
	widget.BaseWidget
	e      *editor
	raster *canvas.Raster
	view   floorplan.View
	fitted bool
	button desktop.MouseButton
	last   fyne.Position
	held   bool // the press began a drag of the editor
	more   bool // with the key that adds to the selection
	face   font.Face
	size   float64 // of the face, pixels
}

func newPlanView(e *editor) *planView {
	p := &planView{e: e}
	p.raster = canvas.NewRaster(p.draw)
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements fyne.Widget.
func (p *planView) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.raster) }

// MinSize implements fyne.Widget.
func (p *planView) MinSize() fyne.Size { return fyne.NewSize(200, 160) }

const planText = 11 // of names and sentences, in Fyne's units

func (p *planView) draw(width, height int) image.Image {
	if width < 2 || height < 2 {
		return nothing
	}
	scale := float64(width) / max(1, float64(p.Size().Width))
	if p.face == nil || p.size != planText*scale {
		face, err := floorplan.Face(theme.TextFont().Content(), planText*scale)
		if err == nil {
			p.face, p.size = face, planText*scale
		}
	}
	p.fit(width, height)
	look := floorplan.Light(p.face)
	if p.e.w.opt.Dark {
		look = floorplan.Dark(p.face)
	}
	return p.e.picture(p.view, look)
}

// fit shows all rooms, the first time, and keeps the middle when the size changes.
func (p *planView) fit(width, height int) {
	if p.fitted {
		p.view.Scale *= float64(width) / float64(p.view.Width)
		p.view.Width, p.view.Height = width, height
		return
	}
	var loops [][]geom.Vec2
	for _, z := range p.e.site.Zones {
		if z.Kind == "room" {
			loops = append(loops, z.Outline)
		}
	}
	p.view, p.fitted = floorplan.Fit(width, height, loops...), true
}

// pixel is a place of the widget in pixels of its picture.
func (p *planView) pixel(at fyne.Position) (x, y float64) {
	s := p.Size()
	if s.Width < 1 || p.view.Width < 1 {
		return 0, 0
	}
	k := float64(p.view.Width) / float64(s.Width)
	return float64(at.X) * k, float64(at.Y) * k
}

func (p *planView) plan(at fyne.Position) geom.Vec2 {
	x, y := p.pixel(at)
	return p.view.Plan(x, y)
}

func (p *planView) reach() float64 { return snapPixels / max(1, p.view.Scale) }

// MouseDown implements desktop.Mouseable.
func (p *planView) MouseDown(e *desktop.MouseEvent) {
	p.e.w.win.Canvas().Unfocus()
	p.button, p.last = e.Button, e.Position
	p.more = e.Modifier&(fyne.KeyModifierShortcutDefault|fyne.KeyModifierShift) != 0
	if e.Button == desktop.MouseButtonPrimary {
		p.e.grab(p.plan(e.Position), p.more, p.reach())
		p.held = p.e.drag != nil
	}
}

// MouseUp implements desktop.Mouseable.
func (p *planView) MouseUp(*desktop.MouseEvent) {
	p.button = 0
	if p.held {
		p.held = false
		p.e.drop(p.more)
	}
}

// Dragged implements fyne.Draggable.
func (p *planView) Dragged(e *fyne.DragEvent) {
	if p.held {
		p.e.pull(p.plan(e.Position), p.reach())
	}
}

// DragEnd implements fyne.Draggable.
func (p *planView) DragEnd() { p.MouseUp(nil) }

// Tapped implements fyne.Tappable.
func (p *planView) Tapped(e *fyne.PointEvent) { p.e.click(p.plan(e.Position), p.more) }

// MouseIn implements desktop.Hoverable.
func (p *planView) MouseIn(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *planView) MouseOut() {
	p.e.addAt = nil
	p.raster.Refresh()
}

// MouseMoved implements desktop.Hoverable.
func (p *planView) MouseMoved(e *desktop.MouseEvent) {
	if p.button == desktop.MouseButtonSecondary || p.button == desktop.MouseButtonTertiary {
		x0, y0 := p.pixel(p.last)
		x1, y1 := p.pixel(e.Position)
		p.view.Middle = p.view.Middle.Add(geom.Vec2{x0 - x1, y0 - y1}.Mul(1 / p.view.Scale))
		p.raster.Refresh()
	}
	p.last = e.Position
	if p.button == 0 {
		p.e.hoverPlan(p.plan(e.Position), p.reach())
	}
	if p.e.tool == toolAdd {
		at := p.plan(e.Position)
		p.e.addAt = &at
		p.raster.Refresh()
	}
}

// Scrolled implements fyne.Scrollable.
func (p *planView) Scrolled(e *fyne.ScrollEvent) {
	x, y := p.pixel(e.Position)
	by := 1.15
	if e.Scrolled.DY < 0 {
		by = 1 / by
	}
	p.view = p.view.Zoomed(by, x, y)
	p.raster.Refresh()
}
