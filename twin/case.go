package twin

import (
	"time"

	"github.com/glasstwin/glasstwin/scene/geom"
)

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
	Passed   *Passed    `json:",omitempty"` // the bound that it was raised for; nil: a model told it
	Root     AssetID    `json:",omitempty"` // what the cause sits in, when that is not Asset: the rack that several hang on
	Why      string     `json:",omitempty"` // of one that joined a case: why it has the same cause
	Place    *Place     `json:",omitempty"` // of the floor that it is about; nil: it is about Asset, and not only seen by it
}

// Place is a stretch of floor that no asset stands for: an aisle that a camera sees.
type Place struct {
	Name    string      // its kind and its number: "aisle 3"
	Outline []geom.Vec2 // x and z of its corners, metres, in order
}

// Passed is a bound that a reading is beyond.
type Passed struct {
	Signal       SignalID
	Value, Bound float64 // what it read lately, and the bound
	Unit         string  `json:",omitempty"` // of both
	Minutes      int     // for which it has been beyond
}

// Cause is a possible reason with its calibrated probability.
type Cause struct {
	Class       string // fault class of the catalogue: "door-ajar"
	Part        string // component of the asset that it sits in: "door"
	Probability float64
}

// Healthy tells whether a class is that nothing is wrong.
func Healthy(class string) bool { return class == "" || class == "none" || class == "normal" }

// Diagnosis ranks the causes of a situation, the likeliest first.
type Diagnosis struct {
	Case      CaseID
	Causes    []Cause
	Abstained bool   // the model would not say
	Why       string // why it abstained
	Model     string
	Version   string
	Drift     string  `json:",omitempty"` // why its input is not what the model was trained on; "": it is
	Beyond    float64 `json:",omitempty"` // squared distance of a regime never seen over the bound; 0: none
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
	Nothing   []Point       `json:",omitempty"` // course if nothing is done
	Share     float64       `json:",omitempty"` // of the disturbance that the action takes away; 0 stands for all of it
	Delay     time.Duration `json:",omitempty"` // of Within, before which nothing can be seen of it: somebody must go there
	Gone      bool          `json:",omitempty"` // it is that the situation is perceived no more; Signal only shows how the asset fares
}

// Cost is what an action costs, predicted.
type Cost struct {
	Energy float64 // kWh beyond what the plant draws without it, over CostSpan
	Money  float64 // the site's currency, that energy included
}

// CostSpan is over how long the cost of a value that stays is counted.
const CostSpan = 24 * time.Hour

// Candidate is one answer to a case that was weighed. Doing nothing is one too.
type Candidate struct {
	Class   ActionClass // "": doing nothing
	Signal  SignalID    `json:",omitempty"` // by which it is weighed
	End     Point       // where that comes to in the end, with its interval
	Benefit float64     // as of Proposal
	Risk    float64
	Cost    Cost
	Score   float64 // what it is worth beyond doing nothing, the site's currency
	Why     string  `json:",omitempty"` // why it is not what is proposed
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
	Cost      Cost
	Sure      float64     // probability that the effect comes
	Ranking   []Candidate // all that were weighed, the best first
	Made      time.Time
	Expires   time.Time
	Model     string // of the diagnosis that it rests on
	Version   string
	Back      bool `json:",omitempty"` // gives back what earlier ones of the case wrote, since it is needed no more
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
	With     string `json:",omitempty"` // second user, where two must approve
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
	Interrupted Result = "interrupted" // the program or the link ended in the middle; whether written is in Detail
	Refused     Result = "refused"     // a guard or the mode said no
	Expired     Result = "expired"     // nobody decided in time
	Stopped     Result = "stopped"     // somebody stopped the site; what was held was given back
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
