package twin

import (
	"math"
	"time"
)

// Escalation hands a case to people: no action is safe, or none is known.
type Escalation struct {
	Case     CaseID
	Why      string
	Severity float64
}

// StopNote is the body of StopPressed and StopReleased. By StopPressed every
// class that acts or may be approved is set to advise at once; by StopReleased
// those of Before are set to approve, so that a person turns each to auto anew.
type StopNote struct {
	By     string
	Before map[ActionClass]Mode // modes when it was pressed
}

// Stopped are the modes that a stop changes, as they are while it lasts.
func (n StopNote) Stopped() map[ActionClass]Mode { return n.set(Advise) }

// Released are the modes that a stop changed, as they are after it.
func (n StopNote) Released() map[ActionClass]Mode { return n.set(Approve) }

func (n StopNote) set(to Mode) map[ActionClass]Mode {
	out := map[ActionClass]Mode{}
	for class, m := range n.Before {
		if m == Approve || m == Auto {
			out[class] = to
		}
	}
	return out
}

// HoldNote tells what became of a value that the twin had written to stay, when
// the site was stopped: given back to what it was before, or kept and why.
type HoldNote struct {
	Proposal ProposalID
	Signal   SignalID
	Value    float64 // that the twin wrote
	Before   float64
	Kept     bool
	Why      string
}

// ShadowNote tells what a proposal in shadow mode was worth, seen from the end
// of its watch.
type ShadowNote struct {
	Proposal ProposalID
	Class    ActionClass
	Needed   bool    // the disturbance did not go by itself
	Unknown  bool    `json:",omitempty"` // its signal was not heard: it says nothing
	Regret   float64 // by how much the best in hindsight was better than the proposal, 0..1
	Detail   string
}

// Record is how a class of actions has done, from the journal.
type Record struct {
	Class     ActionClass
	Mode      Mode
	Proposals int
	Approved  int // by people
	Denied    int
	Expired   int
	Auto      int // decided by the twin itself
	Verified  int
	NoEffect  int
	Worse     int
	Failed    int // refused, failed, interrupted or stopped: they say nothing of the class
	Shadowed  int // judged in shadow mode
	Needless  int // of them
	Trials    int // that count for the bound: since the class was last lowered
	Right     int
	Low, High float64 // Wilson's 95 % bounds of Right of Trials
	Brier     float64 // mean squared error of Proposal.Sure; NaN: nothing judged yet
	Regret    float64 // mean of what was judged in shadow mode
	Offered   Mode    // promotion that is offered; "" for none
	LoweredAt time.Time
	Lowered   string // why it was lowered last; "" when it never was
}

// AutonomyNote is the body of AutonomyOffered and AutonomyLowered.
type AutonomyNote struct {
	Class     ActionClass
	From, To  Mode
	Why       string
	Threshold float64
	Trials    int
	Right     int
	Low, High float64
	Recent    int     // of the newest trials, right ones
	RecentOf  int     // how many these are
	Brier     float64 // of the newest trials, -1 when none was judged
	Asset     AssetID `json:",omitempty"` // on which the model met what it was not trained on; "": that is not why
	Beyond    float64 `json:",omitempty"` // as of Diagnosis
	Seen      int     `json:",omitempty"` // diagnoses in a row that met it
}

// Wilson returns the bounds of Wilson's score interval at 95 % for right of n
// (Wilson 1927).
func Wilson(right, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959963984540054
	p, m := float64(right)/float64(n), float64(n)
	mid := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, (mid-half)/(1+z*z/m)), min(1, (mid+half)/(1+z*z/m))
}

// ApprovalLife is how long an approval holds, of plant's time: what was agreed
// to was agreed to of the present.
const ApprovalLife = 15 * time.Minute
