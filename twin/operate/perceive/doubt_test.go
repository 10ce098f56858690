package perceive

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

// A claim is held less sure by as much of it as rests on readings that are unlike
// training, is not made where less than a half is left, and stays as it is where those
// are another thing's, not yet told, or the sign of what is claimed. What the model
// itself said is never changed.
func TestAClaimIsDoubtedByWhatItRestsOn(t *testing.T) {
	site := &twin.Site{ID: "shop"}
	for _, id := range []twin.AssetID{"freezer-1", "freezer-2"} {
		site.Assets = append(site.Assets, twin.Asset{ID: id, Class: "freezer"})
		for _, name := range []string{"air-temperature", "product-temperature"} {
			site.Signals = append(site.Signals, twin.Signal{ID: twin.SignalOf(id, name), Asset: id, Name: name})
		}
	}
	air, product := twin.SignalID("freezer-1/air-temperature"), twin.SignalID("freezer-1/product-temperature")
	other := twin.SignalID("freezer-2/air-temperature")
	now := time.Date(2026, 5, 2, 9, 0, 0, 0, time.UTC)
	drifted := func(told bool, kind twin.DriftKind, asset twin.AssetID, beyond float64, ids ...twin.SignalID) *slip {
		return &slip{told: told, note: twin.DriftNote{Asset: asset, Kind: kind, Since: now.Add(-20 * time.Minute), Signals: ids, Beyond: beyond}}
	}
	for _, c := range []struct {
		name         string
		slips        []*slip
		alternatives int
		standing     string // class of another situation that stands at freezer-1
		quiet        bool
		want         float64 // confidence
		abstains     bool
		drift        bool
	}{
		{"nothing is odd", nil, 1, "", false, 0.9, false, false},
		{"a third of it rests on what is out of range", []*slip{drifted(true, twin.DriftRange, "freezer-1", 0, product)}, 1, "", false, 0.5 + 0.4*0.75, false, true},
		{"most of it does", []*slip{drifted(true, twin.DriftRange, "freezer-1", 0, air)}, 1, "", false, 0.5 + 0.4*0.25, false, true},
		{"most of it does, of four that it might be", []*slip{drifted(true, twin.DriftRange, "freezer-1", 0, air)}, 3, "", false, 0.25 + 0.65*0.25, true, true},
		{"all of it does", []*slip{drifted(true, twin.DriftRange, "freezer-1", 0, air), drifted(true, twin.DriftDead, "freezer-1", 0, product)}, 3, "", false, 0.25 + 0.65*0.25*0.75, true, true},
		{"it is not told yet", []*slip{drifted(false, twin.DriftRange, "freezer-1", 0, air)}, 1, "", false, 0.9, false, false},
		{"another freezer's", []*slip{drifted(true, twin.DriftRange, "freezer-2", 0, other)}, 1, "", false, 0.9, false, false},
		{"a regime twice beyond the bound", []*slip{drifted(true, twin.DriftRegime, "freezer-1", 2, air, product)}, 1, "", false, 0.5 + 0.4*0.5, false, true},
		{"another freezer's regime", []*slip{drifted(true, twin.DriftRegime, "freezer-2", 2, air)}, 1, "", false, 0.9, false, false},
		{"it is missing, since its sensor is known to be dead", []*slip{drifted(true, twin.DriftMissing, "freezer-1", 0, air)}, 1, "sensor-dead", false, 0.9, false, false},
		{"it is missing, and a door stands open", []*slip{drifted(true, twin.DriftMissing, "freezer-1", 0, air)}, 1, "door-ajar", false, 0.5 + 0.4*0.25, false, true},
		{"nobody asks for explanations", []*slip{drifted(true, twin.DriftRange, "freezer-1", 0, air)}, 1, "", true, 0.9, false, false},
	} {
		g := &group{family: cabinetsForTest(t), things: []*thing{{asset: "freezer-1"}, {asset: "freezer-2"}}}
		p := &Perceiver{memory: newMemory(site), quiet: c.quiet, slips: &slips{open: map[string]*slip{}, watched: []*watchedInputs{
			{group: g, thing: 0, ids: []twin.SignalID{air, product, ""}}, {group: g, thing: 1, ids: []twin.SignalID{other, "freezer-2/product-temperature", ""}},
		}}}
		p.memory.now = now
		for _, x := range c.slips {
			p.slips.open[x.note.Key()] = x
		}
		if c.standing != "" {
			class := slices.IndexFunc(g.family.classes, func(k class) bool { return k.Name == c.standing })
			p.standing = []*standing{{group: g, class: class + 1, perception: operate.Perception{Situation: twin.Situation{Class: c.standing, Asset: "freezer-1"}}}}
		}
		x := xai.Explanation{Confidence: 0.9, Alternatives: make([]xai.Alternative, c.alternatives), Limits: []string{"as ever"}, Attributions: []xai.Attribution{
			{Feature: "air against the set point", Source: string(air), Share: 3}, {Feature: "goods against the air", Source: string(product), Share: -1},
		}}
		s := &standing{group: g, perception: operate.Perception{
			Situation: twin.Situation{Class: "fan-failure", Asset: "freezer-1"},
			Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: "fan-failure", Probability: 0.8}, {Class: "none", Probability: 0.2}}}, Explanation: x,
		}}
		d, e := p.doubted(s)
		if math.Abs(e.Confidence-c.want) > 1e-9 || e.Abstained != c.abstains || d.Abstained != c.abstains || math.Abs(d.Causes[0].Probability-0.8*c.want/0.9) > 1e-9 {
			t.Errorf("%s: confidence %g, probability %g, abstained %v; want %g, %v", c.name, e.Confidence, d.Causes[0].Probability, e.Abstained, c.want, c.abstains)
		}
		limits := 1
		if c.drift {
			limits += len(c.slips)
		}
		if (d.Drift != "") != c.drift || len(e.Limits) != limits || c.abstains && (!strings.Contains(d.Why, "not what it was trained on") || d.Why != e.Why) {
			t.Errorf("%s: it says %q, %q and %q", c.name, d.Drift, d.Why, e.Limits)
		}
		if was := s.perception; was.Explanation.Confidence != 0.9 || len(was.Explanation.Limits) != 1 || was.Diagnosis.Causes[0].Probability != 0.8 || was.Diagnosis.Drift != "" {
			t.Errorf("%s: what the model said was changed: %+v", c.name, was)
		}
	}
}

// cabinetsForTest is the family of cabinets.
func cabinetsForTest(t *testing.T) *family {
	t.Helper()
	all := families()
	i := slices.IndexFunc(all, func(f *family) bool {
		return slices.ContainsFunc(f.classes, func(c class) bool { return c.Name == "fan-failure" })
	})
	if i < 0 {
		t.Fatal("no family tells of fans")
	}
	return all[i]
}
