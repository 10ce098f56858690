package baseline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
	"github.com/glasstwin/glasstwin/twin/operate"
	"github.com/glasstwin/glasstwin/xai"
)

// NearestName is that of the nearest residual in a diagnosis, and of its file.
const NearestName = "nearest-residual"

// Residuals are what is usual at a kind of site, and how situations differ from it.
type Residuals struct {
	Threshold  float64                  `json:"threshold"` // times Reach: from where on a claim is made
	Usual      map[twin.SignalID]*Usual `json:"usual"`
	Reach      map[string]float64       `json:"reach"` // by class of asset: how far from the usual it gets on normal days
	Signatures []Signature              `json:"signatures"`
}

// Signature is the mean of the residuals that a situation shows at a class of asset.
type Signature struct {
	Class  string  `json:"class"`
	Detail string  `json:"detail,omitempty"`
	Part   string  `json:"part"`
	At     string  `json:"at"` // class of the asset
	Rows   int     `json:"rows"`
	Mean   pattern `json:"mean"`
}

// Nearest perceives by the nearest signature. It claims one situation at a time, at
// the asset that is farthest from its normal day, and is one perceiver of one stream.
type Nearest struct {
	of     *Residuals
	site   *twin.Site
	things []thing
	stand  standing
}

// NewNearest returns a perceiver of a site of the kind that the residuals are of.
// It is blind to assets that were not there when they were learnt.
func NewNearest(site *twin.Site, of *Residuals) *Nearest {
	return &Nearest{of: of, site: site, things: things(site), stand: standing{threshold: of.Threshold}}
}

// holdsFor is for how long an asset must be beyond the threshold before it is
// claimed, warmUp how much must have been seen before that counts.
const (
	holdsFor = 5 * time.Minute
	warmUp   = 20 * time.Minute
)

// Perceive tells the situation that stands.
func (n *Nearest) Perceive(_ context.Context, st *twin.State, now time.Time) ([]operate.Perception, error) {
	f, ok := n.stand.step(n.of.look(n.things, st, now), now)
	if !ok {
		return nil, nil
	}
	var effects []twin.AssetID
	for _, h := range n.site.Hangs {
		if h.From == f.asset {
			effects = h.To
		}
	}
	p := operate.Perception{
		Situation: twin.Situation{Class: f.Class, Asset: f.asset, Onset: f.since, Detected: f.told, Severity: 0.5, Evidence: f.evidence, From: f.since.Add(-30 * time.Minute), To: now},
		Diagnosis: twin.Diagnosis{Causes: []twin.Cause{{Class: f.Class, Part: f.Part, Probability: sure}}, Model: NearestName, Version: "1"},
		Effects:   effects, Detail: f.Detail,
	}
	p.Explanation = xai.Explanation{Claim: f.Class, Confidence: sure, Method: "nearest signature", Model: NearestName, Version: "1", From: p.Situation.From, To: now,
		Limits: []string{fmt.Sprintf("the nearest of %d signatures; %.2f times as far from a normal day as normal days get", len(n.of.Signatures), f.ratio)}}
	return []operate.Perception{p}, nil
}

// sighting is an asset that is away from its normal day.
type sighting struct {
	*Signature
	asset    twin.AssetID
	ratio    float64 // of its distance to the reach of its class
	evidence []twin.SignalID
}

// look finds for each asset how far it is and which signature is nearest.
func (r *Residuals) look(things []thing, st *twin.State, now time.Time) []sighting {
	var out []sighting
	for i := range things {
		t := &things[i]
		reach := r.Reach[t.class]
		if reach <= 0 {
			continue // no situation was seen at its like
		}
		p, ok := t.pattern(st, now, r.Usual)
		if !ok {
			continue
		}
		s := sighting{asset: t.asset, ratio: p.strength() / reach}
		least := 0.0
		for k := range r.Signatures {
			g := &r.Signatures[k]
			if g.At != t.class {
				continue
			}
			if d := p.apart(g.Mean); s.Signature == nil || d < least {
				s.Signature, least = g, d
			}
		}
		if s.Signature != nil {
			s.evidence = []twin.SignalID{t.farthest(p)}
			out = append(out, s)
		}
	}
	return out
}

// farthest is the signal that is most unusual.
func (t *thing) farthest(p pattern) twin.SignalID {
	var id twin.SignalID
	most := -1.0
	for _, g := range t.signals {
		if z, ok := p[g.name]; ok {
			if d := (pattern{g.name: z}).strength(); d > most {
				id, most = g.id, d
			}
		}
	}
	return id
}

// standing decides over time what is claimed.
type standing struct {
	threshold float64
	began     time.Time
	beyond    map[twin.AssetID]time.Time // since when
	claim     *claimed
}

type claimed struct {
	sighting
	since, told time.Time
}

// step takes one look in and tells the claim that stands after it.
func (s *standing) step(seen []sighting, now time.Time) (claimed, bool) {
	if s.began.IsZero() {
		s.began, s.beyond = now, map[twin.AssetID]time.Time{}
	}
	if now.Sub(s.began) < warmUp {
		return claimed{}, false
	}
	for a := range s.beyond {
		if !slices.ContainsFunc(seen, func(x sighting) bool { return x.asset == a }) {
			delete(s.beyond, a) // nothing is heard of it
		}
	}
	var best *sighting
	for i := range seen {
		x := &seen[i]
		if x.ratio < s.threshold {
			delete(s.beyond, x.asset)
			continue
		}
		if _, known := s.beyond[x.asset]; !known {
			s.beyond[x.asset] = now
		}
		if now.Sub(s.beyond[x.asset]) >= holdsFor && (best == nil || x.ratio > best.ratio) {
			best = x
		}
	}
	if s.claim != nil {
		if _, stands := s.beyond[s.claim.asset]; stands {
			return *s.claim, true
		}
		s.claim = nil
	}
	if best == nil {
		return claimed{}, false
	}
	s.claim = &claimed{*best, s.beyond[best.asset], now}
	return *s.claim, true
}
