package desktop

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

// buttons offer the decision. A key only moves the focus here and says how to
// confirm, so that no single key stroke writes to the plant.
func (p *whyPanel) buttons(proposal twin.Proposal, first *twin.Decision) {
	w := p.w
	approve := func(by string) {
		p.approve.Disable() // a double click must not approve twice
		p.deny.Disable()
		w.feed.do("act.approve", func(ctx context.Context) error {
			err := w.twin.Approve(ctx, proposal.ID, by)
			if err != nil {
				w.feed.post(func() { p.drawn = "never" }) // offers the buttons again
			}
			return err
		}, nil)
	}
	p.approve = newKeyButton(w.speak.Say("decide.approve"), theme.ConfirmIcon(), func() { w.inName(approve) })
	if first != nil && first.By == w.person.name {
		p.approve.Text = w.speak.Say("decide.second")
		p.approve.OnTapped = func() { w.inSecondName(first.By, proposal.Class, approve) }
	}
	p.approve.Importance = widget.HighImportance
	p.approve.stop = w.halt
	p.deny = newKeyButton(w.speak.Say("decide.deny"), theme.CancelIcon(), func() { p.askReason(proposal) })
	p.deny.stop = w.halt
	p.foot.Add(container.NewGridWithColumns(2, p.deny, p.approve))
	w.mark("approve", p.approve)
	w.mark("deny", p.deny)
}

// askReason asks why, since a denial without a reason teaches nobody.
func (p *whyPanel) askReason(proposal twin.Proposal) {
	w := p.w
	reason := newReasonEntry(w)
	reason.SetMinRowsVisible(3)
	reason.SetPlaceHolder(w.speak.Say("deny.reason"))
	d := dialog.NewCustomConfirm(w.speak.Say("deny.title"), w.speak.Say("deny.ok"), w.speak.Say("deny.cancel"), reason, func(yes bool) {
		if !yes {
			return
		}
		text := reason.Text
		w.inName(func(by string) {
			w.feed.do("act.deny", func(ctx context.Context) error { return w.twin.Deny(ctx, proposal.ID, by, text) }, nil)
		})
	}, w.win)
	d.Resize(fyne.NewSize(420, 220))
	d.Show()
	w.win.Canvas().Focus(reason)
}

// modes lets the user say how far this class of actions may go by itself.
func (p *whyPanel) modes(c app.Case) fyne.CanvasObject {
	w := p.w
	names, byName := []string{}, map[string]twin.Mode{}
	for _, m := range twin.Modes {
		names = append(names, w.speak.ModeName(m))
		byName[w.speak.ModeName(m)] = m
	}
	choice := widget.NewSelect(names, nil)
	choice.Selected = w.speak.ModeName(p.mode(c))
	class := c.Proposal.Class
	choice.OnChanged = func(name string) {
		w.inName(func(by string) {
			w.feed.do("act.mode", func(ctx context.Context) error {
				return w.twin.SetMode(ctx, class, byName[name], by)
			}, w.readModes)
		})
	}
	if !w.now.Live {
		choice.Disable()
	}
	w.mark("mode", choice)
	return container.NewBorder(nil, nil, container.NewCenter(heading(w.speak.Say("mode.label"))), nil, choice)
}

// keyButton is a button that Enter presses too, and Esc leaves.
type keyButton struct {
	widget.Button
	screen func() fyne.Canvas
	stop   func() // what the key of the emergency stop does; nil: nothing
}

func newKeyButton(text string, icon fyne.Resource, act func()) *keyButton {
	b := &keyButton{}
	b.Text, b.Icon, b.OnTapped = text, icon, act
	b.ExtendBaseWidget(b)
	b.screen = func() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(b) }
	return b
}

// TypedKey implements fyne.Focusable.
func (b *keyButton) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !b.Disabled() {
			b.Tapped(nil)
		}
	case fyne.KeyEscape:
		if c := b.screen(); c != nil {
			c.Unfocus()
		}
	case stopKey:
		if b.stop != nil {
			b.stop()
		}
	default:
		b.Button.TypedKey(e)
	}
}
