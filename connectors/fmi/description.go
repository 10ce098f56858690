package fmi

import (
	"fmt"
	"strings"
)

// Description is what modelDescription.xml says (FMI 2.0.4, 2.2).
type Description struct {
	Version     string // "2.0"
	Model       string // name in the tool that exported it
	GUID        string
	About       string
	Tool        string
	Structured  bool // names are paths with dots, brackets and der(…)
	Indicators  int  // event indicators of model exchange
	Exchange    *Interface
	Simulation  *Interface
	Units       map[string]Unit
	Types       map[string]Type
	Categories  []string // of log messages
	Default     Experiment
	Variables   []Variable
	Outputs     []Unknown
	Derivatives []Unknown
	Initial     []Unknown
	Notes       []string // what is odd, and was made good

	byName map[string]int
}

// Interface is a way to run an FMU, with what it can do.
type Interface struct {
	Identifier         string // of its binary, without ending
	NeedsTool          bool   // it is nothing without the tool that exported it
	OncePerProcess     bool
	OwnMemory          bool // it uses neither allocateMemory nor freeMemory
	KeepsState         bool // canGetAndSetFMUstate
	SerializesState    bool
	Directional        bool // directional derivatives
	StepsUnannounced   bool // completedIntegratorStepNotNeeded (model exchange)
	VariableStep       bool // canHandleVariableCommunicationStepSize, and below: co-simulation
	Interpolates       bool
	Asynchronous       bool
	OutputDerivativesN int // maxOutputDerivativeOrder
}

// Experiment is what the FMU proposes. Zero: nothing.
type Experiment struct {
	Start, Stop, Step float64 // s
	Tolerance         float64 // relative
}

// Kind is the base type of a variable.
type Kind uint8

// Kinds of variables. An Enumeration is set and read as an Integer.
const (
	Real Kind = iota
	Integer
	Boolean
	String
	Enumeration
)

func (k Kind) String() string {
	return [...]string{"Real", "Integer", "Boolean", "String", "Enumeration"}[k]
}

// access is the kind whose functions of the interface, and whose value
// references, a kind shares.
func (k Kind) access() Kind {
	if k == Enumeration {
		return Integer
	}
	return k
}

// Causality, Variability and Initial as in FMI 2.0.4, 2.2.7.
type (
	Causality   string
	Variability string
	Initial     string
)

const (
	Parameter           Causality = "parameter"
	CalculatedParameter Causality = "calculatedParameter"
	Input               Causality = "input"
	Output              Causality = "output"
	Local               Causality = "local"
	Independent         Causality = "independent"

	Constant   Variability = "constant"
	Fixed      Variability = "fixed"
	Tunable    Variability = "tunable"
	Discrete   Variability = "discrete"
	Continuous Variability = "continuous"

	Exact      Initial = "exact"
	Approx     Initial = "approx"
	Calculated Initial = "calculated"
)

// Variable is a ScalarVariable, with what its declared type says filled in.
type Variable struct {
	Name        string
	Reference   uint32 // unique within a kind, but for aliases
	About       string
	Kind        Kind
	Causality   Causality
	Variability Variability
	Initial     Initial // "" for inputs and the independent variable
	Type        string  // declaredType, "" for none
	Quantity    string
	Unit        string
	DisplayUnit string
	Relative    bool // a difference: the offset of a unit does not apply
	Unbounded   bool
	Reinit      bool // an event may set it anew
	Min, Max    *float64
	Nominal     float64 // 0: not stated
	Start       *Value
	Derivative  int // number from 1 of the variable that it is the derivative of; 0: of none
	Alias       int // number from 0 of the first variable with the same reference; its own: none
}

// Value is a number (1 or 0 for Boolean), or a text for String.
type Value struct {
	Number float64
	Text   string
}

// Type is a SimpleType.
type Type struct {
	About string
	Kind  Kind
	Items []Item // of an Enumeration

	attributes
}

// Item is a value of an enumeration.
type Item struct {
	Name, About string
	Value       int32
}

// Unknown says what an output or a derivative depends on.
type Unknown struct {
	Variable     int      // number from 0
	Dependencies []int    // numbers from 0
	Kinds        []string // of each dependency, as dependenciesKind has them; may be left out
	All          bool     // no dependencies are told: everything may matter
}

// Find returns the number of a variable from 0.
func (d *Description) Find(name string) (int, error) {
	if i, ok := d.byName[name]; ok {
		return i, nil
	}
	near := ""
	for _, v := range d.Variables {
		if strings.EqualFold(v.Name, name) || len(name) > 3 && strings.Contains(strings.ToLower(v.Name), strings.ToLower(name)) {
			near = fmt.Sprintf("; did you mean %s?", v.Name)
			break
		}
	}
	return 0, fmt.Errorf("%s has no variable %q%s", d.Model, name, near)
}

// Settable tells whether a variable can be set before the start, and whether
// while the model runs (FMI 2.0.4, 2.2.7).
func (v *Variable) Settable() (before, running bool) {
	switch {
	case v.Variability == Constant || v.Causality == Independent:
		return false, false
	case v.Causality == Input:
		return true, true
	case v.Causality == Parameter:
		return true, v.Variability == Tunable
	}
	return v.Initial == Exact || v.Initial == Approx, false
}

// States returns the numbers of the continuous states, from 0, in the order of
// the derivatives.
func (d *Description) States() []int {
	var out []int
	for _, u := range d.Derivatives {
		if n := d.Variables[u.Variable].Derivative; n > 0 {
			out = append(out, n-1)
		}
	}
	return out
}
