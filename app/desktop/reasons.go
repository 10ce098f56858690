package desktop

import (
	"context"
	"fmt"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/app/phrase"
)

// trust shows how sure the model is, and how true the explanation is to it: a
// badge, which tells what was measured when it is clicked.
func (p *whyPanel) trust(a account.Account) {
	if a.Sure.Text == "" {
		return
	}
	sure := canvas.NewText(a.Sure.Text, paint(theme.ColorNamePrimary))
	sure.TextStyle.Bold = true
	told := container.NewVBox()
	told.Hidden = true
	badge := pill(a.Badge.Name, gradeColor(a.Badge.Grade), func() {
		if told.Hidden = !told.Hidden; len(told.Objects) == 0 {
			p.measured(told, a)
		}
		told.Refresh()
		p.body.Refresh()
	})
	p.badge = badge.(*tapped)
	p.w.mark("badge", badge)
	p.body.Add(container.NewHBox(sure, layout.NewSpacer(), badge))
	p.body.Add(told)
}

// measured tells what the confidence means, and what was measured of the
// explanations of its model.
func (p *whyPanel) measured(box *fyne.Container, a account.Account) {
	box.Add(small(a.Sure.Meaning))
	box.Add(small(a.Badge.Text))
	for _, f := range a.Badge.Figures {
		box.Add(small(figureLine(p.w.speak.Upper(f.Name), f)))
	}
}

func gradeColor(g account.Grade) fyne.ThemeColorName {
	switch g {
	case account.Faithful:
		return theme.ColorNameSuccess
	case account.Weak:
		return theme.ColorNameWarning
	case account.Unfaithful:
		return theme.ColorNameError
	}
	return colorMuted
}

// reasons shows the bars: to a manager the three that matter most, with what goes with
// each; to an expert one by one, and what goes together.
func (p *whyPanel) reasons(a account.Account) {
	if a.Why.Withheld != "" {
		p.body.Add(section(p.w.speak.Say("explain.reasons")))
		p.body.Add(small(a.Why.Withheld))
	}
	if len(a.Why.Bars) == 0 {
		return
	}
	all, shown := a.Why.Together, account.BarsGlance
	if p.w.expert {
		all, shown = a.Why.Bars, account.BarsExpert
	}
	if p.allBars {
		shown = len(all)
	}
	shown = min(shown, len(all))
	p.body.Add(section(p.w.speak.Say("explain.reasons")))
	p.shown = newBars(barsOf(all[:shown]))
	p.body.Add(p.shown)
	said := a.Why.Legend
	if count, share := account.Rest(all, shown); count > 0 {
		said += " · " + p.w.speak.Say("account.rest", "count", strconv.Itoa(count), "share", fmt.Sprintf("%+.2f", share))
	}
	p.body.Add(small(said))
	if !p.w.expert {
		return
	}
	for _, g := range a.Why.Groups {
		p.body.Add(small(g))
	}
	if len(all) > account.BarsExpert {
		key := "bars.all"
		if p.allBars {
			key = "bars.few"
		}
		more := widget.NewButton(p.w.speak.Say(key), func() {
			p.allBars = !p.allBars
			p.drawn = "never"
			p.update()
		})
		more.Importance = widget.LowImportance
		p.w.mark("bars-all", more)
		p.body.Add(container.NewHBox(more))
	}
}

func barsOf(list []account.Bar) []bar {
	out := make([]bar, len(list))
	for i, b := range list {
		out[i] = bar{b.Name, b.Note, b.Share}
	}
	return out
}

// elseBe shows what else it could be, what would tell, and how to check it; and
// answers "why not that one?" of any.
func (p *whyPanel) elseBe(c app.Case, a account.Account) {
	if len(a.Else) == 0 {
		return
	}
	p.fold("explain.alternatives", func(box *fyne.Container) {
		shown := a.Else
		if !p.w.expert {
			shown = shown[:min(len(shown), account.ElseGlance)]
		}
		checked := ""
		for _, o := range shown {
			name := canvas.NewText(p.w.speak.Upper(o.Name), paint(theme.ColorNameForeground))
			name.TextSize = barText
			share := canvas.NewText(phrase.Percent(o.Probability), paint(colorMuted))
			share.TextSize = barText
			box.Add(container.NewHBox(name, layout.NewSpacer(), share))
			box.Add(gauge(o.Probability, colorAgainst))
			if o.Apart != "" {
				box.Add(small(o.Apart))
			}
			if o.Check != "" && o.Check != checked {
				box.Add(small(p.w.speak.Say("check.label") + ": " + o.Check))
			}
			checked = o.Check
		}
		p.whyNot(box, c, a)
	})
}

// whyNot lets the user pick a class and tells why it is not that one.
func (p *whyPanel) whyNot(box *fyne.Container, c app.Case, a account.Account) {
	answer := container.NewVBox()
	names, class := make([]string, len(a.Else)), map[string]string{}
	for i, o := range a.Else {
		names[i] = p.w.speak.Upper(o.Name)
		class[names[i]] = o.Class
	}
	show := func(name string) {
		p.asked = class[name]
		x := account.WhyNot(p.w.speak, c, p.asked)
		answer.Objects = nil
		for _, text := range []string{x.Odds, x.Against, x.For} {
			if text != "" {
				answer.Add(small(text))
			}
		}
		if len(x.Bars) > 0 {
			answer.Add(newBars(barsOf(x.Bars)))
		}
		answer.Refresh()
		p.body.Refresh()
	}
	pick := widget.NewSelect(names, show)
	pick.PlaceHolder = p.w.speak.Say("whynot.pick")
	p.picks = pick
	p.w.mark("whynot", pick)
	box.Add(pick)
	box.Add(answer)
	for _, o := range a.Else {
		if o.Class == p.asked {
			pick.SetSelected(p.w.speak.Upper(o.Name))
		}
	}
}

// similar looks through the journal for earlier cases like this one, away from
// the interface's thread, and shows them when they are found.
func (p *whyPanel) similar(c app.Case) {
	if c.Explanation == nil || c.Explanation.Abstained {
		return
	}
	p.fold("similar.title", func(box *fyne.Container) {
		box.Add(small(p.w.speak.Say("similar.waiting")))
		speak, site, past := p.w.speak, p.w.shown(), p.w.now.Cases
		var found []account.Similar
		p.w.feed.do("act.look", func(context.Context) error {
			found = account.Alike(speak, site, c, past)
			return nil
		}, func() {
			box.Objects = nil
			if len(found) == 0 {
				box.Add(small(speak.Say("similar.none")))
			}
			for i, x := range found {
				row := newTapped(container.NewVBox(small(x.What), small(x.How+". "+x.Same+".")), func() { p.w.recall(x) })
				if i == 0 {
					p.w.mark("similar", row)
				}
				box.Add(container.NewBorder(nil, nil, stripe(colorPast), nil, row))
			}
			box.Refresh()
			p.body.Refresh()
		})
	})
}

func stripe(ink fyne.ThemeColorName) fyne.CanvasObject {
	s := canvas.NewRectangle(paint(ink))
	s.SetMinSize(fyne.NewSize(3, 0))
	return s
}

// recall shows an earlier case, at the time when it was known.
func (w *window) recall(x account.Similar) {
	w.chose, w.asset = x.Case, x.Asset
	w.time.look(x.At)
	w.selected()
	w.frameSelected()
}

// change tells what would change the verdict; an expert is also told what was
// measured of it, and what made it.
func (p *whyPanel) change(a account.Account) {
	if a.Change == "" && a.Why.Withheld == "" {
		return
	}
	if a.Change != "" {
		p.fold("explain.change", func(box *fyne.Container) { box.Add(small(a.Change)) })
	}
	if len(a.Limits) > 0 {
		p.fold("explain.limits", func(box *fyne.Container) {
			for _, l := range a.Limits {
				box.Add(small(l))
			}
		})
	}
	if p.w.expert {
		p.fold("explain.trust", func(box *fyne.Container) { p.measured(box, a) })
	}
	if p.w.expert && a.Made.Model != "" {
		p.fold("explain.made", func(box *fyne.Container) {
			box.Add(small(a.ModelLine(p.w.speak, p.w.shown())))
			if offer := p.w.retrainOffer(); offer != nil {
				box.Add(offer)
			}
		})
	}
}

// otherActions tells why it is not another action.
func (p *whyPanel) otherActions(a account.Account) {
	if len(a.Actions) == 0 {
		return
	}
	p.fold("rank.title", func(box *fyne.Container) {
		for _, x := range a.Actions {
			box.Add(small(x))
		}
	})
}
