package generate

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

func shelfSite(names ...string) *twin.Site {
	s := &twin.Site{ID: "s", Name: "Store", Kind: "store", Modes: map[twin.ActionClass]twin.Mode{"close-door": twin.Approve}}
	for i, n := range names {
		s.Assets = append(s.Assets, twin.Asset{ID: twin.AssetID(n), Class: "shelf-section", Pose: twin.Pose{Position: geom.Vec3{float64(i), 0, 0}}})
		s.Signals = append(s.Signals, twin.Signal{ID: twin.SignalOf(twin.AssetID(n), "weight"), Asset: twin.AssetID(n), Name: "weight"})
	}
	return s
}

func TestEditsSurviveGeneratingAnew(t *testing.T) {
	made := shelfSite("a", "b", "c", "d")
	edited := shelfSite("a", "b", "d", "own")
	edited.Name = "My store"
	edited.Modes["close-door"] = twin.Auto
	edited.Assets[0].Pose.Position = geom.Vec3{9, 0, 9} // a was moved
	edited.Assets[2].Name = "Promotion"                 // d was named
	fresh := shelfSite("a", "b", "c", "e")
	fresh.Assets[0].Products = []string{"tea"}
	fresh.Assets[1].Size = geom.Vec3{2, 2, 2}
	got, notes := KeepEdits(made, edited, fresh)
	var ids []string
	for _, a := range got.Assets {
		ids = append(ids, string(a.ID))
	}
	if want := []string{"a", "b", "e", "d", "own"}; !slices.Equal(ids, want) {
		t.Errorf("things %v, want %v: c was removed by the user, e is new, d is gone but was named", ids, want)
	}
	if a := got.Assets[0]; a.Pose.Position[0] != 9 || len(a.Products) != 1 {
		t.Errorf("a is %+v: want the user's place and the planogram's products", a)
	}
	if b := got.Assets[1]; b.Size[0] != 2 {
		t.Errorf("b is %+v: want the new size", b)
	}
	if got.Name != "My store" || got.Modes["close-door"] != twin.Auto {
		t.Errorf("name %q, modes %v", got.Name, got.Modes)
	}
	for _, s := range got.Signals {
		if s.Asset == "c" {
			t.Error("a signal of what was removed is left")
		}
	}
	var text []string
	for _, n := range notes {
		text = append(text, n.String())
	}
	if all := strings.Join(text, "\n"); !strings.Contains(all, "c: asset: you removed it") || !strings.Contains(all, "d: asset: the sources do not tell it") {
		t.Errorf("the notes are\n%s", all)
	}
}

func TestWithoutEditsTheFreshSiteStands(t *testing.T) {
	site := rapid.Custom(func(t *rapid.T) *twin.Site {
		return shelfSite(rapid.SliceOfNDistinct(rapid.StringMatching("[a-f]"), 0, 6, rapid.ID).Draw(t, "names")...)
	})
	rapid.Check(t, func(t *rapid.T) {
		made, fresh := site.Draw(t, "made"), site.Draw(t, "fresh")
		got, notes := KeepEdits(made, made, fresh)
		if !reflect.DeepEqual(got, fresh) && (len(got.Assets) > 0 || len(fresh.Assets) > 0) {
			t.Fatalf("got %+v\nwant %+v", got, fresh)
		}
		if len(notes) > 0 {
			t.Fatalf("notes %v", notes)
		}
	})
}

func TestWithoutNewSourcesTheEditsStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		made := shelfSite("a", "b", "c")
		edited := shelfSite("a", "b", "c")
		for i := range edited.Assets {
			if rapid.Bool().Draw(t, "moved") {
				edited.Assets[i].Pose.Position[0] = math.Round(rapid.Float64Range(-9, 9).Draw(t, "x"))
			}
		}
		if rapid.Bool().Draw(t, "removed") {
			edited.Assets, edited.Signals = edited.Assets[1:], edited.Signals[1:]
		}
		got, _ := KeepEdits(made, edited, made)
		if !reflect.DeepEqual(got.Assets, edited.Assets) || !reflect.DeepEqual(got.Signals, edited.Signals) {
			t.Fatalf("got %+v\nwant %+v", got, edited)
		}
	})
}
