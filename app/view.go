package app

import (
	"time"

	"github.com/glasstwin/glasstwin/render/overlay"
	"github.com/glasstwin/glasstwin/scene"
	"github.com/glasstwin/glasstwin/scene/geom"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// View is the twin at one moment, ready to be shown: a copy that the screen
// may keep.
type View struct {
	At       time.Time // plant's time
	Live     bool      // false while looking back
	Linked   bool
	LinkNote string        // why it is not linked, for a person
	LostFor  time.Duration // since the link was lost: this machine's time, looking back the plant's
	Samples  map[twin.SignalID]twin.Sample
	Joints   []float64          // one for each joint of the scene
	Spin     []float64          // speed of each continuous joint, rad/s or m/s of plant time; 0 for others
	Emissive map[string]float32 // by asset
	Walked   []twin.Sample      // where people were in the last WalkedFor, by signal, oldest first
	Cases    []Case             // newest first
	Overlays overlay.Set
	Sun      geom.Vec3 // direction towards the sun, as SunOver has it
	From, To time.Time // span that can be looked back over, plant's time
	Marks    []Mark    // on the time line

	Site    *twin.Site                     // as it was then; it does not change
	Scene   *scene.Scene                   // that the joints are of; it does not change
	Cutaway func(ahead geom.Vec3) []string // of the scene, as of Parts

	Stopped *twin.StopNote // somebody stopped the site; nil: nobody did

	Revision    int      // counts how often the site was refitted in this run
	Changes     []Change // the newest, oldest first
	Unexplained []twin.Suggestion
	Asked       []twin.SiteChange // that the site makes only when somebody says so, by Settle
}

// WalkedFor is how far back a view tells where people were: long enough for a
// way to be walked by several, short enough to be of this part of the day.
const WalkedFor = time.Hour

// Change is one thing by which the site followed its plant.
type Change struct {
	Revision int // with which it came
	twin.SiteChange
}

// Stage is how far a case has come.
type Stage string

const (
	Detected  Stage = "detected"
	Diagnosed Stage = "diagnosed"
	Proposed  Stage = "proposed"  // waiting for a decision
	Acting    Stage = "acting"    // written, watching for the effect
	Closed    Stage = "closed"    // its proposal has an outcome
	Abandoned Stage = "abandoned" // denied, expired or refused
)

// Case is one card of the inbox: a situation and all that followed.
type Case struct {
	Situation   twin.Situation
	Stage       Stage
	Diagnosis   *twin.Diagnosis
	Explanation *xai.Explanation
	Proposal    *twin.Proposal
	Unproposed  string // why nothing more is proposed, in the twin's words; "" when something is, or looking back
	Guards      []twin.GuardResult
	Mode        twin.Mode // of the proposal's action class
	Decision    *twin.Decision
	First       *twin.Decision   // the first of two approvals; nil: none, or decided
	Members     []twin.Situation // other assets that the same cause disturbs
	Escalated   *twin.Escalation // a person must look; nil: no
	Outcome     *twin.Outcome
	ActedAt     time.Time  // plant's time of the write; zero: not acted
	EndedAt     time.Time  // plant's time when the situation was over; zero: it lasts
	Evidence    []Curve    // what the chart shows
	Together    [][]string `json:",omitempty"` // features of its explanation that go with each other
	Second      *Second    `json:",omitempty"` // what other models see of it, once they were asked
}

// pending tells that a proposal waits for its decision or its outcome.
func (c *Case) pending() bool {
	return c.Proposal != nil && (c.Stage == Proposed || c.Stage == Acting)
}

// FirstHolds tells whether the first of two approvals still counts at a time.
func (c Case) FirstHolds(at time.Time) bool {
	return c.First != nil && at.Sub(c.First.At) < twin.ApprovalLife
}

// Curve is one signal over the evidence window, with what is predicted or would
// have been.
type Curve struct {
	Signal         twin.SignalID
	Unit           string
	Kind           twin.SignalKind
	Points         []twin.Point // measured
	Counterfactual []twin.Point // had nothing happened; its bounds hold nine in ten of the readings before
	Forecast       []twin.Point // predicted with the proposal
	Nothing        []twin.Point // predicted if nothing is done
	Limit          *float64     // of the guard or the situation
}

// Mark is a moment worth seeing on the time line.
type Mark struct {
	At   time.Time
	Kind twin.EventKind
	Case twin.CaseID
	Text string
}
