package desktop

import (
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// bar is one signed share with its name and the value it comes from.
type bar struct {
	name, note string
	share      float64
}

// bars draws shares about a common middle: to the right what speaks for the
// claim, to the left what speaks against it, all on one scale.
type bars struct {
	widget.BaseWidget
	list []bar
}

func newBars(list []bar) *bars {
	b := &bars{list: list}
	b.ExtendBaseWidget(b)
	return b
}

// A row is a line or two of text with a bar under it.
const (
	barLine  = 15
	barText  = 12
	barThick = 8
	barGap   = 4
	barsWide = sideRight - 28 // as wide as the panel leaves it, to break lines for
)

// CreateRenderer implements fyne.Widget.
func (b *bars) CreateRenderer() fyne.WidgetRenderer {
	r := &barsRenderer{b: b}
	for _, x := range b.list {
		fill := colorFor
		if x.share < 0 {
			fill = colorAgainst
		}
		row := barParts{
			rect: canvas.NewRectangle(paint(fill)), axis: canvas.NewLine(paint(theme.ColorNameSeparator)),
			note: canvas.NewText(x.note, paint(colorMuted)),
		}
		row.note.TextSize, row.note.Alignment, row.rect.CornerRadius = barText, fyne.TextAlignTrailing, 2
		r.objects = append(r.objects, row.note, row.axis, row.rect)
		for _, line := range broken(x.name) {
			t := canvas.NewText(line, paint(theme.ColorNameForeground))
			t.TextSize = barText
			row.name = append(row.name, t)
			r.objects = append(r.objects, t)
		}
		row.lines = len(row.name)
		if x.note != "" && widthOf(row.name[len(row.name)-1].Text)+widthOf(x.note)+barGap*2 > barsWide {
			row.lines++ // the value stands on a line of its own
		}
		r.rows = append(r.rows, row)
	}
	return r
}

func widthOf(text string) float32 {
	return fyne.MeasureText(text, barText, fyne.TextStyle{}).Width
}

// broken breaks a name into lines that fit; one word too wide stays whole.
func broken(name string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(name) {
		longer := strings.TrimPrefix(line+" "+word, " ")
		if line != "" && widthOf(longer) > barsWide {
			lines, longer = append(lines, line), word
		}
		line = longer
	}
	return append(lines, line)
}

type barParts struct {
	name  []*canvas.Text // its lines
	note  *canvas.Text
	lines int // of text
	rect  *canvas.Rectangle
	axis  *canvas.Line // of no share, beside the bar only: it would strike through the text
}

func (p barParts) height() float32 { return float32(p.lines*barLine + barThick + 2*barGap) }

type barsRenderer struct {
	b       *bars
	rows    []barParts
	objects []fyne.CanvasObject
}

// Layout implements fyne.WidgetRenderer.
func (r *barsRenderer) Layout(size fyne.Size) {
	var least, most float64
	for _, x := range r.b.list {
		if !math.IsNaN(x.share) {
			least, most = math.Min(least, x.share), math.Max(most, x.share)
		}
	}
	span := most - least
	if span == 0 {
		span = 1
	}
	zero, y := size.Width*float32(-least/span), float32(0)
	for i, row := range r.rows {
		for k, line := range row.name {
			line.Move(fyne.NewPos(0, y+float32(k*barLine)))
			line.Resize(fyne.NewSize(size.Width, barLine))
		}
		row.note.Move(fyne.NewPos(0, y+float32((row.lines-1)*barLine)))
		row.note.Resize(fyne.NewSize(size.Width, barLine))
		length := size.Width * float32(math.Abs(r.b.list[i].share)/span)
		if !(length >= 0) {
			length = 0
		}
		x := zero
		if r.b.list[i].share < 0 {
			x -= length
		}
		under := y + float32(row.lines*barLine)
		row.rect.Move(fyne.NewPos(x, under+barGap))
		row.rect.Resize(fyne.NewSize(length, barThick))
		row.axis.Position1, row.axis.Position2 = fyne.NewPos(zero, under+barGap/2), fyne.NewPos(zero, under+barThick+barGap*3/2)
		y += row.height()
	}
}

// MinSize implements fyne.WidgetRenderer.
func (r *barsRenderer) MinSize() fyne.Size {
	var height float32
	for _, row := range r.rows {
		height += row.height()
	}
	return fyne.NewSize(160, height)
}

// Refresh implements fyne.WidgetRenderer.
func (r *barsRenderer) Refresh() { r.Layout(r.b.Size()) }

// Objects implements fyne.WidgetRenderer.
func (r *barsRenderer) Objects() []fyne.CanvasObject { return r.objects }

// Destroy implements fyne.WidgetRenderer.
func (r *barsRenderer) Destroy() {}
