package desktop

import (
	"context"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/twin"
)

// askStrip asks about one change of the plant that the site does not follow
// without a word; it takes no room when there is none. Others wait behind it.
type askStrip struct {
	w       *window
	content *fyne.Container
	asked   twin.AssetID // what it asks about; "" for nothing
	waiting int          // how many are asked, this one included
	resized func()
}

func newAskStrip(w *window) *askStrip {
	a := &askStrip{w: w, content: container.NewStack()}
	a.content.Hide()
	return a
}

// update takes in the newest view.
func (a *askStrip) update() {
	list := a.w.now.Asked
	if !a.w.now.Live {
		list = nil // one decides in the present
	}
	asked := twin.AssetID("")
	if len(list) > 0 {
		asked = list[0].Asset
	}
	if asked == a.asked && len(list) == a.waiting {
		return
	}
	a.asked, a.waiting = asked, len(list)
	a.w.forget("ask-follow")
	a.w.forget("ask-leave")
	a.content.Objects = nil
	a.content.Hidden = asked == ""
	if asked != "" {
		a.show(list[0])
	}
	a.content.Refresh()
	if a.resized != nil {
		a.resized()
	}
}

func (a *askStrip) show(c twin.SiteChange) {
	say := a.w.speak.Say
	text := a.w.speak.Asked(c)
	if more := a.waiting - 1; more > 0 {
		text += " " + say("ask.more", "count", fmt.Sprint(more))
	}
	var follow, leave *widget.Button
	answer := func(yes bool) func() {
		return func() {
			a.w.inName(func(by string) {
				follow.Disable() // a double click must not answer the next one
				leave.Disable()
				a.w.feed.do("act.settle", func(ctx context.Context) error {
					err := a.w.twin.Settle(ctx, c.Asset, yes, by)
					if err != nil {
						a.w.feed.post(func() { a.waiting = -1 }) // offers the buttons again
					}
					return err
				}, nil)
			})
		}
	}
	follow = widget.NewButton(say("ask.follow"), answer(true))
	leave = widget.NewButton(say("ask.leave"), answer(false))
	leave.Importance = widget.HighImportance
	sentence := widget.NewLabel(text)
	sentence.Wrapping = fyne.TextWrapWord
	strip := canvas.NewRectangle(paint(colorPanel))
	edge := canvas.NewRectangle(paint(theme.ColorNameWarning))
	edge.SetMinSize(fyne.NewSize(4, 0))
	buttons := container.NewCenter(container.NewHBox(follow, leave))
	a.content.Objects = []fyne.CanvasObject{strip, container.NewBorder(nil, nil, edge, container.NewPadded(buttons), sentence)}
	a.w.mark("ask-follow", follow)
	a.w.mark("ask-leave", leave)
}
