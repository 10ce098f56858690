package desktop

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/xai"
)

// shapes shows an expert how the verdict depends on a reading that he picks: the model's
// own term where it is a sum of such, else with all else as it is.
func (p *whyPanel) shapes(c app.Case, a account.Account) {
	if !p.w.expert || len(a.Why.Bars) == 0 {
		return
	}
	p.fold("shape.title", func(box *fyne.Container) {
		names, feature := []string{}, map[string]string{}
		for _, b := range a.Why.Bars[:min(account.BarsExpert, len(a.Why.Bars))] {
			name := p.w.speak.Upper(b.Name)
			names, feature[name] = append(names, name), b.Feature
		}
		shown := container.NewVBox()
		pick := widget.NewSelect(names, func(name string) {
			s, err := p.w.twin.Shape(c.Explanation, feature[name])
			shown.Objects = nil
			switch {
			case err != nil:
				shown.Add(small(p.w.speak.Told(err.Error())))
			case len(s.Features) == 0:
				shown.Add(small(p.w.speak.Say("shape.none")))
			default:
				shown.Add(newShapePlot(p.w.speak, s))
				key := "shape.depends"
				if s.Exact {
					key = "shape.exact"
				}
				shown.Add(small(p.w.speak.Say(key)))
			}
			shown.Refresh()
			p.body.Refresh()
		})
		p.w.mark("shape", pick)
		p.shape = pick
		box.Add(pick)
		box.Add(shown)
		pick.SetSelectedIndex(0)
	})
}

// shapePlot draws how a score depends on a feature: steps above and below nothing; of
// a pair a map, each with where this case stands.
type shapePlot struct {
	widget.BaseWidget
	speak *phrase.Speaker
	shape xai.Shape
}

func newShapePlot(s *phrase.Speaker, shape xai.Shape) *shapePlot {
	p := &shapePlot{speak: s, shape: shape}
	p.ExtendBaseWidget(p)
	return p
}

const (
	shapeHigh = 120
	shapeAxis = 32 // below it
	shapeLeft = 40
	cellsMost = 48 // of a map's edge, each a rectangle
)

// MinSize implements fyne.Widget.
func (p *shapePlot) MinSize() fyne.Size { return fyne.NewSize(200, shapeHigh+shapeAxis) }

// CreateRenderer implements fyne.Widget.
func (p *shapePlot) CreateRenderer() fyne.WidgetRenderer { return &shapeRenderer{p: p} }

type shapeRenderer struct {
	p       *shapePlot
	objects []fyne.CanvasObject
}

// span is the first and last edge, with the case's own value within.
func span(edges []float64, value float64) (low, high float64) {
	low, high = edges[0], edges[len(edges)-1]
	if !math.IsNaN(value) {
		low, high = min(low, value), max(high, value)
	}
	return low, high
}

// Layout implements fyne.WidgetRenderer.
func (r *shapeRenderer) Layout(size fyne.Size) {
	r.objects = nil
	s := r.p.shape
	if size.Width < shapeLeft+20 || len(s.Shares) == 0 {
		return
	}
	ground := canvas.NewRectangle(paint(theme.ColorNameHeaderBackground))
	ground.Move(fyne.NewPos(shapeLeft, 0))
	ground.Resize(fyne.NewSize(size.Width-shapeLeft, shapeHigh))
	r.objects = append(r.objects, ground)
	if len(s.Features) > 1 {
		r.pair(size)
		return
	}
	least, most := 0.0, 0.0
	for _, v := range s.Shares {
		least, most = min(least, v[0]), max(most, v[0])
	}
	if most == least {
		most = least + 1
	}
	low, high := span(s.Edges[0], s.Value[0])
	x := func(v float64) float32 {
		return shapeLeft + float32((v-low)/(high-low))*(size.Width-shapeLeft)
	}
	y := func(v float64) float32 { return shapeHigh * float32((most-v)/(most-least)) }
	for i, v := range s.Shares {
		ink := colorFor
		if v[0] < 0 {
			ink = colorAgainst
		}
		tint := color.NRGBAModel.Convert(paint(ink)).(color.NRGBA)
		tint.A = 0x90
		step := canvas.NewRectangle(tint)
		top, foot := min(y(v[0]), y(0)), max(y(v[0]), y(0))
		a, b := x(s.Edges[0][i]), x(s.Edges[0][i+1])
		step.Move(fyne.NewPos(a, top))
		step.Resize(fyne.NewSize(max(b-a, 0.5), max(foot-top, 1)))
		r.objects = append(r.objects, step)
	}
	r.line(fyne.NewPos(shapeLeft, y(0)), fyne.NewPos(size.Width, y(0)), colorMuted, 1)
	for _, v := range []float64{least, most} {
		if v != 0 {
			r.text(signedShare(v), fyne.NewPos(0, min(max(y(v)-7, 0), shapeHigh-14)), colorMuted)
		}
	}
	if t := s.Typical[0]; !math.IsNaN(t) && t >= low && t <= high {
		r.line(fyne.NewPos(x(t), 0), fyne.NewPos(x(t), shapeHigh), colorMuted, 1)
	}
	if v := s.Value[0]; !math.IsNaN(v) {
		r.line(fyne.NewPos(x(v), 0), fyne.NewPos(x(v), shapeHigh), theme.ColorNameForeground, 2)
	}
	r.axis(0, low, high, size.Width)
	told := r.p.speak.Say("shape.now", "value", r.p.speak.FeatureValue(s.Features[0], s.Value[0], s.Units[0]), "usual", r.p.speak.FeatureValue(s.Features[0], s.Typical[0], s.Units[0]))
	r.text(told, fyne.NewPos(shapeLeft, shapeHigh+15), colorMuted)
}

// axis writes the ends of a feature's span below the plot.
func (r *shapeRenderer) axis(k int, low, high float64, right float32) {
	s := r.p.shape
	r.text(r.p.speak.FeatureValue(s.Features[k], low, s.Units[k]), fyne.NewPos(shapeLeft, shapeHigh), colorMuted)
	end := r.text(r.p.speak.FeatureValue(s.Features[k], high, s.Units[k]), fyne.NewPos(0, shapeHigh), colorMuted)
	end.Move(fyne.NewPos(right-end.MinSize().Width, shapeHigh))
}

// pair draws a map: the first feature across, the second upwards.
func (r *shapeRenderer) pair(size fyne.Size) {
	s := r.p.shape
	most := 0.0
	for _, line := range s.Shares {
		for _, v := range line {
			most = max(most, math.Abs(v))
		}
	}
	lowX, highX := span(s.Edges[0], s.Value[0])
	lowY, highY := span(s.Edges[1], s.Value[1])
	wide := size.Width - shapeLeft
	for i := range cellsMost {
		for k := range cellsMost {
			v := shareAt(s, lowX+(highX-lowX)*(float64(i)+0.5)/cellsMost, lowY+(highY-lowY)*(float64(k)+0.5)/cellsMost)
			if most == 0 || math.Abs(v) < 0.02*most {
				continue
			}
			ink := colorFor
			if v < 0 {
				ink = colorAgainst
			}
			tint := color.NRGBAModel.Convert(paint(ink)).(color.NRGBA)
			tint.A = uint8(255 * math.Sqrt(math.Abs(v)/most))
			cell := canvas.NewRectangle(tint)
			cell.Move(fyne.NewPos(shapeLeft+wide*float32(i)/cellsMost, shapeHigh*float32(cellsMost-1-k)/cellsMost))
			cell.Resize(fyne.NewSize(wide/cellsMost+0.5, shapeHigh/float32(cellsMost)+0.5))
			r.objects = append(r.objects, cell)
		}
	}
	if !math.IsNaN(s.Value[0]) && !math.IsNaN(s.Value[1]) {
		x, y := shapeLeft+wide*float32((s.Value[0]-lowX)/(highX-lowX)), shapeHigh*float32((highY-s.Value[1])/(highY-lowY))
		r.line(fyne.NewPos(x-6, y), fyne.NewPos(x+6, y), theme.ColorNameForeground, 2)
		r.line(fyne.NewPos(x, y-6), fyne.NewPos(x, y+6), theme.ColorNameForeground, 2)
	}
	r.axis(0, lowX, highX, size.Width)
	r.text(phrase.Number(highY), fyne.NewPos(0, 0), colorMuted)
	r.text(phrase.Number(lowY), fyne.NewPos(0, shapeHigh-14), colorMuted)
	r.text(r.p.speak.Say("shape.pair", "across", r.p.speak.Feature(s.Features[0]), "up", r.p.speak.Feature(s.Features[1])), fyne.NewPos(shapeLeft, shapeHigh+15), colorMuted)
}

// shareAt is the share of a pair at two values.
func shareAt(s xai.Shape, x, y float64) float64 {
	step := func(edges []float64, v float64) int {
		i := 0
		for i < len(edges)-2 && v >= edges[i+1] {
			i++
		}
		return i
	}
	return s.Shares[step(s.Edges[0], x)][step(s.Edges[1], y)]
}

func (r *shapeRenderer) line(a, b fyne.Position, ink fyne.ThemeColorName, width float32) {
	l := canvas.NewLine(paint(ink))
	l.StrokeWidth, l.Position1, l.Position2 = width, a, b
	r.objects = append(r.objects, l)
}

func (r *shapeRenderer) text(s string, at fyne.Position, ink fyne.ThemeColorName) *canvas.Text {
	t := chartWord(s, at, ink)
	r.objects = append(r.objects, t)
	return t
}

// MinSize implements fyne.WidgetRenderer.
func (r *shapeRenderer) MinSize() fyne.Size { return r.p.MinSize() }

// Refresh implements fyne.WidgetRenderer.
func (r *shapeRenderer) Refresh() {
	r.Layout(r.p.Size())
	canvas.Refresh(r.p)
}

// Objects implements fyne.WidgetRenderer.
func (r *shapeRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Destroy implements fyne.WidgetRenderer.
func (r *shapeRenderer) Destroy() {}
