package account_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/account"
)

// recorded reads a case as the demo store's journal had it.
func recorded(t testing.TB, name string) app.Case {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var c app.Case
	if err := json.Unmarshal(data, &c); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// The panel of a recorded story as text, for managers and experts, in every
// language. The earlier case of the same kind is the same one a week before, on
// another freezer.
func TestTheAccountOfARecordedStory(t *testing.T) {
	c := recorded(t, "door-ajar")
	week := c
	week.Situation.Case, week.Situation.Asset = "before", "freezer-5"
	week.Situation.Onset = c.Situation.Onset.AddDate(0, 0, -7)
	for _, s := range speakers(t) {
		a := account.Of(s, market, c)
		a.Similar = account.Alike(s, market, c, []app.Case{c, week})
		for level, expert := range map[string]bool{"manager": false, "expert": true} {
			golden(t, fmt.Sprintf("door-ajar.%s.%s.txt", s.Language(), level), a.Text(s, market, expert))
		}
		w := account.WhyNot(s, c, "fan-failure")
		golden(t, fmt.Sprintf("door-ajar.%s.whynot.txt", s.Language()),
			strings.Join([]string{w.Odds, w.Against, w.For, w.Apart, w.Check, ""}, "\n"))
	}
}

// The journal alone gives the account back: a case that was stored and read says
// the same.
func TestAnAccountReproduces(t *testing.T) {
	c := recorded(t, "door-ajar")
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var again app.Case
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	for _, s := range speakers(t) {
		if a, b := account.Of(s, market, c), account.Of(s, market, again); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %+v\nafter it was stored %+v", s.Language(), a, b)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	c := recorded(b, "door-ajar")
	s := speakers(b)[0]
	for b.Loop() {
		account.Of(s, market, c)
	}
}

func BenchmarkAlike(b *testing.B) {
	c := recorded(b, "door-ajar")
	past := make([]app.Case, 2000)
	for i := range past {
		past[i] = c
		past[i].Situation.Case += "x"
		past[i].Situation.Onset = c.Situation.Onset.Add(-time.Duration(i+1) * time.Hour)
	}
	s := speakers(b)[0]
	for b.Loop() {
		account.Alike(s, market, c, past)
	}
}

// golden compares with testdata/name; UPDATE=1 rewrites it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; UPDATE=1 makes it", err)
	}
	if string(want) != got {
		t.Errorf("%s is now\n%s\nand was\n%s", path, got, want)
	}
}
