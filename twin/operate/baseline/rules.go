package baseline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

// Rules perceives by thresholds that were set on runs of the emulated sites with
// seeds below 1000. It is one perceiver of one stream.
type Rules struct {
	site  *twin.Site
	holds map[key]time.Time // since when a rule has held
	began time.Time
}

type key struct {
	class string
	asset twin.AssetID
}

// Name is that of the model in a diagnosis.
const Name = "threshold-rules"

// sure is the probability that a rule is taken to be right with.
const sure = 0.9

// NewRules returns the rules for a site.
func NewRules(site *twin.Site) *Rules { return &Rules{site: site, holds: map[key]time.Time{}} }

// found is what a rule says of an asset.
type found struct {
	key
	part     string
	severity float64
	detail   string
	evidence []twin.SignalID
	text     string
	after    time.Duration // that it must have held
	effects  []twin.AssetID
}

// Perceive tells what holds for long enough.
func (r *Rules) Perceive(_ context.Context, st *twin.State, now time.Time) ([]operate.Perception, error) {
	v := &look{site: r.site, st: st, now: now, holds: r.holds}
	if r.began.IsZero() {
		r.began = now
	}
	v.links()
	if r.site.Kind == "home" || len(v.of("heat-pump")) > 0 {
		v.house()
	} else {
		v.cabinets()
		v.rack()
		v.air()
		v.floor()
	}
	still := map[key]bool{}
	var out []operate.Perception
	for _, f := range v.found {
		still[f.key] = true
		since, known := r.holds[f.key]
		if !known {
			since = now
			r.holds[f.key] = now
		}
		if now.Sub(since) >= f.after {
			out = append(out, f.perception(since, now))
		}
	}
	for k := range r.holds {
		if !still[k] {
			delete(r.holds, k)
		}
	}
	return out, nil
}

func (f found) perception(since, now time.Time) operate.Perception {
	p := operate.Perception{
		Situation: twin.Situation{Class: f.class, Asset: f.asset, Onset: since, Detected: now, Severity: f.severity, Evidence: f.evidence, From: since.Add(-30 * time.Minute), To: now},
		Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: f.class, Part: f.part, Probability: sure}}, Model: Name, Version: "1"},
		Effects:   f.effects, Detail: f.detail,
	}
	p.Explanation = xai.Explanation{Claim: f.class, Confidence: sure, Method: "threshold", Model: Name, Version: "1", From: p.Situation.From, To: now,
		Limits: []string{"a threshold: " + f.text}}
	return p
}

// look is one look at the site.
type look struct {
	site  *twin.Site
	st    *twin.State
	now   time.Time
	holds map[key]time.Time
	down  []twin.AssetID // gateways that are lost
	found []found
}

func (v *look) tell(f found) {
	if f.severity == 0 {
		f.severity = 0.5
	}
	v.found = append(v.found, f)
}

// of are the assets of a class.
func (v *look) of(class string) []twin.AssetID {
	var out []twin.AssetID
	for _, a := range v.site.Assets {
		if a.Class == class {
			out = append(out, a.ID)
		}
	}
	return out
}

// mean of a signal from so long ago to so long ago, and of how many samples.
func (v *look) mean(id twin.SignalID, from, to time.Duration) (m float64, n int) {
	for _, s := range v.st.Window(id, v.now.Add(-from), v.now.Add(-to)) {
		if s.Quality == twin.Good {
			m += s.Value
			n++
		}
	}
	if n > 0 {
		m /= float64(n)
	}
	return m, n
}

// recent is the mean of the last minutes; false when too few came.
func (v *look) recent(id twin.SignalID, span time.Duration) (float64, bool) {
	m, n := v.mean(id, span, 0)
	return m, n >= max(1, int(span/(2*time.Minute)))
}

// before is the mean of what stood long ago: what was usual.
func (v *look) before(id twin.SignalID) (float64, bool) {
	m, n := v.mean(id, twin.HistoryKept, usualEnds)
	return m, n >= 10
}

// usualEnds is how long ago the usual ends: most of what befalls a site shows
// within it.
const usualEnds = 50 * time.Minute

func (v *look) live(id twin.SignalID) bool { return v.st.Latest(id).Live() }

func (v *look) value(id twin.SignalID) float64 {
	if s := v.st.Latest(id); s.Live() {
		return s.Value
	}
	return 0
}

// spread is the range of a signal over the last minutes.
func (v *look) spread(id twin.SignalID, span time.Duration) (float64, int) {
	return v.spreadOf(id, span, 0)
}

// spreadOf is the range of a signal from so long ago to so long ago.
func (v *look) spreadOf(id twin.SignalID, from, to time.Duration) (float64, int) {
	low, high, n := 0.0, 0.0, 0
	for _, s := range v.st.Window(id, v.now.Add(-from), v.now.Add(-to)) {
		if s.Quality != twin.Good {
			continue
		}
		if n == 0 {
			low, high = s.Value, s.Value
		}
		low, high, n = min(low, s.Value), max(high, s.Value), n+1
	}
	return high - low, n
}

// sumNow adds the present values of a signal of all assets of a class.
func (v *look) sumNow(class, name string) float64 {
	sum := 0.0
	for _, a := range v.of(class) {
		sum += v.value(twin.SignalOf(a, name))
	}
	return sum
}

// links finds gateways whose heart stands still.
func (v *look) links() {
	for _, a := range v.of("gateway") {
		beat := twin.SignalOf(a, "heartbeat")
		s := v.st.Latest(beat)
		if s.Quality == twin.Missing {
			continue
		}
		range4, n := v.spread(beat, 4*time.Minute)
		age, _ := v.st.Age(beat)
		if s.Live() && age < 150*time.Second && (n < 3 || range4 > 0) {
			continue
		}
		v.down = append(v.down, a)
		v.tell(found{key: key{"communication-loss", a}, part: "link", after: 2 * time.Minute, evidence: []twin.SignalID{beat}, text: "the gateway's heartbeat stands still", severity: 0.6})
	}
}

// silent tells that nothing at all is heard of an asset: its gateway's fault, not
// its own.
func (v *look) silent(asset twin.AssetID, but string) bool {
	heard := 0
	for _, g := range v.site.Signals {
		if g.Asset != asset || g.Name == but || g.Writable {
			continue
		}
		if age, ok := v.st.Age(g.ID); ok && age < 2*time.Minute && v.live(g.ID) {
			heard++
		}
	}
	return heard == 0
}

func numbered(id twin.AssetID) string {
	s := string(id)
	return s[strings.LastIndex(s, "-")+1:]
}

func dead(st *twin.State, id twin.SignalID, now time.Time) bool {
	list := st.Window(id, now.Add(-4*time.Minute), now)
	return len(list) >= 3 && !slices.ContainsFunc(list, func(s twin.Sample) bool { return s.Quality == twin.Good })
}

func above(what string, limit float64) string { return fmt.Sprintf("%s above %g", what, limit) }
