// Package xai holds the nouns of explainable models on plain tables: the table
// itself, the model as a function, and the explanation of one prediction. Its
// children are models (ebm: explainable boosting; tree: boosted trees; neural:
// networks on windows of series; forecast; causal: what caused what), methods that
// explain them (shap, anchor, counterfactual, prototype, surrogate), what
// measures both (faith: how well an explanation tells what a model does;
// calibrate: how sure it is; drift: whether a row is like those of training), and explain, which puts an explanation together. It
// could be published alone: it must never know a site, an asset or a protocol.
// Start reading at Table and Explanation.
package xai

import "time"

// Table is a data set: rows × columns of numbers (NaN = missing), with a class
// for each row when it is labelled and the group (day, site, seed) that must
// not be split between training and test.
type Table struct {
	Columns []Column
	Rows    [][]float64 // len(Rows[i]) == len(Columns)
	Classes []string    // names of the labels
	Labels  []int       // index into Classes, one for each row; empty: unlabelled
	Targets []float64   // number to predict, one for each row; empty: no regression
	Groups  []string    // one for each row; empty: every row is its own
}

// Column describes a feature.
type Column struct {
	Name   string // "door-open-share"
	Unit   string
	Source string // opaque id of what it was computed from, handed through to Attribution
}

// Explanation tells what a model says of one row, and why. Attributions add up
// with Base to the claim's score exactly when Additive is set.
type Explanation struct {
	Claim          string  // class that the model holds to be true
	Score          float64 // of the claim, in the model's own scale (log-odds for boosting)
	Base           float64 // score with no feature known
	Confidence     float64 // calibrated probability of the claim, 0..1
	Alternatives   []Alternative
	Additive       bool
	Attributions   []Attribution // largest magnitude first
	Causes         []Cause
	Counterfactual *Counterfactual `json:",omitempty"`
	Rule           *Rule           `json:",omitempty"` // what suffices for the claim
	Similar        []Similar       `json:",omitempty"` // rows of the past, the most similar first
	Together       [][]string      `json:",omitempty"` // features that go with each other: their shares should be read as one
	Against        []Contrast      `json:",omitempty"` // what tells the claim from each other class, in the order of Alternatives
	From, To       time.Time       // evidence window
	Method         string          // "additive shape functions"
	Model          string
	Version        string
	Faithfulness   []Figure // how well the explanation tells what the model does, with what was measured
	Limits         []string // of validity: features out of the training range, missing signals
	Abstained      bool
	Why            string // why it abstained
}

// Alternative is another class that the model weighed.
type Alternative struct {
	Class       string
	Probability float64
}

// Contrast tells a claim from another class: "why not that one?". Tellings add
// up with Base to Lead where the method is additive and none was left out.
type Contrast struct {
	Class    string
	Lead     float64 // of the claim's score over that of the other
	Base     float64 // of it with no feature known
	Tellings []Telling
}

// Telling is what one feature says for a claim rather than for another class.
type Telling struct {
	Feature string
	Source  string
	Unit    string
	Share   float64  // signed: for the claim, or against it and for the other
	Turns   *float64 `json:",omitempty"` // nearest value at which it would speak for the other; nil: there is none, or it does already
}

// Attribution is the share of one feature, or of a pair, in the score.
type Attribution struct {
	Feature string  // column name, or "a × b" of a pair
	Source  string  // Column.Source
	Value   float64 // of the feature in this row; NaN for a pair
	Typical float64 // median of the training rows of the normal class; NaN when unknown
	Unit    string
	Share   float64 // signed, in the scale of Score
}

// Cause is an arrow of a causal graph, between opaque ids.
type Cause struct {
	From, To string
	Strength float64       // signed
	Delay    time.Duration `json:",omitempty"` // of the effect; 0: at once, or not known
}

// Counterfactual is the smallest feasible change that changes the claim.
type Counterfactual struct {
	Changes    []Change
	Claim      string  // what the model says after it; verified by running it
	Confidence float64 // of that claim
}

// Change moves one feature.
type Change struct {
	Feature  string
	Source   string
	Unit     string
	From, To float64
}

// Shape is how the score of a claim depends on one feature, or on a pair, in steps.
type Shape struct {
	Features []string // one or two
	Units    []string
	Edges    [][]float64 // of each feature, rising: step i lies between Edges[i] and Edges[i+1]
	Shares   [][]float64 // of each step of the first, of each of the second: one where there is none
	Value    []float64   // of each feature in the row; NaN: missing
	Typical  []float64   // as Attribution has it
	Exact    bool        // it is the model's own term, the same for every row; else all else is as in this row
}

// Rule is what suffices for a claim, whatever the other features are.
type Rule struct {
	Conditions []Condition
	Held       []string `json:",omitempty"` // sources whose features suffice at what they are, in place of conditions
	Precision  float64  // share of rows that meet the conditions and are claimed the same
	Low95      float64  // lower 95 % bound of it
	Coverage   float64  // share of all rows that meet the conditions; 0 of what is held
}

// Condition bounds one feature: Low <= value < High.
type Condition struct {
	Feature   string
	Source    string
	Unit      string
	Low, High *float64 `json:",omitempty"` // nil: not bounded
	Missing   bool     `json:",omitempty"` // it is not there
}

// Similar is a row of the past that the model treats nearly the same.
type Similar struct {
	ID     string // of its group: a day, an episode
	Class  string // what it was
	Shared float64
}

// Figure is a measured number with its name.
type Figure struct {
	Name  string
	Value float64
}
