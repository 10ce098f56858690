package desktop

import (
	"context"
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/twin"
)

// Rows of the map that a manager and an expert are shown.
const (
	warmthGlance = 4
	warmthAll    = 15
)

// second shows what other models see of a case, that decide nothing about it. They are
// asked when a part of it is opened, away from the interface's thread, and anew while the
// case lasts.
type second struct {
	of     twin.CaseID
	told   *app.Second
	asking bool
	failed time.Time                   // as of when it was asked in vain
	boxes  map[string]*fyne.Container  // parts that are open, by the key of what is said while waiting
	fill   map[string]func(app.Second) // makes what stands in them
}

// seconds adds the parts.
func (p *whyPanel) seconds(c app.Case) {
	if c.Explanation == nil {
		return
	}
	if p.second.of != c.Situation.Case {
		p.second = second{of: c.Situation.Case, told: c.Second}
	}
	p.second.boxes, p.second.fill = map[string]*fyne.Container{}, map[string]func(app.Second){}
	part := func(key, waiting string, show func(*fyne.Container, app.Case, app.Second)) {
		p.fold(key, func(box *fyne.Container) {
			p.second.boxes[waiting] = box
			p.second.fill[waiting] = func(x app.Second) { show(box, c, x) }
			if p.second.told != nil {
				show(box, c, *p.second.told)
			} else {
				box.Add(small(p.w.speak.Say(waiting)))
			}
			p.askSecond(c)
		})
	}
	if claims(c) {
		part("suffices.title", "suffices.waiting", p.suffices)
	}
	part("deep.title", "deep.waiting", p.deep)
	part("began.title", "began.waiting", p.began)
}

// claims tells whether a case's model names a cause, and may say why.
func claims(c app.Case) bool { return c.Explanation.Claim != "" && !c.Explanation.Abstained }

// askSecond asks the models about a case if a part is open and what they said is old.
func (p *whyPanel) askSecond(c app.Case) {
	s := &p.second
	at := app.SecondAt(c, p.w.now.At)
	if len(s.boxes) == 0 || s.of != c.Situation.Case || s.asking || s.told != nil && s.told.At.Equal(at) || s.failed.Equal(at) {
		return
	}
	s.asking = true
	var told app.Second
	var failed error
	looked := p.w.now.At
	p.w.feed.do("act.look", func(ctx context.Context) error {
		told, failed = p.w.twin.Second(ctx, c, looked)
		return nil
	}, func() {
		if p.second.of != c.Situation.Case {
			return
		}
		p.second.asking = false
		if failed != nil {
			p.second.failed = at
			p.w.tell(p.w.speak.Told(failed.Error()))
			return
		}
		p.second.told = &told
		p.w.feed.again() // its arrows stand in the picture
		for waiting, box := range p.second.boxes {
			box.Objects = nil
			p.second.fill[waiting](told)
			box.Refresh()
		}
		p.body.Refresh()
	})
}

func (p *whyPanel) suffices(box *fyne.Container, c app.Case, x app.Second) {
	box.Add(small(p.w.speak.Suffices(c.Explanation.Claim, x.Rule)))
}

func (p *whyPanel) deep(box *fyne.Container, c app.Case, x app.Second) {
	d := account.DeepOf(p.w.speak, p.w.shown(), c, x)
	if d.Lacks != "" {
		box.Add(small(d.Lacks))
		return
	}
	box.Add(prose(d.Lines[0], theme.ColorNameForeground, false))
	told := container.NewVBox()
	told.Hidden = true
	badge := pill(d.Badge.Name, gradeColor(d.Badge.Grade), func() {
		if told.Hidden = !told.Hidden; len(told.Objects) == 0 {
			told.Add(small(d.Badge.Text))
			for _, f := range d.Badge.Figures {
				told.Add(small(figureLine(p.w.speak.Upper(f.Name), f)))
			}
		}
		told.Refresh()
		p.body.Refresh()
	})
	p.w.mark("deep-badge", badge)
	asOf := canvas.NewText(d.AsOf, paint(colorMuted))
	asOf.TextSize = theme.Size(theme.SizeNameCaptionText)
	box.Add(container.NewHBox(asOf, layout.NewSpacer(), badge))
	box.Add(told)
	if d.Withheld != "" {
		box.Add(small(d.Withheld))
		return
	}
	rows := warmthGlance
	if p.w.expert {
		rows = warmthAll
	}
	m := newWarmthMap(d, rows, p.smooth, p.w.zone)
	box.Add(m)
	box.Add(small(p.w.speak.Say("deep.legend")))
	for _, l := range d.Lines[1:] {
		box.Add(small(l))
	}
	if p.w.expert {
		smooth := widget.NewCheck(p.w.speak.Say("deep.smooth"), nil)
		smooth.Checked = p.smooth
		smooth.OnChanged = func(on bool) {
			p.smooth, m.smooth = on, on
			m.Refresh()
		}
		p.w.mark("deep-smooth", smooth)
		box.Add(smooth)
		box.Add(small(d.Agree))
	}
	for _, l := range d.Limits {
		box.Add(small(l))
	}
}

func (p *whyPanel) began(box *fyne.Container, c app.Case, x app.Second) {
	b := account.BeganOf(p.w.speak, p.w.shown(), c, x)
	if b.Lacks != "" {
		box.Add(small(b.Lacks))
		return
	}
	for i, l := range b.Lines {
		if i == 0 {
			box.Add(prose(l, theme.ColorNameForeground, false))
			continue
		}
		box.Add(small(l))
	}
	for _, l := range b.Led {
		way := canvas.NewText(l.Way, paint(theme.ColorNameForeground))
		way.TextSize = barText
		box.Add(container.NewBorder(nil, nil, stripe(colorFor), nil, container.NewVBox(way, small(l.How))))
	}
	if len(b.Led) > 0 {
		box.Add(small(p.w.speak.Say("began.click")))
	}
	if b.Dealt != "" {
		box.Add(small(b.Dealt))
		box.Add(newBars(barsOf(b.Bars)))
	}
	if !p.w.expert {
		return
	}
	for _, f := range b.Figures {
		box.Add(small(figureLine(p.w.speak.Upper(f.Name), f)))
	}
	for _, l := range b.Limits {
		box.Add(small(l))
	}
}

// figureLine is a measured figure with what it means.
func figureLine(name string, f account.Figure) string {
	line := name + ": " + f.Value
	if f.Meaning != "" {
		line += ". " + f.Meaning
	}
	return line
}

func signedShare(v float64) string { return fmt.Sprintf("%+.2f", v) }
