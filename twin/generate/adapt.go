package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// Adapt follows a plant whose address space changed from before to after: it
// returns the site with the changes, and what they are; the site itself when
// there are none. Only assets whose device came, went, or changed its class or
// its points are touched, and of these only what follows from it: what a user
// edited elsewhere stays, and so do bindings to nodes that are still there.
//
// A device of a known class that no asset explains becomes one, placed beside
// others of its class. One that is gone takes its asset with it when only the
// plant told of that; an asset that a source placed stays, unbound. Guards that
// a new class needs are added; they stay when it goes.
func Adapt(site *twin.Site, before, after []twin.PlantNode, plant string, cat *catalogue.Catalogue) (*twin.Site, []twin.SiteChange) {
	a := newAdapter(site, before, after, plant, cat)
	for _, d := range a.was.devices { // what goes makes room for what comes
		if _, still := a.now.device(d.id); !still {
			a.remove(d)
		}
	}
	for _, d := range a.now.devices {
		was, known := a.was.device(d.id)
		switch {
		case !known:
			a.add(d)
		case a.classOf(was) != a.classOf(d):
			a.retype(was, d)
		case !samePoints(was, d):
			a.rebind(d.id, twin.AssetRebound, "its points at the plant changed")
		}
	}
	a.dropLostBindings()
	if len(a.changes) == 0 {
		return site, nil
	}
	was, is := site.Fittings(), a.site.Fittings()
	for i, c := range a.changes {
		if c.Kind != twin.DeviceUnexplained {
			a.changes[i].Before, a.changes[i].After = was[c.Asset], is[c.Asset]
		}
	}
	return &a.site, a.changes
}

// adapter is one adaptation. Its site is a copy that shares only what it does
// not change.
type adapter struct {
	site      twin.Site
	plant     string
	catalogue *catalogue.Catalogue
	was, now  *binder
	there     map[string]bool // addresses of nodes that the plant has now
	had       map[string]bool // that it had before
	after     []twin.PlantNode
	changes   []twin.SiteChange
}

func newAdapter(site *twin.Site, before, after []twin.PlantNode, plant string, cat *catalogue.Catalogue) *adapter {
	a := &adapter{
		site: *site, plant: plant, catalogue: cat, after: after, there: map[string]bool{}, had: map[string]bool{},
		was: newBinder(plant, before, cat, &Report{}), now: newBinder(plant, after, cat, &Report{}),
	}
	a.site.Assets, a.site.Signals, a.site.Bindings = slices.Clone(site.Assets), slices.Clone(site.Signals), slices.Clone(site.Bindings)
	a.site.Guards = slices.Clone(site.Guards)
	for _, n := range before {
		a.had[n.Address] = true
	}
	for _, n := range after {
		a.there[n.Address] = true
	}
	return a
}

// device finds a device by its name, however it is spelled.
func (b *binder) device(id string) (device, bool) {
	want := key(id)
	for _, d := range b.devices {
		if key(d.id) == want {
			return d, true
		}
	}
	return device{}, false
}

func (a *adapter) classOf(d device) string {
	class, _ := a.now.classOf(d)
	switch {
	case class != "":
		return class
	case plainStands(d):
		return plainClass
	}
	return "?" + d.class
}

func samePoints(a, b device) bool {
	return slices.EqualFunc(inOrder(a.points), inOrder(b.points), func(x, y twin.PlantNode) bool {
		return x.Address == y.Address && x.Data == y.Data && x.Unit == y.Unit && x.Writable == y.Writable && slices.Equal(x.Path, y.Path)
	})
}

func inOrder(nodes []twin.PlantNode) []twin.PlantNode {
	return slices.SortedFunc(slices.Values(nodes), func(x, y twin.PlantNode) int { return strings.Compare(x.Address, y.Address) })
}

// at is the index of the asset of a device, -1 for none.
func (a *adapter) at(id string) int {
	want := key(id)
	return slices.IndexFunc(a.site.Assets, func(x twin.Asset) bool { return key(string(x.ID)) == want })
}

func (a *adapter) tell(kind twin.ChangeKind, x twin.Asset, format string, args ...any) {
	a.changes = append(a.changes, twin.SiteChange{Kind: kind, Asset: x.ID, Name: x.Name, Class: x.Class, Text: fmt.Sprintf(format, args...)})
}

func (a *adapter) add(d device) {
	if i := a.at(d.id); i >= 0 {
		a.rebind(d.id, twin.AssetRebound, "the plant has a device of its name now")
		return
	}
	class, ok := a.catalogue.Class(a.classOf(d))
	if !ok {
		_, why := a.now.classOf(d)
		a.tell(twin.DeviceUnexplained, twin.Asset{ID: twin.AssetID(d.id), Name: d.id, Class: d.class},
			"the plant has a new device %s of no known class (%s); its %d values are left out", d.id, why, len(d.points))
		return
	}
	x := twin.Asset{
		ID: twin.AssetID(d.id), Class: class.Name, Name: nameOf(class, d.id), Size: class.UsualSize(), Inferred: true,
		Provenance: twin.Provenance{Source: a.plant, Entity: d.points[0].Address},
	}
	if class.Name == plainClass {
		x.Name = d.id
	}
	a.place(&x, class, d)
	a.site.Assets = append(a.site.Assets, x)
	a.site.Guards = extend(a.site.Guards, class, a.catalogue.Classes())
	a.bind(x)
	if class.Name == plainClass {
		_, why := a.now.classOf(d)
		a.tell(twin.AssetAdded, x, "%s is new at the plant and of no known class (%s); it stands as a plain device at %.1f, %.1f by guess%s", x.Name, why, x.Pose.Position[0], -x.Pose.Position[2], a.now.advice(d))
		return
	}
	a.tell(twin.AssetAdded, x, "%s is new at the plant; it was placed at %.1f, %.1f by guess", x.Name, x.Pose.Position[0], -x.Pose.Position[2])
}

// nameOf is the name of a device that has none: what it is, and its number where
// the rest of its id says no more than that ("freezer-2"), else its id.
func nameOf(class *catalogue.Class, id string) string {
	k := kebab(id)
	stem := strings.TrimRight(k, "0123456789-")
	number := strings.TrimLeft(k[len(stem):], "-")
	if number != "" && (stem == class.Name || slices.Contains(class.Aliases, stem)) {
		id = number
	}
	return class.Title.In("en") + " " + id
}

func (a *adapter) remove(d device) {
	i := a.at(d.id)
	if i < 0 {
		return
	}
	x := a.site.Assets[i]
	if !x.Inferred || x.Provenance.Source != a.plant {
		a.rebind(d.id, twin.AssetUnbound, "the plant has it no more; its signals stay without a value")
		return
	}
	a.site.Assets = slices.Delete(a.site.Assets, i, i+1)
	a.unbind(x.ID)
	a.site.Signals = slices.DeleteFunc(a.site.Signals, func(g twin.Signal) bool { return g.Asset == x.ID })
	a.tell(twin.AssetRemoved, x, "%s is gone from the plant, and nothing else told of it", x.Name)
}

// unbind drops the bindings of an asset to this plant.
func (a *adapter) unbind(id twin.AssetID) {
	own := map[twin.SignalID]bool{}
	for _, g := range a.site.Signals {
		if g.Asset == id {
			own[g.ID] = true
		}
	}
	a.site.Bindings = slices.DeleteFunc(a.site.Bindings, func(b twin.Binding) bool { return own[b.Signal] })
}

// retype makes an asset what the plant now calls it. One that a source calls
// otherwise than the plant did keeps its class.
func (a *adapter) retype(was, d device) {
	i := a.at(d.id)
	if i < 0 {
		a.add(d)
		return
	}
	x := a.site.Assets[i]
	class, known := a.catalogue.Class(a.classOf(d))
	if !known || class.Name == plainClass || x.Class != a.classOf(was) {
		why := fmt.Sprintf("the plant calls it a %s now; it stays a %s", d.class, x.Class)
		a.rebind(d.id, twin.AssetRebound, why)
		return
	}
	old, _ := a.catalogue.Class(x.Class)
	if x.Name == nameOf(old, string(x.ID)) || old.Name == plainClass && x.Name == string(x.ID) {
		x.Name = nameOf(class, string(x.ID))
	}
	before := x.Class
	x.Class, x.Size, x.Params, x.Shape = class.Name, class.UsualSize(), nil, ""
	rest := slices.Delete(slices.Clone(a.site.Assets), i, i+1)
	if x.Inferred && blocked(x, class, rest, a.catalogue) {
		a.site.Assets = rest
		a.place(&x, class, d)
		a.site.Assets = slices.Insert(rest, i, x)
	} else {
		a.lift(&x, class)
		a.site.Assets[i] = x
	}
	a.bind(x)
	a.tell(twin.AssetRetyped, x, "%s is a %s now; it was a %s", x.Name, class.Name, before)
}

// rebind binds an asset anew, and tells of it if that changed anything.
func (a *adapter) rebind(id string, kind twin.ChangeKind, why string) {
	i := a.at(id)
	if i < 0 {
		return
	}
	signals, bindings := a.site.Signals, a.site.Bindings
	a.bind(a.site.Assets[i])
	if !slices.Equal(signals, a.site.Signals) || !slices.Equal(bindings, a.site.Bindings) {
		a.tell(kind, a.site.Assets[i], "%s: %s", a.site.Assets[i].Name, why)
	}
}

// bind gives an asset the signals and bindings that its device allows, in the
// place of those that it had. A binding to a node that is still there stays, and
// so does a signal that a user added.
func (a *adapter) bind(x twin.Asset) {
	class, ok := a.catalogue.Class(x.Class)
	if !ok {
		a.site.Bindings = slices.DeleteFunc(slices.Clone(a.site.Bindings), func(b twin.Binding) bool { return owner(b.Signal) == x.ID && a.lost(b) })
		return
	}
	signals, bindings := a.now.bind(x, class)
	bound := map[twin.SignalID]twin.Binding{}
	for _, b := range bindings {
		bound[b.Signal] = b
	}
	kept := map[twin.SignalID]twin.Signal{}
	for _, g := range a.site.Signals {
		if g.Asset != x.ID {
			continue
		}
		i := slices.IndexFunc(a.site.Bindings, func(b twin.Binding) bool { return b.Signal == g.ID })
		valid := i >= 0 && (a.site.Bindings[i].Plant != a.plant || a.there[a.site.Bindings[i].Address])
		spec, told := class.SignalOf(g.Name)
		switch {
		case told && valid && spec.Kind == g.Kind && spec.Unit == g.Unit:
			kept[g.ID], bound[g.ID] = g, a.site.Bindings[i]
		case class.Name == plainClass && !valid: // a point that went
		case !told && !a.inSomeClass(g):
			kept[g.ID] = g // the user's own
			if valid {
				bound[g.ID] = a.site.Bindings[i]
			}
		}
	}
	for i, g := range signals {
		if k, ok := kept[g.ID]; ok {
			signals[i] = k
			delete(kept, g.ID)
		}
	}
	for _, g := range a.site.Signals { // optional ones that a user bound across, and the user's own
		if k, ok := kept[g.ID]; ok && g.Asset == x.ID {
			signals = append(signals, k)
		}
	}
	bindings = nil
	for _, g := range signals {
		if b, ok := bound[g.ID]; ok {
			bindings = append(bindings, b)
		}
	}
	first := slices.IndexFunc(a.site.Bindings, func(b twin.Binding) bool { return owner(b.Signal) == x.ID })
	rest := slices.DeleteFunc(slices.Clone(a.site.Bindings), func(b twin.Binding) bool { return owner(b.Signal) == x.ID })
	a.site.Bindings = inserted(rest, first, bindings)
	first = slices.IndexFunc(a.site.Signals, func(g twin.Signal) bool { return g.Asset == x.ID })
	others := slices.DeleteFunc(slices.Clone(a.site.Signals), func(g twin.Signal) bool { return g.Asset == x.ID })
	a.site.Signals = inserted(others, first, signals)
}

// inserted puts more into a list where its kind stood, at the end when it stood
// nowhere.
func inserted[T any](list []T, at int, more []T) []T {
	if at < 0 || at > len(list) {
		at = len(list)
	}
	return slices.Insert(list, at, more...)
}

// owner is the asset of a signal.
func owner(id twin.SignalID) twin.AssetID {
	return twin.AssetID(id[:max(0, strings.LastIndexByte(string(id), '/'))])
}

// inSomeClass tells whether some class of the catalogue has a signal of that
// name: what another class brought goes with it, what no class has is a user's.
func (a *adapter) inSomeClass(g twin.Signal) bool {
	return slices.ContainsFunc(a.catalogue.Classes(), func(c *catalogue.Class) bool { _, ok := c.SignalOf(g.Name); return ok })
}

// lost tells that a node that was bound is gone.
func (a *adapter) lost(b twin.Binding) bool {
	return b.Plant == a.plant && a.had[b.Address] && !a.there[b.Address]
}

// dropLostBindings binds anew what was bound across, to a node of another
// device that is gone.
func (a *adapter) dropLostBindings() {
	lost := map[twin.AssetID]bool{}
	for _, b := range a.site.Bindings {
		if a.lost(b) {
			lost[owner(b.Signal)] = true
		}
	}
	for _, x := range slices.Clone(a.site.Assets) {
		if lost[x.ID] {
			a.rebind(string(x.ID), twin.AssetRebound, "a node that it was bound to is gone from the plant")
		}
	}
}
