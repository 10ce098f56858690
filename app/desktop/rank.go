package desktop

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
)

// membersMost are the assets of one cause that are named.
const membersMost = 12

// members tells which other things the same cause disturbs, and where it sits.
func (p *whyPanel) members(c app.Case) {
	speak := p.w.speak
	if len(c.Members) > 0 {
		var names []string
		for _, m := range c.Members[:min(membersMost, len(c.Members))] {
			names = append(names, p.w.nameOf(m.Asset))
		}
		if len(c.Members) > membersMost {
			names = append(names, "…") // the picture marks them all
		}
		p.body.Add(prose(speak.Say("members.line", "count", strconv.Itoa(len(c.Members)), "names", strings.Join(names, ", ")), theme.ColorNameForeground, false))
	}
	if c.Situation.Root != "" {
		p.body.Add(small(speak.Say("members.root", "asset", p.w.nameOf(c.Situation.Root))))
	}
	if x := c.Escalated; x != nil && c.EndedAt.IsZero() {
		p.body.Add(prose(speak.Say("escalated", "why", speak.Told(x.Why)), theme.ColorNameError, true))
	}
}

// nameOf is what a person calls an asset of the site that is shown.
func (w *window) nameOf(id twin.AssetID) string {
	a, ok := w.shown().Asset(id)
	if !ok {
		a.ID = id
	}
	return w.speak.AssetName(a)
}

// about names what a case is about.
func (w *window) about(c app.Case) string {
	a, ok := w.shown().Asset(c.Situation.Asset)
	if !ok {
		a.ID = c.Situation.Asset
	}
	return w.speak.CaseName(a, c)
}

// callPeople shows once that a case needs a person.
func (w *window) callPeople() {
	if !w.now.Live {
		return
	}
	for _, c := range w.now.Cases {
		x := c.Escalated
		if x == nil || !c.EndedAt.IsZero() || w.called[x.Case] {
			continue
		}
		w.called[x.Case] = true
		w.tell(w.speak.Say("escalated.notice", "asset", w.about(c), "why", w.speak.Told(x.Why)))
		w.app.SendNotification(fyne.NewNotification(w.twin.Site().Name, w.notice.said))
	}
}
