package twin

import "slices"

// SiteNote is the body of SiteChanged.
type SiteNote struct {
	Plant   string // whose change the site followed
	By      string `json:",omitempty"` // who decided that it follows, or does not; "" for nobody
	Changes []SiteChange
}

// ChangeKind says what happened to an asset when its plant changed.
type ChangeKind string

const (
	AssetAdded        ChangeKind = "added"       // the plant has a device that the site had no asset for
	AssetRemoved      ChangeKind = "removed"     // its device is gone, and only that told of it
	AssetRetyped      ChangeKind = "retyped"     // it is of another class now
	AssetRebound      ChangeKind = "rebound"     // other points of its device are bound
	AssetUnbound      ChangeKind = "unbound"     // its device is gone; the asset stays, as a source placed it
	AssetEdited       ChangeKind = "edited"      // what a user wrote into the site's folder was taken in
	AssetPlanned      ChangeKind = "planned"     // somebody planned it otherwise and made that the site
	AssetKept         ChangeKind = "kept"        // its device is gone; somebody decided that it stays as it was
	DeviceUnexplained ChangeKind = "unexplained" // the plant has a device of no known class
	SiteUnsaved       ChangeKind = "unsaved"     // the site as it is now was not written over what a user wrote
)

// ChangeKinds are all of them.
var ChangeKinds = []ChangeKind{AssetAdded, AssetRemoved, AssetRetyped, AssetRebound, AssetUnbound, AssetEdited, AssetPlanned, AssetKept, DeviceUnexplained, SiteUnsaved}

// SiteChange is one thing by which a site followed its plant.
type SiteChange struct {
	Kind  ChangeKind
	Asset AssetID // of "unexplained": the name of the device
	Name  string  // of the asset, as it was or is; of "unsaved": where the two differ
	Class string
	Text  string // for a person, in English

	Before *Fitting `json:",omitempty"` // nil: the site had no such asset
	After  *Fitting `json:",omitempty"` // nil: it has none any more
}

// Fitting is an asset with all that belongs to it.
type Fitting struct {
	Asset    Asset
	Signals  []Signal  `json:",omitempty"`
	Bindings []Binding `json:",omitempty"`
}

// Fittings are the assets of a site with what belongs to each.
func (s *Site) Fittings() map[AssetID]*Fitting {
	out := make(map[AssetID]*Fitting, len(s.Assets))
	for _, a := range s.Assets {
		out[a.ID] = &Fitting{Asset: a}
	}
	owner := make(map[SignalID]*Fitting, len(s.Signals))
	for _, g := range s.Signals {
		if f := out[g.Asset]; f != nil {
			f.Signals = append(f.Signals, g)
			owner[g.ID] = f
		}
	}
	for _, b := range s.Bindings {
		if f := owner[b.Signal]; f != nil {
			f.Bindings = append(f.Bindings, b)
		}
	}
	return out
}

// Undone is the site as it was before changes that were made to it in their
// order. What else was changed meanwhile stays.
func (s *Site) Undone(changes []SiteChange) *Site {
	out := *s
	for _, c := range slices.Backward(changes) {
		if c.Before != nil || c.After != nil {
			out.fit(c.Asset, c.Before)
		}
	}
	return &out
}

// Redone is the site with changes that were made to another one.
func (s *Site) Redone(changes []SiteChange) *Site {
	out := *s
	for _, c := range changes {
		if c.Before != nil || c.After != nil {
			out.fit(c.Asset, c.After)
		}
	}
	return &out
}

// fit puts an asset in the place of the one of that id; nil removes it. Lists
// that others may hold are not changed.
func (s *Site) fit(id AssetID, f *Fitting) {
	if f == nil {
		f = &Fitting{}
	}
	own := map[SignalID]bool{}
	for _, g := range slices.Concat(s.Signals, f.Signals) {
		if g.Asset == id {
			own[g.ID] = true
		}
	}
	var assets []Asset
	if f.Asset.ID == id {
		assets = []Asset{f.Asset}
	}
	s.Assets = exchanged(s.Assets, assets, func(a Asset) bool { return a.ID == id })
	s.Signals = exchanged(s.Signals, f.Signals, func(g Signal) bool { return g.Asset == id })
	s.Bindings = exchanged(s.Bindings, f.Bindings, func(b Binding) bool { return own[b.Signal] })
}

// exchanged is a list with others in the place of the ones that go, at the end
// when none goes.
func exchanged[T any](list, with []T, goes func(T) bool) []T {
	at := slices.IndexFunc(list, goes)
	out := slices.DeleteFunc(slices.Clone(list), goes)
	if at < 0 {
		at = len(out)
	}
	return slices.Insert(out, at, with...)
}
