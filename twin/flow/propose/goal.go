package propose

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/flow/cause"
	"github.com/glasstwin/glasstwin/twin/flow/ground"
	"github.com/glasstwin/glasstwin/twin/flow/whatif"
)

// Goal is what a layout may be better at.
type Goal string

const (
	Exposure   Goal = "exposure"   // more is sold for being seen
	Congestion Goal = "congestion" // people are less close to strangers
	Walking    Goal = "walking"    // shoppers walk less
	Staff      Goal = "staff"      // who fills the shelves walks less
	Energy     Goal = "energy"     // cabinets take less; moving one counts over a year
)

// Goals lists them.
var Goals = []Goal{Exposure, Congestion, Walking, Staff, Energy}

// Usual are those that a planner most often means: cabinets take what they take
// wherever they stand.
var Usual = []Goal{Exposure, Congestion, Walking, Staff}

// figure is by which a goal is judged, and whether more is better.
func (g Goal) figure() (whatif.Figure, bool) {
	switch g {
	case Exposure:
		return whatif.Figure{Measure: whatif.Sales}, true
	case Congestion:
		return whatif.Figure{Measure: whatif.Close}, false
	case Walking:
		return whatif.Figure{Measure: whatif.Walked}, false
	case Staff:
		return whatif.Figure{Measure: whatif.StaffWalk}, false
	}
	return whatif.Figure{Measure: whatif.Opened}, false
}

// Subject is what is to become better.
type Subject struct {
	Site     *twin.Site
	Role     func(class string) ground.Role
	Build    func(*twin.Site) (*whatif.Scenario, error)
	Feasible func(*twin.Site) error // why the rules of the site forbid it; needed
	Fixed    func(twin.Asset) bool  // what must stay; nil: nothing must
}

// Options steer the search. The zero value is for a screen.
type Options struct {
	Goals  []Goal       // nil: Usual
	Study  whatif.Study // Days are those of one layout while searching; 0: 4
	Budget int          // layouts that are simulated; 0: 24
	Most   int          // that are returned; 0: 5
	Verify int          // days on which the best are compared, of other dice; 0: 32
}

// Proposal is a layout that is better in some goal and beaten in all by none.
type Proposal struct {
	Steps   []Step
	Moves   []cause.Move
	Site    *twin.Site
	Goals   []whatif.Difference // one for each goal, on days that chose nothing
	Better  []Goal              // for sure
	Worse   []Goal              // for sure
	Because []Effect            // of each step
	final   int                 // among those that were compared
	Floor   *whatif.Shift       // where more people are than now, and where fewer, on the same days; nil: the floors are not alike
}

// Effect is what a layout loses when one of its steps is not made.
type Effect struct {
	Step  Step
	Goals []whatif.Difference // with the step less without it, one for each goal
}

// Result is what a search found.
type Result struct {
	Proposals []Proposal // a Pareto set, the best at the first goal first
	Looked    int        // layouts that the rules allow, of which it was worked out where people would go
	Simulated int        // layouts, of them
	Forbidden int        // that the rules refused
	Goals     []Goal
	Best      []Near // of each goal, what came out best on the days that chose nothing
}

// Near is the best that was found for a goal, proposed or not.
type Near struct {
	Goal  Goal
	Steps []Step
	whatif.Difference
	Stands bool // among all that was compared
}

// Reason is why a layout is not proposed for a goal.
type Reason string

const (
	Worse    Reason = "worse"  // it came out no better than what is
	TooSmall Reason = "small"  // it is less than anybody would move a shelf for
	MayBe    Reason = "chance" // chance may have made it
	Proposed Reason = "better"
)

// Why tells it.
func (n Near) Why() Reason {
	_, more := n.Goal.figure()
	switch {
	case n.Diff == 0 || (n.Diff > 0) != more:
		return Worse
	case math.Abs(n.Diff) < worthwhile*math.Abs(n.A):
		return TooSmall
	case !n.Stands:
		return MayBe
	}
	return Proposed
}

// ErrNothingMoves is when nothing of a site may be moved.
var ErrNothingMoves = errors.New("nothing in this site may be moved")

func (o *Options) settle() error {
	set := func(v *int, usual, most int) {
		if *v <= 0 {
			*v = usual
		}
		*v = min(*v, most)
	}
	set(&o.Study.Days, 4, 100)
	set(&o.Budget, 24, 400)
	set(&o.Most, 5, 20)
	set(&o.Verify, 32, 200)
	o.Study.Days, o.Verify = max(2, o.Study.Days), max(2, o.Verify)
	if o.Study.Hours == 0 {
		o.Study.Hours = 0.5
	}
	if len(o.Goals) == 0 {
		o.Goals = slices.Clone(Usual)
	}
	for i, g := range o.Goals {
		if !slices.Contains(Goals, g) {
			return fmt.Errorf("goal %q: choose of %v", g, Goals)
		}
		if slices.Contains(o.Goals[:i], g) {
			return fmt.Errorf("goal %q is given twice", g)
		}
	}
	return nil
}
