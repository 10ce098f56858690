package catalogue

import (
	"fmt"
	"math"
	"strconv"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
	"gopkg.in/yaml.v3"
)

// exprMax bounds the text of one expression: longer ones belong into a Let.
const exprMax = 200

// Number is a number of a class file: a literal or an expression over W, H, D,
// pi, the class's parameters and lets, and the counters i and j.
type Number struct {
	text    string
	line    int
	literal float64
	program *vm.Program // nil: literal holds the value
}

// UnmarshalYAML keeps the text and its line; compile makes it usable.
func (n *Number) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode || node.Value == "" {
		return fmt.Errorf("line %d: expected a number or an expression", node.Line)
	}
	if len(node.Value) > exprMax {
		return fmt.Errorf("line %d: expression of %d characters, at most %d are allowed", node.Line, len(node.Value), exprMax)
	}
	n.text, n.line = node.Value, node.Line
	return nil
}

// set tells whether the file states the number at all.
func (n *Number) set() bool { return n.text != "" }

func (n *Number) compile(env map[string]any) error {
	if !n.set() {
		return nil
	}
	if v, err := strconv.ParseFloat(n.text, 64); err == nil {
		n.literal = v
		return finite(n, v)
	}
	program, err := expr.Compile(n.text, expr.Env(env), expr.DisableAllBuiltins(),
		expr.EnableBuiltin("min"), expr.EnableBuiltin("max"), expr.EnableBuiltin("floor"),
		expr.EnableBuiltin("ceil"), expr.EnableBuiltin("round"), expr.EnableBuiltin("abs"))
	if err != nil {
		return fmt.Errorf("line %d: expression %q: %w", n.line, n.text, err)
	}
	n.program = program
	return nil
}

func (n *Number) eval(env map[string]any) (float64, error) {
	if n.program == nil {
		return n.literal, nil
	}
	out, err := expr.Run(n.program, env)
	if err != nil {
		return 0, fmt.Errorf("line %d: expression %q: %w", n.line, n.text, err)
	}
	switch v := out.(type) {
	case float64:
		return v, finite(n, v)
	case int:
		return float64(v), nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	}
	return 0, fmt.Errorf("line %d: expression %q gives a %T, not a number", n.line, n.text, out)
}

func finite(n *Number, v float64) error {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("line %d: %q is not a finite number", n.line, n.text)
	}
	return nil
}

// scope holds the variables that expressions see.
type scope map[string]any

// newScope returns the scope that every class has; params and lets are added.
func newScope(w, h, d float64) scope {
	return scope{
		"W": w, "H": h, "D": d, "pi": math.Pi, "i": 0.0, "j": 0.0,
		"rad":  func(deg float64) float64 { return deg * math.Pi / 180 },
		"sin":  func(x float64) float64 { return math.Sin(x) },
		"cos":  func(x float64) float64 { return math.Cos(x) },
		"mod":  func(a, b float64) float64 { return math.Mod(a, b) },
		"when": func(c bool, a, b float64) float64 { return map[bool]float64{true: a, false: b}[c] },
	}
}

// reader evaluates many numbers and keeps the first error, so that shapes read
// like geometry.
type reader struct {
	scope scope
	err   error
}

func (r *reader) num(n Number, unset float64) float64 {
	if r.err != nil || !n.set() {
		return unset
	}
	v, err := n.eval(r.scope)
	if err != nil {
		r.err = err
	}
	return v
}

func (r *reader) nums(list []Number, want int, what string) []float64 {
	out := make([]float64, want)
	if r.err != nil || list == nil {
		return out
	}
	if len(list) == 0 {
		r.err = fmt.Errorf("%s takes %d numbers, not none", what, want)
		return out
	}
	if len(list) != want {
		r.err = fmt.Errorf("line %d: %s takes %d numbers, not %d", list[0].line, what, want, len(list))
		return out
	}
	for k, n := range list {
		out[k] = r.num(n, 0)
	}
	return out
}

// count evaluates how often something is repeated.
func (r *reader) count(n Number) int {
	c := r.num(n, 1)
	if r.err == nil && (c < 0 || c > repeatMax) {
		r.err = fmt.Errorf("line %d: repeated %v times, at most %d are allowed", n.line, c, repeatMax)
		return 0
	}
	return int(math.Round(c))
}
