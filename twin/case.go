package twin

import "time"

// CaseID names one situation and all that follows from it: its diagnosis,
// proposals, decisions, actions and outcome.
type CaseID string

// ProposalID names a proposal; a write is idempotent by it.
type ProposalID string

// ActionClass is a kind of action whose mode the user sets: "close-door".
type ActionClass string

// Mode is how far a class of actions may go by itself.
type Mode string

const (
	Shadow  Mode = "shadow"  // decide silently, for the record only
	Advise  Mode = "advise"  // show, offer no button
	Approve Mode = "approve" // act when a named user approves
	Auto    Mode = "auto"    // act by itself within the guards
)

// Modes lists the modes from the least to the most autonomous.
var Modes = [...]Mode{Shadow, Advise, Approve, Auto}

// Situation is a detected condition of an asset.
type Situation struct {
	Case     CaseID
	Class    string // "cabinet-abnormal", "link-lost"
	Asset    AssetID
	Onset    time.Time // when it began, as far as the evidence shows
	Detected time.Time
	Severity float64    // 0..1; 1 = goods or people at risk now
	Evidence []SignalID // what it was seen in
	From, To time.Time  // window of the evidence
}

// Cause is a possible reason with its calibrated probability.
type Cause struct {
	Class       string // fault class of the catalogue: "door-ajar"
	Part        string // component of the asset that it sits in: "door"
	Probability float64
}

// Diagnosis ranks the causes of a situation, the likeliest first.
type Diagnosis struct {
	Case      CaseID
	Causes    []Cause
	Abstained bool   // the model would not say
	Why       string // why it abstained
	Model     string
	Version   string
}

// Write is one value that a proposal wants on the plant.
type Write struct {
	Signal SignalID
	Value  float64
	Before float64 // value when proposed, restored on rollback
	Hold   bool    // true: a set point that stays; false: a command that ends by itself
}

// Effect is what a proposal is predicted to do, and how it is verified: within
// Within, Signal must enter Low..High.
type Effect struct {
	Signal    SignalID
	Low, High float64
	Within    time.Duration // of plant time after the write
	Worse     float64       // beyond this value (on the far side from Low..High) the action is rolled back at once
	Forecast  []Point       // predicted course, for the chart
}

// Point is one value of a predicted or counterfactual course.
type Point struct {
	At        time.Time
	Value     float64
	Low, High float64
}

// Proposal is what to do about a case, and why it should help.
type Proposal struct {
	ID        ProposalID
	Case      CaseID
	Class     ActionClass
	Asset     AssetID
	Because   string // fault class it answers
	Writes    []Write
	Predicted Effect
	Benefit   float64 // 0..1, relative to doing nothing
	Risk      float64 // 0..1
	Made      time.Time
	Expires   time.Time
	Model     string // of the diagnosis that it rests on
	Version   string
}

// Guard is a limit that a proposal must satisfy: an expression that must be
// true, over `value`, `before`, `signal`, `asset`, `class`, `hour`, `rate`
// (writes of this signal in the past hour) and `latest("asset/signal")`.
type Guard struct {
	ID      string
	Applies []ActionClass // empty: to every class
	Signal  string        // only writes to signals of this name in their class; "": all
	Expr    string
	Message string // what to tell the user when it fails
}

// GuardResult is one guard's verdict on one proposal.
type GuardResult struct {
	Guard  string
	Passed bool
	Detail string
}

// Decision is the answer to a proposal, with who gave it.
type Decision struct {
	Proposal ProposalID
	Case     CaseID
	Approved bool
	By       string // user name, or "auto"
	Reason   string
	At       time.Time
}

// Result is how an action ended.
type Result string

const (
	Verified    Result = "verified"    // the predicted effect came
	NoEffect    Result = "no-effect"   // it did not; rolled back
	Worse       Result = "worse"       // the plant went the wrong way; rolled back
	Failed      Result = "failed"      // the write was refused or did not read back
	Interrupted Result = "interrupted" // the program ended in the middle; whether written is in Detail
	Refused     Result = "refused"     // a guard or the mode said no
	Expired     Result = "expired"     // nobody decided in time
)

// Outcome closes a proposal.
type Outcome struct {
	Proposal   ProposalID
	Case       CaseID
	Result     Result
	Observed   float64 // of Effect.Signal at the end
	After      time.Duration
	RolledBack bool
	Detail     string
}
