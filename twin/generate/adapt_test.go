package generate

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

// stand is a device of a made-up plant.
type stand struct{ id, class, group string }

// nodesOf is the address space of a plant whose devices have every signal of
// their class; one of an unknown class has a value.
func nodesOf(cat *catalogue.Catalogue, devices ...stand) []twin.PlantNode {
	var out []twin.PlantNode
	for _, d := range devices {
		path := []string{"Plant", d.group, d.id}
		below := func(name string) []string { return append(slices.Clone(path), name) }
		out = append(out, twin.PlantNode{Address: "nsu=x;s=" + d.id, Path: path, Type: "BaseObjectType"})
		out = append(out, twin.PlantNode{Address: "nsu=x;s=" + d.id + ".DeviceClass", Path: below("DeviceClass"), Type: "PropertyType", Data: "String", Value: d.class})
		point := func(name, data, unit string) {
			out = append(out, twin.PlantNode{Address: "nsu=x;s=" + d.id + "." + name, Path: below(name), Type: "AnalogItemType", Data: data, Unit: unit, Writable: true})
		}
		class, ok := cat.Class(d.class)
		switch {
		case d.class == "notice-board":
			point("Text", "String", "")
			continue
		case !ok:
			point("Value", "Double", "")
			continue
		}
		for _, g := range class.Signals {
			data := map[twin.SignalKind]string{twin.Analog: "Double", twin.Boolean: "Boolean", twin.Enum: "Int32", twin.Positions: "Double[]"}[g.Kind]
			point(camel(g.Name), data, g.Unit)
		}
	}
	return out
}

var built = []stand{
	{"freezer-1", "upright-freezer", "Refrigeration"}, {"freezer-2", "upright-freezer", "Refrigeration"}, {"chest-1", "chest-freezer", "Refrigeration"},
	{"light-1", "ceiling-light", "Lighting"}, {"light-2", "ceiling-light", "Lighting"}, {"climate-1", "climate-sensor", "Climate"}, {"meter-1", "energy-meter", "Metering"},
}

// storeOf is a site generated from a plant alone, with its first two assets as a
// list would have placed them.
func storeOf(t testing.TB) (*twin.Site, *catalogue.Catalogue) {
	t.Helper()
	cat, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Run(context.Background(), Input{ID: "s", Name: "Store", Catalogue: cat, Plant: &Plant{Name: "plant", Nodes: nodesOf(cat, built...)}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		got.Site.Assets[i].Inferred, got.Site.Assets[i].Provenance = false, twin.Provenance{Source: "devices.csv", Entity: "line 2"}
	}
	return got.Site, cat
}

// sound checks that nothing hangs in the air and that the site can be drawn.
func sound(t rapid.TB, site *twin.Site, cat *catalogue.Catalogue) {
	t.Helper()
	assets, signals := map[twin.AssetID]bool{}, map[twin.SignalID]bool{}
	for _, a := range site.Assets {
		if assets[a.ID] {
			t.Errorf("two assets %s", a.ID)
		}
		assets[a.ID] = true
	}
	for _, g := range site.Signals {
		if !assets[g.Asset] || signals[g.ID] {
			t.Errorf("signal %s is of nothing, or doubled", g.ID)
		}
		signals[g.ID] = true
	}
	bound := map[twin.SignalID]bool{}
	for _, b := range site.Bindings {
		if !signals[b.Signal] || bound[b.Signal] {
			t.Errorf("binding of %s is of nothing, or doubled", b.Signal)
		}
		bound[b.Signal] = true
	}
	if _, _, err := Scene(context.Background(), site, nil, cat); err != nil {
		t.Error(err)
	}
}

func kindsOf(changes []twin.SiteChange) []string {
	var out []string
	for _, c := range changes {
		out = append(out, string(c.Kind)+" "+string(c.Asset))
	}
	slices.Sort(out)
	return out
}

func TestASiteFollowsItsPlant(t *testing.T) {
	site, cat := storeOf(t)
	before := nodesOf(cat, built...)
	for _, row := range []struct {
		name string
		now  []stand
		want []string
	}{
		{"nothing", built, nil},
		{"a device comes", append(slices.Clone(built), stand{"freezer-7", "upright-freezer", "Refrigeration"}), []string{"added freezer-7"}},
		{"one of an unknown class comes", append(slices.Clone(built), stand{"reactor-1", "fusion-reactor", "New"}), []string{"added reactor-1"}},
		{"one that tells words only comes", append(slices.Clone(built), stand{"board-1", "notice-board", "New"}), []string{"unexplained board-1"}},
		{"one that a list placed goes", built[1:], []string{"unbound freezer-1"}},
		{"one that only the plant told of goes", slices.Delete(slices.Clone(built), 2, 3), []string{"removed chest-1"}},
		{"one becomes another", append([]stand{{"freezer-1", "chest-freezer", "Refrigeration"}}, built[1:]...), []string{"retyped freezer-1"}},
		{"one becomes unknown", append([]stand{{"freezer-1", "fusion-reactor", "Refrigeration"}}, built[1:]...), []string{"rebound freezer-1"}},
		{"all go", nil, []string{"removed chest-1", "removed climate-1", "removed light-1", "removed light-2", "removed meter-1", "unbound freezer-1", "unbound freezer-2"}},
	} {
		was := *site
		got, changes := Adapt(site, before, nodesOf(cat, row.now...), "plant", cat)
		if kinds := kindsOf(changes); !slices.Equal(kinds, row.want) {
			t.Errorf("%s: %v, want %v", row.name, kinds, row.want)
		}
		if !reflect.DeepEqual(&was, site) {
			t.Errorf("%s: the site before was changed", row.name)
		}
		sound(t, got, cat)
		for _, b := range got.Bindings {
			if !slices.ContainsFunc(nodesOf(cat, row.now...), func(n twin.PlantNode) bool { return n.Address == b.Address }) {
				t.Errorf("%s: %s is bound to %s, which is gone", row.name, b.Signal, b.Address)
			}
		}
	}
}

func TestANewcomerStandsBesideItsKind(t *testing.T) {
	site, cat := storeOf(t)
	got, _ := Adapt(site, nodesOf(cat, built...), nodesOf(cat, append(slices.Clone(built),
		stand{"freezer-7", "upright-freezer", "Refrigeration"}, stand{"light-3", "ceiling-light", "Lighting"})...), "plant", cat)
	for _, id := range []twin.AssetID{"freezer-7", "light-3"} {
		x, ok := got.Asset(id)
		if !ok || !x.Inferred || x.Provenance.Source != "plant" {
			t.Fatalf("%s: %+v", id, x)
		}
		class, _ := cat.Class(x.Class)
		rest := slices.DeleteFunc(slices.Clone(got.Assets), func(a twin.Asset) bool { return a.ID == id })
		if blocked(x, class, rest, cat) {
			t.Errorf("%s stands in another thing at %v", id, x.Pose.Position)
		}
		near := slices.ContainsFunc(rest, func(a twin.Asset) bool { return a.Class == x.Class && apart(a, x) < 3 && a.Pose.Yaw == x.Pose.Yaw })
		if !near {
			t.Errorf("%s stands at %v, far from its kind", id, x.Pose.Position)
		}
		if !slices.ContainsFunc(got.Bindings, func(b twin.Binding) bool { return owner(b.Signal) == id }) {
			t.Errorf("%s has no bindings", id)
		}
	}
	light, like := must(got.Asset("light-3")), must(got.Asset("light-1"))
	if light.Pose.Position[1] != like.Pose.Position[1] {
		t.Errorf("the new lamp hangs at %g m, its kind at %g m", light.Pose.Position[1], like.Pose.Position[1])
	}
}

func must(a twin.Asset, _ bool) twin.Asset { return a }

func TestWhatAUserEditedStays(t *testing.T) {
	site, cat := storeOf(t)
	before := nodesOf(cat, built...)
	site.Assets[1].Name, site.Assets[1].Pose.Position[0] = "Ice cream", 7.5 // freezer-2
	i := slices.IndexFunc(site.Bindings, func(b twin.Binding) bool { return b.Signal == "climate-1/temperature" })
	site.Bindings[i].Address = "nsu=x;s=freezer-2.AirTemperature" // read across
	site.Signals = append(site.Signals, twin.Signal{ID: "freezer-2/nameplate-hours", Asset: "freezer-2", Name: "nameplate-hours", Kind: twin.Analog})
	retyped := nodesOf(cat, append(slices.Clone(built[:1]), append([]stand{{"freezer-2", "chest-freezer", "Refrigeration"}}, built[2:]...)...)...)
	got, changes := Adapt(site, before, retyped, "plant", cat)
	x, _ := got.Asset("freezer-2")
	if x.Class != "chest-freezer" || x.Name != "Ice cream" || x.Pose.Position[0] != 7.5 {
		t.Errorf("after %v it is %+v", kindsOf(changes), x)
	}
	if _, ok := got.Signal("freezer-2/nameplate-hours"); !ok {
		t.Error("a signal that the user added is gone")
	}
	if _, ok := got.Signal("freezer-2/door-angle"); ok {
		t.Error("a chest has a door angle")
	}
	if _, ok := got.Signal("freezer-2/lid-position"); !ok {
		t.Error("a chest has no lid position")
	}
	address := func(s *twin.Site, id twin.SignalID) string {
		for _, b := range s.Bindings {
			if b.Signal == id {
				return b.Address
			}
		}
		return ""
	}
	if a := address(got, "climate-1/temperature"); a != "nsu=x;s=freezer-2.AirTemperature" {
		t.Errorf("what was bound across is bound to %q", a)
	}
	gone, changes := Adapt(site, before, nodesOf(cat, append(slices.Clone(built[:1]), built[2:]...)...), "plant", cat)
	if a := address(gone, "climate-1/temperature"); a != "nsu=x;s=climate-1.Temperature" {
		t.Errorf("after its node went (%v) it is bound to %q, want its own device", kindsOf(changes), a)
	}
}

func TestAdaptingHoldsAlways(t *testing.T) {
	site, cat := storeOf(t)
	before := nodesOf(cat, built...)
	var classes []string
	for _, c := range cat.Classes() {
		classes = append(classes, c.Name)
	}
	rapid.Check(t, func(t *rapid.T) {
		if got, changes := Adapt(site, before, rapid.Permutation(before).Draw(t, "order"), "plant", cat); got != site || len(changes) > 0 {
			t.Fatalf("the same nodes in another order changed %v", changes)
		}
		now := slices.Clone(built)
		for i := range rapid.IntRange(1, 4).Draw(t, "newcomers") {
			class := rapid.SampledFrom(append(slices.Clone(classes), "fusion-reactor")).Draw(t, "class")
			now = append(now, stand{fmt.Sprintf("new-%d", i), class, rapid.SampledFrom([]string{"Refrigeration", "Lighting", "New"}).Draw(t, "group")})
		}
		grown, _ := Adapt(site, before, nodesOf(cat, now...), "plant", cat)
		sound(t, grown, cat)
		if !reflect.DeepEqual(grown.Assets[:len(site.Assets)], site.Assets) {
			t.Fatal("what was there was moved")
		}
		back, _ := Adapt(grown, nodesOf(cat, now...), before, "plant", cat)
		want := slices.Clone(site.Guards) // what newcomers need stays when they go
		for _, d := range now[len(built):] {
			if class, ok := cat.Class(d.class); ok {
				want = extend(want, class, cat.Classes())
			}
		}
		if !reflect.DeepEqual(back.Guards, want) {
			t.Fatalf("after %v came and went the guards are %+v, want %+v", now[len(built):], back.Guards, want)
		}
		back.Guards = site.Guards
		if !reflect.DeepEqual(back, site) {
			t.Fatalf("adding and removing %v does not give the site back: %s", now[len(built):], differing(back, site))
		}
		// What a list placed comes back as it was when its device does.
		bare := nodesOf(cat, built[2:]...)
		unbound, _ := Adapt(site, before, bare, "plant", cat)
		sound(t, unbound, cat)
		if again, _ := Adapt(unbound, bare, before, "plant", cat); !sameButOrder(again, site) {
			t.Fatalf("removing and adding what a list placed does not give the site back: %s", differing(again, site))
		}
		// Any devices of any class: whatever happens is sound.
		var other []stand
		for _, d := range now {
			switch rapid.IntRange(0, 3).Draw(t, "fate") {
			case 0:
			case 1:
				d.class = rapid.SampledFrom(classes).Draw(t, "class then")
				fallthrough
			default:
				other = append(other, d)
			}
		}
		then, changed := Adapt(grown, nodesOf(cat, now...), nodesOf(cat, other...), "plant", cat)
		sound(t, then, cat)
		if !reflect.DeepEqual(then.Undone(changed).Fittings(), grown.Fittings()) {
			t.Fatalf("undoing %v does not give the site of before", kindsOf(changed))
		}
		if !reflect.DeepEqual(grown.Redone(changed).Fittings(), then.Fittings()) {
			t.Fatalf("%v made again does not give the site of after", kindsOf(changed))
		}
		if same, changes := Adapt(then, nodesOf(cat, other...), nodesOf(cat, other...), "plant", cat); same != then || len(changes) > 0 {
			t.Fatalf("adapting twice changed %v", changes)
		}
	})
}

func sameButOrder(a, b *twin.Site) bool {
	order := func(s *twin.Site) ([]twin.Signal, []twin.Binding) {
		signals, bindings := slices.Clone(s.Signals), slices.Clone(s.Bindings)
		slices.SortFunc(signals, func(x, y twin.Signal) int { return strings.Compare(string(x.ID), string(y.ID)) })
		slices.SortFunc(bindings, func(x, y twin.Binding) int { return strings.Compare(string(x.Signal), string(y.Signal)) })
		return signals, bindings
	}
	as, ab := order(a)
	bs, bb := order(b)
	return reflect.DeepEqual(a.Assets, b.Assets) && reflect.DeepEqual(as, bs) && reflect.DeepEqual(ab, bb)
}

func differing(a, b *twin.Site) string {
	va, vb := reflect.ValueOf(*a), reflect.ValueOf(*b)
	var out []string
	for i := range va.NumField() {
		if !reflect.DeepEqual(va.Field(i).Interface(), vb.Field(i).Interface()) {
			out = append(out, va.Type().Field(i).Name)
		}
	}
	return strings.Join(out, ", ")
}

func TestWhatIsUnexplainedIsListed(t *testing.T) {
	site, cat := storeOf(t)
	if got := Unexplained(site, nodesOf(cat, built...), "plant", cat); len(got) > 0 {
		t.Fatalf("of a site that is wholly bound: %+v", got)
	}
	nodes := nodesOf(cat, append([]stand{{"freezer-11", "upright-freezer", "Refrigeration"}}, append(slices.Clone(built[1:]), stand{"probe", "", "New"})...)...)
	for i := range nodes {
		switch { // a door angle of another name, and one more value
		case nodes[i].Path[len(nodes[i].Path)-1] == "DoorAngle" && nodes[i].Path[2] == "freezer-2":
			nodes[i].Path = append(slices.Clone(nodes[i].Path[:3]), "DoorAngel")
			nodes[i].Address = "nsu=x;s=freezer-2.DoorAngel"
		}
	}
	nodes = append(nodes, twin.PlantNode{Address: "nsu=x;s=freezer-2.Serial", Path: []string{"Plant", "Refrigeration", "freezer-2", "Serial"}, Data: "Double"})
	adapted, _ := Adapt(site, nodesOf(cat, built...), nodes, "plant", cat)
	adapted.Assets = slices.DeleteFunc(slices.Clone(adapted.Assets), func(a twin.Asset) bool { return a.ID == "freezer-11" }) // the user takes it away
	adapted.Signals = slices.DeleteFunc(slices.Clone(adapted.Signals), func(g twin.Signal) bool { return g.Asset == "freezer-11" })
	adapted.Bindings = slices.DeleteFunc(slices.Clone(adapted.Bindings), func(b twin.Binding) bool { return owner(b.Signal) == "freezer-11" })
	got := map[string]twin.Suggestion{}
	for _, s := range Unexplained(adapted, nodes, "plant", cat) {
		got[string(s.Lack)+" "+s.What] = s
	}
	for what, near := range map[string]string{
		"asset freezer-1":                              "freezer-11",
		"device freezer-11":                            "upright-freezer",
		"device probe":                                 "",
		"signal freezer-2/door-angle":                  "Plant/Refrigeration/freezer-2/DoorAngel",
		"node Plant/Refrigeration/freezer-2/DoorAngel": "freezer-2/door-angle",
		"node Plant/Refrigeration/freezer-2/Serial":    "",
	} {
		s, ok := got[what]
		if !ok || s.Near != near || s.Text == "" {
			t.Errorf("%s: %+v, want near %q", what, s, near)
		}
		delete(got, what)
	}
	for what, s := range got {
		t.Errorf("also told: %s: %s", what, s.Text)
	}
}

func BenchmarkAdapt(b *testing.B) {
	site, cat := storeOf(b)
	before, after := nodesOf(cat, built...), nodesOf(cat, append(slices.Clone(built), stand{"freezer-7", "upright-freezer", "Refrigeration"})...)
	for b.Loop() {
		Adapt(site, before, after, "plant", cat)
	}
}
