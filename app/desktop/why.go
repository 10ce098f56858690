package desktop

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
)

// whyPanel explains the selected case, with its decision always in sight below.
type whyPanel struct {
	w       *window
	content fyne.CanvasObject
	body    *fyne.Container
	foot    *fyne.Container
	drawn   string
	charts  []*chart

	approve, deny *keyButton
}

func newWhyPanel(w *window) *whyPanel {
	p := &whyPanel{w: w, body: container.NewVBox(), foot: container.NewVBox(), drawn: "never"}
	scroll := container.NewVScroll(clearOfBar(p.body))
	p.content = container.NewBorder(nil, p.foot, nil, nil, scroll)
	w.mark("why", scroll)
	return p
}

func (p *whyPanel) update() {
	c, ok := p.w.chosen()
	key := "nothing"
	if ok {
		key = fmt.Sprint(c.Situation.Case, c.Stage, c.Diagnosis != nil, c.Explanation != nil, c.Proposal != nil,
			len(c.Guards), c.Decision != nil, c.First != nil, len(c.Members), c.Escalated != nil, p.w.now.Stopped != nil, c.Outcome != nil, p.w.now.Live, len(c.Evidence), p.mode(c), p.w.speak.Unproposed(c))
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
	p.approve, p.deny = nil, nil
	p.w.forget("approve")
	p.w.forget("deny")
	p.w.forget("mode")
	p.w.forget("outcome")
	say := p.w.speak.Say
	if !ok {
		p.body.Add(prose(say("explain.none"), colorMuted, false))
	} else {
		a, _ := p.w.shown().Asset(c.Situation.Asset)
		p.body.Add(prose(p.w.speak.Because(a, c), theme.ColorNameForeground, true))
		p.members(c)
		p.confidence(c)
		p.evidence(c)
		p.others(c)
		p.explain(c)
		p.decision(c)
	}
	p.body.Refresh()
	p.foot.Refresh()
}

// confidence shows how sure the model is, and how true the explanation is to it.
func (p *whyPanel) confidence(c app.Case) {
	if c.Explanation == nil {
		return
	}
	sure := canvas.NewText(p.w.speak.Say("explain.confidence", "p", phrase.Percent(c.Explanation.Confidence)), paint(theme.ColorNamePrimary))
	sure.TextStyle.Bold = true
	p.body.Add(sure)
	if f := p.w.speak.Faithfulness(c.Explanation); f != "" {
		p.body.Add(small(f))
	}
}

// barsMost is how many attributions a person takes in at once.
const barsMost = 6

func (p *whyPanel) explain(c app.Case) {
	x := c.Explanation
	if x == nil {
		return
	}
	say := p.w.speak.Say
	p.body.Add(section(say("explain.reasons")))
	var bars []bar
	for _, t := range x.Attributions[:min(len(x.Attributions), barsMost)] {
		bars = append(bars, bar{
			name: p.w.speak.Feature(t.Feature), share: t.Share,
			note: p.w.speak.Compared(t),
		})
	}
	p.body.Add(newBars(bars))
	p.body.Add(small(say("explain.legend")))
	if len(x.Alternatives) > 0 {
		var others []string
		for _, o := range x.Alternatives {
			others = append(others, p.w.speak.Fault(o.Class)+" "+phrase.Percent(o.Probability))
		}
		p.body.Add(section(say("explain.alternatives")))
		p.body.Add(small(strings.Join(others, " · ")))
	}
	p.body.Add(section(say("explain.change")))
	p.body.Add(small(p.w.speak.WouldChange(x.Counterfactual)))
	if len(x.Limits) > 0 {
		p.body.Add(section(say("explain.limits")))
		var limits []string
		for _, l := range x.Limits {
			limits = append(limits, p.w.speak.Told(l))
		}
		p.body.Add(small(strings.Join(limits, " · ")))
	}
}

// chartsMost keeps the panel readable; the journal has the rest.
const chartsMost = 3

func (p *whyPanel) evidence(c app.Case) {
	if len(c.Evidence) == 0 {
		return
	}
	p.body.Add(section(p.w.speak.Say("explain.evidence")))
	for _, curve := range c.Evidence[:min(len(c.Evidence), chartsMost)] {
		ch := newChart(p.w.speak, p.w.zone)
		ch.show(curve, c.Situation.Onset, c.ActedAt)
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
	p.foot.Add(prose(speak.Action(c.Proposal.Class), theme.ColorNameForeground, true))
	p.foot.Add(small(speak.Predicted(c.Proposal, g.Unit)))
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
		said, more := speak.Outcome(c, g.Unit)
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
	case c.Stage == app.Proposed && !p.w.now.Live:
		p.foot.Add(prose(speak.Say("decide.past"), colorPast, true))
	case c.Stage == app.Proposed && p.w.now.Stopped == nil && (p.mode(c) == twin.Approve || p.mode(c) == twin.Auto && p.needsTwo(c)):
		if c.First != nil {
			p.foot.Add(small(speak.Say("decide.first", "by", c.First.By)))
		}
		p.buttons(*c.Proposal)
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
