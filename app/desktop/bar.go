package desktop

import (
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// bar is the strip along the top: the site, what works on it, and the way out.
func (w *window) bar() fyne.CanvasObject {
	title := canvas.NewText("", paint(theme.ColorNameForeground))
	title.TextStyle.Bold, title.TextSize = true, theme.Size(theme.SizeNameSubHeadingText)
	title.Text = shortened(w.twin.Site().Name, title.TextSize, title.TextStyle, titleWidth)
	w.status = canvas.NewText("", paint(colorMuted))
	stop := widget.NewButtonWithIcon(w.speak.Say("halt.button"), theme.MediaStopIcon(), w.halt)
	stop.Importance = widget.DangerImportance
	home := widget.NewButton(w.speak.Say("tool.home"), w.overview)
	dark := widget.NewButton(w.speak.Say("tool.theme"), func() { w.opt.Dark = !w.opt.Dark; w.build() })
	tongue := widget.NewButton(w.speak.Say("tool.language"), w.switchLanguage)
	keys := widget.NewButton(w.speak.Say("tool.help"), w.help)
	earned := widget.NewButton(w.speak.Say("autonomy.button"), w.showAutonomy)
	for _, b := range []*widget.Button{home, earned, dark, tongue, keys} {
		b.Importance = widget.LowImportance
	}
	w.mark("halt", stop)
	w.mark("autonomy", earned)
	w.mark("theme", dark)
	w.mark("language", tongue)
	row := container.NewHBox(title, w.status, layout.NewSpacer(), w.layerChecks(), w.planButton(), home, w.sightMenu(), earned, dark, tongue, keys)
	if who := w.personButton(); who != nil {
		row.Add(who)
	}
	row.Add(stop)
	return container.NewStack(canvas.NewRectangle(paint(colorPanel)), container.NewPadded(row))
}

// titleWidth is what the site's name may take of the bar: a longer one would
// push the stop button out of the window.
const titleWidth = 240

// shortened is a text cut to a width, with an ellipsis where something is missing.
func shortened(text string, size float32, style fyne.TextStyle, width float32) string {
	if fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	runes := []rune(text)
	fit := sort.Search(len(runes), func(n int) bool {
		return fyne.MeasureText(string(runes[:n+1])+"…", size, style).Width > width
	})
	return strings.TrimRight(string(runes[:fit]), " ") + "…"
}
