package twin

import "github.com/glasstwin/glasstwin/scene/geom"

// Planning is what layouts of a site must keep to. Lengths are metres; a zero
// value stands for that of PlanningDefault.
type Planning struct {
	AisleMain    float64 // between two fronts with goods
	Aisle        float64 // before any other front, and of the way there
	Turning      float64 // across a circle in which a wheelchair turns
	TurnWithin   float64 // farthest way from a front to such a circle
	ExitDistance float64 // farthest way from the floor to a way out
	PowerReach   float64 // from a device to where electricity is
	DrainReach   float64 // from a device to where water is, or goes
	ReachHigh    float64 // height of the highest board that goods stand on
	EyeHeight    float64 // over which one sees from a till to a door

	Supplies []Supply // besides where devices stand today
}

// Supply is a place where a device can be joined to the building.
type Supply struct {
	Kind string // as ports of classes: "electricity", "water", "drain"
	At   geom.Vec2
}

// PlanningDefault holds lengths that public buildings are planned by: aisles and
// the circle of ISO 21542:2021 (a wheelchair passes at 900 mm, passes a person
// at 1200 mm and turns at 1500 mm), 35 m to a way out of the German model
// building code (MBO 2002, § 33). The others are customs of shop fitters.
var PlanningDefault = Planning{
	AisleMain: 1.2, Aisle: 0.9, Turning: 1.5, TurnWithin: 10, ExitDistance: 35, PowerReach: 3, DrainReach: 3, ReachHigh: 1.8, EyeHeight: 1.5,
}

// PlanningRules are the site's, with the defaults filled in.
func (s *Site) PlanningRules() Planning {
	p := PlanningDefault
	if s.Planning == nil {
		return p
	}
	for _, f := range [][2]*float64{
		{&p.AisleMain, &s.Planning.AisleMain}, {&p.Aisle, &s.Planning.Aisle}, {&p.Turning, &s.Planning.Turning}, {&p.TurnWithin, &s.Planning.TurnWithin},
		{&p.ExitDistance, &s.Planning.ExitDistance}, {&p.PowerReach, &s.Planning.PowerReach}, {&p.DrainReach, &s.Planning.DrainReach},
		{&p.ReachHigh, &s.Planning.ReachHigh}, {&p.EyeHeight, &s.Planning.EyeHeight},
	} {
		if *f[1] > 0 {
			*f[0] = *f[1]
		}
	}
	p.Supplies = s.Planning.Supplies
	return p
}
