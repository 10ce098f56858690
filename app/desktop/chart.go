package desktop

import (
	"image/color"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// chart draws one signal over the evidence window: what was measured, what
// would have been had nothing happened, what is predicted with the action and
// without it, the limit and the onset.
type chart struct {
	widget.BaseWidget
	speak *phrase.Speaker
	zone  *time.Location

	curve         app.Curve
	onset, acted  time.Time
	newest, count int64 // of the points shown, to tell whether anything changed
}

func newChart(speak *phrase.Speaker, zone *time.Location) *chart {
	c := &chart{speak: speak, zone: zone}
	c.ExtendBaseWidget(c)
	return c
}

func (c *chart) show(curve app.Curve, onset, acted time.Time) {
	count := int64(len(curve.Points) + (len(curve.Forecast)+len(curve.Nothing))<<20)
	var newest int64
	if n := len(curve.Points); n > 0 {
		newest = curve.Points[n-1].At.UnixNano()
	}
	if count == c.count && newest == c.newest && acted.Equal(c.acted) && onset.Equal(c.onset) && curve.Signal == c.curve.Signal {
		return
	}
	c.curve, c.onset, c.acted, c.count, c.newest = curve, onset, acted, count, newest
	c.Refresh()
}

// Room around the plot, and its least height.
const (
	chartLeft, chartTop, chartBottom, chartRight = 40, 20, 45, 6
	chartHeight                                  = 152
	chartLine                                    = 13 // of the legend
	chartText                                    = 10.5
)

// MinSize implements fyne.Widget.
func (c *chart) MinSize() fyne.Size { return fyne.NewSize(200, chartHeight) }

// CreateRenderer implements fyne.Widget.
func (c *chart) CreateRenderer() fyne.WidgetRenderer { return &chartRenderer{c: c} }

type chartRenderer struct {
	c       *chart
	objects []fyne.CanvasObject
}

// scale maps time and value to the plot.
type scale struct {
	from, to  time.Time
	low, high float64
	size      fyne.Size
}

func (s scale) at(t time.Time, v float64) fyne.Position {
	x := float32(t.Sub(s.from).Seconds() / s.to.Sub(s.from).Seconds())
	y := float32((s.high - v) / (s.high - s.low))
	return fyne.NewPos(chartLeft+x*(s.size.Width-chartLeft-chartRight), chartTop+y*(s.size.Height-chartTop-chartBottom))
}

// scaleOf fits everything that is drawn, but for how far it may come if nothing is
// done, which may be anything and would leave no room for the rest; false when
// there is nothing.
func scaleOf(curve app.Curve, size fyne.Size) (scale, bool) {
	s := scale{low: math.Inf(1), high: math.Inf(-1), size: size}
	add := func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			s.low, s.high = math.Min(s.low, v), math.Max(s.high, v)
		}
	}
	for i, list := range [][]twin.Point{curve.Points, curve.Counterfactual, curve.Forecast, curve.Nothing} {
		for _, p := range list {
			if s.from.IsZero() || p.At.Before(s.from) {
				s.from = p.At
			}
			if p.At.After(s.to) {
				s.to = p.At
			}
			add(p.Value)
			if (i == 1 || i == 2) && p.High > p.Low {
				add(p.Low)
				add(p.High)
			}
		}
	}
	if curve.Limit != nil {
		add(*curve.Limit)
	}
	if s.low > s.high || !s.to.After(s.from) || size.Width < chartLeft+chartRight+10 || size.Height < chartTop+chartBottom+10 {
		return scale{}, false
	}
	room := math.Max((s.high-s.low)*0.08, 0.5)
	if curve.Kind == twin.Boolean {
		s.low, s.high, room = 0, 1, switchRoom
	}
	s.low, s.high = s.low-room, s.high+room
	return s, true
}

// switchRoom is left above on and below off, so that neither is the frame's edge.
const switchRoom = 0.2

// ticks are the values that are written beside the chart: a switch's two.
func (c *chart) ticks(s scale) []float64 {
	if c.curve.Kind == twin.Boolean {
		return []float64{0, 1}
	}
	span := s.high - s.low
	return []float64{s.low + 0.1*span, s.low + 0.5*span, s.low + 0.9*span}
}

// Layout implements fyne.WidgetRenderer.
func (r *chartRenderer) Layout(size fyne.Size) {
	c := r.c
	r.objects = nil
	r.text(c.speak.SignalName(c.curve.Signal)+"  "+c.curve.Unit, fyne.NewPos(0, 0), theme.ColorNameForeground, false)
	s, ok := scaleOf(c.curve, size)
	if !ok {
		r.text(c.speak.Say("chart.empty"), fyne.NewPos(chartLeft, size.Height/2), colorMuted, false)
		return
	}
	ground := canvas.NewRectangle(paint(theme.ColorNameHeaderBackground))
	a, b := s.at(s.from, s.high), s.at(s.to, s.low)
	ground.Move(a)
	ground.Resize(fyne.NewSize(b.X-a.X, b.Y-a.Y))
	r.objects = append(r.objects, ground)
	for _, v := range c.ticks(s) {
		r.line(s.at(s.from, v), s.at(s.to, v), theme.ColorNameSeparator, 1)
		p := s.at(s.from, v)
		text := phrase.Number(v)
		if c.curve.Kind == twin.Boolean {
			text = c.speak.Observed(twin.Signal{Kind: twin.Boolean}, v)
		}
		r.text(text, fyne.NewPos(chartLeft-4, p.Y-7), colorMuted, true)
	}
	r.band(s, c.curve.Counterfactual, colorAgainst, 0x22)
	r.band(s, c.curve.Nothing, colorPast, 0x28)
	r.band(s, c.curve.Forecast, theme.ColorNameSuccess, 0x38)
	if c.curve.Limit != nil {
		r.dashes(s.at(s.from, *c.curve.Limit), s.at(s.to, *c.curve.Limit), theme.ColorNameError)
	}
	r.course(s, c.curve.Counterfactual, colorAgainst, true)
	r.course(s, c.curve.Nothing, colorPast, true)
	r.course(s, c.curve.Forecast, theme.ColorNameSuccess, true)
	r.course(s, c.curve.Points, colorFor, false)
	for _, at := range []time.Time{c.onset, c.acted} {
		if at.After(s.from) && at.Before(s.to) {
			r.dashes(s.at(at, s.low), s.at(at, s.high), colorMuted)
		}
	}
	y := b.Y + 1
	r.text(phrase.Clock(s.from, c.zone)[:5], fyne.NewPos(chartLeft, y), colorMuted, false)
	r.text(phrase.Clock(s.to, c.zone)[:5], fyne.NewPos(b.X, y), colorMuted, true)
	r.onset(s, b, y)
	r.legend(size.Width, y+chartLine)
}

// onset names the moment at which it began, where the ends of the axis leave room.
func (r *chartRenderer) onset(s scale, b fyne.Position, y float32) {
	c := r.c
	if !c.onset.After(s.from) || !c.onset.Before(s.to) {
		return
	}
	x := s.at(c.onset, s.low).X
	text := c.speak.Say("chart.onset") + " " + phrase.Clock(c.onset, c.zone)[:5]
	wide := fyne.MeasureText(text, chartText, fyne.TextStyle{}).Width
	const clock = 34 // of a time at an end of the axis
	if at := x - wide/2; at > chartLeft+clock && at+wide < b.X-clock {
		r.text(text, fyne.NewPos(at, y), theme.ColorNameForeground, false)
	}
}

// legend names what is drawn, on two lines where one does not do.
func (r *chartRenderer) legend(width, y float32) {
	c, x := r.c, float32(chartLeft)
	entry := func(shown bool, key string, ink fyne.ThemeColorName) {
		if !shown {
			return
		}
		text := c.speak.Say(key)
		if wide := fyne.MeasureText(text, chartText, fyne.TextStyle{}).Width; x > chartLeft && x+wide > width {
			x, y = chartLeft, y+chartLine
		}
		t := r.text(text, fyne.NewPos(x, y), ink, false)
		x += t.MinSize().Width + 10
	}
	entry(true, "chart.measured", colorFor)
	entry(len(c.curve.Counterfactual) > 0, "chart.counterfactual", colorAgainst)
	entry(len(c.curve.Nothing) > 0, "chart.nothing", colorPast)
	entry(len(c.curve.Forecast) > 0, "chart.forecast", theme.ColorNameSuccess)
	entry(c.curve.Limit != nil, "chart.limit", theme.ColorNameError)
}

// segmentsMost bounds what a course is drawn with: about one line a pixel.
const segmentsMost = 160

func (r *chartRenderer) course(s scale, points []twin.Point, ink fyne.ThemeColorName, dashed bool) {
	step := max(1, (len(points)+segmentsMost-1)/segmentsMost)
	for i := step; i < len(points); i += step {
		p, q := points[i-step], points[i]
		if math.IsNaN(p.Value) || math.IsNaN(q.Value) || dashed && (i/step)%3 == 0 {
			continue
		}
		r.line(s.at(p.At, p.Value), s.at(q.At, q.Value), ink, 1.6)
	}
}

// band shades where a course is expected to lie.
func (r *chartRenderer) band(s scale, f []twin.Point, ink fyne.ThemeColorName, alpha uint8) {
	tint := color.NRGBAModel.Convert(paint(ink)).(color.NRGBA)
	tint.A = alpha
	step := max(1, (len(f)+39)/40)
	for i := step; i < len(f); i += step {
		if !(f[i].High > f[i].Low) {
			continue
		}
		a, b := s.at(f[i-step].At, min(f[i].High, s.high)), s.at(f[i].At, max(f[i].Low, s.low))
		if b.Y <= a.Y {
			continue // out of sight
		}
		rect := canvas.NewRectangle(tint)
		rect.Move(a)
		rect.Resize(fyne.NewSize(b.X-a.X, b.Y-a.Y))
		r.objects = append(r.objects, rect)
	}
}

func (r *chartRenderer) line(a, b fyne.Position, ink fyne.ThemeColorName, width float32) {
	l := canvas.NewLine(paint(ink))
	l.StrokeWidth, l.Position1, l.Position2 = width, a, b
	r.objects = append(r.objects, l)
}

func (r *chartRenderer) dashes(a, b fyne.Position, ink fyne.ThemeColorName) {
	const pieces = 24
	for i := 0; i < pieces; i += 2 {
		t, u := float32(i)/pieces, float32(i+1)/pieces
		r.line(fyne.NewPos(a.X+(b.X-a.X)*t, a.Y+(b.Y-a.Y)*t), fyne.NewPos(a.X+(b.X-a.X)*u, a.Y+(b.Y-a.Y)*u), ink, 1)
	}
}

// chartWord is a small text at a place of a drawing.
func chartWord(s string, at fyne.Position, ink fyne.ThemeColorName) *canvas.Text {
	t := canvas.NewText(s, paint(ink))
	t.TextSize = chartText
	t.Move(at)
	t.Resize(t.MinSize())
	return t
}

func (r *chartRenderer) text(s string, at fyne.Position, ink fyne.ThemeColorName, trailing bool) *canvas.Text {
	t := chartWord(s, at, ink)
	if trailing {
		t.Move(at.SubtractXY(t.MinSize().Width, 0))
	}
	r.objects = append(r.objects, t)
	return t
}

// MinSize implements fyne.WidgetRenderer.
func (r *chartRenderer) MinSize() fyne.Size { return r.c.MinSize() }

// Refresh implements fyne.WidgetRenderer.
func (r *chartRenderer) Refresh() {
	r.Layout(r.c.Size())
	canvas.Refresh(r.c)
}

// Objects implements fyne.WidgetRenderer.
func (r *chartRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Destroy implements fyne.WidgetRenderer.
func (r *chartRenderer) Destroy() {}
