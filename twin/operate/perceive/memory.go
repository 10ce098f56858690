package perceive

import (
	"math"
	"slices"
	"time"

	"github.com/glasstwin/glasstwin/twin"
)

const (
	kept      = 240 // minutes of each signal: the longest window, and what was usual before it
	quietMost = 3   // minutes without news after which an asset that is heard every minute is silent
)

// series is a signal by the minute, oldest first; NaN where nothing good is known.
// The last is now.
type series []float64

// track is one signal.
type track struct {
	id     twin.SignalID
	at     time.Time // newest sample taken in
	values series
	seen   []twin.Sample // of positions: those of the last minute; the state's own, until it takes in more
}

func (t *track) push(v float64) { t.values = push(t.values, v) }

func push(s series, v float64) series {
	if len(s) >= kept {
		s = s[len(s)-kept+1:]
	}
	return append(s, v)
}

// presence is how an asset is heard.
type presence struct {
	heard series // 1 in a minute in which any of its signals came, else 0
	quiet int    // minutes since
	dumb  int    // minutes in which nothing good came
	back  int    // minutes since it was dumb for longer than one
	usual float64
}

// silent tells that nothing comes of an asset that is otherwise heard every minute.
func (p *presence) silent() bool { return p.quiet >= quietMost && p.usual > 0.6 }

// dumbNow tells that nothing good came last of an asset that is otherwise heard
// every minute: it may be the link.
func (p *presence) dumbNow() bool { return p.dumb > 0 && p.usual > 0.6 }

// settles is how long what was silent must be heard again until anything is told of
// it: what it lacks by then it does not lack because of the silence.
const settles = 10 // minutes

// returned tells that an asset that is otherwise heard every minute has only just
// come back.
func (p *presence) returned() bool { return p.back < settles && p.usual > 0.6 }

// memory is what was read of a site, minute by minute.
type memory struct {
	site    *twin.Site
	tracks  map[twin.SignalID]*track
	named   map[twin.AssetID]map[string]*track // the same, found without putting an id together
	order   []*track
	assetOf []int
	assets  map[twin.AssetID]*presence
	present []*presence
	came    []bool
	now     time.Time
	minutes int // read so far
	warm    int // of these, since it began or began anew after a gap
}

func newMemory(site *twin.Site) *memory {
	m := &memory{site: site, tracks: make(map[twin.SignalID]*track, len(site.Signals)),
		named: make(map[twin.AssetID]map[string]*track), assets: make(map[twin.AssetID]*presence)}
	at := make(map[twin.AssetID]int)
	for _, g := range site.Signals {
		i, ok := at[g.Asset]
		if !ok {
			i = len(m.present)
			at[g.Asset] = i
			p := &presence{back: settles}
			m.present, m.assets[g.Asset] = append(m.present, p), p
		}
		t := &track{id: g.ID}
		m.tracks[g.ID] = t
		m.name(t)
		m.order, m.assetOf = append(m.order, t), append(m.assetOf, i)
	}
	m.came = make([]bool, len(m.present))
	return m
}

// name lets a track be found by all that its id may be put together of.
func (m *memory) name(t *track) {
	for i, c := range t.id {
		if c != '/' {
			continue
		}
		a := twin.AssetID(t.id[:i])
		if m.named[a] == nil {
			m.named[a] = map[string]*track{}
		}
		m.named[a][string(t.id[i+1:])] = t
	}
}

// read takes in what is known now and tells whether a minute has passed since the
// last reading. Minutes that were left out are unknown; after many of them the memory
// warms up again.
func (m *memory) read(st *twin.State, now time.Time) bool {
	if !m.now.IsZero() {
		gone := int(math.Round(now.Sub(m.now).Minutes()))
		if gone < 1 {
			return false
		}
		if gone > settles { // it begins anew: what was last known tells little of now
			m.warm = 0
			for _, p := range m.present {
				p.back = 0
			}
		}
		for range min(gone-1, kept) {
			for _, t := range m.order {
				t.push(math.NaN())
			}
			for _, p := range m.present {
				p.heard = push(p.heard, math.NaN())
			}
		}
	}
	m.now = now
	m.minutes++
	m.warm++
	clear(m.came)
	for _, p := range m.present {
		p.dumb++
	}
	for i, t := range m.order {
		s := st.Latest(t.id)
		if !s.At.Equal(t.at) {
			t.at = s.At
			m.came[m.assetOf[i]] = true
			if s.Live() {
				m.present[m.assetOf[i]].dumb = 0
			}
		}
		if s.Vector != nil || t.seen != nil {
			t.seen = st.Window(t.id, now.Add(-time.Minute), now)
		}
		if s.Live() {
			t.push(s.Value)
		} else {
			t.push(math.NaN())
		}
	}
	for i, p := range m.present {
		heard := 0.0
		if m.came[i] {
			heard, p.quiet = 1, 0
		} else {
			p.quiet++
		}
		if p.quiet <= quietMost {
			p.usual += (heard - p.usual) / 15
		}
		p.heard = push(p.heard, heard)
		if p.back++; p.dumb > 1 {
			p.back = 0
		}
	}
	for i, t := range m.order {
		if m.present[m.assetOf[i]].silent() {
			t.values[len(t.values)-1] = math.NaN()
		}
	}
	return true
}

// of is a signal of an asset; nil when it has none of that name.
func (m *memory) of(a twin.AssetID, name string) series {
	if t := m.named[a][name]; t != nil {
		return t.values
	}
	return nil
}

// median of the last known values, over assets, by the minute: what a kind shows.
func median(all []float64) float64 {
	known := all[:0]
	for _, v := range all {
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	if len(known) == 0 {
		return math.NaN()
	}
	slices.Sort(known)
	if n := len(known); n%2 == 0 {
		return (known[n/2-1] + known[n/2]) / 2
	}
	return known[len(known)/2]
}
