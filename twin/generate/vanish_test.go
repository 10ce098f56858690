package generate

import (
	"reflect"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

func TestGuardedDevicesThatWentAreHeld(t *testing.T) {
	site, cat := storeOf(t)
	before := nodesOf(cat, built...)
	without := func(ids ...string) []twin.PlantNode {
		return nodesOf(cat, slices.DeleteFunc(slices.Clone(built), func(s stand) bool { return slices.Contains(ids, s.id) })...)
	}
	after := without("freezer-1", "chest-1", "light-1", "meter-1")
	held := Guarded(site, before, after, "plant", cat)
	var kinds []string
	nodes := slices.Clip(after)
	for _, g := range held {
		kinds = append(kinds, string(g.Change.Kind)+" "+string(g.Change.Asset))
		nodes = append(nodes, g.Nodes...)
		if g.Back(after) || !g.Back(before) || !g.Has(g.Nodes[0].Address) || g.Has("nsu=x;s=freezer-2") {
			t.Errorf("%s knows its nodes wrongly: %d", g.Change.Asset, len(g.Nodes))
		}
	}
	if want := []string{"unbound freezer-1", "removed chest-1"}; !slices.Equal(kinds, want) {
		t.Errorf("held %v, want %v: nothing limits what is written to a light, and a meter takes nothing", kinds, want)
	}
	got, changes := Adapt(site, before, nodes, "plant", cat)
	if kinds := kindsOf(changes); !slices.Equal(kinds, []string{"removed light-1", "removed meter-1"}) {
		t.Errorf("with what is held it changes %v", kinds)
	}
	if !reflect.DeepEqual(got.Fittings()["freezer-1"], site.Fittings()["freezer-1"]) {
		t.Error("what is held was changed")
	}
	if held := Guarded(site, before, before, "plant", cat); len(held) > 0 {
		t.Errorf("of a plant that did not change %v is held", held)
	}
	unlimited := *site
	unlimited.Guards = nil
	if held := Guarded(&unlimited, before, after, "plant", cat); len(held) > 0 {
		t.Errorf("without guards %v is held", held)
	}
}

func TestAKeptAddressSpaceReadsAsItWas(t *testing.T) {
	_, cat := storeOf(t)
	for _, want := range [][]twin.PlantNode{nil, nodesOf(cat, built...)} {
		data, err := KeepPlant(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := KeptNodes(data)
		if err != nil || got == nil || !slices.EqualFunc(got, want, func(a, b twin.PlantNode) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("%d nodes read as %d (%v)", len(want), len(got), err)
		}
	}
}

// FuzzKeptNodes: what is read can be worked with.
func FuzzKeptNodes(f *testing.F) {
	cat, err := Catalogue()
	if err != nil {
		f.Fatal(err)
	}
	site := shelfSite("a")
	good, err := KeepPlant(nodesOf(cat, built[0]))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`[{"Address":"x","Path":["a"]}]`))
	f.Add([]byte(`[{"Address":"x","Path":["a","DeviceClass"],"Data":"String"},{"Address":"y","Path":["","",""],"Data":"Double"}]`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, data []byte) {
		nodes, err := KeptNodes(data)
		if err != nil {
			return
		}
		after := nodesOf(cat, built[0])
		Guarded(site, nodes, after, "plant", cat)
		Adapt(site, nodes, after, "plant", cat)
	})
}
