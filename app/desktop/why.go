package desktop

import (
	"fmt"
	"slices"
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
	"github.com/glasstwin/glasstwin/twin"
)

// whyPanel explains the selected case, with its decision always in sight below;
// of a thing without a case, why nothing happened.
type whyPanel struct {
	w       *window
	content fyne.CanvasObject
	scroll  *container.Scroll
	body    *fyne.Container
	foot    *fyne.Container
	drawn   string
	charts  []*chart
	folds   folds
	quiet   quiet

	depth *widget.Button
	file  *widget.Button // writes the case's files
	badge *tapped
	shown *bars          // what speaks for the claim
	picks *widget.Select // of "why not …?"
	asked string         // class that was picked there

	second  second
	shape   *widget.Select // of the reading that the verdict's dependence is shown on
	allBars bool           // more of them than an expert is shown at first
	smooth  bool           // its map is by SmoothGrad

	approve, deny *keyButton
}

func newWhyPanel(w *window) *whyPanel {
	p := &whyPanel{w: w, body: container.NewVBox(), foot: container.NewVBox(), drawn: "never"}
	p.folds.open, p.quiet.w = map[string]bool{}, w
	if w.why != nil {
		p.folds.open = w.why.folds.open // a rebuilt window keeps what was opened
	}
	p.scroll = container.NewVScroll(clearOfBar(p.body))
	p.depth, p.file = p.level(), p.report()
	p.content = container.NewBorder(container.NewBorder(nil, nil, p.file, nil, p.depth), clearOfBar(p.foot), nil, nil, p.scroll)
	w.mark("why", p.scroll)
	return p
}

func (p *whyPanel) update() {
	c, ok := p.w.chosen()
	key := fmt.Sprint("nothing", p.w.asset)
	if ok {
		key = fmt.Sprint(c.Situation.Case, c.Stage, c.Diagnosis != nil, c.Explanation != nil, c.Proposal != nil,
			len(c.Guards), c.Decision != nil, c.First != nil, c.FirstHolds(p.w.now.At), len(c.Members), c.Escalated != nil, p.w.now.Stopped != nil, c.Outcome != nil, p.w.now.Live, len(c.Evidence), p.mode(c), p.w.speak.Unproposed(c), p.w.person.name)
		if x := c.Explanation; x != nil {
			key += fmt.Sprint(x.Claim, x.To, len(x.Against), len(x.Attributions))
		}
	}
	if key != p.drawn {
		p.drawn = key
		p.build(c, ok)
	}
	for i, ch := range p.charts {
		if i < len(c.Evidence) {
			ch.show(c.Evidence[i], c.Situation.Onset, c.ActedAt)
		}
	}
	p.quiet.update()
	if ok {
		p.askSecond(c)
	}
}

func (p *whyPanel) mode(c app.Case) twin.Mode {
	if c.Proposal == nil {
		return ""
	}
	if m, ok := p.w.modes[c.Proposal.Class]; ok {
		return m
	}
	return c.Mode
}

func (p *whyPanel) build(c app.Case, ok bool) {
	p.body.Objects, p.foot.Objects, p.charts = nil, nil, nil
	p.approve, p.deny, p.shown, p.picks, p.badge, p.quiet.box = nil, nil, nil, nil, nil, nil
	for _, name := range []string{"approve", "deny", "mode", "outcome", "whynot", "similar", "badge", "trace-close"} {
		p.w.forget(name)
	}
	for name := range p.folds.heads {
		p.w.forget(name)
	}
	p.folds.heads = map[string]*tapped{}
	p.nameLevel()
	if ok && p.w.opt.Report != nil {
		p.file.Show() // lays its icon out, which a mere flag does not
	} else {
		p.file.Hide()
	}
	if !ok {
		if p.w.asset == "" {
			p.body.Add(prose(p.w.speak.Say("explain.none"), colorMuted, false))
		}
		p.nothing(p.w.asset)
	} else {
		p.tell(c)
	}
	p.body.Refresh()
	p.foot.Refresh()
}

// tell shows all of a case: the sentence and the three bars at once, the rest as
// the reader wants it.
func (p *whyPanel) tell(c app.Case) {
	a := account.Of(p.w.speak, p.w.shown(), c)
	p.body.Add(prose(a.Sentence, theme.ColorNameForeground, true))
	p.members(c)
	p.trust(a)
	p.trace(c)
	p.reasons(a)
	p.evidence(c)
	p.elseBe(c, a)
	p.shapes(c, a)
	p.change(a)
	p.seconds(c)
	p.similar(c)
	p.otherActions(a)
	p.nothing(c.Situation.Asset)
	p.decision(c)
}

// nothing answers why nothing happened: at once where that is the question, on
// demand beside a case.
func (p *whyPanel) nothing(asset twin.AssetID) {
	p.quiet.box = nil
	if _, ok := p.w.chosen(); ok {
		p.fold("nothing.title", func(box *fyne.Container) { p.quiet.show(box, asset) })
		return
	}
	p.body.Add(section(p.w.speak.Say("nothing.title")))
	box := container.NewVBox()
	p.body.Add(box)
	p.quiet.show(box, asset)
}

// chartsMost keeps the panel readable; the journal has the rest.
const chartsMost = 3

func (p *whyPanel) evidence(c app.Case) {
	if len(c.Evidence) == 0 {
		return
	}
	most := chartsMost
	if !p.w.expert {
		most = 1
	}
	p.body.Add(section(p.w.speak.Say("explain.evidence")))
	for _, curve := range c.Evidence[:min(len(c.Evidence), most)] {
		ch := p.course(curve, c.Situation.Onset, c.ActedAt)
		p.charts = append(p.charts, ch)
		p.body.Add(ch)
	}
}

func (p *whyPanel) decision(c app.Case) {
	speak := p.w.speak
	if c.Proposal == nil {
		if why := speak.Unproposed(c); why != "" {
			p.foot.Add(widget.NewSeparator())
			p.foot.Add(small(why))
		}
		return
	}
	g, _ := p.w.shown().Signal(c.Proposal.Predicted.Signal)
	passed := 0
	for _, r := range c.Guards {
		if r.Passed {
			passed++
		}
	}
	p.foot.Add(widget.NewSeparator())
	p.foot.Add(prose(speak.Deed(c.Proposal), theme.ColorNameForeground, true))
	p.foot.Add(small(speak.Predicted(c.Proposal, g)))
	guards := canvas.NewText(speak.Say("proposal.guards", "passed", strconv.Itoa(passed), "all", strconv.Itoa(len(c.Guards))),
		paint(theme.ColorNameSuccess))
	if passed < len(c.Guards) {
		guards.Color = paint(theme.ColorNameError)
	}
	guards.TextSize = theme.Size(theme.SizeNameCaptionText)
	risk := canvas.NewText(speak.Say("proposal.risk", "risk", phrase.Percent(c.Proposal.Risk), "benefit", phrase.Percent(c.Proposal.Benefit)), paint(colorMuted))
	risk.TextSize = guards.TextSize
	p.foot.Add(container.NewHBox(guards, layout.NewSpacer(), risk))
	for _, r := range c.Guards {
		if !r.Passed {
			p.foot.Add(small(speak.GuardName(r.Guard) + ": " + speak.Told(r.Detail)))
		}
	}
	p.foot.Add(p.modes(c))
	switch {
	case c.Outcome != nil:
		said, more := speak.Outcome(c, g)
		told := prose(said, stageColor(c), true)
		p.foot.Add(told)
		p.w.mark("outcome", told)
		if more != "" {
			p.foot.Add(small(more))
		}
		if why := speak.Unproposed(c); why != "" {
			p.foot.Add(small(why))
		}
	case c.Decision != nil:
		answer := speak.Say("decide.denied")
		if c.Decision.Approved {
			answer = speak.Say("decide.approved")
		}
		by := c.Decision.By
		if c.Decision.With != "" {
			by = speak.Say("decide.with", "by", by, "with", c.Decision.With)
		}
		p.foot.Add(prose(speak.Say("decide.by", "answer", answer, "by", by), theme.ColorNamePrimary, true))
		if !c.Decision.Approved && c.Decision.Reason != "" {
			p.foot.Add(small("“" + c.Decision.Reason + "”"))
		}
	case c.Stage == app.Proposed && !p.w.now.Live:
		p.foot.Add(prose(speak.Say("decide.past"), colorPast, true))
	case c.Stage == app.Proposed && p.w.now.Stopped == nil && (p.mode(c) == twin.Approve || p.mode(c) == twin.Auto && p.needsTwo(c)):
		first := c.First
		switch {
		case first == nil:
		case c.FirstHolds(p.w.now.At):
			p.foot.Add(small(speak.Say("decide.first", "by", first.By)))
		default:
			p.foot.Add(small(speak.Say("decide.first.over", "by", first.By, "at", phrase.Clock(first.At, p.w.zone))))
			first = nil
		}
		p.buttons(*c.Proposal, first)
	}
}

// clearOfBar keeps content from under the scroll bar.
func clearOfBar(content fyne.CanvasObject) fyne.CanvasObject {
	gap := canvas.NewRectangle(nil)
	gap.SetMinSize(fyne.NewSize(theme.ScrollBarSize()/2+2, 0))
	return container.NewBorder(nil, nil, nil, gap, content)
}

func section(text string) fyne.CanvasObject {
	gap := canvas.NewRectangle(nil)
	gap.SetMinSize(fyne.NewSize(0, 4))
	return container.NewVBox(gap, heading(text))
}

// needsTwo tells that two people must approve a case's proposal, whatever its
// mode.
func (p *whyPanel) needsTwo(c app.Case) bool {
	return slices.Contains(p.w.twin.Site().TwoPerson, c.Proposal.Class)
}
