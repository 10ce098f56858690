package generate

import (
	"reflect"
	"slices"
	"testing"

	"github.com/glasstwin/glasstwin/twin"
)

// TestWhatThePlantChangedIsNobodysEdit: a site that is generated anew after it
// followed its plant is the one that the plant tells, with what a user changed.
func TestWhatThePlantChangedIsNobodysEdit(t *testing.T) {
	made, cat := storeOf(t)
	index := func(s *twin.Site, id twin.AssetID) int {
		return slices.IndexFunc(s.Assets, func(a twin.Asset) bool { return a.ID == id })
	}
	edited := *made
	edited.Assets = slices.Clone(made.Assets)
	edited.Assets[index(&edited, "light-1")].Name = "Lamp over the till"
	edited.Assets[index(&edited, "light-2")].Name = "Lamp at the door" // and the plant lets it go
	edited.Assets = slices.Delete(edited.Assets, index(&edited, "meter-1"), index(&edited, "meter-1")+1)

	var changed []stand
	for _, d := range built {
		switch d.id {
		case "light-2", "meter-1":
			continue
		case "chest-1":
			d.class = "upright-freezer"
		}
		changed = append(changed, d)
	}
	changed = append(changed, stand{"freezer-9", "upright-freezer", "Refrigeration"})
	was, is := nodesOf(cat, built...), nodesOf(cat, changed...)
	adapted, changes := Adapt(&edited, was, is, "plant", cat)
	if len(changes) < 3 {
		t.Fatalf("changes %+v", changes)
	}
	followed := FollowMade(made, &edited, adapted)
	if again := FollowMade(followed, &edited, adapted); !reflect.DeepEqual(again, followed) {
		t.Error("done twice, it changes more")
	}
	for _, id := range []twin.AssetID{"freezer-9", "chest-1"} {
		i, k := index(followed, id), index(adapted, id)
		if i < 0 || k < 0 || !reflect.DeepEqual(followed.Assets[i], adapted.Assets[k]) {
			t.Errorf("%s, which the plant changed, would count as the user's", id)
		}
	}
	if index(followed, "light-2") >= 0 {
		t.Error("what went from the plant would count as removed by the user")
	}
	if i := index(followed, "light-1"); i < 0 || followed.Assets[i].Name == "Lamp over the till" {
		t.Error("the user's name of a lamp would count as generated")
	}

	// The plant changes its mind, and the site is generated anew: what the plant
	// says stands, and the user's name.
	fresh := *followed
	fresh.Assets = slices.DeleteFunc(slices.Clone(followed.Assets), func(a twin.Asset) bool { return a.ID == "freezer-9" })
	light := made.Assets[index(made, "light-2")]
	fresh.Assets = append(fresh.Assets, light)
	renewed, _ := KeepEdits(followed, adapted, &fresh)
	if index(renewed, "freezer-9") >= 0 {
		t.Error("a device that the program added stays, as if a user had")
	}
	if index(renewed, "light-2") < 0 {
		t.Error("a lamp that came back stays away, as if a user had removed it")
	}
	if i := index(renewed, "light-1"); i < 0 || renewed.Assets[i].Name != "Lamp over the till" {
		t.Error("the user's name of a lamp is lost")
	}
	without, _ := KeepEdits(made, adapted, &fresh)
	if index(without, "freezer-9") < 0 || index(without, "light-2") >= 0 {
		t.Error("this test would pass without FollowMade")
	}
}
