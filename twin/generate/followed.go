package generate

import (
	"slices"

	"github.com/glasstwin/glasstwin/twin"
)

// FollowMade adapts a site as it was generated, which is kept to tell later what
// a user changed since, by what following the plant changed in the site itself.
// before is the site that was adapted, adapted what became of it, with nothing
// else changed between both. What the user has otherwise than made, made keeps
// as it was, so that it still shows as the user's. A thing that went from the
// plant goes from made, too, even one that the user had changed: its absence is
// nobody's edit. Doing it twice changes nothing more.
func FollowMade(made, before, adapted *twin.Site) *twin.Site {
	k := &keeper{following: true} // its notes are of no use here
	out := k.join(before, made, adapted)
	out.Sources = made.Sources
	out.Assets = lacking(out.Assets, before.Assets, adapted.Assets, func(a twin.Asset) twin.AssetID { return a.ID })
	out.Signals = lacking(out.Signals, before.Signals, adapted.Signals, func(g twin.Signal) twin.SignalID { return g.ID })
	out.Bindings = lacking(out.Bindings, before.Bindings, adapted.Bindings, func(b twin.Binding) twin.SignalID { return b.Signal })
	k.dropOrphans(out)
	return out
}

// lacking drops from a list what was in before and is not in after.
func lacking[T any, ID comparable](list, before, after []T, id func(T) ID) []T {
	gone := map[ID]bool{}
	for _, t := range before {
		gone[id(t)] = true
	}
	for _, t := range after {
		delete(gone, id(t))
	}
	return slices.DeleteFunc(slices.Clone(list), func(t T) bool { return gone[id(t)] })
}
