package desktop

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/scene/geom"
)

// paper is a drawing that points are clicked on: the wheel zooms, the right button moves.
type paper struct {
	widget.BaseWidget
	dark   bool
	fits   [][]geom.Vec2 // what it shows at first
	draw   func(look floorplan.Look) floorplan.Picture
	click  func(at geom.Vec2)
	raster *canvas.Raster
	view   floorplan.View
	fitted bool
	button desktop.MouseButton
	last   fyne.Position
}

func newPaper(dark bool, fits [][]geom.Vec2, draw func(floorplan.Look) floorplan.Picture, click func(geom.Vec2)) *paper {
	p := &paper{dark: dark, fits: fits, draw: draw, click: click}
	p.raster = canvas.NewRaster(p.picture)
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer implements fyne.Widget.
func (p *paper) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.raster) }

// MinSize implements fyne.Widget.
func (p *paper) MinSize() fyne.Size { return fyne.NewSize(240, 200) }

func (p *paper) picture(width, height int) image.Image {
	if width < 2 || height < 2 {
		return nothing
	}
	face, err := floorplan.Face(theme.TextFont().Content(), planText*float64(width)/max(1, float64(p.Size().Width)))
	if err != nil {
		face = nil
	}
	if p.fitted {
		p.view.Scale *= float64(width) / float64(p.view.Width)
		p.view.Width, p.view.Height = width, height
	} else {
		p.view, p.fitted = floorplan.Fit(width, height, p.fits...), true
	}
	look := floorplan.Light(face)
	if p.dark {
		look = floorplan.Dark(face)
	}
	return floorplan.Draw(p.draw(look), p.view, look)
}

func (p *paper) pixel(at fyne.Position) (x, y float64) {
	k := float64(p.view.Width) / max(1, float64(p.Size().Width))
	return float64(at.X) * k, float64(at.Y) * k
}

// Tapped implements fyne.Tappable.
func (p *paper) Tapped(e *fyne.PointEvent) {
	if p.fitted {
		p.click(p.view.Plan(p.pixel(e.Position)))
	}
}

// MouseDown implements desktop.Mouseable.
func (p *paper) MouseDown(e *desktop.MouseEvent) { p.button, p.last = e.Button, e.Position }

// MouseUp implements desktop.Mouseable.
func (p *paper) MouseUp(*desktop.MouseEvent) { p.button = 0 }

// MouseIn implements desktop.Hoverable.
func (p *paper) MouseIn(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *paper) MouseOut() {}

// MouseMoved implements desktop.Hoverable.
func (p *paper) MouseMoved(e *desktop.MouseEvent) {
	if p.button == desktop.MouseButtonSecondary || p.button == desktop.MouseButtonTertiary {
		x0, y0 := p.pixel(p.last)
		x1, y1 := p.pixel(e.Position)
		p.view.Middle = p.view.Middle.Add(geom.Vec2{x0 - x1, y0 - y1}.Mul(1 / p.view.Scale))
		p.raster.Refresh()
	}
	p.last = e.Position
}

// Scrolled implements fyne.Scrollable.
func (p *paper) Scrolled(e *fyne.ScrollEvent) {
	x, y := p.pixel(e.Position)
	by := 1.15
	if e.Scrolled.DY < 0 {
		by = 1 / by
	}
	p.view = p.view.Zoomed(by, x, y)
	p.raster.Refresh()
}
