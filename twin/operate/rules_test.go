package operate

import (
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

func number(v float64) *float64 { return &v }

// Every form of a guard lets pass what it should and nothing else, and one that
// cannot be evaluated lets nothing pass.
func TestFormsOfGuards(t *testing.T) {
	hours := func(from, to int, days ...string) *twin.Hours { return &twin.Hours{From: from, To: to, Days: days} }
	boost := twin.Write{Signal: "freezer-1/capacity-boost", Value: 1, Hold: true}
	kinds := map[string]struct {
		guard twin.Guard
		pass  bool
		idle  float64 // upper end of what comes if nothing is done, °C; 0: -19.6
	}{
		"within a limit":            {twin.Guard{Limit: &twin.Limit{Min: number(0), Max: number(1)}}, true, 0},
		"above a limit":             {twin.Guard{Limit: &twin.Limit{Max: number(0.5)}}, false, 0},
		"below a limit":             {twin.Guard{Limit: &twin.Limit{Min: number(1.5)}}, false, 0},
		"too large a step":          {twin.Guard{Limit: &twin.Limit{Step: number(0.5)}}, false, 0},
		"a step":                    {twin.Guard{Limit: &twin.Limit{Step: number(1)}}, true, 0},
		"seldom enough":             {twin.Guard{Rate: &twin.Rate{Writes: 3, Per: time.Hour}}, true, 0},
		"too often":                 {twin.Guard{Rate: &twin.Rate{Writes: 2, Per: time.Hour}}, false, 0},
		"too often, long ago":       {twin.Guard{Rate: &twin.Rate{Writes: 2, Per: time.Minute}}, true, 0},
		"in hours":                  {twin.Guard{Hours: hours(17*60, 19*60)}, true, 0}, // dawn is 17:00 in Seoul
		"before hours":              {twin.Guard{Hours: hours(18*60, 24*60)}, false, 0},
		"over midnight":             {twin.Guard{Hours: hours(17*60, 2*60)}, true, 0},
		"over midnight, outside":    {twin.Guard{Hours: hours(22*60, 2*60)}, false, 0},
		"on this day":               {twin.Guard{Hours: hours(0, 24*60, "mon", "tue")}, true, 0},
		"on another day":            {twin.Guard{Hours: hours(0, 24*60, "wed")}, false, 0},
		"interlock":                 {twin.Guard{Interlock: `of("door-open") < 0.5`}, true, 0},
		"interlock of what is not":  {twin.Guard{Interlock: `of("defrost-active") < 0.5`}, false, 0},
		"alone":                     {twin.Guard{Exclusive: &twin.Exclusive{Classes: []twin.ActionClass{"boost-capacity"}, AtOnce: 1}}, true, 0},
		"within the day's energy":   {twin.Guard{Budget: &twin.Budget{Energy: number(10)}}, true, 0},
		"beyond the day's energy":   {twin.Guard{Budget: &twin.Budget{Energy: number(9)}}, false, 0},
		"beyond the day's money":    {twin.Guard{Budget: &twin.Budget{Money: number(1)}}, false, 0},
		"food":                      {twin.Guard{Food: &twin.Food{Warmest: -12}}, true, 0},
		"food, of another class":    {twin.Guard{Assets: []string{"chest-freezer"}, Food: &twin.Food{Warmest: -90}}, true, 0},
		"food that warms":           {twin.Guard{Food: &twin.Food{Warmest: -19.5}}, false, 0},
		"food, on the way":          {twin.Guard{Food: &twin.Food{Warmest: -14}}, false, 0},
		"food, no warmer than left": {twin.Guard{Food: &twin.Food{Warmest: -14}}, true, -12.5},
		"of another signal":         {twin.Guard{Signal: "set-point", Expr: "false"}, true, 0},
		"of another class":          {twin.Guard{Applies: []twin.ActionClass{"close-door"}, Expr: "false"}, true, 0},
		"its own words":             {twin.Guard{Expr: `name == "capacity-boost" && minute == 60*17 && weekday == "tue" && kwh == 6 && kwh_today == 4`}, true, 0},
		"a number that is no limit": {twin.Guard{Expr: "warmest_idle - warmest_idle == 0"}, true, 0},
	}
	for name, k := range kinds {
		k.guard.ID = name
		if k.idle == 0 {
			k.idle = -19.6
		}
		w := newWorld(t, twin.Approve, "freezer-1")
		w.site.Guards = []twin.Guard{k.guard}
		w.boot()
		w.operator.Observe(w.readings(0))
		w.operator.SetLinked(true)
		w.operator.takeInbox()
		o := w.operator
		for _, ago := range []time.Duration{30 * time.Minute, 40 * time.Minute} {
			o.book.writes = append(o.book.writes, written{boost.Signal, dawn.Add(-ago)})
		}
		o.book.spent = []spending{{dawn.Add(-30 * time.Hour), twin.Cost{Energy: 99, Money: 99}}, {dawn.Add(-time.Hour), twin.Cost{Energy: 4, Money: 1}}}
		p := twin.Proposal{Class: "boost-capacity", Asset: "freezer-1", Writes: []twin.Write{boost}, Cost: twin.Cost{Energy: 6, Money: 1.2},
			Predicted: twin.Effect{Signal: "freezer-1/air-temperature", Forecast: []twin.Point{{Value: -20, High: -20}, {Value: -19.2, High: -13}, {Value: -19, High: -18.5}}}, Expires: dawn.Add(time.Hour)}
		c := &dossier{CaseRecord: CaseRecord{Situation: twin.Situation{Asset: "freezer-1"}}}
		ok, why := passed(o.checkOf(c, p, []twin.Point{{Value: -20, High: -20}, {Value: -19.8, High: k.idle}}))
		if ok != k.pass {
			t.Errorf("%s (%s): passed %v: %s", name, k.guard.Condition(), ok, why)
		}
	}
}

// Another action of a class under way, or decided, counts against an exclusion.
func TestActionsExcludeEachOther(t *testing.T) {
	w := newWorld(t, twin.Approve, "freezer-1", "freezer-2")
	w.site.Guards = []twin.Guard{{ID: "one", Exclusive: &twin.Exclusive{Classes: []twin.ActionClass{"boost-capacity"}, AtOnce: 1}, Message: "one at a time"}}
	w.warmUp()
	for _, c := range w.cabinets {
		c.worn = true
	}
	most := 0
	for range 600 {
		w.run(sampleEvery)
		n := 0
		for _, c := range w.cases() {
			if c.Stage == Acting {
				n++
			}
		}
		most = max(most, n)
	}
	if most != 1 {
		t.Errorf("%d boosts were under way at once", most)
	}
	if w.cabinets[0].boost != 1 || w.cabinets[1].boost != 1 {
		t.Errorf("boosts %v and %v: the second never had its turn: %s", w.cabinets[0].boost, w.cabinets[1].boost, w.kinds())
	}
	w.settled()
}

// What an interlock wanted must go on to hold while the action is watched.
func TestAnInterlockThatOpensTakesBack(t *testing.T) {
	w := worn(t, twin.Auto)
	w.user = nil
	w.site.Guards = []twin.Guard{{ID: "shut", Applies: []twin.ActionClass{"boost-capacity"}, Interlock: `of("door-open") < 0.5`, Message: "no boost behind an open door"}}
	w.boot()
	for len(w.wrote) == 0 {
		w.run(sampleEvery)
	}
	w.cabinets[0].ajar = true
	w.run(2 * time.Minute)
	if got := w.results(); len(got) != 1 || got[0] != twin.Refused || w.cabinets[0].boost != 0 {
		t.Fatalf("outcomes %v, boost %v: %s", got, w.cabinets[0].boost, w.kinds())
	}
	if d := w.outcomes()[w.wrote[0].proposal][0].Detail; !strings.Contains(d, "no boost behind an open door") {
		t.Error(d)
	}
	if m := w.operator.Modes()["boost-capacity"]; m != twin.Approve {
		t.Errorf("a guard was broken while it acted by itself, and it is set to %s", m)
	}
	w.laws()
}

// A rule that cannot be used names its place.
func TestCheckNamesThePlace(t *testing.T) {
	site := freezers("freezer-1")
	site.Guards = []twin.Guard{{ID: "a", Expr: "true"}, {ID: "b", Interlock: "true &&\n of(3)"}}
	site.Users = []twin.User{{Name: "kim", Approve: []twin.ActionClass{twin.Everything}}}
	for _, c := range []struct {
		change func()
		says   string
	}{
		{func() {}, "[guards 1 interlock] 2"},
		{func() {
			site.Guards[1] = twin.Guard{ID: "b", Exclusive: &twin.Exclusive{Classes: []twin.ActionClass{"fly"}, AtOnce: 1}}
		}, "[guards 1] 1"},
		{func() { site.Guards = site.Guards[:1]; site.TwoPerson = []twin.ActionClass{"fly"} }, "[two_person 0] 1"},
		{func() { site.TwoPerson = nil; site.Users[0].Approve = []twin.ActionClass{"close-door", "fly"} }, "[users 0 approve 1] 1"},
	} {
		c.change()
		err := Check(site)
		rule, ok := err.(*RuleError)
		if !ok {
			t.Errorf("%s: got %v", c.says, err)
			continue
		}
		if got := spaced(rule); got != c.says {
			t.Errorf("got %s, want %s (%v)", got, c.says, err)
		}
	}
	site.Users = nil
	if err := Check(site); err != nil {
		t.Error(err)
	}
}
