package layout

import (
	"reflect"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// Layout is what stands where. It is a value: edits make another one.
type Layout struct {
	Name   string       // of the version; "" is the site as it stands
	Note   string       // why it was made, by its author
	Assets []twin.Asset // all that stands, in the site's order, what was added last
}

// Of is the layout in which a site stands.
func Of(site *twin.Site) Layout { return Layout{Assets: slices.Clone(site.Assets)} }

// Asset returns the asset of that id.
func (l Layout) Asset(id twin.AssetID) (twin.Asset, bool) {
	if i := l.index(id); i >= 0 {
		return l.Assets[i], true
	}
	return twin.Asset{}, false
}

func (l Layout) index(id twin.AssetID) int {
	return slices.IndexFunc(l.Assets, func(a twin.Asset) bool { return a.ID == id })
}

// Site is the site as it would be. Signals, bindings and supplies of what does
// not stand any more go; what was added has no signals, since no plant knows it.
func (l Layout) Site(base *twin.Site) *twin.Site {
	out := *base
	stands := make(map[twin.AssetID]bool, len(l.Assets))
	out.Assets = slices.Clone(l.Assets)
	for _, a := range l.Assets {
		stands[a.ID] = true
	}
	known := map[twin.SignalID]bool{}
	out.Signals, out.Bindings, out.Hangs = nil, nil, nil
	for _, g := range base.Signals {
		if stands[g.Asset] {
			out.Signals = append(out.Signals, g)
			known[g.ID] = true
		}
	}
	for _, b := range base.Bindings {
		if known[b.Signal] {
			out.Bindings = append(out.Bindings, b)
		}
	}
	for _, h := range base.Hangs {
		to := slices.DeleteFunc(slices.Clone(h.To), func(id twin.AssetID) bool { return !stands[id] })
		if stands[h.From] && len(to) > 0 {
			out.Hangs = append(out.Hangs, twin.Hanging{From: h.From, To: to})
		}
	}
	return &out
}

// Equal tells whether the same stands in the same way in both, in whatever order.
func (l Layout) Equal(o Layout) bool {
	if len(l.Assets) != len(o.Assets) {
		return false
	}
	other := make(map[twin.AssetID]twin.Asset, len(o.Assets))
	for _, a := range o.Assets {
		other[a.ID] = a
	}
	for _, a := range l.Assets {
		if b, ok := other[a.ID]; !ok || !same(a, b) {
			return false
		}
	}
	return true
}

// same compares assets with all they hold. Empty lists and missing ones are one.
func same(a, b twin.Asset) bool {
	if a.ID != b.ID || a.Pose != b.Pose || a.Size != b.Size || a.Class != b.Class || a.Name != b.Name || a.Zone != b.Zone || a.Shape != b.Shape {
		return false
	}
	return equalMaps(a.Params, b.Params) && equalMaps(a.Finish, b.Finish) && slices.Equal(a.Products, b.Products) && slices.Equal(a.Facings, b.Facings) && a.Bare == b.Bare &&
		a.Inferred == b.Inferred && reflect.DeepEqual(a.Provenance, b.Provenance)
}

func equalMaps[V comparable](a, b map[string]V) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}
