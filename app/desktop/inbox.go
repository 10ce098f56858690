package desktop

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
)

// inboxPanel lists the situations, newest first.
type inboxPanel struct {
	w       *window
	content fyne.CanvasObject
	cards   *fyne.Container
	drawn   string // what the cards were drawn from
}

func newInboxPanel(w *window) *inboxPanel {
	p := &inboxPanel{w: w, cards: container.NewVBox(), drawn: "never"}
	scroll := container.NewVScroll(clearOfBar(p.cards))
	scroll.SetMinSize(fyne.NewSize(0, 92))
	p.content = container.NewBorder(heading(w.speak.Say("inbox.title")), nil, nil, nil, scroll)
	w.mark("inbox", scroll)
	return p
}

// cardsMost bounds what is laid out; older ones stand in the journal.
const cardsMost = 50

func (p *inboxPanel) update() {
	var key strings.Builder
	cases := p.w.now.Cases
	cases = cases[:min(len(cases), cardsMost)]
	for _, c := range cases {
		fmt.Fprint(&key, c.Situation.Case, c.Stage, p.w.speak.CaseSentence(c), p.w.speak.StageName(c), c.Situation.Case == p.w.chose, ";")
	}
	if key.String() == p.drawn {
		return
	}
	p.drawn = key.String()
	p.cards.Objects = nil
	for i, c := range cases {
		card := p.card(c)
		if i == 0 {
			p.w.mark("card", card)
		}
		p.cards.Add(card)
	}
	if len(cases) == 0 {
		p.cards.Add(prose(p.w.speak.Say("inbox.empty"), colorMuted, false))
	}
	p.cards.Refresh()
}

func (p *inboxPanel) card(c app.Case) fyne.CanvasObject {
	name := canvas.NewText(p.w.about(c), paint(theme.ColorNameForeground))
	name.TextStyle.Bold = true
	stage := canvas.NewText(p.w.speak.StageName(c), paint(stageColor(c)))
	stage.TextSize, stage.TextStyle.Bold = theme.Size(theme.SizeNameCaptionText), true
	since := canvas.NewText(p.w.speak.Say("inbox.at", "time", phrase.Clock(c.Situation.Onset, p.w.zone)), paint(colorMuted))
	since.TextSize = theme.Size(theme.SizeNameCaptionText)
	said := canvas.NewText(p.w.speak.CaseSentence(c), paint(theme.ColorNameForeground))
	said.TextSize = 12
	stripe := canvas.NewRectangle(paint(stageColor(c)))
	stripe.SetMinSize(fyne.NewSize(4, 0))
	ground := canvas.NewRectangle(paint(theme.ColorNameHeaderBackground))
	ground.CornerRadius = 6
	if c.Situation.Case == p.w.chose {
		ground.StrokeColor, ground.StrokeWidth = paint(theme.ColorNamePrimary), 2
	}
	text := container.NewVBox(container.NewHBox(name, layout.NewSpacer(), stage), said, since)
	return newTapped(container.NewStack(ground, container.NewBorder(nil, nil, stripe, nil, container.NewPadded(text))),
		func() { p.w.selectCase(c) })
}

func stageColor(c app.Case) fyne.ThemeColorName {
	switch c.Stage {
	case app.Closed:
		if c.Outcome != nil && c.Outcome.Result == "verified" {
			return theme.ColorNameSuccess
		}
		return theme.ColorNameWarning
	case app.Abandoned:
		return colorMuted
	case app.Acting:
		return theme.ColorNamePrimary
	}
	if c.Situation.Severity >= 0.7 {
		return theme.ColorNameError
	}
	return theme.ColorNameWarning
}

// tapped makes any content clickable.
type tapped struct {
	widget.BaseWidget
	inside fyne.CanvasObject
	act    func()
}

func newTapped(inside fyne.CanvasObject, act func()) *tapped {
	t := &tapped{inside: inside, act: act}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer implements fyne.Widget.
func (t *tapped) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.inside) }

// Tapped implements fyne.Tappable.
func (t *tapped) Tapped(*fyne.PointEvent) { t.act() }
