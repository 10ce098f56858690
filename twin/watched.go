package twin

import "time"

// Watched is how near an asset is to a situation: what was looked at, when, and
// what would have to be for one to be raised. It answers why nothing happened.
type Watched struct {
	Asset     AssetID
	Looked    time.Time     // when it was diagnosed last, plant's time; zero: not yet
	Every     time.Duration // between two looks
	Abstained bool          // the model would not say
	Why       string        // why it abstained
	Fault     string        // likeliest fault, likely or not; "" when not diagnosed
	Sure      float64       // its probability
	Needs     float64       // probability from which a look counts
	Looks     int           // in a row that counted
	LooksOf   int           // as many are needed
	Answers   []ActionClass // what would be proposed against Fault
	Drift     string        // why what comes of it is not what the model was trained on; "": it is

	Temperature SignalID
	Over        *float64      // K beyond the bound, below it when negative; nil: not known
	Bound       float64       // K above the set point
	OverFor     time.Duration // how long it has been beyond
	OverNeeds   time.Duration // how long it must be
	Frost       bool          // a defrost explains its temperature
	Mended      bool          // the fault was mended, and is not raised anew before it was gone
	Case        CaseID        // the open case that it belongs to; "": none
}
