package generate

import (
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/generate/catalogue"
)

func classList(list ...*catalogue.Class) []*catalogue.Class { return list }

// The guards of a new site say which cabinets hold what, each has one form, and
// a class that comes later is taken into them.
func TestTheGuardsOfANewSite(t *testing.T) {
	cat, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	freezer, _ := cat.Class("upright-freezer")
	multideck, _ := cat.Class("refrigerated-multideck")
	list := guards(classList(freezer), classList(freezer))
	for _, g := range list {
		if g.Forms() != 1 || g.Condition() == "" || g.Message == "" {
			t.Errorf("%s has %d forms, says %q and tells %q", g.ID, g.Forms(), g.Condition(), g.Message)
		}
	}
	of := func(list []twin.Guard, id string) twin.Guard {
		i := slices.IndexFunc(list, func(g twin.Guard) bool { return g.ID == id })
		if i < 0 {
			return twin.Guard{}
		}
		return list[i]
	}
	if g := of(list, "food-frozen"); g.Food == nil || g.Food.Warmest != -12 || !slices.Equal(g.Assets, []string{"upright-freezer"}) {
		t.Errorf("%+v", g)
	}
	if g := of(list, "food-chilled"); g.ID != "" {
		t.Errorf("a site of freezers guards chilled goods: %+v", g)
	}
	grown := extend(slices.Clone(list), multideck, classList(freezer, multideck))
	if g := of(grown, "food-chilled"); g.Food == nil || !slices.Equal(g.Assets, []string{"refrigerated-multideck"}) {
		t.Errorf("%+v", g)
	}
	other, _ := cat.Class("chest-freezer")
	grown = extend(grown, other, classList(freezer, multideck, other))
	if g := of(grown, "food-frozen"); !slices.Equal(g.Assets, []string{"upright-freezer", "chest-freezer"}) || len(of(list, "food-frozen").Assets) != 1 {
		t.Errorf("%+v, before %+v", g.Assets, of(list, "food-frozen").Assets)
	}
	if again := extend(slices.Clone(grown), other, cat.Classes()); len(again) != len(grown) {
		t.Errorf("%d guards became %d", len(grown), len(again))
	}
}
