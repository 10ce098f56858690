package pseudonym

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/glasstwin/glasstwin/twin"
)

// Who comes on two days has one name on each, and nothing joins the two.
func TestNobodyIsFollowedFromDayToDay(t *testing.T) {
	seoul, err := time.LoadLocation("Asia/Seoul")
	if err != nil {
		t.Fatal(err)
	}
	const hour = 3600.0
	began := time.Date(2026, 6, 3, 9, 0, 0, 0, seoul)
	people := []twin.Trajectory{
		{Person: "aa:bb:cc", Fixes: []twin.Fix{{T: 0}, {T: 60}, {T: 25 * hour}, {T: 25*hour + 60}}}, // comes again
		{Person: "night-guard", Fixes: []twin.Fix{{T: 14.9 * hour, X: 1}, {T: 15 * hour, X: 2}}},    // midnight in Seoul
		{Person: "7", Fixes: []twin.Fix{{T: 100}}},
	}
	ways, names := Rotate(people, began, seoul, "aa:bb:cc")
	if len(ways) != 5 || len(names) != 2 || names[0] == names[1] {
		t.Fatalf("%d ways, names %v", len(ways), names)
	}
	seen := map[string]bool{}
	for _, w := range ways {
		for _, p := range people {
			if strings.Contains(w.Person, p.Person) && len(p.Person) > 1 {
				t.Errorf("%s tells %s", w.Person, p.Person)
			}
		}
		if seen[w.Person] {
			t.Errorf("%s stands on two days, or for two people", w.Person)
		}
		seen[w.Person] = true
	}
	if again, _ := Rotate(people, began, seoul, ""); again[0].Person == ways[0].Person {
		t.Error("a second run names people as the first did")
	}
	if people[0].Person != "aa:bb:cc" || len(people[0].Fixes) != 4 {
		t.Errorf("what came in was changed: %+v", people[0])
	}
}

func TestADaysKeyIsForgotten(t *testing.T) {
	d := NewDays(nil)
	noon := time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)
	today := d.Name(noon, "x")
	if d.Name(noon.Add(11*time.Hour), "x") != today || d.Name(noon, "y") == today {
		t.Error("on one day one id has one name, and another id another")
	}
	tomorrow := d.Name(noon.Add(24*time.Hour), "x")
	if tomorrow == today || d.Name(noon, "x") == today {
		t.Error("the key of a day outlived it")
	}
}

// Nothing is lost by rotating, and within a day a name stands for one person.
func TestRotatingKeepsEveryPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var people []twin.Trajectory
		fixes := 0
		for i := range rapid.IntRange(0, 6).Draw(t, "people") {
			p := twin.Trajectory{Person: string(rune('a' + i))}
			at := rapid.Float64Range(0, 1e5).Draw(t, "from")
			for range rapid.IntRange(1, 12).Draw(t, "fixes") {
				p.Fixes = append(p.Fixes, twin.Fix{T: at})
				at += rapid.Float64Range(0.1, 5e4).Draw(t, "step")
				fixes++
			}
			people = append(people, p)
		}
		ways, _ := Rotate(people, time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC), nil, "")
		for _, w := range ways {
			fixes -= len(w.Fixes)
			if a, b := w.Fixes[0].T, w.Fixes[len(w.Fixes)-1].T; b-a > 24*3600 {
				t.Fatalf("a way of %g s", b-a)
			}
		}
		if fixes != 0 {
			t.Fatalf("%d places were lost", fixes)
		}
	})
}
