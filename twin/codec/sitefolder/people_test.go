package sitefolder

import (
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// What a site says of people is read, what it leaves out is as usual, and what
// makes no sense is named with its line.
func TestHowLongPositionsAreKept(t *testing.T) {
	site, layout, err := Format(corner())
	if err != nil {
		t.Fatal(err)
	}
	const key = "kind: store\n"
	if !strings.Contains(string(site), key) {
		t.Fatalf("no %q in\n%s", key, site)
	}
	day := 24 * time.Hour
	for written, want := range map[string]twin.People{
		"":                                   {Retention: 30 * day, K: 5},
		"people: {retention: 7d}":            {Retention: 7 * day, K: 5},
		"people: {retention: 36h, k: 10}":    {Retention: 36 * time.Hour, K: 10},
		"people: {retention: forever, k: 1}": {Retention: twin.Forever, K: 1},
		"people: {k: 20}":                    {Retention: 30 * day, K: 20},
	} {
		got, err := Parse([]byte(strings.Replace(string(site), key, key+written+"\n", 1)), layout)
		if err != nil || got.PeopleRules() != want {
			t.Errorf("%q: %+v, %v", written, got, err)
		}
	}
	for written, says := range map[string]string{
		"people:\n  retention: soon":                  `people.retention: "soon" is no span`,
		"people:\n  retention: 0d":                    "write it as 30d",
		"people:\n  retention: 4000d":                 "from 1h to 3650d",
		"people:\n  retention: 5m":                    "from 1h to 3650d",
		"people:\n  retention: -3d":                   "from 1h to 3650d",
		"people:\n  retention: 99999999999999999999d": "from 1h to 3650d",
		"people:\n  k: 0":                             "people.k: 0 is no number of people",
		"people:\n  k: -5":                            "1 when every figure is told",
		"people:\n  keep: 3d":                         "the key \"keep\" is not known here",
	} {
		_, err := Parse([]byte(strings.Replace(string(site), key, key+written+"\n", 1)), layout)
		if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "site.yaml:7") {
			t.Errorf("%q: got %v, want %q in line 7", written, err, says)
		}
	}
}
