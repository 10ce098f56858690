package desktop

import (
	"context"
	"time"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
	"github.com/glasstwin/glasstwin/render"
	"github.com/glasstwin/glasstwin/twin"
)

// trace is an arrow that was clicked: the series of what it leads from and to.
type trace struct {
	of     twin.CaseID
	ends   [2]twin.SignalID // cause, effect
	says   string
	series []app.Curve // nil: not read yet
}

// follow takes in a click on an arrow: its series are read away from the
// interface's thread and shown above the reasons of its case.
func (w *window) follow(h render.Hit) {
	c, ok := w.chosen()
	if h.Kind != render.HitArrow || !ok || string(c.Situation.Asset) != h.Entity || h.Of[1] == "" {
		return
	}
	t := &trace{of: c.Situation.Case, ends: [2]twin.SignalID{twin.SignalID(h.Of[0]), twin.SignalID(h.Of[1])}, says: h.Label}
	w.traced = t
	ids := []twin.SignalID{t.ends[1]}
	if t.ends[0] != "" && t.ends[0] != t.ends[1] {
		ids = []twin.SignalID{t.ends[0], t.ends[1]}
	}
	at := w.time.looking
	var got []app.Curve
	w.feed.do("act.look", func(ctx context.Context) (err error) {
		got, err = w.twin.Series(ctx, ids, c.Situation.Onset, at)
		return err
	}, func() {
		t.series = got
		w.why.drawn = "never"
		w.why.update()
	})
	w.why.drawn = "never"
	w.why.update()
	w.why.scroll.ScrollToTop()
}

// trace shows the arrow that was clicked, of this case.
func (p *whyPanel) trace(c app.Case) {
	t := p.w.traced
	if t == nil || t.of != c.Situation.Case {
		return
	}
	say := p.w.speak.Say
	gone := widget.NewButton(say("trace.close"), func() {
		p.w.traced = nil
		p.drawn = "never"
		p.update()
	})
	gone.Importance = widget.LowImportance
	p.w.mark("trace-close", gone)
	p.body.Add(container.NewBorder(nil, nil, container.NewCenter(heading(say("trace.title"))), gone))
	p.body.Add(prose(t.says, theme.ColorNameForeground, false))
	switch {
	case t.series == nil:
		p.body.Add(small(say("trace.waiting")))
	case len(t.series) < 2:
		for _, curve := range t.series {
			p.body.Add(p.course(curve, c.Situation.Onset, c.ActedAt))
		}
	default:
		text, began := account.Lag(p.w.speak, t.series[0], t.series[1], c.Situation.Onset)
		p.body.Add(prose(text, theme.ColorNamePrimary, true))
		for i, curve := range t.series {
			p.body.Add(p.course(curve, began[i], c.ActedAt))
		}
	}
	p.body.Add(widget.NewSeparator())
}

func (p *whyPanel) course(curve app.Curve, began, acted time.Time) *chart {
	ch := newChart(p.w.speak, p.w.zone)
	ch.show(curve, began, acted)
	return ch
}
