package desktop

import (
	"image/color"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/phrase"
)

// warmthMap draws which signal spoke when: a strip of time for each, orange where it
// speaks for a fault and blue where against, the deeper the more.
type warmthMap struct {
	widget.BaseWidget
	zone     *time.Location
	rows     []account.Warmth
	from, to time.Time
	onset    time.Time // zero: not within
	smooth   bool      // SmoothGrad in place of integrated gradients
}

func newWarmthMap(d account.Deep, rows int, smooth bool, zone *time.Location) *warmthMap {
	m := &warmthMap{zone: zone, rows: d.Warm[:min(rows, len(d.Warm))], from: d.From, to: d.To, onset: d.Onset, smooth: smooth}
	m.ExtendBaseWidget(m)
	return m
}

const (
	stripLabel = 15 // above each strip
	stripHigh  = 11
	stripGap   = 4
	stripAxis  = 16 // below all
)

// MinSize implements fyne.Widget.
func (m *warmthMap) MinSize() fyne.Size {
	return fyne.NewSize(200, float32(len(m.rows))*(stripLabel+stripHigh+stripGap)+stripAxis)
}

// CreateRenderer implements fyne.Widget.
func (m *warmthMap) CreateRenderer() fyne.WidgetRenderer { return &warmthRenderer{m: m} }

type warmthRenderer struct {
	m       *warmthMap
	objects []fyne.CanvasObject
}

// Layout implements fyne.WidgetRenderer.
func (r *warmthRenderer) Layout(size fyne.Size) {
	m := r.m
	r.objects = nil
	most := 0.0
	for _, w := range m.rows {
		for _, v := range w.Steps {
			most = math.Max(most, math.Abs(v))
		}
	}
	y := float32(0)
	for _, w := range m.rows {
		t := r.text(w.Name, fyne.NewPos(0, y), theme.ColorNameForeground)
		sum := r.text(signedShare(w.Share), fyne.NewPos(0, y), colorMuted)
		sum.Move(fyne.NewPos(size.Width-sum.MinSize().Width, y))
		if room := size.Width - sum.MinSize().Width - 6; t.MinSize().Width > room {
			t.Text = clipped(w.Name, room)
		}
		y += stripLabel
		r.strip(w, most, y, size.Width)
		y += stripHigh + stripGap
	}
	if !m.onset.IsZero() {
		x := size.Width * float32(m.onset.Sub(m.from).Seconds()/m.to.Sub(m.from).Seconds())
		for i := range m.rows {
			top := float32(i)*(stripLabel+stripHigh+stripGap) + stripLabel
			l := canvas.NewLine(paint(theme.ColorNameForeground))
			l.StrokeWidth, l.Position1, l.Position2 = 1, fyne.NewPos(x, top-1), fyne.NewPos(x, top+stripHigh+1)
			r.objects = append(r.objects, l)
		}
		t := r.text(phrase.Clock(m.onset, m.zone)[:5], fyne.NewPos(0, y-2), theme.ColorNameForeground)
		if wide := t.MinSize().Width; x-wide/2 > 40 && x+wide/2 < size.Width-40 {
			t.Move(fyne.NewPos(x-wide/2, y-2))
		} else {
			t.Hide()
		}
	}
	r.text(phrase.Clock(m.from, m.zone)[:5], fyne.NewPos(0, y-2), colorMuted)
	end := r.text(phrase.Clock(m.to, m.zone)[:5], fyne.NewPos(0, y-2), colorMuted)
	end.Move(fyne.NewPos(size.Width-end.MinSize().Width, y-2))
}

func (r *warmthRenderer) strip(w account.Warmth, most float64, y, wide float32) {
	steps := w.Steps
	if r.m.smooth {
		steps = w.Smooth
	}
	ground := canvas.NewRectangle(paint(theme.ColorNameHeaderBackground))
	ground.Move(fyne.NewPos(0, y))
	ground.Resize(fyne.NewSize(wide, stripHigh))
	r.objects = append(r.objects, ground)
	if most == 0 {
		return
	}
	for i, v := range steps {
		part := math.Min(1, math.Abs(v)/most)
		if part < 0.02 {
			continue
		}
		ink := colorFor
		if v < 0 {
			ink = colorAgainst
		}
		tint := color.NRGBAModel.Convert(paint(ink)).(color.NRGBA)
		tint.A = uint8(255 * math.Sqrt(part)) // what is half as much is well seen beside the most
		a, b := wide*float32(i)/float32(len(steps)), wide*float32(i+1)/float32(len(steps))
		cell := canvas.NewRectangle(tint)
		cell.Move(fyne.NewPos(a, y))
		cell.Resize(fyne.NewSize(b-a, stripHigh))
		r.objects = append(r.objects, cell)
	}
}

func (r *warmthRenderer) text(s string, at fyne.Position, ink fyne.ThemeColorName) *canvas.Text {
	t := chartWord(s, at, ink)
	r.objects = append(r.objects, t)
	return t
}

// clipped is as much of a text as a width has room for.
func clipped(s string, room float32) string {
	letters := []rune(s)
	for len(letters) > 1 && fyne.MeasureText(string(letters)+"…", chartText, fyne.TextStyle{}).Width > room {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}

// MinSize implements fyne.WidgetRenderer.
func (r *warmthRenderer) MinSize() fyne.Size { return r.m.MinSize() }

// Refresh implements fyne.WidgetRenderer.
func (r *warmthRenderer) Refresh() {
	r.Layout(r.m.Size())
	canvas.Refresh(r.m)
}

// Objects implements fyne.WidgetRenderer.
func (r *warmthRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Destroy implements fyne.WidgetRenderer.
func (r *warmthRenderer) Destroy() {}
