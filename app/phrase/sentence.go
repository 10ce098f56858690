package phrase

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/app"
	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
)

// AssetName is what a person calls an asset.
func (s *Speaker) AssetName(a twin.Asset) string {
	if a.Name != "" {
		return a.Name
	}
	return capital(strings.ReplaceAll(string(a.ID), "-", " "))
}

// CaseSentence tells a case in one sentence, without its asset's name: what
// came of it, else what is being done, else what it probably is.
func (s *Speaker) CaseSentence(c app.Case) string {
	d := c.Diagnosis
	switch {
	case c.Proposal != nil && c.Outcome != nil:
		return s.ended(c.Proposal, c.Outcome.Result)
	case c.Proposal != nil && c.Decision != nil && !c.Decision.Approved:
		return s.Say("case.denied", "action", s.within(s.Deed(c.Proposal)))
	case c.Proposal != nil && c.Stage == app.Acting:
		return s.Say("case.acting", "doing", s.doing(c.Proposal))
	case c.Proposal != nil && c.Decision != nil:
		return s.Say("case.decided", "action", s.within(s.Deed(c.Proposal)))
	case !c.EndedAt.IsZero():
		return s.Say("case.ended")
	case d == nil:
		return s.Say("case.looking")
	case d.Abstained || len(d.Causes) == 0:
		return s.Say("case.abstained")
	}
	form, most := "case.cause", d.Causes[0]
	if most.Probability >= plainSure {
		form = "case.cause.sure"
	}
	return capital(s.Say(form, "cause", s.Fault(most.Class), "probability", Percent(most.Probability)))
}

// ended tells what came of an action.
func (s *Speaker) ended(p *twin.Proposal, r twin.Result) string {
	action := s.within(s.Deed(p))
	if r == twin.Verified && p.Back {
		return s.Say("case.back", "action", s.within(s.Action(p.Class)))
	}
	if r == twin.Verified {
		return s.Say("case.mended", "action", action)
	}
	key := "case." + string(r)
	if _, ok := s.texts[key]; !ok {
		return s.named("result", string(r)) + ": " + action
	}
	return s.Say(key, "action", action)
}

// doing names an action as it goes on.
func (s *Speaker) doing(p *twin.Proposal) string {
	if text, ok := s.texts["doing."+string(p.Class)]; ok && !p.Back {
		return text
	}
	return s.Deed(p)
}

// CaseName names what a case is about: a place, or else its asset.
func (s *Speaker) CaseName(asset twin.Asset, c app.Case) string {
	if p := c.Situation.Place; p != nil {
		kind, n, _ := strings.Cut(p.Name, " ")
		key := "place." + kind
		if _, ok := s.texts[key]; ok {
			return s.Say(key, "n", n)
		}
	}
	return s.AssetName(asset)
}

// Because tells why the model holds its claim, in one sentence: its two
// strongest reasons with what is usual.
func (s *Speaker) Because(asset twin.Asset, c app.Case) string {
	x := c.Explanation
	if x == nil {
		return s.Say("why.pending")
	}
	if x.Abstained {
		return s.Say("why.abstained", "why", s.Told(x.Why))
	}
	var reasons []string
	for _, a := range x.Attributions {
		if a.Share > 0 && len(reasons) < reasonsTold {
			reasons = append(reasons, s.reason(a))
		}
	}
	if len(reasons) == 0 {
		return s.Say("why.none", "asset", s.CaseName(asset, c), "fault", s.Fault(x.Claim))
	}
	return s.Say("why.sentence", "asset", s.CaseName(asset, c), "fault", s.Fault(x.Claim),
		"reasons", strings.Join(reasons, s.Say("list.and")))
}

// reasonsTold is how many reasons one sentence can carry and still be read.
const reasonsTold = 2

func (s *Speaker) reason(a xai.Attribution) string {
	switch {
	case pair(a.Feature):
		return s.Say("reason.pair", "feature", s.Feature(a.Feature))
	case math.IsNaN(a.Value):
		return s.Say("reason.missing", "feature", s.Feature(a.Feature))
	}
	if math.IsNaN(a.Typical) {
		return s.Say("reason.value", "feature", s.Feature(a.Feature), "value", s.FeatureValue(a.Feature, a.Value, a.Unit))
	}
	return s.Say("reason.typical", "feature", s.Feature(a.Feature),
		"value", s.FeatureValue(a.Feature, a.Value, a.Unit), "typical", s.FeatureValue(a.Feature, a.Typical, a.Unit))
}

// Compared is the value of a feature beside what is usual; a pair has none.
func (s *Speaker) Compared(a xai.Attribution) string {
	switch {
	case pair(a.Feature):
		return ""
	case math.IsNaN(a.Value):
		return s.Say("value.unknown")
	case math.IsNaN(a.Typical):
		return s.FeatureValue(a.Feature, a.Value, a.Unit)
	}
	return s.Say("value.usually", "value", s.FeatureValue(a.Feature, a.Value, a.Unit), "typical", s.FeatureValue(a.Feature, a.Typical, a.Unit))
}

// WouldChange tells what would change the model's mind.
func (s *Speaker) WouldChange(cf *xai.Counterfactual) string {
	if cf == nil || len(cf.Changes) == 0 {
		return s.Say("counterfactual.none")
	}
	var parts []string
	for _, c := range cf.Changes {
		parts = append(parts, s.Say("counterfactual.change", "feature", s.Feature(c.Feature),
			"from", s.FeatureValue(c.Feature, c.From, c.Unit), "to", s.FeatureValue(c.Feature, c.To, c.Unit)))
	}
	return s.Say("counterfactual.sentence", "changes", strings.Join(parts, s.Say("list.and")),
		"claim", s.Fault(cf.Claim), "confidence", Percent(cf.Confidence))
}

// Suffices tells what suffices for a claim, whatever else is seen; of nil that nothing
// short does.
func (s *Speaker) Suffices(claim string, r *xai.Rule) string {
	if r == nil {
		return s.Say("suffices.none")
	}
	var parts []string
	for _, c := range r.Conditions {
		name := s.Feature(c.Feature)
		switch {
		case c.Missing:
			parts = append(parts, s.Say("suffices.missing", "feature", name))
		case c.Low != nil && c.High != nil:
			parts = append(parts, s.Say("suffices.between", "feature", name, "low", s.FeatureValue(c.Feature, *c.Low, c.Unit), "high", s.FeatureValue(c.Feature, *c.High, c.Unit)))
		case c.Low != nil:
			parts = append(parts, s.Say("suffices.above", "feature", name, "low", s.FeatureValue(c.Feature, *c.Low, c.Unit)))
		case c.High != nil:
			parts = append(parts, s.Say("suffices.below", "feature", name, "high", s.FeatureValue(c.Feature, *c.High, c.Unit)))
		}
	}
	for _, source := range r.Held {
		parts = append(parts, s.signalWord(twin.SignalID(source)))
	}
	if len(r.Held) > 0 {
		return s.Say("suffices.held", "signals", strings.Join(parts, ", "), "fault", s.Fault(claim), "precision", Percent(r.Precision), "low", Percent(r.Low95))
	}
	return s.Say("suffices.rule", "conditions", strings.Join(parts, s.Say("list.and")), "fault", s.Fault(claim), "precision", Percent(r.Precision), "low", Percent(r.Low95), "coverage", Percent(r.Coverage))
}

// Predicted tells what a proposal is expected to do to the signal g, as far as
// that can be.
func (s *Speaker) Predicted(p *twin.Proposal, g twin.Signal) string {
	e := p.Predicted
	if e.Gone {
		return s.Say("proposal.gone", "fault", s.Fault(p.Because), "within", s.Span(e.Within))
	}
	low, high := expected(e)
	if g.Kind == twin.Enum || g.Kind == twin.Boolean { // it is one thing or another, and nothing between
		to := (low + high) / 2
		if n := len(e.Forecast); n > 0 {
			to = e.Forecast[n-1].Value
		}
		return s.Say("proposal.becomes", "signal", s.SignalName(e.Signal), "value", s.Reading(g, twin.Sample{Value: math.Round(to)}), "within", s.Span(e.Within))
	}
	return s.Say("proposal.predicted", "signal", s.SignalName(e.Signal), "low", s.Quantity(g.Within(low), g.Unit),
		"high", s.Quantity(g.Within(high), g.Unit), "within", s.Span(e.Within))
}

// expected are the bounds between which an effect is expected. Those by which it is
// verified reach as far beyond what is usual as the disturbance went: that is
// tolerated, not expected, so it is told no farther than the predicted course goes.
func expected(e twin.Effect) (low, high float64) {
	low, high = e.Low, e.High
	if len(e.Forecast) == 0 {
		return low, high
	}
	least, most := math.Inf(1), math.Inf(-1)
	for _, p := range e.Forecast {
		least, most = min(least, p.Low), max(most, p.High)
	}
	if least > low && least < high {
		low = least
	}
	if most < high && most > low {
		high = most
	}
	return low, high
}

// Unproposed tells why nothing is proposed, or nothing more; "" when nothing is
// known about it.
func (s *Speaker) Unproposed(c app.Case) string {
	switch {
	case c.Explanation != nil && c.Explanation.Abstained && c.Explanation.Why != "" && strings.HasSuffix(c.Unproposed, c.Explanation.Why):
		return s.Say("unproposed.noverdict") // the first sentence told why
	case c.Unproposed == "" || c.Escalated != nil && c.Escalated.Why == c.Unproposed || c.Outcome != nil && c.Outcome.Result == twin.Verified:
		return ""
	case c.Proposal != nil:
		return s.Say("unproposed.again", "why", s.Told(c.Unproposed))
	}
	return s.Say("unproposed", "why", s.Told(c.Unproposed))
}

// StageName names the stage of a case; a closed one by its result.
func (s *Speaker) StageName(c app.Case) string {
	if c.Outcome != nil {
		return s.named("result", string(c.Outcome.Result))
	}
	return s.named("stage", string(c.Stage))
}

// FloorTemperature is the title of the heatmap on the floor.
func (s *Speaker) FloorTemperature() string { return s.Say("floor.temperature") }

// AirVolume is the title of the slices through a site's air, with a note on how
// they came about.
func (s *Speaker) AirVolume() (title, note string) {
	return s.Say("air.volume"), s.Say("air.volume.note")
}

// PeopleFlow is the title of the lines along which people walk, with a note on
// what they are made of.
func (s *Speaker) PeopleFlow() (title, note string) {
	return s.Say("flow.people"), s.Say("flow.people.note", "span", s.Span(app.WalkedFor))
}

// Person says how fast somebody walks, m/s; NaN: not known.
func (s *Speaker) Person(speed float64) string {
	switch {
	case math.IsNaN(speed):
		return s.Say("person")
	case speed < 0.1:
		return s.Say("person.stands")
	}
	return s.Say("person.walks", "speed", s.Quantity(speed, "m/s"))
}

// PersonWay says how far somebody walked of late.
func (s *Speaker) PersonWay(lasted time.Duration, metres float64) string {
	return s.Say("person.way", "span", s.Span(lasted), "way", s.Quantity(metres, "m"))
}

// CauseArrow says what an arrow leads from and to, and its share of the evidence;
// way is 1 where the cause raised the reading, -1 where it lowered it.
func (s *Speaker) CauseArrow(cause, feature string, share float64, way int) string {
	key := [...]string{"arrow.lowered", "arrow.cause", "arrow.raised"}[way+1]
	return s.Say(key, "cause", s.Fault(cause), "feature", s.Feature(feature), "share", Percent(share))
}

// LedArrow says what acts on what along an arrow of a causal graph.
func (s *Speaker) LedArrow(site *twin.Site, l app.Led) string {
	name := func(id twin.AssetID) string {
		a, _ := site.Asset(id)
		return s.AssetName(a)
	}
	return s.Say("began.says", "from", name(l.From), "to", name(l.To), "cause", s.SignalName(twin.SignalID(l.Node[0])),
		"effect", s.SignalName(twin.SignalID(l.Node[1])), "strength", strconv.FormatFloat(l.Strength, 'f', 2, 64))
}

// Field says what a heatmap or the air tells of a place.
func (s *Speaker) Field(title string, value float64, unit string) string {
	return s.Say("field.tells", "field", title, "value", s.Quantity(value, unit))
}

// GhostOf says that something is shown where it might stand.
func (s *Speaker) GhostOf(name string) string { return s.Say("ghost.of", "name", name) }

// NotLive marks what is not the present truth.
func (s *Speaker) NotLive() string { return s.Say("value.notlive") }

// WhyNot tells why an answer that was weighed is not the one that is proposed,
// with what it is worth beyond doing nothing.
func (s *Speaker) WhyNot(x twin.Candidate, currency string) string {
	if x.Class == "" {
		return s.Say("rank.nofigure", "action", s.Say("rank.nothing"), "why", s.Told(x.Why))
	}
	if x.Score == 0 {
		return s.Say("rank.nofigure", "action", s.Action(x.Class), "why", s.Told(x.Why))
	}
	sign := "+"
	if x.Score < 0 {
		sign = "−"
	}
	worth := s.Say("rank.worth", "sign", sign, "amount", strconv.Itoa(int(math.Round(math.Abs(x.Score)))), "currency", currency)
	return s.Say("rank.line", "action", s.Action(x.Class), "worth", worth, "why", s.Told(x.Why))
}
