package desktop

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	draft "github.com/glasstwin/glasstwin/twin/layout"
)

// editPanel are the widgets around the two views of a layout in hand.
type editPanel struct {
	e       *editor
	strip   *canvas.Text
	undo    *widget.Button
	redo    *widget.Button
	thing   *fyne.Container
	goods   *fyne.Container
	ruled   *fyne.Container
	ideas   *fyne.Container
	ruleTab *container.TabItem
	tabs    *container.AppTabs
	kinds   []*Kind // that the search found
	product string  // that is to be put on boards
	list    *widget.List
	find    func(text string) // in the catalogue
	looks   *fyne.Container   // of what was compared
	side    fyne.CanvasObject // the catalogue
	both    *container.Split  // plan and picture
	picture fyne.CanvasObject
	centre  *fyne.Container // holds either
	sides   *fyne.Container // around it
	of      string          // what the fields are of, so that they are made anew only for another
}

// sidePlan is the width of the planner's right panel, which has more tabs than
// that of the twin.
const sidePlan = 396

// planButton opens the planner, where there is one.
func (w *window) planButton() fyne.CanvasObject {
	b := widget.NewButton(w.speak.Say("tool.plan"), w.openPlanner)
	b.Importance = widget.LowImportance
	if w.opt.Plan == nil || w.edit != nil {
		b.Disable()
	}
	w.mark("plan", b)
	return b
}

// bindEdits ties the usual strokes to the editor.
func (w *window) bindEdits(screen fyne.Canvas) {
	control := fyne.KeyModifierShortcutDefault
	on := func(s fyne.Shortcut, act func(*editor)) {
		screen.AddShortcut(s, func(fyne.Shortcut) {
			if w.edit != nil {
				act(w.edit)
			}
		})
	}
	on(&fyne.ShortcutUndo{}, (*editor).undo)
	on(&fyne.ShortcutRedo{}, (*editor).redo)
	on(&desktop.CustomShortcut{KeyName: fyne.KeyZ, Modifier: control | fyne.KeyModifierShift}, (*editor).redo)
	on(&desktop.CustomShortcut{KeyName: fyne.KeyD, Modifier: control}, (*editor).duplicate)
	on(&fyne.ShortcutSelectAll{}, func(e *editor) {
		e.frameSelect(geom.Vec2{-math.MaxFloat64, -math.MaxFloat64}, geom.Vec2{math.MaxFloat64, math.MaxFloat64}, false)
	})
}

// buildEditor fills the window with the planner: the plan and the picture beside
// each other, the catalogue left, what is selected and broken right.
func (w *window) buildEditor(picture fyne.CanvasObject) {
	e := w.edit
	p := &editPanel{e: e, thing: container.NewVBox(), goods: container.NewVBox(), ruled: container.NewVBox()}
	e.panel = p
	old := e.plan
	e.plan = newPlanView(e)
	if old != nil {
		e.plan.view, e.plan.fitted = old.view, old.fitted
	}
	w.mark("floor-plan", e.plan)
	p.picture, p.both = picture, container.NewHSplit(e.plan, picture)
	p.both.Offset, p.centre = 0.5, container.NewStack()
	p.ruleTab = container.NewTabItem(w.speak.Say("plan.rules"), container.NewVScroll(clearOfBar(p.ruled)))
	p.tabs = container.NewAppTabs(
		container.NewTabItem(w.speak.Say("plan.thing"), container.NewVScroll(clearOfBar(p.thing))),
		container.NewTabItem(w.speak.Say("plan.goods"), container.NewVScroll(clearOfBar(p.goods))),
		p.ruleTab,
		container.NewTabItem(w.speak.Say("plan.layouts"), p.versions()),
		container.NewTabItem(w.speak.Say("plan.proposals"), p.ideasTab()),
	)
	if e.found.result != nil || e.crowd != nil || e.regard != nil {
		p.tabs.SelectIndex(ideasAt)
	}
	p.side = wide(sideLeft, p.catalogue())
	p.sides = container.NewBorder(nil, nil, p.side, wide(sidePlan, p.tabs), p.centre)
	p.looks = container.NewHBox()
	body := container.NewBorder(container.NewVBox(w.bar(), p.bar(), p.looks, w.stopped.content, w.link.content), nil, nil, nil, p.sides)
	w.link.resized, w.stopped.resized = body.Refresh, body.Refresh
	w.win.SetPadded(false)
	w.win.SetContent(container.NewStack(canvas.NewRectangle(paint(theme.ColorNameBackground)), body))
	w.bindKeys()
	p.update()
	p.arrange()
	w.take(w.now)
}

// bar is the strip of the planner: that this is a draft, and what is done to it.
func (p *editPanel) bar() fyne.CanvasObject {
	e, say := p.e, p.e.w.speak.Say
	p.strip = canvas.NewText("", paint(theme.ColorNameForegroundOnPrimary))
	p.strip.TextStyle.Bold = true
	button := func(key, place string, act func()) *widget.Button {
		b := widget.NewButton(say(key), func() {
			e.w.win.Canvas().Unfocus() // before: what it opens has the keys
			act()
		})
		b.Importance = widget.LowImportance
		e.w.mark(place, b)
		return b
	}
	p.undo, p.redo = button("plan.undo", "edit-undo", e.undo), button("plan.redo", "edit-redo", e.redo)
	snap := widget.NewCheck(say("plan.snap"), func(on bool) { e.snaps = on; e.w.win.Canvas().Unfocus() })
	snap.Checked = e.snaps
	var align *widget.Button
	align = button("plan.align", "edit-align", func() {
		var items []*fyne.MenuItem
		for _, side := range draft.Sides() {
			items = append(items, fyne.NewMenuItem(e.w.speak.SideName(side), func() { e.do(e.draft.Now().Align(e.movable(), side)) }))
		}
		at := e.w.app.Driver().AbsolutePositionForObject(align)
		widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), e.w.win.Canvas(), at.AddXY(0, align.Size().Height))
	})
	save := button("plan.save", "edit-save", p.save)
	save.Importance = widget.HighImportance
	tools := container.NewHBox(p.undo, p.redo, widget.NewSeparator(), button("plan.turn", "edit-turn", e.rotate), button("plan.duplicate", "edit-duplicate", e.duplicate),
		button("plan.array", "edit-array", p.array), align, button("plan.delete", "edit-delete", e.remove), widget.NewSeparator(),
		button("plan.measure", "edit-measure", func() {
			if e.tool == toolMeasure {
				e.use(toolSelect)
			} else {
				e.use(toolMeasure)
			}
		}), snap, layout.NewSpacer(), p.recordedButton(button), p.regardButton(button), p.whyButton(button), p.compareButton(button), save, button("plan.adopt", "edit-adopt", p.adopt), button("plan.close", "edit-close", p.close))
	banner := container.NewStack(canvas.NewRectangle(inkPlan), container.NewPadded(p.strip))
	return container.NewVBox(banner, container.NewStack(canvas.NewRectangle(paint(colorPanel)), container.NewPadded(tools)))
}

// catalogue is what can be put down, with its search.
func (p *editPanel) catalogue() fyne.CanvasObject {
	e, say := p.e, p.e.w.speak.Say
	lang := string(e.w.speak.Language())
	search := newSearchEntry(e.w)
	search.SetPlaceHolder(say("plan.add.search"))
	p.list = widget.NewList(func() int { return len(p.kinds) }, func() fyne.CanvasObject { return widget.NewLabel("") }, func(i int, o fyne.CanvasObject) {
		k := p.kinds[i]
		o.(*widget.Label).SetText(fmt.Sprintf("%s  %.1f × %.1f", k.title(lang), k.Size[0], k.Size[2]))
	})
	p.find = func(text string) {
		text = strings.ToLower(strings.TrimSpace(text))
		p.kinds = nil
		for i := range e.planner.Kinds {
			k := &e.planner.Kinds[i]
			if text == "" || strings.Contains(strings.ToLower(k.title(lang)+" "+k.title("en")+" "+k.Class+" "+k.Group), text) {
				p.kinds = append(p.kinds, k)
			}
		}
		p.list.UnselectAll()
		p.list.Refresh()
	}
	search.OnChanged = p.find
	p.list.OnSelected = func(i int) {
		e.tool, e.adding = toolAdd, p.kinds[i]
		e.w.tell(say("plan.add.where"))
		e.w.win.Canvas().Unfocus()
	}
	p.find("")
	e.w.mark("catalogue-search", search)
	e.w.mark("catalogue", p.list)
	top := container.NewVBox(heading(say("plan.add.title")), search)
	if b := p.importButton(); b != nil {
		top.Add(b)
	}
	return container.NewBorder(top, nil, nil, nil, p.list)
}

// update shows what is selected and how the draft is.
func (p *editPanel) update() {
	e := p.e
	p.strip.Text = e.steps()
	p.strip.Refresh()
	undo, redo := e.draft.Steps()
	enable(p.undo, undo > 0)
	enable(p.redo, redo > 0)
	p.fields()
	p.planogram()
	p.rules()
	p.look()
}

func enable(b *widget.Button, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}

// rules lists what is broken, the new first.
func (p *editPanel) rules() {
	e, say := p.e, p.e.w.speak.Say
	worse := e.shownBreaches()
	p.ruleTab.Text = say("plan.rules")
	if len(worse) > 0 {
		p.ruleTab.Text = fmt.Sprintf("%s (%d)", say("plan.rules"), len(worse))
	}
	p.tabs.Refresh()
	p.ruled.Objects = nil
	if len(worse) == 0 {
		p.ruled.Add(prose(say("plan.rules.kept"), theme.ColorNameSuccess, true))
	}
	const listMost = 40
	for i, b := range worse {
		if i == listMost {
			break
		}
		p.ruled.Add(prose("▲ "+e.w.speak.Breach(b, e.name), theme.ColorNameError, false))
	}
	fresh := map[string]bool{}
	for _, b := range worse {
		fresh[b.String()] = true
	}
	n := 0
	for _, b := range e.broken {
		if !fresh[b.String()] && n < listMost {
			if n == 0 {
				p.ruled.Add(section(say("plan.rules.site")))
			}
			n++
			p.ruled.Add(small(e.w.speak.Breach(b, e.name)))
		}
	}
	for _, u := range e.planner.Plan.Unknown() {
		key := "plan.unknown.exit"
		if u == draft.NoTill {
			key = "plan.unknown.till"
		}
		p.ruled.Add(small(say(key)))
	}
	p.ruled.Refresh()
}

// fields are the numbers of the selected thing.
func (p *editPanel) fields() {
	e, say := p.e, p.e.w.speak.Say
	l := e.draft.Now()
	key := fmt.Sprint(e.selected)
	if len(e.selected) == 1 {
		a, _ := l.Asset(e.selected[0])
		key = fmt.Sprintf("%+v", a)
	}
	if key == p.of {
		return
	}
	p.of = key
	p.thing.Objects = nil
	defer p.thing.Refresh()
	if len(e.selected) != 1 {
		text := say("plan.none")
		if len(e.selected) > 1 {
			text = say("plan.many", "n", fmt.Sprint(len(e.selected)))
		}
		p.thing.Add(prose(text, colorMuted, false))
		return
	}
	a, _ := l.Asset(e.selected[0])
	p.thing.Add(prose(e.w.speak.AssetName(a), theme.ColorNameForeground, true))
	p.thing.Add(small(string(a.ID) + " · " + a.Class))
	number := func(label, place, text string, set func(float64) (draft.Edit, error)) fyne.CanvasObject {
		entry := newSearchEntry(e.w)
		entry.SetText(text)
		entry.OnSubmitted = func(s string) {
			v, err := parseLength(s)
			if err != nil {
				e.w.tell(say("plan.wrong.number", "text", s))
				return
			}
			if !e.do(set(v)) {
				entry.SetText(text)
			}
			e.w.win.Canvas().Unfocus()
		}
		e.w.mark(place, entry)
		return container.NewBorder(nil, nil, fixedWidth(90, widget.NewLabel(label)), nil, entry)
	}
	pose := func(k int) func(float64) (draft.Edit, error) {
		return func(v float64) (draft.Edit, error) {
			to := a.Pose
			if k == 3 {
				to.Yaw = v * math.Pi / 180
			} else {
				to.Position[k] = v
			}
			return e.draft.Now().Pose(a.ID, to)
		}
	}
	fixed := e.planner.Facts(a).Fixed
	if !fixed {
		p.thing.Add(number("x", "field-x", metres(a.Pose.Position[0]), pose(0)))
		p.thing.Add(number("z", "field-z", metres(a.Pose.Position[2]), pose(2)))
		p.thing.Add(number(say("plan.heading"), "field-heading", fmt.Sprintf("%.4g°", a.Pose.Yaw*180/math.Pi), pose(3)))
		for k, label := range [3]string{"plan.size", "plan.height", "plan.depth"} {
			p.thing.Add(number(say(label), "field-size-"+strconv.Itoa(k), metres(a.Size[k]), func(v float64) (draft.Edit, error) {
				if !(v > 0.02 && v < 30) {
					return draft.Edit{}, errors.New(say("plan.wrong.number", "text", metres(v)))
				}
				var size geom.Vec3
				size[k] = v
				return e.draft.Now().Set([]twin.AssetID{a.ID}, nil, size)
			}))
		}
	}
	i := slices.IndexFunc(e.planner.Kinds, func(k Kind) bool { return k.Class == a.Class })
	if i < 0 {
		return
	}
	kind := e.planner.Kinds[i]
	for _, q := range kind.Params {
		v := q.Default
		if own, ok := a.Params[q.Name]; ok {
			v = own
		}
		p.thing.Add(number(q.Name, "param-"+q.Name, strconv.FormatFloat(v, 'g', 6, 64), func(v float64) (draft.Edit, error) {
			return e.draft.Now().Set([]twin.AssetID{a.ID}, map[string]float64{q.Name: min(q.Max, max(q.Min, v))}, geom.Vec3{})
		}))
	}
	p.finishes(a, kind)
}

// finishes are the materials of a thing.
func (p *editPanel) finishes(a twin.Asset, kind Kind) {
	e, say := p.e, p.e.w.speak.Say
	if len(kind.Slots) == 0 {
		return
	}
	p.thing.Add(section(say("plan.finish")))
	own, other := say("plan.finish.own"), say("plan.finish.colour")
	names, material := []string{own, other}, map[string]string{} // by what it is called
	for _, id := range e.planner.Materials {
		name := e.w.speak.MaterialName(id)
		names, material[name] = append(names, name), id
	}
	for n, slot := range kind.Slots {
		s := widget.NewSelect(names, nil)
		s.Selected = own
		if to := a.Finish[slot]; strings.HasPrefix(to, "#") { // a colour
			s.Selected = to
		} else if to != "" {
			s.Selected = e.w.speak.MaterialName(to)
		}
		dress := func(to string) {
			e.do(e.draft.Now().Dress([]twin.AssetID{a.ID}, map[string]string{slot: to}))
			e.w.win.Canvas().Unfocus()
		}
		s.OnChanged = func(to string) {
			switch to {
			case own:
				dress("")
			case other:
				d := dialog.NewColorPicker(e.w.speak.MaterialName(slot), "", func(c color.Color) {
					r, g, b, _ := c.RGBA()
					dress(fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8))
				}, e.w.win)
				d.Advanced = true
				d.Show()
			default:
				dress(material[to])
			}
		}
		if n == 0 {
			e.w.mark("finish", s)
		}
		p.thing.Add(container.NewBorder(nil, nil, fixedWidth(130, widget.NewLabel(e.w.speak.MaterialName(slot))), nil, s))
	}
}

func fixedWidth(w float32, o fyne.CanvasObject) fyne.CanvasObject {
	gap := canvas.NewRectangle(nil)
	gap.SetMinSize(fyne.NewSize(w, 0))
	return container.NewStack(gap, o)
}

func metres(v float64) string { return strconv.FormatFloat(math.Round(v*1e4)/1e4, 'f', -1, 64) + " m" }

// parseLength reads a number with a unit: metres where there is none, degrees as
// they are.
func parseLength(text string) (float64, error) {
	s := strings.TrimSpace(strings.ReplaceAll(strings.ToLower(text), ",", "."))
	s = strings.ReplaceAll(s, "−", "-")
	factor := 1.0
	for _, u := range []struct {
		suffix string
		factor float64
	}{{"mm", 0.001}, {"cm", 0.01}, {"m", 1}, {"°", 1}, {"in", 0.0254}, {"\"", 0.0254}, {"ft", 0.3048}, {"'", 0.3048}} {
		if rest, ok := strings.CutSuffix(s, u.suffix); ok {
			s, factor = strings.TrimSpace(rest), u.factor
			break
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e5 {
		return 0, fmt.Errorf("%q is no length", text)
	}
	return v * factor, nil
}

// array asks how often the selection is repeated.
func (p *editPanel) array() {
	e, say := p.e, p.e.w.speak.Say
	ids := e.movable()
	if len(ids) == 0 {
		e.w.tell(say("plan.none"))
		return
	}
	a, _ := e.draft.Now().Asset(ids[0])
	c := cornersOf(a)
	lo, hi := c[0], c[0]
	for _, q := range c {
		for k := range 2 {
			lo[k], hi[k] = min(lo[k], q[k]), max(hi[k], q[k])
		}
	}
	entries := [4]*searchEntry{}
	for i, text := range [4]string{"2", "1", metres(hi[0] - lo[0]), metres(hi[1] - lo[1])} {
		entries[i] = newSearchEntry(e.w)
		entries[i].SetText(text)
	}
	d := dialog.NewForm(say("plan.array"), say("plan.array"), say("plan.cancel"), []*widget.FormItem{
		widget.NewFormItem(say("plan.array.columns"), entries[0]), widget.NewFormItem(say("plan.array.rows"), entries[1]),
		widget.NewFormItem(say("plan.array.step.x"), entries[2]), widget.NewFormItem(say("plan.array.step.z"), entries[3]),
	}, func(ok bool) {
		if !ok {
			return
		}
		var v [4]float64
		for i, f := range entries {
			var err error
			if v[i], err = parseLength(f.Text); err != nil {
				e.w.tell(say("plan.wrong.number", "text", f.Text))
				return
			}
		}
		edit, err := e.draft.Now().Array(ids, int(v[0]), int(v[1]), geom.Vec2{v[2], v[3]})
		if e.do(edit, err) {
			e.selected = append(slices.Clone(ids), edit.IDs()...)
			e.changed()
		}
	}, e.w.win)
	d.Resize(fyne.NewSize(360, 260))
	d.Show()
}

// save asks for a name and keeps the draft.
func (p *editPanel) save() {
	e, say := p.e, p.e.w.speak.Say
	name, note := newSearchEntry(e.w), newSearchEntry(e.w)
	name.SetText(e.draft.Now().Name)
	note.SetText(e.draft.Now().Note)
	e.w.mark("save-name", name)
	d := dialog.NewForm(say("plan.save"), say("plan.save"), say("plan.cancel"), []*widget.FormItem{widget.NewFormItem(say("plan.name"), name), widget.NewFormItem(say("plan.note"), note)}, func(ok bool) {
		if !ok {
			return
		}
		l := e.draft.Now()
		l.Name, l.Note = strings.TrimSpace(name.Text), note.Text
		e.w.feed.do("act.layout.save", func(context.Context) error { return e.planner.Save(l) }, func() {
			e.draft.Saved(l.Name, l.Note)
			e.w.tell(say("plan.saved", "name", l.Name))
			p.tabs.Items[3].Content = p.versions()
			p.tabs.Refresh()
			p.update()
		})
	}, e.w.win)
	d.Resize(fyne.NewSize(420, 200))
	d.Show()
	e.w.win.Canvas().Focus(name)
}

// adopt makes the draft the layout of the site.
func (p *editPanel) adopt() {
	e := p.e
	to := e.draft.Now()
	e.w.inName(func(string) {
		e.w.feed.do("act.layout", func(ctx context.Context) error { return e.planner.Adopt(ctx, e.base, to) }, func() {
			e.draft.Saved(to.Name, to.Note)
			e.w.closePlanner()
			e.w.tell(e.w.speak.Say("plan.adopted"))
		})
	})
}

func (p *editPanel) close() {
	e, say := p.e, p.e.w.speak.Say
	if undo, _ := e.draft.Steps(); undo == 0 || !e.draft.Unsaved() {
		e.w.closePlanner()
		return
	}
	dialog.ShowConfirm(say("plan.close"), say("plan.close.unsaved"), func(yes bool) {
		if yes {
			e.w.closePlanner()
		}
	}, e.w.win)
}

// versions lists the layouts that the site keeps, and what differs in each.
func (p *editPanel) versions() fyne.CanvasObject {
	e, say := p.e, p.e.w.speak.Say
	list := container.NewVBox()
	open := func(name string, l draft.Layout) {
		row := container.NewBorder(nil, nil, nil, widget.NewButton(say("plan.layouts.open"), func() {
			edit := draft.Compare(e.draft.Now(), l).Edit()
			if len(edit.Changes) > 0 && !e.do(edit, nil) {
				return
			}
			e.draft.Saved(l.Name, l.Note)
			e.changed()
			if name != "" {
				e.w.tell(say("plan.layouts.used", "name", name))
			}
		}), prose(name, theme.ColorNameForeground, true))
		list.Add(row)
		if l.Note != "" {
			list.Add(small(l.Note))
		}
		list.Add(small(say("plan.layouts.against") + "\n" + e.w.speak.LayoutDiff(draft.Compare(e.base, l))))
		list.Add(widget.NewSeparator())
	}
	if e.planner.Versions == nil {
		return list
	}
	var found []draft.Layout
	e.w.feed.do("act.layout", func(context.Context) error {
		names, err := e.planner.Versions()
		for _, name := range names {
			l, bad := e.planner.Load(name)
			if bad != nil {
				err = errors.Join(err, bad)
				continue
			}
			found = append(found, l)
		}
		return err
	}, func() {
		site := widget.NewButton(say("plan.layouts.open"), func() { e.do(draft.Compare(e.draft.Now(), e.base).Edit(), nil) })
		list.Add(container.NewBorder(nil, nil, nil, site, prose(say("plan.layouts.site"), theme.ColorNameForeground, true)))
		list.Add(widget.NewSeparator())
		if len(found) == 0 {
			list.Add(small(say("plan.layouts.none")))
		}
		for _, l := range found {
			open(l.Name, l)
		}
		list.Refresh()
	})
	return container.NewVScroll(clearOfBar(list))
}
