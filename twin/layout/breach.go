package layout

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
)

// Rule is what a layout must keep to.
type Rule string

// The rules. The first two are laws of bodies: no layout breaks them.
const (
	Overlap      Rule = "overlap"
	Outside      Rule = "outside"
	AisleMain    Rule = "aisle-main"
	Aisle        Rule = "aisle"
	Turning      Rule = "turning"
	Exit         Rule = "exit"
	ExitDistance Rule = "exit-distance"
	Swing        Rule = "swing"
	Keep         Rule = "keep"
	Power        Rule = "power"
	Drain        Rule = "drain"
	Sight        Rule = "sight"
	Reach        Rule = "reach"
)

// AllRules lists them in the order of a report.
func AllRules() []Rule {
	return []Rule{Overlap, Outside, AisleMain, Aisle, Turning, Exit, ExitDistance, Swing, Keep, Power, Drain, Sight, Reach}
}

// Breach is a rule that is broken: where, by what and by how much.
type Breach struct {
	Rule       Rule
	Hard       bool           // can never be
	Assets     []twin.AssetID // the first is the one that it is told of
	Has, Wants float64        // metres; Has is +Inf where there is none at all
	Mark       []geom.Vec2    // where on the floor: a point, a line, or a polygon
	FloorY     float64        // of the storey, metres
	Why        string         // what the class says of a space that must stay free
}

// String tells it in one English sentence.
func (b Breach) String() string {
	a := make([]string, 2)
	for i := range a {
		a[i] = "a wall"
		if i < len(b.Assets) {
			a[i] = string(b.Assets[i])
		}
	}
	switch b.Rule {
	case Overlap:
		return fmt.Sprintf("%s stands %s deep in %s", a[0], centimetres(b.Has), a[1])
	case Outside:
		return fmt.Sprintf("%s stands in a wall or outside", a[0])
	case AisleMain:
		return fmt.Sprintf("the main aisle between %s and %s is %s wide, %s are needed", a[0], a[1], centimetres(b.Has), centimetres(b.Wants))
	case Aisle:
		return fmt.Sprintf("the way between %s and %s is %s wide, %s are needed", a[0], a[1], centimetres(b.Has), centimetres(b.Wants))
	case Turning:
		return fmt.Sprintf("from %s a wheelchair has %s to the next place where it can turn (%s across), %.0f m are allowed", a[0], way(b.Has), centimetres(b.Wants), twin.PlanningDefault.TurnWithin)
	case Exit:
		return fmt.Sprintf("no way as wide as %s leads from %s to a way out", centimetres(b.Wants), a[0])
	case ExitDistance:
		return fmt.Sprintf("from here it is %s to the nearest way out, %s are allowed", way(b.Has), way(b.Wants))
	case Swing:
		return fmt.Sprintf("a door of %s hits %s", a[0], a[1])
	case Keep:
		return fmt.Sprintf("%s stands in the room that %s needs: %s", a[1], a[0], b.Why)
	case Power, Drain:
		if math.IsInf(b.Has, 1) {
			return fmt.Sprintf("%s needs %s, and nowhere is any known", a[0], b.Rule)
		}
		return fmt.Sprintf("%s is %s from the nearest %s, %s are allowed", a[0], way(b.Has), b.Rule, way(b.Wants))
	case Sight:
		return fmt.Sprintf("no till sees %s", a[0])
	case Reach:
		return fmt.Sprintf("the highest board of %s is at %s, people reach %s", a[0], centimetres(b.Has), centimetres(b.Wants))
	}
	return string(b.Rule)
}

func centimetres(m float64) string { return fmt.Sprintf("%.0f cm", 100*m) }

func way(m float64) string {
	if math.IsInf(m, 1) {
		return "no way"
	}
	return fmt.Sprintf("%.1f m", m)
}

// key tells breaches apart, whatever their figures.
func (b Breach) key() string {
	ids := make([]string, len(b.Assets))
	for i, id := range b.Assets {
		ids[i] = string(id)
	}
	if b.Rule == Overlap || b.Rule == AisleMain || b.Rule == Aisle {
		slices.Sort(ids)
	}
	return string(b.Rule) + "|" + strings.Join(ids, "|")
}

// shortfall is by how much a rule is broken, metres: what is too little, or too far.
func (b Breach) shortfall() float64 {
	switch b.Rule {
	case AisleMain, Aisle:
		return b.Wants - b.Has
	case Overlap:
		return b.Has
	case Turning:
		return b.Has
	}
	return b.Has - b.Wants
}

// worseBy is a difference that counts, metres.
const worseBy = 0.02

// Worse is what a layout breaks that the one before did not, or not as badly. A
// proposal is feasible when there is nothing of it.
func Worse(before, after []Breach) []Breach {
	had := map[string]float64{}
	for _, b := range before {
		if s, ok := had[b.key()]; !ok || b.shortfall() > s {
			had[b.key()] = b.shortfall()
		}
	}
	var out []Breach
	for _, b := range after {
		if s, ok := had[b.key()]; !ok || b.shortfall() > s+worseBy {
			out = append(out, b)
		}
	}
	return out
}
