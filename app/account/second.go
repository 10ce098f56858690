package account

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/app/phrase"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai/faith"
)

// Deep is what is told of what a deep network sees of a case.
type Deep struct {
	Lacks    string   // why it is not asked; else ""
	Withheld string   // why no shares are told; else ""
	Lines    []string // what it sees, most of it by what, what it is for
	AsOf     string
	Warm     []Warmth // signals, the largest share first
	From, To time.Time
	Onset    time.Time // within them, or zero
	Agree    string    // how far the two ways to deal out agree
	Badge    Badge
	Limits   []string
}

// Warmth is the course of one signal's share in the log-odds of a fault.
type Warmth struct {
	Name   string
	Share  float64   // the sum of Steps
	Steps  []float64 // by integrated gradients, the oldest first
	Smooth []float64 // by SmoothGrad, scaled so that its largest of all is that of Steps
}

// Began is what is told of where a causal graph sees the beginning.
type Began struct {
	Lacks   string
	Lines   []string
	Dealt   string // what the bars are of
	Bars    []Bar  // the shares of machines
	Led     []Led
	Figures []Figure
	Limits  []string
}

// Led is one arrow.
type Led struct {
	Way, How string
}

// early is for how long after an onset the network, which has learnt what faults look
// like when somebody attentive decides, may see nothing of them.
const early = 40 * time.Minute

// byMost is how many deviations are told as a number: more say no more.
const byMost = 100

// LedMost are the arrows that are told.
const LedMost = 8

// DeepOf tells what a deep network saw of a case.
func DeepOf(s *phrase.Speaker, site *twin.Site, c app.Case, x app.Second) Deep {
	d := x.Deep
	if d == nil {
		key := "deep.none"
		if x.DeepLacks == app.LackPast {
			key = "deep.past"
		}
		return Deep{Lacks: s.Say(key)}
	}
	asset, _ := site.Asset(c.Situation.Asset)
	e := &d.Explanation
	out := Deep{AsOf: s.Say("deep.asof", "at", phrase.Clock(e.To, Zone(site))[:5]), From: e.From, To: e.To, Badge: badge(s, e)}
	if c.Situation.Onset.After(e.From) && c.Situation.Onset.Before(e.To) {
		out.Onset = c.Situation.Onset
	}
	key := "deep.fine"
	switch {
	case d.Fault:
		key = "deep.fault"
	case c.Explanation == nil || c.Explanation.Abstained || c.Explanation.Claim == "" || c.Explanation.Claim == "none":
		key = "deep.neither"
	case x.At.Sub(c.Situation.Onset) < early:
		key = "deep.early"
	}
	out.Lines = []string{s.Say(key, "asset", s.AssetName(asset), "p", phrase.Percent(e.Confidence))}
	for _, l := range e.Limits {
		out.Limits = append(out.Limits, s.Told(l))
	}
	if why := faith.Verdict(e.Faithfulness); why != "" {
		out.Withheld = s.Say("explain.withheld")
		return out
	}
	out.Warm = warmth(s, d)
	if len(out.Warm) > 0 && d.Fault {
		from, to := when(out.Warm[0].Steps, e.To, d.Step)
		out.Lines = append(out.Lines, s.Say("deep.most", "signal", out.Warm[0].Name, "from", phrase.Clock(from, Zone(site))[:5], "to", phrase.Clock(to, Zone(site))[:5]))
	}
	out.Lines = append(out.Lines, s.Say("deep.decides"))
	sum := e.Base
	for _, a := range e.Attributions {
		sum += a.Share
	}
	out.Agree = s.Say("deep.agree", "agree", strconv.FormatFloat(d.Agree, 'f', 2, 64), "missed", percents(math.Abs(sum-e.Score)/max(0.01, math.Abs(e.Score-e.Base))))
	return out
}

// percents is a part with one digit after the point.
func percents(part float64) string { return strconv.FormatFloat(100*part, 'f', 1, 64) + " %" }

func warmth(s *phrase.Speaker, d *app.Deep) []Warmth {
	most, smoothest := 0.0, 0.0
	for t := range d.Heat {
		for j := range d.Heat[t] {
			most, smoothest = max(most, math.Abs(d.Heat[t][j])), max(smoothest, math.Abs(d.Smooth[t][j]))
		}
	}
	scale := 0.0
	if smoothest > 0 {
		scale = most / smoothest
	}
	var out []Warmth
	for _, a := range d.Explanation.Attributions {
		j := slices.Index(d.Signals, a.Feature)
		if j < 0 || math.IsNaN(a.Share) {
			continue
		}
		w := Warmth{Name: s.Upper(s.Feature(a.Feature)), Share: a.Share}
		for t := range d.Heat {
			w.Steps, w.Smooth = append(w.Steps, d.Heat[t][j]), append(w.Smooth, d.Smooth[t][j]*scale)
		}
		out = append(out, w)
	}
	return out
}

// when is the stretch in which three quarters of what speaks for a fault lie: what is
// left when steps are taken off whichever end has less.
func when(steps []float64, to time.Time, step time.Duration) (from, until time.Time) {
	whole := 0.0
	for _, v := range steps {
		whole += max(0, v)
	}
	a, b, left := 0, len(steps), whole
	for b-a > 1 {
		first, last := max(0, steps[a]), max(0, steps[b-1])
		if left-min(first, last) < whole*3/4 {
			break
		}
		if left -= min(first, last); first <= last {
			a++
		} else {
			b--
		}
	}
	began := to.Add(-time.Duration(len(steps)) * step)
	return began.Add(time.Duration(a) * step), began.Add(time.Duration(b) * step)
}

// BeganOf tells where a causal graph saw the beginning of a case.
func BeganOf(s *phrase.Speaker, site *twin.Site, c app.Case, x app.Second) Began {
	b := x.Began
	if b == nil {
		key := "began.none"
		switch x.BeganLacks {
		case app.LackPast:
			key = "began.past"
		case app.LackTime:
			key = "began.time"
		}
		return Began{Lacks: s.Say(key)}
	}
	name := func(id twin.AssetID) string {
		if a, ok := site.Asset(id); ok {
			return s.AssetName(a)
		}
		return string(id)
	}
	e := &b.Explanation
	root := twin.AssetID(e.Claim)
	key := "began.other"
	if root == c.Situation.Asset || slices.ContainsFunc(c.Members, func(m twin.Situation) bool { return m.Asset == root }) {
		key = "began.root"
	}
	var out Began
	for _, m := range b.Machines {
		if len(out.Bars) < BarsGlance+1 && math.Abs(m.Share) >= 0.01 {
			out.Bars = append(out.Bars, Bar{Name: name(m.Asset), Note: phrase.Percent(m.Share), Share: m.Share})
		}
	}
	by := func(r app.Disturbed) string {
		if r.By >= byMost {
			return "> " + strconv.Itoa(byMost)
		}
		return strconv.FormatFloat(r.By, 'f', 1, 64)
	}
	var next []string
	for i, r := range b.Ranked {
		if i == 0 {
			out.Lines = append(out.Lines, s.Say(key, "asset", name(root), "signal", s.SignalName(twin.SignalID(r.Node)), "by", by(r)))
			continue
		}
		next = append(next, name(r.Asset)+" ("+by(r)+")")
	}
	if len(next) > 0 {
		out.Lines = append(out.Lines, s.Say("began.next", "assets", strings.Join(next, ", ")))
	}
	for _, l := range b.Arrows[:min(LedMost, len(b.Arrows))] {
		how := s.Say("began.how", "cause", s.SignalName(twin.SignalID(l.Node[0])), "effect", s.SignalName(twin.SignalID(l.Node[1])), "strength", strength(l))
		if l.Delay > 0 {
			how += ", " + s.Say("began.delay", "delay", s.Span(l.Delay))
		}
		out.Led = append(out.Led, Led{s.Say("began.arrow", "from", name(l.From), "to", name(l.To)), how})
	}
	if len(out.Led) == 0 {
		out.Bars = nil
		out.Lines = append(out.Lines, s.Say("began.alone"))
	} else {
		out.Dealt = s.Say("began.dealt")
	}
	for _, f := range e.Faithfulness {
		if name, value, meaning := s.Figure(f); value != "" {
			out.Figures = append(out.Figures, Figure{name, value, meaning})
		}
	}
	for _, l := range e.Limits {
		out.Limits = append(out.Limits, s.Told(l))
	}
	return out
}

func strength(l app.Led) string { return strconv.FormatFloat(l.Strength, 'f', 2, 64) }
