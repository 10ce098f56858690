package desktop

import (
	"context"
	"image/color"
	"math"
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/app/floorplan"
	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/twin"
)

// Regard is how recorded people regarded a fixture with goods.
type Regard struct {
	Asset  twin.AssetID
	Seen   float64 // s in somebody's view
	Before float64 // s that people stood or walked before it
	Passed int     // people who came near, at the side where most did
	Few    bool    // fewer than K people passed or saw it: how many is not told
}

// Regards are those of all fixtures, of a recording or of what the site itself saw.
type Regards struct {
	Shelves []Regard // the least seen first
	People  int
	K       int
	Span    time.Duration
	Name    string // of the recording; "": the site's own
}

// regardButton asks which shelves people pass and see.
func (p *editPanel) regardButton(button func(key, place string, act func()) *widget.Button) fyne.CanvasObject {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	b := button("plan.regard", "edit-regard", func() {
		var of Recording
		if e.recorded != nil {
			of = e.recorded.rec
		}
		var r *Regards
		w.wait(waiting{
			Act: "act.regard", Title: say("plan.regard"), First: say("regard.first"), Mark: "regard-busy",
			Work: func(ctx context.Context, _ func(string)) (err error) {
				r, err = e.planner.Regard(ctx, of)
				return err
			},
			Then: func(stopped bool, err error) {
				switch {
				case stopped || w.edit != e:
				case err != nil:
					w.letter(say("regard.failed"), "regard-failed", w.speak.Told(err.Error()))
				default:
					e.regard = newRegarded(r)
					p.tabs.SelectIndex(ideasAt)
					p.showIdeas()
					e.told()
				}
			},
		})
	})
	enable(b, p.e.planner.Regard != nil)
	return b
}

// regarded are regards with the colours that they are shown in.
type regarded struct {
	*Regards
	most float64
	ink  map[twin.AssetID]overlay.RGBA
}

// inkFew is the colour of what hardly anybody passes.
var inkFew = overlay.RGBA{0.75, 0.05, 0.02, 1}

const regardSteps = 65

func newRegarded(r *Regards) *regarded {
	out := &regarded{Regards: r, ink: map[twin.AssetID]overlay.RGBA{}}
	for _, s := range r.Shelves {
		out.most = max(out.most, s.Seen)
	}
	table := overlay.Sequential.Table(regardSteps)
	for _, s := range r.Shelves {
		// By the root: most shelves are seen for a small part of what the foremost is.
		c := table[int(math.Sqrt(s.Seen/max(out.most, 1e-9))*(regardSteps-1))]
		if s.Few {
			c = inkFew
		}
		out.ink[s.Asset] = c
	}
	return out
}

// fill is how a fixture is drawn on the plan; false: as it is.
func (r *regarded) fill(id twin.AssetID) (color.NRGBA, bool) {
	if r == nil {
		return color.NRGBA{}, false
	}
	c, ok := r.ink[id]
	return c.Screen(), ok
}

// tint colours the fixtures of the picture.
func (r *regarded) tint(set *overlay.Set) {
	if r == nil {
		return
	}
	for _, s := range r.Shelves {
		c := r.ink[s.Asset]
		c[3] = 0.75
		set.Tints = append(set.Tints, overlay.Tint{Entity: string(s.Asset), Color: c})
	}
}

// legend explains the colours on the plan.
func (e *editor) regardLegend() *floorplan.Legend {
	r, say := e.regard, e.w.speak.Say
	if r == nil {
		return nil
	}
	var colors []color.NRGBA
	for _, c := range overlay.Sequential.Table(regardSteps) {
		colors = append(colors, c.Screen())
	}
	second := func(v float64) string { return e.w.speak.Quantity(math.Round(v), "s") }
	return &floorplan.Legend{Title: say("regard.legend"), Colors: colors, Ticks: []string{"0", second(r.most / 4), second(r.most)},
		Notes: []string{say("regard.red", "k", strconv.Itoa(r.K))}}
}

// regardCard lists the fixtures, the least seen first; a click selects one.
func (p *editPanel) regardCard() fyne.CanvasObject {
	e, w, say := p.e, p.e.w, p.e.w.speak.Say
	r := e.regard
	of := say("regard.site")
	if r.Name != "" {
		of = r.Name
	}
	box := container.NewVBox(prose(say("regard.title"), theme.ColorNameForeground, true),
		small(say("regard.of", "name", of, "count", strconv.Itoa(r.People), "span", w.speak.Span(r.Span))))
	list := slices.Clone(r.Shelves)
	slices.SortStableFunc(list, func(a, b Regard) int {
		switch {
		case a.Few && !b.Few:
			return -1
		case b.Few && !a.Few:
			return 1
		}
		return 0
	})
	for _, s := range list {
		text := say("regard.few", "name", e.name(s.Asset), "k", strconv.Itoa(r.K))
		if !s.Few {
			text = say("regard.shelf", "name", e.name(s.Asset), "seen", w.speak.Quantity(math.Round(s.Seen), "s"), "before", w.speak.Quantity(math.Round(s.Before), "s"), "count", strconv.Itoa(s.Passed))
		}
		stripe := canvas.NewRectangle(r.ink[s.Asset].Screen())
		stripe.SetMinSize(fyne.NewSize(8, 0))
		row := newTapped(container.NewBorder(nil, nil, stripe, nil, prose(text, theme.ColorNameForeground, false)), func() { e.pick(s.Asset, false) })
		w.mark("regard-"+string(s.Asset), row)
		box.Add(row)
	}
	hide := widget.NewButton(say("crowd.hide"), func() {
		e.regard = nil
		p.showIdeas()
		e.told()
	})
	hide.Importance = widget.LowImportance
	w.mark("regard-hide", hide)
	box.Add(hide)
	ground := canvas.NewRectangle(paint(theme.ColorNameHeaderBackground))
	ground.CornerRadius = 6
	return container.NewStack(ground, container.NewPadded(box))
}
