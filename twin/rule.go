package twin

import (
	"fmt"
	"strings"
	"time"
)

// Guard is a limit that a proposal must satisfy. What must hold is said in
// full by Expr, or by one of the forms below it; Condition gives either as one
// expression. It speaks of every write to a signal that Signal names.
type Guard struct {
	ID      string
	Applies []ActionClass // empty: to every class
	Assets  []string      // only assets of these classes of the catalogue; empty: all
	Signal  string        // only writes to signals of this name in their class; "": all

	Expr      string
	Limit     *Limit
	Rate      *Rate
	Hours     *Hours
	Interlock string // must hold before the write, and while what was written stands and is watched
	Exclusive *Exclusive
	Budget    *Budget
	Food      *Food

	Message string // what to tell the user when it fails
}

// Limit bounds a value, and by how much it is moved at once. nil: unbounded.
type Limit struct{ Min, Max, Step *float64 }

// Rate bounds how often one signal is written.
type Rate struct {
	Writes int
	Per    time.Duration // whole minutes, at most a day
}

// Hours are when something may be done, in the site's time zone. To before From
// is over midnight.
type Hours struct {
	From, To int      // minutes of the day
	Days     []string // "mon" to "sun"; empty: every day
}

// Exclusive lets at most AtOnce actions of classes be under way on the site.
type Exclusive struct {
	Classes []ActionClass
	AtOnce  int
}

// Budget bounds what actions may cost in one day of the site. nil: unbounded.
type Budget struct{ Energy, Money *float64 } // kWh; the site's currency

// Food keeps goods safe: the upper end of what an action is predicted to do to the
// air of a cabinet may not be warmer than Warmest, °C, or, where that of doing
// nothing is, than that; nor may a set point be above it.
type Food struct{ Warmest float64 }

// Forms counts the ways in which a guard says what must hold; one is right.
func (g Guard) Forms() int {
	n := 0
	for _, has := range [...]bool{g.Expr != "", g.Limit != nil, g.Rate != nil, g.Hours != nil, g.Interlock != "", g.Exclusive != nil, g.Budget != nil, g.Food != nil} {
		if has {
			n++
		}
	}
	return n
}

// Condition is what must hold, as one expression over what a guard may speak of.
func (g Guard) Condition() string {
	switch {
	case g.Limit != nil:
		return g.Limit.condition()
	case g.Rate != nil:
		return fmt.Sprintf("writes(%d) < %d", int(g.Rate.Per/time.Minute), g.Rate.Writes)
	case g.Hours != nil:
		return g.Hours.condition()
	case g.Interlock != "":
		return g.Interlock
	case g.Exclusive != nil:
		return fmt.Sprintf("underway(%s) < %d", listed(g.Exclusive.Classes), g.Exclusive.AtOnce)
	case g.Budget != nil:
		var all []string
		if b := g.Budget.Energy; b != nil {
			all = append(all, fmt.Sprintf("kwh_today + kwh <= %v", *b))
		}
		if b := g.Budget.Money; b != nil {
			all = append(all, fmt.Sprintf("cost_today + cost <= %v", *b))
		}
		return strings.Join(all, " && ")
	case g.Food != nil:
		return fmt.Sprintf(`warmest <= max(%v, warmest_idle) && (name != "set-point" || value <= %v)`, g.Food.Warmest, g.Food.Warmest)
	}
	return g.Expr
}

func (l Limit) condition() string {
	var all []string
	if l.Min != nil {
		all = append(all, fmt.Sprintf("value >= %v", *l.Min))
	}
	if l.Max != nil {
		all = append(all, fmt.Sprintf("value <= %v", *l.Max))
	}
	if l.Step != nil {
		all = append(all, fmt.Sprintf("abs(value - before) <= %v", *l.Step))
	}
	return strings.Join(all, " && ")
}

func (h Hours) condition() string {
	join := "&&"
	if h.To < h.From {
		join = "||"
	}
	out := fmt.Sprintf("(minute >= %d %s minute < %d)", h.From, join, h.To)
	if len(h.Days) > 0 {
		out += " && weekday in " + listed(h.Days)
	}
	return out
}

func listed[T ~string](list []T) string {
	quoted := make([]string, len(list))
	for i, x := range list {
		quoted[i] = fmt.Sprintf("%q", string(x))
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// User is a person with what he may do. Anybody may stop a site and deny a
// proposal; a site without users lets everybody do everything.
type User struct {
	Name    string
	Approve []ActionClass // Everything for all
	Modes   bool          // may change modes
	Release bool          // may release an emergency stop

	Password string // what is kept of it, by twin/codec/credential; "": whoever gives the name is believed
}

// UserNamed returns a user of the site, nil when it has none of that name.
func (s *Site) UserNamed(name string) *User {
	for i := range s.Users {
		if s.Users[i].Name == name {
			return &s.Users[i]
		}
	}
	return nil
}

// Everything stands for all classes of action in a user's rights.
const Everything ActionClass = "all"

// Right is something that not everybody may do.
type Right string

const (
	MayApprove Right = "approve"
	MayModes   Right = "modes"
	MayRelease Right = "release"
)

// May tells whether somebody has a right; class is that of the action.
func (s *Site) May(by string, r Right, class ActionClass) bool {
	if len(s.Users) == 0 {
		return true
	}
	for _, u := range s.Users {
		if u.Name != by {
			continue
		}
		switch r {
		case MayModes:
			return u.Modes
		case MayRelease:
			return u.Release
		}
		for _, c := range u.Approve {
			if c == class || c == Everything {
				return true
			}
		}
	}
	return false
}

// Trusted lists who has a right, for a message.
func (s *Site) Trusted(r Right, class ActionClass) []string {
	var out []string
	for _, u := range s.Users {
		if s.May(u.Name, r, class) {
			out = append(out, u.Name)
		}
	}
	return out
}

// Earning says how a class of actions earns more autonomy. Zero values stand
// for EarningDefault.
type Earning struct {
	Threshold float64 // lower 95 % bound of the share of right proposals that a promotion is offered at
	Strict    bool    // nobody may set a class to auto that has not earned it
}

// EarningDefault asks for 35 right proposals in a row, or 52 with one wrong.
var EarningDefault = Earning{Threshold: 0.9}

// Prices are what the costs of actions are weighed by. Zero values stand for
// PricesDefault.
type Prices struct {
	Currency    string
	Electricity float64 // for a kWh
	Goods       float64 // that stand in one cabinet and spoil when it is left warm
}

// PricesDefault are those of a small shop in Europe, of 2024: electricity for
// non-household consumers by Eurostat (nrg_pc_205) rounded, goods of a full
// cabinet by guess.
var PricesDefault = Prices{Currency: "EUR", Electricity: 0.2, Goods: 600}

// Costs returns the site's prices, with defaults for those that it leaves out.
func (s *Site) Costs() Prices {
	p := PricesDefault
	if s.Prices == nil {
		return p
	}
	if s.Prices.Currency != "" {
		p.Currency = s.Prices.Currency
	}
	if s.Prices.Electricity > 0 {
		p.Electricity = s.Prices.Electricity
	}
	if s.Prices.Goods > 0 {
		p.Goods = s.Prices.Goods
	}
	return p
}

// Earns returns how autonomy is earned here.
func (s *Site) Earns() Earning {
	e := EarningDefault
	if s.Earning != nil {
		e.Strict = s.Earning.Strict
		if s.Earning.Threshold > 0 {
			e.Threshold = s.Earning.Threshold
		}
	}
	return e
}
