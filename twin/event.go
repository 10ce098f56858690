package twin

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// EventKind names what a journal event tells; its Body is the JSON of the
// noun given beside it.
type EventKind string

const (
	SiteOpened      EventKind = "site.opened"
	LinkUp          EventKind = "link.up"
	LinkLost        EventKind = "link.lost"         // LinkNote
	SituationRaised EventKind = "situation.raised"  // Situation
	SituationEnded  EventKind = "situation.ended"   // Situation
	DiagnosisMade   EventKind = "diagnosis.made"    // Diagnosis
	Explained       EventKind = "explanation.made"  // xai.Explanation
	ProposalMade    EventKind = "proposal.made"     // Proposal
	GuardsChecked   EventKind = "guards.checked"    // []GuardResult
	DecisionMade    EventKind = "decision.made"     // Decision
	ActionIntended  EventKind = "action.intended"   // Proposal: the write is about to go out
	ActionWritten   EventKind = "action.written"    // Proposal: written and read back
	OutcomeRecorded EventKind = "outcome.recorded"  // Outcome
	RolledBack      EventKind = "action.rolledback" // Proposal
	ModeChanged     EventKind = "mode.changed"      // ModeNote
	SiteChanged     EventKind = "site.changed"      // SiteNote
	SituationJoined EventKind = "situation.joined"  // Situation of one more asset with the cause of Case
	SituationLeft   EventKind = "situation.left"    // Situation: that asset is well again
	ApprovalGiven   EventKind = "approval.given"    // Decision: the first of two
	Escalated       EventKind = "case.escalated"    // Escalation
	ShadowJudged    EventKind = "shadow.judged"     // ShadowNote
	StopPressed     EventKind = "stop.pressed"      // StopNote
	StopReleased    EventKind = "stop.released"     // StopNote
	HoldReleased    EventKind = "hold.released"     // HoldNote
	AutonomyOffered EventKind = "autonomy.offered"  // AutonomyNote
	AutonomyLowered EventKind = "autonomy.lowered"  // AutonomyNote
	DriftBegan      EventKind = "drift.began"       // DriftNote
	DriftEnded      EventKind = "drift.ended"       // DriftNote
	ModelJudged     EventKind = "model.judged"      // ModelNote: a new one beside the one in use
	ModelReplaced   EventKind = "model.replaced"    // ModelNote: another one is in use
	LayoutDecided   EventKind = "layout.decided"    // LayoutNote: whether a proposed layout is to be the plan

	PositionsDeleted EventKind = "positions.deleted" // PositionsNote: where people were, older than the site keeps it
)

// LinkNote is the body of link events.
type LinkNote struct {
	Plant  string
	Reason string
}

// ModelNote is the body of model events: which model another one was judged
// beside or replaced, and by what.
type ModelNote struct {
	Model            string // "cabinet-faults"
	From, To         string // versions: in use, and judged or taken in its place
	FromHash, ToHash string // SHA-256 of the files, hex
	Better           bool
	Why              string
	Cases            int     // whose truth the journal confirmed
	Days, Rows       int     // held out
	FromRight        float64 // balanced accuracy on them
	ToRight          float64
	Gain, Low, High  float64 // of the second over the first, with its 95 % interval over days
	FromKept, ToKept float64 // balanced accuracy on what the first was calibrated on: the second must not forget it
}

// LayoutNote is the body of LayoutDecided: a layout that was proposed, and what
// somebody decided of it. That the site stands so from then on is a SiteChanged.
type LayoutNote struct {
	Approved bool
	By       string
	Reason   string   `json:",omitempty"` // why it was declined
	Steps    []string // what it changes, in English
	Figures  []string // what was simulated of it, likewise
	Moved    []AssetID
	Version  string   `json:",omitempty"` // of the layout, as the site's folder keeps it
	Before   string   `json:",omitempty"` // version that holds how the site stood
	Orders   []string `json:",omitempty"` // files of the work order
}

// ModeNote is the body of ModeChanged.
type ModeNote struct {
	Class    ActionClass
	From, To Mode
}

// Event is one entry of the journal. Seq, Logged, Prev and Hash are set by
// Chain.Seal; everything else by whoever reports.
type Event struct {
	Seq    uint64
	At     time.Time // plant's time
	Logged time.Time // this machine's time
	Kind   EventKind
	Case   CaseID  `json:",omitempty"`
	Asset  AssetID `json:",omitempty"`
	Actor  string  `json:",omitempty"` // user name, "auto", or "" for the twin itself
	Body   json.RawMessage
	Prev   string // Hash of the event before, "" for the first
	Hash   string // SHA-256 over everything above, hex
}

// NewEvent returns an event whose body is the JSON of v.
func NewEvent(kind EventKind, at time.Time, v any) (Event, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return Event{}, fmt.Errorf("encode %s: %w", kind, err)
	}
	return Event{Kind: kind, At: at, Body: body}, nil
}

// Chain seals events one after another, and checks sealed ones. The zero Chain
// stands before the first event.
type Chain struct {
	seq  uint64
	last string
}

// Seal numbers e, ties it to the event before it and sets its hash.
func (c *Chain) Seal(e Event, logged time.Time) Event {
	e.Seq, e.Logged, e.Prev = c.seq+1, logged.UTC(), c.last
	e.At = e.At.UTC()
	e.Hash = e.digest()
	c.seq, c.last = e.Seq, e.Hash
	return e
}

// Check takes the next event of a stored journal and returns an error that
// names it when it was changed, dropped or reordered.
func (c *Chain) Check(e Event) error {
	switch {
	case e.Seq != c.seq+1:
		return fmt.Errorf("event %d follows event %d: one is missing or doubled", e.Seq, c.seq)
	case e.Prev != c.last:
		return fmt.Errorf("event %d does not continue event %d: it names another predecessor", e.Seq, c.seq)
	case e.Hash != e.digest():
		return fmt.Errorf("event %d (%s) was changed after it was written: its hash does not match", e.Seq, e.Kind)
	}
	c.seq, c.last = e.Seq, e.Hash
	return nil
}

// Continue returns the chain that stands after e, the newest event of a stored
// journal, so that the next one can be sealed without reading all before.
func Continue(e Event) (Chain, error) {
	if e.Seq == 0 || e.Hash != e.digest() {
		return Chain{}, fmt.Errorf("event %d (%s) was changed after it was written: its hash does not match", e.Seq, e.Kind)
	}
	return Chain{seq: e.Seq, last: e.Hash}, nil
}

// Last returns number and hash of the newest event.
func (c *Chain) Last() (seq uint64, hash string) { return c.seq, c.last }

func (e Event) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%s\n%s\n%s\n%q\n%q\n%q\n%s\n", e.Seq, e.At.UTC().Format(time.RFC3339Nano),
		e.Logged.UTC().Format(time.RFC3339Nano), e.Kind, e.Case, e.Asset, e.Actor, e.Prev)
	h.Write(e.Body)
	return hex.EncodeToString(h.Sum(nil))
}
