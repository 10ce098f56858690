package generate

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// KeepEdits joins a site that was generated anew with what a user changed in
// the one before. made is the site as it was generated then, edited as it
// stands now, fresh as it was generated now. What the user changed, added or
// removed stays so; all else comes from fresh. The notes tell where both the
// user and the sources changed a thing.
func KeepEdits(made, edited, fresh *twin.Site) (*twin.Site, []Note) {
	k := &keeper{}
	out := k.join(made, edited, fresh)
	return out, k.notes
}

// TakeEdits joins a site that was adapted to its plant with what a user wrote
// into its folder meanwhile. base is the site that both set out from, edited as
// the folder holds it now, adapted as it follows the plant. The changes are what
// the user's make of the adapted site. Each conflict is a thing that both
// changed, each to something else; the joined site has the user's there.
func TakeEdits(base, edited, adapted *twin.Site) (joined *twin.Site, changes []twin.SiteChange, conflicts []Note) {
	k := &keeper{following: true}
	joined = k.join(base, edited, adapted)
	joined.Sources = edited.Sources // no plant changes these
	before, after := adapted.Fittings(), joined.Fittings()
	ids := maps.Clone(before)
	maps.Copy(ids, after)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if reflect.DeepEqual(before[id], after[id]) {
			continue
		}
		a := ids[id].Asset
		changes = append(changes, twin.SiteChange{
			Kind: twin.AssetEdited, Asset: id, Name: a.Name, Class: a.Class, Before: before[id], After: after[id],
			Text: fmt.Sprintf("%s: what was written into the site's folder meanwhile was taken in", a.Name),
		})
	}
	return joined, changes, k.notes
}

func (k *keeper) join(made, edited, fresh *twin.Site) *twin.Site {
	out := *fresh
	out.Name = k.value("name", made.Name, edited.Name, fresh.Name)
	out.Kind = k.value("kind", made.Kind, edited.Kind, fresh.Kind)
	out.TimeZone = k.value("time zone", made.TimeZone, edited.TimeZone, fresh.TimeZone)
	out.Location = k.location(made.Location, edited.Location, fresh.Location)
	out.ID = edited.ID // the journal bears it
	out.Assets = merged(k, "asset", made.Assets, edited.Assets, fresh.Assets, func(a twin.Asset) string { return string(a.ID) }, k.asset)
	out.Zones = merged(k, "zone", made.Zones, edited.Zones, fresh.Zones, func(z twin.Zone) string { return string(z.ID) }, whole[twin.Zone](k, "zone"))
	out.Signals = merged(k, "signal", made.Signals, edited.Signals, fresh.Signals, func(s twin.Signal) string { return string(s.ID) }, whole[twin.Signal](k, "signal"))
	out.Bindings = merged(k, "binding", made.Bindings, edited.Bindings, fresh.Bindings, func(b twin.Binding) string { return string(b.Signal) }, whole[twin.Binding](k, "binding"))
	out.Guards = merged(k, "guard", made.Guards, edited.Guards, fresh.Guards, func(g twin.Guard) string { return g.ID }, whole[twin.Guard](k, "guard"))
	out.Plants = merged(k, "plant", made.Plants, edited.Plants, fresh.Plants, func(p twin.Plant) string { return p.Name }, whole[twin.Plant](k, "plant"))
	out.Modes = k.modes(made.Modes, edited.Modes, fresh.Modes)
	// Only a person writes these.
	out.Users, out.TwoPerson, out.Earning, out.Prices, out.Hangs = edited.Users, edited.TwoPerson, edited.Earning, edited.Prices, edited.Hangs
	out.Planning = edited.Planning
	out.People = edited.People
	k.dropOrphans(&out)
	return &out
}

// keeper decides between what a user and the sources say, and takes notes.
type keeper struct {
	following bool // the sources are a plant that is followed: only conflicts are noted
	notes     []Note
}

func (k *keeper) note(place, format string, args ...any) {
	k.notes = append(k.notes, Note{Source: "your changes", Place: place, Text: fmt.Sprintf(format, args...)})
}

func (k *keeper) value(what, made, edited, fresh string) string {
	if edited == made {
		return fresh
	}
	if fresh != made && fresh != edited {
		k.note("", "%s: you wrote %q, the sources now say %q; yours is kept", what, edited, fresh)
	}
	return edited
}

// location is looked at as a whole: half of one and half of another is a place
// where nothing stands.
func (k *keeper) location(made, edited, fresh *twin.Location) *twin.Location {
	if reflect.DeepEqual(edited, made) {
		return fresh
	}
	if fresh != nil && edited != nil && !reflect.DeepEqual(fresh, made) && !reflect.DeepEqual(fresh, edited) {
		k.note("", "location: you wrote %v, the sources now say %v; yours is kept", *edited, *fresh)
	}
	return edited
}

// merged joins three lists of things with ids. Order: that of fresh, then what
// only the user has.
func merged[T any](k *keeper, what string, made, edited, fresh []T, id func(T) string, join func(made, edited, fresh T) T) []T {
	index := func(list []T) map[string]T {
		m := make(map[string]T, len(list))
		for _, t := range list {
			m[id(t)] = t
		}
		return m
	}
	before, now := index(made), index(edited)
	var out []T
	seen := map[string]bool{}
	for _, f := range fresh {
		name := id(f)
		seen[name] = true
		m, was := before[name]
		e, is := now[name]
		switch {
		case is && was:
			out = append(out, join(m, e, f))
		case is: // the user added what the sources now tell too
			out = append(out, e)
		case was && k.following && reflect.DeepEqual(m, f): // the user removed it
		case was:
			k.note(name, "%s: you removed it, so it stays away though the sources still tell it", what)
		default:
			out = append(out, f)
		}
	}
	for _, e := range edited {
		name := id(e)
		if seen[name] {
			continue
		}
		m, was := before[name]
		switch {
		case !was: // the user's own
			out = append(out, e)
		case !reflect.DeepEqual(m, e):
			k.note(name, "%s: the sources do not tell it any more, but you changed it; it is kept. Remove it if it is gone", what)
			out = append(out, e)
		}
	}
	return out
}

// whole joins things that are only looked at as a whole.
func whole[T any](k *keeper, what string) func(made, edited, fresh T) T {
	return func(made, edited, fresh T) T {
		if reflect.DeepEqual(made, edited) {
			return fresh
		}
		if !reflect.DeepEqual(made, fresh) && !reflect.DeepEqual(edited, fresh) {
			k.note(fmt.Sprint(reflect.ValueOf(fresh).Field(0).Interface()), "%s: both you and the sources changed it; yours is kept", what)
		}
		return edited
	}
}

// asset joins an asset field by field: a user who moved a shelf still wants the
// products that the new planogram gives it.
func (k *keeper) asset(made, edited, fresh twin.Asset) twin.Asset {
	out := fresh
	field := func(name string, m, e, f any, keep func()) {
		if reflect.DeepEqual(m, e) {
			return
		}
		if !reflect.DeepEqual(m, f) && !reflect.DeepEqual(e, f) {
			k.note(string(fresh.ID), "%s: you say %v, the sources now say %v; yours is kept", name, e, f)
		}
		keep()
	}
	field("class", made.Class, edited.Class, fresh.Class, func() { out.Class = edited.Class })
	field("name", made.Name, edited.Name, fresh.Name, func() { out.Name = edited.Name })
	field("zone", made.Zone, edited.Zone, fresh.Zone, func() { out.Zone = edited.Zone })
	field("place", made.Pose, edited.Pose, fresh.Pose, func() { out.Pose = edited.Pose })
	field("size", made.Size, edited.Size, fresh.Size, func() { out.Size = edited.Size })
	field("parameters", made.Params, edited.Params, fresh.Params, func() { out.Params = edited.Params })
	field("products", made.Products, edited.Products, fresh.Products, func() { out.Products = edited.Products })
	field("facings", made.Facings, edited.Facings, fresh.Facings, func() { out.Facings = edited.Facings })
	field("emptied", made.Bare, edited.Bare, fresh.Bare, func() { out.Bare = edited.Bare })
	field("finish", made.Finish, edited.Finish, fresh.Finish, func() { out.Finish = edited.Finish })
	field("shape", made.Shape, edited.Shape, fresh.Shape, func() { out.Shape = edited.Shape })
	field("inferred", made.Inferred, edited.Inferred, fresh.Inferred, func() { out.Inferred = edited.Inferred })
	return out
}

func (k *keeper) modes(made, edited, fresh map[twin.ActionClass]twin.Mode) map[twin.ActionClass]twin.Mode {
	out := maps.Clone(fresh)
	if out == nil {
		out = map[twin.ActionClass]twin.Mode{}
	}
	for class, mode := range edited {
		if was, ok := made[class]; !ok || was != mode {
			out[class] = mode
		}
	}
	for class := range made {
		if _, stays := edited[class]; !stays {
			delete(out, class) // the user removed it
		}
	}
	return out
}

// dropOrphans removes what belongs to things that are no more, so that the site
// can be written.
func (k *keeper) dropOrphans(s *twin.Site) {
	assets, zones, signals := map[twin.AssetID]bool{}, map[twin.ZoneID]bool{}, map[twin.SignalID]bool{}
	for _, z := range s.Zones {
		zones[z.ID] = true
	}
	for i, a := range s.Assets {
		assets[a.ID] = true
		if a.Zone != "" && !zones[a.Zone] {
			s.Assets[i].Zone = ""
		}
	}
	s.Signals = slices.DeleteFunc(s.Signals, func(g twin.Signal) bool { return !assets[g.Asset] })
	for _, g := range s.Signals {
		signals[g.ID] = true
	}
	s.Bindings = slices.DeleteFunc(s.Bindings, func(b twin.Binding) bool { return !signals[b.Signal] })
}
