package desktop

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// folds are the parts of the panel that open and close: all open for an expert,
// closed for a manager until they are asked for. What was opened stays so until
// the level of detail is changed.
type folds struct {
	open  map[string]bool
	heads map[string]*tapped // of those shown now
}

// fold adds a part under its title; fill makes its content when it is first open.
func (p *whyPanel) fold(key string, fill func(box *fyne.Container)) {
	open, chosen := p.folds.open[key]
	if !chosen {
		open = p.w.expert
	}
	box := container.NewVBox()
	title := p.w.speak.Say(key)
	head := heading("")
	show := func() {
		head.Text = "▸  " + title
		if open {
			head.Text = "▾  " + title
			if len(box.Objects) == 0 {
				fill(box)
			}
		}
		box.Hidden = !open
		head.Refresh()
		box.Refresh()
		p.body.Refresh()
	}
	gap := canvas.NewRectangle(nil)
	gap.SetMinSize(fyne.NewSize(0, 2))
	tap := newTapped(head, func() {
		open = !open
		p.folds.open[key] = open
		show()
	})
	p.folds.heads[key] = tap
	p.w.mark(key, tap)
	p.body.Add(gap)
	p.body.Add(tap)
	p.body.Add(box)
	show()
}

// level is the button that switches between what a manager and what an expert is
// shown.
func (p *whyPanel) level() *widget.Button {
	b := widget.NewButton("", p.w.switchLevel)
	b.Importance = widget.LowImportance
	b.Alignment = widget.ButtonAlignTrailing
	p.w.mark("level", b)
	return b
}

// nameLevel says on the button what it leads to.
func (p *whyPanel) nameLevel() {
	key := "level.expert"
	if p.w.expert {
		key = "level.manager"
	}
	p.depth.SetText(p.w.speak.Say(key))
}

// switchLevel shows the panel for the other reader, and has it remembered.
func (w *window) switchLevel() {
	w.expert = !w.expert
	if expert := w.expert; w.opt.Levelled != nil {
		w.feed.do("act.keep", func(context.Context) error { return w.opt.Levelled(expert) }, nil)
	}
	w.why.folds.open = map[string]bool{}
	w.why.drawn = "never"
	w.why.update()
}

// pill is a short word on a ground of a colour, that can be clicked.
func pill(text string, ink fyne.ThemeColorName, act func()) fyne.CanvasObject {
	ground := canvas.NewRectangle(paint(ink))
	ground.CornerRadius = 8
	said := canvas.NewText(text, paint(theme.ColorNameForegroundOnPrimary))
	said.TextSize, said.TextStyle.Bold = theme.Size(theme.SizeNameCaptionText), true
	space := func() fyne.CanvasObject {
		gap := canvas.NewRectangle(nil)
		gap.SetMinSize(fyne.NewSize(3, 0))
		return gap
	}
	return newTapped(container.NewStack(ground, container.NewHBox(space(), said, space())), act)
}

// gauge is a bar that is filled up to a share of its width, 0 to 1.
func gauge(share float64, ink fyne.ThemeColorName) fyne.CanvasObject {
	rail, fill := canvas.NewRectangle(paint(theme.ColorNameSeparator)), canvas.NewRectangle(paint(ink))
	rail.CornerRadius, fill.CornerRadius = 2, 2
	return container.New(gaugeLayout(share), rail, fill)
}

type gaugeLayout float64

const gaugeThick = 5

// Layout implements fyne.Layout.
func (g gaugeLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(size.Width, gaugeThick))
	share := float32(min(1, max(0, float64(g))))
	if share != share {
		share = 0
	}
	objects[1].Resize(fyne.NewSize(size.Width*share, gaugeThick))
}

// MinSize implements fyne.Layout.
func (g gaugeLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(40, gaugeThick+2)
}
