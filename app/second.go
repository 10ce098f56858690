package app

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// Second is what models see of a case that decide nothing about it: a second
// opinion, and more of why. What one of them cannot tell is nil.
type Second struct {
	At    time.Time // of the plant, as of which they were asked
	Deep  *Deep     `json:",omitempty"`
	Began *Began    `json:",omitempty"`

	Rule *xai.Rule `json:",omitempty"` // what suffices for the claim of the case's own model, whatever else is seen

	DeepLacks, BeganLacks Lack `json:",omitempty"` // why it is nil
}

// Lack says why a model cannot tell of a case.
type Lack string

const (
	LackKind Lack = "kind" // it has learnt no such thing
	LackPast Lack = "past" // too little is known of how it was before
	LackTime Lack = "time" // it has lasted for too short
)

// Deep is what a deep network sees of the case's asset: its claim, and the share of
// each signal at each step of the window in the log-odds of a fault.
type Deep struct {
	Explanation xai.Explanation // its attributions are of the signals, summed over the steps
	Fault       bool            // that is its claim
	Signals     []string        // as the network names them
	Step        time.Duration
	Heat        [][]float64 // steps × signals, the oldest first: integrated gradients
	Smooth      [][]float64 // the same by SmoothGrad
	Agree       float64     // rank correlation of the two
}

// Began is where a causal graph of the whole site sees the beginning of what the
// case is about.
type Began struct {
	Explanation xai.Explanation // its claim is an asset; its shares are of the symptom that this explains best
	Ranked      []Disturbed     // assets in which it may have begun, the likeliest first
	Machines    []Dealt         // what the symptom is dealt out to, the largest share first
	Arrows      []Led
}

// Disturbed is an asset with the signal of it that is farthest from what anything else
// explains.
type Disturbed struct {
	Asset twin.AssetID
	Node  string  // as the graph names the signal
	By    float64 // usual deviations
}

// Dealt is the share of an asset in a symptom, signed, of the sum of all magnitudes.
type Dealt struct {
	Asset twin.AssetID
	Share float64
}

// Led is an effect of one asset on another.
type Led struct {
	From, To twin.AssetID
	Of       [2]twin.SignalID // what it is seen in
	Node     [2]string        // as the graph names that
	Strength float64          // spreads of the one for a spread of the other, signed
	Delay    time.Duration
}

// Seconds asks models that decide nothing about a case of a site as of a time of the
// plant. The history is read from the store.
type Seconds func(ctx context.Context, site *twin.Site, store Store, c Case, at time.Time) (Second, error)

// secondsMost are the cases of which a session remembers what they said.
const secondsMost = 64

// Second asks them about a case as of a moment of the plant's time (zero: now). Views
// show what was answered from then on.
func (s *Session) Second(ctx context.Context, c Case, at time.Time) (Second, error) {
	if s.parts.Seconds == nil {
		return Second{}, nil
	}
	s.mu.Lock()
	site := s.fit.Site
	if at.IsZero() {
		at = s.state.Now()
	}
	at = SecondAt(c, at)
	known, ok := s.seconds[c.Situation.Case]
	s.mu.Unlock()
	if ok && known.At.Equal(at) {
		return *known, nil
	}
	told, err := s.parts.Seconds(ctx, site, s.parts.Store, c, at)
	if err != nil {
		return told, err
	}
	s.mu.Lock()
	if s.seconds == nil || len(s.seconds) >= secondsMost {
		s.seconds = map[twin.CaseID]*Second{}
	}
	s.seconds[c.Situation.Case] = &told
	s.past.view = nil // it did not know
	s.mu.Unlock()
	s.touch()
	return told, nil
}

// Other models are asked anew every so often, while a case lasts, and until so long
// after its onset.
const (
	secondEvery = 10 * time.Minute
	secondUntil = 6 * time.Hour
)

// SecondAt is the time of the plant as of which other models are asked about a case at
// a moment: that of its explanation, or later by whole steps while it lasts and nothing
// was done about it, so that they always say the same of the same journal.
func SecondAt(c Case, now time.Time) time.Time {
	at := c.Situation.Detected
	if c.Explanation != nil && !c.Explanation.To.IsZero() {
		at = c.Explanation.To
	}
	for _, over := range []time.Time{c.ActedAt, c.EndedAt, c.Situation.Onset.Add(secondUntil)} {
		if !over.IsZero() && over.Before(now) {
			now = over
		}
	}
	if later := now.Sub(at); later > 0 {
		at = at.Add(later.Truncate(secondEvery))
	}
	return at
}

// withSeconds sets what was answered of cases until a moment; zero: now.
func (s *Session) withSeconds(cases []Case, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range cases {
		if x := s.seconds[cases[i].Situation.Case]; x != nil && (now.IsZero() || !x.At.After(now)) {
			cases[i].Second = x
		}
	}
}

// Shape tells how the claim of an explanation depends on a feature; the zero Shape where
// nobody knows.
func (s *Session) Shape(x *xai.Explanation, feature string) (xai.Shape, error) {
	if s.parts.Shape == nil {
		return xai.Shape{}, nil
	}
	return s.parts.Shape(x, feature)
}

// withTogether sets which features of explanations go with each other.
func (s *Session) withTogether(cases []Case) {
	if s.parts.Together == nil {
		return
	}
	for i := range cases {
		if x := cases[i].Explanation; x != nil && !x.Abstained {
			cases[i].Together = s.parts.Together(x)
		}
	}
}

// BeganOf makes of the explanation of a causal graph what a site's assets have to do
// with it. Nodes are named asset/signal; those of no asset, as the air of a hall in
// which many meet, are passed through. signal is the one that a node is seen in.
func BeganOf(site *twin.Site, x xai.Explanation, signal func(node string) string) Began {
	b := Began{Explanation: x}
	asset := func(node string) (twin.AssetID, bool) {
		id, _, _ := strings.Cut(node, "/")
		a, ok := site.Asset(twin.AssetID(id))
		return a.ID, ok
	}
	whole, by := 0.0, map[twin.AssetID]float64{}
	for _, a := range x.Attributions {
		whole += math.Abs(a.Share)
		if id, ok := asset(a.Feature); ok {
			by[id] += a.Share
		}
	}
	for id, share := range by {
		if whole != 0 {
			b.Machines = append(b.Machines, Dealt{id, share / whole})
		}
	}
	slices.SortFunc(b.Machines, func(p, q Dealt) int {
		return cmp.Or(cmp.Compare(math.Abs(q.Share), math.Abs(p.Share)), cmp.Compare(p.Asset, q.Asset))
	})
	type way struct {
		node  string
		force float64
		delay time.Duration
	}
	var lead func(from string, at way, depth int)
	lead = func(from string, at way, depth int) {
		for _, c := range x.Causes {
			if c.From != at.node || depth > len(x.Causes) {
				continue
			}
			next := way{c.To, at.force * c.Strength, at.delay + c.Delay}
			root, _ := asset(from)
			to, ok := asset(c.To)
			switch {
			case !ok:
				lead(from, next, depth+1)
			case to != root && !slices.ContainsFunc(b.Arrows, func(l Led) bool { return l.From == root && l.To == to }):
				b.Arrows = append(b.Arrows, Led{root, to, [2]twin.SignalID{twin.SignalID(signal(from)), twin.SignalID(signal(c.To))}, [2]string{from, c.To}, next.force, next.delay})
			}
		}
	}
	for _, c := range x.Causes {
		if _, ok := asset(c.From); ok {
			lead(c.From, way{c.From, 1, 0}, 0)
		}
	}
	return b
}
