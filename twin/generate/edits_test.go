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
	edited.Location = &twin.Location{Latitude: 52.5, Longitude: 13.4}
	edited.Modes["close-door"] = twin.Auto
	edited.Assets[0].Pose.Position = geom.Vec3{9, 0, 9} // a was moved
	edited.Assets[2].Name = "Promotion"                 // d was named
	fresh := shelfSite("a", "b", "c", "e")
	fresh.Assets[0].Products = []string{"tea"}
	fresh.Location = &twin.Location{Latitude: 42.36, Longitude: -71.06}
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
	if got.Location == nil || *got.Location != *edited.Location {
		t.Errorf("location %v: want the user's", got.Location)
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
	if all := strings.Join(text, "\n"); !strings.Contains(all, "c: asset: you removed it") || !strings.Contains(all, "d: asset: the sources do not tell it") || !strings.Contains(all, "location: you wrote {52.5 13.4 0}") {
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

// TestEditsMeetAPlantThatChanges: what a user and the plant did to different
// things both stand; what both did to one thing is told.
func TestEditsMeetAPlantThatChanges(t *testing.T) {
	base, cat := storeOf(t)
	before := nodesOf(cat, built...)
	adapted, _ := Adapt(base, before, nodesOf(cat, append([]stand{{"freezer-1", "chest-freezer", "Refrigeration"}},
		append(slices.Clone(built[1:len(built)-1]), stand{"freezer-7", "upright-freezer", "Refrigeration"})...)...), "plant", cat) // meter-1 is gone
	for _, row := range []struct {
		name      string
		edit      func(*twin.Site)
		holds     func(*twin.Site) bool
		conflicts []string
		changes   []string
	}{
		{"no edit", func(*twin.Site) {}, func(s *twin.Site) bool { return reflect.DeepEqual(s.Fittings(), adapted.Fittings()) }, nil, nil},
		{"another thing", func(s *twin.Site) { s.Assets[1].Name = "loud" }, func(s *twin.Site) bool { return s.Assets[1].Name == "loud" }, nil, []string{"edited freezer-2"}},
		{"the same thing elsewhere", func(s *twin.Site) { s.Assets[0].Pose.Position[0] = 9 },
			func(s *twin.Site) bool {
				return s.Assets[0].Class == "chest-freezer" && s.Assets[0].Pose.Position[0] == 9
			}, nil, []string{"edited freezer-1"}},
		{"the same of it", func(s *twin.Site) { s.Assets[0].Class = "beverage-cooler" }, func(s *twin.Site) bool { return s.Assets[0].Class == "beverage-cooler" },
			[]string{"freezer-1"}, []string{"edited freezer-1"}},
		{"what the plant took", func(s *twin.Site) { s.Assets[len(built)-1].Name = "mine" },
			func(s *twin.Site) bool { return must(s.Asset("meter-1")).Name == "mine" }, []string{"meter-1"}, []string{"edited meter-1"}},
		{"took what stays", func(s *twin.Site) { s.Assets = slices.Delete(s.Assets, 1, 2) },
			func(s *twin.Site) bool { _, there := s.Asset("freezer-2"); return !there }, nil, []string{"edited freezer-2"}},
		{"added what came", func(s *twin.Site) {
			s.Assets = append(s.Assets, twin.Asset{ID: "freezer-7", Class: "upright-freezer", Name: "mine", Size: geom.Vec3{1, 2, 1}})
		}, func(s *twin.Site) bool { return must(s.Asset("freezer-7")).Name == "mine" }, nil, []string{"edited freezer-7"}},
		{"what is of no asset", func(s *twin.Site) {
			s.Name, s.Modes, s.Sources = "new", nil, []twin.Source{{Kind: "ifc", Path: "a.ifc", Answers: map[string]string{"units": "mm"}}}
			s.Guards = s.Guards[1:]
		}, func(s *twin.Site) bool {
			return s.Name == "new" && len(s.Modes) == 0 && len(s.Sources) == 1 && len(s.Guards) == len(base.Guards)-1
		}, nil, nil},
	} {
		edited := *base
		edited.Assets, edited.Guards = slices.Clone(base.Assets), slices.Clone(base.Guards)
		row.edit(&edited)
		for _, a := range base.Assets { // a reader drops what belongs to nothing
			if _, stays := edited.Asset(a.ID); !stays {
				edited.Signals = slices.DeleteFunc(slices.Clone(edited.Signals), func(g twin.Signal) bool { return g.Asset == a.ID })
				edited.Bindings = slices.DeleteFunc(slices.Clone(edited.Bindings), func(b twin.Binding) bool { return owner(b.Signal) == a.ID })
			}
		}
		got, changes, notes := TakeEdits(base, &edited, adapted)
		var conflicts []string
		for _, n := range notes {
			if !slices.Contains(conflicts, n.Place) {
				conflicts = append(conflicts, n.Place)
			}
		}
		if !row.holds(got) || !slices.Equal(conflicts, row.conflicts) || !slices.Equal(kindsOf(changes), row.changes) {
			t.Errorf("%s: conflicts %v, changes %v, site %+v", row.name, conflicts, kindsOf(changes), got.Assets)
		}
		if row.name != "added what came" && row.conflicts == nil {
			if x, came := got.Asset("freezer-7"); !came || x.Class != "upright-freezer" {
				t.Errorf("%s: what the plant brought is missing", row.name)
			}
		}
		sound(t, got, cat)
	}
}
