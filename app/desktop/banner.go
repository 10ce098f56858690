package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// banner is a coloured strip with a sentence; it takes no room when silent.
type banner struct {
	content *fyne.Container
	text    *widget.RichText
	said    string
	resized func() // lays out what it takes room from, or gives it back to; nil: nothing
}

func newBanner(ground fyne.ThemeColorName) *banner {
	b := &banner{text: widget.NewRichText()}
	b.text.Wrapping = fyne.TextWrapWord
	back := canvas.NewRectangle(paint(ground))
	b.content = container.NewStack(back, b.text)
	b.content.Hide()
	return b
}

func (b *banner) say(text string) {
	if text == b.said {
		return
	}
	b.said = text
	if b.resized != nil {
		defer b.resized()
	}
	if text == "" {
		b.content.Hide()
		return
	}
	b.text.Segments = []widget.RichTextSegment{&widget.TextSegment{Text: text, Style: widget.RichTextStyle{
		ColorName: theme.ColorNameForegroundOnPrimary, TextStyle: fyne.TextStyle{Bold: true},
	}}}
	b.text.Refresh()
	b.content.Show()
}

// heading is a panel's small title.
func heading(text string) *canvas.Text {
	t := canvas.NewText(text, paint(colorMuted))
	t.TextSize, t.TextStyle.Bold = theme.Size(theme.SizeNameCaptionText), true
	return t
}

// prose is a text that wraps, flush with what stands above it.
func prose(text string, color fyne.ThemeColorName, bold bool) fyne.CanvasObject {
	return wrapped(text, widget.RichTextStyle{ColorName: color, TextStyle: fyne.TextStyle{Bold: bold}})
}

// small is prose of second rank.
func small(text string) fyne.CanvasObject {
	return wrapped(text, widget.RichTextStyle{ColorName: colorMuted, SizeName: theme.SizeNameCaptionText})
}

func wrapped(text string, style widget.RichTextStyle) fyne.CanvasObject {
	r := widget.NewRichText(&widget.TextSegment{Text: text, Style: style})
	r.Wrapping = fyne.TextWrapWord
	return container.New(flush{}, r)
}

// flush takes the inner padding of a text away, which would set it off from
// the lines around it.
type flush struct{}

// Layout implements fyne.Layout.
func (flush) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	pad := theme.InnerPadding()
	for _, o := range objects {
		o.Move(fyne.NewPos(-pad, -pad))
		o.Resize(size.AddWidthHeight(2*pad, 2*pad))
	}
}

// MinSize implements fyne.Layout.
func (flush) MinSize(objects []fyne.CanvasObject) fyne.Size {
	pad := theme.InnerPadding()
	var least fyne.Size
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return fyne.NewSize(max(least.Width-2*pad, 0), max(least.Height-2*pad, 0))
}
