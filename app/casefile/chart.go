package casefile

import (
	"math"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/app/typeset"
	"github.com/glasstwin/glasstwin/twin"
)

const (
	chartsMost = 2 // beside each other
	chartHigh  = 46.0
	chartGap   = 7.0
)

// evidence are the signals over time: as measured, as they would have been, and
// as was predicted of the action.
func (s *sheet) evidence() {
	curves := s.Evidence[:min(chartsMost, len(s.Evidence))]
	if len(curves) == 0 {
		return
	}
	s.heading("explain.evidence", chartHigh+4)
	w := (wide - chartGap*float64(len(curves)-1)) / float64(len(curves))
	for i, c := range curves {
		newPlot(s, c, margin+float64(i)*(w+chartGap), s.y, w).draw()
	}
	s.y += chartHigh
	s.legend(curves)
}

// legend names the lines that any of the charts has.
func (s *sheet) legend(curves []app.Curve) {
	x := margin
	entry := func(key string, c typeset.Colour, has func(app.Curve) bool) {
		for _, curve := range curves {
			if has(curve) {
				s.pdf.SetDrawColor(c.R, c.G, c.B)
				s.pdf.SetLineWidth(0.7)
				s.pdf.Line(x, s.y-1, x+5, s.y-1)
				x = s.l.Line(x+6.5, s.y, s.Speak.Say(key), caption) + 6
				return
			}
		}
	}
	entry("chart.measured", orange, func(c app.Curve) bool { return len(c.Points) > 0 })
	entry("chart.counterfactual", blue, func(c app.Curve) bool { return len(c.Counterfactual) > 0 })
	entry("chart.forecast", green, func(c app.Curve) bool { return len(c.Forecast) > 0 })
	entry("chart.limit", red, func(c app.Curve) bool { return c.Limit != nil })
	s.y += 1
}

// plot is one chart: a place on the page and what it shows.
type plot struct {
	*sheet
	curve      app.Curve
	x, y, w, h float64 // of the plot itself
	from, to   time.Time
	low, high  float64
	some       bool
}

func newPlot(s *sheet, c app.Curve, x, y, w float64) *plot {
	p := &plot{sheet: s, curve: c, x: x + 10, y: y + 3, w: w - 10, h: chartHigh - 14, low: math.Inf(1), high: math.Inf(-1)}
	for i, list := range [][]twin.Point{c.Points, c.Counterfactual, c.Forecast} {
		for _, pt := range list {
			if p.from.IsZero() || pt.At.Before(p.from) {
				p.from = pt.At
			}
			if pt.At.After(p.to) {
				p.to = pt.At
			}
			p.reach(pt.Value)
			if i == 2 && pt.High > pt.Low {
				p.reach(pt.Low)
				p.reach(pt.High)
			}
		}
	}
	if c.Limit != nil {
		p.reach(*c.Limit)
	}
	p.some = p.low <= p.high && p.to.After(p.from)
	room := max((p.high-p.low)*0.08, 0.5)
	if c.Kind == twin.Boolean {
		p.low, p.high, room = 0, 1, 0.2 // off and on, neither of them the frame
	}
	p.low, p.high = p.low-room, p.high+room
	return p
}

func (p *plot) reach(v float64) {
	if !math.IsNaN(v) && !math.IsInf(v, 0) {
		p.low, p.high = min(p.low, v), max(p.high, v)
	}
}

// at is where a moment and a value stand on the page.
func (p *plot) at(t time.Time, v float64) (x, y float64) {
	return p.x + p.w*t.Sub(p.from).Seconds()/p.to.Sub(p.from).Seconds(), p.y + p.h*(p.high-v)/(p.high-p.low)
}

func (p *plot) draw() {
	name := p.Speak.SignalName(p.curve.Signal)
	if p.curve.Unit != "" {
		name += ", " + p.curve.Unit
	}
	p.l.Line(p.x-10, p.y-3, p.l.Clipped(name, p.w+10, strong), strong)
	p.pdf.SetFillColor(ground.R, ground.G, ground.B)
	p.pdf.Rect(p.x, p.y, p.w, p.h, "F")
	if !p.some {
		p.l.Line(p.x+3, p.y+p.h/2, p.Speak.Say("chart.empty"), caption)
		return
	}
	p.grid()
	p.pdf.ClipRect(p.x, p.y, p.w, p.h, false)
	p.band()
	if p.curve.Limit != nil {
		_, y := p.at(p.from, *p.curve.Limit)
		p.stroke(red, 0.3, true)
		p.pdf.Line(p.x, y, p.x+p.w, y)
	}
	p.line(p.curve.Counterfactual, blue, 0.35, true)
	p.line(p.curve.Points, orange, 0.5, false)
	p.line(p.curve.Forecast, green, 0.5, true)
	p.pdf.SetDashPattern(nil, 0)
	p.pdf.ClipEnd()
	p.mark(p.Situation.Onset, "chart.onset")
	p.mark(p.ActedAt, "report.acted")
}

func (p *plot) grid() {
	span := p.high - p.low
	ticks := []float64{p.low + 0.1*span, p.low + 0.5*span, p.low + 0.9*span}
	if p.curve.Kind == twin.Boolean {
		ticks = []float64{0, 1}
	}
	for _, v := range ticks {
		text := phrase.Number(v)
		if p.curve.Kind == twin.Boolean {
			text = p.Speak.Observed(twin.Signal{Kind: twin.Boolean}, v)
		}
		_, y := p.at(p.from, v)
		p.stroke(faint, 0.2, false)
		p.pdf.Line(p.x, y, p.x+p.w, y)
		p.l.LineTo(p.x-1, y+1, text, code)
	}
	p.l.Line(p.x, p.y+p.h+3.4, p.clock(p.from)[:5], code)
	p.l.LineTo(p.x+p.w, p.y+p.h+3.4, p.clock(p.to)[:5], code)
}

func (p *plot) stroke(c typeset.Colour, thick float64, dashed bool) {
	p.pdf.SetDrawColor(c.R, c.G, c.B)
	p.pdf.SetLineWidth(thick)
	if dashed {
		p.pdf.SetDashPattern([]float64{1.4, 1}, 0)
	} else {
		p.pdf.SetDashPattern(nil, 0)
	}
}

// line draws a course, broken where a value is missing.
func (p *plot) line(points []twin.Point, c typeset.Colour, thick float64, dashed bool) {
	p.stroke(c, thick, dashed)
	begun := false
	for _, pt := range points {
		if math.IsNaN(pt.Value) {
			if begun {
				p.pdf.DrawPath("D")
			}
			begun = false
			continue
		}
		x, y := p.at(pt.At, pt.Value)
		if begun {
			p.pdf.LineTo(x, y)
		} else {
			p.pdf.MoveTo(x, y)
		}
		begun = true
	}
	if begun {
		p.pdf.DrawPath("D")
	}
}

// band shades where the forecast is expected to lie.
func (p *plot) band() {
	var upper, lower []fpdf.PointType
	for _, pt := range p.curve.Forecast {
		if pt.High > pt.Low {
			x, y := p.at(pt.At, pt.High)
			upper = append(upper, fpdf.PointType{X: x, Y: y})
			x, y = p.at(pt.At, pt.Low)
			lower = append([]fpdf.PointType{{X: x, Y: y}}, lower...)
		}
	}
	if len(upper) < 2 {
		return
	}
	p.pdf.SetAlpha(0.18, "Normal")
	p.pdf.SetFillColor(green.R, green.G, green.B)
	p.pdf.Polygon(append(upper, lower...), "F")
	p.pdf.SetAlpha(1, "Normal")
}

// mark names a moment under the plot, with a line through it.
func (p *plot) mark(t time.Time, key string) {
	if !t.After(p.from) || !t.Before(p.to) {
		return
	}
	x, _ := p.at(t, p.low)
	p.stroke(muted, 0.25, true)
	p.pdf.Line(x, p.y, x, p.y+p.h)
	p.pdf.SetDashPattern(nil, 0)
	text := p.Speak.Say(key)
	w := p.l.Width(text, code)
	at := max(p.x+9, min(x-w/2, p.x+p.w-9-w))
	y := p.y + p.h + 3.4
	if key != "chart.onset" {
		y += 3 // the two may stand close to each other
	}
	p.l.Line(at, y, text, code)
}
