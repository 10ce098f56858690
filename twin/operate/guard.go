package operate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
	"github.com/glasstwin/glasstwin/twin"
)

// Guards fail closed: an expression that cannot be evaluated, asks for a value
// that is not live, or runs too long is a guard that was not passed.

// compiled is a guard of the site, ready to run.
type compiled struct {
	guard   twin.Guard
	program *vm.Program
}

const (
	guardTextMax   = 2_000          // bytes of an expression: nesting costs stack, so it is bounded before parsing
	guardNodesMax  = 500            // of an expression: a guard is a sentence, not a program
	guardMemoryMax = 100_000        // elements that it may build while it runs
	rateWindow     = 24 * time.Hour // the longest that a rate or a budget looks back
)

// guardEnv is what a guard's expression can speak of.
type guardEnv struct {
	Value   float64 `expr:"value"`
	Before  float64 `expr:"before"`
	Signal  string  `expr:"signal"`
	Name    string  `expr:"name"` // of the signal in its class
	Asset   string  `expr:"asset"`
	Class   string  `expr:"class"`
	Hour    int     `expr:"hour"`
	Minute  int     `expr:"minute"`  // of the day
	Weekday string  `expr:"weekday"` // "mon" to "sun"
	Rate    int     `expr:"rate"`    // writes of this signal in the past hour

	Warmest     float64 `expr:"warmest"`      // upper end of what is predicted with the action, °C of the air; NaN: unknown
	WarmestIdle float64 `expr:"warmest_idle"` // and without it

	KWh       float64 `expr:"kwh"`
	Cost      float64 `expr:"cost"`
	KWhToday  float64 `expr:"kwh_today"`
	CostToday float64 `expr:"cost_today"`

	Latest   func(string) (float64, error) `expr:"latest"`
	Of       func(string) (float64, error) `expr:"of"`       // latest, of the asset that is written to
	Writes   func(int) int                 `expr:"writes"`   // of this signal in so many minutes
	Underway func([]any) int               `expr:"underway"` // actions of these classes, others than this one
}

// guardWords are the functions that a guard may use. None of them loops over a
// list by an expression of the guard, so that its time is bounded by its length.
var guardWords = [...]string{"abs", "ceil", "floor", "round", "min", "max", "lower", "upper", "trim", "len"}

// RuleError tells what is wrong with a rule of a site, and where.
type RuleError struct {
	What         string // "guard \"opening-hours\""
	Path         []any  // keys and indices from the top of a site's file
	Line, Column int    // in the text there, from 1
	Text         string
}

// Error names the rule, and line and column in its text.
func (e *RuleError) Error() string {
	if e.Line == 1 && e.Column == 1 {
		return e.What + ": " + e.Text
	}
	return fmt.Sprintf("%s, line %d, column %d: %s", e.What, e.Line, e.Column, e.Text)
}

// checkPeople wants rights and two-person classes to name classes that exist: a
// right that is misspelt would be missed when it is needed.
func checkPeople(site *twin.Site, classes map[twin.ActionClass]twin.Mode) error {
	unknown := func(class twin.ActionClass, path ...any) error {
		return &RuleError{What: fmt.Sprint(path[0]), Path: path, Line: 1, Column: 1,
			Text: fmt.Sprintf("%q is no class of actions; the classes are %v", class, slices.Sorted(maps.Keys(classes)))}
	}
	for i, class := range site.TwoPerson {
		if _, known := classes[class]; !known {
			return unknown(class, "two_person", i)
		}
	}
	for i, u := range site.Users {
		for k, class := range u.Approve {
			if _, known := classes[class]; !known && class != twin.Everything {
				return unknown(class, "users", i, "approve", k)
			}
		}
	}
	return nil
}

// compileGuards makes the guards of a site ready to run. A guard that speaks of
// a class that nobody knows would never be asked, so it is an error.
func compileGuards(guards []twin.Guard, classes map[twin.ActionClass]twin.Mode) ([]compiled, error) {
	out := make([]compiled, 0, len(guards))
	for i, g := range guards {
		bad := &RuleError{What: fmt.Sprintf("guard %q", g.ID), Path: []any{"guards", i}, Line: 1, Column: 1}
		if g.ID == "" {
			return nil, fmt.Errorf("guard %d of the site has no id: give it one", i+1)
		}
		named := slices.Clone(g.Applies)
		if g.Exclusive != nil {
			named = append(named, g.Exclusive.Classes...)
		}
		for _, class := range named {
			if _, known := classes[class]; !known {
				bad.Text = fmt.Sprintf("it applies to %q, which is no class of actions; the classes are %v", class, slices.Sorted(maps.Keys(classes)))
				return nil, bad
			}
		}
		if n := g.Forms(); n != 1 {
			bad.Text = fmt.Sprintf("it has %d conditions; give it one", n)
			return nil, bad
		}
		p, at, err := compileGuard(g.Condition())
		if err != nil {
			bad.Text = err.Error()
			switch {
			case g.Expr != "":
				bad.Path, bad.Line, bad.Column = append(bad.Path, "allow"), at.line, at.column
			case g.Interlock != "":
				bad.Path, bad.Line, bad.Column = append(bad.Path, "interlock"), at.line, at.column
			}
			return nil, bad
		}
		out = append(out, compiled{g, p})
	}
	return out, nil
}

// compileGuard returns, with an error, where in the text it is.
func compileGuard(text string) (*vm.Program, textPlace, error) {
	return compileText(text, expr.Env(guardEnv{}), expr.AsBool())
}

// compileValue makes the computation of a value ready to run.
func compileValue(text string) (*vm.Program, error) {
	p, at, err := compileText(text, expr.Env(valueEnv{}), expr.AsFloat64())
	if err != nil {
		return nil, fmt.Errorf("line %d, column %d: %w", at.line, at.column, err)
	}
	return p, nil
}

// textPlace is a place in a text, from 1.
type textPlace struct{ line, column int }

func compileText(text string, options ...expr.Option) (*vm.Program, textPlace, error) {
	start := textPlace{1, 1}
	if len(text) > guardTextMax {
		return nil, start, fmt.Errorf("its expression has %d bytes, at most %d are allowed", len(text), guardTextMax)
	}
	options = append(options, expr.MaxNodes(guardNodesMax), expr.DisableAllBuiltins())
	for _, word := range guardWords {
		options = append(options, expr.EnableBuiltin(word))
	}
	var forbidden noLoops
	p, err := expr.Compile(text, append(options, expr.Patch(&forbidden))...)
	if err == nil && forbidden.at != nil {
		err = (&file.Error{Location: *forbidden.at, Message: "a guard may not loop over a list"}).Bind(file.NewSource(text))
	}
	if err != nil {
		var at *file.Error
		if errors.As(err, &at) {
			return nil, textPlace{at.Line, at.Column + 1}, fmt.Errorf("%s in %.200q", at.Message, text)
		}
		return nil, start, fmt.Errorf("%w in %.200q", err, text)
	}
	return p, start, nil
}

// noLoops finds a function that takes a condition, such as all(list, …): with a
// few of them in each other a guard would run for hours.
type noLoops struct{ at *file.Location }

// Visit looks at one node of an expression.
func (n *noLoops) Visit(node *ast.Node) {
	if p, ok := (*node).(*ast.PredicateNode); ok && n.at == nil {
		at := p.Location()
		n.at = &at
	}
}

// check runs the built-in guards and those of the site on a case's proposal.
func (o *Operator) check(c *dossier) []twin.GuardResult { return o.checkOf(c, *c.Proposal, c.Nothing) }

// checkOf runs them on a proposal that may yet be made; idle is the course of
// its signal if nothing is done.
func (o *Operator) checkOf(c *dossier, p twin.Proposal, idle []twin.Point) []twin.GuardResult {
	results := []twin.GuardResult{
		o.guardLink(), o.guardEvidence(p), o.guardWritable(p), o.guardAlone(c, p), o.guardExpiry(p),
	}
	env := o.guardEnv(c, p, idle)
	for _, g := range o.guards {
		if r, applies := o.run(g, p, env); applies {
			results = append(results, r)
		}
	}
	return results
}

// passed tells whether all did, and names the first that did not.
func passed(results []twin.GuardResult) (bool, string) {
	for _, r := range results {
		if !r.Passed {
			return false, fmt.Sprintf("guard %s: %s", r.Guard, r.Detail)
		}
	}
	return len(results) > 0, "no guard was checked"
}

func (o *Operator) guardLink() twin.GuardResult {
	r := twin.GuardResult{Guard: "link-up", Passed: o.state.Linked(), Detail: "the plant is linked"}
	if !r.Passed {
		r.Detail = "the link to the plant is lost"
	}
	return r
}

// guardEvidence wants the signal that the action is judged by to be live, or, where
// it is judged by the situation itself, that this is still told.
func (o *Operator) guardEvidence(p twin.Proposal) twin.GuardResult {
	if p.Predicted.Gone {
		r := twin.GuardResult{Guard: "evidence-fresh", Detail: p.Because + " is perceived"}
		v := o.vigilOf(p.Asset)
		if r.Passed = v != nil && v.told != nil && o.state.Now().Sub(v.checked) <= holdMax; !r.Passed {
			r.Detail = p.Because + " is perceived no more"
		}
		return r
	}
	s := o.state.Latest(p.Predicted.Signal)
	return twin.GuardResult{Guard: "evidence-fresh", Passed: s.Live(), Detail: fmt.Sprintf("%s is %s", p.Predicted.Signal, s.Quality)}
}

func (o *Operator) guardWritable(p twin.Proposal) twin.GuardResult {
	r := twin.GuardResult{Guard: "writable-in-range", Passed: len(p.Writes) > 0, Detail: "every value may be written"}
	if !r.Passed {
		r.Detail = "nothing is to be written"
	}
	for _, w := range p.Writes {
		g, ok := o.site.Signal(w.Signal)
		switch {
		case !ok || !g.Writable:
			r.Passed, r.Detail = false, fmt.Sprintf("%s cannot be written", w.Signal)
		case math.IsNaN(w.Value) || math.IsInf(w.Value, 0) || g.Range[0] != g.Range[1] && (w.Value < g.Range[0] || w.Value > g.Range[1]):
			r.Passed, r.Detail = false, fmt.Sprintf("%g is outside the range %g to %g of %s", w.Value, g.Range[0], g.Range[1], w.Signal)
		}
	}
	return r
}

// guardAlone lets one action at a time happen on an asset, and on a signal.
func (o *Operator) guardAlone(c *dossier, p twin.Proposal) twin.GuardResult {
	r := twin.GuardResult{Guard: "one-action-per-asset", Passed: true, Detail: "no other action is under way on " + string(c.Situation.Asset)}
	for _, other := range o.book.cases {
		if other != c && other.Stage == Acting && (other.Situation.Asset == c.Situation.Asset || shareSignal(*other.Proposal, p)) {
			r.Passed, r.Detail = false, fmt.Sprintf("proposal %s is under way on %s", other.Proposal.ID, c.Situation.Asset)
		}
	}
	return r
}

func shareSignal(a, b twin.Proposal) bool {
	return slices.ContainsFunc(a.Writes, func(x twin.Write) bool {
		return slices.ContainsFunc(b.Writes, func(y twin.Write) bool { return x.Signal == y.Signal })
	})
}

func (o *Operator) guardExpiry(p twin.Proposal) twin.GuardResult {
	r := twin.GuardResult{Guard: "not-expired", Passed: o.state.Now().Before(p.Expires), Detail: "valid until " + p.Expires.UTC().Format(time.RFC3339)}
	if !r.Passed {
		r.Detail = "it was " + r.Detail
	}
	return r
}

// speaksOf tells whether a guard is about a proposal at all.
func (o *Operator) speaksOf(g twin.Guard, p twin.Proposal) bool {
	if len(g.Applies) > 0 && !slices.Contains(g.Applies, p.Class) {
		return false
	}
	if len(g.Assets) > 0 {
		a, _ := o.site.Asset(p.Asset)
		return slices.Contains(g.Assets, a.Class)
	}
	return true
}

// run evaluates a guard of the site on every write that it speaks of; false
// when it speaks of none.
func (o *Operator) run(g compiled, p twin.Proposal, env guardEnv) (twin.GuardResult, bool) {
	r := twin.GuardResult{Guard: g.guard.ID, Passed: true, Detail: g.guard.Condition()}
	if !o.speaksOf(g.guard, p) {
		return r, false
	}
	applies := false
	for _, w := range p.Writes {
		s, _ := o.site.Signal(w.Signal)
		if g.guard.Signal != "" && g.guard.Signal != s.Name {
			continue
		}
		applies = true
		out, err := evaluate(g.program, o.ofWrite(env, s, w))
		if ok, isBool := out.(bool); err == nil && isBool && ok {
			continue
		}
		r.Passed, r.Detail = false, g.guard.Message
		if r.Detail == "" {
			r.Detail = g.guard.Condition() + " does not hold"
		}
		if err != nil {
			r.Detail += fmt.Sprintf(" (it could not be checked: %v)", err)
		}
		return r, true
	}
	return r, applies
}

func evaluate(program *vm.Program, env any) (any, error) {
	machine := vm.VM{MemoryBudget: guardMemoryMax}
	return machine.Run(program, env)
}

// weekdays are named as in a site's file.
var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// guardEnv is what guards may speak of, but for the single write.
func (o *Operator) guardEnv(c *dossier, p twin.Proposal, idle []twin.Point) guardEnv {
	now := o.state.Now().In(o.zone)
	spent := o.book.spentOn(now)
	latest := func(id string) (float64, error) {
		s := o.state.Latest(twin.SignalID(id))
		if !s.Live() {
			return 0, fmt.Errorf("%s is %s", id, s.Quality)
		}
		return s.Value, nil
	}
	env := guardEnv{
		Asset: string(p.Asset), Class: string(p.Class), Hour: now.Hour(), Minute: now.Hour()*60 + now.Minute(), Weekday: weekdays[now.Weekday()],
		KWh: p.Cost.Energy, Cost: p.Cost.Money, KWhToday: spent.Energy, CostToday: spent.Money,
		Latest:   latest,
		Underway: func(classes []any) int { return o.underway(c, classes) },
	}
	env.Warmest, env.WarmestIdle = o.warmest(c, p, idle)
	return env
}

func (o *Operator) ofWrite(env guardEnv, s twin.Signal, w twin.Write) guardEnv {
	env.Value, env.Before, env.Signal, env.Name = w.Value, w.Before, string(w.Signal), s.Name
	env.Of = func(name string) (float64, error) { return env.Latest(string(twin.SignalOf(s.Asset, name))) }
	env.Writes = func(minutes int) int {
		n, since := 0, o.state.Now().Add(-time.Duration(minutes)*time.Minute)
		for _, x := range o.book.writes {
			if x.signal == w.Signal && !x.at.Before(since) {
				n++
			}
		}
		return n
	}
	env.Rate = env.Writes(60)
	return env
}

// underway counts the actions of classes that others than a case have decided
// and not yet ended.
func (o *Operator) underway(c *dossier, classes []any) int {
	n := 0
	for _, other := range o.book.cases {
		if other == c || other.Proposal == nil || other.Stage != Acting && !(other.Stage == Proposed && other.Decision != nil && other.Decision.Approved) {
			continue
		}
		for _, x := range classes {
			if x == string(other.Proposal.Class) {
				n++
			}
		}
	}
	return n
}

// recheck runs the guards on a case's proposal now, and journals the verdict
// when it differs from the one that stands there.
func (o *Operator) recheck(ctx context.Context, c *dossier) (ok bool, why string, err error) {
	results := o.check(c)
	ok, why = passed(results)
	if before, _ := passed(c.Guards); before != ok || len(c.Guards) != len(results) {
		err = o.emit(ctx, twin.GuardsChecked, c, "", results)
	}
	return ok, why, err
}
