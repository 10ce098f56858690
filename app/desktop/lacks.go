package desktop

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/twin"
)

// lackList is the section under the tree of what site and plant do not agree
// on. It is folded until it is asked for, and takes no room when there is nothing.
type lackList struct {
	w       *window
	content *fyne.Container
	head    *widget.Button
	body    *fyne.Container
	rows    *fyne.Container
	told    []twin.Suggestion
	open    bool
}

const (
	lacksShown = 40  // more are counted
	lackHeight = 150 // of the list when it is unfolded
)

func newLackList(w *window) *lackList {
	l := &lackList{w: w, rows: container.NewVBox()}
	l.head = widget.NewButton("", l.fold)
	l.head.Importance, l.head.Alignment = widget.LowImportance, widget.ButtonAlignLeading
	scroll := container.NewVScroll(clearOfBar(l.rows))
	scroll.SetMinSize(fyne.NewSize(0, lackHeight))
	l.body = container.NewStack(scroll)
	l.body.Hide()
	l.content = container.NewVBox(l.head, l.body)
	l.content.Hide()
	w.mark("unexplained", l.head)
	return l
}

func (l *lackList) fold() {
	l.open = !l.open
	l.show()
}

// update takes in the newest view.
func (l *lackList) update() {
	if slices.Equal(l.told, l.w.now.Unexplained) {
		return
	}
	l.told = l.w.now.Unexplained
	l.show()
}

func (l *lackList) show() {
	l.content.Hidden = len(l.told) == 0
	l.body.Hidden = !l.open
	mark := "▸ "
	if l.open {
		mark = "▾ "
	}
	l.head.SetText(mark + l.w.speak.Say("unexplained.title", "count", fmt.Sprint(len(l.told))))
	l.rows.Objects = nil
	for _, s := range l.told[:min(len(l.told), lacksShown)] {
		l.rows.Add(small(l.w.speak.Unexplained(s)))
	}
	if more := len(l.told) - lacksShown; more > 0 {
		l.rows.Add(small(l.w.speak.Say("changed.more", "count", fmt.Sprint(more))))
	}
	l.content.Refresh()
	if l.w.site != nil {
		l.w.site.content.Refresh()
	}
}
