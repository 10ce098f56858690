package desktop

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
	draft "github.com/glasstwin/glasstwin/twin/layout"
)

// Days that shoppers live in each layout when two are compared.
const (
	compareUsual = 16
	compareMost  = 200
)

// compareButton asks what the draft does to the shoppers.
func (p *editPanel) compareButton(button func(key, place string, act func()) *widget.Button) fyne.CanvasObject {
	b := button("plan.compare", "edit-compare", p.compare)
	enable(b, p.e.planner.Compare != nil)
	return b
}

// compare asks for how many days the layouts are compared.
func (p *editPanel) compare() {
	e, say := p.e, p.e.w.speak.Say
	if e.draft.Now().Equal(e.base) {
		e.w.tell(say("plan.same"))
		return
	}
	days := newSearchEntry(e.w)
	days.SetText(strconv.Itoa(compareUsual))
	e.w.mark("compare-days", days)
	d := dialog.NewForm(say("compare.title"), say("plan.compare"), say("plan.cancel"), []*widget.FormItem{widget.NewFormItem(say("compare.days"), days)}, func(ok bool) {
		if !ok {
			return
		}
		n, err := strconv.Atoi(strings.TrimSpace(days.Text))
		if err != nil || n < 2 || n > compareMost {
			e.w.tell(say("compare.days.wrong", "text", days.Text, "most", strconv.Itoa(compareMost)))
			return
		}
		p.live(n)
	}, e.w.win)
	days.OnSubmitted = func(string) { d.Submit() }
	d.Resize(fyne.NewSize(420, 160))
	d.Show()
	e.w.win.Canvas().Focus(days)
	days.Entry.TypedShortcut(&fyne.ShortcutSelectAll{}) // what is typed takes the place of the usual
}

// live lets the same shoppers live so many days in the site as it stands and in
// the draft, and shows what differs.
func (p *editPanel) live(days int) {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	from, to := e.base, e.draft.Now()
	found := &compared{to: to}
	w.wait(waiting{
		Act: "act.compare", Title: say("compare.title"), First: say("compare.first", "days", strconv.Itoa(days)), Mark: "compare-busy",
		Steps: func(ctx context.Context, done func(float64)) (err error) {
			if found.c, err = e.planner.Compare(ctx, from, to, days, done); err != nil {
				return err
			}
			found.shift, found.unlike = found.c.Shift()
			return nil
		},
		Then: func(stopped bool, err error) {
			switch {
			case stopped && err != nil:
				w.tell(say("compare.cancelled"))
			case err != nil:
				w.letter(say("compare.failed"), "compare-failed", w.speak.Told(err.Error()))
			default:
				e.compared = found
				p.sheet()
			}
		},
	})
}

// names tell what the zones of a site and the things of two layouts are called.
func names(site *twin.Site, from, to draft.Layout, speak *phrase.Speaker) func(string) (string, bool) {
	return func(of string) (string, bool) {
		for _, z := range site.Zones {
			if string(z.ID) == of {
				if z.Name == "" {
					return of, true
				}
				return z.Name, true
			}
		}
		for _, l := range [2]draft.Layout{to, from} {
			if a, ok := l.Asset(twin.AssetID(of)); ok {
				return speak.AssetName(a), false
			}
		}
		return of, true
	}
}

// sheet shows what differs between the two layouts that were compared last.
func (p *editPanel) sheet() {
	e, w := p.e, p.e.w
	c := w.speak.LayoutsCompared(e.compared.c, names(e.site, e.base, e.compared.to, w.speak))
	say, sheet := w.speak.Say, container.NewVBox()
	part := func(key string, lines []string, bold bool) {
		if len(lines) == 0 {
			return
		}
		sheet.Add(section(fmt.Sprintf("%s (%d)", say(key), len(lines))))
		for _, text := range lines {
			if bold {
				sheet.Add(prose(text, theme.ColorNameForeground, false))
			} else {
				sheet.Add(small(text))
			}
		}
	}
	sheet.Add(prose(c.Head, theme.ColorNameForeground, true))
	part("compare.store", c.Whole, true)
	part("compare.zones", c.Zones, true)
	part("compare.things", c.Things, true)
	if len(c.Zones)+len(c.Things) == 0 {
		sheet.Add(prose(say("compare.none"), theme.ColorNameForeground, true))
	}
	part("compare.alone.title", c.Alone, false)
	part("compare.open.title", c.Unsure, false)
	var show *dialog.CustomDialog
	floor := widget.NewButton(say("compare.show"), func() {
		show.Hide()
		p.colour(true)
	})
	enable(floor, e.compared.shift != nil && e.planner.Over != nil)
	w.mark("compare-show", floor)
	both := p.besideButton("compare-beside", func() {
		show.Hide()
		p.colour(e.planner.Over != nil)
		e.stand(0)
	})
	show = dialog.NewCustom(say("compare.title"), say("help.close"), container.NewBorder(small(c.Note), container.NewHBox(floor, both), nil, nil, container.NewVScroll(clearOfBar(sheet))), w.win)
	show.Resize(fyne.NewSize(720, 640))
	show.Show()
	w.mark("compare-sheet", sheet)
}
