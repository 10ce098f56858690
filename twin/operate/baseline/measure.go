package baseline

import (
	"math"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

// What is measured of a signal, over the last minutes.
const (
	level    = iota // its mean, in its unit
	span            // its highest less its lowest, in its unit
	missing         // share of the minutes in which no good value came, 0..1
	measures        // how many there are
)

const (
	lookBack  = 15 * time.Minute
	spreadMin = 0.05 // in the measure's unit: what never moves on a normal day has no spread of its own
	spreadOwn = 0.02 // of the level: the least spread that a level has
	residMax  = 8.0  // spreads: more tells nothing more
)

// measured are the measures of one signal; not numbers where nothing good came.
func measured(st *twin.State, id twin.SignalID, now time.Time) [measures]float64 {
	low, high, sum, n := math.Inf(1), math.Inf(-1), 0.0, 0.0
	for _, s := range st.Window(id, now.Add(-lookBack), now) {
		if s.Quality == twin.Good {
			low, high, sum, n = min(low, s.Value), max(high, s.Value), sum+s.Value, n+1
		}
	}
	out := [measures]float64{math.NaN(), math.NaN(), 1 - min(1, n/lookBack.Minutes())}
	if n > 0 {
		out[level], out[span] = sum/n, high-low
	}
	return out
}

// Usual is what a normal day gives of one signal of one asset.
type Usual struct {
	Level  [24]float64       `json:"level"`  // by the hour, UTC
	Mean   [measures]float64 `json:"mean"`   // of the other measures, whatever the hour
	Spread [measures]float64 `json:"spread"` // standard deviation from these, never 0
}

// residuals are a signal's measures less what is usual at that hour, in spreads. A
// measure that is unknown is as usual.
func (u *Usual) residuals(m [measures]float64, now time.Time) [measures]float64 {
	var z [measures]float64
	for k, v := range m {
		usual := u.Mean[k]
		if k == level {
			usual = u.Level[now.UTC().Hour()]
		}
		if !math.IsNaN(v) {
			z[k] = max(-residMax, min(residMax, (v-usual)/u.Spread[k]))
		}
	}
	return z
}

// pattern holds the residuals of an asset by the name of the signal.
type pattern map[string][measures]float64

// strength is the distance from a normal day: the root of the mean square.
func (p pattern) strength() float64 { return p.apart(nil) }

// apart is the distance between two patterns, over the signals of p.
func (p pattern) apart(o pattern) float64 {
	sum := 0.0
	for name, z := range p {
		w := o[name]
		for k := range z {
			sum += (z[k] - w[k]) * (z[k] - w[k])
		}
	}
	return math.Sqrt(sum / float64(max(1, measures*len(p))))
}

// thing is an asset whose normal day is known.
type thing struct {
	asset   twin.AssetID
	class   string
	signals []watchedSignal
}

type watchedSignal struct {
	id   twin.SignalID
	name string
}

// things are the assets of a site with the signals that are numbers.
func things(site *twin.Site) []thing {
	var out []thing
	for _, a := range site.Assets {
		t := thing{asset: a.ID, class: a.Class}
		for _, g := range site.Signals {
			if g.Asset == a.ID && g.Kind != twin.Positions {
				t.signals = append(t.signals, watchedSignal{g.ID, g.Name})
			}
		}
		if len(t.signals) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// pattern of a thing now; false when nothing is heard of it: that is its gateway's
// matter, not its own.
func (t *thing) pattern(st *twin.State, now time.Time, usual map[twin.SignalID]*Usual) (pattern, bool) {
	p, heard := pattern{}, false
	for _, g := range t.signals {
		u := usual[g.id]
		if u == nil {
			continue
		}
		p[g.name] = u.residuals(measured(st, g.id, now), now)
		if age, ok := st.Age(g.id); ok && age < silentAfter {
			heard = true
		}
	}
	return p, heard && len(p) > 0 || t.class == "gateway" && len(p) > 0
}

const silentAfter = 3 * time.Minute
