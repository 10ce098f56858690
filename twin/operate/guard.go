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
	guardTextMax   = 2_000   // bytes of an expression: nesting costs stack, so it is bounded before parsing
	guardNodesMax  = 500     // of an expression: a guard is a sentence, not a program
	guardMemoryMax = 100_000 // elements that it may build while it runs
	rateWindow     = time.Hour
)

// guardEnv is what a guard's expression can speak of.
type guardEnv struct {
	Value  float64                       `expr:"value"`
	Before float64                       `expr:"before"`
	Signal string                        `expr:"signal"`
	Asset  string                        `expr:"asset"`
	Class  string                        `expr:"class"`
	Hour   int                           `expr:"hour"`
	Rate   int                           `expr:"rate"`
	Latest func(string) (float64, error) `expr:"latest"`
}

// guardWords are the functions that a guard may use. None of them loops over a
// list by an expression of the guard, so that its time is bounded by its length.
var guardWords = [...]string{"abs", "ceil", "floor", "round", "min", "max", "lower", "upper", "trim", "len"}

// compileGuards makes the guards of a site ready to run. A guard that speaks of
// a class that nobody knows would never be asked, so it is an error.
func compileGuards(guards []twin.Guard, classes map[twin.ActionClass]twin.Mode) ([]compiled, error) {
	out := make([]compiled, 0, len(guards))
	for i, g := range guards {
		if g.ID == "" {
			return nil, fmt.Errorf("guard %d of the site has no id: give it one", i+1)
		}
		for _, class := range g.Applies {
			if _, known := classes[class]; !known {
				return nil, fmt.Errorf("guard %q applies to %q, which is no class of actions; the classes are %v",
					g.ID, class, slices.Sorted(maps.Keys(classes)))
			}
		}
		p, err := compileGuard(g.Expr)
		if err != nil {
			return nil, fmt.Errorf("guard %q%w", g.ID, err)
		}
		out = append(out, compiled{g, p})
	}
	return out, nil
}

func compileGuard(text string) (*vm.Program, error) {
	if len(text) > guardTextMax {
		return nil, fmt.Errorf(": its expression has %d bytes, at most %d are allowed", len(text), guardTextMax)
	}
	options := []expr.Option{expr.Env(guardEnv{}), expr.AsBool(), expr.MaxNodes(guardNodesMax), expr.DisableAllBuiltins()}
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
			return nil, fmt.Errorf(", line %d, column %d: %s in %.200q", at.Line, at.Column+1, at.Message, text)
		}
		return nil, fmt.Errorf(": %w in %.200q", err, text)
	}
	return p, nil
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
func (o *Operator) check(c *dossier) []twin.GuardResult {
	p := *c.Proposal
	results := []twin.GuardResult{
		o.guardLink(), o.guardEvidence(p), o.guardWritable(p), o.guardAlone(c), o.guardExpiry(p),
	}
	for _, g := range o.guards {
		if len(g.guard.Applies) > 0 && !slices.Contains(g.guard.Applies, p.Class) {
			continue
		}
		if r, applies := o.run(g, p); applies {
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

// guardEvidence wants the signal that the action is judged by to be live.
func (o *Operator) guardEvidence(p twin.Proposal) twin.GuardResult {
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
func (o *Operator) guardAlone(c *dossier) twin.GuardResult {
	r := twin.GuardResult{Guard: "one-action-per-asset", Passed: true, Detail: "no other action is under way on " + string(c.Situation.Asset)}
	for _, other := range o.book.cases {
		if other != c && other.Stage == Acting && (other.Situation.Asset == c.Situation.Asset || shareSignal(*other.Proposal, *c.Proposal)) {
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

// run evaluates a guard of the site on every write that it speaks of; false
// when it speaks of none.
func (o *Operator) run(g compiled, p twin.Proposal) (twin.GuardResult, bool) {
	r := twin.GuardResult{Guard: g.guard.ID, Passed: true, Detail: g.guard.Expr}
	applies := false
	for _, w := range p.Writes {
		s, _ := o.site.Signal(w.Signal)
		if g.guard.Signal != "" && g.guard.Signal != s.Name {
			continue
		}
		applies = true
		out, err := evaluate(g.program, o.guardEnv(p, w))
		if ok, isBool := out.(bool); err == nil && isBool && ok {
			continue
		}
		r.Passed, r.Detail = false, g.guard.Message
		if r.Detail == "" {
			r.Detail = g.guard.Expr + " does not hold"
		}
		if err != nil {
			r.Detail += fmt.Sprintf(" (it could not be checked: %v)", err)
		}
		return r, true
	}
	return r, applies
}

func evaluate(program *vm.Program, env guardEnv) (any, error) {
	machine := vm.VM{MemoryBudget: guardMemoryMax}
	return machine.Run(program, env)
}

func (o *Operator) guardEnv(p twin.Proposal, w twin.Write) guardEnv {
	now := o.state.Now()
	rate := 0
	for _, x := range o.book.writes {
		if x.signal == w.Signal && now.Sub(x.at) <= rateWindow {
			rate++
		}
	}
	return guardEnv{
		Value: w.Value, Before: w.Before, Signal: string(w.Signal), Asset: string(p.Asset), Class: string(p.Class),
		Hour: now.In(o.zone).Hour(), Rate: rate,
		Latest: func(id string) (float64, error) {
			s := o.state.Latest(twin.SignalID(id))
			if !s.Live() {
				return 0, fmt.Errorf("%s is %s", id, s.Quality)
			}
			return s.Value, nil
		},
	}
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
