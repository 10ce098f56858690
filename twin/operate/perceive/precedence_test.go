package perceive

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

// While nothing good comes of a device that is heard every minute, nothing is told
// of it: its link may be lost.
func TestOfWhoHasJustFallenSilentNothingIsTold(t *testing.T) {
	site := &twin.Site{Assets: []twin.Asset{{ID: "freezer-1"}}, Signals: []twin.Signal{{ID: twin.SignalOf("freezer-1", "air-temperature"), Asset: "freezer-1"}, {ID: twin.SignalOf("freezer-1", "product-temperature"), Asset: "freezer-1"}}}
	st, m := twin.NewState(site), newMemory(site)
	p := &Perceiver{memory: m}
	c := claim{g: &group{family: cabinets(), things: []*thing{{asset: "freezer-1", near: map[string]twin.AssetID{}}}}, class: 8}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	read := func(air, goods twin.Quality) {
		now = now.Add(time.Minute)
		st.Advance(now)
		st.Apply(twin.Sample{Signal: site.Signals[0].ID, At: now, Value: -18, Quality: air})
		st.Apply(twin.Sample{Signal: site.Signals[1].ID, At: now, Value: -18, Quality: goods})
		m.read(st, now)
	}
	for range 60 {
		read(twin.Good, twin.Good)
	}
	for _, x := range []struct {
		name       string
		air, goods twin.Quality
		waits      bool
	}{{"both probes known", twin.Good, twin.Good, false}, {"the air probe dead", twin.Bad, twin.Good, false}, {"all lost", twin.Bad, twin.Bad, true}, {"heard again", twin.Good, twin.Good, false}} {
		if read(x.air, x.goods); p.effect(c) != x.waits {
			t.Errorf("%s: the claim %s waits %v, want %v", x.name, c.g.family.classes[c.class-1].Name, !x.waits, x.waits)
		}
	}
	for range 4 {
		read(twin.Bad, twin.Bad)
	}
	waited := 0
	for read(twin.Good, twin.Good); p.effect(c) && waited < 60; read(twin.Good, twin.Good) {
		waited++
	}
	if waited != settles-1 {
		t.Errorf("heard again after minutes of silence a claim waits %d minutes more, want %d", waited, settles-1)
	}
}

// A valve is not told stuck while its room's thermostat is told to drift, nor for
// as long as its way is still that of the sensor before.
func TestAValveIsNotToldOfAnotherSensor(t *testing.T) {
	site := &twin.Site{Assets: []twin.Asset{{ID: "thermostat-1"}, {ID: "radiator-1"}}, Signals: []twin.Signal{
		{ID: twin.SignalOf("thermostat-1", "control-sensor"), Asset: "thermostat-1"}, {ID: twin.SignalOf("radiator-1", "valve"), Asset: "radiator-1"}}}
	st, m := twin.NewState(site), newMemory(site)
	p := &Perceiver{memory: m}
	var valves *family
	for _, f := range families() {
		if f.name == "radiator" {
			valves = f
		}
	}
	c := claim{g: &group{family: valves, things: []*thing{{asset: "radiator-1", near: map[string]twin.AssetID{"room": "thermostat-1"}}}}, class: 1}
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	read := func(sensor float64) {
		now = now.Add(time.Minute)
		st.Advance(now)
		st.Apply(twin.Sample{Signal: site.Signals[0].ID, At: now, Value: sensor, Quality: twin.Good})
		st.Apply(twin.Sample{Signal: site.Signals[1].ID, At: now, Value: 30, Quality: twin.Good})
		m.read(st, now)
	}
	for range 120 {
		read(0)
	}
	if p.effect(c) {
		t.Error("a valve in a room where all is well is not told")
	}
	p.standing = []*standing{{group: &group{family: valves}, perception: operate.Perception{Situation: twin.Situation{Class: "sensor-drift", Asset: "thermostat-1"}}}}
	if !p.effect(c) {
		t.Error("told beside the drift of its thermostat")
	}
	p.standing = nil
	waited := 0
	for read(1); p.effect(c) && waited < 200; read(1) {
		waited++
	}
	if waited != resensed-1 {
		t.Errorf("after the sensor was changed a valve waits %d minutes, want %d", waited, resensed-1)
	}
}

// A coil that a stand-in fan blows over looks iced, and a probe that the controls
// were taken off goes on lying: neither is told anew, all else is.
func TestWhatWasAnsweredIsNotToldAgain(t *testing.T) {
	signals := []string{"air-temperature", "evaporator-fan-backup", "control-sensor"}
	site := &twin.Site{Assets: []twin.Asset{{ID: "freezer-1"}}}
	for _, s := range signals {
		site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf("freezer-1", s), Asset: "freezer-1"})
	}
	g := &group{family: cabinets(), things: []*thing{{asset: "freezer-1", near: map[string]twin.AssetID{}}}}
	for _, x := range []struct {
		what           string
		backup, second float64
		hidden         []string
	}{
		{"as it was built", 0, 0, nil},
		{"with its backup fan", 1, 0, []string{"evaporator-ice"}},
		{"by its second sensor", 0, 1, []string{"evaporator-ice", "sensor-bias", "sensor-drift", "sensor-dead", "sensor-lying"}},
	} {
		st, m := twin.NewState(site), newMemory(site)
		p := &Perceiver{memory: m}
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		read := func(backup, second float64) {
			now = now.Add(time.Minute)
			st.Advance(now)
			for i, v := range []float64{-18, backup, second} {
				st.Apply(twin.Sample{Signal: site.Signals[i].ID, At: now, Value: v, Quality: twin.Good})
			}
			m.read(st, now)
		}
		for range 60 {
			read(x.backup, x.second)
		}
		for range 60 { // switched back, its past is still that of before
			read(0, 0)
		}
		for i, class := range g.family.classes {
			if want := slices.Contains(x.hidden, class.Name); p.effect(claim{g: g, class: i + 1}) != want {
				t.Errorf("%s: %s is an effect %v, want %v", x.what, class.Name, !want, want)
			}
		}
		for range kept {
			read(0, 0)
		}
		if p.effect(claim{g: g, class: 4}) {
			t.Errorf("%s: ice is not told after hours as usual", x.what)
		}
	}
}

// A defrost of which a reading is lost may have begun: its fan stands still, and is
// not taken for one that fails.
func TestWhereADefrostIsNotKnownNothingIsCalm(t *testing.T) {
	unknown := math.NaN()
	got := calmAfter(series{0, 0, unknown, 0, 0, 1, unknown, 0, 0, 0}, 3)
	want := series{1, 1, 0, 1, 0, 0, 0, 0, 1, 1}
	if !slices.Equal(got, want) {
		t.Errorf("calm %v, want %v", got, want)
	}
}

// Of thermometers that are held against each other the one that has come farthest is
// told, and no other while it stands.
func TestOneThermometerErrsAtATime(t *testing.T) {
	site := &twin.Site{}
	for _, id := range []twin.AssetID{"climate-1", "climate-2", "climate-3"} {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: "climate-sensor"})
		for _, name := range []string{"temperature", "humidity", "co2"} {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name})
		}
	}
	st, m := twin.NewState(site), newMemory(site)
	p := &Perceiver{memory: m}
	g := &group{family: climateSensors()}
	for _, a := range site.Assets {
		g.things = append(g.things, &thing{asset: a.ID, kind: a.Class, near: map[string]twin.AssetID{}})
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for minute := range 180 {
		now = now.Add(time.Minute)
		st.Advance(now)
		for i, a := range site.Assets {
			value := 20 + 0.1*float64(i)
			if i == 1 {
				value += 0.02 * float64(max(0, minute-60))
			}
			st.Apply(twin.Sample{Signal: twin.SignalOf(a.ID, "temperature"), At: now, Value: value, Quality: twin.Good})
		}
		m.read(st, now)
	}
	drift := 1 + slices.IndexFunc(g.family.classes, func(c class) bool { return c.Name == "sensor-drift" })
	waits := func(when string, want ...bool) {
		t.Helper()
		for i := range g.things {
			if got := p.effect(claim{g: g, thing: i, class: drift}); got != want[i] {
				t.Errorf("%s, the claim at %s waits %v, want %v", when, g.things[i].asset, got, want[i])
			}
		}
	}
	waits("while the second drifts", true, false, true)
	p.standing = append(p.standing, &standing{group: g, perception: operate.Perception{Situation: twin.Situation{Asset: "climate-1", Class: "sensor-drift"}}})
	waits("while the first is told", true, true, true)
}

// One that errs from early on, and comes past the others, that stand apart: it alone is told,
// though what each is held against has moved as far.
func TestAThermometerThatComesPastOthersErrsAlone(t *testing.T) {
	site := &twin.Site{}
	apart := []float64{-0.6, -0.2, 0, 0.2, 0.3, 0.6}
	var ids []twin.AssetID
	for i := range apart {
		id := twin.AssetID("climate-" + string(rune('1'+i)))
		ids = append(ids, id)
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: "climate-sensor"})
		for _, name := range []string{"temperature", "humidity", "co2"} {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name})
		}
	}
	st, m := twin.NewState(site), newMemory(site)
	p, g := &Perceiver{memory: m}, &group{family: climateSensors()}
	for _, id := range ids {
		g.things = append(g.things, &thing{asset: id, kind: "climate-sensor", near: map[string]twin.AssetID{}})
	}
	drift := 1 + slices.IndexFunc(g.family.classes, func(c class) bool { return c.Name == "sensor-drift" })
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for minute := range 90 {
		now = now.Add(time.Minute)
		st.Advance(now)
		for i, id := range ids {
			value := 20 + apart[i]
			if i == 0 {
				value += 0.03 * float64(max(0, minute-55))
			}
			st.Apply(twin.Sample{Signal: twin.SignalOf(id, "temperature"), At: now, Value: value, Quality: twin.Good})
		}
		m.read(st, now)
		for i := range ids {
			if got, want := p.effect(claim{g: g, thing: i, class: drift}), i > 0; minute > 70 && got != want {
				t.Fatalf("in minute %d the claim at %s waits %v, want %v", minute, ids[i], got, want)
			}
		}
	}
}
