package twin

import "time"

// DriftNote is the body of DriftBegan and DriftEnded: that what comes of an asset is
// not what the models of some situations were trained on.
type DriftNote struct {
	Asset      AssetID
	Kind       DriftKind
	Signals    []SignalID // that are unusual, the most unusual first
	Situations []string   // classes that are told from them
	Since      time.Time  // plant's time from which on it was so
	Until      time.Time  `json:",omitzero"` // of one that ended
	Value      float64    // of the first signal, lately; 0 when it is missing
	Low, High  float64    // of its range in training
	Unit       string     `json:",omitempty"` // of these
	Minutes    int        // for which it has stood still, or been missing or beyond
	Beyond     float64    `json:",omitempty"` // of a regime never seen: its squared distance over the bound
	Why        string     // in a sentence, with the figures
}

// DriftKind is in which way an input is unlike training.
type DriftKind string

// The kinds of drift.
const (
	DriftRange   DriftKind = "out-of-range"
	DriftMissing DriftKind = "missing"
	DriftDead    DriftKind = "dead"
	DriftRegime  DriftKind = "new-regime"
)

// Key tells one drift from another: an asset has at most one of a kind.
func (n DriftNote) Key() string { return string(n.Asset) + "/" + string(n.Kind) }
