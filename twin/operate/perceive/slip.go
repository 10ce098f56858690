package perceive

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/xai"
	"github.com/glasstwin/glasstwin/xai/drift"
)

// For how many minutes running a reading must be unusual to be told, and usual again
// for that to be over: neither a delivery nor a door that is held open is a drift.
const (
	slipLasts = 10
	slipOver  = 30
)

// leastSure is the confidence below which a claim that rests on unusual readings is
// not made.
const leastSure = 0.5

// slips watches over the readings of a site's things.
type slips struct {
	watched []*watchedInputs
	rests   map[twin.SignalID]*rest
	open    map[string]*slip
}

// watchedInputs are the readings of one thing, beside what is usual of them.
type watchedInputs struct {
	group *group
	thing int
	usual *drift.Monitor
	ids   []twin.SignalID // one for each column; "": the site has none
	row   []float64
}

// slip is one thing that is wrong with the readings of an asset.
type slip struct {
	note  twin.DriftNote
	at    *watchedInputs // of a new regime: whose
	on    int            // minutes running in which it was seen
	off   int            // in which it was not
	told  bool
	known bool // what stands explains it, and did from before it was told
	seen  bool // in this minute
}

func newSlips(groups []*group, m *memory, usual *Usual) *slips {
	s := &slips{rests: map[twin.SignalID]*rest{}, open: map[string]*slip{}}
	for _, g := range groups {
		for i, t := range g.things {
			u := usual.of(g.family, t.kind)
			if u == nil {
				continue
			}
			names := make([]string, len(u.Columns))
			for j, c := range u.Columns {
				names[j] = c.Name
			}
			w := &watchedInputs{group: g, thing: i, usual: u, ids: bind(m, t, names), row: make([]float64, len(names))}
			for _, id := range w.ids {
				if id != "" {
					s.rests[id] = &rest{value: math.NaN()}
				}
			}
			s.watched = append(s.watched, w)
		}
	}
	return s
}

// look takes in a minute.
func (s *slips) look(p *Perceiver, now time.Time) {
	for id, r := range s.rests {
		r.take(p.memory.tracks[id].values.now())
	}
	if p.memory.warm < warming {
		return
	}
	for _, x := range s.open {
		x.seen = false
	}
	for _, w := range s.watched {
		lately(p.memory, w.ids, w.row)
	}
	for _, w := range s.watched {
		s.single(w, now)
	}
	for _, w := range s.watched {
		s.together(w, now)
	}
	for key, x := range s.open {
		if x.count(p); x.off >= slipOver || !x.told && x.off > 0 {
			delete(s.open, key)
		}
	}
}

// count takes in whether it was seen in this minute.
func (x *slip) count(p *Perceiver) {
	if !x.seen {
		x.off++
		return
	}
	x.on, x.off = x.on+1, 0
	if !x.told && p.explains(x.note) {
		x.known = true
	}
	if x.on >= slipLasts && !x.known {
		x.told = true
	}
}

// single finds what is wrong with each reading by itself.
func (s *slips) single(w *watchedInputs, now time.Time) {
	for j, c := range w.usual.Columns {
		id, v := w.ids[j], w.row[j]
		if id == "" {
			continue
		}
		r := s.rests[id]
		n := twin.DriftNote{Value: v, Low: c.Min, High: c.Max}
		switch {
		case math.IsNaN(v) && c.Expected && r.minutes > 0: // a site may name what its plant never sends
			n.Kind, n.Value = twin.DriftMissing, 0
		case math.IsNaN(v):
			continue
		case c.Rest > 0 && r.minutes > c.Rest && r.value >= c.Min && r.value <= c.Max:
			n.Kind, n.Value, n.Minutes = twin.DriftDead, r.value, r.minutes
		case !c.Never && (v < c.Min || v > c.Max):
			n.Kind = twin.DriftRange
		default:
			continue
		}
		n.Asset, n.Signals = assetOf(id), []twin.SignalID{id}
		s.take(n, w, now)
	}
}

// together finds readings that are each as ever and together as never; those that
// are wrong by themselves are left out.
func (s *slips) together(w *watchedInputs, now time.Time) {
	row := slices.Clone(w.row)
	for j, id := range w.ids {
		if id == "" || s.wrong(id) {
			row[j] = math.NaN()
		}
	}
	found, err := w.usual.Check(row)
	if err != nil {
		return // it has as many values as columns
	}
	for _, f := range found {
		if f.Kind != drift.NewRegime {
			continue
		}
		n := twin.DriftNote{Asset: w.group.things[w.thing].asset, Kind: twin.DriftRegime, Beyond: f.Value}
		for _, name := range f.Columns {
			for j, c := range w.usual.Columns {
				if c.Name == name && w.ids[j] != "" {
					n.Signals = append(n.Signals, w.ids[j])
				}
			}
		}
		s.take(n, w, now)
	}
}

// wrong tells that a reading was found wrong by itself in this minute.
func (s *slips) wrong(id twin.SignalID) bool {
	for _, kind := range []twin.DriftKind{twin.DriftRange, twin.DriftMissing, twin.DriftDead} {
		x := s.open[twin.DriftNote{Asset: assetOf(id), Kind: kind}.Key()]
		if x != nil && x.seen && slices.Contains(x.note.Signals, id) {
			return true
		}
	}
	return false
}

// take joins what was found in this minute with what was found before.
func (s *slips) take(n twin.DriftNote, w *watchedInputs, now time.Time) {
	x := s.open[n.Key()]
	if x == nil {
		n.Since = now
		x = &slip{note: n, at: w}
		s.open[n.Key()] = x
	}
	if !x.seen { // the figures are this minute's
		n.Since, n.Situations = x.note.Since, x.note.Situations
		x.note, x.seen = n, true
	}
	for _, id := range n.Signals {
		if !slices.Contains(x.note.Signals, id) {
			x.note.Signals = append(x.note.Signals, id)
		}
	}
	for _, c := range w.group.family.classes {
		if !slices.Contains(x.note.Situations, c.Name) {
			x.note.Situations = append(x.note.Situations, c.Name)
		}
	}
}

// explains tells that a situation stands of which a drift is the sign: what a lost
// link keeps back, and a sensor that is known to be dead.
func (p *Perceiver) explains(n twin.DriftNote) bool {
	if n.Kind != twin.DriftMissing && n.Kind != twin.DriftDead {
		return false
	}
	for _, s := range p.standing {
		switch at := s.perception.Situation; {
		case s.group.family.name == Links:
			if a := p.memory.assets[n.Asset]; a != nil && a.quiet > 0 {
				return true
			}
		case at.Asset == n.Asset && s.group.family.classes[s.class-1].Part == "sensor":
			return true
		}
	}
	return false
}

func assetOf(id twin.SignalID) twin.AssetID {
	return twin.AssetID(id[:strings.LastIndexByte(string(id), '/')])
}

// Drifts are what is told to be unlike training now, by asset.
func (p *Perceiver) Drifts() []twin.DriftNote {
	if p.slips == nil {
		return nil
	}
	var out []twin.DriftNote
	for _, x := range p.slips.open {
		if x.told {
			n := x.note
			if n.Minutes == 0 {
				n.Minutes = int(p.memory.now.Sub(n.Since).Minutes())
			}
			if g, ok := p.memory.site.Signal(n.Signals[0]); ok && n.Kind != twin.DriftRegime {
				n.Unit = g.Unit
			}
			n.Why = why(n)
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b twin.DriftNote) int { return strings.Compare(a.Key(), b.Key()) })
	return out
}

// why says what is unusual, with its figures.
func why(n twin.DriftNote) string {
	first, text := n.Signals[0], ""
	of := func(v float64) string { return strings.TrimSpace(fmt.Sprintf("%.4g %s", v, n.Unit)) }
	switch n.Kind {
	case twin.DriftRange:
		text = fmt.Sprintf("%s reads %s, while training knew %.4g to %s", first, of(n.Value), n.Low, of(n.High))
	case twin.DriftMissing:
		text = fmt.Sprintf("nothing comes of %s, which training nearly always had", first)
	case twin.DriftDead:
		text = fmt.Sprintf("%s has stood still at %s for %d min, longer than any in training", first, of(n.Value), n.Minutes)
	case twin.DriftRegime:
		names := make([]string, len(n.Signals))
		for i, id := range n.Signals {
			names[i] = string(id[strings.LastIndexByte(string(id), '/')+1:])
		}
		return fmt.Sprintf("a regime never seen: %s are together as never in training, %.1f times beyond the bound", strings.Join(names, " / "), n.Beyond)
	}
	for _, id := range n.Signals[1:] {
		text += fmt.Sprintf("; so is it with %s", id)
	}
	return text
}

// doubted is a perception as it is believed while readings that its claim rests on
// are unlike training.
func (p *Perceiver) doubted(s *standing) (twin.Diagnosis, xai.Explanation) {
	d, x := s.perception.Diagnosis, s.perception.Explanation
	if p.slips == nil || p.quiet {
		return d, x
	}
	var found []drift.Finding
	for _, n := range p.Drifts() {
		f := drift.Finding{Kind: driftKinds[n.Kind], Value: n.Beyond, Told: n.Why}
		for _, w := range p.slips.watched {
			if w.group != s.group || w.thing != s.thing || n.Kind == twin.DriftRegime && n.Asset != s.group.things[s.thing].asset {
				continue
			}
			for _, id := range n.Signals {
				if slices.Contains(w.ids, id) {
					f.Columns = append(f.Columns, string(id))
				}
			}
		}
		if len(f.Columns) > 0 && !p.explains(n) {
			found, d.Drift, d.Beyond = append(found, f), n.Why, max(d.Beyond, n.Beyond)
		}
	}
	if len(found) == 0 {
		return d, x
	}
	before := x.Confidence
	x.Limits, x.Alternatives = slices.Clone(x.Limits), slices.Clone(x.Alternatives)
	drift.Doubt(&x, found, leastSure)
	d.Abstained, d.Why = x.Abstained, x.Why
	d.Causes = slices.Clone(d.Causes)
	if before > 0 {
		d.Causes[0].Probability *= x.Confidence / before
	}
	return d, x
}

var driftKinds = map[twin.DriftKind]drift.Kind{twin.DriftRange: drift.OutOfRange, twin.DriftMissing: drift.Missing, twin.DriftDead: drift.Dead, twin.DriftRegime: drift.NewRegime}
