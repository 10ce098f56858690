package sitefolder

import (
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// facingForm is one line; boards are counted from 1.
type facingForm struct {
	Board   int    `yaml:"board"`
	Product string `yaml:"product"`
	Count   int    `yaml:"count"`
	Look    int    `yaml:"look,omitempty"`
}

// MarshalYAML puts a facing on one line.
func (f facingForm) MarshalYAML() (any, error) { type plain facingForm; return oneLine(plain(f)) }

// planningForm is in metres; what is left out is as twin.PlanningDefault.
type planningForm struct {
	AisleMain    float64      `yaml:"main_aisle,omitempty"`
	Aisle        float64      `yaml:"aisle,omitempty"`
	Turning      float64      `yaml:"turning_circle,omitempty"`
	TurnWithin   float64      `yaml:"turn_within,omitempty"`
	ExitDistance float64      `yaml:"exit_distance,omitempty"`
	PowerReach   float64      `yaml:"power_reach,omitempty"`
	DrainReach   float64      `yaml:"drain_reach,omitempty"`
	ReachHigh    float64      `yaml:"highest_board,omitempty"`
	EyeHeight    float64      `yaml:"eye_height,omitempty"`
	Supplies     []supplyForm `yaml:"supplies,omitempty"`
}

type supplyForm struct {
	Kind string `yaml:"kind"`
	At   point2 `yaml:"at,flow"`
}

// MarshalYAML puts a supply on one line.
func (f supplyForm) MarshalYAML() (any, error) { type plain supplyForm; return oneLine(plain(f)) }

// supplyKinds are those whose reach is checked.
var supplyKinds = []string{"electricity", "water", "drain"}

const suppliesMax = 10_000

func formOfPlanning(p *twin.Planning) *planningForm {
	if p == nil {
		return nil
	}
	out := &planningForm{
		AisleMain: p.AisleMain, Aisle: p.Aisle, Turning: p.Turning, TurnWithin: p.TurnWithin, ExitDistance: p.ExitDistance,
		PowerReach: p.PowerReach, DrainReach: p.DrainReach, ReachHigh: p.ReachHigh, EyeHeight: p.EyeHeight,
	}
	for _, s := range p.Supplies {
		out.Supplies = append(out.Supplies, supplyForm{s.Kind, point2{unsigned(s.At[0]), unsigned(s.At[1])}})
	}
	return out
}

// addPlanning takes in what layouts keep to.
func (f *siteForm) addPlanning(s *twin.Site) error {
	p := f.Planning
	if p == nil {
		return nil
	}
	for _, l := range []struct {
		key   string
		value float64
	}{
		{"main_aisle", p.AisleMain}, {"aisle", p.Aisle}, {"turning_circle", p.Turning}, {"turn_within", p.TurnWithin}, {"exit_distance", p.ExitDistance},
		{"power_reach", p.PowerReach}, {"drain_reach", p.DrainReach}, {"highest_board", p.ReachHigh}, {"eye_height", p.EyeHeight},
	} {
		if !(l.value >= 0) || !inReach(l.value) {
			return wrong(siteFile, path("planning", l.key), "%v is not a length in metres; write it as 1.2, or remove it for the usual one", l.value)
		}
	}
	if len(p.Supplies) > suppliesMax {
		return wrong(siteFile, path("planning", "supplies"), "%d supplies, at most %d are read", len(p.Supplies), suppliesMax)
	}
	out := &twin.Planning{
		AisleMain: p.AisleMain, Aisle: p.Aisle, Turning: p.Turning, TurnWithin: p.TurnWithin, ExitDistance: p.ExitDistance,
		PowerReach: p.PowerReach, DrainReach: p.DrainReach, ReachHigh: p.ReachHigh, EyeHeight: p.EyeHeight,
	}
	for i, x := range p.Supplies {
		if !slices.Contains(supplyKinds, x.Kind) {
			return wrong(siteFile, path("planning", "supplies", i, "kind"), "%.40q is none of %s", x.Kind, strings.Join(supplyKinds, ", "))
		}
		if !inReach(x.At[:]...) {
			return wrong(siteFile, path("planning", "supplies", i, "at"), "%v is not a place in metres; give x and z", x.At)
		}
		out.Supplies = append(out.Supplies, twin.Supply{Kind: x.Kind, At: geom.Vec2(x.At)})
	}
	s.Planning = out
	return nil
}
