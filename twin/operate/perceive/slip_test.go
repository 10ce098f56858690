package perceive

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/assets"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
)

var _ operate.Wary = (*Perceiver)(nil)

// usualForTest is what is usual, as it stands in the program.
func usualForTest(t testing.TB) *Usual {
	t.Helper()
	f, err := assets.Models().Open(UsualName)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	u, err := LoadUsual(f)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// spoilt plays a run whose samples are spoilt between two minutes, and returns the
// drifts of the last minute of that and of the end, and the first minute of one.
func spoilt(t *testing.T, s *study, from, to int, spoil func(x twin.Sample, minute int) (twin.Sample, bool)) (during, after []twin.DriftNote, first int, last []operate.Perception) {
	t.Helper()
	m := storedForTest(t)
	m.Usual = usualForTest(t)
	p, st := New(s.run.Site, m), twin.NewState(s.run.Site)
	for k, now := range s.run.At {
		since := now.Sub(s.run.At[0])
		minute := int(since.Minutes())
		st.Advance(now)
		for _, x := range s.run.Came(k) {
			came := true
			if x = twin.Restamp(x, now); minute >= from && minute < to {
				x, came = spoil(x, minute)
			}
			if came {
				st.Apply(x)
			}
		}
		if since%time.Minute != 0 {
			continue
		}
		told, err := p.Perceive(t.Context(), st, now)
		if err != nil {
			t.Fatal(err)
		}
		after = p.Drifts()
		if len(after) > 0 && first == 0 {
			first = minute
		}
		if minute == to-1 {
			during, last = after, told
		}
	}
	return during, after, first, last
}

// What comes of a site may be unlike all that the model was trained on in four ways.
// Each is told soon, by the name of the reading and with figures, with the
// situations that are told from it; and no more when it is over.
func TestWhatTheModelWasNotTrainedOnIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		site   string
		want   twin.DriftNote
		within int // minutes
		says   string
		spoil  func(stood map[twin.SignalID]twin.Sample, x twin.Sample) (twin.Sample, bool)
	}{
		"a thermometer in Fahrenheit": {"store", twin.DriftNote{Asset: "climate-2", Kind: twin.DriftRange, Situations: []string{"sensor-drift"}}, 15, "climate-2/temperature reads",
			func(_ map[twin.SignalID]twin.Sample, x twin.Sample) (twin.Sample, bool) {
				if x.Signal == "climate-2/temperature" {
					x.Value = 32 + 1.8*x.Value
				}
				return x, true
			}},
		"a freezer in Fahrenheit": {"store", twin.DriftNote{Asset: "freezer-1", Kind: twin.DriftRange, Situations: []string{"door-ajar"}}, 25, "training knew",
			func(_ map[twin.SignalID]twin.Sample, x twin.Sample) (twin.Sample, bool) {
				if strings.HasPrefix(string(x.Signal), "freezer-1/") && strings.HasSuffix(string(x.Signal), "temperature") {
					x.Value = 32 + 1.8*x.Value
				}
				return x, true
			}},
		"a sensor of the outdoors that died": {"home", twin.DriftNote{Asset: "weather-1", Kind: twin.DriftMissing, Situations: []string{"heat-pump-degraded"}}, 25, "nothing comes of weather-1/temperature",
			func(_ map[twin.SignalID]twin.Sample, x twin.Sample) (twin.Sample, bool) {
				if x.Signal == "weather-1/temperature" {
					x.Quality = twin.Bad
				}
				return x, true
			}},
		"readings frozen": {"home", twin.DriftNote{Asset: "heat-pump-1", Kind: twin.DriftDead, Situations: []string{"heat-pump-degraded"}}, 60, "heat-pump-1/flow-temperature has stood still at",
			func(stood map[twin.SignalID]twin.Sample, x twin.Sample) (twin.Sample, bool) {
				if !strings.HasPrefix(string(x.Signal), "heat-pump-1/") {
					return x, true
				}
				if was, ok := stood[x.Signal]; ok {
					x.Value = was.Value
				}
				stood[x.Signal] = x
				return x, true
			}},
		"a pump that gives heat without power": {"home", twin.DriftNote{Asset: "heat-pump-1", Kind: twin.DriftRegime, Situations: []string{"heat-pump-degraded"}}, 25, "a regime never seen: ",
			func(_ map[twin.SignalID]twin.Sample, x twin.Sample) (twin.Sample, bool) {
				switch x.Signal {
				case "heat-pump-1/heat-power":
					x.Value = 8500
				case "heat-pump-1/power":
					x.Value = 20
				case "heat-pump-1/compressor-running":
					x.Value = 0
				}
				return x, true
			}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := open(recorded(t, c.site, "normal", 3))
			if err != nil {
				t.Fatal(err)
			}
			const from, to = 60, 130
			stood := map[twin.SignalID]twin.Sample{}
			during, after, first, _ := spoilt(t, s, from, to, func(x twin.Sample, _ int) (twin.Sample, bool) { return c.spoil(stood, x) })
			t.Logf("minute %d: %+v", first, during)
			i := slices.IndexFunc(during, func(n twin.DriftNote) bool { return n.Key() == c.want.Key() })
			if i < 0 || first < from || first > from+c.within {
				t.Fatalf("first in minute %d: %+v", first, during)
			}
			if n := during[i]; !strings.Contains(n.Why, c.says) || !slices.Contains(n.Situations, c.want.Situations[0]) {
				t.Errorf("%+v", n)
			}
			if len(after) > 0 {
				t.Errorf("long after: %+v", after)
			}
		})
	}
}

func TestWhatIsUsualIsStoredAndRead(t *testing.T) {
	var a, b bytes.Buffer
	if err := usualForTest(t).Encode(&a); err != nil {
		t.Fatal(err)
	}
	back, err := LoadUsual(bytes.NewReader(a.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Encode(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("read and written it is another (%v)", err)
	}
	for what, bad := range map[string]string{"make it again": a.String()[:a.Len()/2], "not a situations-drift": `{"format":"hvac","monitors":{"a/b":{}}}`, "no regime": `{"format":"situations-drift","monitors":{"a/b":{}}}`} {
		if _, err := LoadUsual(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func FuzzLoadUsual(f *testing.F) {
	f.Add([]byte(`{"format":"situations-drift","monitors":{"room/thermostat":{"Columns":[{"Name":"temperature","Min":1,"Max":2}],"Regime":{"Mean":[1],"Spread":[1],"Whiten":[[1]]},"Threshold":3}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, err := LoadUsual(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, m := range u.monitors {
			if _, err := m.Check(make([]float64, len(m.Columns))); err != nil {
				t.Error(err)
			}
		}
	})
}

// A reading is told in its unit.
func TestADriftIsToldInItsUnit(t *testing.T) {
	for want, n := range map[string]twin.DriftNote{
		"a/t reads 70.9 °C, while training knew 11 to 28.4 °C":                {Kind: twin.DriftRange, Value: 70.9, Low: 11, High: 28.4, Unit: "°C"},
		"a/t reads 70.9, while training knew 11 to 28.4":                      {Kind: twin.DriftRange, Value: 70.9, Low: 11, High: 28.4},
		"a/t has stood still at 4 °C for 90 min, longer than any in training": {Kind: twin.DriftDead, Value: 4, Minutes: 90, Unit: "°C"},
	} {
		n.Signals = []twin.SignalID{"a/t"}
		if got := why(n); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}
