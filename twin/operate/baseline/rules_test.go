package baseline

import (
	"slices"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// TestRules: what is beyond a threshold for long enough is told, where it is; what
// is not, or is but short, is not.
func TestRules(t *testing.T) {
	dawn := time.Date(2026, 5, 12, 8, 0, 0, 0, time.UTC)
	site := &twin.Site{ID: "shop"}
	add := func(id twin.AssetID, class string, names ...string) {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: class})
		for _, n := range names {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, n), Asset: id, Name: n, Expected: 3 * time.Minute})
		}
	}
	for _, id := range []twin.AssetID{"freezer-1", "freezer-2"} {
		add(id, "upright-freezer", "air-temperature", "product-temperature", "set-point", "door-open", "evaporator-fan-power", "defrost-active")
	}
	add("gateway-1", "gateway", "heartbeat")
	const lasts = 120
	for _, row := range []struct {
		name   string
		change func(minute int, v map[twin.SignalID]float64)
		want   key
	}{
		{"nothing", func(int, map[twin.SignalID]float64) {}, key{}},
		{"a customer", func(m int, v map[twin.SignalID]float64) {
			if m >= 100 && m < 103 {
				v["freezer-2/door-open"] = 1
			}
		}, key{}},
		{"a door", func(m int, v map[twin.SignalID]float64) {
			if m >= 100 {
				v["freezer-2/door-open"] = 1
			}
		}, key{"door-ajar", "freezer-2"}},
		{"a fan", func(m int, v map[twin.SignalID]float64) {
			if m >= 100 {
				v["freezer-1/evaporator-fan-power"] = 10
			}
		}, key{"fan-failure", "freezer-1"}},
		{"a heart that stands still", func(m int, v map[twin.SignalID]float64) {
			if m >= 100 {
				v["gateway-1/heartbeat"] = 600
			}
		}, key{"communication-loss", "gateway-1"}},
	} {
		st, r := twin.NewState(site), NewRules(site)
		var told []key
		for m := range lasts {
			now := dawn.Add(time.Duration(m) * time.Minute)
			v := map[twin.SignalID]float64{"gateway-1/heartbeat": float64(6 * m)}
			for _, id := range []twin.AssetID{"freezer-1", "freezer-2"} {
				wave := 0.3 * float64(m%8)
				v[twin.SignalOf(id, "air-temperature")], v[twin.SignalOf(id, "product-temperature")] = -20+wave, -19
				v[twin.SignalOf(id, "set-point")], v[twin.SignalOf(id, "evaporator-fan-power")] = -20, 60
				v[twin.SignalOf(id, "door-open")], v[twin.SignalOf(id, "defrost-active")] = 0, 0
			}
			row.change(m, v)
			for id, x := range v {
				st.Apply(twin.Sample{Signal: id, At: now, Value: x, Quality: twin.Good})
			}
			list, err := r.Perceive(t.Context(), st, now)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				k := key{p.Situation.Class, p.Situation.Asset}
				if !slices.Contains(told, k) {
					told = append(told, k)
				}
				if p.Situation.Onset.Before(dawn.Add(100*time.Minute)) || p.Diagnosis.Causes[0].Class != k.class {
					t.Errorf("%s: %+v", row.name, p)
				}
			}
		}
		if row.want.class == "" && len(told) != 0 || row.want.class != "" && (len(told) != 1 || told[0] != row.want) {
			t.Errorf("%s: told %v, want %v", row.name, told, row.want)
		}
	}
}
