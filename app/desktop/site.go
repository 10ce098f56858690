package desktop

import (
	"image/color"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/glasstwin/glasstwin/twin"
)

// sitePanel is the tree of zones and assets with its search, and the signals of
// the selected asset.
type sitePanel struct {
	w       *window
	content fyne.CanvasObject
	search  *searchEntry
	tree    *siteTree
	none    *widget.Label // why the tree has nothing
	rows    *fyne.Container
	signals []signalRow
	lacks   *lackList

	children map[string][]string // of the tree, by node; filtered
	state    map[twin.AssetID]assetState
	setting  bool // the tree's selection is being set from elsewhere
}

type signalRow struct {
	signal       twin.Signal
	value, state *canvas.Text
}

type assetState uint8

const (
	unsensed assetState = iota // it has no signals
	fine
	troubled // an open case
	silent   // nothing of it is live
)

// zoneNode starts the ids of tree nodes that are zones.
const zoneNode = "zone/"

func newSitePanel(w *window) *sitePanel {
	p := &sitePanel{w: w, state: map[twin.AssetID]assetState{}}
	p.search = newSearchEntry(w)
	p.search.SetPlaceHolder(w.speak.Say("tree.search"))
	p.search.OnChanged = func(string) { p.filter() }
	p.tree = newSiteTree(w,
		func(id string) []string { return p.children[id] },
		func(id string) bool { return id == "" || strings.HasPrefix(id, zoneNode) },
		func(bool) fyne.CanvasObject {
			return container.NewHBox(canvas.NewText("●", color.Transparent), widget.NewLabel(""))
		},
		func(id string, branch bool, o fyne.CanvasObject) { p.draw(id, branch, o.(*fyne.Container)) },
	)
	p.tree.OnSelected = func(id string) {
		if !p.setting && !strings.HasPrefix(id, zoneNode) {
			w.selectAsset(twin.AssetID(id))
		}
	}
	p.none = widget.NewLabel("")
	p.none.Wrapping, p.none.Importance = fyne.TextWrapWord, widget.LowImportance
	p.rows = container.NewVBox()
	lower := container.NewBorder(heading(w.speak.Say("signals.title")), nil, nil, nil, container.NewVScroll(clearOfBar(p.rows)))
	p.lacks = newLackList(w)
	split := container.NewVSplit(
		container.NewBorder(container.NewVBox(heading(w.speak.Say("tree.title")), p.search, p.none), p.lacks.content, nil, nil, p.tree), lower)
	split.Offset = 0.6
	p.content = split
	w.mark("search", p.search)
	w.mark("tree", p.tree)
	p.filter()
	p.show(w.asset)
	return p
}

func (p *sitePanel) filter() {
	want := strings.ToLower(strings.TrimSpace(p.search.Text))
	p.children = map[string][]string{}
	zones := map[twin.ZoneID]bool{}
	for _, z := range p.w.shown().Zones {
		zones[z.ID] = true
	}
	for _, a := range p.w.shown().Assets {
		text := strings.ToLower(p.w.speak.AssetName(a) + " " + string(a.ID) + " " + a.Class)
		if want != "" && !strings.Contains(text, want) {
			continue
		}
		zone := a.Zone
		if !zones[zone] {
			zone = ""
		}
		p.children[zoneNode+string(zone)] = append(p.children[zoneNode+string(zone)], string(a.ID))
	}
	for _, z := range append(p.w.shown().Zones, twin.Zone{}) {
		if id := zoneNode + string(z.ID); len(p.children[id]) > 0 {
			p.children[""] = append(p.children[""], id)
		}
	}
	p.none.Hide()
	if len(p.children[""]) == 0 {
		p.none.SetText(p.w.speak.Say(p.nothing()))
		p.none.Show()
	}
	p.tree.Refresh()
	p.tree.OpenAllBranches()
}

// nothing is the text for a tree without things: a search that found none, or a
// site that has none.
func (p *sitePanel) nothing() string {
	switch {
	case len(p.w.shown().Assets) > 0:
		return "tree.nothing"
	case p.w.now.Site != nil && len(p.w.twin.Site().Assets) > 0:
		return "tree.then"
	case p.w.opt.Dropped == nil:
		return "tree.empty"
	}
	return "tree.drop"
}

func (p *sitePanel) draw(id string, branch bool, row *fyne.Container) {
	dot, name := row.Objects[0].(*canvas.Text), row.Objects[1].(*widget.Label)
	name.TextStyle.Bold = branch
	if zone, ok := strings.CutPrefix(id, zoneNode); ok {
		dot.Hide()
		text := p.w.speak.Say("tree.elsewhere")
		for _, z := range p.w.shown().Zones {
			if string(z.ID) == zone {
				text = z.Name
			}
		}
		name.SetText(text)
		return
	}
	a, _ := p.w.shown().Asset(twin.AssetID(id))
	dot.Show()
	dot.TextSize = theme.Size(theme.SizeNameCaptionText)
	dot.Color = p.state[a.ID].paint()
	dot.Text = p.state[a.ID].shape()
	dot.Refresh()
	name.SetText(p.w.speak.AssetName(a))
}

func (s assetState) paint() color.Color {
	switch s {
	case fine:
		return paint(theme.ColorNameSuccess)
	case troubled:
		return paint(theme.ColorNameError)
	case silent:
		return paint(theme.ColorNameDisabled)
	}
	return paint(theme.ColorNameSeparator)
}

// shape differs by state, for eyes that colours do not reach.
func (s assetState) shape() string {
	switch s {
	case troubled:
		return "▲"
	case silent, unsensed:
		return "○"
	}
	return "●"
}

// update takes in the newest view.
func (p *sitePanel) update() {
	p.lacks.update()
	state := map[twin.AssetID]assetState{}
	for _, g := range p.w.shown().Signals {
		x := p.w.now.Samples[g.ID]
		live := p.w.now.Linked && (x.Quality == twin.Good || x.Quality == twin.Uncertain)
		if live {
			state[g.Asset] = fine
		} else if state[g.Asset] == unsensed {
			state[g.Asset] = silent
		}
	}
	for _, c := range p.w.now.Cases {
		if c.EndedAt.IsZero() && (c.Outcome == nil || c.Outcome.Result != twin.Verified) {
			state[c.Situation.Asset] = troubled
		}
	}
	changed := len(state) != len(p.state)
	for id, s := range state {
		changed = changed || p.state[id] != s
	}
	p.state = state
	if changed {
		p.tree.Refresh()
	}
	for _, r := range p.signals {
		x := p.w.now.Samples[r.signal.ID]
		text, quality := p.w.speak.Reading(r.signal, x), ""
		ink := paint(theme.ColorNameForeground)
		if x.Quality != twin.Good {
			quality, ink = p.w.speak.Quality(orMissing(x.Quality)), paint(theme.ColorNameDisabled)
		}
		setText(r.value, text, ink)
		setText(r.state, quality, paint(theme.ColorNameWarning))
	}
}

func orMissing(q twin.Quality) twin.Quality {
	if q == "" {
		return twin.Missing
	}
	return q
}

func setText(t *canvas.Text, text string, ink color.Color) {
	if t.Text != text || t.Color != ink {
		t.Text, t.Color = text, ink
		t.Refresh()
	}
}

// show selects an asset in the tree and lists its signals.
func (p *sitePanel) show(id twin.AssetID) {
	p.setting = true
	defer func() { p.setting = false }()
	p.signals = nil
	p.rows.Objects = nil
	a, ok := p.w.shown().Asset(id)
	if !ok {
		p.tree.UnselectAll()
		p.rows.Add(prose(p.w.speak.Say("signals.none"), colorMuted, false))
		p.rows.Refresh()
		return
	}
	p.tree.OpenBranch(zoneNode + string(a.Zone))
	p.tree.Select(string(id))
	in := p.children[zoneNode+string(a.Zone)]
	if i := slices.Index(in, string(id)); i >= 0 && i+1 < len(in) {
		p.tree.ScrollTo(in[i+1]) // so that the edge does not cut the selected row
	}
	p.tree.ScrollTo(string(id))
	p.rows.Add(prose(p.w.speak.AssetName(a), theme.ColorNameForeground, true))
	for _, g := range p.w.shown().Signals {
		if g.Asset != id {
			continue
		}
		r := signalRow{signal: g, value: canvas.NewText("", nil), state: canvas.NewText("", nil)}
		r.value.TextStyle.Bold = true
		r.state.TextSize = theme.Size(theme.SizeNameCaptionText)
		name := canvas.NewText(p.w.speak.SignalName(g.ID), paint(colorMuted))
		name.TextSize = 12
		p.rows.Add(container.NewHBox(name, layout.NewSpacer(), r.state, r.value))
		p.signals = append(p.signals, r)
	}
	if len(p.signals) == 0 {
		p.rows.Add(prose(p.w.speak.Say("signals.without"), colorMuted, false))
	}
	p.rows.Refresh()
	p.update()
}
