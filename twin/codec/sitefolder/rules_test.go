package sitefolder

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

func number(v float64) *float64 { return &v }

// ruled is a site with a guard of every form, and people.
func ruled() *twin.Site {
	s := corner()
	s.Guards = append(s.Guards,
		twin.Guard{ID: "range", Signal: "set-point", Limit: &twin.Limit{Min: number(-30), Max: number(28), Step: number(3)}},
		twin.Guard{ID: "often", Rate: &twin.Rate{Writes: 6, Per: time.Hour}},
		twin.Guard{ID: "open", Hours: &twin.Hours{From: 6 * 60, To: 24 * 60, Days: []string{"mon", "sat"}}},
		twin.Guard{ID: "dry", Applies: []twin.ActionClass{"boost-capacity"}, Interlock: `of("defrost-active") < 0.5`},
		twin.Guard{ID: "two", Exclusive: &twin.Exclusive{Classes: []twin.ActionClass{"boost-capacity", "close-door"}, AtOnce: 2}},
		twin.Guard{ID: "day", Budget: &twin.Budget{Energy: number(40), Money: number(12.5)}, Message: "enough for today"},
		twin.Guard{ID: "food", Assets: []string{"upright-freezer"}, Food: &twin.Food{Warmest: -12}},
	)
	s.Users = []twin.User{{Name: "mina", Approve: []twin.ActionClass{"close-door"}}, {Name: "kim", Approve: []twin.ActionClass{twin.Everything}, Modes: true, Release: true}}
	s.TwoPerson = []twin.ActionClass{"boost-capacity"}
	s.Earning = &twin.Earning{Threshold: 0.85, Strict: true}
	s.Prices = &twin.Prices{Currency: "KRW", Electricity: 160, Goods: 900_000}
	s.Hangs = []twin.Hanging{{From: "shelf-1", To: []twin.AssetID{"freezer-2"}}}
	return s
}

func TestRulesAreReadAsTheyWereWritten(t *testing.T) {
	want := ruled()
	site, layout, err := Format(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(site, layout)
	if err != nil {
		t.Fatalf("%v\n%s", err, site)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v\n%s", got.Guards, want.Guards, site)
	}
}

func TestWrongRulesNameTheirPlaceAndMend(t *testing.T) {
	site, layout, err := Format(ruled())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, says string }{
		{"min: -30, max: 28", "min: 30, max: 28", "exchange them"},
		{"limit: {min: -30, max: 28, step: 3}", "limit: {}", "give min, max or step"},
		{"step: 3", "step: 0", "above 0"},
		{"max: 28", "max: .inf", "no number"},
		{"per: 1h0m0s", "per: soon", "writes: 6, per: 1h"},
		{"writes: 6", "writes: 0", "writes: 6, per: 1h"},
		{`from: "06:00"`, `from: "6 o'clock"`, "as {from:"},
		{"[mon, sat]", "[mon, saturday]", "the days are mon"},
		{"at_once: 2", "at_once: 0", "excludes nothing"},
		{"kwh_a_day: 40", "kwh_a_day: -1", "0 or more"},
		{"warmest: -12", "warmest: .nan", "in °C"},
		{"food: {warmest: -12}", "food: {}", "it has no limit"},
		{"interlock: of(\"defrost-active\") < 0.5", "message: none", "allows nothing"},
		{"    exclusive:", "    allow: value > 1\n    exclusive:", "a guard of each"},
		{"id: often", "id: range", "stands twice"},
		{"name: mina", "name: kim", "a name of his own"},
		{"name: mina", "name: auto", "no name of a person"},
		{"threshold: 0.85", "threshold: 85", "no share"},
		{"goods: 900000", "goods: -1", "below 0"},
		{"to: [freezer-2]", "to: [ghost]", "no asset of this site"},
		{"from: shelf-1", "from: ghost", "no asset of this site"},
	} {
		text := strings.Replace(string(site), c.old, c.new, 1)
		if text == string(site) {
			t.Fatalf("no %q in\n%s", c.old, site)
		}
		_, err := Parse([]byte(text), layout)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "site.yaml:") {
			t.Errorf("%s: got %v, want %q", c.new, err, c.says)
		}
	}
}

// At points into the text of a condition, whichever way it is written.
func TestAtPointsIntoAText(t *testing.T) {
	for written, want := range map[string]string{
		"value <":                    "site.yaml:3:16",
		`"value <"`:                  "site.yaml:3:17",
		"|\n      value\n      <":    "site.yaml:4:11",
		"\n      value < 3 &&\n  ":   "site.yaml:4:11",
		"|\n          value\n      ": "site.yaml:4:15",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, siteFile), []byte("guards:\n  - id: x\n    allow: "+written+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := At(dir, 1, 5, "guards", 0, "allow"); got != want {
			t.Errorf("%q: got %s, want %s", written, got, want)
		}
	}
	if got := At(t.TempDir(), 1, 1, "guards"); got != "site.yaml" {
		t.Errorf("of no file: %s", got)
	}
}
