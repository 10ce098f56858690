package desktop

import (
	"image/color"

	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
	"github.com/glasstwin/glasstwin/twin/layout"
)

// compared is what a draft came to beside the site as it stands, and how that is
// looked at. A nil one is of nothing.
type compared struct {
	c      *whatif.Comparison
	to     layout.Layout
	shift  *whatif.Shift // nil: the floor cannot be coloured
	unlike error         // why not
	shown  bool          // on the floor

	over   overlay.Heatmap    // of the shift, in one language
	plain  overlay.Heatmap    // the same with a shorter legend, for two pictures
	heads  [2]overlay.Heatmap // of the people in either layout
	colors []color.NRGBA      // of its squares
	told   phrase.Language    // that it is in; "": it was not made yet
}

// heat is what lies over the floor; nil: nothing does.
func (c *compared) heat() *overlay.Heatmap {
	if c == nil || !c.shown {
		return nil
	}
	return &c.over
}

// heats lie over the floors of both layouts where they are side by side; nil: nothing
// does.
func (c *compared) heats(b *beside) (left, right *overlay.Heatmap) {
	if c.heat() == nil {
		return nil, nil
	}
	if b.change || c.heads[0].Columns == 0 {
		return &c.plain, &c.plain
	}
	return &c.heads[0], &c.heads[1]
}

// colour shows on the floor where there are more people in the draft, and where
// fewer, or takes that away.
func (p *editPanel) colour(on bool) {
	e := p.e
	f := e.floored()
	if f == nil || f.shift == nil || e.planner.Over == nil {
		return
	}
	if f.shown = on; on && f.told != e.w.speak.Language() {
		f.over, f.told = e.planner.Over(f.shift, e.w.speak), e.w.speak.Language()
		f.colors = f.over.Colors()
		f.plain = f.over
		f.plain.Note = e.w.speak.Say("compare.shift.faint")
		if e.planner.Heads != nil {
			f.heads = e.planner.Heads(f.shift, e.w.speak)
		}
	}
	p.look()
	e.told()
}

// look offers how to look at what was compared, as long as the draft is what was.
func (p *editPanel) look() {
	e, say := p.e, p.e.w.speak.Say
	f := e.floored()
	p.looks.Objects = nil
	defer p.looks.Refresh()
	if p.looks.Hidden = f == nil && e.beside == nil; p.looks.Hidden {
		return
	}
	if f == nil {
		p.besideLooks()
		return
	}
	if f.shown && f.told != e.w.speak.Language() {
		p.colour(true)
		return
	}
	floor := widget.NewCheck(say("compare.show"), nil)
	floor.Checked = f.shown
	floor.OnChanged = func(on bool) {
		p.colour(on)
		e.w.win.Canvas().Unfocus()
	}
	if f.shift == nil || e.planner.Over == nil {
		floor.Disable()
	}
	e.w.mark("compare-floor", floor)
	if f.c != nil {
		sheet := widget.NewButton(say("compare.again"), p.sheet)
		sheet.Importance = widget.LowImportance
		e.w.mark("compare-again", sheet)
		p.looks.Objects = append(p.looks.Objects, widget.NewLabel(say("compare.looks")), sheet)
	}
	p.looks.Objects = append(p.looks.Objects, floor)
	p.besideLooks()
}
