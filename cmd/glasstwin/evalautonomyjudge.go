package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// autonomyTruth is what an emulated site tells who judges its run.
type autonomyTruth struct {
	Until      time.Time `json:"until"`
	Situations []struct {
		Class    string       `json:"class"`
		Device   twin.AssetID `json:"device"`
		Severity float64      `json:"severity"`
		Onset    time.Time    `json:"onset"`
		Deadline time.Time    `json:"deadline"`
		End      time.Time    `json:"end"`
	} `json:"situations"`
	Choices  []autonomyChoice `json:"choices"`
	Breaches []autonomyBreach `json:"breaches"`
	Idle     []autonomyBreach `json:"breaches_idle"` // when nothing is done
	IfBest   []autonomyBreach `json:"breaches_best"` // when the best alone is done
	Well     []autonomyBreach `json:"breaches_well"` // when nothing is the matter
	RanTo    *time.Time       `json:"ran_to"`
	Ran      autonomyCost     `json:"ran"`
	RanBest  autonomyCost     `json:"ran_best"` // had the best alone been done
	Alike    float64          `json:"alike"`    // within which a cost is as good
	Bother   float64          `json:"bother"`   // of each action, beside what the run cost
}

// autonomyCost is what a run cost, by what for.
type autonomyCost map[string]float64

func (c autonomyCost) total() (sum float64) {
	for _, x := range c {
		sum += x
	}
	return sum
}

type autonomyChoice struct {
	Action twin.ActionClass `json:"action"`
	Device twin.AssetID     `json:"device"`
	Also   []twin.AssetID   `json:"also"`
	Writes []struct {
		Point twin.SignalID `json:"point"`
		Value float64       `json:"value"`
	} `json:"writes"`
	Regret float64 `json:"regret"`
	Good   bool    `json:"good"`
}

type autonomyBreach struct {
	Device  string  `json:"device"`
	What    string  `json:"what"`
	By      float64 `json:"by"`
	Seconds float64 `json:"seconds"`
}

const truthMost = 8 << 20 // bytes

func readAutonomyTruth(file string) (*autonomyTruth, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read the truth about a run: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, truthMost))
	if err != nil {
		return nil, fmt.Errorf("read the truth about a run: %w", err)
	}
	var t autonomyTruth
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("read the truth about a run: %w", err)
	}
	if t.RanTo == nil || len(t.Choices) == 0 {
		return nil, errors.New("the truth about a run does not tell how it ended: the plant was cut short")
	}
	return &t, nil
}

// verdict is what became of one run.
type verdict struct {
	Seed     uint64       `json:"seed"`
	Class    string       `json:"class"` // the true one, or normal
	Device   twin.AssetID `json:"device,omitempty"`
	Severity float64      `json:"severity"`
	Claimed  string       `json:"claimed"` // the first claim, or normal
	At       twin.AssetID `json:"claimed_at,omitempty"`
	Action   string       `json:"action,omitempty"` // the first that was decided
	Right    bool         `json:"right"`
	First    bool         `json:"right_first"`   // right, were only the first action about the situation judged
	Excused  bool         `json:"right_excused"` // right, but for limits that were passed where it wrote nothing bad
	Why      []string     `json:"why,omitempty"` // it is not
	False    int          `json:"false_actions"`
	Guards   int          `json:"guard_violations"`     // and limits passed further than if nothing had been done
	Passed   int          `json:"limits_passed"`        // at any time, for whatever cause
	Unaided  int          `json:"limits_passed_idle"`   // the same, had nothing been done
	Detect   *float64     `json:"detect_min,omitempty"` // from the onset
	Decide   *float64     `json:"decide_min,omitempty"`
	Recover  *float64     `json:"recover_min,omitempty"`
	Hours    float64      `json:"hours"` // of the plant
	Kept     string       `json:"kept,omitempty"`
}

// String is a line for who waits.
func (v verdict) String() string {
	text := fmt.Sprintf("%d %s", v.Seed, v.Class)
	if v.Device != "" {
		text += " at " + string(v.Device)
	}
	if v.Right {
		return text + ": right"
	}
	return text + ": " + strings.Join(v.Why, "; ")
}

const noSituation = "normal"

// claim is one cause that the twin told of an asset.
type claim struct {
	class string
	asset twin.AssetID
	at    time.Time
}

// deed is one proposal that was decided to be carried out.
type deed struct {
	proposal twin.Proposal
	at       time.Time
}

// told gathers from a run's journal what was claimed and done, and what was done
// though a guard was not passed.
func (p *playedRun) told() (claims []claim, deeds []deed, unguarded int, err error) {
	var proposals = map[twin.ProposalID]twin.Proposal{}
	guarded := map[twin.CaseID]bool{}
	for _, e := range p.events {
		switch e.Kind {
		case twin.DiagnosisMade:
			var d twin.Diagnosis
			if err = json.Unmarshal(e.Body, &d); err != nil {
				return
			}
			if d.Abstained || len(d.Causes) == 0 {
				continue
			}
			c := claim{d.Causes[0].Class, e.Asset, e.At}
			if !slices.ContainsFunc(claims, func(x claim) bool { return x.class == c.class && x.asset == c.asset }) {
				claims = append(claims, c)
			}
		case twin.ProposalMade:
			var x twin.Proposal
			if err = json.Unmarshal(e.Body, &x); err != nil {
				return
			}
			proposals[x.ID] = x
		case twin.GuardsChecked:
			var list []twin.GuardResult
			if err = json.Unmarshal(e.Body, &list); err != nil {
				return
			}
			guarded[e.Case] = len(list) > 0 && !slices.ContainsFunc(list, func(g twin.GuardResult) bool { return !g.Passed })
		case twin.DecisionMade:
			var d twin.Decision
			if err = json.Unmarshal(e.Body, &d); err != nil {
				return
			}
			if d.Approved {
				deeds = append(deeds, deed{proposals[d.Proposal], e.At})
			}
		case twin.ActionIntended:
			if !guarded[e.Case] {
				unguarded++
			}
		}
	}
	return claims, deeds, unguarded, nil
}

// judge holds what a run's twin claimed and did against the truth.
func (t *autonomyTruth) judge(p *playedRun) (v verdict) {
	v = verdict{Seed: p.seed, Class: noSituation, Claimed: noSituation, Hours: p.ended.Sub(p.begun).Hours()}
	wrong := func(format string, args ...any) { v.Why = append(v.Why, fmt.Sprintf(format, args...)) }
	claims, deeds, unguarded, err := p.told()
	if err != nil {
		wrong("its journal cannot be read: %v", err)
		return v
	}
	if v.Guards = unguarded; unguarded > 0 {
		wrong("%d actions without every guard passed", unguarded)
	}
	v.Passed, v.Unaided = len(t.Breaches), len(t.Idle)
	excusable := 0 // of the reasons why it is wrong
	for _, b := range t.worsened(deeds) {
		v.Guards++
		wrong("%s of %s passed its limit by %.2g for %.0f s", b.What, b.Device, b.By, b.Seconds)
		if t.excused(b, deeds) {
			excusable++
		}
	}
	defer func() { v.Excused = len(v.Why) == excusable }()
	if len(claims) > 0 {
		v.Claimed, v.At = claims[0].class, claims[0].asset
	}
	if len(deeds) > 0 {
		v.Action = string(deeds[0].proposal.Class)
	}
	if len(t.Situations) == 0 {
		v.False = len(deeds)
		if len(claims) > 0 {
			wrong("claimed %s at %s", claims[0].class, claims[0].asset)
		}
		v.Right = len(v.Why) == 0
		v.First = v.Right
		return v
	}
	s := t.Situations[0]
	v.Class, v.Device, v.Severity = s.Class, s.Device, s.Severity
	since := func(at time.Time) *float64 {
		m := minutes(at.Sub(s.Onset))
		return &m
	}
	claimed := false
	for _, c := range claims {
		switch {
		case c.class == s.Class && c.asset == s.Device && !c.at.Before(s.Onset):
			if claimed = true; v.Detect == nil {
				v.Detect = since(c.at)
			}
		default:
			wrong("claimed %s at %s", c.class, c.asset)
		}
	}
	if !claimed {
		wrong("did not claim it")
	}
	var about []deed
	for _, d := range deeds {
		x := d.proposal
		if x.Because != s.Class || x.Asset != s.Device || d.at.Before(s.Onset) {
			v.False++
			continue
		}
		about = append(about, d)
	}
	firstGood := true
	switch {
	case len(about) > 0:
		v.Decide = since(about[0].at)
		if late := about[0].at.Sub(s.Deadline); late > 0 {
			wrong("decided %.0f min after the deadline", late.Minutes())
		}
		firstGood, _ = t.good(about[0].proposal)
	case !t.idleGood():
		wrong("did nothing")
	}
	v.First = firstGood && len(v.Why) == 0
	if good, why := t.answered(about); !good {
		wrong("%s", why)
	}
	if !s.End.IsZero() {
		v.Recover = since(s.End)
	}
	v.Right = len(v.Why) == 0
	return v
}

// answered tells whether what was done about the situation is as good as the best. A
// single action is one of the choices, mostly. Several in turn, as tills that are
// opened and shut again, or one that writes other values than any choice, are none of
// them: they are judged by what the run really cost, each action with its bother,
// against the same run with the best alone done.
func (t *autonomyTruth) answered(about []deed) (bool, string) {
	switch len(about) {
	case 0:
		return true, ""
	case 1:
		x := about[0].proposal
		if slices.ContainsFunc(t.Choices, func(c autonomyChoice) bool { return c.Action == x.Class && c.same(x) }) || len(t.Ran) == 0 {
			return t.good(x)
		}
	}
	best := t.RanBest.total()
	if t.Choices[0].Action != "nothing" {
		best += t.Bother
	}
	more := t.Ran.total() + t.Bother*float64(len(about)) - best
	return more <= t.Alike, fmt.Sprintf("what was done about it (%d actions) costs %.2f more than the best", len(about), more)
}

// good tells whether an action is as good as the best: what was written, where the
// truth knows the very writes, else its class.
func (t *autonomyTruth) good(x twin.Proposal) (bool, string) {
	sameClass, least := false, 0.0
	for _, c := range t.Choices {
		if c.Action != x.Class {
			continue
		}
		if c.same(x) {
			return c.Good, fmt.Sprintf("%s costs %.2f more than the best", x.Class, c.Regret)
		}
		if c.Good {
			sameClass = true
		} else if least == 0 || c.Regret < least {
			least = c.Regret
		}
	}
	return sameClass, fmt.Sprintf("%s costs %.2f more than the best", x.Class, least)
}

// same tells whether a choice writes what a proposal did, or the like at a like
// device.
func (c *autonomyChoice) same(x twin.Proposal) bool {
	if len(c.Writes) != len(x.Writes) {
		return false
	}
	for _, w := range c.Writes {
		if !slices.ContainsFunc(x.Writes, func(y twin.Write) bool {
			if y.Value != w.Value {
				return false
			}
			asset, name, _ := strings.Cut(string(y.Signal), "/")
			return y.Signal == w.Point || slices.Contains(c.Also, twin.AssetID(asset)) && twin.SignalOf(c.Device, name) == w.Point
		}) {
			return false
		}
	}
	return true
}

func (t *autonomyTruth) idleGood() bool {
	return slices.ContainsFunc(t.Choices, func(c autonomyChoice) bool { return c.Action == "nothing" && c.Good })
}

// Within these a limit was passed no further than otherwise: what was done, and
// when, moves people, and with them the order of small things.
const (
	breachMore   = 1.15 // times
	breachLonger = 600  // s
)

// worsened are the limits that the run passed further, or longer, than it would
// have if nothing had been done: wherever, and whatever was done. What befalls a
// site passes limits by itself, crowding that of carbon dioxide; no twin is there
// before it. The best action may pass a limit too, as a defrost that melts the ice
// warms the product probe: who does nothing worse there may pass it as far. So may
// a site that nothing ails: a cabinet is warmer beside a room at its set point than
// beside one that a fault has cooled, and who mends that fault soon is left with it.
func (t *autonomyTruth) worsened(deeds []deed) []autonomyBreach {
	var out []autonomyBreach
	for _, b := range t.Breaches {
		if !b.within(t.Idle) && !(t.excused(b, deeds) && (b.within(t.IfBest) || b.within(t.Well))) {
			out = append(out, b)
		}
	}
	return out
}

// within tells whether a list has the limit passed as far and as long.
func (b autonomyBreach) within(list []autonomyBreach) bool {
	return slices.ContainsFunc(list, func(i autonomyBreach) bool {
		return i.Device == b.Device && i.What == b.What && b.By <= breachMore*i.By && b.Seconds <= i.Seconds+breachLonger
	})
}

// excused tells that a limit was not passed by what the twin did badly: it wrote
// nothing there, or only what is as good as the best.
func (t *autonomyTruth) excused(b autonomyBreach, deeds []deed) bool {
	return !slices.ContainsFunc(deeds, func(d deed) bool {
		if good, _ := t.good(d.proposal); good {
			return false
		}
		return b.Device == "hall" || b.Device == string(d.proposal.Asset) || slices.ContainsFunc(d.proposal.Writes, func(w twin.Write) bool {
			asset, _, _ := strings.Cut(string(w.Signal), "/")
			return asset == b.Device
		})
	})
}

// idle is the same runs, had nothing been done: nothing is claimed, and the limits
// are passed that the plant passes by itself. They are passed no further than when
// nothing is done, so that they make no run wrong, but they were passed.
func idle(runs []verdict) []verdict {
	out := make([]verdict, len(runs))
	for i, r := range runs {
		out[i] = verdict{Seed: r.Seed, Class: r.Class, Device: r.Device, Severity: r.Severity, Claimed: noSituation, Hours: r.Hours, Passed: r.Unaided, Unaided: r.Unaided,
			Right: r.Class == noSituation, Excused: r.Class == noSituation}
		if !out[i].Right {
			out[i].Why = []string{"did nothing"}
		}
	}
	return out
}
